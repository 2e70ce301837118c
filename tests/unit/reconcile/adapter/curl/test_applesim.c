/* SPDX-License-Identifier: Apache-2.0 */
/* Whole dialogues with an MDM server that answers as NanoMDM does, and with a directory. */
#include "tests/unit/reconcile/adapter/applesim.h"

#include "reconcile/adapter/curl/http.h"
#include "reconcile/adapter/curl/reply.h"
#include "reconcile/adapter/file/directory.h"
#include "reconcile/adapter/openssl/openssl.h"
#include "reconcile/run/dialogue.h"
#include "schema/base/text.h"

static char origin[64], allow[32], secret_file[64], path[64];
static const char *const everyone[] = { "*" }, *const allowed[] = { allow };
static struct http_credential credential = { "nano-key", origin, secret_file, NULL, everyone, 1 };
static struct http_destination destination = { origin, everyone, 1 };
static struct directory_target target = { "deployed", path, NULL, 0600 };
static struct directory_destination to_directory = { "deployed", everyone, 1 };
static const struct http_options http_options = { NULL, 4,       2, &credential, 1, &destination,
						  1,    allowed, 1 };
static const struct directory_options directory_options = { &target, 1, &to_directory, 1 };
static const struct want_server nano = { .name = "nano",
					 .type = SERVER_NanoMDM,
					 .url = origin,
					 .path_prefix = "/v1",
					 .user = "nanomdm",
					 .credential = "nano-key" };
static const struct want_server files = { .name = "files",
					  .type = SERVER_Directory,
					  .directory = "deployed" };
static const struct key_ref key = { .spki = "aa" };

struct talk {
	struct arena mem;
	struct ports ports;
	struct server_task task;
	struct server_run run;
	struct cert_facts facts;
	char pem[8192];
};

static int setup(void **state)
{
	struct talk *t = calloc(1, sizeof(*t));
	struct err e = { 0 };

	snprintf(origin, sizeof(origin), "http://127.0.0.1:%u", sim_mdm_port);
	snprintf(allow, sizeof(allow), "127.0.0.1:%u", sim_mdm_port);
	snprintf(secret_file, sizeof(secret_file), "%s/api-key", sim_dir);
	snprintf(path, sizeof(path), "%s/certs", sim_dir);
	assert_int_equal(x509_open(&(struct x509_options){ 0 }, &t->ports.x509, &e), 0);
	assert_int_equal(http_open(&http_options, &sim_keys, &t->ports.http, &e), 0);
	assert_int_equal(directory_open(&directory_options, &sim_keys, &t->ports.directory, &e), 0);
	t->ports.certs = x509_reader(t->ports.x509);
	t->ports.read_reply = reply_read;
	sim_write_rules("mdm", "");
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct talk *t = *state;

	t->ports.http->ops->close(t->ports.http);
	t->ports.directory->ops->close(t->ports.directory);
	t->ports.x509->ops->close(t->ports.x509);
	arena_release(&t->mem);
	free(t);
	return 0;
}

static void speak(struct talk *t, const struct want_server *server, enum server_work work,
		  const char *file)
{
	sim_read_file(file, t->pem, sizeof(t->pem));
	t->ports.x509->ops->read(t->ports.x509, t->pem, strlen(t->pem), &t->mem, &t->facts);
	assert_non_null(t->facts.topic);
	t->task = (struct server_task){
		.work = work,
		.tenant = "acme",
		.certificate = "push",
		.server = server,
		.want = { t->facts.topic, t->facts.serial, t->facts.sha256, t->facts.not_after },
		.pem = { t->pem, strlen(t->pem) },
		.key = &key,
	};
	t->run = (struct server_run){ .task = &t->task };
	dialogues_drive(&t->ports, &t->run, 1, &t->mem);
}

static void sees(struct talk *t, const struct want_server *server, const char *file,
		 const char *wanted)
{
	speak(t, server, SERVER_OBSERVE, file);
	const char *got = installed_name(server_judge(&t->run.seen, &t->task.want, NULL));
	if (!text_eq(got, wanted))
		fail_msg("%s: got %s, wanted %s (%s)", file, got, wanted,
			 t->run.seen.error ? t->run.seen.error : "no error");
}

