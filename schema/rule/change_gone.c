/* SPDX-License-Identifier: Apache-2.0 */
/* What was in the base and is not in head: renamed in silence, protected, or still needed. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/set_index.h"
#include "schema/rule/change_part.h"

/* Of each certificate of the base: head has it, under whatever name. */
static const bool *find_wanted(const struct change_pair *p)
{
	bool *wanted = arena_array(p->fs->mem, p->base->want->n_cert + 1, sizeof(*wanted));

	for (size_t i = 0; i < p->head->want->n_cert; i++)
		if (p->was[i])
			wanted[p->was[i] - p->base->want->cert] = true;
	return wanted;
}

/* A new certificate that has the topic or the key of the one that is gone; NULL: none. */
static const struct want_cert *look_alike(const struct change_pair *p, const struct want_cert *gone,
					  const char *topic)
{
	const struct want_tenant *t = p->head->want;

	for (size_t i = 0; i < t->n_cert; i++) {
		const struct want_cert *w = &t->cert[i];
		bool same_key = w->in_git && gone->in_git && *w->in_git->spki_sha256 &&
				text_eq(w->in_git->spki_sha256, gone->in_git->spki_sha256);
		if (!p->was[i] && (same_key || (topic && text_eq(w->topic, topic))))
			return w;
	}
	return NULL;
}

static void say_renamed(struct change_pair *p, const struct object *now, const char *old,
			const char *what)
{
	about(finding_add(p->fs, RULE_RENAMED, now->file, name_span(now),
			  "%s %s is gone, and this one has its %s; for a rename write "
			  "metadata.previousNames: [%s], so that its history stays",
			  kind_name(now->kind), old, what, old),
	      now, "/metadata/name");
}

static void say_unprotected(struct change_pair *p, const struct want_cert *gone)
{
	const struct want_tenant *t = p->head->want;
	const char *name = arena_strdup(p->fs->mem, gone->ref.name);
	struct finding *f =
	    finding_add(p->fs, RULE_PROTECTED, t->from.file, span_of(t->from.at),
			"the certificate %s is gone, and it was protected; put it back, take "
			"`protection` out, and remove it in a revision after that",
			name);

	f->object = (struct ref){ KIND_PushCertificate, t->name, name };
}

static void check_certificates(struct change_pair *p)
{
	const struct want_tenant *base = p->base->want;
	const bool *wanted = find_wanted(p);

	for (size_t i = 0; i < base->n_cert; i++) {
		const struct want_cert *gone = &base->cert[i];
		if (wanted[i])
			continue;
		const char *topic = change_topic(p->change, base->name, gone);
		const struct want_cert *now = look_alike(p, gone, topic);
		if (now)
			say_renamed(p, &now->object->head, gone->ref.name,
				    text_eq(now->topic, topic) ? "topic" : "key");
		else if (gone->is_protected && !p->is_uncertain)
			say_unprotected(p, gone);
	}
}

/* What an object is apart from its name; NULL: nothing tells. */
static const char *identity(const struct object *o, struct arena *mem)
{
	const struct mdm_server *s = (const struct mdm_server *)o;

	switch (o->kind) {
	case KIND_AppleIDAlias:
		return ((const struct apple_id_alias *)o)->apple_id.s;
	case KIND_Policy:
		return ((const struct policy *)o)->display_name.s;
	case KIND_MDMServer:
		return s->url.s ? arena_printf(mem, "%d %s", (int)s->type.v, s->url.s) : NULL;
	default:
		return NULL;
	}
}

static bool is_new(const struct change_pair *p, const struct object *o)
{
	if (set_find(p->base->set, o->kind, o->meta.name.s))
		return false;
	for (size_t i = 0; i < o->meta.previous_names.n; i++) {
		const char *old = change_old_name(p, &o->meta, i);
		if (old && set_find(p->base->set, o->kind, old))
			return false;
	}
	return true;
}

/* Objects of a kind in `of` that the other side does not have under this name. */
struct some {
	const struct object *item[FINDINGS_PER_FILE];
	size_t n;
};

static void list_gone(const struct change_pair *p, enum kind_id kind, struct some *out)
{
	size_t n;
	struct object *const *base = set_kind(p->base->set, kind, &n);

	for (size_t i = 0; i < n && out->n < FINDINGS_PER_FILE; i++)
		if (base[i]->meta.name.s && !set_find(p->head->set, kind, base[i]->meta.name.s))
			out->item[out->n++] = base[i];
}

static void list_new(const struct change_pair *p, enum kind_id kind, struct some *out)
{
	size_t n;
	struct object *const *head = set_kind(p->head->set, kind, &n);

	for (size_t i = 0; i < n && out->n < FINDINGS_PER_FILE; i++)
		if (head[i]->meta.name.s && is_new(p, head[i]))
			out->item[out->n++] = head[i];
}

static const struct text *server_ref(const struct list *refs, const char *index)
{
	size_t i = (size_t)strtoll(index, NULL, 10);

	return i < refs->n ? &((const struct server_ref *)refs->item)[i].name : NULL;
}

