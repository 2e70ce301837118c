#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# plan --offline: manifests at hand, facts from the status branch, nothing else needed.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
activate acme || not_ok "acme is Active" "$(cat "$T/out" "$T/err")"
cd "$T/repo" || exit 1
# member EXPRESSION: python over the Plan `d` in $T/out.
member() { python3 -c "import json,sys; d=json.load(sys.stdin); print($1)" <"$T/out"; }

exits "without a status branch" 0 "$APNSCTL" plan --offline -o json
is "the basis is None" "$(member "d['basis']")" None
is "and the cure is said" "$(cat "$T/err")" "apnsctl: what is in force is not known: the status branch is not here; run git fetch origin apnsctl-status:refs/remotes/origin/apnsctl-status, or name it with --status"
exits "a status that is none" 64 "$APNSCTL" plan --offline --status nowhere
git fetch -q origin
exits "with a status branch" 0 "$APNSCTL" plan --offline -o json
is "what it rests on" "$(member "d['kind'], d['basis'], d['sourceRevision'], d['statusRevision'], 'baseRevision' in d")" \
	"Plan StatusBranch  $(git rev-parse origin/apnsctl-status) False"
exits "as text" 0 "$APNSCTL" plan --offline
is "the person at the portal" "$(cat "$T/out")" "A person must:
  ? CreateAtPortal:PushCertificate/beta/push  (FirstCertificate)
      choose Create a Certificate and upload the file
      Apple Account: apple@beta.example
      file: $(request_file beta)
Plan: 0 to do, 1 for a person, 0 blocked."
exits "of a revision" 0 "$APNSCTL" plan --offline --rev HEAD -o json
is "it is named" "$(member "d['sourceRevision']")" "$(git rev-parse HEAD)"
git archive origin/apnsctl-status | tar -x --one-top-level="$T/copy"
"$APNSCTL" plan --offline >"$T/from-branch"
exits "a folder with the files of a status branch" 0 "$APNSCTL" plan --offline --status "$T/copy"
is "says the same" "$(cat "$T/out")" "$(cat "$T/from-branch")"
exits "the day on which it is due" 2 "$APNSCTL" --now "$(date -u -d '+330 days' +%Y-%m-%dT00:00:00Z)" plan --offline --detailed-exitcode
contains "asks for the renewal, and says what a person does then" "$(cat "$T/out")" \
	"      then: Renew at the portal (never Create) with the Apple Account apple@acme.example in the row APSP:$(fact acme "o['topic'].split('.')[-1]"), by $(date -u -d "$(fact acme "o['notAfter']") -14 days" +%F)"

# It needs nothing: no network, no home, no configuration, and a revision of a bare clone will do.
git clone -q --bare "$T/remote.git" "$T/bare.git"
mkdir "$T/empty"
cd "$T/bare.git" || exit 1
alone=
unshare -rn true 2>/dev/null && alone="unshare -rn" || echo "# unshare -n is not allowed here"
exits "without network and HOME, in a bare clone" 0 env -i HOME="$T/empty" PATH="$PATH" \
	$alone "$APNSCTL" plan --offline --rev main --status apnsctl-status
is "says the same too" "$(cat "$T/out")" "$(cat "$T/from-branch")"
is "and leaves nothing behind" "$(ls -A "$T/empty")" ""
cd "$T/repo" || exit 1
printf 'apiVersion: apnsctl/v1\nkind: ControllerConfig\n' >"$T/broken.yaml"
exits "a configuration is not even read" 0 env APNSCTL_CONFIG="$T/broken.yaml" "$APNSCTL" plan --offline

# Broken manifests: the others are planned.
printf 'apiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: x, tenant: acme}\nspec: {parentRef: nowhere}\n' >tenants/acme/x.yaml
exits "a tenant with an error" 4 "$APNSCTL" plan --offline
contains "is told with file and line" "$(cat "$T/out")" "In quarantine, nothing is written for these tenants:
  ! acme: tenants/acme/x.yaml:4: there is no Policy \"nowhere\" in tenants/acme/"
contains "beside the others" "$(cat "$T/out")" "CreateAtPortal:PushCertificate/beta/push"
rm tenants/acme/x.yaml
mv organization.yaml "$T/copy/"
exits "without the Organization nothing is loaded" 3 "$APNSCTL" plan --offline
mv "$T/copy/organization.yaml" .
sed -i 's/^  topic: .*/  topic: com.apple.mgmt.External.00000000-0000-0000-0000-000000000000/' tenants/acme/push.yaml
exits "a blocked step" 5 "$APNSCTL" plan --offline
contains "has its rule" "$(cat "$T/out")" "rule APN5001"
git checkout -q tenants
rm -r tenants/acme tenants/beta
exits "an empty source is held" 5 "$APNSCTL" plan --offline
contains "by its gate" "$(cat "$T/err")" "the gate EmptySource holds the change of 4 objects"
git checkout -q tenants

# Options that do not go together.
for wrong in "--live --offline" "--base HEAD" "--status HEAD" "--live --base HEAD" "--offline --format yaml" \
	"--offline --max-size 9" "--offline --format markdown --max-size 1e4" \
	"--offline --format markdown --max-size 2499" "--offline acme"; do
	exits "plan $wrong" 64 "$APNSCTL" plan $wrong # split on purpose
done
exits "a revision that does not exist" 7 "$APNSCTL" plan --offline --rev nowhere
finish
