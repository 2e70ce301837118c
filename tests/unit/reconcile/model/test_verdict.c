/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "reconcile/model/verdict.h"
#include "schema/base/text.h"

#define NONE .alert = -1

static const struct {
	const char *what;
	enum probe_level level;
	struct apns_evidence ev;
	const char *result, *reason;
} cases[] = {
	{ "SETTINGS are enough at level Settings", PROBE_Settings,
	  { NONE, .layer = APNS_SETTINGS }, "Accepted", "SettingsReceived" },
	{ "a close behind the SETTINGS does not matter", PROBE_Settings,
	  { NONE, .layer = APNS_SETTINGS, .fault = APNS_FAULT_CLOSED }, "Accepted",
	  "SettingsReceived" },
	{ "SETTINGS are not enough where a request was made", PROBE_BogusToken,
	  { NONE, .layer = APNS_SETTINGS, .fault = APNS_FAULT_TIMEOUT }, "Unreachable",
	  "TimedOut" },
	{ "a finished handshake proves nothing", PROBE_Settings,
	  { NONE, .layer = APNS_SECURED, .fault = APNS_FAULT_CLOSED }, "Unreachable",
	  "ConnectionClosed" },

	{ "the made-up token is refused", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 400, .reason = "BadDeviceToken" }, "Accepted",
	  "BadDeviceToken" },
	{ "the connection is closed after the answer", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 400, .reason = "BadDeviceToken",
	    .goaway = true, .goaway_reason = "Shutdown" }, "Accepted", "BadDeviceToken" },
	{ "a push that was taken", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 200 }, "Accepted", "TokenKnown" },
	{ "a token that is gone", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 410, .reason = "Unregistered" }, "Accepted",
	  "TokenKnown" },
	{ "403 BadCertificate", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 403, .reason = "BadCertificate" }, "Rejected",
	  "BadCertificate" },
	{ "403 BadCertificateEnvironment", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 403, .reason = "BadCertificateEnvironment" },
	  "Rejected", "BadCertificateEnvironment" },
	{ "403 without a reason can be a proxy's", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 403 }, "Unreachable", "UnexpectedAnswer" },
	{ "403 for a token means that no certificate was seen", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 403, .reason = "MissingProviderToken" },
	  "Unreachable", "CertificateNotSeen" },
	{ "400 TopicDisallowed", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 400, .reason = "TopicDisallowed" }, "Rejected",
	  "TopicNotAllowed" },
	{ "BadDeviceToken counts with its own status only", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 500, .reason = "BadDeviceToken" },
	  "Unreachable", "ServiceUnavailable" },
	{ "a reason that nobody knows yet", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 400, .reason = "TopicMismatch" },
	  "Unreachable", "UnexpectedAnswer" },
	{ "429", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 429, .reason = "TooManyProviderTokenUpdates" },
	  "Unreachable", "TooManyRequests" },
	{ "500", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 500, .reason = "InternalServerError" },
	  "Unreachable", "ServiceUnavailable" },
	{ "503 Shutdown", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 503, .reason = "Shutdown" }, "Unreachable",
	  "Shutdown" },

	{ "GOAWAY NO_ERROR that names the environment", PROBE_BogusToken,
	  { NONE, .layer = APNS_SETTINGS, .goaway = true,
	    .goaway_reason = "BadCertificateEnvironment" }, "Rejected",
	  "BadCertificateEnvironment" },
	{ "GOAWAY takes the SETTINGS back", PROBE_Settings,
	  { NONE, .layer = APNS_SETTINGS, .goaway = true, .goaway_reason = "BadCertificate" },
	  "Rejected", "BadCertificate" },
	{ "GOAWAY about the certificate outweighs an answer", PROBE_BogusToken,
	  { NONE, .layer = APNS_RESPONSE, .status = 400, .reason = "BadDeviceToken",
	    .goaway = true, .goaway_reason = "BadCertificate" }, "Rejected", "BadCertificate" },
	{ "GOAWAY Shutdown", PROBE_Settings,
	  { NONE, .layer = APNS_SETTINGS, .goaway = true, .goaway_reason = "Shutdown" },
	  "Unreachable", "Shutdown" },
	{ "GOAWAY IdleTimeout", PROBE_BogusToken,
	  { NONE, .layer = APNS_SETTINGS, .goaway = true, .goaway_reason = "IdleTimeout",
	    .fault = APNS_FAULT_CLOSED }, "Unreachable", "IdleTimeout" },
	{ "GOAWAY with text that is no JSON", PROBE_BogusToken,
	  { NONE, .layer = APNS_SETTINGS, .goaway = true, .goaway_code = 2,
	    .goaway_text = "Maximum active streams violated for this endpoint." },
	  "Unreachable", "GoAway" },
	{ "GOAWAY without data", PROBE_BogusToken,
	  { NONE, .layer = APNS_SETTINGS, .goaway = true }, "Unreachable", "GoAway" },
	{ "RST_STREAM", PROBE_BogusToken,
	  { NONE, .layer = APNS_SETTINGS, .reset = true, .reset_code = 7 }, "Unreachable",
	  "StreamReset" },

	{ "a late alert outweighs SETTINGS", PROBE_Settings,
	  { .alert = 45, .layer = APNS_SETTINGS, .fault = APNS_FAULT_TLS }, "Rejected",
	  "CertificateExpired" },
	{ "alert 42", PROBE_Settings, { .alert = 42, .fault = APNS_FAULT_TLS }, "Rejected",
	  "BadCertificate" },
	{ "alert 43", PROBE_Settings, { .alert = 43, .fault = APNS_FAULT_TLS }, "Rejected",
	  "UnsupportedCertificate" },
	{ "alert 44", PROBE_Settings, { .alert = 44, .fault = APNS_FAULT_TLS }, "Rejected",
	  "CertificateRevoked" },
	{ "alert 45", PROBE_Settings, { .alert = 45, .fault = APNS_FAULT_TLS }, "Rejected",
	  "CertificateExpired" },
	{ "alert 46", PROBE_Settings, { .alert = 46, .fault = APNS_FAULT_TLS }, "Rejected",
	  "CertificateUnknown" },
	{ "alert 48", PROBE_Settings, { .alert = 48, .fault = APNS_FAULT_TLS }, "Rejected",
	  "UnknownIssuer" },
	{ "alert 49", PROBE_Settings, { .alert = 49, .fault = APNS_FAULT_TLS }, "Rejected",
	  "AccessDenied" },
	{ "alert 80", PROBE_Settings, { .alert = 80, .fault = APNS_FAULT_TLS }, "Rejected",
	  "InternalErrorAlert" },
	{ "alert 44 before our certificate was sent is not about it", PROBE_Settings,
	  { .alert = 44, .alert_early = true, .fault = APNS_FAULT_TLS }, "Unreachable",
	  "TLSFailed" },
	{ "alert 116", PROBE_Settings, { .alert = 116, .fault = APNS_FAULT_TLS }, "Unreachable",
	  "CertificateNotSeen" },
	{ "alert 40 speaks of the connection", PROBE_Settings,
	  { .alert = 40, .fault = APNS_FAULT_TLS }, "Unreachable", "TLSFailed" },
	{ "alert 70 speaks of the connection", PROBE_Settings,
	  { .alert = 70, .fault = APNS_FAULT_TLS }, "Unreachable", "TLSFailed" },
	{ "no word of a server that is not APNs counts", PROBE_Settings,
	  { .alert = 44, .fault = APNS_FAULT_SERVER_CERT, .goaway = true,
	    .goaway_reason = "BadCertificate" }, "Unreachable", "ServerNotTrusted" },

	{ "no name", PROBE_Settings, { NONE, .fault = APNS_FAULT_RESOLVE }, "Unreachable",
	  "NameNotResolved" },
	{ "closed port", PROBE_Settings,
	  { NONE, .fault = APNS_FAULT_CONNECT, .sys_errno = ECONNREFUSED }, "Unreachable",
	  "ConnectionRefused" },
	{ "no route", PROBE_Settings,
	  { NONE, .fault = APNS_FAULT_CONNECT, .sys_errno = EHOSTUNREACH }, "Unreachable",
	  "ConnectionFailed" },
	{ "broken TLS", PROBE_Settings, { NONE, .fault = APNS_FAULT_TLS }, "Unreachable",
	  "TLSFailed" },
	{ "no h2", PROBE_Settings, { NONE, .layer = APNS_SECURED, .fault = APNS_FAULT_ALPN },
	  "Unreachable", "NoHTTP2" },
	{ "no HTTP/2 behind h2", PROBE_Settings,
	  { NONE, .layer = APNS_SECURED, .fault = APNS_FAULT_HTTP2 }, "Unreachable",
	  "ProtocolError" },
	{ "a silent peer", PROBE_Settings,
	  { NONE, .layer = APNS_CONNECTED, .fault = APNS_FAULT_TIMEOUT }, "Unreachable",
	  "TimedOut" },
	{ "a fault on our side", PROBE_Settings,
	  { NONE, .fault = APNS_FAULT_LOCAL, .detail = "the key store is sealed" }, "NotProbed",
	  "LocalFailure" },
};

