/* SPDX-License-Identifier: Apache-2.0 */
/* A fresh folder with repositories made by the git command, for the tests of the Git adapter. */
#ifndef APNSCTL_TESTS_GIT_FIXTURE_H
#define APNSCTL_TESTS_GIT_FIXTURE_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reconcile/adapter/git/git.h"
#include "schema/base/text.h"
#include "tests/unit/unit.h"

static char top[64]; /* the folder; "w" is a work tree, "r.git" the bare remote */
static struct err e;

/* Not every test needs all of it. */
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-const-variable"

/* What a shell command printed, without the last newline; the test fails with the command. */
static const char *sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static const char *sh(const char *fmt, ...)
{
	static char out[8192];
	char command[4096];
	va_list ap;

	va_start(ap, fmt);
	size_t at = (size_t)snprintf(command, sizeof(command), "cd %s && ", top);
	vsnprintf(command + at, sizeof(command) - at, fmt, ap);
	va_end(ap);
	FILE *f = popen(command, "r");
	size_t n = fread(out, 1, sizeof(out) - 1, f);
	int rc = pclose(f);
	while (n && out[n - 1] == '\n')
		n--;
	out[n] = 0;
	if (rc)
		fail_msg("%s: status %d", command, rc);
	return out;
}

static int make_top(void **state)
{
	(void)state;
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "test", 1);
	setenv("GIT_AUTHOR_EMAIL", "test@test.example", 1);
	setenv("GIT_COMMITTER_NAME", "test", 1);
	setenv("GIT_COMMITTER_EMAIL", "test@test.example", 1);
	strcpy(top, "/tmp/test_git.XXXXXX");
	if (!mkdtemp(top))
		return -1;
	sh("mkdir start && cd start && git init -q -b main w && git init -q -b main --bare r.git "
	   "&& "
	   "cd w && mkdir -p tenants/acme && echo one >organization.yaml && git add . && "
	   "git commit -qm first && echo two >tenants/acme/a.yaml && git add . && "
	   "git commit -qm second && git push -q ../r.git main");
	return 0;
}

static int drop_top(void **state)
{
	(void)state;
	sh("rm -rf %s", top);
	return 0;
}

/*
 * A bare remote r.git whose branch main has two commits (organization.yaml, tenants/acme/a.yaml),
 * and the work tree w that they came from.
 */
static void make_remote(void)
{
	sh("rm -rf w r.git m p && cp -r start/w start/r.git .");
}

static const char *url_of(const char *repo)
{
	static char url[256];

	snprintf(url, sizeof(url), "file://%s/%s", top, repo);
	return url;
}

static const char *in_top(const char *name)
{
	static char path[16][256];
	static unsigned next;
	char *p = path[next++ % 16];

	snprintf(p, sizeof(path[0]), "%s/%s", top, name);
	return p;
}

static struct git_source_options source_options(const char *url)
{
	return (struct git_source_options){
		.remote = { .url = url, .branch = "main", .mirror = in_top("m"), .timeout = 10 },
	};
}

static struct source *open_source(const char *url)
{
	struct git_source_options o = source_options(url);
	struct source *s = NULL;

	e = (struct err){ 0 };
	if (git_source_open(&o, &s, &e) < 0)
		fail_msg("%s", e.text);
	return s;
}

static int64_t fixed_time(void *arg)
{
	(void)arg;
	return 1800000000;
}

static const struct clock test_clock = { fixed_time, fixed_time, NULL };

static struct git_publish_options publish_options(const char *url)
{
	return (struct git_publish_options){
		.remote = { .url = url,
			    .branch = "apnsctl-status",
			    .mirror = in_top("p"),
			    .timeout = 10 },
		.author = "apnsctl <apnsctl@msp.example>",
		.clock = &test_clock,
	};
}

static struct publish *open_publish(const char *url)
{
	struct git_publish_options o = publish_options(url);
	struct publish *p = NULL;

	e = (struct err){ 0 };
	if (git_publish_open(&o, &p, &e) < 0)
		fail_msg("%s", e.text);
	return p;
}

#define PUT(p, text) ((struct publish_file){ p, { text, sizeof(text) - 1 } })
#define REMOVE(p) ((struct publish_file){ p, { NULL, 0 } })

/* Fails with the error's text when `rc` is not what was wanted. */
static void want(int rc, int wanted)
{
	if (rc != wanted)
		fail_msg("returned %d, wanted %d: %s", rc, wanted, e.text);
}

/* Entries as "path type[!]" lines: f file, d folder, l link, s submodule, ! bad name. */
static int note_entry(const struct source_entry *entry, void *arg, struct err *err)
{
	struct buf *out = arg;

	(void)err;
	text_escape_terminal(out, entry->path, strlen(entry->path));
	buf_addf(out, " %c%s\n", "fdls"[entry->type], entry -> bad_name ? "!" : "");
	return 0;
}

#endif
