/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of `doctor`, in the order of what depends on what. They only read. */
#ifndef APNSCTL_CMD_DOCTOR_H
#define APNSCTL_CMD_DOCTOR_H

#include "cmd/apnsctl/ports.h"

enum health { HEALTH_Ok, HEALTH_Warning, HEALTH_Failed };

struct check {
	const char *name; /* "source" */
	enum health health;
	const char *message; /* what was found */
	const char *cure;    /* NULL: the message has it, or nothing is wrong */
};

struct doctor {
	struct arena mem;
	const struct app *app;
	struct check *check;
	size_t n, cap;
	struct config config;
	struct opened opened;
	int64_t now;
	char tip[OID_TEXT]; /* of the source; "": not reachable */
};

/* Notes a result; `cure` may be NULL. */
void doctor_note(struct doctor *d, const char *name, enum health h, const char *cure,
		 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* doctor_host.c: this machine: permissions, credentials, ssh. */
void doctor_check_files(struct doctor *d);
void doctor_check_credentials(struct doctor *d);
void doctor_check_ssh(struct doctor *d);

/* doctor_parts.c: what the configuration names. */
void doctor_check_source(struct doctor *d);
void doctor_check_status(struct doctor *d);
void doctor_check_history(struct doctor *d);
void doctor_check_store(struct doctor *d);
void doctor_check_certificates(struct doctor *d);
void doctor_check_apns(struct doctor *d);

/* doctor_servers.c: may a certificate and its key go to each server of the manifests? */
void doctor_check_servers(struct doctor *d);

#endif
