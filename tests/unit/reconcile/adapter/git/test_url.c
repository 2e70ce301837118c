/* SPDX-License-Identifier: Apache-2.0 */
/* What may be a URL, which credential goes where, and names that no honest tree holds. */
#include "reconcile/adapter/git/name.h"
#include "reconcile/adapter/git/url.h"

#include <string.h>

#include "tests/unit/unit.h"

static void takes_urls_apart(void **state)
{
	static const struct {
		const char *text, *user, *host, *port, *path;
	} good[] = {
		{ "https://git.example/msp/apple.git", "", "git.example", "443", "/msp/apple.git" },
		{ "https://GIT.example:8443/a", "", "git.example", "8443", "/a" },
		{ "https://[2001:DB8::1]:444/a", "", "2001:db8::1", "444", "/a" },
		{ "ssh://git@git.example/~me/a.git", "git", "git.example", "22", "/~me/a.git" },
		{ "ssh://git.example:2222/a", "", "git.example", "2222", "/a" },
		{ "http://127.0.0.1:3000/a", "", "127.0.0.1", "3000", "/a" },
		{ "http://localhost/a", "", "localhost", "80", "/a" },
		{ "file:///srv/my git/\xc3\xbc.git", "", "", "", "/srv/my git/\xc3\xbc.git" },
		{ "file://localhost/srv/a", "", "", "", "/srv/a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct git_url u;
		struct err e = { 0 };
		if (git_url_parse(good[i].text, &u, &e) < 0)
			fail_msg("%s: %s", good[i].text, e.text);
		assert_string_equal(u.user, good[i].user);
		assert_string_equal(u.host, good[i].host);
		assert_string_equal(u.port, good[i].port);
		assert_string_equal(u.path, good[i].path);
	}
}

static void refuses_urls_that_do_something_else(void **state)
{
	static const char *const bad[] = {
		"",
		"git.example/a",
		"git@git.example:a",
		"ext::sh -c touch% /tmp/x",
		"git://git.example/a",
		"http://git.example/a",
		"http://127.0.0.1.evil.example/a",
		"http://localhost.evil.example/a",
		"https://token@git.example/a",
		"https://user:password@git.example/a",
		"ssh://git:password@git.example/a",
		"ssh://-oProxyCommand=touch@git.example/a",
		"ssh://-oProxyCommand=touch/a",
		"ssh://git@-oProxyCommand=touch/a",
		"ssh://g it@git.example/a",
		"ssh://git;id@git.example/a",
		"ssh://git@git.example:-1/a",
		"ssh://git@git.example:0/a",
		"ssh://git@git.example:65536/a",
		"ssh://git@git.example:22x/a",
		"ssh://git@git.example:/a",
		"https:///a",
		"https://[::1/a",
		"https://[::1]x/a",
		"https://git.example/a\nb",
		"https://git.example/a b",
		"https://git.example/a?b",
		"https://git.example/a#b",
		"https://git.example\\@evil.example/a",
		"https://g\xc3\xaft.example/a",
		"file://server/share",
		"file://relative",
		"file:///a\nb",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct git_url u;
		struct err e = { 0 };
		if (git_url_parse(bad[i], &u, &e) == 0)
			fail_msg("%s was taken", bad[i]);
		assert_int_equal(e.code, ERR_INPUT);
	}
}

static void never_repeats_a_password(void **state)
{
	static const char *const bad[] = {
		"https://user:hunter2@git.example/a",    "ssh://git:hunter2@git.example/a",
		"ftp://user:hunter2@git.example/a",      "https://git.example/a?token=hunter2",
		"https://git.example:x/a?token=hunter2", "https://user:x/hunter2@git.example/a"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct git_url u;
		struct err e = { 0 };
		assert_int_equal(git_url_parse(bad[i], &u, &e), -1);
		assert_null(strstr(e.text, "hunter2"));
	}
}

static bool fits(const char *url, const char *origin)
{
	struct git_url u;
	struct err e = { 0 };
	bool same = false;

	assert_int_equal(git_url_parse(url, &u, &e), 0);
	assert_int_equal(git_url_has_origin(&u, origin, &same, &e), 0);
	return same;
}

static void binds_a_credential_to_scheme_host_and_port(void **state)
{
	(void)state;
	assert_true(fits("https://git.example/a", "https://git.example"));
	assert_true(fits("https://git.example:443/a", "https://GIT.example"));
	assert_true(fits("ssh://git@git.example/a", "ssh://git@git.example"));
	assert_true(fits("ssh://git@git.example/a", "ssh://git.example:22"));
	assert_false(fits("https://git.example.evil.example/a", "https://git.example"));
	assert_false(fits("https://git.example:8443/a", "https://git.example"));
	assert_false(fits("http://localhost:443/a", "https://localhost"));
	assert_false(fits("ssh://root@git.example/a", "ssh://git@git.example"));
	assert_false(fits("ssh://git@git.example:443/a", "https://git.example"));
}

static void reads_percent_signs_of_a_file_url_as_bytes(void **state)
{
	static const char *const urls[][2] = {
		{ "file:///a/b", "/a/b" },
		{ "file:///a%20b%23c%25%c3%bc", "/a b#c%\xc3\xbc" },
		{ "file:///100%", "/100%" },
		{ "file:///a%4", "/a%4" },
		{ "file:///a%00b", "/a%00b" },
		{ "file://localhost/a%2fb", "/a/b" },
	};
	char path[GIT_URL_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct git_url u;
		struct err e = { 0 };
		assert_int_equal(git_url_parse(urls[i][0], &u, &e), 0);
		git_url_local_path(&u, path);
		assert_string_equal(path, urls[i][1]);
	}
}

static void flags_names_that_are_git_or_leave_the_tree(void **state)
{
	static const char *const bad[] = {
		"",
		".",
		"..",
		"...",
		"..  ",
		".git",
		".GIT",
		".Git ",
		".git. .",
		".git::$INDEX_ALLOCATION",
		".git:x",
		"git~1",
		"GIT~1",
		"git~27",
		"git~1.",
		".g\xe2\x80\x8cit",
		"\xef\xbb\xbf.git",
		"a/b",
		"a\\b",
		"a\nb",
		"a\x1b[1mb",
		"a\x7f",
		"a\xc2\x85",
		"a\xe2\x80\xaeyaml",
		"a\xe2\x81\xa6",
		"a\xe2\x80\x8b",
		"\xff",
		"\xc3",
		"\xed\xa0\x80",
	};
	static const char *const good[] = { "a.yaml", ".github", ".gitignore",    "git",
					    "git~",   "git~x",   "a:b",           "a b.pem",
					    "-x",     "..a",     "\xc3\xbc.yaml", "CON",
					    ".gitx",  "x.git" };
	char name[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!git_name_is_bad(bad[i], strlen(bad[i])))
			fail_msg("'%s' (%zu) passed", bad[i], i);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (git_name_is_bad(good[i], strlen(good[i])))
			fail_msg("'%s' was flagged", good[i]);
	memset(name, 'a', sizeof(name));
	assert_false(git_name_is_bad(name, 255));
	assert_true(git_name_is_bad(name, 256));
	assert_true(git_name_is_bad("a\0b", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_urls_apart),
		cmocka_unit_test(refuses_urls_that_do_something_else),
		cmocka_unit_test(never_repeats_a_password),
		cmocka_unit_test(binds_a_credential_to_scheme_host_and_port),
		cmocka_unit_test(reads_percent_signs_of_a_file_url_as_bytes),
		cmocka_unit_test(flags_names_that_are_git_or_leave_the_tree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
