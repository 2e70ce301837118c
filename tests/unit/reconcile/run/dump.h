/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A world as text that two runs can be compared by: all that is durable, in the store, on the
 * status branch and on servers, without what chance or the clock decides. Random ids, keys and
 * fingerprints are replaced by what they stand for; the lines are sorted.
 */
#ifndef APNSCTL_TESTS_DUMP_H
#define APNSCTL_TESTS_DUMP_H

#include "reconcile/model/store_rules.h"
#include "tests/unit/reconcile/run/doubles.h"

struct alias {
	const char *hex, *name;
};

struct dump {
	struct arena mem;
	struct alias *alias;
	size_t n_alias, cap_alias;
	const char **line;
	size_t n_line, cap_line;
	enum store_table_id table;
};

static const char *alias_of(const struct dump *d, const char *hex)
{
	for (size_t i = 0; i < d->n_alias; i++)
		if (text_eq(d->alias[i].hex, hex))
			return d->alias[i].name;
	return NULL;
}

static void alias_add(struct dump *d, const char *hex, const char *name)
{
	*(struct alias *)arena_push(&d->mem, &d->alias, &d->n_alias, &d->cap_alias,
				    sizeof(*d->alias)) =
		(struct alias){ arena_strdup(&d->mem, hex), arena_strdup(&d->mem, name) };
}

/* The tables come in an order in which each id is known before it is used in a name. */
static int learn_row(const void *row, void *arg, struct err *e)
{
	struct dump *d = arg;
	const struct row_tenant *t = row;
	const struct row_certificate *c = row;
	const struct row_key_record *k = row;
	const struct row_pair *p = row;

	(void)e;
	if (d->table == TABLE_TENANT)
		alias_add(d, t->uid, arena_printf(&d->mem, "<%s>", t->name));
	else if (d->table == TABLE_CERTIFICATE)
		alias_add(d, c->uid,
			  arena_printf(&d->mem, "<%s/%s>", alias_of(d, c->tenant_uid), c->name));
	else if (d->table == TABLE_KEY_RECORD)
		alias_add(d, k->spki,
			  arena_printf(&d->mem, "<key %s %lld>", alias_of(d, k->certificate_uid),
				       (long long)k->version));
	else
		alias_add(d, p->sha256,
			  arena_printf(&d->mem, "<pair %s %s>", alias_of(d, p->certificate_uid),
				       p->serial));
	return 0;
}

/* Runs of at least 32 hex digits are ids; those that stand for nothing that is known stay. */
static const char *renamed(struct dump *d, const char *text)
{
	struct buf b = BUF_INIT(1 << 20);

	for (const char *c = text; *c;) {
		size_t n = strspn(c, "0123456789abcdef");
		const char *name =
			n < 32 ? NULL : alias_of(d, arena_strndup(&d->mem, c, n));
		n += !n;
		if (name)
			buf_adds(&b, name);
		else
			buf_add(&b, c, n);
		c += n;
	}
	const char *out = arena_strdup(&d->mem, buf_str(&b));
	buf_release(&b);
	return out;
}

static void add_line(struct dump *d, const char *line)
{
	*(const char **)arena_push(&d->mem, &d->line, &d->n_line, &d->cap_line,
				   sizeof(*d->line)) = renamed(d, line);
}

/* Times of doing and numbers of order differ between runs that come to the same end. */
static bool is_chance(const struct store_col *c)
{
	static const char *const names[] = { "at",           "since",        "created_at",
					     "requested_at", "returned_at",
					     "active_at",    "observed_at",  "installed_at",
					     "probed_at",    "seen_at",      "seq",
					     "prev",         "hash" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_eq(c->name, names[i]))
			return true;
	return false;
}

/* An upload whose run died is seen on the server by the next one, which does not claim it. */
static bool is_of_the_run(enum store_table_id table, const void *row)
{
	static const char *const keys[] = { "fence", "journal_seq", "audit_head" };

	for (size_t i = 0; table == TABLE_META && i < sizeof(keys) / sizeof(keys[0]); i++)
		if (text_eq(((const struct row_meta *)row)->key, keys[i]))
			return true;
	if (table == TABLE_AUDIT)
		return text_eq(((const struct row_audit *)row)->verb, "InstallCertificate");
	return table == TABLE_JOURNAL;
}

