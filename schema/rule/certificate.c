/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate files in Git, and the topic in the manifest against the one in the file. */
#include <string.h>

#include "schema/base/text.h"
#include "schema/rule/change.h"
#include "schema/rule/check.h"
#include "schema/rule/claims.h"

static struct finding *say(struct resolution *r, const struct want_cert *w, enum rule_code code,
			   const char *message)
{
	const struct push_certificate *c = w->object;
	const struct text *file = &c->certificate_file;
	struct finding *f = finding_add(r->fs, code, w->file, (struct span){ 0 }, "%s", message);

	about(f, &c->head, NULL);
	finding_relate(r->fs, f, c->head.file,
		       file->at.line ? span_of(file->at) : name_span(&c->head),
		       "PushCertificate %s takes this file", w->ref.name);
	return f;
}

/* False when nothing more can be said about the file. */
static bool check_form(struct resolution *r, const struct want_cert *w)
{
	const struct cert_facts *f = w->in_git;
	const char *reason;

	if (f->form == CERT_FORM_KEY || f->form == CERT_FORM_PKCS12)
		return false; /* the secret scan has told it */
	if (f->form != CERT_FORM_PEM) {
		say(r, w,
		    f->form == CERT_FORM_REQUEST ? RULE_REQUEST_AS_CERTIFICATE
						 : RULE_CERTIFICATE_UNREADABLE,
		    arena_printf(r->mem, "%s; %s", cert_form_problem(f, r->mem),
				 cert_form_remedy(f, w->file, r->mem)));
		return false;
	}
	reason = cert_not_mdm_reason(f);
	if (reason)
		say(r, w, RULE_NOT_MDM,
		    arena_printf(r->mem,
				 "this is no MDM push certificate: %s; take the one from "
				 "identity.apple.com",
				 reason));
	return !reason;
}

static void check_key(struct resolution *r, const struct want_cert *w)
{
	const struct cert_facts *f = w->in_git;

	if (!f->is_rsa)
		say(r, w, RULE_WEAK_KEY,
		    "the key is no RSA key, and Apple's MDM certificates need one; make a new "
		    "request and renew");
	else if (f->key_bits < 2048)
		say(r, w, RULE_WEAK_KEY,
		    arena_printf(r->mem,
				 "the RSA key has %u bits and needs 2048; make a new request and "
				 "renew",
				 f->key_bits));
}

static void check_issuer(struct resolution *r, const struct want_cert *w)
{
	const struct cert_facts *f = w->in_git;
	const char *issuer = f->issuer ? f->issuer : "without a name";
	struct finding *bad;

	if (f->trust == TRUST_CHAIN_BAD) {
		bad = say(r, w, RULE_UNKNOWN_ISSUER,
			  arena_printf(r->mem,
				       "the issuer \"%s\" leads to none of the authorities in "
				       "apple.caFile; find out where this file comes from",
				       issuer));
		finding_set_level(r->fs, bad, LEVEL_ERROR);
	} else if (f->trust == TRUST_NOT_CHECKED && !f->issuer_known) {
		say(r, w, RULE_UNKNOWN_ISSUER,
		    arena_printf(r->mem,
				 "the issuer \"%s\" is none that Apple is known to use for push "
				 "certificates; compare with the portal",
				 issuer));
	}
}

/* The portal shows the common name, so that people look for a row by it. */
static void check_common_name(struct resolution *r, const struct want_cert *w)
{
	const struct cert_facts *f = w->in_git;
	const char *dot = strrchr(f->topic, '.');
	const char *row = f->row && text_starts(f->row, "APSP:") ? f->row + strlen("APSP:") : NULL;

	if (!row)
		say(r, w, RULE_CN_DIFFERS,
		    arena_printf(r->mem,
				 "the common name is \"%s\", and Apple writes APSP: and the "
				 "identifier of the topic; compare with the portal",
				 f->common_name ? f->common_name : ""));
	else if (dot && !text_eq(dot + 1, row))
		say(r, w, RULE_CN_DIFFERS,
		    arena_printf(r->mem,
				 "the row at the portal is %s, and the topic ends with %s; compare "
				 "with the portal",
				 f->row, dot + 1));
}

