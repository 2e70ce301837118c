/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/ports.h"

#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/apnsctl/store_uuid.h"
#include "reconcile/adapter/curl/guard.h"
#include "reconcile/adapter/curl/http.h"
#include "reconcile/adapter/curl/reply.h"
#include "reconcile/adapter/file/clock.h"
#include "reconcile/adapter/file/directory.h"
#include "reconcile/adapter/file/file.h"
#include "reconcile/adapter/file/harden.h"
#include "reconcile/adapter/git/git.h"
#include "reconcile/adapter/jansson/read.h"
#include "reconcile/adapter/memory/memory.h"
#include "reconcile/adapter/nghttp2/apns.h"
#include "reconcile/adapter/openssl/openssl.h"
#include "reconcile/adapter/sqlite/sqlite.h"
#include "schema/base/text.h"

int ports_harden(struct err *e)
{
	return process_harden(e) || openssl_harden(e) ? -1 : 0;
}

int ports_store_path(struct config *c, const char **path, struct err *e)
{
	static const char scheme[] = "sqlite:";
	const struct text *store = &c->c->state->store;

	if (!text_starts(store->s, scheme))
		return err_set(e, ERR_INPUT, "%s:%u: state.store is sqlite:PATH, not '%s'", c->file,
			       store->at.line, store->s);
	struct text file = { store->s + strlen(scheme), store->at };
	*path = config_path(c, &file);
	return 0;
}

static const struct config_credential *find_credential(const struct config *c, const char *name)
{
	const struct config_credential *all = c->c->credentials.item;

	for (size_t i = 0; i < c->c->credentials.n; i++)
		if (text_eq(all[i].name.s, name))
			return &all[i];
	return NULL;
}

/* The Git credential of this name; NULL name: none. */
static int git_credential(struct config *c, struct arena *mem, const struct text *name,
			  const struct git_credential_options **out, struct err *e)
{
	*out = NULL;
	if (!name->s)
		return 0;
	const struct config_credential *k = find_credential(c, name->s);
	if (!k)
		return err_set(e, ERR_INPUT, "%s:%u: there is no credential '%s' in credentials",
			       c->file, name->at.line, name->s);
	struct git_credential_options *g = arena_alloc(mem, sizeof(*g));
	*g = (struct git_credential_options){ k->origin.s, k->username.s, config_path(c, &k->file),
					      config_path(c, &k->ssh_key_file),
					      config_path(c, &k->known_hosts_file) };
	*out = g;
	return 0;
}

/* The mirrors stand beside the database. */
static const char *beside_store(struct arena *mem, const char *store, const char *name)
{
	return arena_printf(mem, "%s/%s", dirname(arena_strdup(mem, store)), name);
}

static int open_source(struct config *c, struct opened *o, struct err *e)
{
	const struct config_source *s = c->c->source;
	struct git_source_options g = {
		.remote = { .url = s->url.s,
			    .branch = s->branch.s,
			    .mirror = beside_store(&o->mem, o->store_path, MIRROR_OF_SOURCE),
			    .ca_file = config_path(c, &s->ca_file),
			    .timeout = s->timeout.v },
		.path = s->path.s,
	};

	return git_credential(c, &o->mem, &s->credential, &g.remote.credential, e) ||
			       git_source_open(&g, &o->ports.source, e) ?
		       -1 :
		       0;
}

static int open_publish(struct config *c, struct opened *o, struct err *e)
{
	const struct config_source *s = c->c->source;
	const struct config_status *t = c->c->status;
	struct git_publish_options g = {
		.remote = { .url = t->url.s ? t->url.s : s->url.s,
			    .branch = t->branch.s,
			    .mirror = beside_store(&o->mem, o->store_path, MIRROR_OF_STATUS),
			    .ca_file = config_path(c, &s->ca_file),
			    .timeout = s->timeout.v },
		.author = t->author.s,
		.clock = &o->ports.clock,
	};
	const struct text *credential = t->credential.s ? &t->credential : &s->credential;

	return git_credential(c, &o->mem, credential, &g.remote.credential, e) ||
			       git_publish_open(&g, &o->ports.publish, e) ?
		       -1 :
		       0;
}

/*
 * Safety rule 14: a status branch that tells of an audit log has had a store. A missing database is
 * then a mistyped path or a loss, never a new start.
 */
