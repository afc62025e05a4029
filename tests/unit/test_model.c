/* test_model.c: the names on the wire */
/* SPDX-License-Identifier: MIT */
#include "chat/model.h"
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
		"file", "quick_button", "carousel", "dropdown" };

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

static CU_TestInfo tests[] = {
	{ "senders have names both ways", senders_have_names_both_ways },
	{ "content types have names both ways",
	    content_types_have_names_both_ways },
	{ "other names are none", other_names_are_none },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_model = { "model", NULL, NULL, NULL, NULL, tests };
