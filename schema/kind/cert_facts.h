/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a certificate file: the only view of a certificate that rules and plan have.
 * The OpenSSL adapter fills it from bytes (port/x509.h); nothing here needs a library.
 */
#ifndef APNSCTL_KIND_CERT_FACTS_H
#define APNSCTL_KIND_CERT_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/base/arena.h"

/* What the bytes turned out to be. */
enum cert_form {
	CERT_FORM_PEM,      /* one certificate, readable; CRLF and glued blocks included */
	CERT_FORM_EMPTY,
	CERT_FORM_DER,
	CERT_FORM_PKCS12,
	CERT_FORM_HTML,     /* a login page was saved */
	CERT_FORM_REQUEST,  /* a CSR or an upload file */
	CERT_FORM_KEY,      /* a private key and no certificate */
	CERT_FORM_MANY,     /* several certificates, none or several of them for MDM push */
	CERT_FORM_TEXT,     /* anything else */
	CERT_FORM_BROKEN    /* a certificate block that does not parse */
};

enum issuer_trust {
	TRUST_NOT_CHECKED, /* no Apple CA file is configured: only names were compared */
	TRUST_CHAIN_OK,
	TRUST_CHAIN_BAD
};

struct cert_facts {
	enum cert_form form;
	const char *problem;        /* CERT_FORM_BROKEN: the library's reason, one line */
	bool has_key;               /* a private key stands in the same file */
	const char *topic;          /* UID of the subject; NULL: none */
	const char *common_name;    /* NULL: none */
	const char *row;            /* "APSP:<uuid>" as the portal shows it; NULL: other CN */
	const char *serial;         /* upper-case hex, even number of digits */
	const char *issuer;         /* CN of the issuer */
	char sha256[65], spki_sha256[65]; /* lower-case hex, of the DER */
	int64_t not_before, not_after;
	bool is_rsa;
	unsigned key_bits;          /* of an RSA key; 0: another kind of key */
	bool has_632;               /* 1.2.840.113635.100.6.3.2, APNs production */
	bool has_631;               /* …6.3.1, sandbox */
	bool client_auth;           /* extended key usage */
	bool digital_signature;     /* key usage; true when the extension is absent */
	bool is_ca;
	bool issuer_known;          /* one of Apple's known issuer names (apple.md 1.2) */
	enum issuer_trust trust;
	bool crl_checked;           /* a CRL of the issuer was at hand */
	bool revoked;               /* and lists the certificate */
};

/*
 * True for "com.apple.mgmt." and at least one letter, digit, '-', '.' or '_' behind it: what can
 * stand in a manifest and in a URL as it is.
 */
bool topic_is_plain(const char *topic);

/* True when the form is PEM, the UID is a plain topic and usage and 6.3.2 fit. */
bool cert_is_mdm(const struct cert_facts *f);

/* Why cert_is_mdm says no, as part of a sentence ("it has no topic …"); NULL when it says yes. */
const char *cert_not_mdm_reason(const struct cert_facts *f);

/*
 * What a file of another form than PEM is, as a sentence ("the file is empty"), and what to do;
 * `file` (NULL: "FILE") stands in commands. Lives in `mem` or for ever.
 */
const char *cert_form_problem(const struct cert_facts *f, struct arena *mem);
const char *cert_form_remedy(const struct cert_facts *f, const char *file, struct arena *mem);

/*
 * Rule 3: `a` is older than `b` of the same topic: notBefore is earlier, or equal and notAfter is
 * not later. A certificate is older than itself: callers compare serials first.
 */
bool cert_is_older(const struct cert_facts *a, const struct cert_facts *b);

/* "issuer/serial", in `mem`: a serial number is unique for one issuer only (RFC 5280, 4.1.2.2). */
const char *cert_serial_of_issuer(const struct cert_facts *f, struct arena *mem);

#endif