static void installs(struct talk *t, const struct want_server *server, const char *file,
		     enum installed wanted)
{
	speak(t, server, SERVER_INSTALL, file);
	if (t->run.installed != wanted)
		fail_msg("%s: got %s, wanted %s (%s)", file, installed_name(t->run.installed),
			 installed_name(wanted), t->run.error ? t->run.error : "no error");
}

static void nanomdm_takes_and_shows_a_certificate_and_its_successor(void **state)
{
	struct talk *t = *state;

	sees(t, &nano, "good.pem", "Absent");
	installs(t, &nano, "good.pem", INSTALLED_Match);
	sees(t, &nano, "good.pem", "Match");
	sees(t, &nano, "renewed.pem", "Differs");
	installs(t, &nano, "renewed.pem", INSTALLED_Match);
	sees(t, &nano, "good.pem", "Differs");
	sees(t, &nano, "expired.pem", "Absent");
}

static void a_release_without_get_is_assumed(void **state)
{
	struct talk *t = *state;

	sim_write_rules("mdm", "{\"do\":\"Release090\"}");
	sees(t, &nano, "good.pem", "Unknown");
	assert_true(server_may_write(&t->run.seen));
	installs(t, &nano, "good.pem", INSTALLED_Assumed);
}

static void an_upload_that_stores_nothing_is_noticed(void **state)
{
	struct talk *t = *state;

	installs(t, &nano, "good.pem", INSTALLED_Match);
	sim_write_rules("mdm", "{\"do\":\"StoreNothing\"}");
	installs(t, &nano, "renewed.pem", INSTALLED_Unknown);
	assert_string_equal(t->run.reason, "NotStored");
}

static void faults_of_the_server_are_unknown(void **state)
{
	struct talk *t = *state;
	static const struct {
		const char *rules, *reason;
	} cases[] = {
		{ "{\"do\":\"Answer\",\"status\":500,\"body\":\"out of order\"}", "ServerFault" },
		{ "{\"do\":\"Redirect\",\"location\":\"http://127.0.0.1:9/\"}", "Redirected" },
		{ "{\"do\":\"CloseOnRequest\"}", "TransferFailed" },
		{ "{\"do\":\"Silence\"}", "TimedOut" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sim_write_rules("mdm", cases[i].rules);
		sees(t, &nano, "good.pem", "Unknown");
		assert_string_equal(t->run.seen.reason, cases[i].reason);
		assert_false(server_may_write(&t->run.seen));
	}
	sim_write_rules("mdm", "");
	assert_int_equal(system("echo wrong >$T/api-key"), 0);
	sees(t, &nano, "good.pem", "Unknown");
	assert_int_equal(system("printf s3cret >$T/api-key"), 0);
	assert_string_equal(t->run.seen.reason, "Unauthorized");
}

static void a_directory_takes_and_shows_a_pair(void **state)
{
	struct talk *t = *state;

	sees(t, &files, "good.pem", "Absent");
	installs(t, &files, "good.pem", INSTALLED_Match);
	sees(t, &files, "good.pem", "Match");
	sees(t, &files, "renewed.pem", "Differs");
	assert_int_equal(system("cd $T/certs/acme/push && cmp ../../../good.pem cert.pem && "
				"cmp ../../../key key.pem && grep -q '\"spkiSha256\": \"aa\"' "
				"meta.json"),
			 0);
	/* Somebody puts another certificate there. */
	assert_int_equal(system("cp $T/expired.pem $T/certs/acme/push/cert.pem"), 0);
	sees(t, &files, "good.pem", "Differs");
	assert_string_not_equal(t->run.seen.topic, t->facts.topic);
	installs(t, &files, "good.pem", INSTALLED_Match);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(nanomdm_takes_and_shows_a_certificate_and_its_successor),
		CASE(a_release_without_get_is_assumed),
		CASE(an_upload_that_stores_nothing_is_noticed),
		CASE(faults_of_the_server_are_unknown),
		CASE(a_directory_takes_and_shows_a_pair),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, sim_setup, sim_teardown);
}
