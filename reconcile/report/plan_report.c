/* SPDX-License-Identifier: Apache-2.0 */
/* What text, JSON and Markdown say of a plan as a whole. */
#include "reconcile/report/plan_report.h"

#include <stdlib.h>

#include "schema/base/text.h"

static enum blast_fate fate_of(const struct kept_step *s)
{
	if (text_eq(s->state, step_state_word(STEP_BLOCKED)))
		return BLAST_Refused;
	return s->gate != GATE_None ? BLAST_Held : BLAST_Happens;
}

/* As many policies as the steps of one tenant name, from the first one on. */
static size_t room_for(const struct plan_report *r, size_t from)
{
	size_t n = 1;

	for (size_t i = from; i < r->n_step; i++) {
		if (!text_eq(kept_tenant(&r->step[i]), kept_tenant(&r->step[from])))
			break;
		n += r->step[i].n_policy;
	}
	return n;
}

/* That of the step's tenant and fate, which is made when there is none. */
static struct blast *blast_for(const struct plan_report *r, size_t step, struct blast *all,
			       size_t *n, struct arena *mem)
{
	const char *tenant = kept_tenant(&r->step[step]);
	enum blast_fate fate = fate_of(&r->step[step]);

	for (size_t i = *n; i > 0 && text_eq(all[i - 1].tenant, tenant); i--)
		if (all[i - 1].fate == fate)
			return &all[i - 1];
	struct blast *b = &all[(*n)++];
	*b = (struct blast){ .tenant = tenant, .fate = fate };
	b->policy = arena_array(mem, room_for(r, step), sizeof(*b->policy));
	return b;
}

/* Sorts the names and keeps each of them once. */
static void sort_names(struct blast *b)
{
	size_t kept = 0;

	qsort(b->policy, b->n, sizeof(*b->policy), text_cmp_at);
	for (size_t i = 0; i < b->n; i++)
		if (!kept || !text_eq(b->policy[kept - 1], b->policy[i]))
			b->policy[kept++] = b->policy[i];
	b->n = kept;
}

struct blast *plan_blasts(const struct plan_report *r, struct arena *mem, size_t *n)
{
	struct blast *all = arena_array(mem, r->n_step + r->n_later + 1, sizeof(*all));

	*n = 0;
	for (size_t i = 0; i < r->n_step; i++) {
		const struct kept_step *s = &r->step[i];
		if (!s->n_policy)
			continue;
		struct blast *b = blast_for(r, i, all, n, mem);
		for (size_t k = 0; k < s->n_policy; k++)
			b->policy[b->n++] = s->policy[k];
	}
	for (size_t i = 0; i < *n; i++)
		sort_names(&all[i]);
	for (size_t i = 0; i < r->n_later; i++)
		all[(*n)++] = r->later[i];
	return all;
}

/* It has to keep the topic, or the file that came back has it. */
static bool keeps_topic(const struct cert_view *v, const char *topic)
{
	return text_eq(v->pin, topic) ||
	       (v->has_intake && v->intake.accepted && text_eq(v->want->in_git->topic, topic));
}

/* The steps of policies are in their order: asked for in it, none is looked at twice. */
static bool has_reassign(const struct plan *p, const struct ref *on, size_t *from)
{
	while (*from < p->n && (p->step[*from].action != STEP_ReassignPolicy ||
				ref_cmp(&p->step[*from].on, on) < 0))
		++*from;
	return *from < p->n && !ref_cmp(&p->step[*from].on, on);
}

static void add_name(struct blast *b, const struct plan *p, size_t max, const char *name,
		     struct arena *mem)
{
	if (!b->n) {
		b->tenant = arena_strdup(mem, p->want->name);
		b->policy = arena_array(mem, max, sizeof(*b->policy));
	}
	b->policy[b->n++] = arena_strdup(mem, name);
}

