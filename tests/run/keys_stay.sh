#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A private key leaves the store for its destination and nothing else: not for Git, what is printed,
# the database in clear, the mirrors or a core file.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1

# A directory server shows us the key, so that it can be looked for.
sed -i 's|^  keyDestinations:|&\n  - {directory: out, tenants: ["*"]}|
s|^  network:|  directories:\n  - {name: out, path: out}\n&|' "$T/ctl/apnsctl.yaml"
cat >"$T/repo/servers/nano.yaml" <<-'YAML'
	apiVersion: apnsctl/v1
	kind: MDMServer
	metadata: {name: nano}
	spec: {type: Directory, options: {directory: out}, tenants: ["*"]}
YAML
shop_commit "a directory"
: >"$T/said"
say_all() { run "$@"; rc=$?; cat "$T/out" "$T/err" >>"$T/said"; return $rc; }
say_all && portal_create acme >/dev/null && put acme && say_all
key=$T/ctl/out/acme/push/key.pem
is "the key is deployed" "$(head -n 1 "$key")" "-----BEGIN PRIVATE KEY-----"
for command in "plan" "status" "-o json status" "request" "explain PushCertificate/acme/push" \
	"store verify" "doctor" "-o json reconcile"; do
	say_all $command
done

# How a prime of the key could be written down.
python3 - "$key" "$T" <<'PY'
import base64, os, subprocess, sys
key, top = sys.argv[1:]
text = subprocess.run(["openssl", "rsa", "-in", key, "-noout", "-text"], capture_output=True, text=True).stdout
prime = text.split("prime1:")[1].split("prime2:")[0]
prime = bytes.fromhex("".join(prime.split()).replace(":", "")).lstrip(b"\0")
pem = open(key).read().split("-----")[2].split()
forms = {"raw": prime, "reversed": prime[::-1], "hex": prime.hex().encode(), "HEX": prime.hex().upper().encode()}
for i in range(3):
    forms["base64 %d" % i] = base64.b64encode(prime[i:i + 60])[:76]
for i, line in enumerate(pem[1:-1]):
    forms["line %d of the PEM" % (i + 2)] = line.encode()
files = 0
for folder, _, names in os.walk(top):
    for name in names:
        path = os.path.join(folder, name)
        if path == key or not os.path.isfile(path):
            continue
        files += 1
        data = open(path, "rb").read()
        for form, what in forms.items():
            if what in data:
                print("not ok - %s has the key (%s)" % (path, form))
print("# %d files, %d forms" % (files, len(forms)))
found = any(what in open(key, "rb").read() for what in forms.values())
print("ok - the search finds the key where it is" if found else "not ok - the search finds nothing at all")
PY
git -C "$T/remote.git" cat-file --batch --batch-all-objects >"$T/objects" 2>/dev/null
line=$(sed -n 5p "$key")
for where in said objects; do
	if grep -q -a -F "$line" "$T/$where"; then not_ok "the key is not in $where"; else ok "the key is not in $where"; fi
done
contains "much was said" "$(cat "$T/said")" "InstallCertificate"
finish
