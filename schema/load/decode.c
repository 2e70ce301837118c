/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/load/decode.h"

#include <string.h>

#include "schema/base/lookalike.h"
#include "schema/base/text.h"
#include "schema/load/decoder.h"
#include "schema/load/keys.h"

#define API_VERSION "apnsctl/v1"

static bool decode_struct(struct decoder *d, const struct subtable *t, const struct node *map,
			  const struct place *at, struct span head, void *base);
static void fill_defaults(struct decoder *d, const struct subtable *t, void *base);

static bool is_full(const struct decoder *d)
{
	return findings_full(d->fs, d->path);
}

static void set_place(const struct subtable *t, void *base, struct span at)
{
	struct pos p = pos_of(at);

	if (t->at_off != SIZE_MAX)
		memcpy((char *)base + t->at_off, &p, sizeof(p));
}

/* "alex, sam" in brackets; NULL when it is more than words with commas. */
static const char *as_list(const struct decoder *d, const struct node *n)
{
	if (n->type != NODE_SCALAR || n->quoted || n->len > 255 || strpbrk(n->text, "[]{}#:\n"))
		return NULL;
	return arena_printf(d->fs->mem, "[%s]", n->text);
}

/* False, and told, when the value is not of the type; `noun` is what it should be. */
static bool has_type(struct decoder *d, const struct node *n, enum node_type type,
		     const struct place *at, const char *noun)
{
	if (n->type == type)
		return true;
	const char *name = decoder_place(d, at);
	if (n->missing) {
		decoder_tell(d, RULE_WRONG_TYPE, at, n->span, "%s has no value, but %s is wanted",
			     name, noun);
	} else if (!n->told && !decoder_tell_spelling(d, at, n)) {
		const char *list = type == NODE_SEQ ? as_list(d, n) : NULL;
		struct finding *f = decoder_tell(
		    d, RULE_WRONG_TYPE, at, n->span, "%s is %s, but %s is wanted%s%s", name,
		    decoder_what(d, n), noun,
		    type == NODE_MAP && n->type == NODE_SCALAR ? "; write it as \"key: value\""
		    : list                                     ? "; write "
							       : "",
		    list ? list : "");
		if (list)
			decoder_suggest(d, f, n->span, list, "make it a list");
	}
	return false;
}

static void decode_texts(struct decoder *d, const struct field *f, const struct node *n,
			 const struct place *at, struct texts *out)
{
	out->item = arena_array(d->mem, n->n, sizeof(*out->item));
	for (uint32_t i = 0; i < n->n && !is_full(d); i++) {
		struct place item = { at, NULL, i };
		struct text *slot = &out->item[out->n];
		if (value_decode(d, f, f->item, n->item[i], &item, slot))
			out->n++;
		else
			*slot = (struct text){ 0 };
	}
}

static void decode_list(struct decoder *d, const struct field *f, const struct node *n,
			const struct place *at, struct list *out)
{
	out->item = arena_array(d->mem, n->n, f->sub->size);
	for (uint32_t i = 0; i < n->n && !is_full(d); i++) {
		struct place item = { at, NULL, i };
		const struct node *map = n->item[i];
		char *slot = (char *)out->item + out->n * f->sub->size;
		if (has_type(d, map, NODE_MAP, &item, "a mapping") &&
		    decode_struct(d, f->sub, map, &item, map->span, slot))
			out->n++;
		else
			memset(slot, 0, f->sub->size);
	}
}

static void decode_labels(struct decoder *d, const struct node *n, const struct place *at,
			  struct list *out)
{
	static const struct field label = { .key = "label", .type = FT_STRING };
	struct label *item = arena_array(d->mem, n->n, sizeof(*item));

	out->item = item;
	for (uint32_t i = 0; i < n->n && !is_full(d); i++) {
		const struct pair *p = &n->pair[i];
		struct place here = { at, p->key->text, 0 };
		if (value_decode(d, &label, FT_STRING, p->key, &here, &item[out->n].key) &&
		    value_decode(d, &label, FT_STRING, p->value, &here, &item[out->n].value))
			out->n++;
		else
			item[out->n] = (struct label){ 0 };
	}
}

/* False when the list has no item and should; then it is told. */
static bool is_filled(struct decoder *d, const struct field *f, const struct node *n,
		      const struct place *at)
{
	if (n->n || !(f->flags & FF_NOT_EMPTY))
		return true;
	decoder_tell(d, RULE_BAD_VALUE, at, n->span,
		     "%s is an empty list, but at least one item is wanted", f->key);
	return false;
}

