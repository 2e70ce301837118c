/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a SQLite store: migration, backup, restore, other processes. */
#include "tests/unit/unit.h"

#include <signal.h>
#include <sys/wait.h>

#include "reconcile/adapter/sqlite/internal.h"
#include "tests/contract/store/sqlite_world.h"

/* Our steps and one more. */
static const struct migration *with_step(const char *sql, size_t *n)
{
	static struct migration list[16];
	const struct migration *ours = sqlite_migrations(n);

	assert_in_range(*n, 1, 15);
	memcpy(list, ours, *n * sizeof(*ours));
	list[(*n)++].sql = sql;
	return list;
}

static int open_newer(struct place *p, enum sqlite_open mode, const char *sql, struct store **s)
{
	size_t n;
	const struct migration *list = with_step(sql, &n);

	return sqlite_store_open_with(p->path, mode, list, n, s, &p->e);
}

/* Any backup of the database, opened by this program. */
static void backup_has(struct place *p, const char *name, const char *value)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	assert_int_equal(mode_of(path), 0600);
	struct store *s = opened(p, path, STORE_READ_ONLY, 0);
	has_value(p, s, value);
	assert_int_equal(store_verify(s, &p->e), 0);
	store_close(s);
}

static void an_older_schema_is_migrated_after_a_backup(void **state)
{
	struct place *p = *state;
	struct store *s;

	make_with(p, "1");
	if (open_newer(p, STORE_MUST_EXIST, "ALTER TABLE meta ADD COLUMN more TEXT", &s))
		fail_msg("%s", p->e.text);
	has_value(p, s, "1");
	store_close(s);
	backup_has(p, "test.db.schema-1.backup", "1");
	tamper(p->path, "UPDATE meta SET more = 'x'");
	not_opened(p, STORE_MUST_EXIST,
		   "the database @/test.db has schema 2 and this apnsctl knows 1: use the newer "
		   "apnsctl that wrote it");
}

static void a_migration_that_fails_leaves_the_database_as_it_was(void **state)
{
	struct place *p = *state;
	struct store *s;

	make_with(p, "1");
	assert_int_equal(open_newer(p, STORE_MUST_EXIST, "DROP TABLE due; DROP TABLE nonsense", &s),
			 -1);
	says(p, "schema 2: the database @/test.db: no such table: nonsense");
	s = opened(p, p->path, STORE_MUST_EXIST, 0);
	has_value(p, s, "1");
	assert_int_equal(store_verify(s, &p->e), 0);
	store_close(s);
}

static void a_reader_does_not_migrate(void **state)
{
	struct place *p = *state;
	struct store *s;

	make_with(p, "1");
	assert_int_equal(open_newer(p, STORE_READ_ONLY, "DROP TABLE due", &s), -1);
	says(p, "the database @/test.db has the older schema 1: `apnsctl reconcile` migrates it");
	assert_false(there(p, "test.db.schema-1.backup"));
	store_close(opened(p, p->path, STORE_MUST_EXIST, 0));
}

static void no_migration_while_a_controller_works(void **state)
{
	struct place *p = *state;
	struct store *s, *newer;
	int64_t fence;
	char wanted[256];

	make_with(p, "1");
	s = opened(p, p->path, STORE_MUST_EXIST, 0);
	assert_int_equal(store_lock(s, "all", &fence, &p->e), 0);
	assert_int_equal(open_newer(p, STORE_MUST_EXIST, "DROP TABLE due", &newer), -1);
	assert_int_equal(p->e.code, ERR_LOCKED);
	snprintf(wanted, sizeof(wanted),
		 "the database has to be migrated: another controller works on @/test.db (process "
		 "%d): wait until it ends; the lock goes with the process",
		 getpid());
	says(p, wanted);
	assert_false(there(p, "test.db.schema-1.backup"));
	store_close(s);
}

static void a_handle_from_before_a_migration_gets_no_lock(void **state)
{
	struct place *p = *state;
	struct store *old, *newer;
	int64_t fence;

	make_with(p, "1");
	old = opened(p, p->path, STORE_MUST_EXIST, 0);
	assert_int_equal(
	    open_newer(p, STORE_MUST_EXIST, "ALTER TABLE meta ADD COLUMN more TEXT", &newer), 0);
	assert_int_equal(store_lock(old, "all", &fence, &p->e), -1);
	says(p, "the database @/test.db was migrated by a newer apnsctl meanwhile: use that");
	store_close(old);
	store_close(newer);
}

