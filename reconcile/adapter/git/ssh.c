/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Git over an `ssh` process. libssh2 in Debian 12 can not sign with an RSA key in a way that a
 * server of today accepts, and OpenSSH brings certificates, agents and hardware keys along.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reconcile/adapter/git/wire.h"
#include "schema/base/arena.h"
#include "schema/base/buf.h"
#include "schema/base/text.h"

extern char **environ;

enum { ARGS_MAX = 48, ENV_MAX = 64, STDERR_MAX = 4096, END_MS = 2000, COMMAND_MAX = 8192 };

struct ssh_stream {
	git_smart_subtransport_stream base; /* first, as libgit2 wants it */
	struct wire *wire;
	pid_t pid;
	int to, from, err; /* pipes; -1: closed */
	struct buf said;   /* the beginning of its standard error */
};

struct ssh {
	git_smart_subtransport base;
	struct wire *wire;
	struct ssh_stream *stream; /* the running process; owned by libgit2 through its free() */
};

struct args {
	struct arena mem;
	char *v[ARGS_MAX + 1];
	size_t n;
};

static void arg(struct args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void arg(struct args *a, const char *fmt, ...)
{
	char text[COMMAND_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (a->n < ARGS_MAX)
		a->v[a->n++] = arena_strdup(&a->mem, text);
}

/* A file as an option: ssh splits at blanks and replaces %x, ${x} and ~ in it. */
static int file_arg(struct wire *w, struct args *a, const char *option, const char *path)
{
	struct buf quoted = BUF_INIT(COMMAND_MAX);

	if (path[0] != '/' || strpbrk(path, "\"\\$\n"))
		return wire_fail(w,
				 "%s %s: the path has to be absolute, without quotes, "
				 "backslashes and dollar signs",
				 option, path);
	for (const char *p = path; *p; p++) {
		buf_addc(&quoted, *p);
		if (*p == '%')
			buf_addc(&quoted, '%');
	}
	arg(a, "-o");
	arg(a, "%s=\"%s\"", option, buf_str(&quoted));
	buf_release(&quoted);
	return 0;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c | 0x20);

	return c && at ? (int)(at - digits) : -1;
}

/* The remote side hands the line to a shell: the path stands in single quotes. */
static int remote_command(struct wire *w, const char *service, struct args *a)
{
	struct buf line = BUF_INIT(COMMAND_MAX - 1);
	const char *p = w->url->path;

	buf_addf(&line, "%s '", service);
	if (text_starts(p, "/~"))
		p++;
	for (; *p; p++) {
		int c = (unsigned char)*p;
		if (c == '%') {
			int high = hex_digit(p[1]), low = high < 0 ? -1 : hex_digit(p[2]);
			c = low < 0 ? 0 : high * 16 + low;
			p += 2;
			if (c < 0x20 || c == 0x7f) {
				buf_release(&line);
				return wire_fail(w, "the path in the URL is badly encoded");
			}
		}
		if (c == '\'' || c == '!')
			buf_addf(&line, "'\\%c'", c);
		else
			buf_addc(&line, (char)c);
	}
	buf_addc(&line, '\'');
	arg(a, "%s", buf_str(&line));
	buf_release(&line);
	return 0;
}

static int build_args(struct wire *w, const char *service, struct args *a)
{
	static const char *const fixed[] = {
		"BatchMode=yes",     "StrictHostKeyChecking=yes",
		"UpdateHostKeys=no", "ClearAllForwardings=yes",
		"ForwardAgent=no",   "PermitLocalCommand=no",
		"ControlMaster=no",  "ControlPath=none",
		"EscapeChar=none",   "PasswordAuthentication=no",
		"RequestTTY=no",     "KbdInteractiveAuthentication=no",
	};

	arg(a, "ssh");
	arg(a, "-F");
	arg(a, "none");
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		arg(a, "-o");
		arg(a, "%s", fixed[i]);
	}
	arg(a, "-o");
	arg(a, "ConnectTimeout=%d", WIRE_CONNECT_MS / 1000);
	if (w->known_hosts_file) {
		arg(a, "-o");
		arg(a, "GlobalKnownHostsFile=none");
		if (file_arg(w, a, "UserKnownHostsFile", w->known_hosts_file) < 0)
			return -1;
	}
	if (w->ssh_key_file) {
		arg(a, "-o");
		arg(a, "IdentitiesOnly=yes");
		if (file_arg(w, a, "IdentityFile", w->ssh_key_file) < 0)
			return -1;
	}
	arg(a, "-p");
	arg(a, "%s", w->url->port);
	if (w->url->user[0]) {
		arg(a, "-l");
		arg(a, "%s", w->url->user);
	}
	arg(a, "--");
	arg(a, "%s", w->url->host);
	return remote_command(w, service, a);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/*
 * What of our environment ssh gets: what it needs to find its files, its agent and its language.
 * The rest may hold secrets that are none of its business.
 */
static void keep_environment(char *kept[ENV_MAX + 1])
{
	static const char *const names[] = { "PATH=",          "HOME=", "USER=", "LOGNAME=",
					     "SSH_AUTH_SOCK=", "LANG=", "LC_",   "TZ=",
					     "TMPDIR=" };
	size_t n = 0;

	for (char **at = environ; *at && n < ENV_MAX; at++)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (text_starts(*at, names[i])) {
				kept[n++] = *at;
				break;
			}
	kept[n] = NULL;
}

/* In the child our ends of the pipes are closed by exec, and SIGPIPE is what it was made for. */
static int spawn(struct ssh_stream *s, char **argv, const int child[3])
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t defaults;
	char *env[ENV_MAX + 1];

	keep_environment(env);
	posix_spawn_file_actions_init(&files);
	for (int i = 0; i < 3; i++)
		posix_spawn_file_actions_adddup2(&files, child[i], i);
	posix_spawnattr_init(&attr);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	int rc = posix_spawnp(&s->pid, argv[0], &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	if (!rc)
		return 0;
	s->pid = 0;
	return wire_fail(s->wire, "ssh can not be started: %s; install openssh-client",
			 strerror(rc));
}

static int start(struct ssh_stream *s, const char *service)
{
	struct args a = { 0 };
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 }, rc = -1;

	if (build_args(s->wire, service, &a) < 0)
		goto out;
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) {
		wire_fail(s->wire, "a pipe can not be made: %s", strerror(errno));
		goto out;
	}
	rc = spawn(s, a.v, (const int[]){ in[0], out[1], err[1] });
	if (rc == 0) {
		s->to = in[1];
		s->from = out[0];
		s->err = err[0];
		in[1] = out[0] = err[0] = -1;
		fcntl(s->to, F_SETFL, O_NONBLOCK);
		fcntl(s->from, F_SETFL, O_NONBLOCK);
		fcntl(s->err, F_SETFL, O_NONBLOCK);
	}
