/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree builder over libyaml's events, the only file that knows libyaml. One parser reads
 * document after document; where one is broken the next parser starts at the next line "---".
 * The loader of libyaml is not used: it expands aliases and takes quadratic time for anchors.
 */
#include "schema/yaml/doc.h"

#include <string.h>
#include <yaml.h>

#include "schema/base/text.h"
#include "schema/yaml/check.h"
#include "schema/yaml/comment.h"
#include "schema/yaml/map.h"
#include "schema/yaml/problem.h"
#include "schema/yaml/scan.h"

/* A map or sequence whose end is still to come. */
struct open {
	struct node *node;
	size_t first; /* its first child on the stack */
	struct span start;
	bool is_flow;    /* in brackets or braces */
	bool is_bad_key; /* stands where a key belongs */
};

struct builder {
	struct yaml_scan scan;
	const char *path;
	struct arena *mem;
	struct findings *fs;
	struct yaml_file *out;
	size_t cap_doc;
	bool has_hash;     /* "#" occurs: what stands behind quotes has to be looked at */
	bool has_question; /* "?" occurs: keys have to be looked at */
	size_t next_comment;

	yaml_parser_t parser;
	uint32_t line0; /* lines before the bytes that the parser reads */
	size_t part;    /* the part that the parser is in */

	/* The document that is being read. */
	bool in_doc;
	bool spoilt; /* it parses, but its tree would not say what the user wrote */
	size_t n_node;
	struct node **stack; /* children of the open nodes; keys and values by turns in a map */
	size_t n_stack, cap_stack;
	struct open open[YAML_DEPTH_MAX];
	unsigned depth;
	const struct node *last; /* the scalar that was read last; NULL: none */
	struct node **unmarked;  /* the documents behind it for want of a "---" */
	size_t n_unmarked, cap_unmarked;
};

static struct span span_from(const struct builder *b, yaml_mark_t from, yaml_mark_t to)
{
	return (struct span){
		.line = b->line0 + (uint32_t)from.line + 1,
		.col = (uint32_t)from.column + 1,
		.end_line = b->line0 + (uint32_t)to.line + 1,
		.end_col = (uint32_t)to.column + 1,
	};
}

/* libyaml ends a block scalar where the next token starts: go back to its last text. */
static struct span trim_block(const struct builder *b, struct span at)
{
	size_t len = 0;

	if (at.end_col > 1)
		return at;
	while (at.end_line > at.line) {
		const char *line = yaml_scan_line(&b->scan, --at.end_line, &len);
		at.end_col = yaml_columns(line, len) + 1;
		if (len)
			break;
	}
	return at;
}

static void push(struct builder *b, struct node *n)
{
	if (b->n_stack < b->cap_stack) {
		b->stack[b->n_stack++] = n;
		return;
	}
	*(struct node **)arena_push(b->mem, &b->stack, &b->n_stack, &b->cap_stack, sizeof(n)) = n;
}

static bool wants_key(const struct builder *b)
{
	if (!b->depth)
		return false;
	const struct open *o = &b->open[b->depth - 1];
	return o->node->type == NODE_MAP && (b->n_stack - o->first) % 2 == 0;
}

static struct finding *tell(struct builder *b, enum rule_code rule, struct span at,
			    const char *text)
{
	return finding_add(b->fs, rule, b->path, at, "%s", text);
}

/* False when the document or the file has too many nodes. */
static bool count_node(struct builder *b, struct span at)
{
	b->out->work.nodes++;
	if (++b->n_node > YAML_NODES_MAX) {
		finding_add(b->fs, RULE_TOO_DEEP, b->path, at,
			    "the document holds more than %d values; split it", YAML_NODES_MAX);
		return false;
	}
	if (b->out->work.nodes > YAML_FILE_NODES_MAX) {
		finding_add(b->fs, RULE_TOO_DEEP, b->path, at,
			    "the file holds more than %d values; split it", YAML_FILE_NODES_MAX);
		return false;
	}
	return true;
}

static bool take_alias(struct builder *b, const yaml_event_t *e)
{
	struct span at = span_from(b, e->start_mark, e->end_mark);

	finding_add(b->fs, RULE_ANCHOR, b->path, at,
		    "*%.60s is an alias, which is not allowed; write the value out, or put a "
		    "text that starts with * in quotes",
		    (const char *)e->data.alias.anchor);
	b->spoilt = true;
	if (!count_node(b, at))
		return false;
	struct node *n = arena_alloc(b->mem, sizeof(*n));
	n->text = "";
	n->span = at;
	push(b, n);
	return true;
}

