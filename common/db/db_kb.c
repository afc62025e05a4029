/* db_kb.c: statements on knowledge bases and the bots that they belong to */
/* SPDX-License-Identifier: MIT */
#include "db/db_kb.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum {
	KB_ADD,
	KB_GET,
	KB_LIST,
	KB_COUNT,
	KB_FIND,
	KB_LOCK_ALL,
	KB_LOCK,
	KB_SET,
	KB_DEL,
	KB_ATTACH,
	KB_DETACH,
	KB_DETACH_ALL,
	KB_LIST_ATTACHED,
	KB_COUNT_ATTACHED,
	KB__MAX
};

#define OF_SOURCES                                                             \
	"(SELECT COUNT(*) FROM kb_sources s "                                  \
	"WHERE s.workspace_id = k.workspace_id AND s.kb_id = k.id"
#define COLUMNS                                                                \
	"k.id, k.name, k.description, k.created_at, k.updated_at, " OF_SOURCES \
	"), " OF_SOURCES " AND s.status = 'processing'), " OF_SOURCES          \
	" AND s.status = 'failed') "
#define OUT "dssttuuu"

static const struct db_stmt stmts[KB__MAX] = {
	[KB_ADD] = DB_STMT("kb_add", "ddsstt", "",
	    "INSERT INTO knowledge_bases (workspace_id, id, name, description, "
	    "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)"),
	[KB_GET] = DB_STMT("kb_get", "dd", OUT,
	    "SELECT " COLUMNS "FROM knowledge_bases k "
	    "WHERE k.workspace_id = ? AND k.id = ?"),
	[KB_LIST] = DB_STMT("kb_list", "du", OUT,
	    "SELECT " COLUMNS "FROM knowledge_bases k "
	    "WHERE k.workspace_id = ? ORDER BY k.id DESC LIMIT ?"),
	[KB_COUNT] = DB_STMT("kb_count", "d", "u",
	    "SELECT COUNT(*) FROM knowledge_bases WHERE workspace_id = ?"),
	[KB_FIND] = DB_STMT("kb_find", "ds", "d",
	    "SELECT id FROM knowledge_bases "
	    "WHERE workspace_id = ? AND name = ? ORDER BY id LIMIT 1"),
	[KB_LOCK_ALL] = DB_STMT("kb_lock_all", "d", "d",
	    "SELECT id FROM workspaces WHERE id = ? FOR UPDATE"),
	[KB_LOCK] = DB_STMT("kb_lock", "dd", "d",
	    "SELECT id FROM knowledge_bases "
	    "WHERE workspace_id = ? AND id = ? FOR UPDATE"),
	[KB_SET] = DB_STMT("kb_set", "sstdd", "",
	    "UPDATE knowledge_bases SET name = ?, description = ?, "
	    "updated_at = ? WHERE workspace_id = ? AND id = ?"),
	[KB_DEL] = DB_STMT("kb_del", "dd", "",
	    "DELETE FROM knowledge_bases WHERE workspace_id = ? AND id = ?"),
	[KB_ATTACH] = DB_STMT("kb_attach", "dddt", "",
	    "INSERT INTO chatbot_knowledge (workspace_id, chatbot_id, kb_id, "
	    "created_at) VALUES (?, ?, ?, ?)"),
	[KB_DETACH] = DB_STMT("kb_detach", "ddd", "",
	    "DELETE FROM chatbot_knowledge "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND kb_id = ?"),
	[KB_DETACH_ALL] = DB_STMT("kb_detach_all", "dd", "",
	    "DELETE FROM chatbot_knowledge "
	    "WHERE workspace_id = ? AND kb_id = ?"),
	[KB_LIST_ATTACHED] = DB_STMT("kb_list_attached", "ddu", OUT,
	    "SELECT " COLUMNS "FROM chatbot_knowledge a "
	    "JOIN knowledge_bases k ON k.workspace_id = a.workspace_id "
	    "AND k.id = a.kb_id "
	    "WHERE a.workspace_id = ? AND a.chatbot_id = ? "
	    "ORDER BY k.id DESC LIMIT ?"),
	[KB_COUNT_ATTACHED] = DB_STMT("kb_count_attached", "dd", "u",
	    "SELECT COUNT(*) FROM chatbot_knowledge "
	    "WHERE workspace_id = ? AND chatbot_id = ?"),
};

const struct db_module db_kb_module = { "kb", stmts, KB__MAX };

static struct kb from_row(
    const struct db_rows *rows, size_t row, struct id workspace_id)
{
	return (struct kb){
		.workspace_id = workspace_id,
		.id = db_row_id(rows, row, 0),
		.name = db_row_str(rows, row, 1),
		.description = db_row_str(rows, row, 2),
		.created_at = db_row_time(rows, row, 3),
		.updated_at = db_row_time(rows, row, 4),
		.sources = db_row_uint(rows, row, 5),
		.processing = db_row_uint(rows, row, 6),
		.failed = db_row_uint(rows, row, 7),
	};
}

static enum err_code none(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "Knowledge base not found.");
}

