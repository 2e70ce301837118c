/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hostile repository or configuration can say: the bytes are a raw tree object, which is
 * listed, and a URL, which is taken apart.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/repository.h>

#include "reconcile/adapter/git/name.h"
#include "reconcile/adapter/git/repo.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* An entry that passes has a path that can be printed and leads nowhere else. */
static int look(const struct source_entry *entry, void *arg, struct err *e)
{
	(void)arg, (void)e;
	must(strlen(entry->oid) == 40);
	if (entry->bad_name)
		return 0;
	for (const char *p = entry->path, *end; *p; p = end + (*end == '/')) {
		end = strchrnul(p, '/');
		must(!git_name_is_bad(p, (size_t)(end - p)));
		must(strncasecmp(p, ".git/", 5) != 0 && strncmp(p, "../", 3) != 0);
	}
	return 0;
}

static void list_tree(const unsigned char *data, size_t size)
{
	static const char commit_form[] = "tree %s\nauthor a <a@a> 1 +0000\n"
					  "committer a <a@a> 1 +0000\n\nx\n";
	git_odb_backend *memory = NULL;
	struct tree_view v = { .root = "", .code = ERR_SOURCE };
	char tree[OID_TEXT], commit[OID_TEXT], text[256];
	struct err e = { 0 };
	git_oid oid;

	must(!git_odb_new(&v.odb) && !git_mempack_new(&memory));
	must(!git_odb_add_backend(v.odb, memory, 1) && !git_repository_wrap_odb(&v.repo, v.odb));
	must(!git_odb_write(&oid, v.odb, data, size, GIT_OBJECT_TREE));
	git_oid_tostr(tree, sizeof(tree), &oid);
	int n = snprintf(text, sizeof(text), commit_form, tree);
	must(!git_odb_write(&oid, v.odb, text, (size_t)n, GIT_OBJECT_COMMIT));
	git_oid_tostr(commit, sizeof(commit), &oid);
	tree_list(&v, commit, "", false, look, NULL, &e);
	git_repository_free(v.repo);
	git_odb_free(v.odb);
}

static void parse_url(const unsigned char *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct git_url u;
	struct err e = { 0 };

	must(text != NULL);
	if (git_url_parse(text, &u, &e) == 0) {
		must(u.user[0] != '-' && u.host[0] != '-');
		must(u.scheme == GIT_SCHEME_FILE || u.host[0]);
		must(!strpbrk(u.host, " '\"$;|&\n") && !strpbrk(u.user, " '\"$;|&\n:@"));
		must(u.scheme != GIT_SCHEME_HTTP || git_url_is_loopback(&u));
		must(strspn(u.port, "0123456789") == strlen(u.port));
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct err e = { 0 };

	must(git_setup(&e) == 0);
	parse_url(data, size);
	list_tree(data, size);
	return 0;
}
