#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The portal of applesim: rows, Renew, Revoke, transfer, and how it refuses bad upload files.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../apple.sh"

apple_init
new_key "$T/key"
new_key "$T/key2"
upload "$T/key" "$T/upload"
upload "$T/key2" "$T/upload2"
me=apple@acme.example
INVALID="Invalid Certificate Signing Request. The certificate signing request you entered appears to be invalid. Make sure that request file was uploaded is in the correct format and not empty."
SIGNATURE="Certificate Signature Verification failed because the signature is invalid."
EXPIRED="Certificate Signature Verification failed because the signing certificate is expired."

# refused NAME TEXT REASON [OPTIONS…] : the upload file $T/bad is refused in these words.
refused() {
	what=$1
	words=$2
	why=$3
	shift 3
	exits "$what" 5 "$B/applesim" portal create --state "$S" --account $me \
		--request "$T/bad" --out "$T/none.pem" "$@"
	is "$what: the words" "$(cat "$T/err")" "$words
applesim: $why"
}
pack() { plist "$T/bad.csr64" "$T/bad.chain" "$T/bad.sig64" | base64 -w0 >"$T/bad"; }
# resign DIGEST : $T/bad again, from bad.der.
resign() {
	base64 -w0 "$T/bad.der" >"$T/bad.csr64"
	openssl dgst "-$1" -sign "$S/vendor.key" "$T/bad.der" | base64 -w0 >"$T/bad.sig64"
	pack
}
fresh() { upload "$T/key" "$T/bad"; }
subject() { openssl x509 -in "$1" -noout -subject; }

# Rows
row=$(portal create --account $me --request "$T/upload" --out "$T/a.pem" \
	--now 2026-01-01T00:00:00Z | field row)
