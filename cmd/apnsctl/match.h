/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Downloaded certificate files → which certificate object each one answers, and whether it is good.
 * The judgement is that of the life cycle (model/view.h), with the file in the place of the one in
 * Git: what `match` says is what a run will say. Only reads.
 */
#ifndef APNSCTL_CMD_MATCH_H
#define APNSCTL_CMD_MATCH_H

#include "cmd/apnsctl/facts.h"

struct match {
	const char *file; /* as given, or below a folder that was given */
	struct cert_facts cert;
	struct ref on;        /* kind NONE: it is nobody's */
	const char *customer; /* display name; NULL */
	struct intake intake;
	const char *broken;    /* the error in its manifest; NULL: none */
	bool good;             /* it answers, or is what is in place already */
	const char *placed_at; /* its path in the repository; NULL: it has no place */
	const char *topic;     /* spec.topic; NULL: New */
	bool starts_over; /* a topic change from a pin to New: New stays until it is in force */
	struct origin topic_at;
	const char *pem; /* good: one clean block */
	size_t pem_len;
};

struct matches {
	struct arena mem;
	struct match *item; /* in the order of the arguments; of a folder by name */
	size_t n, cap;
	size_t n_good;
};

/*
 * Judges each file; of a folder those that are named like certificates. ERR_USAGE when an argument
 * does not exist or a folder holds no such file.
 */
int match_files(struct facts *f, char **arg, int n, struct matches *out, struct err *e);
void matches_release(struct matches *m);

/* MatchReport; `changed` are the files that `accept` wrote (paths in the repository), else NULL. */
void matches_json(const struct facts *f, const struct matches *m, const char *const *changed,
		  size_t n_changed, struct buf *out);

/* One file for people, indented below its name. */
void match_text(const struct match *m, struct buf *out);

#endif
