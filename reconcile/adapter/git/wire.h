/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One exchange with a server: its deadline, how much may come, and why it failed. The two carriers
 * (stream.c: TCP with or without TLS; ssh.c: an `ssh` process) do all their waiting through it, for
 * libgit2 itself waits for ever.
 */
#ifndef APNSCTL_ADAPTER_GIT_WIRE_H
#define APNSCTL_ADAPTER_GIT_WIRE_H

#include <poll.h>
#include <stdint.h>

#include <git2.h>
#include <git2/sys/transport.h>

#include "reconcile/adapter/git/url.h"
#include "reconcile/adapter/openssl/tls.h"
#include "schema/base/buf.h"

struct wire {
	const struct git_url *url;
	struct tls_roots *roots;
	const char *ssh_key_file, *known_hosts_file; /* NULL: ssh's own choice */
	int64_t timeout_ms;
	int64_t deadline_ms;      /* of the monotonic clock */
	uint64_t received, limit; /* bytes */
	char why[512];            /* the first failure, for people; "": none */
};

enum { WIRE_CONNECT_MS = 15000 };

/* Milliseconds of the monotonic clock. */
int64_t wire_now(void);

/* Notes the first failure of the exchange and tells libgit2 about it; returns -1. */
int wire_fail(struct wire *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Waits until one of the descriptors is ready; -1 at `until_ms` or at the deadline of the
 * exchange, with a failure that says what was waited for. Descriptors below 0 are skipped.
 */
int wire_wait(struct wire *w, struct pollfd *fds, unsigned n, int64_t until_ms, const char *what);

/*
 * What a server or a program wrote for people, as one line that is fit for a terminal: lines become
 * "a; b", progress (ended by a lone CR) is left out, only the last 300 bytes are kept.
 */
void wire_one_line(struct buf *out, const char *text, size_t len);

/* Counts bytes that came; -1 when it is more than this exchange may bring. */
int wire_count(struct wire *w, size_t n);

/*
 * The exchange that streams of this thread belong to: libgit2 gives a stream's constructor nothing
 * but host and port. NULL ends it; without one no stream can be made.
 */
void wire_use(struct wire *w);

/* Makes libgit2 open its sockets through stream.c, for the whole process. */
int stream_register(void);

/* A git_smart_subtransport_cb; `param` is the struct wire. */
int ssh_subtransport(git_smart_subtransport **out, git_transport *owner, void *param);

#endif
