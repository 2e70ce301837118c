#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every fault of APNs, one customer each, side by side: each has its own words, at both levels of a
# probe and under both versions of TLS; no fault of the network marks a certificate bad.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"

# customer ; rule of applesim ; verdict by SETTINGS ; verdict by a made-up token ("=": the same)
cat >"$T/cases" <<'CASES'
a40 ; "do":"Alert","number":40 ; Unreachable TLSFailed ; =
a42 ; "do":"Alert","number":42 ; Rejected BadCertificate ; =
a43 ; "do":"Alert","number":43 ; Rejected UnsupportedCertificate ; =
a45 ; "do":"Alert","number":45 ; Rejected CertificateExpired ; =
a46 ; "do":"Alert","number":46 ; Rejected CertificateUnknown ; =
a48 ; "do":"Alert","number":48 ; Rejected UnknownIssuer ; =
a51 ; "do":"Alert","number":51 ; Unreachable TLSFailed ; =
a80 ; "do":"Alert","number":80 ; Rejected InternalErrorAlert ; =
closed ; "do":"CloseAfterHandshake" ; Unreachable ConnectionClosed ; =
delayed ; "do":"Delay","ms":200 ; Accepted SettingsReceived ; Accepted BadDeviceToken
first-bad ; "do":"GoawayOnConnect","goaway":[{"code":0,"debug":"{\"reason\":\"BadCertificate\"}"}] ; Rejected BadCertificate ; =
first-empty ; "do":"GoawayOnConnect","goaway":[{"code":0}] ; Unreachable GoAway ; =
first-env ; "do":"GoawayOnConnect","goaway":[{"code":0,"debug":"{\"reason\":\"BadCertificateEnvironment\"}"}] ; Rejected BadCertificateEnvironment ; =
first-idle ; "do":"GoawayOnConnect","goaway":[{"code":0,"debug":"{\"reason\":\"IdleTimeout\"}"}] ; Unreachable IdleTimeout ; =
first-junk ; "do":"GoawayOnConnect","goaway":[{"code":2,"debug":"{\"reason\":"}] ; Unreachable GoAway ; =
first-shut ; "do":"GoawayOnConnect","goaway":[{"code":0,"debug":"{\"reason\":\"Shutdown\"}"}] ; Unreachable Shutdown ; =
first-text ; "do":"GoawayOnConnect","goaway":[{"code":1,"debug":"BadCertificate"}] ; Unreachable GoAway ; =
first-twice ; "do":"GoawayOnConnect","goaway":[{"code":0,"debug":"{\"reason\":\"BadCertificateEnvironment\"}"},{"code":0}] ; Rejected BadCertificateEnvironment ; =
late-empty ; "do":"Goaway","goaway":[{"code":0}] ; Accepted SettingsReceived ; Unreachable GoAway
late-env ; "do":"Goaway","goaway":[{"code":0,"debug":"{\"reason\":\"BadCertificateEnvironment\"}"}] ; Accepted SettingsReceived ; Rejected BadCertificateEnvironment
late-shut ; "do":"Goaway","goaway":[{"code":0,"debug":"{\"reason\":\"Shutdown\"}"}] ; Accepted SettingsReceived ; Unreachable Shutdown
mute ; "do":"NoSettings" ; Unreachable TimedOut ; =
one-stream ; "do":"Streams","number":1 ; Accepted SettingsReceived ; Accepted BadDeviceToken
reset ; "do":"Reset","number":7 ; Accepted SettingsReceived ; Unreachable StreamReset
s200 ; "do":"Answer","status":200 ; Accepted SettingsReceived ; Accepted TokenKnown
s400-path ; "do":"Answer","status":400,"reason":"BadCollapseId" ; Accepted SettingsReceived ; Unreachable UnexpectedAnswer
s400-topic ; "do":"Answer","status":400,"reason":"BadTopic" ; Accepted SettingsReceived ; Rejected TopicNotAllowed
s403-bad ; "do":"Answer","status":403,"reason":"BadCertificate" ; Accepted SettingsReceived ; Rejected BadCertificate
s403-env ; "do":"Answer","status":403,"reason":"BadCertificateEnvironment" ; Accepted SettingsReceived ; Rejected BadCertificateEnvironment
s403-none ; "do":"Answer","status":403,"reason":"MissingProviderToken" ; Accepted SettingsReceived ; Unreachable CertificateNotSeen
s403-not ; "do":"Answer","status":403,"reason":"Forbidden" ; Accepted SettingsReceived ; Rejected AccessDenied
s410 ; "do":"Answer","status":410,"reason":"Unregistered" ; Accepted SettingsReceived ; Accepted TokenKnown
s429 ; "do":"Answer","status":429,"reason":"TooManyRequests" ; Accepted SettingsReceived ; Unreachable TooManyRequests
s500 ; "do":"Answer","status":500,"reason":"InternalServerError" ; Accepted SettingsReceived ; Unreachable ServiceUnavailable
s503 ; "do":"Answer","status":503,"reason":"ServiceUnavailable" ; Accepted SettingsReceived ; Unreachable ServiceUnavailable
s503-shut ; "do":"Answer","status":503,"reason":"Shutdown" ; Accepted SettingsReceived ; Unreachable Shutdown
silent ; "do":"Silence" ; Accepted SettingsReceived ; Unreachable TimedOut
CASES
# One more for each run, because a revocation is final.
for i in 1 2 3 4; do echo "revoked$i ; ; ;"; done >"$T/revoked"
CUSTOMERS=$(cut -d' ' -f1 "$T/cases" "$T/revoked")

