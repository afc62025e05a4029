/* test_identity.c: who a visitor is, as the page says */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/json_in.h"
#include "chat/identity.h"
#include "unit.h"

static struct pool *pool;

static int before(void)
{
	pool = pool_new();
	return 0;
}

static int after(void)
{
	pool_free(&pool);
	return 0;
}

static void one_visitor_has_one_name(void)
{
	static const struct {
		const char *text, *user;
	} cases[] = {
		{ " Amina@Shop.co.TZ ", "amina@shop.co.tz" },
		{ "a.b+c@shop.example.tz", "a.b+c@shop.example.tz" },
		{ "0712345678", "+255712345678" },
		{ "+255712345678", "+255712345678" },
		{ "+255 712-345-678", "+255712345678" },
		{ "00255 712 345 678", "+255712345678" },
		{ "255 712 345 678", "+255712345678" },
		{ "(0712) 345.678", "+255712345678" },
		{ "+4930123456", "+4930123456" },
	};
	struct str user;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CU_ASSERT(unit_case(
		    identity_uniform(pool, str_of(cases[i].text), "255", &user),
		    i, cases[i].text));
		CU_ASSERT(unit_same(user, cases[i].user));
	}
	CU_ASSERT(identity_uniform(pool, STR("0712345678"), "254", &user));
	CU_ASSERT(unit_same(user, "+254712345678"));
}

static void what_names_nobody_is_refused(void)
{
	static const char *const texts[] = { "", " ", "amina", "12", "+1234567",
		"+1234567890123456", "+0712345678", "07123x5678", "a@b",
		"amina@example.com", "amina@shop.test", "noreply@shop.co.tz",
		"null@shop.co.tz", "a b@shop.co.tz", "a@shop.co.tz\n@",
		"\"a\"@shop.co.tz", "a@localhost", "++255712345678",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@shop.co.tz" };
	struct str user;

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		CU_ASSERT(unit_case(
		    !identity_uniform(pool, str_of(texts[i]), "255", &user), i,
		    texts[i]));
}

/* HMAC-SHA256("key", "The quick brown fox jumps over the lazy dog") */
static void a_proof_is_the_hmac_in_hex(void)
{
	const struct str text =
	    STR("The quick brown fox jumps over the lazy dog");
	const struct str hex = STR("f7bc83f430538424b13298e6aa6fb143"
				   "ef4d59a14946175997479dbc2d1a3cd8");

	CU_ASSERT(identity_is_proved(pool, STR("key"), text, hex));
	CU_ASSERT(identity_is_proved(pool, STR("key"), text,
	    STR("F7BC83F430538424B13298E6AA6FB143"
		"EF4D59A14946175997479DBC2D1A3CD8")));
	CU_ASSERT(!identity_is_proved(pool, STR("kez"), text, hex));
	CU_ASSERT(!identity_is_proved(pool, STR("key"), STR("x"), hex));
	CU_ASSERT(
	    !identity_is_proved(pool, STR("key"), text, str_head(hex, 63)));
	CU_ASSERT(!identity_is_proved(pool, STR("key"), text, STR_EMPTY));
	CU_ASSERT(!identity_is_proved(pool, STR_EMPTY, text, hex));
}

static void own_ids_are_told_from_others(void)
{
	struct str a = identity_new_id(pool, STR("key"));
	struct str b = identity_new_id(pool, STR("key"));

	CU_ASSERT(!str_eq(a, b));
	CU_ASSERT(a.n <= 255);
	CU_ASSERT(identity_is_own_id(pool, STR("key"), a));
	CU_ASSERT(!identity_is_own_id(pool, STR("other"), a));
	CU_ASSERT(!identity_is_own_id(pool, STR("key"), str_from(a, 1)));
	CU_ASSERT(!identity_is_own_id(pool, STR("key"), STR("own_")));
	CU_ASSERT(!identity_is_own_id(pool, STR("key"), STR("user-42")));
}

static void merges(const char *old, const char *details, const char *want)
{
	const struct json *object;
	struct err err;

	CU_ASSERT_EQUAL_FATAL(
	    json_parse(pool, str_of(details), &object, &err), ERR_OK);
	CU_ASSERT(unit_same(identity_merge(pool, str_of(old), object), want));
}

static void details_are_merged(void)
{
	merges("", "{}", "{}");
	merges("",
	    "{\"Merchant account name\":\"Maua\",\"age\":3,\"vip\":true}",
	    "{\"details\":{\"merchant_account_name\":\"Maua\",\"age\":3,"
	    "\"vip\":true}}");
	merges("{\"page_url\":\"https://a.tz\",\"details\":{\"age\":3,"
	       "\"vip\":true}}",
	    "{\"Age\":4}",
	    "{\"page_url\":\"https://a.tz\",\"details\":{\"age\":4,"
	    "\"vip\":true}}");
	merges("", "{\"a\":{\"b\":1},\"c\":[1],\"d\":null,\"--\":1,\"e\":1}",
	    "{\"details\":{\"e\":1}}");
	merges("no object", "{\"a\":1}", "{\"details\":{\"a\":1}}");
}

static void details_have_limits(void)
{
	struct buf b;
	const struct json *object, *details;
	struct err err;

	buf_init(&b, 0);
	buf_puts(&b, "{\"long\":\"");
	for (int i = 0; i < 400; i++)
		buf_puts(&b, "\xc3\xa4");
	buf_byte(&b, '"');
	for (int i = 0; i < 20; i++)
		buf_printf(&b, ",\"field %d\":%d", i, i);
	buf_byte(&b, '}');
	CU_ASSERT_EQUAL_FATAL(
	    json_parse(pool, buf_str(&b), &object, &err), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(
	    json_parse(
		pool, identity_merge(pool, STR_EMPTY, object), &object, &err),
	    ERR_OK);
	details = json_get(object, "details");
	CU_ASSERT_EQUAL(json_count(details), IDENTITY_DETAILS_MAX);
	CU_ASSERT_EQUAL(
	    json_str(json_get(details, "long")).n, 2 * IDENTITY_VALUE_MAX);
	CU_ASSERT_PTR_NULL(json_get(details, "field_12"));
	buf_fini(&b);
}

static CU_TestInfo tests[] = {
	{ "one visitor has one name", one_visitor_has_one_name },
	{ "what names nobody is refused", what_names_nobody_is_refused },
	{ "a proof is the HMAC in hex", a_proof_is_the_hmac_in_hex },
	{ "own ids are told from others", own_ids_are_told_from_others },
	{ "details are merged", details_are_merged },
	{ "details have limits", details_have_limits },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_identity = { "identity", before, after, NULL, NULL, tests };
