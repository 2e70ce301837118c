#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the controller's configuration does not allow does not happen, whatever the manifests say, and
# everybody can see why: credentials and keys stay with their origin and their tenants.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
run
portal_create acme >/dev/null
put acme
config=$T/ctl/apnsctl.yaml
cp "$config" "$T/good.yaml"
uploads() { "$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT; }
asked() { "$APPLESIM" log --log "$T/sim.log" --count mdm-request; }
MIN=5
# run_later: a run when servers are due to be looked at again.
run_later() {
	MIN=$((MIN + 65))
	run --now "$(date -u -d "+$MIN min" +%Y-%m-%dT%H:%M:%SZ)" reconcile
}

# stops NAME REASON SED: with the changed configuration nothing is installed, and the status says why.
stops() {
	sed "$3" "$T/good.yaml" >"$config"
	if cmp -s "$T/good.yaml" "$config"; then not_ok "$1: the configuration is another one"; fi
	run_later
	is "$1: nothing was uploaded" "$(uploads)" 0
	is "$1: the status says why" "$(fact acme "o['phase'], o['verdict'], o['servers'][0]['reason']")" \
		"Verified Attention $2"
	contains "$1: and the condition too" "$(status_file tenants/acme.json)" "\"message\": \"server nano: $2\""
}
stops "a server that the configuration does not know" NotAllowed \
	"/keyDestinations/,/tenants/d; s|origin: \"https://localhost:$MDM_PORT\"|origin: \"https://localhost:1\"|; /network:/d"
stops "a credential of another origin" NotAllowed \
	"s|^\(.*nano-key.*\)https://localhost:$MDM_PORT|\1https://localhost:1|"
stops "a credential of another customer" NotAllowed 's|^\(.*nano-key.*\)tenants: \["\*"\]|\1tenants: [beta]|'
is "the server was never asked" "$(asked)" 0

sed 's|^\(  - {origin.*\)tenants: \["\*"\]|\1tenants: [beta]|' "$T/good.yaml" >"$config"
run_later
is "keys of another customer only: nothing was uploaded" "$(uploads)" 0
is "and it is not active" "$(fact acme "o['phase'], o['verdict']")" "Verified Attention"

cp "$T/good.yaml" "$config"
run_later
is "with the right configuration it is active" "$(fact acme "o['phase'], o['verdict']")" "Active Fine"
finish
