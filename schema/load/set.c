/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/load/set.h"

#include <string.h>

#include "schema/base/text.h"
#include "schema/load/decode.h"
#include "schema/load/path.h"
#include "schema/load/set_index.h"
#include "schema/yaml/doc.h"

void set_init(struct set *s, struct arena *mem, const char *tenant)
{
	*s = (struct set){ .mem = mem, .tenant = arena_strdup(mem, tenant) };
	s->index = set_index_new(mem);
}

/* A walk over the lines of a file, from the first to the last. */
struct lines {
	const char *at, *end;
	uint32_t number;
};

static const char *go_to(struct lines *l, uint32_t number)
{
	while (l->number < number && l->at < l->end) {
		const char *lf = memchr(l->at, '\n', (size_t)(l->end - l->at));
		l->at = lf ? lf + 1 : l->end;
		l->number++;
	}
	return l->at;
}

/*
 * A sound document that could be taken out: it is not the only one, and no comment goes with it.
 * Its lines are those up to the next "---", or up to the end of the file.
 */
static void note_lines(struct object *o, const struct yaml_file *y, size_t i, struct lines *l)
{
	bool is_last = i + 1 == y->n_doc;
	uint32_t first = y->doc[i].line, last = is_last ? UINT32_MAX : y->doc[i + 1].line;
	const char *from = go_to(l, first), *to = go_to(l, last);
	bool begins = to - from > 3 && !memcmp(from, "---", 3), marked = begins || (!i && !is_last);

	if (y->broken || y->n_doc < 2 || !marked || memchr(from, '#', (size_t)(to - from)) ||
	    memmem(from, (size_t)(to - from), "\n...", 4))
		return;
	o->first_line = first;
	o->last_line = is_last ? l->number : last;
}

static struct object *add_document(struct set *s, const char *path, const struct node *root,
				   struct findings *fs)
{
	struct object *o = decode(path, root, s->mem, fs), **slot;

	if (!o) {
		s->broken = true; /* something is here, but nobody can refer to it */
		return NULL;
	}
	if (o->kind == KIND_ControllerConfig) {
		struct finding *f = finding_add(
		    fs, RULE_CONTROLLER_CONFIG, path, span_of(o->at),
		    "a ControllerConfig stands among the manifests; it says what the controller "
		    "may reach, so no pull request may change it: keep it on the controller's "
		    "host");
		f->object = (struct ref){ o->kind, NULL, o->meta.name.s };
		f->pointer = "/kind";
		return NULL;
	}
	slot = arena_push(s->mem, &s->object, &s->n_object, &s->cap_object, sizeof(*slot));
	return *slot = o;
}

static void add_yaml(struct set *s, const char *path, const char *bytes, size_t len,
		     struct findings *fs)
{
	struct arena nodes = ARENA_INIT; /* objects do not point at them */
	struct yaml_file y = { 0 };
	struct lines lines = { bytes, bytes + len, 1 };

	yaml_parse(path, bytes, len, &nodes, fs, &y);
	s->broken = s->broken || y.broken;
	ignores_read(path, &y, s->mem, fs, &s->ignores);
	for (size_t i = 0; i < y.n_doc; i++) {
		size_t errors = fs->n_level[LEVEL_ERROR];
		struct object *o = NULL;
		if (y.doc[i].root || y.broken)
			s->n_document++;
		if (y.doc[i].root)
			o = add_document(s, path, y.doc[i].root, fs);
		if (o && o->kind == KIND_CertificateAssignment &&
		    fs->n_level[LEVEL_ERROR] == errors)
			note_lines(o, &y, i, &lines);
	}
	arena_release(&nodes);
}

