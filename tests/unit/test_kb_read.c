/* test_kb_read.c: pages, Markdown and plain text as headings and passages */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/kb_charset.h"
#include "bot/kb_html.h"
#include "bot/kb_markdown.h"
#include "bot/kb_split.h"
#include "unit.h"

static struct pool *pool;
static struct kb_doc doc;

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

/* "1:Heading / text / - item" */
static struct str told(void)
{
	struct str out;
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < doc.n; i++) {
		buf_puts(&b, i > 0 ? " / " : "");
		if (doc.items[i].level > 0)
			buf_printf(&b, "%u:", doc.items[i].level);
		buf_put(&b, doc.items[i].text);
	}
	out = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return out;
}

static struct str html(const char *text)
{
	kb_doc_init(&doc, pool);
	CU_ASSERT_EQUAL(kb_html_read(str_of(text), &doc, NULL), ERR_OK);
	return told();
}

static struct str markdown(const char *text)
{
	kb_doc_init(&doc, pool);
	CU_ASSERT_EQUAL(kb_markdown_read(str_of(text), &doc, NULL), ERR_OK);
	return told();
}

static void a_page_is_its_text(void)
{
	CU_ASSERT(unit_same(
	    html("<!doctype html><title> Our\n shop </title><h1>Shop</h1>"
		 "<p>We sell <b>ro</b>ses&nbsp;&amp; <i>tulips</i>.<p>Every "
		 "day.<ul><li>One</li><li><p>Two</p></li></ul>Bye<br>now"),
	    "1:Shop / We sell roses & tulips. / Every day. / - One / - Two / "
	    "Bye / now"));
	CU_ASSERT(unit_same(doc.title, "Our shop"));
	CU_ASSERT(unit_same(
	    html("<table><tr><th>Day<th>Hours<tr><td>Monday<td>9–18</table>"
		 "<pre>a  b\nc</pre>"),
	    "Day | Hours / Monday | 9–18 / a b / c"));
	/* questions are headings */
	CU_ASSERT(unit_same(
	    html("<dl><dt>Open?<dd>Yes.<dt>Sunday?<dd>No.</dl><details>"
		 "<summary>Parking?</summary>Here.</details>"),
	    "6:Open? / Yes. / 6:Sunday? / No. / 6:Parking? / Here."));
	CU_ASSERT(unit_same(html(""), ""));
	CU_ASSERT(unit_same(html("plain"), "plain"));
}

static void what_is_no_text_is_left_out(void)
{
	CU_ASSERT(unit_same(
	    html("<head><style>a{}</style><script>var x = '<p>no</p>'</script>"
		 "</head><body><header>Logo</header><nav>Menu</nav><div "
		 "role=navigation>More</div><aside>Ad</aside><p hidden>no</p>"
		 "<p aria-hidden=true>no</p><noscript>no</noscript><template>"
		 "no</template><svg><text>no</text></svg><button>Buy</button>"
		 "<p>Yes.</p><footer>Imprint</footer><!-- no -->"),
	    "Yes."));
	/* the main part, if the page says which that is */
	CU_ASSERT(unit_same(html("<p>Before<main><header><h1>Title</h1>"
				 "</header><p>Text</main><p>After"),
	    "1:Title / Text"));
	CU_ASSERT(unit_same(
	    html("<p>Before<article>Text</article><p>After"), "Text"));
	CU_ASSERT(unit_same(
	    html("<article>A</article><article>B</article>"), "A / B"));
	/* an empty one says nothing */
	CU_ASSERT(unit_same(html("<main></main><p>Text"), "Text"));
	CU_ASSERT(unit_same(html("<p>a\xC2\xAD"
				 "b\xE2\x80\x8B c\xFF\x01"
				 "d"),
	    "ab cd"));
}

