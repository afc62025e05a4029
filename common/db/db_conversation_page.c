/*
 * db_conversation_page.c: conversations as the developers of a bot list them
 *
 * Newest first means by id, which begins with the time of creation: a part of
 * the list begins behind an id, so the thousandth costs what the first does. Each
 * combination of filters has a statement that names the index which has just
 * those conversations in that order.
 *
 * A session that silence has ended is closed, whether or not somebody has come
 * to write that down: those few are told by their times, in each statement.
 */
/* SPDX-License-Identifier: MIT */
#include "db/db_conversation_page.h"

#include "db/db_modules.h"

enum {
	PAGE_LIST,
	PAGE_LIST_STATUS,
	PAGE_LIST_CHANNEL,
	PAGE_LIST_BOTH,
	PAGE_LIST_OVER,
	PAGE_GET,
	PAGE_UNREAD,
	PAGE_MARKS,
	PAGE__MAX
};

#define SELECT                                                                 \
	"SELECT c.id, c.chatbot_id, k.external_id, k.display_name, "           \
	"c.channel, c.status, c.last_visitor_seq, c.agent_read_seq, m.id, "    \
	"m.created_at, LEFT(m.content, 200), c.created_at, c.updated_at, "     \
	"c.expires_at "                                                        \
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
#define OUT	"ddbssiuud?t?s?ttt?"
#define OVER_IN "tt"
#define ACTIVE	"1" /* of c.status: what silence can end */
#define NOT_OVER                                                               \
	"AND (c.status <> " ACTIVE " OR c.expires_at IS NULL "                 \
	"OR c.expires_at > ? OR c.updated_at > ?) "

