#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The HTTP/2 of applesim's APNs as curl and nghttp see it: settings, the order of checks, every kind
# of answer, GOAWAY, RST_STREAM, and what the log has seen.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../apple.sh"

apple_init
new_key "$T/key"
upload "$T/key" "$T/upload"
portal create --account a@acme.example --request "$T/upload" --out "$T/push.pem" >"$T/row"
TOPIC=$(field topic <"$T/row")
SERIAL=$(field serial <"$T/row")
TOKEN=$(printf '%064d' 0 | tr 0 a)
GONE=$(printf '%064d' 0 | tr 0 b)
OLD=$(printf '%064d' 0 | tr 0 c)
OTHER=$(printf '%064d' 0 | tr 0 d)
DEVICES="[{\"token\":\"$TOKEN\",\"topic\":\"$TOPIC\"},
{\"token\":\"$GONE\",\"topic\":\"$TOPIC\",\"state\":\"Unregistered\",\"since\":\"2026-01-02T03:04:05Z\"},
{\"token\":\"$OLD\",\"topic\":\"$TOPIC\",\"state\":\"Expired\",\"since\":\"2026-01-02T03:04:05Z\"},
{\"token\":\"$OTHER\",\"topic\":\"com.apple.mgmt.External.other\"}]"
# rules RULE,… : rules of APNs, beside the devices.
rules() { faults "{\"devices\":$DEVICES,\"apns\":[${1:-}]}"; }
rules
serve

# push PATH [OPTIONS of curl] : "STATUS BODY"; a POST with a payload unless the options differ.
push() {
	path=$1
	shift
	case " $* " in *" -d "* | *" -X "* | *" --data"*) ;; *) set -- -d '{"mdm":"x"}' "$@" ;; esac
	curl -sS --http2 --max-time 5 --cacert "$S/tls-ca.pem" --cert "$T/push.pem" --key "$T/key" \
		-w ' %{http_code}' "$@" "https://localhost:$APNS$path" 2>&1 |
		sed -E 's/^(.*) ([0-9]{3})$/\2 \1/; s/ $//'
}
# answers NAME WANTED PATH [OPTIONS]
answers() {
	name=$1
	want=$2
	shift 2
	is "$name" "$(push "$@")" "$want"
}
D=/3/device
answers "a device that is there" 200 "$D/$TOKEN" -H "apns-topic: $TOPIC" -H "apns-push-type: mdm"
answers "the topic may be left to the certificate" 200 "$D/$TOKEN"
answers "the voip topic is covered" '400 {"reason":"DeviceTokenNotForTopic"}' "$D/$TOKEN" \
	-H "apns-topic: $TOPIC.voip"
answers "a token that nobody has" '400 {"reason":"BadDeviceToken"}' "$D/$(echo "$TOKEN" | tr a e)"
answers "a token that is none" '400 {"reason":"BadDeviceToken"}' "$D/abc"
answers "no token" '400 {"reason":"MissingDeviceToken"}' "$D/"
answers "another path" '404 {"reason":"BadPath"}' /4/device
answers "an unregistered device, in milliseconds" \
	'410 {"reason":"Unregistered","timestamp":1767323045000}' "$D/$GONE"
answers "an expired token" '410 {"reason":"ExpiredToken","timestamp":1767323045000}' "$D/$OLD"
answers "a token of another topic" '400 {"reason":"DeviceTokenNotForTopic"}' "$D/$OTHER"
answers "a topic that the certificate has not" '400 {"reason":"BadTopic"}' "$D/$TOKEN" \
	-H "apns-topic: com.example.app"
answers "no payload" '400 {"reason":"PayloadEmpty"}' "$D/$TOKEN" -X POST
head -c 4096 /dev/zero | tr '\0' x >"$T/4096"
answers "4096 bytes" 200 "$D/$TOKEN" --data-binary "@$T/4096"
echo >>"$T/4096"
answers "4097 bytes" '413 {"reason":"PayloadTooLarge"}' "$D/$TOKEN" --data-binary "@$T/4096"

# The order: each request has the fault of its line and all that come later.
set -- -H "apns-push-type: none" -H "apns-expiration: soon" -H "apns-priority: 7"
LONG="apns-collapse-id: $(printf '%065d' 0)"
ELSE="apns-topic: com.example.app"
answers "order 1: the id" '400 {"reason":"BadMessageId"}' /x -X GET -H "apns-id: 1" \
	-H "apns-topic;" -H "$LONG" "$@"
answers "order 2: the method" '405 {"reason":"MethodNotAllowed"}' /x -X GET -H "apns-topic;" \
	-H "$LONG" "$@"
answers "order 3: a header twice" '400 {"reason":"DuplicateHeaders"}' /x -H "apns-topic;" \
	-H "$ELSE" -H "$LONG" "$@"
answers "order 4: the topic" '400 {"reason":"MissingTopic"}' /x -H "apns-topic;" -H "$LONG" "$@"
answers "order 5: the collapse id" '400 {"reason":"BadCollapseId"}' /x -H "$ELSE" -H "$LONG" "$@"
answers "order 6: the priority" '400 {"reason":"BadPriority"}' /x -H "$ELSE" "$@"
set -- -H "$ELSE"
answers "order 7: the expiration" '400 {"reason":"BadExpirationDate"}' /x "$@" \
	-H "apns-push-type: none" -H "apns-expiration: soon"
answers "order 8: the push type" '400 {"reason":"InvalidPushType"}' /x "$@" -H "apns-push-type: none"
answers "order 9: the path" '404 {"reason":"BadPath"}' /x "$@" -X POST
answers "order 10: the token" '400 {"reason":"BadDeviceToken"}' "$D/x" "$@" -X POST
answers "order 11: the certificate's topic" '400 {"reason":"BadTopic"}' "$D/$TOKEN" "$@" -X POST

curl -sS --http2 --cacert "$S/tls-ca.pem" "https://localhost:$APNS$D/$TOKEN" -d x >"$T/out"
is "without a certificate" "$(cat "$T/out")" '{"reason":"MissingProviderToken"}'
id=eabeae54-14a8-11e5-b60b-1697f925ec7b
contains "the id of the request comes back" "$(push "$D/$TOKEN" -i -H "apns-id: $id")" "apns-id: $id"
is "an id is made in upper case" "$(push "$D/$TOKEN" -i |
	grep -cE '^apns-id: [0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-A[0-9A-F]{3}-[0-9A-F]{12}')" 1
