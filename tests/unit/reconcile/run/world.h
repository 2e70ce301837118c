/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A world in memory for whole runs: what doubles of the ports work on. They count their calls and
 * can fail one of them. A commit is a list of files.
 */
#ifndef APNSCTL_TESTS_WORLD_H
#define APNSCTL_TESTS_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/jansson/read.h"
#include "reconcile/adapter/memory/memory.h"
#include "reconcile/run/run.h"
#include "schema/base/json.h"
#include "schema/base/sha256.h"
#include "schema/base/text.h"

struct file {
	const char *path, *data;
	char oid[OID_TEXT];
};

struct files {
	struct file *item; /* by path */
	size_t n, cap;
};

struct commit {
	char oid[OID_TEXT];
	struct files files;
};

enum { COMMITS_MAX = 16, READS_MAX = 4096, CALLS_MAX = 4096 };

/* What happens to the call that is to fail. */
enum fault {
	FAULT_NONE,
	FAULT_FAILS, /* it has no effect and fails */
	FAULT_LOST,  /* it has its effect and fails: the answer was lost */
	FAULT_DIES   /* it has its effect, and no call after it has one: the process died */
};

struct world {
	struct arena mem;
	int64_t now;
	int64_t tick, real;        /* the clock of the wall goes on by `tick` each time */
	struct commit commit[COMMITS_MAX]; /* each the parent of the next */
	size_t n_commit;
	bool rewritten;            /* the tip does not descend from what was applied */
	const char *source_down;   /* why the source can not be fetched; NULL */
	const char *unreadable;    /* files whose path begins so can not be read; NULL */
	const char *read[READS_MAX]; /* paths of the files that were read */
	size_t n_read;
	struct files published;
	unsigned n_push;           /* pushes that changed something */
	char tip[OID_TEXT];
	const char *message;
	const char *status_down;   /* why the status branch can not be fetched; NULL */
	const char *refuse_push;   /* why; NULL */
	struct store *inner;       /* the store behind the one that counts */
	unsigned n_txn, n_write;   /* writing transactions and rows written */
	unsigned n_key, n_upload;  /* keys made, upload files signed */
	bool sealed, has_signer;
	int64_t signer_not_after;
	bool apns_down;
	const char *apns_rejects;  /* topic; NULL */
	struct files accepted;     /* certificates that APNs has accepted */
	unsigned n_probe, n_told;
	struct files nano, deployed; /* what servers hold: topic or folder → certificate */
	unsigned n_put;
	const char *server_down;   /* URLs that begin so do not answer; NULL */
	const char *broken_rule;   /* a safety rule that was broken in this world; NULL */

	enum fault fault;
	size_t calls, fault_at;    /* calls so far; the call that the fault hits, from 1 */
	bool dead;
	const char *hit;           /* the call that was hit; NULL: none */
	const char **name;         /* notes the names of the calls, from 1; NULL: no */

	struct {
		struct source base;
		struct world *w;
	} source;
	struct {
		struct publish base;
		struct world *w;
	} publish;
	struct {
		struct store base;
		struct world *w;
	} store;
	struct {
		struct x509 base;
		struct world *w;
	} x509;
	struct {
		struct keys base;
		struct world *w;
	} keys;
	struct {
		struct apns base;
		struct world *w;
	} apns;
	struct {
		struct http base;
		struct world *w;
	} http, directory;
	struct ports ports;
};

/* Whether a call has its effect, and whether it reports success. */
struct turn {
	bool acts, tells;
};

static struct turn take_turn(struct world *w, const char *call)
{
	struct turn t = { !w->dead, !w->dead };

	if (w->name && w->calls + 1 < CALLS_MAX)
		w->name[w->calls + 1] = call;
	if (++w->calls != w->fault_at || w->fault == FAULT_NONE)
		return t;
	w->hit = call;
	w->dead = w->fault == FAULT_DIES;
	if (w->fault == FAULT_DIES)
		return t;
	return (struct turn){ w->fault == FAULT_LOST, false };
}

static int injected(struct err *e, enum err_code code, const char *call)
{
	return err_set(e, code, "fault injected into %s", call);
}

