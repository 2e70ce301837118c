#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# examples/ci and the pre-commit hook as far as they can be tried without a forge: they parse, their
# commands run in a clone as the forge makes it, and the matcher reads what lint prints.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
MDM_PORT=8443
CI=$ROOT/examples/ci
export HOME="$T/home" PATH="$B:$PATH"
mkdir "$HOME"

# steps FILE JOB FOLDER: the commands of a job as shell scripts, in their order.
steps() {
	mkdir -p "$3" && python3 - "$@" <<'PY'
import sys, yaml
file, job, folder = sys.argv[1:]
whole = yaml.safe_load(open(file))
if "jobs" in whole:
    runs = [s["run"] for s in whole["jobs"][job]["steps"] if "run" in s]
else:
    one = dict(whole[whole[job]["extends"]], **whole[job])
    runs = [line for part in ("before_script", "script", "after_script") for line in one.get(part, [])]
for i, text in enumerate(runs):
    assert "${{" not in text, "an expression in a script can be a command: " + text
    open("%s/%02d.sh" % (folder, i), "w").write(text + "\n")
PY
}
# job NAME FILE JOB: runs the steps in a shallow clone of the branch of the pull request, as the
# forges do: `set -e`, and those behind a failed one only where they say so. $T/job.out, $T/job.status
job() {
	rm -rf "$T/clone" "$T/steps"
	git clone -q --depth 1 -b feature "file://$T/remote.git" "$T/clone"
	steps "$2" "$3" "$T/steps" || { not_ok "$1: its scripts are there"; return; }
	known lint --base || sed -i '/^apnsctl lint/s| --base "origin/$BASE"||' "$T"/steps/*.sh
	: >"$T/job.out"
	echo 0 >"$T/job.status"
	for step in "$T"/steps/*.sh; do
		(cd "$T/clone" && BASE=main GITHUB_STEP_SUMMARY="$T/summary" sh -e "$step") >>"$T/job.out" 2>&1
		status=$?
		[ "$status" = 0 ] || echo "$status" >"$T/job.status"
	done
}
# known COMMAND OPTION: an example may be ahead of this build.
known() { "$APNSCTL" "$1" --help | grep -q -- "^  $2\\b"; }

git init -q --bare -b main "$T/remote.git"
git init -q -b main "$T/repo"
git -C "$T/repo" remote add origin "$T/remote.git"
shop_organization
shop_tenant acme
shop_commit start
git -C "$T/repo" push -q origin HEAD:apnsctl-status
git -C "$T/repo" checkout -q -b feature
sed -i 's/appleIdRef: apple/appleIdRef: aple/' "$T/repo/tenants/acme/push.yaml"
printf 'apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: x, tenant: acme}\nspec: {displayName: no, parentRef: rot}\n' \
	>"$T/repo/tenants/acme/x y: 3.yaml"
echo "no certificate" >"$T/repo/tenants/acme/nobodys.pem"
git -C "$T/repo" add -A && git -C "$T/repo" commit -q -m change && git -C "$T/repo" push -q origin feature

for f in "$CI"/*.yml "$ROOT/.pre-commit-hooks.yaml"; do
	exits "$(basename "$f") is YAML" 0 python3 -c 'import sys,yaml; assert yaml.safe_load(open(sys.argv[1]))' "$f"
done
exits "every uses: of the workflow has a version" 1 sh -c "grep 'uses:' '$CI/github-workflow.yml' | grep -v '@v[0-9]'"

# The checkout is not what counts.
exits "every job reads the commit" 1 sh -c "grep -hE 'apnsctl (lint|plan) ' '$CI'/*.yml | grep -v -e '--rev HEAD'"
job "the lint job of GitHub" "$CI/github-workflow.yml" lint
is "GitHub: lint finds the mistakes" "$(cat "$T/job.status")" 3
contains "GitHub: as annotations" "$(cat "$T/job.out")" \
	"::error file=tenants/acme/push.yaml,line=5,endLine=5,col=15,endColumn=19,title=APN2003 missing-reference::"
lacks "GitHub: with the status branch" "$(cat "$T/job.out")" "not checked"
exits "GitHub: the SARIF file is there to be uploaded" 0 python3 -c '
import sys, yaml, json
step = [s for s in yaml.safe_load(open(sys.argv[1]))["jobs"]["lint"]["steps"] if "sarif_file" in s.get("with", {})][0]
assert json.load(open(sys.argv[2] + "/" + step["with"]["sarif_file"]))["runs"][0]["results"]' \
	"$CI/github-workflow.yml" "$T/clone"
contains "GitHub: the summary of the step is there" "$(cat "$T/summary")" "### apnsctl lint: "

job "the lint job of GitLab" "$CI/gitlab-ci.yml" apnsctl-lint
is "GitLab: lint finds the mistakes" "$(cat "$T/job.status")" 3
contains "GitLab: with frames in the log" "$(cat "$T/job.out")" "5 |   appleIdRef: aple"
exits "GitLab: its reports are written and well-formed" 0 python3 -c '
import sys, yaml, json, xml.etree.ElementTree as E
reports = yaml.safe_load(open(sys.argv[1]))["apnsctl-lint"]["artifacts"]["reports"]
assert json.load(open(sys.argv[2] + "/" + reports["codequality"]))
assert reports["junit"].endswith(".xml") and E.parse(sys.argv[2] + "/" + reports["junit"]).getroot()' \
	"$CI/gitlab-ci.yml" "$T/clone"

git -C "$T/remote.git" update-ref -d refs/heads/apnsctl-status
job "without a status branch" "$CI/github-workflow.yml" lint
is "GitHub: without a status branch lint runs all the same" "$(cat "$T/job.status")" 3
contains "GitHub: and says what was not checked" "$(cat "$T/job.out")" "::not checked: topics against those that were published"
git -C "$T/repo" push -q origin main:apnsctl-status

if known plan --offline; then
	for forge in github-workflow:plan gitlab-ci:apnsctl-plan; do
		job "plan" "$CI/${forge%:*}.yml" "${forge#*:}"
		contains "${forge%:*}: the plan begins with its marker" "$(cat "$T/clone/plan.md")" "<!-- apnsctl:plan -->
"
	done
else
	echo "# plan --offline is not there: the jobs that plan were not run"
fi

# The script of the sticky comment, against a forge that remembers. Debian's node is not required.
if command -v node >/dev/null; then
	python3 -c '
import sys, yaml
step = [s for s in yaml.safe_load(open(sys.argv[1]))["jobs"]["plan"]["steps"] if "script" in s.get("with", {})][0]
print("""
const had = [{id: 1, user: {type: "User"}, body: "<!-- apnsctl:plan -->\\nnot ours"}];
const github = {
  paginate: async (list, where) => { if (where.issue_number !== 7) throw 1; return had; },
  rest: {issues: {listComments: {},
    createComment: async c => { console.log("create", c.owner, c.issue_number); had.push({id: 2, user: {type: "Bot"}, body: c.body}); },
    updateComment: async c => { console.log("update", c.comment_id, c.body.length); }}}};
const context = {repo: {owner: "o", repo: "r"}, issue: {number: 7}};
async function run() {
%s
}
run().then(run).catch(e => { console.error(e); process.exit(1); });
""" % step["with"]["script"])' "$CI/github-workflow.yml" >"$T/comment.js"
	printf '<!-- apnsctl:plan -->\nx' >"$T/plan.md"
	is "the comment is made once, and then updated" "$(cd "$T" && node comment.js)" "create o 7
update 2 23"
fi

# The matcher, over real output.
cd "$T/repo" || exit 1
"$APNSCTL" lint --format concise --format json="$T/report.json" >"$T/concise" 2>/dev/null
exits "the matcher reads place, level, message and code of every error and warning" 0 python3 - "$CI/github-matcher.json" \
	"$T/report.json" "$T/concise" <<'PY'
import json, re, sys
matchers = {m["owner"]: m["pattern"] for m in json.load(open(sys.argv[1]))["problemMatcher"]}
got, plain = [], 0
for line in open(sys.argv[3]).read().splitlines():
    hits = 0
    for [p] in matchers.values():
        m = re.match(p["regexp"], line)
        if m:
            hits += 1
            of = lambda k: m.group(p[k]) if k in p else None
            got.append((of("file"), int(of("line") or 0), int(of("column") or 0), of("severity"),
                        of("message"), of("code")))
    assert hits == (": note: " not in line), (hits, line)
want = [(f["file"], f.get("line", 0), f.get("column", 0), f["level"], f["message"], f["code"])
        for f in json.load(open(sys.argv[2]))["findings"] if f["level"] != "note"]
assert sorted(got) == sorted(want), (got, want)
assert len(want) >= 4 and any(w[1] == 0 for w in want) and any(w[0].endswith("x y: 3.yaml") for w in want), want
assert {w[3] for w in want} == {"error", "warning"}, want
PY

# The hook, as pre-commit starts it: at the top of the repository, without file names.
entry=$(python3 -c '
import sys, yaml
[h] = yaml.safe_load(open(sys.argv[1]))
assert h["language"] == "system" and h["pass_filenames"] is False and h["require_serial"] is True
assert {"id", "name", "entry", "files"} <= set(h)
print(h["entry"])' "$ROOT/.pre-commit-hooks.yaml")
# shellcheck disable=SC2086
exits "the hook refuses the mistakes" 3 $entry
contains "and says what they are" "$(cat "$T/out")" "tenants/acme/push.yaml:5:15: error: "
git checkout -q main
# shellcheck disable=SC2086
exits "and lets a clean repository pass" 0 $entry
files=$(python3 -c 'import sys,yaml; print(yaml.safe_load(open(sys.argv[1]))[0]["files"])' "$ROOT/.pre-commit-hooks.yaml")
is "it runs for manifests and certificates, and not for the rest" \
	"$(printf '%s\n' organization.yaml servers/a.yml tenants/acme/push.pem apple/tenants/a/b.yaml README.md docs/a.yaml |
		FILES=$files python3 -c 'import os,re,sys; print(*[l.strip() for l in sys.stdin if re.search(os.environ["FILES"], l.strip())])')" \
	"organization.yaml servers/a.yml tenants/acme/push.pem apple/tenants/a/b.yaml"
finish