static void a_page_that_is_too_much_is_refused(void)
{
	struct err err = { .code = ERR_OK };
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i <= KB_HTML_TAGS_MAX; i++)
		buf_puts(&b, "<b>");
	kb_doc_init(&doc, pool);
	CU_ASSERT_EQUAL(kb_html_read(buf_str(&b), &doc, &err), ERR_TOO_LARGE);
	/* as deep as may be: nothing recurs */
	buf_clear(&b);
	for (size_t i = 0; i < KB_HTML_TAGS_MAX / 2; i++)
		buf_puts(&b, "<div>");
	buf_puts(&b, "deep");
	kb_doc_init(&doc, pool);
	CU_ASSERT_EQUAL(kb_html_read(buf_str(&b), &doc, &err), ERR_OK);
	CU_ASSERT(unit_same(told(), "deep"));
	/* each paragraph makes all open elements again */
	buf_clear(&b);
	buf_puts(&b, "<p>");
	for (size_t i = 0; i < 5000; i++)
		buf_printf(&b, "<b a=%zu>", i);
	for (size_t i = 0; i < 5000; i++)
		buf_puts(&b, "<p>x");
	CU_ASSERT_EQUAL(kb_html_read(buf_str(&b), &doc, &err), ERR_TOO_LARGE);
	CU_ASSERT_STRING_EQUAL(
	    err.text, "The page's elements need too much memory.");
	buf_fini(&b);
}

static void markdown_is_its_text(void)
{
	CU_ASSERT(unit_same(
	    markdown("# Shop\n\nWe *sell*\n`roses`, [here](https://a.example)."
		     "\n\n- One\n- Two\n\n  more\n\n1. Three\n\nEnd\n===\n"),
	    "1:Shop / We sell roses, here. / - One / - Two / more / - Three / "
	    "1:End"));
	CU_ASSERT(unit_same(
	    markdown(
		"| Day | Hours |\n|---|:-:|\n| Monday | 9–18 |\n| b | c |"),
	    "Day | Hours / Monday | 9–18 / b | c"));
	CU_ASSERT(unit_same(markdown("a | b\nc"), "a | b c"));
	CU_ASSERT(unit_same(
	    markdown("    code\n    more\n\n<div>\n<script>no</script>\n<p>Yes"
		     "</p>\n</div>\n\nAfter <b>it</b>"),
	    "code / more / Yes / After it"));
	CU_ASSERT(
	    unit_same(markdown("Plain\ntext.\n\nTwo."), "Plain text. / Two."));
	CU_ASSERT(unit_same(markdown(""), ""));
	markdown("# A\n\nb");
	CU_ASSERT(unit_same(kb_doc_text(&doc), "# A\n\nb"));
}

static void character_sets_are_told_apart(void)
{
	static const struct {
		const char *bytes, *type, *want;
		bool is_html;
	} cases[] = {
		{ "Stra\xDF"
		  "e",
		    "text/plain; charset=ISO-8859-1", "Straße", false },
		{ "5 \x80", "text/html; charset=\"windows-1252\"", "5 €",
		    true },
		{ "5 \x80", "text/plain", "5 €", false },
		{ "Straße", "text/plain", "Straße", false },
		{ "\xEF\xBB\xBF"
		  "a",
		    "text/plain; charset=koi8-r", "a", false },
		{ "<meta charset=iso-8859-15>\xA4", "text/html",
		    "<meta charset=iso-8859-15>€", true },
		{ "<META http-equiv=x content='text/html; "
		  "charset=windows-1251'>\xE4",
		    "text/html",
		    "<META http-equiv=x content='text/html; "
		    "charset=windows-1251'>д",
		    true },
		{ "a\xFF", "text/plain; charset=utf-8", "a\xEF\xBF\xBD",
		    false },
		{ "\x81", "text/plain; charset=latin1", "\xEF\xBF\xBD", false },
		{ "a", "text/plain; charset=UTF-7//IGNORE", "a", false },
		{ "", "", "", true },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(unit_case(
		    unit_same(kb_charset_read(pool, str_of(cases[i].bytes),
				  str_of(cases[i].type), cases[i].is_html),
			cases[i].want),
		    i, cases[i].type));
	CU_ASSERT(unit_same(kb_charset_read(pool, str_make("\xFF\xFEh\0i\0", 6),
				STR_EMPTY, true),
	    "hi"));
}

static struct kb_chunks split(const char *text)
{
	struct kb_chunks chunks;

	(void)markdown(text);
	CU_ASSERT_EQUAL_FATAL(
	    kb_split(pool, &doc, STR("Shop"), ID_NONE, &chunks, NULL), ERR_OK);
	return chunks;
}

static void each_section_is_a_passage(void)
{
	struct kb_chunks c =
	    split("# Shop\n\nHello.\n\n## Delivery\n\nFast.\n\n"
		  "Cheap.\n\n### Costs\n\n5 €.\n\n## Empty\n\n"
		  "## Payment\n\nCash.");

	CU_ASSERT_EQUAL_FATAL(c.n, 4);
	CU_ASSERT(unit_same(c.items[0].heading, ""));
	CU_ASSERT(unit_same(c.items[0].body, "Hello."));
	CU_ASSERT(unit_same(c.items[1].heading, "Delivery"));
	CU_ASSERT(unit_same(c.items[1].body, "Fast.\nCheap."));
	CU_ASSERT(unit_same(c.items[2].heading, "Delivery › Costs"));
	CU_ASSERT(unit_same(c.items[3].heading, "Payment"));
}

static void long_texts_end_between_sentences(void)
{
	struct kb_chunks c;
	struct str body;
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < 100; i++)
		buf_printf(&b, "This is sentence number %d of them. ", i);
	c = split(buf_str(&b).p);
	CU_ASSERT(c.n >= 3 && c.n <= 5);
	for (size_t i = 0; i < c.n; i++) {
		body = c.items[i].body;
		CU_ASSERT(body.n <= KB_CHUNK_MAX);
		CU_ASSERT(str_starts(body, STR("This")));
		CU_ASSERT(str_ends(body, STR("them.")));
	}
	/* without any end, and without any blank */
	buf_clear(&b);
	for (int i = 0; i < 1000; i++)
		buf_puts(&b, "äöü ");
	for (int i = 0; i < 3000; i++)
		buf_puts(&b, "€");
	c = split(buf_str(&b).p);
	CU_ASSERT(c.n >= 7);
	for (size_t i = 0; i < c.n; i++) {
		CU_ASSERT(valid_utf8(c.items[i].body));
		CU_ASSERT(valid_utf8_count(c.items[i].body) <= KB_CHUNK_MAX);
	}
	buf_fini(&b);
}

