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
	{ CHAT_IMAGE, true, "{\"url\":\"/b\",\"width\":640,\"height\":480}" },
	{ CHAT_IMAGE, false, "{\"url\":\"/b\",\"width\":0}" },
	{ CHAT_IMAGE, false, "{\"url\":\"/b\",\"height\":\"480\"}" },
	{ CHAT_LIST, true,
	    "{\"placeholder\":\"Pick\",\"sections\":[{\"title\":\"S\","
	    "\"options\":[{\"label\":\"A\",\"value\":\"a\",\"description\":"
	    "\"first\"}]},{\"options\":[{\"label\":\"B\"}]}]}" },
	{ CHAT_LIST, true,
	    "{\"options\":[{\"label\":\"A\"}],\"sections\":[{\"options\":[{"
	    "\"label\":\"A\"}]}]}" },
	{ CHAT_LIST, false, "" },
	{ CHAT_LIST, false, "{\"options\":[{\"label\":\"A\"}]}" },
	{ CHAT_LIST, false, "{\"sections\":[]}" },
	{ CHAT_LIST, false, "{\"sections\":[1]}" },
	{ CHAT_LIST, false, "{\"sections\":[{\"title\":\"S\"}]}" },
	{ CHAT_LIST, false,
	    "{\"sections\":[{\"title\":{},\"options\":[{\"label\":\"A\"}]}]}" },
	{ CHAT_LIST, false,
	    "{\"sections\":[{\"options\":[{\"label\":\"A\",\"description\":1}"
	    "]}]}" },
	{ CHAT_VIDEO, true, "{\"url\":\"/v.mp4\"}" },
	{ CHAT_VIDEO, true,
	    "{\"url\":\"/v.mp4\",\"filename\":\"v.mp4\",\"mime_type\":"
	    "\"video/mp4\",\"size\":1,\"poster\":\"/p.jpg\",\"width\":16,"
	    "\"height\":9,\"alt\":\"A street\"}" },
	{ CHAT_VIDEO, false, "{}" },
	{ CHAT_VIDEO, false, "{\"url\":\"data:video/mp4;base64,AA\"}" },
	{ CHAT_VIDEO, false, "{\"url\":\"/v\",\"poster\":\"javascript:1\"}" },
	{ CHAT_VIDEO, false, "{\"url\":\"/v\",\"width\":99999}" },
	{ CHAT_AUDIO, true, "{\"url\":\"/a.ogg\",\"alt\":\"Greeting\"}" },
	{ CHAT_AUDIO, false, "" },
	{ CHAT_AUDIO, false, "{\"url\":\"ftp://a/b\"}" },
	{ CHAT_AUDIO, false, "{\"url\":\"/a\",\"size\":-1}" },
	{ CHAT_FORM, true,
	    "{\"title\":\"You\",\"submit\":\"Go\",\"fields\":["
	    "{\"name\":\"a\",\"label\":\"A\",\"type\":\"text\","
	    "\"required\":true,\"placeholder\":\"p\",\"help\":\"h\","
	    "\"max_length\":20},"
	    "{\"name\":\"b_2\",\"label\":\"B\",\"type\":\"number\","
	    "\"min\":1,\"max\":9},"
	    "{\"name\":\"c\",\"label\":\"C\",\"type\":\"date\","
	    "\"min\":\"2024-02-29\"},"
	    "{\"name\":\"d\",\"label\":\"D\",\"type\":\"select\","
	    "\"options\":[{\"label\":\"X\"}]}]}" },
	{ CHAT_FORM, false, "" },
	{ CHAT_FORM, false, "{\"fields\":[]}" },
	{ CHAT_FORM, false, "{\"fields\":[\"a\"]}" },
