/* SPDX-License-Identifier: Apache-2.0 */
#include "reconcile/adapter/git/wire.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "schema/base/text.h"

enum { LINE_MAX_SAID = 300 };

int64_t wire_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int wire_fail(struct wire *w, const char *fmt, ...)
{
	va_list ap;

	if (!w->why[0]) {
		va_start(ap, fmt);
		vsnprintf(w->why, sizeof(w->why), fmt, ap);
		va_end(ap);
	}
	git_error_set_str(GIT_ERROR_NET, w->why);
	return -1;
}

int wire_wait(struct wire *w, struct pollfd *fds, unsigned n, int64_t until_ms, const char *what)
{
	int64_t end = until_ms < w->deadline_ms ? until_ms : w->deadline_ms;

	for (;;) {
		int64_t left = end - wire_now();
		int ready = left > 0 ? poll(fds, n, (int)left) : 0;
		if (ready > 0)
			return 0;
		if (ready < 0 && errno != EINTR)
			return wire_fail(w, "poll: %s", strerror(errno));
		if (ready == 0 && left <= 0 && end == w->deadline_ms)
			return wire_fail(w, "no answer within %lld s (timeout) while %s",
					 (long long)((w->timeout_ms + 999) / 1000), what);
		if (ready == 0 && left <= 0)
			return wire_fail(w, "no answer in time while %s", what);
	}
}

int wire_count(struct wire *w, size_t n)
{
	w->received += n;
	if (w->received <= w->limit)
		return 0;
	return wire_fail(w,
			 "the server sent more than %llu KiB; that is no repository of manifests",
			 (unsigned long long)(w->limit / 1024));
}

void wire_one_line(struct buf *out, const char *text, size_t len)
{
	struct buf plain = BUF_INIT(len * 2);
	size_t start = 0, from;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != '\n' && text[i] != '\r')
			continue;
		bool progress = i + 1 < len && text[i] == '\r' && text[i + 1] != '\n';
		size_t end = i;
		while (end > start && text[end - 1] == ' ')
			end--;
		if (end > start && !progress) {
			buf_adds(&plain, plain.len ? "; " : "");
			buf_add(&plain, text + start, end - start);
		}
		start = i + 1;
	}
	from = plain.len > LINE_MAX_SAID ? plain.len - LINE_MAX_SAID : 0;
	buf_adds(out, from ? "..." : "");
	text_escape_terminal(out, buf_str(&plain) + from, plain.len - from);
	buf_release(&plain);
}
