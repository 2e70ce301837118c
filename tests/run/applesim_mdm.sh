#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The MDM server of applesim answers as NanoMDM does: the golden file was compared, answer by
# answer, with what the real server (newest commit and release v0.9.0) was seen to send.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../apple.sh"

apple_init
UUID=11111111-2222-4333-8444-555555555555
TOPIC=com.apple.mgmt.External.$UUID
new_key "$T/key"
new_key "$T/key2"
# self NAME KEY SUBJECT [DAYS] : a self-signed certificate $T/NAME.pem.
self() {
	openssl req -x509 -new -key "$T/$2" -subj "$3" -days "${4:-365}" -out "$T/$1.pem" 2>/dev/null
}
SUBJECT="/UID=$TOPIC/CN=APSP:$UUID/C=US"
self a key "$SUBJECT"
self renewal key2 "$SUBJECT" 400
self second key "/UID=com.apple.mgmt.External.aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee/CN=APSP:x/C=US"
self nouid key "/CN=APSP:x/C=US"
self app key "/UID=com.example.app/CN=x"
self bare key "/UID=com.apple.mgmtX/CN=x"
self xserver key "/UID=com.apple.mgmt.XServer.$UUID/CN=x"
self slash key "/UID=com.apple.mgmt.External.\/..\/..\/..\/some\/file/CN=x"
openssl ecparam -genkey -name prime256v1 -out "$T/ec" 2>/dev/null
self ec ec "$SUBJECT"
openssl pkey -in "$T/key" -traditional -out "$T/pkcs1"
openssl rsa -in "$T/key" -traditional -aes128 -passout pass:x -out "$T/legacy" 2>/dev/null
openssl pkcs8 -topk8 -in "$T/key" -passout pass:x -out "$T/encrypted"
openssl req -new -key "$T/key" -subj /CN=x -out "$T/csr"
cat "$T/a.pem" "$T/key" >"$T/good"
KEY=sesame-open
printf '%s\n' "$KEY" >"$T/api-key"
faults
serve --api-key-file "$T/api-key"
U="http://127.0.0.1:$MDM"

