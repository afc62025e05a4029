/* test_kb_words.c: forms of one word are the same word, others are not */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_words.h"
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

static struct kb_word word(const char *text)
{
	struct kb_words words = kb_words_make(pool, str_of(text), 3);

	CU_ASSERT_EQUAL_FATAL(words.n, 1);
	return words.items[0];
}

static void forms_of_a_word_are_the_same(void)
{
	static const char *const pairs[][2] = {
		/* German */
		{ "Lieferung", "geliefert" },
		{ "liefern", "Lieferungen" },
		{ "geöffnet", "öffnen" },
		{ "Öffnungszeiten", "OEFFNUNGSZEIT" },
		{ "Überweisung", "ueberweisen" },
		{ "Strauß", "Sträuße" },
		{ "STRAUSS", "Straußes" },
		{ "Blume", "Blumen" },
		{ "Preis", "Preise" },
		{ "Häuser", "Hauses" },
		{ "Konto", "Konten" },
		{ "bezahlt", "Bezahlung" },
		{ "gebucht", "buchen" },
		{ "kostenlos", "kostenlose" },
		/* English */
		{ "deliveries", "deliver" },
		{ "delivery", "delivered" },
		{ "opening", "opens" },
		{ "prices", "pricing" },
		{ "orders", "ordering" },
		{ "payment", "pay" },
		{ "café", "cafe" },
		{ "customer's", "customers" },
		/* Swahili */
		{ "mnafungua", "kufungua" },
		{ "limefungwa", "kufungwa" },
		{ "imepotea", "iliyopotea" },
		{ "ninalipa", "malipo" },
		{ "wateja", "mteja" },
		{ "vitabu", "kitabu" },
		{ "mikopo", "mkopo" },
		{ "dukani", "duka" },
		{ "mnalipaje", "lipa" },
	};

	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct kb_word a = word(pairs[i][0]), b = word(pairs[i][1]);

		if (!unit_case(str_eq(a.stem, b.stem), i, pairs[i][0]))
			printf("     %.*s, %.*s\n", STR_ARG(a.stem),
			    STR_ARG(b.stem));
		CU_ASSERT(str_eq(a.stem, b.stem));
		CU_ASSERT(kb_word_fits(&a, &b) == 1);
	}
}

static void other_words_stay_apart(void)
{
	static const char *const pairs[][2] = {
		{ "fungua", "funga" },
		{ "Rose", "Reise" },
		{ "Karte", "Kasse" },
		{ "open", "pen" },
		{ "account", "accident" },
		{ "10", "100" },
		{ "дом", "дым" },
	};

	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct kb_word a = word(pairs[i][0]), b = word(pairs[i][1]);

		CU_ASSERT(unit_case(!str_eq(a.stem, b.stem), i, pairs[i][0]));
	}
}

static void compounds_fit_their_parts(void)
{
	static const struct {
		const char *asked, *said;
		bool fits;
	} cases[] = {
		{ "Liefern", "Lieferkosten", true },
		{ "Kosten", "Lieferkosten", true },
		{ "Lieferkosten", "Kosten", true },
		{ "Lieferkosten", "liefern", true },
		{ "Rollstuhl", "Rollstuhlfahrer", true },
		{ "tag", "Tagesgeld", false }, /* too short to say anything */
		{ "Ofen", "Lieferkosten", false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct kb_word asked = word(cases[i].asked);
		struct kb_word said = word(cases[i].said);
		double fits = kb_word_fits(&asked, &said);

		CU_ASSERT(unit_case((fits > 0 && fits < 1) == cases[i].fits, i,
		    cases[i].asked));
	}
}

static void words_of_any_text_are_small(void)
{
	static const char *const small[] = { "und", "für", "fuer", "über",
		"the", "Don't", "kwa", "tafadhali", "Wieviel" };

	for (size_t i = 0; i < COUNT_OF(small); i++)
		CU_ASSERT(unit_case(word(small[i]).is_small, i, small[i]));
	CU_ASSERT(!word("Blume").is_small);
}

static struct str put(struct id workspace, const char *text, bool is_query)
{
	struct kb_words words = kb_words_make(pool, str_of(text), 50);
	struct str out;
	struct buf b;

	buf_init(&b, 0);
	if (is_query)
		kb_words_put_query(&b, workspace, &words);
	else
		kb_words_put_index(&b, workspace, &words);
	out = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return out;
}

static void each_workspace_has_words_of_its_own(void)
{
	struct id a = { { 1 } }, b = { { 1 } };

	b.b[15] = 1;
	CU_ASSERT(unit_same(put(a, "The rose, 5 roses", false),
	    "aaaaaaaaros aaaaaaaa5 "
	    "aaaaaaaaros"));
	CU_ASSERT(unit_same(put(b, "rose", false), "aaaaaaabros"));
	CU_ASSERT(unit_same(put(a, "the and", true), ""));
	/* a part of a word is found by its beginning, or its end */
	CU_ASSERT(unit_same(put(a, "Gutschein Rose", true),
	    "aaaaaaaagutschein* aaaaaaaaguts aaaaaaaachein aaaaaaaagutsc "
	    "aaaaaaaahein aaaaaaaagutsch aaaaaaaaros"));
	CU_ASSERT(unit_same(put(a, "Gutschein", false),
	    "aaaaaaaagutschein aaaaaaaachein aaaaaaaahein"));
}

static void any_bytes_give_words(void)
{
	char all[512];
	struct kb_words words;

	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)(i * 7);
	words = kb_words_make(pool, str_make(all, sizeof(all)), 1000);
	for (size_t i = 0; i < words.n; i++)
		CU_ASSERT(words.items[i].stem.n > 0);
	words = kb_words_make(pool, STR("a b c d"), 2);
	CU_ASSERT_EQUAL(words.n, 2);
	/* a very long word is cut */
	memset(all, 'x', sizeof(all));
	words = kb_words_make(pool, str_make(all, sizeof(all)), 10);
	CU_ASSERT_EQUAL(words.n, 1);
	CU_ASSERT_EQUAL(words.items[0].n, KB_STEM_MAX);
}

static CU_TestInfo tests[] = {
	{ "forms of a word are the same", forms_of_a_word_are_the_same },
	{ "other words stay apart", other_words_stay_apart },
	{ "compounds fit their parts", compounds_fit_their_parts },
	{ "words of any text are small", words_of_any_text_are_small },
	{ "each workspace has words of its own",
	    each_workspace_has_words_of_its_own },
	{ "any bytes give words", any_bytes_give_words },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_kb_words = { "kb_words", setup, teardown, NULL, NULL,
	tests };