static const struct db_stmt stmts[PAGE__MAX] = {
	[PAGE_LIST] = DB_STMT("conversation_page_list", "dd" REST_IN, OUT,
	    SELECT "FORCE INDEX (conversations_chatbot) " JOIN REST),
	[PAGE_LIST_STATUS] =
	    DB_STMT("conversation_page_list_status", "ddi" OVER_IN REST_IN, OUT,
		SELECT "FORCE INDEX (conversations_status) " JOIN
		       "AND c.status = ? " NOT_OVER REST),
	[PAGE_LIST_CHANNEL] =
	    DB_STMT("conversation_page_list_channel", "dds" REST_IN, OUT,
		SELECT "FORCE INDEX (conversations_channel) " JOIN
		       "AND c.channel = ? " REST),
	[PAGE_LIST_BOTH] =
	    DB_STMT("conversation_page_list_both", "ddsi" OVER_IN REST_IN, OUT,
		SELECT "FORCE INDEX (conversations_filter) " JOIN
		       "AND c.channel = ? AND c.status = ? " NOT_OVER REST),
	/* Behind what chat_expire has left: none, nearly always. */
	[PAGE_LIST_OVER] =
	    DB_STMT("conversation_page_list_over", "ddss" OVER_IN REST_IN, OUT,
		SELECT "FORCE INDEX (conversations_expires) " JOIN
		       "AND (? = '' OR c.channel = ?) AND c.status = " ACTIVE
		       " AND c.expires_at <= ? AND c.updated_at <= ? " REST),
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

static enum conversation_status status_of(const struct db_rows *rows,
    size_t row, const struct conversation_silence *silence)
{
	enum conversation_status status =
	    (enum conversation_status)db_row_int(rows, row, 5);

	return status == CONVERSATION_ACTIVE && !db_row_null(rows, row, 13) &&
		       db_row_time(rows, row, 13) <= silence->now &&
		       db_row_time(rows, row, 12) <= silence->since
		   ? CONVERSATION_CLOSED
		   : status;
}

static struct conversation_row from_row(const struct db_rows *rows, size_t row,
    const struct conversation_silence *silence)
{
	return (struct conversation_row){
		.id = db_row_id(rows, row, 0),
		.chatbot_id = db_row_id(rows, row, 1),
		.external_id = db_row_str(rows, row, 2),
		.contact_name = db_row_str(rows, row, 3),
		.channel = db_row_str(rows, row, 4),
		.status = status_of(rows, row, silence),
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

/* What the statement has between the bot and REST. */
static enum err_code list_by(struct db *db, struct pool *pool, int stmt,
    const struct conversation_page *page, struct conversation_rows *list_r,
    struct err *err)
{
	struct db_arg args[12];
	struct db_rows rows;
	size_t n = 0, i;
	enum err_code code;

	args[n++] = DB_ID(page->workspace_id);
	args[n++] = DB_ID(page->chatbot_id);
	if (stmt == PAGE_LIST_OVER)
		args[n++] = DB_TEXT(page->channel);
	if (stmt != PAGE_LIST && stmt != PAGE_LIST_STATUS)
		args[n++] = DB_TEXT(page->channel);
	if (stmt == PAGE_LIST_STATUS || stmt == PAGE_LIST_BOTH)
		args[n++] = DB_INT(page->status);
	if (stmt != PAGE_LIST && stmt != PAGE_LIST_CHANNEL) {
		args[n++] = DB_TIME(page->silence.now);
		args[n++] = DB_TIME(page->silence.since);
	}
	args[n++] = DB_ID(id_from_ms(page->from / 1000));
	args[n++] = DB_ID(end_of(page));
	args[n++] = DB_TIME(page->from);
	args[n++] = DB_TIME(page->upto != 0 ? page->upto : TIME_MAX);
	args[n++] = DB_UINT(page->limit);
	assert(n <= COUNT_OF(args));
	code = query(db, pool, stmt, args, n, &rows, err);
	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (i = 0; i < rows.n; i++)
		list_r->items[i] = from_row(&rows, i, &page->silence);
	return ERR_OK;
}

/* Both have the newest first; what is in both was ended between the two. */
static void merge(struct pool *pool, struct conversation_rows *list,
    const struct conversation_rows *more, size_t limit)
{
	struct conversation_row *out =
	    pool_alloc(pool, (list->n + more->n) * sizeof(*out));
	size_t n = 0, i = 0, j = 0;
	int order;

	while (n < limit && (i < list->n || j < more->n)) {
		order = i == list->n ? -1
			: j == more->n
			    ? 1
			    : id_cmp(list->items[i].id, more->items[j].id);
		out[n++] = order < 0 ? more->items[j] : list->items[i];
		i += order >= 0;
		j += order <= 0;
	}
	list->items = out;
	list->n = n;
}

enum err_code db_conversation_page_list(struct db *db, struct pool *pool,
    const struct conversation_page *page, struct conversation_rows *list_r,
    struct err *err)
{
	bool has_status = page->status != CONVERSATION_ANY;
	bool has_channel = page->channel.n > 0;
	struct conversation_rows over = { .n = 0 };
	size_t i;
	enum err_code code;

	/* first, as others may end them meanwhile */
	if (page->status == CONVERSATION_CLOSED) {
		code = list_by(db, pool, PAGE_LIST_OVER, page, &over, err);
		if (code != ERR_OK)
			return code;
	}
	code = list_by(db, pool,
	    has_status && has_channel ? PAGE_LIST_BOTH
	    : has_channel	      ? PAGE_LIST_CHANNEL
	    : has_status	      ? PAGE_LIST_STATUS
				      : PAGE_LIST,
	    page, list_r, err);
	if (code == ERR_OK && over.n > 0)
		merge(pool, list_r, &over, page->limit);
	for (i = 0; code == ERR_OK && i < list_r->n; i++)
		code = count_unread(
		    db, pool, page->workspace_id, &list_r->items[i], err);
	return code;
}

enum err_code db_conversation_page_get(struct db *db, struct pool *pool,
    const struct conversation_page *of, struct id id,
    struct conversation_row *row_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, PAGE_GET,
	    DB_ARGS(DB_ID(of->workspace_id), DB_ID(of->chatbot_id), DB_ID(id)),
	    &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return not_found(err);
	*row_r = from_row(&rows, 0, &of->silence);
	return count_unread(db, pool, of->workspace_id, row_r, err);
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
