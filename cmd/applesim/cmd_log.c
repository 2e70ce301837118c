/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/applesim.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/text.h"

static const char usage[] =
    "usage: applesim log --log FILE [--count] [EVENT] [MEMBER=VALUE…]\n\n"
    "Prints the lines of `applesim serve --log FILE` with this event and all of these members, or\n"
    "how many there are.\n\n"
    "events: apns-accept apns-connection apns-refused apns-request apns-goaway\n"
    "        apns-client-goaway apns-end mdm-request\n"
    "example: applesim log --log log --count mdm-request method=PUT status=200\n";

struct query {
	const char *event;
	char **member; /* "name=value" */
	int n;
	bool count;
};

/* A value as text, as it is written on the command line. */
static bool equals(const json_t *value, const char *text)
{
	char number[32];

	if (json_is_string(value))
		return text_eq(json_string_value(value), text);
	if (json_is_boolean(value))
		return text_eq(json_is_true(value) ? "true" : "false", text);
	snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
	return json_is_integer(value) && text_eq(number, text);
}

static bool fits(const json_t *event, const struct query *q)
{
	if (q->event && !equals(json_object_get(event, "event"), q->event))
		return false;
	for (int i = 0; i < q->n; i++) {
		size_t n = strcspn(q->member[i], "=");
		char *name = strndup(q->member[i], n);
		bool same = name && equals(json_object_get(event, name), q->member[i] + n + 1);

		free(name);
		if (!same)
			return false;
	}
	return true;
}

static int search(FILE *in, const struct query *q)
{
	char *line = NULL;
	size_t size = 0;
	long found = 0;
	ssize_t n;

	while ((n = getline(&line, &size, in)) > 0) {
		json_t *event = json_loadb(line, (size_t)n, 0, NULL);

		if (event && fits(event, q)) {
			found++;
			if (!q->count)
				fputs(line, stdout);
		}
		json_decref(event);
	}
	free(line);
	if (q->count)
		printf("%ld\n", found);
	return 0;
}

int cmd_log(int argc, char **argv)
{
	static const struct option options[] = {
		{ "log", required_argument, NULL, 'l' },
		{ "count", no_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct query q = { 0 };
	const char *path = NULL;
	FILE *in;
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		if (c == 'h')
			return fputs(usage, stdout) < 0;
		if (c == '?')
			return wrong_usage("log", "wrong option");
		if (c == 'c')
			q.count = true;
		else
			path = optarg;
	}
	if (!path)
		return wrong_usage("log", "--log FILE is needed");
	if (optind < argc && !strchr(argv[optind], '='))
		q.event = argv[optind++];
	q.member = argv + optind;
	q.n = argc - optind;
	for (int i = 0; i < q.n; i++)
		if (!strchr(q.member[i], '='))
			return wrong_usage("log", "'%s' is not MEMBER=VALUE", q.member[i]);
	in = fopen(path, "re");
	if (!in) {
		struct err e = { 0 };

		err_set(&e, ERR_IO, "%s can not be read", path);
		return fail(&e);
	}
	c = search(in, &q);
	fclose(in);
	return c;
}