topic=com.apple.mgmt.External.${row#APSP:}
portal renew --account $me --row "$row" --request "$T/upload2" --out "$T/b.pem" \
	--now 2026-12-01T00:00:00Z >/dev/null
is "Renew keeps UID and CN" "$(subject "$T/b.pem")" "$(subject "$T/a.pem")"
is "Renew lasts 365 days from its own time" "$(openssl x509 -in "$T/b.pem" -noout -enddate)" \
	"notAfter=Dec  1 00:00:00 2027 GMT"
is "Renew takes the key of the new request" "$(openssl x509 -in "$T/b.pem" -noout -pubkey)" \
	"$(openssl pkey -in "$T/key2" -pubout)"
portal create --account $me --request "$T/upload" --out "$T/c.pem" >/dev/null
lacks "Create makes another topic" "$(subject "$T/c.pem")" "${row#APSP:}"
exits "a topic names the row as well" 0 portal renew --account $me --topic "$topic" \
	--request "$T/upload" --out "$T/d.pem"
exits "Renew under another account" 5 portal renew --account else@acme.example --row "$row" \
	--request "$T/upload" --out "$T/none.pem"
is "Renew under another account: the words" "$(cat "$T/err")" \
	"applesim: else@acme.example has no row $row"
nobody=APSP:00000000-0000-4000-8000-000000000000
exits "Renew of a row that is not there" 5 portal renew --account $me --row $nobody \
	--request "$T/upload" --out "$T/none.pem"
is "Renew of a row that is not there: the words" "$(cat "$T/err")" \
	"applesim: the portal has no row $nobody"
portal transfer --row "$row" --to else@acme.example >/dev/null
exits "after a transfer the new account renews" 0 portal renew --account else@acme.example \
	--row "$row" --request "$T/upload" --out "$T/d.pem"
exits "after a transfer the old account does not" 5 portal renew --account $me --row "$row" \
	--request "$T/upload" --out "$T/none.pem"
portal list --account else@acme.example --now 2028-06-01T00:00:00Z >"$T/list"
is "list tells the state of a row" "$(python3 -c 'import json,sys
print([(r["row"], r["state"]) for r in json.load(sys.stdin)["rows"]])' <"$T/list")" \
	"[('$row', 'expired')]"
exits "without a limit an expired row is renewed" 0 portal renew --account else@acme.example \
	--row "$row" --request "$T/upload" --out "$T/d.pem" --now 2029-06-01T00:00:00Z
exits "past the grace it is not" 5 portal renew --account else@acme.example --row "$row" \
	--request "$T/upload" --out "$T/none.pem" --now 2030-07-02T00:00:00Z --grace-days 30
exits "inside the grace it is" 0 portal renew --account else@acme.example --row "$row" \
	--request "$T/upload" --out "$T/d.pem" --now 2030-07-01T00:00:00Z --grace-days 30

# Downloads
mkdir "$T/downloads"
portal download --row "$row" --out "$T/downloads" >/dev/null
portal create --account $me --request "$T/upload" --out "$T/downloads" >/dev/null
is "downloads are named as the portal names them, and never overwritten" \
	"$(ls "$T/downloads")" "MDM_ Example MSP_Certificate (1).pem
MDM_ Example MSP_Certificate.pem"
is "a download is the newest certificate" \
	"$(cat "$T/downloads/MDM_ Example MSP_Certificate.pem")" "$(cat "$T/d.pem")"

# Revocation
portal revoke --row "$row" >/dev/null
exits "a revoked row is not renewed" 5 portal renew --account else@acme.example --row "$row" \
	--request "$T/upload" --out "$T/none.pem"
is "a revoked row: the words" "$(cat "$T/err")" \
	"applesim: the row $row is revoked and can not be renewed"
openssl crl -in "$S/crl.pem" -noout -text >"$T/crl"
serial=$(openssl x509 -in "$T/b.pem" -noout -serial | cut -d= -f2)
contains "the revocation list has an older certificate of the row" "$(cat "$T/crl")" \
	"Serial Number: $serial"
is "and all others of the row, none of another" "$(grep -c 'Serial Number' "$T/crl")" 6
is "the list is signed by the issuer" \
	"$(openssl crl -in "$S/crl.pem" -noout -CAfile "$S/apple-ca.pem" 2>&1)" "verify OK"
is "PEM and DER are one list" "$(openssl crl -in "$S/crl.pem" -outform DER | sha256sum)" \
	"$(sha256sum <"$S/aai2ca.crl")"

# Refusals
openssl req -new -key "$T/key" -subj /CN=x >"$T/bad"
refused "a raw request" "$INVALID" "the file is PEM, not an upload file"
: >"$T/bad"
refused "an empty file" "$INVALID" "the file is not Base64"
fresh
plist "$T/bad.csr64" "$T/bad.chain" "$T/bad.sig64" | sed 's/PushCertSignature/PushCertSig/' |
	base64 -w0 >"$T/bad"
refused "a list without signature" "$INVALID" "the property list has no string PushCertSignature"
fresh
openssl req -new -key "$T/key" -subj /CN=x | base64 -w0 >"$T/bad.csr64"
pack
refused "a request in PEM" "$INVALID" "PushCertRequestCSR is no PKCS#10 request in DER"
fresh
openssl ecparam -genkey -name prime256v1 -noout -out "$T/ec" 2>/dev/null
openssl req -new -key "$T/ec" -subj /CN=x -outform DER -out "$T/bad.der"
resign sha256
refused "a request for an EC key" "$INVALID" "the request's key is not RSA with 2048 bits or more"
fresh
resign sha1
refused "a signature with SHA-1" "$SIGNATURE" "PushCertSignature was made with SHA-1, not SHA-256"
is "the answer to the page" "$(cat "$T/out")" \
	'{"ErrorCode":-80018,"ErrorMessage":"Certificate Signature Verification failed","ErrorDescription":"Certificate Signature Verification failed because the signature is invalid."}'
exits "SHA-1 where it is allowed" 0 portal create --account $me --request "$T/bad" \
	--out "$T/d.pem" --allow-sha1
fresh
openssl req -in "$T/bad.der" -inform DER -out "$T/bad.pem"
openssl dgst -sha256 -sign "$S/vendor.key" "$T/bad.pem" | base64 -w0 >"$T/bad.sig64"
pack
refused "the PEM form signed" "$SIGNATURE" \
	"PushCertSignature signs the PEM form of the request, not its DER"
fresh
openssl dgst -sha256 -sign "$T/key" "$T/bad.der" | base64 -w0 >"$T/bad.sig64"
pack
refused "signed by another key" "$SIGNATURE" \
	"PushCertSignature is not the first certificate's over this request"
fresh
cat "$S/vendor.pem" "$S/root.pem" >"$T/bad.chain"
pack
refused "a chain without the intermediate" "$SIGNATURE" \
	"certificate 1 of the chain: unable to get local issuer certificate"
fresh
cat "$S/vendor.pem" "$S/wwdr.pem" >"$T/bad.chain"
pack
refused "a chain without the root" "$SIGNATURE" "the chain does not end with the root"
fresh
"$B/applesim" ca "$T/other"
cat "$S/vendor.pem" "$T/other/chain.pem" >"$T/bad.chain"
pack
refused "another intermediate of the same name" "$SIGNATURE" \
	"certificate 1 of the chain: unable to get local issuer certificate"
upload "$T/key" "$T/bad" /CN=x sha256 "$T/other"
refused "a vendor of another root" "$SIGNATURE" \
	"certificate 3 of the chain: self-signed certificate in certificate chain"
fresh
{
	echo "-----BEGIN CERTIFICATE-----"
	openssl x509 -in "$S/vendor.pem" -outform DER | base64 -w76
	echo "-----END CERTIFICATE-----"
	cat "$S/chain.pem"
} >"$T/bad.chain"
pack
refused "PEM lines that are not 64 long" "$SIGNATURE" \
	"a PEM line of PushCertCertificateChain has not 64 characters"
fresh
refused "an expired vendor" "$EXPIRED" "the vendor's certificate has expired" \
	--now 2038-01-01T00:00:00Z
"$B/applesim" ca --new-vendor --vendor "Acme, Inc." --vendor-days 20 --now 2038-01-01T00:00:00Z "$S"
fresh
exits "a new vendor certificate" 0 portal create --account $me --request "$T/bad" \
	--out "$T/downloads" --now 2038-01-01T00:00:00Z
is "names the download" "$(ls "$T/downloads" | grep Acme)" "MDM_ Acme, Inc._Certificate.pem"
base64 -d "$T/bad" | base64 -w76 >"$T/wrapped"
exits "a wrapped upload file is fine" 0 portal create --account $me --request "$T/wrapped" \
	--out "$T/d.pem" --now 2038-01-01T00:00:00Z

# Command line
exits "an action without its options" 64 portal renew --account $me
is "the option that is missing" "$(head -n1 "$T/err")" "applesim: renew needs --request FILE"
exits "an unknown action" 64 "$B/applesim" portal destroy
exits "an unknown command" 64 "$B/applesim" destroy
exits "a time that is none" 64 portal list --now tomorrow
finish
