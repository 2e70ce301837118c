/* SPDX-License-Identifier: Apache-2.0 */
/* What leaves this host for MDM servers, and what never does. */
#include "tests/unit/reconcile/adapter/curl/web.h"

#include <signal.h>
#include <sys/stat.h>

#include "reconcile/adapter/curl/http.h"
#include "schema/base/text.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"

static char secret_file[] = "/tmp/test_http_secret.XXXXXX";
static const char *const everyone[] = { "*" };
static const char *const acme[] = { "acme" };

/* The client of a test: everything is allowed on the port of the server; tests take away. */
struct fixture {
	struct web web;
	char origin[64], allow[32], url[128];
	const char *allow_list[1];
	struct http_credential credential;
	struct http_destination destination;
	struct http_options options;
	struct key_ref key;
	struct http *http;
	struct arena mem;
	struct http_request request;
	struct http_response answer;
};

static int setup(void **state)
{
	peer_setup(state);
	int fd = mkstemp(secret_file);
	assert_int_equal(write(fd, "s3cret\n", 7), 7);
	close(fd);
	return 0;
}

static int teardown(void **state)
{
	unlink(secret_file);
	return peer_teardown(state);
}

static void prepare(struct fixture *f)
{
	web_start(&f->web);
	snprintf(f->origin, sizeof(f->origin), "%s://127.0.0.1:%u", f->web.tls ? "https" : "http",
		 f->web.port);
	snprintf(f->allow, sizeof(f->allow), "127.0.0.1:%u", f->web.port);
	snprintf(f->url, sizeof(f->url), "%s/v1/pushcert?topic=a", f->origin);
	f->allow_list[0] = f->allow;
	f->credential =
	    (struct http_credential){ "nano-key", f->origin, secret_file, "nanomdm", everyone, 1 };
	f->destination = (struct http_destination){ f->origin, everyone, 1 };
	f->options = (struct http_options){ .ca_file = peer_ca_file,
					    .concurrency = 4,
					    .timeout_s = 20,
					    .credential = &f->credential,
					    .n_credential = 1,
					    .destination = &f->destination,
					    .n_destination = 1,
					    .allow = f->allow_list,
					    .n_allow = 1 };
	f->request = (struct http_request){ .method = HTTP_GET, .tenant = "acme", .url = f->url };
}

static void send_all(struct fixture *f, const struct http_request *r, size_t n,
		     struct http_response *out)
{
	struct err e = { 0 };

	if (http_open(&f->options, &peer_keys, &f->http, &e) != 0)
		fail_msg("%s", e.text);
	f->http->ops->exchange(f->http, r, n, &f->mem, out);
	f->http->ops->close(f->http);
	web_stop(&f->web);
}

static void send_one(struct fixture *f)
{
	send_all(f, &f->request, 1, &f->answer);
}

static void done(struct fixture *f)
{
	buf_release(&f->web.asked);
	arena_release(&f->mem);
}

static void asked(const struct fixture *f, const char *part)
{
	if (!strstr(buf_str(&f->web.asked), part))
		fail_msg("missing %s in: %s", part, buf_str(&f->web.asked));
}

static void is_denied(struct fixture *f, const char *text)
{
	send_one(f);
	assert_int_equal(f->answer.fault, HTTP_FAULT_DENIED);
	assert_string_equal(f->answer.text, text);
	assert_int_equal(f->web.served, 0);
	assert_int_equal(f->web.asked.len, 0);
	done(f);
}

static void an_answer_comes_back_as_it_is(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = "HTTP/1.1 500 Internal Server Error\r\n"
						"Content-Length: 5\r\n\r\nhello" } };

	prepare(&f);
	send_one(&f);
	assert_int_equal(f.answer.fault, HTTP_FAULT_NONE);
	assert_int_equal(f.answer.status, 500);
	assert_int_equal(f.answer.body.len, 5);
	assert_string_equal((const char *)f.answer.body.data, "hello");
	asked(&f, "GET /v1/pushcert?topic=a HTTP/1.1\r\n");
	assert_null(strstr(buf_str(&f.web.asked), "Authorization"));
	done(&f);
}

