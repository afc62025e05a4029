/* test_explain.c: how the server would run what lists, counts and sums */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "db/db_modules.h"
#include "fixture.h"
#include "harness.h"

#define MANY "3000"

static struct fixture f;

/* Where a statement begins, and what it may do on the way. */
struct plan {
	const struct db_module *module;
	const char *stmt;
	const char *key;
	enum { MAY_NOTHING, MAY_GROUP /* of what is young only */ } may;
};

static const struct plan plans[] = {
	{ &db_chatbot_module, "chatbot_list", "chatbots_workspace", 0 },
	{ &db_chatbot_module, "chatbot_count", "chatbots_", 0 },
	{ &db_conversation_page_module, "conversation_page_list",
	    "conversations_chatbot", 0 },
	{ &db_conversation_page_module, "conversation_page_list_status",
	    "conversations_status", 0 },
	{ &db_conversation_page_module, "conversation_page_list_channel",
	    "conversations_channel", 0 },
	{ &db_conversation_page_module, "conversation_page_list_both",
	    "conversations_filter", 0 },
	{ &db_conversation_page_module, "conversation_page_unread", "PRIMARY",
	    0 },
	{ &db_message_module, "message_list_after", "PRIMARY", 0 },
	{ &db_message_module, "message_list_last", "PRIMARY", 0 },
	{ &db_message_module, "message_list_said", "PRIMARY", 0 },
	{ &db_message_module, "message_list_late", "PRIMARY", 0 },
	{ &db_message_module, "message_list_form_answers", "PRIMARY", 0 },
	{ &db_chat_session_module, "chat_session_list_due",
	    "conversations_expires", 0 },
	{ &db_chat_session_module, "chat_session_list_all_due",
	    "conversations_expires", 0 },
	{ &db_outbox_module, "outbox_next", "outbox_due", 0 },
	{ &db_outbox_module, "outbox_next", "outbox_busy", 0 },
	{ &db_kb_source_module, "kb_job_find", "kb_sources_due", 0 },
	{ &db_kb_source_module, "kb_job_find", "kb_sources_busy", 0 },
	{ &db_rollup_module, "rollup_look", "PRIMARY", 0 },
	{ &db_rollup_module, "rollup_end_messages", "messages_created", 0 },
	{ &db_rollup_module, "rollup_end_completed", "conversations_completed",
	    0 },
	{ &db_rollup_module, "rollup_end_talks", "PRIMARY", 0 },
	{ &db_rollup_module, "rollup_new_users", "PRIMARY", MAY_GROUP },
	{ &db_rollup_module, "rollup_add_users", "PRIMARY", MAY_GROUP },
	{ &db_rollup_module, "rollup_talks", "PRIMARY", MAY_GROUP },
	{ &db_rollup_module, "rollup_messages", "messages_created", MAY_GROUP },
	{ &db_rollup_module, "rollup_completed", "conversations_completed",
	    MAY_GROUP },
	{ &db_rollup_module, "rollup_active", "messages_created", MAY_GROUP },
	{ &db_analytics_module, "analytics_days", "PRIMARY", 0 },
	{ &db_analytics_module, "analytics_all_days", "PRIMARY", 0 },
	{ &db_analytics_module, "analytics_all_talks", "conversations_chatbot",
	    0 },
	{ &db_analytics_module, "analytics_all_messages", "messages_created",
	    0 },
	{ &db_analytics_module, "analytics_active", "chatbot_users_last", 0 },
	{ &db_analytics_module, "analytics_now_active", "messages_created",
	    MAY_GROUP },
	{ &db_analytics_module, "analytics_talks", "conversations_chatbot",
	    MAY_GROUP },
	{ &db_analytics_module, "analytics_users", "conversations_chatbot",
	    MAY_GROUP },
	{ &db_analytics_module, "analytics_messages", "messages_created",
	    MAY_GROUP },
	{ &db_analytics_module, "analytics_completed",
	    "conversations_completed", MAY_GROUP },
};

