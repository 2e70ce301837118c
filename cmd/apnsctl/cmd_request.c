/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request: what waits for Apple's portal, as a work list: one sign-in after the other, for each
 * what to upload, with which button and in which row. Only reads; --out writes the files somewhere.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/facts.h"
#include "cmd/apnsctl/object.h"
#include "reconcile/adapter/file/file.h"
#include "schema/base/clock.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

enum { OUTPUT_MAX = 64 << 20 };

struct waiting {
	struct summary_row row;
	const char *written; /* path of the file that --out wrote; NULL */
};

struct requests {
	struct arena mem;
	struct facts *facts;
	const struct ref *only; /* NULL: all */
	const char *out;        /* --out; NULL */
	struct waiting *item;
	size_t n, cap;
	bool found; /* the certificate that was asked for is in the manifests */
};

/* --out: the file under its own name, over one of an earlier call. */
static int write_file(struct requests *r, const struct cert_view *v, struct waiting *w,
		      struct err *e)
{
	struct buf bytes = BUF_INIT(SOURCE_FILE_MAX);
	const char *slash = strrchr(v->open->request->file, '/');
	const char *name = slash ? slash + 1 : v->open->request->file;
	int failed = facts_request_file(r->facts, v->actual, v->open, &bytes, e);

	w->written = arena_printf(&r->mem, "%s/%s", r->out, name);
	if (!failed)
		failed = file_write_atomic(w->written, buf_str(&bytes), bytes.len, 0644, e);
	buf_release(&bytes);
	return failed;
}

static int take_view(struct requests *r, const struct facts_unit *u, const struct cert_view *v,
		     struct err *e)
{
	struct summary_row row;

	if (!v->want || (r->only && !text_eq(r->only->name, v->want->ref.name)))
		return 0;
	r->found = true;
	summary_row_of(&u->plan, v, &r->mem, &row);
	if (!summary_is_portal_step(&row))
		return 0;
	struct waiting *w = arena_push(&r->mem, &r->item, &r->n, &r->cap, sizeof(*w));
	w->row = row;
	return r->out && v->open ? write_file(r, v, w, e) : 0;
}

/*
 * Of a customer whose manifests have errors: what waits is what is known, as far as it is known.
 * The controller goes on publishing it, and the portal does not wait for a typing mistake.
 */
static int take_known(struct requests *r, const struct facts_unit *u, const struct cert_view *v,
		      struct err *e)
{
	const char *pin = v->pin ? v->pin : v->actual->topic;

	if (r->only && !text_eq(r->only->name, v->actual->name))
		return 0;
	r->found = true;
	if (!v->open || (v->has_intake && v->intake.accepted))
		return 0;
	struct waiting *w = arena_push(&r->mem, &r->item, &r->n, &r->cap, sizeof(*w));
	*w = (struct waiting){ 0 };
	summary_row_of(&u->plan, v, &r->mem, &w->row);
	w->row.action = next_action_word(!v->open->request->is_signed ? NEXT_SignRequest
					 : pin                        ? NEXT_RenewAtPortal
								      : NEXT_CreateAtPortal);
	w->row.file = arena_strdup(&r->mem, v->open->request->file);
	w->row.apple_id = arena_strdup(&r->mem, v->actual->apple_id);
	w->row.row = portal_row_of(pin, &r->mem);
	return r->out ? write_file(r, v, w, e) : 0;
}

static int take_broken(struct requests *r, const struct facts_unit *u, struct err *e)
{
	const char *error = facts_error_of(u, NULL, &r->mem);

	app_say(
	    "apnsctl: the manifests of %s have errors, what waits is told as it was known before: "
	    "%s (run apnsctl lint)",
	    app_safe(plan_tenant(&u->plan)), app_safe(error ? error : "see apnsctl lint"));
	for (size_t i = 0; i < u->plan.n_view; i++)
		if (u->plan.view[i].actual && u->plan.view[i].actual->state == OBJECT_Live &&
		    take_known(r, u, &u->plan.view[i], e))
			return -1;
	return 0;
}

static int take_tenant(struct facts_unit *u, void *arg, struct err *e)
{
	if (u->want->stop == STOP_QUARANTINE && facts_error_of(u, NULL, u->mem))
		return take_broken(arg, u, e);
	for (size_t i = 0; i < u->plan.n_view; i++)
		if (take_view(arg, u, &u->plan.view[i], e))
			return -1;
	return 0;
}

static int64_t due_or_never(const struct summary_row *r)
{
	return r->due == TIME_UNKNOWN ? INT64_MAX : r->due;
}

/* By account, then by due date, then by name. */
static int by_account(const void *x, const void *y)
{
	const struct summary_row *a = &((const struct waiting *)x)->row;
	const struct summary_row *b = &((const struct waiting *)y)->row;
	int c = text_cmp(a->apple_id, b->apple_id);

	if (!c && due_or_never(a) != due_or_never(b))
		return due_or_never(a) < due_or_never(b) ? -1 : 1;
	if (!c)
		c = text_cmp(a->tenant, b->tenant);
	return c ? c : text_cmp(a->name, b->name);
}

static void print_account(const struct summary_row *r, struct buf *out)
{
	buf_addf(out, "Apple Account (Apple ID): %s\n", app_safe(r->apple_id ? r->apple_id : "-"));
	if (r->who)
		buf_addf(out, "  who can sign in: %s\n", app_safe(r->who));
}

