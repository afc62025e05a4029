/* db_chatbot.c: statements on chatbots and flows */
/* SPDX-License-Identifier: MIT */
#include "db/db_chatbot.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum {
	CHATBOT_ADD,
	CHATBOT_GET,
	CHATBOT_LIST,
	CHATBOT_COUNT,
	CHATBOT_SET,
	CHATBOT_SET_SECRET,
	CHATBOT_LOCK,
	CHATBOT_FIND_FLOW,
	CHATBOT_ADD_FLOW,
	CHATBOT_SET_DRAFT,
	CHATBOT_RETIRE,
	CHATBOT_PUBLISH,
	CHATBOT_RUNNING,
	CHATBOT__MAX
};

#define COLUMNS                                                                \
	"id, name, description, category, is_active, webhook_url, "            \
	"webhook_secret, created_at, updated_at"
#define OUT "dsssisb?tt"

static const struct db_stmt stmts[CHATBOT__MAX] = {
	[CHATBOT_ADD] = DB_STMT("chatbot_add", "ddsssb?tt", "",
	    "INSERT INTO chatbots (workspace_id, id, name, description, "
	    "category, webhook_secret, created_at, updated_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
	[CHATBOT_GET] = DB_STMT("chatbot_get", "dd", OUT,
	    "SELECT " COLUMNS " FROM chatbots "
	    "WHERE workspace_id = ? AND id = ?"),
	[CHATBOT_LIST] = DB_STMT("chatbot_list", "ddu", OUT,
	    "SELECT " COLUMNS " FROM chatbots "
	    "WHERE workspace_id = ? AND id < ? ORDER BY id DESC LIMIT ?"),
	[CHATBOT_COUNT] = DB_STMT("chatbot_count", "d", "u",
	    "SELECT COUNT(*) FROM chatbots WHERE workspace_id = ?"),
	[CHATBOT_SET] = DB_STMT("chatbot_set", "sssistdd", "",
	    "UPDATE chatbots SET name = ?, description = ?, category = ?, "
	    "is_active = ?, webhook_url = ?, updated_at = ? "
	    "WHERE workspace_id = ? AND id = ?"),
	[CHATBOT_SET_SECRET] = DB_STMT("chatbot_set_secret", "bdd", "",
	    "UPDATE chatbots SET webhook_secret = ? WHERE workspace_id = ? "
	    "AND id = ? AND webhook_secret IS NULL"),
	[CHATBOT_LOCK] = DB_STMT("chatbot_lock", "dd", "d",
	    "SELECT id FROM chatbots WHERE workspace_id = ? AND id = ? "
	    "FOR UPDATE"),
	[CHATBOT_FIND_FLOW] = DB_STMT("chatbot_find_flow", "dds", "d",
	    "SELECT id FROM flows WHERE workspace_id = ? AND chatbot_id = ? "
	    "AND name = ? ORDER BY id LIMIT 1"),
	[CHATBOT_ADD_FLOW] = DB_STMT("chatbot_add_flow", "dddsstt", "",
	    "INSERT INTO flows (workspace_id, chatbot_id, id, name, draft, "
	    "published, version, published_at, created_at, updated_at) "
	    "VALUES (?, ?, ?, ?, ?, NULL, 0, NULL, ?, ?)"),
	[CHATBOT_SET_DRAFT] = DB_STMT("chatbot_set_draft", "stdd", "",
	    "UPDATE flows SET draft = ?, updated_at = ? "
	    "WHERE workspace_id = ? AND id = ?"),
	[CHATBOT_RETIRE] = DB_STMT("chatbot_retire", "ddd", "",
	    "UPDATE flows SET published = NULL, published_at = NULL "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND id <> ? "
	    "AND type = 'conversation' AND published_at IS NOT NULL"),
	[CHATBOT_PUBLISH] = DB_STMT("chatbot_publish", "tdd", "",
	    "UPDATE flows SET published = draft, version = version + 1, "
	    "published_at = ? WHERE workspace_id = ? AND id = ?"),
	[CHATBOT_RUNNING] = DB_STMT("chatbot_running", "dd", "duss",
	    "SELECT f.id, f.version, f.name, f.published FROM flows f "
	    "JOIN chatbots c ON c.workspace_id = f.workspace_id "
	    "AND c.id = f.chatbot_id AND c.is_active = 1 "
	    "WHERE f.workspace_id = ? AND f.chatbot_id = ? "
	    "AND f.published_at IS NOT NULL AND f.type = 'conversation' "
	    "ORDER BY f.published_at DESC, f.id DESC LIMIT 1"),
};

const struct db_module db_chatbot_module = { "chatbot", stmts, CHATBOT__MAX };

enum err_code db_chatbot_add(
    struct db *db, const struct chatbot *bot, struct err *err)
{
	return db_exec(db, &db_chatbot_module, CHATBOT_ADD,
	    DB_ARGS(DB_ID(bot->workspace_id), DB_ID(bot->id),
		DB_TEXT(bot->name), DB_TEXT(bot->description),
		DB_TEXT(bot->category),
		bot->secret.n > 0 ? DB_BLOB(bot->secret) : DB_NULL('b'),
		DB_TIME(bot->created_at), DB_TIME(bot->updated_at)),
	    NULL, err);
}

static struct chatbot from_row(
    const struct db_rows *rows, size_t row, struct id workspace_id)
{
	return (struct chatbot){
		.workspace_id = workspace_id,
		.id = db_row_id(rows, row, 0),
		.name = db_row_str(rows, row, 1),
		.description = db_row_str(rows, row, 2),
		.category = db_row_str(rows, row, 3),
		.is_active = db_row_int(rows, row, 4) != 0,
		.webhook_url = db_row_str(rows, row, 5),
		.secret = db_row_str(rows, row, 6),
		.created_at = db_row_time(rows, row, 7),
		.updated_at = db_row_time(rows, row, 8),
	};
}

enum err_code db_chatbot_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct chatbot *bot_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_chatbot_module, CHATBOT_GET,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "Chatbot not found.");
	*bot_r = from_row(&rows, 0, workspace_id);
	return ERR_OK;
}

