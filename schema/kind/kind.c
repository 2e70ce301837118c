/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/kind/kind.h"

#include "schema/base/text.h"
#include "schema/kind/table.h"

static const struct kind *const kinds[] = {
#define X(name) [KIND_##name] = &kind_##name,
	KINDS(X)
#undef X
};

_Static_assert(N_OF(kinds) == KIND_MAX, "a table for each kind");

const struct kind *kind_of(enum kind_id id)
{
	return kinds[id];
}

const struct kind *kind_by_name(const char *name)
{
	for (size_t i = KIND_NONE + 1; i < KIND_MAX; i++)
		if (text_eq(kinds[i]->name, name))
			return kinds[i];
	return NULL;
}

static const struct field meta_fields[] = {
	FIELD(meta, name, FT_NAME, "name", .flags = FF_REQUIRED | FF_STARTER,
	      .doc = "The name of the object: lower-case letters, digits and hyphens, at most 63. "
		     "It is unique among the objects of its kind and tenant. Other objects refer "
		     "to it by this name.",
	      .example = "example"),
	FIELD(meta, tenant, FT_NAME, "tenant", .flags = FF_STARTER,
	      .doc = "The tenant that the object belongs to: the name of the folder below "
		     "tenants/. In SingleOrganization mode it may be left out. Objects in servers/ "
		     "and accounts/ have none.",
	      .example = "example"),
	FIELD(meta, previous_names, FT_TEXTS, "previousNames", .item = FT_OLD_NAME,
	      .doc = "Names that the object had before, so that a new name is a rename and not a "
		     "removal and a creation. The old name must be gone in the same revision. "
		     "tenant/name moves an object from another tenant, which waits for an "
		     "override.",
	      .example = "[old-name]"),
	FIELD(meta, labels, FT_LABELS, "labels",
	      .doc = "Words of your own to select and group objects by. apnsctl keeps them and "
		     "gives them no meaning.",
	      .example = "{team: north}"),
	FIELD(meta, annotations, FT_LABELS, "annotations",
	      .doc = "Notes of your own or of other tools. apnsctl keeps them and gives them no "
		     "meaning.",
	      .example = "{ticket: OPS-17}"),
};

static const struct subtable meta_table = {
	.doc = "Names the object.",
	.size = sizeof(struct meta),
	.at_off = SIZE_MAX,
	.field = meta_fields,
	.n_field = N_OF(meta_fields),
};

const struct subtable *kind_meta(void)
{
	return &meta_table;
}
