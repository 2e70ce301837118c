/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/applesim/events.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 64 * 1024 };

int events_open(struct events *ev, const char *path, struct err *e)
{
	*ev = (struct events){ .fd = -1, .line = BUF_INIT(LINE_MAX_BYTES) };
	if (!path)
		return 0;
	ev->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (ev->fd < 0)
		return err_set(e, ERR_IO, "log %s can not be opened: %s", path, strerror(errno));
	return 0;
}

void events_close(struct events *ev)
{
	if (ev->fd >= 0)
		close(ev->fd);
	buf_release(&ev->line);
}

struct json *event_begin(struct events *ev, const char *name)
{
	buf_clear(&ev->line);
	ev->json = (struct json)JSON_INIT(&ev->line, false);
	json_object(&ev->json);
	json_member_time(&ev->json, "time", (int64_t)time(NULL));
	json_member(&ev->json, "event", name);
	return &ev->json;
}

void event_end(struct events *ev)
{
	json_end_object(&ev->json);
	buf_addc(&ev->line, '\n');
	/* A line that can not be written is lost; the test that misses it says so. */
	if (ev->fd >= 0 && write(ev->fd, ev->line.data, ev->line.len) < 0)
		return;
}
