#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# examples/demo.sh [DIR]: the provider of examples/msp from manifests to the status branch, against
# Apple and an MDM server on loopback (applesim). It checks what it shows, and ends with 1 when
# something is not as promised. DIR (default: build/demo) is made anew and left behind.
set -eu
export LC_ALL=C.UTF-8 TZ=UTC GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
unset APNSCTL_CONFIG
examples=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${B:-build}" && pwd)
asked=${1:-${B:-build}/demo}
D=
apple=
section=0
bold=
plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m')
	plain=$(printf '\033[0m')
fi

# --- How it tells.
title() {
	section=$((section + 1))
	printf '\n%s%s. %s%s\n\n' "$bold" "$section" "$1" "$plain"
}
say() { printf '%s\n' "$@"; }
die() {
	printf '\nNOT AS PROMISED: %s\n' "$1" >&2
	[ ! -s "$D/stderr" ] || tail -n 20 "$D/stderr" >&2
	printf 'What was made is in %s.\n' "$D" >&2
	exit 1
}
# check PROMISE COMMAND… : the command has to succeed.
check() {
	promise=$1
	shift
	"$@" >/dev/null || die "$promise"
	say "  ok: $promise"
}
# show STATUS COMMAND… : shows the command and what it prints, and holds its exit status.
show() {
	want=$1 got=0
	shift
	printf '%s$ %s%s\n' "$bold" "$*" "$plain"
	"$@" 2>"$D/stderr" || got=$?
	[ "$got" -eq "$want" ] || die "exit status $got instead of $want: $*"
	rm -f "$D/stderr"
}
apnsctl() { "$bin/apnsctl" "$@"; }

# --- What it looks at.
published() { git --git-dir "$D/msp.git" show "apnsctl-status:$1"; }
published_files() { git --git-dir "$D/msp.git" ls-tree -r --name-only apnsctl-status; }
status_commit() { git --git-dir "$D/msp.git" rev-parse apnsctl-status; }
# says FILE TEXT… : the file of the status branch holds all these texts.
says() {
	published "$1" >"$D/file"
	shift
	for text; do grep -qF -- "$text" "$D/file" || return 1; done
}
# fact TENANT NAME : the first value of that name in the tenant's file.
fact() { published "tenants/$1.json" | sed -n "s/^ *\"$2\": \"\([^\"]*\)\".*/\1/p" | sed 1q; }
upload_file() { published_files | grep "^requests/$1/"; }
no_upload_file() { ! upload_file "$1"; }
uploads_are() { # N : how often the MDM server has been written to
	[ "$("$bin/applesim" log --log "$D/seen.log" --count mdm-request method=PUT status=200)" = "$1" ]
}
apns_was_asked_first() {
	first=$(grep -n -m 1 '"event":"apns-connection"' "$D/seen.log" | cut -d : -f 1)
	write=$(grep -n -m 1 '"method":"PUT"' "$D/seen.log" | cut -d : -f 1)
	[ "$first" -lt "$write" ]
}
no_private_key_in_git() {
	for ref in main apnsctl-status; do
		! git --git-dir "$D/msp.git" grep -q 'PRIVATE KEY' $ref || return 1
	done
}
deployed() { # TENANT : its directory holds the certificate of Git, and a key that only the owner reads
	pair=$D/controller/deployed/$1/push
	cmp "$pair/cert.pem" "$D/work/tenants/$1/push.pem" && [ "$(stat -c %a "$pair/key.pem")" = 600 ]
}

# --- The people. All of them work in one clone of the repository.
commit() {
	git add -A
	git commit -q -m "$1"
	git push -q origin main
}
# They know the status branch, and nothing of the controller.
person() { (
	unset APNSCTL_CONFIG
	git fetch -q
	show 0 apnsctl "$@"
); }
# at_portal TENANT create|renew [OPTIONS…] : signs in with the Apple Account, chooses Create or Renew,
# takes the upload file and saves the download.
at_portal() {
	tenant=$1 action=$2
	shift 2
	"$bin/applesim" portal "$action" --state "$D/apple" --account "$(fact "$tenant" appleId)" \
		--request "$D/uploads/$tenant"--push.*.plist --out "$D/downloads/$tenant.pem" "$@" \
		>"$D/downloads.log"
	say "  $(fact "$tenant" appleId): $action -> downloads/$tenant.pem"
}
# take_customers TENANT… : their manifests as they were before they had a certificate, because those
# of the example come from an authority that this run does not have.
take_customers() {
	mkdir -p tenants
	for tenant; do
		cp -R "$examples/msp/tenants/$tenant" tenants/
		rm -f "tenants/$tenant/push.pem"
		sed -i 's/topic: com\.apple\..*/topic: New/' "tenants/$tenant/push.yaml"
	done
}