static bool is_wanted(const struct plan *p, const char *policy)
{
	if (want_policy_of(p->want, policy))
		return true;
	for (size_t i = 0; i < p->want->n_policy; i++) {
		const struct texts *old = &p->want->policy[i].object->head.meta.previous_names;
		for (size_t k = 0; k < old->n; k++)
			if (old->item[k].s &&
			    text_eq(ref_own_name(old->item[k].s, p->want->name), policy))
				return true;
	}
	return false;
}

/* Some certificate that is assigned keeps the topic. */
static bool is_given(const struct plan *p, const char *topic)
{
	for (size_t i = 0; i < p->n_view; i++)
		if (p->view[i].want && p->view[i].want->is_assigned &&
		    keeps_topic(&p->view[i], topic))
			return true;
	return false;
}

static bool is_archived_now(const struct plan *p, const char *topic)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->step[i].action == STEP_ArchiveObject && p->step[i].actual &&
		    text_eq(p->step[i].actual->topic, topic))
			return true;
	return false;
}

void plan_lost(const struct plan *p, bool by_now, struct arena *mem, struct blast *out)
{
	*out = (struct blast){ .fate = BLAST_Lost };
	for (size_t i = 0; p->want && !want_is_quarantined(p->want) && i < p->actual->n_policy;
	     i++) {
		const struct actual_policy *a = &p->actual->policy[i];
		if (a->topic && !is_wanted(p, a->name) &&
		    (by_now || is_archived_now(p, a->topic)) && !is_given(p, a->topic))
			add_name(out, p, p->actual->n_policy, a->name, mem);
	}
}

void plan_later(const struct plan *p, struct arena *mem, struct blast *out)
{
	size_t n_policy = p->want ? p->want->n_policy : 0, from = 0;

	*out = (struct blast){ .fate = BLAST_Later };
	for (size_t i = 0; i < n_policy; i++) {
		const struct want_policy *w = &p->want->policy[i];
		const struct actual_policy *a = actual_policy(p->actual, w->ref.name);
		const struct cert_view *v = plan_view(p, w->effective);
		if (!a || !a->topic || !v || keeps_topic(v, a->topic) ||
		    has_reassign(p, &w->ref, &from))
			continue;
		add_name(out, p, n_policy, w->ref.name, mem);
	}
}

