/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reconcile/adapter/file/directory.h"
#include "schema/base/text.h"

#define URL "directory://deployed/acme/push"
#define PEM(n) "-----BEGIN CERTIFICATE-----\n" n "\n-----END CERTIFICATE-----\n"
#define META(n) "{\n  \"serial\": \"" n "\"\n}\n"
#define BLOB(text)                                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

static char key_text[64] = "KEY 1\n";
static bool sealed;

static int lend(struct keys *k, const struct key_ref *ref, enum key_format format,
		struct secret *out, struct err *e)
{
	(void)k;
	(void)ref;
	assert_int_equal(format, KEY_PKCS8_PEM);
	if (sealed)
		return err_set(e, ERR_SEALED, "the key store is sealed");
	secret_add(out, key_text, strlen(key_text));
	return 0;
}

static const struct keys_ops keys_ops = { .lend = lend };
static struct keys keys = { &keys_ops };
static const struct key_ref key = { .spki = "aa" };
static const char *const everyone[] = { "*" };

struct fixture {
	char root[32], path[64];
	struct directory_target target;
	struct directory_destination destination;
	struct directory_options options;
	struct http *http;
	struct arena mem;
	struct http_response answer;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct err e = { 0 };

	strcpy(f->root, "/tmp/test_directory.XXXXXX");
	assert_non_null(mkdtemp(f->root));
	snprintf(f->path, sizeof(f->path), "%s/certs", f->root);
	f->target = (struct directory_target){ "deployed", f->path, NULL, 0640 };
	f->destination = (struct directory_destination){ "deployed", everyone, 1 };
	f->options = (struct directory_options){ &f->target, 1, &f->destination, 1 };
	assert_int_equal(directory_open(&f->options, &keys, &f->http, &e), 0);
	strcpy(key_text, "KEY 1\n");
	sealed = false;
	*state = f;
	return 0;
}

static void shell(const struct fixture *f, const char *command)
{
	char text[512];

	snprintf(text, sizeof(text), "cd %s && %s", f->root, command);
	assert_int_equal(system(text), 0);
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char text[64];

	snprintf(text, sizeof(text), "rm -rf %s", f->root);
	(void)!system(text);
	f->http->ops->close(f->http);
	arena_release(&f->mem);
	free(f);
	return 0;
}

static void send_request(struct fixture *f, const struct http_request *r)
{
	f->http->ops->exchange(f->http, r, 1, &f->mem, &f->answer);
}

static void get(struct fixture *f)
{
	send_request(f, &(struct http_request){ .tenant = "acme", .url = URL });
}

static void put(struct fixture *f, struct blob body)
{
	send_request(f, &(struct http_request){ .method = HTTP_PUT,
						.tenant = "acme",
						.url = URL,
						.body = body,
						.append_key = &key });
}

static void put_first(struct fixture *f)
{
	put(f, (struct blob)BLOB(META("1") PEM("1")));
	if (f->answer.status != 201)
		fail_msg("%s", f->answer.text);
}

static void has(const struct fixture *f, const char *file, const char *wanted, mode_t mode)
{
	char path[128], text[512];
	struct stat st;

	snprintf(path, sizeof(path), "%s/acme/push/%s", f->path, file);
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	text[fread(text, 1, sizeof(text) - 1, in)] = 0;
	fclose(in);
	assert_string_equal(text, wanted);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
}

static void is_fault(const struct fixture *f, enum http_fault fault, const char *text)
{
	assert_int_equal(f->answer.fault, fault);
	assert_string_equal(f->answer.text, text);
	assert_int_equal(f->answer.status, 0);
}

static void a_pair_is_written_and_read(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	get(f);
	assert_int_equal(f->answer.status, 404);
	put_first(f);
	has(f, "cert.pem", PEM("1"), 0640);
	has(f, "key.pem", "KEY 1\n", 0640);
	has(f, "meta.json", META("1"), 0640);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	get(f);
	assert_int_equal(f->answer.status, 200);
	assert_string_equal((const char *)f->answer.body.data, META("1") PEM("1"));
	assert_null(strstr((const char *)f->answer.body.data, "KEY"));
}

