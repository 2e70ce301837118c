/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/rule/change.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/set_index.h"
#include "schema/rule/change_part.h"

/* A topic in a tenant that is only on one side. */
struct lone {
	const char *topic, *tenant, *certificate;
	struct origin from; /* of the Tenant */
	bool may_leave;     /* it was being offboarded */
};

struct lones {
	struct lone *item;
	size_t n, cap;
};

struct change {
	struct arena mem;
	struct change_known known;
	struct lones come, gone;
	struct origin *told; /* places in shared objects */
	size_t n_told, cap_told;
};

struct change *change_new(const struct change_known *known)
{
	struct change *c = calloc(1, sizeof(*c));

	if (!c)
		out_of_memory();
	c->known = *known;
	return c;
}

void change_free(struct change *c)
{
	if (!c)
		return;
	arena_release(&c->mem);
	free(c);
}

struct finding *finding_about(struct findings *fs, enum rule_code code, const struct ref *object)
{
	for (size_t i = 0; i < fs->n; i++)
		if (fs->item[i].rule->code == code && !ref_cmp(&fs->item[i].object, object))
			return &fs->item[i];
	return NULL;
}

/*
 * The published pin, else what the certificate file says; what is only written is a wish, which
 * counts where nobody knows better. A file of another topic than the one that is pinned proves
 * nothing.
 */
const char *change_topic(const struct change *c, const char *tenant, const struct want_cert *base)
{
	const char *known = c->known.topic(c->known.self, tenant, base);
	const struct cert_facts *f = base->in_git;

	if (known)
		return known;
	if (f && cert_is_mdm(f) && (!base->topic || text_eq(base->topic, f->topic)))
		return f->topic;
	return c->known.complete ? NULL : base->topic;
}

bool change_is_proven(const struct change *c, const char *tenant, const struct want_cert *base)
{
	return c->known.is_proven && c->known.is_proven(c->known.self, tenant, base);
}

void change_name(struct change_names *names, const char *name)
{
	if (++names->n <= CHANGE_NAMES_MAX)
		buf_addf(&names->text, "%s%s", names->n > 1 ? ", " : "", name);
}

const char *change_names_end(struct change_names *names, struct arena *mem)
{
	if (names->n > CHANGE_NAMES_MAX)
		buf_addf(&names->text, " and %zu more", names->n - CHANGE_NAMES_MAX);
	const char *text = arena_strdup(mem, buf_str(&names->text));
	buf_release(&names->text);
	return text;
}

bool change_first(struct change *c, const char *file, struct pos at)
{
	for (size_t i = 0; i < c->n_told; i++)
		if (text_eq(c->told[i].file, file) && c->told[i].at.line == at.line)
			return false;
	*(struct origin *)arena_push(&c->mem, &c->told, &c->n_told, &c->cap_told,
				     sizeof(struct origin)) =
	    (struct origin){ arena_strdup(&c->mem, file), at };
	return true;
}

const char *change_old_name(const struct change_pair *p, const struct meta *now, size_t i)
{
	const char *old = i < now->previous_names.n ? now->previous_names.item[i].s : NULL;
	const char *part = old ? ref_own_name(old, p->base->want->name) : NULL;

	return old && !part ? ref_own_name(old, p->head->want->name) : part;
}

/* Its own name first: a name that came back is the object of that name. */
static const struct want_cert *find_was(const struct change_pair *p, const struct want_cert *w)
{
	const struct meta *now = &w->object->head.meta;
	const struct want_cert *was = want_cert_of(p->base->want, w->ref.name);

	for (size_t i = 0; !was && i < now->previous_names.n; i++)
		was = want_cert_of(p->base->want, change_old_name(p, now, i));
	return was;
}

/* A tenant of one side: with a topic it could be the one that is missing on the other. */
static void note_lone(struct change *c, struct lones *to, const struct want_tenant *t, bool is_base)
{
	for (size_t i = 0; i < t->n_cert; i++) {
		const struct want_cert *w = &t->cert[i];
		const char *topic = is_base ? change_topic(c, t->name, w) : w->topic;
		if (!topic)
			continue;
		*(struct lone *)arena_push(&c->mem, &to->item, &to->n, &to->cap,
					   sizeof(struct lone)) = (struct lone){
			.topic = arena_strdup(&c->mem, topic),
			.tenant = arena_strdup(&c->mem, t->name),
			.certificate = arena_strdup(&c->mem, w->ref.name),
			.from = { arena_strdup(&c->mem, t->from.file), t->from.at },
			.may_leave = t->offboarding != NULL,
		};
	}
}

/* An error that can hide a policy, an assignment or a certificate, or what they refer to. */
static bool hides(const struct finding *f)
{
	if (f->level != LEVEL_ERROR || f->rule->stop != STOP_QUARANTINE ||
	    f->rule->code >= RULE_TOPIC_CHANGED) /* the change rules themselves */
		return false;
	if (!f->object.name)
		return f->rule->code < RULE_WRONG_PLACE; /* of a document that could not be read */
	return f->object.kind == KIND_Policy || f->object.kind == KIND_CertificateAssignment ||
	       (f->object.kind == KIND_PushCertificate && text_starts(f->pointer, "/metadata"));
}

