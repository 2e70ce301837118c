/* SPDX-License-Identifier: Apache-2.0 */
/* The Git adapter against real servers on loopback: git-http-backend over TLS, sshd, a silent one.
 */
#include "tests/unit/reconcile/adapter/git/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static char tls12[64], tls13[64], ca[128], proxy[64], ssh[128], known_hosts[128], silent[16];
static int leash = -1; /* the servers end when it is closed */
static pid_t servers;

static void keep(const char *line)
{
	static const struct {
		const char *name;
		char *value;
		size_t size;
	} places[] = {
		{ "tls12", tls12, sizeof(tls12) },
		{ "tls13", tls13, sizeof(tls13) },
		{ "ca", ca, sizeof(ca) },
		{ "proxy", proxy, sizeof(proxy) },
		{ "ssh", ssh, sizeof(ssh) },
		{ "known_hosts", known_hosts, sizeof(known_hosts) },
		{ "silent", silent, sizeof(silent) },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		size_t len = strlen(places[i].name);
		if (strncmp(line, places[i].name, len) == 0 && line[len] == ' ')
			snprintf(places[i].value, places[i].size, "%.*s",
				 (int)strcspn(line + len + 1, "\n"), line + len + 1);
	}
}

static int start_servers(void **state)
{
	int in[2], out[2];
	char line[512] = "";

	if (make_top(state) < 0 || pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		return -1;
	servers = fork();
	if (servers == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		execlp("sh", "sh", "tests/unit/reconcile/adapter/git/serve.sh", top, NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	leash = in[1];
	FILE *f = fdopen(out[0], "r");
	while (strcmp(line, "ready\n") != 0 && fgets(line, sizeof(line), f))
		keep(line);
	fclose(f);
	sh("mkdir secrets && printf 'secret\\n' >secrets/good && printf wrong >secrets/bad && "
	   "cp secrets/good secrets/open && chmod 600 secrets/good secrets/bad");
	return silent[0] ? 0 : -1;
}

static int stop_servers(void **state)
{
	close(leash);
	waitpid(servers, NULL, 0);
	return drop_top(state);
}

static struct git_credential_options password(const char *origin, const char *file)
{
	return (struct git_credential_options){
		.origin = origin,
		.username = "writer",
		.file = in_top(file),
	};
}

static struct git_credential_options key(const char *file)
{
	return (struct git_credential_options){
		.origin = ssh,
		.ssh_key_file = in_top(file),
		.known_hosts_file = known_hosts,
	};
}

/* r.git on that server; valid until the next call but one. */
static const char *repo_on(const char *server)
{
	static char url[2][256];
	static unsigned next;
	char *u = url[next++ % 2];

	snprintf(u, sizeof(url[0]), "%s%s/r.git", server, server == ssh ? top : "");
	return u;
}

static int fetch_with(struct git_remote_options remote, char tip[OID_TEXT])
{
	struct git_source_options o = { .remote = remote };
	struct source *s;

	e = (struct err){ 0 };
	if (git_source_open(&o, &s, &e) < 0)
		return -1;
	int rc = s->ops->fetch(s, tip, &e);
	s->ops->close(s);
	return rc;
}

static struct git_remote_options remote_on(const char *server,
					   const struct git_credential_options *c)
{
	struct git_remote_options o = source_options(repo_on(server)).remote;

	o.credential = c;
	o.ca_file = server == ssh ? NULL : ca;
	return o;
}

static void push_and_fetch(const char *server, const struct git_credential_options *c)
{
	const struct publish_file f[] = { PUT("README.md", "hi\n") };
	struct git_publish_options o = publish_options(NULL);
	char tip[OID_TEXT], commit[OID_TEXT];
	struct publish *p;

	make_remote();
	sh("git -C r.git config http.receivepack true");
	want(fetch_with(remote_on(server, c), tip), 0);
	assert_string_equal(tip, sh("git -C r.git rev-parse main"));
	o.remote = remote_on(server, c);
	o.remote.branch = "apnsctl-status";
	o.remote.mirror = in_top("p");
	want(git_publish_open(&o, &p, &e), 0);
	want(p->ops->push(p, f, 1, "Status\n", commit, &e), 0);
	assert_string_equal(commit, sh("git -C r.git rev-parse apnsctl-status"));
	p->ops->close(p);
}

static void https_with_tls_1_2(void **state)
{
	struct git_credential_options c = password(tls12, "secrets/good");

	(void)state;
	push_and_fetch(tls12, &c);
}

static void https_with_tls_1_3_only(void **state)
{
	struct git_credential_options c = password(tls13, "secrets/good");

	(void)state;
	push_and_fetch(tls13, &c);
}

static void https_through_a_proxy(void **state)
{
	struct git_credential_options c = password("https://git.example", "secrets/good");
	struct git_remote_options o;
	char tip[OID_TEXT];

	(void)state;
	make_remote();
	setenv("https_proxy", proxy, 1);
	o = remote_on(tls13, &c);
	o.url = "https://git.example/r.git";
	want(fetch_with(o, tip), 0);
	unsetenv("https_proxy");
	assert_string_equal(tip, sh("git -C r.git rev-parse main"));
}

static void an_unknown_ca_is_refused(void **state)
{
	struct git_credential_options c = password(tls13, "secrets/good");
	struct git_remote_options o;
	char tip[OID_TEXT], text[512];

	(void)state;
	make_remote();
	o = remote_on(tls13, &c);
	o.ca_file = NULL;
	want(fetch_with(o, tip), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	snprintf(text, sizeof(text),
		 "fetching %s: the certificate of 127.0.0.1 is not trusted: "
		 "unable to get local issuer certificate; put the CA that issued it into caFile",
		 o.url);
	assert_string_equal(e.text, text);
}

static void another_name_is_refused(void **state)
{
	struct git_remote_options o;
	char tip[OID_TEXT], url[128];

	(void)state;
	make_remote();
	snprintf(url, sizeof(url), "https://localhost:%s/r.git", strrchr(tls13, ':') + 1);
	o = remote_on(tls13, NULL);
	o.url = url;
	want(fetch_with(o, tip), -1);
	assert_non_null(strstr(e.text, "the certificate that localhost sent is for another name"));
}

static int count_lines(const char *pattern)
{
	return atoi(sh("cat tls/*.log | grep -c '%s' || true", pattern));
}

static void a_wrong_password_is_tried_once(void **state)
{
	struct git_credential_options c = password(tls13, "secrets/bad");
	struct git_remote_options o;
	char tip[OID_TEXT], text[512];

	(void)state;
	make_remote();
	int before = count_lines("password doesn.t match");
	o = remote_on(tls13, &c);
	want(fetch_with(o, tip), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	snprintf(text, sizeof(text),
		 "fetching %s: the server refuses user writer with the password "
		 "in %s",
		 o.url, c.file);
	assert_string_equal(e.text, text);
	assert_int_equal(count_lines("password doesn.t match") - before, 1);
}

static void a_missing_or_empty_credential_is_told(void **state)
{
	struct git_credential_options c = password(tls13, "secrets/none");
	char tip[OID_TEXT];

	(void)state;
	make_remote();
	want(fetch_with(remote_on(tls13, &c), tip), -1);
	assert_non_null(strstr(e.text, "secrets/none: No such file or directory"));
	sh(": >secrets/none && chmod 600 secrets/none");
	want(fetch_with(remote_on(tls13, &c), tip), -1);
	assert_non_null(strstr(e.text, "secrets/none is empty or binary"));
	want(fetch_with(remote_on(tls13, NULL), tip), -1);
	assert_non_null(strstr(e.text, "the server wants to know who we are; name a credential"));
}

static void a_credential_that_others_can_read_is_not_used(void **state)
{
	struct git_credential_options c = password(tls13, "secrets/open");
	char tip[OID_TEXT];

	(void)state;
	make_remote();
	want(fetch_with(remote_on(tls13, &c), tip), -1);
	assert_non_null(strstr(e.text, "secrets/open holds a secret but is open to others (mode "
				       "0644): run `chmod 600 "));
}

/* The other port asks for the same password and would get it. */
static void a_redirect_to_another_port_is_not_followed(void **state)
{
	struct git_credential_options c = password(tls13, "secrets/good");
	struct git_remote_options o;
	char tip[OID_TEXT], url[256], text[512];

	(void)state;
	make_remote();
	snprintf(url, sizeof(url), "%s/to/%s/r.git", tls13, strrchr(tls12, ':') + 1);
	o = remote_on(tls13, &c);
	o.url = url;
	want(fetch_with(o, tip), -1);
	snprintf(text, sizeof(text),
		 "fetching %s: the server redirects to 127.0.0.1 port %s; "
		 "redirects are not followed, write the final URL",
		 url, strrchr(tls12, ':') + 1);
	assert_string_equal(e.text, text);
}

static void a_redirect_is_not_followed_through_a_proxy(void **state)
{
	struct git_credential_options c = password("https://git.example", "secrets/good");
	struct git_remote_options o;
	char tip[OID_TEXT], url[256], text[512];

	(void)state;
	make_remote();
	snprintf(url, sizeof(url), "https://git.example/to/%s/r.git", strrchr(tls13, ':') + 1);
	o = remote_on(tls13, &c);
	o.url = url;
	setenv("https_proxy", proxy, 1);
	want(fetch_with(o, tip), -1);
	unsetenv("https_proxy");
	snprintf(
	    text, sizeof(text),
	    "fetching %s: the server redirects elsewhere; redirects are not followed, write the "
	    "final URL",
	    url);
	assert_string_equal(e.text, text);
}

static void a_repository_that_is_not_there_is_told(void **state)
{
	struct git_credential_options c = password(tls13, "secrets/good");
	struct git_remote_options o;
	char tip[OID_TEXT];

	(void)state;
	make_remote();
	sh("rm -rf r.git");
	o = remote_on(tls13, &c);
	want(fetch_with(o, tip), -1);
	assert_non_null(
	    strstr(e.text, "there is no such repository, or the credential may not see it"));
}

static void ssh_with_an_ed25519_key(void **state)
{
	struct git_credential_options c = key("ssh/id_ed25519");

	(void)state;
	push_and_fetch(ssh, &c);
}

static void ssh_with_an_rsa_key(void **state)
{
	struct git_credential_options c = key("ssh/id_rsa");

	(void)state;
	push_and_fetch(ssh, &c);
}

static void an_unknown_host_key_is_refused(void **state)
{
	struct git_credential_options c = key("ssh/id_ed25519");
	char tip[OID_TEXT];

	(void)state;
	make_remote();
	sh(": >ssh/nobody");
	c.known_hosts_file = in_top("ssh/nobody");
	want(fetch_with(remote_on(ssh, &c), tip), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	assert_non_null(strstr(e.text, "ssh: "));
	assert_non_null(strstr(e.text, "Host key verification failed."));
	assert_string_equal(sh("cat ssh/nobody"), "");
}

static void an_unknown_user_key_is_refused(void **state)
{
	struct git_credential_options c = key("ssh/stranger");
	char tip[OID_TEXT];

	(void)state;
	make_remote();
	sh("ssh-keygen -q -t ed25519 -N '' -f ssh/stranger");
	want(fetch_with(remote_on(ssh, &c), tip), -1);
	assert_non_null(strstr(e.text, "Permission denied (publickey)"));
}

static void a_path_is_no_command(void **state)
{
	struct git_credential_options c = key("ssh/id_ed25519");
	struct git_remote_options o;
	char tip[OID_TEXT], url[256];

	(void)state;
	make_remote();
	sh("rm -rf \"it's \\$(touch x)!.git\" && cp -r r.git \"it's \\$(touch x)!.git\"");
	snprintf(url, sizeof(url), "%s%s/it's%%20$(touch%%20x)!.git", ssh, top);
	o = remote_on(ssh, &c);
	o.url = url;
	want(fetch_with(o, tip), 0);
	assert_string_equal(tip, sh("git -C r.git rev-parse main"));
}

static void a_silent_server_ends_at_its_deadline(const char *scheme)
{
	struct git_credential_options c = key("ssh/id_ed25519");
	struct git_remote_options o;
	char tip[OID_TEXT], url[256];
	struct timespec from, to;

	make_remote();
	snprintf(url, sizeof(url), "%s127.0.0.1:%s/r.git", scheme, silent);
	o = remote_on(tls13, NULL);
	c.origin = url;
	if (scheme[0] == 's')
		o.credential = &c;
	o.url = url;
	o.timeout = 1;
	clock_gettime(CLOCK_MONOTONIC, &from);
	want(fetch_with(o, tip), -1);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_non_null(strstr(e.text, "no answer within 1 s (timeout) while "));
	assert_in_range(to.tv_sec - from.tv_sec, 0, 5);
}

static void silence_over_https_ssh_and_http_has_an_end(void **state)
{
	(void)state;
	a_silent_server_ends_at_its_deadline("https://");
	a_silent_server_ends_at_its_deadline("ssh://");
	a_silent_server_ends_at_its_deadline("http://");
}

static void a_closed_port_is_told(void **state)
{
	struct git_remote_options o;
	char tip[OID_TEXT];

	(void)state;
	make_remote();
	o = remote_on(tls13, NULL);
	o.url = "https://127.0.0.1:1/r.git";
	want(fetch_with(o, tip), -1);
	assert_string_equal(e.text, "fetching https://127.0.0.1:1/r.git: 127.0.0.1 port 1: "
				    "Connection refused");
}

static void no_more_is_taken_than_allowed(const char *server,
					  const struct git_credential_options *c)
{
	struct git_remote_options o;
	char tip[OID_TEXT];

	make_remote();
	sh("cd w && head -c 300000 /dev/urandom >big && git add . && git commit -qm big && "
	   "git push -q ../r.git main");
	o = remote_on(server, c);
	o.receive_max = 100 * 1024;
	want(fetch_with(o, tip), -1);
	assert_non_null(strstr(e.text,
			       "the server sent more than 100 KiB; that is no repository of "
			       "manifests"));
}

static void a_flood_is_cut_off(void **state)
{
	struct git_credential_options c = password(tls13, "secrets/good"), k = key("ssh/id_rsa");

	(void)state;
	no_more_is_taken_than_allowed(tls13, &c);
	no_more_is_taken_than_allowed(ssh, &k);
}

/* What libgit2 says of it, not that ssh ended when it was given up. */
static void a_delta_larger_than_all_that_may_come_is_refused(void **state)
{
	struct git_credential_options c = password(tls13, "secrets/good"), k = key("ssh/id_rsa");
	const char *on[] = { tls13, ssh };
	char tip[OID_TEXT], text[512];

	(void)state;
	make_remote();
	sh("cd w && head -c 20000000 /dev/zero >big && git add . && git commit -qm big && "
	   "echo more >>big && git commit -qam bigger && git push -q ../r.git main && "
	   "git -C ../r.git repack -adfq");
	for (size_t i = 0; i < 2; i++) {
		struct git_remote_options o = remote_on(on[i], i ? &k : &c);
		o.receive_max = 1 << 20;
		want(fetch_with(o, tip), -1);
		snprintf(text, sizeof(text),
			 "fetching %s: failed to apply delta: overly large object", o.url);
		assert_string_equal(e.text, text);
		o.receive_max = 0;
		want(fetch_with(o, tip), 0);
		sh("rm -rf m");
	}
}

static struct publish *publish_on(const char *server, const struct git_credential_options *c)
{
	struct git_publish_options o = publish_options(NULL);
	struct publish *p = NULL;

	o.remote = remote_on(server, c);
	o.remote.branch = "apnsctl-status";
	o.remote.mirror = in_top("p");
	e = (struct err){ 0 };
	want(git_publish_open(&o, &p, &e), 0);
	return p;
}

static void a_hook_that_refuses(const char *server, const struct git_credential_options *c)
{
	const struct publish_file f[] = { PUT("README.md", "hi\n") };
	char commit[OID_TEXT], text[512];

	make_remote();
	sh("cd r.git && git config http.receivepack true && printf '#!/bin/sh\\necho \"only "
	   "\\033[31mbots\\033[0m may push\"\\necho \"ask the team\" >&2\\nexit 1\\n' "
	   ">hooks/pre-receive && chmod +x hooks/pre-receive");
	struct publish *p = publish_on(server, c);
	want(p->ops->push(p, f, 1, "Status\n", commit, &e), -1);
	assert_int_equal(e.code, ERR_PUBLISH);
	snprintf(text, sizeof(text),
		 "%s refused the push to apnsctl-status: pre-receive hook declined "
		 "(it says: only \\x1b[31mbots\\x1b[0m may push; ask the team)",
		 repo_on(server));
	assert_string_equal(e.text, text);
	assert_string_equal(sh("git -C r.git branch --list apnsctl-status"), "");
	sh("rm r.git/hooks/pre-receive");
	want(p->ops->push(p, f, 1, "Status\n", commit, &e), 0);
	assert_string_equal(sh("git -C r.git rev-parse apnsctl-status"), commit);
	p->ops->close(p);
}

static void a_refused_push_is_an_error_with_the_servers_words(void **state)
{
	struct git_credential_options c = password(tls13, "secrets/good"),
				      k = key("ssh/id_ed25519");

	(void)state;
	a_hook_that_refuses(tls13, &c);
	a_hook_that_refuses(ssh, &k);
}

/* Another controller is faster each time, until it has pushed `times`. */
static int push_against_a_rival(const char *server, const struct git_credential_options *c,
				int times, char commit[OID_TEXT])
{
	const struct publish_file f[] = { PUT("README.md", "ours\n") };

	make_remote();
	sh("cd r.git && git config http.receivepack true && printf '#!/bin/sh\\n"
	   "n=$(cat rivals 2>/dev/null || echo 0)\\n[ $n -lt %d ] || exit 0\\n"
	   "echo $((n + 1)) >rivals\\nunset GIT_QUARANTINE_PATH\\n"
	   "export GIT_AUTHOR_NAME=r GIT_AUTHOR_EMAIL=r@r GIT_COMMITTER_NAME=r "
	   "GIT_COMMITTER_EMAIL=r@r\\n"
	   "git update-ref refs/heads/apnsctl-status \"$(git commit-tree -m rival "
	   "$(git rev-parse -q --verify apnsctl-status | sed \"s/^/-p /\") main^{tree})\"\\n' "
	   ">hooks/pre-receive && chmod +x hooks/pre-receive",
	   times);
	struct publish *p = publish_on(server, c);
	int rc = p->ops->push(p, f, 1, "Status\n", commit, &e);
	p->ops->close(p);
	return rc;
}

static void a_moved_branch_is_taken_over_and_pushed_again(void **state)
{
	struct git_credential_options k = key("ssh/id_ed25519");
	char commit[OID_TEXT];

	(void)state;
	want(push_against_a_rival(ssh, &k, 2, commit), 0);
	assert_string_equal(sh("git -C r.git rev-parse apnsctl-status"), commit);
	assert_string_equal(sh("git -C r.git log --format=%%s apnsctl-status"),
			    "Status\nrival\nrival");
	assert_string_equal(sh("git -C r.git show apnsctl-status:organization.yaml"), "one");
}

static void after_five_tries_it_is_left_to_the_next_run(void **state)
{
	struct git_credential_options k = key("ssh/id_ed25519");
	char commit[OID_TEXT];

	(void)state;
	want(push_against_a_rival(ssh, &k, 99, commit), -1);
	assert_int_equal(e.code, ERR_PUBLISH);
	assert_non_null(strstr(e.text, "was moved by somebody else 5 times in a row; the next run "
				       "tries again"));
	assert_string_equal(sh("git -C r.git rev-list --count apnsctl-status"), "5");
}

/* The server takes the push and dies before it says so. */
static void a_push_whose_answer_is_lost_counts_when_it_arrived(void **state)
{
	const struct publish_file f[] = { PUT("README.md", "ours\n") };
	struct git_credential_options k = key("ssh/id_ed25519");
	char commit[OID_TEXT];

	(void)state;
	make_remote();
	sh("cd r.git && printf '#!/bin/sh\\nkill -9 $PPID\\n' >hooks/post-receive && "
	   "chmod +x hooks/post-receive");
	struct publish *p = publish_on(ssh, &k);
	want(p->ops->push(p, f, 1, "Status\n", commit, &e), 0);
	assert_string_equal(sh("git -C r.git rev-parse apnsctl-status"), commit);
	p->ops->close(p);
}

static void a_reader_may_not_push(void **state)
{
	const struct publish_file f[] = { PUT("README.md", "ours\n") };
	struct git_credential_options c = password(tls13, "secrets/good");
	char commit[OID_TEXT];

	(void)state;
	make_remote();
	sh("git -C r.git config http.receivepack false");
	struct publish *p = publish_on(tls13, &c);
	want(p->ops->push(p, f, 1, "Status\n", commit, &e), -1);
	assert_int_equal(e.code, ERR_PUBLISH);
	assert_non_null(strstr(e.text, "; the credential may not do that here"));
	p->ops->close(p);
}

static void no_ssh_process_is_left_behind(void **state)
{
	(void)state;
	close(leash);
	leash = -1;
	waitpid(servers, NULL, 0);
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(https_with_tls_1_2),
		cmocka_unit_test(https_with_tls_1_3_only),
		cmocka_unit_test(https_through_a_proxy),
		cmocka_unit_test(an_unknown_ca_is_refused),
		cmocka_unit_test(another_name_is_refused),
		cmocka_unit_test(a_wrong_password_is_tried_once),
		cmocka_unit_test(a_missing_or_empty_credential_is_told),
		cmocka_unit_test(a_credential_that_others_can_read_is_not_used),
		cmocka_unit_test(a_redirect_to_another_port_is_not_followed),
		cmocka_unit_test(a_redirect_is_not_followed_through_a_proxy),
		cmocka_unit_test(a_repository_that_is_not_there_is_told),
		cmocka_unit_test(ssh_with_an_ed25519_key),
		cmocka_unit_test(ssh_with_an_rsa_key),
		cmocka_unit_test(an_unknown_host_key_is_refused),
		cmocka_unit_test(an_unknown_user_key_is_refused),
		cmocka_unit_test(a_path_is_no_command),
		cmocka_unit_test(silence_over_https_ssh_and_http_has_an_end),
		cmocka_unit_test(a_closed_port_is_told),
		cmocka_unit_test(a_flood_is_cut_off),
		cmocka_unit_test(a_delta_larger_than_all_that_may_come_is_refused),
		cmocka_unit_test(a_refused_push_is_an_error_with_the_servers_words),
		cmocka_unit_test(a_moved_branch_is_taken_over_and_pushed_again),
		cmocka_unit_test(after_five_tries_it_is_left_to_the_next_run),
		cmocka_unit_test(a_push_whose_answer_is_lost_counts_when_it_arrived),
		cmocka_unit_test(a_reader_may_not_push),
		cmocka_unit_test(no_ssh_process_is_left_behind),
	};
	return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
