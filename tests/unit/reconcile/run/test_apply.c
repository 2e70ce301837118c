/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every golden plan (tests/golden/plan/) is carried out: its scenario becomes a world whose store,
 * servers and files are in that state; a run there announces the steps of the golden plan, does
 * exactly those that it announces as Do, and has none of them left.
 */
#include "tests/unit/unit.h"

#include <glob.h>

#include "reconcile/run/known.h"
#include "tests/unit/reconcile/plan/scenario.h"
#include "tests/unit/reconcile/run/shop.h"

#define MDM "https://mdm.msp.example"

/* A certificate by the label that the scenario gives it. */
struct labelled {
	const char *label, *pem, *sha256;
};

struct stage {
	struct scenario s;
	struct world w;
	struct labelled item[16];
	size_t n;
};

static struct labelled *labelled(struct stage *g, const char *label)
{
	for (size_t i = 0; i < g->n; i++)
		if (text_eq(g->item[i].label, label))
			return &g->item[i];
	return NULL;
}

static const char *pem_of(struct stage *g, const char *label, const char *topic, const char *spki,
			  const char *serial, int64_t from, int64_t to)
{
	struct labelled *l = labelled(g, label);
	char sha[SHA256_HEX];

	if (l)
		return l->pem;
	l = &g->item[g->n++];
	l->label = label;
	l->pem = pem_text(&g->w.mem, topic, spki ? spki : "k9", serial ? serial : "99", from, to);
	hash_text(l->pem, sha);
	l->sha256 = arena_strdup(&g->w.mem, sha);
	return l->pem;
}

static const char *sha_of(struct stage *g, const char *label)
{
	struct labelled *l = labelled(g, label);

	return l ? l->sha256 : label;
}

/* The pairs of the store get certificates, and the hashes of those. */
static void name_pairs(struct stage *g)
{
	for (size_t i = 0; i < g->s.actual.n_cert; i++) {
		struct actual_cert *c = &g->s.actual.cert[i];
		for (size_t k = 0; k < c->n_pair; k++) {
			struct actual_pair *p = &c->pair[k];
			pem_of(g, p->sha256, p->topic, p->spki, p->serial, p->not_before,
			       p->not_after);
			p->sha256 = sha_of(g, p->sha256);
			p->issuer = "Apple Application Integration 2 Certification Authority";
			g->w.apns_down |= p->probe.fault != NULL;
			if (p->probe.result == APNS_Accepted)
				files_put(&g->w.accepted, &g->w.mem, p->sha256, "yes");
		}
		for (size_t k = 0; k < c->n_server; k++)
			c->server[k].installed_sha256 =
			    sha_of(g, c->server[k].installed_sha256);
	}
}

/* What the servers hold is what the scenario says was seen there. */
static void fill_servers(struct stage *g)
{
	for (size_t i = 0; i < g->s.actual.n_cert; i++) {
		for (size_t k = 0; k < g->s.actual.cert[i].n_server; k++) {
			const struct actual_server *a = &g->s.actual.cert[i].server[k];
			if (a->seen.presence == PRESENCE_unknown)
				g->w.server_down = MDM;
			if (a->seen.presence != PRESENCE_present)
				continue;
			files_put(&g->w.nano, &g->w.mem, a->seen.topic,
				  pem_text(&g->w.mem, a->seen.topic, "k1", "01", 0,
					   a->seen.not_after));
		}
	}
}

static const char *contents(struct stage *g, const char *line)
{
	struct cert_facts f;

	read_facts(&g->s, line, strlen(line), &g->s.mem, &f);
	if (f.form != CERT_FORM_PEM)
		return "<!DOCTYPE html>\n";
	return pem_of(g, value_of(&g->s, line, "sha"), f.topic, f.spki_sha256, f.serial,
		      f.not_before, f.not_after);
}

static void add_pems(struct stage *g, struct files *f)
{
	for (size_t i = 0; i < g->s.n_line; i++)
		if (text_starts(g->s.lines[i], "pem "))
			files_put(f, &g->w.mem, word_of(&g->s, g->s.lines[i], 1),
				  contents(g, g->s.lines[i]));
}

/* The other customer who has a topic or a key, with his own manifests. */
static void add_owner(struct stage *g, struct files *f, const char *line, struct store_txn *t)
{
	struct arena *mem = &g->w.mem;
	char *kind = word_of(&g->s, line, 2), *who = word_of(&g->s, line, 3);
	bool is_wish = strstr(line, " wish") != NULL;
	char *topic = g->s.want.n_cert && g->s.want.cert[0].topic ?
			      arena_strdup(mem, g->s.want.cert[0].topic) :
			      NULL;
	struct actual_cert c = { .name = strchr(who, '/') + 1, .pinned_by = PIN_None };
	struct actual_tenant a = { .name = who, .cert = &c, .n_cert = 1 };
	struct err e = { 0 };

	*strchr(who, '/') = 0;
	for (size_t i = 0; i < g->s.want.n_cert; i++)
		if (g->s.want.cert[i].in_git && !text_eq(kind, "pin"))
			topic = arena_strdup(mem, g->s.want.cert[i].in_git->topic);
	if (is_wish)
		c.published_topic = topic;
	else
		c.topic = topic, c.pinned_by = PIN_Accepted;
	shop_customer(f, mem, a.name, NULL);
	shop_cert(f, mem, a.name, c.name, topic, NULL);
	assert_int_equal(known_put(t, &a, g->s.env.now, &e), 0);
}

