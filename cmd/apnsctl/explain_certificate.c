/* SPDX-License-Identifier: Apache-2.0 */
/* One push certificate: what the manifests say of it and where, and what is known of it. */
#include "cmd/apnsctl/explain.h"
#include "schema/base/text.h"
#include "schema/kind/kind.h"

const char *explain_word(enum kind_id kind, const char *key, int64_t value)
{
	const struct kind *k = kind_of(kind);

	for (size_t i = 0; i < k->spec.n_field; i++) {
		const struct field *f = &k->spec.field[i];
		for (const struct word *w = f->words; text_eq(f->key, key) && w && w->text; w++)
			if (w->value == value)
				return w->text;
	}
	return "";
}

const char *explain_place(struct arena *mem, const char *file, struct pos at)
{
	return at.line ? arena_printf(mem, "%s:%u", file, at.line) : file;
}

static const char *joined(const char *const *item, size_t n, struct arena *mem)
{
	const char *all = "";

	for (size_t i = 0; i < n; i++)
		all = arena_printf(mem, "%s%s%s", all, i ? ", " : "", item[i]);
	return all;
}

static void add_account(struct sheet *s, const struct want_cert *w)
{
	const struct want_account *a = &w->account;

	if (!a->address)
		return;
	sheet_add(s, "appleId", "Apple Account", a->address);
	sheet_addf(s, "appleIdAlias", "known as", "AppleIDAlias%s%s/%s at %s",
		   a->is_shared ? "" : "/", a->is_shared ? "" : w->ref.tenant, a->alias,
		   explain_place(s->mem, a->from.file, a->from.at));
	sheet_add(s, "who", "who can sign in", joined(a->who, a->n_who, s->mem));
}

static void add_topic(struct sheet *s, const struct cert_view *v)
{
	static const char *const from[] = {
		[PIN_FROM_NOWHERE] = "nothing yet",
		[PIN_FROM_MANIFEST] = "spec.topic",
		[PIN_FROM_STORE] = "the certificate that was accepted, not the manifest",
		[PIN_FROM_STATUS] = "the status branch only",
		[PIN_FROM_GIT] = "the certificate in Git only; apnsctl accept writes it down",
	};
	const struct want_cert *w = v->want;

	sheet_add(s, "topic", "topic", v->pin ? v->pin : "New");
	sheet_add(s, "pinnedBy", "pinned by",
		  v->pin_conflict ? "the certificate in use, against spec.topic"
				  : from[v->pin_from]);
	sheet_addf(s, "specTopic", "spec.topic", "%s at %s", w->topic ? w->topic : "New",
		   explain_place(s->mem, w->topic_at.file, w->topic_at.at));
	if (v->in_force && !text_eq(v->in_force, v->pin))
		sheet_add(s, "topicInForce", "topic in force", v->in_force);
	sheet_add(s, "row", "row at the portal", portal_row_of(v->pin, s->mem));
}

static void add_file(struct sheet *s, const struct want_cert *w)
{
	const struct cert_facts *c = w->in_git;
	char t[TIME_TEXT];

	if (!w->file)
		return;
	if (c && c->form == CERT_FORM_PEM)
		sheet_addf(s, "file", "certificate file", "%s (serial %s, until %s)", w->file,
			   c->serial, time_format_date(c->not_after, t));
	else
		sheet_addf(s, "file", "certificate file", "%s (%s)", w->file,
			   c ? "not readable as a certificate" : "not there yet");
}

static void add_servers(struct sheet *s, const struct cert_view *v)
{
	const struct want_cert *w = v->want;

	for (size_t i = 0; i < w->n_server; i++) {
		const struct want_server *k = &w->server[i];
		const struct actual_server *seen =
		    v->actual ? actual_server(v->actual, k->name) : NULL;
		sheet_more(s, "servers", "servers",
			   arena_printf(s->mem, "%s (%s%s%s) at %s, installed: %s", k->name,
					explain_word(KIND_MDMServer, "type", k->type),
					k->account ? ", account " : "",
					k->account ? k->account : "",
					explain_place(s->mem, k->from.file, k->from.at),
					installed_name(install_compare(seen, v->active))));
	}
}

static void add_manifest(struct sheet *s, const struct facts_unit *u, const struct cert_view *v)
{
	const struct want_cert *w = v->want;

	sheet_add(s, "definedAt", "defined at", explain_place(s->mem, w->from.file, w->from.at));
	sheet_add(s, "customer", "customer", u->want->display_name);
	add_account(s, w);
	add_topic(s, v);
	add_file(s, w);
	sheet_add(s, "keyHeldBy", "key held by",
		  explain_word(KIND_PushCertificate, "keyHeldBy", w->key_held_by));
	add_servers(s, v);
	for (size_t i = 0; i < w->n_policy; i++)
		sheet_more(s, "policies", "policies",
			   arena_printf(s->mem, "Policy/%s/%s", w->ref.tenant, w->policy[i]));
	if (!w->is_assigned)
		sheet_add(s, "assigned", "policies", "none: no assignment names it");
}

static void add_pair(struct sheet *s, const char *key, const char *label,
		     const struct actual_pair *p)
{
	char t[TIME_TEXT];

	if (p)
		sheet_addf(s, key, label, "serial %s, until %s, %s", p->serial ? p->serial : "?",
			   time_format_date(p->not_after, t), pair_phase_word(p->phase));
}

static void add_known(struct sheet *s, const struct cert_view *v)
{
	const struct next *n = &v->next_step;

	sheet_add(s, "phase", "phase", phase_word(v->phase));
	sheet_add(s, "band", "band", band_word(v->band));
	add_pair(s, "inForce", "in force", v->active);
	add_pair(s, "onItsWay", "on its way", v->next);
	if (v->open)
		sheet_add(s, "request", "open request", v->open->request->file);
	if (n->action != NEXT_None)
		sheet_addf(s, "next", "next", "%s: %s", next_action_word(n->action),
			   n->message ? n->message : n->reason);
}

void explain_certificate(struct explanation *x, const struct facts_unit *u,
			 const struct cert_view *v, const char *why)
{
	const char *name = v->want ? v->want->ref.name : v->actual->name;
	struct ref on = { KIND_PushCertificate, u->want->name, name };
	struct sheet *s = explain_sheet(x, ref_text(&x->mem, &on));

	sheet_add(s, "because", "found by", why);
	if (v->want)
		add_manifest(s, u, v);
	else
		sheet_add(s, "definedAt", "defined at", "no longer in the manifests");
	add_known(s, v);
}
