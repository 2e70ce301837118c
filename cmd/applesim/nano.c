/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/nano.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/applesim/base64.h"
#include "cmd/applesim/files.h"
#include "cmd/applesim/pair.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

#define PUSHCERT "/v1/pushcert"
#define PUSH "/v1/push/"
#define USER "nanomdm"
#define JSON "application/json"
#define PLAIN "text/plain; charset=utf-8"
/* Uploads that wait for a start. */
#define NEXT ".next"

enum { STORED_MAX = 64 * 1024, CREDENTIALS_MAX = 4096 };

int nano_start(struct nano *n, const char *state_dir, struct arena *mem, struct err *e)
{
	struct dirent *entry;
	DIR *d;

	n->dir = file_path(mem, state_dir, "mdm");
	if (file_mkdir(n->dir, e))
		return -1;
	d = opendir(n->dir);
	if (!d)
		return err_set(e, ERR_IO, "%s can not be read: %s", n->dir, strerror(errno));
	while ((entry = readdir(d))) {
		const char *from = file_path(mem, n->dir, entry->d_name);
		size_t len = strlen(from) - strlen(NEXT);

		if (text_ends(entry->d_name, NEXT))
			rename(from, arena_strndup(mem, from, len));
	}
	closedir(d);
	return 0;
}

/* A text answer as Go's http.Error gives it. */
static void plain(struct http1_answer *out, int status, const char *body)
{
	out->status = status;
	out->content_type = PLAIN;
	out->extra[out->extra[0].name ? 1 : 0] =
	    (struct http1_field){ "X-Content-Type-Options", "nosniff" };
	out->body = body;
}

/* A text inside JSON: the words here hold no control characters but those of topics. */
static const char *escaped(struct arena *mem, const char *text)
{
	struct buf out = BUF_INIT(64 * 1024);
	char *copy;

	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_addf(&out, "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			buf_addf(&out, "\\u%04x", (unsigned)(unsigned char)*text);
		else
			buf_addc(&out, *text);
	}
	copy = arena_strdup(mem, buf_str(&out));
	buf_release(&out);
	return copy;
}

static void error(struct http1 *h, struct http1_answer *out, int status, const char *text)
{
	out->status = status;
	out->content_type = JSON;
	out->body = arena_printf(&h->mem, "{\n\t\"error\": \"%s\"\n}\n", escaped(&h->mem, text));
}