static void print_button(const struct summary_row *r, struct buf *out)
{
	char t[TIME_TEXT];

	buf_addf(out, "      button: %s", summary_button(r));
	if (r->row)
		buf_addf(out, ", in the row %s", app_safe(r->row));
	if (r->row && r->not_after != TIME_UNKNOWN)
		buf_addf(out, " (expires %s)", time_format_date(r->not_after, t));
	buf_addc(out, '\n');
}

static void print_waiting(const struct waiting *w, struct buf *out)
{
	const struct summary_row *r = &w->row;
	char t[TIME_TEXT];

	buf_addf(out, "  - %s (%s/%s)", app_safe(r->customer), app_safe(r->tenant),
		 app_safe(r->name));
	if (r->due != TIME_UNKNOWN)
		buf_addf(out, ", due %s", time_format_date(r->due, t));
	buf_addc(out, '\n');
	print_button(r, out);
	if (r->file)
		buf_addf(out, "      upload: %s\n", app_safe(w->written ? w->written : r->file));
	else
		buf_addf(out, "      upload: %s\n", app_safe(r->message));
	if (r->commit_path)
		buf_addf(out, "      save:   apnsctl accept FILE, or commit it to %s\n",
			 app_safe(r->commit_path));
}

static void print_text(const struct requests *r, struct buf *out)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct summary_row *row = &r->item[i].row;
		if (!i || !text_eq(row->apple_id, r->item[i - 1].row.apple_id)) {
			if (i)
				buf_addc(out, '\n');
			print_account(row, out);
		}
		print_waiting(&r->item[i], out);
	}
	if (!r->n && r->only)
		buf_addf(out, "Nothing of %s/%s waits for Apple's portal.\n", r->only->tenant,
			 r->only->name);
	else if (!r->n)
		buf_adds(out, "Nothing waits for Apple's portal.\n");
	else
		buf_adds(out, "\nSign in at https://identity.apple.com/pushcert with exactly that "
			      "account. Never revoke anything.\n");
}

static void json_waiting(const struct waiting *w, struct json *j)
{
	const struct summary_row *r = &w->row;

	json_object(j);
	json_member(j, "tenant", r->tenant);
	json_member(j, "name", r->name);
	json_member_opt(j, "customer", r->customer);
	json_member(j, "action", r->action);
	json_member(j, "button", summary_button(r));
	json_member_opt(j, "appleId", r->apple_id);
	json_member_opt(j, "who", r->who);
	json_member_opt(j, "row", r->row);
	if (r->not_after != TIME_UNKNOWN)
		json_member_time(j, "notAfter", r->not_after);
	json_member_opt(j, "file", r->file);
	json_member_opt(j, "written", w->written);
	json_member_opt(j, "commitTo", r->commit_path);
	if (r->due != TIME_UNKNOWN)
		json_member_time(j, "due", r->due);
	json_end_object(j);
}

static void print_json(const struct requests *r, struct buf *out)
{
	struct json j = JSON_INIT(out, true);

	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "RequestReport");
	json_key(&j, "requests");
	json_array(&j);
	for (size_t i = 0; i < r->n; i++)
		json_waiting(&r->item[i], &j);
	json_end_array(&j);
	json_end_object(&j);
	buf_addc(out, '\n');
}

static int gather(struct requests *r, struct err *e)
{
	int none;

	if (r->facts->from == FACTS_NOWHERE)
		return err_set(e, ERR_IO, "open requests are not known: %s", r->facts->why);
	if (r->out && file_make_dir(r->out, e) < 0)
		return -1;
	none = r->only ? facts_one(r->facts, r->only->tenant, take_tenant, r, e)
		       : facts_each(r->facts, take_tenant, r, e);
	if (none < 0)
		return -1;
	if (r->only && !r->found)
		return err_set(e, ERR_USAGE, "there is no certificate %s/%s in the manifests",
			       r->only->tenant, r->only->name);
	if (r->n)
		qsort(r->item, r->n, sizeof(*r->item), by_account);
	return 0;
}

static int print(const struct app *app, const struct requests *r)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);

	if (app->output == OUTPUT_JSON)
		print_json(r, &out);
	else
		print_text(r, &out);
	return app_print(&out, 0);
}

int cmd_request(struct app *app, int argc, char **argv)
{
	struct requests r = { 0 };
	struct facts_options o = { 0 };
	const struct option_spec spec[] = {
		{ "out", "DIR", "write the upload files into this folder", OPTION_TEXT, &r.out },
		{ "status", "REV|DIR", "read a status branch instead of the store", OPTION_TEXT,
		  &o.status },
		{ 0 },
	};
	struct err e = { 0 };
	struct facts facts;
	struct ref only;
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (n > 1)
		return app_usage(argv[0], "it takes at most one CERTIFICATE");
	if (n && !object_parse_certificate(argv[0], args[0], &r.mem, &only))
		status = err_exit_status(ERR_USAGE);
	r.only = n ? &only : NULL;
	if (!status && facts_open(app, &o, &facts, &e)) {
		status = app_fail(&e);
	} else if (!status) {
		r.facts = &facts;
		status = gather(&r, &e) ? app_fail(&e) : print(app, &r);
		facts_close(&facts);
	}
	arena_release(&r.mem);
	return status;
}
