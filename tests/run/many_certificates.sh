#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A tenant with more certificates than one run may make keys for: each step is tried and told once.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
for i in $(seq 100); do
	cat <<-YAML
		---
		apiVersion: apnsctl/v1
		kind: PushCertificate
		metadata: {name: push-$i, tenant: acme}
		spec: {appleIdRef: apple, topic: New}
	YAML
done >"$T/repo/tenants/acme/many.yaml"
shop_commit "a hundred more"
sed -i 's/^  testing:/  limits: {maxNewKeys: 2}\n&/' "$T/ctl/apnsctl.yaml"

# steps EXPRESSION: python over the steps of the RunReport as `s`.
steps() { python3 -c "import json; s=json.load(open('$T/out'))['steps']; print($1)"; }
runs "a run beyond the limit of new keys ends well" 0 -o json reconcile
is "it makes as many keys as it may" \
	"$(steps "sum(x['id'].startswith('CreateKey:') and x['outcome'] == 'Done' for x in s)")" 2
is "the others wait" \
	"$(steps "sum(x['id'].startswith('CreateKey:') and x['outcome'] == 'Waiting' for x in s)")" 99
is "no step is told twice" "$(steps "len(s) - len({x['id'] for x in s})")" 0
finish
