/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <git2/sys/repository.h>

#include "reconcile/adapter/git/repo.h"
#include "reconcile/adapter/git/wire.h"
#include "schema/base/text.h"

/* libgit2's own cache of objects. */
enum { CACHE_MAX = 8 << 20 };

/* Stands in front of the function of that name in mbedTLS: on Debian, libgit2 reads all of the
   system's roots at its start (7 ms, a third of the start of apnsctl) for its own TLS, which
   stream_register replaces. Without roots that TLS would trust nobody. */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);
int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	(void)chain;
	(void)path;
	return -1;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char setup_failure[256];

static void set_up(void)
{
	/* Extensions that change nothing for a reader; without them a checkout of CI fails to open.
	 */
	const char *extensions[] = { "worktreeconfig", "partialclone", "preciousobjects" };
	int rc = git_libgit2_init();

	for (int level = GIT_CONFIG_LEVEL_PROGRAMDATA; rc >= 0 && level <= GIT_CONFIG_LEVEL_GLOBAL;
	     level++)
		rc = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
	/* Who owns a mirror is checked in git_mirror_open; of other repositories nothing is run. */
	if (rc >= 0)
		rc = git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	if (rc >= 0)
		rc = git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	if (rc >= 0)
		rc = git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, (size_t)GIT_READ_MAX);
	if (rc >= 0)
		rc = git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHE_MAX);
	/* The folder of all tenants is looked into for each of them: it must stay parsed. */
	if (rc >= 0)
		rc = git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, (int)GIT_OBJECT_TREE,
				      (size_t)GIT_READ_MAX);
	if (rc >= 0)
		rc = git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions,
				      sizeof(extensions) / sizeof(extensions[0]));
	if (rc >= 0)
		rc = stream_register();
	if (rc < 0) {
		const git_error *last = git_error_last();
		snprintf(setup_failure, sizeof(setup_failure), "%s",
			 last ? last->message : "no reason given");
	}
	signal(SIGPIPE, SIG_IGN);
}

int git_setup(struct err *e)
{
	pthread_once(&once, set_up);
	if (setup_failure[0])
		return err_set(e, ERR_IO,
			       "libgit2 can not be used: %s; it has to be 1.5.1+ds-1+deb12u2 or "
			       "newer",
			       setup_failure);
	return 0;
}

void git_object_limit(uint64_t max)
{
	git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE,
			 (size_t)(max > GIT_READ_MAX ? max : GIT_READ_MAX));
}

int git_fail(struct err *e, enum err_code code, const char *fmt, ...)
{
	const git_error *last = git_error_last();
	struct buf line = BUF_INIT(2048);
	char context[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	if (last && last->message)
		wire_one_line(&line, last->message, strlen(last->message));
	err_set(e, code, "%s: %s", context, line.len ? buf_str(&line) : "no reason given");
	buf_release(&line);
	git_error_clear();
	return -1;
}

int git_forget_config(git_repository *repo, enum err_code code, struct err *e)
{
	git_config *empty = NULL;
	int rc = git_config_new(&empty);

	if (rc == 0)
		rc = git_repository_set_config(repo, empty);
	git_config_free(empty);
	return rc < 0 ? git_fail(e, code, "setting up the repository") : 0;
}

/* Makes the folders of a path that are missing, for us alone. */
static int make_folders(const char *dir, enum err_code code, struct err *e)
{
	char path[PATH_MAX];
	size_t len = strlen(dir);

	if (!len || len >= sizeof(path))
		return err_set(e, code, "the path of the mirror is empty or too long");
	for (size_t i = 1; i <= len; i++) {
		if (i < len && dir[i] != '/')
			continue;
		memcpy(path, dir, i);
		path[i] = 0;
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return err_set(e, code, "the mirror's folder %s can not be made: %s", path,
				       strerror(errno));
	}
	return 0;
}

static int check_owner(const char *dir, enum err_code code, struct err *e)
{
	struct stat st;

	if (lstat(dir, &st) < 0)
		return err_set(e, code, "the mirror %s: %s", dir, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_set(e, code, "the mirror %s is not a folder", dir);
	if (st.st_uid != geteuid() || (st.st_mode & 022))
		return err_set(e, code,
			       "the mirror %s can be written by others; it has to belong to the "
			       "user that runs apnsctl, with mode 0700",
			       dir);
	return 0;
}

static int check_alternates(const char *dir, enum err_code code, struct err *e)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/objects/info/alternates", dir);
	if (lstat(path, &st) == 0)
		return err_set(e, code,
			       "the mirror %s takes objects from elsewhere (%s); remove the mirror "
			       "and run again, it is only a copy",
			       dir, path);
	return 0;
}

static int open_or_make(const char *dir, git_repository **out, enum err_code code, struct err *e)
{
	git_repository_init_options init;
	unsigned flags = GIT_REPOSITORY_OPEN_BARE | GIT_REPOSITORY_OPEN_NO_SEARCH |
			 GIT_REPOSITORY_OPEN_NO_DOTGIT;
	int rc = git_repository_open_ext(out, dir, flags, NULL);

	if (rc == GIT_ENOTFOUND) {
		git_repository_init_options_init(&init, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
		init.flags = GIT_REPOSITORY_INIT_BARE;
		rc = git_repository_init_ext(out, dir, &init);
	}
	if (rc < 0)
		return git_fail(
		    e, code,
		    "the mirror %s can not be opened (when it is damaged, remove it and "
		    "run again: it is only a copy)",
		    dir);
	if (git_forget_config(*out, code, e) < 0) {
		git_repository_free(*out);
		return -1;
	}
	return 0;
}

int git_mirror_open(const char *dir, git_repository **out, enum err_code code, struct err *e)
{
	bool tidied = false;

	if (make_folders(dir, code, e) < 0 || check_owner(dir, code, e) < 0 ||
	    check_alternates(dir, code, e) < 0)
		return -1;
	git_mirror_unlock(dir);
	if (open_or_make(dir, out, code, e) < 0)
		return -1;
	int rc = git_mirror_tidy(*out, &tidied, code, e);
	if (rc == 0 && !tidied)
		return 0;
	git_repository_free(*out);
	*out = NULL;
	return rc < 0 ? -1 : open_or_make(dir, out, code, e);
}
