/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reconcile/adapter/openssl/certs.h"

#include <sys/stat.h>

#include "reconcile/adapter/openssl/openssl.h"
#include "schema/base/text.h"

static char dir[] = "/tmp/unlock.XXXXXX";
static const unsigned char store[16] = "sixteen bytes..";

#define HEX "000102030405060708090A0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static int setup(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

static void opens(const struct unlock_options *o)
{
	struct keys *k = NULL;
	struct err e = { 0 };

	if (keys_open(o, store, &k, &e))
		fail_msg("%s", e.text);
	k->ops->close(k);
}

/* In `wanted`, a % stands for the path of the file. */
static void refuses(const struct unlock_options *o, const char *wanted)
{
	struct keys *k = NULL;
	struct err e = { 0 };
	struct buf text = BUF_INIT(1000);

	assert_int_equal(keys_open(o, store, &k, &e), -1);
	assert_null(k);
	assert_int_equal(e.code, ERR_SEALED);
	for (const char *p = wanted; *p; p++)
		buf_adds(&text, *p == '%' ? o->file : (char[]){ *p, 0 });
	assert_string_equal(e.text, buf_str(&text));
	buf_release(&text);
}

static struct unlock_options file(const void *bytes, size_t len, unsigned mode)
{
	return (struct unlock_options){ .file = write_file(dir, "key", bytes, len, mode) };
}

static void raw_bytes_and_hex_digits_are_taken(void **state)
{
	(void)state;
	struct unlock_options o;

	o = file("\xff\0\n3456789012345678901234567890\n", 32, 0600);
	opens(&o);
	o = file(HEX, 64, 0400);
	opens(&o);
	o = file(HEX "\n", 65, 0600);
	opens(&o);
	o = file(HEX "\r\n", 66, 0600);
	opens(&o);
}

static void other_contents_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t len;
	} row[] = {
		{ "", 0 },	    { "short", 5 },	   { HEX, 63 },
		{ HEX "0", 65 },    { HEX "\n\n\n", 67 }, { HEX, 33 },
		{ "g" HEX, 64 },
	};
	static const char zeros[32];
	struct unlock_options o;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		o = file(row[i].bytes, row[i].len, 0600);
		refuses(&o, "unlock key %: it must hold 32 raw bytes or 64 hex digits");
	}
	o = file(zeros, 32, 0600);
	refuses(&o, "unlock key %: it holds only zeros");
}

static void a_file_that_others_can_read_is_refused(void **state)
{
	(void)state;
	static const unsigned mode[] = { 0644, 0640, 0604, 0660, 0602 };
	char wanted[200];

	for (size_t i = 0; i < sizeof(mode) / sizeof(mode[0]); i++) {
		struct unlock_options o = file(HEX, 64, mode[i]);
		snprintf(wanted, sizeof(wanted),
			 "unlock key: %% holds a secret but is open to others (mode %04o): run "
			 "`chmod 600 %%`",
			 mode[i]);
		refuses(&o, wanted);
	}
}

static void a_file_of_somebody_else_is_refused(void **state)
{
	(void)state;
	struct unlock_options o = file(HEX, 64, 0600);

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(o.file, 12345, 0), 0);
	refuses(&o, "unlock key: % holds a secret but belongs to user 12345: run `chown 0 %`");
}

static void what_is_no_file_is_refused(void **state)
{
	(void)state;
	refuses(&(struct unlock_options){ .file = "/nonexistent/key" },
		"unlock key %: it does not exist; put it back from its safe copy (a new store gets "
		"one from apnsctl store init)");
	refuses(&(struct unlock_options){ .file = dir }, "unlock key: % is no regular file");
	refuses(&(struct unlock_options){ 0 },
		"no unlock key is configured; set state.unlock");
}

static void a_systemd_credential_is_read(void **state)
{
	(void)state;
	/* systemd guards them by an ACL, so the mode may look wide. */
	write_file(dir, "unlock", HEX, 64, 0440);

	unsetenv("CREDENTIALS_DIRECTORY");
	refuses(&(struct unlock_options){ .credential = "unlock" },
		"unlock credential unlock: $CREDENTIALS_DIRECTORY is not set; the systemd unit "
		"needs LoadCredential=unlock:PATH");
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	opens(&(struct unlock_options){ .credential = "unlock" });
	refuses(&(struct unlock_options){ .credential = "../unlock" },
		"unlock credential ../unlock: it is a plain name");
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void what_an_environment_variable_held_is_64_hex_digits(void **state)
{
	(void)state;
	const struct secret hex = { (unsigned char *)HEX, 64, 65 };
	const struct secret raw = { (unsigned char *)"12345678901234567890123456789012", 32, 33 };
	const struct secret none = SECRET_INIT;

	opens(&(struct unlock_options){ .env = "TEST_UNLOCK", .env_value = &hex });
	refuses(&(struct unlock_options){ .env = "TEST_UNLOCK", .env_value = &none },
		"unlock key: $TEST_UNLOCK is not set");
	refuses(&(struct unlock_options){ .env = "TEST_UNLOCK", .env_value = &raw },
		"unlock key $TEST_UNLOCK: it must hold 64 hex digits");
}

static void a_new_unlock_key_is_private_random_and_never_overwritten(void **state)
{
	(void)state;
	char a[64], b[64], text[2][66], wanted[200];
	struct err e = { 0 };
	struct stat st;

	snprintf(a, sizeof(a), "%s/a.key", dir);
	snprintf(b, sizeof(b), "%s/b.key", dir);
	assert_int_equal(unlock_create(a, &e), 0);
	assert_int_equal(unlock_create(b, &e), 0);
	assert_int_equal(stat(a, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 65);
	opens(&(struct unlock_options){ .file = a });
	for (int i = 0; i < 2; i++) {
		FILE *f = fopen(i ? b : a, "r");
		assert_int_equal(fread(text[i], 1, 65, f), 65);
		fclose(f);
	}
	assert_memory_not_equal(text[0], text[1], 64);
	assert_int_equal(unlock_create(a, &e), -1);
	snprintf(wanted, sizeof(wanted),
		 "unlock key %s: File exists; it is kept, since keys may be sealed with it", a);
	assert_string_equal(e.text, wanted);
	assert_int_equal(unlock_create("/nonexistent/key", &e), -1);
	assert_string_equal(e.text, "unlock key /nonexistent/key: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_bytes_and_hex_digits_are_taken),
		cmocka_unit_test(other_contents_are_refused),
		cmocka_unit_test(a_file_that_others_can_read_is_refused),
		cmocka_unit_test(a_file_of_somebody_else_is_refused),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(a_systemd_credential_is_read),
		cmocka_unit_test(what_an_environment_variable_held_is_64_hex_digits),
		cmocka_unit_test(a_new_unlock_key_is_private_random_and_never_overwritten),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