static void a_credential_goes_along_as_basic_authentication(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = OK } };

	prepare(&f);
	f.request.credential = "nano-key";
	send_one(&f);
	assert_int_equal(f.answer.status, 200);
	asked(&f, "Authorization: Basic bmFub21kbTpzM2NyZXQ=\r\n"); /* nanomdm:s3cret */
	done(&f);
	prepare(&f);
	f.request.credential = "nano-key";
	f.request.user = "hub";
	send_one(&f);
	asked(&f, "Authorization: Basic aHViOnMzY3JldA==\r\n");
	done(&f);
}

static void an_upload_is_the_body_and_the_key_behind_it(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = OK, .tls = true } };

	prepare(&f);
	f.request.method = HTTP_PUT;
	f.request.content_type = "text/plain";
	f.request.body = (struct blob){ "CERTIFICATE\n", 12 };
	f.request.append_key = &f.key;
	send_one(&f);
	assert_int_equal(f.answer.status, 200);
	asked(&f, "PUT /v1/pushcert?topic=a HTTP/1.1\r\n");
	asked(&f, "Content-Type: text/plain\r\n");
	asked(&f, "\r\n\r\nCERTIFICATE\n-----BEGIN PRIVATE KEY-----\n");
	asked(&f, "-----END PRIVATE KEY-----\n");
	assert_null(strstr(buf_str(&f.web.asked), "Expect"));
	done(&f);
}

static void a_credential_never_goes_to_another_origin_or_for_another_tenant(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = OK } };
	char text[512];

	prepare(&f);
	f.request.credential = "nano-key";
	f.credential.origin = "https://mdm.example";
	snprintf(
	    text, sizeof(text),
	    "the credential nano-key is bound to https://mdm.example and does not go to %s; the "
	    "controller's config decides that",
	    f.origin);
	is_denied(&f, text);
	prepare(&f);
	f.request.credential = "nano-key";
	f.credential.tenants = (const char *const[]){ "other" };
	is_denied(&f, "the credential nano-key is not for the tenant acme; the controller's config "
		      "decides that");
	prepare(&f);
	f.request.credential = "nano-key";
	f.credential.n_tenants = 0;
	is_denied(&f, "the credential nano-key is not for the tenant acme; the controller's config "
		      "decides that");
	prepare(&f);
	f.request.credential = "git-write";
	is_denied(&f, "the credential git-write does not stand in the controller's config");
}

static void a_key_goes_to_key_destinations_only(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = OK } };
	char text[512];

	prepare(&f);
	f.request.method = HTTP_PUT;
	f.request.append_key = &f.key;
	f.destination.tenants = (const char *const[]){ "other" };
	snprintf(text, sizeof(text),
		 "%s is no key destination of the tenant acme; only keyDestinations of the "
		 "controller's config lets a private key leave",
		 f.origin);
	is_denied(&f, text);
	prepare(&f);
	f.request.method = HTTP_PUT;
	f.request.append_key = &f.key;
	f.options.n_destination = 0;
	snprintf(text, sizeof(text),
		 "%s is no key destination of the tenant acme; only keyDestinations of the "
		 "controller's config lets a private key leave",
		 f.origin);
	is_denied(&f, text);
	prepare(&f);
	f.request.method = HTTP_PUT;
	f.request.append_key = &f.key;
	f.destination.tenants = acme;
	peer_key_sealed = true;
	is_denied(&f, "the key store is sealed");
	peer_key_sealed = false;
}

static void an_origin_that_the_config_does_not_name_is_not_spoken_to(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = OK } };
	char text[512];

	prepare(&f);
	f.options.n_credential = f.options.n_destination = f.options.n_allow = 0;
	snprintf(text, sizeof(text),
		 "%s stands neither in credentials nor in keyDestinations nor in network.allow of "
		 "the controller's config",
		 f.origin);
	is_denied(&f, text);
}

