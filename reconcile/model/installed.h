/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a server shows of a certificate, and how that compares with the one that should be there.
 * Pure. *Unknown* is not *absent* (safety rule 5).
 */
#ifndef APNSCTL_MODEL_INSTALLED_H
#define APNSCTL_MODEL_INSTALLED_H

#include <stdbool.h>
#include <stdint.h>

#define PRESENCES(X) X(unknown) X(present) X(absent)

enum presence {
#define X(name) PRESENCE_##name,
	PRESENCES(X)
#undef X
	    PRESENCE_MAX
};

/* "present", as the store spells it. */
const char *presence_name(enum presence p);

/* The presence of a name; PRESENCE_unknown for NULL and for a word that is none. */
enum presence presence_of(const char *name);

/* What a server shows of one certificate. A field that it does not offer is NULL or TIME_UNKNOWN.
 */
struct server_observation {
	enum presence presence;
	const char *topic;
	const char
	    *serial; /* upper-case hex; "": what is there is no whole pair, so it fits none */
	int64_t not_after;
	bool can_read;      /* false: this server has no way to show what it holds */
	const char *reason; /* one CamelCase word when presence is unknown; NULL */
	const char *error;  /* why, and what to do: for people; NULL */
};

/* The certificate that should be there. */
struct server_expected {
	const char *topic;
	const char *serial; /* upper-case hex */
	const char *sha256; /* lower-case hex, of the DER */
	int64_t not_after;
};

#define INSTALLED_STATES(X) X(Unknown) X(Match) X(Differs) X(Assumed) X(Absent)

enum installed {
#define X(name) INSTALLED_##name,
	INSTALLED_STATES(X)
#undef X
	    INSTALLED_MAX
};

/* "Match", as reports spell it. */
const char *installed_name(enum installed state);

/*
 * Compares each field that the server offers. `installed_sha256` is what our own store recorded at
 * the last confirmed upload (NULL: none); it counts only where the server can not be read.
 */
enum installed server_judge(const struct server_observation *seen,
			    const struct server_expected *want, const char *installed_sha256);

/* True when a write may follow: it was seen what is there, or the server never shows it. */
bool server_may_write(const struct server_observation *seen);

#endif
