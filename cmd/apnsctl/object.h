/* SPDX-License-Identifier: Apache-2.0 */
/* How objects are spelled as arguments: "Kind/tenant/name", "Kind/name", for certificates also
 * "tenant/name". */
#ifndef APNSCTL_CMD_OBJECT_H
#define APNSCTL_CMD_OBJECT_H

#include <stdbool.h>

#include "schema/base/ref.h"

/* False when it is none of these. Texts live in `mem`. */
bool object_parse(const char *text, struct arena *mem, struct ref *out);

/* The same for a certificate only; what is wrong is told as a wrong use of the command. */
bool object_parse_certificate(const char *command, const char *text, struct arena *mem,
			      struct ref *out);

#endif
