/* test_valid.c: rules for text from outside */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"

#include "base/pool.h"
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

static void utf8_is_what_rfc_3629_says(void)
{
	static const struct {
		const char *text;
		bool ok;
	} cases[] = { { "", true }, { "abc", true }, { "\xC2\x80", true },
		{ "\xDF\xBF", true }, { "\xE0\xA0\x80", true },
		{ "\xED\x9F\xBF", true }, { "\xEE\x80\x80", true },
		{ "\xEF\xBF\xBF", true }, { "\xF0\x90\x80\x80", true },
		{ "\xF4\x8F\xBF\xBF", true }, { "\x80", false },
		{ "\xBF", false }, { "\xC0\x80", false }, { "\xC1\xBF", false },
		{ "\xC2", false },
		{ "\xC2"
		  "a",
		    false },
		{ "\xE0\x9F\xBF", false }, { "\xE2\x82", false },
		{ "\xED\xA0\x80", false }, { "\xED\xBF\xBF", false },
		{ "\xF0\x8F\xBF\xBF", false }, { "\xF4\x90\x80\x80", false },
		{ "\xF5\x80\x80\x80", false }, { "\xFF", false },
		{ "ok\xF0\x9F\x98", false } };

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(
		    unit_case(valid_utf8(str_of(cases[i].text)) == cases[i].ok,
			i, cases[i].text));
	CU_ASSERT(valid_utf8(STR_EMPTY));
}

static void every_code_point_is_one_character(void)
{
	for (uint32_t c = 0; c < 0x110000; c += c < 0x1000 ? 1 : 97) {
		char t[4];
		size_t n;
		bool ok, is_surrogate = c >= 0xD800 && c < 0xE000;

		if (c < 0x80) {
			n = 1;
			t[0] = (char)c;
		} else if (c < 0x800) {
			n = 2;
			t[0] = (char)(0xC0 | c >> 6);
		} else if (c < 0x10000) {
			n = 3;
			t[0] = (char)(0xE0 | c >> 12);
		} else {
			n = 4;
			t[0] = (char)(0xF0 | c >> 18);
		}
		for (size_t i = 1; i < n; i++)
			t[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 0x3F));
		CU_ASSERT_EQUAL(
		    valid_utf8_char(str_make(t, n), &ok), is_surrogate ? 1 : n);
		CU_ASSERT_EQUAL(ok, !is_surrogate);
	}
}

static void characters_are_counted_and_never_cut(void)
{
	struct str s = STR("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");

	CU_ASSERT_EQUAL(valid_utf8_count(s), 5);
	CU_ASSERT_EQUAL(valid_utf8_count(STR_EMPTY), 0);
	CU_ASSERT_EQUAL(valid_utf8_head(s, 0).n, 0);
	CU_ASSERT(unit_same(valid_utf8_head(s, 2), "a\xC3\xA9"));
	CU_ASSERT(unit_same(valid_utf8_head(s, 3), "a\xC3\xA9\xE2\x82\xAC"));
	CU_ASSERT_EQUAL(valid_utf8_head(s, 5).n, s.n);
	CU_ASSERT_EQUAL(valid_utf8_head(s, 99).n, s.n);
	CU_ASSERT_EQUAL(valid_utf8_cut(s, 0).n, 0);
	CU_ASSERT(unit_same(valid_utf8_cut(s, 2), "a"));
	CU_ASSERT(unit_same(valid_utf8_cut(s, 3), "a\xC3\xA9"));
	CU_ASSERT(unit_same(valid_utf8_cut(s, 5), "a\xC3\xA9"));
	CU_ASSERT_EQUAL(valid_utf8_cut(s, 99).n, s.n);
}

static void addresses_are_what_browsers_accept(void)
{
	static const struct {
		const char *text;
		bool ok;
	} cases[] = { { "a@b", true }, { "first.last+tag@example.co.tz", true },
		{ "!#$%&'*+/=?^_`{|}~-@x-y.z", true }, { "a..b@c", true },
		{ "", false }, { "@", false }, { "a@", false }, { "@b", false },
		{ "a", false }, { "a@b@c", false }, { "a b@c", false },
		{ "a@b c", false }, { "a@-b", false }, { "a@b-", false },
		{ "a@b.", false }, { "a@.b", false }, { "a@b..c", false },
		{ "a@b_c", false }, { "\"a\"@b", false },
		{ "a@[1.2.3.4]", false }, { "a@b\n", false },
		{ "\xC3\xA9@b", false }, { "a,b@c", false },
		{ "<a@b>", false } };
	char text[300];

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(
		    unit_case(valid_email(str_of(cases[i].text)) == cases[i].ok,
			i, cases[i].text));
	memset(text, 'a', sizeof(text));
	text[250] = '@';
	CU_ASSERT(valid_email(str_make(text, 254)));
	CU_ASSERT_FALSE(valid_email(str_make(text, 255)));
	/* a label has at most 63 */
	text[1] = '@';
	CU_ASSERT(valid_email(str_make(text, 2 + 63)));
	CU_ASSERT_FALSE(valid_email(str_make(text, 2 + 64)));
}

