/* fixture.c: a workspace with people in it, and short ways to ask */
/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include "base/clock.h"
#include "harness.h"

enum {
	TEST_WORKSPACE_ADD,
	TEST_USER_ADD,
	TEST_CHATBOT_ADD,
	TEST_INTEGRATION_ADD,
	TEST_MESSAGE_COUNT,
	TEST_LAST_SEQ,
	TEST_NOTIFIED,
	TEST_PAYLOAD,
	TEST_BOT,
	TEST__MAX
};

static const struct db_stmt stmts[TEST__MAX] = {
	[TEST_WORKSPACE_ADD] = DB_STMT("test_workspace_add", "dst", "",
	    "INSERT INTO workspaces (id, name, created_at) VALUES (?, ?, ?)"),
	[TEST_USER_ADD] = DB_STMT("test_user_add", "ddsst", "",
	    "INSERT INTO users (workspace_id, id, email, display_name, role, "
	    "password_hash, created_at) VALUES (?, ?, ?, ?, 'agent', '', ?)"),
	[TEST_CHATBOT_ADD] = DB_STMT("test_chatbot_add", "ddtt", "",
	    "INSERT INTO chatbots (workspace_id, id, name, description, "
	    "created_at, updated_at) VALUES (?, ?, 'Bot', '', ?, ?)"),
	[TEST_INTEGRATION_ADD] = DB_STMT("test_integration_add", "dddtt", "",
	    "INSERT INTO integrations (workspace_id, id, chatbot_id, type, "
	    "name, allowed_origins, settings, created_at, updated_at) "
	    "VALUES (?, ?, ?, 'web_chat', 'Shop', '', '{}', ?, ?)"),
	[TEST_MESSAGE_COUNT] = DB_STMT("test_message_count", "d", "uu?",
	    "SELECT COUNT(*), MAX(seq) FROM messages "
	    "WHERE conversation_id = ?"),
	[TEST_LAST_SEQ] = DB_STMT("test_last_seq", "d", "u",
	    "SELECT last_seq FROM conversations WHERE id = ?"),
	[TEST_NOTIFIED] = DB_STMT("test_notified", "s", "u",
	    "SELECT COUNT(*) FROM notifications WHERE kind = ?"),
	[TEST_PAYLOAD] = DB_STMT("test_payload", "", "s?",
	    "SELECT payload FROM notifications ORDER BY id DESC LIMIT 1"),
	[TEST_BOT] = DB_STMT("test_bot", "d", "t?is?ds",
	    "SELECT due_at, is_muted, state, session_id, variables "
	    "FROM bot_states WHERE conversation_id = ?"),
};

static const struct db_module test_module = { "test", stmts, TEST__MAX };

static void run(
    struct fixture *f, int stmt, const struct db_arg *args, size_t n_args)
{
	FATAL_OK(
	    db_exec(f->db, &test_module, stmt, args, n_args, NULL, &f->err));
}

static struct db_rows ask(
    struct fixture *f, int stmt, const struct db_arg *args, size_t n_args)
{
	struct db_rows rows = { .n = 0 };

	FATAL_OK(db_query(
	    f->db, &test_module, stmt, args, n_args, f->pool, &rows, &f->err));
	return rows;
}

static struct id add_workspace(struct fixture *f, const char *name)
{
	struct id id = id_new();

	run(f, TEST_WORKSPACE_ADD,
	    DB_ARGS(DB_ID(id), DB_TEXT(str_of(name)), DB_TIME(clock_now_us())));
	return id;
}

struct chat_actor fixture_agent(
    struct fixture *f, struct id workspace_id, const char *name)
{
	struct chat_actor a = {
		.kind = CHAT_AGENT,
		.workspace_id = workspace_id,
		.user_id = id_new(),
		.display_name = str_of(name),
	};

	run(f, TEST_USER_ADD,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(a.user_id),
		DB_TEXT(str_of(pool_printf(f->pool, "%s@example.com", name))),
		DB_TEXT(str_of(name)), DB_TIME(clock_now_us())));
	return a;
}

static void empty_tables(struct fixture *f)
{
	harness_sql(f->db,
	    "DELETE FROM workspaces;\nDELETE FROM users;\n"
	    "DELETE FROM api_keys;\nDELETE FROM idempotency_keys;\n"
	    "DELETE FROM chatbots;\nDELETE FROM flows;\n"
	    "DELETE FROM integrations;\nDELETE FROM mcp_tools;\n"
	    "DELETE FROM contacts;\nDELETE FROM conversations;\n"
	    "DELETE FROM conversation_sessions;\nDELETE FROM messages;\n"
	    "DELETE FROM read_cursors;\nDELETE FROM bot_states;\n"
	    "DELETE FROM knowledge_bases;\nDELETE FROM kb_sources;\n"
	    "DELETE FROM kb_chunks;\nDELETE FROM chatbot_knowledge;\n"
	    "DELETE FROM chatbot_days;\nDELETE FROM chatbot_users;\n"
	    "DELETE FROM rollups;\n"
	    "TRUNCATE TABLE notifications;\n");
}

