/* fuzz_html.c: pages and Markdown: text, passages, words; nothing is too odd */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/kb_charset.h"
#include "bot/kb_html.h"
#include "bot/kb_markdown.h"
#include "bot/kb_rank.h"
#include "bot/kb_split.h"
#include "tests/fuzz/drive.h"

static void check_doc(struct pool *pool, const struct kb_doc *doc)
{
	struct kb_chunks chunks;
	struct kb_passages found;
	struct kb_words words;

	MUST(valid_utf8(doc->title));
	for (size_t i = 0; i < doc->n; i++) {
		MUST(doc->items[i].level <= 6);
		MUST(doc->items[i].text.n > 0);
		MUST(valid_text(doc->items[i].text, false));
	}
	if (kb_split(pool, doc, doc->title, ID_NONE, &chunks, NULL) != ERR_OK)
		return;
	MUST(chunks.n > 0 && chunks.n <= KB_CHUNKS_MAX);
	for (size_t i = 0; i < chunks.n; i++) {
		const struct kb_chunk *c = &chunks.items[i];

		MUST(c->body.n > 0 && valid_utf8(c->body));
		MUST(valid_utf8_count(c->body) <= KB_CHUNK_MAX);
		MUST(valid_utf8_count(c->heading) <= KB_HEADING_MAX);
		MUST(c->words.n < 65536);
	}
	/* what a passage begins with finds something, or nothing; no more */
	words = kb_words_make(pool, str_head(chunks.items[0].body, 100), 20);
	kb_rank(pool, &words, &chunks, chunks.n, 3, &found);
	MUST(found.n <= 3);
	for (size_t i = 0; i < found.n; i++) {
		MUST(valid_utf8(found.items[i].text));
		MUST(found.items[i].score >= KB_GOOD &&
		     found.items[i].score <= 1);
	}
}

/* A Content-Type, and behind the first NUL the page; without one it is all
 * page. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str page = str_make((const char *)data, n), type = STR_EMPTY;
	struct pool *pool = pool_new();
	struct kb_doc doc;

	if (memchr(data, '\0', n) != NULL)
		(void)str_split(&page, '\0', &type);
	kb_doc_init(&doc, pool);
	if (kb_html_read(kb_charset_read(pool, page, type, true), &doc, NULL) ==
	    ERR_OK)
		check_doc(pool, &doc);
	kb_doc_init(&doc, pool);
	if (kb_markdown_read(
		kb_charset_read(pool, page, type, false), &doc, NULL) == ERR_OK)
		check_doc(pool, &doc);
	pool_free(&pool);
	return 0;
}
