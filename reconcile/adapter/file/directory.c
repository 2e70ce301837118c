/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/file/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reconcile/adapter/file/file.h"
#include "reconcile/adapter/file/pair.h"
#include "schema/base/text.h"

enum { OPEN_DIR = O_RDONLY | O_DIRECTORY | O_CLOEXEC, NAME_MAX_LEN = 63 };

struct directories {
	struct http base;
	struct directory_options options;
	struct keys *keys;
};

/* The parts of directory://NAME/<tenant>/<certificate>. */
struct place {
	char directory[NAME_MAX_LEN + 1], tenant[NAME_MAX_LEN + 1], certificate[NAME_MAX_LEN + 1];
	const struct directory_target *target;
};

static bool next_name(const char **at, char end, char out[NAME_MAX_LEN + 1])
{
	const char *stop = strchrnul(*at, end);
	size_t len = (size_t)(stop - *at);

	if (len > NAME_MAX_LEN || *stop != end)
		return false;
	memcpy(out, *at, len);
	out[len] = 0;
	*at = stop + (end != 0);
	return text_is_name(out);
}

/* NULL, or why nothing may be done there. */
static const char *find_place(const struct directories *d, const struct http_request *r,
			      struct arena *mem, struct place *out)
{
	const char *at = r->url;

	if (!text_starts(at, "directory://"))
		return "this is no directory:// address";
	at += strlen("directory://");
	if (!next_name(&at, '/', out->directory) || !next_name(&at, '/', out->tenant) ||
	    !next_name(&at, 0, out->certificate))
		return arena_printf(mem, "%s is not directory://NAME/TENANT/CERTIFICATE", r->url);
	if (!text_eq(out->tenant, r->tenant))
		return arena_printf(mem, "%s belongs to another tenant than %s", r->url, r->tenant);
	for (size_t i = 0; i < d->options.n_target; i++)
		if (text_eq(d->options.target[i].name, out->directory))
			out->target = &d->options.target[i];
	if (!out->target)
		return arena_printf(mem,
				    "the directory %s does not stand in directories of the "
				    "controller's config",
				    out->directory);
	return NULL;
}

static bool is_destination(const struct directories *d, const struct place *p)
{
	for (size_t i = 0; i < d->options.n_destination; i++) {
		const struct directory_destination *to = &d->options.destination[i];
		if (!text_eq(to->directory, p->directory))
			continue;
		for (size_t k = 0; k < to->n_tenants; k++)
			if (text_eq(to->tenants[k], "*") || text_eq(to->tenants[k], p->tenant))
				return true;
	}
	return false;
}

static int find_owner(const struct directory_target *t, struct pair_files *f, struct err *e)
{
	char text[4096];
	struct passwd entry, *found = NULL;

	f->mode = t->mode;
	if (!t->owner)
		return 0;
	int rc = getpwnam_r(t->owner, &entry, text, sizeof(text), &found);
	if (!found)
		return err_set(e, ERR_IO, "the owner %s of the directory %s is no user here%s%s",
			       t->owner, t->name, rc ? ": " : "", rc ? strerror(rc) : "");
	f->has_owner = true;
	f->uid = found->pw_uid;
	f->gid = found->pw_gid;
	return 0;
}

/* Opens the tenant's directory, made when it is missing. */
static int open_tenant_for_writing(const struct place *p, const struct pair_files *f, struct err *e)
{
	if (file_make_dir(p->target->path, e) < 0)
		return -1;
	int base = open(p->target->path, OPEN_DIR);
	int made = base < 0 ? -1 : mkdirat(base, p->tenant, 0700);
	int dir = base < 0 ? -1 : openat(base, p->tenant, OPEN_DIR | O_NOFOLLOW);
	bool bad = dir < 0;

	if (!bad && made == 0)
		bad = (f->has_owner && fchown(dir, f->uid, f->gid)) ||
		      fchmod(dir, pair_dir_mode(f->mode)) || fsync(base);
	if (bad)
		err_set(e, ERR_IO, "can not use %s in the directory %s: %s", p->tenant,
			p->directory, strerror(errno));
	if (base >= 0)
		close(base);
	if (bad && dir >= 0)
		close(dir);
	return bad ? -1 : dir;
}

