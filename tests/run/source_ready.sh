#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A source that can not be had: exit 7, told once on the status branch, and taken back afterwards.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
source_ready() { status_file status.json | python3 -c 'import json,sys; print(json.load(sys.stdin)["conditions"][0]["status"])'; }

runs "a first run" 0 reconcile
is "the source is ready" "$(source_ready)" True
git -C "$T/remote.git" branch -m main other
runs "a branch that is gone ends with 7" 7 reconcile
is "the status says so" "$(source_ready)" False
commits=$(status_commits)
runs "still gone" 7 reconcile
is "which is told once" "$(status_commits)" "$commits"
git -C "$T/remote.git" branch -m other main
runs "the branch is back" 0 reconcile
is "and the status says that too" "$(source_ready)" True

# History that was rewritten.
git -C "$T/repo" commit -q --amend -m "another past"
git -C "$T/repo" push -q --force origin HEAD:main
runs "a rewritten history ends with 7" 7 reconcile
contains "the text says how to go on" "$(cat "$T/err")" "--accept-history $(git -C "$T/repo" rev-parse HEAD)"
runs "another commit is not accepted" 7 reconcile --accept-history 0123456789012345678901234567890123456789
runs "this one is" 0 reconcile --accept-history "$(git -C "$T/repo" rev-parse HEAD)"
runs "once is enough" 0 reconcile
finish
