#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The TLS of applesim's APNs as openssl s_client sees it: which certificate gets which alert, and
# when: in the handshake of TLS 1.2, after the client's side of it in TLS 1.3.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../apple.sh"

apple_init
new_key "$T/key"
upload "$T/key" "$T/upload"
# issue NAME [OPTIONS…] : $T/NAME.pem, the row in $T/NAME.row.
issue() {
	name=$1
	shift
	portal create --account a@acme.example --request "$T/upload" --out "$T/$name.pem" "$@" \
		>"$T/$name.row"
}
issue good
issue expired --now 2024-01-01T00:00:00Z
issue future --now 2030-01-01T00:00:00Z
issue revoked
portal revoke --row "$(field row <"$T/revoked.row")" >/dev/null
openssl req -x509 -new -key "$T/key" -subj /UID=com.apple.mgmt.External.x/CN=APSP:x \
	-out "$T/foreign.pem"
faults
serve

# client CERTIFICATE VERSION [OPTION] : what s_client says. It waits for the server to end.
client() {
	timeout 3 openssl s_client -connect "127.0.0.1:$APNS" -CAfile "$S/tls-ca.pem" \
		-verify_return_error "-tls$2" -alpn h2 ${1:+-cert "$T/$1.pem" -key "$T/key"} \
		"${3:--ign_eof}" </dev/null 2>&1
}
# greet … : the same, but it only shakes hands.
greet() { client "$1" "$2" -no_ign_eof; }
# alert_is NAME CERTIFICATE ALERT : in both versions.
alert_is() {
	client "$2" 1_2 >"$T/12"
	client "$2" 1_3 >"$T/13"
	is "$1: alert in TLS 1.2" "$(grep -o 'SSL alert number [0-9]*' "$T/12")" "SSL alert number $3"
	is "$1: alert in TLS 1.3" "$(grep -o 'SSL alert number [0-9]*' "$T/13")" "SSL alert number $3"
}

# when CERTIFICATE|none VERSION : which call of a client fails, and with what.
when() {
	python3 - "$APNS" "$T/$1.pem" "$T/key" "$2" <<'PY'
import socket, ssl, sys
port, cert, key, version = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version)
if not cert.endswith("/none.pem"):
    context.load_cert_chain(cert, key)
plain = socket.create_connection(("127.0.0.1", int(port)), 5)
call = "handshake"
try:
    tls = context.wrap_socket(plain)
    call = "read"
    tls.recv(1)
    print("no alert")
except ssl.SSLError as e:
    print(call, e.reason)
PY
}
is "TLS 1.2: the handshake fails" "$(when expired TLSv1_2)" \
	"handshake SSLV3_ALERT_CERTIFICATE_EXPIRED"
is "TLS 1.3: the handshake succeeds, the first read fails" "$(when expired TLSv1_3)" \
	"read SSLV3_ALERT_CERTIFICATE_EXPIRED"

alert_is "an expired certificate" expired 45
alert_is "a revoked certificate" revoked 44
alert_is "another authority's certificate" foreign 48
alert_is "a certificate of the future" future 42
serial=$(field serial <"$T/revoked.row")
topic=$(field topic <"$T/revoked.row")
is "the log has every alert with its serial" \
	"$(seen apns-refused "\"serial\":\"$serial\",\"topic\":\"$topic\",\"alert\":44}")" 2
for version in TLSv1_2 TLSv1_3; do
	is "a good certificate gets no alert ($version)" "$(when good $version)" "no alert"
	is "no certificate gets no alert ($version)" "$(when none $version)" "no alert"
done
greet good 1_3 >"$T/out"
contains "a good certificate gets h2" "$(cat "$T/out")" "ALPN protocol: h2"
contains "the server's certificate is good for 127.0.0.1" "$(cat "$T/out")" \
	"Verify return code: 0 (ok)"
contains "Apple's authorities are announced" "$(cat "$T/out")" \
	"CN = Apple Application Integration 2 Certification Authority"

issue late
portal revoke --row "$(field row <"$T/late.row")" >/dev/null
alert_is "revoked while it serves" late 44

faults '{"now":"2024-06-01T00:00:00Z"}'
is "the clock of APNs can be set" "$(when expired TLSv1_3)" "no alert"
for number in 40 42 43 46 48 51 80; do
	faults "{\"apns\":[{\"do\":\"Alert\",\"number\":$number}]}"
	alert_is "alert $number on demand" good $number