static const char fill[] =
    "INSERT INTO chatbots (workspace_id, id, name, description, created_at, "
    "updated_at) SELECT @w, UNHEX(LPAD(HEX(seq), 32, '0')), seq, '', @now, "
    "@now FROM seq_1_to_500;\n"
    "INSERT INTO contacts (id, workspace_id, integration_id, external_id, "
    "display_name, attributes, created_at, updated_at) "
    "SELECT UNHEX(CONCAT('FF', LPAD(HEX(seq), 30, '0'))), @w, @b, "
    "CONCAT('v', seq), '', '{}', @now, @now FROM seq_1_to_" MANY ";\n"
    "INSERT INTO conversations (id, workspace_id, integration_id, contact_id, "
    "chatbot_id, channel, last_seq, last_visitor_seq, open_session_id, "
    "is_waiting, completed_at, expires_at, created_at, updated_at) "
    "SELECT UNHEX(CONCAT(LPAD(HEX(@ms + seq * 1000), 12, '0'), "
    "LPAD(HEX(seq), 20, '0'))), @w, @b, "
    "UNHEX(CONCAT('FF', LPAD(HEX(seq), 30, '0'))), @b, "
    "IF(seq % 4 = 0, 'api', 'web'), 4, 3, IF(seq % 3, NULL, @b), 0, "
    "@now + INTERVAL seq SECOND, @now + INTERVAL seq SECOND, "
    "@now + INTERVAL seq SECOND, @now + INTERVAL seq SECOND "
    "FROM seq_1_to_" MANY ";\n"
    "INSERT INTO messages (conversation_id, seq, id, workspace_id, session_id, "
    "sender_type, sender_id, content_type, content, created_at) "
    "SELECT c.id, s.seq, UNHEX(LPAD(HEX(ROW_NUMBER() OVER (ORDER BY c.id, "
    "s.seq)), 32, '0')), @w, c.id, IF(s.seq % 2, 'end_user', 'bot'), '', "
    "'text', 'text', c.created_at FROM conversations c JOIN seq_1_to_4 s "
    "WHERE c.last_seq = 4;\n"
    "INSERT INTO chatbot_days (workspace_id, chatbot_id, day, conversations, "
    "users, messages, completions) SELECT @w, UNHEX(LPAD(HEX(b.seq), 32, "
    "'0')), @now - INTERVAL d.seq DAY, 1, 1, 1, 1 "
    "FROM seq_1_to_50 b JOIN seq_1_to_50 d;\n"
    "INSERT INTO chatbot_users (workspace_id, chatbot_id, user_hash, last_at) "
    "SELECT workspace_id, chatbot_id, contact_id, created_at "
    "FROM conversations WHERE chatbot_id IS NOT NULL;\n"
    "INSERT INTO outbox (id, workspace_id, kind, body, due_at, job_until, "
    "created_at) SELECT UNHEX(LPAD(HEX(seq), 32, '0')), @w, 'api_call', 'x', "
    "@now + INTERVAL seq SECOND, IF(seq % 1000, NULL, @now + INTERVAL 1 DAY), "
    "@now FROM seq_1_to_" MANY ";\n"
    "INSERT INTO kb_sources (id, workspace_id, kb_id, type, title, content, "
    "status, due_at, job_owner, created_at, updated_at) "
    "SELECT UNHEX(LPAD(HEX(seq), 32, '0')), @w, @b, 'api', '', '', "
    "'processing', @now + INTERVAL seq SECOND, IF(seq % 1000, NULL, @b), "
    "@now, @now FROM seq_1_to_" MANY ";\n"
    "INSERT INTO rollups (name, upto) VALUES ('chatbot_days', @now);\n"
    "ANALYZE TABLE chatbots, conversations, contacts, messages, chatbot_days, "
    "chatbot_users, outbox, kb_sources;\n";

static int64_t now; /* before all that is filled in */

