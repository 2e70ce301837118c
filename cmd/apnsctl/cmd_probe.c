/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe: asks APNs about certificates now, whatever the interval. It only reads: what it learns is
 * told and not recorded, so that no run's judgement depends on who happened to ask.
 */
#include <stdlib.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/object.h"
#include "cmd/apnsctl/ports.h"
#include "reconcile/run/rows.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

enum { OUTPUT_MAX = 64 << 20 };

struct target {
	const char *tenant, *name, *certificate_uid;
	struct row_pair pair;
	struct key_ref key;
	bool has_pair, has_key;
	struct verdict verdict;
};

struct probing {
	struct arena mem;
	const struct ref *asked; /* certificates; n_asked 0: all */
	size_t n_asked;
	struct target *item;
	size_t n, cap;
};

static bool is_asked_for(const struct probing *p, const char *tenant, const char *name)
{
	for (size_t i = 0; i < p->n_asked; i++)
		if (text_eq(p->asked[i].tenant, tenant) && text_eq(p->asked[i].name, name))
			return true;
	return p->n_asked == 0;
}

static int read_pair(struct store_txn *t, struct probing *p, const struct actual_tenant *tenant,
		     const struct actual_cert *c, const struct actual_pair *pair, struct target *to,
		     struct err *e)
{
	struct row_key_record key = { .certificate_uid = c->uid, .spki = pair->spki };

	to->pair = (struct row_pair){ .certificate_uid = c->uid, .sha256 = pair->sha256 };
	if (store_get(t, TABLE_PAIR, &to->pair, &p->mem, e) < 0)
		return -1;
	int found = store_get(t, TABLE_KEY_RECORD, &key, &p->mem, e);
	to->has_pair = true;
	to->has_key = found > 0;
	to->key = (struct key_ref){ tenant->uid, c->uid, key.spki, key.version, key.sealed };
	return found < 0 ? -1 : 0;
}

/* The pair in force, else the one on its way. */
static int add_target(struct store_txn *t, struct probing *p, const struct actual_tenant *tenant,
		      const struct actual_cert *c, struct err *e)
{
	const struct actual_pair *pair = actual_active(c);
	struct target *to = arena_push(&p->mem, &p->item, &p->n, &p->cap, sizeof(*to));

	*to = (struct target){ .tenant = tenant->name, .name = c->name };
	if (!pair)
		pair = actual_next(c);
	return pair ? read_pair(t, p, tenant, c, pair, to, e) : 0;
}

static int read_tenant(struct store_txn *t, struct probing *p, const char *name, struct err *e)
{
	struct actual_tenant tenant;

	if (rows_tenant(t, name, &p->mem, &tenant, e))
		return -1;
	for (size_t i = 0; i < tenant.n_cert; i++)
		if (tenant.cert[i].state == OBJECT_Live &&
		    is_asked_for(p, name, tenant.cert[i].name) &&
		    add_target(t, p, &tenant, &tenant.cert[i], e))
			return -1;
	return 0;
}

static int read_all(struct store_txn *t, void *arg, struct err *e)
{
	struct probing *p = arg;
	const char **name;
	size_t n;

	if (rows_tenant_names(t, &p->mem, &name, &n, e))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (read_tenant(t, p, name[i], e))
			return -1;
	return 0;
}

static int check_found(const struct probing *p, struct err *e)
{
	for (size_t i = 0; i < p->n_asked; i++) {
		bool found = false;
		for (size_t k = 0; k < p->n; k++)
			found |= text_eq(p->item[k].tenant, p->asked[i].tenant) &&
				 text_eq(p->item[k].name, p->asked[i].name);
		if (!found)
			return err_set(e, ERR_USAGE, "the store knows no certificate %s/%s",
				       p->asked[i].tenant, p->asked[i].name);
	}
	return 0;
}

static int by_name(const void *x, const void *y)
{
	const struct target *a = x, *b = y;
	int c = text_cmp(a->tenant, b->tenant);

	return c ? c : text_cmp(a->name, b->name);
}

