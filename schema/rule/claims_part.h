/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of rule/claims: what is claimed, and how a charge is told. */
#ifndef APNSCTL_RULE_CLAIMS_PART_H
#define APNSCTL_RULE_CLAIMS_PART_H

#include "schema/resolve/desired.h"

/* What is claimed. Equal values of one kind meet. */
enum claim_kind {
	CLAIMED_TOPIC,
	CLAIMED_KEY,
	CLAIMED_SERIAL,
	CLAIMED_ACCOUNT, /* type, url and account of a server */
	CLAIMED_ADDRESS, /* the Apple Account of a tenant's own alias */
	CLAIMED_TENANT,  /* of a repository that has only one */
	CLAIMED_NAME,    /* "tenant/name" of a PushCertificate; `gone`: it should not be there */
	CLAIMED_PAST     /* the name that a tenant had */
};

/* What speaks for the one that is to keep what several claim; the higher, the more. */
enum evidence {
	BY_BASE = 1,  /* it had it in the revision that is compared with */
	BY_PIN = 2,   /* its spec.topic says so, and not only a file */
	BY_STATUS = 4 /* the controller has published it */
};

struct claim {
	enum claim_kind kind;
	unsigned evidence;
	bool in_file; /* said by the certificate file, not by the manifest */
	bool gone;
	bool silent; /* APN4003 tells of it; it only speaks against pinning the topic elsewhere */
	const char *value;
	const char *tenant, *name; /* of the PushCertificate */
	const char *serial;        /* "issuer/serial" of its certificate; NULL: none */
	struct origin from;
};

/* claims_tell.c: the finding at the claim `x`, whose value `keeper` keeps. */
void claim_tell(const struct claim *x, const struct claim *keeper, struct findings *fs);

#endif
