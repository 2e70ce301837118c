/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of each rule of rules.def, for `apnsctl explain APN2003` and the reference: why the rule
 * is there, an example that breaks it and one that keeps it.
 */
#ifndef APNSCTL_RULE_PAGES_H
#define APNSCTL_RULE_PAGES_H

#include <stddef.h>
#include <stdint.h>

struct rule_page {
	uint16_t code;
	const char *why;    /* one to three sentences */
	const char *file;   /* where the examples stand; NULL: tenants/acme/example.yaml */
	const char *bad;    /* YAML that raises the rule; NULL: the rule is not about manifests */
	const char *good;   /* the same, mended */
	const char *source; /* where more is to be read; NULL: nowhere */
};

/* The page of a code; NULL when there is no such rule. */
const struct rule_page *rule_page(unsigned code);

/* A change rule: what stood in the place of its examples before; NULL for the others. */
const char *rule_page_base(unsigned code);

/*
 * The files around the examples: an Organization with three people (kim leaves), shared servers and
 * accounts, and the Tenant acme with an alias of its own. Ends with a NULL path.
 */
struct page_file {
	const char *path, *text;
};
const struct page_file *rule_page_files(void);

#endif
