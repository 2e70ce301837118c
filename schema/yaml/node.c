/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "schema/yaml/doc.h"

struct node *node_get(const struct node *map, const char *key)
{
	if (!map || map->type != NODE_MAP)
		return NULL;
	for (uint32_t i = 0; i < map->n; i++)
		if (strcmp(map->pair[i].key->text, key) == 0)
			return map->pair[i].value;
	return NULL;
}
