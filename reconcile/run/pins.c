/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pins that only the status branch knows, after a store was lost. Such a pin chooses nothing
 * (safety rule 10): it stops a first certificate until the manifest says the topic.
 */
#include "reconcile/report/decode.h"
#include "reconcile/run/publication.h"
#include "reconcile/run/unit.h"
#include "schema/base/text.h"

/* Only a certificate without any pin is in danger of a second Create. */
static bool is_unpinned(const struct unit *u, const struct want_cert *w)
{
	const struct actual_cert *c = actual_match(&u->actual, w);

	return !w->topic && c && !c->topic;
}

static bool any_unpinned(const struct unit *u)
{
	for (size_t i = 0; !u->is_gone && !u->error && i < u->loaded.want.n_cert; i++)
		if (is_unpinned(u, &u->loaded.want.cert[i]))
			return true;
	return false;
}

/* No key was made for it yet: that is not done before the status branch was looked at. */
static bool any_keyless(const struct unit *u)
{
	for (size_t i = 0; i < u->loaded.want.n_cert; i++) {
		const struct want_cert *w = &u->loaded.want.cert[i];
		if (is_unpinned(u, w) && !actual_match(&u->actual, w)->n_key)
			return true;
	}
	return false;
}

static void take_pins(struct unit *u, const struct actual_tenant *published)
{
	for (size_t i = 0; i < u->loaded.want.n_cert; i++) {
		const struct want_cert *w = &u->loaded.want.cert[i];
		const struct actual_cert *p = actual_match(published, w);
		if (p && is_unpinned(u, w))
			actual_match(&u->actual, w)->published_topic = p->topic;
	}
}

/* What can not be read may hold a pin that is not known: the tenant waits. */
static void wait_for(struct run *r, struct unit *u, const char *what, const char *why)
{
	u->error = arena_printf(&r->result->mem,
				"tenant %s: %s can not be read, so a pin may be missed: %s",
				u->name,
				what, why);
}

/* What is published under a name of the tenant; false: nothing is. */
static bool read_published(struct run *r, struct unit *u, const char *name)
{
	struct publish *port = r->ports->publish;
	struct buf bytes = BUF_INIT(PUBLISH_FILE_MAX);
	struct actual_tenant published;
	struct value root;
	struct err e = { 0 };
	const char *path = arena_printf(&u->mem, "tenants/%s.json", name);
	int found = port->ops->read(port, path, &bytes, &e);

	if (!found && (r->ports->read_json(buf_str(&bytes), bytes.len, &u->mem, &root, &e) ||
		       report_decode(&root, name, &u->mem, &published, &e)))
		found = -1;
	if (found < 0)
		wait_for(r, u, arena_printf(&u->mem, "%s of the status branch", path), e.text);
	else if (!found)
		take_pins(u, &published);
	buf_release(&bytes);
	return found <= 0;
}

/* Under its name, else under one that it had. */
static void look_at_published(struct run *r, struct unit *u)
{
	const struct want_tenant *w = &u->loaded.want;
	bool found = read_published(r, u, u->name);

	for (size_t i = 0; i < w->n_previous && !found; i++)
		found = text_is_name(w->previous_name[i]) &&
			read_published(r, u, w->previous_name[i]);
}

void observe_published_pins(struct run *r, struct unit **u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!any_unpinned(u[i]))
			continue;
		publication_fetch(r);
		const struct publication *p = r->publication;
		if (p->available && *p->tip)
			look_at_published(r, u[i]);
		else if (!p->available && !r->o->ask_nobody && any_keyless(u[i]))
			wait_for(r, u[i], "the status branch", p->problem);
	}
}