static int ask(struct probing *p, struct opened *o, enum probe_level level, struct err *e)
{
	struct apns_task *task = arena_array(&p->mem, p->n + 1, sizeof(*task));
	struct apns_evidence *ev = arena_array(&p->mem, p->n + 1, sizeof(*ev));
	struct target **of = arena_array(&p->mem, p->n + 1, sizeof(struct target *));
	size_t n = 0;

	if (p->n)
		qsort(p->item, p->n, sizeof(*p->item), by_name);
	for (size_t i = 0; i < p->n; i++) {
		struct target *t = &p->item[i];
		verdict_not_probed(t->has_pair ? "KeyNotHeld" : "NotYetProbed", &t->verdict);
		if (!t->has_pair)
			t->verdict.detail = "there is no certificate yet";
		if (!t->has_key)
			continue;
		task[n] = (struct apns_task){ t->pair.pem, t->key, t->pair.topic, level };
		of[n++] = t;
	}
	if (n && o->is_sealed)
		return err_set(e, ERR_SEALED, "%s", o->sealed_reason);
	if (n && o->ports.apns->ops->probe(o->ports.apns, task, n, &p->mem, ev, e))
		return -1;
	for (size_t i = 0; i < n; i++)
		verdict_judge(&ev[i], level, &p->mem, &of[i]->verdict);
	return 0;
}

static void print_json(const struct probing *p, struct buf *out)
{
	struct json j = JSON_INIT(out, true);

	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "ProbeReport");
	json_key(&j, "results");
	json_array(&j);
	for (size_t i = 0; i < p->n; i++) {
		const struct verdict *v = &p->item[i].verdict;
		json_object(&j);
		json_member(&j, "tenant", p->item[i].tenant);
		json_member(&j, "name", p->item[i].name);
		json_member(&j, "result", apns_result_name(v->result));
		json_member_opt(&j, "reason", v->reason);
		if (v->alert >= 0)
			json_member_int(&j, "alert", v->alert);
		json_member_opt(&j, "detail", v->detail);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	buf_addc(out, '\n');
}

static void print_text(const struct probing *p, struct buf *out)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct target *t = &p->item[i];
		buf_addf(out, "%s/%s: %s (%s)\n", app_safe(t->tenant), app_safe(t->name),
			 apns_result_name(t->verdict.result), t->verdict.reason);
		if (t->verdict.detail)
			buf_addf(out, "    %s\n", app_safe(t->verdict.detail));
	}
	if (!p->n)
		buf_adds(out, "There is no certificate yet.\n");
}

static int exit_status(const struct probing *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->item[i].verdict.result != APNS_Accepted &&
		    p->item[i].verdict.result != APNS_NotProbed)
			return 4;
	return 0;
}

static int probe(struct app *app, struct probing *p)
{
	struct config config;
	struct opened o;
	struct buf out = BUF_INIT(OUTPUT_MAX);
	struct err e = { 0 };
	int failed;

	if (config_need(app, &config, &e))
		return app_fail(&e);
	failed = ports_open(app, &config, PORTS_READ_ONLY, &o, &e);
	if (!failed) {
		enum probe_level level = (enum probe_level)config.c->apns->probe->level.v;
		failed = ports_need_store(&o, &e) ||
			 store_read(o.ports.store, read_all, p, &e) || check_found(p, &e) ||
			 ask(p, &o, level, &e);
		ports_close(&o);
	}
	config_close(&config);
	if (failed)
		return app_fail(&e);
	if (app->output == OUTPUT_JSON)
		print_json(p, &out);
	else
		print_text(p, &out);
	return app_print(&out, exit_status(p));
}

int cmd_probe(struct app *app, int argc, char **argv)
{
	bool all = false;
	const struct option_spec spec[] = {
		{ "all", NULL, "all certificates", OPTION_FLAG, &all },
		{ 0 },
	};
	struct probing p = { 0 };
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (all == (n > 0))
		return app_usage(argv[0], "it takes certificates (tenant/name), or --all");
	struct ref *asked = arena_array(&p.mem, (size_t)n + 1, sizeof(*asked));
	for (int i = 0; i < n && !status; i++)
		if (!object_parse_certificate(argv[0], args[i], &p.mem, &asked[i]))
			status = err_exit_status(ERR_USAGE);
	p.asked = asked;
	p.n_asked = (size_t)n;
	if (!status)
		status = probe(app, &p);
	arena_release(&p.mem);
	return status;
}
