/* SPDX-License-Identifier: Apache-2.0 */
/* The source over a mirror and over a repository at hand; the remote side is a file:// URL. */
#include "tests/unit/reconcile/adapter/git/fixture.h"

#include <sys/stat.h>

static void fetches_the_branch_and_reads_its_files(void **state)
{
	char tip[OID_TEXT], oid[OID_TEXT], commit[OID_TEXT];
	struct buf text = BUF_INIT(SOURCE_FILE_MAX), seen = BUF_INIT(4096);

	(void)state;
	make_remote();
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	assert_string_equal(tip, sh("git -C r.git rev-parse main"));
	want(s->ops->lookup(s, tip, "tenants/acme/a.yaml", oid, &e), 0);
	want(s->ops->read(s, oid, &text, &e), 0);
	assert_string_equal(buf_str(&text), "two\n");
	want(s->ops->lookup(s, tip, "tenants/acme/b.yaml", oid, &e), 1);
	want(s->ops->lookup(s, tip, "tenants/acme/a.yaml/x", oid, &e), 1);
	want(s->ops->list(s, tip, "", note_entry, &seen, &e), 0);
	assert_string_equal(buf_str(&seen), "organization.yaml f\ntenants d\n");
	buf_clear(&seen);
	want(s->ops->walk(s, tip, "", note_entry, &seen, &e), 0);
	assert_string_equal(buf_str(&seen), "organization.yaml f\ntenants d\ntenants/acme d\n"
					    "tenants/acme/a.yaml f\n");
	buf_clear(&seen);
	want(s->ops->walk(s, tip, "tenants", note_entry, &seen, &e), 0);
	assert_string_equal(buf_str(&seen), "tenants/acme d\ntenants/acme/a.yaml f\n");
	want(s->ops->resolve(s, "main", commit, &e), 0);
	assert_string_equal(commit, tip);
	want(s->ops->resolve(s, "HEAD~1", commit, &e), 0);
	assert_string_equal(commit, sh("git -C r.git rev-parse main~1"));
	s->ops->close(s);
	buf_release(&text);
	buf_release(&seen);
}

static void a_second_fetch_brings_what_is_new(void **state)
{
	char before[OID_TEXT], tip[OID_TEXT];

	(void)state;
	make_remote();
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, before, &e), 0);
	want(s->ops->fetch(s, tip, &e), 0);
	assert_string_equal(tip, before);
	sh("cd w && echo three >organization.yaml && git commit -qam third && "
	   "git push -q ../r.git main");
	want(s->ops->fetch(s, tip, &e), 0);
	assert_string_not_equal(tip, before);
	want(s->ops->descends(s, tip, before, &e), 1);
	want(s->ops->descends(s, tip, tip, &e), 1);
	want(s->ops->descends(s, before, tip, &e), 0);
	s->ops->close(s);
	s = open_source(url_of("r.git"));
	want(s->ops->resolve(s, "HEAD", before, &e), 0);
	assert_string_equal(before, tip);
	s->ops->close(s);
}

static void a_rewritten_history_does_not_descend(void **state)
{
	char before[OID_TEXT], tip[OID_TEXT];

	(void)state;
	make_remote();
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, before, &e), 0);
	sh("cd w && git commit -q --amend -m other && git push -qf ../r.git main");
	want(s->ops->fetch(s, tip, &e), 0);
	want(s->ops->descends(s, tip, before, &e), 0);
	want(s->ops->descends(s, tip, "0123456789012345678901234567890123456789", &e), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	s->ops->close(s);
}