static int check_not_lost(struct opened *o, const char *path, struct err *e)
{
	struct publish *p = o->ports.publish;
	struct buf message = BUF_INIT(1 << 16);
	struct err why = { 0 };
	char tip[OID_TEXT];
	int failed = 0;

	if (p->ops->fetch(p, tip, &why))
		failed = err_set(e, ERR_IO,
				 "the database %s does not exist, and whether one existed can not "
				 "be known: %s",
				 path, why.text);
	else if (!p->ops->message(p, &message, &why) && strstr(buf_str(&message), "\nAudit-Head: "))
		failed = err_set(e, ERR_IO,
				 "the database %s does not exist, but the status branch was "
				 "written from one; check state.store, restore a backup, or start "
				 "again from Git and the Apple Account with apnsctl store init "
				 "--lost",
				 path);
	buf_release(&message);
	return failed;
}

static int open_store(struct config *c, struct opened *o, struct err *e)
{
	const char *path = o->store_path;
	int exists = sqlite_store_exists(path, e);

	(void)c;
	if (exists < 0 || (!exists && check_not_lost(o, path, e)))
		return -1;
	o->store_missing = !exists;
	if (!exists && o->mode == PORTS_READ_ONLY) /* as a first run finds it; nothing is made */
		return (o->ports.store = memory_store()) ? 0 : -1;
	return sqlite_store_open(path, o->mode == PORTS_WRITE ? STORE_CREATE : STORE_READ_ONLY,
				 &o->ports.store, e) < 0
		       ? -1
		       : 0;
}

static int make_unlock_key(struct config *c, struct err *e)
{
	const char *file = config_path(c, &c->c->state->unlock->file);
	struct stat st;

	if (!file || stat(file, &st) == 0)
		return 0;
	return file_make_dir(dirname(arena_strdup(&c->mem, file)), e) < 0 ? -1 :
									    unlock_create(file, e);
}

int ports_store_init(struct config *c, bool lost, struct err *e)
{
	struct opened o = { .ports.clock = system_clock(NULL) };
	struct store_uuid w = { 0 };
	int failed = ports_store_path(c, &o.store_path, e) ||
		     file_make_dir(dirname(arena_strdup(&o.mem, o.store_path)), e) < 0;
	int exists = failed ? -1 : sqlite_store_exists(o.store_path, e);

	signal(SIGPIPE, SIG_IGN);
	if (exists > 0)
		failed = err_set(e, ERR_CONFLICT, "the database %s exists already", o.store_path);
	else if (exists == 0)
		failed = (!lost &&
			  (open_publish(c, &o, e) || check_not_lost(&o, o.store_path, e))) ||
			 make_unlock_key(c, e) ||
			 sqlite_store_open(o.store_path, STORE_CREATE, &o.ports.store, e) < 0 ||
			 store_uuid_make(o.ports.store, &w, e);
	ports_close(&o);
	return failed || exists < 0 ? -1 : 0;
}

static int open_keys(struct config *c, struct opened *o, struct err *e)
{
	const struct config_unlock *u = c->c->state->unlock;
	struct unlock_options unlock = { config_path(c, &u->file), u->credential.s, u->env.s,
					 &c->unlock };
	struct store_uuid w = { 0 };
	struct err why = { 0 };

	if (ports_need_store(o, &why))
		return (o->ports.keys = keys_sealed(why.text)) ? 0 : -1;
	if (store_uuid_read(o->ports.store, &w, e))
		return -1;
	/* A process that was killed behind the making of the database left one without identity. */
	if (!w.found && o->mode == PORTS_WRITE && store_uuid_make(o->ports.store, &w, e))
		return -1;
	if (!w.found && o->mode != PORTS_WRITE)
		return err_set(e, ERR_IO,
			       "the database has no identity yet; apnsctl reconcile gives it one");
	if (!keys_open(&unlock, w.bytes, &o->ports.keys, &why) && !ports_check_unlock(o, &why))
		return 0;
	if (why.code != ERR_SEALED) {
		*e = why;
		return -1;
	}
	if (o->ports.keys)
		o->ports.keys->ops->close(o->ports.keys);
	o->is_sealed = true;
	snprintf(o->sealed_reason, sizeof(o->sealed_reason), "%.500s", why.text);
	o->ports.keys = keys_sealed(why.text);
	return 0;
}

int ports_need_store(const struct opened *o, struct err *e)
{
	if (!o->store_missing || o->mode != PORTS_READ_ONLY)
		return 0;
	return err_set(e, ERR_IO, "the database %s does not exist yet; apnsctl reconcile makes it",
		       o->store_path);
}

int ports_make_unlock(const char *path, struct err *e)
{
	return unlock_create(path, e);
}

int ports_open_x509(struct x509 **out, struct err *e)
{
	struct x509_options none = { 0 };

	return x509_open(&none, out, e);
}

struct cert_reader ports_cert_reader(struct x509 *x)
{
	return x509_reader(x);
}