void fixture_make(struct fixture *f)
{
	int64_t now = clock_now_us();
	struct id ours, theirs;

	memset(f, 0, sizeof(*f));
	f->db = harness_db();
	f->pool = pool_new();
	empty_tables(f);
	ours = add_workspace(f, "ours");
	theirs = add_workspace(f, "theirs");
	f->ada = fixture_agent(f, ours, "Ada");
	f->ben = fixture_agent(f, ours, "Ben");
	f->chief = fixture_agent(f, ours, "Chief");
	f->chief.is_admin = true;
	f->stranger = fixture_agent(f, theirs, "Stranger");
	f->chatbot_id = id_new();
	f->integration_id = id_new();
	run(f, TEST_CHATBOT_ADD,
	    DB_ARGS(
		DB_ID(ours), DB_ID(f->chatbot_id), DB_TIME(now), DB_TIME(now)));
	run(f, TEST_INTEGRATION_ADD,
	    DB_ARGS(DB_ID(ours), DB_ID(f->integration_id), DB_ID(f->chatbot_id),
		DB_TIME(now), DB_TIME(now)));
	f->visitor.kind = CHAT_END_USER;
	f->visitor.external_id = STR("visitor-1");
	f->c = fixture_open(f, "visitor-1", true);
}

void fixture_free(struct fixture *f)
{
	db_close(&f->db);
	pool_free(&f->pool);
}

struct chat_conversation fixture_open(
    struct fixture *f, const char *external_id, bool with_bot)
{
	const struct chat_open in = {
		.workspace_id = f->ada.workspace_id,
		.integration_id = f->integration_id,
		.chatbot_id = with_bot ? f->chatbot_id : ID_NONE,
		.external_id = str_of(external_id),
	};
	struct chat_conversation c = { .id = ID_NONE };

	FATAL_OK(chat_open(f->db, f->pool, &in, &c, &f->err));
	return c;
}

enum err_code fixture_send(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, const char *text,
    const char *client_id, struct chat_sent *sent_r, struct err *err)
{
	const struct chat_send in = {
		.conversation_id = conversation_id,
		.content = str_of(text),
		.client_id = str_of(client_id),
	};
	struct chat_sent sent;

	return chat_send(
	    db, pool, actor, &in, sent_r != NULL ? sent_r : &sent, err);
}

struct chat_sent fixture_say(
    struct fixture *f, const struct chat_actor *actor, const char *text)
{
	struct chat_sent sent;

	FATAL_OK(fixture_send(
	    f->db, f->pool, actor, f->c.id, text, NULL, &sent, &f->err));
	return sent;
}

size_t fixture_count(struct fixture *f, struct id conversation_id)
{
	struct db_rows rows =
	    ask(f, TEST_MESSAGE_COUNT, DB_ARGS(DB_ID(conversation_id)));

	return db_row_uint(&rows, 0, 0);
}

bool fixture_is_whole(struct fixture *f, struct id conversation_id)
{
	struct db_rows messages =
	    ask(f, TEST_MESSAGE_COUNT, DB_ARGS(DB_ID(conversation_id)));
	struct db_rows last =
	    ask(f, TEST_LAST_SEQ, DB_ARGS(DB_ID(conversation_id)));
	uint64_t n = db_row_uint(&messages, 0, 0);

	/* seq is unique and at least 1, so n of them up to n have no hole. */
	return n == db_row_uint(&messages, 0, 1) &&
	       n == db_row_uint(&last, 0, 0);
}

size_t fixture_notified(struct fixture *f, const char *kind)
{
	struct db_rows rows =
	    ask(f, TEST_NOTIFIED, DB_ARGS(DB_TEXT(str_of(kind))));

	return db_row_uint(&rows, 0, 0);
}

struct str fixture_payload(struct fixture *f)
{
	struct db_rows rows = ask(f, TEST_PAYLOAD, NULL, 0);

	return db_row_str(&rows, 0, 0);
}

struct fixture_bot fixture_bot(struct fixture *f, struct id conversation_id)
{
	struct db_rows rows = ask(f, TEST_BOT, DB_ARGS(DB_ID(conversation_id)));

	CU_ASSERT_EQUAL_FATAL(rows.n, 1);
	return (struct fixture_bot){
		.is_due = !db_row_null(&rows, 0, 0),
		.is_muted = db_row_int(&rows, 0, 1) != 0,
		.has_state = !db_row_null(&rows, 0, 2),
		.session_id = db_row_id(&rows, 0, 3),
		.variables = db_row_str(&rows, 0, 4),
	};
}
