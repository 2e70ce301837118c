/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: is this machine and its configuration fit for a run? One line a check, with the cure. */
#include <stdarg.h>
#include <stdio.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/doctor.h"
#include "cmd/apnsctl/repo.h"
#include "schema/base/json.h"

enum { OUTPUT_MAX = 1 << 20, MESSAGE_MAX = 2048 };

void doctor_note(struct doctor *d, const char *name, enum health h, const char *cure,
		 const char *fmt, ...)
{
	char text[MESSAGE_MAX];
	struct check *c = arena_push(&d->mem, &d->check, &d->n, &d->cap, sizeof(*c));
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*c = (struct check){ name, h, arena_strdup(&d->mem, text), arena_strdup(&d->mem, cure) };
}

/* Without a configuration: what lint, match, status and others without one stand on. */
static void check_repository(struct doctor *d)
{
	struct repo r;
	struct err e = { 0 };
	char commit[OID_TEXT];
	const char *why;

	doctor_note(d, "configuration", HEALTH_Warning, NULL,
		    "there is none: lint, match, accept, request, status and explain work without, "
		    "reconcile does not (apnsctl init makes one)");
	if (repo_open(NULL, NULL, &r, &e)) {
		doctor_note(d, "manifests", HEALTH_Failed, NULL, "%s", e.text);
		return;
	}
	if (repo_has_manifests(&r))
		doctor_note(d, "manifests", HEALTH_Ok, NULL, "%s", r.root);
	else
		doctor_note(d, "manifests", HEALTH_Failed, "run it inside their repository",
			    "%s has no organization.yaml", r.root);
	if (!repo_status_commit(&r, NULL, commit, &why))
		doctor_note(d, "status branch", HEALTH_Ok, NULL, "it is here, at %.12s", commit);
	else
		doctor_note(d, "status branch", HEALTH_Warning, NULL, "%s", why);
	repo_close(&r);
}

static void check_controller(struct doctor *d)
{
	struct err e = { 0 };

	doctor_note(d, "configuration", HEALTH_Ok, NULL, "%s", d->config.file);
	if (ports_start(d->app, &d->config, PORTS_READ_ONLY, &d->opened, &e)) {
		doctor_note(d, "configuration", HEALTH_Failed, NULL, "%s", e.text);
		return;
	}
	doctor_check_ssh(d);
	doctor_check_credentials(d);
	doctor_check_source(d);
	doctor_check_status(d);
	doctor_check_store(d);
	doctor_check_history(d);
	doctor_check_files(d);
	doctor_check_certificates(d);
	doctor_check_apns(d);
	doctor_check_servers(d);
}

static void print_text(const struct doctor *d, struct buf *out)
{
	static const char *const words[] = { "ok  ", "warn", "FAIL" };

	for (size_t i = 0; i < d->n; i++) {
		const struct check *c = &d->check[i];
		buf_addf(out, "%s  %s: %s\n", words[c->health], c->name, app_safe(c->message));
		if (c->cure)
			buf_addf(out, "      %s\n", app_safe(c->cure));
	}
}

static void print_json(const struct doctor *d, struct buf *out)
{
	static const char *const words[] = { "Ok", "Warning", "Failed" };
	struct json j = JSON_INIT(out, true);

	json_object(&j);
	json_member(&j, "apiVersion", "apnsctl/v1");
	json_member(&j, "kind", "DoctorReport");
	json_key(&j, "checks");
	json_array(&j);
	for (size_t i = 0; i < d->n; i++) {
		json_object(&j);
		json_member(&j, "name", d->check[i].name);
		json_member(&j, "result", words[d->check[i].health]);
		json_member(&j, "message", d->check[i].message);
		json_member_opt(&j, "cure", d->check[i].cure);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	buf_addc(out, '\n');
}

static int report(const struct app *app, const struct doctor *d)
{
	struct buf out = BUF_INIT(OUTPUT_MAX);
	int status = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->check[i].health == HEALTH_Failed)
			status = err_exit_status(ERR_IO);
	if (app->output == OUTPUT_JSON)
		print_json(d, &out);
	else
		print_text(d, &out);
	return app_print(&out, status);
}

int cmd_doctor(struct app *app, int argc, char **argv)
{
	struct doctor d = { .app = app };
	struct err e = { 0 };
	char **args;
	int status, n = app_options(app, NULL, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (n > 0)
		return app_usage(argv[0], "it takes no argument");
	d.now = ports_now(app);
	int found = config_open(app, &d.config, &e);
	if (found < 0)
		doctor_note(&d, "configuration", HEALTH_Failed, NULL, "%s", e.text);
	else if (found)
		check_controller(&d);
	else
		check_repository(&d);
	status = report(app, &d);
	ports_close(&d.opened);
	config_close(&d.config);
	arena_release(&d.mem);
	return status;
}
