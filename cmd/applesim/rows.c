/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/rows.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/applesim/files.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

enum { ROW_FILE_MAX = 1024 * 1024 };

const char *row_state(const struct row *r, int64_t now)
{
	if (r->revoked != TIME_UNKNOWN)
		return "revoked";
	return r->n && now > r->cert[r->n - 1].not_after ? "expired" : "active";
}

bool row_uuid(const char *text, char uuid[UUID_TEXT])
{
	if (text_starts(text, ROW_PREFIX))
		text += strlen(ROW_PREFIX);
	else if (text_starts(text, TOPIC_PREFIX))
		text += strlen(TOPIC_PREFIX);
	if (strlen(text) != UUID_TEXT - 1 ||
	    strspn(text, "0123456789abcdefABCDEF-") != UUID_TEXT - 1)
		return false;
	memcpy(uuid, text, UUID_TEXT);
	return true;
}

void row_add(struct row *r, struct arena *mem, const char *serial, int64_t not_before,
	     int64_t not_after)
{
	struct issued *c = arena_push(mem, &r->cert, &r->n, &r->cap, sizeof(*c));

	c->serial = arena_strdup(mem, serial);
	c->not_before = not_before;
	c->not_after = not_after;
}

static int64_t time_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	int64_t t;

	return text && time_parse(text, &t) ? t : TIME_UNKNOWN;
}

static const char *string_at(const json_t *object, const char *key, struct arena *mem)
{
	const char *text = json_string_value(json_object_get(object, key));

	return arena_strdup(mem, text ? text : "");
}

static void decode(const json_t *root, struct arena *mem, struct row *r)
{
	const json_t *cert;
	size_t i;

	r->account = string_at(root, "account", mem);
	r->vendor = string_at(root, "vendor", mem);
	r->created = time_at(root, "created");
	r->revoked = time_at(root, "revoked");
	json_array_foreach(json_object_get(root, "certificates"), i, cert)
	    row_add(r, mem, string_at(cert, "serial", mem), time_at(cert, "notBefore"),
		    time_at(cert, "notAfter"));
}

int row_load(const char *dir, const char *uuid, struct arena *mem, struct row *out, struct err *e)
{
	const char *path = arena_printf(mem, "%s/rows/%s.json", dir, uuid);
	struct buf text = BUF_INIT(ROW_FILE_MAX);
	json_error_t why;
	json_t *root;

	if (!file_exists(path))
		return err_set(e, ERR_REFUSED, "the portal has no row %s%s", ROW_PREFIX, uuid);
	if (file_read(path, &text, e)) {
		buf_release(&text);
		return -1;
	}
	root = json_loadb(buf_str(&text), text.len, 0, &why);
	buf_release(&text);
	if (!root)
		return err_set(e, ERR_IO, "%s is damaged: %s", path, why.text);
	*out = (struct row){ 0 };
	memcpy(out->uuid, uuid, UUID_TEXT);
	decode(root, mem, out);
	json_decref(root);
	return 0;
}

/*
 * The row as JSON text, NULL without memory. Only json_pack makes values here: other constructors
 * of the library have names that schema/base/json.h uses too.
 */
static char *encode(const struct row *r)
{
	char from[TIME_TEXT], to[TIME_TEXT];
	json_t *root =
	    json_pack("{s:s, s:s, s:s, s:[]}", "account", r->account, "vendor", r->vendor,
		      "created", time_format(r->created, from), "certificates");
	json_t *list = json_object_get(root, "certificates");
	char *text;

	if (r->revoked != TIME_UNKNOWN)
		json_object_set_new(root, "revoked", json_pack("s", time_format(r->revoked, from)));
	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(
		    list, json_pack("{s:s, s:s, s:s}", "serial", r->cert[i].serial, "notBefore",
				    time_format(r->cert[i].not_before, from), "notAfter",
				    time_format(r->cert[i].not_after, to)));
	text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
	json_decref(root);
	return text;
}

int row_save(const char *dir, const struct row *r, struct err *e)
{
	struct arena mem = ARENA_INIT;
	char *text = encode(r);
	int rc;

	if (!text)
		out_of_memory();
	rc = file_write(arena_printf(&mem, "%s/rows/%s.json", dir, r->uuid), text, strlen(text),
			0600, e);
	free(text);
	arena_release(&mem);
	return rc;
}

static int by_creation(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;

	if (a->created != b->created)
		return a->created < b->created ? -1 : 1;
	return strcmp(a->uuid, b->uuid);
}

int rows_load(const char *dir, struct arena *mem, struct row **out, size_t *n, struct err *e)
{
	const char *path = file_path(mem, dir, "rows");
	DIR *d = opendir(path);
	struct dirent *entry;
	size_t cap = 0;
	char uuid[UUID_TEXT];
	int rc = 0;

	if (!d)
		return err_set(e, ERR_IO, "%s can not be read: %s", path, strerror(errno));
	*out = NULL;
	*n = 0;
	while (!rc && (entry = readdir(d))) {
		if (!text_ends(entry->d_name, ".json"))
			continue;
		entry->d_name[strlen(entry->d_name) - strlen(".json")] = '\0';
		if (row_uuid(entry->d_name, uuid))
			rc = row_load(dir, uuid, mem, arena_push(mem, out, n, &cap, sizeof(**out)),
				      e);
	}
	closedir(d);
	if (!rc && *n)
		qsort(*out, *n, sizeof(**out), by_creation);
	return rc;
}
