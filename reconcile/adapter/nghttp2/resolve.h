/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses of a server, in the order in which they are to be tried. */
#ifndef APNSCTL_ADAPTER_NGHTTP2_RESOLVE_H
#define APNSCTL_ADAPTER_NGHTTP2_RESOLVE_H

#include <stddef.h>

#include <sys/socket.h>

#include "schema/base/arena.h"

enum { ADDRESSES_MAX = 16 };

struct address {
	struct sockaddr_storage name;
	socklen_t len;
};

struct addresses {
	struct address item[ADDRESSES_MAX];
	size_t n;
};

/* Resolves a name or an IP literal; NULL, or the resolver's reason in `mem`. */
const char *addresses_resolve(const char *host, unsigned port, struct arena *mem,
			      struct addresses *out);

#endif
