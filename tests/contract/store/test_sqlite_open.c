/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a SQLite store: what is made, what is refused and with which words. */
#include "tests/unit/unit.h"

#include "tests/contract/store/sqlite_world.h"

static void create_says_whether_it_made_the_database(void **state)
{
	struct place *p = *state;

	assert_int_equal(sqlite_store_exists(p->path, &p->e), 0);
	store_close(opened(p, p->path, STORE_CREATE, 1));
	assert_int_equal(sqlite_store_exists(p->path, &p->e), 1);
	store_close(opened(p, p->path, STORE_CREATE, 0));
	store_close(opened(p, p->path, STORE_MUST_EXIST, 0));
}

static void file_and_directory_are_closed_to_others(void **state)
{
	struct place *p = *state;
	char dir[96], path[128];
	mode_t old = umask(0);

	snprintf(dir, sizeof(dir), "%s/state", p->dir);
	snprintf(path, sizeof(path), "%s/new.db", dir);
	struct store *s = opened(p, path, STORE_CREATE, 1);
	write_value(p, s, "1");
	assert_int_equal(mode_of(dir), 0700);
	assert_int_equal(mode_of(path), 0600);
	strcat(path, "-wal");
	assert_int_equal(mode_of(path), 0600);
	strcpy(path + strlen(path) - 4, ".lock");
	assert_int_equal(mode_of(path), 0600);
	store_close(s);
	umask(old);
}

static void a_missing_database_is_not_made_by_must_exist(void **state)
{
	struct place *p = *state;
	static const char text[] =
	    "there is no database @/test.db: `apnsctl store init` makes one; where there was "
	    "one, put its backup in place";

	not_opened(p, STORE_MUST_EXIST, text);
	not_opened(p, STORE_READ_ONLY, text);
	assert_false(there(p, "test.db"));
	assert_false(there(p, "test.db.lock"));
}

