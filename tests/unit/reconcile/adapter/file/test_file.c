/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reconcile/adapter/file/clock.h"
#include "reconcile/adapter/file/file.h"
#include "reconcile/adapter/file/harden.h"

struct place {
	char dir[32], path[48];
	struct buf bytes;
	struct err e;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	strcpy(p->dir, "/tmp/file.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/f", p->dir);
	p->bytes.max = 1 << 20;
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	assert_int_equal(system(command), 0);
	buf_release(&p->bytes);
	free(p);
	return 0;
}

/* Compares with a text in which each "@" stands for the file. */
static void says(struct place *p, enum err_code code, const char *wanted)
{
	char text[1024];
	size_t n = 0;

	for (; *wanted; wanted++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, *wanted == '@' ? "%s" : "%.1s",
				      *wanted == '@' ? p->path : wanted);
	assert_string_equal(p->e.text, text);
	assert_int_equal(p->e.code, code);
}

static size_t files_in(const struct place *p)
{
	char command[64];

	snprintf(command, sizeof(command), "exit $(ls -A %s | wc -l)", p->dir);
	return (size_t)WEXITSTATUS(system(command));
}

static void what_was_written_is_read(void **state)
{
	struct place *p = *state;
	char bytes[100000];

	memset(bytes, 'x', sizeof(bytes));
	bytes[5] = 0;
	assert_int_equal(file_write_atomic(p->path, bytes, sizeof(bytes), 0644, &p->e), 0);
	assert_int_equal(file_read(p->path, sizeof(bytes), &p->bytes, &p->e), 0);
	assert_int_equal(p->bytes.len, sizeof(bytes));
	assert_memory_equal(p->bytes.data, bytes, sizeof(bytes));
	assert_int_equal(file_read(p->path, sizeof(bytes) - 1, &p->bytes, &p->e), -1);
	says(p, ERR_INPUT, "@ is larger than 99999 bytes");
	assert_int_equal(file_write_atomic(p->path, "", 0, 0600, &p->e), 0);
	assert_int_equal(file_read(p->path, 0, &p->bytes, &p->e), 0);
	assert_int_equal(p->bytes.len, 0);
	assert_int_equal(files_in(p), 1);
}

static void what_can_not_be_read_is_said(void **state)
{
	struct place *p = *state;

	assert_int_equal(file_read(p->path, 10, &p->bytes, &p->e), -1);
	says(p, ERR_IO, "can not read @: No such file or directory");
	assert_int_equal(mkfifo(p->path, 0600), 0);
	assert_int_equal(file_read(p->path, 10, &p->bytes, &p->e), -1);
	says(p, ERR_INPUT, "@ is no regular file");
}

static void a_write_replaces_the_file_and_sets_its_mode(void **state)
{
	struct place *p = *state;
	struct stat before, after;
	mode_t old = umask(077);

	assert_int_equal(file_write_atomic(p->path, "1", 1, 0644, &p->e), 0);
	assert_int_equal(stat(p->path, &before), 0);
	assert_int_equal(before.st_mode & 07777, 0644);
	assert_int_equal(file_write_atomic(p->path, "2", 1, 0600, &p->e), 0);
	assert_int_equal(stat(p->path, &after), 0);
	assert_int_equal(after.st_mode & 07777, 0600);
	assert_true(before.st_ino != after.st_ino);
	assert_int_equal(files_in(p), 1);
	umask(old);
}

static void a_link_is_replaced_and_not_written_through(void **state)
{
	struct place *p = *state;
	char other[48];

	snprintf(other, sizeof(other), "%s/other", p->dir);
	assert_int_equal(file_write_atomic(other, "old", 3, 0600, &p->e), 0);
	assert_int_equal(symlink(other, p->path), 0);
	assert_int_equal(file_write_atomic(p->path, "new", 3, 0600, &p->e), 0);
	assert_int_equal(file_read(other, 10, &p->bytes, &p->e), 0);
	assert_string_equal(buf_str(&p->bytes), "old");
}

static void a_new_file_never_replaces_another(void **state)
{
	struct place *p = *state;

	assert_int_equal(file_write_new(p->path, "1", 1, 0600, &p->e), 0);
	assert_int_equal(file_write_new(p->path, "2", 1, 0600, &p->e), -1);
	says(p, ERR_CONFLICT, "@ exists already");
	assert_int_equal(file_read(p->path, 10, &p->bytes, &p->e), 0);
	assert_string_equal(buf_str(&p->bytes), "1");
	assert_int_equal(files_in(p), 1);
}

