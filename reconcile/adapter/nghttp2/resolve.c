/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/nghttp2/resolve.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

const char *addresses_resolve(const char *host, unsigned port, struct arena *mem,
			      struct addresses *out)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *list = NULL;
	char service[16];

	snprintf(service, sizeof(service), "%u", port);
	int rc = getaddrinfo(host, service, &hints, &list);
	if (rc != 0)
		return arena_printf(mem, "%s: %s", host,
				    rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
	out->n = 0;
	for (struct addrinfo *a = list; a && out->n < ADDRESSES_MAX; a = a->ai_next) {
		struct address *item = &out->item[out->n++];
		memcpy(&item->name, a->ai_addr, a->ai_addrlen);
		item->len = a->ai_addrlen;
	}
	freeaddrinfo(list);
	return NULL;
}
