/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/file/harden.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

int process_harden(struct err *e)
{
	const struct rlimit none = { 0, 0 };

	/* The limit alone would not stop a core pattern that pipes into a program. */
	if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return err_set(e, ERR_IO, "can not forbid core files: %s", strerror(errno));
	umask(077);
	return 0;
}
