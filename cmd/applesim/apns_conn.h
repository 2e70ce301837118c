/* SPDX-License-Identifier: Apache-2.0 */
/* A connection of the double's APNs, between the files that serve it: apns.c, apns_request.c. */
#ifndef APPLESIM_APNS_CONN_H
#define APPLESIM_APNS_CONN_H

#include "cmd/applesim/apns.h"
#include "cmd/applesim/h2.h"
#include "cmd/applesim/stream.h"

struct apns {
	struct watch listener;
	struct apns_options o;
	struct tls_server *tls;
	struct conn *conns;
	int64_t connections; /* so far */
};

/* What becomes of a connection when all that is to be sent was sent. */
enum ending { GOES_ON, ENDS_WHEN_SENT };

struct conn {
	struct stream stream;
	struct conn *next, **link; /* of the server's list */
	struct apns *apns;
	struct h2 *h2; /* NULL until the handshake is over */
	int64_t number;
	bool silent; /* accepted, never answered */
	enum ending ending;
	unsigned bad_tokens;
	const unsigned char *out; /* of h2_output, not yet written */
	size_t out_len;
};

/* Starts an event that names connection and client certificate. */
struct json *conn_event(struct conn *c, const char *name);

/* The rule of that effect for this connection (and path, unless NULL); NULL: none. */
const struct fault *conn_fault(struct conn *c, enum fault_effect effect, const char *path);

/* Moves bytes in both directions until it would have to wait; may end the connection. */
void conn_run(struct conn *c);

/* Sends the frames of the rule; then the connection ends. */
void conn_goaway(struct conn *c, const struct fault *f);

/* Callbacks of the session. */
void conn_request(void *arg, struct h2_request *r);
void conn_request_closed(void *arg, struct h2_request *r);

#endif
