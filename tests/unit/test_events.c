/* test_events.c: the table of what clients may say, and its fields */
/* SPDX-License-Identifier: MIT */
#include "events.h"

#include "base/buf.h"
#include "base/settings.h"
#include "unit.h"

#define ID "\"conversation_id\":\"00000000-0000-0000-0000-0000000000C1\""

static struct pool *pool;
static struct event_fields f;

static enum err_code read_fields(
    const char *name, const char *payload, struct err *err)
{
	const struct json *v = NULL;

	err_clear(err);
	if (json_parse(pool, str_of(payload), &v, err) != ERR_OK)
		abort();
	return events_read_fields(events_find(str_of(name)), v, pool, &f, err);
}

static void names_are_unique_and_rows_whole(void)
{
	size_t i;

	for (i = 0; i < events_n; i++) {
		CU_ASSERT_PTR_EQUAL(
		    events_find(str_of(events[i].name)), &events[i]);
		CU_ASSERT(events[i].cost > 0);
		CU_ASSERT_PTR_NOT_NULL(events[i].run);
	}
	CU_ASSERT_PTR_NULL(events_find(STR("Send_message")));
	CU_ASSERT_PTR_NULL(events_find(STR_EMPTY));
}

static void a_message_is_read(void)
{
	struct err err;

	CU_ASSERT_EQUAL(
	    read_fields("send_message",
		"{" ID ",\"content\":\"Habari\",\"content_type\":\"image\","
		"\"rich_media\":{\"url\":\"/a.png\"},\"sender_type\":\"agent\","
		"\"client_id\":\"c1\",\"more\":[1]}",
		&err),
	    ERR_OK);
	CU_ASSERT_EQUAL(f.conversation_id.b[15], 0xc1);
	CU_ASSERT(unit_same(f.content, "Habari"));
	CU_ASSERT_EQUAL(f.content_type, CHAT_IMAGE);
	CU_ASSERT(unit_same(f.rich_media, "{\"url\":\"/a.png\"}"));
	CU_ASSERT(unit_same(f.client_id, "c1"));
	CU_ASSERT(f.has_side && f.side == CHAT_AGENT);
}