PROBE_TIMEOUT=2s shop_start $CUSTOMERS || exit 1
sed -i '/serverRefs/d' "$T"/repo/tenants/*/tenant.yaml
shop_commit "no servers"
run || not_ok "requests are made" "$(cat "$T/err")"
portal_create_all $CUSTOMERS || not_ok "the portal answers" "$(tail -n 3 "$T/portal.out")"
runs "all certificates are taken in" 0 reconcile
is "all are Active" "$(db "select count(*) from pair where phase <> 'Active' or topic is null") of $(db "select count(*) from pair")" \
	"0 of $(echo "$CUSTOMERS" | wc -l)"

db "select t.name, c.topic from certificate c join tenant t on t.uid = c.tenant_uid" |
	sed 's/|.*\./ com.apple.mgmt.External./' >"$T/topics"
topic_of() { sed -n "s/^$1 //p" "$T/topics"; }
# rules TLS-VERSION REVOKED: the rules of all customers, for this version of TLS.
rules() {
	printf '{"apns":[{"do":"TLS%s"},{"do":"Alert","number":44,"topic":"%s"}' "$1" "$(topic_of "$2")"
	grep '"do"' "$T/cases" | sed 's/ ; /\t/g' | while IFS="$(printf '\t')" read -r name rule _; do
		printf ',\n{%s,"topic":"%s"}' "$rule" "$(topic_of "$name")"
	done
	printf ']}\n'
}
verdicts() {
	db "select t.name || ' ; ' || ifnull('Unreachable ' || p.fault, p.result || ' ' || p.reason) from probe p
		join certificate c on c.uid = p.certificate_uid join tenant t on t.uid = c.tenant_uid
		$1 order by t.name"
}
# expected LEVEL TLS-RUN: what the cases say.
expected() {
	awk -F ' ; ' -v level="$1" '{ v = level == "Settings" || $4 == "=" ? $3 : $4; print $1 " ; " v }' "$T/cases"
}

n=0
for level in Settings BogusToken; do
	configure "s/probe: {level: [A-Za-z]*/probe: {level: $level/"
	for tls in 12 13; do
		n=$((n + 1))
		faults "$(rules $tls revoked$n)"
		run --now "$(at $((n * 1500)))" reconcile
		is "$level, TLS $tls: the run ends with 0, a verdict is no failure" "$?" 0
		verdicts "where t.name not like 'revoked%'" >"$T/got"
		expected $level >"$T/want"
		same "$level, TLS $tls: each fault has its verdict" "$T/got" "$T/want"
		is "$level, TLS $tls: a revocation is one" "$(verdicts "where t.name = 'revoked$n'")" \
			"revoked$n ; Rejected CertificateRevoked"
	done
done
is "alerts are kept by number" "$(db "select group_concat(distinct alert) from
	(select alert from probe where result = 'Rejected' and alert >= 0 order by alert)")" "42,43,44,45,46,48,80"
is "no verdict takes a pair out of force" "$(db "select count(*) from pair where phase <> 'Active'")" 0
is "a rejected one is told of, with the next step" \
	"$(condition a42 APNsReachable), $(fact a42 "o['phase'], o['next']['action'], o['next']['reason']")" \
	"False BadCertificate, Active ContactApple BadCertificate"
is "a revoked one asks to enroll again" "$(fact revoked1 "o['band'], o['verdict'], o['next']['action']")" \
	"Revoked Blocked Reenrol"
contains "the words name the wire" "$(fact a45 "[c['message'] for c in o['conditions'] if c['type'] == 'APNsReachable'][0]")" \
	"TLS alert 45, certificate_expired"

# Faults of the connection, for all customers at once: never a word about a certificate.
# connection NAME RULE REASON
connection() {
	n=$((n + 1))
	faults "{\"apns\":[$2]}"
	run --now "$(at $((n * 1500)))" reconcile
	is "$1" "$? $(db "select distinct ifnull(fault, 'answered') from probe where reason <> 'CertificateRevoked'")" \
		"0 $3"
}
answers() { db "select result, reason, count(*) from probe group by result, reason"; }
said=$(answers)
configure "s/probe: {level: [A-Za-z]*/probe: {level: Settings/"
connection "closed at once" '{"do":"CloseOnAccept"}' ConnectionClosed
connection "silent from the start" '{"do":"SilenceOnAccept"}' TimedOut
connection "no h2" '{"do":"NoALPN"}' NoHTTP2
for tls in 12 13; do
	connection "TLS $tls: an alert before any certificate was shown" "{\"do\":\"TLS$tls\"},{\"do\":\"HelloAlert\",\"number\":70}" TLSFailed
	for alert in 42 44 80; do
		connection "TLS $tls: alert $alert before any certificate was shown is none about it" \
			"{\"do\":\"TLS$tls\"},{\"do\":\"HelloAlert\",\"number\":$alert}" TLSFailed
	done
done
configure "/^    host: localhost/,/probe/s|tls-ca.pem|apple-ca.pem|"
connection "a server that can not prove that it is APNs" '' ServerNotTrusted
configure "/^    host: localhost/,/probe/s|apple-ca.pem|tls-ca.pem|; s/port: $APNS_PORT/port: $(free_port)/"
connection "nobody listens" '' ConnectionRefused
configure "s/host: localhost/host: apns.invalid/"
connection "no such name" '' NameNotResolved
configure "s/host: apns.invalid/host: localhost/; s/    port: [0-9]*/    port: $APNS_PORT/"
is "what APNs has said before still stands" "$(answers)" "$said"
is "all of them stay Active and Ok" "$(git -C "$T/remote.git" archive apnsctl-status tenants | tar -x -C "$T" &&
	cat "$T"/tenants/*.json | grep -c -E '"band": "Ok"|"phase": "Active"')" $((2 * $(echo "$CUSTOMERS" | wc -l) - 4))

n=$((n + 1))
faults '{}'
runs "APNs is back" 0 --now "$(at $((n * 1500)))" reconcile
is "all are accepted but the revoked" \
	"$(db "select result || ' ' || reason || ' ' || count(*) from probe group by result, reason order by 1" | tr '\n' ,)" \
	"Accepted SettingsReceived $(wc -l <"$T/cases"),Rejected CertificateRevoked 4,"
finish
