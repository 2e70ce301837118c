/* SPDX-License-Identifier: Apache-2.0 */
/* Doubles of the source and publish ports: commits and the status branch are lists of files. */
#ifndef APNSCTL_TESTS_DOUBLE_GIT_H
#define APNSCTL_TESTS_DOUBLE_GIT_H

#include "tests/unit/reconcile/run/world.h"

static int source_fetch(struct source *s, char tip[OID_TEXT], struct err *e)
{
	struct world *w = WORLD(s);

	if (!take_turn(w, "source fetch").tells)
		return injected(e, ERR_SOURCE, "source fetch");
	if (w->source_down)
		return err_set(e, ERR_SOURCE, "%s", w->source_down);
	memcpy(tip, w->commit[w->n_commit - 1].oid, OID_TEXT);
	return 0;
}

static int source_resolve(struct source *s, const char *rev, char commit[OID_TEXT], struct err *e)
{
	struct world *w = WORLD(s);

	if (!take_turn(w, "source resolve").tells || !commit_of(w, rev))
		return injected(e, ERR_SOURCE, "source resolve");
	memcpy(commit, commit_of(w, rev)->oid, OID_TEXT);
	return 0;
}

static int source_descends(struct source *s, const char *commit, const char *ancestor,
			   struct err *e)
{
	struct world *w = WORLD(s);

	if (!take_turn(w, "source descends").tells)
		return injected(e, ERR_SOURCE, "source descends");
	return !w->rewritten && commit_of(w, commit) >= commit_of(w, ancestor);
}

static int each_entry(struct world *w, const char *commit, const char *folder, bool deep,
		      source_entry_fn *fn, void *arg, struct err *e)
{
	const struct files *f = &commit_of(w, commit)->files;
	size_t n = strlen(folder);
	char last[512] = "";
	int rc = 0;

	for (size_t i = 0; !rc && i < f->n; i++) {
		struct source_entry entry = { .path = f->item[i].path, .type = ENTRY_FILE };
		char part[512];
		if (!is_below(entry.path, folder))
			continue;
		const char *rest = entry.path + (n ? n + 1 : 0), *slash = strchr(rest, '/');
		if (!deep && slash) {
			snprintf(part, sizeof(part), "%.*s", (int)(slash - entry.path), entry.path);
			if (text_eq(part, last))
				continue;
			strcpy(last, part);
			entry.path = part;
			entry.type = ENTRY_FOLDER;
		}
		path_oid(f, entry.path, entry.oid);
		rc = fn(&entry, arg, e);
	}
	return rc;
}

static int source_list(struct source *s, const char *commit, const char *folder,
		       source_entry_fn *fn, void *arg, struct err *e)
{
	if (!take_turn(WORLD(s), "source list").tells)
		return injected(e, ERR_SOURCE, "source list");
	return each_entry(WORLD(s), commit, folder, false, fn, arg, e);
}

static int source_walk(struct source *s, const char *commit, const char *folder,
		       source_entry_fn *fn, void *arg, struct err *e)
{
	if (!take_turn(WORLD(s), "source walk").tells)
		return injected(e, ERR_SOURCE, "source walk");
	return each_entry(WORLD(s), commit, folder, true, fn, arg, e);
}

static int source_read(struct source *s, const char *oid, struct buf *out, struct err *e)
{
	struct world *w = WORLD(s);

	buf_clear(out);
	if (!take_turn(w, "source read").tells)
		return injected(e, ERR_SOURCE, "source read");
	for (size_t c = w->n_commit; c-- > 0;)
		for (size_t i = 0; i < w->commit[c].files.n; i++) {
			const struct file *f = &w->commit[c].files.item[i];
			if (memcmp(f->oid, oid, OID_TEXT) != 0)
				continue;
			if (w->unreadable && text_starts(f->path, w->unreadable))
				return err_set(e, ERR_IO, "the object %s is broken", oid);
			if (w->n_read < READS_MAX)
				w->read[w->n_read++] = f->path;
			buf_adds(out, f->data);
			return 0;
		}
	return err_set(e, ERR_SOURCE, "no object %s", oid);
}

static int source_lookup(struct source *s, const char *commit, const char *path, char oid[OID_TEXT],
			 struct err *e)
{
	if (!take_turn(WORLD(s), "source lookup").tells)
		return injected(e, ERR_SOURCE, "source lookup");
	return path_oid(&commit_of(WORLD(s), commit)->files, path, oid) ? 0 : 1;
}

static int publish_fetch(struct publish *p, char tip[OID_TEXT], struct err *e)
{
	if (!take_turn(WORLD(p), "publish fetch").tells)
		return injected(e, ERR_PUBLISH, "publish fetch");
	if (WORLD(p)->status_down)
		return err_set(e, ERR_PUBLISH, "%s", WORLD(p)->status_down);
	memcpy(tip, WORLD(p)->tip, OID_TEXT);
	return 0;
}

static int publish_read(struct publish *p, const char *path, struct buf *out, struct err *e)
{
	const char *data = files_get(&WORLD(p)->published, path);

	if (!take_turn(WORLD(p), "publish read").tells)
		return injected(e, ERR_PUBLISH, "publish read");
	if (!data)
		return 1;
	buf_clear(out);
	buf_adds(out, data);
	return 0;
}

static int publish_message(struct publish *p, struct buf *out, struct err *e)
{
	if (!take_turn(WORLD(p), "publish message").tells)
		return injected(e, ERR_PUBLISH, "publish message");
	buf_clear(out);
	buf_adds(out, WORLD(p)->message);
	return *WORLD(p)->tip ? 0 : 1;
}

static int publish_walk(struct publish *p, const char *folder, source_entry_fn *fn, void *arg,
			struct err *e)
{
	struct world *w = WORLD(p);
	int rc = 0;

	if (!take_turn(w, "publish walk").tells)
		return injected(e, ERR_PUBLISH, "publish walk");
	for (size_t i = 0; !rc && i < w->published.n; i++) {
		struct source_entry entry = { .path = w->published.item[i].path,
					      .type = ENTRY_FILE };
		if (is_below(entry.path, folder))
			rc = fn(&entry, arg, e);
	}
	return rc;
}

static int publish_push(struct publish *p, const struct publish_file *file, size_t n,
			const char *message, char commit[OID_TEXT], struct err *e)
{
	struct world *w = WORLD(p);
	struct turn t = take_turn(w, "publish push");
	bool changed = false;

	if (w->refuse_push)
		return err_set(e, ERR_PUBLISH, "%s", w->refuse_push);
	for (size_t i = 0; t.acts && i < n; i++)
		changed |= files_put(&w->published, &w->mem, file[i].path, file[i].data.data);
	if (changed) {
		w->n_push++;
		w->message = arena_strdup(&w->mem, message);
		path_oid(&w->published, "", w->tip);
	}
	if (!t.tells)
		return injected(e, ERR_PUBLISH, "publish push");
	memcpy(commit, w->tip, OID_TEXT);
	return 0;
}

static const struct source_ops double_source = {
	.fetch = source_fetch,
	.resolve = source_resolve,
	.descends = source_descends,
	.list = source_list,
	.walk = source_walk,
	.read = source_read,
	.lookup = source_lookup,
};

static const struct publish_ops double_publish = {
	.fetch = publish_fetch,
	.read = publish_read,
	.message = publish_message,
	.walk = publish_walk,
	.push = publish_push,
};

#endif
