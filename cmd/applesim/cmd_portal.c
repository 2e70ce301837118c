/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/applesim.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/applesim/authority.h"
#include "cmd/applesim/files.h"
#include "cmd/applesim/portal.h"
#include "schema/base/clock.h"
#include "schema/base/json.h"
#include "schema/base/text.h"

static const char usage[] =
    "usage: applesim portal ACTION --state DIR [options]\n\n"
    "  create    --account ADDR --request FILE --out FILE|DIR   a new row, so a new topic\n"
    "  renew     --account ADDR --row ROW --request FILE --out FILE|DIR   the topic stays\n"
    "  download  --row ROW --out FILE|DIR                       the newest certificate again\n"
    "  revoke    --row ROW                                      and into the revocation list\n"
    "  transfer  --row ROW --to ADDR                            to another Apple Account\n"
    "  list      [--account ADDR]                               the rows, as JSON\n\n"
    "  --state DIR       made when it is missing, as by `applesim ca`\n"
    "  --row ROW         APSP:<uuid> or the topic (--topic is the same)\n"
    "  --now TIME        the portal's clock, as 2026-11-24T03:27:46Z\n"
    "  --days N          how long a certificate lasts (default: 365)\n"
    "  --grace-days N    how long after its end a row can be renewed (default: without limit)\n"
    "  --allow-sha1      accept requests that are signed with SHA-1\n\n"
    "Into a directory a download is saved as MDM_<Vendor>_Certificate.pem, as a browser does.\n"
    "Prints the row as one line of JSON. A refusal is told on stderr, in Apple's words first, "
    "then\n"
    "with the reason; exit 5.\n";

struct args {
	struct portal portal;
	const char *account, *request, *out, *row, *to, *now;
	char uuid[UUID_TEXT];
};

static int create(struct args *a, struct arena *mem, struct portal_result *r, struct err *e)
{
	return portal_create(&a->portal, a->account, a->request, a->out, mem, r, e);
}

static int renew(struct args *a, struct arena *mem, struct portal_result *r, struct err *e)
{
	return portal_renew(&a->portal, a->account, a->uuid, a->request, a->out, mem, r, e);
}

static int download(struct args *a, struct arena *mem, struct portal_result *r, struct err *e)
{
	return portal_download(&a->portal, a->uuid, a->out, mem, r, e);
}

static int revoke(struct args *a, struct arena *mem, struct portal_result *r, struct err *e)
{
	return portal_revoke(&a->portal, a->uuid, mem, r, e);
}

static int transfer(struct args *a, struct arena *mem, struct portal_result *r, struct err *e)
{
	return portal_transfer(&a->portal, a->uuid, a->to, mem, r, e);
}

enum need { NEED_ACCOUNT = 1, NEED_REQUEST = 2, NEED_OUT = 4, NEED_ROW = 8, NEED_TO = 16 };

static const struct action {
	const char *name;
	unsigned needs;
	int (*run)(struct args *a, struct arena *mem, struct portal_result *r, struct err *e);
} actions[] = {
	{ "create", NEED_ACCOUNT | NEED_REQUEST | NEED_OUT, create },
	{ "renew", NEED_ACCOUNT | NEED_ROW | NEED_REQUEST | NEED_OUT, renew },
	{ "download", NEED_ROW | NEED_OUT, download },
	{ "revoke", NEED_ROW, revoke },
	{ "transfer", NEED_ROW | NEED_TO, transfer },
	{ "list", 0, NULL },
};

static void write_row(struct json *j, const struct row *r, int64_t now)
{
	char text[UUID_TEXT + sizeof(TOPIC_PREFIX)];

	json_object(j);
	snprintf(text, sizeof(text), ROW_PREFIX "%s", r->uuid);
	json_member(j, "row", text);
	snprintf(text, sizeof(text), TOPIC_PREFIX "%s", r->uuid);
	json_member(j, "topic", text);
	json_member(j, "account", r->account);
	json_member(j, "vendor", r->vendor);
	json_member(j, "state", row_state(r, now));
	json_member_time(j, "created", r->created);
	if (r->n) {
		const struct issued *newest = &r->cert[r->n - 1];

		json_member(j, "serial", newest->serial);
		json_member_time(j, "notBefore", newest->not_before);
		json_member_time(j, "notAfter", newest->not_after);
	}
	json_member_int(j, "certificates", (int64_t)r->n);
}