static void keep(struct pool *pool, const struct db_rows *rows,
    struct id workspace_id, struct kbs *list_r)
{
	list_r->n = rows->n;
	list_r->items = pool_alloc(pool, (rows->n + 1) * sizeof(struct kb));
	for (size_t i = 0; i < rows->n; i++)
		list_r->items[i] = from_row(rows, i, workspace_id);
}

/* One number, or one id, or nothing. */
static enum err_code ask(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct db_rows *rows_r,
    struct err *err)
{
	return db_query(
	    db, &db_kb_module, stmt, args, n_args, pool, rows_r, err);
}

enum err_code db_kb_add(struct db *db, const struct kb *kb, struct err *err)
{
	return db_exec(db, &db_kb_module, KB_ADD,
	    DB_ARGS(DB_ID(kb->workspace_id), DB_ID(kb->id), DB_TEXT(kb->name),
		DB_TEXT(kb->description), DB_TIME(kb->created_at),
		DB_TIME(kb->updated_at)),
	    NULL, err);
}

enum err_code db_kb_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct kb *kb_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = ask(db, pool, KB_GET,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return none(err);
	*kb_r = from_row(&rows, 0, workspace_id);
	return ERR_OK;
}

enum err_code db_kb_list(struct db *db, struct pool *pool,
    struct id workspace_id, size_t max, struct kbs *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = ask(db, pool, KB_LIST,
	    DB_ARGS(DB_ID(workspace_id), DB_UINT(max)), &rows, err);

	if (code == ERR_OK)
		keep(pool, &rows, workspace_id, list_r);
	return code;
}

enum err_code db_kb_count(struct db *db, struct pool *pool,
    struct id workspace_id, uint64_t *n_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    ask(db, pool, KB_COUNT, DB_ARGS(DB_ID(workspace_id)), &rows, err);

	if (code == ERR_OK)
		*n_r = db_row_uint(&rows, 0, 0);
	return code;
}

enum err_code db_kb_find(struct db *db, struct pool *pool,
    struct id workspace_id, struct str name, struct id *id_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = ask(db, pool, KB_FIND,
	    DB_ARGS(DB_ID(workspace_id), DB_TEXT(name)), &rows, err);

	if (code == ERR_OK)
		*id_r = rows.n > 0 ? db_row_id(&rows, 0, 0) : ID_NONE;
	return code;
}

enum err_code db_kb_lock_all(
    struct db *db, struct pool *pool, struct id workspace_id, struct err *err)
{
	struct db_rows rows;

	return ask(
	    db, pool, KB_LOCK_ALL, DB_ARGS(DB_ID(workspace_id)), &rows, err);
}

enum err_code db_kb_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err)
{
	struct db_rows rows;
	enum err_code code = ask(db, pool, KB_LOCK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), &rows, err);

	return code == ERR_OK && rows.n == 0 ? none(err) : code;
}

enum err_code db_kb_set(struct db *db, const struct kb *kb, struct err *err)
{
	return db_exec(db, &db_kb_module, KB_SET,
	    DB_ARGS(DB_TEXT(kb->name), DB_TEXT(kb->description),
		DB_TIME(kb->updated_at), DB_ID(kb->workspace_id),
		DB_ID(kb->id)),
	    NULL, err);
}

enum err_code db_kb_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	return db_exec(db, &db_kb_module, KB_DEL,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);
}

enum err_code db_kb_attach(struct db *db, struct id workspace_id,
    struct id chatbot_id, struct id kb_id, struct err *err)
{
	enum err_code code = db_exec(db, &db_kb_module, KB_ATTACH,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_ID(kb_id),
		DB_TIME(clock_now_us())),
	    NULL, err);

	if (code != ERR_CONFLICT)
		return code;
	return err_set(err, code,
	    "This knowledge base is already attached to the chatbot.");
}

enum err_code db_kb_detach(struct db *db, struct id workspace_id,
    struct id chatbot_id, struct id kb_id, struct err *err)
{
	uint64_t changed = 0;
	enum err_code code = db_exec(db, &db_kb_module, KB_DETACH,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_ID(kb_id)),
	    &changed, err);

	return code == ERR_OK && changed == 0 ? none(err) : code;
}

enum err_code db_kb_detach_all(
    struct db *db, struct id workspace_id, struct id kb_id, struct err *err)
{
	return db_exec(db, &db_kb_module, KB_DETACH_ALL,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(kb_id)), NULL, err);
}

enum err_code db_kb_list_attached(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, size_t max,
    struct kbs *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = ask(db, pool, KB_LIST_ATTACHED,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_UINT(max)),
	    &rows, err);

	if (code == ERR_OK)
		keep(pool, &rows, workspace_id, list_r);
	return code;
}

enum err_code db_kb_count_attached(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, uint64_t *n_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = ask(db, pool, KB_COUNT_ATTACHED,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id)), &rows, err);

	if (code == ERR_OK)
		*n_r = db_row_uint(&rows, 0, 0);
	return code;
}
