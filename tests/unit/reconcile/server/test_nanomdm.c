/* SPDX-License-Identifier: Apache-2.0 */
/* The answers are transcripts of running NanoMDM servers (v0.9.0 and a later commit). */
#include "tests/unit/reconcile/server/dialogue.h"

#define URL "https://mdm.example/v1/pushcert?topic=" TOPIC
#define GET_LINE "GET " URL " tenant=acme credential=nano-key user=nanomdm\n"
#define PUT_LINE "PUT " URL " tenant=acme credential=nano-key user=nanomdm +key\n"
#define STORED(date) "{\n\t\"not_after\": \"" date "\",\n\t\"topic\": \"" TOPIC "\"\n}\n"
#define ERROR(text) "{\n\t\"error\": \"" text "\"\n}\n"
#define NO_GET ERROR("tls: failed to find any PEM data in certificate input")
#define KEY_NOT_FOUND ERROR("getting " TOPIC ".pem: key not found: " TOPIC ".pem")
#define TORN ERROR("tls: private key does not match public key")

static const struct want_server nano = {
	.name = "nano",
	.type = SERVER_NanoMDM,
	.url = "https://mdm.example",
	.path_prefix = "/v1",
	.user = "nanomdm",
	.credential = "nano-key",
};
static const struct key_ref key = { .spki = "aa" };
static const struct server_task observe = {
	.work = SERVER_OBSERVE,
	.tenant = "acme",
	.certificate = "push",
	.server = &nano,
	.want = { .topic = TOPIC, .not_after = TIME_UNKNOWN },
};
static const struct server_task install = {
	.work = SERVER_INSTALL,
	.tenant = "acme",
	.certificate = "push",
	.server = &nano,
	.want = { TOPIC, "734DF9C0BB2703FD", "cc", 1826936231 }, /* 2027-11-23T02:17:11Z */
	.pem = { "PEM", 3 },
	.key = &key,
};

static void a_stored_certificate_is_present(void **state)
{
	(void)state;
	struct dialogue d = { 0 };
	int64_t end;

	time_parse("2027-11-24T02:17:11Z", &end);
	dialogue_play(&d, &observe,
		      (struct turn[]){ { 0, 200, STORED("2027-11-24T02:17:11Z"), 0 } }, 1);
	assert_string_equal(buf_str(&d.sent), GET_LINE);
	assert_int_equal(d.run.seen.presence, PRESENCE_present);
	assert_string_equal(d.run.seen.topic, TOPIC);
	assert_int_equal(d.run.seen.not_after, end);
	assert_null(d.run.seen.serial);
	assert_true(d.run.seen.can_read);
	assert_null(d.run.seen.error);
	dialogue_end(&d);
}

static void a_missing_certificate_is_absent_in_every_storage(void **state)
{
	(void)state;
	const char *const bodies[] = {
		KEY_NOT_FOUND,
		ERROR("open dbfile/" TOPIC ".pem: no such file or directory"),
		ERROR("sql: no rows in result set"),
	};

	for (size_t i = 0; i < 3; i++) {
		struct dialogue d = { 0 };
		dialogue_play(&d, &observe, (struct turn[]){ { 0, 500, bodies[i], 0 } }, 1);
		assert_int_equal(d.run.seen.presence, PRESENCE_absent);
		assert_true(server_may_write(&d.run.seen));
		dialogue_end(&d);
	}
}

static void a_torn_read_is_asked_once_more_after_a_pause(void **state)
{
	(void)state;
	struct dialogue d = { 0 };

	dialogue_play(
	    &d, &observe,
	    (struct turn[]){ { 0, 500, TORN, 0 }, { 0, 200, STORED("2027-11-24T02:17:11Z"), 0 } },
	    2);
	assert_string_equal(buf_str(&d.sent), GET_LINE "(pause 1000) " GET_LINE);
	assert_int_equal(d.run.seen.presence, PRESENCE_present);
	dialogue_end(&d);
}

static void a_fault_that_stays_is_unknown_and_not_absent(void **state)
{
	(void)state;
	struct dialogue d = { 0 };

	dialogue_play(&d, &observe, (struct turn[]){ { 0, 500, TORN, 0 }, { 0, 500, TORN, 0 } }, 2);
	assert_int_equal(d.run.seen.presence, PRESENCE_unknown);
	assert_string_equal(d.run.seen.reason, "ServerFault");
	assert_string_equal(d.run.seen.error,
			    "MDMServer/nano: HTTP status 500: tls: private key does not match "
			    "public key; look at its log");
	assert_false(server_may_write(&d.run.seen));
	dialogue_end(&d);
}

