#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What one run may change: gates hold removals, exactly those, and let through exactly what was
# looked at; a source that is empty or can not be read whole removes nothing.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
CUSTOMERS="acme acme-us beta delta"
shop_start $CUSTOMERS || exit 1
sed -i '/serverRefs/d' "$T"/repo/tenants/*/tenant.yaml
shop_commit "no servers"
configure 's/^  testing:/  limits: {minObjects: 2, maxChangedPercent: 25}\n  testing:/'
run && portal_create_all $CUSTOMERS && run || not_ok "all are Active" "$(cat "$T/err")"
states() { db "select group_concat(name || ' ' || state, ', ') from (select name, state from tenant order by name)"; }
all_live="acme Live, acme-us Live, beta Live, delta Live"
is "all are Live" "$(states)" "$all_live"

# A folder that becomes a link is not read: nothing behind it is taken for gone.
mv "$T/repo/tenants/delta" "$T/delta" && ln -s ../servers "$T/repo/tenants/delta"
shop_commit "a link"
run
is "a folder that became a link archives nobody" "$(states)" "$all_live"
rm "$T/repo/tenants/delta" && mv "$T/delta" "$T/repo/tenants/delta"
shop_commit "back"
run

# Too many at once.
mkdir "$T/away"
mv "$T/repo/tenants/acme" "$T/repo/tenants/beta" "$T/away/"
shop_commit "two are gone"
runs "two of four removed: held" 5 reconcile
is "nothing is archived" "$(states)" "$all_live"
contains "the dashboard lists what is held" "$(status_file README.md)" "Held by a safety gate"
override=$(sed -n 's/.*--override \(ChangeLimit@[0-9a-f]*\).*/\1/p' "$T/err")
shop_tenant epsilon
sed -i '/serverRefs/d' "$T/repo/tenants/epsilon/tenant.yaml"
shop_commit "a new one"
runs "free steps go on beside held ones" 5 reconcile
is "the new customer has its request" "$(fact epsilon "o['next']['action']")" CreateAtPortal
mv "$T/repo/tenants/delta" "$T/away/"
shop_commit "a third is gone"
runs "what was looked at is void when it changes" 5 reconcile --override "$override"
is "still nothing is archived" "$(states)" "$all_live, epsilon Live"
mv "$T/away/delta" "$T/repo/tenants/"
shop_commit "the third is back"
runs "the override lets exactly these through" 0 reconcile --override "$override"
is "they are archived, the others are not" "$(states)" \
	"acme Archived, acme-us Live, beta Archived, delta Live, epsilon Live"
is "keys and certificates are kept" "$(db "select count(*) from key_record") $(db "select count(*) from pair")" "5 4"
is "an archived certificate stays in the status until its end" "$(fact acme "o['phase'], o['band']")" "Archived Ok"

# A name that comes back.
uid=$(db "select uid from tenant where name = 'acme'")
mv "$T/away/acme" "$T/repo/tenants/"
shop_commit "acme is back"
runs "a name that comes back" 0 reconcile
is "revives its object, with pin and key" \
	"$([ "$(db "select uid from tenant where name = 'acme'")" = "$uid" ] && fact acme "o['phase'], o['band'], o['keys'][0]['state']")" \
	"Active Ok Active"

# Nothing at all.
is "somebody waits for the portal" "$(fact epsilon "o['next']['action']")" CreateAtPortal
waits=$(status_file README.md | grep epsilon--push)
cp -r "$T/repo/tenants" "$T/tenants"
rm -r "$T/repo/tenants"
shop_commit "empty"
before=$(states)
runs "an empty source: held" 5 reconcile
contains "by a gate of its own" "$(cat "$T/err")" "the gate EmptySource holds"
is "an empty source archives nobody" "$(states)" "$before"
contains "the steps say what holds them" "$(cat "$T/out")" "  blocked ArchiveObject:PushCertificate/epsilon/push  (Removed)
          no longer in the manifests: archived, its keys are kept
          held by the gate EmptySource"
is "what waits for the portal waits on" "$(fact epsilon "o['next']['action'], o['next']['file'], o['next']['appleId'], o['verdict']")" \
	"CreateAtPortal $(request_file epsilon) apple@epsilon.example Attention"
contains "on the dashboard too" "$(status_file README.md)" "### At Apple's portal"
cp -r "$T/tenants" "$T/repo/tenants"
shop_commit "all are back"
runs "and is over when they are back" 0 reconcile

# Protected: first the protection goes, later the certificate.
sed -i 's/^spec:$/spec:\n  protection: Protected/' "$T/repo/tenants/delta/push.yaml"
shop_commit "protected"
runs "a protected certificate" 0 reconcile
mv "$T/repo/tenants/delta" "$T/delta"
shop_commit "delta is gone"
runs "is not removed" 5 reconcile
contains "by the gate Protected" "$(cat "$T/err")" "the gate Protected holds"
is "nor is its customer archived" "$(db "select state from tenant where name = 'delta'")" Live
mv "$T/delta" "$T/repo/tenants/delta"
sed -i '/protection/d' "$T/repo/tenants/delta/push.yaml"
shop_commit "unprotected"
runs "without protection" 0 reconcile
rm -r "$T/repo/tenants/delta"
shop_commit "delta is gone"
runs "it is, in a later revision" 0 reconcile
is "archived" "$(db "select state from tenant where name = 'delta'")" Archived
finish
