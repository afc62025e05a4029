/* db_message.c: statements on messages and read_cursors */
/* SPDX-License-Identifier: MIT */
#include "db/db_message.h"

#include "db/db_modules.h"

enum {
	MESSAGE_ADD,
	MESSAGE_ADD_2,
	MESSAGE_ADD_4,
	MESSAGE_ADD_16,
	MESSAGE_ADD_64,
	MESSAGE_FIND,
	MESSAGE_LOCK,
	MESSAGE_FIND_BY_CLIENT,
	MESSAGE_LIST_AFTER,
	MESSAGE_LIST_SAID,
	MESSAGE_LIST_LATE,
	MESSAGE_LIST_LAST,
	MESSAGE_LIST_AGENTS,
	MESSAGE_LIST_VISITOR_TIMES,
	MESSAGE_LIST_FORM_ANSWERS,
	MESSAGE_SET_READ_BY,
	MESSAGE_SET_CURSOR,
	MESSAGE__MAX
};

#define SELECT "SELECT " DB_MESSAGE_COLUMNS " FROM messages m "

#define ADD                                                                    \
	"conversation_id, seq, id, session_id, sender_type, sender_id, "       \
	"content_type, content, rich_media, client_id, answers, created_at) "  \
	"VALUES "
#define ADD_ROW	   "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define ADD_IN	   "dduddsbsss?b?u?t"
#define ADD_PARAMS 13

#define SAID                                                                   \
	"SELECT id, sender_type, content_type, content, rich_media, seq, "     \
	"answers, created_at FROM messages WHERE workspace_id = ? "            \
	"AND conversation_id = ? AND seq > ? "
#define SAID_OUT "dssss?uu?t"

static const struct db_stmt stmts[MESSAGE__MAX] = {
	[MESSAGE_ADD] = DB_STMT("message_add", ADD_IN, "",
	    "INSERT INTO messages (workspace_id, " ADD ADD_ROW),
	[MESSAGE_ADD_2] = DB_STMT("message_add_2", DB_LETTERS_2(ADD_IN), "",
	    "INSERT INTO messages (workspace_id, " ADD DB_ROWS_2(ADD_ROW)),
	[MESSAGE_ADD_4] = DB_STMT("message_add_4", DB_LETTERS_4(ADD_IN), "",
	    "INSERT INTO messages (workspace_id, " ADD DB_ROWS_4(ADD_ROW)),
	[MESSAGE_ADD_16] = DB_STMT("message_add_16", DB_LETTERS_16(ADD_IN), "",
	    "INSERT INTO messages (workspace_id, " ADD DB_ROWS_16(ADD_ROW)),
	[MESSAGE_ADD_64] = DB_STMT("message_add_64", DB_LETTERS_64(ADD_IN), "",
	    "INSERT INTO messages (workspace_id, " ADD DB_ROWS_64(ADD_ROW)),
	[MESSAGE_FIND] = DB_STMT("message_find", "dd", DB_MESSAGE_OUT,
	    SELECT "WHERE m.workspace_id = ? AND m.id = ?"),
	[MESSAGE_LOCK] = DB_STMT("message_lock", "dd", DB_MESSAGE_OUT,
	    SELECT "WHERE m.workspace_id = ? AND m.id = ? FOR UPDATE"),
	[MESSAGE_FIND_BY_CLIENT] =
	    DB_STMT("message_find_by_client", "ddb", DB_MESSAGE_OUT,
		SELECT "WHERE m.workspace_id = ? AND m.conversation_id = ? "
		       "AND m.client_id = ?"),
	[MESSAGE_LIST_AFTER] =
	    DB_STMT("message_list_after", "dduu", DB_MESSAGE_OUT,
		SELECT "WHERE m.workspace_id = ? AND m.conversation_id = ? "
		       "AND m.seq > ? ORDER BY m.seq LIMIT ?"),
	[MESSAGE_LIST_SAID] = DB_STMT(
	    "message_list_said", "dduu", SAID_OUT, SAID "ORDER BY seq LIMIT ?"),
	[MESSAGE_LIST_LATE] = DB_STMT("message_list_late", "dduuuu", SAID_OUT,
	    SAID "AND seq <= ? AND answers BETWEEN ? AND ? ORDER BY seq"),
	[MESSAGE_LIST_LAST] =
	    DB_STMT("message_list_last", "dduu", DB_MESSAGE_OUT,
		SELECT "WHERE m.workspace_id = ? AND m.conversation_id = ? "
		       "ORDER BY m.seq DESC LIMIT ? OFFSET ?"),
	[MESSAGE_LIST_AGENTS] = DB_STMT("message_list_agents", "dduu", "ds",
	    "SELECT DISTINCT u.id, u.display_name FROM messages m "
	    "JOIN users u ON u.workspace_id = m.workspace_id "
	    "AND u.id = UNHEX(REPLACE(m.sender_id, '-', '')) "
	    "WHERE m.workspace_id = ? AND m.conversation_id = ? "
	    "AND m.seq > ? AND m.seq <= ? AND m.sender_type = 'agent' "
	    "ORDER BY u.id"),
	[MESSAGE_LIST_VISITOR_TIMES] =
	    DB_STMT("message_list_visitor_times", "ddu", "t",
		"SELECT created_at FROM messages WHERE workspace_id = ? "
		"AND conversation_id = ? AND sender_type = 'end_user' "
		"ORDER BY seq DESC LIMIT ?"),
	[MESSAGE_LIST_FORM_ANSWERS] =
	    DB_STMT("message_list_form_answers", "ddus", "u",
		"SELECT seq FROM messages WHERE workspace_id = ? "
		"AND conversation_id = ? AND seq > ? "
		"AND sender_type = 'end_user' "
		"AND JSON_VALUE(rich_media, '$.form.message_id') = ? "
		"LIMIT 1"),
	[MESSAGE_SET_READ_BY] = DB_STMT("message_set_read_by", "sdd", "",
	    "UPDATE messages SET read_by = ? "
	    "WHERE workspace_id = ? AND id = ?"),
	[MESSAGE_SET_CURSOR] = DB_STMT("message_set_cursor", "dddutut", "",
	    "INSERT INTO read_cursors (workspace_id, conversation_id, "
	    "user_id, last_seq, read_at) VALUES (?, ?, ?, ?, ?) "
	    "ON DUPLICATE KEY UPDATE last_seq = GREATEST(last_seq, ?), "
	    "read_at = ?"),
};