static bool is_uncertain(const struct change_pair *p)
{
	for (size_t i = 0; i < p->fs->n; i++)
		if (hides(&p->fs->item[i]) &&
		    !(p->base->findings && findings_have(p->base->findings, &p->fs->item[i])))
			return true;
	return false;
}

static bool has_in(const struct set *s, const struct ref *ref, const char *file)
{
	size_t n;
	struct object *const *o = set_kind(s, ref->kind, &n);

	for (size_t i = 0; i < n; i++)
		if (text_eq(o[i]->meta.name.s, ref->name) && text_eq(o[i]->file, file))
			return true;
	return false;
}

/* Of an object that is there twice, the one that was added is told. */
static void charge_added(struct change_pair *p)
{
	for (size_t i = 0; i < p->fs->n; i++) {
		struct finding *f = &p->fs->item[i];
		const struct related was = f->n_related ? f->related[0] : (struct related){ 0 };
		if (f->rule->code != RULE_DUPLICATE_OBJECT || !was.file ||
		    !has_in(p->base->set, &f->object, f->file) ||
		    has_in(p->base->set, &f->object, was.file))
			continue;
		f->n_related = 0;
		finding_relate(p->fs, f, f->file, f->at, "%s", was.text);
		f->file = was.file;
		f->at = was.at;
	}
}

void change_check(struct change *c, const struct change_side *base, const struct change_side *head,
		  struct findings *fs)
{
	struct change_pair p = { .change = c, .base = base, .head = head, .fs = fs };

	if (!base->want || !head->want) {
		note_lone(c, base->want ? &c->gone : &c->come, base->want ? base->want : head->want,
			  base->want != NULL);
		return;
	}
	p.was = arena_array(fs->mem, head->want->n_cert + 1, sizeof(*p.was));
	for (size_t i = 0; i < head->want->n_cert; i++)
		p.was[i] = find_was(&p, &head->want->cert[i]);
	p.is_uncertain = is_uncertain(&p);
	change_certificates(&p);
	change_policies(&p);
	change_orphans(&p);
	change_gone(&p);
	charge_added(&p);
}

static int by_topic(const void *x, const void *y)
{
	const struct lone *a = *(const struct lone *const *)x, *b = *(const struct lone *const *)y;
	int c = text_cmp(a->topic, b->topic);

	return c ? c : (a > b) - (a < b);
}

/* All of them by topic; of one topic in the order in which they came. */
static const struct lone **sort_lones(const struct lones *in, struct arena *mem)
{
	const struct lone **sorted = arena_array(mem, in->n + 1, sizeof(*sorted));

	for (size_t i = 0; i < in->n; i++)
		sorted[i] = &in->item[i];
	if (in->n)
		qsort(sorted, in->n, sizeof(*sorted), by_topic);
	return sorted;
}

static const struct lone *same_topic(const struct lone *const *sorted, size_t n, const char *topic)
{
	size_t from = 0, to = n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		if (text_cmp(sorted[mid]->topic, topic) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from < n && text_eq(sorted[from]->topic, topic) ? sorted[from] : NULL;
}

static void say_gone(const struct lone *gone, const struct lone *now, struct findings *fs)
{
	const char *file = arena_strdup(fs->mem, now ? now->from.file : gone->from.file);
	struct finding *f;

	if (now) {
		f = finding_add(fs, RULE_RENAMED, file, span_of(now->from.at),
				"tenant %s is gone, and this one has its topic %s; for a rename "
				"write metadata.previousNames: [%s], so that keys, requests and "
				"history stay",
				gone->tenant, gone->topic, gone->tenant);
		f->object = (struct ref){ KIND_Tenant, NULL, arena_strdup(fs->mem, now->tenant) };
		f->pointer = "/metadata/name";
		return;
	}
	f = finding_add(fs, RULE_REMOVED_IN_USE, file, (struct span){ 0 },
			"tenant %s is gone while devices may be enrolled with the topic %s of its "
			"certificate %s; put it back, and write spec.offboarding with the last day "
			"into its Tenant in a revision before the one that removes it",
			gone->tenant, gone->topic, gone->certificate);
	f->object = (struct ref){ KIND_Tenant, NULL, arena_strdup(fs->mem, gone->tenant) };
}

void change_end(struct change *c, struct findings *fs)
{
	const struct lone **come = sort_lones(&c->come, &c->mem);
	const char *said = NULL; /* the tenant that was told last: one finding for each */

	for (size_t i = 0; i < c->gone.n; i++) {
		const struct lone *gone = &c->gone.item[i];
		const struct lone *now = same_topic(come, c->come.n, gone->topic);
		if (text_eq(said, gone->tenant) || (!now && gone->may_leave))
			continue;
		say_gone(gone, now, fs);
		said = gone->tenant;
	}
}
