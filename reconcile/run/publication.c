/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/run/publication.h"

#include <stdlib.h>
#include <string.h>

#include "reconcile/run/audit.h"
#include "reconcile/run/last.h"
#include "reconcile/run/rows.h"
#include "schema/base/text.h"
#include "schema/resolve/resolve.h"

void publication_fetch(struct run *r)
{
	struct publication *p = r->publication;
	struct err e = { 0 };

	if (p->fetched)
		return;
	p->fetched = true;
	p->available = !r->ports->publish->ops->fetch(r->ports->publish, p->tip, &e);
	if (!p->available)
		p->problem = arena_strdup(&r->result->mem, e.text);
}

void publication_keep_to(struct run *r, const char *last)
{
	struct publication *p = r->publication;

	if (!p->available || (last && text_eq(p->tip, last)))
		return;
	p->available = false;
	p->problem = "while the source can not be used nothing is sent to a branch that this "
		     "controller has not written; check source.url and status.url";
}

void publication_put(struct publication *p, const char *path, const void *data, size_t len)
{
	struct publish_file *f = arena_push(&p->mem, &p->file, &p->n, &p->cap, sizeof(*f));

	f->path = arena_strdup(&p->mem, path);
	if (data)
		f->data = (struct blob){ arena_strndup(&p->mem, data, len), len };
}

void publication_request(const struct row_request *r, struct buf *out)
{
	if (r->upload.len) {
		buf_add(out, r->upload.data, r->upload.len);
		return;
	}
	buf_adds(out, "-----BEGIN CERTIFICATE REQUEST-----\n");
	text_base64(out, r->csr.data, r->csr.len, 64);
	buf_adds(out, "-----END CERTIFICATE REQUEST-----\n");
}

static void put_request(struct publication *p, const struct row_request *r)
{
	struct buf file = BUF_INIT(1 << 20);

	publication_request(r, &file);
	publication_put(p, r->file, buf_str(&file), file.len);
	buf_release(&file);
}

/* The requests of one tenant; those that wait are to stand in requests/<tenant>/. */
struct requests {
	struct run *run;
	struct arena mem;
	struct rows rows;
};

static bool is_waiting(const struct row_request *r)
{
	return text_eq(r->state, request_state_word(REQUEST_Open));
}

static int remove_stale(const struct source_entry *entry, void *arg, struct err *e)
{
	struct requests *q = arg;
	const struct row_request *row = q->rows.item;

	(void)e;
	for (size_t i = 0; i < q->rows.n; i++)
		if (is_waiting(&row[i]) && text_eq(row[i].file, entry->path))
			return 0;
	/* A bad name is not ours, and its path may be cut off. */
	if (entry->type == ENTRY_FILE && !entry->bad_name)
		publication_put(q->run->publication, entry->path, NULL, 0);
	return 0;
}

/* What stands on the branch is written by others too: it stops nobody, and is looked at again. */
static void remove_all_stale(struct requests *q, struct unit *u, const char *name)
{
	struct run *r = q->run;
	struct publish *port = r->ports->publish;
	const char *folder = arena_printf(&q->mem, "requests/%s", name);
	struct err why = { 0 };

	if (!r->publication->available || !*r->publication->tip ||
	    !port->ops->walk(port, folder, remove_stale, q, &why))
		return;
	u->error = arena_printf(&r->result->mem,
				"tenant %s: %s of the status branch can not be read, so requests "
				"that are over may still stand there: %s",
				u->name, folder, why.text);
	tell_tenant_error(r->result, u->error);
}

static int put_requests(struct store_txn *t, struct run *r, struct unit *u, struct err *e)
{
	struct requests q = { .run = r };
	int failed = 0;

	q.rows.mem = &q.mem;
	for (size_t i = 0; !failed && i < u->actual.n_cert; i++) {
		const struct actual_cert *c = &u->actual.cert[i];
		if (c->uid && c->state == OBJECT_Live)
			failed = rows_equal(t, TABLE_REQUEST, "certificate_uid", c->uid, &q.rows,
					    e);
	}
	const struct row_request *row = q.rows.item;
	for (size_t i = 0; !failed && i < q.rows.n; i++)
		if (is_waiting(&row[i]))
			put_request(r->publication, &row[i]);
	if (!failed)
		remove_all_stale(&q, u, u->name);
	if (!failed && u->old_name)
		remove_all_stale(&q, u, u->old_name);
	arena_release(&q.mem);
	return failed ? -1 : 0;
}

