/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/facts.h"

#include <stdlib.h>

#include "reconcile/run/last.h"
#include "reconcile/run/publication.h"
#include "reconcile/run/rows.h"
#include "schema/base/text.h"
#include "schema/resolve/resolve.h"

static int read_store(struct store_txn *t, void *arg, struct err *e)
{
	struct facts *f = arg;
	const char **name;
	size_t n;

	if (rows_tenant_names(t, &f->mem, &name, &n, e))
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct actual_tenant *to =
		    arena_push(&f->mem, &f->tenant, &f->n, &f->cap, sizeof(*to));
		if (rows_tenant(t, name[i], &f->mem, to, e))
			return -1;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return text_cmp(((const struct actual_tenant *)a)->name,
			((const struct actual_tenant *)b)->name);
}

static int open_store(const struct app *app, struct facts *f, struct err *e)
{
	struct err new = { 0 };

	f->from = FACTS_STORE;
	if (ports_open(app, &f->config, PORTS_READ_ONLY, &f->opened, e) ||
	    store_read(f->opened.ports.store, read_store, f, e))
		return -1;
	if (ports_need_store(&f->opened, &new))
		app_say_unknown(&new);
	if (f->n)
		qsort(f->tenant, f->n, sizeof(*f->tenant), by_name);
	f->x509 = f->opened.ports.x509;
	f->certs = f->opened.ports.certs;
	f->checks_issuer = f->config.c->apple && f->config.c->apple->ca_file.s;
	return 0;
}

static int open_status(struct facts *f, const char *where, struct err *e)
{
	int none = published_open(&f->repo, where, &f->published, &f->why, e);

	if (none < 0 || ports_open_x509(&f->x509, e))
		return -1;
	f->certs = ports_cert_reader(f->x509);
	if (none)
		return 0;
	f->from = FACTS_STATUS;
	f->tenant = f->published.tenant;
	f->n = f->published.n;
	return 0;
}

/* The repository around the path when it holds manifests, else the one around here. */
static int open_repo(struct facts *f, const char *path, struct err *e)
{
	struct err none = { 0 };

	if (path && !repo_open(path, NULL, &f->repo, &none)) {
		if (repo_has_manifests(&f->repo))
			return 0;
		repo_close(&f->repo);
	}
	return repo_open(NULL, NULL, &f->repo, e);
}

static int read_applied(struct store_txn *t, void *arg, struct err *e)
{
	struct facts *f = arg;
	const char *commit;

	if (last_run_commit(t, &f->mem, &commit, e))
		return -1;
	if (!commit)
		return err_set(
		    e, ERR_INPUT,
		    "no revision was applied yet: run apnsctl reconcile, or this command "
		    "inside the repository of the manifests");
	return load_open(&f->load, f->opened.ports.source, commit, &f->certs, LOAD_DESIRED, e);
}

static int open_manifests(struct facts *f, struct err *e)
{
	if (repo_has_manifests(&f->repo))
		return load_open(&f->load, f->repo.source, "", &f->certs, LOAD_DESIRED, e);
	if (f->from != FACTS_STORE)
		return err_set(
		    e, ERR_USAGE,
		    "there are no manifests here (%s has no organization.yaml): run this "
		    "command inside their repository, or give --config FILE",
		    f->repo.root);
	f->is_applied = true;
	return store_read(f->opened.ports.store, read_applied, f, e);
}

static int open_all(const struct app *app, const struct facts_options *o, struct facts *f,
		    struct err *e)
{
	int found = o->status ? 0 : config_open(app, &f->config, e);

	if (found < 0 || open_repo(f, o->path, e))
		return -1;
	if (found ? open_store(app, f, e) : open_status(f, o->status, e))
		return -1;
	owners_build(&f->owners, f->tenant, f->n, &f->mem);
	f->env = (struct env){ .now = ports_now(app), .signer_not_after = TIME_UNKNOWN };
	return open_manifests(f, e);
}

int facts_open(const struct app *app, const struct facts_options *o, struct facts *out,
	       struct err *e)
{
	*out = (struct facts){ 0 };
	if (!open_all(app, o, out, e))
		return 0;
	facts_close(out);
	return -1;
}