contains "an error is JSON" "$(push "$D/x" -i)" "content-type: application/json"

# Rules for requests
rules '{"do":"Answer","status":403,"reason":"BadCertificate"}'
answers "a chosen answer" '403 {"reason":"BadCertificate"}' "$D/$TOKEN"
rules '{"do":"Answer","status":503,"reason":"ServiceUnavailable","times":2}'
is "a rule for two times" "$(for i in 1 2 3; do echo "$(push "$D/$TOKEN")"; done | cut -c1-3)" "503
503
200"
rules "{\"do\":\"Answer\",\"status\":500,\"reason\":\"InternalServerError\",\"path\":\"$D/$GONE\"}"
answers "a rule for a path" '500 {"reason":"InternalServerError"}' "$D/$GONE"
answers "and for no other" 200 "$D/$TOKEN"
rules '{"do":"MismatchDisallowed"}'
answers "TopicDisallowed for a mismatch" '400 {"reason":"TopicDisallowed"}' "$D/$TOKEN" \
	-H "apns-topic: com.example.app"
rules '{"do":"MismatchAccepted"}'
answers "accept and drop for a mismatch" 200 "$D/$TOKEN" -H "apns-topic: com.example.app"
rules '{"do":"Delay","ms":300}'
took=$(curl -sS --http2 --cacert "$S/tls-ca.pem" --cert "$T/push.pem" --key "$T/key" -d x -o /dev/null \
	-w '%{http_code} %{time_total}' "https://localhost:$APNS$D/$TOKEN")
is "a delayed answer comes late" "$(echo "$took" | awk '{print $1, ($2 >= 0.3)}')" "200 1"
rules '{"do":"Silence"}'
contains "no answer" "$(push "$D/$TOKEN" --max-time 1)" "timed out"
rules '{"do":"SilenceOnAccept"}'
contains "not even TLS" "$(push "$D/$TOKEN" --max-time 1)" "timed out"
rules '{"do":"Reset","number":7}'

# Frames, with nghttp
frames() {
	timeout 5 nghttp -nv --cert "$T/push.pem" --key "$T/key" -d "$T/payload" "$@" \
		"https://localhost:$APNS$D/$TOKEN" 2>&1 | sed -E 's/^\[ *[0-9.]+\] //'
}
echo '{"mdm":"x"}' >"$T/payload"
contains "RST_STREAM" "$(frames)" "recv RST_STREAM frame <length=4, flags=0x00, stream_id=13>
          (error_code=REFUSED_STREAM(0x07))"
