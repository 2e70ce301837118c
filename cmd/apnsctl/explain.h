/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `explain`: each adds sheets about what was asked. */
#ifndef APNSCTL_CMD_EXPLAIN_H
#define APNSCTL_CMD_EXPLAIN_H

#include "cmd/apnsctl/facts.h"
#include "cmd/apnsctl/sheet.h"

struct explanation {
	struct arena mem;
	struct sheet *sheet;
	size_t n, cap;
};

struct sheet *explain_sheet(struct explanation *x, const char *subject);

/* explain_rule.c: the page of "APN2003" or "missing-reference", or the files around all "examples";
 * false: there is no such rule. */
bool explain_rule(struct explanation *x, const char *word);

/* The same in Markdown, as docs/rules has it. */
bool explain_rule_page(struct buf *out, const char *word);

/* explain_object.c: 1: there is no such object. */
int explain_object(struct explanation *x, struct facts *f, const struct ref *on, struct err *e);

/* explain_search.c: what a file of the repository defines; 1: it defines nothing. */
int explain_manifest(struct explanation *x, struct facts *f, const char *file, struct err *e);

/* The object or rule that was probably meant, as one can write it; NULL: nothing is near. */
const char *explain_near(struct explanation *x, struct facts *f, const char *word);

/* The word of a value of a key of the kind's spec, from its table. */
const char *explain_word(enum kind_id kind, const char *key, int64_t value);

/* "FILE:LINE" */
const char *explain_place(struct arena *mem, const char *file, struct pos at);

/* explain_certificate.c: all that is known of one certificate; `why` it is told of, NULL: it was
 * asked for by its name. */
void explain_certificate(struct explanation *x, const struct facts_unit *u,
			 const struct cert_view *v, const char *why);

/* explain_who.c: the certificates that have a topic, a serial or an Apple Account; 1: none has. */
enum explain_by { EXPLAIN_TOPIC, EXPLAIN_SERIAL, EXPLAIN_ADDRESS };
int explain_who(struct explanation *x, struct facts *f, enum explain_by by, const char *value,
		struct err *e);

#endif
