/* SPDX-License-Identifier: Apache-2.0 */
/* init and new tenant: starter files, from the tables of the kinds. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/apnsctl/cmd.h"
#include "cmd/apnsctl/ports.h"
#include "cmd/apnsctl/repo.h"
#include "reconcile/adapter/file/file.h"
#include "reconcile/run/load.h"
#include "schema/base/text.h"
#include "schema/emit/emit.h"
#include "schema/resolve/resolve.h"

enum { CONFIG_MAX = 1 << 20 };

struct initing {
	struct arena mem;
	char dir[PATH_MAX];     /* of the repository */
	const char *controller; /* DIR.controller */
	const char *branch;
	struct starter_files files;
	int64_t now;
};

/* Never over a file that is there. */
static int write_file(const char *dir, const struct starter_file *f, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const char *path = arena_printf(&mem, "%s/%s", dir, f->path);
	int failed = file_make_parents(path, e) || file_write_new(path, f->text, f->len, 0644, e);

	if (!failed)
		app_say("wrote %s", app_safe(path));
	arena_release(&mem);
	return failed;
}

static bool exists(struct arena *mem, const char *dir, const char *name)
{
	struct stat st;

	return lstat(arena_printf(mem, "%s/%s", dir, name), &st) == 0;
}

/* A README or .gitignore of an existing repository stays; all others are new. */
static int write_files(struct initing *x, struct err *e)
{
	struct starter_files *s = &x->files;
	struct publish_file *f = arena_array(&x->mem, s->n + 1, sizeof(*f));
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (exists(&x->mem, x->dir, s->file[i].path)) {
			app_say("kept %s/%s", app_safe(x->dir), s->file[i].path);
			continue;
		}
		if (write_file(x->dir, &s->file[i], e))
			return -1;
		f[n++].path = s->file[i].path;
	}
	return repo_begin(x->dir, f, n, x->now, e);
}

