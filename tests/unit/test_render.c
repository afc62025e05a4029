/* test_render.c: what a bot says as messages of the chat */
/* SPDX-License-Identifier: MIT */
#include "bot/render.h"

#include "base/buf.h"
#include "bot/engine.h"
#include "bot/generic.h"
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
	    "list", "Pick",
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
	{ "{\"type\":\"video\",\"media_url\":\"/v/\"}", "video", "",
	    "{\"url\":\"/v/\",\"filename\":\"file\","
	    "\"mime_type\":\"video/mp4\"}" },
	{ "{\"type\":\"video\",\"media_url\":\"/v/a.webm\"}", "video", "",
	    "{\"url\":\"/v/a.webm\",\"filename\":\"a.webm\","
	    "\"mime_type\":\"video/webm\"}" },
	{ "{\"type\":\"audio\",\"media_url\":\"/v/a.webm\"}", "audio", "",
	    "{\"url\":\"/v/a.webm\",\"filename\":\"a.webm\","
	    "\"mime_type\":\"audio/webm\"}" },
	{ "{\"type\":\"audio\",\"media_url\":\"/v/a\"}", "audio", "",
	    "{\"url\":\"/v/a\",\"filename\":\"a\","
	    "\"mime_type\":\"audio/mpeg\"}" },
	{ "{\"type\":\"form\",\"text\":\"Who?\",\"title\":\"You\","
	  "\"fields\":[{\"name\":\"a\",\"label\":\"{{none}}A\",\"type\":"
	  "\"email\"}]}",
	    "form", "Who?",
	    "{\"title\":\"You\",\"submit\":\"\",\"fields\":[{\"name\":\"a\","
	    "\"label\":\"A\",\"type\":\"email\"}]}" },
	/* a variable has spoilt the label: the text stays */
	{ "{\"type\":\"form\",\"text\":\"Who?\",\"fields\":[{\"name\":"
	  "\"a\",\"label\":\"{{none}}\",\"type\":\"email\"}]}",
	    "text", "Who?", "" },
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

static struct str generic(struct pool *pool, const struct chat_message *m)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	generic_put(&j, NULL, pool, m);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* What a flow says comes back as it was written. */
static void generic_messages_come_back(void)
{
	static const char *const kinds[] = {
		"{\"type\":\"text\",\"text\":\"Hi\"}",
		"{\"type\":\"buttons\",\"text\":\"Pick\",\"buttons\":["
		"{\"id\":\"a\",\"title\":\"A\"},{\"id\":\"b\",\"title\":\"B\"}"
		"]}",
		"{\"type\":\"list\",\"text\":\"Pick\",\"button_text\":"
		"\"Open\",\"sections\":[{\"title\":\"S\",\"rows\":[{\"id\":"
		"\"a\",\"title\":\"A\",\"description\":\"first\"}]},"
		"{\"title\":\"T\",\"rows\":[{\"id\":\"b\",\"title\":\"B\"}]}"
		"]}",
		"{\"type\":\"image\",\"media_url\":"
		"\"https://maua.example/r.jpg\",\"media_caption\":\"Roses\"}",
		"{\"type\":\"image\",\"media_url\":\"/r.jpg\"}",
		"{\"type\":\"document\",\"media_url\":\"/f/list.pdf\","
		"\"media_filename\":\"Prices.pdf\",\"media_caption\":\"New\"}",
		"{\"type\":\"video\",\"media_url\":\"/f/a.mp4\","
		"\"media_caption\":\"Look\"}",
		"{\"type\":\"video\",\"media_url\":\"/stream\"}",
		"{\"type\":\"audio\",\"media_url\":\"/f/a.ogg\"}",
	};
	struct pool *pool = pool_new();
	struct flow_findings f;
	struct engine_output out;
	struct chat_message m = { .seq = 0 };

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct engine_input in = {
			.flow = flow_parse(pool,
			    str_of(pool_printf(
				pool, "{\"a\":{\"message\":%s}}", kinds[i])),
			    &f)
		};

		CU_ASSERT_PTR_NOT_NULL_FATAL(in.flow);
		engine_step(pool, &in, &out);
		CU_ASSERT_FATAL(
		    render_message(pool, &out.messages.items[0], &m));
		CU_ASSERT(unit_case(
		    unit_same(generic(pool, &m), kinds[i]), i, kinds[i]));
	}
	pool_free(&pool);
}

