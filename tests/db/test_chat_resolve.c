/* test_chat_resolve.c: the end of a session, and its tags */
/* SPDX-License-Identifier: MIT */
#include "fixture.h"

static struct fixture f;
static struct chat_resolved done;

static void set_up(void)
{
	fixture_make(&f);
	fixture_say(&f, &f.visitor, "hello");
}

static void tear_down(void)
{
	fixture_free(&f);
}

static enum err_code resolve(const struct chat_actor *who, struct str tags)
{
	return chat_resolve(
	    f.db, f.pool, who, f.c.id, tags, ID_NONE, &done, &f.err);
}

static enum err_code tag(struct str tags)
{
	return chat_tag(
	    f.db, f.pool, &f.ada, f.c.id, tags, ID_NONE, &done, &f.err);
}

static struct chat_conversation see(void)
{
	struct chat_conversation c = { .id = ID_NONE };

	FATAL_OK(chat_get(f.db, f.pool, &f.ada, f.c.id, &c, &f.err));
	return c;
}

static void resolving_ends_the_session(void)
{
	struct str payload;

	FATAL_OK(resolve(&f.ada, STR("[ \"sale\", \" sale \",\"vip\"]")));
	CU_ASSERT_TRUE(id_eq(done.session_id, f.c.session.id));
	CU_ASSERT_TRUE(str_eq(done.tags, STR("[\"sale\",\"vip\"]")));
	CU_ASSERT_NOT_EQUAL(done.resolved_at, 0);
	CU_ASSERT_TRUE(id_is_none(see().session.id));
	CU_ASSERT_EQUAL(see().updated_at, done.resolved_at);
	CU_ASSERT_EQUAL(fixture_notified(&f, "resolved"), 1);
	payload = fixture_payload(&f);
	CU_ASSERT_TRUE(str_search(payload, STR("\"tags\":[\"sale\",\"vip\"]")) <
		       payload.n);
	CU_ASSERT_EQUAL(resolve(&f.ada, STR_EMPTY), ERR_CONFLICT);
	CU_ASSERT_EQUAL(fixture_notified(&f, "resolved"), 1);
}

static void tags_are_replaced_and_kept(void)
{
	FATAL_OK(tag(STR("[\"a\",\"b\"]")));
	CU_ASSERT_TRUE(str_eq(see().session.tags, STR("[\"a\",\"b\"]")));
	CU_ASSERT_FALSE(id_is_none(see().session.id));
	FATAL_OK(tag(STR("[\"c\"]")));
	CU_ASSERT_EQUAL(fixture_notified(&f, "tagged"), 2);
	FATAL_OK(resolve(&f.ada, STR_EMPTY));
	CU_ASSERT_TRUE(str_eq(done.tags, STR("[\"c\"]")));
	CU_ASSERT_EQUAL(tag(STR("[]")), ERR_CONFLICT);
}

static void bad_tags_are_refused(void)
{
	static const struct str bad[] = { { "{}", 2 }, { "[1]", 3 },
		{ "[\"\"]", 4 }, { "[\"  \"]", 6 }, { "[\"a\\nb\"]", 8 },
		{ "[", 1 }, { "\"a\"", 3 }, { "[\"a\"] x", 7 } };
	char text[400] = "[\"";
	size_t i;

	for (i = 0; i < COUNT_OF(bad); i++) {
		CU_ASSERT_EQUAL(resolve(&f.ada, bad[i]), ERR_BAD_REQUEST);
		CU_ASSERT_EQUAL(tag(bad[i]), ERR_BAD_REQUEST);
	}
	CU_ASSERT_EQUAL(tag(STR_EMPTY), ERR_BAD_REQUEST);
	memset(text + 2, 'x', 51);
	memcpy(text + 53, "\"]", 3);
	CU_ASSERT_EQUAL(tag(str_of(text)), ERR_BAD_REQUEST);
	memcpy(text + 52, "\"]", 3);
	ASSERT_OK(tag(str_of(text)));
	text[0] = '[';
	for (i = 0; i <= CHAT_TAGS_MAX; i++)
		snprintf(text + 1 + 5 * i, 10, "\"%c\", ", (int)('a' + i));
	memcpy(text + 1 + 5 * i - 2, "]", 2);
	CU_ASSERT_EQUAL(tag(str_of(text)), ERR_BAD_REQUEST);
	CU_ASSERT_FALSE(id_is_none(see().session.id));
}

static void visitors_do_not_resolve(void)
{
	CU_ASSERT_EQUAL(resolve(&f.visitor, STR_EMPTY), ERR_FORBIDDEN);
}

static CU_TestInfo tests[] = {
	{ "resolving ends the session", resolving_ends_the_session },
	{ "tags are replaced and kept", tags_are_replaced_and_kept },
	{ "bad tags are refused", bad_tags_are_refused },
	{ "visitors do not resolve", visitors_do_not_resolve },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_resolve = { "chat_resolve", NULL, NULL, set_up,
	tear_down, tests };
