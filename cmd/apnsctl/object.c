/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/object.h"

#include <string.h>

#include "cmd/apnsctl/app.h"
#include "schema/base/text.h"
#include "schema/kind/kind.h"

bool object_parse(const char *text, struct arena *mem, struct ref *out)
{
	char *part[3] = { arena_strdup(mem, text) };
	int n = 1;

	for (char *s = strchr(part[0], '/'); s; s = strchr(s + 1, '/')) {
		if (n == 3)
			return false;
		*s = 0;
		part[n++] = s + 1;
	}
	const struct kind *kind = kind_by_name(part[0]);
	*out = (struct ref){ kind ? kind->id : KIND_NONE, n == 3 ? part[1] : NULL, part[n - 1] };
	if (!out->kind && n == 2)
		*out = (struct ref){ KIND_PushCertificate, part[0], part[1] };
	return out->kind && n > 1 && text_is_name(out->name) &&
	       (!out->tenant || text_is_name(out->tenant));
}

bool object_parse_certificate(const char *command, const char *text, struct arena *mem,
			      struct ref *out)
{
	if (object_parse(text, mem, out) && out->kind == KIND_PushCertificate && out->tenant)
		return true;
	app_usage(command, "'%s' is no certificate; write tenant/name", app_safe(text));
	return false;
}