static void a_backup_is_a_database_of_one_file(void **state)
{
	struct place *p = *state;
	struct store *s = opened(p, p->path, STORE_CREATE, 1);

	write_value(p, s, "1");
	assert_int_equal(sqlite_store_backup(s, p->other, &p->e), 0);
	write_value(p, s, "2");
	assert_int_equal(sqlite_store_backup(s, p->other, &p->e), -1);
	assert_int_equal(p->e.code, ERR_CONFLICT);
	says(p, "no backup of @/test.db was made: can not make @/other.db: File exists");
	store_close(s);
	assert_false(there(p, "other.db-wal"));
	backup_has(p, "other.db", "1");
}

static int count_files(const struct place *p, const char *pattern)
{
	char command[256];

	snprintf(command, sizeof(command), "exit $(ls -A %s | grep -c '%s')", p->dir, pattern);
	return WEXITSTATUS(system(command));
}

static void restore_puts_the_backup_in_place(void **state)
{
	struct place *p = *state;
	struct store *s = opened(p, p->path, STORE_CREATE, 1);
	int64_t fence;

	write_value(p, s, "old");
	assert_int_equal(sqlite_store_backup(s, p->other, &p->e), 0);
	write_value(p, s, "new");
	assert_int_equal(sqlite_store_restore(p->path, p->other, &p->e), 0);
	assert_int_equal(store_lock(s, "all", &fence, &p->e), -1);
	says(p, "the database @/test.db was replaced or removed meanwhile: run again");
	store_close(s);
	s = opened(p, p->path, STORE_MUST_EXIST, 0);
	has_value(p, s, "old");
	write_value(p, s, "newer");
	store_close(s);
	backup_has(p, "test.db.replaced-1", "new");
	backup_has(p, "other.db", "old");
	assert_int_equal(count_files(p, "restored\\|part"), 0);
}

static void restore_cures_a_damaged_and_a_missing_database(void **state)
{
	struct place *p = *state;
	struct store *s = opened(p, p->path, STORE_CREATE, 1);

	write_value(p, s, "1");
	assert_int_equal(sqlite_store_backup(s, p->other, &p->e), 0);
	store_close(s);
	assert_int_equal(truncate(p->path, 1000), 0);
	assert_int_equal(sqlite_store_restore(p->path, p->other, &p->e), 0);
	backup_has(p, "test.db", "1");
	assert_int_equal(unlink(p->path), 0);
	assert_int_equal(sqlite_store_restore(p->path, p->other, &p->e), 0);
	backup_has(p, "test.db", "1");
}

static void a_bad_backup_is_not_restored(void **state)
{
	struct place *p = *state;
	struct stat st;

	make_with(p, "1");
	store_close(opened(p, p->other, STORE_CREATE, 1));
	assert_int_equal(stat(p->other, &st), 0);
	assert_int_equal(truncate(p->other, st.st_size - 4096), 0);
	assert_int_equal(sqlite_store_restore(p->path, p->other, &p->e), -1);
	assert_int_equal(p->e.code, ERR_IO);
	assert_int_equal(unlink(p->other), 0);
	assert_int_equal(sqlite_store_restore(p->path, p->other, &p->e), -1);
	says(p, "can not open the database @/other.db: No such file or directory");
	tamper(p->other, "CREATE TABLE bookmarks (url TEXT)");
	assert_int_equal(sqlite_store_restore(p->path, p->other, &p->e), -1);
	says(p, "@/other.db is a database of another program");
	backup_has(p, "test.db", "1");
	assert_int_equal(count_files(p, "replaced\\|restored\\|part"), 0);
}

static void no_restore_while_a_controller_works(void **state)
{
	struct place *p = *state;
	struct store *s = opened(p, p->path, STORE_CREATE, 1);
	int64_t fence;

	assert_int_equal(sqlite_store_backup(s, p->other, &p->e), 0);
	assert_int_equal(store_lock(s, "all", &fence, &p->e), 0);
	assert_int_equal(sqlite_store_restore(p->path, p->other, &p->e), -1);
	assert_int_equal(p->e.code, ERR_LOCKED);
	store_close(s);
}

/* Runs in a child until it kills itself; the parent goes on when it is dead. */
static void in_killed_child(void (*fn)(struct place *p), struct place *p)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		fn(p);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void lock_in_child(struct place *p)
{
	struct store *s;
	int64_t fence;

	if (sqlite_store_open(p->path, STORE_MUST_EXIST, &s, &p->e) ||
	    store_lock(s, "all", &fence, &p->e))
		_exit(1);
}

static void the_lock_dies_with_its_process(void **state)
{
	struct place *p = *state;

	make_with(p, "1");
	in_killed_child(lock_in_child, p);
	struct store *s = opened(p, p->path, STORE_MUST_EXIST, 0);
	write_value(p, s, "2");
	store_close(s);
}

