/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/err.h"

#include <stdio.h>
#include <string.h>

static const int exit_status[] = {
#define X(name, status, text) [ERR_##name] = status,
	ERR_CODES(X)
#undef X
};

_Static_assert(sizeof(exit_status) / sizeof(exit_status[0]) == ERR_CODE_MAX, "a row for each code");

static void mark_cut(char *text, size_t size)
{
	memcpy(text + size - 4, "...", 4);
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	e->code = code;
	va_start(ap, fmt);
	int n = vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(e->text))
		mark_cut(e->text, sizeof(e->text));
	return -1;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char context[256];
	char whole[sizeof(e->text) + sizeof(context) + 2];
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(context))
		mark_cut(context, sizeof(context));
	snprintf(whole, sizeof(whole), "%s: %s", context, e->text);
	size_t len = strlen(whole);
	if (len >= sizeof(e->text)) {
		memcpy(e->text, whole, sizeof(e->text));
		mark_cut(e->text, sizeof(e->text));
	} else {
		memcpy(e->text, whole, len + 1);
	}
	return -1;
}

int err_exit_status(enum err_code code)
{
	return code < ERR_CODE_MAX ? exit_status[code] : 1;
}
