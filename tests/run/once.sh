#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A tenant is looked at again once the gates have decided: what failed before is not begun again.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
cat >"$T/repo/tenants/acme/extra.yaml" <<-YAML
	apiVersion: apnsctl/v1
	kind: PushCertificate
	metadata: {name: extra, tenant: acme}
	spec: {appleIdRef: apple, topic: New}
YAML
shop_commit extra
run
status_file "$(git -C "$T/remote.git" ls-tree -r --name-only apnsctl-status | grep acme--push)" >"$T/acme.plist"
"$APPLESIM" portal create --state "$T/sim" --account apple@acme.example --request "$T/acme.plist" \
	--out "$T/acme.pem" >/dev/null || exit 1
git -C "$T/repo" rm -q tenants/acme/extra.yaml
faults '{"mdm":[{"do":"Answer","status":500,"method":"PUT"}]}'
put acme
run -o json reconcile
is "the upload failed, the removal went through the gate" "$(python3 -c "
import json
print(*sorted(s['id'].split(':')[0] + ' ' + s['outcome'] for s in json.load(open('$T/out'))['steps']
              if s['id'].startswith(('Install', 'Archive'))), sep=', ')")" \
	"ArchiveObject Done, InstallCertificate Failed"
is "one upload was sent" "$("$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT)" 1
finish
