/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of `serve`: one JSON object a line, each written at once, so that a test can count what
 * the double has seen as soon as it has the answer.
 */
#ifndef APPLESIM_EVENTS_H
#define APPLESIM_EVENTS_H

#include "schema/base/buf.h"
#include "schema/base/err.h"
#include "schema/base/json.h"

struct events {
	int fd; /* -1: nothing is kept */
	struct buf line;
	struct json json;
};

/* Appends to the file; NULL: nothing is kept. */
int events_open(struct events *ev, const char *path, struct err *e);
void events_close(struct events *ev);

/* Starts an event, with its time and name; the caller adds members, then ends it. */
struct json *event_begin(struct events *ev, const char *name);
void event_end(struct events *ev);

#endif
