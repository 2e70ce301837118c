#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A customer who gets another name keeps certificates, keys, requests and history; what is bound to
# the old name by the configuration is not carried to the new one.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
shared=$T/repo/servers/files.yaml
cat >"$shared" <<-YAML
	apiVersion: apnsctl/v1
	kind: MDMServer
	metadata: {name: files}
	spec: {type: Directory, options: {directory: deployed}, tenants: [beta]}
YAML
sed -i 's/{name: nano}/{name: files}/' "$T/repo/tenants/beta/tenant.yaml"
configure 's|^  keyDestinations:|&\n  - {directory: deployed, tenants: [beta, bravo]}|'
configure 's|^  credentials:|  directories:\n  - {name: deployed, path: '"$T"'/deployed}\n&|'
shop_commit "beta has a directory"
activate acme && portal_create beta >/dev/null && put beta && run ||
	not_ok "both are Active" "$(cat "$T/out" "$T/err")"
cd "$T/repo" || exit 1
git fetch -q origin

# rename OLD NEW: as the page of the rule says.
rename() {
	git mv "tenants/$1" "tenants/$2"
	sed -i "s/tenant: $1/tenant: $2/; s/{name: $1[,}].*/{name: $2, previousNames: [$1]}/" "tenants/$2"/*.yaml
	sed -i "s/\[$1\]/[$2]/" "$shared"
	git add -A
}
topic=$(fact beta "o['topic']")
pin=$(fact beta "o['serial'], o['keys']")
rename beta bravo
exits "lint finds nothing" 0 "$APNSCTL" lint --base origin/main --new
exits "plan --offline --base" 0 "$APNSCTL" plan --offline --base origin/main
is "is the rename, and the folder of the new name" "$(cat "$T/out")" "The controller would:
  + RenameObject:Tenant/bravo  (Renamed)
      tenant beta is now called bravo; its certificates, topics, keys, requests and history stay
  + InstallCertificate:PushCertificate/bravo/push:files  (Absent, Disruptive)
      server files does not have the pair in force
Plan: 2 to do, 0 for a person, 0 blocked."
exits "as Markdown" 0 "$APNSCTL" plan --offline --base origin/main --format markdown
contains "it stands with the customer" "$(cat "$T/out")" "| Tenant/bravo | RenameObject | – |"
shop_commit "beta is bravo now"
exits "plan --offline" 0 "$APNSCTL" plan --offline --rev HEAD -o json
cp "$T/out" "$T/offline"
run plan -o json
is "is the live plan" "$(cat "$T/offline" | sed '/"basis"/d; /"statusRevision"/d')" "$(sed '/"basis"/d; /"statusRevision"/d' "$T/out")"
runs "the run does it" 0 reconcile
is "all but the name stays" "$(fact bravo "o['serial'], o['keys']")" "$pin"
is "the old name has left the status" "$(git -C "$T/remote.git" ls-tree -r --name-only apnsctl-status | grep beta)" ""
is "the audit log knows both names" "$(db "select verb, object, detail from audit where verb = 'RenameObject'")" \
	"RenameObject|RenameObject:Tenant/bravo|beta"
runs "the audit log and the store are sound" 0 store verify
exits "the folder of the new name has the pair" 0 cmp "$T/repo/tenants/bravo/push.pem" "$T/deployed/bravo/push/cert.pem"
commits=$(status_commits)
runs "another run" 0 reconcile
is "has nothing to do" "$(status_commits)" "$commits"
run plan
is "and nothing to plan" "$(cat "$T/out")" "Nothing to do."
git fetch -q origin
exits "the new name is published, so that lint compares with it" 0 "$APNSCTL" lint
sed -i 's/^  topic: .*/  topic: com.apple.mgmt.External.00000000-0000-0000-0000-000000000000/' tenants/bravo/push.yaml
exits "another topic under the new name" 3 "$APNSCTL" lint
git checkout -q tenants

# A renewal that waits when the name changes.
later=$(date -u -d '+330 days' +%Y-%m-%dT00:00:00Z)
run --now "$later" reconcile
waits=$(request_file bravo)
rename bravo delta
shop_commit "bravo is delta now"
run --now "$later" reconcile
is "its upload file has moved" "$(request_file delta)" "$(echo "$waits" | sed 's/bravo/delta/g')"
is "and stands nowhere else" "$(request_file bravo)" ""
contains "the person is told the new place" "$(status_file README.md)" "$(request_file delta)"
is "no key was made for it" "$(fact delta "len(o['keys'])")" 2
contains "the configuration gives the new name no key" "$(cat "$T/out" "$T/err")" "delta"
is "so that none was written" "$(find "$T/deployed/delta" -name key.pem 2>/dev/null)" ""

# A credential of the old name stays with that.
configure 's|^\(.*nano-key.*\)tenants: \["\*"\]|\1tenants: [acme]|'
"$APPLESIM" log --log "$T/sim.log" --count mdm-request >"$T/before"
rename acme apex
shop_commit "acme is apex now"
run --now "$later" reconcile
is "the server is not asked with a credential of the old name" \
	"$("$APPLESIM" log --log "$T/sim.log" --count mdm-request)" "$(cat "$T/before")"
is "and the status says why" "$(fact apex "o['servers'][0]['reason']")" NotAllowed
is "the topic is that of the store" "$(fact delta "o['topic']")" "$topic"
finish
