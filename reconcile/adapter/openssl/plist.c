/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/openssl/plist.h"

#include <stdint.h>
#include <stdlib.h>

#include <plist/plist.h>

static int take_string(plist_t dict, const char *key, struct arena *mem, const char **out,
		       struct err *e)
{
	plist_t node = plist_dict_get_item(dict, key);
	char *text = NULL;

	if (!node || plist_get_node_type(node) != PLIST_STRING)
		return err_set(e, ERR_INPUT, "the property list has no string %s", key);
	plist_get_string_val(node, &text);
	if (!text)
		out_of_memory();
	*out = arena_strdup(mem, text);
	free(text);
	return 0;
}

static int take_parts(plist_t root, struct arena *mem, struct upload_parts *out, struct err *e)
{
	if (!root || plist_get_node_type(root) != PLIST_DICT)
		return err_set(e, ERR_INPUT, "it is no XML property list with a dictionary");
	if (plist_dict_get_size(root) != 3)
		return err_set(e, ERR_INPUT, "the property list has %u keys, not 3",
			       (unsigned)plist_dict_get_size(root));
	if (take_string(root, "PushCertRequestCSR", mem, &out->csr, e) ||
	    take_string(root, "PushCertCertificateChain", mem, &out->chain, e) ||
	    take_string(root, "PushCertSignature", mem, &out->signature, e))
		return -1;
	return 0;
}

int upload_parse(const char *xml, size_t len, struct arena *mem, struct upload_parts *out,
		 struct err *e)
{
	plist_t root = NULL;

	if (len > UINT32_MAX)
		return err_set(e, ERR_INPUT, "the property list is too large");
	plist_from_xml(xml, (uint32_t)len, &root);
	int rc = take_parts(root, mem, out, e);
	plist_free(root);
	return rc;
}