static int print_rows(const struct args *a, struct arena *mem, struct err *e)
{
	struct buf out = BUF_INIT(64 * 1024 * 1024);
	struct json j = JSON_INIT(&out, true);
	struct row *row;
	size_t n;

	if (rows_load(a->portal.dir, mem, &row, &n, e))
		return -1;
	json_object(&j);
	json_key(&j, "rows");
	json_array(&j);
	for (size_t i = 0; i < n; i++) {
		if (a->account && !text_eq(a->account, row[i].account))
			continue;
		write_row(&j, &row[i], a->portal.now);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	puts(buf_str(&out));
	buf_release(&out);
	return 0;
}

static void print_result(const struct portal_result *r, int64_t now)
{
	struct buf out = BUF_INIT(64 * 1024);
	struct json j = JSON_INIT(&out, false);

	write_row(&j, &r->row, now);
	json_member_opt(&j, "file", r->file);
	json_end_object(&j);
	puts(buf_str(&out));
	buf_release(&out);
}

/* Apple's words, then ours. */
static int refuse(const struct portal_result *r, const struct err *e)
{
	const char *json = refusal_json(r->refusal);

	if (r->refusal != REFUSAL_NONE)
		fprintf(stderr, "%s\n", refusal_text(r->refusal));
	if (json)
		puts(json);
	return fail(e);
}

static int run(const struct action *action, struct args *a)
{
	const struct authority_options o = { .now = a->portal.now,
					     .vendor_days = AUTHORITY_VENDOR_DAYS };
	struct portal_result result = { 0 };
	struct arena mem = ARENA_INIT;
	struct err e = { 0 };
	int lock, rc;

	if (authority_make(a->portal.dir, &o, &e) || file_lock(a->portal.dir, &lock, &e))
		return fail(&e);
	rc = action->run ? action->run(a, &mem, &result, &e) : print_rows(a, &mem, &e);
	file_unlock(lock);
	if (rc)
		rc = refuse(&result, &e);
	else if (action->run)
		print_result(&result, a->portal.now);
	arena_release(&mem);
	return rc;
}

/* What is missing or malformed among the options of the action; NULL: nothing. */
static const char *missing(const struct action *action, struct args *a)
{
	if (!a->portal.dir)
		return "--state DIR";
	if (action->needs & NEED_ACCOUNT && !a->account)
		return "--account ADDR";
	if (action->needs & NEED_REQUEST && !a->request)
		return "--request FILE";
	if (action->needs & NEED_OUT && !a->out)
		return "--out FILE|DIR";
	if (action->needs & NEED_TO && !a->to)
		return "--to ADDR";
	if (action->needs & NEED_ROW && !(a->row && row_uuid(a->row, a->uuid)))
		return "--row APSP:<uuid>|TOPIC";
	return NULL;
}

static int parse(int argc, char **argv, struct args *a)
{
	static const struct option options[] = {
		{ "state", required_argument, NULL, 's' },
		{ "account", required_argument, NULL, 'a' },
		{ "request", required_argument, NULL, 'r' },
		{ "out", required_argument, NULL, 'o' },
		{ "row", required_argument, NULL, 'w' },
		{ "topic", required_argument, NULL, 'w' },
		{ "to", required_argument, NULL, 't' },
		{ "now", required_argument, NULL, 'n' },
		{ "days", required_argument, NULL, 'd' },
		{ "grace-days", required_argument, NULL, 'g' },
		{ "allow-sha1", no_argument, NULL, '1' },
		{ 0 },
	};
	const char **text[128] = {
		['s'] = &a->portal.dir, ['a'] = &a->account, ['r'] = &a->request, ['o'] = &a->out,
		['w'] = &a->row,        ['t'] = &a->to,      ['n'] = &a->now
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		int64_t *number = c == 'd' ? &a->portal.days : &a->portal.grace_days;

		if (c == '?')
			return wrong_usage("portal", "wrong option");
		if (c == '1')
			a->portal.allow_sha1 = true;
		else if (text[c])
			*text[c] = optarg;
		else if (!number_parse(optarg, 36500, number))
			return wrong_usage("portal", "'%s' is no number of days", optarg);
	}
	if (optind != argc)
		return wrong_usage("portal", "'%s' is not expected", argv[optind]);
	if (!now_parse(a->now, &a->portal.now))
		return wrong_usage("portal", "--now '%s' is not a time like 2026-11-24T03:27:46Z",
				   a->now);
	return 0;
}

int cmd_portal(int argc, char **argv)
{
	struct args a = { .portal = { .days = 365, .grace_days = GRACE_UNLIMITED } };
	const char *name = argc > 1 ? argv[1] : "", *lacks;

	if (text_eq(name, "--help") || text_eq(name, "-h"))
		return fputs(usage, stdout) < 0;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (!text_eq(name, actions[i].name))
			continue;
		if (parse(argc - 1, argv + 1, &a))
			return err_exit_status(ERR_USAGE);
		lacks = missing(&actions[i], &a);
		if (lacks)
			return wrong_usage("portal", "%s needs %s", name, lacks);
		return run(&actions[i], &a);
	}
	return wrong_usage("portal", "'%s' is no action", name);
}
