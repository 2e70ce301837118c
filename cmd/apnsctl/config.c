/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/apnsctl/config.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reconcile/adapter/file/file.h"
#include "schema/base/text.h"
#include "schema/emit/emit.h"
#include "schema/load/set.h"

#define LOCAL_FILE "apnsctl.yaml"
#define SYSTEM_FILE "/etc/apnsctl/apnsctl.yaml"

enum { CONFIG_MAX = 1 << 20 };

static bool in_work_tree(void)
{
	char path[4200], *cwd = realpath(".", NULL);
	bool found = false;

	for (char *end = cwd ? cwd + strlen(cwd) : NULL; end && !found;) {
		*end = 0;
		if (snprintf(path, sizeof(path), "%s/.git", cwd) < (int)sizeof(path))
			found = access(path, F_OK) == 0;
		end = strrchr(cwd, '/');
	}
	free(cwd);
	return found;
}

/* Whoever can write the file chooses where keys go. */
static int check_owner(const char *file, struct err *e)
{
	struct stat st;

	if (stat(file, &st))
		return err_set(e, ERR_IO, "%s: %s", file, strerror(errno));
	if ((st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & 022))
		return err_set(e, ERR_REFUSED,
			       "%s belongs to somebody else or can be written by others; give it "
			       "to the caller and run chmod go-w %s",
			       file, file);
	return 0;
}

static const char *find(const struct app *app)
{
	const char *env = getenv("APNSCTL_CONFIG");

	if (app->config)
		return app->config;
	if (env && *env)
		return env;
	if (access(LOCAL_FILE, F_OK) == 0 && !in_work_tree())
		return LOCAL_FILE;
	return access(SYSTEM_FILE, F_OK) == 0 ? SYSTEM_FILE : NULL;
}

static int explain(const struct findings *fs, const char *file, struct err *e)
{
	for (size_t i = 0; i < fs->n; i++) {
		struct buf line = BUF_INIT(4096);
		emit_finding_line(&line, &fs->item[i], 0);
		app_say("%s", buf_str(&line));
		buf_release(&line);
	}
	return err_set(e, ERR_INPUT, "the configuration %s has errors", file);
}

static int decode(struct config *c, const struct buf *bytes, struct err *e)
{
	struct findings fs = FINDINGS_INIT(&c->mem);
	struct sha256 h;

	sha256_init(&h);
	sha256_add(&h, buf_str(bytes), bytes->len);
	sha256_end_hex(&h, c->hash);
	c->c = config_decode(c->file, buf_str(bytes), bytes->len, &c->mem, &fs);
	if (!c->c || fs.n_level[LEVEL_ERROR])
		return explain(&fs, c->file, e);
	return 0;
}

static void take_unlock_key(struct config *c)
{
	const char *name = c->c->state->unlock->env.s;
	char *value = name ? getenv(name) : NULL;

	if (!value)
		return;
	secret_add(&c->unlock, value, strlen(value));
	secret_wipe(value, strlen(value)); /* /proc/PID/environ shows these bytes */
	unsetenv(name);
}

int config_open(const struct app *app, struct config *out, struct err *e)
{
	const char *file = find(app);
	struct buf bytes = BUF_INIT(CONFIG_MAX);

	*out = (struct config){ 0 };
	if (!file)
		return 0;
	out->file = arena_strdup(&out->mem, file);
	char *whole = realpath(file, NULL);
	out->folder = arena_strdup(&out->mem, whole ? dirname(whole) : ".");
	free(whole);
	int failed = check_owner(file, e) || file_read(file, CONFIG_MAX, &bytes, e) ||
		     decode(out, &bytes, e);
	buf_release(&bytes);
	if (failed) {
		config_close(out);
		return -1;
	}
	take_unlock_key(out);
	return 1;
}

int config_need(const struct app *app, struct config *out, struct err *e)
{
	int found = config_open(app, out, e);

	if (found)
		return found < 0 ? -1 : 0;
	return err_set(e, ERR_USAGE,
		       "this command needs the controller's configuration: give --config FILE, set "
		       "APNSCTL_CONFIG, or write %s (apnsctl init makes one)",
		       SYSTEM_FILE);
}

const char *config_path(struct config *c, const struct text *path)
{
	if (!path->s || path->s[0] == '/')
		return path->s;
	return arena_printf(&c->mem, "%s/%s", c->folder, path->s);
}

void config_close(struct config *c)
{
	secret_release(&c->unlock);
	arena_release(&c->mem);
	*c = (struct config){ 0 };
}

struct gate_limits config_gate_limits(const struct config_limits *l)
{
	return (struct gate_limits){ l->max_changed_percent.v, l->min_objects.v,
				     l->max_changed_objects.v };
}