enum err_code db_chatbot_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id before, size_t limit,
    struct chatbots *list_r, struct err *err)
{
	struct db_rows rows, count;
	enum err_code code;

	if (id_is_none(before))
		memset(before.b, 0xFF, sizeof(before.b));
	code = db_query(db, &db_chatbot_module, CHATBOT_LIST,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(before), DB_UINT(limit)), pool,
	    &rows, err);
	if (code == ERR_OK)
		code = db_query(db, &db_chatbot_module, CHATBOT_COUNT,
		    DB_ARGS(DB_ID(workspace_id)), pool, &count, err);
	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->total = db_row_uint(&count, 0, 0);
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n; i++)
		list_r->items[i] = from_row(&rows, i, workspace_id);
	return ERR_OK;
}

enum err_code db_chatbot_set(
    struct db *db, const struct chatbot *bot, struct err *err)
{
	return db_exec(db, &db_chatbot_module, CHATBOT_SET,
	    DB_ARGS(DB_TEXT(bot->name), DB_TEXT(bot->description),
		DB_TEXT(bot->category), DB_INT(bot->is_active),
		DB_TEXT(bot->webhook_url), DB_TIME(bot->updated_at),
		DB_ID(bot->workspace_id), DB_ID(bot->id)),
	    NULL, err);
}

enum err_code db_chatbot_set_secret(struct db *db, struct id workspace_id,
    struct id id, struct str secret, struct err *err)
{
	return db_exec(db, &db_chatbot_module, CHATBOT_SET_SECRET,
	    DB_ARGS(DB_BLOB(secret), DB_ID(workspace_id), DB_ID(id)), NULL,
	    err);
}

enum err_code db_chatbot_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_chatbot_module, CHATBOT_LOCK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), pool, &rows, err);

	if (code == ERR_OK && rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "Chatbot not found.");
	return code;
}

enum err_code db_chatbot_find_flow(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str name,
    struct id *flow_id_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_chatbot_module, CHATBOT_FIND_FLOW,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_TEXT(name)),
	    pool, &rows, err);

	if (code == ERR_OK)
		*flow_id_r = rows.n > 0 ? db_row_id(&rows, 0, 0) : ID_NONE;
	return code;
}

enum err_code db_chatbot_add_flow(struct db *db, struct id workspace_id,
    struct id chatbot_id, struct id flow_id, struct str name, struct str draft,
    struct err *err)
{
	int64_t now = clock_now_us();

	return db_exec(db, &db_chatbot_module, CHATBOT_ADD_FLOW,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_ID(flow_id),
		DB_TEXT(name), DB_TEXT(draft), DB_TIME(now), DB_TIME(now)),
	    NULL, err);
}

enum err_code db_chatbot_set_draft(struct db *db, struct id workspace_id,
    struct id flow_id, struct str draft, struct err *err)
{
	return db_exec(db, &db_chatbot_module, CHATBOT_SET_DRAFT,
	    DB_ARGS(DB_TEXT(draft), DB_TIME(clock_now_us()),
		DB_ID(workspace_id), DB_ID(flow_id)),
	    NULL, err);
}

enum err_code db_chatbot_retire(struct db *db, struct id workspace_id,
    struct id chatbot_id, struct id flow_id, struct err *err)
{
	return db_exec(db, &db_chatbot_module, CHATBOT_RETIRE,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_ID(flow_id)),
	    NULL, err);
}

enum err_code db_chatbot_publish(struct db *db, struct id workspace_id,
    struct id chatbot_id, struct id flow_id, struct err *err)
{
	enum err_code code =
	    db_chatbot_retire(db, workspace_id, chatbot_id, flow_id, err);

	if (code != ERR_OK)
		return code;
	return db_exec(db, &db_chatbot_module, CHATBOT_PUBLISH,
	    DB_ARGS(
		DB_TIME(clock_now_us()), DB_ID(workspace_id), DB_ID(flow_id)),
	    NULL, err);
}

enum err_code db_chatbot_running(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct chatbot_flow *flow_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_chatbot_module, CHATBOT_RUNNING,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	*flow_r = (struct chatbot_flow){ .id = ID_NONE };
	if (rows.n > 0)
		*flow_r = (struct chatbot_flow){
			.id = db_row_id(&rows, 0, 0),
			.version = db_row_uint(&rows, 0, 1),
			.name = db_row_str(&rows, 0, 2),
			.published = db_row_str(&rows, 0, 3),
		};
	return ERR_OK;
}