static void local_addresses_need_an_entry_in_allow(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = OK } };
	char text[512];

	prepare(&f);
	f.options.n_allow = 0;
	snprintf(text, sizeof(text),
		 "its address is a private, loopback or link-local one; if that is right, write "
		 "127.0.0.1:%u into network.allow of the controller's config",
		 f.web.port);
	is_denied(&f, text);
	/* The same address in another spelling, behind a name. */
	prepare(&f);
	f.options.n_allow = 0;
	snprintf(f.url, sizeof(f.url), "http://localhost:%u/", f.web.port);
	snprintf(f.origin, sizeof(f.origin), "http://localhost:%u", f.web.port);
	snprintf(text, sizeof(text),
		 "its address is a private, loopback or link-local one; if that is right, write "
		 "localhost:%u into network.allow of the controller's config",
		 f.web.port);
	is_denied(&f, text);
}

static void strange_urls_are_refused(void **state)
{
	(void)state;
	const char *const urls[] = {
		"ftp://127.0.0.1/",
		"file:///etc/passwd",
		"https://user:pw@127.0.0.1/",
		"127.0.0.1/",
		"directory://deployed/a/b",
		"https://",
		"",
		"https://127.0.0.1:99999/",
	};

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct fixture f = { .web = { .answer = OK } };
		prepare(&f);
		f.request.url = urls[i];
		is_denied(&f, "its address is no https:// URL of a server");
	}
}

static void a_redirect_is_an_answer(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = "HTTP/1.1 301 Moved Permanently\r\n"
						"Location: http://127.0.0.1:1/\r\n"
						"Content-Length: 0\r\n\r\n" } };

	prepare(&f);
	f.request.credential = "nano-key";
	send_one(&f);
	assert_int_equal(f.answer.fault, HTTP_FAULT_NONE);
	assert_int_equal(f.answer.status, 301);
	assert_int_equal(f.web.served, 1);
	done(&f);
}

static void a_server_that_does_not_answer_ends_with_the_time_limit(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = NULL } };
	char text[128];

	prepare(&f);
	f.options.timeout_s = 1;
	send_one(&f);
	snprintf(text, sizeof(text), "%s gave no answer within 1 s", f.origin);
	assert_int_equal(f.answer.fault, HTTP_FAULT_TIMEOUT);
	assert_string_equal(f.answer.text, text);
	done(&f);
}

static void an_answer_without_end_is_cut_off(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = "HTTP/1.1 200 OK\r\n\r\n",
				      .filler = 2 * HTTP_BODY_MAX } };

	prepare(&f);
	send_one(&f);
	assert_int_equal(f.answer.fault, HTTP_FAULT_OTHER);
	assert_non_null(strstr(f.answer.text, "longer than 1 MiB"));
	done(&f);
}

static void trust_and_connection_faults_are_told_apart(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = OK, .tls = true } };
	char text[128];

	prepare(&f);
	f.options.ca_file = NULL;
	send_one(&f);
	assert_int_equal(f.answer.fault, HTTP_FAULT_TLS);
	assert_int_equal(f.web.served, 0);
	done(&f);
	prepare(&f);
	web_stop(&f.web);
	struct err e = { 0 };
	assert_int_equal(http_open(&f.options, &peer_keys, &f.http, &e), 0);
	f.http->ops->exchange(f.http, &f.request, 1, &f.mem, &f.answer);
	f.http->ops->close(f.http);
	snprintf(text, sizeof(text), "no connection to %s: Connection refused", f.origin);
	assert_int_equal(f.answer.fault, HTTP_FAULT_CONNECT);
	assert_string_equal(f.answer.text, text);
	done(&f);
}

