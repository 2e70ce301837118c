/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/plan/plan.h"

#include <stdarg.h>
#include <stdio.h>

#include "reconcile/plan/kept.h"
#include "reconcile/plan/plan_part.h"
#include "schema/base/text.h"

static const char *const action_words[] = {
	[STEP_Ask] = "Ask",
#define X(n) [STEP_##n] = #n,
	STEP_ACTIONS(X)
#undef X
};

const char *step_action_word(const struct step *s)
{
	return s->action == STEP_Ask ? next_action_word(s->ask) : action_words[s->action];
}

const char *step_state_word(enum step_state s)
{
	static const char *const words[] = { [STEP_DO] = "Do",
					     [STEP_ASK] = "Ask",
					     [STEP_BLOCKED] = "Blocked" };
	return words[s];
}

const char *risk_word(enum risk r)
{
	static const char *const words[] = { [RISK_None] = "None",
					     [RISK_Disruptive] = "Disruptive",
					     [RISK_Destructive] = "Destructive" };
	return words[r];
}

const char *gate_word(enum gate g)
{
	static const char *const words[] = {
#define X(n) [GATE_##n] = #n,
		GATES(X)
#undef X
	};
	return words[g];
}

unsigned gate_rule(enum gate g)
{
	static const unsigned rules[GATE_MAX] = { [GATE_ChangeLimit] = RULE_CHANGE_LIMIT,
						  [GATE_EmptySource] = RULE_EMPTY_SOURCE,
						  [GATE_Protected] = RULE_PROTECTED };
	return rules[g];
}

static struct step *push(struct plan *p, enum step_action action, struct ref on)
{
	struct step *s = arena_push(p->mem, &p->step, &p->n, &p->cap, sizeof(*s));

	s->action = action;
	s->on = on;
	s->needs = -1;
	s->next.due = TIME_UNKNOWN;
	return s;
}

static void set_id(struct plan *p, struct step *s)
{
	const char *on = ref_text(p->mem, &s->on);
	const char *action = step_action_word(s);

	s->id = s->server ? arena_printf(p->mem, "%s:%s:%s", action, on, s->server) :
			    arena_printf(p->mem, "%s:%s", action, on);
}

struct step *plan_do(struct plan *p, enum step_action action, struct ref on, enum risk risk,
		     const char *reason, const char *fmt, ...)
{
	struct step *s = push(p, action, on);
	char text[768];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s->state = STEP_DO;
	s->risk = risk;
	s->reason = reason;
	s->message = arena_strdup(p->mem, text);
	return s;
}

void step_block(struct step *s, unsigned rule)
{
	s->state = STEP_BLOCKED;
	s->rule = rule;
}

int plan_last(const struct plan *p)
{
	return (int)p->n - 1;
}

static void ask(struct plan *p, const struct cert_view *v)
{
	if (v->next_step.action == NEXT_None)
		return;
	struct step *s = push(p, STEP_Ask, v->want->ref);
	s->state = STEP_ASK;
	s->ask = v->next_step.action;
	s->reason = v->next_step.reason;
	s->message = v->next_step.message;
	s->next = v->next_step;
	s->want = v->want;
	s->actual = v->actual;
}

static void build_views(struct plan *p, const struct want_tenant *tenant, const struct env *env)
{
	size_t n_want = p->want ? p->want->n_cert : 0;

	bool *matched = arena_array(p->mem, p->actual->n_cert + 1, sizeof(*matched));
	p->view = arena_array(p->mem, n_want + p->actual->n_cert + 1, sizeof(*p->view));
	p->first = arena_array(p->mem, n_want + p->actual->n_cert + 1, sizeof(*p->first));
	for (size_t i = 0; i < n_want; i++) {
		const struct want_cert *w = &p->want->cert[i];
		struct actual_cert *c = actual_match(p->actual, w);
		if (c)
			matched[c - p->actual->cert] = true;
		cert_view_build(tenant, w, c, env, p->mem, &p->view[p->n_view++]);
	}
	for (size_t i = 0; i < p->actual->n_cert; i++)
		if (!matched[i])
			cert_view_build(tenant, NULL, &p->actual->cert[i], env, p->mem,
					&p->view[p->n_view++]);
}

void plan_build(const struct want_tenant *want, const struct actual_tenant *actual,
		const struct env *env, bool may_remove, struct arena *mem, struct plan *out)
{
	static const struct want_tenant gone = { 0 };

	*out = (struct plan){ .mem = mem, .want = want, .actual = actual };
	build_views(out, want ? want : &gone, env);
	for (size_t i = 0; i < out->n_view; i++) {
		out->first[i] = out->n;
		if (!out->view[i].want)
			continue;
		plan_certificate(out, &out->view[i], env);
		ask(out, &out->view[i]);
	}
	out->first[out->n_view] = out->n;
	if (want && !want_is_quarantined(want))
		plan_policies(out);
	plan_removed(out, may_remove);
	for (size_t i = 0; i < out->n; i++)
		set_id(out, &out->step[i]);
}

const struct cert_view *plan_view(const struct plan *p, const struct want_cert *w)
{
	return w ? &p->view[w - p->want->cert] : NULL;
}

void plan_hash(const struct plan *p, struct sha256 *h)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct step *s = &p->step[i];
		struct kept_step k = { .id = s->id,
				       .state = step_state_word(s->state),
				       .reason = s->reason,
				       .message = s->message,
				       .sha256 = s->sha256,
				       .to = s->to };
		kept_hash(&k, h);
	}
}
