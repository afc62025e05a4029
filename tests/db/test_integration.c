/* test_integration.c: what bots reach: kept, found, changed, forgotten */
/* SPDX-License-Identifier: MIT */
#include "chat/integration.h"

#include "chat/integrations.h"
#include "chat/site.h"
#include "fixture.h"
#include "harness.h"

static struct fixture f;
static const struct seal_key key = { { 7 } };

static void set_up(void)
{
	fixture_make(&f);
}

static void tear_down(void)
{
	fixture_free(&f);
}

static struct db_integration row_of(
    const char *name, const char *settings, const char *secrets)
{
	return (struct db_integration){
		.workspace_id = f.ada.workspace_id,
		.chatbot_id = f.chatbot_id,
		.name = str_of(name),
		.settings = str_of(settings),
		.secrets = str_of(secrets),
		.is_active = true,
	};
}

static enum err_code add(
    enum integration_type type, int64_t max, struct db_integration *row)
{
	return integration_add(f.db, f.pool, &key, type, max, row, &f.err);
}

static struct db_integration add_mcp(const char *name)
{
	struct db_integration row = row_of(name,
	    "{\"server_url\":\"https://t.example/mcp\",\"timeout\":2.5,"
	    "\"auth_type\":\"BEARER\",\"tool_allowlist\":[\"a\",\"b\"]}",
	    "{\"auth\":{\"bearer\":\"s3cret\"}}");

	FATAL_OK(add(INTEGRATION_MCP, -1, &row));
	return row;
}

static enum err_code find_mcp(struct str name, struct integration_mcp *mcp)
{
	return integration_find_mcp(f.db, f.pool, &key, f.ada.workspace_id,
	    f.chatbot_id, name, mcp, &f.err);
}

static struct integration_which which_of(const struct db_integration *row)
{
	return (struct integration_which){ row->workspace_id, row->chatbot_id,
		row->id, INTEGRATION_TYPE__MAX };
}

