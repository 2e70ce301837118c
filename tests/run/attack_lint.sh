#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a hostile pull request may hold, linted in CI.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
MDM_PORT=8443
git init -q "$T/repo"
shop_organization
shop_tenant acme
git -C "$T/repo" add -A

# Each star doubles the time that libgit2 needs to see that the pattern does not match.
printf '*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\n' >"$T/repo/.gitignore"
: >"$T/repo/tenants/acme/$(printf '%0120d' 0 | tr 0 a).txt"
git -C "$T/repo" add -f -A
exits "a .gitignore can not hold lint up" 0 timeout 20 "$APNSCTL" lint "$T/repo"
rm -r "$T/repo/tenants/acme/"a*

# What is committed is reconciled, whatever .gitignore says.
printf 'tenants/acme/\n' >"$T/repo/.gitignore"
sed -i 's/topic: New/topic: nonsense/' "$T/repo/tenants/acme/push.yaml"
git -C "$T/repo" add -f -A
exits "a folder that is ignored and committed is linted" 3 "$APNSCTL" lint "$T/repo"
folder=$T/repo/tenants/$(printf '%060d' 0 | tr 0 a)
printf '*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b/\n' >"$T/repo/.gitignore"
mkdir "$folder"
: >"$folder/x"
git -C "$T/repo" add -f -A
exits "nor can one for folders" 3 timeout 20 "$APNSCTL" lint "$T/repo"

# A runner takes a line that begins with :: for a command.
name='nl
::error::x.yaml'
printf 'kind: x\napiVersion: apnsctl/v1\n' >"$T/repo/tenants/acme/$name"
for f in text concise json github gitlab sarif junit; do
	"$APNSCTL" lint --format $f "$T/repo" 2>&1 | grep -v '^::[a-z]* \(file=[^:]*,\)\{0,1\}title=' >"$T/out"
	is "$f: no path becomes a command of the runner" "$(grep -c '^::' "$T/out")" 0
done

# A secret is told and never shown, wherever it stands.
token=ghp_$(printf '%036d' 0 | tr 0 s)
gitlab=glpat-$(printf '%020d' 0 | tr 0 s)
base64=$(printf '%064d' 0 | tr 0 s)
key="-----BEGIN PRIVATE KEY-----"
cat >"$T/repo/tenants/acme/secrets.yaml" <<YAML
apiVersion: apnsctl/v1
kind: PushCertificate
metadata: {name: $gitlab, tenant: acme, labels: {a: yes}}
spec:
  appleIdRef: $token
  topic: $token
  $token: 1
token: $token
key: |
  $key
  $base64
  -----END PRIVATE KEY-----
YAML
git -C "$T/repo" add -f -A
for f in text concise json github gitlab sarif junit; do
	GITHUB_STEP_SUMMARY="$T/summary" "$APNSCTL" lint --format $f "$T/repo" >"$T/out" 2>&1
	is "$f: no secret is shown" "$(grep -c "ssssssssss" "$T/out")" 0
	contains "$f: it is told" "$(cat "$T/out")" "a GitHub token stands in this file"
done
is "nor in the summary" "$(grep -c "ssssssssss" "$T/summary")" 0
contains "its place is" "$("$APNSCTL" lint "$T/repo" 2>&1)" "8 | token: ghp_************************************
  |        ^^^^^^^^"
"$APNSCTL" lint --diff "$T/repo" >"$T/out" 2>&1
is "nor in a patch" "$(grep -c "ssssssssss" "$T/out")" 0
contains "which says so" "$(cat "$T/out")" "tenants/acme/secrets.yaml holds a secret, so that its change is not shown"
rm "$T/repo/tenants/acme/secrets.yaml"

# A report goes where it was told to, and not where a committed link leads.
mkdir "$T/outside"
ln -s "$T/outside" "$T/repo/rep"
cd "$T/repo" || exit 1
exits "a report is not written through a link of the repository" 5 "$APNSCTL" lint --format sarif=rep/victim
is "which is told" "$(cat "$T/err")" "apnsctl: rep/victim is not written: rep is a symbolic link in the repository"
is "and nothing is there" "$(ls "$T/outside")" ""
exits "nor by its whole path" 5 "$APNSCTL" lint --format "sarif=$T/repo/./rep/victim"
ln -s "$T/outside" "$T/way"
exits "a link of the user's own is followed" 3 "$APNSCTL" lint --format "sarif=$T/way/report"
is "to its end" "$(ls "$T/outside")" "report"
finish
