#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every word that apnsctl writes into plans, conditions, reports and JSON stands in
# docs/reference.md or docs/servers.md, between backticks.
. "$(dirname "$0")/../lib.sh"
cd "$ROOT" || exit 1

# holds NAME : each word of stdin stands in the pages.
grep -ohE '`[A-Za-z0-9]+`' docs/reference.md docs/servers.md | tr -d '`' | sort -u >"$T/told"
holds() {
	sort -u >"$T/words"
	missing=$(comm -23 "$T/words" "$T/told" | tr '\n' ' ')
	if [ ! -s "$T/words" ]; then
		not_ok "$1" "no words were found in the code"
	elif [ -z "$missing" ]; then
		ok "$1 ($(wc -l <"$T/words") words)"
	else not_ok "$1" "missing: $missing"; fi
}
# list FILE NAME : the words of an X macro.
list() {
	awk -v start="#define $2(X)" 'index($0, start) == 1 { on = 1 } on { print } on && !/\\$/ { exit }' "$1" |
		grep -oE 'X\([A-Za-z0-9]+' | sed 's/X(//' | grep -v '^X$'
}
# literals FILE… : the CamelCase words between quotes.
literals() { grep -ohE '"[A-Z][a-z]+[A-Za-z0-9]*"|"(APNs|API|TLS|No)[A-Za-z0-9]+"' "$@" | tr -d '"'; }

for x in reconcile/plan/plan.h:STEP_ACTIONS reconcile/plan/plan.h:GATES \
	reconcile/model/view.h:NEXT_ACTIONS reconcile/model/view.h:PHASES reconcile/model/band.h:BANDS \
	reconcile/model/intake.h:INTAKE_VERDICTS reconcile/model/installed.h:INSTALLED_STATES \
	reconcile/model/actual.h:KEY_STATES reconcile/model/actual.h:PIN_SOURCES \
	reconcile/model/actual.h:REQUEST_STATES reconcile/model/actual.h:OBJECT_STATES \
	reconcile/model/verdict.h:APNS_RESULTS reconcile/model/verdict.c:REASONS \
	reconcile/plan/kept.h:OUTCOMES; do
	list "${x%:*}" "${x#*:}" | holds "${x#*:}"
done
literals reconcile/plan/certificate.c reconcile/plan/policy.c reconcile/plan/removed.c \
	reconcile/plan/request.c reconcile/plan/plan.c | holds "reasons of steps"
literals reconcile/model/view_next.c | holds "reasons of what a person must do"
literals reconcile/model/view_conditions.c | holds "conditions and their reasons"
literals reconcile/server/*.c | holds "reasons of MDM servers"
literals reconcile/report/tenant.c reconcile/report/summary.c | grep -v PushCertificate | holds "words of the status branch"
grep -ohE 'json_(member|key)[a-z_]*\([^,]*, "[A-Za-z0-9]+"' reconcile/report/*.c cmd/apnsctl/run_print.c cmd/apnsctl/plan_print.c \
	cmd/apnsctl/match_print.c cmd/apnsctl/cmd_request.c cmd/apnsctl/cmd_probe.c \
	cmd/apnsctl/cmd_doctor.c schema/emit/finding_json.c | sed 's/.*"\(.*\)"/\1/' | holds "members of JSON"
grep -ohE '"kind", "[A-Za-z]+"' cmd/apnsctl/*.c reconcile/report/*.c schema/emit/finding_json.c |
	sed 's/.*"\([A-Za-z]*\)"$/\1/' | grep -v PushCertificate | holds "kinds of JSON"
sed -n '/^## spec$/,/^## spec\./s/^| `\([A-Za-z]*\)`.*/\1/p' docs/reference/ControllerConfig.md | holds "keys of the configuration"

# Statuses: the codes of the code, and the same lines here, in the README and in operations.md.
statuses() { sed -n "/^$2/,/^When\|^##/s/^| \([0-9]*\) |.*/\1/p" "$1" | tr '\n' ' '; }
is "exit statuses of reference.md" "$(statuses docs/reference.md '## Exit status')" "0 1 2 3 4 5 6 7 8 9 64 "
is "exit statuses of README.md" "$(statuses README.md '| exit')" "0 1 2 3 4 5 6 7 8 9 64 "
is "exit statuses of operations.md" "$(statuses docs/operations.md '## What an exit')" \
	"0 1 2 3 4 5 6 7 8 9 64 "
for status in $(sed -n 's/^\tX([A-Z]*, \([0-9]*\), .*/\1/p' schema/base/err.h | sort -u); do
	grep -q "^| $status | " docs/reference.md && ok "status $status" || not_ok "status $status"
done
finish
