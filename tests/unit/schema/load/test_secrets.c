/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/schema/repo.h"

#define BODY "MIIEpAIBAAKCAQEAnothing0real0at0all\nAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
#define KEY " of the history too, make a new one and renew with that"

/* What the scan says of a text, as "line:col-end message" with the remedy cut off. */
static const char *found(struct repo *r, const char *text, size_t len)
{
	repo_init(r);
	scan_secrets("file", text, len, &r->shared_findings);
	for (size_t i = 0; i < r->shared_findings.n; i++) {
		const struct finding *f = &r->shared_findings.item[i];
		assert_int_equal(f->rule->code, RULE_SECRET_COMMITTED);
		buf_addf(&r->text, "%u:%u-%u:%u %.*s|", f->at.line, f->at.col, f->at.end_line,
			 f->at.end_col, (int)strcspn(f->message, ";"), f->message);
	}
	return buf_str(&r->text);
}

static void check(const char *text, const char *wanted)
{
	struct repo r;

	if (strcmp(found(&r, text, strlen(text)), wanted) != 0)
		fail_msg("%s\ngot    %s\nwanted %s", text, buf_str(&r.text), wanted);
	repo_release(&r);
}

static void every_spelling_of_a_private_key_is_found(void **state)
{
	(void)state;
	static const char *const labels[] = {
		"-----BEGIN PRIVATE KEY-----",
		"-----BEGIN RSA PRIVATE KEY-----",
		"-----BEGIN EC PRIVATE KEY-----",
		"-----BEGIN DSA PRIVATE KEY-----",
		"-----BEGIN ENCRYPTED PRIVATE KEY-----",
		"-----BEGIN OPENSSH PRIVATE KEY-----",
		"-----BEGIN PGP PRIVATE KEY BLOCK-----",
		"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----",
	};
	char text[512], wanted[128];

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		snprintf(text, sizeof(text), "x\n%s\n" BODY "-----END X-----\n", labels[i]);
		snprintf(wanted, sizeof(wanted), "2:1-2:%zu a private key stands in this file|",
			 strlen(labels[i]) + 1);
		check(text, wanted);
	}
}

static void a_key_is_found_wherever_it_is_put(void **state)
{
	(void)state;
	check("a: |\n  -----BEGIN PRIVATE KEY-----\n  " BODY,
	      "2:3-2:30 a private key stands in this file|");
	check("{\"k\": \"-----BEGIN PRIVATE KEY-----\\n" BODY "\"}",
	      "1:8-1:35 a private key stands in this file|");
	check("-----END CERTIFICATE----------BEGIN PRIVATE KEY-----\n" BODY,
	      "1:21-1:53 a private key stands in this file|");
	check("-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n"
	      "DEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF\r\n\r\n" BODY,
	      "1:1-1:32 a private key stands in this file|");
	check("\xc3\xa9\xc3\xa9 -----BEGIN PRIVATE KEY-----\n" BODY,
	      "1:4-1:31 a private key stands in this file|");
	check("-----BEGIN PRIVATE KEY-----\n" BODY "-----END PRIVATE KEY-----\n"
	      "-----BEGIN EC PRIVATE KEY-----\n" BODY "-----END EC PRIVATE KEY-----\n",
	      "1:1-1:28 a private key stands in this file|"
	      "5:1-5:31 a private key stands in this file|");
}

static void a_key_without_armour_is_found(void **state)
{
	(void)state;
	struct repo r;

	check("key: MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA",
	      "1:6-1:50 a private key stands in this file|");
	check("MIIEpAIBAAKCAQEAx2aaaaaaaaaaaaaaaaaaaaaaaaaa",
	      "1:1-1:45 a private key stands in this file|");
	check("p12: \"MIIKcQIBAzCCCjcGCSqGSIb3DQEHAaCCCigEggokMIIK\"",
	      "1:7-1:51 a PKCS#12 key store stands in this file|");
	assert_string_equal(
	    found(&r, "\x30\x82\x0a\x71\x02\x01\x03\x30\x82\x0a\x37\x06\x09\0\0\0", 16),
	    "0:0-0:0 a PKCS#12 key store stands in this file|");
	repo_release(&r);
	assert_string_equal(
	    found(&r, "\x30\x82\x04\xbd\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7", 16),
	    "0:0-0:0 a private key stands in this file|");
	repo_release(&r);
	assert_string_equal(
	    found(&r, "\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01\x00\xb4\x01\x02\x03", 16),
	    "0:0-0:0 a private key stands in this file|");
	repo_release(&r);
	assert_string_equal(found(&r, "\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\0\0\0\0\0", 16),
			    "0:0-0:0 a Java key store stands in this file|");
	repo_release(&r);
}

