/* SPDX-License-Identifier: Apache-2.0 */
/* A connection as bytes, over plain TCP or TLS, with its end: the one place that knows the socket.
 */
#ifndef APPLESIM_STREAM_H
#define APPLESIM_STREAM_H

#include "cmd/applesim/loop.h"
#include "cmd/applesim/tls.h"

/* The first member of a connection. */
struct stream {
	struct watch watch;
	struct loop *loop;
	struct tls *tls; /* NULL: plain */
	struct timer linger;
	void (*gone)(struct stream *s); /* the socket is closed: free the connection, later */
};

/* Takes the next connection of a listening socket, non-blocking; -1: none is left. */
int stream_accept(int listener);

enum io stream_read(struct stream *s, void *bytes, size_t size, size_t *n);
enum io stream_write(struct stream *s, const void *bytes, size_t size, size_t *n);

/* Waits for what the last call wanted. */
void stream_wait(struct stream *s, enum io want);

/*
 * Ends the connection so that the peer can still read the last bytes (a response, an alert): the
 * writing side is closed, and what comes is thrown away until the peer closes too or time is up.
 * Closing at once would answer unread bytes with a TCP reset, which destroys them.
 */
void stream_finish(struct stream *s);

/* Closes now. */
void stream_drop(struct stream *s);

#endif
