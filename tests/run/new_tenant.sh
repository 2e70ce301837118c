#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# new tenant: what lint would refuse is refused before anything is written.
. "$(dirname "$0")/../lib.sh"
APNSCTL=$B/apnsctl
"$APNSCTL" init "$T/own" >/dev/null 2>&1
cd "$T/own" || exit 1
refused() { # refused NAME TEXT OPTION…
	name=$1
	text=$2
	shift 2
	exits "$name" 3 "$APNSCTL" new tenant acme --apple-id push@acme.example "$@"
	contains "$name: lint's words" "$(cat "$T/err")" "$text"
	is "$name: nothing is written" "$(tail -n 1 "$T/err") $(git status --short)" \
		"apnsctl: the manifests would have errors; nothing was written "
}
refused "no address" 'tenants/acme/apple-id.yaml:' --apple-id notanaddress
refused "no domain" 'tenants/acme/tenant.yaml:' --domain "gamma 3"
refused "no such server" 'did you mean "deployed"?' --server deployd
refused "nobody of that name" 'tenants/acme/apple-id.yaml:' --custodian bob --custodian sam
refused "a display name in two lines" 'tenants/acme/tenant.yaml:' --display-name "Two
lines"
exits "a good one" 0 "$APNSCTL" new tenant acme --apple-id push@acme.example --domain acme.example --server deployed
exits "is clean" 0 "$APNSCTL" lint --fail-on warning
exits "twice" 1 "$APNSCTL" new tenant acme --apple-id push@acme.example
is "is there" "$(cat "$T/err")" "apnsctl: the folder tenants/acme exists already"

"$APNSCTL" init "$T/single" --mode single >/dev/null 2>&1
cd "$T/single" || exit 1
exits "a second tenant of one organization" 1 "$APNSCTL" new tenant acme --apple-id push@acme.example
is "is refused" "$(cat "$T/err")" "apnsctl: tenants/example is there, and mode SingleOrganization has exactly one tenant; for customers, set mode to MultiTenant"
finish
