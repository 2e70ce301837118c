/* SPDX-License-Identifier: Apache-2.0 */
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/apnsctl/doctor.h"
#include "reconcile/adapter/file/file.h"
#include "schema/base/text.h"

/* Nobody but the controller reads what is there; 1: it is not there. */
static int check_mode(struct doctor *d, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return 1;
	if (!(st.st_mode & 077))
		return 0;
	doctor_note(d, "permissions", HEALTH_Warning,
		    arena_printf(&d->mem, "chmod go-rwx %s", path),
		    "others than the controller may read %s (mode %04o)", path,
		    (unsigned)(st.st_mode & 07777));
	return 0;
}

void doctor_check_files(struct doctor *d)
{
	const char *store = d->opened.store_path;
	const char *folder = dirname(arena_strdup(&d->mem, store));
	size_t before = d->n;

	check_mode(d, folder);
	check_mode(d, store);
	check_mode(d, arena_printf(&d->mem, "%s/" MIRROR_OF_SOURCE, folder));
	check_mode(d, arena_printf(&d->mem, "%s/" MIRROR_OF_STATUS, folder));
	if (d->n == before)
		doctor_note(d, "permissions", HEALTH_Ok, NULL, "%s is the controller's alone",
			    folder);
}

/* Passwords, tokens and keys: there, and for nobody else to read. */
void doctor_check_credentials(struct doctor *d)
{
	const struct config_credential *k = d->config.c->credentials.item;
	size_t before = d->n, n = d->config.c->credentials.n;

	for (size_t i = 0; i < n; i++) {
		const struct text *file = k[i].file.s ? &k[i].file : &k[i].ssh_key_file;
		struct secret unused = SECRET_INIT;
		struct err e = { 0 };
		if (file->s && file_read_secret(config_path(&d->config, file), &unused, &e))
			doctor_note(d, "credential", HEALTH_Failed, NULL, "%s: %s", k[i].name.s,
				    e.text);
		secret_release(&unused);
	}
	if (n && d->n == before)
		doctor_note(d, "credentials", HEALTH_Ok, NULL, "%zu can be read, by nobody else",
			    n);
}

static bool in_path(const char *program)
{
	struct arena mem = ARENA_INIT;
	char *all = arena_strdup(&mem, getenv("PATH") ? getenv("PATH") : ""), *rest = all;
	bool found = false;

	for (char *folder; !found && (folder = strsep(&rest, ":"));)
		found = *folder && access(arena_printf(&mem, "%s/%s", folder, program), X_OK) == 0;
	arena_release(&mem);
	return found;
}

/* "ssh://…" and "user@host:path" */
static bool is_ssh(const char *url)
{
	return url && (text_starts(url, "ssh://") || (!strstr(url, "://") && strchr(url, '@')));
}

void doctor_check_ssh(struct doctor *d)
{
	const struct controller_config *c = d->config.c;

	if (!is_ssh(c->source->url.s) && !is_ssh(c->status->url.s))
		return;
	if (in_path("ssh"))
		doctor_note(d, "ssh", HEALTH_Ok, NULL, "ssh is installed");
	else
		doctor_note(d, "ssh", HEALTH_Failed, "install OpenSSH's client",
			    "the configuration has an ssh address, and there is no ssh in PATH");
}