/* The file is another certificate's of the tenant, which is told. */
static bool is_charged(const struct resolution *r, const struct want_cert *w)
{
	return finding_about(r->fs, RULE_TOPIC_TWICE, &w->ref) ||
	       finding_about(r->fs, RULE_SERIAL_TWICE, &w->ref) ||
	       finding_about(r->fs, RULE_KEY_TWICE, &w->ref);
}

static void check_topic(struct resolution *r, const struct want_cert *w)
{
	const struct push_certificate *c = w->object;
	const char *in_file = w->in_git->topic, *written = w->topic ? w->topic : "New";
	struct finding *f;

	if (!c->topic.s || text_eq(w->topic, in_file) ||
	    acknowledges(w->allow_topic_change, written, in_file) ||
	    acknowledges(w->allow_topic_change, in_file, written)) /* before and after the switch */
		return;
	if (w->topic)
		f = finding_add(
		    r->fs, RULE_OTHER_TOPIC, c->head.file, span_of(c->topic.at),
		    "the topic is %s here and %s in %s; devices enrolled with the one do not "
		    "listen to the other, so take the file of the right row, or acknowledge both "
		    "with allowTopicChange",
		    w->topic, in_file, w->file);
	else
		f = finding_add(
		    r->fs, RULE_UNPINNED_TOPIC, c->head.file, span_of(c->topic.at),
		    "the topic is New while %s is there; write its topic, so that it can only be "
		    "renewed and never be created again",
		    w->file);
	about(f, &c->head, "/spec/topic");
	finding_relate(r->fs, f, w->file, (struct span){ 0 }, "the certificate with topic %s",
		       in_file);
	if (!w->topic)
		suggest_text(r->fs, f, &c->topic, in_file, "pin the topic");
}

/* The finding that decoding has made for a topic that is not written; NULL: there is no place. */
static struct finding *missing_topic(const struct resolution *r, const struct push_certificate *c)
{
	for (size_t i = 0; i < r->fs->n; i++) {
		struct finding *f = &r->fs->item[i];
		if (f->rule->code == RULE_MISSING_KEY && f->file == c->head.file &&
		    text_eq(f->pointer, "/spec/topic") &&
		    text_eq(f->object.name, c->head.meta.name.s))
			return f;
	}
	return NULL;
}

/* "topic: New" beside a certificate of Apple's would be the one answer that is wrong. */
static void check_missing_topic(struct resolution *r, const struct want_cert *w)
{
	const struct push_certificate *c = w->object;
	struct pos at = c->head.keys_at;
	struct finding *f = c->topic.at.line || !w->in_git ? NULL : missing_topic(r, c);
	const char *topic = f && cert_is_mdm(w->in_git) ? w->in_git->topic : NULL;
	struct arena *mem = r->fs->mem;

	if (!f)
		return;
	f->message =
	    arena_printf(mem, "the key \"topic\" is missing in spec of PushCertificate; %s",
			 topic ? arena_printf(mem, "%s has it: write \"topic: %s\"", w->file, topic)
			       : arena_printf(mem,
					      "write the one of the certificate, "
					      "which should be in %s",
					      w->file));
	if (topic && at.line && at.col)
		finding_suggest(r->fs, f, (struct span){ at.line, at.col, at.line, at.col },
				arena_printf(mem, "topic: %s\n%*s", topic, (int)at.col - 1, ""),
				"pin the topic");
}

static void check_new(struct resolution *r, const struct want_cert *w)
{
	const struct push_certificate *c = w->object;

	if (w->topic || w->in_git || !c->topic.s)
		return;
	about(
	    finding_add(r->fs, RULE_NEW_TOPIC, c->head.file, span_of(c->topic.at),
			"New means that Apple has never issued a certificate for this customer; if "
			"there is one, write its topic instead"),
	    &c->head, "/spec/topic");
}

void certificate_check(struct resolution *r)
{
	bool some_charged = claims_check_tenant(r->out, r->fs);

	for (size_t i = 0; i < r->out->n_cert; i++) {
		const struct want_cert *w = &r->out->cert[i];
		check_missing_topic(r, w);
		check_new(r, w);
		if (!w->in_git || !check_form(r, w))
			continue;
		check_key(r, w);
		check_issuer(r, w);
		check_common_name(r, w);
		if (!some_charged || !is_charged(r, w))
			check_topic(r, w);
	}
}
