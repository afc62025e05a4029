/* test_buf.c: growing output */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include "unit.h"

static void writes_follow_each_other(void)
{
	struct buf b;

	buf_init(&b, 0);
	CU_ASSERT_EQUAL(buf_str(&b).n, 0);
	buf_puts(&b, "a=");
	buf_u64(&b, UINT64_MAX);
	buf_byte(&b, ' ');
	buf_i64(&b, INT64_MIN);
	buf_byte(&b, ' ');
	buf_i64(&b, 0);
	buf_printf(&b, " %s/%d", "x", -3);
	buf_put(&b, STR(" end"));
	CU_ASSERT(unit_same(buf_str(&b),
	    "a=18446744073709551615 -9223372036854775808 0 x/-3 end"));
	CU_ASSERT_EQUAL(b.p[b.n], '\0');
	buf_fini(&b);
}

static void it_grows_as_far_as_needed(void)
{
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < 100000; i++)
		buf_byte(&b, (char)('a' + i % 26));
	CU_ASSERT_EQUAL(b.n, 100000);
	CU_ASSERT_EQUAL(b.p[99999], 'a' + 99999 % 26);
	CU_ASSERT_FALSE(buf_failed(&b));
	buf_fini(&b);
}

static void past_the_limit_it_fails_until_cleared(void)
{
	struct buf b;

	buf_init(&b, 5);
	buf_puts(&b, "abcde");
	CU_ASSERT_FALSE(buf_failed(&b));
	buf_byte(&b, 'f');
	CU_ASSERT(buf_failed(&b));
	buf_clear(&b);
	CU_ASSERT_FALSE(buf_failed(&b));
	buf_puts(&b, "ab");
	buf_puts(&b, "cdef");
	/* room for one, but the failure sticks */
	buf_byte(&b, 'c');
	CU_ASSERT(buf_failed(&b));
	CU_ASSERT(unit_same(buf_str(&b), "ab"));
	buf_clear(&b);
	buf_printf(&b, "%s", "123456");
	CU_ASSERT(buf_failed(&b));
	buf_fini(&b);
}

static void reserving_past_the_limit_is_no_failure(void)
{
	struct buf b;

	buf_init(&b, 10);
	buf_reserve(&b, 100);
	CU_ASSERT_FALSE(buf_failed(&b));
	buf_puts(&b, "0123456789");
	CU_ASSERT(unit_same(buf_str(&b), "0123456789"));
	buf_fini(&b);
}

static void text_is_made_safe_for_its_place(void)
{
	struct buf b;

	buf_init(&b, 0);
	buf_html(&b, STR("<a href=\"x\">'&'</a>"));
	CU_ASSERT(unit_same(buf_str(&b),
	    "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"));
	buf_clear(&b);
	buf_percent(&b, STR("a-._~/ ?\xC3\xA9%"));
	CU_ASSERT(unit_same(buf_str(&b), "a-._~%2F%20%3F%C3%A9%25"));
	buf_fini(&b);
}

static void base64_follows_the_rfc(void)
{
	/* RFC 4648 §10 */
	static const struct {
		const char *plain, *std, *url;
	} cases[] = {
		{ "", "", "" },
		{ "f", "Zg==", "Zg" },
		{ "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" },
		{ "foob", "Zm9vYg==", "Zm9vYg" },
		{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
		{ "\xFB\xFF\xFE", "+//+", "-__-" },
	};
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str plain = str_of(cases[i].plain);

		buf_clear(&b);
		buf_base64(&b, plain.p, plain.n);
		CU_ASSERT(unit_same(buf_str(&b), cases[i].std));
		buf_clear(&b);
		buf_base64url(&b, plain.p, plain.n);
		CU_ASSERT(unit_same(buf_str(&b), cases[i].url));
		buf_clear(&b);
		CU_ASSERT(buf_unbase64(&b, str_of(cases[i].std)));
		CU_ASSERT(unit_same(buf_str(&b), cases[i].plain));
		buf_clear(&b);
		CU_ASSERT(buf_unbase64(&b, str_of(cases[i].url)));
		CU_ASSERT(unit_same(buf_str(&b), cases[i].plain));
	}
	buf_fini(&b);
}

static void broken_base64_is_refused(void)
{
	static const char *const cases[] = { "A", "=",
		"==", "====", "A===", "Zg=", "Zg===", "Z=g=", "Zm9vA", "Zm 9v",
		"Zm9v\n", "Zh==", "Zm9", "Zm9v====", "*m9v" };
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(unit_case(
		    !buf_unbase64(&b, str_of(cases[i])), i, cases[i]));
	buf_fini(&b);
}

static void percent_escapes_are_read(void)
{
	struct buf b;

	buf_init(&b, 0);
	CU_ASSERT(buf_unpercent(&b, STR("a%2Fb+c%c3%A9"), false));
	CU_ASSERT(unit_same(buf_str(&b), "a/b+c\xC3\xA9"));
	buf_clear(&b);
	CU_ASSERT(buf_unpercent(&b, STR("a+b%2B"), true));
	CU_ASSERT(unit_same(buf_str(&b), "a b+"));
	CU_ASSERT_FALSE(buf_unpercent(&b, STR("%"), false));
	CU_ASSERT_FALSE(buf_unpercent(&b, STR("%4"), false));
	CU_ASSERT_FALSE(buf_unpercent(&b, STR("%4x"), false));
	CU_ASSERT_FALSE(buf_unpercent(&b, STR("%-1"), false));
	buf_fini(&b);
}

static CU_TestInfo tests[] = {
	{ "writes follow each other", writes_follow_each_other },
	{ "it grows as far as needed", it_grows_as_far_as_needed },
	{ "past the limit it fails until it is cleared",
	    past_the_limit_it_fails_until_cleared },
	{ "reserving past the limit is no failure",
	    reserving_past_the_limit_is_no_failure },
	{ "text is made safe for its place", text_is_made_safe_for_its_place },
	{ "base64 follows RFC 4648", base64_follows_the_rfc },
	{ "broken base64 is refused", broken_base64_is_refused },
	{ "percent escapes are read", percent_escapes_are_read },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_buf = { "buf", NULL, NULL, NULL, NULL, tests };
