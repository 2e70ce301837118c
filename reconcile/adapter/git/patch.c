/* SPDX-License-Identifier: Apache-2.0 */
/* The change of one file as a patch, made by libgit2. */
#include "reconcile/adapter/git/git.h"
#include "reconcile/adapter/git/repo.h"

int git_patch_text(const char *path, const struct buf *old, const struct buf *text, struct buf *out,
		   struct err *e)
{
	git_buf patch_text = GIT_BUF_INIT;
	git_patch *patch = NULL;

	if (git_setup(e) < 0)
		return -1;
	int rc = git_patch_from_buffers(&patch, buf_str(old), old->len, path, buf_str(text),
					text->len, path, NULL);

	if (!rc)
		rc = git_patch_to_buf(&patch_text, patch);
	if (!rc)
		buf_add(out, patch_text.ptr, patch_text.size);
	else
		git_fail(e, ERR_IO, "the change of %s can not be shown", path);
	git_buf_dispose(&patch_text);
	git_patch_free(patch);
	return rc ? -1 : 0;
}
