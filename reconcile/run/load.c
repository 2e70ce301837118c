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
	struct sha256 *print;              /* NULL: none is taken */
	bool ahead;                        /* only files that load_ahead looks for */
	size_t n_entry, n_byte, n_refused; /* of the present walk */
};

/* What is not read may have held objects, unless it stands where none are looked for. */
static void note_unread(struct feed *f, const char *path)
{
	const char *const places[] = { "organization.yaml", "organization.yml", "servers",
				       "accounts", "tenants" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (path_is_below(path, places[i]))
			f->set->broken = true;
}

/* Of one walk, so that what else is said of its folder has a place. */
enum { REFUSED_MAX = 1000 };

/* Entries that are never read are findings. */
static bool is_refused(struct feed *f, const struct source_entry *e)
{
	struct span none = { 0 };

	if (!e->bad_name && e->type != ENTRY_SYMLINK && e->type != ENTRY_SUBMODULE)
		return false;
	if (++f->n_refused > REFUSED_MAX) {
		note_unread(f, e->path);
		return true;
	}
	const char *path = arena_strdup(f->fs->mem, e->path);
	if (e->bad_name)
		finding_add(f->fs, RULE_BAD_PATH, path, none,
			    "the name is not allowed (\"..\", \".git\" or control characters); the "
			    "file is not read, rename it");
	else if (e->type == ENTRY_SYMLINK)
		finding_add(f->fs, RULE_SYMLINK, path, none,
			    "symbolic links are not followed; put the file itself here");
	else
		finding_add(f->fs, RULE_SUBMODULE, path, none,
			    "submodules are not read; put the files themselves here");
	note_unread(f, path);
	return true;
}

static bool is_organization(const char *path)
{
	return text_eq(path, "organization.yaml") || text_eq(path, "organization.yml");
}

/* What is read of the root itself. */
static bool is_root_place(const char *path)
{
	return is_organization(path) || text_eq(path, "servers") || text_eq(path, "accounts") ||
	       text_eq(path, "tenants");
}

/* All that the file's findings and objects follow from; `bytes` NULL: it is not read. */
static void print_entry(struct sha256 *h, const struct source_entry *entry, const struct buf *bytes)
{
	uint64_t size = bytes ? bytes->len : 0;
	unsigned char head[] = { (unsigned char)entry->type,
				 entry->bad_name,
				 bytes != NULL,
				 (unsigned char)(size >> 16),
				 (unsigned char)(size >> 8),
				 (unsigned char)size }; /* SOURCE_FILE_MAX needs no more */

	if (!h || (entry->type == ENTRY_FOLDER && !entry->bad_name))
		return;
	sha256_add_text(h, entry->path);
	sha256_add(h, head, sizeof(head));
	if (bytes)
		sha256_add(h, buf_str(bytes), bytes->len);
}

static bool holds_word(const struct buf *bytes, const char *word)
{
	return memmem(bytes->data, bytes->len, word, strlen(word)) != NULL;
}

/* The name of a kind stands there as it is, unless an escape of a quoted scalar spells it. */
static bool is_for_ahead(const struct buf *bytes)
{
	return bytes->len && (holds_word(bytes, "PushCertificate") || holds_word(bytes, "Tenant") ||
			      memchr(bytes->data, '\\', bytes->len));
}

static bool is_spent(const struct feed *f, bool is_nobodys)
{
	return f->n_entry > (is_nobodys ? LOAD_OTHER_ENTRIES_MAX : LOAD_ENTRIES_MAX) ||
	       f->n_byte > (is_nobodys ? LOAD_OTHER_BYTES_MAX : LOAD_BYTES_MAX);
}

static void tell_spent(struct feed *f, const char *folder)
{
	finding_add(f->fs, RULE_BLOB_TOO_LARGE, *folder ? folder : NULL, (struct span){ 0 },
		    *folder ? "the folder has more than 20,000 entries or 64 MiB; what comes "
			      "behind is not read"
			    : "there are more than 200,000 entries or 1 GiB outside of what is "
			      "read as manifests; what comes behind is not looked at");
	if (*folder)
		note_unread(f, folder);
}

/* Walks all below a folder ("" for what is nobody's), up to its limits. */
typedef int visit_fn(struct source *s, const char *commit, const char *folder, source_entry_fn *fn,
		     void *arg, struct err *e);

/* Starts and ends all that is counted for one folder; `how` goes through it. */
static int visit(struct feed *f, visit_fn *how, const char *folder, source_entry_fn *fn,
		 struct err *e)
{
	f->n_entry = f->n_byte = f->n_refused = 0;
	int rc = how(f->load->source, f->load->commit, folder, fn, f, e);
	if (rc && rc != SOURCE_STOP)
		return rc;
	if (rc && f->print)
		sha256_add_text(f->print, "more");
	folder = f->fs ? arena_strdup(f->fs->mem, folder) : NULL;
	if (f->n_refused > REFUSED_MAX)
		finding_add(f->fs, RULE_BAD_PATH, *folder ? folder : NULL, (struct span){ 0 },
			    "%zu more entries are links, submodules or have names that are not "
			    "allowed",
			    f->n_refused - REFUSED_MAX);
	if (rc && f->fs)
		tell_spent(f, folder);
	return 0;
}

static int walk(struct feed *f, const char *folder, source_entry_fn *fn, struct err *e)
{
	return visit(f, f->load->source->ops->walk, folder, fn, e);
}

static int feed_file(const struct source_entry *entry, void *arg, struct err *e)
{
	struct feed *f = arg;
	struct buf *bytes = &f->load->bytes;

	f->n_entry++;
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
	f->n_byte += bytes->len;
	if (f->ahead && !is_for_ahead(bytes))
		return 0;
	set_add_file(f->set, entry->path, buf_str(bytes), bytes->len, f->load->certs, f->fs);
	return 0;
}

static int feed_member(const struct source_entry *entry, void *arg, struct err *e)
{
	int failed = feed_file(entry, arg, e);

	return failed ? failed : is_spent(arg, false) ? SOURCE_STOP : 0;
}

/* Folders of the root of which a walk of their own tells. */
static bool is_shared_folder(const char *path)
{
	return text_eq(path, "servers") || text_eq(path, "accounts");
}

/* A tenant, or what can be none in its place. Git has hidden folders for other purposes. */
static bool is_tenant_place(const struct source_entry *entry)
{
	if (!text_starts(entry->path, "tenants/"))
		return false;
	const char *name = entry->path + strlen("tenants/");
	return !strchr(name, '/') &&
	       (entry->type != ENTRY_FILE || entry->bad_name) &&
	       (entry->type != ENTRY_FOLDER || entry->bad_name || *name != '.');
}

/*
 * Nothing but secrets and misplaced documents is looked for in what no set has. What has been told
 * by another walk is passed.
 */
static int feed_nobodys(const struct source_entry *entry, void *arg, struct err *e)
{
	if (is_shared_folder(entry->path) || is_tenant_place(entry))
		return SOURCE_PASS;
	if (is_root_place(entry->path))
		return 0;
	int failed = feed_file(entry, arg, e);
	return failed ? failed : is_spent(arg, true) ? SOURCE_STOP : 0;
}

static int note_tenant(const struct source_entry *entry, void *arg, struct err *e)
{
	struct feed *f = arg;
	struct load *l = f->load;

	(void)e;
	if (!is_tenant_place(entry) || is_refused(f, entry)) {
		print_entry(f->print, entry, NULL);
		return 0;
	}
	struct load_name *n =
	    arena_push(&l->mem, &l->tenant, &l->n_tenant, &l->cap_tenant, sizeof(*n));
	n->name = arena_strdup(&l->mem, entry->path + strlen("tenants/"));
	memcpy(n->tree, entry->oid, sizeof(n->tree));
	return 0;
}

/* In the place of a folder that is read, which seems to be empty. */
static void refuse_file(struct feed *f, const char *path)
{
	finding_add(f->fs, RULE_BAD_PATH, arena_strdup(f->fs->mem, path), (struct span){ 0 },
		    "a file stands where a folder is read; rename it");
	note_unread(f, path);
}

static int feed_root(const struct source_entry *entry, void *arg, struct err *e)
{
	if (!is_root_place(entry->path))
		return 0;
	if (entry->type == ENTRY_FILE && !entry->bad_name && !is_organization(entry->path))
		refuse_file(arg, entry->path);
	return feed_file(entry, arg, e);
}

static int read_shared(struct load *l, enum load_extent extent, struct err *e)
{
	visit_fn *list = l->source->ops->list;
	struct sha256 h;
	struct feed f = { .load = l,
			  .set = &l->shared,
			  .fs = &l->findings,
			  .print = extent == LOAD_PRINTED ? &h : NULL };

	sha256_init(&h);
	if (visit(&f, list, "", feed_root, e) ||
	    walk(&f, "servers", feed_member, e) || walk(&f, "accounts", feed_member, e) ||
	    visit(&f, list, "tenants", note_tenant, e))
		return -1;
	if (f.print)
		sha256_end_hex(&h, l->print);
	return extent == LOAD_ALL ? walk(&f, "", feed_nobodys, e) : 0;
}

static int by_name(const void *x, const void *y)
{
	return text_cmp(((const struct load_name *)x)->name, ((const struct load_name *)y)->name);
}

/* What the shared objects may list. */
static void name_folders(struct load *l)
{
	const char **name = arena_array(&l->mem, l->n_tenant + 1, sizeof(*name));

	for (size_t i = 0; i < l->n_tenant; i++)
		name[i] = l->tenant[i].name;
	l->shared.folder = name;
	l->shared.n_folder = l->n_tenant;
}

int load_open(struct load *l, struct source *source, const char *commit,
	      const struct cert_reader *certs, enum load_extent extent, struct err *e)
{
	*l = (struct load){ .source = source, .certs = certs, .bytes = BUF_INIT(SOURCE_FILE_MAX) };
	strncpy(l->commit, commit ? commit : "", sizeof(l->commit) - 1);
	l->findings = (struct findings)FINDINGS_INIT(&l->mem);
	set_init(&l->shared, &l->mem, NULL);
	if (read_shared(l, extent, e)) {
		load_close(l);
		return -1;
	}
	/* Git lists a folder as if its name ended in '/': acme-us before acme. */
	if (l->n_tenant)
		qsort(l->tenant, l->n_tenant, sizeof(*l->tenant), by_name);
	name_folders(l);
	shared_check(&l->shared, &l->findings);
	l->is_partial = l->shared.broken;
	l->n_document = l->shared.n_document;
	return 0;
}

static int read_tenant(struct load *l, const char *name, bool ahead, struct load_tenant *out,
		       struct err *e)
{
	*out = (struct load_tenant){ 0 };
	out->findings = (struct findings)FINDINGS_INIT(&out->mem);
	set_init(&out->set, &out->mem, arena_strdup(&out->mem, name));
	struct sha256 h;
	struct feed f = { .load = l,
			  .set = &out->set,
			  .fs = &out->findings,
			  .print = l->prints ? &h : NULL,
			  .ahead = ahead };
	const char *folder = arena_printf(&out->mem, "tenants/%s", name);
	sha256_init(&h);
	if (walk(&f, folder, feed_member, e)) {
		load_tenant_release(out);
		return err_wrap(e, "tenant %s", name);
	}
	if (f.print)
		sha256_end_hex(&h, out->print);
	l->n_document += out->set.n_document;
	tenant_resolve(&l->shared, &out->set, &out->mem, &out->findings, &out->want);
	return 0;
}

int load_tenant(struct load *l, const char *name, struct load_tenant *out, struct err *e)
{
	return read_tenant(l, name, false, out, e);
}

int load_ahead(struct load *l, const char *name, struct load_tenant *out, struct err *e)
{
	return read_tenant(l, name, true, out, e);
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
	f->n_entry++;
	f->n_byte += r ? 0 : f->load->bytes.len;
	return is_spent(f, false) ? SOURCE_STOP : 0;
}

int load_tenant_print(struct load *l, const char *name, char print[SHA256_HEX], struct err *e)
{
	struct sha256 h;
	struct feed f = { .load = l, .print = &h };
	struct arena mem = ARENA_INIT;
	const char *folder = arena_printf(&mem, "tenants/%s", name);

	sha256_init(&h);
	int failed = walk(&f, folder, print_file, e);
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
	/* The finding itself may have found no place in a list that is full. */
	struct finding *copy = arena_alloc(&t->mem, sizeof(*copy));
	*copy = (struct finding){ .rule = rule_of(RULE_PREVIOUS_NAME),
				  .level = LEVEL_ERROR,
				  .file = w->from.file,
				  .at = span_of(w->from.at),
				  .object = f->object,
				  .message = arena_strdup(&t->mem, why) };
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
