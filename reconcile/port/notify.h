/* SPDX-License-Identifier: Apache-2.0 */
/* The notify port: transitions, told once. The log on stderr is the only sink so far. */
#ifndef APNSCTL_PORT_NOTIFY_H
#define APNSCTL_PORT_NOTIFY_H

struct notify_event {
	const char *object;    /* "PushCertificate/acme/push" */
	const char *condition; /* "Band", "RenewalDue", … */
	const char *from, *to;
	const char *message;
};

struct notify {
	void (*tell)(void *self, const struct notify_event *event);
	void *self;
};

#endif
