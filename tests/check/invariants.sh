#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/invariants.md names code and tests that are there, sixteen promises; and promise 15: the request
# signer is reached from one place only, which takes its request from a key of the store.
. "$(dirname "$0")/../lib.sh"

is "there are sixteen promises" "$(grep -c -E '^[0-9]+\. ' docs/invariants.md)" 16
missing=$(grep -o -E '`[a-z]+/[A-Za-z0-9_/.-]+`' docs/invariants.md | tr -d '`' | sort -u |
	while read -r path; do [ -e "$path" ] || echo "$path"; done)
is "every file that they name is there" "$missing" ""
untested=$(tr '\n' ' ' <docs/invariants.md | sed 's/ \([0-9][0-9]*\)\. \*\*/\n\1. **/g' | grep -E '^[0-9]+\. ' |
	grep -v 'tests/' | cut -d. -f1)
is "every promise names a test" "$untested" ""
is "one place asks the signer" "$(git grep -l 'ops->sign_upload(' -- reconcile cmd)" reconcile/run/act_request.c
is "with the request that the keys port made" \
	"$(grep -c 'sign_upload(p->x509, q->csr.data' reconcile/run/act_request.c)" 1
finish
