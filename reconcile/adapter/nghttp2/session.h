/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP/2 side of one probe: bytes in, bytes out, evidence. It knows no socket and no clock, so
 * that it can be fuzzed. What a peer can make it store or do is bounded.
 */
#ifndef APNSCTL_ADAPTER_NGHTTP2_SESSION_H
#define APNSCTL_ADAPTER_NGHTTP2_SESSION_H

#include "reconcile/port/apns.h"
#include "schema/base/buf.h"

enum {
	H2_BYTES_MAX = 256 * 1024, /* that a peer may send in one probe */
	H2_FRAMES_MAX = 1000,
	H2_BODY_MAX = 4096, /* of a response; the rest is not kept */
	H2_DEBUG_MAX = 1024 /* of the debug data of a GOAWAY */
};

struct h2_profile; /* settings that all sessions share */
struct h2;

struct h2_profile *h2_profile_new(void);
void h2_profile_free(struct h2_profile *p); /* NULL is accepted */

/*
 * Starts a session: preface and SETTINGS wait in h2_collect. At level BogusToken the request for
 * `topic` follows when the server's SETTINGS have come. Evidence goes into `ev`, its texts into
 * `mem`; both, and the texts given here, must outlive the session.
 */
struct h2 *h2_new(const struct h2_profile *p, const char *authority, const char *topic,
		  enum probe_level level, struct arena *mem, struct apns_evidence *ev);

/* Takes bytes of the peer; -1: it broke the protocol or a bound, ev->detail says how. */
int h2_receive(struct h2 *h, const void *bytes, size_t n);

/* Adds what is to be sent; -1 as in h2_receive (the complaint to the peer is among the bytes). */
int h2_collect(struct h2 *h, struct buf *out);

/*
 * OPEN: the evidence is still to come. LINGER: it is there, but the peer may take it back at once
 * (SETTINGS that came before ours were acknowledged, which in TLS 1.3 may be before our certificate
 * was looked at; a GOAWAY without a reason, behind which a second one may come). DONE: it is whole.
 */
enum h2_state { H2_OPEN, H2_LINGER, H2_DONE };

enum h2_state h2_state(const struct h2 *h);

/* Queues a GOAWAY for h2_collect. */
void h2_goodbye(struct h2 *h);

void h2_free(struct h2 *h); /* NULL is accepted */

#endif
