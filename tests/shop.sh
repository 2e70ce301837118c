# SPDX-License-Identifier: Apache-2.0
# After tests/lib.sh, for whole runs: a provider with the customers of $*, its Git remote, applesim
# and a controller. `shop_start acme beta` makes in $T: remote.git, repo (a clone), sim/ (applesim's
# state), ctl/apnsctl.yaml. Each customer has tenants/NAME/{tenant,alias,policies,push}.yaml.
APNSCTL=$B/apnsctl
APPLESIM=$B/applesim

sim_start() {
	"$APPLESIM" ca "$T/sim" >/dev/null || return 1
	printf 'secret-of-nano\n' >"$T/nano.key"
	chmod 600 "$T/nano.key"
	echo '{}' >"$T/faults"
	rm -f "$T/ready"
	"$APPLESIM" serve --state "$T/sim" --mdm-tls --api-key-file "$T/nano.key" --faults "$T/faults" \
		--log "$T/sim.log" --ready "$T/ready" ${SIM_OPTIONS:-} >"$T/sim.out" 2>&1 &
	SIM=$!
	BACKGROUND="$BACKGROUND $SIM"
	until_true 10 test -s "$T/ready" || { cat "$T/sim.out"; return 1; }
	APNS_PORT=$(sed -n 's/^apns=//p' "$T/ready")
	MDM_PORT=$(sed -n 's/^mdm=//p' "$T/ready")
}

# faults JSON: from now on.
faults() {
	printf '%s\n' "$1" >"$T/faults.new" && mv "$T/faults.new" "$T/faults"
}

shop_organization() {
	mkdir -p "$T/repo/servers"
	cat >"$T/repo/organization.yaml" <<-YAML
		apiVersion: apnsctl/v1
		kind: Organization
		metadata: {name: msp}
		spec:
		  mode: MultiTenant
		  people:
		  - {id: alex, name: Alex Doe, email: alex@msp.example}
		  - {id: sam, name: Sam Roe, email: sam@msp.example}
	YAML
	cat >"$T/repo/servers/nano.yaml" <<-YAML
		apiVersion: apnsctl/v1
		kind: MDMServer
		metadata: {name: nano}
		spec:
		  type: NanoMDM
		  url: https://localhost:$MDM_PORT
		  credentialRef: nano-key
		  tenants: ["*"]
	YAML
}

# shop_tenant NAME [TOPIC]
shop_tenant() {
	mkdir -p "$T/repo/tenants/$1"
	cat >"$T/repo/tenants/$1/tenant.yaml" <<-YAML
		apiVersion: apnsctl/v1
		kind: Tenant
		metadata: {name: $1}
		spec:
		  displayName: $1 Ltd.
		  domains: [$1.example]
		  serverRefs: [{name: nano}]
	YAML
	cat >"$T/repo/tenants/$1/alias.yaml" <<-YAML
		apiVersion: apnsctl/v1
		kind: AppleIDAlias
		metadata: {name: apple, tenant: $1}
		spec:
		  appleId: apple@$1.example
		  type: ManagedAppleID
		  custodians: [alex, sam]
	YAML
	cat >"$T/repo/tenants/$1/policies.yaml" <<-YAML
		apiVersion: apnsctl/v1
		kind: Policy
		metadata: {name: root, tenant: $1}
		spec: {}
		---
		apiVersion: apnsctl/v1
		kind: CertificateAssignment
		metadata: {name: all, tenant: $1}
		spec: {certificateRef: push, policyRef: root}
	YAML
	cat >"$T/repo/tenants/$1/push.yaml" <<-YAML
		apiVersion: apnsctl/v1
		kind: PushCertificate
		metadata: {name: push, tenant: $1}
		spec:
		  appleIdRef: apple
		  topic: ${2:-New} # the pin
	YAML
}

shop_config() {
	mkdir -p "$T/ctl"
	cat >"$T/ctl/apnsctl.yaml" <<-YAML
		apiVersion: apnsctl/v1
		kind: ControllerConfig
		metadata: {name: main}
		spec:
		  source: {url: "${SOURCE_URL:-file://$T/remote.git}", branch: main, timeout: 20s}
		  state: {store: "sqlite:state/apnsctl.db", unlock: {file: state/unlock.key}}
		  apns:
		    host: localhost
		    port: $APNS_PORT
		    caFile: $T/sim/tls-ca.pem
		    probe: {level: ${PROBE_LEVEL:-Settings}, timeout: ${PROBE_TIMEOUT:-3s}}
		  servers: {caFile: $T/sim/tls-ca.pem, timeout: 3s}
		  apple: {caFile: $T/sim/apple-ca.pem}
		  requestSigner:
		    certificateFile: $T/sim/vendor.pem
		    keyFile: $T/sim/vendor.key
		    chainFile: $T/sim/chain.pem
		  keyDestinations:
		  - {origin: "https://localhost:$MDM_PORT", tenants: ["*"]}
		  credentials:
		  - {name: nano-key, username: nanomdm, file: $T/nano.key, origin: "https://localhost:$MDM_PORT", tenants: ["*"]}
		  network: {allow: ["localhost:$MDM_PORT"]}
		  testing: {clock: Allow}
	YAML
	chmod 600 "$T/ctl/apnsctl.yaml"
	"$APNSCTL" --config "$T/ctl/apnsctl.yaml" store init >"$T/out" 2>"$T/err" || cat "$T/err"
}

