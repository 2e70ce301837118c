/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scenario of a plan in text: manifests, certificate files and what the store knows, one fact a
 * line. See tests/golden/plan/: NAME.txt is the input, NAME.plan what the plan has to say.
 *
 *   now TIME
 *   file PATH                    the indented lines below it are its contents
 *   pem PATH key=value…          a certificate: topic, spki, serial, sha, from, to, form
 *   cert NAME key=value…         of the store: topic, by, state, protected, published
 *   key CERT SPKI STATE          Pending, Active, Archived, Superseded
 *   request CERT SPKI STATE key=value…   file, at, signer (its end; unsigned without)
 *   pair CERT SHA key=value…     spki, phase, topic, serial, from, to, returned, probe,
 *                                reason, probed, since
 *   server CERT NAME key=value…  seen, read, topic, serial, to, installed, error
 *   policy NAME TOPIC
 *   owner CERT pin|topic|key|serial TENANT/NAME [wish]    who else claims it, proven or only as a
 *                                                         wish
 *   signer TIME                  a request signer is there until then
 *   sealed
 *   gone                         the tenant has left the manifests
 */
#ifndef APNSCTL_TESTS_SCENARIO_H
#define APNSCTL_TESTS_SCENARIO_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconcile/plan/plan.h"
#include "schema/base/text.h"
#include "schema/load/set.h"
#include "schema/resolve/resolve.h"

struct scenario {
	struct arena mem;
	struct set shared, set;
	struct findings shared_findings, findings;
	struct want_tenant want;
	struct actual_tenant actual;
	struct env env;
	bool gone;
	char *lines[8000];
	size_t n_line;
};

/* The value of key=value in a line; NULL: not there. Ends at a blank. */
static char *value_of(struct scenario *s, const char *line, const char *key)
{
	char *pattern = arena_printf(&s->mem, " %s=", key);
	const char *at = strstr(line, pattern);

	if (!at)
		return NULL;
	at += strlen(pattern);
	return arena_strndup(&s->mem, at, strcspn(at, " \n"));
}

/* The n-th word of a line, from 0. */
static char *word_of(struct scenario *s, const char *line, int n)
{
	while (n-- > 0) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	return arena_strndup(&s->mem, line, strcspn(line, " \n"));
}

static int64_t time_value(struct scenario *s, const char *line, const char *key, int64_t otherwise)
{
	char *text = value_of(s, line, key);
	int64_t t;

	if (!text)
		return otherwise;
	if (time_parse(text, &t) || time_parse_date(text, &t))
		return t;
	fprintf(stderr, "no time: %s in %s\n", text, line);
	abort();
}

/* A certificate file is its facts as text; the reader of the scenario understands that. */
static void read_facts(void *self, const void *bytes, size_t len, struct arena *mem,
		       struct cert_facts *out)
{
	struct scenario *s = self;
	char *line = arena_printf(mem, " %.*s", (int)len, (const char *)bytes);
	char *spki = value_of(s, line, "spki"), *sha = value_of(s, line, "sha");
	char *form = value_of(s, line, "form"), *topic = value_of(s, line, "topic");

	*out = (struct cert_facts){ .form = CERT_FORM_PEM };
	if (form) {
		out->form = text_eq(form, "html") ? CERT_FORM_HTML : CERT_FORM_DER;
		return;
	}
	out->topic = topic;
	out->row = portal_row_of(topic, mem);
	out->common_name = out->row;
	out->serial = value_of(s, line, "serial");
	out->issuer = "Apple Application Integration 2 Certification Authority";
	snprintf(out->sha256, sizeof(out->sha256), "%s", sha);
	snprintf(out->spki_sha256, sizeof(out->spki_sha256), "%s", spki);
	out->not_before = time_value(s, line, "from", 0);
	out->not_after = time_value(s, line, "to", 0);
	out->is_rsa = out->has_632 = out->client_auth = out->digital_signature = true;
	out->issuer_known = true;
	out->key_bits = 2048;
}

static void add_file(struct scenario *s, const char *path, const char *bytes, size_t len)
{
	struct cert_reader reader = { read_facts, s };
	bool of_tenant = text_starts(path, "tenants/");

	set_add_file(of_tenant ? &s->set : &s->shared, path, bytes, len, &reader,
		     of_tenant ? &s->findings : &s->shared_findings);
}

/* The indented lines below `file`; returns how many there are. */
static size_t take_file(struct scenario *s, size_t at)
{
	struct buf b = BUF_INIT(1 << 20);
	size_t i = at + 1;

	for (; i < s->n_line && (s->lines[i][0] == '\t' || !s->lines[i][0]); i++) {
		buf_adds(&b, s->lines[i][0] ? s->lines[i] + 1 : "");
		buf_addc(&b, '\n');
	}
	add_file(s, word_of(s, s->lines[at], 1), buf_str(&b), b.len);
	buf_release(&b);
	return i - at - 1;
}

