/* SPDX-License-Identifier: Apache-2.0 */
#include "schema/kind/cert_facts.h"

#include <string.h>

#include "schema/base/text.h"

/* Apple, com.apple.mdm.yaml: the topic of MDM begins with this, the last dot included. */
#define MDM_PREFIX "com.apple.mgmt."

#define DOWNLOAD_AGAIN "download the certificate from the portal again"

/* What each form is, and what to do about it. */
static const struct {
	const char *problem, *remedy;
} forms[] = {
	[CERT_FORM_PEM] = { NULL, NULL },
	[CERT_FORM_EMPTY] = { "the file is empty", DOWNLOAD_AGAIN },
	[CERT_FORM_DER] = { "the file is a certificate in DER form", NULL }, /* a command */
	[CERT_FORM_PKCS12] = { "the file is a PKCS#12 bundle, which may hold a private key",
			       "never commit it; take the .pem that the portal offers for "
			       "download" },
	[CERT_FORM_HTML] = { "the file is a web page, probably the portal's sign-in page",
			     "sign in to the portal and download the certificate again" },
	[CERT_FORM_REQUEST] = { "the file is a request, not a certificate",
				"upload the request at the portal and save what it returns" },
	[CERT_FORM_KEY] = { "the file holds a private key and no certificate",
			    "remove it from the repository and its history; treat the key as "
			    "lost" },
	[CERT_FORM_MANY] = { "the file holds several certificates",
			     "keep the MDM push certificate alone" },
	[CERT_FORM_TEXT] = { "the file holds no certificate", DOWNLOAD_AGAIN },
	[CERT_FORM_BROKEN] = { "the certificate in the file can not be parsed", DOWNLOAD_AGAIN },
};

_Static_assert(sizeof(forms) / sizeof(forms[0]) == CERT_FORM_BROKEN + 1, "texts for each form");

const char *cert_form_problem(const struct cert_facts *f, struct arena *mem)
{
	const char *problem = forms[f->form].problem;

	return f->problem ? arena_printf(mem, "%s (%s)", problem, f->problem) : problem;
}

/* The command is for a shell: a name that means something there is not put into it. */
static bool is_plain_path(const char *file)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-._/";
	return file && *file != '-' && !file[strspn(file, plain)];
}

const char *cert_form_remedy(const struct cert_facts *f, const char *file, struct arena *mem)
{
	const char *remedy = forms[f->form].remedy;

	if (f->form != CERT_FORM_DER)
		return remedy;
	file = is_plain_path(file) ? file : "FILE";
	return arena_printf(mem,
			    "convert it to PEM: openssl x509 -inform DER -in %s -out %s.new && mv "
			    "%s.new %s",
			    file, file, file, file);
}

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
		return forms[f->form].problem;
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
