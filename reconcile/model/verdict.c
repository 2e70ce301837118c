/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/model/verdict.h"

#include <errno.h>
#include <string.h>

#include "schema/base/text.h"

#define RENEW                                                                                      \
	"Renew the certificate at Apple's portal, in the same row, with the same Apple Account "   \
	"(Apple ID)."
#define AGAIN "It is probed again; nothing is concluded about the certificate."
#define NETWORK                                                                                    \
	"Check name resolution, firewall and proxies between this host and APNs. " AGAIN
#define MIDDLE                                                                                     \
	"Look for a proxy that opens TLS between this host and APNs, and exempt APNs from it. "    \
	AGAIN

/* reason, result, what happened, what to do */
#define REASONS(X)                                                                                 \
	X(SettingsReceived, Accepted, "APNs took the certificate", NULL)                           \
	X(BadDeviceToken, Accepted,                                                                \
	  "APNs took the certificate and refused only the made-up device token", NULL)             \
	X(TokenKnown, Accepted, "APNs took the certificate and looked up the device token", NULL)  \
	X(BadCertificate, Rejected, "APNs refuses the certificate",                                \
	  "Compare it with the row at Apple's portal; when it is the right one, renew it there.")  \
	X(BadCertificateEnvironment, Rejected,                                                     \
	  "APNs refuses the certificate: it belongs to another environment",                       \
	  "An MDM push certificate is for production: check apns.host in the configuration and "   \
	  "that the file is the download from identity.apple.com.")                                \
	X(UnsupportedCertificate, Rejected, "APNs does not support this kind of certificate",      \
	  "Check that the file is the download from identity.apple.com.")                          \
	X(CertificateRevoked, Rejected, "Apple has revoked the certificate",                       \
	  "It can not be used again. Ask Apple why, then plan the re-enrollment of all devices.")  \
	X(CertificateExpired, Rejected, "APNs refuses the certificate: it has expired", RENEW)     \
	X(CertificateUnknown, Rejected, "APNs does not accept the certificate and says no more",   \
	  "Compare it with the row at Apple's portal; when it is the right one, renew it there.")  \
	X(UnknownIssuer, Rejected, "APNs does not know who issued the certificate",                \
	  "Check that the file is the download from identity.apple.com.")                          \
	X(AccessDenied, Rejected, "APNs knows the certificate and denies it access",               \
	  "Look at the row at Apple's portal; when it looks fine, ask Apple.")                     \
	X(InternalErrorAlert, Rejected,                                                            \
	  "APNs ended the connection with internal_error when it saw the certificate",             \
	  "APNs did so for invalid and expired certificates, and may do so when it is broken "     \
	  "itself: if this stays for a day, renew the certificate at Apple's portal.")             \
	X(TopicNotAllowed, Rejected, "APNs does not let this certificate push to its topic",       \
	  "Check that the file is an MDM push certificate of this customer.")                      \
	X(CertificateNotSeen, Unreachable,                                                         \
	  "APNs says that no client certificate came, but one was sent", MIDDLE)                   \
	X(TooManyRequests, Unreachable, "APNs asks to slow down", AGAIN)                           \
	X(ServiceUnavailable, Unreachable, "APNs has a fault of its own", AGAIN)                   \
	X(Shutdown, Unreachable, "APNs closed the connection because it shuts down", AGAIN)        \
	X(IdleTimeout, Unreachable, "APNs closed the connection as idle", AGAIN)                   \
	X(GoAway, Unreachable, "APNs closed the connection", AGAIN)                                \
	X(StreamReset, Unreachable, "APNs did not answer the request but reset it", AGAIN)         \
	X(UnexpectedAnswer, Unreachable, "APNs gave an answer that says nothing about the "        \
	  "certificate", AGAIN)                                                                    \
	X(NameNotResolved, Unreachable, "The name of APNs could not be resolved", NETWORK)         \
	X(ConnectionRefused, Unreachable, "The connection to APNs was refused", NETWORK)           \
	X(ConnectionFailed, Unreachable, "No connection to APNs", NETWORK)                         \
	X(ServerNotTrusted, Unreachable,                                                           \
	  "The server that answered did not prove that it is APNs", MIDDLE)                        \
	X(TLSFailed, Unreachable, "No secure connection to APNs", NETWORK)                         \
	X(NoHTTP2, Unreachable, "The server that answered does not offer HTTP/2",                  \
	  "Check apns.host and apns.port in the configuration. " AGAIN)                            \
	X(ProtocolError, Unreachable, "The server that answered does not speak proper HTTP/2",     \
	  "Check apns.host and apns.port in the configuration. " AGAIN)                            \
	X(ConnectionClosed, Unreachable, "The connection was closed before APNs judged the "       \
	  "certificate", NETWORK)                                                                  \
	X(TimedOut, Unreachable, "APNs did not answer in time", NETWORK)                           \
	X(KeyNotHeld, NotProbed, "The private key is not in our store", NULL)                      \
	X(NotYetProbed, NotProbed, "No probe was made yet", NULL)                                  \
	X(LocalFailure, NotProbed, "The probe failed on this host before APNs was asked",          \
	  "See the text behind; nothing is concluded about the certificate.")

