# SPDX-License-Identifier: Apache-2.0
# For tests that need Apple: `. tests/lib.sh; . tests/apple.sh`. The upload files are made with
# openssl, base64 and sed alone, so that they say nothing about apnsctl and judge applesim fairly.

# Makes the state directory $S (applesim's authorities) once.
S=$T/apple
apple_init() { "$B/applesim" ca "$@" "$S"; }

# new_key FILE : an RSA key of 2048 bits in PKCS#8.
new_key() { openssl genrsa -out "$1" 2048 2>/dev/null; }

# plist CSR64-FILE CHAIN-FILE SIGNATURE64-FILE : the property list of the portal, as XML.
plist() {
	printf '%s\n' '<?xml version="1.0" encoding="UTF-8"?>' \
		'<!DOCTYPE plist PUBLIC "-//Apple Inc//DTD PLIST 1.0//EN"' \
		'	"http://www.apple.com/DTDs/PropertyList-1.0.dtd">' '<plist version="1.0">' '<dict>'
	printf '<key>PushCertRequestCSR</key>\n<string>%s</string>\n' "$(cat "$1")"
	printf '<key>PushCertCertificateChain</key>\n<string>%s\n</string>\n' "$(cat "$2")"
	printf '<key>PushCertSignature</key>\n<string>%s</string>\n' "$(cat "$3")"
	printf '%s\n' '</dict>' '</plist>'
}

# upload KEY OUT [SUBJECT] [DIGEST] [VENDOR-DIR] : a signed upload file for the key; the parts stay
# beside it as OUT.der, OUT.csr64, OUT.chain, OUT.sig64.
upload() {
	openssl req -new -key "$1" -subj "${3:-/C=DE/CN=push/emailAddress=push@acme.example}" \
		-outform DER -out "$2.der" || return 1
	base64 -w0 "$2.der" >"$2.csr64"
	cat "${5:-$S}/vendor.pem" "${5:-$S}/chain.pem" >"$2.chain"
	openssl dgst "-${4:-sha256}" -sign "${5:-$S}/vendor.key" "$2.der" | base64 -w0 >"$2.sig64"
	plist "$2.csr64" "$2.chain" "$2.sig64" | base64 -w0 >"$2"
}

# portal ACTION … : with the state directory.
portal() {
	action=$1
	shift
	"$B/applesim" portal "$action" --state "$S" "$@"
}

# field NAME <JSON : the value of a member of one line of JSON.
field() { python3 -c 'import json,sys; print(json.load(sys.stdin).get(sys.argv[1],""))' "$1"; }

# serve [OPTIONS…] : starts Apple and the MDM server; $APNS and $MDM are their ports, $T/log what
# they see, $T/faults.json their rules.
serve() {
	rm -f "$T/ready"
	"$B/applesim" serve --state "$S" --log "$T/log" --faults "$T/faults.json" --ready "$T/ready" \
		"$@" >/dev/null &
	SERVER=$!
	BACKGROUND="$BACKGROUND $SERVER"
	until_true 10 test -s "$T/ready" || not_ok "applesim serves"
	APNS=$(sed -n 's/^apns=//p' "$T/ready")
	MDM=$(sed -n 's/^mdm=//p' "$T/ready")
}
serve_stop() {
	kill "$SERVER"
	wait "$SERVER"
}

# faults JSON : the rules from now on, in one step. Nothing: none.
faults() {
	printf '%s\n' "${1:-{\}}" >"$T/faults.new"
	mv "$T/faults.new" "$T/faults.json"
}

# seen EVENT [PART] : how many events of that name hold this part of a line of JSON.
seen() { grep -F "\"event\":\"$1\"" "$T/log" | grep -c -F -- "${2:-}"; }
