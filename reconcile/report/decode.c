/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way back of report/tenant.c. What is published of a certificate is less than what the store
 * knows; what is missing is unknown here, never absent.
 */
#include <stdlib.h>
#include <string.h>

#include "reconcile/report/decode.h"
#include "schema/base/text.h"
#include "schema/kind/cert_facts.h"

enum { HASH_BYTES = 32 };

/* A hash in lower-case hex, copied; NULL when the member is none. */
static const char *hash_member(const struct value *o, const char *key, struct arena *mem)
{
	const char *text = value_text(o, key);
	unsigned char bytes[HASH_BYTES];

	return text && text_unhex(text, bytes, sizeof(bytes)) ? arena_strdup(mem, text) : NULL;
}

static const char *text_member(const struct value *o, const char *key, struct arena *mem)
{
	return arena_strdup(mem, value_text(o, key));
}

/* A topic, copied; NULL when the member could not be the topic of a certificate. */
static const char *topic_member(const struct value *o, struct arena *mem)
{
	const char *text = value_text(o, "topic");

	return topic_is_plain(text) ? arena_strdup(mem, text) : NULL;
}

static const struct value *condition_of(const struct value *o, const char *type)
{
	const struct value *all = value_array(o, "conditions");

	for (size_t i = 0; i < all->n; i++)
		if (text_eq(value_text(&all->item[i], "type"), type))
			return &all->item[i];
	return NULL;
}