static void a_server_is_found_with_its_credentials(void)
{
	struct db_integration row = add_mcp("github");
	struct integration_mcps list;
	struct integration_mcp mcp;

	FATAL_OK(find_mcp(STR("github"), &mcp));
	CU_ASSERT(id_eq(mcp.id, row.id));
	CU_ASSERT(str_eq(mcp.server_url, STR("https://t.example/mcp")));
	CU_ASSERT_EQUAL(mcp.timeout_ms, 2500);
	CU_ASSERT(mcp.is_enabled && mcp.has_allowlist);
	CU_ASSERT_EQUAL_FATAL(mcp.n_allowed, 2);
	CU_ASSERT(str_eq(mcp.allowed[1], STR("b")));
	CU_ASSERT_EQUAL_FATAL(mcp.n_headers, 1);
	CU_ASSERT(str_eq(mcp.headers[0].name, STR("Authorization")));
	CU_ASSERT(str_eq(mcp.headers[0].value, STR("Bearer s3cret")));
	CU_ASSERT_EQUAL(find_mcp(STR("GitHub"), &mcp), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(integration_find_api(f.db, f.pool, &key,
			    f.ada.workspace_id, f.chatbot_id, STR("github"),
			    &(struct integration_api){ 0 }, &f.err),
	    ERR_NOT_FOUND);
	(void)add_mcp("other");
	FATAL_OK(integration_list_mcp(f.db, f.pool, &key, f.ada.workspace_id,
	    f.chatbot_id, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 2);
	CU_ASSERT(str_eq(list.items[0].name, STR("other")));
	FATAL_OK(integration_list_mcp(f.db, f.pool, &key,
	    f.stranger.workspace_id, f.chatbot_id, &list, &f.err));
	CU_ASSERT_EQUAL(list.n, 0);
}

static void a_backend_is_found_with_all_its_headers(void)
{
	struct db_integration row = row_of("Orders é",
	    "{\"base_url\":\"https://b.example/v1\",\"auth_type\":\"HEADERS\"}",
	    "{\"auth\":{\"X-Key\":\"k\"},\"headers\":{\"Accept\":\"text/csv\","
	    "\"x-key\":\"weaker\"}}");
	struct integration_api api;

	FATAL_OK(add(INTEGRATION_API, -1, &row));
	FATAL_OK(integration_find_api(f.db, f.pool, &key, f.ada.workspace_id,
	    f.chatbot_id, STR("Orders é"), &api, &f.err));
	CU_ASSERT(str_eq(api.base_url, STR("https://b.example/v1")));
	CU_ASSERT_EQUAL_FATAL(api.n_headers, 2);
	CU_ASSERT(str_eq(api.headers[0].name, STR("Accept")));
	CU_ASSERT(str_eq(api.headers[1].name, STR("X-Key")));
	CU_ASSERT(str_eq(api.headers[1].value, STR("k")));
	harness_sql(f.db, "UPDATE integrations SET disabled_at = NOW(6) "
			  "WHERE type = 'api';\n");
	CU_ASSERT_EQUAL(
	    integration_find_api(f.db, f.pool, &key, f.ada.workspace_id,
		f.chatbot_id, STR("Orders é"), &api, &f.err),
	    ERR_NOT_FOUND);
}

static void a_bot_has_one_of_a_type_or_of_a_name(void)
{
	struct db_integration row = row_of("A", "{}", "");
	struct id none = ID_NONE;

	FATAL_OK(add(INTEGRATION_WHATSAPP, -1, &row));
	row.name = STR("B");
	CU_ASSERT_EQUAL(add(INTEGRATION_WHATSAPP, -1, &row), ERR_CONFLICT);
	CU_ASSERT_STRING_EQUAL(
	    f.err.text, "This chatbot has a whatsapp integration already.");
	FATAL_OK(add(INTEGRATION_REST_API, -1, &row));
	(void)add_mcp("x");
	row.name = STR("x");
	CU_ASSERT_EQUAL(add(INTEGRATION_MCP, -1, &row), ERR_CONFLICT);
	FATAL_OK(add(INTEGRATION_API, -1, &row));
	row.chatbot_id = none;
	CU_ASSERT_EQUAL(add(INTEGRATION_API, -1, &row), ERR_NOT_FOUND);
	row.chatbot_id = f.chatbot_id;
	row.workspace_id = f.stranger.workspace_id;
	CU_ASSERT_EQUAL(add(INTEGRATION_API, -1, &row), ERR_NOT_FOUND);
}

static void a_bot_has_no_more_than_is_allowed(void)
{
	struct db_integration row = row_of("c", "{}", "");

	CU_ASSERT_EQUAL(add(INTEGRATION_MCP, 0, &row), ERR_PAYMENT);
	(void)add_mcp("a");
	CU_ASSERT_EQUAL(add(INTEGRATION_MCP, 1, &row), ERR_PAYMENT);
	FATAL_OK(add(INTEGRATION_MCP, 2, &row));
}

static enum err_code rename_it(
    struct pool *pool, struct db_integration *row, void *arg, struct err *err)
{
	(void)pool;
	row->name = *(struct str *)arg;
	return row->name.n > 0 ? ERR_OK
			       : err_set(err, ERR_BAD_REQUEST, "No name.");
}

static enum err_code rename_to(
    const struct db_integration *row, struct str name)
{
	struct integration_which which = which_of(row);
	struct db_integration now;

	return integration_set(
	    f.db, f.pool, &key, &which, rename_it, &name, &now, &f.err);
}

static void a_change_is_whole_and_forgets_the_tools(void)
{
	struct db_integration row = add_mcp("a");
	struct integration_mcp mcp;

	(void)add_mcp("b");
	harness_sql(f.db,
	    "INSERT INTO mcp_tools SELECT id, workspace_id, chatbot_id, '[]', "
	    "NOW(6) FROM integrations WHERE type = 'mcp';\n");
	CU_ASSERT_EQUAL(rename_to(&row, STR("b")), ERR_CONFLICT);
	CU_ASSERT_EQUAL(rename_to(&row, STR_EMPTY), ERR_BAD_REQUEST);
	FATAL_OK(find_mcp(STR("a"), &mcp));
	FATAL_OK(rename_to(&row, STR("c")));
	CU_ASSERT_EQUAL(find_mcp(STR("a"), &mcp), ERR_NOT_FOUND);
	FATAL_OK(find_mcp(STR("c"), &mcp));
	CU_ASSERT(mcp.updated_at > row.updated_at);
	CU_ASSERT(str_eq(mcp.headers[0].value, STR("Bearer s3cret")));
	/* the other's only: twice the same key would fail */
	harness_sql(f.db,
	    "INSERT INTO mcp_tools SELECT id, workspace_id, chatbot_id, '[]', "
	    "NOW(6) FROM integrations WHERE name = 'c';\n");
}

static void what_is_deleted_is_gone(void)
{
	struct db_integration row = add_mcp("a"), found;
	struct integration_which which = which_of(&row);

	which.workspace_id = f.stranger.workspace_id;
	CU_ASSERT_EQUAL(
	    integration_del(f.db, f.pool, &which, &f.err), ERR_NOT_FOUND);
	which = which_of(&row);
	FATAL_OK(integration_del(f.db, f.pool, &which, &f.err));
	CU_ASSERT_EQUAL(
	    integration_del(f.db, f.pool, &which, &f.err), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    integration_get(f.db, f.pool, &key, &which, &found, &f.err),
	    ERR_NOT_FOUND);
	(void)add_mcp("a");
}

static void a_widget_that_was_used_keeps_what_was_said(void)
{
	struct chat_conversation c;
	struct db_integrations list;
	struct integration_which which = { f.ada.workspace_id, f.chatbot_id,
		ID_NONE, INTEGRATION_WEB };
	struct db_integration row = row_of("Shop", "{}", "");
	struct integration in;
	struct str wk = integration_new_key(f.pool, &row.token_hash);
	struct str origins;

	row.secrets = integration_key_secrets(f.pool, wk);
	FATAL_OK(add(INTEGRATION_WEB, -1, &row));
	FATAL_OK(site_by_token(f.db, f.pool, wk, &in, &f.err));
	FATAL_OK(chat_open(f.db, f.pool,
	    &(struct chat_open){ .workspace_id = f.ada.workspace_id,
		.integration_id = in.id,
		.chatbot_id = in.chatbot_id,
		.external_id = STR("wk-1") },
	    &c, &f.err));
	FATAL_OK(integration_get(f.db, f.pool, &key, &which, &row, &f.err));
	which.id = row.id;
	FATAL_OK(integration_del(f.db, f.pool, &which, &f.err));
	CU_ASSERT_EQUAL(
	    site_by_token(f.db, f.pool, wk, &in, &f.err), ERR_FORBIDDEN);
	CU_ASSERT_EQUAL(
	    integration_get(f.db, f.pool, &key, &which, &row, &f.err),
	    ERR_NOT_FOUND);
	FATAL_OK(integration_list(f.db, f.pool, &key, f.ada.workspace_id,
	    f.chatbot_id, INTEGRATION_TYPE__MAX, &list, &f.err));
	for (size_t i = 0; i < list.n; i++)
		CU_ASSERT(!id_eq(list.items[i].id, which.id));
	FATAL_OK(site_get_origins(f.db, f.pool, c.id, &origins, &f.err));
	CU_ASSERT_EQUAL(fixture_count(&f, c.id), 0);
	/* there is room for another one */
	row = row_of("Shop", "{}", "");
	FATAL_OK(add(INTEGRATION_WEB, -1, &row));
}

static void the_first_widget_of_barazactl_is_the_one_of_the_api(void)
{
	struct integration_which which = { f.ada.workspace_id, f.chatbot_id,
		ID_NONE, INTEGRATION_WEB };
	struct db_integration row;
	struct id id, second;
	struct str token;

	for (int i = 0; i < 2; i++) {
		FATAL_OK(site_add_web_chat(f.db, f.pool, f.ada.workspace_id,
		    f.chatbot_id, STR("Shop"), STR_EMPTY, STR_EMPTY,
		    i == 0 ? &id : &second, &token, &f.err));
		FATAL_OK(integration_keep_token(f.db, f.pool, &key,
		    f.ada.workspace_id, id, i == 0 ? token : STR("no"),
		    &f.err));
		FATAL_OK(
		    integration_get(f.db, f.pool, &key, &which, &row, &f.err));
		CU_ASSERT(id_eq(row.id, id));
	}
	CU_ASSERT(str_starts(row.secrets, STR("{\"widget_key\":\"ew_")));
	which.id = second;
	FATAL_OK(integration_get(f.db, f.pool, &key, &which, &row, &f.err));
	CU_ASSERT_EQUAL(row.slot.n, 0);
}

static CU_TestInfo tests[] = {
	{ "a server is found with its credentials",
	    a_server_is_found_with_its_credentials },
	{ "a backend is found with all its headers",
	    a_backend_is_found_with_all_its_headers },
	{ "a bot has one of a type or of a name",
	    a_bot_has_one_of_a_type_or_of_a_name },
	{ "a bot has no more than is allowed",
	    a_bot_has_no_more_than_is_allowed },
	{ "a change is whole and forgets the tools",
	    a_change_is_whole_and_forgets_the_tools },
	{ "what is deleted is gone", what_is_deleted_is_gone },
	{ "a widget that was used keeps what was said",
	    a_widget_that_was_used_keeps_what_was_said },
	{ "the first widget of barazactl is the one of the API",
	    the_first_widget_of_barazactl_is_the_one_of_the_api },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_integration = { "integration", NULL, NULL, set_up, tear_down,
	tests };