rules
frames >"$T/frames"
contains "the settings of APNs" "$(cat "$T/frames")" \
	"recv SETTINGS frame <length=30, flags=0x00, stream_id=0>
          (niv=5)
          [SETTINGS_HEADER_TABLE_SIZE(0x01):4096]
          [SETTINGS_MAX_CONCURRENT_STREAMS(0x03):1000]
          [SETTINGS_INITIAL_WINDOW_SIZE(0x04):65535]
          [SETTINGS_MAX_FRAME_SIZE(0x05):16384]
          [SETTINGS_MAX_HEADER_LIST_SIZE(0x06):8000]"
rules '{"do":"Streams","number":1}'
contains "one stream" "$(frames)" "[SETTINGS_MAX_CONCURRENT_STREAMS(0x03):1]"
rules '{"do":"NoSettings"}'
lacks "no settings" "$(frames)" "recv SETTINGS"
# goaway NAME RULE-MEMBERS WANTED : the GOAWAY frames of a request.
goaway() {
	rules "$2"
	is "$1" "$(frames | sed -n '/recv GOAWAY/{n;s/^ *//;p}')" "$3"
}
goaway "GOAWAY with a reason" \
	'{"do":"Goaway","goaway":[{"code":0,"last":0,"debug":"{\"reason\":\"BadCertificateEnvironment\"}"}]}' \
	'(last_stream_id=0, error_code=NO_ERROR(0x00), opaque_data(38)=[{"reason":"BadCertificateEnvironment"}])'
goaway "GOAWAY with text" \
	'{"do":"Goaway","goaway":[{"code":1,"debug":"Maximum active streams violated for this endpoint."}]}' \
	'(last_stream_id=13, error_code=PROTOCOL_ERROR(0x01), opaque_data(50)=[Maximum active streams violated for this endpoint.])'
goaway "GOAWAY without debug data" '{"do":"Goaway","goaway":[{"code":0}]}' \
	'(last_stream_id=13, error_code=NO_ERROR(0x00), opaque_data(0)=[])'
goaway "two in a row" \
	'{"do":"Goaway","goaway":[{"code":0,"debug":"{\"reason\":\"Shutdown\"}"},{"code":2,"last":0}]}' \
	'(last_stream_id=13, error_code=NO_ERROR(0x00), opaque_data(21)=[{"reason":"Shutdown"}])
(last_stream_id=0, error_code=INTERNAL_ERROR(0x02), opaque_data(0)=[])'
goaway "GOAWAY before any request" \
	'{"do":"GoawayOnConnect","goaway":[{"code":0,"debug":"{\"reason\":\"BadCertificate\"}"}]}' \
	'(last_stream_id=0, error_code=NO_ERROR(0x00), opaque_data(27)=[{"reason":"BadCertificate"}])'
is "the log has them" "$(seen apns-goaway '"code":0,"debug":"{\"reason\":\"BadCertificate\"}"')" 1
rules '{"do":"StreamsAfterError","number":1}'
timeout 5 nghttp -nv --cert "$T/push.pem" --key "$T/key" -d "$T/payload" \
	"https://localhost:$APNS$D/x" >"$T/frames" 2>&1
contains "streams are cut after an error" "$(cat "$T/frames")" "(niv=1)
          [SETTINGS_MAX_CONCURRENT_STREAMS(0x03):1]"

# Bad tokens end a connection: of three requests two are answered on it.
rules '{"do":"DisconnectAfterBadTokens","number":2}'
before=$(seen apns-end '"how":"server"')
push "$D/x" "https://localhost:$APNS$D/y" "https://localhost:$APNS$D/z" >"$T/out"
is "two bad tokens end a connection" "$(($(seen apns-end '"how":"server"') - before))" 1
is "which had both" "$(seen apns-request "$D/y") $(seen apns-request "$D/z")" "1 1"

# Many connections at once, each counted.
rules
before=$(seen apns-connection "\"serial\":\"$SERIAL\"")
h2load -n 200 -c 100 -m 1 "https://localhost:$APNS/" >"$T/out" 2>&1
contains "200 requests over 100 connections are all answered" "$(cat "$T/out")" \
	"200 done, 0 succeeded, 200 failed, 0 errored, 0 timeout"
is "connections without a certificate are not this certificate's" \
	"$(($(seen apns-connection "\"serial\":\"$SERIAL\"") - before))" 0
serve_stop
is "the server ends well" $? 0
finish