static void add_certificate(struct set *s, const char *path, const char *bytes, size_t len,
			    const struct cert_reader *certs, struct findings *fs)
{
	size_t before = fs->n_level[LEVEL_ERROR];
	struct cert_file *c;

	scan_secrets(path, bytes, len, fs);
	if (!certs || !path_is_certificate(path))
		return;
	c = arena_push(s->mem, &s->cert, &s->n_cert, &s->cap_cert, sizeof(*c));
	c->path = path;
	certs->read(certs->self, bytes, len, s->mem, &c->facts);
	if (fs->n_level[LEVEL_ERROR] > before)
		return;
	if (c->facts.has_key || c->facts.form == CERT_FORM_KEY || c->facts.form == CERT_FORM_PKCS12)
		finding_add(
		    fs, RULE_SECRET_COMMITTED, path, (struct span){ 0 },
		    "a private key is inside of this file, and only the certificate belongs in "
		    "Git; take it out of the history too, make a new one and renew with that");
}

/*
 * Elsewhere only documents that are clearly ours are noticed, and only once a file: other tools
 * keep YAML in the same repository, and it is none of our business.
 */
static void add_elsewhere(const char *path, const char *bytes, size_t len, struct findings *fs)
{
	struct arena nodes = ARENA_INIT;
	struct findings unheard = FINDINGS_INIT(&nodes);
	struct yaml_file y = { 0 };

	if (!memmem(bytes, len, "apnsctl/", strlen("apnsctl/")))
		return;
	yaml_parse(path, bytes, len, &nodes, &unheard, &y);
	for (size_t i = 0; i < y.n_doc; i++) {
		const struct node *root = y.doc[i].root, *api;
		api = root && root->type == NODE_MAP ? node_get(root, "apiVersion") : NULL;
		if (!api || api->type != NODE_SCALAR || !text_starts(api->text, "apnsctl/"))
			continue;
		finding_add(fs, RULE_WRONG_PLACE, path, api->span,
			    "a manifest stands where none is read; move the file to "
			    "organization.yaml, servers/, accounts/ or tenants/<tenant>/")
		    ->pointer = "/apiVersion";
		break;
	}
	arena_release(&nodes);
}

void set_add_file(struct set *s, const char *path, const char *bytes, size_t len,
		  const struct cert_reader *certs, struct findings *fs)
{
	const char *tenant;
	size_t tenant_len;

	path = arena_strdup(s->mem, path);
	switch (path_classify(path, &tenant, &tenant_len)) {
	case PATH_IGNORED:
		return;
	case PATH_ORGANIZATION:
	case PATH_SHARED:
	case PATH_TENANT:
		add_yaml(s, path, bytes, len, fs);
		break;
	case PATH_TENANT_FILE:
		add_certificate(s, path, bytes, len, certs, fs);
		return;
	case PATH_OTHER_YAML:
		add_elsewhere(path, bytes, len, fs);
		break;
	case PATH_OTHER:
		break;
	}
	scan_secrets(path, bytes, len, fs);
}

/* The one object of a file; NULL, with a finding, when it is no ControllerConfig. */
static struct object *decode_config(const char *path, const struct yaml_file *y, struct arena *mem,
				    struct findings *fs)
{
	const struct node *root = NULL;
	struct object *o = NULL;
	size_t n = 0;

	for (size_t i = 0; i < y->n_doc; i++)
		if (y->doc[i].root && n++ == 0)
			root = y->doc[i].root;
	if (n == 1) {
		o = decode(path, root, mem, fs);
		if (!o || o->kind == KIND_ControllerConfig)
			return o;
	}
	finding_add(fs, RULE_UNKNOWN_KIND, path,
		    o      ? span_of(o->at)
		    : root ? root->span
			   : (struct span){ 0 },
		    "%s; a controller configuration is one document of kind ControllerConfig, as "
		    "`apnsctl init` writes it",
		    o       ? "the document has another kind"
		    : n > 1 ? "this file holds several documents"
			    : "this file holds no document");
	return NULL;
}

struct controller_config *config_decode(const char *path, const char *bytes, size_t len,
					struct arena *mem, struct findings *fs)
{
	struct arena nodes = ARENA_INIT;
	struct yaml_file y = { 0 };
	struct object *o = NULL;

	path = arena_strdup(mem, path);
	yaml_parse(path, bytes, len, &nodes, fs, &y);
	if (!y.broken)
		o = decode_config(path, &y, mem, fs);
	arena_release(&nodes);
	return (struct controller_config *)o;
}
