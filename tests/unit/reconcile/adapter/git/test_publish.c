/* SPDX-License-Identifier: Apache-2.0 */
/* The status branch on a file:// remote; `git fsck` and `git log` are the oracle. */
#include "tests/unit/reconcile/adapter/git/fixture.h"

static const char *on_branch(const char *what)
{
	return sh("git -C r.git %s", what);
}

static void push(struct publish *p, const struct publish_file *f, size_t n, char commit[OID_TEXT])
{
	want(p->ops->push(p, f, n, "Status\n\nPlan-Hash: 1\n", commit, &e), 0);
	assert_string_equal(on_branch("fsck --strict --no-dangling 2>&1"), "");
}

static void the_first_commit_starts_the_branch(void **state)
{
	const struct publish_file f[] = { PUT("tenants/acme.json", "{}\n"),
					  PUT("README.md", "hi\n") };
	char tip[OID_TEXT] = "x", commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	want(p->ops->fetch(p, tip, &e), 0);
	assert_string_equal(tip, "");
	push(p, f, 2, commit);
	assert_string_equal(on_branch("rev-parse apnsctl-status"), commit);
	assert_string_equal(on_branch("log --format='%P|%an <%ae> %at|%cn <%ce> %ct|%B' "
				      "apnsctl-status"),
			    "|apnsctl <apnsctl@msp.example> 1800000000|"
			    "apnsctl <apnsctl@msp.example> 1800000000|Status\n\nPlan-Hash: 1");
	assert_string_equal(on_branch("ls-tree -r --format='%(objectmode) %(path)' apnsctl-status"),
			    "100644 README.md\n100644 tenants/acme.json");
	assert_string_equal(on_branch("show apnsctl-status:tenants/acme.json"), "{}");
	p->ops->close(p);
}

static void nothing_is_committed_when_the_tree_stays_the_same(void **state)
{
	const struct publish_file f[] = { PUT("README.md", "hi\n"), REMOVE("never/there.json") };
	char first[OID_TEXT], commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	push(p, f, 2, first);
	push(p, f, 2, commit);
	assert_string_equal(commit, first);
	push(p, f, 0, commit);
	assert_string_equal(commit, first);
	assert_string_equal(on_branch("rev-list --count apnsctl-status"), "1");
	p->ops->close(p);
	sh("rm -rf p");
	p = open_publish(url_of("r.git"));
	push(p, f, 2, commit);
	assert_string_equal(commit, first);
	p->ops->close(p);
}

static void no_files_make_no_branch(void **state)
{
	char commit[OID_TEXT] = "x";

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	push(p, NULL, 0, commit);
	assert_string_equal(commit, "");
	const struct publish_file f[] = { REMOVE("never/there.json") };
	push(p, f, 1, commit);
	assert_string_equal(commit, "");
	assert_string_equal(on_branch("branch --list apnsctl-status"), "");
	p->ops->close(p);
}

static void files_are_put_over_and_removed(void **state)
{
	const struct publish_file one[] = { PUT("requests/a/a--x.plist", "1"), PUT("b", "2"),
					    PUT("requests/b/b--x.plist", "3") };
	const struct publish_file two[] = { REMOVE("requests/a/a--x.plist"), PUT("b", "4"),
					    PUT("requests/c/c--x.plist", "5") };
	char commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	push(p, one, 3, commit);
	push(p, two, 3, commit);
	assert_string_equal(on_branch("ls-tree -r --name-only apnsctl-status"),
			    "b\nrequests/b/b--x.plist\nrequests/c/c--x.plist");
	assert_string_equal(on_branch("show apnsctl-status:b"), "4");
	p->ops->close(p);
}

static void a_file_of_the_largest_size_is_read_back(void **state)
{
	struct buf text = BUF_INIT(PUBLISH_FILE_MAX), little = BUF_INIT(4096);
	char commit[OID_TEXT];
	char *most = calloc(1, PUBLISH_FILE_MAX + 1);
	struct publish_file f = { "tenants/acme.json", { most, PUBLISH_FILE_MAX } };

	(void)state;
	assert_non_null(most);
	memset(most, 'x', PUBLISH_FILE_MAX);
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	push(p, &f, 1, commit);
	want(p->ops->read(p, f.path, &text, &e), 0);
	assert_int_equal(text.len, PUBLISH_FILE_MAX);
	want(p->ops->read(p, f.path, &little, &e), -1);
	assert_string_equal(e.text, "tenants/acme.json on branch apnsctl-status is too large to be "
				    "read");
	p->ops->close(p);
	buf_release(&text);
	free(most);
}