/* "requests/<tenant>/<file>" and nothing that could lead elsewhere. */
static bool is_request_path(const char *path, const char *tenant)
{
	static const char folder[] = "requests/";
	size_t n = strlen(tenant);

	if (!text_starts(path, folder) || strncmp(path + strlen(folder), tenant, n) != 0 ||
	    path[strlen(folder) + n] != '/')
		return false;
	const char *file = path + strlen(folder) + n + 1;
	for (const char *c = file; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", *c))
			return false;
	return *file != '.' && (text_ends(file, ".plist") || text_ends(file, ".unsigned.csr"));
}

static const struct actual_request *decode_request(const struct value *renewal, const char *tenant,
						   struct arena *mem)
{
	const char *file = value_text(renewal, "file");

	if (!file || !is_request_path(file, tenant))
		return NULL;
	struct actual_request *r = arena_alloc(mem, sizeof(*r));
	*r = (struct actual_request){
		.state = REQUEST_Open,
		.file = arena_strdup(mem, file),
		.is_signed = text_ends(file, ".plist"),
		.requested_at = value_time(renewal, "requestedAt"),
		.signer_not_after = value_time(renewal, "signerNotAfter"),
	};
	return r;
}

static void decode_keys(const struct value *o, const char *tenant, struct actual_cert *c,
			struct arena *mem)
{
	const struct value *all = value_array(o, "keys"), *renewal = value_get(o, "renewal");
	const char *open = value_text(renewal, "spkiSha256");

	c->key = arena_array(mem, all->n + 1, sizeof(*c->key));
	for (size_t i = 0; i < all->n; i++) {
		struct actual_key k = { .spki = hash_member(&all->item[i], "spkiSha256", mem),
					.created_at = TIME_UNKNOWN };
		bool known;
		k.state = key_state_of(value_text(&all->item[i], "state"), &known);
		if (!k.spki || !known)
			continue;
		if (text_eq(k.spki, open))
			k.request = decode_request(renewal, tenant, mem);
		c->key[c->n_key++] = k;
	}
}

static struct actual_pair decode_pair(const struct value *o, enum pair_phase phase,
				      const char *topic, struct arena *mem)
{
	return (struct actual_pair){
		.sha256 = hash_member(o, "sha256", mem),
		.spki = hash_member(o, "spkiSha256", mem),
		.phase = phase,
		.topic = topic,
		.serial = text_member(o, "serial", mem),
		.not_before = value_time(o, "notBefore"),
		.not_after = value_time(o, "notAfter"),
		.returned_at = TIME_UNKNOWN,
		.active_at = TIME_UNKNOWN,
		.probe = { .alert = -1, .probed_at = TIME_UNKNOWN, .since = TIME_UNKNOWN },
	};
}

static void add_pair(struct actual_cert *c, struct actual_pair p)
{
	for (size_t i = 0; i < c->n_pair; i++)
		if (text_eq(c->pair[i].sha256, p.sha256))
			return;
	if (p.sha256 && p.spki && p.topic && p.not_after != TIME_UNKNOWN)
		c->pair[c->n_pair++] = p;
}

/* "Unreachable" is told when it has lasted; what APNs said before that is not told with it. */
static void decode_probe(const struct value *apns, struct actual_probe *out, struct arena *mem)
{
	out->result = apns_result_of(value_text(apns, "result"));
	out->reason = text_member(apns, "reason", mem);
	out->detail = text_member(apns, "detail", mem);
	if (out->result != APNS_Unreachable)
		return;
	out->result = APNS_NotProbed;
	out->fault = out->reason ? out->reason : "Unreachable";
	out->fault_since = 0;
	out->reason = NULL;
}

/* The phase of an archived object hides that of its pair; the state of its key tells it. */
static enum pair_phase archived_pair(const struct value *o, const struct actual_cert *c)
{
	const struct actual_key *k = actual_key(c, value_text(o, "spkiSha256"));

	return k && k->state == KEY_Active ? PAIR_Active : PAIR_Returned;
}

static void decode_pairs(const struct value *o, struct actual_cert *c, struct arena *mem)
{
	const struct value *renewal = value_get(o, "renewal"), *apns = value_get(o, "apns");
	const char *topic = topic_member(o, mem), *next = topic_member(renewal, mem);
	bool is_pair, is_next;
	enum pair_phase phase = pair_phase_of(value_text(o, "phase"), &is_pair);
	enum pair_phase coming = pair_phase_of(value_text(renewal, "phase"), &is_next);

	c->pair = arena_array(mem, 2, sizeof(*c->pair));
	if (c->state == OBJECT_Archived)
		phase = archived_pair(o, c);
	if (is_pair) /* else the dates are those of a file in Git, which is no pair */
		add_pair(c, decode_pair(o, phase, topic, mem));
	size_t n = c->n_pair;
	if (n)
		decode_probe(apns, &c->pair[0].probe, mem);
	if (is_next)
		add_pair(c, decode_pair(renewal, coming, next ? next : topic, mem));
	if (n && c->n_pair > n)
		decode_probe(value_get(renewal, "apns"), &c->pair[n].probe, mem);
}

/* What was last seen of a server, as far as it was told. `active`: in force; NULL: none. */
static struct actual_server decode_server(const struct value *o, const struct actual_pair *active,
					  struct arena *mem)
{
	const char *installed = value_text(o, "installed");
	struct actual_server s = {
		.name = text_member(o, "name", mem),
		.seen = { .not_after = TIME_UNKNOWN, .can_read = true },
		.observed_at = TIME_UNKNOWN,
		.installed_at = TIME_UNKNOWN,
	};

	if (!active)
		return s;
	if (text_eq(installed, installed_name(INSTALLED_Absent))) {
		s.seen.presence = PRESENCE_absent;
	} else if (text_eq(installed, installed_name(INSTALLED_Match))) {
		s.installed_sha256 = active->sha256;
		s.seen.presence = PRESENCE_present;
		s.seen.topic = active->topic;
		s.seen.serial = active->serial;
		s.seen.not_after = active->not_after;
	} else if (text_eq(installed, installed_name(INSTALLED_Assumed))) {
		s.installed_sha256 = active->sha256;
		s.seen.can_read = false;
	} else if (text_eq(installed, installed_name(INSTALLED_Differs))) {
		s.installed_sha256 = active->sha256;
		s.seen.presence = PRESENCE_present;
		s.seen.topic = topic_member(o, mem);
		s.seen.serial = value_text(o, "serial") ? text_member(o, "serial", mem) : "";
		s.seen.not_after = value_time(o, "notAfter");
	}
	return s;
}

static void decode_servers(const struct value *o, struct actual_cert *c, struct arena *mem)
{
	const struct value *all = value_array(o, "servers");
	const struct actual_pair *active = actual_active(c);

	c->server = arena_array(mem, all->n + 1, sizeof(*c->server));
	for (size_t i = 0; i < all->n; i++)
		if (text_is_name(value_text(&all->item[i], "name")))
			c->server[c->n_server++] = decode_server(&all->item[i], active, mem);
}

/* The pin as it was published, whatever it came from; NULL: none. */
static const char *published_pin(const struct value *o, const struct actual_cert *c,
				 struct arena *mem)
{
	const char *pin = value_text(condition_of(o, "TopicPinned"), "message");

	if (topic_is_plain(pin))
		return arena_strdup(mem, pin);
	return c->n_pair ? c->pair[0].topic : NULL;
}

/* The pin that the store had: what only a manifest or a file in Git says is judged from those. */
static const char *proven_pin(const struct value *o, const struct actual_cert *c)
{
	const char *reason = value_text(condition_of(o, "TopicPinned"), "reason");

	if (text_eq(reason, "InStore") || text_eq(reason, "OnlyPublished") ||
	    text_eq(reason, "TopicChanged"))
		return c->published_topic;
	return c->n_pair ? c->pair[0].topic : NULL;
}

static bool decode_cert(const struct value *o, const char *tenant, struct arena *mem,
			struct actual_cert *c)
{
	const char *name = value_text(o, "name");

	if (!text_eq(value_text(o, "kind"), kind_name(KIND_PushCertificate)) ||
	    !text_is_name(name) || !text_eq(value_text(o, "tenant"), tenant))
		return false;
	*c = (struct actual_cert){ .name = arena_strdup(mem, name),
				   .apple_id = text_member(o, "appleId", mem) };
	if (text_eq(value_text(o, "phase"), "Archived"))
		c->state = OBJECT_Archived;
	c->was_protected = text_eq(value_text(o, "protection"), "Protected");
	decode_keys(o, tenant, c, mem);
	decode_pairs(o, c, mem);
	decode_servers(o, c, mem);
	c->published_topic = published_pin(o, c, mem);
	c->topic = proven_pin(o, c);
	c->pinned_by = c->topic ? PIN_Accepted : PIN_None;
	return true;
}

static void add_policy(struct actual_tenant *t, size_t *cap, struct actual_policy p,
		       struct arena *mem)
{
	if (!text_is_name(p.name) || !p.topic)
		return;
	p.name = arena_strdup(mem, p.name);
	*(struct actual_policy *)arena_push(mem, &t->policy, &t->n_policy, cap, sizeof(p)) = p;
}

/* What each policy's devices were given; older branches tell only which certificate it has. */
static void decode_policies(const struct value *root, struct actual_tenant *t, struct arena *mem)
{
	const struct value *given = value_array(root, "policies");
	const struct value *all = value_array(root, "objects");
	bool is_told = value_get(root, "policies") != NULL;
	size_t cap = 0;

	for (size_t i = 0; i < given->n; i++) {
		const struct value *o = &given->item[i];
		add_policy(
		    t, &cap,
		    (struct actual_policy){ value_text(o, "name"), topic_member(o, mem) },
		    mem);
	}
	for (size_t i = 0; i < all->n && !is_told; i++) {
		const struct value *has = value_array(&all->item[i], "policies");
		const struct actual_cert *c = actual_cert(t, value_text(&all->item[i], "name"));
		for (size_t k = 0; c && k < has->n; k++)
			add_policy(t, &cap,
				   (struct actual_policy){ has->item[k].text, c->topic },
				   mem);
	}
}

/* A tenant that has left the manifests and was archived with all that it had. */
static bool is_archived(const struct value *root, const struct actual_tenant *t)
{
	for (size_t i = 0; i < t->n_cert; i++)
		if (t->cert[i].state != OBJECT_Archived)
			return false;
	return t->n_cert && !value_text(root, "displayName");
}

int report_decode(const struct value *root, const char *tenant, struct arena *mem,
		     struct actual_tenant *out, struct err *e)
{
	const struct value *all = value_array(root, "objects");

	if (!text_eq(value_text(root, "kind"), "TenantStatus") ||
	    !text_eq(value_text(root, "tenant"), tenant))
		return err_set(e, ERR_INPUT, "it is no TenantStatus of %s", tenant);
	*out = (struct actual_tenant){ .name = arena_strdup(mem, tenant) };
	out->cert = arena_array(mem, all->n + 1, sizeof(*out->cert));
	for (size_t i = 0; i < all->n; i++) {
		struct actual_cert *c = &out->cert[out->n_cert];
		out->n_cert += decode_cert(&all->item[i], tenant, mem, c);
	}
	actual_sort(out); /* the policies look up certificates */
	decode_policies(root, out, mem);
	if (is_archived(root, out))
		out->state = OBJECT_Archived;
	actual_sort(out);
	return 0;
}
