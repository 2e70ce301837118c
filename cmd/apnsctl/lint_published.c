/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/lint_published.h"

#include "schema/base/text.h"

static struct finding *unpinned_finding(struct findings *fs, const struct want_cert *w)
{
	for (size_t i = 0; i < fs->n; i++)
		if (fs->item[i].rule->code == RULE_UNPINNED_TOPIC &&
		    !ref_cmp(&fs->item[i].object, &w->ref))
			return &fs->item[i];
	return NULL;
}

static void contradict(const struct want_cert *w, const char *published, struct findings *fs)
{
	struct finding *f = unpinned_finding(fs, w);

	if (!f)
		return;
	f->rule = rule_of(RULE_OTHER_TOPIC);
	f->fix = NULL;
	finding_set_level(fs, f, LEVEL_ERROR);
	f->message = arena_printf(
	    fs->mem,
	    "the topic is New and %s has the topic %s, but the status branch says that this "
	    "certificate has %s; write that one here and take the file of its row, or acknowledge "
	    "both with allowTopicChange",
	    w->file, w->in_git->topic, published);
}

/* The published certificate has this topic or key, or had it. */
static bool has(const struct actual_cert *c, const struct cert_facts *f)
{
	if (text_eq(c->published_topic, f->topic) || actual_key(c, f->spki_sha256))
		return true;
	for (size_t i = 0; i < c->n_pair; i++)
		if (text_eq(c->pair[i].topic, f->topic) || text_eq(c->pair[i].spki, f->spki_sha256))
			return true;
	return false;
}

/* `t`/`c` is what the wanted certificate was called before it moved here. */
static bool was_called(const struct want_cert *w, const struct actual_tenant *t,
		       const struct actual_cert *c, struct arena *mem)
{
	const char *name = arena_printf(mem, "%s/%s", t->name, c->name);

	for (size_t i = 0; i < w->n_previous; i++)
		if (text_eq(w->previous_name[i], name))
			return true;
	return false;
}

/* The other certificate that what is in the file was published for; NULL: none. */
static const char *find_owner(const struct published *p, const struct want_cert *w,
			      const struct actual_cert *own, struct arena *mem)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct actual_tenant *t = &p->tenant[i];
		for (size_t k = 0; k < t->n_cert; k++) {
			const struct actual_cert *c = &t->cert[k];
			struct ref ref = { KIND_PushCertificate, t->name, c->name };
			if (c != own && has(c, w->in_git) && !was_called(w, t, c, mem))
				return ref_text(mem, &ref);
		}
	}
	return NULL;
}

/* What was published speaks against this file: then nobody but the user knows whether to pin it. */
static void doubt(const struct published *p, const struct want_cert *w,
		  const struct actual_cert *own, struct findings *fs)
{
	struct finding *f = unpinned_finding(fs, w);
	const char *owner = f ? find_owner(p, w, own, fs->mem) : NULL;

	if (owner)
		f->message = arena_printf(
		    fs->mem,
		    "the topic is New and %s is there, but the status branch says that its topic "
		    "or key belongs to %s; take the file of the right customer",
		    w->file, owner);
	else if (f && own && own->n_key && !actual_key(own, w->in_git->spki_sha256))
		f->message = arena_printf(
		    fs->mem,
		    "the topic is New and %s is there, but its key is none that was made for this "
		    "certificate; when the file is this customer's, write its topic",
		    w->file);
	else
		return;
	f->fix = NULL;
}

void lint_published(const struct published *p, const struct want_tenant *t, struct findings *fs)
{
	const struct actual_tenant *known = published_tenant(p, t->name);

	for (size_t i = 0; p->n && i < t->n_cert; i++) {
		const struct want_cert *w = &t->cert[i];
		const struct actual_cert *c = known ? actual_match(known, w) : NULL;
		if (w->topic || !w->in_git || !cert_is_mdm(w->in_git))
			continue;
		if (!c || !c->published_topic || text_eq(c->published_topic, w->in_git->topic))
			doubt(p, w, c, fs);
		else if (!acknowledges_topic(w->allow_topic_change, c->published_topic,
					     w->in_git->topic))
			contradict(w, c->published_topic, fs);
	}
}
