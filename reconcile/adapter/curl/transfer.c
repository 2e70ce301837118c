/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/curl/transfer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reconcile/adapter/curl/address.h"
#include "reconcile/adapter/curl/library.h"
#include "reconcile/adapter/file/file.h"

enum { HEAD_MAX = 64 * 1024 };

static size_t on_body(char *bytes, size_t size, size_t n, void *self)
{
	struct transfer *t = self;

	buf_add(&t->answer, bytes, size * n);
	return t->answer.full ? 0 : size * n;
}

static size_t on_header(char *bytes, size_t size, size_t n, void *self)
{
	struct transfer *t = self;

	(void)bytes;
	t->head_bytes += size * n;
	return t->head_bytes > HEAD_MAX ? 0 : size * n;
}

/* The address is the one that the connection goes to: no name can change its mind after this. */
static curl_socket_t on_socket(void *self, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transfer *t = self;
	enum address_kind kind = address_kind(&a->addr, a->addrlen);
	const char *host = strstr(t->permit.origin, "://") + 3;

	(void)purpose;
	if (kind != ADDRESS_PUBLIC && !t->permit.may_be_local)
		t->refused =
		    arena_printf(t->mem,
				 "its address is a private, loopback or link-local one; if "
				 "that is right, write %s into network.allow of the "
				 "controller's config",
				 host);
	else if (kind != ADDRESS_LOOPBACK && t->permit.plain)
		t->refused = "plain http:// is for loopback addresses only; use https://";
	else
		return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
	return CURL_SOCKET_BAD;
}

static const char *read_credential(struct transfer *t)
{
	struct secret password = SECRET_INIT;
	struct err e = { 0 };

	if (file_read_secret(t->permit.credential->file, &password, &e) < 0)
		return arena_printf(t->mem, "the credential %s: %s", t->permit.credential->name,
				    e.text);
	while (password.len && strchr("\r\n", password.data[password.len - 1]))
		password.data[--password.len] = 0;
	curl.easy_setopt(t->easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
	curl.easy_setopt(t->easy, CURLOPT_USERNAME, t->permit.user);
	curl.easy_setopt(t->easy, CURLOPT_PASSWORD, (const char *)password.data);
	bool empty = password.len == 0;
	secret_release(&password);
	return empty ? arena_printf(t->mem, "the file of the credential %s is empty",
				    t->permit.credential->name)
		     : NULL;
}

static const char *make_body(struct transfer *t, struct keys *keys)
{
	struct secret key = SECRET_INIT;
	struct err e = { 0 };

	secret_add(&t->body, t->request->body.data, t->request->body.len);
	if (t->request->append_key) {
		if (keys->ops->lend(keys, t->request->append_key, KEY_PKCS8_PEM, &key, &e) < 0)
			return arena_strdup(t->mem, e.text);
		secret_add(&t->body, key.data, key.len);
		secret_release(&key);
	}
	curl.easy_setopt(t->easy, CURLOPT_POSTFIELDS, t->body.data);
	curl.easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->body.len);
	return NULL;
}

static void add_header(struct transfer *t, const char *name, const char *value)
{
	char line[256];

	snprintf(line, sizeof(line), "%s: %s", name, value);
	struct curl_slist *more = curl.slist_append(t->headers, line);
	if (!more)
		out_of_memory();
	t->headers = more;
}

static void set_method(struct transfer *t)
{
	static const char *const names[] = { "GET", "PUT", "POST" };

	if (t->request->method == HTTP_GET)
		curl.easy_setopt(t->easy, CURLOPT_HTTPGET, 1L);
	else
		curl.easy_setopt(t->easy, CURLOPT_POST, 1L);
	curl.easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, names[t->request->method]);
	/* Without waiting for 100 Continue, for which many servers never ask. */
	t->headers = curl.slist_append(t->headers, "Expect:");
	if (t->request->content_type)
		add_header(t, "Content-Type", t->request->content_type);
	curl.easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