static void each_evidence_has_its_verdict(void **state)
{
	(void)state;
	struct arena mem = ARENA_INIT;
	int wrong = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verdict v;
		verdict_judge(&cases[i].ev, cases[i].level, &mem, &v);
		if (text_eq(apns_result_name(v.result), cases[i].result) &&
		    text_eq(v.reason, cases[i].reason))
			continue;
		print_error("%s: got %s %s, wanted %s %s\n", cases[i].what,
			    apns_result_name(v.result), v.reason, cases[i].result,
			    cases[i].reason);
		wrong++;
	}
	arena_release(&mem);
	assert_int_equal(wrong, 0);
}

static void is_detail(struct apns_evidence ev, enum probe_level level, const char *wanted)
{
	struct arena mem = ARENA_INIT;
	struct verdict v;

	verdict_judge(&ev, level, &mem, &v);
	assert_string_equal(v.detail, wanted);
	arena_release(&mem);
}

static void the_detail_says_what_came_and_what_to_do(void **state)
{
	(void)state;
	is_detail((struct apns_evidence){ NONE, .layer = APNS_SETTINGS }, PROBE_Settings,
		  "APNs took the certificate.");
	is_detail((struct apns_evidence){ .alert = 45, .fault = APNS_FAULT_TLS }, PROBE_Settings,
		  "APNs refuses the certificate: it has expired (TLS alert 45, "
		  "certificate_expired). Renew the certificate at Apple's portal, in the same row, "
		  "with the same Apple Account (Apple ID).");
	is_detail((struct apns_evidence){ .alert = 40, .fault = APNS_FAULT_TLS }, PROBE_Settings,
		  "No secure connection to APNs (TLS alert 40). Check name resolution, firewall "
		  "and proxies between this host and APNs. It is probed again; nothing is "
		  "concluded about the certificate.");
	is_detail((struct apns_evidence){ NONE, .layer = APNS_CONNECTED,
					  .fault = APNS_FAULT_TIMEOUT },
		  PROBE_Settings,
		  "APNs did not answer in time (the TLS handshake was not finished). Check name "
		  "resolution, firewall and proxies between this host and APNs. It is probed "
		  "again; nothing is concluded about the certificate.");
	is_detail((struct apns_evidence){ NONE, .layer = APNS_RESPONSE, .status = 503,
					  .reason = "ServiceUnavailable" },
		  PROBE_BogusToken,
		  "APNs has a fault of its own (HTTP status 503, ServiceUnavailable). It is probed "
		  "again; nothing is concluded about the certificate.");
	is_detail((struct apns_evidence){ NONE, .layer = APNS_SETTINGS, .reset = true,
					  .reset_code = 7 },
		  PROBE_BogusToken,
		  "APNs did not answer the request but reset it (RST_STREAM 7). It is probed "
		  "again; nothing is concluded about the certificate.");
}