static void what_is_absent_has_its_default(void)
{
	struct err err;

	CU_ASSERT_EQUAL(
	    read_fields("send_message",
		"{" ID ",\"content\":\"x\",\"rich_media\":null}", &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(f.content_type, CHAT_TEXT);
	CU_ASSERT_EQUAL(f.rich_media.n, 0);
	CU_ASSERT(!f.has_side);
	CU_ASSERT_EQUAL(
	    read_fields("join_conversation", "{" ID "}", &err), ERR_OK);
	CU_ASSERT(!f.has_since);
	CU_ASSERT_EQUAL(
	    read_fields("join_conversation", "{" ID ",\"since_seq\":0}", &err),
	    ERR_OK);
	CU_ASSERT(f.has_since && f.since_seq == 0);
	CU_ASSERT_EQUAL(read_fields("join_queue", "null", &err), ERR_OK);
	CU_ASSERT(!f.has_cursor);
	CU_ASSERT_EQUAL(read_fields("join_queue", "{}", &err), ERR_OK);
	CU_ASSERT(!f.has_cursor);
	CU_ASSERT_EQUAL(
	    read_fields("join_queue", "{\"since\":12}", &err), ERR_OK);
	CU_ASSERT(f.has_cursor && f.cursor == 12);
}

static void a_seq_is_read(void)
{
	struct err err;

	CU_ASSERT_EQUAL(
	    read_fields("mark_delivered", "{" ID ",\"seq\":7}", &err), ERR_OK);
	CU_ASSERT_EQUAL(f.seq, 7);
	CU_ASSERT_EQUAL(
	    read_fields("mark_delivered", "{" ID ",\"seq\":0}", &err), ERR_OK);
	CU_ASSERT_EQUAL(f.seq, 0);
}

static void faults_are_named(void)
{
	static const struct {
		const char *event, *payload, *says;
	} cases[] = {
		{ "join_conversation", "{}", "conversation_id" },
		{ "join_conversation", "7", "object" },
		{ "join_conversation", "{" ID ",\"since_seq\":-1}",
		    "since_seq" },
		{ "join_conversation", "{" ID ",\"since_seq\":\"3\"}",
		    "since_seq" },
		{ "join_conversation", "{" ID ",\"since_seq\":1.5}",
		    "since_seq" },
		{ "join_conversation", "{" ID ",\"external_id\":5}",
		    "external_id" },
		{ "user_typing", "{" ID ",\"sender_type\":\"bot\"}",
		    "sender_type" },
		{ "send_message", "{" ID ",\"content\":{}}", "content" },
		{ "send_message", "{" ID ",\"content_type\":\"x\"}",
		    "content_type" },
		{ "send_message", "{" ID ",\"rich_media\":[]}", "rich_media" },
		{ "mark_delivered", "{" ID "}", "seq" },
		{ "mark_delivered", "{" ID ",\"seq\":null}", "seq" },
		{ "mark_delivered", "{" ID ",\"seq\":-1}", "seq" },
		{ "mark_delivered", "{" ID ",\"seq\":\"1\"}", "seq" },
		{ "mark_delivered", "{" ID ",\"seq\":1.5}", "seq" },
		{ "mark_read", "{" ID "}", "message_ids" },
		{ "mark_read", "{" ID ",\"message_ids\":[]}", "message_ids" },
		{ "mark_read", "{" ID ",\"message_ids\":[null]}",
		    "message_ids" },
	};
	struct err err;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		CU_ASSERT(
		    unit_case(read_fields(cases[i].event, cases[i].payload,
				  &err) == ERR_BAD_REQUEST,
			i, cases[i].payload));
		CU_ASSERT(unit_case(
		    strstr(err.text, cases[i].says) != NULL, i, err.text));
	}
}

static void ids_are_bounded(void)
{
	struct buf b;
	struct err err;
	int i;

	buf_init(&b, 0);
	buf_puts(&b, "{" ID ",\"message_ids\":[");
	for (i = 0; i < CHAT_IDS_MAX; i++)
		buf_printf(
		    &b, "%s\"01ARZ3NDEKTSV4RRFFQ69G5FAV\"", i ? "," : "");
	buf_puts(&b, "]}");
	CU_ASSERT_EQUAL(read_fields("mark_read", b.p, &err), ERR_OK);
	CU_ASSERT_EQUAL(f.n_ids, CHAT_IDS_MAX);
	b.n -= 2;
	buf_puts(&b, ",\"01ARZ3NDEKTSV4RRFFQ69G5FAV\"]}");
	CU_ASSERT_EQUAL(read_fields("mark_read", b.p, &err), ERR_BAD_REQUEST);
	buf_fini(&b);
}

static int64_t smallest(const char *setting)
{
	for (size_t i = 0; i < settings_rows_n; i++)
		if (!strcmp(settings_rows[i].key, setting))
			return settings_rows[i].min;
	return -1;
}

static void every_budget_admits_every_event(void)
{
	for (size_t i = 0; i < events_n; i++) {
		CU_ASSERT(unit_case(events[i].cost <= smallest("event_burst"),
		    i, events[i].name));
		CU_ASSERT(
		    unit_case(events[i].cost <= smallest("address_event_burst"),
			i, events[i].name));
	}
}

static void setup(void)
{
	pool = pool_new();
}

static void teardown(void)
{
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "names are unique and rows are whole",
	    names_are_unique_and_rows_whole },
	{ "a message is read", a_message_is_read },
	{ "what is absent has its default", what_is_absent_has_its_default },
	{ "a seq is read", a_seq_is_read },
	{ "faults are told with the member's name", faults_are_named },
	{ "at most 100 ids", ids_are_bounded },
	{ "the smallest budget admits the dearest event",
	    every_budget_admits_every_event },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_events = { "events", NULL, NULL, setup, teardown, tests };
