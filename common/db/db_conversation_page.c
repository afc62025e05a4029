/*
 * db_conversation_page.c: conversations as the developers of a bot list them
 *
 * Newest first means by id, which begins with the time of creation: a part of
 * the list begins behind an id, so the thousandth costs what the first does. Each
 * combination of filters has a statement that names the index which has just
 * those conversations in that order.
 */
/* SPDX-License-Identifier: MIT */
#include "db/db_conversation_page.h"

#include "db/db_modules.h"

enum {
	PAGE_LIST,
	PAGE_LIST_STATUS,
	PAGE_LIST_CHANNEL,
	PAGE_LIST_BOTH,
	PAGE_GET,
	PAGE_UNREAD,
	PAGE_MARKS,
	PAGE__MAX
};

#define SELECT                                                                 \
	"SELECT c.id, c.chatbot_id, k.external_id, k.display_name, "           \
	"c.channel, c.status, c.last_visitor_seq, c.agent_read_seq, m.id, "    \
	"m.created_at, LEFT(m.content, 200), c.created_at, c.updated_at "      \
	"FROM conversations c "
#define JOIN                                                                   \
	"STRAIGHT_JOIN contacts k ON k.workspace_id = c.workspace_id "         \
	"AND k.id = c.contact_id "                                             \
	"LEFT JOIN messages m ON m.conversation_id = c.id "                    \
	"AND m.seq = c.last_seq "                                              \
	"WHERE c.workspace_id = ? AND c.chatbot_id = ? "
/* The ids bound what is read; the times decide, should the clock of one of our
 * hosts have gone wrong. */
#define REST                                                                   \
	"AND c.id >= ? AND c.id < ? AND c.created_at >= ? "                    \
	"AND c.created_at <= ? ORDER BY c.id DESC LIMIT ?"
#define REST_IN "ddttu"
#define OUT	"ddbssiuud?t?s?tt"

static const struct db_stmt stmts[PAGE__MAX] = {
	[PAGE_LIST] = DB_STMT("conversation_page_list", "dd" REST_IN, OUT,
	    SELECT "FORCE INDEX (conversations_chatbot) " JOIN REST),
	[PAGE_LIST_STATUS] =
	    DB_STMT("conversation_page_list_status", "ddi" REST_IN, OUT,
		SELECT "FORCE INDEX (conversations_status) " JOIN
		       "AND c.status = ? " REST),
	[PAGE_LIST_CHANNEL] =
	    DB_STMT("conversation_page_list_channel", "dds" REST_IN, OUT,
		SELECT "FORCE INDEX (conversations_channel) " JOIN
		       "AND c.channel = ? " REST),
	[PAGE_LIST_BOTH] =
	    DB_STMT("conversation_page_list_both", "ddsi" REST_IN, OUT,
		SELECT "FORCE INDEX (conversations_filter) " JOIN
		       "AND c.channel = ? AND c.status = ? " REST),
	[PAGE_GET] = DB_STMT("conversation_page_get", "ddd", OUT,
	    SELECT "FORCE INDEX (PRIMARY) " JOIN "AND c.id = ?"),
	[PAGE_UNREAD] = DB_STMT("conversation_page_unread", "dduuu", "u",
	    "SELECT COUNT(*) FROM (SELECT seq FROM messages "
	    "WHERE workspace_id = ? AND conversation_id = ? AND seq > ? "
	    "AND seq <= ? AND sender_type = 'end_user' LIMIT ?) x"),
	[PAGE_MARKS] = DB_STMT("conversation_page_marks", "ddd", "isuuuut?",
	    "SELECT c.status, c.channel, c.visitor_delivered_seq, "
	    "c.visitor_read_seq, c.agent_delivered_seq, c.agent_read_seq, "
	    "s.failed_at FROM conversations c LEFT JOIN bot_states s "
	    "ON s.workspace_id = c.workspace_id AND s.conversation_id = c.id "
	    "WHERE c.workspace_id = ? AND c.chatbot_id = ? AND c.id = ?"),
};

const struct db_module db_conversation_page_module = { "conversation_page",
	stmts, PAGE__MAX };

#define UNREAD_MAX 99
/* Between the clock's time that an id has and the created_at of a conversation
 * that version 0.2.0 made. */
#define SKEW_MS 60000
/* Of what DATETIME can be, and an id. */
#define TIME_MAX (INT64_C(253402300799) * 1000000)

static enum err_code query(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct db_rows *rows_r,
    struct err *err)
{
	return db_query(db, &db_conversation_page_module, stmt, args, n_args,
	    pool, rows_r, err);
}

