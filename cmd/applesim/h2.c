/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/h2.h"

#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"

enum { HEADERS_MAX = 8000, ANSWER_HEADERS_MAX = 8 };

struct h2 {
	nghttp2_session *session;
	struct h2_options options;
	struct h2_request *requests;
};

const char *h2_header(const struct h2_request *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (text_eq(r->header[i].name, name))
			return r->header[i].value;
	return NULL;
}

static struct h2_request *request_of(nghttp2_session *session, int32_t stream)
{
	return nghttp2_session_get_stream_user_data(session, stream);
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct h2 *h = arg;
	struct h2_request *r;

	if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	r = calloc(1, sizeof(*r));
	if (!r)
		out_of_memory();
	r->stream = frame->hd.stream_id;
	r->next = h->requests;
	r->link = &h->requests;
	if (r->next)
		r->next->link = &r->next;
	h->requests = r;
	nghttp2_session_set_stream_user_data(session, r->stream, r);
	return 0;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
		     size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags,
		     void *arg)
{
	struct h2_request *r = request_of(session, frame->hd.stream_id);
	struct h2_header *h;

	(void)flags;
	(void)arg;
	if (!r)
		return 0;
	if (r->mem.used + name_len + value_len > HEADERS_MAX)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	h = arena_push(&r->mem, &r->header, &r->n, &r->cap, sizeof(*h));
	h->name = arena_strndup(&r->mem, name, name_len);
	h->value = arena_strndup(&r->mem, value, value_len);
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *bytes,
		   size_t n, void *arg)
{
	struct h2_request *r = request_of(session, stream);

	(void)flags;
	(void)bytes;
	(void)arg;
	if (r)
		r->body_len += n;
	return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct h2 *h = arg;
	struct h2_request *r = request_of(session, frame->hd.stream_id);

	if (frame->hd.type == NGHTTP2_GOAWAY && h->options.goaway)
		h->options.goaway(h->options.arg, frame->goaway.error_code);
	if (r && (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS) &&
	    frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		h->options.request(h->options.arg, r);
	return 0;
}

static void end_request(struct h2 *h, struct h2_request *r)
{
	h->options.closed(h->options.arg, r);
	*r->link = r->next;
	if (r->next)
		r->next->link = r->link;
	arena_release(&r->mem);
	free(r);
}

static int on_close(nghttp2_session *session, int32_t stream, uint32_t code, void *arg)
{
	struct h2 *h = arg;
	struct h2_request *r = request_of(session, stream);

	(void)code;
	if (!r)
		return 0;
	nghttp2_session_set_stream_user_data(session, stream, NULL);
	end_request(h, r);
	return 0;
}

static int set_up(struct h2 *h)
{
	const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 4096 },
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, h->options.max_streams },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 65535 },
		{ NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 16384 },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HEADERS_MAX },
	};
	nghttp2_session_callbacks *callbacks;

	if (nghttp2_session_callbacks_new(&callbacks))
		return -1;
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
	int rc = nghttp2_session_server_new(&h->session, callbacks, h);
	nghttp2_session_callbacks_del(callbacks);
	return rc ? rc
		  : nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, settings,
					    sizeof(settings) / sizeof(settings[0]));
}

int h2_new(const struct h2_options *o, struct h2 **out, struct err *e)
{
	struct h2 *h = calloc(1, sizeof(*h));

	if (!h)
		out_of_memory();
	h->options = *o;
	if (set_up(h)) {
		h2_free(h);
		return err_set(e, ERR_IO, "no HTTP/2 session");
	}
	*out = h;
	return 0;
}

void h2_free(struct h2 *h)
{
	if (!h)
		return;
	while (h->requests)
		end_request(h, h->requests);
	nghttp2_session_del(h->session);
	free(h);
}

int h2_input(struct h2 *h, const void *bytes, size_t n, struct err *e)
{
	ssize_t did = nghttp2_session_mem_recv(h->session, bytes, n);

	if (did < 0)
		return err_set(e, ERR_INPUT, "%s", nghttp2_strerror((int)did));
	return 0;
}

size_t h2_output(struct h2 *h, const unsigned char **bytes)
{
	ssize_t n = nghttp2_session_mem_send(h->session, bytes);

	return n > 0 ? (size_t)n : 0;
}

static ssize_t read_answer(nghttp2_session *session, int32_t stream, uint8_t *out, size_t size,
			   uint32_t *flags, nghttp2_data_source *source, void *arg)
{
	struct h2_request *r = source->ptr;
	size_t left = r->answer_len - r->answer_sent;
	size_t n = left < size ? left : size;

	(void)session;
	(void)stream;
	(void)arg;
	memcpy(out, r->answer + r->answer_sent, n);
	r->answer_sent += n;
	if (n == left)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

static nghttp2_nv pair(const char *name, const char *value)
{
	return (nghttp2_nv){ .name = (uint8_t *)(uintptr_t)name,
			     .value = (uint8_t *)(uintptr_t)value,
			     .namelen = strlen(name),
			     .valuelen = strlen(value) };
}

void h2_answer(struct h2 *h, struct h2_request *r, int status, const struct h2_header *header,
	       size_t n, const char *body)
{
	const nghttp2_data_provider provider = { .source.ptr = r, .read_callback = read_answer };
	nghttp2_nv nv[ANSWER_HEADERS_MAX + 1];
	size_t used = 0;

	nv[used++] = pair(":status", arena_printf(&r->mem, "%d", status));
	for (size_t i = 0; i < n && used <= ANSWER_HEADERS_MAX; i++)
		nv[used++] = pair(header[i].name, header[i].value);
	r->answer = body;
	r->answer_len = body ? strlen(body) : 0;
	nghttp2_submit_response(h->session, r->stream, nv, used, body ? &provider : NULL);
}

void h2_reset(struct h2 *h, int32_t stream, uint32_t code)
{
	nghttp2_submit_rst_stream(h->session, NGHTTP2_FLAG_NONE, stream, code);
}

void h2_goaway(struct h2 *h, uint32_t code, int32_t last, const char *debug, size_t n)
{
	if (last < 0)
		last = nghttp2_session_get_last_proc_stream_id(h->session);
	nghttp2_submit_goaway(h->session, NGHTTP2_FLAG_NONE, last, code, (const uint8_t *)debug, n);
}

void h2_streams(struct h2 *h, unsigned max_streams)
{
	const nghttp2_settings_entry entry = { NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
					       max_streams };

	nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, &entry, 1);
}

bool h2_over(struct h2 *h)
{
	return !nghttp2_session_want_read(h->session) && !nghttp2_session_want_write(h->session);
}
