/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is this certificate file the answer to a request of this certificate? The one place that decides,
 * for lint of a repository with facts, for `match` and `accept`, and for the plan. Pure.
 *
 * The verdicts are those of the MatchReport (docs/reference.md); what is refused stays where it is
 * and the pair in force stays in force.
 */
#ifndef APNSCTL_MODEL_INTAKE_H
#define APNSCTL_MODEL_INTAKE_H

#include "reconcile/model/actual.h"
#include "schema/kind/cert_facts.h"

#define INTAKE_VERDICTS(X)                                                                         \
	X(Matches) X(Misfiled) X(WrongRow) X(OtherTopic) X(Older) X(Superseded) X(KeyUnknown)      \
	X(Untrusted) X(NotInForce) X(NotMDM) X(Unreadable)

enum intake_verdict {
#define X(n) INTAKE_##n,
	INTAKE_VERDICTS(X)
#undef X
};

const char *intake_word(enum intake_verdict v);

/* Who holds the private key of the certificate. */
enum key_held { KEY_OF_NOBODY, KEY_HELD_FOR_IT, KEY_OF_ACTIVE, KEY_OF_SUPERSEDED, KEY_OF_OTHER };

struct intake_question {
	const struct cert_facts *cert;
	struct ref on;             /* the certificate object whose file it is */
	const char *pin;           /* the topic that it must have; NULL: any that nobody claims */
	enum key_held key;
	const struct ref *key_owner;   /* KEY_OF_OTHER */
	const struct ref *topic_owner; /* another object that has claimed the topic; NULL: none */
	const struct ref *serial_owner;
	const struct actual_pair *in_force; /* of the same topic; NULL: none */
	const char *request_file;  /* the open request, for the remedy; NULL: none */
	const char *row;           /* the portal's row of the pin; NULL: not known */
	int64_t now;
};

struct intake {
	enum intake_verdict verdict;
	bool accepted;    /* it may become the next pair */
	bool is_in_force; /* it is the pair that we have already */
	bool key_reused;  /* a warning: the key of the pair in force */
	bool taken_over;  /* KeyUnknown with the pinned topic: gives the band, is no error */
	const char *message; /* what was found */
	const char *remedy;  /* what to do; NULL: nothing */
};

/* Texts live in `mem`. */
struct intake intake_judge(const struct intake_question *q, struct arena *mem);

/* "APSP:<uuid>" of a topic com.apple.mgmt.<family>.<uuid>; NULL when it has another form. */
const char *portal_row_of(const char *topic, struct arena *mem);

#endif
