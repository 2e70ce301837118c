/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Safety rule 9: whatever call fails, and wherever the process dies, the next runs come to the same
 * end as runs that nothing disturbed. Each stage of a certificate's life is run once to count its
 * calls; then once for each call and each kind of fault.
 */
#include "tests/unit/unit.h"

#include <malloc.h>

#include "tests/unit/reconcile/run/dump.h"
#include "tests/unit/reconcile/run/shop.h"

enum { RUNS_MAX = 6, RUN_EVERY_S = 900 };

/* The world before the first run: acme on NanoMDM, beta in a directory, gamma on no server. */
static void stage_start(struct world *w)
{
	struct files *f = commit_begin(w);

	shop_shared(f, &w->mem);
	shop_customer(f, &w->mem, "acme", "nano");
	shop_customer(f, &w->mem, "beta", "files");
	shop_customer(f, &w->mem, "gamma", NULL);
	commit_end(w);
}

static void stage_returned(struct world *w)
{
	assert_true(portal_commit(w, "acme", topic_no(&w->mem, 1), "01"));
	assert_true(portal_commit(w, "beta", topic_no(&w->mem, 2), "02"));
	assert_true(portal_commit(w, "gamma", topic_no(&w->mem, 3), "03"));
}

static void stage_due(struct world *w)
{
	w->now += 330 * DAY_S;
}

/* Two customers get other names, one of them in a directory, while their requests wait. */
static void stage_renamed(struct world *w)
{
	struct files *f = commit_begin(w);

	shop_rename_tenant(f, &w->mem, "acme", "apex", "[acme]");
	shop_rename_tenant(f, &w->mem, "beta", "bravo", "[beta]");
	commit_end(w);
}

static void stage_renewed(struct world *w)
{
	assert_true(portal_commit(w, "apex", topic_no(&w->mem, 1), "11"));
	assert_true(portal_commit(w, "bravo", topic_no(&w->mem, 2), "12"));
}

/* bravo's certificate gets another name, gamma leaves, a new customer comes. */
static void stage_moved(struct world *w)
{
	struct files *f = commit_begin(w);
	shop_rename(f, &w->mem, "bravo", "mdm", topic_no(&w->mem, 2));
	const char *const gone[] = { "tenant", "alias", "policies", "push" };
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		files_put(f, &w->mem, arena_printf(&w->mem, "tenants/gamma/%s.yaml", gone[i]),
			  NULL);
	files_put(f, &w->mem, "tenants/gamma/push.pem", NULL);
	shop_customer(f, &w->mem, "delta", "files");
	commit_end(w);
}

static const struct stage {
	const char *name;
	void (*prepare)(struct world *w);
} stages[] = {
	{ "start", stage_start },     { "returned", stage_returned }, { "due", stage_due },
	{ "renamed", stage_renamed }, { "renewed", stage_renewed }, { "moved", stage_moved },
};

/* Undisturbed runs until one has nothing to do; false: they never come to rest. */
static bool settle(struct world *w)
{
	for (int i = 0; i < RUNS_MAX; i++) {
		struct run_result r;
		int status = world_run(w, NULL, &r);
		bool rests = r.idle || r.n_changes == 0;
		run_result_release(&r);
		if (status)
			return false;
		w->now += RUN_EVERY_S;
		if (rests && i)
			return true;
	}
	return false;
}

struct sweep {
	const struct stage *stage;
	enum fault fault;
	const struct world *before;
	const char *want; /* the end of undisturbed runs */
	size_t points, bad;
};

static void one_point(struct sweep *s, size_t at)
{
	static const char *const kinds[] = { "none", "fails", "answer is lost", "dies" };
	struct world w;

	world_copy(s->before, &w);
	w.fault = s->fault;
	w.fault_at = at;
	world_just_run(&w);
	w.fault = FAULT_NONE;
	w.dead = false;
	w.now += RUN_EVERY_S;
	bool rests = settle(&w);
	const char *got = world_dump(&w, &w.mem);
	if (w.broken_rule || !rests || !text_eq(got, s->want)) {
		if (s->bad++ < 12) {
			fprintf(stderr, "%s: call %zu (%s) %s: %s\n", s->stage->name, at, w.hit,
				kinds[s->fault],
				w.broken_rule ? w.broken_rule :
				!rests	      ? "the next runs do not come to rest" :
						"another end");
			print_difference(s->want, got, &w.mem);
		}
	}
	s->points++;
	world_close(&w);
}

/* How many calls the first undisturbed run makes, and their names. */
static size_t count_calls(const struct world *before, struct arena *mem, const char ***name)
{
	struct world w;

	world_copy(before, &w);
	w.name = *name = arena_array(mem, CALLS_MAX, sizeof(**name));
	assert_int_equal(world_just_run(&w), 0);
	size_t n = w.calls;
	assert_true(n < CALLS_MAX);
	world_close(&w);
	return n;
}

/* Rows of one transaction fail alike: every third of them; all with SWEEP=all. */
static bool is_chosen(const char *name, size_t at)
{
	static const char *const rows[] = { "store get", "store put", "store each", "store insert",
					    "store remove" };

	if (text_eq(getenv("SWEEP"), "all"))
		return true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (text_eq(name, rows[i]))
			return at % 3 == 0;
	return true;
}

static void sweep(enum fault fault)
{
	struct world w;
	size_t points = 0, bad = 0;

	world_open(&w);
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		struct world before;
		struct arena mem = ARENA_INIT;
		const char **name;
		stages[i].prepare(&w);
		world_copy(&w, &before);
		assert_true(settle(&w));
		assert_null(w.broken_rule);
		struct sweep s = { &stages[i], fault, &before, world_dump(&w, &mem), 0, 0 };
		size_t calls = count_calls(&before, &mem, &name);
		for (size_t at = 1; at <= calls; at++)
			if (is_chosen(name[at], at))
				one_point(&s, at);
		points += s.points;
		bad += s.bad;
		arena_release(&mem);
		world_close(&before);
	}
	world_close(&w);
	fprintf(stderr, "%zu points, %zu of them came to another end\n", points, bad);
	assert_int_equal(bad, 0);
}

static void any_call_may_fail(void **state)
{
	(void)state;
	sweep(FAULT_FAILS);
}

static void the_answer_of_any_call_may_be_lost(void **state)
{
	(void)state;
	sweep(FAULT_LOST);
}

static void the_process_may_die_after_any_call(void **state)
{
	(void)state;
	sweep(FAULT_DIES);
}

int main(void)
{
	/* The memory of one world is that of the next. */
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	mallopt(M_MMAP_THRESHOLD, 256 << 20);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_call_may_fail),
		cmocka_unit_test(the_answer_of_any_call_may_be_lost),
		cmocka_unit_test(the_process_may_die_after_any_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
