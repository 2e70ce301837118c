/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/model/intake.h"

#include <string.h>

#include "schema/base/text.h"

enum { CLOCK_SKEW_S = 300 };

const char *intake_word(enum intake_verdict v)
{
	static const char *const words[] = {
#define X(n) [INTAKE_##n] = #n,
		INTAKE_VERDICTS(X)
#undef X
	};
	return words[v];
}

const char *portal_row_of(const char *topic, struct arena *mem)
{
	const char *dot = topic ? strrchr(topic, '.') : NULL;

	if (!dot || strlen(dot + 1) != 36)
		return NULL;
	return arena_printf(mem, "APSP:%s", dot + 1);
}

static struct intake refuse(enum intake_verdict v, const char *message, const char *remedy)
{
	return (struct intake){ .verdict = v, .message = message, .remedy = remedy };
}

/* The way to the certificate that is wanted. */
static const char *portal_step(const struct intake_question *q, struct arena *mem)
{
	const char *row = q->row ? q->row : "of this customer";
	const char *with = q->request_file ?
				   arena_printf(mem, " and upload the same file %s",
						q->request_file) :
				   "";

	if (!q->pin)
		return arena_printf(mem, "at the portal choose Create a Certificate%s", with);
	return arena_printf(mem, "at the portal open the row %s%s choose Renew%s", row,
			    *with ? "," : " and", with);
}

static struct intake misfiled(const struct intake_question *q, const struct ref *owner,
			      struct arena *mem)
{
	return refuse(INTAKE_Misfiled,
		      arena_printf(mem, "the certificate belongs to %s", ref_text(mem, owner)),
		      arena_printf(mem,
				   "move it to the folder of %s; the file for %s is another one",
				   ref_text(mem, owner), ref_text(mem, &q->on)));
}

static struct intake wrong_row(const struct intake_question *q, struct arena *mem)
{
	const char *owner = ref_text(mem, q->topic_owner);

	return refuse(INTAKE_WrongRow,
		      arena_printf(mem,
				   "the key is that of %s, but the topic is that of %s: the "
				   "request was uploaded to the wrong row of the portal",
				   ref_text(mem, &q->on), owner),
		      arena_printf(mem,
				   "do not revoke anything; first renew the row of %s with its own "
				   "file, then %s",
				   owner, portal_step(q, mem)));
}

static struct intake other_topic(const struct intake_question *q, struct arena *mem)
{
	return refuse(INTAKE_OtherTopic,
		      arena_printf(mem,
				   "the certificate has the topic %s, but %s is pinned to %s: it "
				   "was created instead of renewed, or under another Apple Account",
				   q->cert->topic, ref_text(mem, &q->on), q->pin),
		      arena_printf(mem, "do not revoke anything; %s", portal_step(q, mem)));
}

static struct intake key_unknown(const struct intake_question *q, struct arena *mem)
{
	struct intake r = refuse(INTAKE_KeyUnknown, "nobody here holds the key of the certificate",
				 NULL);

	r.taken_over = true;
	r.remedy = q->request_file ?
			   arena_printf(mem,
					"renew it in its row with the file %s, whose key is held "
					"here",
					q->request_file) :
			   "renew it in its row, with the upload file that the next run makes";
	return r;
}

static struct intake not_in_force(const struct cert_facts *c, int64_t now, struct arena *mem)
{
	char t[TIME_TEXT];

	if (c->not_after <= now)
		return refuse(INTAKE_NotInForce,
			      arena_printf(mem, "the certificate expired at %s",
					   time_format(c->not_after, t)),
			      "renew it at the portal");
	return refuse(INTAKE_NotInForce,
		      arena_printf(mem, "the certificate is not valid before %s",
				   time_format(c->not_before, t)),
		      "check the clock of this machine");
}

/* An older certificate never replaces a newer one of the same topic (safety rule 3). */
static bool is_older(const struct cert_facts *c, const struct actual_pair *p)
{
	const struct cert_facts in_force = { .not_before = p->not_before,
					     .not_after = p->not_after };

	return cert_is_older(c, &in_force);
}

static struct intake fits(const struct intake_question *q)
{
	struct intake r = { .verdict = INTAKE_Matches, .accepted = true };

	r.message = "the certificate answers the request";
	if (q->key == KEY_OF_ACTIVE) {
		r.key_reused = true;
		r.message = "the certificate carries the key that is in use already";
	} else if (q->key == KEY_OF_SUPERSEDED) {
		r.verdict = INTAKE_Superseded;
		r.message = "the certificate answers an older request, whose key is still held";
	}
	return r;
}

/* Whose it is: refusals that depend on key and topic. False: nothing is wrong. */
static bool belongs_elsewhere(const struct intake_question *q, struct arena *mem, struct intake *r)
{
	const struct cert_facts *c = q->cert;
	bool other_pin = q->pin && !text_eq(q->pin, c->topic);

	if (q->key == KEY_OF_OTHER)
		*r = misfiled(q, q->key_owner, mem);
	else if (q->topic_owner && q->key == KEY_OF_NOBODY)
		*r = misfiled(q, q->topic_owner, mem);
	else if (q->topic_owner)
		*r = wrong_row(q, mem);
	else if (other_pin)
		*r = other_topic(q, mem);
	else if (q->serial_owner)
		*r = misfiled(q, q->serial_owner, mem);
	else
		return false;
	return true;
}

struct intake intake_judge(const struct intake_question *q, struct arena *mem)
{
	const struct cert_facts *c = q->cert;
	struct intake r;

	if (c->form != CERT_FORM_PEM)
		return refuse(INTAKE_Unreadable, cert_form_problem(c, mem),
			      cert_form_remedy(c, NULL, mem));
	if (!cert_is_mdm(c))
		return refuse(INTAKE_NotMDM,
			      arena_printf(mem, "the certificate is no MDM push certificate: %s",
					   cert_not_mdm_reason(c)),
			      "download the certificate of the row \"MDM\" from the portal");
	if (c->trust == TRUST_CHAIN_BAD)
		return refuse(INTAKE_Untrusted,
			      arena_printf(mem, "the certificate was not issued by Apple's "
						"authority (issuer \"%s\")",
					   c->issuer ? c->issuer : "none"),
			      "download the certificate from the portal; never commit one from "
			      "elsewhere");
	if (belongs_elsewhere(q, mem, &r))
		return r;
	if (q->in_force && text_eq(q->in_force->sha256, c->sha256)) {
		r = fits(q);
		r.accepted = r.key_reused = false;
		r.is_in_force = true;
		r.message = "the certificate is the one in use";
		return r;
	}
	/* Before its own end and key: renewing a predecessor would mend nothing. */
	if (q->in_force && is_older(c, q->in_force))
		return refuse(INTAKE_Older, "an older certificate than the one in use",
			      "download the newest certificate of the row and commit that");
	if (q->key == KEY_OF_NOBODY)
		return key_unknown(q, mem);
	if (c->not_after <= q->now || c->not_before > q->now + CLOCK_SKEW_S)
		return not_in_force(c, q->now, mem);
	return fits(q);
}
