/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reconcile/adapter/file/beneath.h"
#include "reconcile/adapter/file/worktree.h"
#include "schema/base/text.h"

struct place {
	char dir[32];
	struct source *source;
	struct buf seen;
	struct buf bytes;
	struct err e;
};

/* Makes "a/b/c" with its folders; the contents are the path. "a/b/" is a folder. */
static void make(struct place *p, const char *path)
{
	char full[512];
	int at = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (const char *c = strchr(path, '/'); c; c = strchr(c + 1, '/')) {
		snprintf(full, sizeof(full), "%.*s", (int)(c - path), path);
		mkdirat(at, full, 0700);
	}
	if (!text_ends(path, "/")) {
		int fd = openat(at, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		assert_int_equal(write(fd, path, strlen(path)), strlen(path));
		close(fd);
	}
	close(at);
}

static bool ignore_dot_o_and_out(void *self, const char *path)
{
	(void)self;
	return text_ends(path, ".o") || text_eq(path, "out/");
}

static bool module_is_one(void *self, const char *path)
{
	(void)self;
	return text_ends(path, "module");
}

static bool bad_is_bad(const char *name, size_t len)
{
	return len == 3 && !memcmp(name, "bad", 3);
}

static int setup(void **state)
{
	static const struct worktree_options o = { ignore_dot_o_and_out, module_is_one, bad_is_bad,
						    NULL };
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	strcpy(p->dir, "/tmp/worktree.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	p->seen.max = 1 << 16;
	p->bytes.max = SOURCE_FILE_MAX;
	assert_int_equal(worktree_open(p->dir, &o, &p->source, &p->e), 0);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	char command[64];

	p->source->ops->close(p->source);
	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	assert_int_equal(system(command), 0);
	buf_release(&p->seen);
	buf_release(&p->bytes);
	free(p);
	return 0;
}

/* Behind the path: "/" for a folder, "@" a link, "!" a submodule, "?" a bad name. */
static int see(const struct source_entry *entry, void *arg, struct err *e)
{
	static const char *const mark[] = { "", "/", "@", "!" };
	struct place *p = arg;

	(void)e;
	buf_addf(&p->seen, "%s%s%s ", entry->path, mark[entry->type], entry->bad_name ? "?" : "");
	return text_eq(entry->path, "stop") ? 7 : text_eq(entry->path, "pass") ? SOURCE_PASS : 0;
}

static void check(struct place *p, bool deep, const char *folder, const char *wanted)
{
	int (*go)(struct source *, const char *, const char *, source_entry_fn *, void *,
		  struct err *) = deep ? p->source->ops->walk : p->source->ops->list;

	buf_clear(&p->seen);
	if (go(p->source, "", folder, see, p, &p->e))
		fail_msg("%s", p->e.text);
	assert_string_equal(buf_str(&p->seen), wanted);
}

static void entries_come_in_the_order_of_a_git_tree(void **state)
{
	struct place *p = *state;

	make(p, "b/z");
	make(p, "b.c");
	make(p, "b-c");
	make(p, "b0");
	make(p, "B");
	make(p, "a/deep/er");
	make(p, "\xc3\xa4");
	check(p, true, "", "B a/ a/deep/ a/deep/er b-c b.c b/ b/z b0 \xc3\xa4 ");
	check(p, false, "", "B a/ b-c b.c b/ b0 \xc3\xa4 ");
	check(p, true, "a", "a/deep/ a/deep/er ");
	check(p, false, "a/deep", "a/deep/er ");
}

static void what_no_commit_has_is_left_out(void **state)
{
	struct place *p = *state;
	char fifo[64];

	make(p, ".git/config");
	make(p, ".github/workflow.yaml");
	make(p, ".gitlab-ci.yml");
	make(p, "empty/");
	make(p, "objects/x.o");
	make(p, "out/made");
	make(p, "kept");
	snprintf(fifo, sizeof(fifo), "%s/fifo", p->dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	check(p, true, "", ".github/ .github/workflow.yaml .gitlab-ci.yml kept ");
}

static void a_missing_folder_has_no_entries(void **state)
{
	struct place *p = *state;

	make(p, "file");
	make(p, ".dot/x");
	check(p, true, "servers", "");
	check(p, false, "file", "");
	check(p, true, "..", "");
	check(p, true, ".dot", ".dot/x ");
	check(p, true, "a/../..", "");
}

static void links_and_repositories_are_told_and_not_entered(void **state)
{
	struct place *p = *state;
	char link[64];

	make(p, "sub/.git/config");
	make(p, "sub/file");
	make(p, "linked/.git");
	make(p, "a/module/");
	make(p, "module/file");
	make(p, "to/secret");
	snprintf(link, sizeof(link), "%s/link", p->dir);
	assert_int_equal(symlink("to", link), 0);
	snprintf(link, sizeof(link), "%s/dangling", p->dir);
	assert_int_equal(symlink("/nowhere", link), 0);
	check(p, true, "", "a/ a/module! dangling@ link@ linked! module! sub! to/ to/secret ");
	check(p, true, "link", "");
}

static void bad_names_and_depths_are_told_and_not_entered(void **state)
{
	struct place *p = *state;

	make(p, "bad/file");
	make(p, "good/bad");
	make(p, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17");
	buf_clear(&p->seen);
	check(p, true, "1/2/3/4/5/6/7/8/9/10/11/12/13/14",
	      "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/ "
	      "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/? ");
	check(p, false, "", "1/ bad/? good/ ");
	check(p, true, "good", "good/bad? ");
}

static int read_it(const struct source_entry *entry, void *arg, struct err *e)
{
	struct place *p = arg;

	if (entry->type == ENTRY_FILE) {
		int rc = p->source->ops->read(p->source, entry->oid, &p->bytes, e);
		buf_addf(&p->seen, "%d:%s ", rc, buf_str(&p->bytes));
	}
	return 0;
}

static void files_are_read_while_they_are_told(void **state)
{
	struct place *p = *state;

	make(p, "a/b/c");
	make(p, "a/d");
	make(p, "e");
	assert_int_equal(p->source->ops->walk(p->source, "", "", read_it, p, &p->e), 0);
	assert_string_equal(buf_str(&p->seen), "0:a/b/c 0:a/d 0:e ");
	buf_clear(&p->seen);
	assert_int_equal(p->source->ops->walk(p->source, "", "a/b", read_it, p, &p->e), 0);
	assert_string_equal(buf_str(&p->seen), "0:a/b/c ");
}

struct kept {
	char oid[8][OID_TEXT];
	size_t n;
};

static int keep(const struct source_entry *entry, void *arg, struct err *e)
{
	struct kept *k = arg;

	(void)e;
	if (entry->type == ENTRY_FILE)
		strcpy(k->oid[k->n++], entry->oid);
	return 0;
}

static void files_are_read_later_too(void **state)
{
	struct place *p = *state;
	struct kept k = { .n = 0 };
	char outside[64];

	make(p, "a/b/c");
	make(p, "d");
	make(p, "e/f");
	assert_int_equal(p->source->ops->walk(p->source, "", "", keep, &k, &p->e), 0);
	assert_int_equal(k.n, 3);
	assert_int_equal(p->source->ops->read(p->source, k.oid[1], &p->bytes, &p->e), 0);
	assert_string_equal(buf_str(&p->bytes), "d");
	assert_int_equal(p->source->ops->read(p->source, k.oid[0], &p->bytes, &p->e), 0);
	assert_string_equal(buf_str(&p->bytes), "a/b/c");
	/* The folder becomes a link meanwhile: it is not followed. */
	snprintf(outside, sizeof(outside), "cd %s && mv e g && ln -s g e", p->dir);
	assert_int_equal(system(outside), 0);
	assert_int_equal(p->source->ops->read(p->source, k.oid[2], &p->bytes, &p->e), -1);
	assert_int_equal(p->e.code, ERR_SOURCE);
	assert_non_null(strstr(p->e.text, "/e/f: "));
	assert_int_equal(p->source->ops->read(p->source, "9999", &p->bytes, &p->e), -1);
	assert_int_equal(p->e.code, ERR_BUG);
}

static void a_file_larger_than_the_limit_is_not_read(void **state)
{
	struct place *p = *state;
	struct kept k = { .n = 0 };
	char path[64];

	make(p, "at");
	make(p, "over");
	snprintf(path, sizeof(path), "%s/at", p->dir);
	assert_int_equal(truncate(path, SOURCE_FILE_MAX), 0);
	snprintf(path, sizeof(path), "%s/over", p->dir);
	assert_int_equal(truncate(path, SOURCE_FILE_MAX + 1), 0);
	assert_int_equal(p->source->ops->walk(p->source, "", "", keep, &k, &p->e), 0);
	assert_int_equal(p->source->ops->read(p->source, k.oid[0], &p->bytes, &p->e), 0);
	assert_int_equal(p->bytes.len, SOURCE_FILE_MAX);
	assert_int_equal(p->source->ops->read(p->source, k.oid[1], &p->bytes, &p->e), 1);
	assert_int_equal(p->bytes.len, 0);
}

static void lookup_finds_what_a_walk_would_tell(void **state)
{
	struct place *p = *state;
	char oid[OID_TEXT], link[64];

	make(p, "a/b");
	make(p, "a/b.o");
	make(p, ".git/config");
	snprintf(link, sizeof(link), "%s/link", p->dir);
	assert_int_equal(symlink("a", link), 0);
	assert_int_equal(p->source->ops->lookup(p->source, "", "a/b", oid, &p->e), 0);
	assert_int_equal(p->source->ops->read(p->source, oid, &p->bytes, &p->e), 0);
	assert_string_equal(buf_str(&p->bytes), "a/b");
	assert_int_equal(p->source->ops->lookup(p->source, "", "a", oid, &p->e), 0);
	assert_int_equal(p->source->ops->lookup(p->source, "", "a/c", oid, &p->e), 1);
	assert_int_equal(p->source->ops->lookup(p->source, "", "a/b.o", oid, &p->e), 1);
	assert_int_equal(p->source->ops->lookup(p->source, "", "link/b", oid, &p->e), 1);
	assert_int_equal(p->source->ops->lookup(p->source, "", "link", oid, &p->e), 1);
	assert_int_equal(p->source->ops->lookup(p->source, "", "a/..", oid, &p->e), 1);
	assert_int_equal(p->source->ops->lookup(p->source, "", "../etc", oid, &p->e), 1);
	assert_int_equal(p->source->ops->lookup(p->source, "", ".git/config", oid, &p->e), 1);
}

/* Both ways to open; "" is the directory itself. */
static void nothing_outside_is_opened(void **state)
{
	static const char *const refused[] = { "..",   "a/../../x", "/etc/passwd", "link/b",
					       "link", "a//b/",     "a/missing",   "" };
	int (*const open_it[])(int, const char *, int) = { open_beneath, open_beneath_by_steps };
	struct place *p = *state;
	char link[64];

	make(p, "a/b");
	snprintf(link, sizeof(link), "%s/link", p->dir);
	assert_int_equal(symlink("a", link), 0);
	int dir = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t way = 0; way < 2; way++) {
		for (size_t i = 0; *refused[i]; i++)
			if (open_it[way](dir, refused[i], O_RDONLY) >= 0)
				fail_msg("%s was opened", refused[i]);
		int fd = open_it[way](dir, "a/b", O_RDONLY);
		assert_true(fd >= 0);
		close(fd);
		fd = open_it[way](dir, "", O_RDONLY | O_DIRECTORY);
		assert_true(fd >= 0);
		close(fd);
	}
	close(dir);
}

static void a_callback_that_stops_stops_the_walk(void **state)
{
	struct place *p = *state;

	make(p, "a");
	make(p, "stop");
	make(p, "z");
	assert_int_equal(p->source->ops->walk(p->source, "", "", see, p, &p->e), 7);
	assert_string_equal(buf_str(&p->seen), "a stop ");
}

static void a_callback_that_passes_a_folder_sees_the_next(void **state)
{
	struct place *p = *state;

	make(p, "a");
	make(p, "pass/b");
	make(p, "z");
	check(p, true, "", "a pass/ z ");
}

static void a_directory_has_no_commits(void **state)
{
	struct place *p = *state;
	char oid[OID_TEXT], wanted[96];

	snprintf(wanted, sizeof(wanted), "%s is read as a directory: it has no commits", p->dir);
	assert_int_equal(p->source->ops->fetch(p->source, oid, &p->e), -1);
	assert_string_equal(p->e.text, wanted);
	assert_int_equal(p->source->ops->resolve(p->source, "HEAD", oid, &p->e), -1);
	assert_int_equal(p->source->ops->descends(p->source, "a", "b", &p->e), -1);
	assert_int_equal(p->e.code, ERR_SOURCE);
}

#define AT_PLACE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_PLACE(entries_come_in_the_order_of_a_git_tree),
		AT_PLACE(what_no_commit_has_is_left_out),
		AT_PLACE(a_missing_folder_has_no_entries),
		AT_PLACE(links_and_repositories_are_told_and_not_entered),
		AT_PLACE(bad_names_and_depths_are_told_and_not_entered),
		AT_PLACE(files_are_read_while_they_are_told),
		AT_PLACE(files_are_read_later_too),
		AT_PLACE(a_file_larger_than_the_limit_is_not_read),
		AT_PLACE(lookup_finds_what_a_walk_would_tell),
		AT_PLACE(nothing_outside_is_opened),
		AT_PLACE(a_callback_that_stops_stops_the_walk),
		AT_PLACE(a_callback_that_passes_a_folder_sees_the_next),
		AT_PLACE(a_directory_has_no_commits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
