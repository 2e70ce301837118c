/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/apns_rules.h"

#include <ctype.h>
#include <string.h>

#include "schema/base/text.h"

#define DEVICE_PATH "/3/device/"

enum { PAYLOAD_MAX = 4096, COLLAPSE_ID_MAX = 64, TOKEN_MIN = 64, TOKEN_MAX = 200 };

static bool is_uuid(const char *s)
{
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s[i] != '-' : !isxdigit((unsigned char)s[i]))
			return false;
	}
	return s[36] == '\0';
}

static bool is_one_of(const char *s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(s, list[i]))
			return true;
	return false;
}

/* Hex pairs; Apple promises no length, today's tokens have 32 bytes. */
static bool is_token(const char *s)
{
	size_t n = strlen(s);

	return n >= TOKEN_MIN && n <= TOKEN_MAX && n % 2 == 0 &&
	       strspn(s, "0123456789abcdefABCDEF") == n;
}

const char *apns_token(const struct h2_request *r)
{
	const char *path = h2_header(r, ":path");

	return path && text_starts(path, DEVICE_PATH) ? path + strlen(DEVICE_PATH) : NULL;
}

/* The base topic, and what it covers besides. */
static bool covers(const char *cert_topic, const char *topic)
{
	size_t n = strlen(cert_topic);

	return !strncmp(cert_topic, topic, n) &&
	       (!topic[n] || text_eq(topic + n, ".voip") || text_eq(topic + n, ".complication"));
}

static bool has_duplicates(const struct h2_request *r)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < i; k++)
			if (text_starts(r->header[i].name, "apns-") &&
			    text_eq(r->header[i].name, r->header[k].name))
				return true;
	return false;
}

/* The optional headers; NULL: they are well formed. */
static const char *bad_header(const struct h2_request *r)
{
	static const char *const priorities[] = { "10", "5", "1" };
	static const char *const types[] = { "alert",   "background",   "location",
					     "voip",    "complication", "fileprovider",
					     "mdm",     "liveactivity", "pushtotalk",
					     "widgets", "controls" };
	const char *collapse = h2_header(r, "apns-collapse-id");
	const char *priority = h2_header(r, "apns-priority");
	const char *expiration = h2_header(r, "apns-expiration");
	const char *type = h2_header(r, "apns-push-type");

	if (collapse && strlen(collapse) > COLLAPSE_ID_MAX)
		return "BadCollapseId";
	if (priority && !is_one_of(priority, priorities, 3))
		return "BadPriority";
	if (expiration && (!*expiration || expiration[strspn(expiration, "0123456789")]))
		return "BadExpirationDate";
	if (type && !is_one_of(type, types, sizeof(types) / sizeof(types[0])))
		return "InvalidPushType";
	return NULL;
}

static struct apns_answer answer(int status, const char *reason)
{
	return (struct apns_answer){ status, reason, -1 };
}

/* The device behind a well-formed token. */
static struct apns_answer judge_device(const struct faults *f, const char *token, const char *topic)
{
	const struct device *d = faults_device(f, token);

	if (!d)
		return answer(400, "BadDeviceToken");
	if (d->state != DEVICE_Active)
		return (struct apns_answer){ 410,
					     d->state == DEVICE_Expired ? "ExpiredToken"
									: "Unregistered",
					     d->since * 1000 };
	return text_eq(d->topic, topic) ? answer(200, NULL) : answer(400, "DeviceTokenNotForTopic");
}

/* Topic, headers and path, which are looked at before the certificate's topic; status 0: all well.
 */
static struct apns_answer judge_form(const struct h2_request *r, const char *topic)
{
	const char *id = h2_header(r, "apns-id");
	const char *token = apns_token(r);
	const char *reason;

	if (id && !is_uuid(id))
		return answer(400, "BadMessageId");
	if (!text_eq(h2_header(r, ":method"), "POST"))
		return answer(405, "MethodNotAllowed");
	if (has_duplicates(r))
		return answer(400, "DuplicateHeaders");
	if (!*topic)
		return answer(400, "MissingTopic");
	reason = bad_header(r);
	if (reason)
		return answer(400, reason);
	if (!token)
		return answer(404, "BadPath");
	if (!*token)
		return answer(400, "MissingDeviceToken");
	return is_token(token) ? answer(0, NULL) : answer(400, "BadDeviceToken");
}

struct apns_answer apns_judge(const struct h2_request *r, const char *cert_topic,
			      const struct faults *f, enum mismatch mismatch)
{
	const char *topic = h2_header(r, "apns-topic");
	struct apns_answer a;

	if (!cert_topic)
		return answer(403, h2_header(r, "authorization") ? "InvalidProviderToken"
								 : "MissingProviderToken");
	/* A certificate with one topic stands for it. */
	if (!topic)
		topic = cert_topic;
	a = judge_form(r, topic);
	if (a.status)
		return a;
	if (!covers(cert_topic, topic)) {
		if (mismatch == MISMATCH_ACCEPTED)
			return answer(200, NULL);
		return answer(400,
			      mismatch == MISMATCH_DISALLOWED ? "TopicDisallowed" : "BadTopic");
	}
	if (!r->body_len)
		return answer(400, "PayloadEmpty");
	if (r->body_len > PAYLOAD_MAX)
		return answer(413, "PayloadTooLarge");
	return judge_device(f, apns_token(r), topic);
}