static void a_failed_write_leaves_the_old_file_alone(void **state)
{
	struct place *p = *state;
	static char bytes[8192];
	int status;

	assert_int_equal(file_write_atomic(p->path, "old", 3, 0600, &p->e), 0);
	pid_t child = fork();
	if (!child) {
		const struct rlimit limit = { 4096, 4096 };
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		int rc = file_write_atomic(p->path, bytes, sizeof(bytes), 0600, &p->e);
		_exit(rc == -1 && strstr(p->e.text, ": File too large") ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(file_read(p->path, 10, &p->bytes, &p->e), 0);
	assert_string_equal(buf_str(&p->bytes), "old");
	assert_int_equal(files_in(p), 1);
}

static void a_write_into_no_directory_fails(void **state)
{
	struct place *p = *state;

	strcat(p->path, "/x");
	assert_int_equal(file_write_atomic(p->path, "1", 1, 0600, &p->e), -1);
	says(p, ERR_IO, "can not write @: No such file or directory");
}

static void a_secret_is_read_whole(void **state)
{
	struct place *p = *state;
	struct secret s = SECRET_INIT;

	assert_int_equal(file_write_atomic(p->path, "a\0b", 3, 0400, &p->e), 0);
	assert_int_equal(file_read_secret(p->path, &s, &p->e), 0);
	assert_int_equal(s.len, 3);
	assert_memory_equal(s.data, "a\0b\0", 4);
	secret_release(&s);
}

static void a_secret_open_to_others_is_refused(void **state)
{
	struct place *p = *state;
	struct secret s = SECRET_INIT;

	assert_int_equal(file_write_atomic(p->path, "x", 1, 0640, &p->e), 0);
	assert_int_equal(file_read_secret(p->path, &s, &p->e), -1);
	says(p, ERR_IO, "@ holds a secret but is open to others (mode 0640): run `chmod 600 @`");
	assert_int_equal(chmod(p->path, 0601), 0);
	assert_int_equal(file_read_secret(p->path, &s, &p->e), -1);
	says(p, ERR_IO, "@ holds a secret but is open to others (mode 0601): run `chmod 600 @`");
	assert_null(s.data);
}

static void a_secret_of_somebody_else_is_refused(void **state)
{
	struct place *p = *state;
	struct secret s = SECRET_INIT;

	if (geteuid() != 0)
		skip();
	assert_int_equal(file_write_atomic(p->path, "x", 1, 0600, &p->e), 0);
	assert_int_equal(chown(p->path, 4711, 0), 0);
	assert_int_equal(file_read_secret(p->path, &s, &p->e), -1);
	says(p, ERR_IO, "@ holds a secret but belongs to user 4711: run `chown 0 @`");
}

static void a_huge_secret_is_refused(void **state)
{
	struct place *p = *state;
	struct secret s = SECRET_INIT;

	assert_int_equal(file_write_atomic(p->path, "x", 1, 0600, &p->e), 0);
	assert_int_equal(truncate(p->path, FILE_SECRET_MAX + 1), 0);
	assert_int_equal(file_read_secret(p->path, &s, &p->e), -1);
	says(p, ERR_INPUT, "@ is larger than 65536 bytes");
}

static void a_directory_is_made_once(void **state)
{
	struct place *p = *state;
	struct stat st;

	assert_int_equal(file_make_dir(p->path, &p->e), 1);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(file_make_dir(p->path, &p->e), 0);
	strcat(p->path, "/a/b");
	assert_int_equal(file_make_dir(p->path, &p->e), -1);
	says(p, ERR_IO, "can not make the directory @: No such file or directory");
}

static void planning_stands_still_and_real_time_does_not(void **state)
{
	int64_t now = 1000;
	struct clock fixed = system_clock(&now), running = system_clock(NULL);

	(void)state;
	assert_int_equal(fixed.planning(fixed.self), 1000);
	assert_true(fixed.real(fixed.self) > 1700000000);
	assert_true(running.planning(running.self) >= fixed.real(fixed.self));
}

static void a_hardened_process_leaves_no_core_and_no_open_files(void **state)
{
	struct err e = { 0 };
	struct rlimit core;
	int status;

	(void)state;
	pid_t child = fork();
	if (!child) {
		bool done = !process_harden(&e) && !getrlimit(RLIMIT_CORE, &core);
		_exit(done && !core.rlim_cur && !core.rlim_max && !prctl(PR_GET_DUMPABLE) &&
			      umask(0) == 077
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

#define AT_PLACE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_PLACE(what_was_written_is_read),
		AT_PLACE(what_can_not_be_read_is_said),
		AT_PLACE(a_write_replaces_the_file_and_sets_its_mode),
		AT_PLACE(a_link_is_replaced_and_not_written_through),
		AT_PLACE(a_new_file_never_replaces_another),
		AT_PLACE(a_failed_write_leaves_the_old_file_alone),
		AT_PLACE(a_write_into_no_directory_fails),
		AT_PLACE(a_secret_is_read_whole),
		AT_PLACE(a_secret_open_to_others_is_refused),
		AT_PLACE(a_secret_of_somebody_else_is_refused),
		AT_PLACE(a_huge_secret_is_refused),
		AT_PLACE(a_directory_is_made_once),
		cmocka_unit_test(planning_stands_still_and_real_time_does_not),
		cmocka_unit_test(a_hardened_process_leaves_no_core_and_no_open_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
