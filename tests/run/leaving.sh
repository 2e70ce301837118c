#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A customer who leaves may go in silence; his topic may not turn up at another one in silence, were
# it that of his second certificate.
. "$(dirname "$0")/../lib.sh"
APNSCTL=$B/apnsctl
cp -R "$ROOT/examples/msp" "$T/msp" && cd "$T/msp" || exit 1
git init -q -b main
cedar=tenants/cedar
topic=$(sed -n 's/^  topic: //p' $cedar/push.yaml)
other=com.apple.mgmt.External.11111111-2222-3333-4444-555555555555
printf '  offboarding: {lastDay: 2026-12-31}\n' >>$cedar/tenant.yaml
sed "/^---/,\$d; s/name: push/name: aaa/; s/topic: .*/topic: $other/" $cedar/push.yaml >$cedar/aaa.yaml
git add -A && git commit -q -m base
cp -R $cedar "$T/cedar" && git rm -rq $cedar
errors() { "$APNSCTL" lint --base HEAD --format concise 2>/dev/null | grep -o 'tenants/quince/.*APN5.*\|tenants/cedar.*APN5.*'; }
is "who was to leave is gone" "$(errors)" ""
cp -R "$T/cedar" tenants/quince && rm tenants/quince/aaa.yaml
sed -i 's/cedar/quince/; /offboarding/d' tenants/quince/*.yaml
is "the topic of his second certificate is not passed on in silence" "$(errors | sed 's/:.*: error/: error/')" \
	"tenants/quince/tenant.yaml: error: tenant cedar is gone, and this one has its topic $topic; for a rename write metadata.previousNames: [cedar], so that keys, requests and history stay [APN5009 renamed-silently]"
finish
