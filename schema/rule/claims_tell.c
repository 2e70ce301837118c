/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/base/text.h"
#include "schema/rule/claims_part.h"

static const struct message {
	enum rule_code code;
	const char *pointer; /* when the manifest says it */
	const char *before, *after;
} messages[] = {
	[CLAIMED_TOPIC] = { RULE_TOPIC_TWICE, "/spec/topic", "the topic belongs to ",
			    " already; one topic is one certificate of one customer, so correct "
			    "the wrong one" },
	[CLAIMED_KEY] = { RULE_KEY_TWICE, NULL, "the public key is also that of ",
			  "; each certificate has a key of its own, so make a new request and "
			  "renew" },
	[CLAIMED_SERIAL] = { RULE_SERIAL_TWICE, NULL, "this certificate is also there for ",
			     "; keep it where its topic belongs" },
	[CLAIMED_ACCOUNT] = { RULE_SERVER_ACCOUNT, NULL, "the account on the server belongs to ",
			      " already; one account is one customer's, so correct the wrong one" },
	[CLAIMED_ADDRESS] = { RULE_SHARED_ACCOUNT, NULL, "the Apple Account also serves ",
			      ": their rows at the portal look alike, and one lost account stops "
			      "both; use an account for each customer" },
	[CLAIMED_TENANT] = { RULE_ONE_TENANT_ONLY, NULL,
			     "mode SingleOrganization has one tenant, and ",
			     " is there already; take one of them out, or use mode MultiTenant" },
	[CLAIMED_NAME] = { RULE_PREVIOUS_NAME, NULL, "the previous name still belongs to ",
			   ", so nothing was moved; take the old document out in the same change" },
	[CLAIMED_PAST] = { RULE_PREVIOUS_NAME, NULL, "the previous name is also that of ",
			   "; only one of them can be the renamed one" },
};

/* Why the other one keeps it. */
static const char *reason(const struct claim *x, const struct claim *keeper)
{
	unsigned more = x->evidence ^ keeper->evidence;

	if (more & BY_STATUS)
		return "has it, by the status branch";
	if (more & BY_PIN)
		return keeper->in_file ? "pins its topic" : "pins it";
	return more & BY_BASE ? "had it in the base revision" : "has it first";
}

/* A file of which it is known whose it is does not belong where it was put. */
static const char *text_of(const struct claim *x, const struct claim *keeper, const char *who,
			   struct arena *mem)
{
	const struct message *m = &messages[x->kind];

	if (x->in_file && x->kind != CLAIMED_KEY && x->evidence != keeper->evidence &&
	    !text_eq(x->tenant, keeper->tenant))
		return arena_printf(mem, "this %s of %s; take it out of tenants/%s/",
				    x->kind == CLAIMED_SERIAL ? "is the certificate"
							      : "certificate has the topic",
				    who, x->tenant);
	return arena_printf(mem, "%s%s%s", m->before, who, m->after);
}

void claim_tell(const struct claim *x, const struct claim *keeper, struct findings *fs)
{
	const struct message *m = &messages[x->kind];
	struct ref ref = { KIND_PushCertificate, keeper->tenant, keeper->name };
	const char *who = keeper->name ? ref_text(fs->mem, &ref)
				       : arena_printf(fs->mem, "tenant %s", keeper->tenant);
	struct finding *f =
	    finding_add(fs, m->code, arena_strdup(fs->mem, x->from.file), span_of(x->from.at), "%s",
			text_of(x, keeper, who, fs->mem));

	f->object = x->name ? (struct ref){ KIND_PushCertificate, arena_strdup(fs->mem, x->tenant),
					    arena_strdup(fs->mem, x->name) }
			    : (struct ref){ KIND_Tenant, NULL, arena_strdup(fs->mem, x->tenant) };
	f->pointer = x->in_file ? NULL : m->pointer;
	finding_relate(fs, f, arena_strdup(fs->mem, keeper->from.file), span_of(keeper->from.at),
		       "%s %s", who, reason(x, keeper));
}