enum reason {
#define X(reason, result, title, remedy) REASON_##reason,
	REASONS(X)
#undef X
		REASON_MAX
};

static const struct apns_reason reasons[] = {
#define X(reason, result, title, remedy) { #reason, APNS_##result, title, remedy },
	REASONS(X)
#undef X
};

static const char *const result_names[] = {
#define X(name) #name,
	APNS_RESULTS(X)
#undef X
};

/*
 * TLS alerts about the certificate that the client sent (RFC 8446, 6.2). Those that are not listed
 * speak of the connection. Only APNs can say these in TLS 1.3; in 1.2 they travel in clear text.
 */
static const struct {
	int alert;
	enum reason reason;
	const char *name;
} alerts[] = {
	{ 42, REASON_BadCertificate, "bad_certificate" },
	{ 43, REASON_UnsupportedCertificate, "unsupported_certificate" },
	{ 44, REASON_CertificateRevoked, "certificate_revoked" },
	{ 45, REASON_CertificateExpired, "certificate_expired" },
	{ 46, REASON_CertificateUnknown, "certificate_unknown" },
	{ 48, REASON_UnknownIssuer, "unknown_ca" },
	{ 49, REASON_AccessDenied, "access_denied" },
	{ 80, REASON_InternalErrorAlert, "internal_error" },
	{ 116, REASON_CertificateNotSeen, "certificate_required" },
};

/*
 * The `reason` words of APNs, in a response or in the debug data of a GOAWAY. `status` 0: whatever
 * the status is, and in a GOAWAY too. Words of token authentication mean that APNs saw no
 * certificate at all, because this program sends no token.
 */
static const struct {
	const char *word;
	int status;
	enum reason reason;
} words[] = {
	{ "BadCertificate", 0, REASON_BadCertificate },
	{ "BadCertificateEnvironment", 0, REASON_BadCertificateEnvironment },
	{ "Forbidden", 0, REASON_AccessDenied },
	{ "MissingProviderToken", 0, REASON_CertificateNotSeen },
	{ "InvalidProviderToken", 0, REASON_CertificateNotSeen },
	{ "ExpiredProviderToken", 0, REASON_CertificateNotSeen },
	{ "UnrelatedKeyIdInToken", 0, REASON_CertificateNotSeen },
	{ "BadEnvironmentKeyIdInToken", 0, REASON_CertificateNotSeen },
	{ "BadEnvironmentKeyInToken", 0, REASON_CertificateNotSeen },
	{ "Shutdown", 0, REASON_Shutdown },
	{ "IdleTimeout", 0, REASON_IdleTimeout },
	{ "TooManyRequests", 0, REASON_TooManyRequests },
	{ "InternalServerError", 0, REASON_ServiceUnavailable },
	{ "ServiceUnavailable", 0, REASON_ServiceUnavailable },
	{ "BadDeviceToken", 400, REASON_BadDeviceToken },
	{ "DeviceTokenNotForTopic", 400, REASON_TokenKnown },
	{ "BadTopic", 400, REASON_TopicNotAllowed },
	{ "TopicDisallowed", 400, REASON_TopicNotAllowed },
	{ "Unregistered", 410, REASON_TokenKnown },
	{ "ExpiredToken", 410, REASON_TokenKnown },
};

#define N(array) (sizeof(array) / sizeof(array[0]))

_Static_assert(N(result_names) == APNS_RESULT_MAX, "a name for each result");

const char *apns_result_name(enum apns_result result)
{
	return result_names[result];
}

enum apns_result apns_result_of(const char *name)
{
	for (size_t i = 0; i < APNS_RESULT_MAX; i++)
		if (text_eq(result_names[i], name))
			return (enum apns_result)i;
	return APNS_NotProbed;
}

const struct apns_reason *apns_reasons(size_t *n)
{
	*n = REASON_MAX;
	return reasons;
}

static const char *alert_name(int alert)
{
	for (size_t i = 0; i < N(alerts); i++)
		if (alerts[i].alert == alert)
			return alerts[i].name;
	return NULL;
}

static enum reason of_alert(int alert)
{
	for (size_t i = 0; i < N(alerts); i++)
		if (alerts[i].alert == alert)
			return alerts[i].reason;
	return REASON_TLSFailed;
}

static enum reason of_word(const char *word, int status, enum reason otherwise)
{
	for (size_t i = 0; word && i < N(words); i++)
		if (text_eq(words[i].word, word) &&
		    (words[i].status == 0 || words[i].status == status))
			return words[i].reason;
	return otherwise;
}

static enum reason of_response(const struct apns_evidence *ev)
{
	enum reason otherwise = REASON_UnexpectedAnswer;

	if (ev->status == 200)
		return REASON_TokenKnown;
	if (ev->status == 429)
		otherwise = REASON_TooManyRequests;
	else if (ev->status >= 500)
		otherwise = REASON_ServiceUnavailable;
	return of_word(ev->reason, ev->status, otherwise);
}

