/* SPDX-License-Identifier: Apache-2.0 */
/* Notes: what is optional and would help on renewal day. One note an object. */
#include "schema/rule/check.h"

static void say(const struct object *o, const char *first, const char *second, const char *why,
		struct findings *fs)
{
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
		if (!c->server_refs.at.line && !(t && t->server_refs.at.line))
			say(&c->head, "serverRefs", NULL,
			    "without a server nobody gets the certificate, and its key stays with "
			    "the controller",
			    r->fs);
	}
}
