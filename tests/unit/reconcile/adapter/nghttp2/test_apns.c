/* SPDX-License-Identifier: Apache-2.0 */
/* The prober against peers that say exactly what the test wants, over both versions of TLS. */
#include "tests/unit/reconcile/adapter/nghttp2/peer.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "reconcile/adapter/nghttp2/apns.h"
#include "reconcile/model/verdict.h"
#include "schema/base/text.h"

#define SETTINGS "\0\0\0\4\0\0\0\0\0"
#define ACK "\0\0\0\4\1\0\0\0\0"
#define GOAWAY(len, last, code) "\0\0" len "\7\0\0\0\0\0\0\0\0" last "\0\0\0" code
#define WELCOME SETTINGS ACK
#define BYTES(text) .bytes = (text), .len = sizeof(text) - 1
#define LATER(text) .later = (text), .later_len = sizeof(text) - 1
/* HEADERS on stream 1: `:status` from the static table, or three digits. */
#define STATUS_400 "\0\0\1\1\4\0\0\0\1\x8c"
#define STATUS_500 "\0\0\1\1\4\0\0\0\1\x8e"
#define STATUS_403                                                                                 \
	"\0\0\5\1\4\0\0\0\1\x08\x03"                                                               \
	"403"
#define DATA(len) "\0\0" len "\0\1\0\0\0\1"
#define TOPIC "com.apple.mgmt.External.11111111-2222-4333-8444-555555555555"

struct probing {
	struct arena mem;
	struct apns *apns;
	struct apns_evidence ev;
	struct verdict verdict;
};

static struct apns_options options(unsigned port)
{
	return (struct apns_options){ .host = "127.0.0.1",
				      .port = port,
				      .ca_file = peer_ca_file,
				      .concurrency = 4,
				      .timeout_s = 20 };
}

static struct apns_task task(enum probe_level level)
{
	return (
	    struct apns_task){ .pem = { peer_pem, peer_pem_len }, .topic = TOPIC, .level = level };
}

static void run(struct probing *p, const struct apns_options *o, enum probe_level level)
{
	struct err e = { 0 };
	struct apns_task t = task(level);

	memset(p, 0, sizeof(*p));
	assert_int_equal(apns_open(o, &peer_keys, &p->apns, &e), 0);
	if (p->apns->ops->probe(p->apns, &t, 1, &p->mem, &p->ev, &e) != 0)
		fail_msg("%s", e.text);
	verdict_judge(&p->ev, level, &p->mem, &p->verdict);
}

static void done(struct probing *p)
{
	p->apns->ops->close(p->apns);
	arena_release(&p->mem);
}

/* Plays the script to one probe and compares the verdict. */
static void play(const struct script *s, enum probe_level level, const char *result,
		 const char *reason, struct probing *p)
{
	struct peer peer;

	peer_start(&peer, s);
	struct apns_options o = options(peer.port);
	if (text_eq(reason, "TimedOut"))
		o.timeout_s = 2;
	run(p, &o, level);
	peer_stop(&peer);
	if (!text_eq(apns_result_name(p->verdict.result), result) ||
	    !text_eq(p->verdict.reason, reason))
		fail_msg("got %s %s (%s; layer %d, fault %d), wanted %s %s",
			 apns_result_name(p->verdict.result), p->verdict.reason, p->verdict.detail,
			 (int)p->ev.layer, (int)p->ev.fault, result, reason);
}

