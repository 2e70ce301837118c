#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint --fix and --diff: edits by position, verified before they are written, all or none.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
cd "$T/repo" || exit 1
A=tenants/acme
fix() { exits "$1" "$2" "$APNSCTL" lint --format concise --fix; }
edits() { grep '^apnsctl: .* edit' "$T/err"; }

# One of everything, in a file with comments, CRLF and a byte order mark.
printf '\357\273\277# The policies.\r\n' >$A/policies.yaml
cat >>$A/policies.yaml <<-'YAML'
	apiVersion: apnsctl/v1
	kind: Polcy # the root
	metadata: {name: root, tenant: acme}
	spec:
	  dispayName: "Tëst: all"   # of all
	---
	apiVersion: apnsctl/v1
	kind: Policy
	metadata: {tenant: acme, name: lab}
	spec: {parentRef: rot, displayName: No}
	---
	apiVersion: apnsctl/v1
	kind: CertificateAssignment
	metadata: {name: all, tenant: acme}
	spec: {certificateRef: push, policyRef: root}
	---
	apiVersion: apnsctl/v1
	kind: CertificateAssignment
	metadata: {name: lab, tenant: acme}
	spec: {certificateRef: push, policyRef: lab}
YAML
sed -i 's/\r*$/\r/' $A/policies.yaml
sed -i 's/type: ManagedAppleID/type: managedappleid/; s/custodians: .*/custodians: alex/' $A/alias.yaml
chmod 640 $A/alias.yaml
git add -A
cp -R "$T/repo" "$T/before"
exits "--diff" 3 "$APNSCTL" lint --diff
is "says what it would be" "$(edits)" "apnsctl: 7 edits in 2 files; nothing was written"
cp "$T/out" "$T/patch"
is "changes nothing" "$(diff -r "$T/before" "$T/repo")" ""
exits "git takes the patch" 0 git apply "$T/patch"
cp -R $A "$T/patched"
git checkout -q -- . && chmod 640 $A/alias.yaml
fix "--fix" 3
is "does the same" "$(diff -r "$T/patched" $A) $(edits)" " apnsctl: 7 edits in 2 files"
is "what remains is told, and decides the status" "$(grep -v ' note: ' "$T/out")" \
	"$A/alias.yaml:7:3: error: only one custodian can reach this Apple Account; name at least two people who can sign in [APN3002 too-few-custodians]"
printf '\357\273\277# The policies.\r\n' >"$T/wanted"
cat >>"$T/wanted" <<-'YAML'
	apiVersion: apnsctl/v1
	kind: Policy # the root
	metadata: {name: root, tenant: acme}
	spec:
	  displayName: "Tëst: all"   # of all
	---
	apiVersion: apnsctl/v1
	kind: Policy
	metadata: {tenant: acme, name: lab}
	spec: {parentRef: root, displayName: "No"}
	---
	apiVersion: apnsctl/v1
	kind: CertificateAssignment
	metadata: {name: all, tenant: acme}
	spec: {certificateRef: push, policyRef: root}
YAML
sed -i 's/\r*$/\r/' "$T/wanted"
same "comments, order and line ends stay" $A/policies.yaml "$T/wanted"
is "the mode too" "$(stat -c %a $A/alias.yaml)" 640
fix "a second time" 3
is "there is nothing to do" "$(diff -r "$T/patched" $A) $(edits)" " apnsctl: 0 edits in 0 files"
is "no file is left behind" "$(find . -name '.new-*')" ""

# Only what was asked for.
git checkout -q -- .
exits "a path" 3 "$APNSCTL" lint --fix $A/alias.yaml
is "limits the edits" "$(git diff --name-only)" "$A/alias.yaml"
git checkout -q -- .

# What is no working tree, or would print two things.
usage() {
	name=$1 text=$2
	shift 2
	exits "$name" 64 "$APNSCTL" lint "$@"
	is "$name: says why" "$(head -n 1 "$T/err")" "apnsctl lint: $text"
}
usage "--fix of a revision" "--fix edits the working tree; leave out --rev" --fix --rev HEAD
usage "--diff of a revision" "--diff edits the working tree; leave out --rev" --diff --rev HEAD
usage "both" "--diff shows what --fix would write; take one of them" --fix --diff
usage "--diff with a format" "--diff prints a patch and no report; leave out --format" --diff --format json
usage "--diff as data" "--diff prints a patch and no report; leave out -o json" --diff -o json

# A file that is no plain file is never written.
mv $A/alias.yaml "$T/elsewhere.yaml"
ln -s "$T/elsewhere.yaml" $A/alias.yaml
cp "$T/elsewhere.yaml" "$T/kept.yaml"
"$APNSCTL" lint --fix >/dev/null 2>&1
is "a symbolic link is not followed" "$(cmp "$T/elsewhere.yaml" "$T/kept.yaml" 2>&1) $(readlink $A/alias.yaml)" \
	" $T/elsewhere.yaml"
rm $A/alias.yaml
git checkout -q -- .

# All or none: the second file can not be put in its place.
exits "a write that fails" 1 strace -f -o /dev/null -e trace=renameat -e inject=renameat:error=EIO:when=2 \
	"$APNSCTL" lint --fix
contains "is told" "$(cat "$T/err")" "can not write $T/repo/$A/policies.yaml: Input/output error"
is "and leaves all files as they were" "$(git status --short | grep -v '^M  ')" ""