/* `{name:acme}` is a key "name:acme" without a value. */
static void check_glued_pair(struct builder *b)
{
	const struct node *key = b->stack[b->n_stack - 1];

	if (!key || key->quoted || !memchr(key->text, ':', key->len) ||
	    !yaml_tell_spelling(b->path, key->text, key->len, key->span, b->fs))
		return;
	b->stack[b->n_stack - 1] = NULL;
}

/* A missing value has no width: what can be shown is its key, or the dash of its item. */
static void place_missing(struct builder *b, struct node *n)
{
	if (!b->depth)
		return;
	n->commented = b->has_hash && yaml_check_glued_comment(&b->scan, n->span);
	if (b->open[b->depth - 1].node->type != NODE_MAP) {
		n->span.col -= n->span.col > 1;
		return;
	}
	if (b->stack[b->n_stack - 1])
		n->span = b->stack[b->n_stack - 1]->span;
	check_glued_pair(b);
}

static void check_escapes(struct builder *b, const struct node *n)
{
	if (yaml_check_escapes(b->path, n, b->scan.part[b->part].invisible, b->fs))
		b->spoilt = true;
}

static bool take_scalar(struct builder *b, const yaml_event_t *e)
{
	size_t len = e->data.scalar.length;
	yaml_scalar_style_t style = e->data.scalar.style;
	/* One allocation for both: texts are short, and there are many. */
	struct node *n = arena_alloc(b->mem, sizeof(*n) + len + 1);
	char *text = (char *)(n + 1);

	memcpy(text, e->data.scalar.value, len);
	n->text = text;
	n->len = (uint32_t)len;
	n->quoted = style != YAML_PLAIN_SCALAR_STYLE;
	n->missing = !n->quoted && !len;
	n->span = span_from(b, e->start_mark, e->end_mark);
	b->last = n;
	bool is_block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
	if (is_block)
		n->span = trim_block(b, n->span);
	if (n->quoted && b->next_comment < b->out->n_comment)
		yaml_reject_comments(b->out, n, is_block, &b->next_comment);
	if (!count_node(b, n->span))
		return false;
	if (e->data.scalar.anchor || e->data.scalar.tag)
		yaml_check_properties(&b->scan, e->data.scalar.anchor, e->data.scalar.tag, n->span,
				      b->fs);
	if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		check_escapes(b, n);
	if (b->has_hash &&
	    (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE || style == YAML_SINGLE_QUOTED_SCALAR_STYLE))
		yaml_check_comment(&b->scan, n->span, b->fs);
	if (!wants_key(b)) {
		if (b->has_hash && style == YAML_PLAIN_SCALAR_STYLE && len)
			yaml_check_cut(&b->scan, n, b->fs);
		if (n->missing)
			place_missing(b, n);
		push(b, n);
	} else if (yaml_check_key(&b->scan, n, b->has_question, b->open[b->depth - 1].is_flow,
				  b->fs)) {
		push(b, n);
	} else {
		push(b, NULL); /* a key that is told leaves a hole, and its pair is dropped */
	}
	return true;
}

static bool take_start(struct builder *b, const yaml_event_t *e, enum node_type type,
		       const yaml_char_t *anchor, const yaml_char_t *tag)
{
	struct span at = span_from(b, e->start_mark, e->end_mark);

	if (anchor || tag)
		yaml_check_properties(&b->scan, anchor, tag, at, b->fs);
	if (!count_node(b, at))
		return false;
	if (b->depth == YAML_DEPTH_MAX) {
		finding_add(b->fs, RULE_TOO_DEEP, b->path, at,
			    "the document is nested more than %d levels deep", YAML_DEPTH_MAX);
		return false;
	}
	bool bad = wants_key(b);
	if (bad)
		tell(
		    b, RULE_COMPLEX_KEY, at,
		    "a key is a plain word, not a list or a mapping; put a text that starts with { "
		    "or [ in quotes");
	struct node *n = arena_alloc(b->mem, sizeof(*n));
	n->type = type;
	b->open[b->depth++] = (struct open){
		.node = n,
		.first = b->n_stack,
		.start = at,
		.is_flow = type == NODE_MAP
			       ? e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
			       : e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
		.is_bad_key = bad,
	};
	return true;
}

