/* test_render.c: what a bot says as messages of the chat */
/* SPDX-License-Identifier: MIT */
#include "bot/render.h"

#include "bot/engine.h"
#include "unit.h"

static const struct {
	const char *message; /* in the flow */
	const char *type;    /* empty: nothing is left to say */
	const char *content;
	const char *media;
} rows[] = {
	{ "\"Hi\"", "text", "Hi", "" },
	{ "{\"text\":\"Pick\",\"buttons\":[{\"id\":\"a\",\"title\":\"A\"},"
	  "{\"title\":\"B\"},{\"id\":\"c\",\"title\":\"{{none}}\"}]}",
	    "quick_button", "Pick",
	    "{\"buttons\":[{\"label\":\"A\",\"value\":\"a\"},"
	    "{\"label\":\"B\",\"value\":\"B\"}]}" },
	{ "{\"text\":\"Pick\",\"buttons\":[{\"title\":\"{{none}}\"}]}", "text",
	    "Pick", "" },
	{ "{\"type\":\"list\",\"text\":\"Pick\",\"button_text\":\"Open\","
	  "\"sections\":[{\"title\":\"S\",\"rows\":[{\"id\":\"a\",\"title\":"
	  "\"A\",\"description\":\"first\"}]},{\"rows\":[{\"id\":\"b\","
	  "\"title\":\"B\"}]}]}",
	    "dropdown", "Pick",
	    "{\"placeholder\":\"Open\",\"options\":[{\"label\":\"A\","
	    "\"value\":\"a\",\"description\":\"first\"},{\"label\":\"B\","
	    "\"value\":\"b\"}],\"sections\":[{\"title\":\"S\",\"options\":["
	    "{\"label\":\"A\",\"value\":\"a\",\"description\":\"first\"}]},"
	    "{\"title\":\"\",\"options\":[{\"label\":\"B\",\"value\":\"b\"}]}"
	    "]}" },
	{ "{\"type\":\"image\",\"media_url\":\"https://maua.example/r.jpg\","
	  "\"media_caption\":\"Roses\"}",
	    "image", "Roses",
	    "{\"url\":\"https://maua.example/r.jpg\",\"alt\":\"Roses\"}" },
	{ "{\"type\":\"document\",\"media_url\":\"/f/list.pdf?v=1\"}", "file",
	    "",
	    "{\"url\":\"/f/list.pdf?v=1\",\"filename\":\"list.pdf\","
	    "\"mime_type\":\"application/pdf\"}" },
	{ "{\"type\":\"document\",\"media_url\":\"/get\",\"media_filename\":"
	  "\"Prices.PDF\"}",
	    "file", "",
	    "{\"url\":\"/get\",\"filename\":\"Prices.PDF\","
	    "\"mime_type\":\"application/pdf\"}" },
	{ "{\"type\":\"video\",\"media_url\":\"/v/\"}", "file", "",
	    "{\"url\":\"/v/\",\"filename\":\"file\","
	    "\"mime_type\":\"video/mp4\"}" },
	{ "{\"type\":\"video\",\"media_url\":\"/v/a.webm\"}", "file", "",
	    "{\"url\":\"/v/a.webm\",\"filename\":\"a.webm\","
	    "\"mime_type\":\"video/webm\"}" },
	{ "{\"type\":\"audio\",\"media_url\":\"/v/a.webm\"}", "file", "",
	    "{\"url\":\"/v/a.webm\",\"filename\":\"a.webm\","
	    "\"mime_type\":\"audio/webm\"}" },
	{ "{\"type\":\"audio\",\"media_url\":\"/v/a\"}", "file", "",
	    "{\"url\":\"/v/a\",\"filename\":\"a\","
	    "\"mime_type\":\"audio/mpeg\"}" },
	/* a variable has spoilt the address: the caption stays */
	{ "{\"type\":\"image\",\"media_url\":\"{{bad}}\",\"media_caption\":"
	  "\"Roses\"}",
	    "text", "Roses", "" },
	{ "{\"type\":\"image\",\"media_url\":\"{{bad}}\"}", "", "", "" },
	{ "\"{{none}}\"", "", "", "" },
};

static void messages_become_those_of_the_chat(void)
{
	struct pool *pool = pool_new();
	struct flow_findings f;
	struct engine_output out;
	struct chat_message m = { .seq = 0 };

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct engine_input in = {
			.flow = flow_parse(pool,
			    str_of(pool_printf(pool, "{\"a\":{\"message\":%s}}",
				rows[i].message)),
			    &f),
			.variables = STR("{\"bad\":\"javascript:alert(1)\"}"),
		};

		CU_ASSERT_PTR_NOT_NULL_FATAL(in.flow);
		engine_step(pool, &in, &out);
		CU_ASSERT_EQUAL_FATAL(out.messages.n, 1);
		if (!render_message(pool, &out.messages.items[0], &m)) {
			CU_ASSERT(unit_case(
			    rows[i].type[0] == '\0', i, rows[i].message));
			continue;
		}
		CU_ASSERT(unit_same(
		    str_of(chat_content_name(m.content_type)), rows[i].type));
		CU_ASSERT(unit_same(m.content, rows[i].content));
		CU_ASSERT(unit_same(m.rich_media, rows[i].media));
	}
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "messages become those of the chat",
	    messages_become_those_of_the_chat },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_render = { "render", NULL, NULL, NULL, NULL, tests };
