/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/faults.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "cmd/applesim/tls.h"
#include "schema/base/clock.h"
#include "schema/base/text.h"

enum { FAULTS_MAX_BYTES = 4 * 1024 * 1024 };

static const struct {
	const char *name, *member, *place;
} effects[] = {
#define X(effect_name, member_name, place_letters)                                                 \
	[FAULT_##effect_name] = { #effect_name, member_name, place_letters },
	FAULT_EFFECTS(X)
#undef X
};
_Static_assert(sizeof(effects) / sizeof(effects[0]) == FAULT_MAX, "one row an effect");

/* Where the reader is, for messages: "apns[3]". */
struct reader {
	struct arena *mem;
	const char *list;
	size_t index;
	struct err *e;
};

static int malformed(const struct reader *r, const char *what, const char *name)
{
	return err_set(r->e, ERR_INPUT, "%s[%zu]: %s%s", r->list, r->index, what, name);
}

/* An unknown member is an error: a rule with a misspelt selector would hold for everybody. */
static int check_members(const struct reader *r, json_t *object, const char *const *known, size_t n)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return malformed(r, "no object", "");
	json_object_foreach(object, key, value)
	{
		size_t i = 0;

		while (i < n && !text_eq(known[i], key))
			i++;
		if (i == n)
			return malformed(r, "unknown member ", key);
	}
	return 0;
}

static const char *string_at(const struct reader *r, const json_t *object, const char *key)
{
	return arena_strdup(r->mem, json_string_value(json_object_get(object, key)));
}

