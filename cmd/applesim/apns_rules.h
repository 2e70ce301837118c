/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What APNs answers to a request (apple.md 3.2, 3.3, 3.6), in the order of checks that is known
 * from the field: id, method, topic, collapse id, priority, push type, path and token, topic of the
 * certificate, payload, device. Pure.
 */
#ifndef APPLESIM_APNS_RULES_H
#define APPLESIM_APNS_RULES_H

#include <stdint.h>

#include "cmd/applesim/faults.h"
#include "cmd/applesim/h2.h"

/* A topic that the certificate does not cover: sources differ, so it can be chosen. */
enum mismatch { MISMATCH_BAD_TOPIC, MISMATCH_DISALLOWED, MISMATCH_ACCEPTED };

struct apns_answer {
	int status;
	const char *reason; /* NULL with 200 */
	int64_t since_ms;   /* of a 410; -1: none */
};

/* `cert_topic` NULL: no client certificate; "": one without a topic. */
struct apns_answer apns_judge(const struct h2_request *r, const char *cert_topic,
			      const struct faults *f, enum mismatch mismatch);

/* The device token in the path "/3/device/<token>"; NULL: another path. */
const char *apns_token(const struct h2_request *r);

#endif