static struct actual_cert *cert_named(struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->actual.n_cert; i++)
		if (text_eq(s->actual.cert[i].name, name))
			return &s->actual.cert[i];
	struct actual_cert *all =
		arena_array(&s->mem, s->actual.n_cert + 1, sizeof(*all));
	if (s->actual.n_cert)
		memcpy(all, s->actual.cert, s->actual.n_cert * sizeof(*all));
	s->actual.cert = all;
	struct actual_cert *c = &all[s->actual.n_cert++];
	*c = (struct actual_cert){ .name = name,
				   .key = arena_array(&s->mem, 8, sizeof(struct actual_key)),
				   .pair = arena_array(&s->mem, 8, sizeof(struct actual_pair)),
				   .server = arena_array(&s->mem, 8,
							 sizeof(struct actual_server)) };
	return c;
}

static void take_cert(struct scenario *s, const char *line)
{
	struct actual_cert *c = cert_named(s, word_of(s, line, 1));
	char *by = value_of(s, line, "by"), *state = value_of(s, line, "state");

	c->uid = arena_printf(&s->mem, "uid-%s", c->name);
	c->topic = value_of(s, line, "topic");
	c->published_topic = value_of(s, line, "published");
	c->pinned_by = by ? pin_source_of(by, NULL) : PIN_None;
	c->state = state ? object_state_of(state, NULL) : OBJECT_Live;
	c->apple_id = value_of(s, line, "account");
	c->was_protected = value_of(s, line, "protected") != NULL;
}

static void take_request(struct scenario *s, const char *line)
{
	struct actual_cert *c = cert_named(s, word_of(s, line, 1));
	struct actual_key *k = actual_key(c, word_of(s, line, 2));
	struct actual_request *r = arena_alloc(&s->mem, sizeof(*r));

	*r = (struct actual_request){ request_state_of(word_of(s, line, 3), NULL),
				      value_of(s, line, "file"),
				      value_of(s, line, "signer") != NULL,
				      time_value(s, line, "at", 0),
				      time_value(s, line, "signer", TIME_UNKNOWN) };
	k->request = r;
}

static void take_pair(struct scenario *s, const char *line)
{
	struct actual_cert *c = cert_named(s, word_of(s, line, 1));
	char *topic = value_of(s, line, "topic");
	int64_t from = time_value(s, line, "from", 0);
	int64_t probed = time_value(s, line, "probed", TIME_UNKNOWN);

	c->pair[c->n_pair++] = (struct actual_pair){
		.sha256 = word_of(s, line, 2),
		.spki = value_of(s, line, "spki"),
		.phase = pair_phase_of(value_of(s, line, "phase"), NULL),
		.topic = topic,
		.serial = value_of(s, line, "serial"),
		.row = portal_row_of(topic, &s->mem),
		.not_before = from,
		.not_after = time_value(s, line, "to", 0),
		.returned_at = time_value(s, line, "returned", from),
		.active_at = from,
		.probe = { .result = apns_result_of(value_of(s, line, "probe")),
			   .reason = value_of(s, line, "reason"),
			   .detail = value_of(s, line, "reason"),
			   .alert = -1,
			   .probed_at = probed,
			   .since = time_value(s, line, "since", probed),
			   .fault = value_of(s, line, "fault"),
			   .fault_detail = value_of(s, line, "fault"),
			   .fault_since = time_value(s, line, "since", probed) },
	};
}

static void take_server(struct scenario *s, const char *line)
{
	struct actual_cert *c = cert_named(s, word_of(s, line, 1));

	c->server[c->n_server++] = (struct actual_server){
		.name = word_of(s, line, 2),
		.seen = { .presence = presence_of(value_of(s, line, "seen")),
			  .topic = value_of(s, line, "topic"),
			  .serial = value_of(s, line, "serial"),
			  .not_after = time_value(s, line, "to", TIME_UNKNOWN),
			  .can_read = !text_eq(value_of(s, line, "read"), "no") },
		.observed_at = s->env.now,
		.installed_sha256 = value_of(s, line, "installed"),
	};
}

static void take_owner(struct scenario *s, const char *line)
{
	struct actual_cert *c = cert_named(s, word_of(s, line, 1));
	char *kind = word_of(s, line, 2), *who = word_of(s, line, 3), *slash = strchr(who, '/');
	struct ref r = { KIND_PushCertificate, who, slash + 1 };
	bool proven = !strstr(line, " wish");

	*slash = 0;
	if (text_eq(kind, "topic")) {
		c->owners.topic = r;
		c->owners.topic_proven = proven;
	} else if (text_eq(kind, "pin")) {
		c->owners.pin = r;
		c->owners.pin_proven = proven;
	} else if (text_eq(kind, "key"))
		c->owners.key = r;
	else
		c->owners.serial = r;
}