int ports_read_json(const void *bytes, size_t len, struct arena *mem, struct value *out,
		    struct err *e)
{
	return json_read(bytes, len, mem, out, e);
}

bool ports_same_origin(const char *a, const char *b)
{
	char x[ORIGIN_MAX], y[ORIGIN_MAX];

	return origin_of(a, x) && origin_of(b, y) && text_eq(x, y);
}

int64_t ports_now(const struct app *app)
{
	struct clock clock = system_clock(app->now ? &app->now_time : NULL);

	return clock.planning(clock.self);
}

static int open_x509(struct config *c, struct opened *o, struct err *e)
{
	const struct config_apple *a = c->c->apple;
	const struct config_signer *s = c->c->request_signer;
	struct x509_options x = { 0 };

	if (a) {
		x.apple_ca = config_path(c, &a->ca_file);
		x.apple_crl = config_path(c, &a->crl_file);
	}
	if (s) {
		x.signer_cert = config_path(c, &s->certificate_file);
		x.signer_key = config_path(c, &s->key_file);
		x.signer_chain = config_path(c, &s->chain_file);
	}
	if (x509_open(&x, &o->ports.x509, e))
		return -1;
	o->ports.certs = x509_reader(o->ports.x509);
	return 0;
}

static const char *const *text_array(struct arena *mem, const struct texts *t)
{
	const char **all = arena_array(mem, t->n + 1, sizeof(*all));

	for (size_t i = 0; i < t->n; i++)
		all[i] = t->item[i].s;
	return all;
}

static void http_credentials(struct config *c, struct opened *o, struct http_options *h)
{
	const struct config_credential *k = c->c->credentials.item;
	struct http_credential *all = arena_array(&o->mem, c->c->credentials.n + 1, sizeof(*all));

	for (size_t i = 0; i < c->c->credentials.n; i++) {
		if (!k[i].tenants.n || !k[i].file.s)
			continue;
		all[h->n_credential++] = (struct http_credential){
			.name = k[i].name.s,
			.origin = k[i].origin.s,
			.file = config_path(c, &k[i].file),
			.username = k[i].username.s,
			.tenants = text_array(&o->mem, &k[i].tenants),
			.n_tenants = k[i].tenants.n,
		};
	}
	h->credential = all;
}

static void http_destinations(struct config *c, struct opened *o, struct http_options *h)
{
	const struct key_destination *k = c->c->key_destinations.item;
	struct http_destination *all =
		arena_array(&o->mem, c->c->key_destinations.n + 1, sizeof(*all));

	for (size_t i = 0; i < c->c->key_destinations.n; i++)
		if (k[i].origin.s)
			all[h->n_destination++] = (struct http_destination){
				k[i].origin.s, text_array(&o->mem, &k[i].tenants), k[i].tenants.n
			};
	h->destination = all;
}

static int open_http(struct config *c, struct opened *o, struct err *e)
{
	const struct config_servers *s = c->c->servers;
	struct http_options *h = arena_alloc(&o->mem, sizeof(*h));

	h->ca_file = config_path(c, &s->ca_file);
	h->concurrency = (unsigned)s->concurrency.v;
	h->timeout_s = (unsigned)s->timeout.v;
	http_credentials(c, o, h);
	http_destinations(c, o, h);
	if (c->c->network) {
		h->allow = text_array(&o->mem, &c->c->network->allow);
		h->n_allow = c->c->network->allow.n;
	}
	return http_open(h, o->ports.keys, &o->ports.http, e);
}

static void directory_destinations(struct config *c, struct opened *o, struct directory_options *d)
{
	const struct key_destination *k = c->c->key_destinations.item;
	struct directory_destination *all =
		arena_array(&o->mem, c->c->key_destinations.n + 1, sizeof(*all));

	for (size_t i = 0; i < c->c->key_destinations.n; i++)
		if (k[i].directory.s)
			all[d->n_destination++] = (struct directory_destination){
				k[i].directory.s, text_array(&o->mem, &k[i].tenants), k[i].tenants.n
			};
	d->destination = all;
}

/* "0640" → 0640; the table has checked the form. */
static mode_t mode_of(const struct text *t)
{
	return t->s ? (mode_t)strtoul(t->s, NULL, 8) : 0600;
}

static int open_directories(struct config *c, struct opened *o, struct err *e)
{
	const struct config_directory *k = c->c->directories.item;
	struct directory_options *d = arena_alloc(&o->mem, sizeof(*d));
	struct directory_target *all = arena_array(&o->mem, c->c->directories.n + 1, sizeof(*all));

	for (size_t i = 0; i < c->c->directories.n; i++)
		all[i] = (struct directory_target){ k[i].name.s, config_path(c, &k[i].path),
						    k[i].owner.s, mode_of(&k[i].mode) };
	d->target = all;
	d->n_target = c->c->directories.n;
	directory_destinations(c, o, d);
	return directory_open(d, o->ports.keys, &o->ports.directory, e);
}

