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

void lint_published(const struct published *p, const struct want_tenant *t, struct findings *fs)
{
	const struct actual_tenant *known = published_tenant(p, t->name);

	for (size_t i = 0; known && i < t->n_cert; i++) {
		const struct want_cert *w = &t->cert[i];
		const struct actual_cert *c = actual_match(known, w);
		if (!c || !c->published_topic || w->topic || !w->in_git ||
		    !cert_is_mdm(w->in_git) || text_eq(c->published_topic, w->in_git->topic) ||
		    acknowledges_topic(w->allow_topic_change, c->published_topic, w->in_git->topic))
			continue;
		contradict(w, c->published_topic, fs);
	}
}
