/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/http1.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "schema/base/text.h"

enum { CHUNK_LINE_MAX = 64 };

const char *http1_field(const struct http1 *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (!strcasecmp(h->field[i].name, name))
			return h->field[i].value;
	return NULL;
}

bool http1_closes(const struct http1 *h)
{
	const char *connection = http1_field(h, "Connection");

	return h->old || h->state == HTTP1_BAD || (connection && !strcasecmp(connection, "close"));
}

static const char *unread(const struct http1 *h, size_t *n)
{
	*n = h->in.len - h->at;
	return (const char *)h->in.data + h->at;
}

/* The next line without its end, in the arena; NULL: it is not complete. */
static char *take_line(struct http1 *h)
{
	size_t n;
	const char *from = unread(h, &n);
	const char *end = n ? memchr(from, '\n', n) : NULL;
	char *line;

	if (!end)
		return NULL;
	h->at += (size_t)(end - from) + 1;
	if (end > from && end[-1] == '\r')
		end--;
	line = arena_strndup(&h->mem, from, (size_t)(end - from));
	return line;
}

/* "METHOD target HTTP/1.x" */
static bool read_request_line(struct http1 *h, char *line)
{
	char *target = strchr(line, ' ');
	char *version = target ? strchr(target + 1, ' ') : NULL;

	if (!version)
		return false;
	*target++ = '\0';
	*version++ = '\0';
	h->method = line;
	h->target = target;
	h->old = text_eq(version, "HTTP/1.0");
	return *line && *target == '/' && (h->old || text_eq(version, "HTTP/1.1"));
}

static bool read_field(struct http1 *h, char *line)
{
	char *colon = strchr(line, ':');
	struct http1_field *f;
	size_t n;

	if (!colon || colon == line || strchr(" \t", colon[-1]))
		return false;
	*colon++ = '\0';
	colon += strspn(colon, " \t");
	n = strlen(colon);
	while (n && strchr(" \t", colon[n - 1]))
		colon[--n] = '\0';
	f = arena_push(&h->mem, &h->field, &h->n, &h->cap, sizeof(*f));
	f->name = line;
	f->value = colon;
	return true;
}

/* Digits of a base into a bounded number. */
static bool read_size(const char *text, unsigned base, size_t *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t v = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		const char *at = strchr(digits, *text | 0x20);
		size_t d = at ? (size_t)(at - digits) : base;

		if (d >= base)
			return false;
		v = v * base + d;
		if (v > HTTP1_BODY_MAX)
			return false;
	}
	*out = v;
	return true;
}

/* How the body comes; a request with two lengths is one that two servers read differently. */
static enum http1_state read_framing(struct http1 *h)
{
	const char *encoding = http1_field(h, "Transfer-Encoding");
	const char *length = http1_field(h, "Content-Length");
	const char *expect = http1_field(h, "Expect");

	h->expects = expect && !strcasecmp(expect, "100-continue");
	if (encoding)
		return length || strcasecmp(encoding, "chunked") ? HTTP1_BAD : HTTP1_CHUNK;
	if (!length)
		return HTTP1_COMPLETE;
	if (!read_size(length, 10, &h->left))
		return HTTP1_BAD;
	return h->left ? HTTP1_LENGTH : HTTP1_COMPLETE;
}

/* The whole head, once its empty line is there. */
static enum http1_state read_head(struct http1 *h)
{
	size_t n;
	const char *from = unread(h, &n);
	char *line;

	if (!n || (!memmem(from, n, "\r\n\r\n", 4) && !memmem(from, n, "\n\n", 2)))
		return n > HTTP1_HEAD_MAX ? HTTP1_BAD : HTTP1_HEAD;
	line = take_line(h);
	if (!read_request_line(h, line))
		return HTTP1_BAD;
	while ((line = take_line(h)) && *line)
		if (!read_field(h, line))
			return HTTP1_BAD;
	return read_framing(h);
}

/* Bytes of the body; true when all of `left` are there. */
static bool read_body(struct http1 *h)
{
	size_t n;
	const char *from = unread(h, &n);

	if (n > h->left)
		n = h->left;
	secret_add(&h->body, from, n);
	h->at += n;
	h->left -= n;
	return h->left == 0;
}