/* Pairs behind a missing "---" become documents of their own; returns how many are before. */
static uint32_t split_documents(struct builder *b, struct node **pair, uint32_t n)
{
	uint32_t first = yaml_document_end(pair, n), count;

	for (uint32_t at = first; at < n; at += count) {
		if (b->out->n_doc + b->n_unmarked >= YAML_DOCUMENTS_MAX) {
			tell(b, RULE_FILE_TOO_LARGE, pair[2 * at]->span,
			     "the file has more documents than are read; split it");
			b->out->broken = true;
			break;
		}
		struct node *map = arena_alloc(b->mem, sizeof(*map));
		count = yaml_document_end(pair + 2 * at, n - at);
		yaml_tell_unmarked(&b->scan, pair[2 * at], b->fs);
		yaml_make_map(b->path, map, pair + 2 * at, count, b->mem, b->fs);
		*(struct node **)arena_push(b->mem, &b->unmarked, &b->n_unmarked, &b->cap_unmarked,
					    sizeof(map)) = map;
	}
	return first;
}

static void take_end(struct builder *b, const yaml_event_t *e)
{
	struct open *o = &b->open[b->depth - 1];
	struct node *n = o->node, **child = b->stack + o->first;
	uint32_t slots = (uint32_t)(b->n_stack - o->first);

	n->span = o->start;
	if (n->type == NODE_MAP) {
		bool is_root = b->depth == 1;
		n->in_braces = o->is_flow;
		slots = is_root ? split_documents(b, child, slots / 2) : slots / 2;
		yaml_make_map(b->path, n, child, slots, b->mem, b->fs);
	} else if (slots) {
		n->n = slots;
		n->span = child[0]->span;
		n->item = arena_array(b->mem, slots, sizeof(*child));
		memcpy(n->item, child, slots * sizeof(*child));
	}
	if (!n->n && b->line0 + e->end_mark.line + 1 == o->start.line)
		n->span.end_col = (uint32_t)e->end_mark.column + 1;
	b->n_stack = o->first;
	b->depth--;
	push(b, o->is_bad_key ? NULL : n);
}

static struct yaml_doc *add_document(struct builder *b, uint32_t line)
{
	struct yaml_doc *d =
	    arena_push(b->mem, &b->out->doc, &b->out->n_doc, &b->cap_doc, sizeof(*d));

	d->line = line;
	return d;
}

/* Moves to the part that holds the line. */
static void enter_line(struct builder *b, uint32_t line)
{
	while (b->part + 1 < b->scan.n_part && b->scan.part[b->part + 1].line <= line)
		b->part++;
}

static void start_document(struct builder *b, const yaml_event_t *e)
{
	uint32_t line = b->line0 + (uint32_t)e->start_mark.line + 1;

	enter_line(b, line);
	add_document(b, line);
	b->in_doc = true;
	b->spoilt = false;
	b->n_node = 0;
	b->n_stack = 0;
	b->depth = 0;
	b->last = NULL;
	b->n_unmarked = 0;
}

static void end_document(struct builder *b)
{
	struct yaml_doc *d = &b->out->doc[b->out->n_doc - 1];
	struct node *root = b->stack[0];

	b->in_doc = false;
	if (b->spoilt) {
		b->out->broken = true;
	} else if (root->missing) {
		tell(b, RULE_EMPTY_DOCUMENT, (struct span){ d->line, 1, d->line, 4 },
		     "this document is empty; remove its \"---\"");
	} else if (root->type == NODE_SCALAR && !root->quoted &&
		   yaml_tell_spelling(b->path, root->text, root->len, root->span, b->fs)) {
		b->out->broken = true;
	} else {
		d->root = root;
		for (size_t i = 0; i < b->n_unmarked; i++)
			add_document(b, b->unmarked[i]->span.line)->root = b->unmarked[i];
	}
}

