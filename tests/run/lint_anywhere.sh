#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint where CI runs it: without network, as another user than the owner of the files, without a
# home, in a bare and in a shallow clone, from any working directory, with read-only files.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
MDM_PORT=8443

git init -q --bare -b main "$T/remote.git"
git init -q -b main "$T/repo"
git -C "$T/repo" remote add origin "$T/remote.git"
shop_organization
shop_tenant acme
sed -i 's/appleIdRef: apple/appleIdRef: aple/' "$T/repo/tenants/acme/push.yaml"
shop_commit start
"$APNSCTL" lint "$T/repo" >"$T/wanted" 2>"$T/err"
contains "there is something to find" "$(cat "$T/wanted")" "tenants/acme/push.yaml:5:15: error: "

# finds NAME COMMAND… : the same bytes as at home, nothing on stderr, exit 3.
finds() {
	n=$1
	shift
	exits "$n" 3 "$@"
	same "$n: the same findings" "$T/out" "$T/wanted"
	is "$n: nothing else is said" "$(cat "$T/err")" ""
}
git clone -q --bare "$T/remote.git" "$T/bare.git"
git clone -q --depth 1 "file://$T/remote.git" "$T/shallow"

if unshare -rn true 2>/dev/null; then
	finds "without network" unshare -rn "$APNSCTL" lint "$T/repo"
else
	echo "# unshare -n is not allowed here"
fi
finds "without a home" env -u HOME -u XDG_CONFIG_HOME "$APNSCTL" lint "$T/repo"
finds "with an empty environment" env -i "$APNSCTL" lint "$T/repo"
mkdir "$T/home"
finds "with an empty home" env HOME="$T/home" "$APNSCTL" lint "$T/repo"
is "which stays empty" "$(ls -A "$T/home")" ""
finds "from another directory" sh -c "cd / && '$APNSCTL' lint '$T/repo'"
finds "from a folder below" sh -c "cd '$T/repo/tenants/acme' && '$APNSCTL' lint"
finds "in a shallow clone" "$APNSCTL" lint "$T/shallow"
finds "in a shallow clone, of a revision" "$APNSCTL" lint --rev HEAD "$T/shallow"
finds "in a bare clone" "$APNSCTL" lint --rev main "$T/bare.git"
rm -rf "$T/plain" && mkdir "$T/plain" && git -C "$T/repo" archive HEAD | tar -x -C "$T/plain"
exits "without Git" 3 "$APNSCTL" lint "$T/plain"
is "without Git: the same findings" "$(grep -v '^not checked' "$T/out")" "$(grep -v '^not checked' "$T/wanted")"

# As nobody, on files of root that nobody else may write.
if [ "$(id -u)" = 0 ] && id nobody >/dev/null 2>&1 && command -v setpriv >/dev/null; then
	cp "$APNSCTL" "$T/apnsctl"
	chmod 755 "$T" && chmod -R a+rX,go-w "$T/repo" "$T/shallow" "$T/bare.git" "$T/apnsctl"
	as_nobody() {
		setpriv --reuid nobody --regid nogroup --clear-groups env -i HOME=/nonexistent "$T/apnsctl" "$@"
	}
	finds "as another user" as_nobody lint "$T/repo"
	finds "as another user, of a revision" as_nobody lint --rev HEAD "$T/repo"
	finds "as another user, in a bare clone" as_nobody lint --rev main "$T/bare.git"
	exits "a file that can not be read is no clean file" 7 sh -c '
		chmod 600 "$1/tenants/acme/push.yaml"
		setpriv --reuid nobody --regid nogroup --clear-groups "$2" lint "$1"; s=$?
		chmod 644 "$1/tenants/acme/push.yaml"; exit $s' - "$T/repo" "$T/apnsctl"
	contains "and is named" "$(cat "$T/err")" "push.yaml"
else
	echo "# not root: nobody else can be tried"
fi
is "lint wrote nothing into the repository" "$(git -C "$T/repo" status --porcelain --ignored)" ""

# A path that matches nothing is wrong use: a folder that was moved must not turn CI green.
exits "a path that is not there" 64 "$APNSCTL" lint "$T/repo/tenants/gone"
is "is named" "$(cat "$T/err")" "apnsctl: $T/repo/tenants/gone: No such file or directory"
exits "a path that is not there, behind one that is" 64 "$APNSCTL" lint "$T/repo/tenants" "$T/repo/nowhere"
exits "a path that is not in the revision" 64 sh -c ": >'$T/repo/new.yaml'; '$APNSCTL' lint --rev HEAD '$T/repo/new.yaml'"
is "is named with the revision" "$(cat "$T/err")" "apnsctl: $T/repo/new.yaml is not in the revision"
rm "$T/repo/new.yaml"
exits "a path of another repository" 64 "$APNSCTL" lint "$T/repo/tenants" "$T/plain/tenants"
contains "is named" "$(cat "$T/err")" "is not below $T/repo, the repository of the manifests"
mkdir "$T/repo/docs"
exits "an empty folder of the repository" 64 "$APNSCTL" lint "$T/repo/docs"
is "is told of" "$(cat "$T/err")" "apnsctl: $T/repo/docs holds nothing that is read: it is empty, or Git ignores it"
printf 'out/\n' >"$T/repo/.gitignore" && mkdir "$T/repo/out" && cp -R "$T/repo/tenants" "$T/repo/out/"
exits "a folder that Git ignores" 64 "$APNSCTL" lint "$T/repo/out/tenants"
exits "a file that Git ignores" 64 "$APNSCTL" lint "$T/repo/out/tenants/acme/push.yaml"
exits "Git's own folder" 64 "$APNSCTL" lint "$T/repo/.git"
echo text >"$T/repo/docs/x.txt"
exits "a folder without manifests and certificates" 64 "$APNSCTL" lint "$T/repo/docs"
is "is told of, too" "$(cat "$T/err")" "apnsctl: docs: no manifest and no certificate file is there; only secrets were looked for, and none was found"
echo "AKIA""IOSFODNN7EXAMPLE" >"$T/repo/docs/x.txt"
exits "unless it holds a secret" 3 "$APNSCTL" lint "$T/repo/docs"
exits "or is one of the paths only" 64 "$APNSCTL" lint "$T/repo/tenants" "$T/repo/.gitignore"
exits "a folder without a finding is clean" 0 "$APNSCTL" lint "$T/repo/servers"
mkdir "$T/empty"
exits "a folder of no repository" 3 "$APNSCTL" lint "$T/empty"
finish
