/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/match.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "reconcile/adapter/file/file.h"
#include "schema/base/text.h"

/* What the manifests say of a certificate, for all of them: small, so that it can be kept. */
struct wish {
	struct ref on;
	const char *topic, *topic_in_git, *file;
};

struct matching {
	struct facts *facts;
	struct matches *out;
	struct match *now; /* the file that is being judged */
	struct wish *wish;
	size_t n, cap;
	bool found; /* its object is in the manifests */
};

static int note_wishes(struct facts_unit *u, void *arg, struct err *e)
{
	struct matching *m = arg;
	struct arena *mem = &m->out->mem;

	(void)e;
	for (size_t i = 0; i < u->want->n_cert; i++) {
		const struct want_cert *w = &u->want->cert[i];
		struct wish *to = arena_push(mem, &m->wish, &m->n, &m->cap, sizeof(*to));
		*to = (struct wish){
			.on = { w->ref.kind, arena_strdup(mem, u->want->name),
				arena_strdup(mem, w->ref.name) },
			.topic = arena_strdup(mem, w->topic),
			.topic_in_git = arena_strdup(mem, w->in_git ? w->in_git->topic : NULL),
			.file = arena_strdup(mem, w->file),
		};
	}
	return 0;
}

/* Another certificate whose manifest or file in Git has the topic. */
static const struct wish *wish_of(const struct matching *m, const char *topic, const struct ref *on)
{
	for (size_t i = 0; topic && i < m->n; i++)
		if ((text_eq(m->wish[i].topic, topic) || text_eq(m->wish[i].topic_in_git, topic)) &&
		    (!on || ref_cmp(&m->wish[i].on, on) != 0))
			return &m->wish[i];
	return NULL;
}

static const struct wish *wish_at(const struct matching *m, const char *path)
{
	for (size_t i = 0; path && i < m->n; i++)
		if (text_eq(m->wish[i].file, path))
			return &m->wish[i];
	return NULL;
}

/* A file that stands in its place already is judged as the file of that certificate. */
static const struct wish *in_place(struct matching *m)
{
	const char *path = NULL;
	struct err e = { 0 };

	if (m->facts->is_applied ||
	    repo_relative(&m->facts->repo, m->now->file, &m->out->mem, &path, &e))
		return NULL;
	return wish_at(m, path);
}

/* Whose it is: by its place, else by its public key, else by its topic. */
static void find_object(struct matching *m)
{
	const struct cert_facts *c = &m->now->cert;
	const struct wish *w = in_place(m);
	const struct owner *o = NULL;

	if (!w && c->spki_sha256[0])
		o = owner_of(&m->facts->owners.key, c->spki_sha256, NULL);
	if (!w && !o)
		o = owner_of(&m->facts->owners.topic, c->topic, NULL);
	if (!w && !o)
		w = wish_of(m, c->topic, NULL);
	if (w)
		m->now->on = w->on;
	else if (o)
		m->now->on = o->on;
}

static const struct cert_view *view_of(const struct facts_unit *u, const char *name)
{
	for (size_t i = 0; i < u->plan.n_view; i++) {
		const struct cert_view *v = &u->plan.view[i];
		if (v->want && (text_eq(v->want->ref.name, name) ||
				(v->actual && text_eq(v->actual->name, name))))
			return v;
	}
	return NULL;
}

/* Who has the topic: who is known to, else who says so while this one has no proof. */
static void find_owners(struct matching *m, const char *tenant, struct actual_cert *c)
{
	const struct cert_facts *cert = &m->now->cert;
	struct ref on = { KIND_PushCertificate, tenant, c->name };

	facts_fill_owners(m->facts, cert, tenant, c);
	if (c->owners.topic.kind || text_eq(c->topic, cert->topic))
		return;
	const struct wish *w = wish_of(m, cert->topic, &on);
	if (w)
		c->owners.topic = w->on;
}

static bool is_newer(const struct cert_facts *a, const struct cert_facts *b)
{
	return a->not_before > b->not_before ||
	       (a->not_before == b->not_before && a->not_after > b->not_after);
}