static void whether_it_exists_may_be_unknown(void **state)
{
	struct place *p = *state;
	char path[160];

	snprintf(path, sizeof(path), "%s/below", p->path);
	close(open(p->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	assert_int_equal(sqlite_store_exists(path, &p->e), -1);
	says(p, "can not look for the database @/test.db/below: Not a directory");
}

static void a_database_that_others_can_read_is_refused(void **state)
{
	struct place *p = *state;

	make_with(p, "1");
	assert_int_equal(chmod(p->path, 0640), 0);
	not_opened(p, STORE_MUST_EXIST,
		   "the database @/test.db is open to others (mode 0640): run `chmod 600 "
		   "@/test.db`");
	not_opened(p, STORE_READ_ONLY,
		   "the database @/test.db is open to others (mode 0640): run `chmod 600 "
		   "@/test.db`");
}

static void a_database_of_somebody_else_is_refused(void **state)
{
	struct place *p = *state;

	if (geteuid() != 0)
		skip();
	make_with(p, "1");
	assert_int_equal(chown(p->path, 4711, 0), 0);
	not_opened(p, STORE_MUST_EXIST,
		   "the database @/test.db belongs to user 4711, and this is user 0: run as its "
		   "owner");
}

static void a_directory_that_others_can_write_to_is_refused(void **state)
{
	struct place *p = *state;

	assert_int_equal(chmod(p->dir, 01777), 0);
	not_opened(p, STORE_CREATE,
		   "others can write to the directory of the database, @ (mode 1777): run `chmod "
		   "700 @`");
	assert_false(there(p, "test.db"));
}

static void a_symlink_is_refused(void **state)
{
	struct place *p = *state;

	store_close(opened(p, p->other, STORE_CREATE, 1));
	assert_int_equal(symlink(p->other, p->path), 0);
	not_opened(p, STORE_MUST_EXIST, "the database @/test.db is no regular file");
}

static void write_file(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

static void garbage_is_refused(void **state)
{
	struct place *p = *state;
	char bytes[5000];

	memset(bytes, 'x', sizeof(bytes));
	write_file(p->path, bytes, sizeof(bytes));
	not_opened(p, STORE_CREATE, "@/test.db is no SQLite database: restore a backup of it");
	write_file(p->path, "", 0);
	not_opened(p, STORE_CREATE,
		   "the database @/test.db is empty: restore a backup of it, or remove it");
}

static void a_truncated_database_is_refused_or_found_damaged(void **state)
{
	struct place *p = *state;
	struct stat st;
	struct store *s;

	make_with(p, "1");
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(truncate(p->path, st.st_size / 2), 0);
	if (!sqlite_store_open(p->path, STORE_MUST_EXIST, &s, &p->e)) {
		assert_int_equal(store_verify(s, &p->e), -1);
		store_close(s);
	}
	assert_int_equal(p->e.code, ERR_IO);
	assert_true(strstr(p->e.text, "is damaged") != NULL);
	assert_true(strstr(p->e.text, "restore a backup") != NULL);
}

static void the_database_of_another_program_is_refused(void **state)
{
	struct place *p = *state;

	tamper(p->path, "CREATE TABLE bookmarks (url TEXT)");
	assert_int_equal(chmod(p->path, 0600), 0);
	not_opened(p, STORE_CREATE, "@/test.db is a database of another program");
}

static void a_newer_schema_is_refused(void **state)
{
	struct place *p = *state;
	char wanted[160];

	make_with(p, "1");
	tamper(p->path, "PRAGMA user_version = 99");
	strcpy(wanted, "the database @/test.db has schema 99 and this apnsctl knows 1: use the "
		       "newer apnsctl that wrote it");
	not_opened(p, STORE_MUST_EXIST, wanted);
	not_opened(p, STORE_READ_ONLY, wanted);
}

static void the_rest_of_a_lost_database_is_not_built_upon(void **state)
{
	struct place *p = *state;
	char wal[128];

	snprintf(wal, sizeof(wal), "%s-wal", p->path);
	write_file(wal, "x", 1);
	not_opened(p, STORE_CREATE,
		   "@/test.db-wal is left of a database that is gone: restore @/test.db, or move "
		   "the rest away");
	assert_false(there(p, "test.db"));
}

static void a_reader_needs_no_lock_and_writes_nothing(void **state)
{
	struct place *p = *state;
	struct store *writer = opened(p, p->path, STORE_CREATE, 1);
	int64_t fence;

	write_value(p, writer, "1");
	assert_int_equal(store_lock(writer, "all", &fence, &p->e), 0);
	struct store *reader = opened(p, p->path, STORE_READ_ONLY, 0);
	has_value(p, reader, "1");
	assert_int_equal(store_lock(reader, "all", &fence, &p->e), -1);
	says(p, "the database @/test.db was opened for reading");
	assert_int_equal(store_txn(reader, "all", 1, put_a, "2", &p->e), -1);
	says(p, "the database @/test.db was opened for reading");
	assert_int_equal(store_verify(reader, &p->e), 0);
	store_close(reader);
	has_value(p, writer, "1");
	store_close(writer);
}

static void a_name_that_looks_like_a_uri_is_a_file_name(void **state)
{
	struct place *p = *state;
	char path[128];

	assert_int_equal(chdir(p->dir), 0);
	strcpy(path, "file:memory.db?mode=memory");
	store_close(opened(p, path, STORE_CREATE, 1));
	assert_true(there(p, "file:memory.db?mode=memory"));
	store_close(opened(p, path, STORE_MUST_EXIST, 0));
	assert_int_equal(chdir("/"), 0);
}

static void planted_triggers_do_not_run(void **state)
{
	struct place *p = *state;

	make_with(p, "1");
	tamper(p->path, "CREATE TRIGGER planted AFTER UPDATE ON meta BEGIN"
			" INSERT INTO due VALUES ('x', 'y', 1); END;"
			"CREATE TRIGGER too AFTER INSERT ON meta BEGIN DELETE FROM meta; END;");
	struct store *s = opened(p, p->path, STORE_MUST_EXIST, 0);
	write_value(p, s, "2");
	has_value(p, s, "2");
	store_close(s);
	tamper(p->path, "CREATE TEMP TABLE must_be_empty (n INTEGER CHECK (n = 0));"
			"INSERT INTO must_be_empty SELECT count(*) FROM due;");
}

static void a_second_handle_sees_commits_of_the_first(void **state)
{
	struct place *p = *state;

	make_with(p, "1");
	struct store *one = opened(p, p->path, STORE_MUST_EXIST, 0);
	struct store *two = opened(p, p->path, STORE_MUST_EXIST, 0);
	write_value(p, one, "2");
	has_value(p, two, "2");
	write_value(p, two, "3");
	has_value(p, one, "3");
	store_close(one);
	store_close(two);
}

static void verify_finds_changed_tables_and_rows(void **state)
{
	struct place *p = *state;

	make_with(p, "1");
	tamper(p->path, "INSERT INTO meta VALUES ('b', CAST(x'610062' AS TEXT))");
	struct store *s = opened(p, p->path, STORE_MUST_EXIST, 0);
	assert_int_equal(store_verify(s, &p->e), -1);
	says(p, "the database @/test.db is damaged (a row of meta has no valid value): restore a "
		"backup of it");
	store_close(s);
	tamper(p->path, "ALTER TABLE meta ADD COLUMN more TEXT");
	s = opened(p, p->path, STORE_MUST_EXIST, 0);
	assert_int_equal(store_verify(s, &p->e), -1);
	says(p,
	     "the database @/test.db is damaged (table meta has other columns): restore a backup "
	     "of it");
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_PLACE(create_says_whether_it_made_the_database),
		AT_PLACE(file_and_directory_are_closed_to_others),
		AT_PLACE(a_missing_database_is_not_made_by_must_exist),
		AT_PLACE(whether_it_exists_may_be_unknown),
		AT_PLACE(a_database_that_others_can_read_is_refused),
		AT_PLACE(a_database_of_somebody_else_is_refused),
		AT_PLACE(a_directory_that_others_can_write_to_is_refused),
		AT_PLACE(a_symlink_is_refused),
		AT_PLACE(garbage_is_refused),
		AT_PLACE(a_truncated_database_is_refused_or_found_damaged),
		AT_PLACE(the_database_of_another_program_is_refused),
		AT_PLACE(a_newer_schema_is_refused),
		AT_PLACE(the_rest_of_a_lost_database_is_not_built_upon),
		AT_PLACE(a_reader_needs_no_lock_and_writes_nothing),
		AT_PLACE(a_name_that_looks_like_a_uri_is_a_file_name),
		AT_PLACE(planted_triggers_do_not_run),
		AT_PLACE(a_second_handle_sees_commits_of_the_first),
		AT_PLACE(verify_finds_changed_tables_and_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
