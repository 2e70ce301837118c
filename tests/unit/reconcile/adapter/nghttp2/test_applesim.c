/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prober against applesim: a certificate as the portal issues it, and each thing that APNs is
 * known to do with one. The double shares no code with the prober.
 */
#include "tests/unit/reconcile/adapter/applesim.h"

#include "reconcile/adapter/nghttp2/apns.h"
#include "reconcile/model/verdict.h"
#include "schema/base/text.h"

#define GOAWAY(what, debug)                                                                        \
	"{\"do\":\"" what "\",\"goaway\":[{\"code\":0,\"last\":0,\"debug\":\"" debug "\"}]}"
#define REASON(word) "{\\\"reason\\\":\\\"" word "\\\"}"
#define ALERT(n) "{\"do\":\"Alert\",\"number\":" n "}"

static const struct {
	const char *rules;
	const char *pem;
	enum probe_level level;
	const char *result, *reason;
} cases[] = {
	{ "", "good.pem", PROBE_Settings, "Accepted", "SettingsReceived" },
	{ "", "good.pem", PROBE_BogusToken, "Accepted", "BadDeviceToken" },
	{ "", "expired.pem", PROBE_Settings, "Rejected", "CertificateExpired" },
	{ "{\"do\":\"TLS12\"}", "good.pem", PROBE_Settings, "Accepted", "SettingsReceived" },
	{ "{\"do\":\"TLS12\"}", "expired.pem", PROBE_Settings, "Rejected", "CertificateExpired" },
	{ ALERT("42"), "good.pem", PROBE_Settings, "Rejected", "BadCertificate" },
	{ ALERT("44"), "good.pem", PROBE_Settings, "Rejected", "CertificateRevoked" },
	{ ALERT("46"), "good.pem", PROBE_BogusToken, "Rejected", "CertificateUnknown" },
	{ ALERT("48"), "good.pem", PROBE_Settings, "Rejected", "UnknownIssuer" },
	{ ALERT("80"), "good.pem", PROBE_Settings, "Rejected", "InternalErrorAlert" },
	{ "{\"do\":\"HelloAlert\",\"number\":70}", "good.pem", PROBE_Settings, "Unreachable",
	  "TLSFailed" },
	{ "{\"do\":\"NoALPN\"}", "good.pem", PROBE_Settings, "Unreachable", "NoHTTP2" },
	{ "{\"do\":\"CloseOnAccept\"}", "good.pem", PROBE_Settings, "Unreachable",
	  "ConnectionClosed" },
	{ "{\"do\":\"CloseAfterHandshake\"}", "good.pem", PROBE_Settings, "Unreachable",
	  "ConnectionClosed" },
	{ "{\"do\":\"SilenceOnAccept\"}", "good.pem", PROBE_Settings, "Unreachable", "TimedOut" },
	{ "{\"do\":\"NoSettings\"}", "good.pem", PROBE_Settings, "Unreachable", "TimedOut" },
	{ "{\"do\":\"Silence\"}", "good.pem", PROBE_BogusToken, "Unreachable", "TimedOut" },
	{ "{\"do\":\"Streams\",\"number\":1}", "good.pem", PROBE_BogusToken, "Accepted",
	  "BadDeviceToken" },
	{ "{\"do\":\"Reset\",\"number\":7}", "good.pem", PROBE_BogusToken, "Unreachable",
	  "StreamReset" },
	{ "{\"do\":\"DisconnectAfterBadTokens\",\"number\":1}", "good.pem", PROBE_BogusToken,
	  "Accepted", "BadDeviceToken" },
	{ "{\"do\":\"Answer\",\"status\":403,\"reason\":\"BadCertificate\"}", "good.pem",
	  PROBE_BogusToken, "Rejected", "BadCertificate" },
	{ "{\"do\":\"Answer\",\"status\":503,\"reason\":\"ServiceUnavailable\"}", "good.pem",
	  PROBE_BogusToken, "Unreachable", "ServiceUnavailable" },
	{ GOAWAY("Goaway", REASON("BadCertificateEnvironment")), "good.pem", PROBE_BogusToken,
	  "Rejected", "BadCertificateEnvironment" },
	{ GOAWAY("Goaway", "Maximum active streams violated for this endpoint."), "good.pem",
	  PROBE_BogusToken, "Unreachable", "GoAway" },
	{ GOAWAY("GoawayOnConnect", REASON("BadCertificate")), "good.pem", PROBE_Settings,
	  "Rejected", "BadCertificate" },
	{ GOAWAY("GoawayOnConnect", REASON("Shutdown")), "good.pem", PROBE_Settings, "Unreachable",
	  "Shutdown" },
	{ GOAWAY("GoawayOnConnect", ""), "good.pem", PROBE_Settings, "Unreachable", "GoAway" },
};

static void is(size_t i)
{
	char ca[128];
	struct apns_options o = { "localhost", sim_apns_port, ca, 1, 20 };
	struct apns_task t = { .level = cases[i].level };
	struct arena mem = ARENA_INIT;
	struct apns_evidence ev;
	struct err e = { 0 };
	struct verdict v;
	struct apns *a;
	char topic[128], pem[8192];

	snprintf(ca, sizeof(ca), "%s/apple/tls-ca.pem", sim_dir);
	sim_read_file("topic", topic, sizeof(topic));
	sim_read_file(cases[i].pem, pem, sizeof(pem));
	t.topic = topic;
	t.pem = (struct blob){ pem, strlen(pem) };
	if (text_eq(cases[i].reason, "TimedOut"))
		o.timeout_s = 2;
	sim_write_rules("apns", cases[i].rules);
	assert_int_equal(apns_open(&o, &sim_keys, &a, &e), 0);
	if (a->ops->probe(a, &t, 1, &mem, &ev, &e) != 0)
		fail_msg("%s", e.text);
	verdict_judge(&ev, cases[i].level, &mem, &v);
	if (!text_eq(apns_result_name(v.result), cases[i].result) ||
	    !text_eq(v.reason, cases[i].reason))
		fail_msg("%s: got %s %s (%s), wanted %s %s", cases[i].rules,
			 apns_result_name(v.result), v.reason, v.detail, cases[i].result,
			 cases[i].reason);
	a->ops->close(a);
	arena_release(&mem);
}

static void each_thing_that_apns_does_has_its_verdict(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_thing_that_apns_does_has_its_verdict),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, sim_setup, sim_teardown);
}
