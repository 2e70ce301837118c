#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A controller that has never run: plan and status say what there is to say, and make nothing.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
rm "$T/ctl/state/apnsctl.db"*
new="apnsctl: nothing is known yet: the database $T/ctl/state/apnsctl.db does not exist yet; apnsctl reconcile makes it"

runs "a plan" 0 plan
is "of a first run" "$(cat "$T/out")" "The controller would:
  + CreateKey:PushCertificate/acme/push  (FirstCertificate)
      make a new private key
  + CreateRequest:PushCertificate/acme/push  (FirstCertificate)
      make the request for a first certificate
      then: Create a Certificate at the portal with the Apple Account apple@acme.example
Plan: 2 to do, 0 for a person, 0 blocked."
is "says that nothing is known" "$(cat "$T/err")" "$new"
runs "a dry run" 0 reconcile --dry-run
runs "status" 0 status
is "has nothing to show" "$(cat "$T/out" "$T/err")" "CERTIFICATE  BAND  PHASE  EXPIRES  NEXT  DUE
$new"
cd "$T/repo" || exit 1
runs "request" 0 request
is "has nothing either" "$(cat "$T/out" "$T/err")" "Nothing waits for Apple's portal.
$new"
runs "the keys can not be verified" 1 store verify
runs "nor probed" 1 probe --all
is "no database was made" "$(find "$T/ctl/state" -name 'apnsctl.db*')" ""
runs "doctor" 0 doctor
contains "says so too" "$(cat "$T/out")" "warn  store: the database $T/ctl/state/apnsctl.db does not exist yet; apnsctl reconcile makes it"
run plan -o json
hash=$(sed -n 's/.*"planHash": "\(.*\)".*/\1/p' "$T/out")
runs "the first run" 0 reconcile -o json
contains "does what was planned" "$(cat "$T/out")" "\"planHash\": \"$hash\""
rm "$T/ctl/state/apnsctl.db"*
runs "a store that is lost is no new one" 1 plan
contains "and is told" "$(cat "$T/err")" "but the status branch was written from one"
finish
