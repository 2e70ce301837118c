/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/curl/guard.h"

#include <stdio.h>
#include <string.h>

#include "reconcile/adapter/curl/library.h"
#include "schema/base/text.h"
#include "schema/load/scalar.h"

static bool lower_into(char out[ORIGIN_MAX], const char *scheme, const char *host, const char *port)
{
	int n = snprintf(out, ORIGIN_MAX, "%s://%s:%s", scheme, host, port);

	if (n < 0 || n >= ORIGIN_MAX)
		return false;
	for (char *c = out; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	return true;
}

bool origin_of(const char *url, char out[ORIGIN_MAX])
{
	struct err e = { 0 };
	CURLU *u = curl_start(&e) ? NULL : curl.url();
	char *scheme = NULL, *host = NULL, *port = NULL, *user = NULL;
	/* The parser that also sends the request: nobody can make the two disagree. */
	bool good = u && curl.url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
		    curl.url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER &&
		    curl.url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		    curl.url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		    curl.url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		    (text_eq(scheme, "https") || text_eq(scheme, "http")) &&
		    lower_into(out, scheme, host, port);

	if (!u)
		return false;
	curl.free(user);
	curl.free(scheme);
	curl.free(host);
	curl.free(port);
	curl.url_cleanup(u);
	return good;
}

static bool same_origin(const char *configured, const char *origin)
{
	char mine[ORIGIN_MAX];

	return origin_of(configured, mine) && text_eq(mine, origin);
}

static bool has_tenant(const char *const *tenants, size_t n, const char *tenant)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(tenants[i], "*") || text_eq(tenants[i], tenant))
			return true;
	return false;
}

static bool is_allowed(const struct http_options *o, const char *origin)
{
	const char *host = strstr(origin, "://") + 3;

	for (size_t i = 0; i < o->n_allow; i++)
		if (strcasecmp(o->allow[i], host) == 0)
			return true;
	return false;
}

static bool is_destination(const struct http_options *o, const char *origin, const char *tenant)
{
	for (size_t i = 0; i < o->n_destination; i++) {
		const struct http_destination *d = &o->destination[i];
		if (same_origin(d->origin, origin) &&
		    (!tenant || has_tenant(d->tenants, d->n_tenants, tenant)))
			return true;
	}
	return false;
}

static bool is_known(const struct http_options *o, const char *origin)
{
	for (size_t i = 0; i < o->n_credential; i++)
		if (same_origin(o->credential[i].origin, origin))
			return true;
	return is_destination(o, origin, NULL) || is_allowed(o, origin);
}

static const struct http_credential *find(const struct http_options *o, const char *name)
{
	for (size_t i = 0; i < o->n_credential; i++)
		if (text_eq(o->credential[i].name, name))
			return &o->credential[i];
	return NULL;
}

static const char *check_credential(const struct http_options *o, const struct http_request *r,
				    struct arena *mem, struct permit *out)
{
	const struct http_credential *c = find(o, r->credential);

	if (!c)
		return arena_printf(mem,
				    "the credential %s does not stand in the controller's config",
				    r->credential);
	if (!same_origin(c->origin, out->origin))
		return arena_printf(mem,
				    "the credential %s is bound to %s and does not go to %s; the "
				    "controller's config decides that",
				    c->name, c->origin, out->origin);
	if (!has_tenant(c->tenants, c->n_tenants, r->tenant))
		return arena_printf(mem,
				    "the credential %s is not for the tenant %s; the controller's "
				    "config decides that",
				    c->name, r->tenant);
	out->user = r->user ? r->user : c->username;
	if (!out->user)
		return arena_printf(mem, "the credential %s has no username", c->name);
	out->credential = c;
	return NULL;
}

const char *guard_request(const struct http_options *o, const struct http_request *r,
			  struct arena *mem, struct permit *out)
{
	*out = (struct permit){ 0 };
	if (!origin_of(r->url, out->origin))
		return "its address is no https:// URL of a server";
	out->plain = text_starts(out->origin, "http://");
	out->may_be_local = is_allowed(o, out->origin);
	if (!is_known(o, out->origin))
		return arena_printf(
		    mem,
		    "%s stands neither in credentials nor in keyDestinations nor in "
		    "network.allow of the controller's config",
		    out->origin);
	if (r->append_key && !is_destination(o, out->origin, r->tenant))
		return arena_printf(
		    mem,
		    "%s is no key destination of the tenant %s; only keyDestinations "
		    "of the controller's config lets a private key leave",
		    out->origin, r->tenant);
	return r->credential ? check_credential(o, r, mem, out) : NULL;
}

static int check_origin(const char *what, const char *origin, struct err *e)
{
	bool web = origin && (text_starts(origin, "https://") || text_starts(origin, "http://"));

	if (web && scalar_form(FT_ORIGIN)->fits(origin))
		return 0;
	return err_set(e, ERR_USAGE,
		       "%s: the origin %s has to be https://host or https://host:port", what,
		       origin ? origin : "(none)");
}

int guard_check_options(const struct http_options *o, struct err *e)
{
	for (size_t i = 0; i < o->n_credential; i++)
		if (check_origin(o->credential[i].name, o->credential[i].origin, e) < 0)
			return -1;
	for (size_t i = 0; i < o->n_destination; i++)
		if (check_origin("keyDestinations", o->destination[i].origin, e) < 0)
			return -1;
	for (size_t i = 0; i < o->n_allow; i++)
		if (!strrchr(o->allow[i], ':'))
			return err_set(e, ERR_USAGE, "network.allow: %s has to be host:port",
				       o->allow[i]);
	return 0;
}