static void what_is_there_can_be_read_and_walked(void **state)
{
	const struct publish_file f[] = { PUT("tenants/a.json", "1"), PUT("status.json", "2") };
	struct buf text = BUF_INIT(4096), seen = BUF_INIT(4096);
	char commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	want(p->ops->read(p, "status.json", &text, &e), 1);
	want(p->ops->walk(p, "tenants", note_entry, &seen, &e), 0);
	assert_string_equal(buf_str(&seen), "");
	push(p, f, 2, commit);
	want(p->ops->read(p, "status.json", &text, &e), 0);
	assert_string_equal(buf_str(&text), "2");
	want(p->ops->read(p, "nothing.json", &text, &e), 1);
	want(p->ops->walk(p, "tenants", note_entry, &seen, &e), 0);
	assert_string_equal(buf_str(&seen), "tenants/a.json f\n");
	want(p->ops->walk(p, "requests", note_entry, &seen, &e), 0);
	p->ops->close(p);
	buf_release(&text);
	buf_release(&seen);
}

/* Another controller pushes between our fetch and our push. */
static void somebody_elses_commit_is_kept(void **state)
{
	const struct publish_file f[] = { PUT("README.md", "ours\n") };
	char commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	push(p, f, 1, commit);
	sh("cd w && git fetch -q ../r.git apnsctl-status && git checkout -q FETCH_HEAD && "
	   "echo theirs >other.json && echo theirs >README.md && git add . && git commit -qm "
	   "theirs && "
	   "git push -q ../r.git HEAD:apnsctl-status");
	const struct publish_file g[] = { PUT("README.md", "ours again\n") };
	push(p, g, 1, commit);
	assert_string_equal(on_branch("rev-parse apnsctl-status"), commit);
	assert_string_equal(on_branch("log --format=%s apnsctl-status"), "Status\ntheirs\nStatus");
	assert_string_equal(on_branch("show apnsctl-status:other.json"), "theirs");
	assert_string_equal(on_branch("show apnsctl-status:README.md"), "ours again");
	p->ops->close(p);
}

/* Foreign commits on the branch must not end what is published. */
static void a_file_in_place_of_a_folder_makes_room_and_the_other_way_round(void **state)
{
	const struct publish_file f[] = { PUT("README.md", "hi\n"),
					  PUT("requests/a/a--x.plist", "1"),
					  PUT("requests/b/b--x.plist", "2"),
					  PUT("tenants/a.json", "3"), PUT("tenants/b.json", "4") };
	char tip[OID_TEXT], commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	push(p, f, 5, commit);
	sh("git clone -q -b apnsctl-status r.git evil && cd evil && "
	   "git rm -q -r README.md tenants requests/a && mkdir README.md && echo x >README.md/x && "
	   "echo x >tenants && ln -s b requests/a && "
	   "git add -A && git commit -q -m evil && git push -q");
	want(p->ops->fetch(p, tip, &e), 0);
	push(p, f, 5, commit);
	assert_string_equal(on_branch("ls-tree -r --format='%(objectmode) %(path)' apnsctl-status"),
			    "100644 README.md\n100644 requests/a/a--x.plist\n"
			    "100644 requests/b/b--x.plist\n100644 tenants/a.json\n"
			    "100644 tenants/b.json");
	p->ops->close(p);
}

static void a_branch_that_was_removed_is_started_again(void **state)
{
	const struct publish_file f[] = { PUT("README.md", "hi\n") };
	const struct publish_file g[] = { PUT("README.md", "ho\n") };
	char commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	push(p, f, 1, commit);
	on_branch("branch -q -D apnsctl-status");
	push(p, g, 1, commit);
	assert_string_equal(on_branch("rev-list apnsctl-status"), commit);
	p->ops->close(p);
}

/* Only an append is possible: were the branch put elsewhere, our commit goes on top of that. */
static void a_branch_that_was_reset_is_never_forced(void **state)
{
	const struct publish_file f[] = { PUT("README.md", "hi\n") };
	const struct publish_file g[] = { PUT("README.md", "ho\n") };
	char commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	push(p, f, 1, commit);
	on_branch("branch -f apnsctl-status main");
	push(p, g, 1, commit);
	assert_string_equal(on_branch("log --format=%s apnsctl-status"), "Status\nsecond\nfirst");
	p->ops->close(p);
}

static void one_changed_file_among_many_writes_few_objects(void **state)
{
	enum { N = 2000 };
	static char path[N][32];
	static struct publish_file f[N + 1];
	char commit[OID_TEXT];

	(void)state;
	make_remote();
	for (int i = 0; i < N; i++) {
		snprintf(path[i], sizeof(path[i]), "tenants/t%05d.json", i);
		f[i] = (struct publish_file){ path[i], { path[i], strlen(path[i]) } };
	}
	f[N] = PUT("README.md", "1");
	struct publish *p = open_publish(url_of("r.git"));
	push(p, f, N + 1, commit);
	const char *count =
	    "cat $(ls p/objects/pack/*.idx) >/dev/null; for i in p/objects/pack/*.idx; "
	    "do git show-index <$i; done | wc -l; find p/objects -path '*/[0-9a-f][0-9a-f]/*' "
	    "-type f | wc -l";
	int before = atoi(sh("%s", count));
	const struct publish_file g[] = { PUT("tenants/t01000.json", "new"),
					  PUT("README.md", "2") };
	push(p, g, 2, commit);
	assert_int_equal(atoi(sh("%s", count)) - before, 5);
	assert_string_equal(sh("find p/objects -path '*/[0-9a-f][0-9a-f]/*' -type f | wc -l"), "0");
	p->ops->close(p);
}