#define FIELD(rest) "{\"fields\":[{\"name\":\"a\",\"label\":\"A\"," rest "}]}"
	{ CHAT_FORM, true, FIELD("\"type\":\"textarea\"") },
	{ CHAT_FORM, false, FIELD("\"x\":1") },
	{ CHAT_FORM, false, FIELD("\"type\":\"file\"") },
	{ CHAT_FORM, false, FIELD("\"type\":\"text\",\"required\":1") },
	{ CHAT_FORM, false, FIELD("\"type\":\"text\",\"max_length\":0") },
	{ CHAT_FORM, false, FIELD("\"type\":\"select\"") },
	{ CHAT_FORM, false,
	    FIELD("\"type\":\"text\",\"options\":[{\"label\":\"X\"}]") },
	{ CHAT_FORM, false, FIELD("\"type\":\"number\",\"min\":\"1\"") },
	{ CHAT_FORM, false, FIELD("\"type\":\"date\",\"max\":\"2023-02-29\"") },
	{ CHAT_FORM, false, FIELD("\"type\":\"date\",\"max\":\"2023-13-01\"") },
	{ CHAT_FORM, false,
	    "{\"fields\":[{\"name\":\"_flow\",\"label\":\"A\",\"type\":"
	    "\"text\"}]}" },
	{ CHAT_FORM, false,
	    "{\"fields\":[{\"name\":\"a b\",\"label\":\"A\",\"type\":"
	    "\"text\"}]}" },
	{ CHAT_FORM, false,
	    "{\"fields\":[{\"name\":\"a\",\"label\":\"\",\"type\":"
	    "\"text\"}]}" },
	{ CHAT_FORM, false,
	    "{\"fields\":[{\"name\":\"a\",\"label\":\"A\",\"type\":"
	    "\"text\"},{\"name\":\"a\",\"label\":\"B\",\"type\":"
	    "\"text\"}]}" },
	{ CHAT_TEXT, true,
	    "{\"form\":{\"message_id\":\"01JMXYZ0000000000000000000\","
	    "\"values\":{}}}" },
	{ CHAT_TEXT, false, "{\"form\":{\"message_id\":\"x\",\"values\":{}}}" },
	{ CHAT_TEXT, false,
	    "{\"form\":{\"message_id\":\"01JMXYZ0000000000000000000\"}}" },
	{ CHAT_TEXT, false, "{\"form\":[]}" },
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

/* Any number of sections with three rows each. */
static enum err_code check_rows(size_t n)
{
	struct buf b;
	enum err_code code;
	struct err err;

	buf_init(&b, 0);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b,
		    "%s{\"options\":[{\"label\":\"a\"},{\"label\":"
		    "\"b\"},{\"label\":\"c\"}]}",
		    i == 0 ? "{\"sections\":[" : ",");
	buf_puts(&b, "]}");
	code = chat_media_check(CHAT_LIST, STR_EMPTY, buf_str(&b), &err);
	buf_fini(&b);
	return code;
}

static void a_list_has_at_most_50_rows(void)
{
	CU_ASSERT_EQUAL(check_rows(16), ERR_OK);
	CU_ASSERT_EQUAL(check_rows(17), ERR_BAD_REQUEST);
}

static enum err_code check_fields(size_t n)
{
	struct buf b;
	enum err_code code;
	struct err err;

	buf_init(&b, 0);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b,
		    "%s{\"name\":\"f%zu\",\"label\":\"F\",\"type\":"
		    "\"text\"}",
		    i == 0 ? "{\"fields\":[" : ",", i);
	buf_puts(&b, "]}");
	code = chat_media_check(CHAT_FORM, STR_EMPTY, buf_str(&b), &err);
	buf_fini(&b);
	return code;
}

static void a_form_has_at_most_30_fields(void)
{
	CU_ASSERT_EQUAL(check_fields(30), ERR_OK);
	CU_ASSERT_EQUAL(check_fields(31), ERR_BAD_REQUEST);
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
	{ "a list has at most 50 rows", a_list_has_at_most_50_rows },
	{ "a form has at most 30 fields", a_form_has_at_most_30_fields },
	{ "content is bounded in characters",
	    content_is_bounded_in_characters },
	{ "content is text", content_is_text },
	{ "rich_media is bounded", rich_media_is_bounded },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_media = { "chat_media", NULL, NULL, NULL, NULL, tests };
