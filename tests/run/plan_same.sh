#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plan and reconcile are the same code: what was announced happens, the status branch gives the plan
# of the store, and neither lint nor plan writes anything or sends more than reads.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1

# ids FILE KEY WORD: the sorted ids of the steps whose KEY is WORD.
ids() {
	python3 -c "import json,sys
print('\n'.join(sorted(s['id'] for s in json.load(sys.stdin)['steps'] if s['$2'] == '$3')))" <"$1"
}
# all FILE: every step, as it is told.
all() {
	python3 -c "import json,sys
d = json.load(sys.stdin); print(d['planHash'])
for s in d['steps']: print(json.dumps(s, sort_keys=True))" <"$1"
}
offline() { (cd "$T/repo" && git fetch -q origin && "$APNSCTL" ${NOW:+--now "$NOW"} plan --offline --rev HEAD -o json) >"$T/offline" 2>"$T/err"; }
live() {
	run ${NOW:+--now "$NOW"} plan -o json
	mv "$T/out" "$T/live"
}

# happens NAME ID… : exactly these are planned, they are what is done, and after that the status
# branch and the store give the same plan again.
happens() {
	name=$1
	shift
	live
	is "$name: is planned" "$(ids "$T/live" state Do)" "$(printf '%s\n' "$@" | sort)"
	run ${NOW:+--now "$NOW"} reconcile -o json
	is "$name: is done" "$(ids "$T/out" outcome Done)" "$(ids "$T/live" state Do)"
	live
	offline
	is "$name: the status branch gives the plan of the store" "$(all "$T/offline")" "$(all "$T/live")"
}
C=PushCertificate

# Before the first run there is nothing to know: the plans are the same too.
live
offline
is "new customers: planned from nothing as from an empty store" "$(all "$T/offline")" "$(all "$T/live")"
happens "new customers" CreateKey:$C/acme/push CreateRequest:$C/acme/push \
	CreateKey:$C/beta/push CreateRequest:$C/beta/push
portal_create acme >/dev/null && put acme
happens "a returned certificate" AcceptCertificate:$C/acme/push VerifyCertificate:$C/acme/push \
	InstallCertificate:$C/acme/push:nano ActivateCertificate:$C/acme/push AssignPolicy:Policy/acme/root
portal_create beta >/dev/null && put beta && run

# A second certificate of acme takes a policy over.
sed 's/name: push, /name: wifi, /' "$T/repo/tenants/acme/push.yaml" >"$T/repo/tenants/acme/wifi.yaml"
cat >"$T/repo/tenants/acme/lab.yaml" <<-YAML
	apiVersion: apnsctl/v1
	kind: Policy
	metadata: {name: lab, tenant: acme}
	spec: {parentRef: root}
YAML
shop_commit "another certificate"
happens "a policy below, and a certificate that nobody has" CreateKey:$C/acme/wifi CreateRequest:$C/acme/wifi \
	AssignPolicy:Policy/acme/lab
git -C "$T/remote.git" show "apnsctl-status:$(git -C "$T/remote.git" ls-tree -r --name-only apnsctl-status | grep -- --wifi)" >"$T/wifi.plist"
"$APPLESIM" portal create --state "$T/sim" --account apple@acme.example --request "$T/wifi.plist" \
	--out "$T/repo/tenants/acme/wifi.pem" >"$T/portal.out" 2>&1 || not_ok "the portal" "$(cat "$T/portal.out")"
cat >>"$T/repo/tenants/acme/lab.yaml" <<-YAML
	---
	apiVersion: apnsctl/v1
	kind: CertificateAssignment
	metadata: {name: lab, tenant: acme}
	spec: {certificateRef: wifi, policyRef: lab}