static int open_apns(struct config *c, struct opened *o, struct err *e)
{
	const struct config_apns *a = c->c->apns;
	struct apns_options p = {
		.host = a->host.s,
		.port = (unsigned)a->port.v,
		.ca_file = config_path(c, &a->ca_file),
		.concurrency = (unsigned)a->probe->concurrency.v,
		.timeout_s = (unsigned)a->probe->timeout.v,
	};

	return apns_open(&p, o->ports.keys, &o->ports.apns, e);
}

static void tell(void *self, const struct notify_event *event)
{
	(void)self;
	bool has_more = event->message && *event->message;

	app_say("%s: %s %s -> %s%s%s", app_safe(event->object), event->condition,
		app_safe(event->from), app_safe(event->to), has_more ? ": " : "",
		has_more ? app_safe(event->message) : "");
}

static int set_clock(const struct app *app, const struct config *c, struct opened *o,
		     enum ports_store mode, struct err *e)
{
	const struct config_testing *t = c->c->testing;

	o->now = app->now_time;
	if (app->now && mode == PORTS_WRITE && !(t && t->clock.v == CLOCK_Allow))
		return err_set(e, ERR_USAGE,
			       "--now is refused: it would judge the real store by another day "
			       "(the configuration can allow it with testing: {clock: Allow})");
	o->ports.clock = system_clock(app->now ? &o->now : NULL);
	return 0;
}

int ports_start(const struct app *app, struct config *c, enum ports_store mode, struct opened *out,
		struct err *e)
{
	*out = (struct opened){ .mode = mode };
	out->ports.read_reply = reply_read;
	out->ports.read_json = json_read;
	out->ports.notify.tell = tell;
	signal(SIGPIPE, SIG_IGN);
	if (set_clock(app, c, out, mode, e) || ports_store_path(c, &out->store_path, e))
		return -1;
	if (mode != PORTS_WRITE)
		return 0;
	return file_make_dir(dirname(arena_strdup(&out->mem, out->store_path)), e) < 0 ? -1 : 0;
}

int ports_open_part(struct config *c, enum ports_part part, struct opened *o, struct err *e)
{
	static int (*const open_part[])(struct config *, struct opened *, struct err *) = {
		[PORTS_SOURCE] = open_source, [PORTS_PUBLISH] = open_publish,
		[PORTS_STORE] = open_store,   [PORTS_KEYS] = open_keys,
		[PORTS_X509] = open_x509,     [PORTS_HTTP] = open_http,
		[PORTS_DIRECTORIES] = open_directories, [PORTS_APNS] = open_apns,
	};

	if (part > PORTS_KEYS && !o->ports.keys)
		o->ports.keys = keys_sealed("the key store is not open");
	return open_part[part](c, o, e);
}

int ports_open(const struct app *app, struct config *c, enum ports_store mode, struct opened *out,
	       struct err *e)
{
	int failed = ports_start(app, c, mode, out, e);

	for (int part = 0; part < PORTS_PARTS && !failed; part++)
		failed = ports_open_part(c, (enum ports_part)part, out, e);
	if (failed)
		ports_close(out);
	return failed ? -1 : 0;
}

#define CLOSE(port)                                                                                \
	do {                                                                                       \
		if (port)                                                                          \
			(port)->ops->close(port);                                                  \
	} while (0)

void ports_close(struct opened *o)
{
	CLOSE(o->ports.apns);
	CLOSE(o->ports.directory);
	CLOSE(o->ports.http);
	CLOSE(o->ports.x509);
	CLOSE(o->ports.keys);
	CLOSE(o->ports.store);
	CLOSE(o->ports.publish);
	CLOSE(o->ports.source);
	arena_release(&o->mem);
	o->ports = (struct ports){ 0 };
}

void ports_run_options(const struct config *c, const struct opened *o, struct run_options *out)
{
	const struct config_limits *l = c->c->limits;

	out->limits = config_gate_limits(l);
	out->max_new_keys = (size_t)l->max_new_keys.v;
	out->probe_level = (enum probe_level)c->c->apns->probe->level.v;
	out->probe_interval = c->c->apns->probe->interval.v;
	out->config = c->hash;
	out->sealed = o->is_sealed;
	out->sealed_reason = o->is_sealed ? o->sealed_reason : NULL;
}