static void a_vanished_branch_is_an_error_and_keeps_what_was_fetched(void **state)
{
	char tip[OID_TEXT], kept[OID_TEXT], text[512];

	(void)state;
	make_remote();
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	sh("git -C r.git branch -m main trunk");
	want(s->ops->fetch(s, kept, &e), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	snprintf(text, sizeof(text),
		 "%s has no branch main (any more); nothing is changed by that, "
		 "set source.branch to the one that counts",
		 url_of("r.git"));
	assert_string_equal(e.text, text);
	want(s->ops->resolve(s, "main", kept, &e), 0);
	assert_string_equal(kept, tip);
	s->ops->close(s);
}

static void an_empty_or_missing_repository_is_an_error(void **state)
{
	char tip[OID_TEXT];

	(void)state;
	make_remote();
	sh("git init -q --bare empty.git");
	struct source *s = open_source(url_of("empty.git"));
	want(s->ops->fetch(s, tip, &e), -1);
	assert_non_null(strstr(e.text, "has no branch main"));
	s->ops->close(s);
	s = open_source(url_of("nowhere.git"));
	want(s->ops->fetch(s, tip, &e), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	assert_non_null(strstr(e.text, "nowhere.git"));
	s->ops->close(s);
}

static void the_root_may_be_a_folder(void **state)
{
	struct git_source_options o = source_options(NULL);
	char tip[OID_TEXT], oid[OID_TEXT];
	struct buf seen = BUF_INIT(4096);
	struct source *s;

	(void)state;
	make_remote();
	o.remote.url = url_of("r.git");
	o.path = "tenants/";
	want(git_source_open(&o, &s, &e), 0);
	want(s->ops->fetch(s, tip, &e), 0);
	want(s->ops->walk(s, tip, "", note_entry, &seen, &e), 0);
	assert_string_equal(buf_str(&seen), "acme d\nacme/a.yaml f\n");
	want(s->ops->lookup(s, tip, "acme/a.yaml", oid, &e), 0);
	want(s->ops->lookup(s, tip, "organization.yaml", oid, &e), 1);
	want(s->ops->lookup(s, tip, "../organization.yaml", oid, &e), 1);
	want(s->ops->lookup(s, tip, "", oid, &e), 0);
	assert_string_equal(oid, sh("git -C r.git rev-parse main:tenants"));
	s->ops->close(s);
	buf_release(&seen);
}

static void a_folder_that_is_gone_is_an_error_not_an_empty_one(void **state)
{
	struct git_source_options o = source_options(NULL);
	char tip[OID_TEXT], text[256];
	struct buf seen = BUF_INIT(4096);
	struct source *s;

	(void)state;
	make_remote();
	o.remote.url = url_of("r.git");
	o.path = "customers";
	want(git_source_open(&o, &s, &e), 0);
	want(s->ops->fetch(s, tip, &e), 0);
	want(s->ops->list(s, tip, "", note_entry, &seen, &e), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	snprintf(text, sizeof(text), "commit %s has no folder customers", tip);
	assert_string_equal(e.text, text);
	want(s->ops->list(s, tip, "x", note_entry, &seen, &e), 0);
	s->ops->close(s);
}

/* Trees that `git add` would never make are written with mktree; `fsck` would complain. */
static void flags_evil_entries_and_follows_none(void **state)
{
	char tip[OID_TEXT];
	struct buf seen = BUF_INIT(4096);

	(void)state;
	make_remote();
	sh("cd r.git && b=$(echo hi | git hash-object -w --stdin) && "
	   "l=$(printf /etc/passwd | git hash-object -w --stdin) && "
	   "t=$(printf '100644 blob %%s\tin.yaml\n' $b | git mktree) && "
	   "e() { printf '%%s %%s %%s\t%%b\\000' \"$@\"; } && (e 100644 blob $b .git; "
	   "e 040000 tree $t ..; e 040000 tree $t .GIT; e 120000 blob $l link.yaml; "
	   "e 160000 commit $(git rev-parse main) module; e 100644 blob $b 'new\\nline.yaml'; "
	   "e 100755 blob $b run.yaml; e 040000 tree $t tenants; "
	   "e 100644 blob $b '\\0342\\0200\\0256lmay.a') >../list && t=$(git mktree -z <../list) "
	   "&& "
	   "git update-ref refs/heads/main $(git commit-tree -m evil -p main $t)");
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	want(s->ops->walk(s, tip, "", note_entry, &seen, &e), 0);
	assert_string_equal(buf_str(&seen), ".. d!\n.GIT d!\n.git f!\nlink.yaml l\nmodule s\n"
					    "new\\x0aline.yaml f!\nrun.yaml f\ntenants d\n"
					    "tenants/in.yaml f\n\\u{202e}lmay.a f!\n");
	char oid[OID_TEXT];
	want(s->ops->lookup(s, tip, "../in.yaml", oid, &e), 1);
	want(s->ops->lookup(s, tip, "link.yaml/x", oid, &e), 1);
	s->ops->close(s);
	buf_release(&seen);
}

static void flags_entries_twice_or_out_of_order(void **state)
{
	char tip[OID_TEXT];
	struct buf seen = BUF_INIT(4096);

	(void)state;
	make_remote();
	sh("cd r.git && b=$(echo hi | git hash-object -w --stdin) && raw() { printf '100644 "
	   "%%s\\0' $1; "
	   "printf $b | sed 's/../\\\\x&/g' | xargs -0 printf %%b; } && "
	   "t=$( (raw b; raw a; raw c; raw c) | git hash-object -w -t tree --literally --stdin) && "
	   "git update-ref refs/heads/main $(git commit-tree -m evil -p main $t)");
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	want(s->ops->list(s, tip, "", note_entry, &seen, &e), 0);
	assert_string_equal(buf_str(&seen), "b f\na f!\nc f\nc f!\n");
	s->ops->close(s);
	buf_release(&seen);
}

static int count_entry(const struct source_entry *entry, void *arg, struct err *err)
{
	size_t *n = arg;

	(void)err;
	n[0]++;
	n[1] += entry->bad_name;
	return 0;
}

static void a_deep_tree_ends_at_the_limit(void **state)
{
	char tip[OID_TEXT];
	size_t n[2] = { 0 };

	(void)state;
	make_remote();
	sh("cd r.git && t=$(echo hi | git hash-object -w --stdin) && "
	   "t=$(printf '100644 blob %%s\\tf\\n' $t | git mktree) && "
	   "for i in $(seq 30); do t=$(printf '040000 tree %%s\\td\\n' $t | git mktree); done && "
	   "git update-ref refs/heads/main $(git commit-tree -m deep -p main $t)");
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	want(s->ops->walk(s, tip, "", count_entry, n, &e), 0);
	assert_int_equal(n[0], SOURCE_DEPTH_MAX);
	assert_int_equal(n[1], 1);
	s->ops->close(s);
}

/* 10 folders in 10 folders in … : a million million files in seven objects. */
static void a_tree_that_multiplies_is_refused(void **state)
{
	char tip[OID_TEXT], text[128];
	size_t n[2] = { 0 };

	(void)state;
	make_remote();
	sh("cd r.git && o=\"100644 blob $(echo hi | git hash-object -w --stdin)\" && "
	   "for i in $(seq 8); do for d in 0 1 2 3 4 5 6 7 8 9; do printf '%%s\\t%%s\\n' \"$o\" "
	   "$d; "
	   "done >../list; o=\"040000 tree $(git mktree <../list)\"; done && "
	   "git update-ref refs/heads/main $(git commit-tree -m bomb -p main ${o##* })");
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	want(s->ops->walk(s, tip, "", count_entry, n, &e), -1);
	snprintf(text, sizeof(text), "the tree has more than %d entries", SOURCE_ENTRIES_MAX);
	assert_string_equal(e.text, text);
	s->ops->close(s);
}

static void a_large_file_is_not_read(void **state)
{
	char tip[OID_TEXT], oid[OID_TEXT];
	struct buf text = BUF_INIT(SOURCE_FILE_MAX);

	(void)state;
	make_remote();
	sh("cd w && head -c %d /dev/zero >most && head -c %d /dev/zero >large && git add . && "
	   "git commit -qm large && git push -q ../r.git main",
	   SOURCE_FILE_MAX, SOURCE_FILE_MAX + 1);
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	want(s->ops->lookup(s, tip, "large", oid, &e), 0);
	buf_adds(&text, "before");
	want(s->ops->read(s, oid, &text, &e), 1);
	assert_int_equal(text.len, 0);
	want(s->ops->lookup(s, tip, "most", oid, &e), 0);
	want(s->ops->read(s, oid, &text, &e), 0);
	assert_int_equal(text.len, SOURCE_FILE_MAX);
	want(s->ops->read(s, tip, &text, &e), -1);
	want(s->ops->read(s, "HEAD", &text, &e), -1);
	assert_string_equal(e.text, "HEAD is not an object id");
	s->ops->close(s);
	buf_release(&text);
}

static void a_folder_of_20_mib_is_not_read(void **state)
{
	char tip[OID_TEXT];
	size_t n[2] = { 0 };

	(void)state;
	make_remote();
	sh("cd r.git && t=$(head -c 20971520 /dev/zero | "
	   "git hash-object -w -t tree --literally --stdin) && "
	   "git update-ref refs/heads/main $(git commit-tree -m wide -p main $t)");
	struct source *s = NULL;
	want(git_source_local(in_top("r.git"), &s, &e), 0);
	want(s->ops->resolve(s, "main", tip, &e), 0);
	want(s->ops->list(s, tip, "", count_entry, n, &e), -1);
	assert_non_null(strstr(e.text, "is larger than 16 MiB and not read"));
	assert_int_equal(n[0], 0);
	s->ops->close(s);
}

static void refuses_a_mirror_that_others_can_write(void **state)
{
	struct git_source_options o = source_options(NULL);
	char text[512];
	struct source *s = NULL;

	(void)state;
	make_remote();
	o.remote.url = url_of("r.git");
	sh("mkdir m && chmod 0777 m");
	want(git_source_open(&o, &s, &e), -1);
	assert_null(s);
	snprintf(text, sizeof(text),
		 "the mirror %s can be written by others; it has to belong to "
		 "the user that runs apnsctl, with mode 0700",
		 o.remote.mirror);
	assert_string_equal(e.text, text);
	sh("rmdir m");
	assert_int_equal(symlink("w", in_top("m")), 0);
	want(git_source_open(&o, &s, &e), -1);
	assert_non_null(strstr(e.text, "is not a folder"));
	sh("rm m");
	want(git_source_open(&o, &s, &e), 0);
	struct stat st;
	assert_int_equal(stat(o.remote.mirror, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	s->ops->close(s);
}

static void refuses_alternates_and_ignores_configuration(void **state)
{
	struct git_source_options o = source_options(NULL);
	char tip[OID_TEXT];
	struct source *s = NULL;

	(void)state;
	make_remote();
	o.remote.url = url_of("r.git");
	want(git_source_open(&o, &s, &e), 0);
	s->ops->close(s);
	sh("git init -q --bare other.git && git -C m config url.file://%s/other.git.insteadOf %s",
	   top, o.remote.url);
	want(git_source_open(&o, &s, &e), 0);
	want(s->ops->fetch(s, tip, &e), 0);
	s->ops->close(s);
	sh("mkdir -p m/objects/info && echo %s/r.git/objects >m/objects/info/alternates", top);
	want(git_source_open(&o, &s, &e), -1);
	assert_non_null(strstr(e.text, "takes objects from elsewhere"));
}

/* As after `kill -9`: locks, a pack that is half there, a repository without its HEAD. */
static void goes_on_after_a_killed_process(void **state)
{
	char tip[OID_TEXT];

	(void)state;
	make_remote();
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	s->ops->close(s);
	sh("cd w && echo three >organization.yaml && git commit -qam third && "
	   "git push -q ../r.git main");
	sh("touch m/refs/apnsctl/source.lock && touch -d '-1 hour' m/packed-refs.lock && "
	   "touch -d '-2 days' m/objects/pack/pack_git2_abcdef && "
	   "touch m/objects/pack/pack_git2_in_use");
	s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	assert_string_equal(tip, sh("git -C r.git rev-parse main"));
	s->ops->close(s);
	assert_string_equal(sh("find m -name '*.lock' -o -name 'pack_git2_*'"),
			    "m/objects/pack/pack_git2_in_use");
	sh("rm m/HEAD m/config");
	s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	s->ops->close(s);
}

static void reads_a_repository_at_hand_without_touching_it(void **state)
{
	char commit[OID_TEXT], work_tree[256], before[64];
	struct source *s = NULL;

	(void)state;
	make_remote();
	sh("cd w && git tag v1 main~1 && git update-ref refs/remotes/origin/apnsctl-status main~1 "
	   "&& "
	   "git config core.hooksPath hooks && git config extensions.worktreeConfig true");
	snprintf(before, sizeof(before), "%s",
		 sh("find w -type f -exec sha1sum {} + | sort | sha1sum"));
	want(git_source_local(in_top("w/tenants/acme"), &s, &e), 0);
	snprintf(work_tree, sizeof(work_tree), "%s/w/", top);
	assert_string_equal(git_source_work_tree(s), work_tree);
	want(s->ops->resolve(s, "HEAD", commit, &e), 0);
	assert_string_equal(commit, sh("git -C w rev-parse HEAD"));
	want(s->ops->resolve(s, "v1", commit, &e), 0);
	assert_string_equal(commit, sh("git -C w rev-parse main~1"));
	want(s->ops->resolve(s, "origin/apnsctl-status", commit, &e), 0);
	want(s->ops->resolve(s, "nowhere", commit, &e), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	want(s->ops->fetch(s, commit, &e), -1);
	assert_string_equal(e.text, "a repository at hand is not fetched");
	s->ops->close(s);
	assert_string_equal(sh("find w -type f -exec sha1sum {} + | sort | sha1sum"), before);
}

static void what_was_added_is_never_ignored(void **state)
{
	struct source *s = NULL;

	(void)state;
	make_remote();
	sh("cd w && printf '*.tmp\\nout/\\nsecret/\\n' >.gitignore && mkdir out secret && "
	   "touch a.tmp b.tmp out/a secret/a && git add -f b.tmp secret/a && git commit -qm "
	   "hidden");
	want(git_source_local(in_top("w"), &s, &e), 0);
	assert_true(git_source_ignores(s, "a.tmp"));
	assert_true(git_source_ignores(s, "out"));
	assert_true(git_source_ignores(s, "out/a"));
	assert_false(git_source_ignores(s, "b.tmp"));
	assert_false(git_source_ignores(s, "secret"));
	assert_false(git_source_ignores(s, "secret/"));
	assert_false(git_source_ignores(s, "secret/a"));
	assert_false(git_source_ignores(s, "organization.yaml"));
	s->ops->close(s);
}

static void reads_bare_shallow_and_foreign_repositories(void **state)
{
	char commit[OID_TEXT], oid[OID_TEXT];
	struct source *s = NULL;

	(void)state;
	make_remote();
	want(git_source_local(in_top("r.git"), &s, &e), 0);
	assert_null(git_source_work_tree(s));
	want(s->ops->resolve(s, "main", commit, &e), 0);
	s->ops->close(s);
	sh("rm -rf shallow && git clone -q --depth 1 file://%s/r.git shallow", top);
	if (geteuid() == 0)
		sh("chown -R 12345 shallow");
	want(git_source_local(in_top("shallow"), &s, &e), 0);
	want(s->ops->resolve(s, "HEAD", commit, &e), 0);
	want(s->ops->lookup(s, commit, "tenants/acme/a.yaml", oid, &e), 0);
	want(s->ops->descends(s, commit, sh("git -C r.git rev-parse main~1"), &e), -1);
	s->ops->close(s);
	want(git_source_local("/", &s, &e), -1);
	assert_string_equal(e.text, "/ is not inside a Git repository");
}

static void options_that_can_not_be_right_are_refused_at_once(void **state)
{
	struct git_credential_options c = { .origin = "https://other.example", .file = "/x" };
	struct git_source_options o = source_options("https://git.example/a.git");
	struct source *s = NULL;

	(void)state;
	o.remote.credential = &c;
	want(git_source_open(&o, &s, &e), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	assert_string_equal(e.text,
			    "the credential belongs to https://other.example and is not sent "
			    "to https://git.example/a.git; change its origin or name "
			    "another one");
	o.remote.credential = NULL;
	o.remote.branch = "main:x";
	want(git_source_open(&o, &s, &e), -1);
	assert_string_equal(e.text, "main:x is not the name of a branch");
	o.remote.branch = "main";
	o.remote.ca_file = "/nonexistent/ca.pem";
	want(git_source_open(&o, &s, &e), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	assert_non_null(strstr(e.text, "caFile /nonexistent/ca.pem can not be used"));
	o.remote.url = "ext::sh -c id";
	want(git_source_open(&o, &s, &e), -1);
	assert_int_equal(e.code, ERR_SOURCE);
	assert_null(s);
}

/* The largest packs stay as they are: the one of the large file is small. */
static void a_large_delta_is_copied_when_packs_are_put_together(void **state)
{
	char tip[OID_TEXT];

	(void)state;
	make_remote();
	sh("cd w && head -c 20000000 /dev/zero >big && git add . && git commit -qm big && "
	   "echo more >>big && git commit -qam bigger && git push -q ../r.git main && "
	   "git -C ../r.git repack -adfq");
	struct source *s = open_source(url_of("r.git"));
	want(s->ops->fetch(s, tip, &e), 0);
	for (int i = 0; i < 52; i++) {
		sh("cd w && head -c 50000 /dev/urandom >noise && git add . && git commit -qm %d && "
		   "git push -q ../r.git main", i);
		want(s->ops->fetch(s, tip, &e), 0);
	}
	s->ops->close(s);
	assert_int_equal(atoi(sh("ls m/objects/pack/*.pack | wc -l")), 53);
	s = open_source(url_of("r.git"));
	s->ops->close(s);
	assert_int_equal(atoi(sh("ls m/objects/pack/*.pack | wc -l")), 6);
	assert_string_equal(sh("git -C m cat-file -s refs/apnsctl/source:big"), "20000005");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fetches_the_branch_and_reads_its_files),
		cmocka_unit_test(a_second_fetch_brings_what_is_new),
		cmocka_unit_test(a_rewritten_history_does_not_descend),
		cmocka_unit_test(a_vanished_branch_is_an_error_and_keeps_what_was_fetched),
		cmocka_unit_test(an_empty_or_missing_repository_is_an_error),
		cmocka_unit_test(the_root_may_be_a_folder),
		cmocka_unit_test(a_folder_that_is_gone_is_an_error_not_an_empty_one),
		cmocka_unit_test(flags_evil_entries_and_follows_none),
		cmocka_unit_test(flags_entries_twice_or_out_of_order),
		cmocka_unit_test(a_deep_tree_ends_at_the_limit),
		cmocka_unit_test(a_tree_that_multiplies_is_refused),
		cmocka_unit_test(a_large_file_is_not_read),
		cmocka_unit_test(a_folder_of_20_mib_is_not_read),
		cmocka_unit_test(refuses_a_mirror_that_others_can_write),
		cmocka_unit_test(refuses_alternates_and_ignores_configuration),
		cmocka_unit_test(goes_on_after_a_killed_process),
		cmocka_unit_test(a_large_delta_is_copied_when_packs_are_put_together),
		cmocka_unit_test(reads_a_repository_at_hand_without_touching_it),
		cmocka_unit_test(what_was_added_is_never_ignored),
		cmocka_unit_test(reads_bare_shallow_and_foreign_repositories),
		cmocka_unit_test(options_that_can_not_be_right_are_refused_at_once),
	};
	return cmocka_run_group_tests(tests, make_top, drop_top);
}