/* The system's roots lie in a directory, so that a file can be added to them. */
static void set_trust(struct transfer *t)
{
	const char *capath = curl.version_info(CURLVERSION_NOW)->capath;

	curl.easy_setopt(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (!t->options->ca_file)
		return;
	curl.easy_setopt(t->easy, CURLOPT_CAINFO, t->options->ca_file);
	curl.easy_setopt(t->easy, CURLOPT_CAPATH, capath ? capath : "/etc/ssl/certs");
}

static void set_limits(struct transfer *t)
{
	CURL *c = t->easy;

	curl.easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl.easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)t->options->timeout_s * 1000);
	curl.easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)t->options->timeout_s * 1000);
	curl.easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl.easy_setopt(c, CURLOPT_PROTOCOLS_STR, t->permit.plain ? "http" : "https");
	/* What is plain stays on this host. */
	if (t->permit.plain)
		curl.easy_setopt(c, CURLOPT_PROXY, "");
	curl.easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl.easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
	curl.easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl.easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl.easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl.easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl.easy_setopt(c, CURLOPT_USERAGENT, "apnsctl/" APNSCTL_VERSION);
}

static void give_back(struct transfer *t)
{
	curl.easy_cleanup(t->easy);
	curl.slist_free_all(t->headers);
	secret_release(&t->body);
	buf_release(&t->answer);
	*t = (struct transfer){ 0 };
}

bool transfer_prepare(struct transfer *t, const struct http_options *o, struct keys *keys,
		      const struct http_request *request, struct http_response *response,
		      struct arena *mem)
{
	*t = (struct transfer){ .options = o,
				.request = request,
				.response = response,
				.mem = mem,
				.answer = BUF_INIT(HTTP_BODY_MAX) };
	*response = (struct http_response){ .fault = HTTP_FAULT_DENIED };
	response->text = guard_request(o, request, mem, &t->permit);
	if (response->text)
		return false;
	t->easy = curl.easy_init();
	if (!t->easy)
		out_of_memory();
	curl.easy_setopt(t->easy, CURLOPT_URL, request->url);
	curl.easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	set_limits(t);
	set_trust(t);
	set_method(t);
	if (t->permit.credential)
		response->text = read_credential(t);
	if (!response->text && request->method != HTTP_GET)
		response->text = make_body(t, keys);
	if (!response->text)
		return true;
	give_back(t);
	return false;
}

static enum http_fault fault_of(CURLcode result)
{
	switch (result) {
	case CURLE_OK:
		return HTTP_FAULT_NONE;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return HTTP_FAULT_RESOLVE;
	case CURLE_COULDNT_CONNECT:
		return HTTP_FAULT_CONNECT;
	case CURLE_OPERATION_TIMEDOUT:
		return HTTP_FAULT_TIMEOUT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CIPHER:
		return HTTP_FAULT_TLS;
	default:
		return HTTP_FAULT_OTHER;
	}
}

/* No numbers that differ from run to run: the text may be published, and same facts, same bytes. */
static const char *fault_text(struct transfer *t, CURLcode result)
{
	const char *origin = t->permit.origin;
	long os_errno = 0;

	curl.easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &os_errno);
	if (result == CURLE_OPERATION_TIMEDOUT)
		return arena_printf(t->mem, "%s gave no answer within %u s", origin,
				    t->options->timeout_s);
	if (result == CURLE_COULDNT_CONNECT && os_errno)
		return arena_printf(t->mem, "no connection to %s: %s", origin,
				    strerror((int)os_errno));
	if (result == CURLE_WRITE_ERROR)
		return arena_printf(t->mem, "%s sends an answer that is longer than 1 MiB", origin);
	return arena_printf(t->mem, "%s: %s", origin, curl.easy_strerror(result));
}

void transfer_finish(struct transfer *t, CURLcode result)
{
	struct http_response *r = t->response;
	long status = 0;

	*r = (struct http_response){ .fault = fault_of(result) };
	if (t->refused && result == CURLE_COULDNT_CONNECT) {
		r->fault = HTTP_FAULT_DENIED;
		r->text = t->refused;
	} else if (r->fault != HTTP_FAULT_NONE) {
		r->text = fault_text(t, result);
	} else {
		curl.easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
		r->status = (int)status;
		r->body.len = t->answer.len;
		r->body.data = arena_strndup(t->mem, buf_str(&t->answer), t->answer.len);
	}
	give_back(t);
}
