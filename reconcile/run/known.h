/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way back of rows.h: what is known of a tenant from elsewhere than the store, as rows. A plan
 * without a store is then the very run that reconcile does, over rows of what was published.
 */
#ifndef APNSCTL_RUN_KNOWN_H
#define APNSCTL_RUN_KNOWN_H

#include "reconcile/model/actual.h"
#include "reconcile/port/store.h"

/*
 * Writes all rows of the tenant. Its name serves as its uid, `tenant/name` as that of a
 * certificate. What APNs said last counts as said at `now`: when it was asked is not published, and
 * a plan without a network asks nobody. A topic that was only published, without proof, is claimed
 * as a wish; of two owners the first one stays.
 */
int known_put(struct store_txn *t, const struct actual_tenant *a, int64_t now, struct err *e);

#endif
