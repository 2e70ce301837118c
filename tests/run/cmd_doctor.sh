#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# doctor: one line a check; what is wrong has a cure and the exit status 1.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
C=$T/ctl/apnsctl.yaml
cp -p "$C" "$T/good.yaml"
run || not_ok "the first run" "$(cat "$T/err")"
tip=$(git -C "$T/remote.git" rev-parse --short=12 main)
status=$(git -C "$T/remote.git" rev-parse --short=12 apnsctl-status)

runs "all is well" 0 doctor
is "and each check is told" "$(sed 's/until [0-9-]*/until DAY/' "$T/out")" "ok    configuration: $C
ok    credentials: 1 can be read, by nobody else
ok    source: main of file://$T/remote.git is at $tip
ok    status branch: apnsctl-status of file://$T/remote.git is at $status
ok    store: $T/ctl/state/apnsctl.db
ok    unlock key: it was read; apnsctl store verify opens every key with it
ok    permissions: $T/ctl/state is the controller's alone
ok    Apple's authorities: $T/sim/apple-ca.pem
ok    request signer: MDM Vendor: Example MSP is good until DAY
ok    APNs: localhost:$APNS_PORT answers with TLSv1.3
ok    server: MDMServer/nano (https://localhost:$MDM_PORT) is known to the configuration
ok    manifests: 1 tenant"
runs "as data" 0 -o json doctor
is "with the same checks" "$(python3 -c 'import json,sys
d=json.load(sys.stdin); print(d["kind"], {c["result"] for c in d["checks"]}, len(d["checks"]))' <"$T/out")" \
	"DoctorReport {'Ok'} 12"
is "nothing is written" "$(git -C "$T/remote.git" rev-parse --short=12 apnsctl-status)" "$status"

# finds NAME STATUS LINE [CURE] : with the configuration as it is; then all is put back.
finds() {
	runs "$1" "$2" doctor
	contains "$1: it is told" "$(cat "$T/out")" "$3"
	[ -z "${4:-}" ] || contains "$1: with the cure" "$(cat "$T/out")" "
      $4"
	cp -p "$T/good.yaml" "$C"
}
edit() { sed -i "$1" "$C"; }
edit "s|file://$T/remote.git|file://$T/elsewhere.git|"
finds "a source that is not there" 1 "FAIL  source: "
edit 's/branch: main/branch: other/'
finds "a branch that is not there" 1 "FAIL  source: "
edit 's/port: [0-9]*/port: 1/'
finds "APNs out of reach" 1 "FAIL  APNs: localhost:1: The connection to APNs was refused"
edit "s|caFile: $T/sim/tls-ca.pem|caFile: $T/sim/apple-ca.pem|"
finds "somebody else in APNs' place" 1 "FAIL  APNs: localhost:$APNS_PORT: "
edit '/^  apple:/d'
finds "no authorities" 0 "warn  Apple's authorities: none are configured" \
	"set apple.caFile to Apple's root and intermediates"
edit "s|$T/sim/apple-ca.pem|$T/sim/none.pem|"
finds "authorities that are not there" 1 "FAIL  certificates: "
edit '/requestSigner:/,/chainFile:/d'
finds "no signer" 0 "warn  request signer: none is configured" \
	"set requestSigner to the MDM vendor certificate"
edit "s|keyFile: .*|keyFile: $T/sim/none.key|"
finds "a signer without its key" 1 "FAIL  request signer: "
edit "s|^  - {origin: \"https://localhost:[0-9]*\"|  - {origin: \"https://other.example\"|"
finds "a server that may get no keys" 1 \
	"FAIL  server: MDMServer/nano (https://localhost:$MDM_PORT): keyDestinations does not list it for the tenant acme" \
	"put it right in the controller's configuration"
edit 's/name: nano-key/name: other-key/'
finds "a credential that is not there" 1 "there is no credential 'nano-key' in credentials"
chmod 644 "$T/nano.key"
finds "a credential that others can read" 1 "FAIL  credential: nano-key: "
chmod 600 "$T/nano.key"
chmod 755 "$T/ctl/state"
finds "a folder that others can read" 0 "warn  permissions: others than the controller may read $T/ctl/state (mode 0755)" \
	"chmod go-rwx $T/ctl/state"
chmod 700 "$T/ctl/state"
chmod 400 "$T/ctl/state/apnsctl.db"
finds "a database that can not be written to" 1 "FAIL  store: the file $T/ctl/state/apnsctl.db of the database can not be written to (mode 0400): run \`chmod 600 $T/ctl/state/apnsctl.db\`"
is "what is beside it keeps its mode" "$(find "$T/ctl/state" -maxdepth 1 -name 'apnsctl.db-*' ! -perm 600)" ""
chmod 600 "$T/ctl/state/apnsctl.db"
chmod 640 "$T/ctl/state/unlock.key"
finds "an unlock key that others can read" 1 "FAIL  unlock key: "
chmod 600 "$T/ctl/state/unlock.key"
edit 's|url: "file://[^"]*"|url: "ssh://git@git.example/x.git"|; s|timeout: 20s|timeout: 1s|'
runs "ssh without ssh" 1 doctor
PATH=/nowhere "$APNSCTL" --config "$C" doctor >"$T/out" 2>"$T/err"
contains "ssh without ssh: it is told" "$(cat "$T/out")" "FAIL  ssh: the configuration has an ssh address, and there is no ssh in PATH
      install OpenSSH's client"
cp -p "$T/good.yaml" "$C"
edit 's|state/apnsctl.db|state/new.db|'
finds "a database that is lost" 1 "FAIL  store: the database $T/ctl/state/new.db does not exist, but the status branch was written from one"
edit 's|state/apnsctl.db|state/new.db|; s|^  state:|  status: {branch: another}\n  state:|'
finds "a controller that has never run" 0 \
	"warn  store: the database $T/ctl/state/new.db does not exist yet; apnsctl reconcile makes it"
echo "spec: [" >>"$C"
finds "a configuration with errors" 1 "FAIL  configuration: the configuration $C has errors"
chmod 666 "$C"
finds "a configuration that others can write" 1 "FAIL  configuration: $C belongs to somebody else or can be written by others"

# Without a configuration.
cd "$T/repo" || exit 1
exits "in the repository" 0 "$APNSCTL" doctor
is "what is there is told" "$(cut -c1-40 "$T/out")" "warn  configuration: there is none: lint
ok    manifests: $(printf %s "$T/repo" | cut -c1-23)
warn  status branch: the status branch i"
git fetch -q origin
"$APNSCTL" doctor >"$T/out"
contains "with the status branch" "$(cat "$T/out")" "ok    status branch: it is here, at $status"
exits "elsewhere" 1 sh -c "cd / && '$APNSCTL' doctor"
contains "there are no manifests" "$(cat "$T/out")" "FAIL  manifests: / has no organization.yaml
      run it inside their repository"
exits "an argument" 64 "$APNSCTL" doctor x
finish