YAML
shop_commit "wifi gets lab"
live
is "a reassignment that nobody acknowledges: one step is blocked" "$(ids "$T/live" state Blocked)" ReassignPolicy:Policy/acme/lab
run
live
offline
is "and stays so, from the status branch too" "$(all "$T/offline")" "$(all "$T/live")"
is "where it is still blocked" "$(ids "$T/offline" state Blocked)" ReassignPolicy:Policy/acme/lab
topic_of() { status_file tenants/acme.json | python3 -c "import json,sys
print(next(o['topic'] for o in json.load(sys.stdin)['objects'] if o['name'] == '$1'))"; }
sed -i "0,/parentRef: root/s//parentRef: root, allowReenrol: {from: $(topic_of push), to: $(topic_of wifi), reason: split}/" \
	"$T/repo/tenants/acme/lab.yaml"
shop_commit "acknowledged"
happens "a reassignment" ReassignPolicy:Policy/acme/lab

git -C "$T/repo" mv tenants/beta tenants/zeta
sed -i 's/tenant: beta/tenant: zeta/; s/{name: beta}/{name: zeta, previousNames: [beta]}/' "$T/repo"/tenants/zeta/*.yaml
shop_commit "beta is zeta now"
offline
is "another name: the status branch plans it" "$(ids "$T/offline" state Do)" RenameObject:Tenant/zeta
happens "another name" RenameObject:Tenant/zeta
git -C "$T/repo" mv tenants/zeta tenants/beta
sed -i 's/tenant: zeta/tenant: beta/; s/{name: zeta, .*/{name: beta, previousNames: [zeta]}/' "$T/repo"/tenants/beta/*.yaml
shop_commit "and beta again"
happens "and back" RenameObject:Tenant/beta

rm -r "$T/repo/tenants/beta"
shop_commit "beta leaves"
offline
is "a customer who leaves: the status branch plans it" "$(ids "$T/offline" state Do)" "$(printf '%s\n' \
	ArchiveObject:$C/beta/push ArchiveObject:Tenant/beta)"
happens "a customer who leaves" ArchiveObject:$C/beta/push ArchiveObject:Tenant/beta
sed -i 's/^  topic: .*/&\n  protection: Protected/' "$T/repo/tenants/acme/wifi.yaml"
shop_commit "protected" && run
rm "$T/repo/tenants/acme/wifi.yaml" "$T/repo/tenants/acme/wifi.pem" "$T/repo/tenants/acme/lab.yaml"
shop_commit "a protected certificate is removed"
live
offline
is "the gate that holds it is the same" "$(all "$T/offline")" "$(all "$T/live")"
contains "it is Protected" "$(cat "$T/offline")" '"gate": "Protected"'
git -C "$T/repo" revert --no-edit HEAD >/dev/null && git -C "$T/repo" push -q origin HEAD:main && run

# A year later; the clock only goes on.
NOW=$(date -u -d '+325 days' +%Y-%m-%dT%H:%M:%SZ)
offline
is "a renewal: the status branch plans it, but does not know when APNs was asked" "$(ids "$T/offline" state Do)" "$(printf '%s\n' \
	CreateKey:$C/acme/push CreateKey:$C/acme/wifi CreateRequest:$C/acme/push CreateRequest:$C/acme/wifi)"
happens "a renewal" CreateKey:$C/acme/push CreateKey:$C/acme/wifi CreateRequest:$C/acme/push \
	CreateRequest:$C/acme/wifi ProbeCertificate:$C/acme/push ProbeCertificate:$C/acme/wifi
# renew NAME: the person at the portal, for one of the two certificates of acme.
renew() {
	status_file "$(git -C "$T/remote.git" ls-tree -r --name-only apnsctl-status | grep -- "acme--$1\.")" >"$T/acme.plist"
	"$APPLESIM" portal renew --state "$T/sim" --account apple@acme.example --request "$T/acme.plist" --now "$NOW" \
		--topic "$(topic_of "$1")" --out "$T/repo/tenants/acme/$1.pem" >"$T/portal.out" 2>&1 ||
		not_ok "the portal" "$(cat "$T/portal.out")"
	shop_commit "renewed"
}
faults "{\"now\": \"$NOW\"}"
renew push
offline
is "its return: the status branch knows the server, and plans all of it" "$(ids "$T/offline" state Do)" "$(printf '%s\n' \
	AcceptCertificate:$C/acme/push ActivateCertificate:$C/acme/push InstallCertificate:$C/acme/push:nano \
	VerifyCertificate:$C/acme/push)"
happens "its return" AcceptCertificate:$C/acme/push ActivateCertificate:$C/acme/push \
	InstallCertificate:$C/acme/push:nano VerifyCertificate:$C/acme/push
faults '{}' # for APNs the certificate of a year later is not valid yet
renew wifi
run --now "$NOW" reconcile
live
offline
is "a pair that APNs rejects is planned the same" "$(all "$T/offline")" "$(all "$T/live")"
is "and is a matter for Apple" "$(ids "$T/offline" action ContactApple)" ContactApple:$C/acme/wifi
NOW=""

# Nothing is written. What a process opens for writing, makes, renames or removes, one path a line:
writes() {
	sed -nE -e '/ = -1 /d' -e 's/.*(open|openat|creat)\([^"]*"([^"]*)", .*(O_WRONLY|O_RDWR|O_CREAT).*/\2/p' \
		-e 's/.* (rename|renameat|renameat2|unlink|unlinkat|rmdir|mkdir|mkdirat|link|linkat|symlink|symlinkat|mknod|mknodat|truncate|chmod|fchmodat|utimensat)\([^"]*"([^"]*)".*/\2/p' \
		"$T/trace"
}
# writes_only NAME PATTERN COMMAND… : nothing but paths that match.
writes_only() {
	name=$1
	pattern=$2
	shift 2
	strace -f -o "$T/trace" -e trace=%file "$@" >"$T/out" 2>"$T/err"
	if [ -s "$T/trace" ]; then ok "$name: was watched"; else not_ok "$name: was watched" "$(cat "$T/err")"; fi
	is "$name" "$(writes | grep -vE "^($pattern)\$")" ""
}
printf 'x' >"$T/probe"
strace -f -o "$T/trace" -e trace=%file sh -c "echo x >'$T/probe'; mv '$T/probe' '$T/probe2'; rm '$T/probe2'" 2>/dev/null
is "the watch sees writes" "$(writes | sort -u)" "$(printf '%s\n' "$T/probe" "$T/probe2")"
shop_tenant gamma
shop_commit "something to do"
cd "$T/repo" || exit 1
git fetch -q origin
sent() { "$APPLESIM" log --log "$T/sim.log" --count mdm-request "method=$1"; }
before="$(sent PUT) $(sent POST) $(sent DELETE) $(seen '"event":"apns-request"')"
find "$T/repo" "$T/remote.git" "$T/ctl" -type f ! -name '*-wal' ! -name '*-shm' ! -path '*/state/*.git/*' -exec sha256sum {} + | sort >"$T/files"
mirror="$T/ctl/state/(source|status)\.git/.*"
writes_only "lint writes nothing" "" "$APNSCTL" lint
writes_only "plan --offline writes nothing" "" "$APNSCTL" plan --offline --base HEAD~1
writes_only "plan --live writes only in its mirrors, and what SQLite needs to read" \
	"$mirror|$T/ctl/state/apnsctl\.db-(wal|shm)" "$APNSCTL" --config "$T/ctl/apnsctl.yaml" plan
contains "and was a whole one" "$(cat "$T/out")" "CreateKey:PushCertificate/gamma/push"
find "$T/repo" "$T/remote.git" "$T/ctl" -type f ! -name '*-wal' ! -name '*-shm' ! -path '*/state/*.git/*' -exec sha256sum {} + | sort >"$T/files.after"
is "no file is another one" "$(diff "$T/files" "$T/files.after")" ""
is "no request that changes something was sent" \
	"$(sent PUT) $(sent POST) $(sent DELETE) $(seen '"event":"apns-request"')" "$before"
finish
