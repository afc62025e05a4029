/* test_chat_access.c: every call refuses who has no business there */
/* SPDX-License-Identifier: MIT */
#include "fixture.h"

static struct fixture f;

/* Each call, made by who on the conversation. */
typedef enum err_code call_fn(const struct chat_actor *who, struct id id);

static enum err_code do_get(const struct chat_actor *who, struct id id)
{
	struct chat_conversation c;

	return chat_get(f.db, f.pool, who, id, &c, &f.err);
}

static enum err_code do_after(const struct chat_actor *who, struct id id)
{
	struct chat_messages list;

	return chat_history_after(f.db, f.pool, who, id, 0, 10, &list, &f.err);
}

static enum err_code do_last(const struct chat_actor *who, struct id id)
{
	struct chat_messages list;

	return chat_history_last(f.db, f.pool, who, id, 10, 0, &list, &f.err);
}

static enum err_code do_send(const struct chat_actor *who, struct id id)
{
	return fixture_send(f.db, f.pool, who, id, "x", NULL, NULL, &f.err);
}

static enum err_code do_assign(const struct chat_actor *who, struct id id)
{
	const struct chat_assign in = { .conversation_id = id };
	struct chat_assigned assigned;

	return chat_assign(f.db, f.pool, who, &in, &assigned, &f.err);
}

static enum err_code do_resolve(const struct chat_actor *who, struct id id)
{
	struct chat_resolved done;

	return chat_resolve(
	    f.db, f.pool, who, id, STR_EMPTY, ID_NONE, &done, &f.err);
}

static enum err_code do_tag(const struct chat_actor *who, struct id id)
{
	struct chat_resolved done;

	return chat_tag(
	    f.db, f.pool, who, id, STR("[]"), ID_NONE, &done, &f.err);
}

static enum err_code do_mark(const struct chat_actor *who, struct id id)
{
	struct chat_seen seen;
	struct id message_id = id_new();

	return chat_mark_read(
	    f.db, f.pool, who, id, &message_id, 1, ID_NONE, &seen, &f.err);
}

static enum err_code do_deliver(const struct chat_actor *who, struct id id)
{
	struct chat_delivered delivered;

	return chat_mark_delivered(
	    f.db, f.pool, who, id, 1, ID_NONE, &delivered, &f.err);
}

static enum err_code do_update(const struct chat_actor *who, struct id id)
{
	struct chat_updates updates;

	return chat_updates(f.db, f.pool, who, id, NULL, &updates, &f.err);
}

static const struct {
	const char *name;
	call_fn *call;
	bool is_agents;
} calls[] = {
	{ "get", do_get, false },
	{ "history_after", do_after, false },
	{ "history_last", do_last, false },
	{ "send", do_send, false },
	{ "mark_read", do_mark, false },
	{ "mark_delivered", do_deliver, false },
	{ "updates", do_update, false },
	{ "assign", do_assign, true },
	{ "tag", do_tag, true },
	{ "resolve", do_resolve, true },
};

static void set_up(void)
{
	fixture_make(&f);
	fixture_say(&f, &f.visitor, "hello");
}

static void tear_down(void)
{
	fixture_free(&f);
}

static void expect(const struct chat_actor *who, struct id id, bool is_agents,
    enum err_code code)
{
	for (size_t i = 0; i < COUNT_OF(calls); i++) {
		enum err_code got;

		if (calls[i].is_agents != is_agents)
			continue;
		got = calls[i].call(who, id);
		CU_ASSERT_EQUAL(got, code);
		if (got != code)
			printf("\n     %s: %s\n", calls[i].name, err_slug(got));
	}
}

static void another_workspace_finds_nothing(void)
{
	expect(&f.stranger, f.c.id, false, ERR_NOT_FOUND);
	expect(&f.stranger, f.c.id, true, ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 1);
}

static void an_unknown_conversation_is_not_found(void)
{
	expect(&f.ada, id_new(), false, ERR_NOT_FOUND);
	expect(&f.ada, id_new(), true, ERR_NOT_FOUND);
	expect(&f.visitor, id_new(), false, ERR_NOT_FOUND);
	expect(&f.ada, ID_NONE, false, ERR_NOT_FOUND);
}

static void another_visitor_is_forbidden(void)
{
	static const struct str others[] = { { "visitor-2", 9 },
		{ "Visitor-1", 9 }, { "visitor-1 ", 10 }, { "", 0 },
		{ "visitor-", 8 } };

	for (size_t i = 0; i < COUNT_OF(others); i++) {
		struct chat_actor who = f.visitor;

		who.external_id = others[i];
		expect(&who, f.c.id, false, ERR_FORBIDDEN);
	}
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 1);
}

static void visitors_do_no_agents_work(void)
{
	struct chat_conversations list;
	const struct chat_list in = { .filter = CHAT_ALL, .limit = 1 };
	struct str cursor;

	expect(&f.visitor, f.c.id, true, ERR_FORBIDDEN);
	CU_ASSERT_EQUAL(
	    chat_list(f.db, f.pool, &f.visitor, &in, &list, &cursor, &f.err),
	    ERR_FORBIDDEN);
}

static void those_who_belong_there_may(void)
{
	expect(&f.visitor, f.c.id, false, ERR_OK);
	expect(&f.ada, f.c.id, false, ERR_OK);
	expect(&f.ada, f.c.id, true, ERR_OK);
}

static CU_TestInfo tests[] = {
	{ "another workspace finds nothing", another_workspace_finds_nothing },
	{ "an unknown conversation is not found",
	    an_unknown_conversation_is_not_found },
	{ "another visitor is forbidden", another_visitor_is_forbidden },
	{ "visitors do no agents' work", visitors_do_no_agents_work },
	{ "those who belong there may", those_who_belong_there_may },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_access = { "chat_access", NULL, NULL, set_up, tear_down,
	tests };
