/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/store_uuid.h"

#include <sys/random.h>

#include "reconcile/run/rows.h"
#include "schema/base/text.h"

#define META_UUID "store_uuid"

static int read_uuid(struct store_txn *t, void *arg, struct err *e)
{
	struct store_uuid *u = arg;
	struct arena mem = ARENA_INIT;
	const char *hex;
	int failed = rows_meta(t, META_UUID, &mem, &hex, e);

	if (!failed && hex)
		u->found = text_unhex(hex, u->bytes, sizeof(u->bytes));
	arena_release(&mem);
	return failed;
}

static int write_uuid(struct store_txn *t, void *arg, struct err *e)
{
	struct store_uuid *u = arg;
	struct buf hex = BUF_INIT(2 * STORE_UUID_BYTES);

	text_hex(&hex, u->bytes, sizeof(u->bytes));
	int failed = rows_set_meta(t, META_UUID, buf_str(&hex), e);
	buf_release(&hex);
	return failed;
}

int store_uuid_read(struct store *s, struct store_uuid *out, struct err *e)
{
	return store_read(s, read_uuid, out, e);
}

int store_uuid_make(struct store *s, struct store_uuid *out, struct err *e)
{
	int64_t fence;

	if (getrandom(out->bytes, sizeof(out->bytes), 0) != sizeof(out->bytes))
		return err_set(e, ERR_IO, "the system gives no random bytes");
	if (store_lock(s, "", &fence, e))
		return -1;
	int failed = store_txn(s, "", fence, write_uuid, out, e);
	store_unlock(s, "");
	return failed;
}