static bool is_over(const struct run *r, const struct unit *u)
{
	for (size_t i = 0; i < u->plan.n_view; i++)
		if (!cert_view_is_over(&u->plan.view[i], r->env.now))
			return false;
	return u->is_gone;
}

/* What could not be read back is not written: the file that stands there stays. */
static void tell_too_large(struct run *r, const char *tenant)
{
	struct arena *mem = &r->result->mem;

	tell_tenant_error(r->result,
			  arena_printf(mem,
				       "tenant %s: its status has more than %d MiB and is not "
				       "published; give it shorter texts or fewer certificates",
				       tenant, PUBLISH_FILE_MAX >> 20));
}

int publication_tenant(struct store_txn *t, struct run *r, struct unit *u,
		       const struct report_context *c, struct err *e)
{
	struct buf json = BUF_INIT(PUBLISH_FILE_MAX);
	const char *path = arena_printf(&u->mem, "tenants/%s.json", u->name);

	if (u->comes_again)
		return 0;
	if (u->old_name)
		publication_put(r->publication,
				arena_printf(&u->mem, "tenants/%s.json", u->old_name), NULL, 0);
	/* An archived certificate stays in the status until its end. */
	if (is_over(r, u)) {
		publication_put(r->publication, path, NULL, 0);
	} else {
		report_tenant_json(&u->plan, c, &json);
		if (json.full)
			tell_too_large(r, u->name);
		else
			publication_put(r->publication, path, buf_str(&json), json.len);
	}
	buf_release(&json);
	return put_requests(t, r, u, e);
}

/* All that the summary files need, from the rows of all tenants. */
struct gather {
	struct run *run;
	struct arena mem;
	struct summary s;
	size_t cap;
	const char *audit;
};

static int gather_row(const void *row, void *arg, struct err *e)
{
	struct gather *g = arg;
	const struct row_summary *r = row;

	(void)e;
	*(struct summary_row *)arena_push(&g->mem, &g->s.row, &g->s.n, &g->cap,
					  sizeof(*g->s.row)) = (struct summary_row){
		.tenant = r->tenant,
		.customer = r->customer,
		.name = r->name,
		.band = r->band,
		.phase = r->phase,
		.verdict = r->verdict,
		.action = r->action,
		.file = r->file,
		.apple_id = r->apple_id,
		.row = r->portal_row,
		.reason = r->reason,
		.message = r->message,
		.who = r->who,
		.commit_path = r->commit_path,
		.not_after = r->not_after,
		.renew_after = r->renew_after,
		.due = r->due,
		.changes_at = r->changes_at,
	};
	return 0;
}

static int count_tenant(const void *row, void *arg, struct err *e)
{
	struct gather *g = arg;
	const struct row_tenant *r = row;
	bool live = object_state_of(r->state, NULL) == OBJECT_Live;

	(void)e;
	g->s.n_tenant += live;
	g->s.n_quarantined += live && text_eq(r->stop, "Quarantined");
	return 0;
}

static int gather_txn(struct store_txn *t, void *arg, struct err *e)
{
	struct gather *g = arg;
	struct store_where all = { .select = STORE_ALL };

	return store_each(t, TABLE_SUMMARY, &all, &g->mem, gather_row, g, e) ||
			       store_each(t, TABLE_TENANT, &all, &g->mem, count_tenant, g, e) ||
			       audit_head(t, &g->mem, &g->audit, e) ||
			       last_run_commit(t, &g->mem, &g->s.source_revision, e) ?
		       -1 :
		       0;
}

static int by_tenant(const void *x, const void *y)
{
	const struct summary_row *a = x, *b = y;
	int c = text_cmp(a->tenant, b->tenant);

	return c ? c : text_cmp(a->name, b->name);
}

