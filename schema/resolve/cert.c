/* SPDX-License-Identifier: Apache-2.0 */
/* The wanted push certificates, with account, servers, bands and file. */
#include <string.h>

#include "schema/base/text.h"
#include "schema/load/path.h"
#include "schema/resolve/link.h"

static void say_leaves(struct resolution *r, const struct object *o, const struct text *written,
		       const char *pointer)
{
	about(finding_add(r->fs, RULE_PATH_LEAVES_FOLDER, o->file, span_of(written->at),
			  "\"%s\" leads out of %s/; write a path relative to this file that stays "
			  "inside",
			  written->s, r->folder),
	      o, pointer);
}

/* A path that stands in the manifest, from the top of the repository; NULL when it leaves. */
static const char *path_of(struct resolution *r, const struct object *o, const struct text *written,
			   const char *pointer)
{
	const char *path = path_from(r->mem, o->file, written->s);

	if (path && path_is_below(path, r->folder) && strlen(path) > strlen(r->folder))
		return path;
	say_leaves(r, o, written, pointer);
	return NULL;
}

static void say_file_missing(struct resolution *r, const struct want_cert *w, const char *path)
{
	const struct text *written = &w->object->certificate_file;

	if (!path_is_certificate(path))
		about(finding_add(r->fs, RULE_FILE_MISSING, w->from.file, span_of(written->at),
				  "%s is not read as a certificate; give it a name that ends with "
				  ".pem",
				  path),
		      &w->object->head, "/spec/certificateFile");
	else if (w->topic)
		about(finding_add(r->fs, RULE_FILE_MISSING, w->from.file, span_of(written->at),
				  "there is no file %s; put the certificate from Apple there, or "
				  "take certificateFile out until it is there",
				  path),
		      &w->object->head, "/spec/certificateFile");
}

static void find_files(struct resolution *r, struct want_cert *w)
{
	const struct push_certificate *c = w->object;
	const char *name = arena_printf(r->mem, "%s.pem", w->ref.name);
	struct cert_file *file;

	w->file_written_out = c->certificate_file.at.line != 0 && c->certificate_file.s;
	w->file = w->file_written_out
		      ? path_of(r, &c->head, &c->certificate_file, "/spec/certificateFile")
		      : path_from(r->mem, c->head.file, name);
	file = w->file ? set_cert(r->set, w->file) : NULL;
	if (file) {
		file->used = true;
		w->in_git = &file->facts;
	} else if (w->file && w->file_written_out) {
		say_file_missing(r, w, w->file);
	}
	if (!c->request_file.s)
		return;
	w->request_file = path_of(r, &c->head, &c->request_file, "/spec/requestFile");
	file = w->request_file ? set_cert(r->set, w->request_file) : NULL;
	if (file)
		file->used = true;
}

static void find_servers(struct resolution *r, struct want_cert *w)
{
	const struct push_certificate *c = w->object;

	if (c->server_refs.at.line) {
		w->server = resolve_server_refs(r, &c->head, &c->server_refs, &w->n_server);
	} else {
		w->server = r->server;
		w->n_server = r->n_server;
	}
	resolve_key_holder(r, w);
}

static void fill(struct resolution *r, struct want_cert *w, const struct push_certificate *c)
{
	struct banded bands = r->bands;

	w->ref = ref_of(&c->head);
	w->object = c;
	w->from = (struct origin){ c->head.file, pos_of(name_span(&c->head)) };
	w->display_name = c->display_name.s ? c->display_name.s : r->out->display_name;
	if (c->topic.s && strcmp(c->topic.s, "New") != 0)
		w->topic = c->topic.s;
	w->topic_at = (struct origin){ c->head.file, c->topic.at };
	w->allow_topic_change = c->allow_topic_change;
	w->key_rotation = (enum key_rotation)c->key_rotation.v;
	w->is_protected = c->protection.v == PROTECTION_Protected;
	w->confirmed_install = c->confirmed_install;
	bands_apply(&bands, &c->bands, &c->head, r->fs);
	w->bands = bands.v;
	w->previous_name = previous_names(r, &c->head, &w->n_previous);
}

void resolve_certs(struct resolution *r)
{
	const struct objects *own = &r->own[KIND_PushCertificate];
	const struct apple_id_alias **alias = arena_array(r->mem, own->n + 1, sizeof(*alias));

	r->out->cert = arena_array(r->mem, own->n + 1, sizeof(r->out->cert[0]));
	r->out->n_cert = own->n;
	for (size_t i = 0; i < own->n; i++) {
		const struct push_certificate *c = (const struct push_certificate *)own->item[i];
		struct want_cert *w = &r->out->cert[i];
		struct link l = { &c->head, &c->apple_id_ref, KIND_AppleIDAlias,
				  "/spec/appleIdRef" };
		fill(r, w, c);
		alias[i] = (const struct apple_id_alias *)link_object(r, &l);
		find_servers(r, w);
		find_files(r, w);
	}
	resolve_accounts(r, alias);
}
