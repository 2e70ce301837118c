/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The http port for directory:// servers: pairs of certificate and key as files on this host,
 * <path>/<tenant>/<certificate>/{cert.pem,key.pem,meta.json}. The three are swapped in together, so
 * that nobody ever sees a certificate beside the key of another one. The dialogue is that of
 * reconcile/server/directory.c.
 */
#ifndef APNSCTL_ADAPTER_FILE_DIRECTORY_H
#define APNSCTL_ADAPTER_FILE_DIRECTORY_H

#include <sys/types.h>

#include "reconcile/port/http.h"

struct directory_target {
	const char *name;
	const char *path;  /* made (0700) when it is missing and its parent exists */
	const char *owner; /* a user of this host, with its group; NULL: whoever runs this */
	mode_t mode;       /* of the files; a directory gets x where they have r */
};

/* Where private keys may go; "*" stands for all tenants, an empty list for none. */
struct directory_destination {
	const char *directory;
	const char *const *tenants;
	size_t n_tenants;
};

struct directory_options {
	const struct directory_target *target;
	size_t n_target;
	const struct directory_destination *destination;
	size_t n_destination;
};

/*
 * Makes the port; nothing is touched before the first exchange. `o`, what it points at, and `keys`
 * must outlive it.
 */
int directory_open(const struct directory_options *o, struct keys *keys, struct http **out,
		   struct err *e);

#endif
