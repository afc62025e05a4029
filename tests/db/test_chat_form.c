/* test_chat_form.c: a form is answered once, by its visitor, as it asks */
/* SPDX-License-Identifier: MIT */
#include "base/pool.h"
#include "chat/chat_form.h"
#include "fixture.h"
#include "harness.h"

static struct fixture f;
static struct id form;

static struct chat_send make(enum chat_content type, struct id conversation,
    const char *media, const char *client_id)
{
	return (struct chat_send){
		.conversation_id = conversation,
		.content_type = type,
		.rich_media = str_of(media),
		.client_id = str_of(client_id),
	};
}

static void set_up(void)
{
	struct chat_send in;
	struct chat_sent sent;

	fixture_make(&f);
	fixture_say(&f, &f.visitor, "hello");
	in = make(CHAT_FORM, f.c.id,
	    "{\"fields\":[{\"name\":\"who\",\"label\":\"Name\","
	    "\"type\":\"text\",\"required\":true}]}",
	    "");
	FATAL_OK(chat_send(f.db, f.pool, &f.ada, &in, &sent, &f.err));
	form = sent.message.id;
}

static void tear_down(void)
{
	fixture_free(&f);
}

static const char *answer(struct id id, const char *values)
{
	return pool_printf(f.pool,
	    "{\"value\":\"x\",\"form\":{\"message_id\":\"%s\",\"values\":%s}}",
	    id_text(id), values);
}

static enum err_code send(const struct chat_actor *who, const char *media,
    const char *client_id, struct chat_sent *sent_r)
{
	struct chat_send in = make(CHAT_TEXT, f.c.id, media, client_id);

	return chat_send(f.db, f.pool, who, &in, sent_r, &f.err);
}

static void an_answer_is_kept_as_its_form_has_it(void)
{
	char uuid[ID_UUID_SIZE];
	struct chat_messages list;
	struct chat_sent sent;

	FATAL_OK(
	    send(&f.visitor, answer(form, "{\"who\":\"Asha\"}"), "a", &sent));
	FATAL_OK(chat_history_last(
	    f.db, f.pool, &f.ada, f.c.id, 1, 0, &list, &f.err));
	CU_ASSERT_TRUE(str_eq(list.items[0].content, STR("Name: Asha")));
	CU_ASSERT_TRUE(str_eq(list.items[0].rich_media,
	    str_of(pool_printf(f.pool,
		"{\"form\":{\"message_id\":\"%s\",\"values\":{\"who\":"
		"\"Asha\"}}}",
		id_uuid(form, uuid)))));
}

static void it_is_answered_once(void)
{
	const char *media = answer(form, "{\"who\":\"Asha\"}");
	struct chat_sent first, again;

	FATAL_OK(send(&f.visitor, media, "a", &first));
	/* the same message, sent again, is the one that is there */
	FATAL_OK(send(&f.visitor, media, "a", &again));
	CU_ASSERT_TRUE(again.is_duplicate);
	CU_ASSERT_TRUE(id_eq(first.message.id, again.message.id));
	CU_ASSERT_EQUAL(send(&f.visitor, media, "b", &again), ERR_CONFLICT);
	CU_ASSERT_EQUAL(send(&f.visitor, media, "", &again), ERR_CONFLICT);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 3);
}

static void two_answers_at_once_are_one(void)
{
	const char *media = answer(form, "{\"who\":\"Asha\"}");
	struct chat_send in[2] = { make(CHAT_TEXT, f.c.id, media, "a"),
		make(CHAT_TEXT, f.c.id, media, "b") };
	struct chat_send_item items[2] = {
		{ .pool = f.pool, .actor = &f.visitor, .in = &in[0] },
		{ .pool = f.pool, .actor = &f.visitor, .in = &in[1] },
	};

	CU_ASSERT_TRUE(chat_send_many(f.db, items, 2));
	ASSERT_OK(items[0].code);
	CU_ASSERT_EQUAL(items[1].code, ERR_CONFLICT);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 3);
}

static void what_does_not_fit_changes_nothing(void)
{
	struct chat_conversation other = fixture_open(&f, "visitor-2", false);
	struct chat_actor stranger = { .kind = CHAT_END_USER,
		.external_id = STR("visitor-2") };
	struct chat_send in =
	    make(CHAT_TEXT, other.id, answer(form, "{\"who\":\"Asha\"}"), "");
	struct chat_messages list;
	struct chat_sent sent;

	CU_ASSERT_EQUAL(
	    send(&f.visitor, answer(form, "{}"), "", &sent), ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(send(&f.visitor,
			    answer(form, "{\"who\":\"A\",\"b\":1}"), "", &sent),
	    ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(
	    send(&f.ada, answer(form, "{\"who\":\"A\"}"), "", &sent),
	    ERR_FORBIDDEN);
	CU_ASSERT_EQUAL(
	    send(&f.visitor, answer(id_new(), "{\"who\":\"A\"}"), "", &sent),
	    ERR_NOT_FOUND);
	/* a message that is no form, and a form of another conversation */
	FATAL_OK(chat_history_last(
	    f.db, f.pool, &f.ada, f.c.id, 10, 0, &list, &f.err));
	CU_ASSERT_EQUAL(
	    send(&f.visitor, answer(list.items[0].id, "{\"who\":\"A\"}"), "",
		&sent),
	    ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(chat_send(f.db, f.pool, &stranger, &in, &sent, &f.err),
	    ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 2);
	CU_ASSERT_EQUAL(fixture_count(&f, other.id), 0);
}

static CU_TestInfo tests[] = {
	{ "an answer is kept as its form has it",
	    an_answer_is_kept_as_its_form_has_it },
	{ "it is answered once", it_is_answered_once },
	{ "two answers at once are one", two_answers_at_once_are_one },
	{ "what does not fit changes nothing",
	    what_does_not_fit_changes_nothing },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_chat_form = { "chat_form", NULL, NULL, set_up, tear_down,
	tests };