# Somebody saves the file while lint is at work: its look before the write takes three seconds.
strace -f -o "$T/trace" -P "$T/repo/$A/alias.yaml" -e trace=openat,newfstatat \
	-e inject=openat:delay_enter=3000000:when=1 "$APNSCTL" lint --fix >"$T/out" 2>"$T/err" &
LINT=$!
BACKGROUND="$BACKGROUND $LINT"
until_true 20 grep -q newfstatat "$T/trace"
echo "# by hand" >>$A/alias.yaml
wait $LINT
is "a file that was changed meanwhile" "$?" 5
is "is told" "$(cat "$T/err")" \
	"apnsctl: $T/repo/$A/alias.yaml was changed since it was read; look at it and run again"
is "and nothing is written" "$(git diff --stat | tail -n 1)" " 1 file changed, 1 insertion(+)"
git checkout -q -- .

# In a folder of a larger work tree, and in none.
mkdir "$T/large" && git init -q "$T/large" && cp -R "$T/before" "$T/large/apple" && rm -rf "$T/large/apple/.git"
exits "--diff below the top of the work tree" 3 "$APNSCTL" lint --diff "$T/large/apple"
cp "$T/out" "$T/patch"
exits "applies at its top" 0 git -C "$T/large" apply "$T/patch"
is "to the right file" "$(diff -r "$T/large/apple/$A" "$T/patched")" ""
cp -R "$T/before" "$T/plain" && rm -rf "$T/plain/.git"
exits "--fix without Git" 3 "$APNSCTL" lint --fix "$T/plain"
is "is the same" "$(diff -r "$T/plain/$A" "$T/patched")" ""

# A copied folder: the edits of one finding are made together, or not at all.
git reset -q --hard
cp -R $A tenants/gamma && sed -i 's/name: acme/name: gamma/' tenants/gamma/tenant.yaml
cp -R tenants/gamma "$T/gamma"
exits "a folder that was copied" 3 "$APNSCTL" lint --format concise
contains "is one finding" "$(cat "$T/out")" 'documents in tenants/gamma/ say tenant: acme; write gamma in all of them'
"$APNSCTL" lint --format json="$T/json" --format sarif="$T/sarif" 2>/dev/null
is "its edits are in the formats that carry edits" "$(python3 - "$T/json" "$T/sarif" <<-'PY'
	import json, sys
	found = [f for f in json.load(open(sys.argv[1]))["findings"] if f["code"] == "APN2008"]
	all = [(e["file"], e["line"]) for e in [found[0]["fix"]] + found[0]["fix"]["also"]]
	results = json.load(open(sys.argv[2]))["runs"][0]["results"]
	fix = [r["fixes"][0] for r in results if r["ruleId"] == "APN2008"][0]
	same = [(c["artifactLocation"]["uri"], c["replacements"][0]["deletedRegion"]["startLine"])
	        for c in fix["artifactChanges"]]
	print(len(all), all == same)
	PY
)" "4 True"
exits "one of its files alone" 3 "$APNSCTL" lint --fix tenants/gamma/alias.yaml
is "is not half of it" "$(diff -r "$T/gamma" tenants/gamma) $(edits)" " apnsctl: 0 edits in 0 files"
"$APNSCTL" lint --fix >/dev/null 2>"$T/err"
is "all of them is, with --fix of all" "$(grep -rl 'tenant: acme' tenants/gamma) $(edits)" " apnsctl: 4 edits in 3 files"
rm -rf tenants/gamma

# A patch is bytes: one that a terminal or a runner would obey is not printed.
policy() {
	printf 'apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: odd, tenant: acme}\nspec:\n  dispayName: |-\n'
	printf '    %s\n' "$1"
}
for text in '::error file=a::pwned' 'a ##[group]b' plain; do
	policy "$text" >$A/odd.yaml
	"$APNSCTL" lint --diff $A/odd.yaml >"$T/out" 2>"$T/err"
	is "the patch with $text" \
		"$(grep -c -F -e "$text" "$T/out") $(grep -c 'so that its change is not shown' "$T/err")" \
		"$([ "$text" = plain ] && echo 1 0 || echo 0 1)"
done
rm $A/odd.yaml

# A topic is pinned only when nothing says that the file is another customer's.
run && portal_create acme && put acme && run
git fetch -q origin
pinned() { sed -n 's/^  topic: //p' "tenants/$1/push.yaml"; }
topic=$(fact acme "o['topic']")
cp $A/push.pem tenants/beta/push.pem
exits "acme's file at beta, with a status branch" 3 "$APNSCTL" lint --fix --format concise
is "is pinned nowhere" "$(pinned beta)" "New # the pin"
contains "and is told" "$(cat "$T/out")" "APN4015"
rm $A/push.pem
exits "acme's file only at beta" 3 "$APNSCTL" lint --fix --format concise
is "is not pinned" "$(pinned beta)" "New # the pin"
contains "because of what was published" "$(cat "$T/out")" \
	"by what the status branch says, the certificate belongs to PushCertificate/acme/push"
git checkout -q -- . && rm tenants/beta/push.pem
exits "acme's own" 0 "$APNSCTL" lint --fix --format concise
is "is pinned, and the comment stays" "$(pinned acme)" "$topic # the pin"
lacks "and no more told" "$(cat "$T/out")" "APN4004"
is "nothing else was touched" "$(git diff --stat | tail -n 1)" " 1 file changed, 1 insertion(+), 1 deletion(-)"
finish