/* A good certificate that stands in its place already is not replaced by an older one. */
static void keep_newer(struct matching *m, const struct cert_view *base)
{
	struct match *f = m->now;
	const struct cert_facts *there = base->want->in_git;

	if (!f->good || !there || !base->intake.accepted || !text_eq(there->topic, f->cert.topic) ||
	    !is_newer(there, &f->cert))
		return;
	f->intake.verdict = INTAKE_Older;
	f->intake.accepted = f->intake.is_in_force = f->good = false;
	f->intake.message =
	    arena_printf(&m->out->mem, "a newer certificate is in %s already", base->want->file);
	f->intake.remedy = "leave that one there; this file is not needed any more";
}

/* The life cycle with this file instead of the one in Git. */
static void judge(struct matching *m, struct facts_unit *u, const struct cert_view *base)
{
	struct arena *mem = &m->out->mem;
	struct match *f = m->now;
	struct want_cert want = *base->want;
	struct actual_cert *actual = actual_match(&u->actual, base->want);
	struct cert_view v;
	bool same = want.in_git && text_eq(want.in_git->sha256, f->cert.sha256);

	if (base->pin_from == PIN_FROM_GIT && !same)
		want.topic = base->pin;
	want.in_git = &f->cert;
	find_owners(m, u->want->name, actual);
	cert_view_build(u->want, &want, actual, &m->facts->env, mem, &v);
	f->intake = v.intake;
	f->intake.message = arena_strdup(mem, v.intake.message);
	f->intake.remedy = arena_strdup(mem, v.intake.remedy);
	f->good = v.intake.accepted || v.intake.is_in_force;
	f->starts_over = !v.pin && v.in_force && !text_eq(v.in_force, f->cert.topic);
	keep_newer(m, base);
}

/* The tenant's own folder, without a way out of it. */
static bool is_safe_place(const char *path, const char *tenant)
{
	static const char folder[] = "tenants/";
	size_t n = strlen(tenant);

	return path && text_starts(path, folder) && !strncmp(path + strlen(folder), tenant, n) &&
	       path[strlen(folder) + n] == '/' && !strstr(path, "/../") && !strstr(path, "//") &&
	       !text_ends(path, "/..");
}

static int judge_in_tenant(struct facts_unit *u, void *arg, struct err *e)
{
	struct matching *m = arg;
	struct match *f = m->now;
	struct arena *mem = &m->out->mem;
	const struct cert_view *base = view_of(u, f->on.name);

	(void)e;
	f->broken = facts_error_of(u, base ? base->want->from.file : NULL, mem);
	if (!base)
		return 0;
	m->found = true;
	judge(m, u, base);
	f->on = (struct ref){ KIND_PushCertificate, arena_strdup(mem, u->want->name),
			      arena_strdup(mem, base->want->ref.name) };
	f->customer = arena_strdup(mem, u->want->display_name);
	f->topic = arena_strdup(mem, base->want->topic);
	f->topic_at = base->want->topic_at;
	f->topic_at.file = arena_strdup(mem, f->topic_at.file);
	if (is_safe_place(base->want->file, u->want->name))
		f->placed_at = arena_strdup(mem, base->want->file);
	f->good = f->good && f->placed_at;
	return 0;
}

/* The file of a certificate that is not in the manifests, or of none that is known. */
static void judge_stranger(struct matching *m)
{
	struct match *f = m->now;
	bool known = f->on.kind != KIND_NONE;
	struct intake_question q = {
		.cert = &f->cert,
		.on = f->on,
		.key = known ? KEY_OF_OTHER : KEY_OF_NOBODY,
		.key_owner = &f->on,
		.now = m->facts->env.now,
	};

	f->intake = intake_judge(&q, &m->out->mem);
	if (f->intake.verdict == INTAKE_Misfiled)
		f->intake.remedy =
		    arena_printf(&m->out->mem, "%s is not in the manifests; write it there first",
				 ref_text(&m->out->mem, &f->on));
}

/* Without facts nobody's key is known: that says nothing about the file. */
static void excuse(struct matching *m)
{
	struct match *f = m->now;

	if (m->facts->from != FACTS_NOWHERE || f->intake.verdict != INTAKE_KeyUnknown)
		return;
	f->intake.message = "whose request it answers can not be told: no keys are known here";
	f->intake.remedy = m->facts->why;
}

