/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/file/harden.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

/*
 * libcurl and OpenSSL obey these: one makes a file from which every recorded connection can be
 * read, the others load code into the process that holds the keys. /etc/ssl/openssl.cnf still
 * counts: it belongs to the administrator of the machine.
 */
static const char *const unwanted[] = { "SSLKEYLOGFILE", "OPENSSL_CONF", "OPENSSL_MODULES",
					"OPENSSL_ENGINES" };

int process_harden(struct err *e)
{
	const struct rlimit none = { 0, 0 };

	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		unsetenv(unwanted[i]);

	/* The limit alone would not stop a core pattern that pipes into a program. */
	if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return err_set(e, ERR_IO, "can not forbid core files: %s", strerror(errno));
	umask(077);
	return 0;
}
