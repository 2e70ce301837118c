#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The certificates of applesim have the shape of a real MDM push certificate, read with openssl.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../apple.sh"

apple_init
new_key "$T/key"
upload "$T/key" "$T/upload" "/CN=push/C=DE/O=Acme/emailAddress=push@acme.example"
portal create --account apple@acme.example --request "$T/upload" --out "$T/push.pem" \
	--now 2026-02-10T17:44:47Z >"$T/row"
topic=$(field topic <"$T/row")
uuid=${topic#com.apple.mgmt.External.}
x509() { openssl x509 -in "$T/push.pem" -noout "$@"; }

is "the file holds one PEM block" "$(grep -c BEGIN "$T/push.pem")" 1
H=[0-9a-f]
is "the uuid is lower case, version 4" \
	"$(echo "$uuid" | grep -cE "^$H{8}-$H{4}-4$H{3}-[89ab]$H{3}-$H{12}\$")" 1
is "the subject is UID, CN with the same uuid, C of the request, and no more" \
	"$(x509 -subject -nameopt RFC2253,-dn_rev)" \
	"subject=UID=com.apple.mgmt.External.$uuid,CN=APSP:$uuid,C=DE"
is "the issuer is AAI 2, in Apple's order" "$(x509 -issuer -nameopt RFC2253,-dn_rev)" \
	"issuer=CN=Apple Application Integration 2 Certification Authority,OU=Apple Certification Authority,O=Apple Inc.,C=US"
is "it starts when it is issued" "$(x509 -startdate)" "notBefore=Feb 10 17:44:47 2026 GMT"
is "it lasts 365 days to the second" "$(x509 -enddate)" "notAfter=Feb 10 17:44:47 2027 GMT"
is "the key is the request's" "$(x509 -pubkey)" "$(openssl pkey -in "$T/key" -pubout)"
is "the row tells the serial" "$(x509 -serial)" "serial=$(field serial <"$T/row")"
is "apple-ca.pem verifies it" \
	"$(openssl verify -attime 1780000000 -CAfile "$S/apple-ca.pem" "$T/push.pem")" "$T/push.pem: OK"

# One line an ASN.1 item: depth, type, value; the values that differ from one certificate to the
# next are cut out.
structure() {
	openssl asn1parse -in "$1" | sed -E \
		-e 's/^ *[0-9]+:(d=[0-9]+) +hl=[0-9] l= *[0-9]+ /\1 /' \
		-e 's/(INTEGER +):[0-9A-F]{16}$/\1:SERIAL/' \
		-e 's/(UTCTIME +):[0-9]{12}Z$/\1:TIME/' \
		-e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/UUID/' \
		-e 's/(:30168014)[0-9A-F]{40}$/\1KEYID/' -e 's/(:0414)[0-9A-F]{40}$/\1KEYID/' \
		-e 's/(PRINTABLESTRING +):[A-Z]{2}$/\1:CC/'
}
structure "$T/push.pem" >"$T/structure"
same "every ASN.1 item is of the type and in the order of the real one" "$T/structure" \
	"$ROOT/tests/run/applesim_shape.txt"
specimen=$ROOT/../shared/data/mdm-push-specimen.pem
if [ -f "$specimen" ]; then
	structure "$specimen" >"$T/specimen"
	same "and the specimen at hand says the same" "$T/structure" "$T/specimen"
fi

for i in 1 2 3 4 5 6; do
	portal create --account a@b.example --request "$T/upload" --out "$T/$i.pem"
done >"$T/rows"
is "serials are eight octets and positive" "$(grep -cE '"serial":"[0-7][0-9A-F]{15}"' "$T/rows")" 6
is "every Create has a topic of its own" \
	"$(sed 's/.*"topic":"\([^"]*\).*/\1/' "$T/rows" | sort -u | wc -l)" 6
upload "$T/key" "$T/upload2" /CN=push
portal create --account a@b.example --request "$T/upload2" --out "$T/push.pem" >/dev/null
contains "a request without a country gets US" "$(x509 -subject)" "C = US"

S=$T/old
apple_init --issuer "Apple Application Integration Certification Authority"
upload "$T/key" "$T/upload"
portal create --account a@b.example --request "$T/upload" --out "$T/push.pem" >/dev/null
contains "the issuer can have another name" "$(x509 -issuer)" \
	"CN = Apple Application Integration Certification Authority,"
is "and is trusted then" "$(openssl verify -CAfile "$S/apple-ca.pem" "$T/push.pem")" \
	"$T/push.pem: OK"
finish
