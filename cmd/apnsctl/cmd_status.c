/* SPDX-License-Identifier: Apache-2.0 */
/* status: the expiry table, from the store, or without a configuration from the status branch. */
#include <stdlib.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/ports.h"
#include "cmd/apnsctl/published.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

enum { STATUS_MAX = 256 << 20 };

struct status {
	struct arena mem;
	char **tenant; /* only these; n 0: all */
	int n_tenant;
	struct summary_row *row;
	size_t n, cap;
	struct buf json_text;
	struct json json;
	struct err bad; /* a published file that could not be read */
};

static bool is_asked_for(const struct status *s, const char *tenant)
{
	for (int i = 0; i < s->n_tenant; i++)
		if (text_eq(s->tenant[i], tenant))
			return true;
	return s->n_tenant == 0;
}

static void take_plan(const struct plan *p, const struct report_context *c, void *arg)
{
	struct status *s = arg;

	if (!is_asked_for(s, plan_tenant(p)))
		return;
	report_objects_json(p, c, &s->json);
	for (size_t i = 0; i < p->n_view; i++) {
		struct summary_row r;
		if (cert_view_is_over(&p->view[i], c->now))
			continue;
		summary_row_of(p, &p->view[i], &s->mem, &r);
		*(struct summary_row *)arena_push(&s->mem, &s->row, &s->n, &s->cap, sizeof(r)) = r;
	}
}

static int from_store(const struct app *app, struct config *config, struct status *s, struct err *e)
{
	struct run_options o = { .plan_only = true,
				 .all_tenants = true,
				 .no_fetch = true,
				 .ask_nobody = true,
				 .on_plan = take_plan,
				 .on_plan_arg = s };
	struct opened opened;
	struct run_result result;
	struct err new = { 0 };

	if (ports_open(app, config, PORTS_READ_ONLY, &opened, e))
		return -1;
	if (ports_need_store(&opened, &new))
		app_say_unknown(&new);
	ports_run_options(config, &opened, &o);
	int failed = run_once(&opened.ports, &o, &result, e);
	if (!failed && result.source_failed)
		failed = err_set(e, ERR_SOURCE, "%s", result.source_error);
	run_result_release(&result);
	ports_close(&opened);
	return failed;
}

static int from_branch(const struct app *app, struct status *s, const char *where, struct err *e)
{
	struct published_table t = { .mem = &s->mem, .json = &s->json, .now = ports_now(app) };
	int failed = published_status(&t, where, s->tenant, s->n_tenant, e);

	s->row = t.row;
	s->n = t.n;
	s->bad = t.bad;
	return failed;
}

static int check_tenants(const struct status *s)
{
	for (int i = 0; i < s->n_tenant && !s->bad.code; i++) {
		bool found = false;
		for (size_t k = 0; k < s->n; k++)
			found |= text_eq(s->row[k].tenant, s->tenant[i]);
		if (!found)
			return app_usage("status", "there is no certificate of a tenant '%s'",
					 app_safe(s->tenant[i]));
	}
	return 0;
}

static int by_tenant(const void *x, const void *y)
{
	const struct summary_row *a = x, *b = y;
	int c = text_cmp(a->tenant, b->tenant);

	return c ? c : text_cmp(a->name, b->name);
}

static int print_table(struct status *s, int status)
{
	struct buf out = BUF_INIT(STATUS_MAX);
	struct summary all = { .row = s->row, .n = s->n, .signer_not_after = TIME_UNKNOWN };

	if (s->n)
		qsort(s->row, s->n, sizeof(*s->row), by_tenant);
	report_table(&all, &out);
	return app_print(&out, status);
}

static int print_json(struct status *s, int status)
{
	json_end_array(&s->json);
	json_end_object(&s->json);
	buf_addc(&s->json_text, '\n');
	return app_print(&s->json_text, status);
}

/* 9 when something is at or above the band (Pending is not in their order). */
static int judge(const struct status *s, bool asked, enum band limit)
{
	for (size_t i = 0; asked && i < s->n; i++) {
		enum band b;
		if (band_of_word(s->row[i].band, &b) && b != BAND_Pending && b >= limit)
			return 9;
	}
	return 0;
}

static void begin_json(struct status *s)
{
	s->json_text = (struct buf)BUF_INIT(STATUS_MAX);
	s->json = (struct json)JSON_INIT(&s->json_text, true);
	json_object(&s->json);
	json_member(&s->json, "apiVersion", "apnsctl/v1");
	json_member(&s->json, "kind", "StatusReport");
	json_key(&s->json, "objects");
	json_array(&s->json);
}

static int gather(const struct app *app, struct status *s, const char *where, struct err *e)
{
	struct config config;
	int found = where ? 0 : config_open(app, &config, e);

	if (found < 0)
		return -1;
	if (!found)
		return from_branch(app, s, where, e);
	int failed = from_store(app, &config, s, e);
	config_close(&config);
	return failed;
}

int cmd_status(struct app *app, int argc, char **argv)
{
	struct status s = { 0 };
	const char *fail_on = NULL, *where = NULL;
	const struct option_spec spec[] = {
		{ "fail-on", "BAND",
		  "exit with 9 when a certificate is in this band or a worse one", OPTION_TEXT,
		  &fail_on },
		{ "status", "REV|DIR", "read a status branch instead of the store", OPTION_TEXT,
		  &where },
		{ 0 },
	};
	struct err e = { 0 };
	enum band limit = BAND_Pending;
	int status, n = app_options(app, spec, argc, argv, &s.tenant, &status);

	if (n < 0)
		return status;
	if (fail_on && (!band_of_word(fail_on, &limit) || limit == BAND_Pending))
		return app_usage(argv[0],
				 "--fail-on takes Ok, Due, Warning, Critical, Expired, "
				 "ExpiredPastGrace or Revoked, not '%s'",
				 app_safe(fail_on));
	s.n_tenant = n;
	begin_json(&s);
	if (gather(app, &s, where, &e)) {
		status = app_fail(&e);
	} else if (!(status = check_tenants(&s))) {
		status = s.bad.code ? 4 : judge(&s, fail_on != NULL, limit);
		status =
		    app->output == OUTPUT_JSON ? print_json(&s, status) : print_table(&s, status);
	}
	buf_release(&s.json_text);
	arena_release(&s.mem);
	return status;
}
