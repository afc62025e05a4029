/* test_site.c: which pages may use which integration */
/* SPDX-License-Identifier: MIT */
#include "chat/site.h"

#include "fixture.h"
#include "harness.h"

#define SHOP "https://shop.example"
#define EVIL "https://evil.example"

static struct fixture f;

static void set_up(void)
{
	fixture_make(&f);
}

static void tear_down(void)
{
	fixture_free(&f);
}

/* An integration with these origins, and a visitor's conversation on it. */
static struct str add(const char *origins, struct id *conversation_r)
{
	struct chat_open in = { .workspace_id = f.ada.workspace_id,
		.external_id = STR("v1") };
	struct chat_conversation c;
	struct str token = STR_EMPTY;

	FATAL_OK(site_add_web_chat(f.db, f.pool, f.ada.workspace_id, ID_NONE,
	    STR("Shop"), str_of(origins), STR_EMPTY, &in.integration_id, &token,
	    &f.err));
	FATAL_OK(chat_open(f.db, f.pool, &in, &c, &f.err));
	*conversation_r = c.id;
	return token;
}

static enum err_code by_token(struct str token, const char *origin)
{
	return site_check_token(f.db, f.pool, token, str_of(origin), &f.err);
}

static enum err_code by_conversation(struct id id, const char *origin)
{
	return site_check_conversation(
	    f.db, f.pool, id, str_of(origin), &f.err);
}

static void a_list_allows_what_is_on_it(void)
{
	struct id id;
	struct str token = add(SHOP " https://*.example.org", &id);
	static const struct {
		const char *origin;
		enum err_code code;
	} cases[] = {
		{ SHOP, ERR_OK },
		{ "https://SHOP.example:443", ERR_OK },
		{ "https://a.example.org", ERR_OK },
		{ "", ERR_OK },
		{ EVIL, ERR_FORBIDDEN },
		{ "http://shop.example", ERR_FORBIDDEN },
		{ "null", ERR_FORBIDDEN },
		{ "https://shop.example.evil.example", ERR_FORBIDDEN },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CU_ASSERT_EQUAL(
		    by_token(token, cases[i].origin), cases[i].code);
		CU_ASSERT_EQUAL(
		    by_conversation(id, cases[i].origin), cases[i].code);
	}
}

static void no_list_allows_all(void)
{
	struct id id;
	struct str token = add("", &id);

	ASSERT_OK(by_token(token, EVIL));
	ASSERT_OK(by_conversation(id, EVIL));
	ASSERT_OK(by_conversation(id, "null"));
}

static void what_is_not_there_is_refused(void)
{
	CU_ASSERT_EQUAL(by_token(STR("ew_nobody"), ""), ERR_FORBIDDEN);
	CU_ASSERT_EQUAL(by_conversation(id_new(), SHOP), ERR_NOT_FOUND);
}

static CU_TestInfo tests[] = {
	{ "a list allows what is on it", a_list_allows_what_is_on_it },
	{ "no list allows all", no_list_allows_all },
	{ "what is not there is refused", what_is_not_there_is_refused },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_site = { "site", NULL, NULL, set_up, tear_down, tests };