static enum err_code not_found(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "Conversation not found.");
}

static struct conversation_row from_row(const struct db_rows *rows, size_t row)
{
	return (struct conversation_row){
		.id = db_row_id(rows, row, 0),
		.chatbot_id = db_row_id(rows, row, 1),
		.external_id = db_row_str(rows, row, 2),
		.contact_name = db_row_str(rows, row, 3),
		.channel = db_row_str(rows, row, 4),
		.status = (enum conversation_status)db_row_int(rows, row, 5),
		.last_visitor_seq = db_row_uint(rows, row, 6),
		.agent_read_seq = db_row_uint(rows, row, 7),
		.last_id = db_row_id(rows, row, 8),
		.last_at = db_row_time(rows, row, 9),
		.last_text = db_row_str(rows, row, 10),
		.created_at = db_row_time(rows, row, 11),
		.updated_at = db_row_time(rows, row, 12),
	};
}

/* One bounded range each, and none where all is read. */
static enum err_code count_unread(struct db *db, struct pool *pool,
    struct id workspace_id, struct conversation_row *row, struct err *err)
{
	struct db_rows count;
	enum err_code code;

	if (row->last_visitor_seq <= row->agent_read_seq)
		return ERR_OK;
	code = query(db, pool, PAGE_UNREAD,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(row->id),
		DB_UINT(row->agent_read_seq), DB_UINT(row->last_visitor_seq),
		DB_UINT(UNREAD_MAX)),
	    &count, err);
	if (code == ERR_OK)
		row->unread = db_row_uint(&count, 0, 0);
	return code;
}

/* The least id that is not of the page any more. */
static struct id end_of(const struct conversation_page *page)
{
	struct id end;

	memset(end.b, 0xFF, sizeof(end.b));
	if (page->upto != 0)
		end = id_from_ms(page->upto / 1000 + 1 + SKEW_MS);
	if (!id_is_none(page->before) && id_cmp(page->before, end) < 0)
		end = page->before;
	return end;
}

enum err_code db_conversation_page_list(struct db *db, struct pool *pool,
    const struct conversation_page *page, struct conversation_rows *list_r,
    struct err *err)
{
	bool has_status = page->status != CONVERSATION_ANY;
	bool has_channel = page->channel.n > 0;
	struct db_arg args[9];
	struct db_rows rows;
	size_t n = 0, i;
	enum err_code code;

	args[n++] = DB_ID(page->workspace_id);
	args[n++] = DB_ID(page->chatbot_id);
	if (has_channel)
		args[n++] = DB_TEXT(page->channel);
	if (has_status)
		args[n++] = DB_INT(page->status);
	args[n++] = DB_ID(id_from_ms(page->from / 1000));
	args[n++] = DB_ID(end_of(page));
	args[n++] = DB_TIME(page->from);
	args[n++] = DB_TIME(page->upto != 0 ? page->upto : TIME_MAX);
	args[n++] = DB_UINT(page->limit);
	assert(n <= COUNT_OF(args));
	code = query(db, pool,
	    has_status && has_channel ? PAGE_LIST_BOTH
	    : has_channel	      ? PAGE_LIST_CHANNEL
	    : has_status	      ? PAGE_LIST_STATUS
				      : PAGE_LIST,
	    args, n, &rows, err);
	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (i = 0; i < rows.n && code == ERR_OK; i++) {
		list_r->items[i] = from_row(&rows, i);
		code = count_unread(
		    db, pool, page->workspace_id, &list_r->items[i], err);
	}
	return code;
}

enum err_code db_conversation_page_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct conversation_row *row_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, PAGE_GET,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_ID(id)), &rows,
	    err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return not_found(err);
	*row_r = from_row(&rows, 0);
	return count_unread(db, pool, workspace_id, row_r, err);
}

enum err_code db_conversation_page_get_marks(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct conversation_marks *marks_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, PAGE_MARKS,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_ID(id)), &rows,
	    err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return not_found(err);
	*marks_r = (struct conversation_marks){
		.status = (enum conversation_status)db_row_int(&rows, 0, 0),
		.channel = db_row_str(&rows, 0, 1),
		.visitor.delivered_seq = db_row_uint(&rows, 0, 2),
		.visitor.read_seq = db_row_uint(&rows, 0, 3),
		.agent.delivered_seq = db_row_uint(&rows, 0, 4),
		.agent.read_seq = db_row_uint(&rows, 0, 5),
		.failed_at = db_row_time(&rows, 0, 6),
	};
	return ERR_OK;
}
