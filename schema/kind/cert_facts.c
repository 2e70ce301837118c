/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/kind/cert_facts.h"

#include <string.h>

#include "schema/base/text.h"

/* Apple, com.apple.mdm.yaml: the topic of MDM begins with this, the last dot included. */
#define MDM_PREFIX "com.apple.mgmt."

static const char *const form_reasons[] = {
	[CERT_FORM_PEM] = NULL,
	[CERT_FORM_EMPTY] = "the file is empty",
	[CERT_FORM_DER] = "it is in DER form, not PEM",
	[CERT_FORM_PKCS12] = "it is a PKCS #12 file (.p12), not PEM",
	[CERT_FORM_HTML] = "it is a web page, not a certificate",
	[CERT_FORM_REQUEST] = "it is a request, not a certificate",
	[CERT_FORM_KEY] = "it holds a private key and no certificate",
	[CERT_FORM_MANY] = "it holds several certificates",
	[CERT_FORM_TEXT] = "it holds no certificate",
	[CERT_FORM_BROKEN] = "its certificate can not be parsed",
};

_Static_assert(sizeof(form_reasons) / sizeof(form_reasons[0]) == CERT_FORM_BROKEN + 1,
	       "a reason for each form");

bool topic_is_plain(const char *topic)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-._";
	const char *rest = text_starts(topic, MDM_PREFIX) ? topic + sizeof(MDM_PREFIX) - 1 : "";

	return *rest && !rest[strspn(rest, plain)];
}

const char *cert_not_mdm_reason(const struct cert_facts *f)
{
	if (f->form != CERT_FORM_PEM)
		return form_reasons[f->form];
	if (f->is_ca)
		return "it is the certificate of an authority (CA)";
	if (!f->topic)
		return "it has no topic (UID in its subject)";
	if (!text_starts(f->topic, MDM_PREFIX) || !f->topic[sizeof(MDM_PREFIX) - 1])
		return "its topic (UID) does not begin with " MDM_PREFIX
		       ", so it serves something else than MDM";
	if (!topic_is_plain(f->topic))
		return "its topic (UID) holds other characters than letters, digits, '-', '.' and "
		       "'_'";
	if (!f->client_auth)
		return "its extended key usage lacks client authentication";
	if (!f->digital_signature)
		return "its key usage lacks digital signature";
	if (!f->has_632 && f->has_631)
		return "it is for Apple's sandbox (1.2.840.113635.100.6.3.1 only)";
	if (!f->has_632)
		return "it lacks the extension of the push service (1.2.840.113635.100.6.3.2)";
	return NULL;
}

bool cert_is_mdm(const struct cert_facts *f)
{
	return !cert_not_mdm_reason(f);
}

bool cert_is_older(const struct cert_facts *a, const struct cert_facts *b)
{
	if (a->not_before != b->not_before)
		return a->not_before < b->not_before;
	return a->not_after <= b->not_after;
}

const char *cert_serial_of_issuer(const struct cert_facts *f, struct arena *mem)
{
	return arena_printf(mem, "%s/%s", f->issuer ? f->issuer : "", f->serial ? f->serial : "");
}
