/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/secret.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/arena.h"

void secret_wipe(void *p, size_t n)
{
	if (!p || !n)
		return;
	memset(p, 0, n);
	__asm__ volatile("" : : "r"(p) : "memory");
}

static void reserve(struct secret *s, size_t need)
{
	if (need < s->cap)
		return;
	size_t cap = s->cap ? s->cap : 64;
	while (cap <= need)
		cap *= 2;
	unsigned char *data = calloc(1, cap);
	if (!data)
		out_of_memory();
	if (s->len)
		memcpy(data, s->data, s->len);
	if (s->data) {
		secret_wipe(s->data, s->cap);
		free(s->data);
	}
	s->data = data;
	s->cap = cap;
}

void secret_add(struct secret *s, const void *bytes, size_t n)
{
	reserve(s, s->len + n);
	if (n)
		memcpy(s->data + s->len, bytes, n);
	s->len += n;
	s->data[s->len] = 0;
}

void secret_resize(struct secret *s, size_t n)
{
	secret_wipe(s->data, s->cap);
	s->len = 0;
	reserve(s, n);
	s->len = n;
}

void secret_release(struct secret *s)
{
	if (s->data) {
		secret_wipe(s->data, s->cap);
		free(s->data);
	}
	*s = (struct secret)SECRET_INIT;
}

int secret_differs(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;
	unsigned char d = 0;

	for (size_t i = 0; i < n; i++)
		d = (unsigned char)(d | (x[i] ^ y[i]));
	return d != 0;
}
