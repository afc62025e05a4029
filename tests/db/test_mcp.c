/* test_mcp.c: lists of tools are kept for a while, and no longer */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "bot/mcp_tools.h"
#include "chat/chatbot.h"
#include "chat/integrations.h"
#include "fixture.h"
#include "harness.h"

static struct fixture f;
static const struct seal_key key = { { 7 } };
static struct integration_mcp mcp;
static unsigned asked;
static int n_tools = 3;
/* Happens while the server is asked. */
static void (*meanwhile)(void);

static enum err_code answer(const struct settings *s, struct pool *pool,
    const struct http_request *in, struct http_response *out, struct err *err)
{
	static struct http_header type = { STR_INIT("content-type"),
		STR_INIT("application/json") };
	struct buf b;

	(void)s;
	(void)pool;
	(void)err;
	CU_ASSERT(str_search(in->body, STR("\"tools/list\"")) < in->body.n);
	asked++;
	if (meanwhile != NULL)
		meanwhile();
	*out = (struct http_response){
		.status = 200, .n_headers = 1, .headers = &type
	};
	buf_init(&b, 0);
	buf_puts(&b, "{\"id\":1,\"result\":{\"tools\":[");
	for (int i = 0; i < n_tools; i++)
		buf_printf(&b,
		    "%s{\"name\":\"t%d\",\"title\":\"T\",\"description\":\"Tut "
		    "%d \\\"\xc3\xa4\\\"\",\"inputSchema\":{\"type\":"
		    "\"object\",\"maximum\":1e21}}",
		    i > 0 ? "," : "", i, i);
	buf_puts(&b, "]}}");
	CU_ASSERT(in->on_data(in->arg, out, buf_str(&b)));
	buf_fini(&b);
	return ERR_OK;
}

static const struct mcp_world world = { answer, NULL };

static const struct db_stmt stmts[] = {
	DB_STMT("test_mcp_count", "", "u", "SELECT COUNT(*) FROM mcp_tools"),
};
static const struct db_module test_module = { "test_mcp", stmts, 1 };

static uint64_t count_kept(void)
{
	struct db_rows rows = { .n = 0 };

	FATAL_OK(
	    db_query(f.db, &test_module, 0, NULL, 0, f.pool, &rows, &f.err));
	return db_row_uint(&rows, 0, 0);
}

static void find(void)
{
	FATAL_OK(integration_find_mcp(f.db, f.pool, &key, f.ada.workspace_id,
	    f.chatbot_id, STR("shop"), &mcp, &f.err));
}

static void set_up(void)
{
	struct db_integration row;

	fixture_make(&f);
	asked = 0;
	n_tools = 3;
	meanwhile = NULL;
	row = (struct db_integration){
		.workspace_id = f.ada.workspace_id,
		.chatbot_id = f.chatbot_id,
		.name = STR("shop"),
		.settings = STR("{\"server_url\":\"https://t.example/mcp\","
				"\"timeout\":5,\"auth_type\":\"BEARER\"}"),
		.secrets = STR("{\"auth\":{\"bearer\":\"s3cret\"}}"),
		.is_active = true,
	};
	FATAL_OK(integration_add(
	    f.db, f.pool, &key, INTEGRATION_MCP, -1, &row, &f.err));
	find();
}

static void tear_down(void)
{
	fixture_free(&f);
}

static struct mcp_tools tools_of(struct id workspace_id)
{
	struct mcp_tools tools = { .n = 0 };
	struct mcp_server server;

	mcp_server_of(f.pool, &mcp, workspace_id, f.chatbot_id, &server);
	server.version = STR("2026-07-28");
	CU_ASSERT_EQUAL(mcp_tools_in(&world, f.db, f.pool, NULL, &server, 0,
			    &tools, &f.err),
	    ERR_OK);
	return tools;
}

static struct mcp_tools get(void)
{
	return tools_of(f.ada.workspace_id);
}

static void a_list_is_asked_for_once(void)
{
	struct mcp_tools first = get(), second = get();

	CU_ASSERT_EQUAL(asked, 1);
	CU_ASSERT_EQUAL_FATAL(first.n, 3);
	CU_ASSERT_EQUAL_FATAL(second.n, 3);
	CU_ASSERT(str_eq(second.version, STR("2026-07-28")));
	for (size_t i = 0; i < second.n; i++) {
		const struct mcp_tool *a = &first.items[i];
		const struct mcp_tool *b = &second.items[i];

		CU_ASSERT(str_eq(a->name, b->name));
		CU_ASSERT(str_eq(a->alias, b->alias));
		CU_ASSERT(str_eq(a->title, b->title));
		CU_ASSERT(str_eq(a->description, b->description));
		CU_ASSERT(str_eq(a->input_schema, b->input_schema));
	}
	CU_ASSERT(str_eq(second.items[2].alias, STR("shop__t2")));
	/* Not with the ids of another workspace. */
	(void)tools_of(f.stranger.workspace_id);
	CU_ASSERT_EQUAL(asked, 2);
}

