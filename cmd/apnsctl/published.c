/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/published.h"
#include "reconcile/report/decode.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/apnsctl/ports.h"
#include "reconcile/report/age.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

#define FOLDER "tenants/"
#define SUFFIX ".json"
#define SUMMARY "status.json"

/* A file of the status branch, read; `root` lives until the function returns. */
typedef int file_fn(const char *tenant, const struct value *root, void *arg, struct err *e);

struct reading {
	struct source *source;
	const char *commit;
	struct arena mem; /* of one file */
	struct buf bytes;
	file_fn *fn;
	void *arg;
	struct err *bad; /* NULL: the first file that can not be read ends it; else such are told */
};

static int read_file(struct reading *r, const char *path, const char *tenant, const char *oid,
		     struct err *e)
{
	struct err why = { 0 };
	struct value root;
	int failed = r->source->ops->read(r->source, oid, &r->bytes, &why);

	if (failed > 0)
		failed = err_set(&why, ERR_INPUT, "it is larger than %d MiB",
				 PUBLISH_FILE_MAX >> 20);
	if (!failed)
		failed = ports_read_json(buf_str(&r->bytes), r->bytes.len, &r->mem, &root, &why) ||
			 r->fn(tenant, &root, r->arg, &why);
	arena_reset(&r->mem);
	if (!failed)
		return 0;
	err_wrap(&why, "status branch: %s", path);
	if (!r->bad) {
		*e = why;
		return -1;
	}
	*r->bad = why;
	app_say("apnsctl: %s", app_safe(why.text));
	return 0;
}

static int read_entry(const struct source_entry *entry, void *arg, struct err *e)
{
	struct reading *r = arg;
	char name[64];

	if (entry->type != ENTRY_FILE || entry->bad_name || !text_starts(entry->path, FOLDER) ||
	    !text_ends(entry->path, SUFFIX))
		return 0;
	const char *file = entry->path + strlen(FOLDER);
	size_t n = strlen(file) - strlen(SUFFIX);
	if (n >= sizeof(name))
		return 0;
	memcpy(name, file, n);
	name[n] = 0;
	return text_is_name(name) ? read_file(r, entry->path, name, entry->oid, e) : 0;
}

/* Only of this tenant; one that is not there is passed over. */
static int read_tenant(struct reading *r, const char *tenant, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const char *path = arena_printf(&mem, FOLDER "%s" SUFFIX, tenant);
	char oid[OID_TEXT];
	int found =
	    text_is_name(tenant) ? r->source->ops->lookup(r->source, r->commit, path, oid, e) : 1;

	if (!found)
		found = read_file(r, path, tenant, oid, e);
	arena_release(&mem);
	return found < 0 ? -1 : 0;
}

static int read_tenants(struct reading *r, char **tenant, int n, struct err *e)
{
	int failed = 0;

	if (!n)
		failed = r->source->ops->list(r->source, r->commit, "tenants", read_entry, r, e);
	for (int i = 0; i < n && !failed; i++)
		failed = read_tenant(r, tenant[i], e);
	arena_release(&r->mem);
	buf_release(&r->bytes);
	return failed;
}

static int keep_tenant(const char *tenant, const struct value *root, void *arg, struct err *e)
{
	struct published *p = arg;
	struct actual_tenant t;

	if (report_decode(root, tenant, &p->mem, &t, e))
		return -1;
	*(struct actual_tenant *)arena_push(&p->mem, &p->tenant, &p->n, &p->cap, sizeof(t)) = t;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return text_cmp(((const struct actual_tenant *)a)->name,
			((const struct actual_tenant *)b)->name);
}

int published_open(struct repo *r, const char *where, struct published *out, const char **why,
		   struct err *e)
{
	*out = (struct published){ 0 };
	int none = repo_status_open(r, where, &out->source, out->commit, why, e);
	if (none)
		return none;
	struct reading reading = { .source = out->source,
				   .commit = out->commit,
				   .bytes = BUF_INIT(PUBLISH_FILE_MAX),
				   .fn = keep_tenant,
				   .arg = out };
	if (read_tenants(&reading, NULL, 0, e)) {
		published_close(out);
		return -1;
	}
	if (out->n)
		qsort(out->tenant, out->n, sizeof(*out->tenant), by_name);
	return 0;
}

void published_close(struct published *p)
{
	if (p->source)
		p->source->ops->close(p->source);
	arena_release(&p->mem);
	*p = (struct published){ 0 };
}

const struct actual_tenant *published_tenant(const struct published *p, const char *name)
{
	struct actual_tenant key = { .name = name };

	return p->n ? bsearch(&key, p->tenant, p->n, sizeof(key), by_name) : NULL;
}