static void releases_without_get_can_not_be_read(void **state)
{
	(void)state;
	struct dialogue d = { 0 };

	dialogue_play(&d, &observe, (struct turn[]){ { 0, 400, NO_GET, 0 } }, 1);
	assert_int_equal(d.run.seen.presence, PRESENCE_unknown);
	assert_false(d.run.seen.can_read);
	assert_true(server_may_write(&d.run.seen));
	assert_string_equal(d.run.seen.reason, "CanNotRead");
	dialogue_end(&d);

	/* Up to v0.8 the same complaint is a status 500, as text/plain, beside an empty topic. */
	struct turn old = { 0, 500,
			    "{\"error\":\"tls: failed to find any PEM data in certificate input\","
			    "\"topic\":\"\",\"not_after\":\"0001-01-01T00:00:00Z\"}",
			    0 };
	dialogue_play(&d, &observe, (struct turn[]){ old, old }, 2);
	assert_false(d.run.seen.can_read);
	dialogue_end(&d);
}

static const struct {
	struct turn turn;
	const char *reason, *error;
} unknowns[] = {
	{ { 0, 401, "Unauthorized\n", 0 },
	  "Unauthorized",
	  "MDMServer/nano: it does not accept the credential nano-key (HTTP status 401); check "
	  "credentialRef and the credential's file and user name" },
	{ { 0, 404, "404 page not found\n", 0 },
	  "APINotFound",
	  "MDMServer/nano: there is no /v1/pushcert at its address (HTTP status 404); check url "
	  "and "
	  "pathPrefix, and that NanoMDM was started with -api" },
	{ { 0, 405, "Method Not Allowed\n", 0 },
	  "APINotFound",
	  "MDMServer/nano: there is no /v1/pushcert at its address (HTTP status 405); check url "
	  "and "
	  "pathPrefix, and that NanoMDM was started with -api" },
	{ { 0, 301, "<a href=\"https://evil.example/\">Moved Permanently</a>.\n", 0 },
	  "Redirected",
	  "MDMServer/nano: it answers with a redirect (HTTP status 301), which is never followed; "
	  "write the final address into url and pathPrefix" },
	{ { 0, 200, "<html>Sign in</html>", 0 },
	  "UnexpectedAnswer",
	  "MDMServer/nano: HTTP status 200 without a readable text; look at its log" },
	{ { 0, 200, "{\"topic\":\"com.apple.mgmt.External.other\"}", 0 },
	  "UnexpectedAnswer",
	  "MDMServer/nano: it was asked for the topic " TOPIC
	  " and answered for com.apple.mgmt.External.other" },
	{ { 0, 200, "{}", 0 },
	  "UnexpectedAnswer",
	  "MDMServer/nano: it was asked for the topic " TOPIC " and answered for none" },
	{ { 0, 400, ERROR("missing required query parameter: topic"), 0 },
	  "UnexpectedAnswer",
	  "MDMServer/nano: HTTP status 400: missing required query parameter: topic; look at its "
	  "log" },
	{ { HTTP_FAULT_DENIED, 0, 0, "the credential is bound to another origin" },
	  "NotAllowed",
	  "MDMServer/nano: the credential is bound to another origin" },
	{ { HTTP_FAULT_RESOLVE, 0, 0, "no address" },
	  "NameNotResolved",
	  "MDMServer/nano: no address" },
	{ { HTTP_FAULT_CONNECT, 0, 0, "refused" }, "ConnectionFailed", "MDMServer/nano: refused" },
	{ { HTTP_FAULT_TLS, 0, 0, "bad certificate" },
	  "TLSFailed",
	  "MDMServer/nano: bad certificate" },
	{ { HTTP_FAULT_TIMEOUT, 0, 0, "no answer in 15 s" },
	  "TimedOut",
	  "MDMServer/nano: no answer in 15 s" },
	{ { HTTP_FAULT_OTHER, 0, 0, 0 }, "TransferFailed", "MDMServer/nano: no answer came" },
};

