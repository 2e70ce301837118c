/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the summary files, and what each of those files says of them. */
#ifndef APNSCTL_TESTS_ROWS_H
#define APNSCTL_TESTS_ROWS_H

#include "reconcile/report/report.h"
#include "schema/base/text.h"

#define UUID "11111111-2222-3333-4444-555555555555"

enum { NOW = 1795478400 /* 2026-11-24 */ };

/* A certificate in force with which nothing is to be done and that never ends. */
static inline struct summary_row quiet_row(const char *tenant, const char *customer)
{
	return (struct summary_row){ .tenant = tenant,
				     .customer = customer,
				     .name = "push",
				     .band = "Ok",
				     .phase = "Active",
				     .verdict = "Fine",
				     .action = "None",
				     .not_after = TIME_UNKNOWN,
				     .renew_after = TIME_UNKNOWN,
				     .due = TIME_UNKNOWN,
				     .changes_at = INT64_MAX };
}

/* The same, to be renewed at the portal and due in so many days. */
static inline struct summary_row due_row(const char *tenant, const char *customer, int days)
{
	struct summary_row r = quiet_row(tenant, customer);

	r.band = "Warning";
	r.verdict = "Attention";
	r.action = "RenewAtPortal";
	r.file = "requests/acme/acme--push.20261123.plist";
	r.apple_id = "apple@acme.example";
	r.who = "Alex Doe, Sam Roe";
	r.row = "APSP:" UUID;
	r.reason = "RenewalDue";
	r.message = "choose Renew";
	r.commit_path = "tenants/acme/push.pem";
	r.due = NOW + days * DAY_S;
	r.not_after = r.due + 14 * DAY_S;
	r.renew_after = r.not_after - 45 * DAY_S;
	r.changes_at = r.due;
	return r;
}

static inline struct summary summary_of(struct summary_row *row, size_t n)
{
	return (struct summary){ .row = row,
				 .n = n,
				 .n_tenant = n,
				 .source_revision = "c0ffee",
				 .source_ready = true,
				 .signer_not_after = TIME_UNKNOWN,
				 .signer_bands = BANDS_DEFAULT,
				 .now = NOW };
}

/* The file that `report` makes; lives in `mem`. */
static inline const char *text_of(void (*report)(const struct summary *, struct buf *),
				  const struct summary *s, struct arena *mem)
{
	struct buf b = BUF_INIT(1 << 20);

	report(s, &b);
	const char *text = arena_strdup(mem, buf_str(&b));
	buf_release(&b);
	return text;
}

#endif