static bool decode_collection(struct decoder *d, const struct field *f, const struct pair *p,
			      const struct place *at, void *out)
{
	struct texts *texts = out;
	struct list *list = out;
	bool is_labels = f->type == FT_LABELS;

	*(f->type == FT_TEXTS ? &texts->at : &list->at) = pos_of(p->key->span);
	if (!has_type(d, p->value, is_labels ? NODE_MAP : NODE_SEQ, at,
		      is_labels ? "a mapping of text to text" : "a list") ||
	    !is_filled(d, f, p->value, at))
		return false;
	if (f->type == FT_TEXTS)
		decode_texts(d, f, p->value, at, texts);
	else if (f->type == FT_LIST)
		decode_list(d, f, p->value, at, list);
	else
		decode_labels(d, p->value, at, list);
	return true;
}

/* A struct that lacks something required is left out: half an acknowledgement is none. */
static bool decode_pointer(struct decoder *d, const struct field *f, const struct pair *p,
			   const struct place *at, void *out)
{
	void *made;

	if (!has_type(d, p->value, NODE_MAP, at, "a mapping"))
		return false;
	made = arena_alloc(d->mem, f->sub->size);
	if (!decode_struct(d, f->sub, p->value, at, p->key->span, made))
		return false;
	memcpy(out, &made, sizeof(made));
	return true;
}

static bool decode_field(struct decoder *d, const struct field *f, const struct pair *p,
			 const struct place *up, void *base)
{
	struct place at = { up, f->key, 0 };
	void *out = (char *)base + f->off;

	switch (f->type) {
	case FT_TEXTS:
	case FT_LIST:
	case FT_LABELS:
		return decode_collection(d, f, p, &at, out);
	case FT_STRUCT:
		return decode_pointer(d, f, p, &at, out);
	default:
		return value_decode(d, f, f->type, p->value, &at, out);
	}
}

/* For a field that is not written, or not acceptable. */
static void fill_default(struct decoder *d, const struct field *f, void *base)
{
	void *out = (char *)base + f->off, *made;

	if (f->type != FT_STRUCT) {
		value_default(f, out);
	} else if (f->flags & FF_ALWAYS) {
		made = arena_alloc(d->mem, f->sub->size);
		fill_defaults(d, f->sub, made);
		memcpy(out, &made, sizeof(made));
	}
}

static void fill_defaults(struct decoder *d, const struct subtable *t, void *base)
{
	for (size_t i = 0; i < t->n_field; i++)
		fill_default(d, &t->field[i], base);
}

/*
 * Fills the struct at `base`; `head` is where the mapping is told to lack something. False when it
 * can not be used: something required is missing or not acceptable.
 */
static bool decode_struct(struct decoder *d, const struct subtable *t, const struct node *map,
			  const struct place *at, struct span head, void *base)
{
	struct keys k = { .table = t };
	bool usable = true;
	size_t next = 0;

	set_place(t, base, head);
	for (uint32_t i = 0; i < map->n && !is_full(d); i++) {
		const struct field *f = keys_find(t, map->pair[i].key->text, &next);
		if (!f) {
			k.unknown = true;
			continue;
		}
		k.seen |= UINT64_C(1) << (f - t->field);
		if (decode_field(d, f, &map->pair[i], at, base))
			continue;
		fill_default(d, f, base);
		usable = usable && !(f->flags & FF_REQUIRED);
	}
	for (size_t i = 0; i < t->n_field; i++)
		if (!(k.seen >> i & 1))
			fill_default(d, &t->field[i], base);
	keys_tell_unknown(d, &k, map, at);
	usable = keys_tell_missing(d, &k, at, head) && usable;
	keys_tell_exclusive(d, &k, map, at, head);
	return usable;
}

/* What stands at the top of each document; only the keys count. */
static const struct field top_fields[] = {
	{ .key = "apiVersion", .flags = FF_REQUIRED, .example = API_VERSION },
	{ .key = "kind", .flags = FF_REQUIRED, .example = "PushCertificate" },
	{ .key = "metadata", .flags = FF_REQUIRED, .example = "{name: push, tenant: acme}" },
	{ .key = "spec", .flags = FF_REQUIRED, .example = "{}" },
};

static const struct subtable top_table = {
	.at_off = SIZE_MAX,
	.field = top_fields,
	.n_field = sizeof(top_fields) / sizeof(top_fields[0]),
};

