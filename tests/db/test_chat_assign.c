/* test_chat_assign.c: who gets the session */
/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "fixture.h"
#include "harness.h"

static struct fixture f;
static struct chat_assigned got;

static void set_up(void)
{
	fixture_make(&f);
	fixture_say(&f, &f.visitor, "hello");
}

static void tear_down(void)
{
	fixture_free(&f);
}

static enum err_code assign(
    const struct chat_actor *who, struct id agent_id, bool force)
{
	const struct chat_assign in = {
		.conversation_id = f.c.id,
		.agent_id = agent_id,
		.force = force,
	};

	return chat_assign(f.db, f.pool, who, &in, &got, &f.err);
}

static struct chat_conversation see(void)
{
	struct chat_conversation c = { .id = ID_NONE };

	FATAL_OK(chat_get(f.db, f.pool, &f.ada, f.c.id, &c, &f.err));
	return c;
}

static void claiming_is_told_and_stored(void)
{
	struct str payload;

	FATAL_OK(assign(&f.ada, ID_NONE, false));
	CU_ASSERT_TRUE(got.is_changed);
	CU_ASSERT_TRUE(id_eq(got.agent_id, f.ada.user_id));
	CU_ASSERT_TRUE(str_eq(got.agent_name, STR("Ada")));
	CU_ASSERT_TRUE(id_eq(see().session.assigned_agent_id, f.ada.user_id));
	CU_ASSERT_EQUAL(see().session.assigned_at, got.assigned_at);
	CU_ASSERT_TRUE(str_eq(see().agent_name, STR("Ada")));
	CU_ASSERT_EQUAL(fixture_notified(&f, "assigned"), 1);
	payload = fixture_payload(&f);
	CU_ASSERT_TRUE(
	    str_search(payload, str_of(id_text(f.ada.user_id))) < payload.n);
	CU_ASSERT_TRUE(
	    str_search(payload, STR("\"display_name\":\"Ada\"")) < payload.n);
}

static void claiming_again_changes_nothing(void)
{
	int64_t at;

	FATAL_OK(assign(&f.ada, ID_NONE, false));
	at = got.assigned_at;
	FATAL_OK(assign(&f.ada, ID_NONE, false));
	CU_ASSERT_FALSE(got.is_changed);
	CU_ASSERT_EQUAL(got.assigned_at, at);
	CU_ASSERT_EQUAL(fixture_notified(&f, "assigned"), 1);
}

static void the_other_is_told_who_has_it(void)
{
	FATAL_OK(assign(&f.ada, ID_NONE, false));
	CU_ASSERT_EQUAL(assign(&f.ben, ID_NONE, false), ERR_CONFLICT);
	CU_ASSERT_PTR_NOT_NULL(strstr(f.err.text, "Ada"));
	/* Force is the admin's. */
	CU_ASSERT_EQUAL(assign(&f.ben, ID_NONE, true), ERR_CONFLICT);
	CU_ASSERT_EQUAL(assign(&f.chief, ID_NONE, false), ERR_CONFLICT);
	ASSERT_OK(assign(&f.chief, ID_NONE, true));
	CU_ASSERT_TRUE(id_eq(see().session.assigned_agent_id, f.chief.user_id));
}

static void who_has_it_may_hand_it_over(void)
{
	FATAL_OK(assign(&f.ada, f.ben.user_id, false));
	CU_ASSERT_TRUE(id_eq(got.agent_id, f.ben.user_id));
	ASSERT_OK(assign(&f.ben, f.ada.user_id, false));
	CU_ASSERT_TRUE(str_eq(got.agent_name, STR("Ada")));
	CU_ASSERT_EQUAL(assign(&f.ben, f.ben.user_id, false), ERR_CONFLICT);
}

static void only_colleagues_can_get_it(void)
{
	CU_ASSERT_EQUAL(
	    assign(&f.ada, f.stranger.user_id, false), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(assign(&f.ada, id_new(), false), ERR_NOT_FOUND);
	harness_sql(f.db, "UPDATE users SET disabled_at = created_at\n"
			  "WHERE display_name = 'Ben';");
	CU_ASSERT_EQUAL(assign(&f.ada, f.ben.user_id, false), ERR_NOT_FOUND);
	CU_ASSERT_TRUE(id_is_none(see().session.assigned_agent_id));
}

static void a_resolved_conversation_cannot_be_claimed(void)
{
	struct chat_resolved done;

	FATAL_OK(chat_resolve(
	    f.db, f.pool, &f.ada, f.c.id, STR_EMPTY, ID_NONE, &done, &f.err));
	CU_ASSERT_EQUAL(assign(&f.ada, ID_NONE, false), ERR_CONFLICT);
}

struct claimer {
	struct chat_actor actor;
	enum err_code code;
	bool is_changed;
};

static void *run_claimer(void *arg)
{
	struct claimer *c = arg;
	const struct chat_assign in = { .conversation_id = f.c.id };
	struct db *db = harness_db();
	struct pool *pool = pool_new();
	struct chat_assigned assigned;
	struct err err;

	c->code = chat_assign(db, pool, &c->actor, &in, &assigned, &err);
	c->is_changed = c->code == ERR_OK && assigned.is_changed;
	db_close(&db);
	pool_free(&pool);
	return NULL;
}

static void of_two_at_once_exactly_one_wins(void)
{
	size_t round;

	for (round = 0; round < 10; round++) {
		struct claimer a = { .actor = f.ada }, b = { .actor = f.ben };
		struct chat_resolved done;
		pthread_t thread;

		pthread_create(&thread, NULL, run_claimer, &a);
		run_claimer(&b);
		pthread_join(thread, NULL);
		CU_ASSERT_TRUE(a.is_changed != b.is_changed);
		CU_ASSERT_EQUAL(a.is_changed ? b.code : a.code, ERR_CONFLICT);
		CU_ASSERT_TRUE(id_eq(see().session.assigned_agent_id,
		    a.is_changed ? f.ada.user_id : f.ben.user_id));
		FATAL_OK(chat_resolve(f.db, f.pool, &f.ada, f.c.id, STR_EMPTY,
		    ID_NONE, &done, &f.err));
		fixture_say(&f, &f.visitor, "once more");
	}
}

static CU_TestInfo tests[] = {
	{ "claiming is told and stored", claiming_is_told_and_stored },
	{ "claiming again changes nothing", claiming_again_changes_nothing },
	{ "the other is told who has it", the_other_is_told_who_has_it },
	{ "who has it may hand it over", who_has_it_may_hand_it_over },
	{ "only colleagues can get it", only_colleagues_can_get_it },
	{ "a resolved conversation cannot be claimed",
	    a_resolved_conversation_cannot_be_claimed },
	{ "of two at once exactly one wins", of_two_at_once_exactly_one_wins },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_assign = { "chat_assign", NULL, NULL, set_up, tear_down,
	tests };
