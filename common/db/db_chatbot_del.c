/* db_chatbot_del.c: the end of a chatbot and of all that hangs on it */
/* SPDX-License-Identifier: MIT */
#include "db/db_chatbot_del.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum {
	DEL_SILENCE,
	DEL_SHUT,
	DEL_LIST_BOT,
	DEL_LIST_INTEGRATION,
	/* of one conversation, in the order in which their locks are taken
	 * everywhere */
	DEL_CONTACT,
	DEL_CONVERSATION,
	DEL_STATE,
	DEL_CURSORS,
	DEL_MESSAGES,
	DEL_SESSIONS,
	/* of the bot, in that order */
	DEL_CONTACTS,
	DEL_MCP_TOOLS,
	DEL_ICONS,
	DEL_INTEGRATIONS,
	DEL_FLOWS,
	DEL_DAYS,
	DEL_BOT,
	DEL_KNOWLEDGE, /* behind it: who attaches holds the bot's row */
	DEL_USERS,
	DEL__MAX
};

static const struct db_stmt stmts[DEL__MAX] = {
	[DEL_SILENCE] = DB_STMT("chatbot_del_silence", "dd", "",
	    "UPDATE chatbots SET is_active = 0 "
	    "WHERE workspace_id = ? AND id = ?"),
	[DEL_SHUT] = DB_STMT("chatbot_del_shut", "tdd", "",
	    "UPDATE integrations SET disabled_at = ? "
	    "WHERE workspace_id = ? AND chatbot_id = ?"),
	[DEL_LIST_BOT] = DB_STMT("chatbot_del_list_bot", "ddu", "d",
	    "SELECT id FROM conversations "
	    "WHERE workspace_id = ? AND chatbot_id = ? LIMIT ?"),
	[DEL_LIST_INTEGRATION] =
	    DB_STMT("chatbot_del_list_integration", "ddu", "d",
		"SELECT c.id FROM integrations i "
		"JOIN contacts p ON p.integration_id = i.id "
		"JOIN conversations c ON c.contact_id = p.id "
		"WHERE i.workspace_id = ? AND i.chatbot_id = ? LIMIT ?"),
	[DEL_CONTACT] = DB_STMT("chatbot_del_contact", "dd", "",
	    "DELETE p FROM conversations c "
	    "JOIN contacts p ON p.id = c.contact_id "
	    "WHERE c.workspace_id = ? AND c.id = ?"),
	[DEL_CONVERSATION] = DB_STMT("chatbot_del_conversation", "dd", "",
	    "DELETE FROM conversations WHERE workspace_id = ? AND id = ?"),
	[DEL_STATE] = DB_STMT("chatbot_del_state", "dd", "",
	    "DELETE FROM bot_states "
	    "WHERE workspace_id = ? AND conversation_id = ?"),
	[DEL_CURSORS] = DB_STMT("chatbot_del_cursors", "dd", "",
	    "DELETE FROM read_cursors "
	    "WHERE workspace_id = ? AND conversation_id = ?"),
	[DEL_MESSAGES] = DB_STMT("chatbot_del_messages", "dd", "",
	    "DELETE FROM messages "
	    "WHERE workspace_id = ? AND conversation_id = ?"),
	[DEL_SESSIONS] = DB_STMT("chatbot_del_sessions", "dd", "",
	    "DELETE FROM conversation_sessions "
	    "WHERE workspace_id = ? AND conversation_id = ?"),
	[DEL_CONTACTS] = DB_STMT("chatbot_del_contacts", "dd", "",
	    "DELETE p FROM integrations i "
	    "JOIN contacts p ON p.integration_id = i.id "
	    "WHERE i.workspace_id = ? AND i.chatbot_id = ?"),
	[DEL_MCP_TOOLS] = DB_STMT("chatbot_del_mcp_tools", "dd", "",
	    "DELETE FROM mcp_tools "
	    "WHERE workspace_id = ? AND chatbot_id = ?"),
	[DEL_ICONS] = DB_STMT("chatbot_del_icons", "dd", "",
	    "DELETE w FROM integrations i "
	    "JOIN widget_icons w ON w.integration_id = i.id "
	    "WHERE i.workspace_id = ? AND i.chatbot_id = ?"),
	[DEL_INTEGRATIONS] = DB_STMT("chatbot_del_integrations", "dd", "",
	    "DELETE FROM integrations "
	    "WHERE workspace_id = ? AND chatbot_id = ?"),
	[DEL_FLOWS] = DB_STMT("chatbot_del_flows", "dd", "",
	    "DELETE FROM flows WHERE workspace_id = ? AND chatbot_id = ?"),
	[DEL_DAYS] = DB_STMT("chatbot_del_days", "dd", "",
	    "DELETE FROM chatbot_days "
	    "WHERE workspace_id = ? AND chatbot_id = ?"),
	[DEL_USERS] = DB_STMT("chatbot_del_users", "ddu", "",
	    "DELETE FROM chatbot_users "
	    "WHERE workspace_id = ? AND chatbot_id = ? LIMIT ?"),
	[DEL_BOT] = DB_STMT("chatbot_del", "dd", "",
	    "DELETE FROM chatbots WHERE workspace_id = ? AND id = ?"),
	[DEL_KNOWLEDGE] = DB_STMT("chatbot_del_knowledge", "dd", "",
	    "DELETE FROM chatbot_knowledge "
	    "WHERE workspace_id = ? AND chatbot_id = ?"),
};

