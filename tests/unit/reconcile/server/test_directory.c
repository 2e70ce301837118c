/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reconcile/server/dialogue.h"

#define GET_LINE "GET directory://deployed/acme/push tenant=acme\n"
#define PUT_LINE "PUT directory://deployed/acme/push tenant=acme +key\n"
#define PEM "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
#define META(sha)                                                                                  \
	"{\n  \"topic\": \"" TOPIC "\",\n  \"serial\": \"0A\",\n  \"sha256\": \"" sha "\",\n"      \
	"  \"spkiSha256\": \"dd\",\n  \"notAfter\": \"2027-11-23T02:17:11Z\"\n}\n"

static const struct want_server deployed = {
	.name = "files",
	.type = SERVER_Directory,
	.directory = "deployed",
};
static const struct key_ref key = { .spki = "dd" };
static const struct server_task install = {
	.work = SERVER_INSTALL,
	.tenant = "acme",
	.certificate = "push",
	.server = &deployed,
	.want = { TOPIC, "0A", "cc", 1826936231 },
	.pem = { PEM, sizeof(PEM) - 1 },
	.key = &key,
};
static const struct server_task observe = {
	.work = SERVER_OBSERVE,
	.tenant = "acme",
	.certificate = "push",
	.server = &deployed,
	.want = { .not_after = TIME_UNKNOWN },
};
static const struct cert_facts cert = {
	.form = CERT_FORM_PEM,
	.topic = TOPIC,
	.serial = "0A",
	.sha256 = "cc",
	.not_after = 1826936231,
};

static void a_whole_pair_is_present(void **state)
{
	(void)state;
	struct dialogue d = { .cert = &cert };

	dialogue_play(&d, &observe, (struct turn[]){ { 0, 200, META("cc") PEM, 0 } }, 1);
	assert_string_equal(buf_str(&d.sent), GET_LINE);
	assert_int_equal(d.run.seen.presence, PRESENCE_present);
	assert_string_equal(d.run.seen.topic, TOPIC);
	assert_string_equal(d.run.seen.serial, "0A");
	assert_int_equal(server_judge(&d.run.seen, &install.want, NULL), INSTALLED_Match);
	dialogue_end(&d);
}

static const struct {
	const char *what;
	int status;
	const char *body;
	const struct cert_facts *cert;
	const char *topic;
} broken[] = {
	{ "meta.json describes another certificate", 200, META("ff") PEM, &cert, TOPIC },
	{ "meta.json is no JSON", 200, "oops\n" PEM, &cert, TOPIC },
	{ "the key is missing", 206, META("cc") PEM, &cert, TOPIC },
	{ "only a certificate is there", 206, PEM, &cert, TOPIC },
	{ "the certificate is missing", 206, META("cc"), &cert, NULL },
	{ "the certificate is broken", 200, META("cc") PEM, NULL, NULL },
};

static void what_is_no_whole_pair_differs_and_shows_the_topic_in_use(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct dialogue d = { .cert = broken[i].cert };
		struct turn turn = { 0, broken[i].status, broken[i].body, 0 };
		dialogue_play(&d, &observe, &turn, 1);
		if (server_judge(&d.run.seen, &install.want, NULL) != INSTALLED_Differs)
			fail_msg("%s: not Differs", broken[i].what);
		if (broken[i].topic)
			assert_string_equal(d.run.seen.topic, broken[i].topic);
		else
			assert_null(d.run.seen.topic);
		dialogue_end(&d);
	}
}

static void nothing_there_is_absent_and_a_fault_is_unknown(void **state)
{
	(void)state;
	struct dialogue d = { 0 };

	dialogue_play(&d, &observe, (struct turn[]){ { 0, 404, 0, 0 } }, 1);
	assert_int_equal(d.run.seen.presence, PRESENCE_absent);
	dialogue_end(&d);
	dialogue_play(&d, &observe,
		      (struct turn[]){ { HTTP_FAULT_OTHER, 0, 0, "Permission denied" } }, 1);
	assert_int_equal(d.run.seen.presence, PRESENCE_unknown);
	assert_string_equal(d.run.seen.error, "MDMServer/files: Permission denied");
	dialogue_end(&d);
}

static void an_install_writes_the_pair_and_reads_it_back(void **state)
{
	(void)state;
	struct dialogue d = { .cert = &cert };

	dialogue_play(&d, &install,
		      (struct turn[]){ { 0, 201, 0, 0 }, { 0, 200, META("cc") PEM, 0 } }, 2);
	assert_string_equal(buf_str(&d.sent), PUT_LINE GET_LINE);
	assert_int_equal(d.run.installed, INSTALLED_Match);
	dialogue_end(&d);
}

static void the_text_of_a_pair_is_meta_and_certificate(void **state)
{
	(void)state;
	struct dialogue d = { 0 };
	struct server_env env = { &d.mem, reply_read, dialogue_cert, &d };
	struct http_request request;

	d.run.task = &install;
	assert_int_equal(server_next(&d.run, &env, NULL, &request), SERVER_SEND);
	assert_string_equal((const char *)request.body.data, META("cc") PEM);
	assert_int_equal(request.body.len, strlen(META("cc") PEM));
	dialogue_end(&d);
}

static void a_failed_write_is_told_and_not_read_back(void **state)
{
	(void)state;
	struct dialogue d = { 0 };

	dialogue_play(&d, &install,
		      (struct turn[]){ { HTTP_FAULT_OTHER, 0, 0, "No space left on device" } }, 1);
	assert_int_equal(d.run.installed, INSTALLED_Unknown);
	assert_string_equal(d.run.error, "MDMServer/files: the files of acme/push were not "
					 "written: No space left on device");
	dialogue_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_pair_is_present),
		cmocka_unit_test(what_is_no_whole_pair_differs_and_shows_the_topic_in_use),
		cmocka_unit_test(nothing_there_is_absent_and_a_fault_is_unknown),
		cmocka_unit_test(an_install_writes_the_pair_and_reads_it_back),
		cmocka_unit_test(the_text_of_a_pair_is_meta_and_certificate),
		cmocka_unit_test(a_failed_write_is_told_and_not_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
