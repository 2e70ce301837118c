/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The declarative tables: one `struct kind` an object kind says all about its manifest: keys,
 * types, limits, defaults, prose. Decoding, validation, JSON Schema, reference page and starter
 * files are derived from it, so they can not disagree.
 */
#ifndef APNSCTL_KIND_KIND_H
#define APNSCTL_KIND_KIND_H

#include <stddef.h>

#include "schema/base/finding.h"
#include "schema/kind/object.h"

enum field_type {
	FT_STRING,   /* struct text; any text without control characters */
	FT_NAME,     /* struct text; an object's name, or a word of `words` */
	FT_PERSON,   /* struct text; id of a person; rule/people.c judges it */
	FT_OLD_NAME, /* struct text; "name" or "tenant/name" */
	FT_REF,      /* struct text; the name of an object of kind `ref`, or a word of `words` */
	FT_ENUM,     /* struct num; one of `words` (word i has the value of its row) */
	FT_INT,      /* struct num; min..max */
	FT_DURATION, /* struct num, seconds */
	FT_DATE,     /* struct num; 2026-11-24 */
	FT_TIME,     /* struct num; RFC 3339 UTC */
	FT_EMAIL,    /* struct text */
	FT_DOMAIN,   /* struct text; lower-case host name */
	FT_TOPIC,    /* struct text; com.apple.mgmt.… or a word of `words` ("New", "None") */
	FT_SERIAL,   /* struct text; upper-case hex */
	FT_PATH,     /* struct text; a relative or absolute path, no control characters */
	FT_ORIGIN,   /* struct text; scheme://[user@]host[:port], nothing behind */
	FT_URL,      /* struct text; scheme:// and more, no password in it */
	FT_TEXTS,    /* struct texts; items of type `item` */
	FT_STRUCT,   /* pointer to a struct of `sub`; NULL when not written and no FF_ALWAYS */
	FT_LIST,     /* struct list of structs of `sub` */
	FT_LABELS,   /* struct list of struct label; a mapping of text to text */
	FT_MAX
};

enum {
	FF_REQUIRED = 1u << 0,
	FF_ALWAYS = 1u << 1,    /* FT_STRUCT: made with its defaults when not written */
	FF_NOT_EMPTY = 1u << 2, /* text or list has at least one character or item */
	FF_STARTER = 1u << 3    /* stands in starter files, not commented out */
};

struct word {
	const char *text;
	int value;
	const char *doc;
};

struct subtable;

struct field {
	const char *key;
	const char *doc;      /* full sentences, for the reference page and the JSON Schema */
	const char *example;  /* a YAML value that its own decoder takes */
	const char *fallback; /* default as YAML text; NULL: none */
	enum field_type type;
	enum field_type item; /* FT_TEXTS */
	unsigned flags;
	size_t off;
	enum kind_id ref;         /* FT_REF, also as `item` */
	const struct word *words; /* ends with a NULL text; FT_TEXTS: of its items */
	int64_t min, max;         /* FT_INT, FT_DURATION (seconds); both 0: no limit */
	const struct subtable *sub;
};

struct subtable {
	const char *doc;
	size_t size;
	size_t at_off; /* of its struct pos; SIZE_MAX: has none */
	const struct field *field;
	size_t n_field;
	const char *const *exactly_one; /* keys of which exactly one is written; ends with NULL */
};

/* metadata.tenant. REQUIRED: SingleOrganization fills it in. OPTIONAL: without it shared. */
enum tenant_use { TENANT_FORBIDDEN, TENANT_REQUIRED, TENANT_OPTIONAL };

struct kind {
	enum kind_id id;
	const char *name, *doc;
	size_t size; /* of the object's struct, whose first member is a struct object */
	enum tenant_use has_tenant;
	struct subtable spec; /* offsets count from the start of the object */
};

/* The kinds of manifests (and ControllerConfig), by id; NULL for KIND_NONE. */
const struct kind *kind_of(enum kind_id id);

/* By name; NULL when there is none. */
const struct kind *kind_by_name(const char *name);

/* The table of `metadata`; offsets count from a struct meta. */
const struct subtable *kind_meta(void);

#endif