const char *blast_sentence(const struct blast *b, size_t max, struct arena *mem)
{
	static const char *const fates[] = {
		[BLAST_Happens] = "",
		[BLAST_Held] = " (held by a gate)",
		[BLAST_Refused] = " (refused: the manifests do not acknowledge it)",
		[BLAST_Later] = " (as soon as the new certificate has a topic)",
		[BLAST_Lost] = " (it is gone, and nothing has its topic any more)",
	};
	struct buf names = BUF_INIT(64 << 20);

	for (size_t i = 0; i < b->n && i < max; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", b->policy[i]);
	if (b->n > max)
		buf_addf(&names, " and %zu more", b->n - max);
	const char *text = arena_printf(
	    mem, "%zu %s of tenant %s %s certificate: every device below must re-enrol: %s%s", b->n,
	    b->n == 1 ? "policy" : "policies", b->tenant,
	    b->n == 1 ? "changes its" : "change their", buf_str(&names), fates[b->fate]);
	buf_release(&names);
	return text;
}

const struct plan_stop *plan_shared(const struct findings *fs, struct arena *mem, size_t *n)
{
	struct plan_stop *all = arena_array(mem, fs->n_level[LEVEL_ERROR] + 1, sizeof(*all));

	*n = 0;
	for (size_t i = 0; i < fs->n; i++)
		if (fs->item[i].level == LEVEL_ERROR)
			all[(*n)++] = (struct plan_stop){ .file = fs->item[i].file,
							  .line = fs->item[i].at.line,
							  .message = fs->item[i].message };
	return all;
}

const char *plan_lint_sentence(const struct plan_report *r, struct arena *mem)
{
	const struct plan_lint *l = r->lint;
	const char *codes = "";

	if (!l || !l->n)
		return NULL;
	for (size_t i = 0; i < l->n_code; i++)
		codes = arena_printf(mem, "%s%sAPN%04u", codes, i ? ", " : "", l->code[i]);
	return arena_printf(mem,
			    "lint finds %zu error%s in this change that the plan does not hold "
			    "back: %s; run apnsctl lint with the same --base",
			    l->n, l->n == 1 ? "" : "s", codes);
}

/* What is counted in the verdict. */
struct counts {
	size_t re_enrol, blocked, lint, shared, stopped, archived, todo, ask;
};

static struct counts count(const struct plan_report *r, struct arena *mem)
{
	struct counts c = { .lint = r->lint ? r->lint->n : 0,
			    .shared = r->n_shared,
			    .stopped = r->n_stop };
	size_t n;
	struct blast *b = plan_blasts(r, mem, &n);

	for (size_t i = 0; i < n; i++)
		c.re_enrol += b[i].n;
	for (size_t i = 0; i < r->n_step; i++) {
		const struct kept_step *s = &r->step[i];
		bool is_do = text_eq(kept_state(s), step_state_word(STEP_DO));
		bool archives = text_eq(s->action, "ArchiveObject");
		c.blocked += text_eq(kept_state(s), step_state_word(STEP_BLOCKED));
		c.archived += is_do && archives;
		c.todo += is_do && !archives;
		c.ask += text_eq(s->state, step_state_word(STEP_ASK));
	}
	return c;
}

static void part(struct buf *out, size_t n, const char *one, const char *many)
{
	if (!n)
		return;
	buf_addf(out, "%s%zu %s", out->len ? ", " : "", n, n == 1 ? one : many);
}

const char *plan_verdict(const struct plan_report *r, struct arena *mem)
{
	struct counts c = count(r, mem);
	struct buf b = BUF_INIT(1024);

	part(&b, c.re_enrol, "policy must RE-ENROL", "policies must RE-ENROL");
	part(&b, c.blocked, "BLOCKED", "BLOCKED");
	part(&b, c.lint, "error of lint", "errors of lint");
	part(&b, c.shared, "error in shared manifests", "errors in shared manifests");
	part(&b, c.stopped, "tenant in quarantine", "tenants in quarantine");
	part(&b, c.archived, "archived", "archived");
	part(&b, c.todo, "to do", "to do");
	part(&b, c.ask, "for a person", "for a person");
	const char *text = arena_strdup(mem, b.len ? buf_str(&b) : "nothing to do");
	buf_release(&b);
	return text;
}

static void more(struct buf *out, const char *before, const char *text)
{
	if (text && *text)
		buf_addf(out, "%s%s", before, text);
}

static bool is_at_portal(enum next_action a)
{
	return a == NEXT_CreateAtPortal || a == NEXT_RenewAtPortal || a == NEXT_SignRequest;
}

static const char *portal_words(enum next_action a)
{
	switch (a) {
	case NEXT_CreateAtPortal:
		return "Create a Certificate at the portal";
	case NEXT_RenewAtPortal:
		return "Renew at the portal (never Create)";
	default:
		return next_action_word(a);
	}
}

const char *plan_person(const struct next *n, struct arena *mem)
{
	struct buf b = BUF_INIT(8192);
	char day[TIME_TEXT];

	if (n->action == NEXT_None)
		return NULL;
	buf_adds(&b, portal_words(n->action));
	more(&b, " with the Apple Account ", is_at_portal(n->action) ? n->apple_id : NULL);
	more(&b, " in the row ", is_at_portal(n->action) ? n->row : NULL);
	more(&b, ", file ", n->file);
	if (n->due != TIME_UNKNOWN)
		buf_addf(&b, ", by %s", time_format_date(n->due, day));
	const char *text = arena_strdup(mem, buf_str(&b));
	buf_release(&b);
	return text;
}