static void keep_pair(struct stage *g, struct store_txn *t, const struct actual_cert *c,
		      const struct actual_pair *p)
{
	const char *uid = arena_printf(&g->w.mem, "%s/%s", g->s.actual.name, c->name);
	struct row_pair pair = { .certificate_uid = uid, .sha256 = p->sha256 };
	struct row_probe probe = { .certificate_uid = uid, .sha256 = p->sha256 };
	struct err e = { 0 };

	assert_int_equal(store_get(t, TABLE_PAIR, &pair, &g->w.mem, &e), 1);
	for (size_t i = 0; i < g->n; i++)
		if (text_eq(g->item[i].sha256, p->sha256))
			pair.pem = (struct blob){ g->item[i].pem, strlen(g->item[i].pem) };
	assert_int_equal(store_put(t, TABLE_PAIR, &pair, &e), 0);
	assert_int_equal(store_get(t, TABLE_PROBE, &probe, &g->w.mem, &e), 1);
	probe.probed_at = p->probe.probed_at;
	assert_int_equal(store_put(t, TABLE_PROBE, &probe, &e), 0);
}

static void keep_key(struct stage *g, struct store_txn *t, const struct actual_cert *c,
		     const struct actual_key *k)
{
	const char *uid = arena_printf(&g->w.mem, "%s/%s", g->s.actual.name, c->name);
	struct row_key_record row = { .certificate_uid = uid, .spki = k->spki };
	const char *sealed = arena_printf(&g->w.mem, "sealed %s", k->spki);
	struct err e = { 0 };

	assert_int_equal(store_get(t, TABLE_KEY_RECORD, &row, &g->w.mem, &e), 1);
	row.sealed = (struct blob){ sealed, strlen(sealed) };
	assert_int_equal(store_put(t, TABLE_KEY_RECORD, &row, &e), 0);
}

static int fill_store(struct store_txn *t, void *arg, struct err *e)
{
	struct stage *g = arg;
	struct files *f = &g->w.commit[g->w.n_commit].files;

	if (known_put(t, &g->s.actual, g->s.env.now, e))
		return -1;
	for (size_t i = 0; i < g->s.actual.n_cert; i++) {
		const struct actual_cert *c = &g->s.actual.cert[i];
		for (size_t k = 0; k < c->n_pair; k++)
			keep_pair(g, t, c, &c->pair[k]);
		for (size_t k = 0; k < c->n_key; k++)
			keep_key(g, t, c, &c->key[k]);
	}
	for (size_t i = 0; i < g->s.n_line; i++)
		if (text_starts(g->s.lines[i], "owner "))
			add_owner(g, f, g->s.lines[i], t);
	return 0;
}

/* The manifests, as they stand in the scenario; the folder of a tenant that is gone stays away. */
static void add_manifests(struct stage *g, struct files *f)
{
	for (size_t i = 0; i < g->s.n_line; i++) {
		const char *path = text_starts(g->s.lines[i], "file ") ?
					   word_of(&g->s, g->s.lines[i], 1) :
					   NULL;
		struct buf b = BUF_INIT(1 << 20);
		if (!path || (g->s.gone && text_starts(path, "tenants/acme/")))
			continue;
		for (size_t k = i + 1; k < g->s.n_line && g->s.lines[k][0] == '\t'; k++)
			buf_addf(&b, "%s\n", g->s.lines[k] + 1);
		files_put(f, &g->w.mem, path, buf_str(&b));
		buf_release(&b);
	}
}

/* A pin that only the status branch has. */
static void publish_pins(struct stage *g)
{
	struct files *f = &g->w.published;

	for (size_t i = 0; i < g->s.actual.n_cert; i++) {
		const struct actual_cert *c = &g->s.actual.cert[i];
		if (!c->published_topic)
			continue;
		files_put(f, &g->w.mem, "tenants/acme.json",
			  arena_printf(&g->w.mem,
				       "{\"kind\": \"TenantStatus\", \"tenant\": \"acme\", "
				       "\"objects\": [{\"kind\": \"PushCertificate\", \"tenant\": "
				       "\"acme\", \"name\": \"%s\", \"conditions\": [{\"type\": "
				       "\"TopicPinned\", \"status\": \"True\", \"reason\": "
				       "\"InStore\", \"message\": \"%s\"}]}]}",
				       c->name, c->published_topic));
		g->s.actual.cert[i].published_topic = NULL;
		g->w.message = "Status\n";
		oid_of("status", g->w.tip);
	}
}

