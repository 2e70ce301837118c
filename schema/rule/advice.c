/* SPDX-License-Identifier: Apache-2.0 */
/* Notes: what is optional and would help on renewal day. One note an object. */
#include "schema/rule/check.h"

/* Something in it could not be read: that may be what is missing. */
static bool is_unread(const struct findings *fs, const struct object *o)
{
	const struct ref ref = ref_of(o);

	for (size_t i = 0; fs->n_level[LEVEL_ERROR] && i < fs->n; i++)
		if (fs->item[i].level == LEVEL_ERROR && fs->item[i].rule->code < RULE_WRONG_PLACE &&
		    !ref_cmp(&fs->item[i].object, &ref))
			return true;
	return false;
}

static void say(const struct object *o, const char *first, const char *second, const char *why,
		struct findings *fs)
{
	if (is_unread(fs, o))
		return;
	about(finding_add(fs, RULE_ADVICE, o->file, name_span(o),
			  "optional and not written: %s%s%s; %s", first ? first : second,
			  first && second ? ", " : "", first && second ? second : "", why),
	      o, NULL);
}

void advice_check_alias(const struct apple_id_alias *a, struct findings *fs)
{
	const char *recovery = a->recovery ? NULL : "recovery";
	const char *recipients = a->recipients.at.line ? NULL : "recipients";

	if (recovery || recipients)
		say(&a->head, recovery, recipients,
		    "on renewal day it helps to know who can get in when a telephone is lost, and "
		    "whom Apple's reminders reach",
		    fs);
}

void advice_check(struct resolution *r)
{
	const struct tenant *t = r->tenant;

	if (t) {
		const char *program = t->apple_program.at.line ? NULL : "appleProgram";
		const char *contacts = t->contacts.at.line ? NULL : "contacts";
		if (program || contacts)
			say(&t->head, program, contacts,
			    "reports can say whom to ask at the customer", r->fs);
	}
	for (size_t i = 0; i < r->out->n_cert; i++) {
		const struct push_certificate *c = r->out->cert[i].object;
		if (t && !c->server_refs.at.line && !t->server_refs.at.line &&
		    !is_unread(r->fs, &t->head))
			say(&c->head, "serverRefs", NULL,
			    "without a server nobody gets the certificate, and its key stays with "
			    "the controller",
			    r->fs);
	}
}