# talk NAME [OPTIONS of curl] URL : the answer, with a title.
talk() {
	echo "#### $1"
	shift
	curl -sS -i --max-time 5 "$@" 2>&1
	echo
}
ask() { n=$1 && shift && talk "$n" -u "nanomdm:$KEY" "$@"; }
put() {
	n=$1
	shift
	cat "$@" >"$T/body"
	ask "$n" -X PUT --data-binary "@$T/body" -H "Expect:" "$U/v1/pushcert"
}
G="$U/v1/pushcert?topic"
{
	talk "version, no auth" "$U/version"
	talk "no Authorization header" "$G=$TOPIC"
	talk "wrong key" -u nanomdm:wrong "$G=$TOPIC"
	talk "wrong user name" -u "admin:$KEY" "$G=$TOPIC"
	talk "Bearer instead of Basic" -H "Authorization: Bearer $KEY" "$G=$TOPIC"
	talk "wrong auth on PUT (body not examined)" -u nanomdm:wrong -T "$T/good" \
		-H "Expect:" "$U/v1/pushcert"
	ask "GET without topic" "$U/v1/pushcert"
	ask "GET with empty topic" "$G="
	ask "GET of a topic that was never stored" "$G=$TOPIC"
	put "PUT good (cert + PKCS#8 key)" "$T/good"
	ask "GET after PUT" "$G=$TOPIC"
	put "PUT renewal: same topic, new key, later notAfter" "$T/renewal.pem" "$T/key2"
	put "PUT second topic" "$T/second.pem" "$T/key"
	ask "GET: topic in capitals" "$G=$(echo "$TOPIC" | tr a-z A-Z)"
	put "key first, then cert" "$T/key" "$T/a.pem"
	put "PKCS#1 key" "$T/a.pem" "$T/pkcs1"
	{ printf '%s' "$(cat "$T/a.pem")"; cat "$T/key"; } >"$T/mushed"
	put "PEM files mushed together without newline" "$T/mushed"
	sed 's/$/\r/' "$T/good" >"$T/crlf"
	put "CRLF line ends" "$T/crlf"
	put "CA, then leaf, then key (last CERTIFICATE block wins)" "$T/nouid.pem" "$T/good"
	put "two keys (last one wins)" "$T/a.pem" "$T/key2" "$T/key"
	put "leaf, then its CA, then key" "$T/a.pem" "$T/renewal.pem" "$T/key"
	put "wrong key (cert A, key B)" "$T/a.pem" "$T/key2"
	put "no key" "$T/a.pem"
	put "key only" "$T/key"
	put "empty body" /dev/null
	echo "hello, this is not PEM" >"$T/garbage"
	put "garbage text" "$T/garbage"
	put "legacy encrypted key (Proc-Type)" "$T/a.pem" "$T/legacy"
	put "PKCS#8 ENCRYPTED PRIVATE KEY" "$T/a.pem" "$T/encrypted"
	{ head -n 8 "$T/a.pem"; cat "$T/key"; } >"$T/cut"
	put "PEM END line missing" "$T/cut"
	{ sed '5s/./!/3' "$T/a.pem"; cat "$T/key"; } >"$T/cut"
	put "certificate truncated in the middle of its base64" "$T/cut"
	put "CSR block in the body" "$T/csr" "$T/good"
	put "EC PARAMETERS block before an EC key" "$T/ec.pem" "$T/ec"
	openssl pkey -in "$T/ec" -out "$T/ec8"
	put "EC P-256 certificate (accepted)" "$T/ec.pem" "$T/ec8"
	put "no UID in the subject" "$T/nouid.pem" "$T/key"
	put "UID of an app, not MDM" "$T/app.pem" "$T/key"
	put "UID with the bare prefix com.apple.mgmtX (accepted)" "$T/bare.pem" "$T/key"
	put "UID com.apple.mgmt.XServer.* (accepted)" "$T/xserver.pem" "$T/key"
	put "UID with ../ in it" "$T/slash.pem" "$T/key"
	ask "GET a topic with ../ in it" "$G=com.apple.mgmt.External./../../../some/file"
	head -c 8388608 /dev/zero | tr '\0' x >"$T/junk"
	echo >>"$T/junk"
	put "8 MiB of junk before the PEM (no body limit)" "$T/junk" "$T/good"
	for method in POST DELETE PATCH OPTIONS; do
		ask "method $method" -X $method "$G=$TOPIC"
	done
	ask "method HEAD" --head "$G=$TOPIC"
	ask "trailing slash" "$U/v1/pushcert/?topic=$TOPIC"
	ask "doubled slash" "$U//v1/pushcert?topic=$TOPIC"
	ask "GET with two topic parameters (first wins)" \
		"$G=$TOPIC&topic=com.apple.mgmt.External.aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
	ask "unknown path" "$U/v1/pushcerts"
	ask "list of all topics does not exist" "$U/v1/pushcert/all"
	ask "push to an id that is not enrolled" "$U/v1/push/AAAAAAAA-0000-1111-2222-333333333333"
	ask "push with an empty id" "$U/v1/push/"
	talk "chunked upload" -u "nanomdm:$KEY" -X PUT -H "Transfer-Encoding: chunked" \
		--data-binary "@$T/good" -H "Connection: close" "$U/v1/pushcert"
	talk "Expect: 100-continue (what curl -T - sends)" -u "nanomdm:$KEY" -T "$T/good" \
		-H "Expect: 100-continue" -H "Connection: close" "$U/v1/pushcert"
	talk "HTTP/1.0 GET without auth" --http1.0 "$U/version"
} >"$T/talk" 2>"$T/talk.err"

# Requests that curl can not make: raw bytes, then the sending side is closed.
raw() {
	echo "#### $1"
	python3 -c 'import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
s.sendall(sys.stdin.buffer.read())
s.shutdown(socket.SHUT_WR)
while True:
    part = s.recv(4096)
    if not part: break
    sys.stdout.buffer.write(part)' "$MDM"
	echo
}
AUTH=$(printf 'nanomdm:%s' "$KEY" | base64)
head="PUT /v1/pushcert HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic $AUTH\r\nConnection: close"
size=$(wc -c <"$T/good")
{
	{ printf "$head\r\nContent-Length: $((size + 50))\r\n\r\n"; cat "$T/good"; } |
		raw "Content-Length longer than what is sent, then half close"
	{ printf "$head\r\nContent-Length: $size\r\n\r\n"; head -c $((size - 300)) "$T/good"; } |
		raw "upload cut in the key, then half close"
	printf 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' | raw "plain HTTP/2 preface"
	printf "$head\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello" |
		raw "two lengths"
	printf 'GET / HTTP/1.1\r\nno field\r\n\r\n' | raw "a field without colon"
	{ printf 'GET / HTTP/1.1\r\nA: '; head -c 40000 /dev/zero | tr '\0' x; } | raw "an endless head"
	printf "$head\r\nContent-Length: 99999999999\r\n\r\n" | raw "a body without bounds"
	printf 'GET /%s HTTP/1.1\r\n\r\n' version x version >"$T/three"
	raw "three requests at once" <"$T/three"
} >>"$T/talk"

