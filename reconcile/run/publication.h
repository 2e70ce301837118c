/* SPDX-License-Identifier: Apache-2.0 */
/* The files of one run for the status branch, and their way there. */
#ifndef APNSCTL_RUN_PUBLICATION_H
#define APNSCTL_RUN_PUBLICATION_H

#include "reconcile/report/report.h"
#include "reconcile/run/unit.h"

struct publication {
	struct arena mem;
	struct publish_file *file;
	size_t n, cap;
	bool fetched;          /* the branch was read in this run */
	bool available;
	const char *problem;   /* why it is not available */
	bool is_owed;          /* noted in this run */
	char tip[OID_TEXT];    /* "": the branch does not exist yet */
};

/*
 * Fetches the branch once. When it can not, `problem` says why; that is no failure of the run until
 * publication_send has something to send.
 */
void publication_fetch(struct run *r);

/* Adds a file (copied), or with data NULL its removal. */
void publication_put(struct publication *p, const char *path, const void *data, size_t len);

/*
 * Adds the files of a tenant: its status and its open requests; stale requests are removed. Nothing
 * of a tenant that comes again once the gates have decided: then it adds them.
 */
int publication_tenant(struct store_txn *t, struct run *r, struct unit *u,
		       const struct report_context *c, struct err *e);

/* The file of a request as it is published: the upload file, else the bare CSR in PEM form. */
void publication_request(const struct row_request *r, struct buf *out);

/* Adds the summary files, commits and pushes. A refusal is in the result and is owed. */
int publication_send(struct run *r, struct err *e);

/*
 * Notes that a status is owed, in the transaction that makes it differ from what is published: a
 * run that dies before the push leaves the debt to the next one. publication_send pays it.
 */
int publication_owe(struct store_txn *t, struct publication *p, struct err *e);

void publication_release(struct publication *p);

#endif