static int read_file(struct matching *m, struct buf *bytes, struct err *e)
{
	struct match *f = m->now;
	struct x509 *x = m->facts->x509;

	if (file_read(f->file, SOURCE_FILE_MAX, bytes, e))
		return -1;
	x->ops->read(x, buf_str(bytes), bytes->len, &m->out->mem, &f->cert);
	return 0;
}

static int keep_pem(struct matching *m, const struct buf *bytes, struct err *e)
{
	struct match *f = m->now;
	struct buf pem = BUF_INIT(SOURCE_FILE_MAX);
	int failed =
	    m->facts->x509->ops->normalize(m->facts->x509, buf_str(bytes), bytes->len, &pem, e);

	if (!failed) {
		f->pem = arena_strndup(&m->out->mem, buf_str(&pem), pem.len);
		f->pem_len = pem.len;
	}
	buf_release(&pem);
	return failed;
}

/* One odd file beside the downloads stops none of them. */
static void judge_unread(struct matching *m, const struct err *why)
{
	struct match *f = m->now;

	f->cert.not_before = f->cert.not_after = TIME_UNKNOWN;
	f->intake = (struct intake){
		.verdict = INTAKE_Unreadable,
		.message = arena_strdup(&m->out->mem, why->text),
		.remedy = "take it away, and give the file that the portal offered for download",
	};
}

static int judge_file(struct matching *m, const struct buf *bytes, struct err *e)
{
	int failed = 0;

	find_object(m);
	if (m->now->on.kind)
		failed = facts_one(m->facts, m->now->on.tenant, judge_in_tenant, m, e) < 0;
	if (!m->found)
		judge_stranger(m);
	excuse(m);
	return !failed && m->now->good ? keep_pem(m, bytes, e) : failed;
}

static int match_one(struct matching *m, const char *file, struct err *e)
{
	struct buf bytes = BUF_INIT(SOURCE_FILE_MAX);
	struct matches *all = m->out;
	struct err why = { 0 };
	int failed = 0;

	m->now = arena_push(&all->mem, &all->item, &all->n, &all->cap, sizeof(*m->now));
	m->now->file = file;
	m->found = false;
	if (read_file(m, &bytes, &why))
		judge_unread(m, &why);
	else
		failed = judge_file(m, &bytes, e);
	all->n_good += m->now->good;
	buf_release(&bytes);
	return failed ? -1 : 0;
}

static int is_candidate(const struct dirent *d)
{
	static const char *const ends[] = { ".pem", ".crt", ".cer", ".der", ".p12", ".pfx" };
	const char *dot = strrchr(d->d_name, '.');

	for (size_t i = 0; dot && i < sizeof(ends) / sizeof(ends[0]); i++)
		if (!strcasecmp(dot, ends[i]))
			return 1;
	return 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int match_folder(struct matching *m, const char *folder, struct err *e)
{
	struct dirent **found;
	int n = scandir(folder, &found, is_candidate, by_bytes), failed = 0;

	if (n < 0)
		return err_set(e, ERR_IO, "%s: %s", folder, strerror(errno));
	if (!n)
		failed =
		    err_set(e, ERR_USAGE,
			    "%s holds no file that is named like a certificate (.pem, .crt, .cer, "
			    ".der, .p12, .pfx)",
			    folder);
	for (int i = 0; i < n; i++) {
		if (!failed)
			failed = match_one(m,
					   arena_printf(&m->out->mem, "%s%s%s", folder,
							text_ends(folder, "/") ? "" : "/",
							found[i]->d_name),
					   e);
		free(found[i]);
	}
	free(found);
	return failed;
}

int match_files(struct facts *f, char **arg, int n, struct matches *out, struct err *e)
{
	struct matching m = { .facts = f, .out = out };
	int failed;

	*out = (struct matches){ 0 };
	failed = facts_each(f, note_wishes, &m, e);
	for (int i = 0; i < n && !failed; i++) {
		struct stat st;
		if (stat(arg[i], &st))
			failed = err_set(e, ERR_USAGE, "%s: %s", arg[i], strerror(errno));
		else if (S_ISDIR(st.st_mode))
			failed = match_folder(&m, arg[i], e);
		else
			failed = match_one(&m, arg[i], e);
	}
	if (failed)
		matches_release(out);
	return failed ? -1 : 0;
}

void matches_release(struct matches *m)
{
	arena_release(&m->mem);
	*m = (struct matches){ 0 };
}