/* All that can stand in the way is looked for before the first file is written. */
static int check_room(struct initing *x, struct err *e)
{
	static const char *const ours[] = { "organization.yaml", "organization.yml", "servers",
					    "accounts", "tenants" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (exists(&x->mem, x->dir, ours[i]))
			return err_set(e, ERR_CONFLICT,
				       "%s holds a repository of manifests already (%s)", x->dir,
				       ours[i]);
	if (exists(&x->mem, x->controller, "."))
		return err_set(e, ERR_CONFLICT,
			       "%s exists already; move it away, or choose another DIR",
			       x->controller);
	return repo_begin_on(x->dir, &x->mem, &x->branch, e);
}

static void say_next(struct initing *x, const char *config)
{
	struct buf dir = BUF_INIT(4 * PATH_MAX), file = BUF_INIT(4 * PATH_MAX);

	app_shell_word(&dir, x->dir);
	app_shell_word(&file, config);
	app_say("\nNext:\n  apnsctl lint %s\n  apnsctl --config %s reconcile\n  git -C %s "
		"show apnsctl-status:README.md",
		app_safe(buf_str(&dir)), app_safe(buf_str(&file)), app_safe(buf_str(&dir)));
	buf_release(&dir);
	buf_release(&file);
}

static int make_folders(struct initing *x, struct err *e)
{
	static const char all[] = "# The unlock key and the key store never go into Git.\n*\n";

	return file_make_dir(x->controller, e) < 0 ||
	       file_write_new(arena_printf(&x->mem, "%s/.gitignore", x->controller), all,
			      sizeof(all) - 1, 0600, e) ||
	       file_make_dir(arena_printf(&x->mem, "%s/state", x->controller), e) < 0;
}

/* DIR.controller/: what must never stand in the repository, nor in one around it. */
static int write_controller(struct initing *x, struct err *e)
{
	struct buf text = BUF_INIT(CONFIG_MAX), url = BUF_INIT(4 * PATH_MAX);
	const char *file = arena_printf(&x->mem, "%s/apnsctl.yaml", x->controller);
	int failed;

	buf_adds(&url, "file://");
	text_escape_url(&url, x->dir);
	struct new_config c = {
		.source_url = buf_str(&url),
		.branch = text_eq(x->branch, "main") ? NULL : x->branch,
		.store = "sqlite:state/apnsctl.db",
		.unlock_file = "state/unlock.key",
		.directory = "deployed",
	};
	starter_config(&text, &c);
	failed = make_folders(x, e) || file_write_new(file, buf_str(&text), text.len, 0600, e) ||
		 ports_make_unlock(arena_printf(&x->mem, "%s/state/unlock.key", x->controller), e);
	if (!failed) {
		app_say("wrote %s", app_safe(file));
		app_say("wrote %s/state/unlock.key (keep a copy apart from the database)",
			app_safe(x->controller));
		app_say("wrote %s/.gitignore (Git sees nothing of this folder)",
			app_safe(x->controller));
		say_next(x, file);
	}
	buf_release(&text);
	buf_release(&url);
	return failed;
}

static int find_dir(const char *arg, char dir[PATH_MAX], struct err *e)
{
	if (arg && mkdir(arg, 0777) && errno != EEXIST)
		return err_set(e, ERR_IO, "%s: %s", arg, strerror(errno));
	if (!realpath(arg ? arg : ".", dir))
		return err_set(e, ERR_IO, "%s: %s", arg ? arg : ".", strerror(errno));
	return 0;
}

static int init(const struct app *app, const char *arg, enum mode mode, struct err *e)
{
	struct initing x = { .files = { .mem = &x.mem }, .now = ports_now(app) };
	int failed = find_dir(arg, x.dir, e);

	if (!failed) {
		x.controller = arena_printf(&x.mem, "%s.controller", x.dir);
		failed = check_room(&x, e);
	}
	if (!failed) {
		starter_repository(&x.files, mode);
		failed = write_files(&x, e) || write_controller(&x, e);
	}
	arena_release(&x.mem);
	return failed;
}

int cmd_init(struct app *app, int argc, char **argv)
{
	const char *mode = "multi";
	const struct option_spec spec[] = {
		{ "mode", "single|multi",
		  "one organization of its own, or many customers (the default)", OPTION_TEXT,
		  &mode },
		{ 0 },
	};
	struct err e = { 0 };
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);
	bool single = text_eq(mode, "single");

	if (n < 0)
		return status;
	if (n > 1)
		return app_usage(argv[0], "it takes one DIR");
	if (!single && !text_eq(mode, "multi"))
		return app_usage(argv[0], "--mode takes single or multi, not '%s'", app_safe(mode));
	return init(app, n ? args[0] : NULL, single ? MODE_SingleOrganization : MODE_MultiTenant,
		    &e)
		   ? app_fail(&e)
		   : 0;
}

/* Without --custodian: the first two people who stay. */
static void find_custodians(const struct organization *o, struct new_tenant *t, struct arena *mem)
{
	const struct person *p = o->people.item;
	const char **id = arena_array(mem, 2, sizeof(*id));
	size_t n = 0;

	for (size_t i = 0; i < o->people.n && n < 2; i++)
		if (!p[i].until.at.line)
			id[n++] = arena_strdup(mem, p[i].id.s);
	t->custodian = id;
	t->n_custodian = n;
}

/* What the repository that the command stands in says: mode and people. */
static int use_organization(const struct load *l, const char *root, struct new_tenant *t,
			    struct arena *mem, struct err *e)
{
	const struct organization *o = shared_organization(&l->shared);

	if (!o)
		return err_set(e, ERR_INPUT,
			       "%s has no readable organization.yaml; run apnsctl init or apnsctl "
			       "lint",
			       root);
	t->mode = (enum mode)o->mode.v;
	if (!t->n_custodian)
		find_custodians(o, t, mem);
	for (size_t i = 0; i < l->n_tenant; i++)
		if (text_eq(l->tenant[i].name, t->name))
			return err_set(e, ERR_CONFLICT, "the folder tenants/%s exists already",
				       t->name);
	if (t->mode == MODE_SingleOrganization && l->n_tenant)
		return err_set(e, ERR_CONFLICT,
			       "tenants/%s is there, and mode SingleOrganization has exactly one "
			       "tenant; for customers, set mode to MultiTenant",
			       l->tenant[0].name);
	return 0;
}

