/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of a hostile APNs: the HTTP/2 session and the reason words in it. The first byte chooses
 * the level and how many bytes come at once. Afterwards the evidence is judged, and the promises of
 * session.h are checked.
 */
#include <stdlib.h>
#include <string.h>

#include "reconcile/adapter/nghttp2/session.h"
#include "reconcile/model/verdict.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void check(int holds)
{
	if (!holds)
		abort();
}

static void feed(struct h2 *h, const unsigned char *data, size_t size, size_t step, struct buf *out)
{
	h2_collect(h, out);
	for (size_t n; size > 0; data += n, size -= n) {
		n = size < step ? size : step;
		if (h2_receive(h, data, n) < 0 || h2_collect(h, out) < 0)
			break;
		buf_clear(out);
	}
	h2_goodbye(h);
	h2_collect(h, out);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct h2_profile *profile;
	struct arena mem = ARENA_INIT;
	struct buf out = BUF_INIT(1 << 20);
	struct apns_evidence ev = { .layer = APNS_SECURED, .alert = -1 };
	struct verdict v;

	if (!profile)
		profile = h2_profile_new();
	if (size == 0)
		return 0;
	enum probe_level level = data[0] & 1 ? PROBE_BogusToken : PROBE_Settings;
	struct h2 *h =
	    h2_new(profile, "api.push.apple.com", "com.apple.mgmt.External.x", level, &mem, &ev);
	feed(h, data + 1, size - 1, 1u + (data[0] >> 1) * 8u, &out);
	verdict_judge(&ev, level, &mem, &v);
	check(!out.full);
	check(mem.used < 4 * H2_BYTES_MAX);
	check(ev.status == 0 || (ev.status >= 200 && ev.status <= 999));
	check(!ev.goaway_text || strlen(ev.goaway_text) <= H2_DEBUG_MAX);
	check(v.result != APNS_Accepted || ev.layer >= APNS_SETTINGS);
	check(v.result != APNS_Rejected || ev.reason || ev.goaway_reason);
	h2_free(h);
	buf_release(&out);
	arena_release(&mem);
	return 0;
}