/* What the reference at this place of an object names, and of which kind; NULL: another place. */
static const struct text *referred(const struct object *o, const char *pointer, enum kind_id *kind)
{
	static const char servers[] = "/spec/serverRefs/";
	const struct push_certificate *c = (const struct push_certificate *)o;
	const struct certificate_assignment *a = (const struct certificate_assignment *)o;

	*kind = KIND_Policy;
	if (o->kind == KIND_Policy && text_eq(pointer, "/spec/parentRef"))
		return &((const struct policy *)o)->parent_ref;
	if (o->kind == KIND_CertificateAssignment && text_eq(pointer, "/spec/policyRef"))
		return &a->policy_ref;
	*kind = KIND_PushCertificate;
	if (o->kind == KIND_CertificateAssignment && text_eq(pointer, "/spec/certificateRef"))
		return &a->certificate_ref;
	*kind = KIND_AppleIDAlias;
	if (o->kind == KIND_PushCertificate && text_eq(pointer, "/spec/appleIdRef"))
		return &c->apple_id_ref;
	*kind = KIND_MDMServer;
	if (!text_starts(pointer, servers))
		return NULL;
	if (o->kind == KIND_PushCertificate)
		return server_ref(&c->server_refs, pointer + strlen(servers));
	return o->kind == KIND_Tenant
		   ? server_ref(&((const struct tenant *)o)->server_refs, pointer + strlen(servers))
		   : NULL;
}

/* What a finding of RULE_MISSING_REFERENCE does not find, when the base had it; NULL. */
static const struct object *missed(const struct change_pair *p, const struct finding *f)
{
	const struct object *o = f->rule->code == RULE_MISSING_REFERENCE && f->object.name
				     ? set_find(p->head->set, f->object.kind, f->object.name)
				     : NULL;
	enum kind_id kind;
	const struct text *name = o ? referred(o, f->pointer, &kind) : NULL;

	if (!name || !name->s)
		return NULL;
	const struct object *was = set_find(p->base->set, kind, name->s);
	return was ? was : set_find(p->base->shared, kind, name->s);
}

/* The place where it stood tells what happened. */
static void relate_missed(struct change_pair *p)
{
	for (size_t i = 0; i < p->fs->n; i++) {
		const struct object *was = missed(p, &p->fs->item[i]);
		if (was)
			finding_relate(p->fs, &p->fs->item[i], arena_strdup(p->fs->mem, was->file),
				       name_span(was), "it stood here in the base revision");
	}
}

/* What is missing as a whole, when the base had it. */
static void say_put_back(struct findings *fs, struct finding *f, const char *missing,
			 const struct object *was)
{
	const char *file = arena_strdup(fs->mem, was->file);

	f->message =
	    arena_printf(fs->mem, "%s; it was in the base revision: put %s back", missing, file);
	finding_relate(fs, f, file, name_span(was), "it stood here in the base revision");
}

static void relate_tenant(struct change_pair *p)
{
	const struct object *was = set_find(p->base->set, KIND_Tenant, p->base->want->name);

	for (size_t i = 0; was && i < p->fs->n; i++) {
		struct finding *f = &p->fs->item[i];
		if (f->rule->code == RULE_NO_TENANT_OBJECT && !f->object.name)
			say_put_back(p->fs, f,
				     arena_printf(p->fs->mem,
						  "the folder tenants/%s/ has no Tenant",
						  p->head->want->name),
				     was);
	}
}

void change_organization(const struct set *base, struct findings *fs)
{
	const struct object *was = set_find(base, KIND_Organization, NULL);

	for (size_t i = 0; was && i < fs->n; i++)
		if (fs->item[i].rule->code == RULE_NO_ORGANIZATION && !fs->item[i].object.name)
			say_put_back(fs, &fs->item[i], "there is no Organization", was);
}

static bool is_missed(const struct change_pair *p, const struct object *gone)
{
	for (size_t i = 0; i < p->fs->n; i++)
		if (missed(p, &p->fs->item[i]) == gone)
			return true;
	return false;
}

static void check_kind(struct change_pair *p, enum kind_id kind, const char *what)
{
	struct some gone = { .n = 0 }, come = { .n = 0 };

	list_gone(p, kind, &gone);
	if (gone.n)
		list_new(p, kind, &come);
	for (size_t i = 0; i < gone.n; i++)
		for (size_t k = 0; k < come.n; k++)
			if (!is_missed(p, gone.item[i]) && identity(gone.item[i], p->fs->mem) &&
			    text_eq(identity(gone.item[i], p->fs->mem),
				    identity(come.item[k], p->fs->mem)))
				say_renamed(p, come.item[k], gone.item[i]->meta.name.s, what);
}

void change_gone(struct change_pair *p)
{
	check_certificates(p);
	check_kind(p, KIND_Policy, "displayName");
	check_kind(p, KIND_AppleIDAlias, "address");
	check_kind(p, KIND_MDMServer, "address");
	relate_missed(p);
	relate_tenant(p);
}
