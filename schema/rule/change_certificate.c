/* SPDX-License-Identifier: Apache-2.0 */
#include <strings.h>

#include "schema/base/text.h"
#include "schema/load/set.h"
#include "schema/rule/change_part.h"

/* A finding at the topic of a certificate, or at its name where no topic is written. */
static struct finding *say(struct change_pair *p, const struct want_cert *w, enum rule_code rule,
			   const char *text)
{
	const struct push_certificate *c = w->object;
	bool written = c->topic.s && c->topic.at.line;
	struct finding *f =
	    finding_add(p->fs, rule, c->head.file,
			written ? span_of(c->topic.at) : name_span(&c->head), "%s", text);

	return about(f, &c->head, written ? "/spec/topic" : "/metadata/name");
}

/* What the head says of the topic: written, else in its file, else New; NULL: it says nothing. */
static const char *topic_now(const struct want_cert *w, const struct want_cert *was)
{
	if (w->topic)
		return w->topic;
	if (w->in_git && cert_is_mdm(w->in_git))
		return w->in_git->topic;
	return was->topic ? "New" : NULL;
}

/* True when the topic changes and nothing allows it. */
static bool check_topic(struct change_pair *p, const struct want_cert *w,
			const struct want_cert *was, const char *topic)
{
	const char *now = topic_now(w, was);

	if (!now || text_eq(now, topic) || acknowledges_topic(w->allow_topic_change, topic, now))
		return false;
	if (finding_about(p->fs, RULE_OTHER_TOPIC, &w->ref)) /* it says the same */
		return true;
	/* Pinning the topic of the wrong file would make it worse. */
	struct finding *f = finding_about(p->fs, RULE_UNPINNED_TOPIC, &w->ref);
	if (!f)
		f = say(p, w, RULE_TOPIC_CHANGED, "");
	f->rule = rule_of(RULE_TOPIC_CHANGED);
	f->fix = NULL;
	finding_set_level(p->fs, f, LEVEL_ERROR);
	f->message = arena_printf(
	    p->fs->mem,
	    "the topic goes from %s to %s, and every device of %zu %s would have to be enrolled "
	    "again; go back to %s, or acknowledge both with allowTopicChange",
	    topic, now, was->n_policy, was->n_policy == 1 ? "policy" : "policies", topic);
	return true;
}

static void check_file(struct change_pair *p, const struct want_cert *w,
		       const struct want_cert *was)
{
	const struct cert_facts *f = w->in_git, *old = was->in_git;
	char then[TIME_TEXT], now[TIME_TEXT];

	if (!old || !cert_is_mdm(old))
		return;
	if (!f && !w->file_written_out && text_eq(old->topic, w->topic))
		say(p, w, RULE_CERTIFICATE_REMOVED,
		    arena_printf(
			p->fs->mem,
			"%s is gone, and it had the certificate of this topic, valid until "
			"%s; put it back, a renewal replaces it",
			was->file, time_format_date(old->not_after, then)));
	if (!f || !cert_is_mdm(f) || !text_eq(f->topic, old->topic) ||
	    text_eq(f->sha256, old->sha256) || !cert_is_older(f, old))
		return;
	about(finding_add(p->fs, RULE_ROLLED_BACK, w->file, (struct span){ 0 },
			  "this certificate is from %s and would replace the one from %s; put the "
			  "newer one back",
			  time_format(f->not_before, now),
			  time_format(old->not_before, then)),
	      &w->object->head, "/spec/certificateFile");
}

static const struct apple_id_alias *alias_of(const struct change_side *side, const char *name)
{
	struct object *o = set_find(side->set, KIND_AppleIDAlias, name);

	return (const struct apple_id_alias *)(o ? o
						 : set_find(side->shared, KIND_AppleIDAlias, name));
}

/* An accountMove that names another account than the one that is there. */
static void say_other_move(struct change_pair *p, const struct apple_id_alias *a, const char *then)
{
	const struct text *from = &a->account_move->from;
	struct finding *f =
	    finding_add(p->fs, RULE_ACCOUNT_CHANGED, a->head.file, span_of(from->at),
			"from is \"%s\", but the account was \"%s\"", from->s, then);

	about(f, &a->head, "/spec/accountMove/from");
	suggest_text(p->fs, f, from, arena_strdup(p->fs->mem, then),
		     "take the account that was there");
}

/* Renewal needs the Apple Account that the certificate was created with. */
static void check_account(struct change_pair *p, const struct want_cert *w,
			  const struct want_cert *was)
{
	const char *now = w->account.address, *then = was->account.address;
	const struct apple_id_alias *a = alias_of(p->head, w->account.alias);
	const struct push_certificate *c = w->object;
	struct finding *f;

	if (!now || !then || !strcasecmp(now, then) || !a ||
	    (a->account_move && a->account_move->from.s &&
	     !strcasecmp(a->account_move->from.s, then)))
		return;
	if (!text_eq(w->account.alias, was->account.alias)) {
		f = finding_add(
		    p->fs, RULE_ACCOUNT_CHANGED, c->head.file, span_of(c->apple_id_ref.at),
		    "this certificate belongs to the Apple Account (Apple ID) %s and can "
		    "only be renewed there, not with %s; name its alias again, or say "
		    "with accountMove in %s that Apple moved it",
		    then, now, a->head.meta.name.s);
		about(f, &c->head, "/spec/appleIdRef");
		relate_object(p->fs, f, &a->head);
	} else if (!change_first(p->change, a->head.file, a->apple_id.at)) {
		return;
	} else if (a->account_move && a->account_move->from.s) {
		say_other_move(p, a, then);
	} else {
		f = finding_add(p->fs, RULE_ACCOUNT_CHANGED, a->head.file, span_of(a->apple_id.at),
				"the certificates of this alias belong to the Apple Account (Apple "
				"ID) %s and can only be renewed there; when it is the same account "
				"with a new address, write accountMove: {from: %s}",
				then, then);
		about(f, &a->head, "/spec/appleId");
	}
}

static void check_protected(struct change_pair *p, const struct want_cert *w,
			    const struct want_cert *was)
{
	if (was->is_protected)
		say(p, w, RULE_PROTECTED,
		    "this certificate is protected, so its topic stays; take `protection` out, and "
		    "change the topic in a revision after that");
}

void change_certificates(struct change_pair *p)
{
	const struct want_tenant *head = p->head->want;

	for (size_t i = 0; i < head->n_cert; i++) {
		const struct want_cert *w = &head->cert[i], *was = p->was[i];
		const char *topic = was ? change_topic(p->change, p->base->want->name, was) : NULL;
		if (!topic)
			continue;
		if (check_topic(p, w, was, topic))
			continue;
		if (topic_now(w, was) && !text_eq(topic_now(w, was), topic))
			check_protected(p, w, was);
		check_file(p, w, was);
		check_account(p, w, was);
	}
}
