/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/git/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"

static const struct {
	const char *prefix, *port;
} schemes[] = {
	[GIT_SCHEME_FILE] = { "file://", "" },
	[GIT_SCHEME_HTTP] = { "http://", "80" },
	[GIT_SCHEME_HTTPS] = { "https://", "443" },
	[GIT_SCHEME_SSH] = { "ssh://", "22" },
};

enum { N_SCHEMES = sizeof(schemes) / sizeof(schemes[0]) };

/* Control characters and blanks are bad everywhere; a local path may hold blanks and UTF-8. */
static bool has_bad_byte(const char *s, bool local)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c < 0x20 || c == 0x7f || (!local && (c == 0x20 || c > 0x7e || c == '\\')))
			return true;
	}
	return false;
}

static bool only(const char *s, const char *more)
{
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr(more, *s))
			return false;
	return true;
}

static int parse_user(const char *at, size_t len, struct git_url *u, struct err *e)
{
	if (u->scheme != GIT_SCHEME_SSH)
		return err_set(e, ERR_INPUT,
			       "a user name or password does not belong into a URL; name a "
			       "credential with username and file");
	if (memchr(at, ':', len))
		return err_set(e, ERR_INPUT,
			       "a password does not belong into a URL; name a credential with "
			       "sshKeyFile");
	if (len < sizeof(u->user)) {
		memcpy(u->user, at, len);
		u->user[len] = 0;
	}
	if (!len || len >= sizeof(u->user) || u->user[0] == '-' || !only(u->user, "._-+"))
		return err_set(e, ERR_INPUT, "the user name in the URL is not acceptable");
	return 0;
}

static int parse_port(const char *at, struct git_url *u, struct err *e)
{
	size_t len = strlen(at);
	bool digits = len && len <= 5 && strspn(at, "0123456789") == len;
	long port = digits ? strtol(at, NULL, 10) : 0;

	if (port < 1 || port > 65535)
		return err_set(e, ERR_INPUT, "the port in the URL is not a number from 1 to 65535");
	snprintf(u->port, sizeof(u->port), "%ld", port);
	return 0;
}

/* `host` is "name", "name:port", "[address]" or "[address]:port". */
static int parse_host(char *host, struct git_url *u, struct err *e)
{
	char *end = NULL;
	bool bracket = host[0] == '[';

	if (bracket) {
		end = strchr(++host, ']');
		if (!end || (end[1] && end[1] != ':'))
			return err_set(e, ERR_INPUT, "the address in the URL is not closed by ']'");
		*end++ = 0;
	} else {
		end = strchr(host, ':');
	}
	if (end && *end) {
		*end = 0;
		if (parse_port(end + 1, u, e) < 0)
			return -1;
	}
	if (!*host || strlen(host) >= sizeof(u->host) || host[0] == '-' ||
	    !only(host, bracket ? ":." : ".-_"))
		return err_set(e, ERR_INPUT, "the host in the URL is not acceptable");
	for (size_t i = 0; i <= strlen(host); i++)
		u->host[i] = (char)tolower((unsigned char)host[i]);
	return 0;
}

static int parse_authority(const char *at, size_t len, struct git_url *u, struct err *e)
{
	char part[sizeof(u->host) + 16];
	const char *sign = memrchr(at, '@', len);

	if (sign) {
		if (parse_user(at, (size_t)(sign - at), u, e) < 0)
			return -1;
		len -= (size_t)(sign + 1 - at);
		at = sign + 1;
	}
	if (len >= sizeof(part))
		return err_set(e, ERR_INPUT, "the host in the URL is too long");
	memcpy(part, at, len);
	part[len] = 0;
	return parse_host(part, u, e);
}

static int parse_local(struct git_url *u, struct err *e)
{
	if (text_starts(u->path, "localhost/"))
		u->path += strlen("localhost");
	if (u->path[0] != '/' || has_bad_byte(u->path, true))
		return err_set(e, ERR_INPUT, "a file URL is file:// and an absolute path");
	return 0;
}

static int find_scheme(const char *text, struct git_url *u, struct err *e)
{
	for (int i = 0; i < N_SCHEMES; i++) {
		if (!text_starts(text, schemes[i].prefix))
			continue;
		u->scheme = (enum git_scheme)i;
		snprintf(u->port, sizeof(u->port), "%s", schemes[i].port);
		u->path = text + strlen(schemes[i].prefix);
		return 0;
	}
	return err_set(e, ERR_INPUT,
		       "the URL has to start with https://, ssh:// or file:// "
		       "(git@host:path is written ssh://git@host/path)");
}

int git_url_parse(const char *text, struct git_url *out, struct err *e)
{
	struct git_url u = { 0 };

	if (!text || strlen(text) > GIT_URL_MAX)
		return err_set(e, ERR_INPUT, "the URL is missing or longer than %d bytes",
			       GIT_URL_MAX);
	if (find_scheme(text, &u, e) < 0)
		return -1;
	if (u.scheme != GIT_SCHEME_FILE) {
		if (has_bad_byte(text, false))
			return err_set(e, ERR_INPUT,
				       "the URL holds a blank, a control character, a backslash or "
				       "a byte outside ASCII");
		size_t len = strcspn(u.path, "/?#");
		if (parse_authority(u.path, len, &u, e) < 0)
			return -1;
		u.path += len;
		if (strpbrk(u.path, "?#"))
			return err_set(e, ERR_INPUT,
				       "the URL of a repository has no query and no fragment");
	} else if (parse_local(&u, e) < 0) {
		return -1;
	}
	if (u.scheme == GIT_SCHEME_HTTP && !git_url_is_loopback(&u))
		return err_set(e, ERR_INPUT,
			       "plain http is possible to this machine only; write https");
	*out = u;
	return 0;
}

void git_url_local_path(const struct git_url *u, char out[GIT_URL_MAX + 1])
{
	size_t n = 0;

	for (const char *c = u->path; *c; c++) {
		char hex[3] = { *c == '%' ? c[1] : 0, *c == '%' && c[1] ? c[2] : 0, 0 };
		unsigned char byte = 0;
		bool escaped = text_unhex(text_lower(hex), &byte, 1) && byte;
		out[n++] = escaped ? (char)byte : *c;
		c += escaped ? 2 : 0;
	}
	out[n] = 0;
}

bool git_url_is_loopback(const struct git_url *u)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, u->host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, u->host, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6);
	return text_eq(u->host, "localhost");
}

int git_url_has_origin(const struct git_url *u, const char *origin, bool *same, struct err *e)
{
	struct git_url o;

	if (git_url_parse(origin, &o, e) < 0)
		return err_wrap(e, "origin");
	*same = o.scheme == u->scheme && text_eq(o.host, u->host) && text_eq(o.port, u->port) &&
		(!o.user[0] || text_eq(o.user, u->user));
	return 0;
}
