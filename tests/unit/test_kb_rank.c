/* test_kb_rank.c: which passages answer a question, and which none does */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_html.h"
#include "bot/kb_markdown.h"
#include "bot/kb_rank.h"
#include "bot/kb_split.h"
#include "tests/fake/corpus.h"
#include "unit.h"

static struct pool *pool;

static int setup(void)
{
	pool = pool_new();
	return 0;
}

static int teardown(void)
{
	pool_free(&pool);
	return 0;
}

/* All passages of a language; the file's name as the title. */
static struct kb_chunks read_chunks(const struct corpus *c)
{
	struct kb_chunks all = { .n = 0 }, one;
	struct kb_doc doc;
	enum err_code code;

	all.items = pool_alloc(pool, KB_CHUNKS_MAX * sizeof(*all.items));
	for (size_t i = 0; i < c->n_files; i++) {
		const struct corpus_file *f = &c->files[i];

		kb_doc_init(&doc, pool);
		code = f->is_html ? kb_html_read(f->content, &doc, NULL)
				  : kb_markdown_read(f->content, &doc, NULL);
		CU_ASSERT_EQUAL_FATAL(code, ERR_OK);
		code = kb_split(pool, &doc, STR("FAQ"), ID_NONE, &one, NULL);
		CU_ASSERT_EQUAL_FATAL(code, ERR_OK);
		for (size_t k = 0; k < one.n; k++) {
			all.items[all.n] = one.items[k];
			all.items[all.n].source_id.b[0] = (uint8_t)i;
			all.items[all.n].part = k;
			all.items[all.n++].url = f->name;
		}
	}
	return all;
}

static struct kb_passages ask(
    const struct kb_chunks *chunks, struct str question)
{
	struct kb_words words = kb_words_make(pool, question, 100);
	struct kb_passages found;

	kb_rank(pool, &words, chunks, chunks->n, 3, &found);
	return found;
}

static void try_language(const char *language)
{
	struct corpus c;
	struct kb_chunks chunks;
	size_t asked = 0, hits = 0, strange = 0, wrong = 0;

	corpus_read(pool, language, &c);
	chunks = read_chunks(&c);
	CU_ASSERT(chunks.n >= 15);
	for (size_t i = 0; i < c.n_questions; i++) {
		const struct corpus_question *q = &c.questions[i];
		struct kb_passages found = ask(&chunks, q->text);
		bool is_none = str_eq(q->file, STR("-")), hit;

		if (is_none) {
			strange++;
			wrong += found.n > 0;
			hit = found.n == 0;
		} else {
			asked++;
			hit = found.n > 0 &&
			      str_eq(found.items[0].url, q->file) &&
			      str_search(found.items[0].heading, q->heading) <
				  found.items[0].heading.n;
			hits += hit;
		}
		if (!hit && !is_none)
			printf("\n     not found: %.*s", STR_ARG(q->text));
		else if (!hit)
			printf("\n     found: %.*s", STR_ARG(q->text));
	}
	CU_ASSERT(asked >= 25);
	CU_ASSERT(strange >= 10);
	CU_ASSERT(hits * 100 >= asked * 85);
	CU_ASSERT_EQUAL(wrong, 0);
}

static void questions_find_their_passage(void)
{
	try_language("de");
	try_language("en");
	try_language("sw");
}

static struct kb_chunk chunk(const char *heading, const char *body)
{
	struct kb_chunk c = { .title = STR("FAQ"),
		.heading = str_of(heading),
		.body = str_of(body) };

	return c;
}

static void the_sentences_that_answer_are_quoted(void)
{
	struct kb_chunk items[2];
	struct kb_chunks chunks = { 2, items };
	struct kb_passages found;
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < 12; i++)
		buf_printf(&b, "Here is some other matter, number %d. ", i);
	buf_puts(&b, "The tulips cost 5 dollars. They are yellow. ");
	for (int i = 0; i < 12; i++)
		buf_printf(&b, "Here is some other matter, number %d. ", i);
	items[0] = chunk("Prices", buf_str(&b).p);
	items[1] = chunk("Short", "All of a short passage. Roses cost more.");
	found = ask(&chunks, STR("What do the tulips cost?"));
	CU_ASSERT_FATAL(found.n >= 1);
	CU_ASSERT(unit_same(found.items[0].heading, "Prices"));
	CU_ASSERT(found.items[0].text.n <= KB_WINDOW_MAX);
	CU_ASSERT(
	    str_search(found.items[0].text, STR("The tulips cost 5 dollars.")) <
	    found.items[0].text.n);
	CU_ASSERT(str_starts(found.items[0].text, STR("Here")) ||
		  str_starts(found.items[0].text, STR("The")));
	found = ask(&chunks, STR("What do the roses cost?"));
	CU_ASSERT_FATAL(found.n >= 1);
	CU_ASSERT(unit_same(
	    found.items[0].text, "All of a short passage. Roses cost more."));
	buf_fini(&b);
}

static void equals_stand_in_their_order(void)
{
	struct kb_chunk items[3];
	struct kb_chunks chunks = { 3, items };
	struct kb_passages found;

	for (size_t i = 0; i < 3; i++) {
		items[i] = chunk("Tulips", "Tulips are flowers.");
		items[i].source_id.b[0] = (uint8_t)(9 - i / 2);
		items[i].part = i;
	}
	found = ask(&chunks, STR("tulips"));
	CU_ASSERT_EQUAL_FATAL(found.n, 3);
	CU_ASSERT_EQUAL(found.items[0].source_id.b[0], 8);
	CU_ASSERT(found.items[0].score <= 1 && found.items[0].score > 0.9);
	/* nothing was asked, and nothing is there */
	CU_ASSERT_EQUAL(ask(&chunks, STR("what is the")).n, 0);
	CU_ASSERT_EQUAL(ask(&chunks, STR_EMPTY).n, 0);
	chunks.n = 0;
	CU_ASSERT_EQUAL(ask(&chunks, STR("tulips")).n, 0);
}

static CU_TestInfo tests[] = {
	{ "questions find their passage, strange ones nothing",
	    questions_find_their_passage },
	{ "the sentences that answer are quoted",
	    the_sentences_that_answer_are_quoted },
	{ "equals stand in their order", equals_stand_in_their_order },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_kb_rank = { "kb_rank", setup, teardown, NULL, NULL, tests };