# shop_commit MESSAGE: all of the clone, pushed.
shop_commit() {
	git -C "$T/repo" add -A && git -C "$T/repo" commit -q -m "$1" &&
		git -C "$T/repo" push -q origin HEAD:main
}

shop_start() {
	sim_start || return 1
	git init -q --bare -b main "$T/remote.git"
	git init -q -b main "$T/repo"
	git -C "$T/repo" remote add origin "$T/remote.git"
	shop_organization
	for t in "$@"; do shop_tenant "$t"; done
	shop_commit start
	shop_config
}

# run [OPTION…]: one reconcile run; $T/out, $T/err; returns its status.
run() { "$APNSCTL" --config "$T/ctl/apnsctl.yaml" "${@:-reconcile}" >"$T/out" 2>"$T/err"; }
# runs NAME STATUS [COMMAND…]: a run that has to end with this status.
runs() {
	name=$1
	want=$2
	shift 2
	run "$@"
	got=$?
	if [ "$got" = "$want" ]; then ok "$name"; else
		not_ok "$name" "exit $got, wanted $want
$(cat "$T/out" "$T/err")"
	fi
}
status_file() { git -C "$T/remote.git" show "apnsctl-status:$1" 2>/dev/null; }
status_commits() { git -C "$T/remote.git" rev-list --count apnsctl-status 2>/dev/null || echo 0; }
# fact TENANT EXPRESSION: python over the first object `o` of the tenant's status file.
fact() {
	status_file "tenants/$1.json" | python3 -c "import json,sys; o=json.load(sys.stdin)['objects'][0]; print($2)"
}
# condition TENANT TYPE: "STATUS REASON"
condition() {
	fact "$1" "next((c['status']+' '+c['reason'] for c in o['conditions'] if c['type']=='$2'), 'none')"
}
request_file() { git -C "$T/remote.git" ls-tree -r --name-only apnsctl-status | grep "^requests/$1/" | tail -n 1; }
# portal_create TENANT [OPTION…], portal_renew TENANT [OPTION…]: the person at the portal; the download
# goes to $T/TENANT.pem.
portal() {
	action=$1
	tenant=$2
	shift 2
	status_file "$(request_file "$tenant")" >"$T/$tenant.plist"
	"$APPLESIM" portal "$action" --state "$T/sim" --account "apple@$tenant.example" \
		--request "$T/$tenant.plist" --out "$T/$tenant.pem" "$@" >"$T/portal.out" 2>&1 ||
		{ cat "$T/portal.out"; return 1; }
}
portal_create() { portal create "$@"; }
portal_renew() {
	renewing=$1
	shift
	portal renew "$renewing" --topic "$(fact "$renewing" "o['topic']")" "$@"
}
# put TENANT [FILE]: the download is committed.
put() {
	cp "${2:-$T/$1.pem}" "$T/repo/tenants/$1/push.pem"
	shop_commit "certificate of $1"
}
# seen PATTERN: how many events of applesim's log match.
seen() { grep -c -E "$1" "$T/sim.log" 2>/dev/null || true; }
# activate TENANT: from nothing to Active.
activate() {
	run && portal_create "$1" && put "$1" && run
}
# portal_create_all TENANT…: the same for many, with one commit of what came back.
portal_create_all() {
	git -C "$T/remote.git" archive apnsctl-status requests | tar -x -C "$T"
	for tenant in "$@"; do
		"$APPLESIM" portal create --state "$T/sim" --account "apple@$tenant.example" \
			--request "$(ls "$T/requests/$tenant"/*)" \
			--out "$T/repo/tenants/$tenant/push.pem" >>"$T/portal.out" 2>&1 || return 1
	done
	shop_commit "certificates of $*"
}
# at MINUTES: the time so long after the start of the test, as --now takes it.
START=$(date +%s)
at() { date -u -d "@$((START + $1 * 60))" +%Y-%m-%dT%H:%M:%SZ; }
# db SQL: a look into the store.
db() { sqlite3 "$T/ctl/state/apnsctl.db" "$1"; }
# uploads: how many PUTs the MDM server has seen.
uploads() { "$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT; }
# configure SED-EXPRESSION: changes the controller's configuration.
configure() { sed -i -e "$1" "$T/ctl/apnsctl.yaml"; }
