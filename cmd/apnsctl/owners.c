/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/owners.h"

#include <stdlib.h>

#include "schema/base/text.h"

static void note(struct owner_index *x, struct arena *mem, const char *value, const char *issuer,
		 const struct ref *on)
{
	if (value)
		*(struct owner *)arena_push(mem, &x->item, &x->n, &x->cap, sizeof(*x->item)) =
		    (struct owner){ value, issuer, *on };
}

static void note_cert(struct owners *o, struct arena *mem, const struct actual_cert *c,
		      const struct ref *on)
{
	note(&o->topic, mem, c->topic, NULL, on);
	for (size_t i = 0; i < c->n_key; i++)
		note(&o->key, mem, c->key[i].spki, NULL, on);
	for (size_t i = 0; i < c->n_pair; i++)
		note(&o->serial, mem, c->pair[i].serial, c->pair[i].issuer, on);
}

static int by_value(const void *x, const void *y)
{
	const struct owner *a = x, *b = y;
	int c = text_cmp(a->value, b->value);

	return c ? c : ref_cmp(&a->on, &b->on);
}

static void sort(struct owner_index *x)
{
	if (x->n)
		qsort(x->item, x->n, sizeof(*x->item), by_value);
}

void owners_build(struct owners *out, const struct actual_tenant *tenant, size_t n,
		  struct arena *mem)
{
	*out = (struct owners){ 0 };
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < tenant[i].n_cert; k++) {
			const struct actual_cert *c = &tenant[i].cert[k];
			struct ref on = { KIND_PushCertificate, tenant[i].name, c->name };
			note_cert(out, mem, c, &on);
		}
	}
	sort(&out->topic);
	sort(&out->key);
	sort(&out->serial);
}

const struct owner *owner_of(const struct owner_index *index, const char *value,
			     const struct ref *on)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (text_cmp(index->item[middle].value, value) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; value && low < index->n && text_eq(index->item[low].value, value); low++)
		if (!on || ref_cmp(&index->item[low].on, on) != 0)
			return &index->item[low];
	return NULL;
}

void owners_fill(const struct owners *o, const struct cert_facts *file, const struct ref *on,
		 struct actual_cert *c)
{
	const struct owner *topic = owner_of(&o->topic, file->topic, on);
	const struct owner *key = owner_of(&o->key, file->spki_sha256, on);
	const struct owner *serial = owner_of(&o->serial, file->serial, on);

	c->owners = (struct actual_owners){ 0 };
	if (file->form != CERT_FORM_PEM)
		return;
	if (topic)
		c->owners.topic = topic->on;
	c->owners.topic_proven = topic != NULL;
	if (key)
		c->owners.key = key->on;
	if (serial && (!serial->issuer || text_eq(serial->issuer, file->issuer)))
		c->owners.serial = serial->on;
}
