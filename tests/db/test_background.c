/* test_background.c: the table of background work, row by row */
/* SPDX-License-Identifier: MIT */
#include "bot/background.h"

#include "base/clock.h"
#include "db/db_conversation.h"
#include "db/db_notification.h"
#include "fixture.h"
#include "harness.h"

#define DAY_US INT64_C(86400000000)
#define ROWS   (2 * 1000 + 500) /* two whole batches of the feed's */

static struct settings settings; /* the harness's, with times */
static const struct bot_env env = { .settings = &settings };
static struct fixture f;

static void set_up(void)
{
	fixture_make(&f);
	settings = *harness_settings();
	settings.feed_retention_s = 86400;
	settings.chat_session_s = 60;
}

static void tear_down(void)
{
	fixture_free(&f);
}

static const struct background_job *find(const char *name)
{
	for (size_t i = 0; i < background_jobs_n; i++)
		if (strcmp(background_jobs[i].name, name) == 0)
			return &background_jobs[i];
	CU_FAIL_FATAL("no such job");
	return NULL;
}

static void each_comes_to_an_end(void)
{
	for (size_t i = 0; i < background_jobs_n; i++) {
		size_t done;

		FATAL_OK(background_run(
		    &background_jobs[i], f.db, &env, &done, &f.err));
		/* Again: whatever there was has been done. */
		FATAL_OK(background_run(
		    &background_jobs[i], f.db, &env, &done, &f.err));
		CU_ASSERT_EQUAL(done, 0);
	}
}

static void the_feed_is_pruned_until_only_what_is_young_is_left(void)
{
	const struct db_notification row = {
		.workspace_id = f.ada.workspace_id,
		.conversation_id = f.c.id,
		.kind = "tagged",
		.payload = STR("{}"),
	};
	int64_t now = clock_now_us();
	uint64_t first = 0, last = 0;
	size_t done;

	for (int i = 0; i < ROWS; i++)
		FATAL_OK(
		    db_notification_add(f.db, &row, now - 2 * DAY_US, &f.err));
	FATAL_OK(db_notification_add(f.db, &row, now, &f.err));
	FATAL_OK(db_notification_get_last(f.db, f.pool, &last, &f.err));
	FATAL_OK(background_run(find("feed"), f.db, &env, &done, &f.err));
	CU_ASSERT_EQUAL(done, 2);
	FATAL_OK(db_notification_get_first(f.db, f.pool, &first, &f.err));
	CU_ASSERT_EQUAL(first, last);
}

static CU_TestInfo tests[] = {
	{ "each comes to an end", each_comes_to_an_end },
	{ "the feed is pruned until only what is young is left",
	    the_feed_is_pruned_until_only_what_is_young_is_left },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_background = { "background", NULL, NULL, set_up, tear_down,
	tests };
