/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "reconcile/adapter/git/repo.h"
#include "schema/base/text.h"

/* The tip as it was seen last, and the commit that is to be pushed. */
#define STATUS_REF "refs/apnsctl/status"
#define NEXT_REF "refs/apnsctl/next"

enum { TRIES = 5, PAUSE_MS = 100 };

struct git_publish {
	struct publish port;
	git_repository *repo;
	struct tree_view view;
	struct git_peer peer;
	struct new_objects *objects;
	const char *author;
	const struct clock *clock;
	bool fetched;
	char tip[OID_TEXT]; /* "": the branch does not exist */
	struct arena mem;
};

static struct git_publish *self(struct publish *p)
{
	return (struct git_publish *)p;
}

static int publish_fetch(struct publish *port, char tip[OID_TEXT], struct err *e)
{
	struct git_publish *p = self(port);
	git_oid oid;
	int rc = git_peer_fetch(&p->peer, p->repo, STATUS_REF, &oid, e);

	if (rc < 0)
		return -1;
	if (rc == 0)
		git_oid_tostr(p->tip, sizeof(p->tip), &oid);
	else
		p->tip[0] = 0;
	p->fetched = true;
	memcpy(tip, p->tip, OID_TEXT);
	return 0;
}

static int need_tip(struct git_publish *p, struct err *e)
{
	char tip[OID_TEXT];

	return p->fetched ? 0 : publish_fetch(&p->port, tip, e);
}

static int publish_read(struct publish *port, const char *path, struct buf *out, struct err *e)
{
	struct git_publish *p = self(port);
	char oid[OID_TEXT];

	if (need_tip(p, e) < 0)
		return -1;
	if (!p->tip[0])
		return 1;
	int rc = tree_lookup(&p->view, p->tip, path, oid, e);
	if (rc == 0 && (rc = tree_read(&p->view, oid, out, e)) > 0)
		return err_set(e, ERR_PUBLISH, "%s on branch %s is too large to be read", path,
			       p->peer.o.branch);
	return rc;
}

static int publish_message(struct publish *port, struct buf *out, struct err *e)
{
	struct git_publish *p = self(port);
	git_commit *commit = NULL;
	git_oid oid;

	buf_clear(out);
	if (!*p->tip)
		return 1;
	if (git_oid_fromstr(&oid, p->tip) < 0 || git_commit_lookup(&commit, p->repo, &oid) < 0)
		return git_fail(e, ERR_PUBLISH, "the status commit %s can not be read", p->tip);
	buf_adds(out, git_commit_message(commit));
	git_commit_free(commit);
	return 0;
}

static int publish_walk(struct publish *port, const char *folder, source_entry_fn *fn, void *arg,
			struct err *e)
{
	struct git_publish *p = self(port);

	if (need_tip(p, e) < 0)
		return -1;
	if (!p->tip[0])
		return 0;
	/* Anybody who may push can put a file there: that is nothing published, and no failure. */
	int rc = tree_has_folder(&p->view, p->tip, folder, e);
	if (rc <= 0)
		return rc;
	return tree_list(&p->view, p->tip, folder, true, fn, arg, e);
}

/* So that two controllers that met once do not meet again. */
static void pause_a_little(int try)
{
	unsigned char r = 0;

	if (getrandom(&r, sizeof(r), GRND_NONBLOCK) < 0)
		r = 128;
	poll(NULL, 0, try * (PAUSE_MS + r));
}

/* 0: pushed and read back, or nothing to do; 1: the branch was moved; -1. */
static int push_once(struct git_publish *p, struct commit_plan plan, struct err *e)
{
	git_oid parent, commit;
	git_reference *next = NULL;

	if (p->tip[0]) {
		git_oid_fromstr(&parent, p->tip);
		plan.parent = &parent;
	}
	int rc = commit_write(&plan, &commit, e);
	if (rc)
		return rc < 0 ? -1 : 0;
	if (git_reference_create(&next, p->repo, NEXT_REF, &commit, 1, NULL) < 0)
		return git_fail(e, ERR_PUBLISH, "the new commit can not be kept");
	git_reference_free(next);
	rc = git_peer_push(&p->peer, p->repo, NEXT_REF, plan.parent, e);
	if (rc)
		return rc;
	git_oid_tostr(p->tip, sizeof(p->tip), &commit);
	if (git_reference_create(&next, p->repo, STATUS_REF, &commit, 1, NULL) < 0)
		return git_fail(e, ERR_PUBLISH, "the pushed commit can not be kept");
	git_reference_free(next);
	return 0;
}

static int publish_push(struct publish *port, const struct publish_file *file, size_t n,
			const char *message, char commit[OID_TEXT], struct err *e)
{
	struct git_publish *p = self(port);
	struct commit_plan plan = { .repo = p->repo,
				    .objects = p->objects,
				    .file = file,
				    .n = n,
				    .message = message,
				    .author = p->author };
	char tip[OID_TEXT];

	if (need_tip(p, e) < 0)
		return -1;
	for (int try = 1; try <= TRIES; try++) {
		plan.time = p->clock->real(p->clock->self);
		int rc = push_once(p, plan, e);
		if (rc < 0)
			return -1;
		if (rc == 0) {
			memcpy(commit, p->tip, OID_TEXT);
			return 0;
		}
		if (try < TRIES)
			pause_a_little(try);
		if (publish_fetch(port, tip, e) < 0)
			return -1;
	}
	return err_set(e, ERR_PUBLISH,
		       "branch %s of %s was moved by somebody else %d times in a row; the next run "
		       "tries again",
		       p->peer.o.branch, p->peer.o.url, TRIES);
}

static void publish_close(struct publish *port)
{
	struct git_publish *p = self(port);

	git_odb_free(p->view.odb);
	git_repository_free(p->repo);
	git_peer_close(&p->peer);
	arena_release(&p->mem);
	free(p);
}

static const struct publish_ops publish_ops = {
	.fetch = publish_fetch,
	.read = publish_read,
	.message = publish_message,
	.walk = publish_walk,
	.push = publish_push,
	.close = publish_close,
};

int git_publish_open(const struct git_publish_options *o, struct publish **out, struct err *e)
{
	if (git_setup(e) < 0)
		return -1;
	struct git_publish *p = calloc(1, sizeof(*p));
	if (!p)
		out_of_memory();
	p->port.ops = &publish_ops;
	p->author = arena_strdup(&p->mem, o->author);
	p->clock = o->clock;
	if (git_peer_open(&o->remote, ERR_PUBLISH, &p->peer, e) < 0 ||
	    git_mirror_open(o->remote.mirror, &p->repo, ERR_PUBLISH, e) < 0 ||
	    !(p->objects = new_objects_start(p->repo, &p->view.odb, e))) {
		publish_close(&p->port);
		return -1;
	}
	p->view.repo = p->repo;
	p->view.root = "";
	p->view.code = ERR_PUBLISH;
	*out = &p->port;
	return 0;
}
