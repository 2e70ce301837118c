#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Comments that ignore what is judgement: in lint, in its formats, and in the controller.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
cd "$T/repo" || exit 1
ALIAS=tenants/acme/alias.yaml
lint() { "$APNSCTL" lint --format concise "$@" >"$T/out" 2>"$T/err"; }
# address TEXT : what stands behind `appleId: `
address() { sed -i "s/appleId: .*/appleId: $1/" $ALIAS; }
# told CODE : the findings of that rule
told() { grep "\[APN$1 " "$T/out" | cut -d'[' -f1; }

address 'acme.push@gmail.com'
lint
is "a provider for private people is told" "$(told 3004)" \
	"$ALIAS:5:12: warning: gmail.com is a mail provider for private people; use an address of the customer or of your own "
exits "and fails with --fail-on warning" 3 "$APNSCTL" lint --fail-on warning
address 'acme.push@gmail.com # apnsctl:ignore APN3004 -- The customer has no domain.'
exits "with a reason it is ignored" 0 "$APNSCTL" lint --fail-on warning
contains "and counted" "$(cat "$T/out")" " 0 warnings, 3 notes, 1 ignored"
exits "as data" 0 "$APNSCTL" lint --format json
is "the summary counts it" "$(python3 -c 'import json,sys; r=json.load(sys.stdin)
print(r["summary"]["ignored"], [f["code"] for f in r["findings"] if f["code"] == "APN3004"])' <"$T/out")" "1 []"
exits "of another folder" 0 "$APNSCTL" lint --format json servers
contains "nothing is counted" "$(cat "$T/out")" '"ignored": 0,'

address 'acme.push@gmail.com # apnsctl:ignore APN3004'
exits "without a reason it is an error" 3 "$APNSCTL" lint --format concise
is "that says how to write it" "$(told 1030)" \
	"$ALIAS:5:32: error: this ignore has no reason; write it like \"# apnsctl:ignore APN3004 -- reason\" "
is "and what it meant is told" "$(told 3004 | wc -l)" 1
address 'acme@acme.example # apnsctl:ignore APN3004 -- The customer has no domain.'
exits "one that suppresses nothing is a warning" 3 "$APNSCTL" lint --format concise --fail-on warning
is "that says what it meant" "$(told 1031)" \
	"$ALIAS:5:47: warning: nothing in this line breaks APN3004; take the ignore out "
exits "lint --fix takes it out" 0 "$APNSCTL" lint --fix --fail-on warning
is "and leaves the line" "$(sed -n 5p $ALIAS)" "  appleId: acme@acme.example"

# What protects a topic, a customer or a secret can not be ignored, and stays an error.
for code in 2001 4003 4005 4012 5001 6001 1015; do
	address "acme@acme.example # apnsctl:ignore APN$code -- It has to go on."
	lint
	contains "APN$code can not be ignored" "$(told 1030)" "is no matter of judgement and can not be ignored"
done
address 'acme@acme.example'

# The controller reads the same comments: none of them stops or allows a write.
address 'acme.push@gmail.com # apnsctl:ignore APN3004 -- The customer has no domain.'
sed -i 's/appleIdRef: apple$/appleIdRef: nobody # apnsctl:ignore APN2003 -- It has to go on./' tenants/acme/push.yaml
shop_commit "an ignore of an error"
runs "an error that somebody wants to ignore" 4
is "quarantines as before" "$(condition acme Quarantined)" "True InvalidManifest"
sed -i 's/appleIdRef: .*/appleIdRef: apple # apnsctl:ignore APN3004/' tenants/acme/push.yaml
shop_commit "an ignore without a reason"
runs "a bad comment alone" 0
is "quarantines nobody" "$(condition acme Quarantined)" none
finish
