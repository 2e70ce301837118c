#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A configured request signer that can not be used is told before it is needed, and costs no key.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
runs "a run with the signer" 0 reconcile
mv "$T/sim/vendor.key" "$T/vendor.key"
said="apnsctl: no request can be made before the request signer is put right: requestSigner: keyFile: can not read $T/sim/vendor.key: No such file or directory"
runs "one that needs no signature" 0 reconcile
is "says so all the same" "$(cat "$T/err")" "$said"
runs "as does a plan" 0 plan
contains "before the first customer" "$(cat "$T/err")" "$said"
shop_tenant beta
shop_commit "a new customer"
keys=$(db "SELECT count(*) FROM key_record")
runs "a customer who needs a request" 4 reconcile
contains "is told of" "$(cat "$T/out")" "FAILED  CreateKey:PushCertificate/beta/push  (FirstCertificate)
          requestSigner: keyFile: can not read $T/sim/vendor.key: No such file or directory"
is "no key is made" "$(db "SELECT count(*) FROM key_record")" "$keys"
mv "$T/vendor.key" "$T/sim/vendor.key"
runs "with the signer it goes on" 0 --now "$(at 5)" reconcile
is "and waits for the portal" "$(fact beta "o['phase']")" AwaitingPortal
lacks "in silence" "$(cat "$T/err")" signer
finish
