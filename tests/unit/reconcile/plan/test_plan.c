/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each tests/golden/plan/NAME.txt is planned and compared with NAME.plan (GOLDEN=write writes it).
 * Every plan is also held against what must be true of all plans.
 */
#include "tests/unit/unit.h"

#include <glob.h>

#include "tests/unit/reconcile/plan/scenario.h"

static void print_step(const struct step *s, struct buf *out)
{
	char t[TIME_TEXT];

	buf_addf(out, "%s %s  %s%s%s\n", step_state_word(s->state), s->id, s->reason,
		 s->risk ? " " : "", s->risk ? risk_word(s->risk) : "");
	buf_addf(out, "    %s\n", s->message ? s->message : "");
	if (s->rule)
		buf_addf(out, "    rule APN%04u\n", s->rule);
	if (s->counts_in)
		buf_addf(out, "    counts in %s\n", gate_word(s->counts_in));
	if (s->needs >= 0)
		buf_addf(out, "    after step %d\n", s->needs + 1);
	if (s->next.file)
		buf_addf(out, "    file %s\n", s->next.file);
	if (s->next.row)
		buf_addf(out, "    row %s\n", s->next.row);
	if (s->state == STEP_ASK && s->next.due != TIME_UNKNOWN)
		buf_addf(out, "    due %s\n", time_format_date(s->next.due, t));
}

static void print_view(const struct cert_view *v, struct buf *out)
{
	const char *name = v->want ? v->want->ref.name : v->actual->name;

	buf_addf(out, "%s: %s %s%s%s %s\n", name, phase_word(v->phase), band_word(v->band),
		 v->renewal ? ", next " : "", v->renewal ? phase_word(v->renewal) : "",
		 cert_view_verdict(v));
	for (size_t i = 0; i < v->n_condition; i++)
		buf_addf(out, "    %s=%s %s\n", v->condition[i].type, v->condition[i].status,
			 v->condition[i].reason);
}

static void print_plan(const struct plan *p, struct buf *out)
{
	for (size_t i = 0; i < p->n_view; i++)
		print_view(&p->view[i], out);
	for (size_t i = 0; i < p->n; i++)
		print_step(&p->step[i], out);
}

static void build(struct scenario *s, struct plan *p)
{
	actual_sort(&s->actual);
	plan_build(s->gone ? NULL : &s->want, &s->actual, &s->env, !s->set.broken, &s->mem, p);
}

/* Dependencies point back, so that a plan can be done in its order; ids are unique. */
static void check_shape(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++) {
		assert_true(p->step[i].needs < (int)i);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(p->step[i].id, p->step[k].id);
	}
}

static bool is_write(const struct step *s)
{
	return s->state == STEP_DO && s->action != STEP_ProbeCertificate;
}

static bool has_step(const struct plan *p, const char *id)
{
	for (size_t i = 0; i < p->n; i++)
		if (text_eq(p->step[i].id, id) && is_write(&p->step[i]))
			return true;
	return false;
}

/* Safety rule 5: what is not known any more gives no new write step. */
static void check_unknown_writes_nothing(struct scenario *s, const struct plan *before)
{
	for (size_t i = 0; i < s->actual.n_cert; i++)
		for (size_t k = 0; k < s->actual.cert[i].n_server; k++) {
			struct actual_server *as = &s->actual.cert[i].server[k];
			struct server_observation seen = as->seen;
			struct plan p;
			as->seen = (struct server_observation){ .not_after = TIME_UNKNOWN,
								.can_read = true };
			build(s, &p);
			for (size_t n = 0; n < p.n; n++)
				if (is_write(&p.step[n]) && !has_step(before, p.step[n].id))
					fail_msg("new write step %s when %s is unknown",
						 p.step[n].id, as->name);
			as->seen = seen;
		}
}

static void golden_file_of(const char *input, char path[512])
{
	snprintf(path, 512, "%.*s.plan", (int)(strlen(input) - 4), input);
}

static void one_scenario(const char *input)
{
	static struct scenario s;
	struct buf out = BUF_INIT(1 << 20);
	struct plan p;
	char path[512];
	char *text = scenario_file(input);

	golden_file_of(input, path);
	scenario_read(&s, text, "acme");
	build(&s, &p);
	print_plan(&p, &out);
	check_shape(&p);
	check_unknown_writes_nothing(&s, &p);
	if (getenv("GOLDEN")) {
		FILE *f = fopen(path, "w");
		fputs(buf_str(&out), f);
		fclose(f);
	} else {
		char *want = scenario_file(path);
		if (!text_eq(want, buf_str(&out)))
			fail_msg("%s\n--- wanted\n%s--- got\n%s", input, want, buf_str(&out));
		free(want);
	}
	buf_release(&out);
	scenario_release(&s);
	free(text);
}

static void plans_are_as_in_the_golden_files(void **state)
{
	(void)state;
	glob_t g;

	assert_int_equal(glob("tests/golden/plan/*.txt", 0, NULL, &g), 0);
	assert_true(g.gl_pathc > 20);
	for (size_t i = 0; i < g.gl_pathc; i++)
		one_scenario(g.gl_pathv[i]);
	globfree(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_are_as_in_the_golden_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