static void take_policy(struct scenario *s, const char *line)
{
	struct actual_policy *all =
		arena_array(&s->mem, s->actual.n_policy + 1, sizeof(*all));

	if (s->actual.n_policy)
		memcpy(all, s->actual.policy, s->actual.n_policy * sizeof(*all));
	all[s->actual.n_policy++] =
		(struct actual_policy){ .name = word_of(s, line, 1), .topic = word_of(s, line, 2) };
	s->actual.policy = all;
}

static void take_key(struct scenario *s, const char *line)
{
	struct actual_cert *c = cert_named(s, word_of(s, line, 1));

	c->key[c->n_key++] = (struct actual_key){ .spki = word_of(s, line, 2),
						  .state = key_state_of(word_of(s, line, 3), NULL),
						  .version = (int64_t)c->n_key + 1 };
}

static void take_line(struct scenario *s, const char *line)
{
	char *first = word_of(s, line, 0);

	if (text_eq(first, "now"))
		s->env.now = time_value(s, arena_printf(&s->mem, " now=%s", word_of(s, line, 1)),
					"now", 0);
	else if (text_eq(first, "pem"))
		add_file(s, word_of(s, line, 1), line, strlen(line));
	else if (text_eq(first, "cert"))
		take_cert(s, line);
	else if (text_eq(first, "key"))
		take_key(s, line);
	else if (text_eq(first, "request"))
		take_request(s, line);
	else if (text_eq(first, "pair"))
		take_pair(s, line);
	else if (text_eq(first, "server"))
		take_server(s, line);
	else if (text_eq(first, "policy"))
		take_policy(s, line);
	else if (text_eq(first, "owner"))
		take_owner(s, line);
	else if (text_eq(first, "sealed"))
		s->env.sealed = true;
	else if (text_eq(first, "was")) /* what the tenant is called in the store */
		s->actual.name = word_of(s, line, 1);
	else if (text_eq(first, "gone"))
		s->gone = true;
	else if (text_eq(first, "signer")) {
		s->env.has_signer = true;
		s->env.signer_not_after = time_value(
			s, arena_printf(&s->mem, " t=%s", word_of(s, line, 1)), "t", 0);
	} else if (*first && *first != '#') {
		fprintf(stderr, "what is this: %s\n", line);
		abort();
	}
}

/* What a run does before it plans: wanted certificates and servers that were never seen. */
static void complete(struct scenario *s)
{
	for (size_t i = 0; i < s->want.n_cert; i++)
		if (!actual_match(&s->actual, &s->want.cert[i])) {
			cert_named(s, s->want.cert[i].ref.name);
			actual_sort(&s->actual);
		}
	for (size_t i = 0; i < s->want.n_cert; i++) {
		const struct want_cert *w = &s->want.cert[i];
		struct actual_cert *c = actual_match(&s->actual, w);
		for (size_t k = 0; k < w->n_server; k++)
			if (!actual_server(c, w->server[k].name))
				c->server[c->n_server++] = (struct actual_server){
					.name = w->server[k].name,
					.seen = { .not_after = TIME_UNKNOWN, .can_read = true },
				};
	}
}

/* Reads the scenario of a text, which it cuts into lines. */
static void scenario_read(struct scenario *s, char *text, const char *tenant)
{
	memset(s, 0, sizeof(*s));
	s->env.signer_not_after = TIME_UNKNOWN;
	s->env.probe_interval = DAY_S;
	s->env.probe_retry = 900;
	s->findings = (struct findings)FINDINGS_INIT(&s->mem);
	s->shared_findings = (struct findings)FINDINGS_INIT(&s->mem);
	set_init(&s->shared, &s->mem, NULL);
	set_init(&s->set, &s->mem, tenant);
	s->actual = (struct actual_tenant){ .name = tenant, .uid = "uid" };
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		s->lines[s->n_line++] = line;
	for (size_t i = 0; i < s->n_line; i++) {
		if (text_starts(s->lines[i], "file "))
			i += take_file(s, i);
		else
			take_line(s, s->lines[i]);
	}
	shared_check(&s->shared, &s->shared_findings);
	tenant_resolve(&s->shared, &s->set, &s->mem, &s->findings, &s->want);
	actual_sort(&s->actual);
	if (!s->gone)
		complete(s);
}

/* The text of a file, "" when there is none; the caller frees it. */
__attribute__((unused)) static char *scenario_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 18);

	if (f) {
		if (fread(text, 1, (1 << 18) - 1, f) == 0)
			text[0] = 0;
		fclose(f);
	}
	return text;
}

static void scenario_release(struct scenario *s)
{
	arena_release(&s->mem);
}

#endif