faults '{"mdm":[{"do":"Release090"}]}'
{
	echo "# Release v0.9.0"
	talk "version, no auth" "$U/version"
	ask "GET without topic" "$U/v1/pushcert"
	ask "GET of a topic that was never stored" "$G=nobody"
	for method in POST DELETE PATCH GET; do
		ask "$method with a good body stores it" -X $method --data-binary "@$T/good" "$U/v1/pushcert"
	done
	ask "HEAD" --head "$U/v1/pushcert"
	put "wrong key" "$T/a.pem" "$T/key2"
	put "PKCS#8 encrypted key" "$T/a.pem" "$T/encrypted"
} >>"$T/talk"
tr -d '\r' <"$T/talk" | sed -E 's/(not_after": ")[0-9T:-]{19}Z/\1YYYY-MM-DDThh:mm:ssZ/' >"$T/talked"
same "every answer is NanoMDM's" "$T/talked" "$ROOT/tests/run/applesim_mdm.txt"

# Faults
status() { curl -s -o /dev/null --max-time 1 -w '%{http_code}' -u "nanomdm:$KEY" "$@"; }
upload_to() { status -T "$T/$1" "$U/v1/pushcert"; }
stored() { curl -s -u "nanomdm:$KEY" "$G=$TOPIC" | sed -n 's/.*not_after": "\(.*\)".*/\1/p'; }
# end NAME : the last second of a certificate, as the server spells it.
end() {
	date -u -d "$(openssl x509 -in "$T/$1.pem" -noout -enddate | cut -d= -f2)" \
		+%Y-%m-%dT%H:%M:%SZ
}
cat "$T/renewal.pem" "$T/key2" >"$T/renewal"
faults
upload_to good >/dev/null
is "what is stored is read back" "$(stored)" "$(end a)"
faults '{"mdm":[{"do":"StoreNothing","method":"PUT"}]}'
is "an upload that stores nothing is 200" "$(upload_to renewal)" 200
is "and nothing is stored" "$(stored)" "$(end a)"
faults '{"mdm":[{"do":"KeepOld"}]}'
is "an upload that waits for a restart is 200" "$(upload_to renewal)" 200
is "the old one is in use" "$(stored)" "$(end a)"
faults
serve_stop
serve --api-key "$KEY"
U="http://127.0.0.1:$MDM"
G="$U/v1/pushcert?topic"
is "after the restart the new one is" "$(stored)" "$(end renewal)"
faults '{"mdm":[{"do":"Answer","status":500,"body":"out of order","times":1}]}'
is "a chosen answer, once" "$(status "$U/version") $(status "$U/version")" "500 200"
faults '{"mdm":[{"do":"Redirect","location":"http://127.0.0.1:9/x","path":"/version"}]}'
is "a redirect" "$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' "$U/version")" \
	"302 http://127.0.0.1:9/x"
faults '{"mdm":[{"do":"Delay","ms":300,"topic":"'"$TOPIC"'"}]}'
is "a slow answer for a topic" "$(curl -s -o /dev/null -u "nanomdm:$KEY" \
	-w '%{http_code} %{time_total}' "$G=$TOPIC" | awk '{print $1, ($2 >= 0.3)}')" "200 1"
is "and only for that" "$(curl -s -o /dev/null -u "nanomdm:$KEY" \
	-w '%{http_code} %{time_total}' "$G=x" | awk '{print $1, ($2 < 0.3)}')" "500 1"
faults '{"mdm":[{"do":"Silence"}]}'
is "no answer at all" "$(status "$U/version")" 000
faults '{"mdm":[{"do":"CloseOnRequest"}]}'
is "hung up without an answer" "$(curl -sS "$U/version" 2>&1)" "curl: (52) Empty reply from server"
faults
is "the log counts uploads" "$("$B/applesim" log --log "$T/log" --count mdm-request \
	method=PUT path=/v1/pushcert "topic=$TOPIC" status=200)" \
	"$(grep mdm-request "$T/log" | grep '"method":"PUT"' | grep "\"topic\":\"$TOPIC\"" |
		grep -c '"status":200')"
is "and shows requests" \
	"$("$B/applesim" log --log "$T/log" mdm-request status=302 | grep -c '"path":"/version"')" 1
lacks "no key is in the log" "$(cat "$T/log")" "$KEY"
serve_stop

serve --mdm-tls
is "https, with the certificate for loopback" \
	"$(curl -sS --cacert "$S/tls-ca.pem" "https://localhost:$MDM/version")" \
	'{"version":"v0.9.0-14-g1d5fcf4"}'
is "without an API key there is no API" "$(curl -s --cacert "$S/tls-ca.pem" -o /dev/null \
	-w '%{http_code}' -u "nanomdm:$KEY" "https://localhost:$MDM/v1/pushcert")" 404
serve_stop
is "it ends well" $? 0
finish
