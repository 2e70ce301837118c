/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An object database in front of the repository's own: what is written stays in memory, and exactly
 * that becomes one pack. (libgit2's mempack copies each blob, and packs the whole tree of a commit,
 * also the 99,999 files that did not change.)
 */
#include <stdlib.h>
#include <string.h>

#include <git2/sys/odb_backend.h>

#include "reconcile/adapter/git/repo.h"
#include "schema/base/text.h"

/* Priority over loose and packed objects (1 and 2); bytes. */
enum { FIRST_ASKED = 999, CHUNK = 256 << 10 };

struct new_object {
	git_oid oid;
	git_object_t type;
	const void *data;
	size_t len;
};

struct new_objects {
	git_odb_backend base; /* first, as libgit2 wants it */
	git_repository *repo;
	git_odb *odb;
	struct new_object *object; /* in the order in which they were written */
	size_t n, cap;
	size_t *slot; /* 1 + index of an object, 0: free; a power of two, twice `cap` */
	bool borrow;  /* what is written now outlives us: no copy */
	struct arena mem;
};

/* An oid is a hash already. */
static size_t *slot_of(const struct new_objects *s, const git_oid *oid)
{
	size_t mask = s->cap * 2 - 1, i;

	memcpy(&i, oid->id, sizeof(i));
	for (i &= mask; s->slot[i] && !git_oid_equal(&s->object[s->slot[i] - 1].oid, oid);)
		i = (i + 1) & mask;
	return &s->slot[i];
}

static const struct new_object *find(git_odb_backend *b, const git_oid *oid)
{
	const struct new_objects *s = (struct new_objects *)b;
	size_t at = s->n ? *slot_of(s, oid) : 0;

	return at ? &s->object[at - 1] : NULL;
}

static void grow(struct new_objects *s)
{
	s->cap = s->cap ? s->cap * 2 : 64;
	s->object = reallocarray(s->object, s->cap, sizeof(*s->object));
	free(s->slot);
	s->slot = calloc(s->cap * 2, sizeof(*s->slot));
	if (!s->object || !s->slot)
		out_of_memory();
	for (size_t i = 0; i < s->n; i++)
		*slot_of(s, &s->object[i].oid) = i + 1;
}

static int objects_write(git_odb_backend *b, const git_oid *oid, const void *data, size_t len,
			 git_object_t type)
{
	struct new_objects *s = (struct new_objects *)b;

	if (s->n == s->cap)
		grow(s);
	size_t *slot = slot_of(s, oid);
	if (*slot)
		return 0;
	s->object[s->n] =
	    (struct new_object){ *oid, type, s->borrow ? data : arena_strndup(&s->mem, data, len),
				 len };
	*slot = ++s->n;
	return 0;
}

static int objects_read(void **data, size_t *len, git_object_t *type, git_odb_backend *b,
			const git_oid *oid)
{
	const struct new_object *o = find(b, oid);

	if (!o)
		return GIT_ENOTFOUND;
	*data = git_odb_backend_data_alloc(b, o->len);
	if (!*data)
		return GIT_ERROR;
	memcpy(*data, o->data, o->len);
	*len = o->len;
	*type = o->type;
	return 0;
}

static int objects_read_header(size_t *len, git_object_t *type, git_odb_backend *b,
			       const git_oid *oid)
{
	const struct new_object *o = find(b, oid);

	if (!o)
		return GIT_ENOTFOUND;
	*len = o->len;
	*type = o->type;
	return 0;
}

static int objects_exists(git_odb_backend *b, const git_oid *oid)
{
	return find(b, oid) != NULL;
}

/* Called by libgit2 when the repository goes. */
static void objects_free(git_odb_backend *b)
{
	struct new_objects *s = (struct new_objects *)b;

	arena_release(&s->mem);
	free(s->object);
	free(s->slot);
	free(s);
}

struct new_objects *new_objects_start(git_repository *repo, git_odb **odb, struct err *e)
{
	struct new_objects *s = calloc(1, sizeof(*s));

	if (!s)
		out_of_memory();
	int rc = git_odb_init_backend(&s->base, GIT_ODB_BACKEND_VERSION);
	if (rc == 0)
		rc = git_repository_odb(&s->odb, repo);
	s->repo = repo;
	s->base.write = objects_write;
	s->base.read = objects_read;
	s->base.read_header = objects_read_header;
	s->base.exists = objects_exists;
	s->base.free = objects_free;
	if (rc == 0)
		rc = git_odb_add_backend(s->odb, &s->base, FIRST_ASKED);
	if (rc < 0) {
		git_fail(e, ERR_PUBLISH, "the object database can not be set up");
		git_odb_free(s->odb);
		free(s);
		return NULL;
	}
	*odb = s->odb;
	return s;
}

int new_objects_blob(struct new_objects *s, const void *data, size_t len, git_oid *oid)
{
	s->borrow = true;
	int rc = git_odb_write(oid, s->odb, data, len, GIT_OBJECT_BLOB);
	s->borrow = false;
	return rc;
}

void new_objects_forget(struct new_objects *s)
{
	s->n = 0;
	if (s->slot)
		memset(s->slot, 0, s->cap * 2 * sizeof(*s->slot));
	arena_release(&s->mem);
}

/* For each piece that it gets libgit2 maps the pack anew: it gets few large ones. */
struct chunk {
	git_odb_writepack *out;
	git_indexer_progress stats;
	struct buf bytes;
};

static int flush(struct chunk *c)
{
	int rc = c->bytes.len ? c->out->append(c->out, c->bytes.data, c->bytes.len, &c->stats) : 0;

	buf_clear(&c->bytes);
	return rc;
}

static int append(void *bytes, size_t len, void *arg)
{
	struct chunk *c = arg;

	if (len > c->bytes.max - c->bytes.len && flush(c) < 0)
		return -1;
	if (len > c->bytes.max)
		return c->out->append(c->out, bytes, len, &c->stats);
	buf_add(&c->bytes, bytes, len);
	return 0;
}

int new_objects_pack(struct new_objects *s)
{
	struct chunk c = { .bytes = BUF_INIT(CHUNK) };
	git_packbuilder *pack = NULL;

	if (!s->n) /* the same commit was tried before: all is there */
		return 0;
	int rc = git_packbuilder_new(&pack, s->repo);

	for (size_t i = 0; rc == 0 && i < s->n; i++)
		rc = git_packbuilder_insert(pack, &s->object[i].oid, NULL);
	if (rc == 0)
		rc = git_odb_write_pack(&c.out, s->odb, NULL, NULL);
	if (rc == 0)
		rc = git_packbuilder_foreach(pack, append, &c);
	if (rc == 0)
		rc = flush(&c);
	if (rc == 0)
		rc = c.out->commit(c.out, &c.stats);
	if (c.out)
		c.out->free(c.out);
	buf_release(&c.bytes);
	git_packbuilder_free(pack);
	return rc;
}
