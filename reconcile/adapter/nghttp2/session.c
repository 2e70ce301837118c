/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/nghttp2/session.h"

#include <stdlib.h>
#include <string.h>

#include <nghttp2/nghttp2.h>

#include "reconcile/adapter/nghttp2/reason.h"

/* A device token of the documented length that no device has. */
#define TOKEN "0000000000000000000000000000000000000000000000000000000000000000"

static const char body[] = "{\"mdm\":\"apnsctl-probe\"}";

struct h2_profile {
	nghttp2_session_callbacks *callbacks;
	nghttp2_option *option;
};

struct h2 {
	nghttp2_session *session;
	const char *authority, *topic;
	enum probe_level level;
	struct arena *mem;
	struct apns_evidence *ev;
	size_t n_bytes, n_frames;
	int32_t stream;    /* of our request; 0: none was made */
	bool settings;     /* the server's came */
	bool acknowledged; /* ours were */
	bool answered;     /* our stream is over, with or without a response */
	bool goodbye;      /* we ended the session ourselves */
	bool broken;
	struct buf answer;
};

static void complain(struct h2 *h, const char *what)
{
	if (!h->broken)
		h->ev->detail = arena_strdup(h->mem, what);
	h->broken = true;
}

static ssize_t read_body(nghttp2_session *session, int32_t stream, uint8_t *out, size_t size,
			 uint32_t *flags, nghttp2_data_source *source, void *self)
{
	(void)session;
	(void)stream;
	(void)source;
	(void)self;
	/* Smaller than any frame, so that it always goes out in one piece. */
	if (size < sizeof(body) - 1)
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	memcpy(out, body, sizeof(body) - 1);
	*flags |= NGHTTP2_DATA_FLAG_EOF;
	return sizeof(body) - 1;
}

static nghttp2_nv field(const char *name, const char *value, uint8_t flags)
{
	return (nghttp2_nv){
		(uint8_t *)name,
		(uint8_t *)value,
		strlen(name),
		strlen(value),
		(uint8_t)(flags | NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE),
	};
}

static void submit_request(struct h2 *h)
{
	const nghttp2_nv fields[] = {
		field(":method", "POST", 0),
		field(":scheme", "https", 0),
		field(":authority", h->authority, 0),
		field(":path", "/3/device/" TOKEN, NGHTTP2_NV_FLAG_NO_INDEX),
		field("apns-topic", h->topic, 0),
		field("apns-push-type", "mdm", 0),
		field("apns-priority", "10", 0),
		field("apns-expiration", "0", 0),
	};
	const nghttp2_data_provider provider = { .read_callback = read_body };
	int32_t stream = nghttp2_submit_request(
	    h->session, NULL, fields, sizeof(fields) / sizeof(fields[0]), &provider, NULL);

	if (stream < 0)
		complain(h, nghttp2_strerror(stream));
	else
		h->stream = stream;
}

static void got_settings(struct h2 *h, const nghttp2_frame *frame)
{
	if (frame->hd.flags & NGHTTP2_FLAG_ACK) {
		h->acknowledged = true;
		return;
	}
	if (h->settings)
		return;
	h->settings = true;
	h->ev->layer = APNS_SETTINGS;
	if (h->level == PROBE_BogusToken)
		submit_request(h);
}

/* APNs has sent two in a row: a reason is never replaced by none. */
static void got_goaway(struct h2 *h, const nghttp2_goaway *g)
{
	size_t len = g->opaque_data_len < H2_DEBUG_MAX ? g->opaque_data_len : H2_DEBUG_MAX;
	const char *reason = reason_read(g->opaque_data, len, h->mem);

	if (h->ev->goaway && !reason)
		return;
	h->ev->goaway = true;
	h->ev->goaway_code = g->error_code;
	h->ev->goaway_reason = reason;
	h->ev->goaway_text = len ? arena_strndup(h->mem, g->opaque_data, len) : NULL;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *self)
{
	struct h2 *h = self;

	(void)session;
	if (frame->hd.type == NGHTTP2_SETTINGS) {
		got_settings(h, frame);
	} else if (frame->hd.type == NGHTTP2_GOAWAY) {
		got_goaway(h, &frame->goaway);
	} else if (frame->hd.type == NGHTTP2_RST_STREAM && frame->hd.stream_id == h->stream) {
		h->ev->reset = true;
		h->ev->reset_code = frame->rst_stream.error_code;
	}
	return h->broken ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

static int on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *hd, void *self)
{
	struct h2 *h = self;

	(void)session;
	(void)hd;
	if (++h->n_frames <= H2_FRAMES_MAX)
		return 0;
	complain(h, "the server sends frames without end");
	return NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
		     size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags,
		     void *self)
{
	struct h2 *h = self;
	int status = 0;

	(void)session;
	(void)flags;
	if (frame->hd.stream_id != h->stream || name_len != 7 || memcmp(name, ":status", 7) != 0)
		return 0;
	/* nghttp2 lets only three digits through. */
	for (size_t i = 0; i < value_len; i++)
		status = status * 10 + (value[i] - '0');
	if (status >= 200) {
		h->ev->status = status;
		h->ev->layer = APNS_RESPONSE;
	}
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *data,
		   size_t len, void *self)
{
	struct h2 *h = self;

	(void)session;
	(void)flags;
	if (stream == h->stream)
		buf_add(&h->answer, data, len);
	return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t stream, uint32_t code, void *self)
{
	struct h2 *h = self;

	(void)session;
	(void)code;
	if (stream == h->stream) {
		h->answered = true;
		h->ev->reason = reason_read(h->answer.data, h->answer.len, h->mem);
	}
	return 0;
}

