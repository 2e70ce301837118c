/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of the XML that fuzz targets check: elements, attributes, character references by
 * number. It aborts at what is not well-formed, and hands out attributes and text as they are
 * meant.
 */
#ifndef APNSCTL_FUZZ_XML_H
#define APNSCTL_FUZZ_XML_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/text.h"

enum { XML_DEPTH = 8, XML_NAME = 32 };

struct xml {
	const char *at, *end;
	char open[XML_DEPTH][XML_NAME]; /* the elements around `at` */
	unsigned depth;
	/* `name` is NULL for text; `value` is valid during the call. */
	void (*found)(void *self, const char *element, const char *name, const char *value);
	void *self;
};

static void xml_must(bool truth)
{
	if (!truth)
		abort();
}

static bool xml_takes(struct xml *x, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(x->end - x->at) < n || memcmp(x->at, word, n) != 0)
		return false;
	x->at += n;
	return true;
}

static void xml_name(struct xml *x, char out[XML_NAME])
{
	size_t n = 0;

	while (x->at < x->end && n + 1 < XML_NAME &&
	       ((*x->at >= 'a' && *x->at <= 'z') || *x->at == '-'))
		out[n++] = *x->at++;
	out[n] = 0;
	xml_must(n > 0);
}

static void xml_utf8(struct buf *out, unsigned long c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_addc(out, (char)(0xc0 | c >> 6));
	} else if (c < 0x10000) {
		buf_addc(out, (char)(0xe0 | c >> 12));
		buf_addc(out, (char)(0x80 | (c >> 6 & 63)));
	} else {
		buf_addc(out, (char)(0xf0 | c >> 18));
		buf_addc(out, (char)(0x80 | (c >> 12 & 63)));
		buf_addc(out, (char)(0x80 | (c >> 6 & 63)));
	}
	buf_addc(out, (char)(0x80 | (c & 63)));
}

/* XML 1.0, production 2 */
static bool xml_is_char(unsigned long c)
{
	return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

static void xml_reference(struct xml *x, struct buf *out)
{
	char *end;

	xml_must(xml_takes(x, "&#") && x->at < x->end && *x->at >= '0' && *x->at <= '9');
	unsigned long c = strtoul(x->at, &end, 10);
	x->at = end;
	xml_must(xml_takes(x, ";") && xml_is_char(c));
	xml_utf8(out, c);
}

/* Text up to `stop`, which stays. */
static void xml_text(struct xml *x, char stop, struct buf *out)
{
	while (x->at < x->end && *x->at != stop) {
		size_t n = 0;
		xml_must(*x->at != '<' && memcmp(x->at, "]]>", x->end - x->at < 3 ? 1 : 3) != 0);
		if (*x->at == '&') {
			xml_reference(x, out);
			continue;
		}
		int32_t c = text_utf8_next(x->at, (size_t)(x->end - x->at), &n);
		xml_must(c >= 0 && xml_is_char((unsigned long)c));
		/* A reader makes a blank of these in an attribute. */
		xml_must(stop != '"' || (c != '\n' && c != '\t' && c != '\r'));
		buf_add(out, x->at, n);
		x->at += n;
	}
}

static void xml_attributes(struct xml *x, const char *element)
{
	char seen[8][XML_NAME];
	unsigned n = 0;

	while (xml_takes(x, " ")) {
		struct buf value = BUF_INIT(1 << 22);
		xml_must(n < 8);
		xml_name(x, seen[n]);
		for (unsigned i = 0; i < n; i++)
			xml_must(strcmp(seen[i], seen[n]) != 0);
		xml_must(xml_takes(x, "=\""));
		xml_text(x, '"', &value);
		xml_must(xml_takes(x, "\""));
		x->found(x->self, element, seen[n++], buf_str(&value));
		buf_release(&value);
	}
}

static void xml_content(struct xml *x)
{
	struct buf text = BUF_INIT(1 << 22);

	xml_text(x, '<', &text);
	xml_must(x->at < x->end || x->depth == 0);
	if (x->depth)
		x->found(x->self, x->open[x->depth - 1], NULL, buf_str(&text));
	buf_release(&text);
}

/* The whole of a document. */
static void xml_read(struct xml *x)
{
	xml_must(xml_takes(x, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
	do {
		char name[XML_NAME];
		if (xml_takes(x, "</")) {
			xml_name(x, name);
			xml_must(x->depth > 0 && !strcmp(name, x->open[--x->depth]));
			xml_must(xml_takes(x, ">"));
		} else {
			xml_must(xml_takes(x, "<") && x->depth < XML_DEPTH);
			xml_name(x, x->open[x->depth]);
			xml_attributes(x, x->open[x->depth++]);
			xml_must(xml_takes(x, ">"));
		}
		xml_content(x);
	} while (x->at < x->end);
	xml_must(x->depth == 0);
}

#endif
