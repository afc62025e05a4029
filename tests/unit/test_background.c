/* test_background.c: background work where no daemon runs */
/* SPDX-License-Identifier: MIT */
#include "bot/background.h"

#include "unit.h"

static size_t left, fails_at;

static enum err_code run(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err)
{
	CU_ASSERT_PTR_NULL(db);
	CU_ASSERT_PTR_NULL(env);
	pool_alloc(pool, 100000);
	if (left == fails_at)
		return err_set(err, ERR_TIMEOUT, "Too slow.");
	*did_r = left > 0;
	left -= *did_r;
	return ERR_OK;
}

static const struct background_job job = { "things", run, 1, false };

static void all_of_it_is_done(void)
{
	size_t done;

	fails_at = SIZE_MAX;
	left = 0;
	CU_ASSERT_EQUAL(background_run(&job, NULL, NULL, &done, NULL), ERR_OK);
	CU_ASSERT_EQUAL(done, 0);
	left = 7;
	CU_ASSERT_EQUAL(background_run(&job, NULL, NULL, &done, NULL), ERR_OK);
	CU_ASSERT_EQUAL(done, 7);
	CU_ASSERT_EQUAL(left, 0);
}

static void a_failure_ends_it_and_counts_what_was_done(void)
{
	size_t done;
	struct err err;

	fails_at = 3;
	left = 7;
	CU_ASSERT_EQUAL(
	    background_run(&job, NULL, NULL, &done, &err), ERR_TIMEOUT);
	CU_ASSERT_EQUAL(done, 4);
	CU_ASSERT_STRING_EQUAL(err.text, "Too slow.");
}

static void it_ends_though_there_is_always_more(void)
{
	size_t done;

	fails_at = SIZE_MAX;
	left = 2 * BACKGROUND_MAX;
	CU_ASSERT_EQUAL(background_run(&job, NULL, NULL, &done, NULL), ERR_OK);
	CU_ASSERT_EQUAL(done, BACKGROUND_MAX);
}

static void the_table_is_sound(void)
{
	for (size_t i = 0; i < background_jobs_n; i++) {
		const struct background_job *j = &background_jobs[i];

		CU_ASSERT(strlen(j->name) > 0);
		CU_ASSERT_PTR_NOT_NULL(j->run_one);
		CU_ASSERT(j->at_once > 0);
		for (size_t k = 0; k < i; k++)
			CU_ASSERT_STRING_NOT_EQUAL(
			    j->name, background_jobs[k].name);
	}
}

static CU_TestInfo tests[] = {
	{ "all of it is done", all_of_it_is_done },
	{ "a failure ends it, and counts what was done",
	    a_failure_ends_it_and_counts_what_was_done },
	{ "it ends though there is always more",
	    it_ends_though_there_is_always_more },
	{ "every row of the table is sound", the_table_is_sound },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_background = { "background", NULL, NULL, NULL, NULL, tests };
