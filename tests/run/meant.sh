#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What somebody meant who mistyped: a tenant, a revision, an object, an account that moved. And what
# is said where a command was pointed at nothing that it reads.
. "$(dirname "$0")/../lib.sh"
APNSCTL=$B/apnsctl
cp -R "$ROOT/examples/msp" "$T/msp" && cd "$T/msp" || exit 1
# Without the two mistakes of the example.
rm tenants/elm/push.pem && sed -i '/parentRef: clinic/d' tenants/hazel/policies.yaml
git init -q -b main && git add -A && git commit -q -m base
back() { git checkout -q HEAD -- . && git clean -q -f -d; }

# told NAME TEXT OPTION...: these findings and no others, notes apart.
told() {
	n=$1 text=$2
	shift 2
	is "$n" "$("$APNSCTL" lint --format concise "$@" 2>/dev/null | grep -v ': note: ')" "$text"
}
sed -i 's/tenants: \[birch, cedar\]/tenants: [birsh, cedar]/' servers/files.yaml
told "a tenant that a shared object lists" "servers/files.yaml:9:13: warning: there is no tenant \"birsh\"; did you mean \"birch\"? [APN2003 missing-reference]
tenants/birch/tenant.yaml:10:37: error: MDMServer/files does not list tenant birch; add birch to its tenants, or name one of the tenant's own [APN2005 not-shared]"
"$APNSCTL" lint --fix >/dev/null 2>&1
told "is mended" ""
is "in its place" "$(git status --porcelain)" ""
sed -i 's/tenants: \[birch\]/tenants: [birch, "*", somebody-else]/' accounts/birch-desk.yaml
told "one that is like no other" "accounts/birch-desk.yaml:17:3: warning: one Apple Account serves several customers: their rows at the portal look alike, and one lost account stops them all; use an account for each customer, or write an exception [APN3007 shared-account]
accounts/birch-desk.yaml:17:25: warning: there is no tenant \"somebody-else\"; take it out, or add its folder below tenants/ [APN2003 missing-reference]"
git commit -q -a -m list
told "the same of a revision" "$("$APNSCTL" lint --format concise 2>/dev/null | grep -v ': note: ')" --rev HEAD
git reset -q --hard HEAD~1

sed -i 's/appleId: apple-push@/appleId: push@/' tenants/cedar/apple-id.yaml
echo '  accountMove: {from: apple-psh@cedar.example}' >>tenants/cedar/apple-id.yaml
told "an account that moved from elsewhere" "tenants/cedar/apple-id.yaml:15:23: error: from is \"apple-psh@cedar.example\", but the account was \"apple-push@cedar.example\" [APN5008 account-changed]" --base HEAD
"$APNSCTL" lint --base HEAD --fix >/dev/null 2>&1
told "is mended" "" --base HEAD
back
rm tenants/cedar/tenant.yaml
told "a Tenant that is gone is to be put back" "tenants/cedar/apple-id.yaml: error: the folder tenants/cedar/ has no Tenant; it was in the base revision: put tenants/cedar/tenant.yaml back [APN2009 no-tenant-object]" --base HEAD tenants/cedar/apple-id.yaml
back
rm organization.yaml
told "an Organization that is gone, too" "organization.yaml: error: there is no Organization; it was in the base revision: put organization.yaml back [APN2007 no-organization]" --base HEAD
back

# says NAME STATUS TEXT COMMAND...
says() {
	n=$1 status=$2 text=$3
	shift 3
	exits "$n" "$status" "$APNSCTL" "$@"
	is "$n: what is said" "$(cat "$T/err")" "apnsctl: $text"
}
exits "a certificate is something to judge" 0 "$APNSCTL" lint tenants/cedar/push.pem
printf '  suspend: {reason: Migration, until: 2027-01-31}\n' >>tenants/cedar/tenant.yaml
ends() { "$APNSCTL" lint --expiry --now "$1" --format concise 2>/dev/null | grep APN4016; }
is "the last day of a suspension" "$(ends 2027-01-31T23:59:59Z)" ""
is "the day behind it" "$(ends 2027-02-01T00:00:00Z)" \
	"tenants/cedar/tenant.yaml:11:39: note: the suspension ended with 2027-01-31; take it out, or give it another end [APN4016 end-passed]"
back
git update-ref refs/remotes/origin/main HEAD
says "a mistyped base" 7 "--base: there is no revision origin/mian in $T/msp/.git/; did you mean origin/main?" \
	lint --base origin/mian
says "a base like nothing here" 7 "--base: there is no revision v20 in $T/msp/.git/; when it is on the server only, fetch it first" \
	lint --base v20
git clone -q --depth 1 "file://$T/msp" "$T/shallow"
says "a base that a shallow clone lacks" 7 "--base: there is no revision HEAD~3 in $T/shallow/.git/; the clone is shallow: run git fetch --unshallow origin, and in CI check out with fetch-depth: 0" \
	lint --base HEAD~3 "$T/shallow"
git clone -q --bare "$T/msp" "$T/bare.git"
says "a bare repository" 64 "$T/bare.git is a bare repository, without files at hand: name a revision with --rev, such as --rev HEAD" \
	lint "$T/bare.git"

says "a mistyped certificate" 1 "nothing is known by 'cedar/psuh'; did you mean cedar/push?" explain cedar/psuh
says "a mistyped rule" 1 "nothing is known by 'topic-twise'; did you mean topic-twice?" explain topic-twise
says "a name without its kind" 1 "nothing is known by 'birch-desk'; did you mean AppleIDAlias/birch-desk?" explain birch-desk
says "a word of plans" 1 "nothing is known by 'TopicClaimed'; the words of plan and status are told in docs/reference.md" \
	explain TopicClaimed
exits "a file of manifests" 0 "$APNSCTL" explain tenants/cedar/policies.yaml
is "tells what stands in it" "$(grep '^[A-Z]' "$T/out")" "$(sed -n 's/^kind: //p; s/^  name: //p' tenants/cedar/policies.yaml | paste -d/ - - | sed 's|/|/cedar/|')"
finish
