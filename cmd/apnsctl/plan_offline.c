/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/plan_offline.h"

#include <stdlib.h>

#include "cmd/apnsctl/config.h"
#include "schema/base/text.h"

/* One of the two revisions, with what is known of the other one. */
struct side {
	struct source *source;
	const char *commit;
	struct plan_gather *gather;
	struct before *note;
	const struct before *before;
};

static int run(struct plan_offline *p, const struct side *s, struct run_result *out, struct err *e)
{
	/* The controller's configuration is not here: what it says when it says nothing. */
	const struct config_limits limits = config_limits_default();
	struct run_options o = { .plan_only = true,
				 .all_tenants = true,
				 .ask_nobody = true,
				 .as_it_is = !*s->commit,
				 .rev = *s->commit ? s->commit : NULL,
				 .limits = config_gate_limits(&limits),
				 .probe_interval = DAY_S,
				 .on_plan = plan_gather_take,
				 .on_plan_arg = s->gather,
				 .note = s->note,
				 .before = s->before };

	p->offline.ports.source = s->source;
	return run_once(&p->offline.ports, &o, out, e);
}

/* The base's plan; once more when something was assumed, so that both rest on the same facts. */
static int run_base(struct plan_offline *p, struct err *e)
{
	struct plan_gather *g = &p->gather_before;
	struct side s = { p->base.source, p->base.commit, g, &p->noted[0], NULL };

	g->assume_all = p->no_status != NULL;
	p->noted[0].prints = !*p->repo.commit && !g->assume_all; /* else it is not the last one */
	p->noted[1].prints = !*p->repo.commit;
	if (run(p, &s, &p->before, e))
		return -1;
	if (!g->n_assumed)
		return 0;
	if (offline_know(&p->offline, g->assumed, g->n_assumed, e))
		return -1;
	run_result_release(&p->before);
	plan_gather_release(g);
	g->compares = true;
	p->noted[0].other_facts = true;
	s.before = &p->noted[0];
	s.note = &p->noted[1];
	return run(p, &s, &p->before, e);
}

static int run_head(struct plan_offline *p, bool with_base, struct err *e)
{
	const struct before *last = p->noted[0].other_facts ? &p->noted[1] : &p->noted[0];
	struct side s = { p->repo.source, p->repo.commit, &p->gather, NULL,
			  with_base ? last : NULL };

	return run(p, &s, &p->head, e);
}

static int open_facts(struct plan_offline *p, const char *status, struct err *e)
{
	int none = published_open(&p->repo, status, &p->published, &p->no_status, e);

	if (none < 0)
		return -1;
	if (none)
		return 0;
	return offline_take(&p->offline, &p->published, e);
}

/* Of two plans of the same step, in other words or not, the newer one counts. */
static bool is_planned(const char *const *ids, size_t n, const char *id)
{
	return bsearch(&id, ids, n, sizeof(*ids), text_cmp_at) != NULL;
}

static void hash_steps(struct plan_offline *p)
{
	struct sha256 h;

	sha256_init(&h);
	for (size_t i = 0; i < p->head.n_step; i++)
		kept_hash(&p->head.step[i], &h);
	sha256_end_hex(&h, p->head.plan_hash);
}

static void subtract(struct plan_offline *p)
{
	struct run_result *head = &p->head;
	size_t n, n_gone, kept = 0;
	struct kept_step *left =
	    kept_minus(head->step, head->n_step, p->before.step, p->before.n_step, &head->mem, &n);
	struct kept_step *gone = kept_minus(p->before.step, p->before.n_step, head->step,
					    head->n_step, &head->mem, &n_gone);

	const char **ids = arena_array(&head->mem, n + 1, sizeof(*ids));

	for (size_t i = 0; i < n; i++)
		ids[i] = left[i].id;
	qsort(ids, n, sizeof(*ids), text_cmp_at);
	head->step = left;
	head->n_step = n;
	for (size_t i = 0; i < n_gone; i++)
		if (!is_planned(ids, n, gone[i].id))
			gone[kept++] = gone[i];
	p->report.withdrawn = gone;
	p->report.n_withdrawn = kept;
	plan_gather_minus(&p->gather, &p->gather_before);
	findings_subtract(&head->findings, &p->before.findings);
	head->nothing_loaded &= !p->before.nothing_loaded;
	hash_steps(p);
}

/* What the exit status follows from. */
static void count(struct plan_offline *p)
{
	struct run_result *r = &p->head;

	r->n_blocked = r->n_held = r->n_changes = 0;
	for (size_t i = 0; i < r->n_step; i++) {
		r->n_held += r->step[i].gate != GATE_None;
		r->n_blocked += text_eq(r->step[i].state, step_state_word(STEP_BLOCKED));
		r->n_changes += text_eq(r->step[i].state, step_state_word(STEP_DO));
	}
	r->n_refused = p->gather.n_refused;
	r->n_quarantined = p->gather.n_stop;
}

static void fill_report(struct plan_offline *p, bool with_base)
{
	struct plan_report *t = &p->report;

	t->basis = p->no_status ? "None" : "StatusBranch";
	t->plan_hash = p->head.plan_hash;
	t->source_revision = p->head.source_revision;
	t->base_revision = with_base ? p->base.commit : NULL;
	t->status_revision = *p->published.commit ? p->published.commit : NULL;
	t->step = p->head.step;
	t->n_step = p->head.n_step;
	t->stop = p->gather.stop;
	t->n_stop = p->gather.n_stop;
	t->shared = plan_shared(&p->head.findings, &p->head.mem, &t->n_shared);
	t->later = p->gather.later;
	t->n_later = p->gather.n_later;
	t->gates = &p->head.gates;
}

/* What lint has against the change and the controller would do all the same. */
static int find_lint(struct plan_offline *p, struct err *e)
{
	p->lint = (struct lint_added){ .repo = &p->repo,
				       .base = &p->base,
				       .certs = &p->offline.ports.certs,
				       .published = &p->published,
				       .is_complete = !p->no_status,
				       .tenant = p->gather.seen,
				       .n_tenant = p->gather.n_seen,
				       .shared = &p->head.findings };
	p->report.lint = &p->lint.found;
	return lint_added_find(&p->lint, &p->report, e);
}

int plan_offline_make(const struct app *app, const struct plan_offline_options *o,
		      struct plan_offline *out, struct err *e)
{
	struct plan_offline *p = out;

	*p = (struct plan_offline){ 0 };
	p->gather.compares = p->gather_before.compares = o->base != NULL;
	if (repo_open(NULL, o->rev, &p->repo, e) ||
	    (o->base && repo_base_open(&p->repo, o->base, &p->base, e)) ||
	    offline_open(app, &p->offline, e) || open_facts(p, o->status, e) ||
	    (o->base && run_base(p, e)) || run_head(p, o->base != NULL, e))
		return -1;
	if (o->base)
		subtract(p);
	count(p);
	fill_report(p, o->base != NULL);
	return o->base ? find_lint(p, e) : 0;
}

void plan_offline_close(struct plan_offline *p)
{
	run_result_release(&p->head);
	run_result_release(&p->before);
	plan_gather_release(&p->gather);
	plan_gather_release(&p->gather_before);
	lint_added_release(&p->lint);
	before_release(&p->noted[0]);
	before_release(&p->noted[1]);
	offline_close(&p->offline);
	published_close(&p->published);
	if (p->base.source)
		p->base.source->ops->close(p->base.source);
	repo_close(&p->repo);
}
