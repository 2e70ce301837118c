#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The author of a commit decides how it differs from its checkout. What lint says of odd trees is the
# same, whether it reads the working tree or the commit, and everything is said once.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
MDM_PORT=8443
R=$T/repo

# fresh: a sound repository with two customers, not committed yet.
fresh() {
	rm -rf "$R"
	git init -q -b main "$R"
	shop_organization
	shop_tenant acme
	shop_tenant cedar
	git -C "$R" add -A
	git -C "$R" commit -q -m start
}
# gitlink PATH: an entry of mode 160000 in place of what is there, with the folder of a checkout.
gitlink() {
	git -C "$R" rm -rqf --ignore-unmatch "$1"
	git -C "$R" update-index --add --cacheinfo "160000,$(git -C "$R" rev-parse HEAD),$1"
	mkdir -p "$R/$1"
}
# link PATH TO: a symbolic link in place of what is there.
link() {
	rm -rf "${R:?}/$1"
	ln -s "$2" "$R/$1"
	git -C "$R" add -A "$1"
}
# file PATH TEXT
file() {
	rm -rf "${R:?}/$1"
	mkdir -p "$(dirname "$R/$1")"
	printf '%s\n' "$2" >"$R/$1"
	git -C "$R" add -A
}
TOKEN=ghp_$(printf '%036d' 0 | tr 0 a)

# agree NAME TEXT…: both readers say the lines that were asked for, in the same words, and once.
agree() {
	name=$1
	shift
	git -C "$R" commit -q -m odd
	"$APNSCTL" lint --format concise "$R" >"$T/tree" 2>/dev/null
	tree=$?
	"$APNSCTL" lint --format concise --rev HEAD "$R" >"$T/rev" 2>"$T/err"
	is "$name: both end with the same status" "$tree" "$?"
	is "$name: both say the same" "$(cat "$T/tree")" "$(cat "$T/rev")"
	is "$name: and nothing twice" "$(sort "$T/rev" | uniq -d)" ""
	for text; do contains "$name: $text" "$(cat "$T/rev" "$T/err")" "$text"; done
}

for path in accounts servers tenants tenants/zz tenants/acme servers/sub vendor a/b; do
	fresh
	gitlink $path
	agree "a submodule at $path" "$path: error: submodules are not read"
done
for path in accounts servers tenants tenants/zz tenants/acme servers/sub vendor organization.yml; do
	fresh
	link $path nowhere
	agree "a link at $path" "$path: error: symbolic links are not followed"
done
for path in accounts servers tenants; do
	fresh
	file $path "token: $TOKEN"
	agree "a file at $path" "$path: error: a file stands where a folder is read" \
		"$path:1:8: error: a GitHub token stands in this file"
done
for path in tenants/cedar/.hid/key.pem tenants/.hid/x servers/.hid/x.yaml .hid/x .github/x.yml tenants/x \
	vendor/tenants/x servers/x accounts/x; do
	fresh
	file $path "token: $TOKEN"
	agree "a secret in $path" "$path:1:8: error: a GitHub token stands in this file"
done
for path in tenants/.hid/push.yaml .hid/push.yaml; do
	fresh
	file $path "$(cat "$R/tenants/acme/push.yaml")"
	agree "a manifest in $path"
done
fresh
file deep/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16 "token: $TOKEN"
agree "a folder that is too deep" "deep/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15: error: the name is not allowed"

# What a checkout makes of a file is told where it is read.
for attribute in ident filter=x working-tree-encoding=UTF-16; do
	fresh
	file tenants/acme/.gitattributes "*.yml -text $attribute"
	exits "a checkout that may differ is linted" 0 "$APNSCTL" lint "$R"
	contains "and $attribute is named" "$(cat "$T/out")" \
		"not checked: whether the files are what a commit has of them: tenants/acme/.gitattributes says that a checkout changes them (${attribute%%=*}); lint the commit with --rev HEAD [gitattributes]"
	git -C "$R" commit -q -m odd
	exits "the commit is what it is" 0 "$APNSCTL" lint --rev HEAD "$R"
	lacks "which needs no note" "$(cat "$T/out")" "not checked: whether"
done
fresh
file .gitattributes '# ident
*.yaml text -ident'
exits "other attributes" 0 "$APNSCTL" lint "$R"
lacks "are no reason to doubt" "$(cat "$T/out")" "not checked: whether"

# A mode that Git itself does not write: libgit2 would read the file.
fresh
blob=$(git -C "$R" rev-parse HEAD:organization.yaml)
tree=$(python3 - "$R" "$blob" <<'PY'
import subprocess, sys
repo, blob = sys.argv[1:]
raw = b"100777 organization.yaml\0" + bytes.fromhex(blob)
print(subprocess.run(["git", "-C", repo, "hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
                     input=raw, stdout=subprocess.PIPE, check=True).stdout.decode().strip())
PY
)
exits "an unknown mode is refused" 3 "$APNSCTL" lint --rev "$(git -C "$R" commit-tree -m x "$tree")" --format concise "$R"
contains "and named" "$(cat "$T/out")" "organization.yaml: error: the name is not allowed"

# Reconcile reads the commit, too: what is broken for all is told, and the rest goes on.
rm -rf "$R"
shop_start acme || exit 1
runs "before" 0
commits=$(status_commits)
gitlink accounts
git -C "$R" commit -q -m odd && git -C "$R" push -q origin HEAD:main
run
is "a submodule at accounts does not stop reconcile" "$?" 4
contains "it is told" "$(cat "$T/out" "$T/err")" "submodules are not read"
is "and the status is published" "$(($(status_commits) > commits))" 1
finish