static enum reason of_fault(const struct apns_evidence *ev)
{
	switch (ev->fault) {
	case APNS_FAULT_LOCAL:
		return REASON_LocalFailure;
	case APNS_FAULT_RESOLVE:
		return REASON_NameNotResolved;
	case APNS_FAULT_CONNECT:
		return ev->sys_errno == ECONNREFUSED ? REASON_ConnectionRefused
						   : REASON_ConnectionFailed;
	case APNS_FAULT_SERVER_CERT:
		return REASON_ServerNotTrusted;
	case APNS_FAULT_TLS:
		return REASON_TLSFailed;
	case APNS_FAULT_ALPN:
		return REASON_NoHTTP2;
	case APNS_FAULT_HTTP2:
		return REASON_ProtocolError;
	case APNS_FAULT_TIMEOUT:
		return REASON_TimedOut;
	case APNS_FAULT_NONE:
	case APNS_FAULT_CLOSED:
		break;
	}
	return REASON_ConnectionClosed;
}

/*
 * The strongest evidence first: what APNs said of the certificate, then what else it said, then
 * what was seen of the connection. A GOAWAY that came with the SETTINGS takes back the welcome.
 */
static enum reason find_reason(const struct apns_evidence *ev, enum probe_level level)
{
	if (ev->fault == APNS_FAULT_LOCAL || ev->fault == APNS_FAULT_SERVER_CERT)
		return of_fault(ev);
	if (ev->alert >= 0)
		return ev->alert_early ? REASON_TLSFailed : of_alert(ev->alert);
	enum reason goaway = of_word(ev->goaway_reason, 0, REASON_GoAway);
	if (ev->goaway && reasons[goaway].result == APNS_Rejected)
		return goaway;
	if (ev->status)
		return of_response(ev);
	if (ev->goaway)
		return goaway;
	if (ev->reset)
		return REASON_StreamReset;
	if (ev->layer >= APNS_SETTINGS && level == PROBE_Settings)
		return REASON_SettingsReceived;
	return of_fault(ev);
}

/* How far the connection had come when it ended without a word. */
static const char *missing(enum apns_layer layer)
{
	switch (layer) {
	case APNS_NOTHING:
	case APNS_RESOLVED:
		return "no TCP connection";
	case APNS_CONNECTED:
		return "the TLS handshake was not finished";
	case APNS_SECURED:
		return "no HTTP/2 SETTINGS came";
	case APNS_SETTINGS:
	case APNS_RESPONSE:
		break;
	}
	return "no response came";
}

/* What came over the wire, for the brackets; remote text is escaped. */
static void describe(struct buf *out, const struct apns_evidence *ev)
{
	const char *text = ev->detail;

	if (ev->alert >= 0) {
		const char *name = alert_name(ev->alert);
		buf_addf(out, "TLS alert %d%s%s", ev->alert, name ? ", " : "", name ? name : "");
		return;
	}
	if (ev->status) {
		buf_addf(out, "HTTP status %d", ev->status);
		text = ev->reason;
	} else if (ev->goaway) {
		buf_addf(out, "GOAWAY %u", ev->goaway_code);
		text = ev->goaway_reason ? ev->goaway_reason : ev->goaway_text;
	} else if (ev->reset) {
		buf_addf(out, "RST_STREAM %u", ev->reset_code);
		text = NULL;
	} else if (!text && ev->layer < APNS_RESPONSE) {
		text = missing(ev->layer);
	}
	if (!text || !*text)
		return;
	if (out->len)
		buf_adds(out, ", ");
	text_escape_terminal(out, text, strnlen(text, 200));
}

static const char *detail(const struct apns_reason *r, const struct apns_evidence *ev,
			  struct arena *mem)
{
	struct buf wire = BUF_INIT(1024);
	const char *text;

	if (r->reason != reasons[REASON_SettingsReceived].reason)
		describe(&wire, ev);
	text = arena_printf(mem, "%s%s%s%s.%s%s", r->title, wire.len ? " (" : "", buf_str(&wire),
			    wire.len ? ")" : "", r->remedy ? " " : "", r->remedy ? r->remedy : "");
	buf_release(&wire);
	return text;
}

void verdict_judge(const struct apns_evidence *ev, enum probe_level level, struct arena *mem,
		   struct verdict *out)
{
	const struct apns_reason *r = &reasons[find_reason(ev, level)];

	*out = (struct verdict){
		.result = r->result,
		.reason = r->reason,
		.detail = detail(r, ev, mem),
		.alert = ev->alert,
	};
}

void verdict_not_probed(const char *reason, struct verdict *out)
{
	const struct apns_reason *r = &reasons[REASON_LocalFailure];

	for (size_t i = 0; i < REASON_MAX; i++)
		if (text_eq(reasons[i].reason, reason))
			r = &reasons[i];
	*out = (struct verdict){
		.result = APNS_NotProbed, .reason = r->reason, .detail = r->title, .alert = -1
	};
}
