/* test_apikey.c: which keys open the developer API, and for whom */
/* SPDX-License-Identifier: MIT */
#include "chat/apikey.h"
#include "fixture.h"
#include "harness.h"

static struct fixture f;
static struct api_key key;
static struct str secret;

static void setup(void)
{
	fixture_make(&f);
	FATAL_OK(apikey_add(f.db, f.pool, f.ada.workspace_id, STR(" Shop "),
	    true, f.chief.user_id, 0, &key, &secret, &f.err));
}

static void teardown(void)
{
	fixture_free(&f);
}

static enum err_code check(struct str text, struct api_key *key_r)
{
	return apikey_check(f.db, f.pool, text, key_r, &f.err);
}

static void a_key_is_whose_it_is(void)
{
	struct api_key found = { .id = ID_NONE };

	CU_ASSERT_EQUAL(secret.n, 43);
	CU_ASSERT(str_starts(secret, STR("sk-")));
	FATAL_OK(check(secret, &found));
	CU_ASSERT(id_eq(found.id, key.id));
	CU_ASSERT(id_eq(found.workspace_id, f.ada.workspace_id));
	CU_ASSERT(id_eq(found.created_by, f.chief.user_id));
	CU_ASSERT(str_eq(found.name, STR("Shop")));
	CU_ASSERT(str_eq(found.workspace_name, STR("ours")));
	CU_ASSERT(found.can_write);
	CU_ASSERT(str_eq(found.last4, str_from(secret, 39)));
	CU_ASSERT(
	    str_ends(apikey_masked(f.pool, &found), str_from(secret, 39)));
	CU_ASSERT(found.workspace_created_at != 0);
}

static void every_other_text_is_refused(void)
{
	struct str cut = str_head(secret, secret.n - 1);
	struct str longer =
	    str_of(pool_printf(f.pool, "%.*sA", STR_ARG(secret)));
	struct str bare = str_from(secret, 3);
	struct str texts[] = { STR_EMPTY, STR("sk-"), cut, longer, bare,
		STR("sk-' OR 1=1 -- ") };
	struct api_key found;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		CU_ASSERT_EQUAL(check(texts[i], &found), ERR_UNAUTHORIZED);
		CU_ASSERT_STRING_EQUAL(
		    f.err.text, "Invalid or expired API key.");
	}
}

static void a_revoked_key_is_refused_at_once(void)
{
	struct api_key found;

	CU_ASSERT_EQUAL(apikey_revoke(f.db, harness_settings(),
			    f.stranger.workspace_id, key.id, &f.err),
	    ERR_NOT_FOUND);
	FATAL_OK(check(secret, &found));
	FATAL_OK(apikey_revoke(
	    f.db, harness_settings(), f.ada.workspace_id, key.id, &f.err));
	CU_ASSERT_EQUAL(check(secret, &found), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(apikey_revoke(f.db, harness_settings(),
			    f.ada.workspace_id, key.id, &f.err),
	    ERR_NOT_FOUND);
}

static void an_expired_key_is_refused(void)
{
	struct api_key found, made;
	struct str other;

	FATAL_OK(apikey_add(f.db, f.pool, f.ada.workspace_id, STR("Short"),
	    false, ID_NONE, 1, &made, &other, &f.err));
	FATAL_OK(check(other, &found));
	CU_ASSERT(!found.can_write);
	CU_ASSERT(id_is_none(found.created_by));
	harness_sql(f.db, "UPDATE api_keys SET expires_at = UTC_TIMESTAMP(6) "
			  "WHERE expires_at IS NOT NULL;\n");
	CU_ASSERT_EQUAL(check(other, &found), ERR_UNAUTHORIZED);
	FATAL_OK(check(secret, &found));
}

static void a_use_is_noted_once_a_minute(void)
{
	struct api_key first, second;

	FATAL_OK(check(secret, &first));
	CU_ASSERT(first.last_used_at != 0);
	FATAL_OK(check(secret, &second));
	CU_ASSERT_EQUAL(first.last_used_at, second.last_used_at);
	harness_sql(f.db, "UPDATE api_keys SET last_used_at = "
			  "last_used_at - INTERVAL 61 SECOND;\n");
	FATAL_OK(check(secret, &second));
	CU_ASSERT(second.last_used_at > first.last_used_at);
}

static void a_list_is_of_one_workspace(void)
{
	struct api_keys list;
	struct api_key made;
	struct str other;

	FATAL_OK(apikey_add(f.db, f.pool, f.ada.workspace_id, STR("Later"),
	    true, ID_NONE, 0, &made, &other, &f.err));
	FATAL_OK(apikey_list(f.db, f.pool, f.ada.workspace_id, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 2);
	CU_ASSERT(id_eq(list.items[0].id, made.id));
	CU_ASSERT(id_eq(list.items[1].id, key.id));
	CU_ASSERT_EQUAL(list.items[0].created_by_name.n, 0);
	CU_ASSERT(str_eq(list.items[1].created_by_name, STR("Chief")));
	FATAL_OK(
	    apikey_list(f.db, f.pool, f.stranger.workspace_id, &list, &f.err));
	CU_ASSERT_EQUAL(list.n, 0);
	CU_ASSERT_EQUAL(apikey_add(f.db, f.pool, f.ada.workspace_id, STR(" \n"),
			    true, ID_NONE, 0, &made, &other, &f.err),
	    ERR_BAD_REQUEST);
}

static CU_TestInfo tests[] = {
	{ "a key is whose it is", a_key_is_whose_it_is },
	{ "every other text is refused", every_other_text_is_refused },
	{ "a revoked key is refused at once",
	    a_revoked_key_is_refused_at_once },
	{ "an expired key is refused", an_expired_key_is_refused },
	{ "a use is noted once a minute", a_use_is_noted_once_a_minute },
	{ "a list is of one workspace", a_list_is_of_one_workspace },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_apikey = { "apikey", NULL, NULL, setup, teardown, tests };
