/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/sqlite/migrations.h"

/*
 * Tables of small rows are kept in their key alone (WITHOUT ROWID); those that hold PEM,
 * requests or long texts are not. An index ends with the key, so that store_each never sorts.
 */
static const char step_0001[] =
    "CREATE TABLE meta ("
    " key TEXT NOT NULL, value TEXT,"
    " PRIMARY KEY (key)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE tenant ("
    " uid TEXT NOT NULL, name TEXT, display_name TEXT, state TEXT, tree TEXT, revision TEXT,"
    " stop TEXT,"
    " PRIMARY KEY (uid)) STRICT;"
    "CREATE INDEX tenant_by_name ON tenant (name, uid);"

    "CREATE TABLE certificate ("
    " uid TEXT NOT NULL, tenant_uid TEXT, name TEXT, state TEXT, topic TEXT, pinned_by TEXT,"
    " display_name TEXT, apple_id TEXT, protection TEXT, created_at INTEGER NOT NULL,"
    " PRIMARY KEY (uid)) STRICT;"
    "CREATE INDEX certificate_by_tenant_uid ON certificate (tenant_uid, uid);"

    "CREATE TABLE key_record ("
    " certificate_uid TEXT NOT NULL, spki TEXT NOT NULL, version INTEGER NOT NULL, state TEXT,"
    " sealed BLOB, created_at INTEGER NOT NULL,"
    " PRIMARY KEY (certificate_uid, spki)) STRICT;"

    "CREATE TABLE request ("
    " certificate_uid TEXT NOT NULL, spki TEXT NOT NULL, state TEXT, file TEXT, csr BLOB,"
    " upload BLOB, requested_at INTEGER NOT NULL, signer_not_after INTEGER NOT NULL,"
    " announced_at INTEGER NOT NULL,"
    " PRIMARY KEY (certificate_uid, spki)) STRICT;"

    "CREATE TABLE pair ("
    " certificate_uid TEXT NOT NULL, sha256 TEXT NOT NULL, spki TEXT, phase TEXT, topic TEXT,"
    " serial TEXT, portal_row TEXT, issuer TEXT, not_before INTEGER NOT NULL,"
    " not_after INTEGER NOT NULL, pem BLOB, returned_at INTEGER NOT NULL,"
    " active_at INTEGER NOT NULL,"
    " PRIMARY KEY (certificate_uid, sha256)) STRICT;"

    "CREATE TABLE observation ("
    " certificate_uid TEXT NOT NULL, server TEXT NOT NULL, presence TEXT, reason TEXT,"
    " topic TEXT, not_after INTEGER NOT NULL, serial TEXT, observed_at INTEGER NOT NULL, error "
    "TEXT,"
    " installed_sha256 TEXT, installed_at INTEGER NOT NULL, can_read INTEGER NOT NULL,"
    " PRIMARY KEY (certificate_uid, server)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE probe ("
    " certificate_uid TEXT NOT NULL, sha256 TEXT NOT NULL, result TEXT, reason TEXT, detail TEXT,"
    " alert INTEGER NOT NULL, probed_at INTEGER NOT NULL, since INTEGER NOT NULL,"
    " fault TEXT, fault_detail TEXT, fault_since INTEGER NOT NULL,"
    " PRIMARY KEY (certificate_uid, sha256)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE claim ("
    " kind TEXT NOT NULL, value TEXT NOT NULL, tenant_uid TEXT, certificate_uid TEXT,"
    " proven INTEGER NOT NULL, seen_at INTEGER NOT NULL,"
    " PRIMARY KEY (kind, value)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX claim_by_tenant_uid ON claim (tenant_uid, kind, value);"
    "CREATE INDEX claim_by_certificate_uid ON claim (certificate_uid, kind, value);"

    "CREATE TABLE policy ("
    " tenant_uid TEXT NOT NULL, name TEXT NOT NULL, certificate_uid TEXT, topic TEXT,"
    " since INTEGER NOT NULL,"
    " PRIMARY KEY (tenant_uid, name)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE condition ("
    " object_uid TEXT NOT NULL, type TEXT NOT NULL, status TEXT, reason TEXT, message TEXT,"
    " since INTEGER NOT NULL,"
    " PRIMARY KEY (object_uid, type)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE due ("
    " tenant_uid TEXT NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY (tenant_uid, what)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX due_by_at ON due (at, tenant_uid, what);"

    "CREATE TABLE journal ("
    " id INTEGER NOT NULL, tenant_uid TEXT, step TEXT, outcome TEXT, error TEXT, plan_hash TEXT,"
    " revision TEXT, begun_at INTEGER NOT NULL, ended_at INTEGER NOT NULL,"
    " PRIMARY KEY (id)) STRICT;"
    "CREATE INDEX journal_by_tenant_uid ON journal (tenant_uid, id);"
    "CREATE INDEX journal_by_outcome ON journal (outcome, id);"

    "CREATE TABLE audit ("
    " seq INTEGER NOT NULL, at INTEGER NOT NULL, verb TEXT, object TEXT, detail TEXT, prev TEXT,"
    " hash TEXT,"
    " PRIMARY KEY (seq)) STRICT;"

    "CREATE TABLE summary ("
    " certificate_uid TEXT NOT NULL, name TEXT, tenant TEXT, customer TEXT, band TEXT,"
    " phase TEXT, verdict TEXT, action TEXT, file TEXT, apple_id TEXT, portal_row TEXT,"
    " reason TEXT, message TEXT, who TEXT, commit_path TEXT, not_after INTEGER NOT NULL,"
    " renew_after INTEGER NOT NULL, due INTEGER NOT NULL, changes_at INTEGER NOT NULL,"
    " PRIMARY KEY (certificate_uid)) STRICT;";

static const struct migration steps[] = { { step_0001 } };

const struct migration *sqlite_migrations(size_t *n)
{
	*n = sizeof(steps) / sizeof(steps[0]);
	return steps;
}
