/* db_flow.c: statements on the flows of a chatbot */
/* SPDX-License-Identifier: MIT */
#include "db/db_flow.h"

#include "db/db_modules.h"

enum {
	FLOW_ADD,
	FLOW_GET,
	FLOW_LIST,
	FLOW_LIST_FULL,
	FLOW_SET,
	FLOW_PUBLISH,
	FLOW_DEL,
	FLOW__MAX
};

#define COLUMNS "id, name, type, published_at, created_at, updated_at"
#define OUT	"dsst?tt"

static const struct db_stmt stmts[FLOW__MAX] = {
	[FLOW_ADD] = DB_STMT("flow_add", "dddssstt", "",
	    "INSERT INTO flows (workspace_id, chatbot_id, id, name, type, "
	    "draft, version, created_at, updated_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)"),
	[FLOW_GET] = DB_STMT("flow_get", "ddd", OUT "s",
	    "SELECT " COLUMNS ", draft FROM flows "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND id = ?"),
	[FLOW_LIST] = DB_STMT("flow_list", "dd", OUT,
	    "SELECT " COLUMNS " FROM flows "
	    "WHERE workspace_id = ? AND chatbot_id = ? ORDER BY id DESC"),
	[FLOW_LIST_FULL] = DB_STMT("flow_list_full", "dd", OUT "ss?",
	    "SELECT " COLUMNS ", draft, published FROM flows "
	    "WHERE workspace_id = ? AND chatbot_id = ? ORDER BY id DESC"),
	[FLOW_SET] = DB_STMT("flow_set", "sstddd", "",
	    "UPDATE flows SET name = ?, draft = ?, updated_at = ? "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND id = ?"),
	[FLOW_PUBLISH] = DB_STMT("flow_publish", "tddd", "",
	    "UPDATE flows SET published = draft, version = version + 1, "
	    "published_at = ? "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND id = ?"),
	[FLOW_DEL] = DB_STMT("flow_del", "ddd", "",
	    "DELETE FROM flows "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND id = ?"),
};

const struct db_module db_flow_module = { "flow", stmts, FLOW__MAX };

enum err_code db_flow_add(
    struct db *db, const struct db_flow *flow, struct err *err)
{
	return db_exec(db, &db_flow_module, FLOW_ADD,
	    DB_ARGS(DB_ID(flow->workspace_id), DB_ID(flow->chatbot_id),
		DB_ID(flow->id), DB_TEXT(flow->name),
		DB_TEXT(flow->is_meta ? STR("meta") : STR("conversation")),
		DB_TEXT(flow->draft), DB_TIME(flow->created_at),
		DB_TIME(flow->updated_at)),
	    NULL, err);
}

static struct db_flow from_row(const struct db_rows *rows, size_t row,
    struct id workspace_id, struct id chatbot_id)
{
	return (struct db_flow){
		.workspace_id = workspace_id,
		.chatbot_id = chatbot_id,
		.id = db_row_id(rows, row, 0),
		.name = db_row_str(rows, row, 1),
		.is_meta = str_eq(db_row_str(rows, row, 2), STR("meta")),
		.published_at = db_row_time(rows, row, 3),
		.created_at = db_row_time(rows, row, 4),
		.updated_at = db_row_time(rows, row, 5),
	};
}

static enum err_code none(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "Flow not found.");
}

enum err_code db_flow_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct db_flow *flow_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_flow_module, FLOW_GET,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_ID(id)), pool,
	    &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return none(err);
	*flow_r = from_row(&rows, 0, workspace_id, chatbot_id);
	flow_r->draft = db_row_str(&rows, 0, 6);
	return ERR_OK;
}

enum err_code db_flow_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct db_flows *list_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_flow_module, FLOW_LIST,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n; i++)
		list_r->items[i] = from_row(&rows, i, workspace_id, chatbot_id);
	return ERR_OK;
}

enum err_code db_flow_list_full(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct db_flows *list_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_flow_module, FLOW_LIST_FULL,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n; i++) {
		list_r->items[i] = from_row(&rows, i, workspace_id, chatbot_id);
		list_r->items[i].draft = db_row_str(&rows, i, 6);
		list_r->items[i].published = db_row_str(&rows, i, 7);
	}
	return ERR_OK;
}

enum err_code db_flow_set(
    struct db *db, const struct db_flow *flow, struct err *err)
{
	return db_exec(db, &db_flow_module, FLOW_SET,
	    DB_ARGS(DB_TEXT(flow->name), DB_TEXT(flow->draft),
		DB_TIME(flow->updated_at), DB_ID(flow->workspace_id),
		DB_ID(flow->chatbot_id), DB_ID(flow->id)),
	    NULL, err);
}

enum err_code db_flow_publish(
    struct db *db, const struct db_flow *flow, struct err *err)
{
	return db_exec(db, &db_flow_module, FLOW_PUBLISH,
	    DB_ARGS(DB_TIME(flow->published_at), DB_ID(flow->workspace_id),
		DB_ID(flow->chatbot_id), DB_ID(flow->id)),
	    NULL, err);
}

enum err_code db_flow_del(struct db *db, struct id workspace_id,
    struct id chatbot_id, struct id id, struct err *err)
{
	uint64_t changed = 0;
	enum err_code code = db_exec(db, &db_flow_module, FLOW_DEL,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_ID(id)),
	    &changed, err);

	if (code == ERR_OK && changed == 0)
		return none(err);
	return code;
}
