/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/load.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/path.h"
#include "schema/resolve/resolve.h"

/* Files of one folder on their way into a set. */
struct feed {
	struct load *load;
	struct set *set;
	struct findings *fs;
	struct sha256 *print; /* NULL: none is taken */
};

/* What is not read may have held objects, unless it stands where none are looked for. */
static void note_unread(struct feed *f, const char *path)
{
	const char *const places[] = { "organization.yaml", "servers", "accounts", "tenants" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (path_is_below(path, places[i]))
			f->set->broken = true;
}

/* Entries that are never read are findings. */
static bool is_refused(struct feed *f, const struct source_entry *e)
{
	const char *path = arena_strdup(f->fs->mem, e->path);
	struct span none = { 0 };

	if (e->bad_name)
		finding_add(f->fs, RULE_BAD_PATH, path, none,
			    "the name is not allowed (\"..\", \".git\" or control characters); the "
			    "file is not read, rename it");
	else if (e->type == ENTRY_SYMLINK)
		finding_add(f->fs, RULE_SYMLINK, path, none,
			    "symbolic links are not followed; put the file itself here");
	else if (e->type == ENTRY_SUBMODULE)
		finding_add(f->fs, RULE_SUBMODULE, path, none,
			    "submodules are not read; put the files themselves here");
	else
		return false;
	note_unread(f, path);
	return true;
}

/* All that the file's findings and objects follow from; `bytes` NULL: it is not read. */
static void print_entry(struct sha256 *h, const struct source_entry *entry, const struct buf *bytes)
{
	unsigned char kind[] = { (unsigned char)entry->type, entry->bad_name, bytes != NULL };
	unsigned char digest[SHA256_BYTES];
	struct sha256 content;

	if (!h || (entry->type == ENTRY_FOLDER && !entry->bad_name))
		return;
	sha256_add_text(h, entry->path);
	sha256_add(h, kind, sizeof(kind));
	if (!bytes)
		return;
	sha256_init(&content);
	sha256_add(&content, buf_str(bytes), bytes->len);
	sha256_end(&content, digest);
	sha256_add(h, digest, sizeof(digest));
}

static int feed_file(const struct source_entry *entry, void *arg, struct err *e)
{
	struct feed *f = arg;
	struct buf *bytes = &f->load->bytes;

	if (is_refused(f, entry) || entry->type != ENTRY_FILE) {
		print_entry(f->print, entry, NULL);
		return 0;
	}
	int r = f->load->source->ops->read(f->load->source, entry->oid, bytes, e);
	if (r >= 0)
		print_entry(f->print, entry, r ? NULL : bytes);
	if (r < 0)
		return err_wrap(e, "%s", entry->path);
	if (r > 0) {
		finding_add(f->fs, RULE_BLOB_TOO_LARGE, arena_strdup(f->fs->mem, entry->path),
			    (struct span){ 0 }, "the file is larger than 1 MiB and is not read");
		note_unread(f, entry->path);
		return 0;
	}
	set_add_file(f->set, entry->path, buf_str(bytes), bytes->len, f->load->certs, f->fs);
	return 0;
}

/* True for files that no set has: nothing but secrets and misplaced documents is looked for. */
static bool is_nobodys(const char *path)
{
	const char *tenant;
	size_t len;

	switch (path_classify(path, &tenant, &len)) {
	case PATH_OTHER:
	case PATH_OTHER_YAML:
		return true;
	default:
		return false;
	}
}

static int feed_nobodys(const struct source_entry *entry, void *arg, struct err *e)
{
	return is_nobodys(entry->path) ? feed_file(entry, arg, e) : 0;
}

static int note_tenant(const struct source_entry *entry, void *arg, struct err *e)
{
	struct feed *f = arg;
	struct load *l = f->load;

	(void)e;
	if (is_refused(f, entry) || entry->type != ENTRY_FOLDER) {
		print_entry(f->print, entry, NULL);
		return 0;
	}
	struct load_name *n =
		arena_push(&l->mem, &l->tenant, &l->n_tenant, &l->cap_tenant, sizeof(*n));
	n->name = arena_strdup(&l->mem, entry->path + strlen("tenants/"));
	memcpy(n->tree, entry->oid, sizeof(n->tree));
	return 0;
}

static int feed_organization(const struct source_entry *entry, void *arg, struct err *e)
{
	struct feed *f = arg;

	if (!text_eq(entry->path, "organization.yaml") && !text_eq(entry->path, "organization.yml"))
		return 0;
	return feed_file(entry, f, e);
}

static int read_shared(struct load *l, enum load_extent extent, struct err *e)
{
	const struct source_ops *ops = l->source->ops;
	struct sha256 h;
	struct feed f = { l, &l->shared, &l->findings, extent == LOAD_PRINTED ? &h : NULL };

	sha256_init(&h);
	if (ops->list(l->source, l->commit, "", feed_organization, &f, e) ||
	    ops->walk(l->source, l->commit, "servers", feed_file, &f, e) ||
	    ops->walk(l->source, l->commit, "accounts", feed_file, &f, e) ||
	    ops->list(l->source, l->commit, "tenants", note_tenant, &f, e))
		return -1;
	if (f.print)
		sha256_end_hex(&h, l->print);
	if (extent == LOAD_ALL)
		return ops->walk(l->source, l->commit, "", feed_nobodys, &f, e);
	return 0;
}

static int by_name(const void *x, const void *y)
{
	return text_cmp(((const struct load_name *)x)->name, ((const struct load_name *)y)->name);
}

/* Git lists a folder as if its name ended in '/': acme-us before acme. */
static void sort_tenants(struct load *l)
{
	if (!l->n_tenant)
		return;
	qsort(l->tenant, l->n_tenant, sizeof(*l->tenant), by_name);
	l->shared.folder = arena_array(&l->mem, l->n_tenant, sizeof(*l->shared.folder));
	for (size_t i = 0; i < l->n_tenant; i++)
		l->shared.folder[l->shared.n_folder++] = l->tenant[i].name;
}

int load_open(struct load *l, struct source *source, const char *commit,
	      const struct cert_reader *certs, enum load_extent extent, struct err *e)
{
	*l = (struct load){ .source = source, .certs = certs,
			    .bytes = BUF_INIT(SOURCE_FILE_MAX) };
	strncpy(l->commit, commit ? commit : "", sizeof(l->commit) - 1);
	l->findings = (struct findings)FINDINGS_INIT(&l->mem);
	set_init(&l->shared, &l->mem, NULL);
	if (read_shared(l, extent, e)) {
		load_close(l);
		return -1;
	}
	sort_tenants(l);
	shared_check(&l->shared, &l->findings);
	l->is_partial = l->shared.broken;
	l->n_document = l->shared.n_document;
	return 0;
}

int load_tenant(struct load *l, const char *name, struct load_tenant *out, struct err *e)
{
	*out = (struct load_tenant){ 0 };
	out->findings = (struct findings)FINDINGS_INIT(&out->mem);
	set_init(&out->set, &out->mem, arena_strdup(&out->mem, name));
	struct sha256 h;
	struct feed f = { l, &out->set, &out->findings, *l->print ? &h : NULL };
	const char *folder = arena_printf(&out->mem, "tenants/%s", name);
	sha256_init(&h);
	if (l->source->ops->walk(l->source, l->commit, folder, feed_file, &f, e)) {
		load_tenant_release(out);
		return err_wrap(e, "tenant %s", name);
	}
	if (f.print)
		sha256_end_hex(&h, out->print);
	l->n_document += out->set.n_document;
	tenant_resolve(&l->shared, &out->set, &out->mem, &out->findings, &out->want);
	return 0;
}

static int print_file(const struct source_entry *entry, void *arg, struct err *e)
{
	struct feed *f = arg;
	struct source *s = f->load->source;
	int r = 1;

	if (entry->type == ENTRY_FILE && !entry->bad_name)
		r = s->ops->read(s, entry->oid, &f->load->bytes, e);
	if (r < 0)
		return -1;
	print_entry(f->print, entry, r ? NULL : &f->load->bytes);
	return 0;
}

int load_tenant_print(struct load *l, const char *name, char print[SHA256_HEX], struct err *e)
{
	struct sha256 h;
	struct feed f = { .load = l, .print = &h };
	struct arena mem = ARENA_INIT;
	const char *folder = arena_printf(&mem, "tenants/%s", name);

	sha256_init(&h);
	int failed = l->source->ops->walk(l->source, l->commit, folder, print_file, &f, e);
	sha256_end_hex(&h, print);
	arena_release(&mem);
	return failed ? -1 : 0;
}

void load_tenant_refuse(struct load_tenant *t, const char *why)
{
	struct want_tenant *w = &t->want;
	struct finding *f = finding_add(&t->findings, RULE_PREVIOUS_NAME, w->from.file,
					span_of(w->from.at), "%s", why);

	f->object = (struct ref){ KIND_Tenant, NULL, w->name };
	if (w->stop == STOP_QUARANTINE)
		return;
	struct finding *copy = arena_alloc(&t->mem, sizeof(*copy));
	*copy = *f;
	w->first_error = copy;
	w->stop = STOP_QUARANTINE;
}

void load_tenant_release(struct load_tenant *t)
{
	arena_release(&t->mem);
}

void load_close(struct load *l)
{
	buf_release(&l->bytes);
	arena_release(&l->mem);
}