static void control_characters_are_no_text(void)
{
	CU_ASSERT(valid_text(STR("caf\xC3\xA9 \xC2\xA0"), false));
	CU_ASSERT(valid_text(STR_EMPTY, false));
	CU_ASSERT_FALSE(valid_text(STR("a\nb"), false));
	CU_ASSERT(valid_text(STR("a\r\n\tb"), true));
	CU_ASSERT_FALSE(valid_text(STR("a\0b"), true));
	CU_ASSERT_FALSE(valid_text(STR("a\x1b[m"), true));
	CU_ASSERT_FALSE(valid_text(STR("a\x7f"), true));
	CU_ASSERT_FALSE(valid_text(STR("a\xC2\x9B"), true));
	CU_ASSERT_FALSE(valid_text(STR("a\xFF"), true));
}

static void origins_are_spelt_one_way(void)
{
	static const struct {
		const char *text, *origin;
	} cases[] = {
		{ "https://example.com", "https://example.com" },
		{ "HTTPS://Example.COM/", "https://example.com" },
		{ "https://example.com:443/path?q#f", "https://example.com" },
		{ "http://example.com:80", "http://example.com" },
		{ "http://example.com:0080", "http://example.com" },
		{ "http://example.com:443", "http://example.com:443" },
		{ "https://example.com:8443", "https://example.com:8443" },
		{ "https://example.com?x", "https://example.com" },
		{ "http://[::1]:8080/x", "http://[::1]:8080" },
		{ "http://[FE80::1]", "http://[fe80::1]" },
		{ "https://*.Example.com", "https://*.example.com" },
		{ "capacitor://localhost", "capacitor://localhost" },
		{ "http://a_b.example", "http://a_b.example" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str origin = STR_EMPTY;

		CU_ASSERT(unit_case(
		    valid_origin(pool, str_of(cases[i].text), &origin), i,
		    cases[i].text));
		CU_ASSERT(unit_same(origin, cases[i].origin));
	}
}

static void what_could_break_a_header_is_no_origin(void)
{
	static const char *const cases[] = { "", "null", "*", "example.com",
		"//example.com", "://example.com", "https://", "https:///x",
		"https:example.com", "1http://example.com",
		"https://example.com:", "https://example.com:0",
		"https://example.com:65536", "https://example.com:x",
		"https://a:1:2", "https://user@example.com",
		"https://user:1@example.com", "https://exa mple.com",
		"https://example.com;script-src", "https://example.com\r\nX: y",
		"https://\"x\"", "https://'x'", "https://a,b", "https://*",
		"https://*.", "https://a.*.b", "https://**.b", "https://.b",
		"https://b.", "https://a..b", "https://\xC3\xA9.com",
		"https://[", "https://]", "https://[::1", "https://[]",
		"https://[::1]x", "https://[x]", "ht tp://a", "https://a%2fb",
		" https://a", "https://a ", "averyveryverylongscheme://a" };
	struct str origin;

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(
		    unit_case(!valid_origin(pool, str_of(cases[i]), &origin), i,
			cases[i]));
}

static void an_origin_is_found_in_its_list(void)
{
	static const struct {
		const char *list, *origin;
		bool ok;
	} cases[] = {
		{ "", "https://a.com", true },
		{ " , ", "https://a.com", true },
		{ "*", "https://a.com", true },
		{ "*", "null", true },
		{ "*", "", true },
		{ "", "", true },
		{ "https://a.com", "https://a.com", true },
		{ "https://a.com", "http://a.com", false },
		{ "https://a.com", "https://a.com:8443", false },
		{ "https://a.com", "https://b.a.com", false },
		{ "https://a.com", "https://a.com.evil", false },
		{ "https://a.com", "null", false },
		{ "https://a.com", "", false },
		{ "null", "null", false },
		{ "https://b.com,https://a.com", "https://a.com", true },
		{ "https://b.com\n\thttps://a.com ", "https://a.com", true },
		{ "https://b.com, *", "https://a.com", true },
		{ "HTTPS://A.com:443/", "https://a.com", true },
		{ "https://*.a.com", "https://b.a.com", true },
		{ "https://*.a.com", "https://c.b.a.com", true },
		{ "https://*.a.com", "https://a.com", false },
		{ "https://*.a.com", "https://xa.com", false },
		{ "https://*.a.com", "https://*.a.com", false },
		{ "https://*.a.com:8443", "https://b.a.com", false },
		{ "nonsense", "nonsense", false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(unit_case(valid_origin_listed(str_of(cases[i].list),
					str_of(cases[i].origin)) == cases[i].ok,
		    i, cases[i].list));
}

static CU_TestInfo tests[] = {
	{ "UTF-8 is what RFC 3629 says", utf8_is_what_rfc_3629_says },
	{ "every code point is one character",
	    every_code_point_is_one_character },
	{ "characters are counted and never cut",
	    characters_are_counted_and_never_cut },
	{ "addresses are what browsers accept",
	    addresses_are_what_browsers_accept },
	{ "control characters are no text", control_characters_are_no_text },
	{ "origins are spelt one way", origins_are_spelt_one_way },
	{ "what could break a header is no origin",
	    what_could_break_a_header_is_no_origin },
	{ "an origin is found in its list", an_origin_is_found_in_its_list },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_valid = { "valid", setup, teardown, NULL, NULL, tests };