static void what_can_not_be_observed_is_unknown_and_says_why(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(unknowns) / sizeof(unknowns[0]); i++) {
		struct dialogue d = { 0 };
		dialogue_play(&d, &observe, &unknowns[i].turn, 1);
		assert_int_equal(d.run.seen.presence, PRESENCE_unknown);
		assert_true(d.run.seen.can_read);
		assert_string_equal(d.run.seen.reason, unknowns[i].reason);
		assert_string_equal(d.run.seen.error, unknowns[i].error);
		assert_false(server_may_write(&d.run.seen));
		dialogue_end(&d);
	}
}

static void secrets_in_a_server_s_text_are_left_out(void **state)
{
	(void)state;
	struct dialogue d = { 0 };
	struct turn turn = { 0, 400,
			     ERROR("device/000102030405060708090a0b0c0d0e0f: "
				   "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC+/== \\u001b[2J"),
			     0 };

	dialogue_play(&d, &observe, &turn, 1);
	assert_string_equal(
	    d.run.seen.error,
	    "MDMServer/nano: HTTP status 400: [...]: [...] \\x1b[2J; look at its log");
	dialogue_end(&d);
}

static void an_install_is_confirmed_by_reading_back(void **state)
{
	(void)state;
	struct dialogue d = { 0 };

	dialogue_play(&d, &install,
		      (struct turn[]){ { 0, 200, STORED("2027-11-23T02:17:11Z"), 0 },
				       { 0, 200, STORED("2027-11-23T02:17:11Z"), 0 } },
		      2);
	assert_string_equal(buf_str(&d.sent), PUT_LINE GET_LINE);
	assert_int_equal(d.run.installed, INSTALLED_Match);
	assert_null(d.run.error);
	dialogue_end(&d);
}

static void an_install_that_can_not_be_read_back_is_assumed(void **state)
{
	(void)state;
	struct dialogue d = { 0 };

	dialogue_play(
	    &d, &install,
	    (struct turn[]){ { 0, 200, STORED("2027-11-23T02:17:11Z"), 0 }, { 0, 400, NO_GET, 0 } },
	    2);
	assert_int_equal(d.run.installed, INSTALLED_Assumed);
	assert_false(d.run.seen.can_read);
	dialogue_end(&d);
}

static void an_upload_without_answer_is_not_sent_again(void **state)
{
	(void)state;
	struct dialogue d = { 0 };

	dialogue_play(&d, &install,
		      (struct turn[]){ { HTTP_FAULT_TIMEOUT, 0, 0, "no answer in 15 s" } }, 1);
	assert_string_equal(buf_str(&d.sent), PUT_LINE);
	assert_int_equal(d.run.installed, INSTALLED_Unknown);
	assert_string_equal(d.run.reason, "TimedOut");
	assert_string_equal(d.run.seen.reason, "TimedOut");
	assert_false(server_may_write(&d.run.seen));
	assert_string_equal(d.run.error,
			    "MDMServer/nano: it is not known whether the certificate of acme/push "
			    "was taken: no answer in 15 s; it is not sent again before the server "
			    "was read, because two uploads at once can lock a topic up");
	dialogue_end(&d);
}