static void remote_text_is_escaped_and_cut(void **state)
{
	(void)state;
	char huge[3000];

	is_detail((struct apns_evidence){ NONE, .layer = APNS_SETTINGS, .goaway = true,
					  .goaway_code = 1, .goaway_text = "a\x1b[2Jb\nc" },
		  PROBE_BogusToken,
		  "APNs closed the connection (GOAWAY 1, a\\x1b[2Jb\\x0ac). It is probed again; "
		  "nothing is concluded about the certificate.");
	memset(huge, 'x', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = 0;
	struct arena mem = ARENA_INIT;
	struct verdict v;
	verdict_judge(&(struct apns_evidence){ NONE, .goaway = true, .goaway_text = huge },
		      PROBE_Settings, &mem, &v);
	assert_true(strlen(v.detail) < 400);
	arena_release(&mem);
}

static void reasons_are_single_camel_case_words_without_doubles(void **state)
{
	(void)state;
	size_t n;
	const struct apns_reason *r = apns_reasons(&n);

	for (size_t i = 0; i < n; i++) {
		assert_true(isupper((unsigned char)r[i].reason[0]));
		for (const char *c = r[i].reason; *c; c++)
			assert_true(isalnum((unsigned char)*c));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(r[i].reason, r[j].reason);
	}
	for (int i = 0; i < APNS_RESULT_MAX; i++)
		assert_int_equal(apns_result_of(apns_result_name((enum apns_result)i)), i);
	assert_int_equal(apns_result_of(NULL), APNS_NotProbed);
	assert_int_equal(apns_result_of("accepted"), APNS_NotProbed);
}

static void without_a_key_there_is_no_probe(void **state)
{
	(void)state;
	struct verdict v;

	verdict_not_probed("KeyNotHeld", &v);
	assert_string_equal(apns_result_name(v.result), "NotProbed");
	assert_string_equal(v.reason, "KeyNotHeld");
	assert_string_equal(v.detail, "The private key is not in our store");
	assert_int_equal(v.alert, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_evidence_has_its_verdict),
		cmocka_unit_test(the_detail_says_what_came_and_what_to_do),
		cmocka_unit_test(remote_text_is_escaped_and_cut),
		cmocka_unit_test(reasons_are_single_camel_case_words_without_doubles),
		cmocka_unit_test(without_a_key_there_is_no_probe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