static void a_pair_is_replaced_as_a_whole(void **state)
{
	struct fixture *f = *state;

	put_first(f);
	strcpy(key_text, "KEY 2\n");
	put(f, (struct blob)BLOB(META("2") PEM("2")));
	assert_int_equal(f->answer.status, 201);
	has(f, "cert.pem", PEM("2"), 0640);
	has(f, "key.pem", "KEY 2\n", 0640);
	has(f, "meta.json", META("2"), 0640);
	shell(f, "test \"$(ls -A certs/acme)\" = push");
}

static void what_is_missing_makes_it_a_part(void **state)
{
	struct fixture *f = *state;
	const char *const files[] = { "rm certs/acme/push/key.pem", "rm certs/acme/push/cert.pem",
				      "rm certs/acme/push/meta.json",
				      "mkdir certs/acme/.new-push" };

	for (int i = 0; i < 4; i++) {
		put_first(f);
		shell(f, files[i]);
		get(f);
		assert_int_equal(f->answer.status, 206);
	}
	put_first(f);
	get(f);
	assert_int_equal(f->answer.status, 200);
}

static void an_unfinished_write_is_cleared_by_the_next(void **state)
{
	struct fixture *f = *state;

	put_first(f);
	shell(f, "mkdir certs/acme/.new-push && echo half >certs/acme/.new-push/key.pem");
	put_first(f);
	shell(f, "test \"$(ls -A certs/acme)\" = push");
}

static void a_key_goes_to_key_destinations_only(void **state)
{
	struct fixture *f = *state;
	const char *const denied = "the directory deployed is no key destination of the tenant "
				   "acme; only keyDestinations of the controller's config lets a "
				   "private key leave";

	f->destination.tenants = (const char *const[]){ "other" };
	put(f, (struct blob)BLOB(META("1") PEM("1")));
	f->destination.tenants = everyone;
	is_fault(f, HTTP_FAULT_DENIED, denied);
	f->destination.directory = "elsewhere";
	put(f, (struct blob)BLOB(META("1") PEM("1")));
	is_fault(f, HTTP_FAULT_DENIED, denied);
	assert_int_equal(access(f->path, F_OK), -1);
}

static void only_plain_places_of_the_own_tenant_are_touched(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *url, *text;
	} cases[] = {
		{ "https://deployed/acme/push", "this is no directory:// address" },
		{ "directory://deployed/acme/..",
		  "directory://deployed/acme/.. is not directory://NAME/TENANT/CERTIFICATE" },
		{ "directory://deployed/../push",
		  "directory://deployed/../push is not directory://NAME/TENANT/CERTIFICATE" },
		{ "directory://deployed/acme",
		  "directory://deployed/acme is not directory://NAME/TENANT/CERTIFICATE" },
		{ "directory://deployed/acme/push/more",
		  "directory://deployed/acme/push/more is not "
		  "directory://NAME/TENANT/CERTIFICATE" },
		{ "directory://deployed//push",
		  "directory://deployed//push is not directory://NAME/TENANT/CERTIFICATE" },
		{ "directory://deployed/other/push",
		  "directory://deployed/other/push belongs to another tenant than acme" },
		{ "directory://missing/acme/push", "the directory missing does not stand in "
						   "directories of the controller's config" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		send_request(f, &(struct http_request){ .tenant = "acme", .url = cases[i].url });
		is_fault(f, HTTP_FAULT_DENIED, cases[i].text);
	}
}

static void symbolic_links_are_not_followed(void **state)
{
	struct fixture *f = *state;

	shell(f, "mkdir certs outside && ln -s ../outside certs/acme");
	put(f, (struct blob)BLOB(META("1") PEM("1")));
	is_fault(f, HTTP_FAULT_OTHER,
		 "can not use acme in the directory deployed: Not a directory");
	shell(f, "rm certs/acme && mkdir certs/acme && ln -s ../../outside certs/acme/push");
	put(f, (struct blob)BLOB(META("1") PEM("1")));
	is_fault(f, HTTP_FAULT_OTHER, "can not write push/: Not a directory");
	get(f);
	is_fault(f, HTTP_FAULT_OTHER, "can not read push: Not a directory");
	shell(f, "test -z \"$(ls -A outside)\" && rm certs/acme/push");
	put_first(f);
	shell(f, "cd certs/acme/push && mv cert.pem ../../../outside && "
		 "ln -s ../../../outside/cert.pem cert.pem");
	get(f);
	is_fault(f, HTTP_FAULT_OTHER,
		 "can not read push/cert.pem: Too many levels of symbolic links");
}

