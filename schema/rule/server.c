/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "schema/base/text.h"
#include "schema/rule/check.h"

static void say_missing(const struct mdm_server *s, const char *pointer, const char *message,
			struct findings *fs)
{
	struct pos at = s->type.at.line ? s->type.at : s->head.at;

	about(finding_add(fs, RULE_MISSING_KEY, s->head.file, span_of(at), "%s", message), &s->head,
	      pointer);
}

static bool is_segment_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '-' || c == '_' || c == '.' || c == '~';
}

/* "" or "/a/b": nothing that a server could take for another path or a query. */
static bool is_plain_path(const char *path)
{
	while (*path) {
		size_t n = 0;
		if (*path++ != '/')
			return false;
		while (is_segment_char(path[n]))
			n++;
		if (n == 0 || (n <= 2 && strspn(path, ".") == n))
			return false;
		path += n;
	}
	return true;
}

static void check_options(const struct mdm_server *s, struct findings *fs)
{
	const struct server_options *o = s->options;

	if (s->type.v == SERVER_Directory && (!o || !o->directory.s))
		say_missing(
		    s, "/spec/options/directory",
		    "options.directory is missing; write the name of one of the directories in the "
		    "controller's configuration",
		    fs);
	if (o && o->path_prefix.s && !is_plain_path(o->path_prefix.s))
		about(finding_add(fs, RULE_BAD_VALUE, s->head.file, span_of(o->path_prefix.at),
				  "pathPrefix is \"%s\"; write plain segments such as /v1",
				  o->path_prefix.s),
		      &s->head, "/spec/options/pathPrefix");
}

void server_check(const struct mdm_server *s, enum mode mode, struct findings *fs)
{
	bool has_host = s->type.v == SERVER_NanoMDM || s->type.v == SERVER_Fleet ||
			s->type.v == SERVER_Zentral || s->type.v == SERVER_Jamf;

	if (has_host && !s->url.s && !s->url.at.line)
		say_missing(s, "/spec/url",
			    "url is missing; write scheme, host and port of the server", fs);
	if (!s->head.meta.tenant.s && mode == MODE_MultiTenant && !s->tenants.at.line)
		say_missing(s, "/spec/tenants",
			    "tenants is missing; list the tenants that may use this server, or "
			    "write [\"*\"] for all of them",
			    fs);
	check_options(s, fs);
}