static const struct {
	struct turn turn[2];
	size_t n;
	const char *reason, *error;
} failures[] = {
	{ { { 0, 400, TORN, 0 } },
	  1,
	  "UploadRefused",
	  "MDMServer/nano: the certificate of acme/push was not installed: HTTP status 400: tls: "
	  "private "
	  "key does not match public key" },
	{ { { 0, 401, "Unauthorized\n", 0 } },
	  1,
	  "Unauthorized",
	  "MDMServer/nano: the certificate of acme/push was not installed: it does not accept the "
	  "credential nano-key (HTTP status 401); check credentialRef and the credential's file "
	  "and "
	  "user name" },
	{ { { 0, 502, "<html>Bad Gateway</html>", 0 } },
	  1,
	  "ServerFault",
	  "MDMServer/nano: it is not known whether the certificate of acme/push was taken: HTTP "
	  "status 502 without a readable text; it is not sent again before the server was read, "
	  "because two uploads at once can lock a topic up" },
	/* Up to v0.8 a failure may have `error` beside `topic`. */
	{ { { 0, 200, "{\"error\":\"disk full\",\"topic\":\"" TOPIC "\"}", 0 } },
	  1,
	  "UploadRefused",
	  "MDMServer/nano: the certificate of acme/push was not installed: HTTP status 200: disk "
	  "full" },
	{ { { 0, 200, "{\"topic\":\"com.apple.mgmt.External.other\"}", 0 } },
	  1,
	  "WrongTopic",
	  "MDMServer/nano: the certificate of acme/push was not installed: it says that it stored "
	  "another "
	  "topic; look at its storage now" },
	{ { { HTTP_FAULT_DENIED, 0, 0, "not a key destination" } },
	  1,
	  "NotAllowed",
	  "MDMServer/nano: the certificate of acme/push was not installed: not a key destination" },
	{ { { 0, 200, STORED("2027-11-23T02:17:11Z"), 0 },
	    { 0, 200, STORED("2026-11-23T02:17:11Z"), 0 } },
	  2,
	  "NotStored",
	  "MDMServer/nano: it took the certificate of acme/push and shows another one afterwards; "
	  "look for a second writer and at its log" },
	{ { { 0, 200, STORED("2027-11-23T02:17:11Z"), 0 }, { 0, 500, KEY_NOT_FOUND, 0 } },
	  2,
	  "NotStored",
	  "MDMServer/nano: it took the certificate of acme/push and says afterwards that it has "
	  "none; "
	  "look at its log and storage" },
	{ { { 0, 200, STORED("2027-11-23T02:17:11Z"), 0 },
	    { HTTP_FAULT_TIMEOUT, 0, 0, "no answer in 15 s" } },
	  2,
	  "TimedOut",
	  "MDMServer/nano: no answer in 15 s (the upload itself was taken)" },
};

static void an_install_is_never_reported_without_proof(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		struct dialogue d = { 0 };
		dialogue_play(&d, &install, failures[i].turn, failures[i].n);
		assert_int_equal(d.run.installed, INSTALLED_Unknown);
		assert_string_equal(d.run.reason, failures[i].reason);
		assert_string_equal(d.run.error, failures[i].error);
		dialogue_end(&d);
	}
}

static void the_topic_is_encoded_and_the_prefix_used(void **state)
{
	(void)state;
	struct want_server hub = nano;
	struct server_task t = observe;
	struct dialogue d = { 0 };

	hub.path_prefix = "/api/v1/nanomdm";
	hub.user = "nanohub";
	t.server = &hub;
	t.want.topic = "com.apple.mgmt.a&topic=b/../c";
	dialogue_play(&d, &t, (struct turn[]){ { 0, 404, "", 0 } }, 1);
	assert_string_equal(buf_str(&d.sent),
			    "GET https://mdm.example/api/v1/nanomdm/pushcert?topic="
			    "com.apple.mgmt.a%26topic%3Db%2F..%2Fc "
			    "tenant=acme credential=nano-key user=nanohub\n");
	dialogue_end(&d);
}

static void without_a_topic_nothing_is_asked(void **state)
{
	(void)state;
	struct server_task t = observe;
	struct dialogue d = { 0 };

	t.want.topic = NULL;
	dialogue_play(&d, &t, NULL, 0);
	assert_int_equal(d.run.seen.presence, PRESENCE_unknown);
	assert_string_equal(d.run.seen.reason, "TopicUnknown");
	dialogue_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stored_certificate_is_present),
		cmocka_unit_test(a_missing_certificate_is_absent_in_every_storage),
		cmocka_unit_test(a_torn_read_is_asked_once_more_after_a_pause),
		cmocka_unit_test(a_fault_that_stays_is_unknown_and_not_absent),
		cmocka_unit_test(releases_without_get_can_not_be_read),
		cmocka_unit_test(what_can_not_be_observed_is_unknown_and_says_why),
		cmocka_unit_test(secrets_in_a_server_s_text_are_left_out),
		cmocka_unit_test(an_install_is_confirmed_by_reading_back),
		cmocka_unit_test(an_install_that_can_not_be_read_back_is_assumed),
		cmocka_unit_test(an_upload_without_answer_is_not_sent_again),
		cmocka_unit_test(an_install_is_never_reported_without_proof),
		cmocka_unit_test(the_topic_is_encoded_and_the_prefix_used),
		cmocka_unit_test(without_a_topic_nothing_is_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
