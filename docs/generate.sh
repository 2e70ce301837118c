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

mkdir -p "$root/docs/rules"
rules='s/^RULE(\([0-9]*\), [A-Z0-9_]*, \([A-Z]*\), [A-Z]*, "\([^"]*\)", "\(.*\)")$/\1 \2 \3 \4/p'
{
	echo "<!-- Written from schema/base/rules.def: \`make docs\` writes it again. -->"
	echo "# Rules"
	echo
	cat <<-'END'
		What lint and the controller check. `apnsctl explain CODE` shows the same pages: why, an
		example that breaks the rule, and one that keeps it.
	END
	echo
	echo "| code | name | level | rule |"
	echo "|---|---|---|---|"
	sed -n "$rules" schema/base/rules.def | while read -r code level name title; do
		"$apnsctl" explain "APN$code" --format markdown >"$root/docs/rules/APN$code.md"
		level=$(echo "$level" | tr A-Z a-z)
		echo "| [APN$code](APN$code.md) | \`$name\` | $level | $title |"
	done
	cat <<-'END'

		## The files around

		Every example is a repository of these files (`apnsctl explain examples`) and of what the
		page shows; "before" is what the branch main has, and the rest is changed on top of it. What
		is no manifest is told one file a line: `PATH: what it is`. A certificate is from Apple and
		good for a year unless the line says otherwise; `apnsctl-status` is the branch that the
		controller publishes.
	END
	"$apnsctl" explain examples --format markdown
} >"$root/docs/rules/README.md"
