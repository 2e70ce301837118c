#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint: one mistake is one finding, at the place of the mistake, and the innocent have none.
. "$(dirname "$0")/../lib.sh"
APNSCTL=$B/apnsctl
cp -R "$ROOT/examples/msp/." "$T/repo"
cd "$T/repo" || exit 1
git init -qb main
git add -A && git commit -qm base && git tag base

# told NAME LINES [OPTION…]: exactly these findings are new since the base; then all is as it was.
told() {
	n=$1 want=$2
	shift 2
	"$APNSCTL" lint --base base --new --format concise "$@" >"$T/out" 2>"$T/err"
	is "$n" "$(cat "$T/out")" "$want"
	git reset -q --hard base && git clean -qfd
}
school=com.apple.mgmt.External.dbb04b8e-1b90-4a51-8889-9d5e0ff2cb27
# lost TOPIC POLICIES: what is said of policies that lose their certificate.
lost() {
	echo "the effective topic goes from $1 (push) to None, and every device of $2 would have to be enrolled again; take the change back, or acknowledge it with allowReenrol: {from: $1, to: None} [APN5003 effective-certificate-changed]"
}

# What leads nowhere is no change of the policies below it.
sed -i 's/policyRef: school/policyRef: schol/' tenants/dogwood/push.yaml
told "a mistyped reference" 'tenants/dogwood/push.yaml:17:14: error: there is no Policy "schol" in tenants/dogwood/; did you mean "school"? [APN2003 missing-reference]'
sed -i 's/policyRef:/policyref:/' tenants/dogwood/push.yaml
told "a mistyped key" 'tenants/dogwood/push.yaml:17:3: error: unknown key "policyref" in spec of CertificateAssignment; did you mean "policyRef"? [APN1015 unknown-key]'
sed -i 's/name: school/name: "school/' tenants/dogwood/policies.yaml
told "a document that can not be read" 'tenants/dogwood/policies.yaml:4:9: error: the text that starts with this " never ends; close it with " [APN1001 yaml-syntax]'
sed -i '/^---/,$d' tenants/dogwood/push.yaml
told "an assignment that is taken out" "tenants/dogwood/policies.yaml:4:9: error: $(lost $school "4 policies (pupils, school, teachers, year-7)")"
sed -i '/parentRef: pupils/d' tenants/dogwood/policies.yaml
told "a policy that leaves its tree" "tenants/dogwood/policies.yaml:30:9: error: $(lost $school "1 policy (year-7)")"
sed -i 's/parentRef: pupils/parentRef: pupil/' tenants/dogwood/policies.yaml
git commit -qam "an old mistake" && git tag -f base >/dev/null
sed -i '/^---/,$d' tenants/dogwood/push.yaml
told "an old mistake hides no new one" "tenants/dogwood/policies.yaml:4:9: error: $(lost $school "3 policies (pupils, school, teachers)")"
sed -i '/^  topic:/a\  protection: Protected' tenants/dogwood/push.yaml
git commit -qam protected && git tag -f base >/dev/null
sed -i 's/name: push/name: "push/' tenants/dogwood/push.yaml
told "what can not be read is not gone" 'tenants/dogwood/push.yaml:4:9: error: the text that starts with this " never ends; close it with " [APN1001 yaml-syntax]'
git reset -q --hard base~2 && git tag -f base >/dev/null

# What is said elsewhere of what could not be read rests on nothing.
sed -i 's/displayName: Fir/displayName: "Fir/' tenants/fir/tenant.yaml
told "a Tenant that can not be read" 'tenants/fir/tenant.yaml:6:16: error: the text that starts with this " never ends; close it with " [APN1001 yaml-syntax]'
sed -i 's/serverRefs/serverRef/' tenants/fir/tenant.yaml
told "a mistyped serverRefs" 'tenants/fir/tenant.yaml:10:3: error: unknown key "serverRef" in spec of Tenant; did you mean "serverRefs"? [APN1015 unknown-key]'
sed -i 's/recovery:/recover:/' tenants/fir/apple-id.yaml
told "a mistyped recovery" 'tenants/fir/apple-id.yaml:11:3: error: unknown key "recover" in spec of AppleIDAlias; did you mean "recovery"? [APN1015 unknown-key]'
sed -i 's/name: push$/name: "push/' tenants/fir/push.yaml
told "a certificate that can not be read" 'tenants/fir/push.yaml:4:9: error: the text that starts with this " never ends; close it with " [APN1001 yaml-syntax]'
cat >>tenants/dogwood/push.yaml <<YAML
---
apiVersion: apnsctl/v1
kind: CertificateAssignment
metadata: {name: pupils, tenant: dogwood}
spec: {certificateRef: push, policyRef: pupils}
YAML
git add -A && git commit -qm "an assignment more" && git tag -f base >/dev/null
sed -i 's/policyRef: school/policyRef: schol/' tenants/dogwood/push.yaml
told "a root without its assignment" 'tenants/dogwood/push.yaml:17:14: error: there is no Policy "schol" in tenants/dogwood/; did you mean "school"? [APN2003 missing-reference]'
git reset -q --hard base~1 && git tag -f base >/dev/null