const struct db_module db_message_module = { "message", stmts, MESSAGE__MAX };

/* Only we write these columns; a name of a later version is shown as the bot's
 * and as text. */
static void set_types(
    struct chat_message *m, struct str sender, struct str content)
{
	if (!chat_sender_parse(sender, &m->sender_type))
		m->sender_type = CHAT_BOT;
	if (!chat_content_parse(content, &m->content_type))
		m->content_type = CHAT_TEXT;
}

void db_message_from_row(const struct db_rows *rows, size_t row, size_t column,
    struct chat_message *message_r)
{
	struct chat_message m = {
		.id = db_row_id(rows, row, column),
		.conversation_id = db_row_id(rows, row, column + 1),
		.session_id = db_row_id(rows, row, column + 2),
		.sender_id = db_row_str(rows, row, column + 4),
		.content = db_row_str(rows, row, column + 6),
		.rich_media = db_row_str(rows, row, column + 7),
		.read_by = db_row_str(rows, row, column + 8),
		.client_id = db_row_str(rows, row, column + 9),
		.seq = db_row_uint(rows, row, column + 10),
		.created_at = db_row_time(rows, row, column + 11),
	};

	set_types(&m, db_row_str(rows, row, column + 3),
	    db_row_str(rows, row, column + 5));
	*message_r = m;
}

static void put_row(struct db_arg *to, const struct db_message_row *row)
{
	const struct chat_message *m = row->message;
	const struct db_arg args[ADD_PARAMS] = {
		DB_ID(row->workspace_id),
		DB_ID(m->conversation_id),
		DB_UINT(m->seq),
		DB_ID(m->id),
		DB_ID(m->session_id),
		DB_TEXT(str_of(chat_sender_name(m->sender_type))),
		DB_BLOB(m->sender_id),
		DB_TEXT(str_of(chat_content_name(m->content_type))),
		DB_TEXT(m->content),
		m->rich_media.n > 0 ? DB_TEXT(m->rich_media) : DB_NULL('s'),
		m->client_id.n > 0 ? DB_BLOB(m->client_id) : DB_NULL('b'),
		m->sender_type == CHAT_BOT ? DB_UINT(m->answers) : DB_NULL('u'),
		DB_TIME(m->created_at),
	};

	memcpy(to, args, sizeof(args));
}

enum err_code db_message_add(struct db *db, struct pool *pool,
    const struct db_message_row *rows, size_t n, struct err *err)
{
	struct db_arg *args = pool_alloc(pool, n * ADD_PARAMS * sizeof(*args));
	size_t i;

	for (i = 0; i < n; i++)
		put_row(args + i * ADD_PARAMS, &rows[i]);
	return db_exec_rows(
	    db, &db_message_module, MESSAGE_ADD, args, n * ADD_PARAMS, n, err);
}

static enum err_code find(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct chat_message *message_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(
	    db, &db_message_module, stmt, args, n_args, pool, &rows, err);

	if (code != ERR_OK)
		return code;
	memset(message_r, 0, sizeof(*message_r));
	if (rows.n > 0)
		db_message_from_row(&rows, 0, 0, message_r);
	return ERR_OK;
}

enum err_code db_message_find(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct chat_message *message_r,
    struct err *err)
{
	return find(db, pool, MESSAGE_FIND,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), message_r, err);
}

enum err_code db_message_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct chat_message *message_r,
    struct err *err)
{
	return find(db, pool, MESSAGE_LOCK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), message_r, err);
}

enum err_code db_message_find_by_client(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, struct str client_id,
    struct chat_message *message_r, struct err *err)
{
	return find(db, pool, MESSAGE_FIND_BY_CLIENT,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		DB_BLOB(client_id)),
	    message_r, err);
}

