/* kb_doc.c: a text as headings and paragraphs, whatever it was written in */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_doc.h"

#include "base/valid.h"

void kb_doc_init(struct kb_doc *doc, struct pool *pool)
{
	*doc = (struct kb_doc){ .pool = pool };
}

/* Blanks of all kinds, also those that nobody sees. */
static bool is_blank(struct str c)
{
	static const char *const blanks[] = { "\xC2\xA0", "\xE2\x80\x8B",
		"\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE3\x80\x80",
		"\xEF\xBB\xBF" };

	if (c.n == 1)
		return (unsigned char)*c.p <= ' ' || *c.p == 0x7f;
	if (c.n == 2 && c.p[0] == '\xC2' && (unsigned char)c.p[1] < 0xA0)
		return true;
	for (size_t i = 0; i < COUNT_OF(blanks); i++) {
		if (str_eq(c, str_of(blanks[i])))
			return true;
	}
	return false;
}

struct str kb_doc_line(struct pool *pool, struct str text)
{
	bool ok, is_open = false;
	struct str out, c;
	struct buf b;

	buf_init(&b, 0);
	while (text.n > 0) {
		c = str_head(text, valid_utf8_char(text, &ok));
		text = str_from(text, c.n);
		/* soft hyphens, and what readers put for bytes that are
		 * nothing */
		if (!ok || str_eq(c, STR("\xC2\xAD")) ||
		    str_eq(c, STR("\xEF\xBF\xBD")))
			continue;
		if (is_blank(c)) {
			is_open = b.n > 0;
			continue;
		}
		if (is_open)
			buf_byte(&b, ' ');
		is_open = false;
		buf_put(&b, c);
	}
	out = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return out;
}

void kb_doc_add(struct kb_doc *doc, unsigned level, struct str text)
{
	struct kb_block *items;

	text = kb_doc_line(doc->pool, text);
	if (text.n == 0)
		return;
	if (doc->n == KB_BLOCKS_MAX) {
		doc->is_cut = true;
		return;
	}
	if (doc->n == doc->cap) {
		doc->cap = doc->cap == 0 ? 32 : doc->cap * 2;
		items = pool_alloc(doc->pool, doc->cap * sizeof(*items));
		if (doc->n > 0)
			memcpy(items, doc->items, doc->n * sizeof(*items));
		doc->items = items;
	}
	doc->items[doc->n++] = (struct kb_block){ level, text };
}

struct str kb_doc_text(const struct kb_doc *doc)
{
	struct str out;
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < doc->n; i++) {
		if (i > 0)
			buf_puts(&b, "\n\n");
		for (unsigned k = 0; k < doc->items[i].level; k++)
			buf_byte(&b, '#');
		if (doc->items[i].level > 0)
			buf_byte(&b, ' ');
		buf_put(&b, doc->items[i].text);
	}
	out = str_copy(doc->pool, buf_str(&b));
	buf_fini(&b);
	return out;
}