static void nothing_and_too_much_are_refused(void)
{
	struct kb_chunks chunks;
	struct err err = { .code = ERR_OK };

	(void)markdown("# Only\n\n## Headings");
	CU_ASSERT_EQUAL(kb_split(pool, &doc, STR("x"), ID_NONE, &chunks, &err),
	    ERR_INVALID);
	kb_doc_init(&doc, pool);
	for (int i = 0; i <= KB_CHUNKS_MAX; i++) {
		kb_doc_add(&doc, 1, STR("h"));
		kb_doc_add(&doc, 0, STR("t"));
	}
	CU_ASSERT_EQUAL(kb_split(pool, &doc, STR("x"), ID_NONE, &chunks, &err),
	    ERR_TOO_LARGE);
}

static void sentences_end_where_they_end(void)
{
	static const char text[] =
	    "Am 1. Mai z. B. nicht. Dr. Maua kommt! Nr. 5? \"Ja.\" (Oder "
	    "nein.) Um 9.30 Uhr\nneue Zeile";
	static const char *const want[] = { "Am 1. Mai z. B. nicht.",
		"Dr. Maua kommt!", "Nr. 5?", "\"Ja.\"", "(Oder nein.)",
		"Um 9.30 Uhr", "neue Zeile" };
	struct str rest = str_of(text), s;
	size_t n = 0;

	while (kb_split_sentence(&rest, &s)) {
		CU_ASSERT_FATAL(n < COUNT_OF(want));
		CU_ASSERT(unit_same(s, want[n]));
		n++;
	}
	CU_ASSERT_EQUAL(n, COUNT_OF(want));
}

static CU_TestInfo tests[] = {
	{ "a page is its text", a_page_is_its_text },
	{ "what is no text is left out", what_is_no_text_is_left_out },
	{ "a page that is too much is refused",
	    a_page_that_is_too_much_is_refused },
	{ "Markdown is its text", markdown_is_its_text },
	{ "character sets are told apart", character_sets_are_told_apart },
	{ "each section is a passage", each_section_is_a_passage },
	{ "long texts end between sentences",
	    long_texts_end_between_sentences },
	{ "nothing and too much are refused",
	    nothing_and_too_much_are_refused },
	{ "sentences end where they end", sentences_end_where_they_end },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_kb_read = { "kb_read", setup, teardown, NULL, NULL, tests };
