/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What NanoMDM answers to a request, oddities included, as recorded from the real server (newest
 * commit of 2026-08 with its default storage, and release v0.9.0). Certificates are kept one a
 * topic in the directory mdm/ of the state directory; keys are checked and forgotten.
 */
#ifndef APPLESIM_NANO_H
#define APPLESIM_NANO_H

#include <stdbool.h>

#include "cmd/applesim/http1.h"
#include "schema/base/err.h"

struct nano {
	const char *dir;     /* "STATE/mdm" */
	const char *api_key; /* NULL: there is no API, every path of it is 404 */
};

/* How the server behaves on this request. */
struct nano_mode {
	bool release_090;   /* no GET: every method on the path is an upload */
	bool keep_old;      /* an upload is used after the next start */
	bool store_nothing; /* an upload is answered as if it was stored */
};

/* What was asked for, for rules and log. */
struct nano_subject {
	const char *path;  /* without query */
	const char *topic; /* of the query or of the uploaded certificate; NULL */
};

/* Makes the directory; uploads that waited for a start are in use from now on. */
int nano_start(struct nano *n, const char *state_dir, struct arena *mem, struct err *e);

/* The subject of a complete request; texts live in the request's arena. */
void nano_subject(struct http1 *h, struct nano_subject *out);

/* Answers a complete request; texts live in the request's arena. */
void nano_answer(const struct nano *n, const struct nano_mode *mode, struct http1 *h,
		 struct http1_answer *out);

/* The answer to a body that broke off before its end. */
void nano_answer_cut(struct http1_answer *out);

#endif