# Who keeps a certificate, a topic or an account is not a matter of names.
cp tenants/dogwood/push.pem tenants/alder/push.pem
told "another customer's certificate" 'tenants/alder/push.pem: error: this is the certificate of PushCertificate/dogwood/push; take it out of tenants/alder/ [APN4007 serial-twice]'
sed -i 's/topic: .*/topic: New/' tenants/dogwood/push.yaml
git commit -qam "not pinned" && git tag -f base >/dev/null
cp tenants/dogwood/push.pem tenants/alder/push.pem
told "also where nobody has pinned it" 'tenants/alder/push.pem: error: this is the certificate of PushCertificate/dogwood/push; take it out of tenants/alder/ [APN4007 serial-twice]'
git reset -q --hard base~1 && git tag -f base >/dev/null
cp -R tenants/dogwood tenants/abies
sed -i 's/dogwood/abies/' tenants/abies/*.yaml
told "a copied customer" 'tenants/abies/push.yaml:8:10: error: the topic belongs to PushCertificate/dogwood/push already; one topic is one certificate of one customer, so correct the wrong one [APN4005 topic-twice]'
sed -i 's/apple-push@.*/apple-push@dogwood.example/' tenants/alder/apple-id.yaml
told "another customer's account" "tenants/alder/apple-id.yaml:4:9: warning: the Apple Account also serves PushCertificate/dogwood/push: their rows at the portal look alike, and one lost account stops both; use an account for each customer [APN3007 shared-account]
tenants/alder/apple-id.yaml:7:12: warning: dogwood.example is in neither the domains of the Tenant nor the appleIdDomains of the Organization; add it to one of them, or use another address [APN3005 foreign-domain]"

# Of an object that is there twice, the copy is told.
cp tenants/fir/tenant.yaml 'tenants/fir/tenant (1).yaml'
"$APNSCTL" lint --format concise >"$T/out" 2>/dev/null
contains "a copied file" "$(cat "$T/out")" 'tenants/fir/tenant (1).yaml:4:9: error: Tenant/fir is there twice; rename one of them or take it out [APN2002 duplicate-object]'
git clean -qfd
cp tenants/fir/tenant.yaml tenants/fir/fir.yaml
told "the file that was added" 'tenants/fir/fir.yaml:4:9: error: Tenant/fir is there twice; rename one of them or take it out [APN2002 duplicate-object]'

# A folder that was copied and renamed in part.
umbrella() {
	cp -R tenants/cedar tenants/umbrella
	sed -i 's/cedar/umbrella/' tenants/umbrella/tenant.yaml tenants/umbrella/apple-id.yaml
	sed -i 's/tenants: \[/&umbrella, /' servers/files.yaml
}
umbrella
told "is one mistake, and its certificate is the other one's" "tenants/umbrella/policies.yaml:5:11: error: 4 documents in tenants/umbrella/ say tenant: cedar; write umbrella in all of them, or move them to tenants/cedar/ [APN2008 tenant-mismatch]
tenants/umbrella/push.pem: warning: this is the certificate of tenant cedar: it has the topic that PushCertificate push beside it pins; take it out of tenants/umbrella/ [APN2012 unreferenced-file]"
umbrella
"$APNSCTL" lint --fix >/dev/null 2>"$T/err"
is "--fix writes the name in all documents" "$(tail -n 1 "$T/err"), $(grep -c 'tenant: umbrella' tenants/umbrella/policies.yaml tenants/umbrella/push.yaml | tr '\n' ' ')" \
	"apnsctl: 4 edits in 2 files, tenants/umbrella/policies.yaml:2 tenants/umbrella/push.yaml:2 "
told "and what is the other one's is told then" "tenants/umbrella/push.yaml:8:10: error: the topic belongs to PushCertificate/cedar/push already; one topic is one certificate of one customer, so correct the wrong one [APN4005 topic-twice]"

# A Global assignment is one cause, whatever roots there are.
cp -R "$ROOT/examples/single-organization" "$T/one"
cd "$T/one" || exit 1
printf -- '---\napiVersion: apnsctl/v1\nkind: Policy\nmetadata: {name: annex}\nspec: {displayName: Annex}\n' \
	>>tenants/juniper/policies.yaml
git init -qb main
git add -A && git commit -qm base && git tag base
one=com.apple.mgmt.External.5d1c4f0e-7a39-4c0b-9a55-3f6f0b8c2e17
sed -i '/^---/,$d' tenants/juniper/push.yaml
told "a Global assignment that is taken out" "tenants/juniper/policies.yaml:27:18: error: $(lost $one "4 policies (annex, company, meeting-rooms, office)")"
finish
