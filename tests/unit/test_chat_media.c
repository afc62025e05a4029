/* test_chat_media.c: what may stand in content and rich_media */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "chat/chat.h"
#include "unit.h"

static const struct {
	enum chat_content type;
	bool is_fine;
	const char *media;
} cases[] = {
	{ CHAT_TEXT, true, "" },
	{ CHAT_TEXT, true, "{}" },
	{ CHAT_TEXT, true, "{\"value\":\"yes\"}" },
	{ CHAT_TEXT, true, "{\"value\":null}" },
	{ CHAT_TEXT, false, "{\"value\":1}" },
	{ CHAT_TEXT, false, "[]" },
	{ CHAT_TEXT, false, "{\"value\":\"a\\u0000b\"}" },
	{ CHAT_TEXT, false, "{\"value\":\"yes\"" },
	{ CHAT_IMAGE, true, "{\"url\":\"https://a.example/b.png\"}" },
	{ CHAT_IMAGE, true, "{\"url\":\"/b.png\",\"alt\":\"a cat\"}" },
	{ CHAT_IMAGE, true, "{\"url\":\"HTTP://a\"}" },
	{ CHAT_IMAGE, false, "" },
	{ CHAT_IMAGE, false, "{}" },
	{ CHAT_IMAGE, false, "{\"url\":\"\"}" },
	{ CHAT_IMAGE, false, "{\"url\":\"javascript:alert(1)\"}" },
	{ CHAT_IMAGE, false, "{\"url\":\"JavaScript:alert(1)\"}" },
	{ CHAT_IMAGE, false, "{\"url\":\" https://a\"}" },
	{ CHAT_IMAGE, false, "{\"url\":\"data:image/png;base64,AA\"}" },
	{ CHAT_IMAGE, false, "{\"url\":\"//evil.example/a\"}" },
	{ CHAT_IMAGE, false, "{\"url\":\"/\\\\evil.example/a\"}" },
	{ CHAT_IMAGE, false, "{\"url\":\"https://\"}" },
	{ CHAT_IMAGE, false, "{\"url\":\"b.png\"}" },
	{ CHAT_IMAGE, false, "{\"url\":\"/a\\tb\"}" },
	{ CHAT_IMAGE, false, "{\"url\":\"/a\",\"alt\":{}}" },
	{ CHAT_FILE, true,
	    "{\"url\":\"/f\",\"filename\":\"a.pdf\",\"size\":12,"
	    "\"mime_type\":\"application/pdf\"}" },
	{ CHAT_FILE, true, "{\"url\":\"/f\",\"filename\":\"a.pdf\"}" },
	{ CHAT_FILE, false, "{\"url\":\"/f\"}" },
	{ CHAT_FILE, false, "{\"url\":\"/f\",\"filename\":\"a\",\"size\":-1}" },
	{ CHAT_FILE, false,
	    "{\"url\":\"/f\",\"filename\":\"a\",\"size\":\"1\"}" },
	{ CHAT_QUICK_BUTTON, true,
	    "{\"buttons\":[{\"label\":\"Yes\",\"value\":\"y\"}]}" },
	{ CHAT_QUICK_BUTTON, true, "{\"buttons\":[{\"label\":\"Yes\"}]}" },
	{ CHAT_QUICK_BUTTON, false, "" },
	{ CHAT_QUICK_BUTTON, false, "{\"buttons\":[]}" },
	{ CHAT_QUICK_BUTTON, false, "{\"buttons\":{}}" },
	{ CHAT_QUICK_BUTTON, false, "{\"buttons\":[\"Yes\"]}" },
	{ CHAT_QUICK_BUTTON, false, "{\"buttons\":[{\"label\":\"\"}]}" },
	{ CHAT_QUICK_BUTTON, false, "{\"buttons\":[{\"value\":\"y\"}]}" },
	{ CHAT_CAROUSEL, true,
	    "{\"cards\":[{\"title\":\"A\",\"subtitle\":\"B\","
	    "\"image_url\":\"/i\",\"buttons\":[{\"label\":\"C\"}]}]}" },
	{ CHAT_CAROUSEL, true, "{\"cards\":[{\"title\":\"A\"}]}" },
	{ CHAT_CAROUSEL, false, "{\"cards\":[{}]}" },
	{ CHAT_CAROUSEL, false, "{\"cards\":[1]}" },
	{ CHAT_CAROUSEL, false,
	    "{\"cards\":[{\"title\":\"A\",\"image_url\":\"x:y\"}]}" },
	{ CHAT_CAROUSEL, false,
	    "{\"cards\":[{\"title\":\"A\",\"buttons\":[{}]}]}" },
	{ CHAT_DROPDOWN, true,
	    "{\"placeholder\":\"Pick\",\"options\":[{\"label\":\"A\"}],"
	    "\"sections\":[]}" },
	{ CHAT_DROPDOWN, false, "{\"placeholder\":\"Pick\"}" },
	{ CHAT_DROPDOWN, false,
	    "{\"placeholder\":1,\"options\":[{\"label\":\"A\"}]}" },
};

