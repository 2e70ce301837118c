/* SPDX-License-Identifier: Apache-2.0 */
/* serverRefs: which servers, which account on them, and who holds the key. */
#include <stdlib.h>

#include "schema/base/text.h"
#include "schema/resolve/link.h"

/* What a type of server needs to know from a serverRef. */
enum account_use { ACCOUNT_OPTIONAL, ACCOUNT_NONE, ACCOUNT_NEEDED };

/* Sources: reference pages of the servers' APIs; "key-in" servers make the key themselves. */
static const struct server_traits {
	const char *name;
	enum account_use account;
	enum key_holder holder;
} traits[] = {
	[SERVER_UNSET] = { "", ACCOUNT_OPTIONAL, KEY_HELD_UNSET },
	[SERVER_NanoMDM] = { "NanoMDM", ACCOUNT_NONE, KEY_HELD_Controller },
	[SERVER_Intune] = { "Intune", ACCOUNT_NEEDED, KEY_HELD_Server },
	[SERVER_SimpleMDM] = { "SimpleMDM", ACCOUNT_NEEDED, KEY_HELD_Server },
	[SERVER_Fleet] = { "Fleet", ACCOUNT_NEEDED, KEY_HELD_Server },
	[SERVER_JumpCloud] = { "JumpCloud", ACCOUNT_NEEDED, KEY_HELD_Server },
	[SERVER_Zentral] = { "Zentral", ACCOUNT_NEEDED, KEY_HELD_Server },
	[SERVER_Jamf] = { "Jamf", ACCOUNT_OPTIONAL, KEY_HELD_Server },
	[SERVER_Directory] = { "Directory", ACCOUNT_NONE, KEY_HELD_Controller },
	[SERVER_Manual] = { "Manual", ACCOUNT_OPTIONAL, KEY_HELD_Server },
};

static const struct server_traits *traits_of(enum server_type type)
{
	return &traits[type <= SERVER_Manual ? type : SERVER_UNSET];
}

static void fill(struct want_server *w, const struct mdm_server *s, const struct object *owner,
		 const struct server_ref *ref)
{
	w->name = s->head.meta.name.s;
	w->type = (enum server_type)s->type.v;
	w->url = s->url.s;
	if (s->options) {
		w->path_prefix = s->options->path_prefix.s;
		w->user = s->options->user.s;
		w->directory = s->options->directory.s;
	}
	w->account = ref->account.s;
	w->account_at = (struct origin){ owner->file, ref->account.at };
	w->credential = ref->credential_ref.s ? ref->credential_ref.s : s->credential_ref.s;
	w->drift = (enum drift_policy)s->drift_policy.v;
	w->from = (struct origin){ s->head.file, pos_of(name_span(&s->head)) };
}

static void check_account(struct resolution *r, const struct object *owner,
			  const struct server_ref *ref, const struct want_server *w,
			  const char *pointer)
{
	const struct server_traits *t = traits_of(w->type);

	if (t->account == ACCOUNT_NEEDED && !w->account && r->mode == MODE_MultiTenant)
		about(finding_add(r->fs, RULE_SERVER_ACCOUNT, owner->file, span_of(ref->name.at),
				  "%s is of type %s, where each customer has an account of its "
				  "own, and account is missing; write the customer's tenant or "
				  "organization id there",
				  w->name, t->name),
		      owner, pointer);
	if (t->account == ACCOUNT_NONE && w->account)
		about(finding_add(r->fs, RULE_SERVER_ACCOUNT, owner->file, span_of(ref->account.at),
				  "%s is of type %s, which tells customers apart by their topics "
				  "and has no accounts; take account out",
				  w->name, t->name),
		      owner, arena_printf(r->mem, "%s/account", pointer));
}

static int by_server(const void *x, const void *y)
{
	const struct server_ref *a = *(const struct server_ref *const *)x;
	const struct server_ref *b = *(const struct server_ref *const *)y;
	int c = text_cmp(a->name.s, b->name.s);

	if (!c)
		c = text_cmp(a->account.s, b->account.s);
	return c ? c : a < b ? -1 : a > b;
}

static void check_twice(struct resolution *r, const struct object *owner, const struct list *refs)
{
	const struct server_ref *ref = refs->item;
	const struct server_ref **sorted = arena_array(r->mem, refs->n + 1, sizeof(*sorted));

	for (size_t i = 0; i < refs->n; i++)
		sorted[i] = &ref[i];
	qsort(sorted, refs->n, sizeof(*sorted), by_server);
	for (size_t i = 1; i < refs->n; i++) {
		const struct server_ref *a = sorted[i - 1], *b = sorted[i];
		if (!b->name.s || !text_eq(a->name.s, b->name.s) ||
		    !text_eq(a->account.s, b->account.s))
			continue;
		struct finding *f =
		    finding_add(r->fs, RULE_DUPLICATE_ENTRY, owner->file, span_of(b->name.at),
				"%s stands twice in serverRefs; take one out", b->name.s);
		about(f, owner, arena_printf(r->mem, "/spec/serverRefs/%zu", (size_t)(b - ref)));
		finding_relate(r->fs, f, owner->file, span_of(a->name.at), "the first is here");
	}
}

