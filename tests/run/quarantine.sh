#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A broken manifest stops its own customer only, and every run says so until it is mended.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
echo "	broken: by a tab" >>"$T/repo/tenants/acme/tenant.yaml"
shop_commit broken
runs "a broken customer: 4" 4 reconcile
is "it waits for its manifest" "$(fact acme "o['next']['action']" 2>/dev/null || echo none)" FixManifest
is "the other one goes on" "$(fact beta "o['phase']")" AwaitingPortal
commits=$(status_commits)
runs "a run that has nothing to do says it again" 4 reconcile
is "in words" "$(tail -n 1 "$T/err")" \
	"apnsctl: in quarantine because of errors in their manifests: 1 tenant; run apnsctl lint on the repository"
is "without a commit" "$(status_commits)" "$commits"
echo "# a change elsewhere" >>"$T/repo/tenants/beta/tenant.yaml"
shop_commit elsewhere
runs "so does one that looks at another customer" 4 reconcile
is "and counts everybody who waits for a person" "$(grep '^Tenants' "$T/out")" \
	"Tenants looked at: 1, in quarantine: 1. Steps done: 0, failed: 0, blocked or held: 0. Certificates that wait for a person: 2."
sed -i '$d' "$T/repo/tenants/acme/tenant.yaml"
shop_commit mended
runs "mended: 0" 0 reconcile
is "and it goes on" "$(fact acme "o['phase']")" AwaitingPortal
runs "0 again" 0 reconcile
finish