static void each_type_has_its_rules(void)
{
	struct err err;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		enum err_code code = chat_media_check(
		    cases[i].type, STR("text"), str_of(cases[i].media), &err);

		CU_ASSERT_TRUE(unit_case(
		    code == (cases[i].is_fine ? ERR_OK : ERR_BAD_REQUEST), i,
		    cases[i].media));
	}
}

static void the_sentence_names_the_member(void)
{
	struct err err;

	CU_ASSERT_EQUAL(chat_media_check(CHAT_IMAGE, STR_EMPTY,
			    STR("{\"url\":\"x\"}"), &err),
	    ERR_BAD_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "image"));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "url"));
}

static enum err_code check_buttons(size_t n)
{
	struct buf b;
	enum err_code code;
	struct err err;

	buf_init(&b, 0);
	buf_puts(&b, "{\"buttons\":[");
	for (size_t i = 0; i < n; i++)
		buf_puts(
		    &b, i == 0 ? "{\"label\":\"x\"}" : ",{\"label\":\"x\"}");
	buf_puts(&b, "]}");
	code =
	    chat_media_check(CHAT_QUICK_BUTTON, STR_EMPTY, buf_str(&b), &err);
	buf_fini(&b);
	return code;
}

static void there_are_at_most_50_buttons(void)
{
	CU_ASSERT_EQUAL(check_buttons(50), ERR_OK);
	CU_ASSERT_EQUAL(check_buttons(51), ERR_BAD_REQUEST);
}

static void content_is_bounded_in_characters(void)
{
	static char text[2 * CHAT_CONTENT_MAX + 3];
	struct err err;

	for (size_t i = 0; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	CU_ASSERT_EQUAL(
	    chat_media_check(CHAT_TEXT, str_make(text, 2 * CHAT_CONTENT_MAX),
		STR_EMPTY, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(
	    chat_media_check(CHAT_TEXT,
		str_make(text, 2 * CHAT_CONTENT_MAX + 2), STR_EMPTY, &err),
	    ERR_BAD_REQUEST);
}

static void content_is_text(void)
{
	static const struct str bad[] = { { "", 0 }, { " \t\n", 3 },
		{ "a\0b", 3 }, { "\xff", 1 }, { "\xed\xa0\x80", 3 },
		{ "\x1b[0m", 4 } };
	struct err err;

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		CU_ASSERT_EQUAL(
		    chat_media_check(CHAT_TEXT, bad[i], STR_EMPTY, &err),
		    ERR_BAD_REQUEST);
	/* A caption may be empty, text may have lines. */
	CU_ASSERT_EQUAL(chat_media_check(CHAT_IMAGE, STR_EMPTY,
			    STR("{\"url\":\"/a\"}"), &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(
	    chat_media_check(CHAT_TEXT, STR("a\r\n\tb"), STR_EMPTY, &err),
	    ERR_OK);
}

static void rich_media_is_bounded(void)
{
	static char text[CHAT_RICH_MEDIA_MAX + 1];
	struct err err;

	memset(text, ' ', sizeof(text));
	memcpy(text, "{}", 2);
	CU_ASSERT_EQUAL(chat_media_check(CHAT_TEXT, STR("a"),
			    str_make(text, CHAT_RICH_MEDIA_MAX), &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(chat_media_check(CHAT_TEXT, STR("a"),
			    str_make(text, sizeof(text)), &err),
	    ERR_BAD_REQUEST);
}

static CU_TestInfo tests[] = {
	{ "each type has its rules", each_type_has_its_rules },
	{ "the sentence names the member", the_sentence_names_the_member },
	{ "there are at most 50 buttons", there_are_at_most_50_buttons },
	{ "content is bounded in characters",
	    content_is_bounded_in_characters },
	{ "content is text", content_is_text },
	{ "rich_media is bounded", rich_media_is_bounded },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_media = { "chat_media", NULL, NULL, NULL, NULL, tests };