# --- What stands around.
clock_of_apns() { # [TIME] : APNs judges certificates by the clock of the story
	printf '{%s}\n' "${1:+\"now\": \"$1\"}" >"$D/faults.new"
	mv "$D/faults.new" "$D/faults.json"
}
write_start() { # [OPTIONS…]
	cat >"$D/start-apple.sh" <<-EOF
		#!/bin/sh
		# Apple and the MDM server of the demo, until they are interrupted.
		cd "$D" && exec "$bin/applesim" serve --state apple --faults faults.json --log seen.log \\
			--ready ready --mdm-tls --api-key-file controller/secrets/nano $*
	EOF
}
start_apple() {
	(umask 077 && printf demo-api-key >"$D/controller/secrets/nano")
	clock_of_apns
	write_start
	sh "$D/start-apple.sh" >"$D/stderr" 2>&1 &
	apple=$!
	tries=0
	until [ -s "$D/ready" ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || die "applesim starts"
		sleep 0.05
	done
	apns=127.0.0.1:$(sed -n 's/^apns=//p' "$D/ready")
	mdm=127.0.0.1:$(sed -n 's/^mdm=//p' "$D/ready")
	write_start --apns-port "${apns#*:}" --mdm-port "${mdm#*:}"
}
write_config() {
	cat >"$D/controller/apnsctl.yaml" <<-EOF
		apiVersion: apnsctl/v1
		kind: ControllerConfig
		metadata: {name: demo}
		spec:
		  source: {url: "file://$D/msp.git"}
		  state: {store: "sqlite:state/apnsctl.db", unlock: {file: state/unlock.key}}
		  apns: {host: ${apns%:*}, port: ${apns#*:}, caFile: ../apple/tls-ca.pem}
		  servers: {caFile: ../apple/tls-ca.pem}
		  apple: {caFile: ../apple/apple-ca.pem, crlFile: ../apple/crl.pem}
		  requestSigner:
		    certificateFile: ../apple/vendor.pem
		    keyFile: ../apple/vendor.key
		    chainFile: ../apple/chain.pem
		  keyDestinations:
		    - {origin: "https://$mdm", tenants: ["*"]}
		    - {directory: deployed, tenants: ["*"]}
		  directories:
		    - {name: deployed, path: deployed}
		  credentials:
		    - {name: nano-key, file: secrets/nano, origin: "https://$mdm", tenants: ["*"]}
		  network: {allow: ["$apns", "$mdm"]}
		  testing: {clock: Allow}
	EOF
}
write_env() {
	cat >"$D/env.sh" <<-EOF
		PATH="$bin:\$PATH"
		export PATH APNSCTL_CONFIG="$D/controller/apnsctl.yaml"
	EOF
	. "$D/env.sh"
}
make_repository() {
	git init -q --bare -b main "$D/msp.git"
	git init -q -b main "$D/work"
	cd "$D/work"
	git config user.name Kim
	git config user.email kim@msp.example
	git remote add origin "$D/msp.git"
	git config branch.main.remote origin
	git config branch.main.merge refs/heads/main
	cp -R "$examples/msp/organization.yaml" "$examples/msp/servers" "$examples/msp/accounts" .
	sed -i "s|https://mdm.msp.example|https://$mdm|" servers/nano.yaml
}
set_up() {
	rm -rf "$asked"
	mkdir -p "$asked"
	D=$(cd "$asked" && pwd)
	mkdir "$D/uploads" "$D/downloads"
	mkdir -m 700 "$D/controller" "$D/controller/state" "$D/controller/secrets"
	"$bin/applesim" ca "$D/apple" >/dev/null
	start_apple
	write_config
	write_env
	make_repository
}
finish() {
	[ -z "$apple" ] || { kill "$apple" && wait "$apple" || :; } 2>/dev/null
}
trap finish EXIT
trap 'exit 1' INT TERM

# --- The story.
title "Apple, an MDM server and a controller on this machine"
set_up
say "applesim plays Apple's portal, APNs ($apns) and a NanoMDM server ($mdm)," \
	"with certificate authorities of its own. The provider's Git repository is msp.git, work is a" \
	"clone of it. The controller has its configuration, unlock key and key store in controller." ""
show 0 apnsctl store init
check "the unlock key is readable by its owner alone" \
	test "$(stat -c %a "$D/controller/state/unlock.key")" = 600

title "Last year: two customers"
last_year=$(date -u -d '325 days ago' +%Y-%m-%dT%H:%M:%SZ)
clock_of_apns "$last_year"
say "Cedar and Dogwood were the first. The controller makes a key and an upload file for each." ""
take_customers cedar dogwood
commit "Cedar and Dogwood"
show 0 apnsctl --now "$last_year" reconcile
check "an upload file for Cedar waits on the status branch" upload_file cedar
check "an upload file for Dogwood waits on the status branch" upload_file dogwood
say "" "A person reads the status branch, takes both to the portal and commits what comes back." ""
person --now "$last_year" request --out ../uploads
say "At the portal:"
at_portal cedar create --now "$last_year"
at_portal dogwood create --now "$last_year" --days 313
say ""
person --now "$last_year" accept ../downloads
commit "Certificates of Cedar and Dogwood"
say ""
show 0 apnsctl --now "$last_year" reconcile
check "both are active and in band Ok" says status.json '"certificates": 2' '"Ok": 2' '"objects": []'
check "APNs accepted the new pairs before a server was touched" apns_was_asked_first
check "the MDM server has both, and was written to twice" uploads_are 2
check "Cedar's directory has certificate and key, the key with mode 0600" deployed cedar
check "no private key is in Git" no_private_key_in_git

title "Today: a pull request with six customers more"
clock_of_apns
take_customers alder birch elm fir gorse hazel
cp tenants/cedar/push.pem tenants/elm/push.pem
say "Two of them come with mistakes: Cedar's certificate lies in Elm's folder, and a file of Hazel is" \
	"no YAML. This is what CI says, without any secret (notes left out):" ""
show 3 apnsctl lint --format concise >"$D/lint"
grep -v ': note: ' "$D/lint"
check "Elm's certificate is known as Cedar's" grep -q '^tenants/elm/push.yaml:8:10: error: .*cedar.*APN4015' "$D/lint"
check "Hazel's file is told with line and column" grep -q '^tenants/hazel/policies.yaml:8:1: error' "$D/lint"

title "Somebody merges it nevertheless: the plan"
commit "Six customers more"
show 4 apnsctl plan
check "a plan writes nothing" no_upload_file alder

title "Reconcile"
say "Exit status 4: a tenant is in quarantine. It stops nobody else." ""
show 4 apnsctl reconcile
check "Alder, Birch and Fir have upload files" \
	test "$(published_files | grep -c -E '^requests/(alder|birch|fir)/')" = 3
check "Cedar is due and works on, beside it the renewal waits for the portal" \
	says tenants/cedar.json '"band": "Due"' '"phase": "Active"' '"phase": "AwaitingPortal"' '"action": "RenewAtPortal"'
check "Dogwood has expired, and is still to be renewed in the same row" \
	says tenants/dogwood.json '"band": "Expired"' '"action": "RenewAtPortal"' "\"row\": \"APSP:$(fact dogwood topic | sed 's/.*\.//')\""
check "Elm is told to move Cedar's certificate" says tenants/elm.json '"reason": "Misfiled"' '"action": "FixManifest"'
check "Gorse is suspended: no key, no request" \
	says tenants/gorse.json '"type": "Suspended"' '"phase": "None"'
check "and no upload file of it waits" no_upload_file gorse
check "Hazel is in quarantine, with file and line" \
	says tenants/hazel.json '"type": "Quarantined"' '"file": "tenants/hazel/policies.yaml:8"'
check "the MDM server was not written to" uploads_are 2

title "At the portal again"
rm -f ../uploads/* ../downloads/*
person request --out ../uploads
say "The certificates of Alder and Birch are created. Fir has to wait." ""
at_portal alder create
at_portal birch create
say ""
person match ../downloads/alder.pem
person accept ../downloads
check "the topics are pinned in the manifests" \
	test "$(grep -l 'topic: com.apple.mgmt' tenants/alder/push.yaml tenants/birch/push.yaml | wc -l)" = 2
commit "Certificates of Alder and Birch"
say "" "Hazel is still in quarantine, so the exit status stays 4." ""
show 4 apnsctl reconcile
check "Alder is active" says tenants/alder.json '"phase": "Active"' '"band": "Ok"' '"result": "Accepted"'
check "Birch is active, on the MDM server and in its directory" deployed birch
check "the MDM server was written to twice more" uploads_are 4
check "nothing else moved: Fir still waits" upload_file fir

title "What everybody sees"
show 0 apnsctl status
say "" "The dashboard, README.md of the branch apnsctl-status:" ""
published README.md | sed 's/^/    /'

title "A quiet day"
before=$(status_commit)
show 4 apnsctl reconcile
check "the third run made no commit" test "$(status_commit)" = "$before"
check "and wrote to no server" uploads_are 4
check "no private key is in Git" no_private_key_in_git

title "Go on by hand"
rm -f "$D/file" "$D/lint" "$D/downloads.log" ../uploads/* ../downloads/*
cat <<EOF
Everything is in $D:

    cd $D/work
    . ../env.sh                         # apnsctl, applesim and the controller's configuration
    sh ../start-apple.sh &              # Apple and the MDM server again

Renew Cedar in its row at the portal:

    apnsctl request cedar/push --out ../uploads
    applesim portal renew --state ../apple --account $(fact cedar appleId) \\
        --row APSP:$(fact cedar topic | sed 's/.*\.//') \\
        --request ../$(upload_file cedar | sed 's|^requests/cedar|uploads|') --out ../downloads
    apnsctl accept ../downloads
    git commit -qam "Renew Cedar" && git push -q
    apnsctl reconcile                   # exit status 4: Hazel is still in quarantine
    apnsctl status

Or remove the tab in tenants/hazel/policies.yaml, delete tenants/elm/push.pem, or end the
suspension in tenants/gorse/tenant.yaml; then lint, commit, push and reconcile.
EOF