const struct actual_tenant *published_known(const struct published *p, const struct want_tenant *w)
{
	const struct actual_tenant *known = published_tenant(p, w->name);

	for (size_t i = 0; !known && i < w->n_previous; i++)
		known = published_tenant(p, w->previous_name[i]);
	return known;
}

int published_request(const struct published *p, const char *path, struct buf *out, struct err *e)
{
	char oid[OID_TEXT];
	int r = p->source->ops->lookup(p->source, p->commit, path, oid, e);

	if (!r)
		r = p->source->ops->read(p->source, oid, out, e) ? -1 : 0;
	else if (r > 0)
		r = err_set(e, ERR_INPUT, "the status branch names %s, but does not hold it", path);
	return r;
}

static const char *copy(struct published_table *t, const struct value *o, const char *key)
{
	return arena_strdup(t->mem, value_text(o, key));
}

static void keep_row(struct published_table *t, const char *tenant, const struct value *o,
		     const char *band)
{
	const struct value *next = value_get(o, "next");
	struct summary_row *r = arena_push(t->mem, &t->row, &t->n, &t->cap, sizeof(*r));

	*r = (struct summary_row){
		.tenant = arena_strdup(t->mem, tenant),
		.customer = copy(t, o, "displayName"),
		.name = copy(t, o, "name"),
		.band = arena_strdup(t->mem, band),
		.phase = copy(t, o, "phase"),
		.verdict = arena_strdup(t->mem, report_verdict_in(o, band)),
		.action = copy(t, next, "action"),
		.file = copy(t, next, "file"),
		.apple_id = copy(t, next, "appleId"),
		.row = copy(t, next, "row"),
		.reason = copy(t, next, "reason"),
		.message = copy(t, next, "message"),
		.not_after = value_time(o, "notAfter"),
		.renew_after = value_time(o, "renewAfter"),
		.due = value_time(next, "due"),
		.changes_at = INT64_MAX,
	};
}

static int take_status(const char *tenant, const struct value *root, void *arg, struct err *e)
{
	struct published_table *t = arg;
	const struct value *all = value_array(root, "objects");
	struct actual_tenant unused;
	struct arena mem = ARENA_INIT;
	int failed = report_decode(root, tenant, &mem, &unused, e);

	arena_release(&mem);
	for (size_t i = 0; i < all->n && !failed; i++) {
		const struct value *o = &all->item[i];
		if (!value_text(o, "name") || report_is_over(o, t->now))
			continue;
		const char *band = report_band_at(o, t->now);
		report_write_aged(o, band, t->json);
		keep_row(t, tenant, o, band);
	}
	return failed;
}

static int take_summary(const char *tenant, const struct value *root, void *arg, struct err *e)
{
	(void)tenant;
	(void)e;
	if (text_eq(value_text(root, "kind"), "StatusSummary"))
		*(int64_t *)arg = value_time(root, "validUntil");
	return 0;
}

/* A status that time has overtaken is no calm: the controller would have published another one. */
static int tell_age(struct reading *r, int64_t now, struct err *e)
{
	struct reading summary = *r;
	int64_t until = TIME_UNKNOWN;
	char oid[OID_TEXT], t[TIME_TEXT];

	summary.fn = take_summary;
	summary.arg = &until;
	int found = r->source->ops->lookup(r->source, r->commit, SUMMARY, oid, e);
	if (!found)
		found = read_file(&summary, SUMMARY, NULL, oid, e);
	arena_release(&summary.mem);
	buf_release(&summary.bytes);
	if (until != TIME_UNKNOWN && until <= now)
		app_say("apnsctl: this status was good until %s and the controller has not "
			"reported since; bands are counted from the dates, the rest is as it was",
			time_format(until, t));
	return found < 0 ? -1 : 0;
}

int published_status(struct published_table *t, const char *where, char **tenant, int n_tenant,
		     struct err *e)
{
	struct source *source = NULL;
	struct repo repo;
	char commit[OID_TEXT];
	const char *why;

	if (repo_open(NULL, NULL, &repo, e))
		return -1;
	int none = repo_status_open(&repo, where, &source, commit, &why, e);
	struct reading r = { source,      commit, ARENA_INIT, BUF_INIT(PUBLISH_FILE_MAX),
			     take_status, t,      &t->bad };
	if (none > 0)
		err_set(e, ERR_IO, "%s", why);
	else if (!none)
		none = tell_age(&r, t->now, e) || read_tenants(&r, tenant, n_tenant, e);
	if (source)
		source->ops->close(source);
	repo_close(&repo);
	return none ? -1 : 0;
}
