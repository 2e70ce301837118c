/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/apnsctl/doctor.h"
#include "reconcile/run/load.h"
#include "reconcile/server/server.h"
#include "schema/base/text.h"

enum { SERVERS_SHOWN = 50 };

struct looking {
	struct doctor *d;
	const char **seen; /* servers that were told of already */
	size_t n, cap;
	size_t n_bad;
};

static bool lists(const struct texts *tenants, const char *tenant)
{
	for (size_t i = 0; i < tenants->n; i++)
		if (text_eq(tenants->item[i].s, "*") || text_eq(tenants->item[i].s, tenant))
			return true;
	return false;
}

/* keyDestinations has the server's origin or directory for this tenant. */
static bool may_get_keys(const struct controller_config *c, const struct want_server *s,
			 const char *tenant)
{
	const struct key_destination *k = c->key_destinations.item;

	for (size_t i = 0; i < c->key_destinations.n; i++) {
		bool same =
		    s->type == SERVER_Directory
			? text_eq(k[i].directory.s, s->directory)
			: k[i].origin.s && s->url && ports_same_origin(k[i].origin.s, s->url);
		if (same && lists(&k[i].tenants, tenant))
			return true;
	}
	return false;
}

static const struct config_directory *find_directory(const struct controller_config *c,
						     const char *name)
{
	const struct config_directory *k = c->directories.item;

	for (size_t i = 0; i < c->directories.n; i++)
		if (text_eq(k[i].name.s, name))
			return &k[i];
	return NULL;
}

/* A run makes the directory in a parent that is there. */
static const char *problem_of_directory(struct doctor *d, const struct want_server *s)
{
	const struct config_directory *k = find_directory(d->config.c, s->directory);

	if (!k)
		return arena_printf(&d->mem, "there is no directory '%s' in directories",
				    s->directory);
	const char *path = config_path(&d->config, &k->path);
	const char *parent = dirname(arena_strdup(&d->mem, path));
	struct stat st;
	bool there = stat(path, &st) == 0;
	if (there && !S_ISDIR(st.st_mode))
		return arena_printf(&d->mem, "%s is no directory", path);
	const char *writes = there ? path : parent;
	return access(writes, W_OK | X_OK) == 0
		   ? NULL
		   : arena_printf(&d->mem, "%s can not be %s: %s: %s", path,
				  there ? "written to" : "made", writes, strerror(errno));
}

static const struct config_credential *find_credential(const struct controller_config *c,
						       const char *name)
{
	const struct config_credential *k = c->credentials.item;

	for (size_t i = 0; i < c->credentials.n; i++)
		if (text_eq(k[i].name.s, name))
			return &k[i];
	return NULL;
}

/* Why the server can not be written to; NULL: it can. */
static const char *problem_of(struct doctor *d, const struct want_server *s, const char *tenant)
{
	const struct controller_config *c = d->config.c;
	const char *problem = s->type == SERVER_Directory ? problem_of_directory(d, s) : NULL;

	if (problem)
		return problem;
	if (!may_get_keys(c, s, tenant))
		return arena_printf(&d->mem, "keyDestinations does not list it for the tenant %s",
				    tenant);
	if (!s->credential)
		return NULL;
	const struct config_credential *k = find_credential(c, s->credential);
	if (!k)
		return arena_printf(&d->mem, "there is no credential '%s' in credentials",
				    s->credential);
	if (!lists(&k->tenants, tenant))
		return arena_printf(&d->mem, "the credential %s is not for the tenant %s",
				    s->credential, tenant);
	if (!k->origin.s || !s->url || !ports_same_origin(k->origin.s, s->url))
		return arena_printf(&d->mem, "the credential %s is for another origin",
				    s->credential);
	return NULL;
}

static bool is_news(struct looking *l, const char *what)
{
	for (size_t i = 0; i < l->n; i++)
		if (text_eq(l->seen[i], what))
			return false;
	if (l->n == SERVERS_SHOWN)
		return false;
	*(const char **)arena_push(&l->d->mem, &l->seen, &l->n, &l->cap, sizeof(*l->seen)) =
	    arena_strdup(&l->d->mem, what);
	return true;
}

static void look_at(struct looking *l, const struct want_server *s, const char *tenant)
{
	struct doctor *d = l->d;

	if (!server_is_written(s->type))
		return;
	const char *problem = problem_of(d, s, tenant);
	const char *where = s->type == SERVER_Directory ? s->directory : s->url;
	const char *what =
	    arena_printf(&d->mem, "MDMServer/%s (%s)%s%s", s->name, where ? where : "no url",
			 problem ? ": " : "", problem ? problem : " is known to the configuration");
	l->n_bad += problem != NULL;
	if (is_news(l, what))
		doctor_note(d, "server", problem ? HEALTH_Failed : HEALTH_Ok,
			    problem ? "put it right in the controller's configuration" : NULL, "%s",
			    what);
}

static int look_at_tenants(struct looking *l, struct load *load, struct err *e)
{
	for (size_t i = 0; i < load->n_tenant; i++) {
		struct load_tenant t;
		if (load_tenant(load, load->tenant[i].name, &t, e))
			return -1;
		for (size_t k = 0; k < t.want.n_cert; k++)
			for (size_t m = 0; m < t.want.cert[k].n_server; m++)
				look_at(l, &t.want.cert[k].server[m], t.want.name);
		load_tenant_release(&t);
	}
	return 0;
}

static void note_manifests(struct doctor *d, const struct load *load)
{
	const struct finding *f = findings_first_error(&load->findings);

	if (f)
		doctor_note(d, "manifests", HEALTH_Failed, "run apnsctl lint on the repository",
			    "%s", finding_text(f, &d->mem));
	else if (!load->n_tenant)
		doctor_note(d, "manifests", HEALTH_Warning,
			    "write the first one with apnsctl new tenant", "0 tenants");
	else
		doctor_note(d, "manifests", HEALTH_Ok, NULL, "%zu tenant%s", load->n_tenant,
			    load->n_tenant == 1 ? "" : "s");
}

void doctor_check_servers(struct doctor *d)
{
	struct looking l = { .d = d };
	struct load load;
	struct err e = { 0 };

	if (ports_open_part(&d->config, PORTS_HTTP, &d->opened, &e) ||
	    ports_open_part(&d->config, PORTS_DIRECTORIES, &d->opened, &e))
		doctor_note(d, "servers", HEALTH_Failed, NULL, "%s", e.text);
	if (!*d->tip)
		return;
	int failed = load_open(&load, d->opened.ports.source, d->tip, NULL, LOAD_DESIRED, &e);
	if (!failed) {
		failed = look_at_tenants(&l, &load, &e);
		note_manifests(d, &load);
		load_close(&load);
	}
	if (failed)
		doctor_note(d, "manifests", HEALTH_Failed, NULL, "%s", e.text);
}
