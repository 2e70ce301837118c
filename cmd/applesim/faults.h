/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults on demand (docs/applesim.md): a JSON file of rules, read again whenever it has changed. A
 * rule has one effect, may be bound to a certificate or a request, and may hold for some times
 * only.
 */
#ifndef APPLESIM_FAULTS_H
#define APPLESIM_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/applesim/files.h"
#include "schema/base/arena.h"
#include "schema/base/err.h"

/*
 * Effect, the member that it needs ("" none), where it strikes. A: APNs before the certificate is
 * known, so without selectors · C: APNs (serial, topic, path) · R: MDM (method, path, topic)
 */
#define FAULT_EFFECTS(X)                                                                           \
	X(CloseOnAccept, "", "A")                                                                  \
	X(SilenceOnAccept, "", "A")                                                                \
	X(TLS12, "", "A")                                                                          \
	X(TLS13, "", "A")                                                                          \
	X(HelloAlert, "number", "A")                                                               \
	X(NoALPN, "", "A")                                                                         \
	X(RequireCertificate, "", "A")                                                             \
	X(Alert, "number", "C")                                                                    \
	X(CloseAfterHandshake, "", "C")                                                            \
	X(NoSettings, "", "C")                                                                     \
	X(Streams, "number", "C")                                                                  \
	X(GoawayOnConnect, "goaway", "C")                                                          \
	X(Goaway, "goaway", "C")                                                                   \
	X(Answer, "status", "CR")                                                                  \
	X(Reset, "number", "C")                                                                    \
	X(Silence, "", "CR")                                                                       \
	X(Delay, "ms", "CR")                                                                       \
	X(StreamsAfterError, "number", "C")                                                        \
	X(DisconnectAfterBadTokens, "number", "C")                                                 \
	X(MismatchAccepted, "", "C")                                                               \
	X(MismatchDisallowed, "", "C")                                                             \
	X(CloseOnRequest, "", "R")                                                                 \
	X(Redirect, "location", "R")                                                               \
	X(Release090, "", "R")                                                                     \
	X(KeepOld, "", "R")                                                                        \
	X(StoreNothing, "", "R")

enum fault_effect {
#define X(name, member, selectors) FAULT_##name,
	FAULT_EFFECTS(X)
#undef X
	    FAULT_MAX
};

struct goaway {
	uint32_t code;
	int32_t last_stream; /* -1: the last that was processed */
	const char *debug;
};

struct fault {
	enum fault_effect effect;
	const char *serial, *topic, *method, *path; /* selectors; NULL: any */
	int64_t times;                              /* left; -1: without limit */
	int64_t number;                             /* number, status or ms */
	const char *text;                           /* reason, body or location */
	const struct goaway *goaway;
	size_t n_goaway;
};

enum device_state { DEVICE_Active, DEVICE_Unregistered, DEVICE_Expired };

/* A device that APNs knows; every other token is a BadDeviceToken. */
struct device {
	const char *token, *topic;
	enum device_state state;
	int64_t since; /* seconds; of a state that is not Active */
};

struct faults {
	const char *path; /* NULL: no file */
	struct file_version version;
	struct arena mem;
	int64_t now; /* the clock of APNs; TIME_UNKNOWN: the machine's */
	struct fault *apns, *mdm;
	size_t n_apns, n_mdm;
	struct device *device;
	size_t n_device;
};

/* Reads the file for the first time; a missing file has no rules. */
int faults_open(struct faults *f, const char *path, struct err *e);

/*
 * Reads the file again if it has changed, or in any case; counts begin anew. 1: it was read, 0: not
 * needed, -1: it is not well formed, and the old rules stay.
 */
int faults_refresh(struct faults *f, bool force, struct err *e);
void faults_release(struct faults *f);

/* What a rule is matched with; NULL where it is not known or does not exist. */
struct fault_subject {
	const char *serial, *topic, *method, *path;
};

/*
 * The first rule of the list with this effect that matches and is not used up; its count goes down.
 * NULL: none.
 */
const struct fault *fault_take(struct fault *list, size_t n, enum fault_effect effect,
			       const struct fault_subject *subject);

const struct device *faults_device(const struct faults *f, const char *token);

/* The clock of APNs. */
int64_t faults_now(const struct faults *f);

#endif
