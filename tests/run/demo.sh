#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demo keeps its promises, and what it says about going on by hand works as written.
. tests/lib.sh

D=$T/demo
exits "the demo ends with 0" 0 sh "$ROOT/examples/demo.sh" "$D"
cp "$T/out" "$T/story"
is "nothing is told on stderr" "$(cat "$T/err")" ""
lacks "a step without a date tells none" "$(cat "$T/story")" "1970-01-01"
is "sections" "$(grep -c '^[0-9]*\. ' "$T/story")" 9

published() { git --git-dir "$D/msp.git" show "apnsctl-status:$1"; }
# fields TENANT : phase, band, verdict and next action of its certificate.
fields() {
	published "tenants/$1.json" | python3 -c 'import json, sys
o = json.load(sys.stdin)["objects"][0]
print(o["phase"], o["band"], o["verdict"], o["next"]["action"])'
}
is "alder: managed Apple ID" "$(fields alder)" "Active Ok Fine None"
is "birch: distribution group" "$(fields birch)" "Active Ok Fine None"
is "cedar: due" "$(fields cedar)" "Active Due Attention RenewAtPortal"
is "dogwood: expired" "$(fields dogwood)" "Active Expired Attention RenewAtPortal"
is "elm: certificate of another customer" "$(fields elm)" "AwaitingPortal Pending Attention FixManifest"
is "fir: waits for the portal" "$(fields fir)" "AwaitingPortal Pending Attention CreateAtPortal"
is "gorse: suspended" "$(fields gorse)" "None Pending Attention None"
is "hazel: broken YAML" "$(fields hazel)" "None Pending Blocked FixManifest"
is "only what waits is published for the portal" \
	"$(git --git-dir "$D/msp.git" ls-tree -r --name-only apnsctl-status requests | cut -d / -f 2 | tr '\n' ' ')" \
	"cedar dogwood elm fir "

# Exactly the lines that are printed for going on by hand.
sed -n '/^9\. /,$s/^    //p' "$T/story" >"$T/by-hand"
{
	echo 'set -e; trap "kill \$apple" EXIT'
	sed 's/^\(sh \.\.\/start-apple\.sh &\).*/\1 apple=$!; until [ -s ..\/ready ]; do sleep 0.05; done/
s/^apnsctl reconcile .*/apnsctl reconcile || test $? -eq 4/' "$T/by-hand"
} >"$T/by-hand.sh"
rm -f "$D/ready"
topic=$(grep 'topic: com.apple.mgmt' "$D/work/tenants/cedar/push.yaml")
exits "the lines for going on by hand work" 0 sh "$T/by-hand.sh"
is "cedar is renewed" "$(fields cedar)" "Active Ok Fine None"
contains "with the same topic" "$(published tenants/cedar.json)" "${topic#*: }"
contains "the renewal is on the server" "$(published tenants/cedar.json | tr -d ' \n')" \
	'"name":"nano","installed":"Match","inUse":"Yes"'
finish