static void is(const struct script *s, enum probe_level level, const char *result,
	       const char *reason)
{
	struct probing p;

	play(s, level, result, reason, &p);
	done(&p);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void settings_accept_a_certificate(void **state)
{
	(void)state;
	struct script s = { .version = TLS1_2_VERSION, BYTES(WELCOME) };
	struct probing p;

	play(&s, PROBE_Settings, "Accepted", "SettingsReceived", &p);
	assert_string_equal(p.ev.tls_version, "TLSv1.2");
	assert_int_equal(p.ev.layer, APNS_SETTINGS);
	assert_int_equal(p.ev.fault, APNS_FAULT_NONE);
	assert_int_equal(p.ev.alert, -1);
	done(&p);
	s.version = TLS1_3_VERSION;
	play(&s, PROBE_Settings, "Accepted", "SettingsReceived", &p);
	assert_string_equal(p.ev.tls_version, "TLSv1.3");
	done(&p);
}

static void settings_count_even_when_ours_are_not_acknowledged(void **state)
{
	(void)state;

	is(&(struct script){ BYTES(SETTINGS) }, PROBE_Settings, "Accepted", "SettingsReceived");
	is(&(struct script){ .manner = SAY_AND_DROP, BYTES(SETTINGS) }, PROBE_Settings, "Accepted",
	   "SettingsReceived");
}

static const struct {
	int verify_error, alert;
	const char *result, *reason;
} alerts[] = {
	{ X509_V_ERR_CERT_REJECTED, 42, "Rejected", "BadCertificate" },
	{ X509_V_ERR_CERT_REVOKED, 44, "Rejected", "CertificateRevoked" },
	{ X509_V_ERR_CERT_HAS_EXPIRED, 45, "Rejected", "CertificateExpired" },
	{ X509_V_ERR_APPLICATION_VERIFICATION, 40, "Unreachable", "TLSFailed" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, 48, "Rejected", "UnknownIssuer" },
	{ X509_V_ERR_OUT_OF_MEM, 80, "Rejected", "InternalErrorAlert" },
};

static void alerts_are_found_in_both_versions_of_tls(void **state)
{
	(void)state;
	const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	for (size_t i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++)
		for (int v = 0; v < 2; v++) {
			struct script s = { .version = versions[v],
					    .verify_error = alerts[i].verify_error,
					    BYTES(WELCOME) };
			struct probing p;
			play(&s, PROBE_Settings, alerts[i].result, alerts[i].reason, &p);
			assert_int_equal(p.ev.alert, alerts[i].alert);
			assert_int_equal(p.ev.layer, v ? APNS_SECURED : APNS_CONNECTED);
			done(&p);
		}
}

static void settings_before_the_certificate_was_seen_do_not_count(void **state)
{
	(void)state;
	struct script s = { .manner = HALF_RTT,
			    .version = TLS1_3_VERSION,
			    .verify_error = X509_V_ERR_CERT_HAS_EXPIRED,
			    BYTES(SETTINGS) };
	struct probing p;

	play(&s, PROBE_Settings, "Rejected", "CertificateExpired", &p);
	assert_int_equal(p.ev.layer, APNS_SETTINGS);
	done(&p);
}

static void a_goaway_is_kept_with_its_data(void **state)
{
	(void)state;
	struct probing p;

	play(&(struct script){ BYTES(
		 SETTINGS GOAWAY("\x23", "\0", "\0") "{\"reason\":\"BadCertificate\"}") },
	     PROBE_Settings, "Rejected", "BadCertificate", &p);
	assert_string_equal(p.ev.goaway_text, "{\"reason\":\"BadCertificate\"}");
	assert_int_equal(p.ev.goaway_code, 0);
	done(&p);
	is(&(struct script){ .manner = SAY_AND_DROP,
			     BYTES(
				 SETTINGS GOAWAY("\x1d", "\0", "\0") "{\"reason\":\"Shutdown\"}") },
	   PROBE_Settings, "Unreachable", "Shutdown");
	play(&(struct script){ .manner = SAY_AND_DROP,
			       BYTES(SETTINGS GOAWAY("\x0d", "\0", "\2") "hello") },
	     PROBE_Settings, "Unreachable", "GoAway", &p);
	assert_string_equal(p.ev.goaway_text, "hello");
	assert_int_equal(p.ev.goaway_code, 2);
	done(&p);
	is(&(struct script){ .manner = SAY_AND_DROP, BYTES(GOAWAY("\x08", "\0", "\0")) },
	   PROBE_Settings, "Unreachable", "ProtocolError");
	is(&(struct script){ BYTES(WELCOME GOAWAY("\x08", "\0", "\0")) }, PROBE_Settings,
	   "Unreachable", "GoAway");
}

static void of_two_goaways_the_one_with_a_reason_counts(void **state)
{
	(void)state;

	is(&(struct script){ BYTES(SETTINGS GOAWAY("\x08", "\0", "\0") GOAWAY(
	       "\x23", "\0", "\0") "{\"reason\":\"BadCertificate\"}") },
	   PROBE_Settings, "Rejected", "BadCertificate");
	is(&(struct script){ BYTES(SETTINGS GOAWAY(
	       "\x23", "\0", "\0") "{\"reason\":\"BadCertificate\"}" GOAWAY("\x08", "\0", "\0")) },
	   PROBE_Settings, "Rejected", "BadCertificate");
}

static void the_answer_to_a_made_up_token_decides(void **state)
{
	(void)state;
	struct probing p;

	play(&(struct script){ .manner = LISTEN_FIRST,
			       BYTES(WELCOME),
			       LATER(STATUS_400 DATA("\x1b") "{\"reason\":\"BadDeviceToken\"}") },
	     PROBE_BogusToken, "Accepted", "BadDeviceToken", &p);
	assert_int_equal(p.ev.status, 400);
	assert_string_equal(p.ev.reason, "BadDeviceToken");
	assert_int_equal(p.ev.layer, APNS_RESPONSE);
	done(&p);
	is(&(struct script){ .manner = LISTEN_FIRST,
			     BYTES(WELCOME),
			     LATER(STATUS_403 DATA("\x1b") "{\"reason\":\"BadCertificate\"}") },
	   PROBE_BogusToken, "Rejected", "BadCertificate");
	is(&(struct script){ .manner = LISTEN_FIRST,
			     BYTES(WELCOME),
			     LATER(STATUS_500 DATA("\5") "oops!") },
	   PROBE_BogusToken, "Unreachable", "ServiceUnavailable");
}

static void a_request_can_end_without_an_answer(void **state)
{
	(void)state;
	struct probing p;

	/* As captured: NO_ERROR, last stream 0, right after the first request. */
	is(&(struct script){ .manner = LISTEN_FIRST,
			     BYTES(WELCOME),
			     LATER(GOAWAY("\x2e", "\0",
					  "\0") "{\"reason\":\"BadCertificateEnvironment\"}") },
	   PROBE_BogusToken, "Rejected", "BadCertificateEnvironment");
	play(&(struct script){ .manner = LISTEN_FIRST,
			       BYTES(WELCOME),
			       LATER("\0\0\4\3\0\0\0\0\1\0\0\0\7") },
	     PROBE_BogusToken, "Unreachable", "StreamReset", &p);
	assert_int_equal(p.ev.reset_code, 7);
	done(&p);
	/* The stream is still served after this one: the answer counts. */
	is(&(struct script){ .manner = LISTEN_FIRST,
			     BYTES(WELCOME),
			     LATER(GOAWAY("\x08", "\1", "\0")
				       STATUS_400 DATA("\x1b") "{\"reason\":\"BadDeviceToken\"}") },
	   PROBE_BogusToken, "Accepted", "BadDeviceToken");
	is(&(struct script){ .manner = LISTEN_FIRST, BYTES(WELCOME), LATER("") }, PROBE_BogusToken,
	   "Unreachable", "TimedOut");
}

static void a_silent_peer_ends_with_the_time_limit(void **state)
{
	(void)state;
	struct probing p;
	double start = seconds();

	play(&(struct script){ .manner = SAY_NOTHING }, PROBE_Settings, "Unreachable", "TimedOut",
	     &p);
	assert_int_equal(p.ev.layer, APNS_CONNECTED);
	done(&p);
	play(&(struct script){ BYTES("") }, PROBE_Settings, "Unreachable", "TimedOut", &p);
	assert_int_equal(p.ev.layer, APNS_SECURED);
	done(&p);
	assert_true(seconds() - start < 15);
}

static void a_peer_that_is_not_apns_says_nothing_about_the_certificate(void **state)
{
	(void)state;
	struct probing p;

	is(&(struct script){ .no_alpn = true, BYTES(WELCOME) }, PROBE_Settings, "Unreachable",
	   "NoHTTP2");
	is(&(struct script){ BYTES("HTTP/1.1 400 Bad Request\r\n\r\n") }, PROBE_Settings,
	   "Unreachable", "ProtocolError");
	is(&(struct script){ .manner = SPEAK_PLAIN, BYTES("SSH-2.0-OpenSSH_9.2p1 Debian\r\n") },
	   PROBE_Settings, "Unreachable", "TLSFailed");
	play(&(struct script){ .manner = SAY_AND_DROP, BYTES("") }, PROBE_Settings, "Unreachable",
	     "ConnectionClosed", &p);
	assert_int_equal(p.ev.layer, APNS_SECURED);
	done(&p);
}

static void a_server_without_our_trust_is_not_believed(void **state)
{
	(void)state;
	struct script s = { .verify_error = X509_V_ERR_CERT_REVOKED };
	struct peer peer;
	struct probing p;

	peer_start(&peer, &s);
	struct apns_options o = options(peer.port);
	o.ca_file = NULL;
	run(&p, &o, PROBE_Settings);
	assert_string_equal(p.verdict.reason, "ServerNotTrusted");
	done(&p);
	o = options(peer.port);
	o.host = "localhost";
	run(&p, &o, PROBE_Settings);
	assert_string_equal(p.verdict.reason, "ServerNotTrusted");
	assert_non_null(strstr(p.verdict.detail, "is for another name"));
	done(&p);
	peer_stop(&peer);
}

static void a_closed_port_and_an_unknown_name_are_told_apart(void **state)
{
	(void)state;
	struct script s = { .manner = SAY_NOTHING };
	struct peer peer;
	struct probing p;

	peer_start(&peer, &s);
	struct apns_options o = options(peer.port);
	peer_stop(&peer);
	run(&p, &o, PROBE_Settings);
	assert_string_equal(p.verdict.reason, "ConnectionRefused");
	assert_int_equal(p.ev.sys_errno, ECONNREFUSED);
	done(&p);
	o.host = "apns.invalid";
	run(&p, &o, PROBE_Settings);
	assert_string_equal(p.verdict.reason, "NameNotResolved");
	done(&p);
}

static const struct {
	const char *what;
	struct script script;
} floods[] = {
	{ "PING without end",
	  { BYTES(SETTINGS "\0\0\x08\6\0\0\0\0\0"
			   "12345678"),
	    .repeat = 3000 } },
	{ "SETTINGS without end", { BYTES(SETTINGS), .repeat = 3000 } },
	{ "frames of an unknown type without end",
	  { BYTES(SETTINGS "\0\x04\0\x99\0\0\0\0\0"
			   "................................"),
	    .repeat = 3000 } },
	{ "a frame that is too long", { BYTES(SETTINGS "\xff\xff\xff\0\0\0\0\0\1") } },
	{ "PUSH_PROMISE", { BYTES(SETTINGS "\0\0\5\5\4\0\0\0\1\0\0\0\2\x8c") } },
	{ "HEADERS on no stream", { BYTES(SETTINGS "\0\0\1\1\4\0\0\0\0\x88") } },
};

static void floods_and_broken_frames_end_the_probe(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
		struct peer peer;
		struct probing p;
		peer_start(&peer, &floods[i].script);
		struct apns_options o = options(peer.port);
		run(&p, &o, PROBE_BogusToken);
		if (p.ev.fault != APNS_FAULT_HTTP2 && p.ev.fault != APNS_FAULT_CLOSED)
			fail_msg("%s: fault %d, %s", floods[i].what, (int)p.ev.fault,
				 p.verdict.detail);
		assert_int_equal(p.verdict.result, APNS_Unreachable);
		done(&p);
		peer_stop(&peer);
	}
}

