/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of a file → documents as trees of nodes with exact places. Strict: anchors, aliases, tags,
 * merge keys, duplicate keys and all else that makes YAML ambiguous are findings. One broken
 * document hides no other. Nothing is typed here: `no` and `012` are text; the field decides.
 *
 * Work is bounded by the size of the input (yaml_scan refuses more than YAML_FILE_MAX bytes), by
 * the maxima below, and ends where the findings of the file are full.
 */
#ifndef APNSCTL_YAML_DOC_H
#define APNSCTL_YAML_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/arena.h"
#include "schema/base/finding.h"

enum {
	YAML_FILE_MAX = 1 << 20,
	YAML_LINES_MAX = 100000,
	YAML_DOCUMENTS_MAX = 5000, /* of a file */
	YAML_DEPTH_MAX = 32,
	YAML_NODES_MAX = 10000,	      /* of a document */
	YAML_FILE_NODES_MAX = 100000, /* of all documents of a file */
};

enum node_type { NODE_SCALAR, NODE_MAP, NODE_SEQ };

struct node {
	enum node_type type;
	bool quoted;      /* a scalar in quotes or a block scalar: text, whatever it looks like */
	bool missing;     /* a key without any value (`key:`) */
	bool commented;   /* missing, and "#" with no blank behind it follows (`key: #1`) */
	bool in_braces;   /* a mapping in braces, not one key a line */
	bool told;        /* a mapping that lost keys which are told already */
	struct span span; /* of a scalar (missing: of its key); else of the first key or item */
	const char *text; /* scalar: decoded bytes, NUL behind, no NUL inside */
	uint32_t len;     /* of text in bytes */
	uint32_t n;       /* pairs of a map, items of a sequence */
	union {
		struct pair *pair;
		struct node **item;
	};
};

struct pair {
	struct node *key; /* always a scalar */
	struct node *value;
};

/* One document of a file; `root` is NULL when it is empty or broken (then a finding says why). */
struct yaml_doc {
	struct node *root;
	uint32_t line; /* where it starts */
};

/* A comment "# apnsctl:WORD …", which is meant for this program. */
struct yaml_comment {
	const char *text;  /* behind the colon */
	uint32_t word_col; /* where `text` starts */
	uint32_t line;     /* what it speaks of: its own line, or alone on it the next one with
			    * content; 0: there is none */
	struct span at;
	struct span cut; /* what goes with it when it is taken out: blanks, or the whole line */
};

/* What the parsing of a file cost, for tests of the bounds. */
struct yaml_work {
	size_t parsers; /* set up: one, and one more behind each broken document */
	size_t events;
	size_t nodes;
};

struct yaml_file {
	const char *path;
	struct yaml_doc *doc;
	size_t n_doc;
	bool broken; /* some document could not be parsed */
	struct yaml_comment *comment; /* those for this program */
	size_t n_comment, cap_comment;
	struct yaml_work work;
};

/*
 * Scans and parses a whole file. Nodes and texts live in `mem`; `path` must live as long as the
 * findings. Never fails: what is wrong is in `fs`.
 */
void yaml_parse(const char *path, const char *bytes, size_t len, struct arena *mem,
		struct findings *fs, struct yaml_file *out);

/* The value of a key of a map, or NULL. */
struct node *node_get(const struct node *map, const char *key);

#endif