static void set_stage(struct stage *g, char *text)
{
	struct err e = { 0 };
	int64_t fence;

	memset(g, 0, sizeof(*g));
	world_open(&g->w);
	scenario_read(&g->s, text, "acme");
	g->w.now = g->s.env.now;
	g->w.sealed = g->s.env.sealed;
	g->w.has_signer = g->s.env.has_signer;
	g->w.signer_not_after = g->s.env.signer_not_after;
	name_pairs(g);
	fill_servers(g);
	publish_pins(g);
	struct files *f = commit_begin(&g->w);
	shop_customer(f, &g->w.mem, "zeta", NULL); /* acme is not the only one */
	add_manifests(g, f);
	add_pems(g, f);
	assert_int_equal(store_lock(g->w.inner, "", &fence, &e), 0);
	if (store_txn(g->w.inner, "", fence, fill_store, g, &e))
		fail_msg("%s", e.text);
	store_unlock(g->w.inner, "");
	commit_end(&g->w);
}

static bool is_of_acme(const struct kept_step *s)
{
	return text_eq(kept_tenant(s), "acme");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *lines_of(struct arena *mem, const char **line, size_t n)
{
	struct buf b = BUF_INIT(1 << 20);

	if (n)
		qsort(line, n, sizeof(*line), by_text);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s\n", line[i]);
	const char *text = arena_strdup(mem, buf_str(&b));
	buf_release(&b);
	return text;
}

/* "STATE ID REASON" of the golden plan's steps. */
static const char *golden_steps(struct stage *g, const char *plan)
{
	const char *line[64];
	size_t n = 0;

	for (const char *at = plan; *at; at += strcspn(at, "\n") + 1) {
		char *state = arena_strndup(&g->w.mem, at, strcspn(at, " \n"));
		if (text_eq(state, "Do") || text_eq(state, "Ask") || text_eq(state, "Blocked"))
			line[n++] = arena_printf(&g->w.mem, "%s %s", state, word_of(&g->s, at, 1));
	}
	return lines_of(&g->w.mem, line, n);
}

static const char *planned(struct stage *g, const struct run_result *r)
{
	const char *line[64];
	size_t n = 0;

	for (size_t i = 0; i < r->n_step; i++)
		if (is_of_acme(&r->step[i]))
			line[n++] = arena_printf(&g->w.mem, "%s %s", r->step[i].state,
						 r->step[i].id);
	return lines_of(&g->w.mem, line, n);
}

/* Nothing holds it back: no gate, and no store without its key. */
static bool is_to_be_done(const struct stage *g, const struct kept_step *s)
{
	return text_eq(s->state, "Do") && s->gate == GATE_None && !g->s.env.sealed;
}

/* The ids of acme's steps that are to be done, or with `done` that were. */
static const char *ids(struct stage *g, const struct run_result *r, bool done)
{
	const char *line[64];
	size_t n = 0;

	for (size_t i = 0; i < r->n_step; i++) {
		const struct kept_step *s = &r->step[i];
		bool counts = done ? s->outcome == OUTCOME_Done : is_to_be_done(g, s);
		if (is_of_acme(s) && counts)
			line[n++] = s->id;
	}
	return lines_of(&g->w.mem, line, n);
}

static void same(const char *file, const char *what, const char *got, const char *want)
{
	if (!text_eq(got, want))
		fail_msg("%s: %s\n--- wanted\n%s--- got\n%s", file, what, want, got);
}

static void apply(const char *file, char *text, const char *golden)
{
	static struct stage g;
	struct run_options look = default_options;
	struct run_result plan, run, again;

	set_stage(&g, text);
	look.plan_only = look.all_tenants = true;
	world_run(&g.w, &look, &plan);
	same(file, "what the run announces", planned(&g, &plan), golden_steps(&g, golden));
	world_run(&g.w, NULL, &run);
	same(file, "what was done", ids(&g, &run, true), ids(&g, &plan, false));
	same(file, "which safety rule was broken", g.w.broken_rule ? g.w.broken_rule : "", "");
	world_run(&g.w, &look, &again);
	same(file, "what is left to do", ids(&g, &again, false), "");
	run_result_release(&plan);
	run_result_release(&run);
	run_result_release(&again);
	world_close(&g.w);
	scenario_release(&g.s);
}

static void every_golden_plan_does_what_it_announces(void **state)
{
	(void)state;
	glob_t g;

	assert_int_equal(glob("tests/golden/plan/*.txt", 0, NULL, &g), 0);
	assert_true(g.gl_pathc > 20);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		char path[512];
		snprintf(path, sizeof(path), "%.*s.plan", (int)(strlen(g.gl_pathv[i]) - 4),
			 g.gl_pathv[i]);
		char *text = scenario_file(g.gl_pathv[i]), *golden = scenario_file(path);
		apply(g.gl_pathv[i], text, golden);
		free(text);
		free(golden);
	}
	globfree(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_golden_plan_does_what_it_announces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
