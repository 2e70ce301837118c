/* SPDX-License-Identifier: Apache-2.0 */
/* The keys port of a store whose unlock key is not at hand: status goes on, keys do not. */
#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/openssl/openssl.h"

struct keys_none {
	struct keys port;
	char *why;
};

static int refuse(struct keys *k, struct err *e)
{
	return err_set(e, ERR_SEALED, "the key store is sealed: %s", ((struct keys_none *)k)->why);
}

static int none_generate(struct keys *k, struct key_order *order, size_t n, struct arena *mem,
			 key_progress_fn *progress, void *arg, struct err *e)
{
	(void)order, (void)n, (void)mem, (void)progress, (void)arg;
	return refuse(k, e);
}

static int none_check(struct keys *k, const struct key_ref *ref, struct err *e)
{
	(void)ref;
	return refuse(k, e);
}

static int none_request(struct keys *k, const struct key_ref *ref,
			const struct csr_subject *subject, struct arena *mem, struct blob *csr_der,
			struct err *e)
{
	(void)ref, (void)subject, (void)mem, (void)csr_der;
	return refuse(k, e);
}

static int none_lend(struct keys *k, const struct key_ref *ref, enum key_format format,
		     struct secret *out, struct err *e)
{
	(void)ref, (void)format, (void)out;
	return refuse(k, e);
}

static int none_seal(struct keys *k, const struct secret *pkcs8, struct key_order *order,
		     struct arena *mem, struct err *e)
{
	(void)pkcs8, (void)order, (void)mem;
	return refuse(k, e);
}

static void none_close(struct keys *k)
{
	if (!k)
		return;
	free(((struct keys_none *)k)->why);
	free(k);
}

static const struct keys_ops ops = {
	.generate = none_generate,
	.check = none_check,
	.request = none_request,
	.lend = none_lend,
	.seal = none_seal,
	.close = none_close,
};

struct keys *keys_sealed(const char *why)
{
	struct keys_none *k = calloc(1, sizeof(*k));

	if (!k || !(k->why = strdup(why)))
		out_of_memory();
	k->port.ops = &ops;
	return &k->port;
}
