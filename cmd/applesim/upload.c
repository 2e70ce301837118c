/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/upload.h"

#include <plist/plist.h>
#include <string.h>

#include "cmd/applesim/base64.h"
#include "cmd/applesim/files.h"
#include "schema/base/text.h"

/* The string at a key of the list, in the arena; NULL: none, or another type. */
static const char *string_at(plist_t list, const char *key, struct arena *mem)
{
	plist_t node = plist_dict_get_item(list, key);
	uint64_t n = 0;
	const char *text = node && plist_get_node_type(node) == PLIST_STRING
			       ? plist_get_string_ptr(node, &n)
			       : NULL;

	return text ? arena_strndup(mem, text, n) : NULL;
}

/* Base64 text into bytes of the arena; NULL when it is not Base64. */
static const unsigned char *decode(const char *text, size_t n, struct arena *mem, size_t *len)
{
	struct buf bytes = BUF_INIT(UPLOAD_MAX);
	const unsigned char *out = NULL;

	if (base64_decode(text, n, &bytes) && bytes.len) {
		out = (unsigned char *)arena_strndup(mem, buf_str(&bytes), bytes.len);
		*len = bytes.len;
	}
	buf_release(&bytes);
	return out;
}

static int read_list(plist_t list, struct arena *mem, struct upload *out, struct err *e)
{
	const char *csr, *signature;

	if (plist_get_node_type(list) != PLIST_DICT)
		return err_set(e, ERR_INPUT, "the root of the property list is not a dict");
	csr = string_at(list, "PushCertRequestCSR", mem);
	out->chain = string_at(list, "PushCertCertificateChain", mem);
	signature = string_at(list, "PushCertSignature", mem);
	if (!csr || !out->chain || !signature)
		return err_set(e, ERR_INPUT, "the property list has no string %s",
			       !csr          ? "PushCertRequestCSR"
			       : !out->chain ? "PushCertCertificateChain"
					     : "PushCertSignature");
	out->csr = decode(csr, strlen(csr), mem, &out->csr_len);
	out->signature = decode(signature, strlen(signature), mem, &out->signature_len);
	if (!out->csr || !out->signature)
		return err_set(e, ERR_INPUT, "%s is not Base64",
			       !out->csr ? "PushCertRequestCSR" : "PushCertSignature");
	return 0;
}

int upload_read(const char *path, struct arena *mem, struct upload *out, struct err *e)
{
	struct buf file = BUF_INIT(UPLOAD_MAX);
	const char *xml;
	size_t n = 0;
	plist_t list = NULL;
	int rc;

	if (file_read(path, &file, e)) {
		buf_release(&file);
		return -1;
	}
	if (strstr(buf_str(&file), "-----BEGIN ")) {
		rc = err_set(e, ERR_INPUT, "the file is PEM, not an upload file");
	} else if (!(xml = (const char *)decode(buf_str(&file), file.len, mem, &n))) {
		rc = err_set(e, ERR_INPUT, "the file is not Base64");
	} else {
		plist_from_xml(xml, (uint32_t)n, &list);
		rc = list ? read_list(list, mem, out, e)
			  : err_set(e, ERR_INPUT, "the file is not Base64 of an XML property list");
		plist_free(list);
	}
	buf_release(&file);
	return rc;
}
