#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The pages of the rules: every rule is raised by its bad example, as the page says it, and not by
# the good one. There is no rule without both.
. "$(dirname "$0")/../lib.sh"
cd "$ROOT" || exit 1

"$B/applesim" ca "$T/apple" >/dev/null || exit 1
python3 tests/run/rules/rules.py "$B/apnsctl" "$T/apple" "$T/rules" >"$T/told" 2>&1 || not_ok "rules.py" "$(cat "$T/told")"
cat "$T/told"
is "all rules were looked at" "$(grep -c '^\(not \)\?ok - APN' "$T/told")" "$(grep -c '^RULE(' schema/base/rules.def)"
FAILED=$((FAILED + $(grep -c '^not ok' "$T/told")))
finish
