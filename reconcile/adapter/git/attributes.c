/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What .gitattributes does to a checkout. Only the tracked files count: they are what comes with a
 * pull request. They are not obeyed, so that one word of them is enough to doubt what is read.
 */
#include <string.h>
#include <sys/stat.h>

#include "reconcile/adapter/git/repo.h"
#include "schema/base/text.h"

#define FILE_NAME ".gitattributes"

enum { BYTES_MAX = 1 << 20 };

static bool is_word(const char *at, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len >= n && !memcmp(at, word, n) && (len == n || at[n] == '=');
}

/* The attribute that changes bytes, if one of a line is such: all but the first word. */
static const char *odd_word(const char *line, size_t len)
{
	static const char *const odd[] = { "ident", "filter", "working-tree-encoding" };
	static const char blanks[] = " \t\r";
	const char *end = line + len;

	for (size_t nth = 0; line < end; nth++) {
		while (line < end && strchr(blanks, *line))
			line++;
		const char *word = line;
		while (line < end && !strchr(blanks, *line))
			line++;
		if (nth == 0 && word < end && *word == '#')
			return NULL;
		for (size_t i = 0; nth && i < sizeof(odd) / sizeof(odd[0]); i++)
			if (is_word(word, (size_t)(line - word), odd[i]))
				return odd[i];
	}
	return NULL;
}

static const char *judge(const struct tree_view *v, const git_oid *oid)
{
	char text[OID_TEXT];
	struct buf bytes = BUF_INIT(BYTES_MAX);
	struct err e = { 0 };
	const char *why = NULL;

	if (tree_read(v, git_oid_tostr(text, sizeof(text), oid), &bytes, &e))
		why = "it can not be read";
	const char *end = bytes.data ? bytes.data + bytes.len : NULL;
	for (const char *line = bytes.data; !why && line && line < end;) {
		const char *lf = memchr(line, '\n', (size_t)(end - line));
		size_t len = (size_t)((lf ? lf : end) - line);
		why = odd_word(line, len);
		line += len + 1;
	}
	buf_release(&bytes);
	return why;
}

/* Does a file in this folder ("a/b/" or "") say something of what is below `prefix`? */
static bool concerns(const char *folder, size_t len, const char *prefix)
{
	size_t n = strlen(prefix);

	return memcmp(folder, prefix, len < n ? len : n) == 0;
}

const char *attributes_odd(const struct tree_view *v, const char *prefix, struct arena *mem,
			   const char **why)
{
	git_index *index = NULL;
	const char *path = NULL;

	*why = NULL;
	if (git_repository_index(&index, v->repo) < 0)
		return NULL;
	for (size_t i = 0; !*why && i < git_index_entrycount(index); i++) {
		const git_index_entry *entry = git_index_get_byindex(index, i);
		const char *slash = strrchr(entry->path, '/');
		size_t folder = slash ? (size_t)(slash - entry->path) + 1 : 0;
		if (!text_eq(entry->path + folder, FILE_NAME) ||
		    !concerns(entry->path, folder, prefix) || S_ISLNK(entry->mode))
			continue;
		*why = judge(v, &entry->id);
		path = arena_strdup(mem, entry->path);
	}
	git_index_free(index);
	return *why ? path : NULL;
}
