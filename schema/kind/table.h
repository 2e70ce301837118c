/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the tables are written; only the files of schema/kind/ include it. FIELD takes the member of
 * the C struct once: its offset comes from there, and a member whose C type is not the one that
 * the decoder of the field's type fills does not compile.
 */
#ifndef APNSCTL_KIND_TABLE_H
#define APNSCTL_KIND_TABLE_H

#include "schema/kind/kind.h"

/* The C type that the decoder of each field type fills. */
#define C_FT_STRING struct text
#define C_FT_NAME struct text
#define C_FT_PERSON struct text
#define C_FT_OLD_NAME struct text
#define C_FT_REF struct text
#define C_FT_ENUM struct num
#define C_FT_INT struct num
#define C_FT_DURATION struct num
#define C_FT_DATE struct num
#define C_FT_TIME struct num
#define C_FT_EMAIL struct text
#define C_FT_DOMAIN struct text
#define C_FT_TOPIC struct text
#define C_FT_SERIAL struct text
#define C_FT_PATH struct text
#define C_FT_ORIGIN struct text
#define C_FT_URL struct text
#define C_FT_TEXTS struct texts
#define C_FT_LIST struct list
#define C_FT_LABELS struct list

/* 0, or a compile error when the member has another type. */
#define ZERO_IF_TYPE(S, member, ctype)                                                             \
	(0 * sizeof(struct {                                                                       \
		_Static_assert(__builtin_types_compatible_p(__typeof__(((S *)0)->member), ctype),  \
			       #member " does not have the C type of its field");                  \
		char c;                                                                            \
	}))

#define FIELD_OF(S, member, ctype, field_type, name, ...)                                          \
	{                                                                                          \
		.key = (name), .type = (field_type),                                               \
		.off = offsetof(struct S, member) + ZERO_IF_TYPE(struct S, member, ctype),         \
		__VA_ARGS__                                                                        \
	}

/* A field of `struct S`: FIELD(tenant, display_name, FT_STRING, "displayName", .doc = …). */
#define FIELD(S, member, field_type, name, ...)                                                    \
	FIELD_OF(S, member, C_##field_type, field_type, name, __VA_ARGS__)

/* A pointer to the struct of the sub table `table`. */
#define STRUCT_FIELD(S, member, name, table, ...)                                                  \
	FIELD_OF(S, member, table##_struct *, FT_STRUCT, name, .sub = &(table), __VA_ARGS__)

/* A list of structs of the sub table `table`. */
#define LIST_FIELD(S, member, name, table, ...)                                                    \
	FIELD_OF(S, member, struct list, FT_LIST, name, .sub = &(table), __VA_ARGS__)

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The sub table `table` of `struct S`, which knows where it was written (`at`). */
#define SUBTABLE(S, table, fields, ...)                                                            \
	typedef struct S table##_struct;                                                           \
	static const struct subtable table = { .size = sizeof(struct S),                           \
					       .at_off = offsetof(struct S, at),                   \
					       .field = (fields),                                  \
					       .n_field = N_OF(fields),                            \
					       __VA_ARGS__ }

/* The same for the items of a list, which keep no place of their own. */
#define ITEM_TABLE(S, table, fields, ...)                                                          \
	static const struct subtable table = { .size = sizeof(struct S),                           \
					       .at_off = SIZE_MAX,                                 \
					       .field = (fields),                                  \
					       .n_field = N_OF(fields),                            \
					       __VA_ARGS__ }

/* The spec of a kind. */
#define SPEC(S, fields, ...)                                                                       \
	{                                                                                          \
		.size = sizeof(struct S), .at_off = offsetof(struct S, head.spec_at),              \
		.field = (fields), .n_field = N_OF(fields), __VA_ARGS__                            \
	}

/* Topics for examples. */
#define EXAMPLE_TOPIC "com.apple.mgmt.External.0fd31a9c-5a4b-4e0e-8b1e-7d5a1f6c2b30"
#define OTHER_TOPIC "com.apple.mgmt.External.9b2f7c1e-33d8-4a6f-9c55-2f0e8d4a7b61"

/* What several kinds share (shared.c). */
extern const struct subtable server_ref_table, reenrol_table;
typedef struct acknowledgement reenrol_table_struct;

/* One file a kind. */
#define X(name) extern const struct kind kind_##name;
KINDS(X)
#undef X

#endif