/* nghttp2 ends a session that breaks the protocol by a GOAWAY of its own, with the reason in it. */
static int on_frame_sent(nghttp2_session *session, const nghttp2_frame *frame, void *self)
{
	struct h2 *h = self;

	(void)session;
	if (frame->hd.type != NGHTTP2_GOAWAY || h->goodbye)
		return 0;
	complain(h,
		 arena_printf(h->mem, "%s%s%.*s", nghttp2_http2_strerror(frame->goaway.error_code),
			      frame->goaway.opaque_data_len ? ": " : "",
			      (int)frame->goaway.opaque_data_len,
			      (const char *)frame->goaway.opaque_data));
	return 0;
}

struct h2_profile *h2_profile_new(void)
{
	struct h2_profile *p = calloc(1, sizeof(*p));

	if (!p || nghttp2_session_callbacks_new(&p->callbacks) != 0 ||
	    nghttp2_option_new(&p->option) != 0)
		out_of_memory();
	nghttp2_session_callbacks_set_on_begin_frame_callback(p->callbacks, on_begin_frame);
	nghttp2_session_callbacks_set_on_frame_recv_callback(p->callbacks, on_frame);
	nghttp2_session_callbacks_set_on_frame_send_callback(p->callbacks, on_frame_sent);
	nghttp2_session_callbacks_set_on_header_callback(p->callbacks, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(p->callbacks, on_data);
	nghttp2_session_callbacks_set_on_stream_close_callback(p->callbacks, on_stream_close);
	nghttp2_option_set_no_closed_streams(p->option, 1);
	nghttp2_option_set_max_settings(p->option, 32);
	nghttp2_option_set_max_outbound_ack(p->option, 100);
	return p;
}

void h2_profile_free(struct h2_profile *p)
{
	if (!p)
		return;
	nghttp2_session_callbacks_del(p->callbacks);
	nghttp2_option_del(p->option);
	free(p);
}

struct h2 *h2_new(const struct h2_profile *p, const char *authority, const char *topic,
		  enum probe_level level, struct arena *mem, struct apns_evidence *ev)
{
	static const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 0 },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, 8000 },
	};
	struct h2 *h = calloc(1, sizeof(*h));

	if (!h)
		out_of_memory();
	*h = (struct h2){ .authority = authority,
			  .topic = topic,
			  .level = level,
			  .mem = mem,
			  .ev = ev,
			  .answer = BUF_INIT(H2_BODY_MAX) };
	if (nghttp2_session_client_new2(&h->session, p->callbacks, h, p->option) != 0 ||
	    nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, settings,
				    sizeof(settings) / sizeof(settings[0])) != 0)
		out_of_memory();
	return h;
}

int h2_receive(struct h2 *h, const void *bytes, size_t n)
{
	h->n_bytes += n;
	if (h->n_bytes > H2_BYTES_MAX) {
		complain(h, "the server sends data without end");
		return -1;
	}
	ssize_t rc = nghttp2_session_mem_recv(h->session, bytes, n);
	if (rc < 0)
		complain(h, nghttp2_strerror((int)rc));
	return h->broken ? -1 : 0;
}

int h2_collect(struct h2 *h, struct buf *out)
{
	const uint8_t *bytes;
	ssize_t n;

	while ((n = nghttp2_session_mem_send(h->session, &bytes)) > 0)
		buf_add(out, bytes, (size_t)n);
	if (n < 0)
		complain(h, nghttp2_strerror((int)n));
	return h->broken ? -1 : 0;
}

enum h2_state h2_state(const struct h2 *h)
{
	if (h->answered && h->ev->status)
		return H2_DONE;
	if (h->ev->goaway && (h->answered || h->level == PROBE_Settings || !h->stream))
		return h->ev->goaway_reason ? H2_DONE : H2_LINGER;
	if (h->answered)
		return H2_DONE;
	if (h->level == PROBE_Settings && h->settings)
		return h->acknowledged ? H2_DONE : H2_LINGER;
	return H2_OPEN;
}

void h2_goodbye(struct h2 *h)
{
	h->goodbye = true;
	nghttp2_submit_goaway(h->session, NGHTTP2_FLAG_NONE, 0, NGHTTP2_NO_ERROR, NULL, 0);
}

void h2_free(struct h2 *h)
{
	if (!h)
		return;
	nghttp2_session_del(h->session);
	buf_release(&h->answer);
	free(h);
}
