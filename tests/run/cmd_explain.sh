#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# explain: where something comes from, whose it is, what a rule means.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
cat >>"$T/repo/tenants/acme/policies.yaml" <<-YAML
	---
	apiVersion: apnsctl/v1
	kind: Policy
	metadata: {name: lab, tenant: acme}
	spec: {parentRef: root, displayName: The lab}
	---
	apiVersion: apnsctl/v1
	kind: Policy
	metadata: {name: kiosk, tenant: acme}
	spec: {displayName: Kiosks}
YAML
shop_commit "more policies"
cd "$T/repo" || exit 1
activate acme || not_ok "acme is Active" "$(cat "$T/out" "$T/err")"
git fetch -q origin
"$APNSCTL" accept "$T/acme.pem" >/dev/null 2>&1 || not_ok "accept"
topic=$(fact acme "o['topic']")
serial=$(fact acme "o['serial']")
end=$(fact acme "o['notAfter'][:10]")

# tells NAME ARGUMENT WANTED
tells() {
	exits "$1" 0 "$APNSCTL" explain "$2"
	is "$1: the text" "$(cat "$T/out")" "$3"
}
CERT="  defined at:             tenants/acme/push.yaml:3
  customer:               acme Ltd.
  Apple Account:          apple@acme.example
  known as:               AppleIDAlias/acme/apple at tenants/acme/alias.yaml:3
  who can sign in:        Alex Doe, Sam Roe
  topic:                  $topic
  pinned by:              spec.topic
  spec.topic:             $topic at tenants/acme/push.yaml:6
  row at the portal:      APSP:${topic##*.}
  certificate file:       tenants/acme/push.pem (serial $serial, until $end)
  key held by:            Controller
  servers:                nano (NanoMDM) at servers/nano.yaml:3, installed: Match
  policies:               Policy/acme/lab
                          Policy/acme/root
  phase:                  Active
  band:                   Ok
  in force:               serial $serial, until $end, Active"
tells "a certificate" PushCertificate/acme/push "PushCertificate/acme/push
$CERT"
tells "by its short name" acme/push "PushCertificate/acme/push
$CERT"
tells "a topic" "$topic" "PushCertificate/acme/push
  found by:               the topic in force
$CERT"
tells "a row of the portal" "APSP:${topic##*.}" "PushCertificate/acme/push
  found by:               the topic in force
$CERT"
tells "a serial" "$serial" "PushCertificate/acme/push
  found by:               the serial of the certificate in force
$CERT"
tells "a serial as browsers write it" "$(echo "$serial" | tr A-F a-f | sed 's/../&:/g; s/:$//')" \
	"PushCertificate/acme/push
  found by:               the serial of the certificate in force
$CERT"
tells "an Apple Account" Apple@ACME.example "PushCertificate/acme/push
  found by:               its Apple Account (Apple ID)
$CERT"
tells "a policy that inherits" Policy/acme/lab "Policy/acme/lab
  defined at:             tenants/acme/policies.yaml:13
  display name:           The lab
  below:                  Policy/acme/root
  effective certificate:  PushCertificate/acme/push
  assigned by:            CertificateAssignment/acme/all at tenants/acme/policies.yaml:8
  how:                    inherited from Policy/acme/root
  topic:                  $topic
  devices enrolled with:  $topic"
tells "a policy without one" Policy/acme/kiosk "Policy/acme/kiosk
  defined at:             tenants/acme/policies.yaml:18
  display name:           Kiosks
  effective certificate:  none: neither it nor a policy above has an assignment"
tells "an account" AppleIDAlias/acme/apple "AppleIDAlias/acme/apple
  defined at:             tenants/acme/alias.yaml:3
  Apple Account:          apple@acme.example
  type:                   ManagedAppleID
  custodians:             alex
                          sam
  used by:                PushCertificate/acme/push"
tells "a server that is shared" MDMServer/nano "MDMServer/nano
  defined at:             servers/nano.yaml:3
  type:                   NanoMDM
  url:                    https://localhost:$MDM_PORT
  credential:             nano-key
  drift:                  Correct
  used by:                PushCertificate/acme/push
                          PushCertificate/beta/push"
tells "a tenant by its name" beta "Tenant/beta
  defined at:             tenants/beta/tenant.yaml:3
  display name:           beta Ltd.
  management:             Managed
  certificates:           PushCertificate/beta/push
  policies:               Policy/beta/root"
tells "an assignment" CertificateAssignment/beta/all "CertificateAssignment/beta/all
  defined at:             tenants/beta/policies.yaml:8
  certificate:            push
  policy:                 root"
tells "the organization" Organization/msp "Organization/msp
  defined at:             organization.yaml:3
  mode:                   MultiTenant"
exits "a certificate that waits" 0 "$APNSCTL" explain beta/push
contains "its request and what is next" "$(cat "$T/out")" \
	"  open request:           $(request_file beta)
  next:                   CreateAtPortal: choose Create a Certificate and upload the file"
exits "a file" 0 "$APNSCTL" explain "$T/acme.pem"
contains "what it is and whose" "$(cat "$T/out")" "$T/acme.pem
  verdict:                Matches
  of:                     PushCertificate/acme/push
  customer:               acme Ltd.
  what it is:             the certificate is the one in use
  belongs at:             tenants/acme/push.pem"

"$APNSCTL" --config "$T/ctl/apnsctl.yaml" explain -o json acme/push >"$T/out" 2>"$T/err"
is "as data, from the store" "$(python3 -c 'import json,sys
d=json.load(sys.stdin); a=d["about"][0]
print(d["kind"], len(d["about"]), a["subject"], a["topic"], a["policies"], a["servers"])' <"$T/out")" \
	"Explanation 1 PushCertificate/acme/push $topic ['Policy/acme/lab', 'Policy/acme/root'] ['nano (NanoMDM) at servers/nano.yaml:3, installed: Match']"

# Rules
exits "a rule" 0 "$APNSCTL" explain APN2003
contains "by its code" "$(cat "$T/out")" "APN2003 missing-reference
  rule:                   The referenced object does not exist."
contains "with an example that breaks it" "$(cat "$T/out")" "breaks the rule:
      apiVersion: apnsctl/v1"
cp "$T/out" "$T/rule"
exits "by its name, anywhere" 0 sh -c "cd / && '$APNSCTL' explain missing-reference"
is "it is the same page" "$(cat "$T/out")" "$(cat "$T/rule")"

exits "a rule as a page" 0 "$APNSCTL" explain other-topic --format markdown
is "it is the one of docs/rules" "$(cat "$T/out")" "$(cat "$ROOT/docs/rules/APN4003.md")"
exits "a page of something else" 64 "$APNSCTL" explain acme/push --format markdown
is "says what has one" "$(head -n 1 "$T/err")" "apnsctl explain: --format markdown is for a rule, which 'acme/push' is not"
exits "a format that is none" 64 "$APNSCTL" explain APN4003 --format yaml
exits "what the examples stand among" 0 "$APNSCTL" explain examples
contains "each file with its text" "$(cat "$T/out")" "
  organization.yaml:
      apiVersion: apnsctl/v1"
"$APNSCTL" explain APN4003 --format json >"$T/out" 2>/dev/null
is "the files of an example, as data" \
	"$(python3 -c 'import json,sys; print(json.load(sys.stdin)["about"][0]["badFiles"], end="")' <"$T/out")" \
	"tenants/acme/push.pem: certificate of com.apple.mgmt.External.9b2f7c1e-33d8-4a6f-9c55-2f0e8d4a7b61"

for word in APN1234 nobody com.apple.mgmt.External.x x@y.example 0123456789 Policy/acme/none; do
	exits "nothing by $word" 1 "$APNSCTL" explain "$word"
	is "is said of $word" "$(cat "$T/out")$(cat "$T/err")" "apnsctl: nothing is known by '$word'; apnsctl explain --help says what can be named"
done
exits "outside of everything" 64 sh -c "cd / && '$APNSCTL' explain acme/push"
contains "the cure is said" "$(cat "$T/err")" "run this command inside their repository, or give --config FILE"
exits "no word" 64 "$APNSCTL" explain
git update-ref -d refs/remotes/origin/apnsctl-status
exits "without a status branch the manifests are told" 0 "$APNSCTL" explain Policy/acme/lab
contains "and that they are all" "$(cat "$T/err")" "apnsctl: only the manifests are told: the status branch is not here"
finish
