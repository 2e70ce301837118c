/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as a list: sorted, compared, and what they are together. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/finding.h"
#include "schema/base/text.h"

/* After the list was changed: nothing is known of its places any more. */
static void forget_places(struct findings *fs)
{
	fs->from = fs->n;
	fs->last_file = NULL;
	fs->n_left_out = fs->n_here = fs->weakest_at = 0;
	fs->weakest = LEVEL_NOTE;
	for (size_t i = 0; fs->rest && i < fs->n; i++)
		if (fs->item[i].message == fs->rest)
			fs->rest_at = i;
}

void findings_keep(struct findings *fs, bool (*keep)(void *arg, const struct finding *f), void *arg)
{
	size_t kept = 0;

	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->item[i];
		if ((fs->rest && f->message == fs->rest) || keep(arg, f))
			fs->item[kept++] = *f;
		else
			fs->n_level[f->level]--;
	}
	fs->n = kept;
	forget_places(fs);
}

static int cmp_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int by_place(const void *x, const void *y)
{
	const struct finding *a = x, *b = y;
	int c = text_cmp(a->file, b->file);

	if (!c)
		c = cmp_u32(a->at.line, b->at.line);
	if (!c)
		c = cmp_u32(a->at.col, b->at.col);
	if (!c)
		c = cmp_u32(a->rule->code, b->rule->code);
	return c ? c : text_cmp(a->message, b->message);
}

void findings_sort(struct findings *fs)
{
	if (fs->n)
		qsort(fs->item, fs->n, sizeof(fs->item[0]), by_place);
	forget_places(fs);
}

/* All but the place. */
static int by_content(const void *x, const void *y)
{
	const struct finding *a = x, *b = y;
	int c = text_cmp(a->file, b->file);

	if (!c)
		c = cmp_u32(a->rule->code, b->rule->code);
	if (!c)
		c = ref_cmp(&a->object, &b->object);
	if (!c)
		c = text_cmp(a->pointer, b->pointer);
	return c ? c : text_cmp(a->message, b->message);
}

bool findings_have(const struct findings *fs, const struct finding *f)
{
	for (size_t i = 0; i < fs->n; i++)
		if (!by_content(&fs->item[i], f))
			return true;
	return false;
}

void findings_subtract(struct findings *fs, struct findings *base)
{
	size_t kept = 0, k = 0;

	if (!fs->n || !base->n)
		return;
	qsort(fs->item, fs->n, sizeof(fs->item[0]), by_content);
	qsort(base->item, base->n, sizeof(base->item[0]), by_content);
	memset(fs->n_level, 0, sizeof(fs->n_level));
	for (size_t i = 0; i < fs->n; i++) {
		int c = -1;
		while (k < base->n && (c = by_content(&base->item[k], &fs->item[i])) < 0)
			k++;
		if (k < base->n && c == 0 && fs->item[i].rule->code != RULE_TOO_MANY_FINDINGS) {
			k++;
			continue;
		}
		fs->n_level[fs->item[i].level]++;
		fs->item[kept++] = fs->item[i];
	}
	fs->n = kept;
	forget_places(fs);
}

enum rule_stop findings_stop(const struct findings *fs)
{
	enum rule_stop stop = STOP_NOTHING;

	for (size_t i = 0; i < fs->n; i++)
		if (fs->item[i].level == LEVEL_ERROR && fs->item[i].rule->stop > stop)
			stop = fs->item[i].rule->stop;
	return stop;
}

const char *finding_text(const struct finding *f, struct arena *mem)
{
	if (!f->file)
		return f->message;
	return f->at.line ? arena_printf(mem, "%s:%u: %s", f->file, f->at.line, f->message)
			  : arena_printf(mem, "%s: %s", f->file, f->message);
}

const struct finding *findings_first_error(const struct findings *fs)
{
	for (size_t i = 0; i < fs->n; i++)
		if (fs->item[i].level == LEVEL_ERROR)
			return &fs->item[i];
	return NULL;
}