static void tokens_are_found_by_their_marks(void **state)
{
	(void)state;
	check("t: ghp_0123456789abcdefghijABCDEFGHIJ012345",
	      "1:4-1:44 a GitHub token stands in this file|");
	check("https://x:glpat-abcdefghij0123456789@git.example",
	      "1:11-1:37 a GitLab token stands in this file|");
	check("AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ",
	      "1:1-1:76 an age secret key stands in this file|");
	check("PuTTY-User-Key-File-3: ssh-ed25519\n",
	      "1:1-1:22 a PuTTY private key stands in this file|");
	check("key=AKIAABCDEFGHIJKLMNOP", "1:5-1:25 an AWS access key stands in this file|");
	check("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijklmnopqrstuvwx",
	      "1:5-1:70 a JSON Web Token stands in this file|");
}

static void what_only_looks_like_a_secret_is_left_alone(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"-----BEGIN CERTIFICATE-----\n" BODY "-----END CERTIFICATE-----\n",
		"-----BEGIN PUBLIC KEY-----\n" BODY "-----END PUBLIC KEY-----\n",
		"-----BEGIN CERTIFICATE REQUEST-----\nMIICijCCAXICAQAwRTELMAkGA1UE\n",
		"grep for -----BEGIN RSA PRIVATE KEY----- in all files",
		"-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n" BODY,
		"the PRIVATE KEY of the vendor",
		"ghp_short",
		"example_ghp_0123456789abcdefghijABCDEFGHIJ012345",
		"com.apple.mgmt.External." UUID_A,
		"sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"--- --- ----- ------- BEGIN",
		"eyJhbGciOiJIUzI1NiJ9 alone",
		"MIIEvQIBAD",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check(texts[i], "");
}

static void a_secret_is_never_shown(void **state)
{
	(void)state;
	struct repo r;

	repo_init(&r);
	repo_add(&r, "notes.txt", "token ghp_0123456789abcdefghijABCDEFGHIJ012345\n");
	assert_string_equal(
	    repo_text(&r, LEVEL_NOTE),
	    "notes.txt:1:7-47 error APN4012 - -: a GitHub token stands in this file; "
	    "withdraw it where it was issued, take it out of the history too, and let "
	    "the controller's configuration name a file for the new one\n");
	repo_release(&r);
}

static void every_file_is_scanned_whatever_it_is(void **state)
{
	(void)state;
	static const char *const paths[] = {
		"organization.yaml",     "tenants/acme/a.yaml", "a.yaml",
		"tenants/acme/push.pem", ".env/a.yaml",         "a.txt"
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct repo r;
		repo_init(&r);
		repo_add(&r, paths[i],
			 "# -----BEGIN PRIVATE KEY-----\n# " BODY "# -----END -----\n");
		assert_non_null(strstr(repo_text(&r, LEVEL_ERROR),
				       "APN4012 - -: a private key stands in this file; a key that "
				       "was in Git counts as known to everybody: take it out" KEY));
		repo_release(&r);
	}
}

static void a_key_that_only_the_certificate_reader_sees_is_a_secret_too(void **state)
{
	(void)state;
	static const char *const forms[] = { "form=KEY", "form=PKCS12" };

	for (size_t i = 0; i < 2; i++) {
		struct repo r;
		repo_init(&r);
		repo_add(&r, "tenants/acme/push.p12", forms[i]);
		assert_string_equal(
		    repo_text(&r, LEVEL_NOTE),
		    "tenants/acme/push.p12:0:0-0 error APN4012 - -: a private key is "
		    "inside of this file, and only the certificate belongs in Git; "
		    "take it out" KEY "\n");
		repo_release(&r);
	}
}

static void hostile_input_costs_linear_work_and_few_findings(void **state)
{
	(void)state;
	static const char *const parts[] = { "-----BEGIN PRIVATE KEY-----AAAAAAAAAAAAAAAAAAAAAAAA",
					     "+MIIE",
					     "eyJaaaaaaaaaaaa.",
					     "-",
					     "M",
					     "ghp_" };
	const size_t size = 1 << 20;
	char *text = malloc(size);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct arena a = ARENA_INIT;
		struct findings fs = FINDINGS_INIT(&a);
		for (size_t at = 0, n = strlen(parts[i]); at < size; at += n)
			memcpy(text + at, parts[i], at + n <= size ? n : size - at);
		scan_secrets("file", text, size, &fs);
		assert_true(fs.n <= FINDINGS_PER_FILE);
		assert_true(a.used < 1 << 20);
		arena_release(&a);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_of_a_private_key_is_found),
		cmocka_unit_test(a_key_is_found_wherever_it_is_put),
		cmocka_unit_test(a_key_without_armour_is_found),
		cmocka_unit_test(tokens_are_found_by_their_marks),
		cmocka_unit_test(what_only_looks_like_a_secret_is_left_alone),
		cmocka_unit_test(a_secret_is_never_shown),
		cmocka_unit_test(every_file_is_scanned_whatever_it_is),
		cmocka_unit_test(a_key_that_only_the_certificate_reader_sees_is_a_secret_too),
		cmocka_unit_test(hostile_input_costs_linear_work_and_few_findings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
