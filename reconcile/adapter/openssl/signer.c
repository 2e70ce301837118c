/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/openssl/x509_real.h"

void signer_facts(struct x509 *x, struct arena *mem, struct signer_facts *out)
{
	(void)x;
	(void)mem;
	*out = (struct signer_facts){ 0 };
}

int sign_upload(struct x509 *x, const void *csr_der, size_t len, struct buf *upload, struct err *e)
{
	(void)x;
	(void)csr_der;
	(void)len;
	(void)upload;
	return err_set(e, ERR_INPUT, "no request signer is configured");
}