static void faults_on_our_side_are_no_verdict(void **state)
{
	(void)state;
	struct script s = { BYTES(WELCOME) };
	struct probing p;

	peer_key_sealed = true;
	play(&s, PROBE_Settings, "NotProbed", "LocalFailure", &p);
	peer_key_sealed = false;
	assert_non_null(strstr(p.verdict.detail, "the key store is sealed"));
	done(&p);
	peer_key_foreign = true;
	play(&s, PROBE_Settings, "NotProbed", "LocalFailure", &p);
	peer_key_foreign = false;
	assert_non_null(strstr(p.verdict.detail, "the key does not belong"));
	done(&p);
}

static void many_run_at_once_but_never_more_than_allowed(void **state)
{
	(void)state;
	enum { N = 40 };
	struct script s = { BYTES(SETTINGS) }; /* no ACK: each one lingers */
	struct apns_task tasks[N];
	struct apns_evidence ev[N];
	struct arena mem = ARENA_INIT;
	struct err e = { 0 };
	struct apns *a;
	struct peer peer;

	peer_start(&peer, &s);
	struct apns_options o = options(peer.port);
	o.concurrency = 4;
	for (size_t i = 0; i < N; i++)
		tasks[i] = task(PROBE_Settings);
	assert_int_equal(apns_open(&o, &peer_keys, &a, &e), 0);
	assert_int_equal(a->ops->probe(a, tasks, N, &mem, ev, &e), 0);
	a->ops->close(a);
	peer_stop(&peer);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(ev[i].layer, APNS_SETTINGS);
		assert_int_equal(ev[i].fault, APNS_FAULT_NONE);
	}
	assert_int_equal(peer.served, N); /* one connection a certificate */
	/* A busy machine lets the peer see an end late; all at once would be about N. */
	assert_true(peer.most > 1 && peer.most <= N / 2);
	arena_release(&mem);
}