static void hash_text(const char *text, char hex[SHA256_HEX])
{
	struct sha256 h;

	sha256_init(&h);
	sha256_add_text(&h, text);
	sha256_end_hex(&h, hex);
}

/* Files */

static void oid_of(const char *text, char oid[OID_TEXT])
{
	char hex[SHA256_HEX];

	hash_text(text, hex);
	memcpy(oid, hex, OID_TEXT - 1);
	oid[OID_TEXT - 1] = 0;
}

static struct file *files_find(const struct files *f, const char *path)
{
	for (size_t i = 0; i < f->n; i++)
		if (text_eq(f->item[i].path, path))
			return &f->item[i];
	return NULL;
}

static const char *files_get(const struct files *f, const char *path)
{
	struct file *found = files_find(f, path);

	return found ? found->data : NULL;
}

static int by_path(const void *x, const void *y)
{
	return strcmp(((const struct file *)x)->path, ((const struct file *)y)->path);
}

/* `data` NULL removes the file. True when that changed something. */
static bool files_put(struct files *f, struct arena *mem, const char *path, const char *data)
{
	struct file *found = files_find(f, path);

	if (found && !data) {
		*found = f->item[--f->n];
	} else if (found) {
		if (text_eq(found->data, data))
			return false;
		found->data = arena_strdup(mem, data);
		oid_of(data, found->oid);
		return true;
	} else if (!data) {
		return false;
	} else {
		struct file *new = arena_push(mem, &f->item, &f->n, &f->cap, sizeof(*new));
		*new = (struct file){ arena_strdup(mem, path), arena_strdup(mem, data), "" };
		oid_of(data, new->oid);
	}
	if (f->n)
		qsort(f->item, f->n, sizeof(*f->item), by_path);
	return true;
}

static inline struct files files_copy(const struct files *f, struct arena *mem)
{
	struct files c = { arena_array(mem, f->n + 1, sizeof(*c.item)), f->n, f->n + 1 };

	if (f->n)
		memcpy(c.item, f->item, f->n * sizeof(*c.item));
	return c;
}

static bool is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return !n || (strncmp(path, folder, n) == 0 && path[n] == '/');
}

/* The oid of a file or of all that is below a folder; false: nothing is there. */
static bool path_oid(const struct files *f, const char *path, char oid[OID_TEXT])
{
	struct sha256 h;
	char hex[SHA256_HEX];
	bool any = false;

	sha256_init(&h);
	for (size_t i = 0; i < f->n; i++) {
		if (text_eq(f->item[i].path, path)) {
			memcpy(oid, f->item[i].oid, OID_TEXT);
			return true;
		}
		if (!is_below(f->item[i].path, path))
			continue;
		any = true;
		sha256_add_text(&h, f->item[i].path);
		sha256_add_text(&h, f->item[i].oid);
	}
	sha256_end_hex(&h, hex);
	memcpy(oid, hex, OID_TEXT - 1);
	oid[OID_TEXT - 1] = 0;
	return any;
}

/* The commit after the newest one; the caller changes its files, then commit_end. */
static inline struct files *commit_begin(struct world *w)
{
	struct commit *c = &w->commit[w->n_commit];

	if (w->n_commit == COMMITS_MAX)
		abort();
	c->files = w->n_commit ? files_copy(&c[-1].files, &w->mem) : (struct files){ 0 };
	return &c->files;
}

static inline void commit_end(struct world *w)
{
	struct commit *c = &w->commit[w->n_commit++];
	char tree[OID_TEXT];

	path_oid(&c->files, "", tree);
	oid_of(arena_printf(&w->mem, "%s after %s", tree, w->n_commit > 1 ? c[-1].oid : "none"),
	       c->oid);
}

static struct commit *commit_of(struct world *w, const char *oid)
{
	for (size_t i = 0; i < w->n_commit; i++)
		if (text_eq(w->commit[i].oid, oid))
			return &w->commit[i];
	return NULL;
}

/* The world behind a port: every double has it after its base. */
#define WORLD(port) (((struct { typeof(*(port)) base; struct world *w; } *)(port))->w)

#endif