static void requests_of_one_url_wait_for_each_other_and_others_do_not(void **state)
{
	(void)state;
	enum { N = 12 };
	struct fixture f = { .web = { .answer = OK, .delay_ms = 50 } };
	struct http_request r[N];
	struct http_response out[N];
	char urls[N][160];

	prepare(&f);
	for (int i = 0; i < N; i++)
		r[i] = f.request;
	send_all(&f, r, N, out);
	assert_int_equal(f.web.most, 1);
	assert_int_equal(f.web.served, N);
	done(&f);

	struct fixture g = { .web = { .answer = OK, .delay_ms = 50 } };
	prepare(&g);
	for (int i = 0; i < N; i++) {
		snprintf(urls[i], sizeof(urls[i]), "%s%d", g.url, i);
		r[i] = g.request;
		r[i].url = urls[i];
	}
	send_all(&g, r, N, out);
	assert_true(g.web.most >= 2 && g.web.most <= 5);
	for (int i = 0; i < N; i++)
		assert_int_equal(out[i].status, 200);
	done(&g);
}

static void a_denied_request_does_not_hold_up_its_neighbours(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = OK } };
	struct http_request r[3];
	struct http_response out[3];

	prepare(&f);
	r[0] = r[1] = r[2] = f.request;
	r[0].credential = "missing";
	r[1].url = "nonsense";
	send_all(&f, r, 3, out);
	assert_int_equal(out[0].fault, HTTP_FAULT_DENIED);
	assert_int_equal(out[1].fault, HTTP_FAULT_DENIED);
	assert_int_equal(out[2].status, 200);
	done(&f);
}

static void a_credential_file_open_to_others_is_refused(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = OK } };
	char text[512];

	prepare(&f);
	f.request.credential = "nano-key";
	f.credential.file = "/nonexistent/secret";
	is_denied(&f, "the credential nano-key: can not read /nonexistent/secret: No such file or "
		      "directory");
	prepare(&f);
	f.request.credential = "nano-key";
	chmod(secret_file, 0644);
	snprintf(
	    text, sizeof(text),
	    "the credential nano-key: %s holds a secret but is open to others (mode 0644): run "
	    "`chmod 600 %s`",
	    secret_file, secret_file);
	is_denied(&f, text);
	chmod(secret_file, 0600);
}

static void a_config_that_can_not_be_read_is_refused_at_once(void **state)
{
	(void)state;
	struct fixture f = { .web = { .answer = OK } };
	struct err e = { 0 };

	prepare(&f);
	web_stop(&f.web);
	f.credential.origin = "mdm.example";
	assert_int_equal(http_open(&f.options, &peer_keys, &f.http, &e), -1);
	assert_string_equal(e.text, "nano-key: the origin mdm.example has to be https://host or "
				    "https://host:port");
	done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_back_as_it_is),
		cmocka_unit_test(a_credential_goes_along_as_basic_authentication),
		cmocka_unit_test(an_upload_is_the_body_and_the_key_behind_it),
		cmocka_unit_test(a_credential_never_goes_to_another_origin_or_for_another_tenant),
		cmocka_unit_test(a_key_goes_to_key_destinations_only),
		cmocka_unit_test(an_origin_that_the_config_does_not_name_is_not_spoken_to),
		cmocka_unit_test(local_addresses_need_an_entry_in_allow),
		cmocka_unit_test(strange_urls_are_refused),
		cmocka_unit_test(a_redirect_is_an_answer),
		cmocka_unit_test(a_server_that_does_not_answer_ends_with_the_time_limit),
		cmocka_unit_test(an_answer_without_end_is_cut_off),
		cmocka_unit_test(trust_and_connection_faults_are_told_apart),
		cmocka_unit_test(requests_of_one_url_wait_for_each_other_and_others_do_not),
		cmocka_unit_test(a_denied_request_does_not_hold_up_its_neighbours),
		cmocka_unit_test(a_credential_file_open_to_others_is_refused),
		cmocka_unit_test(a_config_that_can_not_be_read_is_refused_at_once),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, setup, teardown);
}