/* The body is meta.json, then the certificate. */
static int split(const struct http_request *r, struct pair_files *f, struct err *e)
{
	const char *body = r->body.data;
	const char *pem = body ? memmem(body, r->body.len, "-----BEGIN ", 11) : NULL;

	if (!pem || pem == body)
		return err_set(e, ERR_BUG, "a pair without meta.json or certificate");
	f->meta = (struct blob){ body, (size_t)(pem - body) };
	f->cert = (struct blob){ pem, r->body.len - f->meta.len };
	return 0;
}

static int put(struct directories *d, const struct http_request *r, const struct place *p,
	       struct err *e)
{
	struct secret key = SECRET_INIT;
	struct pair_files files = { .key = &key };

	if (split(r, &files, e) || find_owner(p->target, &files, e))
		return -1;
	int dir = open_tenant_for_writing(p, &files, e);
	if (dir < 0)
		return -1;
	int rc = d->keys->ops->lend(d->keys, r->append_key, KEY_PKCS8_PEM, &key, e);
	if (rc == 0)
		rc = pair_write(dir, p->certificate, &files, e);
	secret_release(&key);
	close(dir);
	return rc;
}

static int get(const struct place *p, struct arena *mem, struct http_response *out, struct err *e)
{
	static const int status[] = { [PAIR_NONE] = 404, [PAIR_PART] = 206, [PAIR_WHOLE] = 200 };
	struct buf text = BUF_INIT(2 * PAIR_FILE_MAX);
	enum pair_state state = PAIR_NONE;
	int rc = 0;
	int base = open(p->target->path, OPEN_DIR);
	int dir = base < 0 ? -1 : openat(base, p->tenant, OPEN_DIR | O_NOFOLLOW);

	if (dir >= 0)
		rc = pair_read(dir, p->certificate, &text, &state, e);
	else if (errno != ENOENT)
		rc = err_set(e, ERR_IO, "can not read %s in the directory %s: %s", p->tenant,
			     p->directory, strerror(errno));
	out->status = status[state];
	out->body.len = text.len;
	out->body.data = arena_strndup(mem, buf_str(&text), text.len);
	buf_release(&text);
	if (dir >= 0)
		close(dir);
	if (base >= 0)
		close(base);
	return rc;
}

static void answer(struct directories *d, const struct http_request *r, struct arena *mem,
		   struct http_response *out)
{
	struct place p = { 0 };
	struct err e = { 0 };

	*out = (struct http_response){ .fault = HTTP_FAULT_DENIED };
	out->text = find_place(d, r, mem, &p);
	if (!out->text && r->method != HTTP_GET && !(r->append_key && is_destination(d, &p)))
		out->text = arena_printf(mem,
					 "the directory %s is no key destination of the tenant %s; "
					 "only keyDestinations of the controller's config lets a "
					 "private key leave",
					 p.directory, p.tenant);
	if (out->text)
		return;
	out->fault = HTTP_FAULT_NONE;
	out->status = 201;
	if (r->method == HTTP_GET ? get(&p, mem, out, &e) : put(d, r, &p, &e))
		*out = (struct http_response){ .fault = HTTP_FAULT_OTHER,
					       .text = arena_strdup(mem, e.text) };
}

static void exchange(struct http *h, const struct http_request *request, size_t n,
		     struct arena *mem, struct http_response *out)
{
	for (size_t i = 0; i < n; i++)
		answer((struct directories *)h, &request[i], mem, &out[i]);
}

static void close_directories(struct http *h)
{
	free(h);
}

static const struct http_ops directories_ops = { .exchange = exchange, .close = close_directories };

int directory_open(const struct directory_options *o, struct keys *keys, struct http **out,
		   struct err *e)
{
	for (size_t i = 0; i < o->n_target; i++)
		if (!text_is_name(o->target[i].name) || o->target[i].mode & ~0777u ||
		    !(o->target[i].mode & 0400))
			return err_set(e, ERR_USAGE,
				       "directories: %s needs a plain name and a mode such as 0600",
				       o->target[i].name);
	struct directories *d = calloc(1, sizeof(*d));
	if (!d)
		out_of_memory();
	*d = (struct directories){ .base.ops = &directories_ops, .options = *o, .keys = keys };
	*out = &d->base;
	return 0;
}
