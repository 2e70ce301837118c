#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Damaged requests, the same ones each time, to both servers of applesim: each connection ends, and
# the servers go on. Under ASan this finds what the parsers do wrong.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../apple.sh"

apple_init
new_key "$T/key"
openssl req -x509 -new -key "$T/key" -subj /UID=com.apple.mgmt.x/CN=x -out "$T/cert" 2>/dev/null
cat "$T/cert" "$T/key" >"$T/pair"
faults
serve --api-key open
python3 - "$MDM" "$APNS" "$T/pair" >"$T/out" 2>&1 <<'PY'
import base64, random, socket, ssl, sys

mdm, apns, pair = int(sys.argv[1]), int(sys.argv[2]), open(sys.argv[3], "rb").read()
random.seed(7)
auth = b"Authorization: Basic " + base64.b64encode(b"nanomdm:open") + b"\r\n"
put = b"PUT /v1/pushcert HTTP/1.1\r\n" + auth
requests = [
    put + b"Content-Length: %d\r\n\r\n" % len(pair) + pair,
    put + b"Transfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nA: b\r\n\r\n",
    b"GET /v1/pushcert?topic=a%20b HTTP/1.1\r\n" + auth + b"\r\n",
    b"GET //v1//push/a,b HTTP/1.0\r\n\r\n",
]
get = bytes.fromhex("828684410f7777772e6578616d706c652e636f6d")
h2 = (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000") +
      len(get).to_bytes(3, "big") + bytes.fromhex("010500000001") + get)


def damaged(data, first):
    data = bytearray(data)
    for _ in range(random.randint(0, 5)):
        at = random.randrange(first, len(data))
        kind = random.randrange(4)
        if kind == 0:
            data[at] = random.randrange(256)
        elif kind == 1:
            del data[at:min(at + random.randint(1, 20), len(data) - 1)]
        elif kind == 2:
            data[at:at] = random.randbytes(random.randint(1, 8))
        else:
            data = data + data
    return bytes(data)


def talk(s, data):
    s.settimeout(10)
    try:
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        while s.recv(65536):
            pass
    except TimeoutError:
        print("no end:", data[:300])
    except OSError:
        pass
    s.close()


for _ in range(400):
    talk(socket.create_connection(("127.0.0.1", mdm)), damaged(random.choice(requests), 0))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
for _ in range(150):
    plain = socket.create_connection(("127.0.0.1", apns))
    talk(context.wrap_socket(plain), damaged(h2, 24))
PY
is "every damaged request comes to an end" "$(cat "$T/out")" ""
is "the MDM server goes on" "$(curl -sS "http://127.0.0.1:$MDM/version")" \
	'{"version":"v0.9.0-14-g1d5fcf4"}'
is "APNs goes on" "$(curl -sS --http2 --cacert "$S/tls-ca.pem" -d x "https://localhost:$APNS/x")" \
	'{"reason":"MissingProviderToken"}'
serve_stop
is "it ends well" $? 0
finish