void facts_close(struct facts *f)
{
	load_close(&f->load);
	if (f->x509 && f->x509 != f->opened.ports.x509)
		f->x509->ops->close(f->x509);
	ports_close(&f->opened);
	config_close(&f->config);
	published_close(&f->published);
	repo_close(&f->repo);
	arena_release(&f->mem);
	*f = (struct facts){ 0 };
}

const struct actual_tenant *facts_tenant(const struct facts *f, const char *name)
{
	struct actual_tenant key = { .name = name };

	return f->n ? bsearch(&key, f->tenant, f->n, sizeof(key), by_name) : NULL;
}

void facts_fill_owners(const struct facts *f, const struct cert_facts *file, const char *tenant,
		       struct actual_cert *c)
{
	struct ref on = { KIND_PushCertificate, tenant, c->name };

	owners_fill(&f->owners, file, &on, c);
}

/* What is known of it under its name, else under one that it had. */
static const struct actual_tenant *known_of(const struct facts *f, const struct want_tenant *w)
{
	const struct actual_tenant *known = facts_tenant(f, w->name);

	for (size_t i = 0; i < w->n_previous && !known; i++)
		known = facts_tenant(f, w->previous_name[i]);
	return known;
}

static int with_tenant(struct facts *f, const char *name, facts_fn *fn, void *arg, struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct load_tenant loaded;

	if (load_tenant(&f->load, name, &loaded, e))
		return -1;
	const struct actual_tenant *known = known_of(f, &loaded.want);
	struct facts_unit u = { .mem = &mem, .loaded = &loaded, .want = &loaded.want };
	u.actual = known ? *known : (struct actual_tenant){ .name = name };
	rows_make_room(u.want, &mem, &u.actual);
	for (size_t i = 0; i < u.want->n_cert; i++) {
		const struct want_cert *w = &u.want->cert[i];
		if (w->in_git)
			facts_fill_owners(f, w->in_git, u.actual.name,
					  actual_match(&u.actual, w));
	}
	plan_build(u.want, &u.actual, &f->env, false, &mem, &u.plan);
	int failed = fn(&u, arg, e);
	load_tenant_release(&loaded);
	arena_release(&mem);
	return failed;
}

int facts_each(struct facts *f, facts_fn *fn, void *arg, struct err *e)
{
	int failed = 0;

	for (size_t i = 0; i < f->load.n_tenant && !failed; i++)
		failed = with_tenant(f, f->load.tenant[i].name, fn, arg, e);
	return failed;
}

int facts_one(struct facts *f, const char *tenant, facts_fn *fn, void *arg, struct err *e)
{
	for (size_t i = 0; i < f->load.n_tenant; i++)
		if (text_eq(f->load.tenant[i].name, tenant))
			return with_tenant(f, tenant, fn, arg, e);
	return 1;
}

const char *facts_error_of(const struct facts_unit *u, const char *file, struct arena *mem)
{
	const struct findings *fs = &u->loaded->findings;

	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->item[i];
		if (f->level != LEVEL_ERROR || rule_family(f->rule) == FAMILY_CERTIFICATE ||
		    (file && !text_eq(f->file, file)))
			continue;
		return finding_text(f, mem);
	}
	return NULL;
}

struct request_reading {
	struct facts *facts;
	struct row_request row;
	struct buf *out;
};

static int read_request(struct store_txn *t, void *arg, struct err *e)
{
	struct request_reading *r = arg;
	int found = store_get(t, TABLE_REQUEST, &r->row, &r->facts->mem, e);

	if (found > 0)
		publication_request(&r->row, r->out);
	return found < 0 ? -1 : found ? 0 : err_set(e, ERR_BUG, "the request is not in the store");
}

int facts_request_file(struct facts *f, const struct actual_cert *c, const struct actual_key *key,
		       struct buf *out, struct err *e)
{
	struct request_reading r = { .facts = f,
				     .row = { .certificate_uid = c->uid, .spki = key->spki },
				     .out = out };

	buf_clear(out);
	if (f->from == FACTS_STATUS)
		return published_request(&f->published, key->request->file, out, e);
	return store_read(f->opened.ports.store, read_request, &r, e);
}
