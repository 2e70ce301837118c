#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/generate.sh APNSCTL [ROOT]: writes what is generated and committed, below ROOT (default:
# here): docs/reference/KIND.md and schema/json/KIND.json from the tables of schema/kind/,
# docs/rules/CODE.md from schema/base/rules.def and the pages of schema/rule/.
set -eu
apnsctl=$1
root=${2:-.}
mkdir -p "$root/docs/reference" "$root/schema/json"
sed -n 's/^\tX(\([A-Za-z]*\)).*/\1/p' schema/base/ref.h | while read -r kind; do
	"$apnsctl" schema "$kind" --format markdown >"$root/docs/reference/$kind.md"
	"$apnsctl" schema "$kind" --format json-schema >"$root/schema/json/$kind.json"
done
"$apnsctl" schema --format json-schema >"$root/schema/json/apnsctl.json"

# The sheet of `explain CODE` as a page: "label: value" lines, and examples indented by six blanks.
page='
function text(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); return s }
function leave() { if (code) print "```"; code = 0 }
function enter(title) { print "\n" title "\n\n```yaml"; code = 1 }
NR == 1 { print "<!-- Written by `apnsctl explain " $1 "`: `make docs` writes it again. -->"; print "# " $0; next }
/^      / { print substr($0, 7); next }
{ leave(); label = $0; sub(/:.*/, "", label); sub(/^ */, "", label)
  value = $0; sub(/^[^:]*: */, "", value) }
label == "rule" { print "\n" text(value); next }
label == "level" { level = value; next }
label == "stops" { print "\nLevel: **" level "**. What stops: " text(value) "."; next }
label == "ignored with" { print "\nIgnored with `" value "`."; next }
label == "why" { print "\n" text(value); next }
label == "example" { file = value; next }
label == "before" { enter("Before:"); next }
label == "breaks the rule" { enter("Breaks the rule, in `" file "`:"); next }
label == "keeps the rule" { enter("Keeps it:"); next }
label == "more" { print "\nMore: " text(value); next }
{ print "unknown label " label >"/dev/stderr"; exit 1 }
END { leave() }'
mkdir -p "$root/docs/rules"
rules='s/^RULE(\([0-9]*\), [A-Z0-9_]*, \([A-Z]*\), [A-Z]*, "\([^"]*\)", "\(.*\)")$/\1 \2 \3 \4/p'
{
	echo "<!-- Written from schema/base/rules.def: \`make docs\` writes it again. -->"
	echo "# Rules"
	echo
	echo "What lint and the controller check. \`apnsctl explain CODE\` shows the same pages."
	echo
	echo "| code | name | level | rule |"
	echo "|---|---|---|---|"
	sed -n "$rules" schema/base/rules.def | while read -r code level name title; do
		"$apnsctl" explain "APN$code" | awk "$page" >"$root/docs/rules/APN$code.md"
		level=$(echo "$level" | tr A-Z a-z)
		echo "| [APN$code](APN$code.md) | \`$name\` | $level | $title |"
	done
} >"$root/docs/rules/README.md"
