/* SPDX-License-Identifier: Apache-2.0 */
/* The name of an object, everywhere: kind, tenant, name; and a place in a file. */
#ifndef APNSCTL_REF_H
#define APNSCTL_REF_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/arena.h"

#define KINDS(X)                                                                                   \
	X(Organization)                                                                            \
	X(Tenant)                                                                                  \
	X(AppleIDAlias)                                                                            \
	X(Policy)                                                                                  \
	X(PushCertificate)                                                                         \
	X(CertificateAssignment)                                                                   \
	X(MDMServer)                                                                               \
	X(ControllerConfig)

enum kind_id {
	KIND_NONE,
#define X(name) KIND_##name,
	KINDS(X)
#undef X
		KIND_MAX
};

/* "PushCertificate"; "" for KIND_NONE. */
const char *kind_name(enum kind_id kind);

struct ref {
	enum kind_id kind;
	const char *tenant; /* NULL: the object has no tenant */
	const char *name;
};

/* By kind, then tenant, then name: the order of all lists. */
int ref_cmp(const struct ref *a, const struct ref *b);

/* "PushCertificate/acme/push", "Organization/msp". */
char *ref_text(struct arena *a, const struct ref *r);

/*
 * The name of an object of this tenant, which may be written "tenant/name"; NULL: another tenant's.
 * NULL as tenant takes only names without one.
 */
const char *ref_own_name(const char *written, const char *tenant);

/*
 * Lines and columns count from 1, columns in code points; `end_col` is one past the end. 0: none.
 */
struct span {
	uint32_t line, col, end_line, end_col;
};

/* The small form for values on one line, kept with every decoded value; line 0: not written. */
struct pos {
	uint32_t line;
	uint16_t col, end;
};

struct span span_of(struct pos p);
struct pos pos_of(struct span s);

#endif