static int64_t number_at(const json_t *object, const char *key, int64_t otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

static int read_goaway(const struct reader *r, const json_t *list, struct fault *f)
{
	static const char *const known[] = { "code", "last", "debug" };
	struct goaway *out = NULL;
	size_t i, n = 0, cap = 0;
	json_t *one;

	if (!json_array_size(list))
		return malformed(r, "goaway is no list of frames", "");
	json_array_foreach(list, i, one)
	{
		struct goaway *g = arena_push(r->mem, &out, &n, &cap, sizeof(*g));
		const char *debug = string_at(r, one, "debug");

		if (check_members(r, one, known, 3))
			return -1;
		g->code = (uint32_t)number_at(one, "code", 0);
		g->last_stream = (int32_t)number_at(one, "last", -1);
		g->debug = debug ? debug : "";
	}
	f->goaway = out;
	f->n_goaway = n;
	return 0;
}

static bool has_selector(const struct fault *f)
{
	return f->serial || f->topic || f->method || f->path;
}

/* The member that the effect needs, and those it may have besides. */
static int read_effect(const struct reader *r, const json_t *rule, struct fault *f)
{
	const char *member = effects[f->effect].member;
	const char *place = effects[f->effect].place;

	if (!strpbrk(place, text_eq(r->list, "apns") ? "AC" : "R"))
		return malformed(r, "no effect here: ", effects[f->effect].name);
	if (*place == 'A' && has_selector(f))
		return malformed(r, "takes no serial, topic or path: ", effects[f->effect].name);
	if (text_eq(member, "goaway"))
		return read_goaway(r, json_object_get(rule, "goaway"), f);
	f->text = string_at(r, rule, "reason");
	if (!f->text)
		f->text = string_at(r, rule, "body");
	if (text_eq(member, "location")) {
		f->text = string_at(r, rule, "location");
		return f->text ? 0 : malformed(r, "needs location", "");
	}
	f->number = *member ? number_at(rule, member, -1) : 0;
	if (f->number < 0)
		return malformed(r, "needs a number ", member);
	if (f->effect == FAULT_Alert && !tls_can_alert(f->number))
		return malformed(r, "this alert can not answer a certificate, only HelloAlert: ",
				 arena_printf(r->mem, "%lld", (long long)f->number));
	return 0;
}

static int read_rule(const struct reader *r, json_t *rule, struct fault *f)
{
	static const char *const known[] = { "do",     "serial", "topic",   "method", "path",
					     "times",  "number", "ms",      "status", "reason",
					     "goaway", "body",   "location" };
	const char *name;

	if (check_members(r, rule, known, sizeof(known) / sizeof(known[0])))
		return -1;
	name = string_at(r, rule, "do");
	f->serial = string_at(r, rule, "serial");
	f->topic = string_at(r, rule, "topic");
	f->method = string_at(r, rule, "method");
	f->path = string_at(r, rule, "path");
	f->times = number_at(rule, "times", -1);
	for (size_t i = 0; i < FAULT_MAX; i++) {
		if (!text_eq(name, effects[i].name))
			continue;
		f->effect = (enum fault_effect)i;
		return read_effect(r, rule, f);
	}
	return malformed(r, "unknown effect ", name ? name : "(none)");
}

static int read_rules(struct reader *r, const json_t *root, const char *list, struct fault **out,
		      size_t *n)
{
	size_t i, cap = 0;
	json_t *rule;

	r->list = list;
	json_array_foreach(json_object_get(root, list), i, rule)
	{
		r->index = i;
		if (read_rule(r, rule, arena_push(r->mem, out, n, &cap, sizeof(**out))))
			return -1;
	}
	return 0;
}

static int read_device(const struct reader *r, json_t *one, struct device *d)
{
	static const char *const known[] = { "token", "topic", "state", "since" };
	static const char *const states[] = { "Active", "Unregistered", "Expired" };
	const char *state = string_at(r, one, "state"), *since = string_at(r, one, "since");
	size_t i = 0;

	if (check_members(r, one, known, 4))
		return -1;
	d->token = string_at(r, one, "token");
	d->topic = string_at(r, one, "topic");
	if (!d->token || !d->topic)
		return malformed(r, "needs token and topic", "");
	while (i < 3 && state && !text_eq(states[i], state))
		i++;
	if (i == 3)
		return malformed(r, "unknown state ", state);
	d->state = state ? (enum device_state)i : DEVICE_Active;
	if (since && !time_parse(since, &d->since))
		return malformed(r, "no time: ", since);
	return 0;
}

static int read_root(struct faults *f, json_t *root, struct err *e)
{
	static const char *const known[] = { "now", "apns", "mdm", "devices" };
	struct reader r = { .mem = &f->mem, .list = "file", .e = e };
	const char *now = string_at(&r, root, "now");
	size_t i, cap = 0;
	json_t *one;

	if (check_members(&r, root, known, 4))
		return -1;
	f->now = TIME_UNKNOWN;
	if (now && !time_parse(now, &f->now))
		return malformed(&r, "now is no time: ", now);
	r.list = "devices";
	json_array_foreach(json_object_get(root, "devices"), i, one)
	{
		r.index = i;
		if (read_device(
			&r, one,
			arena_push(&f->mem, &f->device, &f->n_device, &cap, sizeof(*f->device))))
			return -1;
	}
	return read_rules(&r, root, "apns", &f->apns, &f->n_apns) ||
		       read_rules(&r, root, "mdm", &f->mdm, &f->n_mdm)
		   ? -1
		   : 0;
}

/* Reads the file into a fresh set of rules, which then takes the place of the old one. */
static int read_file(struct faults *f, struct err *e)
{
	struct faults fresh = { .path = f->path, .version = f->version, .now = TIME_UNKNOWN };
	struct buf text = BUF_INIT(FAULTS_MAX_BYTES);
	json_error_t why;
	json_t *root = NULL;
	int rc = file_read(f->path, &text, e);

	if (!rc) {
		root = json_loadb(buf_str(&text), text.len, JSON_REJECT_DUPLICATES, &why);
		rc = root ? read_root(&fresh, root, e)
			  : err_set(e, ERR_INPUT, "line %d: %s", why.line, why.text);
		if (rc)
			err_wrap(e, "%s", f->path);
	}
	json_decref(root);
	buf_release(&text);
	if (rc) {
		arena_release(&fresh.mem);
		return -1;
	}
	arena_release(&f->mem);
	*f = fresh;
	return 0;
}

int faults_open(struct faults *f, const char *path, struct err *e)
{
	*f = (struct faults){ .path = path, .now = TIME_UNKNOWN };
	return faults_refresh(f, false, e) < 0 ? -1 : 0;
}

int faults_refresh(struct faults *f, bool force, struct err *e)
{
	if (!f->path || (!file_changed(f->path, &f->version) && !force))
		return 0;
	if (!file_exists(f->path)) {
		arena_release(&f->mem);
		*f = (struct faults){ .path = f->path, .version = f->version, .now = TIME_UNKNOWN };
		return 1;
	}
	return read_file(f, e) ? -1 : 1;
}

void faults_release(struct faults *f)
{
	arena_release(&f->mem);
}

static bool fits(const char *selector, const char *value)
{
	return !selector || text_eq(selector, value);
}

const struct fault *fault_take(struct fault *list, size_t n, enum fault_effect effect,
			       const struct fault_subject *s)
{
	for (size_t i = 0; i < n; i++) {
		struct fault *f = &list[i];

		if (f->effect != effect || f->times == 0 || !fits(f->topic, s->topic) ||
		    !fits(f->method, s->method) || !fits(f->path, s->path))
			continue;
		if (f->serial && (!s->serial || strcasecmp(f->serial, s->serial)))
			continue;
		if (f->times > 0)
			f->times--;
		return f;
	}
	return NULL;
}

const struct device *faults_device(const struct faults *f, const char *token)
{
	for (size_t i = 0; i < f->n_device; i++)
		if (!strcasecmp(f->device[i].token, token))
			return &f->device[i];
	return NULL;
}

int64_t faults_now(const struct faults *f)
{
	return f->now == TIME_UNKNOWN ? (int64_t)time(NULL) : f->now;
}
