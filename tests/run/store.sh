#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The key store in whole runs: one controller at a time, a sealed store, a lost one, a broken one, and
# commands that only read.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
run && portal_create acme >/dev/null && put acme

# A run that waits for APNs holds the lock.
faults '{"apns":[{"do":"SilenceOnAccept"}]}'
asked=$(seen apns-accept)
"$APNSCTL" --config "$T/ctl/apnsctl.yaml" reconcile >"$T/first.out" 2>&1 &
first=$!
more() { [ "$(seen apns-accept)" -gt "$asked" ]; }
until_true 20 more || not_ok "the first run asks APNs"
runs "a second controller is turned away" 6 reconcile
wait $first
is "the first one ends well" $? 0
faults '{}'
runs "and the next run goes on" 0 --now "$(at 20)" reconcile
is "Active" "$(fact acme "o['phase']")" Active

# Sealed: the unlock key is away, readable for others, another one.
unlock=$T/ctl/state/unlock.key
cp -p "$unlock" "$T/unlock.key"
sealed() {
	shop_tenant "$2"
	shop_commit "$2 comes"
	runs "$1: what needs a key waits" 4 reconcile
	is "$1: the status is published" "$(fact "$2" "o['phase']") $(fact acme "o['phase']")" "None Active"
	runs "$1: verify says so" 4 store verify
	rm -f "$unlock"
	cp -p "$T/unlock.key" "$unlock"
}
rm "$unlock"
sealed "no unlock key" gamma
chmod 644 "$unlock"
sealed "an unlock key that others can read" delta
head -c 32 /dev/urandom >"$unlock"
sealed "another unlock key" epsilon
runs "with its key the run goes on" 0 --now "$(at 25)" reconcile
is "and makes what waited" "$(fact gamma "o['phase']") $(fact epsilon "o['phase']")" "AwaitingPortal AwaitingPortal"
runs "nothing was lost" 0 store verify
contains "all keys open" "$(cat "$T/out")" "all 5 private keys open and fit"

# Commands that only read write nothing.
sums() { (cd "$T" && find ctl remote.git repo -type f ! -name '*-wal' ! -name '*-shm' ! -path '*/objects/*' -exec sha256sum {} + | sort -k 2); }
sums >"$T/before"
run plan
run status
run reconcile --dry-run
"$APNSCTL" lint "$T/repo" >/dev/null 2>&1
sums >"$T/after"
same "plan, status, lint and --dry-run write nothing" "$T/after" "$T/before"

# Garbage instead of a database.
cp "$T/ctl/state/apnsctl.db" "$T/good.db"
cp "$T"/ctl/state/apnsctl.db-wal "$T/good.wal" 2>/dev/null
rm -f "$T"/ctl/state/apnsctl.db*
head -c 8192 /dev/urandom >"$T/ctl/state/apnsctl.db"
chmod 600 "$T/ctl/state/apnsctl.db"
head=$(git -C "$T/remote.git" rev-parse apnsctl-status)
runs "a database that is none" 1 reconcile
contains "is told by name" "$(cat "$T/err")" "apnsctl.db"
is "and nothing is published" "$(git -C "$T/remote.git" rev-parse apnsctl-status)" "$head"

# Lost.
rm -f "$T"/ctl/state/apnsctl.db*
runs "a lost database is not taken for a new one" 1 reconcile
contains "the way out is named" "$(cat "$T/err")" "store init --lost"
runs "nor by store init" 1 store init
runs "store init --lost starts again" 0 store init --lost
topic=$(fact acme "o['topic']")
runs "New with a published pin is Blocked" 5 reconcile
is "until that stands in the manifest" "$(fact acme "o['next']['action'], o['next']['reason'], o['topic']")" \
	"FixManifest PinOnlyPublished $topic"
sed -i "s/topic: New.*/topic: $topic/" "$T/repo/tenants/acme/push.yaml"
shop_commit "the pin of acme"
runs "a pin leads to a new request and Renew" 0 reconcile
is "beside the way over adopt, while the certificate in Git is far from its end" \
	"$(fact acme "o['topic'] == '$topic', o['renewal']['phase'], o['next']['action']")" "True AwaitingPortal AdoptKey"
rm "$T/repo/tenants/acme/push.pem"
shop_commit "the certificate is gone too"
run reconcile
is "in its row when the certificate is lost too" "$(fact acme "o['next']['action'], o['next']['row']")" \
	"RenewAtPortal APSP:${topic##*.}"
finish