done
issue other
serial=$(field serial <"$T/other.row")
topic=$(field topic <"$T/other.row")
faults "{\"apns\":[{\"do\":\"Alert\",\"number\":80,\"serial\":\"$serial\"}]}"
alert_is "an alert for one serial" other 80
is "and not for another" "$(when good TLSv1_3)" "no alert"
faults "{\"apns\":[{\"do\":\"Alert\",\"number\":80,\"topic\":\"$topic\",\"times\":1}]}"
client other 1_3 >"$T/out"
contains "an alert for one topic, once" "$(cat "$T/out")" "alert number 80"
is "not twice" "$(when other TLSv1_3)" "no alert"
kill -HUP "$SERVER"
sleep 0.2 # the signal is not ordered against the connection
is "SIGHUP begins the counts anew" "$(when other TLSv1_3)" "read TLSV1_ALERT_INTERNAL_ERROR"

faults '{"apns":[{"do":"RequireCertificate"}]}'
client "" 1_3 >"$T/out"
contains "a required certificate is missed (TLS 1.3)" "$(cat "$T/out")" "alert number 116"
client "" 1_2 >"$T/out"
contains "a required certificate is missed (TLS 1.2)" "$(cat "$T/out")" "alert number 40"
faults '{"apns":[{"do":"HelloAlert","number":70}]}'
client good 1_3 >"$T/out"
contains "any alert can answer the hello" "$(cat "$T/out")" "alert number 70"
faults '{"apns":[{"do":"NoALPN"}]}'
greet good 1_3 >"$T/out"
contains "no ALPN on demand" "$(cat "$T/out")" "No ALPN negotiated"
faults '{"apns":[{"do":"TLS12"}]}'
client good 1_3 >"$T/out"
contains "TLS 1.2 only" "$(cat "$T/out")" "alert number 70"
faults '{"apns":[{"do":"TLS13"}]}'
client good 1_2 >"$T/out"
contains "TLS 1.3 only" "$(cat "$T/out")" "alert number 70"
faults '{"apns":[{"do":"CloseOnAccept"}]}'
client good 1_3 >"$T/out"
contains "closed before TLS" "$(cat "$T/out")" "no peer certificate available"
faults '{"apns":[{"do":"CloseAfterHandshake"}]}'
client good 1_3 >"$T/out"
contains "closed after the handshake: TLS was there" "$(cat "$T/out")" "ALPN protocol: h2"
is "closed after the handshake" "$(seen apns-end 'closed after the handshake')" 1

# A file that is not well formed changes nothing, and the reason is told.
faults '{"apns":[{"do":"CloseOnAccept"}]}'
client good 1_3 >/dev/null
serve_stop
for bad in '{"apns":[{"do":"Alert","number":49}]}|apns[0]: this alert can not answer a certificate, only HelloAlert: 49' \
	'{"apns":[{"do":"Alrt"}]}|apns[0]: unknown effect Alrt' \
	'{"apns":[{"do":"Alert","number":44,"serail":"1"}]}|apns[0]: unknown member serail' \
	'{"apns":[{"do":"NoALPN","topic":"x"}]}|apns[0]: takes no serial, topic or path: NoALPN' \
	'{"mdm":[{"do":"Alert","number":44}]}|mdm[0]: no effect here: Alert' \
	'{"apns":[{"do":"Goaway"}]}|apns[0]: goaway is no list of frames' \
	'{"apns":|line 2: '; do
	faults "${bad%|*}"
	exits "rules that are not well formed: ${bad#*|}" 3 timeout 5 "$B/applesim" serve \
		--state "$S" --faults "$T/faults.json"
	contains "the reason: ${bad#*|}" "$(cat "$T/err")" \
		"applesim: $T/faults.json: ${bad#*|}"
done
for effect in $(sed -n 's/^\tX(\([A-Za-z0-9]*\),.*/\1/p' "$ROOT/cmd/applesim/faults.h"); do
	grep -q "\`$effect\`" "$ROOT/docs/applesim.md" || echo "$effect"
done >"$T/undocumented"
is "every effect is documented" "$(cat "$T/undocumented")" ""
faults
serve --tls 1.2
client good 1_3 >"$T/out"
contains "--tls 1.2" "$(cat "$T/out")" "alert number 70"
serve_stop
is "SIGTERM ends it with 0" $? 0
finish
