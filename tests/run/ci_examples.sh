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
	rm -rf "$T/temp" && mkdir "$T/temp"
	for step in "$T"/steps/*.sh; do
		(cd "$T/clone" && BASE=main GITHUB_STEP_SUMMARY="$T/summary" RUNNER_TEMP="$T/temp" sh -e "$step") \
			>>"$T/job.out" 2>&1
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

# The author of a pull request has links in the checkout to files of the job.
echo untouched >"$T/target"
for name in plan.md apnsctl.sarif apnsctl.xml gl-code-quality-report.json; do
	ln -s "$T/target" "$T/repo/$name"
done
git -C "$T/repo" add -A && git -C "$T/repo" commit -q -m links && git -C "$T/repo" push -q origin feature
for one in github-workflow:lint github-workflow:plan gitlab-ci:apnsctl-lint gitlab-ci:apnsctl-plan; do
	job "${one#*:} with links" "$CI/${one%:*}.yml" "${one#*:}"
	is "$one: writes through no link" "$(cat "$T/target")" untouched
	case $one in
	github*plan) plan=$T/temp/plan.md ;;
	*plan) plan=$T/clone/plan.md ;;
	*) continue ;;
	esac
	is "$one: a plan is written, with its marker" "$(head -n 1 "$plan")" "<!-- apnsctl:plan -->"
	is "$one: as a file" "$(test -h "$plan" || echo file)" file
	contains "$one: it is in the log" "$(cat "$T/job.out")" "In quarantine"
	is "$one: and its status is that of the job" "$(cat "$T/job.status")" 4
done

# GitLab, from a fork: its branches would make everything look as it was.
git clone -q --bare "$T/remote.git" "$T/fork.git"
git -C "$T/fork.git" update-ref refs/heads/main refs/heads/feature
git -C "$T/fork.git" update-ref -d refs/heads/apnsctl-status
mv "$T/remote.git" "$T/upstream.git"
mv "$T/fork.git" "$T/remote.git"
export CI_PROJECT_ID=2
job "fork" "$CI/gitlab-ci.yml" apnsctl-plan
contains "GitLab: without a merge request the project is its own" "$(cat "$T/job.out")" "There is no status branch yet."
export CI_MERGE_REQUEST_PROJECT_ID=1 CI_MERGE_REQUEST_PROJECT_URL="file://$T/upstream" CI_JOB_TOKEN=token
job "fork" "$CI/gitlab-ci.yml" apnsctl-plan
is "GitLab: a fork does not say what it is compared with" \
	"$(git -C "$T/clone" rev-parse origin/main origin/apnsctl-status)" \
	"$(git -C "$T/upstream.git" rev-parse main apnsctl-status)"
lacks "GitLab: nor that nothing was published" "$(cat "$T/job.out")" "There is no status branch yet."
is "GitLab: the token of the job is asked for by git, and in no argument" \
	"$(cd "$T/clone" && printf 'protocol=https\nhost=x\n\n' | git credential fill | grep -v '^protocol\|^host')" \
	"username=gitlab-ci-token
password=token"
unset CI_PROJECT_ID CI_MERGE_REQUEST_PROJECT_ID CI_MERGE_REQUEST_PROJECT_URL CI_JOB_TOKEN

# The script of the sticky comment, against a forge that remembers and refuses what is too long.
# Debian's node is not required.
if command -v node >/dev/null; then
	python3 -c '
import sys, yaml
step = [s for s in yaml.safe_load(open(sys.argv[1]))["jobs"]["plan"]["steps"] if "script" in s.get("with", {})][0]
print("""
const limit = Number(process.argv[2]);
const had = [{id: 1, user: {type: "User"}, body: "<!-- apnsctl:plan -->\\nnot ours"}];
const take = c => { if (c.body.length > limit) throw new Error("too long"); };
const github = {
  paginate: async (list, where) => { if (where.issue_number !== 7) throw 1; return had; },
  rest: {issues: {listComments: {},
    createComment: async c => { take(c); console.log("create", c.owner, c.issue_number); had.push({id: 2, user: {type: "Bot"}, body: c.body}); },
    deleteComment: async c => { console.log("delete", c.comment_id); },
    updateComment: async c => { take(c); console.log("update", c.comment_id, c.body); }}}};
const context = {repo: {owner: "o", repo: "r"}, issue: {number: 7}, serverUrl: "https://f", runId: 5};
if (process.argv[3]) had.push({id: 2, user: {type: "Bot"}, body: "<!-- apnsctl:plan -->\\nold"});
async function run() {
%s
}
run().catch(e => console.log("red:", e.message));
""" % step["with"]["script"])' "$CI/github-workflow.yml" >"$T/comment.js"
	# comment LIMIT [OLD]: what the script does, with what is in $T/temp/plan.md
	comment() { RUNNER_TEMP="$T/temp" node "$T/comment.js" "$@"; }
	printf '<!-- apnsctl:plan -->\n**apnsctl plan: 1 BLOCKED**\n%0300d' 0 >"$T/temp/plan.md"
	is "the comment is made once" "$(comment 1000)" "create o 7"
	is "and then updated" "$(comment 1000 old)" "update 2 $(cat "$T/temp/plan.md")"
	is "one that is refused leaves the verdict" "$(comment 250 old)" "update 2 <!-- apnsctl:plan -->
**apnsctl plan: 1 BLOCKED**

The plan could not be posted; the log of the job has more: https://f/o/r/actions/runs/5

red: too long"
	is "one that is refused even then takes the old one with it" "$(comment 10 old)" "delete 2
red: too long"
	is "with no old one nothing is deleted" "$(comment 10)" "red: too long"
	rm "$T/temp/plan.md"
	is "a plan that could not be made is told" "$(comment 1000 old)" "update 2 <!-- apnsctl:plan -->
**apnsctl plan: none could be made**; the log of the job has more: https://f/o/r/actions/runs/5"
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
# With "files" it would not run where a commit only deletes.
assert {"id", "name", "entry"} <= set(h) and h["always_run"] is True and "files" not in h
print(h["entry"])' "$ROOT/.pre-commit-hooks.yaml")
# shellcheck disable=SC2086
exits "the hook refuses the mistakes" 3 $entry
contains "and says what they are" "$(cat "$T/out")" "tenants/acme/push.yaml:5:15: error: "
git checkout -q main
# shellcheck disable=SC2086
exits "and lets a clean repository pass" 0 $entry
finish
