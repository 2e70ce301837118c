/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done in the Apple Push Certificates Portal, without the options of the command. */
#ifndef APPLESIM_PORTAL_H
#define APPLESIM_PORTAL_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/applesim/rows.h"
#include "cmd/applesim/verify.h"

enum { GRACE_UNLIMITED = -1 };

struct portal {
	const char *dir;
	int64_t now;
	int64_t days;       /* how long a certificate lasts */
	int64_t grace_days; /* after the end, in which Renew works; GRACE_UNLIMITED */
	bool allow_sha1;
};

/* What a person sees after an upload: the row, and the file that the browser saved. */
struct portal_result {
	struct row row;
	const char *file;
	enum refusal refusal; /* why not, when the call failed with ERR_REFUSED */
};

/* "Create a Certificate": a new row, so a new topic. `out` is a file, or a directory to save into.
 */
int portal_create(const struct portal *p, const char *account, const char *request, const char *out,
		  struct arena *mem, struct portal_result *result, struct err *e);

/* "Renew" of a row of this account: the topic stays. */
int portal_renew(const struct portal *p, const char *account, const char *uuid, const char *request,
		 const char *out, struct arena *mem, struct portal_result *result, struct err *e);

/* "Download" of a row's newest certificate. */
int portal_download(const struct portal *p, const char *uuid, const char *out, struct arena *mem,
		    struct portal_result *result, struct err *e);

/* "Revoke": all certificates of the row, into the revocation list too. */
int portal_revoke(const struct portal *p, const char *uuid, struct arena *mem,
		  struct portal_result *result, struct err *e);

/* Apple moves the row to another account. */
int portal_transfer(const struct portal *p, const char *uuid, const char *account,
		    struct arena *mem, struct portal_result *result, struct err *e);

#endif