static void check_top_keys(struct decoder *d, const struct node *root)
{
	struct keys k = { .table = &top_table };
	size_t next = 0;

	for (uint32_t i = 0; i < root->n; i++) {
		const struct node *key = root->pair[i].key;
		struct place here = { NULL, key->text, 0 };
		const struct field *f = keys_find(&top_table, key->text, &next);
		if (f)
			k.seen |= UINT64_C(1) << (f - top_fields);
		else if (strcmp(key->text, "status") == 0)
			decoder_tell(d, RULE_STATUS_KEY, &here, key->span,
				     "status does not belong in a manifest: the controller writes "
				     "it to its own branch; remove it");
		else
			k.unknown = true;
	}
	keys_tell_unknown(d, &k, root, NULL);
	keys_tell_missing(d, &k, NULL, root->span);
}

/* False when the document is for another program or another version of this one. */
static bool check_api_version(struct decoder *d, const struct node *root)
{
	static const char *const known[] = { API_VERSION };
	static const struct place at = { NULL, "apiVersion", 0 };
	const struct node *n = node_get(root, "apiVersion");

	if (!n || (n->type == NODE_SCALAR && text_eq(n->text, API_VERSION)))
		return true;
	bool near = n->type == NODE_SCALAR && text_nearest(n->text, known, 1);
	struct finding *f =
	    decoder_tell(d, RULE_API_VERSION, &at, n->span,
			 "apiVersion is %s, but only \"" API_VERSION "\" is known",
			 n->type == NODE_SCALAR && !n->missing ? decoder_quote(d, n->text, n->len)
							       : decoder_what(d, n));
	if (near)
		decoder_suggest(d, f, n->span, API_VERSION, "take the known version");
	return near || n->missing;
}

/* The kind that was meant: a near one, or one whose name is cut off; NULL: none. */
static const char *nearest_kind(const char *text)
{
	const char *names[KIND_MAX];
	size_t n = 0;

	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++)
		names[n++] = kind_of(id)->name;
	const char *near = text_nearest(text, names, n);
	for (size_t i = 0; !near && strlen(text) > 3 && i < n; i++)
		if (text_starts(names[i], text))
			near = names[i];
	return near;
}

static void tell_unknown_kind(struct decoder *d, const struct node *n, const struct place *at)
{
	const char *name = decoder_quote(d, n->text, n->len), *near = nearest_kind(n->text);
	struct buf all = BUF_INIT(1024);

	if (near && lookalike_has_invisible(n->text, n->len))
		return; /* told where it stands */
	if (near) {
		struct finding *f = decoder_tell(d, RULE_UNKNOWN_KIND, at, n->span,
						 "unknown kind %s; did you mean \"%s\"?%s", name,
						 near, decoder_lookalike(d, n));
		decoder_suggest(d, f, n->span, near, "take the known kind");
		return;
	}
	for (unsigned id = KIND_NONE + 1; id < KIND_MAX; id++)
		if (id != KIND_ControllerConfig)
			buf_addf(&all, "%s%s", all.len ? ", " : "", kind_of(id)->name);
	decoder_tell(d, RULE_UNKNOWN_KIND, at, n->span, "unknown kind %s; the kinds are %s", name,
		     buf_str(&all));
	buf_release(&all);
}

static const struct kind *find_kind(struct decoder *d, const struct node *n)
{
	static const struct place at = { NULL, "kind", 0 };

	if (n->type != NODE_SCALAR || n->missing) {
		decoder_tell(d, RULE_WRONG_TYPE, &at, n->span,
			     "kind is %s, but the name of a kind is wanted", decoder_what(d, n));
		return NULL;
	}
	const struct kind *k = kind_by_name(n->text);
	if (!k)
		tell_unknown_kind(d, n, &at);
	return k;
}

/* The name that findings give the object, as far as it is written. */
static void name_object(struct decoder *d, const struct node *root)
{
	const struct node *meta = node_get(root, "metadata");
	const struct node *name = node_get(meta, "name"), *tenant = node_get(meta, "tenant");

	if (!d->kind)
		return;
	d->object.kind = d->kind->id;
	if (name && name->type == NODE_SCALAR && text_is_name(name->text))
		d->object.name = name->text;
	if (d->kind->has_tenant != TENANT_FORBIDDEN && tenant && tenant->type == NODE_SCALAR &&
	    text_is_name(tenant->text))
		d->object.tenant = tenant->text;
}

