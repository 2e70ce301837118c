/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loader of manifests: any bytes give documents or findings, never silence; trees and places
 * hold what their headers promise; work stays in its bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "schema/load/decode.h"
#include "schema/yaml/doc.h"
#include "schema/yaml/scan.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_span(const struct yaml_scan *s, struct span at)
{
	must(at.line <= s->n_line + 1 && at.end_line <= s->n_line + 1);
	must(at.end_line > at.line || (at.end_line == at.line && at.end_col >= at.col));
	must(at.line ? at.col > 0 : at.col == 0);
	if (s->refused || !at.line)
		return;
	size_t from = yaml_scan_offset(s, at.line, at.col);
	must(from <= s->len && yaml_scan_offset(s, at.end_line, at.end_col) >= from);
}

static void check_node(const struct yaml_scan *s, const struct node *n, unsigned depth)
{
	must(depth <= YAML_DEPTH_MAX + 1);
	check_span(s, n->span);
	must(n->span.line > 0);
	if (n->type == NODE_SCALAR) {
		must(strlen(n->text) == n->len);
		must(!n->missing || (!n->len && !n->quoted));
		return;
	}
	for (uint32_t i = 0; i < n->n; i++) {
		if (n->type == NODE_SEQ) {
			check_node(s, n->item[i], depth + 1);
			continue;
		}
		must(n->pair[i].key->type == NODE_SCALAR && n->pair[i].key->len > 0);
		check_node(s, n->pair[i].key, depth + 1);
		check_node(s, n->pair[i].value, depth + 1);
		must(node_get(n, n->pair[i].key->text) == n->pair[i].value);
	}
}

static void check_findings(const struct yaml_scan *s, const struct findings *fs)
{
	must(fs->n <= FINDINGS_PER_FILE);
	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->item[i];
		check_span(s, f->at);
		must(f->message[0] && strlen(f->message) < 1200);
		for (size_t k = 0; k < f->n_related; k++)
			check_span(s, f->related[k].at);
		if (f->fix)
			check_span(s, f->fix->at);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct arena mem = ARENA_INIT, objects = ARENA_INIT, texts = ARENA_INIT;
	struct findings fs = FINDINGS_INIT(&texts), unheard = FINDINGS_INIT(&texts);
	struct yaml_file file;
	struct yaml_scan scan;

	yaml_scan("f", (const char *)data, size, &mem, &unheard, &scan);
	yaml_parse("f", (const char *)data, size, &mem, &fs, &file);
	must(file.work.parsers <= FINDINGS_PER_FILE);
	must(file.work.nodes <= YAML_FILE_NODES_MAX + 1);
	must(file.n_doc > 0 || fs.n > 0);
	must(!file.broken || fs.n_level[LEVEL_ERROR] > 0);
	for (size_t i = 0; i < file.n_doc; i++) {
		size_t errors = fs.n_level[LEVEL_ERROR];
		must(file.doc[i].root || fs.n > 0);
		if (!file.doc[i].root)
			continue;
		check_node(&scan, file.doc[i].root, 1);
		struct object *o = decode("f", file.doc[i].root, &objects, &fs);
		must(o ? o->meta.name.s != NULL && o->kind != KIND_NONE :
			 fs.n_level[LEVEL_ERROR] > errors || findings_full(&fs, "f"));
	}
	check_findings(&scan, &fs);
	arena_release(&mem);
	arena_release(&objects);
	arena_release(&texts);
	return 0;
}
