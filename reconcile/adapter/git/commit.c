/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A commit without a work tree. New objects are kept in memory and written as one pack: ten
 * thousand files as loose objects take twice as long and twenty times the disk.
 */
#include <stdlib.h>
#include <string.h>

#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>

#include "reconcile/adapter/git/repo.h"
#include "schema/base/text.h"

/* Priority over loose and packed objects (1 and 2); bytes. */
enum { FIRST_ASKED = 999, CHUNK = 256 << 10 };

/*
 * An object database in front of libgit2's in-memory one that remembers what was written. By
 * itself that one packs the whole tree of each commit, also the 99,999 files that did not change.
 */
struct commit_store {
	git_odb_backend base; /* first, as libgit2 wants it */
	git_odb_backend *memory;
	git_repository *repo;
	git_odb *odb;
	git_oid *written;
	size_t n, cap;
};

static int front_write(git_odb_backend *b, const git_oid *oid, const void *data, size_t len,
		       git_object_t type)
{
	struct commit_store *s = (struct commit_store *)b;

	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->written = reallocarray(s->written, s->cap, sizeof(*s->written));
		if (!s->written)
			out_of_memory();
	}
	git_oid_cpy(&s->written[s->n++], oid);
	return s->memory->write(s->memory, oid, data, len, type);
}

static int front_read(void **data, size_t *len, git_object_t *type, git_odb_backend *b,
		      const git_oid *oid)
{
	git_odb_backend *memory = ((struct commit_store *)b)->memory;

	return memory->read(data, len, type, memory, oid);
}

static int front_read_header(size_t *len, git_object_t *type, git_odb_backend *b,
			     const git_oid *oid)
{
	git_odb_backend *memory = ((struct commit_store *)b)->memory;

	return memory->read_header(len, type, memory, oid);
}

static int front_exists(git_odb_backend *b, const git_oid *oid)
{
	git_odb_backend *memory = ((struct commit_store *)b)->memory;

	return memory->exists(memory, oid);
}

/* Called by libgit2 when the repository goes. */
static void front_free(git_odb_backend *b)
{
	struct commit_store *s = (struct commit_store *)b;

	s->memory->free(s->memory);
	free(s->written);
	free(s);
}

struct commit_store *commit_store_new(git_repository *repo, git_odb **odb, struct err *e)
{
	struct commit_store *s = calloc(1, sizeof(*s));

	if (!s)
		out_of_memory();
	int rc = git_odb_init_backend(&s->base, GIT_ODB_BACKEND_VERSION);
	if (rc == 0)
		rc = git_mempack_new(&s->memory);
	if (rc == 0)
		rc = git_repository_odb(&s->odb, repo);
	s->repo = repo;
	s->base.write = front_write;
	s->base.read = front_read;
	s->base.read_header = front_read_header;
	s->base.exists = front_exists;
	s->base.free = front_free;
	if (rc == 0)
		rc = git_odb_add_backend(s->odb, &s->base, FIRST_ASKED);
	if (rc < 0) {
		git_fail(e, ERR_PUBLISH, "the object database can not be set up");
		git_odb_free(s->odb);
		if (s->memory)
			s->memory->free(s->memory);
		free(s);
		return NULL;
	}
	*odb = s->odb;
	return s;
}

