/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the property list of an upload file with libplist, a reader that is not ours. */
#ifndef APNSCTL_ADAPTER_PLIST_H
#define APNSCTL_ADAPTER_PLIST_H

#include <stddef.h>

#include "schema/base/arena.h"
#include "schema/base/err.h"

struct upload_parts {
	const char *csr;       /* base64 */
	const char *chain;     /* PEM blocks */
	const char *signature; /* base64 */
};

/* Refuses anything but a dictionary of exactly these three strings. Texts live in `mem`. */
int upload_parse(const char *xml, size_t len, struct arena *mem, struct upload_parts *out,
		 struct err *e);

#endif