static void a_repository_with_a_work_tree_is_pushed_to_but_never_its_own_branch(void **state)
{
	const struct publish_file f[] = { PUT("README.md", "hi\n") };
	char commit[OID_TEXT], text[512];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("w"));
	want(p->ops->push(p, f, 1, "Status\n", commit, &e), 0);
	assert_string_equal(sh("git -C w rev-parse apnsctl-status"), commit);
	assert_string_equal(sh("git -C w status --porcelain"), "");
	sh("git -C w checkout -q apnsctl-status");
	const struct publish_file g[] = { PUT("README.md", "ho\n") };
	want(p->ops->push(p, g, 1, "Status\n", commit, &e), -1);
	snprintf(text, sizeof(text),
		 "%s has the branch apnsctl-status checked out; use another one", url_of("w"));
	assert_string_equal(e.text, text);
	p->ops->close(p);
}

static void many_small_packs_become_few(void **state)
{
	char text[16], commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	for (int i = 0; i < 60; i++) {
		snprintf(text, sizeof(text), "%d", i);
		const struct publish_file f[] = { { "README.md", { text, strlen(text) } } };
		want(p->ops->push(p, f, 1, "Status\n", commit, &e), 0);
	}
	p->ops->close(p);
	assert_int_equal(atoi(sh("ls p/objects/pack/*.pack | wc -l")), 60);
	p = open_publish(url_of("r.git"));
	assert_int_equal(atoi(sh("ls p/objects/pack/*.pack | wc -l")), 6);
	assert_string_equal(sh("git -C p fsck --strict --no-dangling 2>&1"),
			    "notice: HEAD points to an unborn branch (master)");
	assert_string_equal(sh("git -C p rev-list --count refs/apnsctl/status"), "60");
	const struct publish_file f[] = { PUT("README.md", "last") };
	push(p, f, 1, commit);
	p->ops->close(p);
}

static void a_name_that_git_forbids_is_not_written(void **state)
{
	const struct publish_file f[] = { PUT("tenants/.git/config", "x") };
	char commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("r.git"));
	want(p->ops->push(p, f, 1, "Status\n", commit, &e), -1);
	assert_int_equal(e.code, ERR_PUBLISH);
	assert_non_null(strstr(e.text, "the status can not be committed: "));
	const struct publish_file g[] = { PUT("README.md", "x") };
	push(p, g, 1, commit);
	assert_string_equal(on_branch("ls-tree -r --name-only apnsctl-status"), "README.md");
	p->ops->close(p);
}

static void an_author_has_a_name_and_a_mail(void **state)
{
	static const char *const bad[] = { "", "apnsctl", "<a@b>", "a <a@b> c", "a <" };
	const struct publish_file f[] = { PUT("README.md", "x") };
	struct git_publish_options o = publish_options(NULL);
	char commit[OID_TEXT];
	struct publish *p;

	(void)state;
	make_remote();
	o.remote.url = url_of("r.git");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		o.author = bad[i];
		want(git_publish_open(&o, &p, &e), 0);
		want(p->ops->push(p, f, 1, "Status\n", commit, &e), -1);
		assert_string_equal(e.text, "the status can not be committed: the author has to be "
					    "\"Name <mail>\"");
		p->ops->close(p);
	}
}

static void a_missing_remote_is_told(void **state)
{
	const struct publish_file f[] = { PUT("README.md", "x") };
	char commit[OID_TEXT];

	(void)state;
	make_remote();
	struct publish *p = open_publish(url_of("nowhere.git"));
	want(p->ops->push(p, f, 1, "Status\n", commit, &e), -1);
	assert_int_equal(e.code, ERR_PUBLISH);
	assert_non_null(strstr(e.text, "nowhere.git"));
	p->ops->close(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_commit_starts_the_branch),
		cmocka_unit_test(nothing_is_committed_when_the_tree_stays_the_same),
		cmocka_unit_test(no_files_make_no_branch),
		cmocka_unit_test(files_are_put_over_and_removed),
		cmocka_unit_test(a_file_of_the_largest_size_is_read_back),
		cmocka_unit_test(what_is_there_can_be_read_and_walked),
		cmocka_unit_test(somebody_elses_commit_is_kept),
		cmocka_unit_test(a_file_in_place_of_a_folder_makes_room_and_the_other_way_round),
		cmocka_unit_test(a_branch_that_was_removed_is_started_again),
		cmocka_unit_test(a_branch_that_was_reset_is_never_forced),
		cmocka_unit_test(one_changed_file_among_many_writes_few_objects),
		cmocka_unit_test(
		    a_repository_with_a_work_tree_is_pushed_to_but_never_its_own_branch),
		cmocka_unit_test(many_small_packs_become_few),
		cmocka_unit_test(a_name_that_git_forbids_is_not_written),
		cmocka_unit_test(an_author_has_a_name_and_a_mail),
		cmocka_unit_test(a_missing_remote_is_told),
	};
	return cmocka_run_group_tests(tests, make_top, drop_top);
}