static void gather_held(struct gather *g)
{
	const struct run_result *res = g->run->result;
	const char **held = arena_array(&g->mem, res->n_step + 1, sizeof(*held));

	for (size_t i = 0; i < res->n_step; i++)
		if (res->step[i].gate != GATE_None)
			held[g->s.n_held++] = res->step[i].id;
	g->s.held = held;
}

static void gather_signer(struct gather *g)
{
	struct signer_facts f = { 0 };
	const struct organization *o = shared_organization(&g->run->load.shared);

	g->run->ports->x509->ops->signer(g->run->ports->x509, &g->mem, &f);
	g->s.signer_not_after = f.present ? f.not_after : TIME_UNKNOWN;
	g->s.signer_name = f.present ? f.common_name : NULL;
	g->s.signer_bands = (struct bands)BANDS_DEFAULT;
	if (o)
		g->s.signer_bands = (struct bands){ o->bands.renew_before.v, o->bands.warn_before.v,
						    o->bands.critical_before.v };
}

static int gather(struct gather *g, struct err *e)
{
	struct run *r = g->run;

	if (run_read(r, gather_txn, g, e))
		return -1;
	if (g->s.n)
		qsort(g->s.row, g->s.n, sizeof(*g->s.row), by_tenant);
	gather_held(g);
	gather_signer(g);
	g->s.source_ready = !r->result->source_failed;
	g->s.source_problem = r->result->source_error;
	const struct finding *f = findings_first_error(&r->result->findings);
	g->s.shared_error = f ? finding_text(f, &g->mem) : NULL;
	g->s.now = r->env.now;
	return 0;
}

static void put_summary(struct gather *g)
{
	static const struct {
		const char *path;
		void (*make)(const struct summary *, struct buf *);
	} files[] = { { "README.md", report_readme },
		      { "status.json", report_status_json },
		      { "renewals.ics", report_calendar } };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct buf b = BUF_INIT(PUBLISH_SUMMARY_MAX);
		files[i].make(&g->s, &b);
		publication_put(g->run->publication, files[i].path, buf_str(&b), b.len);
		buf_release(&b);
	}
}

/* Ids and counts only; names of customers do not go into commit messages. */
static const char *commit_message(struct gather *g)
{
	return arena_printf(&g->mem,
			    "Status of %zu tenants [skip ci]\n\n"
			    "Source-Revision: %s\nPlan-Hash: %s\nAudit-Head: %s\n",
			    g->s.n_tenant, g->s.source_revision ? g->s.source_revision : "none",
			    g->run->result->plan_hash, g->audit ? g->audit : "none");
}

struct published {
	const char *commit; /* NULL: it was refused */
	size_t n_quarantined;
};

static int note_published(struct store_txn *t, void *arg, struct err *e)
{
	const struct published *p = arg;

	return last_run_note_published(t, p->commit, p->n_quarantined, e);
}

int publication_owe(struct store_txn *t, struct publication *p, struct err *e)
{
	if (p->is_owed)
		return 0;
	p->is_owed = true;
	return last_run_note_owed(t, e);
}

int publication_send(struct run *r, struct err *e)
{
	struct gather g = { .run = r };
	struct publication *p = r->publication;
	struct publish *port = r->ports->publish;
	struct err why = { 0 };
	char commit[OID_TEXT] = "";
	struct published done = { 0 };

	publication_fetch(r);
	if (gather(&g, e)) {
		arena_release(&g.mem);
		return -1;
	}
	put_summary(&g);
	if (p->available &&
	    !port->ops->push(port, p->file, p->n, commit_message(&g), commit, &why)) {
		memcpy(r->result->status_revision, commit, sizeof(commit));
		done.commit = commit;
	} else {
		r->result->publish_failed = true;
		r->result->publish_error =
			p->available ? arena_strdup(&r->result->mem, why.text) : p->problem;
	}
	r->result->n_quarantined = g.s.n_quarantined;
	for (size_t i = 0; i < g.s.n; i++)
		r->result->n_person += summary_needs_person(&g.s.row[i]);
	done.n_quarantined = g.s.n_quarantined;
	int failed = run_write(r, note_published, &done, e);
	arena_release(&g.mem);
	return failed;
}

void publication_release(struct publication *p)
{
	arena_release(&p->mem);
}