out:
	for (int i = 0; i < 2; i++) {
		close_fd(&in[i]);
		close_fd(&out[i]);
		close_fd(&err[i]);
	}
	arena_release(&a.mem);
	return rc;
}

/* Keeps the pipe empty, so that ssh never waits for us. */
static void drain(struct ssh_stream *s)
{
	char part[1024];
	ssize_t n;

	while (s->err >= 0 && (n = read(s->err, part, sizeof(part))) != 0) {
		if (n < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		buf_add(&s->said, part,
			(size_t)n < s->said.max - s->said.len ? (size_t)n
							      : s->said.max - s->said.len);
	}
	close_fd(&s->err);
}

static int wait_for(struct ssh_stream *s, int fd, short events, const char *what)
{
	struct pollfd p[2] = { { .fd = fd, .events = events }, { .fd = s->err, .events = POLLIN } };

	if (wire_wait(s->wire, p, 2, INT64_MAX, what) < 0)
		return -1;
	if (p[1].revents)
		drain(s);
	return 0;
}

/* True when the process ended by itself within `ms`. */
static bool ended(struct ssh_stream *s, int ms)
{
	int64_t end = wire_now() + ms;
	int status;

	for (;;) {
		pid_t r = waitpid(s->pid, &status, WNOHANG);
		if (r == s->pid || (r < 0 && errno != EINTR)) {
			s->pid = 0;
			return true;
		}
		if (wire_now() >= end)
			return false;
		poll(NULL, 0, 5);
	}
}

static void stop(struct ssh_stream *s)
{
	int patience = s->wire->why[0] ? 0 : END_MS;

	close_fd(&s->to);
	close_fd(&s->from);
	if (s->pid > 0 && !ended(s, patience)) {
		kill(s->pid, SIGTERM);
		if (!ended(s, END_MS)) {
			kill(s->pid, SIGKILL);
			waitpid(s->pid, NULL, 0);
		}
		s->pid = 0;
	}
	close_fd(&s->err);
}

/*
 * True when libgit2 could not take what it was sent: then it ends the exchange, and that ssh ends
 * too is no failure. What it looked for and did not find (references, objects) does not count.
 */
static bool libgit2_gave_up(void)
{
	const git_error *last = git_error_last();

	return last && last->message &&
	       (last->klass == GIT_ERROR_INDEXER || last->klass == GIT_ERROR_INVALID ||
		last->klass == GIT_ERROR_ZLIB || last->klass == GIT_ERROR_NOMEMORY);
}

/* What ssh wrote before it gave up is the reason. */
static int fail_with_stderr(struct ssh_stream *s)
{
	struct buf line = BUF_INIT(STDERR_MAX);

	close_fd(&s->to);
	if (s->pid > 0)
		ended(s, END_MS);
	drain(s);
	wire_one_line(&line, buf_str(&s->said), s->said.len);
	int rc = -1;
	if (line.len || !libgit2_gave_up())
		rc = wire_fail(s->wire, "ssh: %s",
			       line.len ? buf_str(&line) : "it ended without a word");
	buf_release(&line);
	return rc;
}

static int ssh_read(git_smart_subtransport_stream *base, char *data, size_t size, size_t *got)
{
	struct ssh_stream *s = (struct ssh_stream *)base;

	*got = 0;
	for (;;) {
		ssize_t n = read(s->from, data, size);
		if (n > 0) {
			*got = (size_t)n;
			return wire_count(s->wire, *got);
		}
		if (n == 0)
			return fail_with_stderr(s);
		if (errno != EAGAIN && errno != EINTR)
			return wire_fail(s->wire, "reading from ssh: %s", strerror(errno));
		if (wait_for(s, s->from, POLLIN, "reading") < 0)
			return -1;
	}
}

static int ssh_write(git_smart_subtransport_stream *base, const char *data, size_t len)
{
	struct ssh_stream *s = (struct ssh_stream *)base;

	while (len) {
		ssize_t n = write(s->to, data, len);
		if (n >= 0) {
			data += n;
			len -= (size_t)n;
		} else if (errno == EPIPE) {
			return fail_with_stderr(s);
		} else if (errno != EAGAIN && errno != EINTR) {
			return wire_fail(s->wire, "writing to ssh: %s", strerror(errno));
		} else if (wait_for(s, s->to, POLLOUT, "sending") < 0) {
			return -1;
		}
	}
	return 0;
}

static void ssh_stream_free(git_smart_subtransport_stream *base)
{
	struct ssh_stream *s = (struct ssh_stream *)base;

	stop(s);
	((struct ssh *)base->subtransport)->stream = NULL;
	buf_release(&s->said);
	free(s);
}

static int ssh_action(git_smart_subtransport_stream **out, git_smart_subtransport *base,
		      const char *url, git_smart_service_t action)
{
	struct ssh *t = (struct ssh *)base;

	(void)url;
	if (action == GIT_SERVICE_UPLOADPACK || action == GIT_SERVICE_RECEIVEPACK) {
		if (!t->stream)
			return wire_fail(t->wire, "the connection is closed already");
		*out = &t->stream->base;
		return 0;
	}
	struct ssh_stream *s = calloc(1, sizeof(*s));
	if (!s)
		out_of_memory();
	s->base = (git_smart_subtransport_stream){ base, ssh_read, ssh_write, ssh_stream_free };
	s->wire = t->wire;
	s->to = s->from = s->err = -1;
	s->said = (struct buf)BUF_INIT(STDERR_MAX);
	if (start(s, action == GIT_SERVICE_UPLOADPACK_LS ? "git-upload-pack" : "git-receive-pack") <
	    0) {
		free(s);
		return -1;
	}
	t->stream = s;
	*out = &s->base;
	return 0;
}

/* The stream ends the process; libgit2 frees it before it closes the transport. */
static int ssh_close(git_smart_subtransport *base)
{
	(void)base;
	return 0;
}

static void ssh_free(git_smart_subtransport *base)
{
	free(base);
}

int ssh_subtransport(git_smart_subtransport **out, git_transport *owner, void *param)
{
	struct ssh *t = calloc(1, sizeof(*t));

	(void)owner;
	if (!t)
		out_of_memory();
	t->base = (git_smart_subtransport){ ssh_action, ssh_close, ssh_free };
	t->wire = param;
	*out = &t->base;
	return 0;
}