static void a_list_that_cannot_be_kept_is_used(void)
{
	harness_sql(f.db, "RENAME TABLE mcp_tools TO mcp_tools_hidden;\n"
			  "CREATE VIEW mcp_tools AS SELECT workspace_id, "
			  "chatbot_id, integration_id, fetched_at, CONCAT('', "
			  "tools) AS tools FROM mcp_tools_hidden;\n");
	CU_ASSERT_EQUAL(get().n, 3);
	CU_ASSERT_EQUAL(get().n, 3);
	CU_ASSERT_EQUAL(asked, 2);
	harness_sql(f.db, "DROP VIEW mcp_tools;\n"
			  "RENAME TABLE mcp_tools_hidden TO mcp_tools;\n");
}

static void a_list_that_is_old_is_asked_for_again(void)
{
	(void)get();
	harness_sql(f.db, "UPDATE mcp_tools SET fetched_at = fetched_at - "
			  "INTERVAL 299 SECOND;\n"
			  "UPDATE integrations SET updated_at = updated_at - "
			  "INTERVAL 1 HOUR;\n");
	find();
	(void)get();
	CU_ASSERT_EQUAL(asked, 1);
	harness_sql(f.db, "UPDATE mcp_tools SET fetched_at = fetched_at - "
			  "INTERVAL 2 SECOND;\n");
	(void)get();
	CU_ASSERT_EQUAL(asked, 2);
	(void)get();
	CU_ASSERT_EQUAL(asked, 2);
}

static enum err_code rename_it(
    struct pool *pool, struct db_integration *row, void *arg, struct err *err)
{
	(void)pool;
	(void)arg;
	(void)err;
	row->name = STR("store");
	return ERR_OK;
}

static void change(void)
{
	const struct integration_which which = { f.ada.workspace_id,
		f.chatbot_id, mcp.id, INTEGRATION_MCP };
	struct db_integration row;

	meanwhile = NULL;
	FATAL_OK(integration_set(
	    f.db, f.pool, &key, &which, rename_it, NULL, &row, &f.err));
}

static void delete_it(void)
{
	const struct integration_which which = { f.ada.workspace_id,
		f.chatbot_id, mcp.id, INTEGRATION_MCP };

	meanwhile = NULL;
	FATAL_OK(integration_del(f.db, f.pool, &which, &f.err));
}

static void a_change_is_seen_at_once(void)
{
	struct mcp_tools tools;

	(void)get();
	change();
	FATAL_OK(integration_find_mcp(f.db, f.pool, &key, f.ada.workspace_id,
	    f.chatbot_id, STR("store"), &mcp, &f.err));
	tools = get();
	CU_ASSERT_EQUAL(asked, 2);
	CU_ASSERT_EQUAL_FATAL(tools.n, 3);
	CU_ASSERT(str_eq(tools.items[0].alias, STR("store__t0")));
	(void)get();
	CU_ASSERT_EQUAL(asked, 2);
}

/* The answer is for what the integration was before. */
static void a_change_while_the_server_is_asked(void)
{
	meanwhile = change;
	(void)get();
	CU_ASSERT_EQUAL(count_kept(), 0);
	FATAL_OK(integration_find_mcp(f.db, f.pool, &key, f.ada.workspace_id,
	    f.chatbot_id, STR("store"), &mcp, &f.err));
	(void)get();
	CU_ASSERT_EQUAL(asked, 2);
	CU_ASSERT_EQUAL(count_kept(), 1);
	meanwhile = delete_it;
	harness_sql(f.db, "DELETE FROM mcp_tools;\n");
	(void)get();
	CU_ASSERT_EQUAL(count_kept(), 0);
}

static void which_tools_the_model_gets(void)
{
	static const struct str allowed[] = { STR_INIT("t40"), STR_INIT("nope"),
		STR_INIT("t7") };
	struct mcp_tools tools;

	n_tools = 50;
	tools = get();
	CU_ASSERT_EQUAL(tools.n, MCP_TOOLS_DEFAULT);
	mcp.has_allowlist = true;
	CU_ASSERT_EQUAL(get().n, 0);
	mcp.n_allowed = COUNT_OF(allowed);
	mcp.allowed = allowed;
	tools = get();
	CU_ASSERT_EQUAL_FATAL(tools.n, 2);
	CU_ASSERT(str_eq(tools.items[0].name, STR("t7")));
	CU_ASSERT(str_eq(tools.items[1].name, STR("t40")));
	CU_ASSERT_EQUAL(asked, 1);
}

static void a_list_that_cannot_be_read(void)
{
	(void)get();
	harness_sql(f.db, "UPDATE mcp_tools SET tools = '{';\n");
	CU_ASSERT_EQUAL(get().n, 3);
	CU_ASSERT_EQUAL(asked, 2);
}

static CU_TestInfo tests[] = {
	{ "a list is asked for once, and comes back as it was",
	    a_list_is_asked_for_once },
	{ "a list that cannot be kept is used",
	    a_list_that_cannot_be_kept_is_used },
	{ "a list that is old is asked for again",
	    a_list_that_is_old_is_asked_for_again },
	{ "a change of the integration is seen at once",
	    a_change_is_seen_at_once },
	{ "what was asked before a change is not kept",
	    a_change_while_the_server_is_asked },
	{ "the model gets those of the allowlist, or the first",
	    which_tools_the_model_gets },
	{ "a list that cannot be read is asked for again",
	    a_list_that_cannot_be_read },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_mcp = { "mcp", NULL, NULL, set_up, tear_down, tests };
