#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A .gitignore of a pull request that leads elsewhere or could take for ever leaves nothing out, and
# lint says so.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
MDM_PORT=8443
git init -q "$T/repo"
shop_organization
shop_tenant acme
git -C "$T/repo" add -A
cd "$T/repo" || exit 1
bad=tenants/acme/left-out.yaml
printf 'kind: x\napiVersion: apnsctl/v1\n' >$bad

echo 'left-out.*' >.gitignore
exits "a usual .gitignore leaves a file out" 0 "$APNSCTL" lint --format json
is "and nothing is said of it" "$(grep -c '"gitignore"' "$T/out")" 0

# odd NAME FILE REASON: lint ends soon, with the finding of the file that would be left out.
odd() {
	exits "$1: nothing is left out" 3 timeout 20 "$APNSCTL" lint --format concise
	contains "$1: not the file beside" "$(cat "$T/out")" "$bad:1:"
	is "$1: it is said" "$(grep -o 'not checked: what .*' "$T/err")" \
		"not checked: what $2 leaves out: $3; all below its folder was linted"
	rm -f "$2"
}
echo '/tenants/acme/*.yaml' >"$T/outside"
ln -sf "$T/outside" .gitignore
strace -f -e trace=open,openat -o "$T/trace" "$APNSCTL" lint >/dev/null 2>&1
is "a link is not followed" "$(grep -c 'gitignore"\|outside' "$T/trace")" 0
odd "a link out of the repository" .gitignore "it is a symbolic link"
ln -s /dev/zero tenants/.gitignore
odd "a link to a device below" tenants/.gitignore "it is a symbolic link"
mkfifo .gitignore
odd "a FIFO" .gitignore "it is no file"
truncate -s 6G .gitignore
odd "6 GiB" .gitignore "it has more than 64 KiB"
yes left-out.yaml | head -n 2001 >.gitignore
odd "many lines" .gitignore "it has more than 2000 lines"
echo '*e*-*o*t*Q' >.gitignore
odd "five stars" .gitignore "its patterns have too many stars"
yes '*e*-*Q' | head -n 21 >tenants/acme/.gitignore
odd "many lines with three" tenants/acme/.gitignore "its patterns have too many stars"

# What is at most allowed takes no time, with the worst name that it may meet.
{ yes '*a*a*a*aQ' | head -n 20; yes '*a*aQ' | head -n 1978; echo 'left-out.*'; echo '# * * * * *'; } >.gitignore
: >"tenants/acme/$(printf '%060d' 0 | tr 0 a).txt"
exits "what is allowed at most takes no time" 0 timeout 20 "$APNSCTL" lint --format concise
rm tenants/acme/a*.txt

# Where all is committed no .gitignore is asked.
ln -sf "$T/outside" .gitignore
git add -f -A
"$APNSCTL" lint --format concise >"$T/out" 2>"$T/err"
is "where all is committed nothing is said" "$(grep -c 'leaves out' "$T/err")" 0
finish