static void another_process_does_not_get_the_lock(void **state)
{
	struct place *p = *state;
	struct store *s = opened(p, p->path, STORE_CREATE, 1);
	int64_t fence;
	int status;

	assert_int_equal(store_lock(s, "all", &fence, &p->e), 0);
	pid_t child = fork();
	if (!child) {
		struct store *mine;
		char wanted[256];

		snprintf(wanted, sizeof(wanted),
			 "another controller works on %s (process %d): wait until it ends; the "
			 "lock goes with the process",
			 p->path, getppid());
		if (sqlite_store_open(p->path, STORE_MUST_EXIST, &mine, &p->e))
			_exit(2);
		bool locked = !store_lock(mine, "all", &fence, &p->e);
		_exit(!locked && p->e.code == ERR_LOCKED && text_eq(p->e.text, wanted) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	store_close(s);
}

static int write_and_die(struct store_txn *t, void *arg, struct err *e)
{
	(void)arg;
	for (int64_t i = 0; i < 20000; i++) {
		struct row_audit row = { .seq = i,
					 .detail = "long enough to leave the page cache" };
		if (store_insert(t, TABLE_AUDIT, &row, e))
			_exit(1);
	}
	if (put_a(t, "2", e))
		_exit(1);
	kill(getpid(), SIGKILL);
	return 0;
}

static void die_in_transaction(struct place *p)
{
	struct store *s;
	int64_t fence;

	if (!sqlite_store_open(p->path, STORE_MUST_EXIST, &s, &p->e) &&
	    !store_lock(s, "all", &fence, &p->e))
		store_txn(s, "all", fence, write_and_die, NULL, &p->e);
	_exit(1);
}

static int no_row(const void *row, void *arg, struct err *e)
{
	(void)row;
	(void)arg;
	return err_set(e, ERR_IO, "there is a row");
}

static int check_no_audit(struct store_txn *t, void *arg, struct err *e)
{
	return store_each(t, TABLE_AUDIT, NULL, arg, no_row, NULL, e);
}

static void a_killed_transaction_leaves_nothing(void **state)
{
	struct place *p = *state;
	struct arena mem = ARENA_INIT;

	make_with(p, "1");
	in_killed_child(die_in_transaction, p);
	struct store *s = opened(p, p->path, STORE_MUST_EXIST, 0);
	has_value(p, s, "1");
	assert_int_equal(store_read(s, check_no_audit, &mem, &p->e), 0);
	assert_int_equal(store_verify(s, &p->e), 0);
	store_close(s);
	arena_release(&mem);
}

/* The callback of somebody who does not look at errors. */
static int pass_over_an_error(struct store_txn *t, void *huge, struct err *e)
{
	struct row_pair row = { .certificate_uid = "c",
				.sha256 = "s",
				.pem = *(struct blob *)huge };
	struct err ignored = { 0 };

	if (put_a(t, "2", e))
		return -1;
	assert_int_equal(store_put(t, TABLE_PAIR, &row, &ignored), -1);
	return 0;
}

static void an_error_that_is_passed_over_stops_the_commit(void **state)
{
	struct place *p = *state;
	struct store *s = opened(p, p->path, STORE_CREATE, 1);
	struct blob huge = { calloc(1, 65 << 20), 65 << 20 };
	int64_t fence;

	write_value(p, s, "1");
	assert_int_equal(store_lock(s, "all", &fence, &p->e), 0);
	assert_int_equal(store_txn(s, "all", fence, pass_over_an_error, &huge, &p->e), -1);
	says(p, "the database @/test.db: string or blob too big");
	has_value(p, s, "1");
	store_unlock(s, "all");
	write_value(p, s, "3");
	store_close(s);
	free((void *)(uintptr_t)huge.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_PLACE(an_older_schema_is_migrated_after_a_backup),
		AT_PLACE(a_migration_that_fails_leaves_the_database_as_it_was),
		AT_PLACE(a_reader_does_not_migrate),
		AT_PLACE(no_migration_while_a_controller_works),
		AT_PLACE(a_handle_from_before_a_migration_gets_no_lock),
		AT_PLACE(a_backup_is_a_database_of_one_file),
		AT_PLACE(restore_puts_the_backup_in_place),
		AT_PLACE(restore_cures_a_damaged_and_a_missing_database),
		AT_PLACE(a_bad_backup_is_not_restored),
		AT_PLACE(no_restore_while_a_controller_works),
		AT_PLACE(the_lock_dies_with_its_process),
		AT_PLACE(another_process_does_not_get_the_lock),
		AT_PLACE(a_killed_transaction_leaves_nothing),
		AT_PLACE(an_error_that_is_passed_over_stops_the_commit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