static void what_agents_send_is_generic_too(void)
{
	static const struct {
		enum chat_content type;
		const char *content;
		const char *media;
		const char *want;
	} sent[] = {
		{ CHAT_TEXT, "Hi", "{\"value\":\"x\"}",
		    "{\"type\":\"text\",\"text\":\"Hi\"}" },
		{ CHAT_QUICK_BUTTON, "", "{\"buttons\":[{\"label\":\"A\"}]}",
		    "{\"type\":\"buttons\",\"text\":\"\",\"buttons\":[{"
		    "\"id\":\"A\",\"title\":\"A\"}]}" },
		{ CHAT_DROPDOWN, "?",
		    "{\"options\":[{\"label\":\"A\",\"value\":\"a\"}]}",
		    "{\"type\":\"list\",\"text\":\"?\",\"button_text\":\"\","
		    "\"sections\":[{\"title\":\"\",\"rows\":[{\"id\":\"a\","
		    "\"title\":\"A\"}]}]}" },
		{ CHAT_FILE, "",
		    "{\"url\":\"/x.png\",\"filename\":\"x.png\","
		    "\"mime_type\":\"image/png\"}",
		    "{\"type\":\"image\",\"media_url\":\"/x.png\"}" },
		{ CHAT_FILE, "", "{\"url\":\"/x\",\"filename\":\"x\"}",
		    "{\"type\":\"document\",\"media_url\":\"/x\","
		    "\"media_filename\":\"x\"}" },
		{ CHAT_CAROUSEL, "Look",
		    "{\"cards\":[{\"title\":\"Roses\"},{\"title\":\"Lilies\"}"
		    "]}",
		    "{\"type\":\"text\",\"text\":\"Look\\nRoses\\nLilies\"}" },
		{ CHAT_LIST, "?",
		    "{\"placeholder\":\"Open\",\"sections\":[{\"title\":\"S\","
		    "\"options\":[{\"label\":\"A\",\"value\":\"a\"}]}]}",
		    "{\"type\":\"list\",\"text\":\"?\",\"button_text\":\"Open\","
		    "\"sections\":[{\"title\":\"S\",\"rows\":[{\"id\":\"a\","
		    "\"title\":\"A\"}]}]}" },
		{ CHAT_VIDEO, "", "{\"url\":\"/x\",\"filename\":\"x\"}",
		    "{\"type\":\"video\",\"media_url\":\"/x\"}" },
		{ CHAT_AUDIO, "Hear", "{\"url\":\"/x\"}",
		    "{\"type\":\"audio\",\"media_url\":\"/x\","
		    "\"media_caption\":\"Hear\"}" },
		{ CHAT_FORM, "Who?",
		    "{\"fields\":[{\"label\":\"Name\"},{\"label\":\"Age\"}]}",
		    "{\"type\":\"text\",\"text\":\"Who?\\nName\\nAge\"}" },
		/* what an older version stored is no reason to fail */
		{ CHAT_IMAGE, "", "{",
		    "{\"type\":\"image\",\"media_url\":"
		    "\"\"}" },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT_OF(sent); i++) {
		struct chat_message m = { .content_type = sent[i].type,
			.content = str_of(sent[i].content),
			.rich_media = str_of(sent[i].media) };

		CU_ASSERT(unit_case(unit_same(generic(pool, &m), sent[i].want),
		    i, sent[i].media));
	}
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "messages become those of the chat",
	    messages_become_those_of_the_chat },
	{ "generic messages come back", generic_messages_come_back },
	{ "what agents send is generic too", what_agents_send_is_generic_too },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_render = { "render", NULL, NULL, NULL, NULL, tests };
