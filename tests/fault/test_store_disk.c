/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disk under a SQLite store fails, or the process dies, at each of its writes and syncs in
 * turn. Whatever happens the database is then as before the transaction or as after it, and as
 * after it when the transaction was acknowledged.
 *
 * The functions of libc that SQLite changes a disk with are replaced by the ones below.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "tests/contract/store/sqlite_world.h"

enum fault { DIE_BEFORE, DIE_TORN, NO_SPACE, IO_ERROR };

static enum fault fault;
static int calls_left = -1; /* the fault comes when it reaches 0; negative: never */

/* -1: the call is to fail with errno; else how many bytes of it are to be written. */
static ssize_t meet_fault(size_t n, bool is_write)
{
	if (calls_left < 0 || --calls_left > 0)
		return (ssize_t)n;
	calls_left = -1;
	switch (fault) {
	case DIE_BEFORE:
		kill(getpid(), SIGKILL);
		break;
	case DIE_TORN:
		return (ssize_t)n / 2;
	case NO_SPACE:
		errno = is_write ? ENOSPC : EIO;
		break;
	case IO_ERROR:
		errno = EIO;
		break;
	}
	return -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at);
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	ssize_t part = meet_fault(n, true);

	if (part < 0)
		return -1;
	ssize_t done = syscall(SYS_pwrite64, fd, bytes, part, at);
	if ((size_t)part < n)
		kill(getpid(), SIGKILL);
	return done;
}

static int sync_file(int fd)
{
	ssize_t part = meet_fault(1, false);

	if (part == 0)
		kill(getpid(), SIGKILL);
	return part < 0 ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int fdatasync(int fd)
{
	return sync_file(fd);
}

int fsync(int fd)
{
	return sync_file(fd);
}

int ftruncate64(int fd, off64_t size)
{
	return meet_fault(1, false) < 0 ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

enum { ROWS = 200 };

/* What the child tells the parent, in shared memory. */
struct told {
	bool acknowledged; /* the transaction returned 0 */
	bool finished;     /* no fault came any more */
	char wrong[1024];
};

/* Gives all rows the number of this round. */
static int write_round(struct store_txn *t, void *arg, struct err *e)
{
	int64_t round = *(int64_t *)arg;
	char uid[24];

	for (int i = 0; i < ROWS; i++) {
		snprintf(uid, sizeof(uid), "tenant-%d", i);
		struct row_due row = { uid, "a text that makes the rows fill some pages", round };
		if (store_put(t, TABLE_DUE, &row, e))
			return -1;
	}
	return 0;
}

struct round {
	int64_t least, most;
	int rows;
};

static int look_at_row(const void *row, void *arg, struct err *e)
{
	int64_t at = ((const struct row_due *)row)->at;
	struct round *r = arg;

	(void)e;
	r->least = !r->rows || at < r->least ? at : r->least;
	r->most = !r->rows || at > r->most ? at : r->most;
	r->rows++;
	return 0;
}

static int read_round(struct store_txn *t, void *arg, struct err *e)
{
	struct arena mem = ARENA_INIT;
	int rc = store_each(t, TABLE_DUE, NULL, &mem, look_at_row, arg, e);

	arena_release(&mem);
	return rc;
}

/* After a failure of the disk the handle reads but writes no more. */
static void check_broken(struct store *s, int64_t fence, int64_t round, struct told *told)
{
	struct err e = { 0 };
	struct round seen = { 0 };

	if (!store_txn(s, "all", fence, write_round, &round, &e))
		snprintf(told->wrong, sizeof(told->wrong), "wrote again after the failure");
	else if (e.code != ERR_IO ||
		 !text_starts(e.text, "nothing more is written after a failure; run again: "))
		snprintf(told->wrong, sizeof(told->wrong), "second error: %s", e.text);
	else if (store_read(s, read_round, &seen, &e))
		snprintf(told->wrong, sizeof(told->wrong), "can not read: %s", e.text);
}

static void child(struct place *p, int64_t round, struct told *told)
{
	struct store *s;
	struct err e = { 0 };
	int64_t fence;

	if (sqlite_store_open(p->path, STORE_MUST_EXIST, &s, &e))
		return (void)snprintf(told->wrong, sizeof(told->wrong), "open: %s", e.text);
	if (store_lock(s, "all", &fence, &e))
		return (void)snprintf(told->wrong, sizeof(told->wrong), "lock: %s", e.text);
	calls_left = (int)round;
	if (!store_txn(s, "all", fence, write_round, &round, &e)) {
		told->acknowledged = true;
	} else {
		calls_left = -1;
		check_broken(s, fence, round, told);
	}
	store_close(s);
	told->finished = calls_left > 0;
}

static void check_round(struct place *p, int64_t round, const struct told *told)
{
	struct round seen = { 0 };
	struct store *s = opened(p, p->path, STORE_MUST_EXIST, 0);

	assert_int_equal(store_read(s, read_round, &seen, &p->e), 0);
	if (store_verify(s, &p->e))
		fail_msg("round %d: %s", (int)round, p->e.text);
	assert_int_equal(seen.least, seen.most);
	assert_int_equal(seen.rows, ROWS);
	assert_in_range(seen.least, told->acknowledged ? round : 0, round);
	store_close(s);
}

/* Round n meets the fault at its n-th call, until one has no more calls than that. */
static void every_call_meets(struct place *p, enum fault what)
{
	struct told *told =
	    mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct store *s = opened(p, p->path, STORE_CREATE, 1);
	int64_t fence, round = 0;

	assert_true(told != MAP_FAILED);
	assert_int_equal(store_lock(s, "all", &fence, &p->e), 0);
	assert_int_equal(store_txn(s, "all", fence, write_round, &round, &p->e), 0);
	store_close(s);
	for (round = 1; !told->finished; round++) {
		*told = (struct told){ 0 };
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (!pid) {
			fault = what;
			child(p, round, told);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_string_equal(told->wrong, "");
		check_round(p, round, told);
	}
	assert_in_range(round, 8, 100);
	munmap(told, sizeof(*told));
}

static void killed_before_any_write(void **state)
{
	every_call_meets(*state, DIE_BEFORE);
}

static void killed_in_the_middle_of_any_write(void **state)
{
	every_call_meets(*state, DIE_TORN);
}

static void no_space_at_any_write(void **state)
{
	every_call_meets(*state, NO_SPACE);
}

static void an_error_at_any_write_or_sync(void **state)
{
	every_call_meets(*state, IO_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_PLACE(killed_before_any_write),
		AT_PLACE(killed_in_the_middle_of_any_write),
		AT_PLACE(no_space_at_any_write),
		AT_PLACE(an_error_at_any_write_or_sync),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