static void a_ca_file_that_is_missing_fails_the_first_probe(void **state)
{
	(void)state;
	struct apns_options o = options(1);
	struct apns_task t = task(PROBE_Settings);
	struct arena mem = ARENA_INIT;
	struct apns_evidence ev;
	struct err e = { 0 };
	struct apns *a;

	o.ca_file = "/nonexistent/ca.pem";
	assert_int_equal(apns_open(&o, &peer_keys, &a, &e), 0);
	assert_int_equal(a->ops->probe(a, &t, 1, &mem, &ev, &e), -1);
	assert_non_null(strstr(e.text, "/nonexistent/ca.pem"));
	a->ops->close(a);
	o.timeout_s = 0;
	assert_int_equal(apns_open(&o, &peer_keys, &a, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_accept_a_certificate),
		cmocka_unit_test(settings_count_even_when_ours_are_not_acknowledged),
		cmocka_unit_test(alerts_are_found_in_both_versions_of_tls),
		cmocka_unit_test(settings_before_the_certificate_was_seen_do_not_count),
		cmocka_unit_test(a_goaway_is_kept_with_its_data),
		cmocka_unit_test(of_two_goaways_the_one_with_a_reason_counts),
		cmocka_unit_test(the_answer_to_a_made_up_token_decides),
		cmocka_unit_test(a_request_can_end_without_an_answer),
		cmocka_unit_test(a_silent_peer_ends_with_the_time_limit),
		cmocka_unit_test(a_peer_that_is_not_apns_says_nothing_about_the_certificate),
		cmocka_unit_test(a_server_without_our_trust_is_not_believed),
		cmocka_unit_test(a_closed_port_and_an_unknown_name_are_told_apart),
		cmocka_unit_test(floods_and_broken_frames_end_the_probe),
		cmocka_unit_test(faults_on_our_side_are_no_verdict),
		cmocka_unit_test(many_run_at_once_but_never_more_than_allowed),
		cmocka_unit_test(a_ca_file_that_is_missing_fails_the_first_probe),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, peer_setup, peer_teardown);
}