static void files_of_others_are_not_moved_away(void **state)
{
	struct fixture *f = *state;

	put_first(f);
	shell(f, "echo x >certs/acme/push/notes.txt");
	put(f, (struct blob)BLOB(META("2") PEM("2")));
	is_fault(
	    f, HTTP_FAULT_OTHER,
	    "push holds notes.txt, which is not ours; only cert.pem, key.pem and meta.json may "
	    "be there: move it away");
	has(f, "cert.pem", PEM("1"), 0640);
}

static void a_failed_write_leaves_what_was_there(void **state)
{
	struct fixture *f = *state;

	put_first(f);
	sealed = true;
	put(f, (struct blob)BLOB(META("2") PEM("2")));
	is_fault(f, HTTP_FAULT_OTHER, "the key store is sealed");
	has(f, "cert.pem", PEM("1"), 0640);
	shell(f, "test \"$(ls -A certs/acme)\" = push");
	f->target.owner = "no-such-user";
	put(f, (struct blob)BLOB(META("2") PEM("2")));
	is_fault(f, HTTP_FAULT_OTHER,
		 "the owner no-such-user of the directory deployed is no user here");
}

static void a_missing_parent_is_told(void **state)
{
	struct fixture *f = *state;
	char text[256];

	snprintf(f->path, sizeof(f->path), "%s/a/b", f->root);
	put(f, (struct blob)BLOB(META("1") PEM("1")));
	snprintf(text, sizeof(text), "can not make the directory %s: No such file or directory",
		 f->path);
	is_fault(f, HTTP_FAULT_OTHER, text);
	get(f);
	assert_int_equal(f->answer.status, 404);
}

/* Writes pairs 1 and 2 in turn until it is killed. */
static void write_for_ever(struct fixture *f)
{
	for (int i = 1;; i = 3 - i) {
		snprintf(key_text, sizeof(key_text), "KEY %d\n", i);
		put(f, i == 1 ? (struct blob)BLOB(META("1") PEM("1"))
			      : (struct blob)BLOB(META("2") PEM("2")));
	}
}

static void killed_at_any_time_the_pair_is_one_of_the_two(void **state)
{
	struct fixture *f = *state;

	put_first(f);
	for (int i = 0; i < 15; i++) {
		pid_t pid = fork();
		if (pid == 0)
			write_for_ever(f);
		usleep((useconds_t)(1000 + i * 531));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		shell(f, "n=$(tr -dc 0-9 <certs/acme/push/key.pem) && cd certs/acme/push && "
			 "test $n = \"$(sed -n 2p cert.pem)\" && grep -q \"\\\"$n\\\"\" meta.json");
	}
	strcpy(key_text, "KEY 1\n");
	put_first(f);
	shell(f, "test \"$(ls -A certs/acme)\" = push");
}

static void a_target_with_an_open_mode_or_name_is_refused(void **state)
{
	struct fixture *f = *state;
	struct err e = { 0 };
	struct http *h;

	f->target.mode = 04600;
	assert_int_equal(directory_open(&f->options, &keys, &h, &e), -1);
	assert_string_equal(e.text,
			    "directories: deployed needs a plain name and a mode such as 0600");
	f->target.mode = 0600;
	f->target.name = "../deployed";
	assert_int_equal(directory_open(&f->options, &keys, &h, &e), -1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(a_pair_is_written_and_read),
		CASE(a_pair_is_replaced_as_a_whole),
		CASE(what_is_missing_makes_it_a_part),
		CASE(an_unfinished_write_is_cleared_by_the_next),
		CASE(a_key_goes_to_key_destinations_only),
		CASE(only_plain_places_of_the_own_tenant_are_touched),
		CASE(symbolic_links_are_not_followed),
		CASE(files_of_others_are_not_moved_away),
		CASE(a_failed_write_leaves_what_was_there),
		CASE(a_missing_parent_is_told),
		CASE(killed_at_any_time_the_pair_is_one_of_the_two),
		CASE(a_target_with_an_open_mode_or_name_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
