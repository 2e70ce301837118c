/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/portal.h"

#include <string.h>
#include <sys/stat.h>

#include "cmd/applesim/crl.h"
#include "cmd/applesim/files.h"
#include "cmd/applesim/leaf.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

enum { CERT_FILE_MAX = 16 * 1024, SAME_NAMES_MAX = 1000 };

/*
 * Where the browser saves the download. All rows of a vendor have one name, and a browser never
 * overwrites: "MDM_ Example MSP_Certificate.pem", then "MDM_ Example MSP_Certificate (1).pem".
 */
static const char *download_path(const char *out, const char *vendor, struct arena *mem)
{
	struct stat st;
	char *name;
	const char *path;

	if (stat(out, &st) || !S_ISDIR(st.st_mode))
		return out;
	name = arena_strdup(mem, vendor);
	for (char *at = name; *at; at++)
		if (*at == '/' || (unsigned char)*at < 0x20)
			*at = '_';
	path = arena_printf(mem, "%s/MDM_%s_Certificate.pem", out, name);
	for (unsigned i = 1; file_exists(path) && i < SAME_NAMES_MAX; i++)
		path = arena_printf(mem, "%s/MDM_%s_Certificate (%u).pem", out, name, i);
	return path;
}

static int save_download(const struct portal *p, const char *out, struct arena *mem,
			 struct portal_result *result, struct err *e)
{
	struct buf pem = BUF_INIT(CERT_FILE_MAX);
	int rc = file_read(arena_printf(mem, "%s/rows/%s.pem", p->dir, result->row.uuid), &pem, e);

	if (!rc) {
		result->file = download_path(out, result->row.vendor, mem);
		rc = file_write(result->file, buf_str(&pem), pem.len, 0644, e);
	}
	buf_release(&pem);
	return rc;
}

int portal_download(const struct portal *p, const char *uuid, const char *out, struct arena *mem,
		    struct portal_result *result, struct err *e)
{
	if (row_load(p->dir, uuid, mem, &result->row, e))
		return -1;
	return save_download(p, out, mem, result, e);
}

/* Issues the next certificate of a row for a request that was found good, and saves both. */
static int issue(const struct portal *p, struct row *row, const struct request *r,
		 struct arena *mem, struct err *e)
{
	struct identity issuer = { 0 };
	X509 *cert = NULL;
	char serial[41];
	int rc = pki_load(p->dir, "aai2", &issuer, e);

	if (!rc)
		rc = leaf_issue(&issuer, r->key, row->uuid, r->country, p->now, p->days, &cert, e);
	if (!rc)
		rc = pki_save_bundle(p->dir, arena_printf(mem, "rows/%s.pem", row->uuid), &cert, 1,
				     e);
	if (!rc) {
		row_add(row, mem, pki_serial(X509_get0_serialNumber(cert), serial), p->now,
			p->now + p->days * DAY_S);
		rc = row_save(p->dir, row, e);
	}
	X509_free(cert);
	identity_release(&issuer);
	return rc;
}

/* Reads and checks the upload file; the caller releases the request. */
static int take_upload(const struct portal *p, const char *path, struct arena *mem,
		       struct request *r, struct portal_result *result, struct err *e)
{
	const struct verify_options o = { p->dir, p->now, p->allow_sha1 };
	struct upload u = { 0 };

	if (upload_read(path, mem, &u, e)) {
		if (e->code != ERR_INPUT)
			return -1;
		e->code = ERR_REFUSED;
		result->refusal = REFUSAL_REQUEST;
		return -1;
	}
	return verify_upload(&u, &o, mem, r, &result->refusal, e);
}

int portal_create(const struct portal *p, const char *account, const char *request, const char *out,
		  struct arena *mem, struct portal_result *result, struct err *e)
{
	struct request r = { 0 };
	struct row *row = &result->row;
	int rc = take_upload(p, request, mem, &r, result, e);

	if (rc)
		return rc;
	*row = (struct row){ .account = account,
			     .vendor = r.vendor ? r.vendor : "",
			     .created = p->now,
			     .revoked = TIME_UNKNOWN };
	rc = uuid_new(row->uuid, e);
	if (!rc)
		rc = issue(p, row, &r, mem, e);
	request_release(&r);
	return rc ? rc : save_download(p, out, mem, result, e);
}

/* The portal shows Renew only on rows of one's own list that can be renewed. */
static int may_renew(const struct portal *p, const struct row *row, const char *account,
		     struct err *e)
{
	if (!text_eq(row->account, account))
		return err_set(e, ERR_REFUSED, "%s has no row %s%s", account, ROW_PREFIX,
			       row->uuid);
	if (row->revoked != TIME_UNKNOWN)
		return err_set(e, ERR_REFUSED, "the row %s%s is revoked and can not be renewed",
			       ROW_PREFIX, row->uuid);
	if (p->grace_days != GRACE_UNLIMITED && row->n &&
	    p->now > row->cert[row->n - 1].not_after + p->grace_days * DAY_S)
		return err_set(
		    e, ERR_REFUSED,
		    "the row %s%s expired more than %lld days ago and can not be renewed",
		    ROW_PREFIX, row->uuid, (long long)p->grace_days);
	return 0;
}

int portal_renew(const struct portal *p, const char *account, const char *uuid, const char *request,
		 const char *out, struct arena *mem, struct portal_result *result, struct err *e)
{
	struct request r = { 0 };
	struct row *row = &result->row;
	int rc;

	if (row_load(p->dir, uuid, mem, row, e) || may_renew(p, row, account, e) ||
	    take_upload(p, request, mem, &r, result, e))
		return -1;
	row->vendor = r.vendor ? r.vendor : "";
	rc = issue(p, row, &r, mem, e);
	request_release(&r);
	return rc ? rc : save_download(p, out, mem, result, e);
}

/* The revocation list from the rows. */
static int write_crl(const struct portal *p, struct arena *mem, struct err *e)
{
	struct revoked *list = NULL;
	struct row *row;
	size_t rows, n = 0, cap = 0;

	if (rows_load(p->dir, mem, &row, &rows, e))
		return -1;
	for (size_t i = 0; i < rows; i++) {
		if (row[i].revoked == TIME_UNKNOWN)
			continue;
		for (size_t k = 0; k < row[i].n; k++) {
			struct revoked *one = arena_push(mem, &list, &n, &cap, sizeof(*one));

			one->at = row[i].revoked;
			memccpy(one->serial, row[i].cert[k].serial, '\0', sizeof(one->serial) - 1);
		}
	}
	return crl_write(p->dir, list, n, p->now, e);
}

int portal_revoke(const struct portal *p, const char *uuid, struct arena *mem,
		  struct portal_result *result, struct err *e)
{
	struct row *row = &result->row;

	if (row_load(p->dir, uuid, mem, row, e))
		return -1;
	if (row->revoked == TIME_UNKNOWN)
		row->revoked = p->now;
	if (row_save(p->dir, row, e))
		return -1;
	return write_crl(p, mem, e);
}

int portal_transfer(const struct portal *p, const char *uuid, const char *account,
		    struct arena *mem, struct portal_result *result, struct err *e)
{
	if (row_load(p->dir, uuid, mem, &result->row, e))
		return -1;
	result->row.account = account;
	return row_save(p->dir, &result->row, e);
}