static void stored(struct http1 *h, struct http1_answer *out, const struct pair *p)
{
	char time[TIME_TEXT];

	out->status = 200;
	out->content_type = JSON;
	out->body = arena_printf(&h->mem, "{\n\t\"not_after\": \"%s\",\n\t\"topic\": \"%s\"\n}\n",
				 time_format(p->not_after, time), escaped(&h->mem, p->topic));
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* A value of a query, percent signs and plus decoded. */
static char *decoded(struct arena *mem, const char *text, size_t n)
{
	char *copy = arena_strndup(mem, text, n), *to = copy;

	for (const char *at = copy; *at; at++) {
		if (*at == '%' && hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0) {
			*to++ = (char)(hex_digit(at[1]) << 4 | hex_digit(at[2]));
			at += 2;
		} else {
			*to++ = *at == '+' ? ' ' : *at;
		}
	}
	*to = '\0';
	return copy;
}

static const char *path_of(struct http1 *h)
{
	return arena_strndup(&h->mem, h->target, strcspn(h->target, "?"));
}

/* The first `topic` of the query; NULL: none or empty. */
static const char *topic_of(struct http1 *h)
{
	const char *at = strchr(h->target, '?');
	size_t n;

	while (at && *at) {
		at++;
		n = strcspn(at, "&");
		if (!strncmp(at, "topic=", 6))
			return n > 6 ? decoded(&h->mem, at + 6, n - 6) : NULL;
		at += n;
	}
	return NULL;
}

void nano_subject(struct http1 *h, struct nano_subject *out)
{
	struct pair p = { 0 };

	out->path = path_of(h);
	out->topic = topic_of(h);
	if (!out->topic && h->body.len && !pair_read(h->body.data, h->body.len, &h->mem, &p))
		out->topic = p.topic;
}

static bool authorized(const struct nano *n, const struct http1 *h)
{
	const char *value = http1_field(h, "Authorization");
	struct buf got = BUF_INIT(CREDENTIALS_MAX), want = BUF_INIT(CREDENTIALS_MAX);
	bool good = false;

	if (value && !strncasecmp(value, "Basic ", 6) &&
	    base64_decode(value + 6, strlen(value + 6), &got)) {
		buf_addf(&want, USER ":%s", n->api_key);
		good = got.len == want.len && !secret_differs(got.data, want.data, want.len);
	}
	if (got.data)
		secret_wipe(got.data, got.len);
	if (want.data)
		secret_wipe(want.data, want.len);
	buf_release(&got);
	buf_release(&want);
	return good;
}

static void answer_get(const struct nano *n, struct http1 *h, struct http1_answer *out)
{
	const char *topic = topic_of(h);
	struct buf pem = BUF_INIT(STORED_MAX);
	struct pair p = { 0 };
	struct err e = { 0 };

	if (!topic) {
		error(h, out, 400, "missing required query parameter: topic");
		return;
	}
	if (strchr(topic, '/') ||
	    file_read(arena_printf(&h->mem, "%s/%s.pem", n->dir, topic), &pem, &e))
		error(h, out, 500,
		      arena_printf(&h->mem, "getting %s.pem: key not found: %s.pem", topic, topic));
	else if (!pair_read_cert(pem.data, pem.len, &h->mem, &p))
		error(h, out, 500, "failed to decode PEM certificate");
	else
		stored(h, out, &p);
	buf_release(&pem);
}

static void answer_upload(const struct nano *n, const struct nano_mode *mode, struct http1 *h,
			  struct http1_answer *out)
{
	struct pair p = { 0 };
	struct err e = { 0 };
	const char *problem = pair_read(h->body.data, h->body.len, &h->mem, &p);
	const char *suffix = mode->keep_old ? NEXT : "";

	if (problem) {
		error(h, out, 400, problem);
		return;
	}
	/* The key-value store has no keys with a slash. */
	if (strchr(p.topic, '/')) {
		error(h, out, 500, "txn commit: bad key");
		return;
	}
	if (!mode->store_nothing &&
	    file_write(arena_printf(&h->mem, "%s/%s.pem%s", n->dir, p.topic, suffix), p.pem,
		       strlen(p.pem), 0600, &e)) {
		error(h, out, 500, e.text);
		return;
	}
	stored(h, out, &p);
}

/* No device is enrolled here: every id is unknown. */
static void answer_push(struct http1 *h, const char *ids, struct http1_answer *out)
{
	struct buf text = BUF_INIT(64 * 1024);

	out->status = 500;
	out->content_type = JSON;
	if (!*ids) {
		out->body = "{\n\t\"push_error\": \"getting enrollment ids: empty path\"\n}\n";
		return;
	}
	buf_adds(&text, "{\n\t\"status\": {\n");
	while (*ids) {
		size_t n = strcspn(ids, ",");
		const char *id = arena_strndup(&h->mem, ids, n);

		ids += n + (ids[n] == ',');
		buf_addf(
		    &text,
		    "\t\t\"%s\": {\n\t\t\t\"push_error\": \"push data missing for id\"\n\t\t}%s\n",
		    escaped(&h->mem, id), *ids ? "," : "");
	}
	buf_adds(&text, "\t}\n}\n");
	out->body = arena_strdup(&h->mem, buf_str(&text));
	buf_release(&text);
}

/* Go's router sends a path with doubled slashes to its clean form. */
static bool redirected(struct http1 *h, struct http1_answer *out)
{
	const char *path = path_of(h), *target;
	struct buf clean = BUF_INIT(HTTP1_HEAD_MAX);

	if (!strstr(path, "//"))
		return false;
	for (const char *at = path; *at; at++)
		if (*at != '/' || at[1] != '/')
			buf_addc(&clean, *at);
	buf_adds(&clean, h->target + strlen(path));
	target = arena_strdup(&h->mem, buf_str(&clean));
	buf_release(&clean);
	out->status = 301;
	out->content_type = "text/html; charset=utf-8";
	out->extra[0] = (struct http1_field){ "Location", target };
	out->body = arena_printf(&h->mem, "<a href=\"%s\">Moved Permanently</a>.\n\n", target);
	return true;
}

static void answer_api(const struct nano *n, const struct nano_mode *mode, struct http1 *h,
		       const char *path, struct http1_answer *out)
{
	bool is_get = text_eq(h->method, "GET"), is_put = text_eq(h->method, "PUT");

	if (!authorized(n, h)) {
		out->extra[0] =
		    (struct http1_field){ "Www-Authenticate", "Basic realm=\"nanomdm\"" };
		plain(out, 401, "Unauthorized\n");
	} else if (text_starts(path, PUSH)) {
		answer_push(h, path + strlen(PUSH), out);
	} else if (!text_eq(path, PUSHCERT)) {
		plain(out, 404, "404 page not found\n");
	} else if (is_put || mode->release_090) {
		answer_upload(n, mode, h, out);
	} else if (is_get) {
		answer_get(n, h, out);
	} else {
		plain(out, 405, "Method Not Allowed\n");
	}
}

void nano_answer(const struct nano *n, const struct nano_mode *mode, struct http1 *h,
		 struct http1_answer *out)
{
	const char *path = path_of(h);

	if (redirected(h, out))
		return;
	if (text_eq(path, "/version")) {
		out->status = 200;
		out->content_type = JSON;
		out->body = mode->release_090 ? "{\"version\":\"v0.9.0\"}"
					      : "{\"version\":\"v0.9.0-14-g1d5fcf4\"}";
	} else if (text_starts(path, "/v1/") && n->api_key) {
		answer_api(n, mode, h, path, out);
	} else {
		plain(out, 404, "404 page not found\n");
	}
}

void nano_answer_cut(struct http1_answer *out)
{
	out->status = 500;
	out->content_type = JSON;
	out->body = "{\n\t\"error\": \"unexpected EOF\"\n}\n";
}