/* False when the rest of the document can not be read. */
static bool take(struct builder *b, const yaml_event_t *e)
{
	b->out->work.events++;
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		start_document(b, e);
		return true;
	case YAML_DOCUMENT_END_EVENT:
		end_document(b);
		return true;
	case YAML_ALIAS_EVENT:
		return take_alias(b, e);
	case YAML_SCALAR_EVENT:
		return take_scalar(b, e);
	case YAML_SEQUENCE_START_EVENT:
		return take_start(b, e, NODE_SEQ, e->data.sequence_start.anchor,
				  e->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return take_start(b, e, NODE_MAP, e->data.mapping_start.anchor,
				  e->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		take_end(b, e);
		return true;
	default:
		return true;
	}
}

static void tell_parser_error(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	struct yaml_problem told = { .problem = p->problem, .context = p->context };

	if (p->error == YAML_MEMORY_ERROR)
		out_of_memory();
	told.line = b->line0 + (uint32_t)p->problem_mark.line + 1;
	told.col = (uint32_t)p->problem_mark.column + 1;
	if (p->context) {
		told.context_line = b->line0 + (uint32_t)p->context_mark.line + 1;
		told.context_col = (uint32_t)p->context_mark.column + 1;
	}
	if (b->in_doc && b->depth && text_eq(p->context, "while parsing a flow node")) {
		told.context_line = b->open[b->depth - 1].start.line;
		told.context_col = b->open[b->depth - 1].start.col;
	}
	told.in_flow = b->in_doc && b->depth && b->open[b->depth - 1].is_flow;
	if (b->in_doc && b->last && b->last->quoted)
		told.text = b->last->span;
	if (!b->in_doc)
		enter_line(b, told.line);
	yaml_tell_problem(&b->scan, &told, b->fs);
}

/* Reads events up to the end or the first thing that can not be read; true at the end. */
static bool read_events(struct builder *b)
{
	yaml_event_t e;

	for (;;) {
		if (!yaml_parser_parse(&b->parser, &e)) {
			tell_parser_error(b);
			return false;
		}
		bool readable = take(b, &e), ended = e.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&e);
		if (ended || !readable)
			return readable;
		if (findings_full(b->fs, b->path))
			return false;
	}
}

/* Counts the document that could not be read to its end. */
static void lose_document(struct builder *b)
{
	uint32_t line = b->scan.part[b->part].line;
	size_t n = b->out->n_doc;

	b->out->broken = true;
	if (!b->in_doc && (n == 0 || b->out->doc[n - 1].line < line))
		add_document(b, line);
	b->in_doc = false;
}

/* Reads the parts from `first` to before `last`; returns the part to go on with. */
static size_t read_parts(struct builder *b, size_t first, size_t last)
{
	const struct yaml_scan *s = &b->scan;
	size_t from = s->line[s->part[first].line - 1];
	size_t to = last < s->n_part ? s->line[s->part[last].line - 1] : s->len;

	if (!yaml_parser_initialize(&b->parser))
		out_of_memory();
	b->out->work.parsers++;
	yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b->parser, (const unsigned char *)s->bytes + from, to - from);
	b->line0 = s->part[first].line - 1;
	b->part = first;
	bool complete = read_events(b);
	yaml_parser_delete(&b->parser);
	if (complete)
		return last;
	lose_document(b);
	return b->part + 1;
}

/* True when nothing more is to be read: too much was found, or the file is too full. */
static bool is_over(const struct builder *b)
{
	return findings_full(b->fs, b->path) || b->out->work.nodes > YAML_FILE_NODES_MAX;
}

void yaml_parse(const char *path, const char *bytes, size_t len, struct arena *mem,
		struct findings *fs, struct yaml_file *out)
{
	struct builder b = { .path = path, .mem = mem, .fs = fs, .out = out };

	*out = (struct yaml_file){ .path = path };
	yaml_scan(path, bytes, len, mem, fs, &b.scan);
	if (b.scan.refused) {
		out->broken = true;
		return;
	}
	const struct yaml_part *part = b.scan.part;
	b.cap_stack = 64;
	b.stack = arena_array(mem, b.cap_stack, sizeof(*b.stack));
	b.has_hash = memchr(b.scan.bytes, '#', b.scan.len);
	b.has_question = memchr(b.scan.bytes, '?', b.scan.len);
	yaml_find_comments(&b.scan, mem, out);
	for (size_t i = 0; i < b.scan.n_part && !is_over(&b);) {
		size_t last = i;
		while (last < b.scan.n_part && !part[last].unreadable)
			last++;
		if (last > i) {
			i = read_parts(&b, i, last);
			continue;
		}
		add_document(&b, part[i++].line);
		out->broken = true;
	}
	out->broken |= is_over(&b);
	yaml_keep_comments(out);
	if (!out->n_doc && !out->broken)
		tell(&b, RULE_EMPTY_DOCUMENT, (struct span){ 0 }, "the file holds no document");
}