static void set_up(void)
{
	const struct id *ids[2] = { &f.ada.workspace_id, &f.chatbot_id };
	char hex[2][33] = { "", "" };

	fixture_make(&f);
	now = clock_now_us();
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < 16; i++)
			snprintf(hex[k] + 2 * i, 3, "%02X", ids[k]->b[i]);
	harness_sql(
	    f.db, pool_printf(f.pool,
		      "SET @w = UNHEX('%s');\nSET @b = UNHEX('%s');\n"
		      "SET @now = UTC_TIMESTAMP(6);\n"
		      "SET @ms = FLOOR(UNIX_TIMESTAMP(NOW(6)) * 1000);\n%s",
		      hex[0], hex[1], fill));
}

static void tear_down(void)
{
	fixture_free(&f);
}

static const struct db_stmt *find(const struct plan *p)
{
	for (size_t i = 0; i < p->module->n; i++)
		if (strcmp(p->module->stmts[i].name, p->stmt) == 0)
			return &p->module->stmts[i];
	printf("\n     no statement %s\n", p->stmt);
	CU_FAIL_FATAL("no such statement");
	return NULL;
}

/* What the server says of how it would run a statement. */
static struct str explain(const struct db_stmt *of)
{
	const struct db_stmt stmt = { "test_explain", of->in, "s",
		pool_printf(f.pool, "EXPLAIN FORMAT=JSON %s", of->sql) };
	const struct db_module module = { "test_explain", &stmt, 1 };
	struct db *db = harness_db(); /* knows no other test_explain */
	/* Of one workspace and bot the ids from the middle on. */
	struct id middle = id_from_ms(now / 1000 + 2700 * 1000);
	struct id ids[] = { f.ada.workspace_id, f.chatbot_id, middle,
		id_from_ms(now / 1000 + 2800 * 1000) };
	int64_t at = now + 2600 * INT64_C(1000000);
	size_t n = 0, n_ids = 0, i;
	struct db_arg args[16];
	struct db_rows rows;
	struct str text;

	for (i = 0; of->in[i] != '\0'; i++) {
		switch (of->in[i]) {
		case 'd':
			args[n++] = DB_ID(ids[n_ids++ % COUNT_OF(ids)]);
			break;
		case 's':
			args[n++] = DB_TEXT(STR("api"));
			break;
		case 'i':
			args[n++] = DB_INT(1);
			break;
		case 't':
			at += 100 * INT64_C(1000000);
			args[n++] = DB_TIME(at);
			break;
		case 'u':
			args[n] = DB_UINT(10 * n);
			n++;
			break;
		default:
			break;
		}
	}
	FATAL_OK(db_query(db, &module, 0, args, n, f.pool, &rows, &f.err));
	text = str_copy(f.pool, db_row_str(&rows, 0, 0));
	db_close(&db);
	return text;
}

static bool has(struct str s, const char *part)
{
	return str_search(s, str_of(part)) < s.n;
}

/* Whether a table is read from one end to the other. */
static bool reads_all(struct str text)
{
	const struct str name = STR("\"table_name\": \""),
			 type = STR("\"access_type\": \"");
	size_t at;

	while ((at = str_search(text, name)) < text.n) {
		struct str how;

		text = str_from(text, at + name.n);
		at = str_search(text, type);
		how = str_from(text, MIN_OF(at + type.n, text.n));
		if (!str_starts(text, STR("<derived")) &&
		    (str_starts(how, STR("ALL\"")) ||
			str_starts(how, STR("index\""))))
			return true;
	}
	return false;
}

static bool is_good(const struct plan *p, struct str text)
{
	if (reads_all(text) ||
	    !has(text, pool_printf(f.pool, "\"key\": \"%s", p->key)))
		return false;
	return p->may == MAY_GROUP ||
	       (!has(text, "filesort") && !has(text, "temporary"));
}

static void each_has_its_index(void)
{
	for (size_t i = 0; i < COUNT_OF(plans); i++) {
		struct str text = explain(find(&plans[i]));

		if (!is_good(&plans[i], text)) {
			printf("\n%s: %.*s\n", plans[i].stmt, STR_ARG(text));
			CU_FAIL("another plan");
		}
	}
}

static CU_TestInfo tests[] = {
	{ "each has its index", each_has_its_index },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_explain = { "explain", NULL, NULL, set_up, tear_down,
	tests };
