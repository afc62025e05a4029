/* test_model.c: the names on the wire */
/* SPDX-License-Identifier: MIT */
#include "chat/model.h"
#include "base/pool.h"
#include "unit.h"

static void senders_have_names_both_ways(void)
{
	static const char *const names[CHAT_SENDER__MAX] = { "end_user",
		"agent", "bot" };

	for (size_t i = 0; i < CHAT_SENDER__MAX; i++) {
		enum chat_sender v = CHAT_SENDER__MAX;

		CU_ASSERT_STRING_EQUAL(
		    chat_sender_name((enum chat_sender)i), names[i]);
		CU_ASSERT_TRUE(chat_sender_parse(str_of(names[i]), &v));
		CU_ASSERT_EQUAL(v, i);
	}
}

static void content_types_have_names_both_ways(void)
{
	static const char *const names[CHAT_CONTENT__MAX] = { "text", "image",
		"file", "quick_button", "carousel", "dropdown", "list", "video",
		"audio", "form" };

	for (size_t i = 0; i < CHAT_CONTENT__MAX; i++) {
		enum chat_content v = CHAT_CONTENT__MAX;

		CU_ASSERT_STRING_EQUAL(
		    chat_content_name((enum chat_content)i), names[i]);
		CU_ASSERT_TRUE(chat_content_parse(str_of(names[i]), &v));
		CU_ASSERT_EQUAL(v, i);
	}
}

static void other_names_are_none(void)
{
	enum chat_sender sender = CHAT_BOT;
	enum chat_content content = CHAT_FILE;

	CU_ASSERT_FALSE(chat_sender_parse(STR("Agent"), &sender));
	CU_ASSERT_FALSE(chat_sender_parse(STR_EMPTY, &sender));
	CU_ASSERT_EQUAL(sender, CHAT_BOT);
	CU_ASSERT_FALSE(chat_content_parse(STR("texts"), &content));
	CU_ASSERT_FALSE(chat_content_parse(STR("text\0"), &content));
	CU_ASSERT_EQUAL(content, CHAT_FILE);
}

static void a_user_is_known_by_what_the_channel_says(void)
{
	static const struct {
		const char *channel, *external_id, *want;
	} cases[] = {
		{ "web", "visitor:1", "visitor:1" },
		{ "whatsapp", "255712345678", "255712345678" },
		{ "api", "01JPQ:+255 712", "+255 712" },
		{ "api", "01JPQ:a:b", "a:b" },
		/* never the secret */
		{ "api", "01JPQ:", "0000000000000G000000000000" },
		{ "api", "01JPQ", "0000000000000G000000000000" },
	};
	struct pool *pool = pool_new();
	struct id id = id_from_ms(0);

	id.b[7] = 1;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT_TRUE(
		    str_eq(chat_user_id(pool, str_of(cases[i].channel), id,
			       str_of(cases[i].external_id)),
			str_of(cases[i].want)));
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "senders have names both ways", senders_have_names_both_ways },
	{ "content types have names both ways",
	    content_types_have_names_both_ways },
	{ "other names are none", other_names_are_none },
	{ "a user is known by what the channel says",
	    a_user_is_known_by_what_the_channel_says },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_model = { "model", NULL, NULL, NULL, NULL, tests };