static void forget(struct commit_store *s)
{
	git_mempack_reset(s->memory);
	s->n = 0;
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

/* All that was written since the last time becomes one pack on the disk. */
static int write_pack(struct commit_store *s)
{
	struct chunk c = { .bytes = BUF_INIT(CHUNK) };
	git_packbuilder *pack = NULL;

	if (!s->n) /* the same commit was tried before: all is there */
		return 0;
	int rc = git_packbuilder_new(&pack, s->repo);

	for (size_t i = 0; rc == 0 && i < s->n; i++)
		rc = git_packbuilder_insert(pack, &s->written[i], NULL);
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

static int by_path(const void *a, const void *b)
{
	return strcmp(((const git_tree_update *)a)->path, ((const git_tree_update *)b)->path);
}

/* A file that is not there needs no removal, and libgit2 would fail on it. */
static int is_there(const git_tree *tree, const char *path)
{
	git_tree_entry *entry;

	if (!tree || git_tree_entry_bypath(&entry, tree, path) < 0)
		return 0;
	git_tree_entry_free(entry);
	return 1;
}

static int collect(struct commit_store *s, const struct commit_plan *p, const git_tree *tree,
		   git_tree_update *update, size_t *n)
{
	int rc = 0;

	*n = 0;
	for (size_t i = 0; rc == 0 && i < p->n; i++) {
		const struct publish_file *f = &p->file[i];
		git_tree_update *u = &update[*n];
		if (!f->data.data && !is_there(tree, f->path))
			continue;
		u->path = f->path;
		u->filemode = GIT_FILEMODE_BLOB;
		u->action = f->data.data ? GIT_TREE_UPDATE_UPSERT : GIT_TREE_UPDATE_REMOVE;
		if (f->data.data)
			rc = git_odb_write(&u->id, s->odb, f->data.data, f->data.len,
					   GIT_OBJECT_BLOB);
		++*n;
	}
	/* libgit2 sorts by insertion: in order it costs nothing. */
	qsort(update, *n, sizeof(*update), by_path);
	return rc;
}

/* The entry of that path that stands in the way of a file at `path`; its length, or 0. */
static size_t blocker_of(const git_tree *tree, char *path)
{
	git_tree_entry *entry;

	for (char *slash = strchr(path, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = 0;
		int missing = git_tree_entry_bypath(&entry, tree, path);
		bool folder = !missing && git_tree_entry_type(entry) == GIT_OBJECT_TREE;
		size_t len = missing || folder == !!slash ? 0 : strlen(path);
		if (!missing)
			git_tree_entry_free(entry);
		if (slash)
			*slash = '/';
		if (missing || len || !slash)
			return len;
	}
}

/*
 * Somebody put a file where we need a folder, or a folder where we need a file; libgit2 does not
 * replace the one by the other. Without this nothing would ever be published again.
 */
static int make_room(struct commit_store *s, git_tree *parent, const git_tree_update *update,
		     size_t n, git_oid *out)
{
	struct arena mem = ARENA_INIT;
	git_tree_update *remove = arena_array(&mem, n, sizeof(*remove));
	git_tree *cleared = NULL;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		char *path = arena_strdup(&mem, update[i].path);
		size_t len = update[i].action == GIT_TREE_UPDATE_UPSERT ? blocker_of(parent, path) :
									  0;
		path[len] = 0;
		if (len && !(k && text_eq(remove[k - 1].path, path)))
			remove[k++] = (git_tree_update){ .action = GIT_TREE_UPDATE_REMOVE,
							 .path = path };
	}
	int rc = k ? git_tree_create_updated(out, s->repo, parent, k, remove) : -1;
	if (rc == 0)
		rc = git_tree_lookup(&cleared, s->repo, out);
	if (rc == 0)
		rc = git_tree_create_updated(out, s->repo, cleared, n, update);
	git_tree_free(cleared);
	arena_release(&mem);
	return rc;
}

/* `same`: the tree is the parent's, or an empty one without a parent. */
static int build_tree(struct commit_store *s, const struct commit_plan *p, git_tree *parent,
		      git_oid *out, bool *same)
{
	git_tree_update *update = calloc(p->n + 1, sizeof(*update));
	size_t n;

	if (!update)
		out_of_memory();
	int rc = collect(s, p, parent, update, &n);
	if (rc == 0)
		rc = git_tree_create_updated(out, s->repo, parent, n, update);
	if (rc < 0 && parent)
		rc = make_room(s, parent, update, n, out);
	*same = parent ? git_oid_equal(out, git_tree_id(parent)) : n == 0;
	free(update);
	return rc;
}

/* "Name <mail>" */
static int sign(git_signature **out, const char *author, int64_t time)
{
	const char *open = author ? strrchr(author, '<') : NULL;
	const char *close = open ? strchr(open, '>') : NULL;
	struct arena mem = ARENA_INIT;
	size_t len = open ? (size_t)(open - author) : 0;

	while (len && author[len - 1] == ' ')
		len--;
	if (!close || close[1] || !len) {
		git_error_set_str(GIT_ERROR_INVALID, "the author has to be \"Name <mail>\"");
		return -1;
	}
	int rc =
	    git_signature_new(out, arena_strndup(&mem, author, len),
			      arena_strndup(&mem, open + 1, (size_t)(close - open - 1)), time, 0);
	arena_release(&mem);
	return rc;
}

static int create(struct commit_store *s, const struct commit_plan *p, const git_oid *tree_id,
		  const git_commit *parent, git_oid *out)
{
	const git_commit *parents[] = { parent };
	git_signature *who = NULL;
	git_tree *tree = NULL;
	int rc = sign(&who, p->author, p->time);

	if (rc == 0)
		rc = git_tree_lookup(&tree, s->repo, tree_id);
	if (rc == 0)
		rc = git_commit_create(out, s->repo, NULL, who, who, NULL, p->message, tree,
				       parent ? 1 : 0, parents);
	git_tree_free(tree);
	git_signature_free(who);
	return rc;
}

int commit_write(struct commit_store *s, const struct commit_plan *p, git_oid *commit,
		 struct err *e)
{
	git_commit *parent = NULL;
	git_tree *before = NULL;
	git_oid tree = { { 0 } };
	bool same = false;
	int rc = 0;

	if (p->parent && (rc = git_commit_lookup(&parent, s->repo, p->parent)) == 0)
		rc = git_commit_tree(&before, parent);
	if (rc == 0)
		rc = build_tree(s, p, before, &tree, &same);
	if (rc == 0 && !same)
		rc = create(s, p, &tree, parent, commit);
	if (rc == 0 && !same)
		rc = write_pack(s);
	if (rc < 0)
		git_fail(e, ERR_PUBLISH, "the status can not be committed");
	forget(s);
	git_tree_free(before);
	git_commit_free(parent);
	return rc < 0 ? -1 : same;
}
