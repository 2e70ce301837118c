/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libgit2 opens whatever is called .gitignore, also behind a symbolic link, and tries its patterns
 * in a time that each star multiplies. So each file is looked at before libgit2 is asked.
 */
#include "reconcile/adapter/git/ignore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "reconcile/adapter/file/file.h"
#include "schema/base/arena.h"
#include "schema/base/buf.h"
#include "schema/base/text.h"

#define FILE_NAME ".gitignore"

/*
 * Of one file. Stars side by side count as one. A pattern with n of them is tried at most "length
 * of the path over n" times: 4 and 100 characters are 4 million steps.
 */
enum { BYTES_MAX = 64 << 10, LINES_MAX = 2000, STARS_MAX = 4, STARRY = 3, STARRY_LINES_MAX = 20 };

/* Deeper folders are not asked about. */
enum { LEVELS_MAX = 64 };

/* The folders on the way to what was asked last; what is asked next mostly has the same. */
struct level {
	const char *folder; /* with "/" at its end; "" is the top; NULL: none yet */
	bool is_odd;
};

struct ignores {
	git_repository *repo;
	struct arena mem;
	struct level level[LEVELS_MAX];
	const char *odd; /* path of the first odd file; NULL */
	const char *odd_why;
};

struct ignores *ignores_new(git_repository *repo)
{
	struct ignores *i = calloc(1, sizeof(*i));

	if (!i)
		out_of_memory();
	i->repo = repo;
	return i;
}

void ignores_free(struct ignores *i)
{
	if (i)
		arena_release(&i->mem);
	free(i);
}

/*
 * What is committed counts, whatever .gitignore says: reconcile reads it, so lint has to. A folder
 * is tracked when anything below it is; it may end with a slash, as patterns for folders want it.
 */
static bool is_tracked(git_repository *repo, const char *path)
{
	struct arena mem = ARENA_INIT;
	git_index *index = NULL;
	const char *below = text_ends(path, "/") ? path : arena_printf(&mem, "%s/", path);
	bool tracked = git_repository_index(&index, repo) < 0 ||
		       git_index_find(NULL, index, path) == 0 ||
		       git_index_find_prefix(NULL, index, below) == 0;

	git_index_free(index);
	arena_release(&mem);
	return tracked;
}

static size_t stars_of(const char *line, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += line[i] == '*' && (!i || line[i - 1] != '*');
	return n;
}

static const char *judge_patterns(const struct buf *text)
{
	size_t lines = 0, starry = 0;
	const char *end = text->data + text->len;

	for (const char *line = text->data; line && line < end; lines++) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t len = (size_t)((stop ? stop : end) - line);
		size_t stars = *line == '#' ? 0 : stars_of(line, len);
		starry += stars >= STARRY;
		if (stars > STARS_MAX || starry > STARRY_LINES_MAX)
			return "its patterns have too many stars";
		line += len + 1;
	}
	return lines > LINES_MAX ? "it has more than 2000 lines" : NULL;
}

/* Why libgit2 must not see the file; NULL: it may, or there is none. */
static const char *judge_file(const char *path)
{
	struct buf text = BUF_INIT(BYTES_MAX);
	const char *why = NULL;
	struct err e = { 0 };
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT ? NULL : "it can not be read";
	if (S_ISLNK(st.st_mode))
		return "it is a symbolic link";
	if (!S_ISREG(st.st_mode))
		return "it is no file";
	if (st.st_size > BYTES_MAX)
		return "it has more than 64 KiB";
	if (file_read(path, BYTES_MAX, &text, &e))
		why = "it can not be read";
	else
		why = judge_patterns(&text);
	buf_release(&text);
	return why;
}

static bool judge_folder(struct ignores *i, const char *folder)
{
	struct arena mem = ARENA_INIT;
	const char *path = arena_printf(&mem, "%s" FILE_NAME, folder);
	const char *why =
	    judge_file(arena_printf(&mem, "%s%s", git_repository_workdir(i->repo), path));

	/* The names of a folder come in no order: the first by its path is told. */
	if (why && (!i->odd || strcmp(path, i->odd) < 0)) {
		i->odd = arena_strdup(&i->mem, path);
		i->odd_why = why;
	}
	arena_release(&mem);
	return why != NULL;
}

/* Is one of the files on the way to `path` odd? */
static bool is_way_odd(struct ignores *i, const char *path)
{
	size_t len = 0;

	for (size_t n = 0; n < LEVELS_MAX; n++) {
		struct level *l = &i->level[n];
		if (!l->folder || strlen(l->folder) != len || strncmp(l->folder, path, len) != 0) {
			l->folder = arena_strndup(&i->mem, path, len);
			l->is_odd = judge_folder(i, l->folder);
		}
		if (l->is_odd)
			return true;
		const char *slash = strchr(path + len, '/');
		if (!slash || !slash[1])
			return false;
		len = (size_t)(slash - path) + 1;
	}
	return true;
}

bool ignores_path(struct ignores *i, const char *path)
{
	int ignored = 0;

	/* First: where all is committed, as in CI, no pattern of a hostile .gitignore is tried. */
	if (is_tracked(i->repo, path) || is_way_odd(i, path) ||
	    git_ignore_path_is_ignored(&ignored, i->repo, path) < 0)
		return false;
	return ignored;
}

const char *ignores_odd(const struct ignores *i, const char **why)
{
	*why = i->odd_why;
	return i->odd;
}