struct want_server *resolve_server_refs(struct resolution *r, const struct object *owner,
					const struct list *refs, size_t *n)
{
	const struct server_ref *ref = refs->item;
	struct want_server *out = arena_array(r->mem, refs->n + 1, sizeof(*out));

	*n = 0;
	for (size_t i = 0; i < refs->n; i++) {
		const char *pointer = arena_printf(r->mem, "/spec/serverRefs/%zu", i);
		struct link l = { owner, &ref[i].name, KIND_MDMServer,
				  arena_printf(r->mem, "%s/name", pointer) };
		const struct object *o = link_object(r, &l);
		if (!o)
			continue;
		fill(&out[*n], (const struct mdm_server *)o, owner, &ref[i]);
		check_account(r, owner, &ref[i], &out[*n], pointer);
		++*n;
	}
	if (refs->n > 1)
		check_twice(r, owner, refs);
	return out;
}

void resolve_servers(struct resolution *r)
{
	if (r->tenant)
		r->server =
		    resolve_server_refs(r, &r->tenant->head, &r->tenant->server_refs, &r->n_server);
}

static const char *holder_name(enum key_holder h)
{
	return h == KEY_HELD_Server ? "Server" : "Controller";
}

/* Where the servers of the certificate are written: its own list, else its tenant's. */
static struct origin servers_at(const struct resolution *r, const struct want_cert *w)
{
	const struct list *own = &w->object->server_refs;

	if (own->at.line)
		return (struct origin){ w->from.file, own->at };
	if (r->tenant && r->tenant->server_refs.at.line)
		return (struct origin){ r->tenant->head.file, r->tenant->server_refs.at };
	return w->from;
}

static void say_holder(struct resolution *r, const struct want_cert *w, const char *message,
		       const char *right)
{
	const struct num *written = &w->object->key_held_by;
	struct origin servers = servers_at(r, w);
	bool at_list =
	    !written->at.line && servers.file == w->from.file && w->object->server_refs.at.line;
	struct pos at = written->at.line ? written->at : at_list ? servers.at : w->from.at;
	struct finding *f =
	    finding_add(r->fs, RULE_KEY_HOLDER, w->from.file, span_of(at), "%s", message);

	about(f, &w->object->head, at_list ? "/spec/serverRefs" : "/spec/keyHeldBy");
	if (!at_list)
		finding_relate(r->fs, f, servers.file, span_of(servers.at),
			       "the servers are named here");
	if (written->at.line && right)
		suggest_text(r->fs, f,
			     &(struct text){ holder_name((enum key_holder)written->v), at }, right,
			     "let it agree with the server");
}

/* The holder that the types ask for; UNSET when they disagree, which is a finding. */
static enum key_holder holder_of_types(struct resolution *r, const struct want_cert *w)
{
	const struct want_server *of[KEY_HELD_Server + 1] = { 0 };

	for (size_t i = 0; i < w->n_server; i++) {
		enum key_holder h = traits_of(w->server[i].type)->holder;
		if (!of[h])
			of[h] = &w->server[i];
	}
	if (!of[KEY_HELD_Server])
		return of[KEY_HELD_Controller] ? KEY_HELD_Controller : KEY_HELD_UNSET;
	if (!of[KEY_HELD_Controller])
		return KEY_HELD_Server;
	say_holder(r, w,
		   arena_printf(r->mem,
				"%s makes the key itself and %s takes the controller's, so one "
				"certificate can not be on both; use a second PushCertificate",
				of[KEY_HELD_Server]->name, of[KEY_HELD_Controller]->name),
		   NULL);
	return KEY_HELD_UNSET;
}

/* How many servers are named, those that were not found included. */
static size_t n_named(const struct resolution *r, const struct want_cert *w)
{
	if (w->object->server_refs.at.line)
		return w->object->server_refs.n;
	return r->tenant ? r->tenant->server_refs.n : 0;
}

void resolve_key_holder(struct resolution *r, struct want_cert *w)
{
	enum key_holder written = (enum key_holder)w->object->key_held_by.v;
	size_t before = r->fs->n_level[LEVEL_ERROR];
	enum key_holder needed = holder_of_types(r, w);

	w->key_held_by = written ? written : needed ? needed : KEY_HELD_Controller;
	if (r->fs->n_level[LEVEL_ERROR] > before)
		return;
	if (written && needed && written != needed)
		say_holder(r, w,
			   arena_printf(r->mem,
					"keyHeldBy is %s, and %s is of type %s, where it is %s; "
					"write %s, or take keyHeldBy out",
					holder_name(written), w->server[0].name,
					traits_of(w->server[0].type)->name, holder_name(needed),
					holder_name(needed)),
			   holder_name(needed));
	else if (w->key_held_by == KEY_HELD_Server && n_named(r, w) != 1)
		say_holder(r, w,
			   arena_printf(r->mem,
					"a server holds the key, so serverRefs names exactly one, "
					"and there are %zu; use a PushCertificate for each server",
					n_named(r, w)),
			   NULL);
}