/* Fills list_r; backwards turns the order round. */
static enum err_code list(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct chat_messages *list_r,
    struct err *err)
{
	bool backwards = stmt == MESSAGE_LIST_LAST;
	struct db_rows rows;
	enum err_code code = db_query(
	    db, &db_message_module, stmt, args, n_args, pool, &rows, err);
	size_t i;

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (i = 0; i < rows.n; i++)
		db_message_from_row(&rows, backwards ? rows.n - 1 - i : i, 0,
		    &list_r->items[i]);
	return ERR_OK;
}

enum err_code db_message_list_after(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t after_seq,
    size_t limit, struct chat_messages *list_r, struct err *err)
{
	return list(db, pool, MESSAGE_LIST_AFTER,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		DB_UINT(after_seq), DB_UINT(limit)),
	    list_r, err);
}

static enum err_code list_said(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct id conversation_id,
    struct chat_messages *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(
	    db, &db_message_module, stmt, args, n_args, pool, &rows, err);
	struct chat_message *m;
	size_t i;

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (i = 0; i < rows.n; i++) {
		m = &list_r->items[i];
		m->conversation_id = conversation_id;
		m->id = db_row_id(&rows, i, 0);
		set_types(m, db_row_str(&rows, i, 1), db_row_str(&rows, i, 2));
		m->content = db_row_str(&rows, i, 3);
		m->rich_media = db_row_str(&rows, i, 4);
		m->seq = db_row_uint(&rows, i, 5);
		m->answers = db_row_null(&rows, i, 6)
				 ? CHAT_ANSWERS_UNKNOWN
				 : db_row_uint(&rows, i, 6);
		m->created_at = db_row_time(&rows, i, 7);
	}
	return ERR_OK;
}

enum err_code db_message_list_said(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t after_seq,
    size_t limit, struct chat_messages *list_r, struct err *err)
{
	return list_said(db, pool, MESSAGE_LIST_SAID,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		DB_UINT(after_seq), DB_UINT(limit)),
	    conversation_id, list_r, err);
}

enum err_code db_message_list_late(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t after_seq,
    uint64_t upto_seq, uint64_t first, uint64_t last,
    struct chat_messages *list_r, struct err *err)
{
	return list_said(db, pool, MESSAGE_LIST_LATE,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		DB_UINT(after_seq), DB_UINT(upto_seq), DB_UINT(first),
		DB_UINT(last)),
	    conversation_id, list_r, err);
}

enum err_code db_message_list_last(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, size_t limit,
    size_t offset, struct chat_messages *list_r, struct err *err)
{
	return list(db, pool, MESSAGE_LIST_LAST,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id), DB_UINT(limit),
		DB_UINT(offset)),
	    list_r, err);
}

enum err_code db_message_list_agents(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t after_seq,
    uint64_t upto_seq, struct chat_agents *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_message_module, MESSAGE_LIST_AGENTS,
		DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		    DB_UINT(after_seq), DB_UINT(upto_seq)),
		pool, &rows, err);
	size_t i;

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (i = 0; i < rows.n; i++)
		list_r->items[i] = (struct chat_agent){
			.id = db_row_id(&rows, i, 0),
			.display_name = db_row_str(&rows, i, 1),
		};
	return ERR_OK;
}

enum err_code db_message_list_visitor_times(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, size_t limit,
    int64_t **times_r, size_t *n_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_message_module, MESSAGE_LIST_VISITOR_TIMES,
		DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		    DB_UINT(limit)),
		pool, &rows, err);
	size_t i;

	if (code != ERR_OK)
		return code;
	*n_r = rows.n;
	*times_r = pool_alloc(pool, rows.n * sizeof(**times_r));
	for (i = 0; i < rows.n; i++)
		(*times_r)[i] = db_row_time(&rows, i, 0);
	return ERR_OK;
}

enum err_code db_message_is_answered(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t seq,
    struct id form_id, bool *is_r, struct err *err)
{
	char uuid[ID_UUID_SIZE];
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_message_module, MESSAGE_LIST_FORM_ANSWERS,
		DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		    DB_UINT(seq), DB_TEXT(str_of(id_uuid(form_id, uuid)))),
		pool, &rows, err);

	*is_r = code == ERR_OK && rows.n > 0;
	return code;
}

enum err_code db_message_set_read_by(struct db *db, struct id workspace_id,
    struct id id, struct str read_by, struct err *err)
{
	return db_exec(db, &db_message_module, MESSAGE_SET_READ_BY,
	    DB_ARGS(DB_TEXT(read_by), DB_ID(workspace_id), DB_ID(id)), NULL,
	    err);
}

enum err_code db_message_set_cursor(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id user_id, uint64_t seq, int64_t now,
    struct err *err)
{
	return db_exec(db, &db_message_module, MESSAGE_SET_CURSOR,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id), DB_ID(user_id),
		DB_UINT(seq), DB_TIME(now), DB_UINT(seq), DB_TIME(now)),
	    NULL, err);
}