static void forbid_tenant(struct decoder *d, const struct node *root)
{
	static const struct place meta = { NULL, "metadata", 0 }, at = { &meta, "tenant", 0 };
	const struct node *map = node_get(root, "metadata");

	for (uint32_t i = 0; map && map->type == NODE_MAP && i < map->n; i++)
		if (strcmp(map->pair[i].key->text, "tenant") == 0)
			decoder_tell(
			    d, RULE_UNKNOWN_KEY, &at, map->pair[i].key->span,
			    "unknown key \"tenant\" in metadata of %s, which belongs to no "
			    "tenant; remove it",
			    d->kind->name);
}

/* `spec:` whose keys stand below it without indentation: one mistake, however many keys. */
static bool tell_unindented(struct decoder *d, const struct pair *part, const struct subtable *t,
			    const struct place *at)
{
	for (uint32_t i = 0; part->value->missing && i < d->root->n; i++) {
		const struct node *key = d->root->pair[i].key;
		size_t next = 0, top = 0;
		if (keys_find(&top_table, key->text, &top) || !keys_find(t, key->text, &next))
			continue;
		struct finding *f = decoder_tell(
		    d, RULE_WRONG_TYPE, at, part->key->span,
		    "%s has no value, because its keys are not indented; indent %s and "
		    "the others below it by two spaces",
		    at->key, decoder_quote(d, key->text, key->len));
		if (f != &d->dummy)
			finding_relate(d->fs, f, d->path, key->span, "the first of its keys");
		return true;
	}
	return false;
}

/* A tenant that is written in the wrong part is told there, and not missing as well. */
static void take_stray_tenant(struct decoder *d, struct meta *meta)
{
	const struct node *n = node_get(d->root, "tenant");

	if (meta->tenant.at.line)
		return;
	n = n ? n : node_get(node_get(d->root, "spec"), "tenant");
	if (!n || n->type != NODE_SCALAR || !text_is_name(n->text))
		return;
	meta->tenant.s = arena_strdup(d->mem, n->text);
	meta->tenant.at = pos_of(n->span);
}

static void decode_part(struct decoder *d, const struct node *root, const char *key,
			const struct subtable *t, void *base)
{
	struct place at = { NULL, key, 0 };

	for (uint32_t i = 0; i < root->n; i++) {
		const struct pair *p = &root->pair[i];
		if (strcmp(p->key->text, key) != 0)
			continue;
		if (tell_unindented(d, p, t, &at))
			break;
		if (has_type(d, p->value, NODE_MAP, &at, "a mapping")) {
			decode_struct(d, t, p->value, &at, p->key->span, base);
			return;
		}
	}
	fill_defaults(d, t, base);
}

/* Where another key can be written. */
static void note_keys(struct object *o, const struct node *spec)
{
	if (spec && spec->type == NODE_MAP && spec->n && !spec->in_braces)
		o->keys_at = pos_of(spec->pair[0].key->span);
}

struct object *decode(const char *path, const struct node *root, struct arena *mem,
		      struct findings *fs)
{
	struct decoder d = { .path = path, .mem = mem, .fs = fs };

	if (!root)
		return NULL;
	if (root->type != NODE_MAP) {
		decoder_tell(&d, RULE_NOT_A_MAPPING, NULL, root->span,
			     "this document is %s, but a manifest is a mapping with apiVersion, "
			     "kind, metadata and spec",
			     decoder_what(&d, root));
		return NULL;
	}
	if (!check_api_version(&d, root))
		return NULL;
	const struct node *kind = node_get(root, "kind");
	d.root = root;
	d.kind = kind ? find_kind(&d, kind) : NULL;
	name_object(&d, root);
	check_top_keys(&d, root);
	if (!d.kind)
		return NULL;
	struct object *o = arena_alloc(mem, d.kind->size);
	o->kind = d.kind->id;
	o->file = path;
	o->at = pos_of(kind->span);
	decode_part(&d, root, "metadata", kind_meta(), &o->meta);
	if (d.kind->has_tenant != TENANT_FORBIDDEN)
		take_stray_tenant(&d, &o->meta);
	decode_part(&d, root, "spec", &d.kind->spec, o);
	if (d.kind->has_tenant == TENANT_FORBIDDEN && o->meta.tenant.at.line) {
		forbid_tenant(&d, root);
		o->meta.tenant = (struct text){ 0 };
	}
	note_keys(o, node_get(root, "spec"));
	return o->meta.name.s ? o : NULL;
}
