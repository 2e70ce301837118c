/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/lint_published.h"

#include "reconcile/model/view.h"
#include "schema/base/text.h"
#include "schema/resolve/link.h"
#include "schema/rule/change.h"

/* One certificate of the manifests, and what was published for it. */
struct checked {
	const struct load *head;
	bool has_base;
	const struct want_tenant *tenant;
	const struct want_cert *want;
	const struct actual_tenant *known; /* NULL: nothing is */
	const struct actual_cert *cert;    /* NULL: nothing is */
	struct findings *fs;
	struct finding *unpinned; /* the warning that the topic is not pinned; NULL: none */
};

/* A finding that says more than the warning, which it replaces, with its edit. */
static struct finding *tell(const struct checked *c, enum rule_code rule, enum level level,
			    const char *message)
{
	struct finding *f = c->unpinned;

	if (!f) {
		f = finding_add_as(c->fs, rule, level, c->want->file, (struct span){ 0 }, "%s",
				   message);
		f->object = c->want->ref;
		f->pointer = "/spec/certificateFile";
	}
	f->rule = rule_of(rule);
	f->fix = NULL;
	f->message = message;
	finding_set_level(c->fs, f, level);
	return f;
}

/* The topic is New, and what stands in Git is of another one than what was published. */
static bool contradicts(const struct checked *c)
{
	const struct want_cert *w = c->want;
	const char *published = c->cert ? c->cert->published_topic : NULL;

	if (w->topic || !published || text_eq(published, w->in_git->topic) ||
	    acknowledges_topic(w->allow_topic_change, published, w->in_git->topic))
		return false;
	/* The warning may be left out among many; what it stands for is an error all the same. */
	if (c->unpinned || !finding_about(c->fs, RULE_OTHER_TOPIC, &w->ref))
		tell(c, RULE_OTHER_TOPIC, LEVEL_ERROR,
		     arena_printf(c->fs->mem,
				  "the topic is New and %s has the topic %s, but the status branch "
				  "says that this certificate has %s; write that one here and take "
				  "the file of its row, or acknowledge both with allowTopicChange",
				  w->file, w->in_git->topic, published));
	return true;
}

/* What it was called before it moved here is no other one's. */
static void forget_own_past(const struct checked *c, struct ref *owner)
{
	const char *name = arena_printf(c->fs->mem, "%s/%s", owner->tenant ? owner->tenant : "",
					owner->name ? owner->name : "");

	for (size_t i = 0; i < c->want->n_previous; i++)
		if (text_eq(c->want->previous_name[i], name))
			*owner = (struct ref){ 0 };
}

/* The life cycle's verdict on the file, whatever the time is: that is for --expiry. */
static struct intake judge(const struct checked *c, const struct owners *owners, struct ref *owner)
{
	struct env env = { .now = c->want->in_git->not_before, .signer_not_after = TIME_UNKNOWN };
	struct actual_cert cert = { .name = c->want->ref.name };
	struct cert_view v;

	if (c->cert)
		cert = *c->cert;
	const struct ref on = { KIND_PushCertificate,
				c->known ? c->known->name : c->tenant->name, cert.name };
	owners_fill(owners, c->want->in_git, &on, &cert);
	forget_own_past(c, &cert.owners.topic);
	forget_own_past(c, &cert.owners.key);
	forget_own_past(c, &cert.owners.serial);
	cert_view_build(c->tenant, c->want, &cert, &env, c->fs->mem, &v);
	*owner = cert.owners.key.kind ? cert.owners.key : cert.owners.topic;
	return v.intake;
}

static const char *text_of(const struct checked *c, const struct intake *i)
{
	return arena_printf(c->fs->mem, "by what the status branch says, %s; %s", i->message,
			    i->remedy);
}

/* Whether to pin its topic nobody but the user knows. */
static void doubt(const struct checked *c)
{
	if (!c->cert->n_key)
		return;
	c->unpinned->fix = NULL;
	c->unpinned->message =
	    arena_printf(c->fs->mem,
			 "the topic is New and %s is there, but its key is none that was made for "
			 "this certificate; when the file is this customer's, write its topic",
			 c->want->file);
}

/* Its key is nobody's: a customer who was taken over, whose request waits meanwhile. */
static void check_unknown_key(const struct checked *c, const struct intake *i)
{
	if (c->cert && c->unpinned)
		doubt(c);
	else if (c->cert && c->want->topic && actual_open_request(c->cert))
		tell(c, RULE_REFUSED, LEVEL_NOTE, text_of(c, i));
}

static bool is_here(const struct checked *c, const struct ref *on)
{
	if (text_eq(on->tenant, c->tenant->name))
		return want_cert_of(c->tenant, on->name) != NULL;
	for (size_t i = 0; i < c->head->n_tenant; i++)
		if (text_eq(c->head->tenant[i].name, on->tenant))
			return true;
	return false;
}

/* It was published for a certificate that is gone: that one has another name now. */
static void tell_renamed(const struct checked *c, const struct ref *was)
{
	const struct object *now = &c->want->object->head;
	bool moved = !text_eq(was->tenant, c->tenant->name);
	struct finding *f;

	if (c->has_base)
		return;
	f = finding_add(c->fs, RULE_RENAMED, now->file, name_span(now),
			"%s was published for %s, which is gone; for a rename write "
			"metadata.previousNames: [%s] into the %s, so that its history stays",
			c->want->file, ref_text(c->fs->mem, was), moved ? was->tenant : was->name,
			moved ? "Tenant" : "PushCertificate");
	f->object = c->want->ref;
	f->pointer = "/metadata/name";
}

static void check(const struct checked *c, const struct owners *owners, bool *is_anothers)
{
	struct intake i;
	struct ref owner = { 0 };

	if (contradicts(c) || finding_about(c->fs, RULE_OTHER_TOPIC, &c->want->ref))
		return;
	i = judge(c, owners, &owner);
	if (owner.kind && !is_here(c, &owner)) {
		tell_renamed(c, &owner);
		return;
	}
	*is_anothers = i.verdict == INTAKE_Misfiled || i.verdict == INTAKE_WrongRow;
	if (*is_anothers)
		tell(c, RULE_REFUSED, LEVEL_ERROR, text_of(c, &i));
	else if (i.verdict == INTAKE_KeyUnknown)
		check_unknown_key(c, &i);
}

void lint_published(const struct published *p, const struct owners *owners,
		    const struct load *head, bool has_base, struct load_tenant *t)
{
	const struct actual_tenant *known = published_known(p, t);

	for (size_t i = 0; p->n && i < t->want.n_cert; i++) {
		struct want_cert *w = &t->want.cert[i];
		struct checked c = { .head = head,
				     .has_base = has_base,
				     .tenant = &t->want,
				     .want = w,
				     .known = known,
				     .cert = known ? actual_match(known, w) : NULL,
				     .fs = &t->findings };
		w->known_topic = c.cert ? c.cert->published_topic : NULL;
		if (!w->in_git || !cert_is_mdm(w->in_git))
			continue;
		c.unpinned = finding_about(c.fs, RULE_UNPINNED_TOPIC, &w->ref);
		check(&c, owners, &w->file_is_anothers);
	}
}
