/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/model/installed.h"

#include <string.h>

#include "schema/base/clock.h"
#include "schema/base/text.h"

static const char *const presence_names[] = {
#define X(name) #name,
	PRESENCES(X)
#undef X
};

static const char *const installed_names[] = {
#define X(name) #name,
	INSTALLED_STATES(X)
#undef X
};

const char *presence_name(enum presence p)
{
	return presence_names[p];
}

enum presence presence_of(const char *name)
{
	for (size_t i = 0; i < PRESENCE_MAX; i++)
		if (text_eq(presence_names[i], name))
			return (enum presence)i;
	return PRESENCE_unknown;
}

const char *installed_name(enum installed state)
{
	return installed_names[state];
}

/* Serials are numbers: servers differ in case and leading zeros. "" is none. */
static bool same_serial(const char *a, const char *b)
{
	if (!*a || !*b)
		return false;
	a += strspn(a, "0");
	b += strspn(b, "0");
	return strcasecmp(a, b) == 0;
}

static enum installed compare(const struct server_observation *seen,
			      const struct server_expected *want)
{
	bool decisive = false;

	if (seen->topic && want->topic && !text_eq(seen->topic, want->topic))
		return INSTALLED_Differs;
	if (seen->serial && want->serial) {
		if (!same_serial(seen->serial, want->serial))
			return INSTALLED_Differs;
		decisive = true;
	}
	if (seen->not_after != TIME_UNKNOWN && want->not_after != TIME_UNKNOWN) {
		if (seen->not_after != want->not_after)
			return INSTALLED_Differs;
		decisive = true;
	}
	return decisive ? INSTALLED_Match : INSTALLED_Unknown;
}

enum installed server_judge(const struct server_observation *seen,
			    const struct server_expected *want, const char *installed_sha256)
{
	if (seen->presence == PRESENCE_absent)
		return INSTALLED_Absent;
	if (seen->presence == PRESENCE_present)
		return compare(seen, want);
	if (seen->can_read || !installed_sha256)
		return INSTALLED_Unknown;
	return text_eq(installed_sha256, want->sha256) ? INSTALLED_Assumed : INSTALLED_Differs;
}

bool server_may_write(const struct server_observation *seen)
{
	return seen->presence != PRESENCE_unknown || !seen->can_read;
}