/* As lint will read them: what it would refuse is told and not written. */
static int check_files(const struct load *l, const struct starter_files *s, const char *tenant,
		       struct err *e)
{
	struct arena mem = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&mem);
	struct want_tenant want;
	struct set set;

	set_init(&set, &mem, tenant);
	for (size_t i = 0; i < s->n; i++)
		set_add_file(&set, s->file[i].path, s->file[i].text, s->file[i].len, NULL, &fs);
	tenant_resolve(&l->shared, &set, &mem, &fs, &want);
	for (size_t i = 0; i < fs.n; i++) {
		struct buf line = BUF_INIT(4096);
		if (fs.item[i].level == LEVEL_NOTE)
			continue;
		emit_finding_line(&line, &fs.item[i], 0);
		app_say("%s", buf_str(&line));
		buf_release(&line);
	}
	int failed =
	    fs.n_level[LEVEL_ERROR]
		? err_set(e, ERR_INPUT, "the manifests would have errors; nothing was written")
		: 0;
	arena_release(&mem);
	return failed;
}

static int new_tenant(struct new_tenant *t, struct err *e)
{
	struct cert_reader none = { 0 };
	struct arena mem = ARENA_INIT;
	struct starter_files files = { .mem = &mem };
	struct repo repo;
	struct load l;

	if (repo_open(NULL, NULL, &repo, e))
		return -1;
	if (load_open(&l, repo.source, "", &none, LOAD_DESIRED, e)) {
		repo_close(&repo);
		return -1;
	}
	int failed = use_organization(&l, repo.root, t, &mem, e);
	if (!failed) {
		starter_tenant(&files, t, STARTER_SPEC);
		failed = check_files(&l, &files, t->name, e);
	}
	for (size_t i = 0; i < files.n && !failed; i++)
		failed = write_file(repo.root, &files.file[i], e);
	if (!failed)
		app_say("Now look through the files, then run apnsctl lint.");
	load_close(&l);
	repo_close(&repo);
	arena_release(&mem);
	return failed;
}

int cmd_new(struct app *app, int argc, char **argv)
{
	struct new_tenant t = { 0 };
	struct option_list custodians = { 0 };
	const struct option_spec spec[] = {
		{ "apple-id", "ADDR", "the address of the customer's Apple Account", OPTION_TEXT,
		  &t.apple_id },
		{ "display-name", "NAME", "how the customer is called", OPTION_TEXT,
		  &t.display_name },
		{ "domain", "DOMAIN", "the customer's mail domain", OPTION_TEXT, &t.domain },
		{ "server", "SERVER", "the MDMServer that its certificate goes to", OPTION_TEXT,
		  &t.server },
		{ "account", "ID", "the customer's account on that server", OPTION_TEXT,
		  &t.account },
		{ "custodian", "PERSON", "who can sign in (an id of people); give it twice",
		  OPTION_LIST, &custodians },
		{ 0 },
	};
	struct err e = { 0 };
	char **args;
	int status, n = app_options(app, spec, argc, argv, &args, &status);

	if (n < 0)
		return status;
	if (n != 2 || !text_eq(args[0], "tenant"))
		return app_usage(argv[0], "it takes: tenant NAME --apple-id ADDR");
	if (!text_is_name(args[1]))
		return app_usage(argv[0],
				 "'%s' is no name: lower-case letters, digits and dashes, at most "
				 "63",
				 app_safe(args[1]));
	if (!t.apple_id)
		return app_usage(argv[0], "--apple-id is needed: the address of the Apple Account");
	t.name = args[1];
	t.custodian = custodians.item;
	t.n_custodian = custodians.n;
	return new_tenant(&t, &e) ? app_fail(&e) : 0;
}