const struct db_module db_chatbot_del_module = { "chatbot_del", stmts,
	DEL__MAX };

/* Those of the table from first to last, each about the same two ids. */
static enum err_code run(struct db *db, int first, int last,
    struct id workspace_id, struct id id, struct err *err)
{
	enum err_code code = ERR_OK;

	for (int i = first; i <= last && code == ERR_OK; i++)
		code = db_exec(db, &db_chatbot_del_module, i,
		    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);
	return code;
}

enum err_code db_chatbot_del_close(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	enum err_code code =
	    run(db, DEL_SILENCE, DEL_SILENCE, workspace_id, id, err);

	if (code != ERR_OK)
		return code;
	return db_exec(db, &db_chatbot_del_module, DEL_SHUT,
	    DB_ARGS(DB_TIME(clock_now_us()), DB_ID(workspace_id), DB_ID(id)),
	    NULL, err);
}

enum err_code db_chatbot_del_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, size_t max, struct id **ids_r,
    size_t *n_r, struct err *err)
{
	struct db_rows rows = { .n = 0 };
	enum err_code code = ERR_OK;

	*n_r = 0;
	for (int i = DEL_LIST_BOT;
	     i <= DEL_LIST_INTEGRATION && code == ERR_OK && rows.n == 0; i++)
		code = db_query(db, &db_chatbot_del_module, i,
		    DB_ARGS(DB_ID(workspace_id), DB_ID(id), DB_UINT(max)), pool,
		    &rows, err);
	if (code != ERR_OK)
		return code;
	*ids_r = pool_alloc(pool, (rows.n + 1) * sizeof(**ids_r));
	for (size_t i = 0; i < rows.n; i++)
		(*ids_r)[i] = db_row_id(&rows, i, 0);
	*n_r = rows.n;
	return ERR_OK;
}

enum err_code db_chatbot_del_talk(struct db *db, struct id workspace_id,
    struct id conversation_id, struct err *err)
{
	return run(
	    db, DEL_CONTACT, DEL_SESSIONS, workspace_id, conversation_id, err);
}

enum err_code db_chatbot_del_users(struct db *db, struct id workspace_id,
    struct id id, size_t max, uint64_t *n_r, struct err *err)
{
	return db_exec(db, &db_chatbot_del_module, DEL_USERS,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id), DB_UINT(max)), n_r, err);
}

enum err_code db_chatbot_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	return run(db, DEL_CONTACTS, DEL_KNOWLEDGE, workspace_id, id, err);
}