static int dump_row(const void *row, void *arg, struct err *e)
{
	struct dump *d = arg;
	const struct store_table *t = store_table(d->table);
	void *r = (void *)(uintptr_t)row;
	const char *line = t->name;

	(void)e;
	if (is_of_the_run(d->table, row))
		return 0;
	for (unsigned i = 0; i < t->n_col; i++) {
		const struct store_col *c = &t->col[i];
		if (is_chance(c))
			continue;
		line = arena_printf(&d->mem, "%s %s=", line, c->name);
		if (c->type == STORE_TEXT && *store_text(c, r))
			line = arena_printf(&d->mem, "%s%s", line, *store_text(c, r));
		else if (c->type == STORE_INT)
			line = arena_printf(&d->mem, "%s%lld", line, (long long)*store_int(c, r));
		else if (c->type == STORE_BLOB)
			line = arena_printf(&d->mem, "%s%.*s", line, (int)store_blob(c, r)->len,
					    (const char *)store_blob(c, r)->data);
	}
	add_line(d, line);
	return 0;
}

static int dump_tables(struct store_txn *t, void *arg, struct err *e)
{
	static const enum store_table_id named[] = { TABLE_TENANT, TABLE_CERTIFICATE,
						     TABLE_KEY_RECORD, TABLE_PAIR };
	struct dump *d = arg;

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		d->table = named[i];
		if (store_each(t, d->table, NULL, &d->mem, learn_row, d, e))
			return -1;
	}
	for (int i = 0; i < TABLE_MAX; i++) {
		d->table = (enum store_table_id)i;
		if (store_each(t, d->table, NULL, &d->mem, dump_row, d, e))
			return -1;
	}
	return 0;
}

static bool has_instant(const char *line)
{
	return strstr(line, "\"lastTransitionTime\"") || strstr(line, "\"requestedAt\"");
}

static void dump_files(struct dump *d, const char *what, const struct files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		char *text = arena_strdup(&d->mem, f->item[i].data), *more = NULL;
		for (char *l = strtok_r(text, "\n", &more); l; l = strtok_r(NULL, "\n", &more))
			if (!has_instant(l))
				add_line(d, arena_printf(&d->mem, "%s %s: %s", what,
							 f->item[i].path, l));
	}
}

static int by_line(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* The text lives in `mem`. */
static const char *world_dump(const struct world *w, struct arena *mem)
{
	struct dump d = { 0 };
	struct buf b = BUF_INIT(64 << 20);
	struct err e = { 0 };

	alias_add(&d, w->tip, "<tip>");
	if (store_read(w->inner, dump_tables, &d, &e))
		abort();
	dump_files(&d, "status", &w->published);
	dump_files(&d, "nano", &w->nano);
	dump_files(&d, "deployed", &w->deployed);
	if (d.n_line)
		qsort(d.line, d.n_line, sizeof(*d.line), by_line);
	for (size_t i = 0; i < d.n_line; i++) {
		buf_adds(&b, d.line[i]);
		buf_addc(&b, '\n');
	}
	const char *text = arena_strdup(mem, buf_str(&b));
	buf_release(&b);
	arena_release(&d.mem);
	return text;
}

/* Prints the lines that stand in one text only; returns how many. */
static int print_difference(const char *want, const char *got, struct arena *mem)
{
	char *a = arena_strdup(mem, want), *b = arena_strdup(mem, got), *x, *y;
	char *l = strtok_r(a, "\n", &x), *r = strtok_r(b, "\n", &y);
	int n = 0;

	while (l || r) {
		int c = !l ? 1 : !r ? -1 : strcmp(l, r);
		if (c && n++ < 8)
			fprintf(stderr, "  %c %.400s\n", c < 0 ? '-' : '+', c < 0 ? l : r);
		if (c <= 0)
			l = strtok_r(NULL, "\n", &x);
		if (c >= 0)
			r = strtok_r(NULL, "\n", &y);
	}
	return n;
}

#endif