static enum http1_state read_chunk_line(struct http1 *h)
{
	size_t n;
	char *line;

	unread(h, &n);
	line = take_line(h);
	if (!line)
		return n > CHUNK_LINE_MAX ? HTTP1_BAD : HTTP1_CHUNK;
	line[strcspn(line, "; \t")] = '\0';
	if (!read_size(line, 16, &h->left) || h->body.len + h->left > HTTP1_BODY_MAX)
		return HTTP1_BAD;
	return h->left ? HTTP1_IN_CHUNK : HTTP1_TRAILER;
}

static enum http1_state read_in_chunk(struct http1 *h)
{
	const char *line;

	if (h->left && !read_body(h))
		return HTTP1_IN_CHUNK;
	line = take_line(h);
	if (!line)
		return HTTP1_IN_CHUNK;
	return *line ? HTTP1_BAD : HTTP1_CHUNK;
}

static enum http1_state read_trailer(struct http1 *h)
{
	const char *line = take_line(h);
	size_t n;

	if (line)
		return *line ? HTTP1_TRAILER : HTTP1_COMPLETE;
	unread(h, &n);
	return n > HTTP1_HEAD_MAX ? HTTP1_BAD : HTTP1_TRAILER;
}

static enum http1_state step(struct http1 *h)
{
	switch (h->state) {
	case HTTP1_HEAD:
		return read_head(h);
	case HTTP1_LENGTH:
		return read_body(h) ? HTTP1_COMPLETE : HTTP1_LENGTH;
	case HTTP1_CHUNK:
		return read_chunk_line(h);
	case HTTP1_IN_CHUNK:
		return read_in_chunk(h);
	case HTTP1_TRAILER:
		return read_trailer(h);
	default:
		return h->state;
	}
}

static enum http1_state go_on(struct http1 *h)
{
	size_t before;
	enum http1_state was;

	do {
		before = h->at;
		was = h->state;
		h->state = step(h);
	} while (h->state != HTTP1_COMPLETE && h->state != HTTP1_BAD &&
		 (h->state != was || h->at != before));
	return h->state;
}

/* Forgets what was consumed, so that a long body does not pile up twice. */
static void compact(struct http1 *h)
{
	struct secret rest = SECRET_INIT;

	if (!h->at)
		return;
	if (h->at < h->in.len)
		secret_add(&rest, h->in.data + h->at, h->in.len - h->at);
	secret_release(&h->in);
	h->in = rest;
	h->at = 0;
}

enum http1_state http1_input(struct http1 *h, const void *bytes, size_t n)
{
	secret_add(&h->in, bytes, n);
	go_on(h);
	compact(h);
	return h->state;
}

enum http1_state http1_next(struct http1 *h)
{
	struct secret in = h->in;

	h->in = (struct secret)SECRET_INIT;
	http1_release(h);
	h->in = in;
	go_on(h);
	compact(h);
	return h->state;
}

void http1_release(struct http1 *h)
{
	secret_release(&h->in);
	secret_release(&h->body);
	arena_release(&h->mem);
	*h = (struct http1){ 0 };
}

static const char *phrase(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} phrases[] = {
		{ 200, "OK" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 307, "Temporary Redirect" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Status";
}

void http1_write(struct buf *out, const struct http1 *h, const struct http1_answer *a)
{
	const char *body = a->body ? a->body : "";

	buf_addf(out, "HTTP/1.%d %d %s\r\n", h && h->old ? 0 : 1, a->status, phrase(a->status));
	if (a->content_type)
		buf_addf(out, "Content-Type: %s\r\n", a->content_type);
	for (size_t i = 0; i < sizeof(a->extra) / sizeof(a->extra[0]); i++)
		if (a->extra[i].name)
			buf_addf(out, "%s: %s\r\n", a->extra[i].name, a->extra[i].value);
	buf_addf(out, "Content-Length: %zu\r\n", strlen(body));
	if (!h || (http1_closes(h) && !h->old))
		buf_adds(out, "Connection: close\r\n");
	buf_adds(out, "\r\n");
	if (!h || !text_eq(h->method, "HEAD"))
		buf_adds(out, body);
}
