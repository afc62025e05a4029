/* kb_markdown.c: the text of Markdown (the only user of cmark) */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_markdown.h"

#include <cmark.h>

#include "bot/kb_html.h"

struct reading {
	struct kb_doc *doc;
	struct buf line;
	struct buf html; /* blocks that stand one behind the other */
	bool is_item;
	struct err *err;
};

static bool is_rule(struct str row)
{
	bool has_bar = false, has_dash = false;

	for (size_t i = 0; i < row.n; i++) {
		has_bar = has_bar || row.p[i] == '|';
		has_dash = has_dash || row.p[i] == '-';
		if (strchr("|-: \t", row.p[i]) == NULL)
			return false;
	}
	return has_bar && has_dash;
}

/* A row of a table, whose bars stay between the cells. */
static void add_row(struct kb_doc *doc, struct str row)
{
	row = str_trim(row);
	if (str_starts(row, STR("|")))
		row = str_from(row, 1);
	if (str_ends(row, STR("|")))
		row = str_head(row, row.n - 1);
	kb_doc_add(doc, 0, row);
}

static bool add_table(struct kb_doc *doc, struct str text)
{
	struct str rest = text, row;

	if (!str_split(&rest, '\n', &row) || str_index(row, '|') == row.n ||
	    !str_split(&rest, '\n', &row) || !is_rule(row))
		return false;
	rest = text;
	for (size_t i = 0; str_split(&rest, '\n', &row); i++) {
		if (i != 1)
			add_row(doc, row);
	}
	return true;
}

static void add_paragraph(struct reading *r)
{
	struct str text = str_trim(buf_str(&r->line));

	if (r->is_item && text.n > 0)
		kb_doc_add(r->doc, 0,
		    str_of(pool_printf(r->doc->pool, "- %.*s", STR_ARG(text))));
	else if (!add_table(r->doc, text))
		kb_doc_add(r->doc, 0, text);
	if (text.n > 0)
		r->is_item = false;
	buf_clear(&r->line);
}

static void add_code(struct reading *r, struct str text)
{
	struct str row;

	while (str_split(&text, '\n', &row))
		kb_doc_add(r->doc, 0, row);
}

static enum err_code end_html(struct reading *r)
{
	struct str title = r->doc->title;
	enum err_code code = ERR_OK;

	if (r->html.n > 0)
		code = kb_html_read(buf_str(&r->html), r->doc, r->err);
	r->doc->title = title;
	buf_clear(&r->html);
	return code;
}

static void on_inline(struct reading *r, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
	case CMARK_NODE_CODE:
		buf_puts(&r->line, cmark_node_get_literal(node));
		break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		buf_byte(&r->line, '\n');
		break;
	default:
		break;
	}
}

static enum err_code on_node(struct reading *r, cmark_node *node, bool is_start)
{
	enum err_code code = ERR_OK;

	if (is_start && r->html.n > 0 &&
	    cmark_node_get_type(node) != CMARK_NODE_HTML_BLOCK)
		code = end_html(r);
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_HEADING:
		if (!is_start)
			kb_doc_add(r->doc,
			    (unsigned)cmark_node_get_heading_level(node),
			    buf_str(&r->line));
		buf_clear(&r->line);
		break;
	case CMARK_NODE_PARAGRAPH:
		if (!is_start)
			add_paragraph(r);
		break;
	case CMARK_NODE_ITEM:
		r->is_item = is_start;
		break;
	case CMARK_NODE_CODE_BLOCK:
		add_code(r, str_of(cmark_node_get_literal(node)));
		break;
	case CMARK_NODE_HTML_BLOCK:
		buf_puts(&r->html, cmark_node_get_literal(node));
		break;
	default:
		if (is_start)
			on_inline(r, node);
		break;
	}
	return code;
}

enum err_code kb_markdown_read(
    struct str text, struct kb_doc *doc, struct err *err)
{
	struct reading r = { .doc = doc, .err = err };
	enum err_code code = ERR_OK;
	cmark_event_type event;
	cmark_iter *iter;
	cmark_node *root;

	buf_init(&r.line, 0);
	buf_init(&r.html, 0);
	root = cmark_parse_document(
	    text.n > 0 ? text.p : "", text.n, CMARK_OPT_VALIDATE_UTF8);
	iter = cmark_iter_new(root);
	while (code == ERR_OK &&
	       (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		code = on_node(
		    &r, cmark_iter_get_node(iter), event == CMARK_EVENT_ENTER);
	if (code == ERR_OK)
		code = end_html(&r);
	cmark_iter_free(iter);
	cmark_node_free(root);
	buf_fini(&r.html);
	buf_fini(&r.line);
	return code;
}
