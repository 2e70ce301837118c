/* SPDX-License-Identifier: Apache-2.0 */
/* The intake of certificates: any bytes give one of the forms, and what is read fits its form. */
#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/openssl/openssl.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct x509 *x;
	const struct x509_options none = { 0 };
	struct err e = { 0 };
	struct arena mem = ARENA_INIT;
	struct buf pem = BUF_INIT(1 << 20);
	struct cert_facts f, again;

	if (!x && x509_open(&none, &x, &e))
		abort();
	x->ops->read(x, data, size, &mem, &f);
	must(f.form <= CERT_FORM_BROKEN);
	must((f.problem != NULL) == (f.form == CERT_FORM_BROKEN));
	bool whole = f.form == CERT_FORM_PEM || f.form == CERT_FORM_DER;
	must(whole == (strlen(f.sha256) == 64) && whole == (strlen(f.spki_sha256) == 64));
	must(whole || (!f.topic && !f.serial));
	must((x->ops->normalize(x, data, size, &pem, &e) == 0) == (f.form == CERT_FORM_PEM));
	if (f.form == CERT_FORM_PEM) {
		x->ops->read(x, pem.data, pem.len, &mem, &again);
		must(again.form == CERT_FORM_PEM && !strcmp(again.sha256, f.sha256));
		must(!again.has_key);
	}
	buf_release(&pem);
	arena_release(&mem);
	return 0;
}
