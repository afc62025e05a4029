/* db_conversation.c: statements on conversations */
/* SPDX-License-Identifier: MIT */
#include "db/db_conversation.h"

#include "db/db_modules.h"

enum {
	CONVERSATION_GET_OWNER,
	CONVERSATION_CHECK,
	CONVERSATION_LIST_KNOWN,
	CONVERSATION_LOCK,
	CONVERSATION_LOCK_TALK,
	CONVERSATION_LOCK_TALKS_2,
	CONVERSATION_LOCK_TALKS_4,
	CONVERSATION_LOCK_TALKS_16,
	CONVERSATION_LOCK_TALKS_64,
	CONVERSATION_SET,
	CONVERSATION_ADD,
	CONVERSATION_FIND_BY_CONTACT,
	CONVERSATION_GET,
	CONVERSATION_COUNT_UNREAD,
	CONVERSATION_LIST_WAITING,
	CONVERSATION_LIST_MINE,
	CONVERSATION_LIST_ALL,
	CONVERSATION_LOCK_RECEIPTS,
	CONVERSATION_SET_RECEIPTS,
	CONVERSATION__MAX
};

/*
 * What the inbox shows, in three parts: the lists name the index in between
 * that gives their order, else the server may sort a whole workspace for one
 * page.
 */
#define SELECT                                                                 \
	"SELECT c.id, c.workspace_id, c.integration_id, c.chatbot_id, "        \
	"c.contact_id, k.display_name, k.external_id, c.last_seq, s.id, "      \
	"s.status, s.assigned_agent_id, s.tags, s.handoff_at, "                \
	"s.first_message_at, s.assigned_at, s.resolved_at, "                   \
	"u.display_name, c.created_at, c.updated_at, c.last_visitor_seq, "     \
	"(SELECT r.last_seq FROM read_cursors r WHERE r.workspace_id = ? "     \
	"AND r.conversation_id = c.id AND r.user_id = ?), "                    \
	"m.seq, m.id, m.session_id, m.sender_type, m.sender_id, "              \
	"m.content_type, LEFT(m.content, 200), m.created_at, "                 \
	"c.visitor_delivered_seq, c.visitor_read_seq, "                        \
	"c.agent_delivered_seq, c.agent_read_seq, c.channel, "                 \
	"b.failed_why, b.failed_at FROM conversations c "
#define JOIN                                                                   \
	"STRAIGHT_JOIN contacts k ON k.workspace_id = c.workspace_id "         \
	"AND k.id = c.contact_id "                                             \
	"LEFT JOIN conversation_sessions s "                                   \
	"ON s.workspace_id = c.workspace_id AND s.id = c.open_session_id "     \
	"LEFT JOIN users u ON u.workspace_id = c.workspace_id "                \
	"AND u.id = s.assigned_agent_id "                                      \
	"LEFT JOIN messages m ON m.conversation_id = c.id "                    \
	"AND m.seq = c.last_seq "                                              \
	"LEFT JOIN bot_states b ON b.workspace_id = c.workspace_id "           \
	"AND b.conversation_id = c.id "                                        \
	"WHERE c.workspace_id = ? "
#define IN  "dd?d"
#define OUT "dddd?dssud?s?d?s?t?t?t?t?s?ttuu?u?d?d?s?s?s?s?t?uuuuss?t?"

/* The optional filters, then the page. LOCATE folds case by the collation and
 * needs no escaping as LIKE does. */
#define REST                                                                   \
	"AND (? IS NULL OR c.integration_id = ?) "                             \
	"AND (? IS NULL OR LOCATE(?, k.display_name) > 0 "                     \
	"OR LOCATE(?, CONVERT(k.external_id USING utf8mb4)) > 0) "             \
	"AND (? IS NULL OR LOCATE(?, s.tags) > 0) "                            \
	"AND (? IS NULL OR (c.open_session_id IS NOT NULL) = ?) "              \
	"AND (? IS NULL OR c.updated_at < ? "                                  \
	"OR (c.updated_at = ? AND c.id < ?)) "                                 \
	"ORDER BY c.updated_at DESC, c.id DESC LIMIT ?"
#define REST_IN "d?d?s?s?s?s?s?i?i?t?t?t?d?u"

/*
 * Only the rows of conversations are locked: the others change under that lock,
 * or never.
 */
#define TALK                                                                   \
	"SELECT " DB_CONVERSATION_TALK(                                        \
	    "(SELECT k.external_id FROM contacts k "                           \
	    "WHERE k.workspace_id = c.workspace_id AND k.id = c.contact_id)",  \
	    "(SELECT s.first_message_at FROM conversation_sessions s "         \
	    "WHERE s.workspace_id = c.workspace_id "                           \
	    "AND s.id = c.open_session_id)")
#define TALKS_END ") ORDER BY c.id FOR UPDATE SKIP LOCKED"
#define TALK_OUT  DB_CONVERSATION_TALK_OUT

static const struct db_stmt stmts[CONVERSATION__MAX] = {
	[CONVERSATION_GET_OWNER] = DB_STMT("conversation_get_owner", "d", "ds",
	    "SELECT c.workspace_id, k.external_id FROM conversations c "
	    "JOIN contacts k ON k.id = c.contact_id WHERE c.id = ?"),
	[CONVERSATION_CHECK] = DB_STMT("conversation_check", "dd", "d",
	    "SELECT id FROM conversations WHERE workspace_id = ? AND id = ?"),
	[CONVERSATION_LIST_KNOWN] =
	    DB_STMT("conversation_list_known", DB_LETTERS_64("d"), "d",
		"SELECT id FROM conversations WHERE id IN (" DB_ROWS_64(
		    "?") ") ORDER BY id"),
	[CONVERSATION_LOCK] = DB_STMT("conversation_lock", "dd", "uud?d?ii",
	    "SELECT last_seq, last_visitor_seq, open_session_id, "
	    "assigned_agent_id, is_waiting, is_handed_off FROM conversations "
	    "WHERE workspace_id = ? AND id = ? FOR UPDATE"),
	[CONVERSATION_LOCK_TALK] = DB_STMT("conversation_lock_talk", "d",
	    TALK_OUT, TALK "FROM conversations c WHERE c.id = ? FOR UPDATE"),
	[CONVERSATION_LOCK_TALKS_2] = DB_STMT("conversation_lock_talks_2",
	    DB_LETTERS_2("d"), TALK_OUT,
	    TALK
	    "FROM conversations c FORCE INDEX (PRIMARY) WHERE c.id IN (" DB_ROWS_2(
		"?") TALKS_END),
	[CONVERSATION_LOCK_TALKS_4] = DB_STMT("conversation_lock_talks_4",
	    DB_LETTERS_4("d"), TALK_OUT,
	    TALK
	    "FROM conversations c FORCE INDEX (PRIMARY) WHERE c.id IN (" DB_ROWS_4(
		"?") TALKS_END),
	[CONVERSATION_LOCK_TALKS_16] = DB_STMT("conversation_lock_talks_16",
	    DB_LETTERS_16("d"), TALK_OUT,
	    TALK
	    "FROM conversations c FORCE INDEX (PRIMARY) WHERE c.id IN (" DB_ROWS_16(
		"?") TALKS_END),
	[CONVERSATION_LOCK_TALKS_64] = DB_STMT("conversation_lock_talks_64",
	    DB_LETTERS_64("d"), TALK_OUT,
	    TALK
	    "FROM conversations c FORCE INDEX (PRIMARY) WHERE c.id IN (" DB_ROWS_64(
		"?") TALKS_END),
	[CONVERSATION_SET] = DB_STMT("conversation_set", "uud?d?iitdd", "",
	    "UPDATE conversations SET last_seq = ?, last_visitor_seq = ?, "
	    "open_session_id = ?, assigned_agent_id = ?, is_waiting = ?, "
	    "is_handed_off = ?, updated_at = ? WHERE workspace_id = ? AND id = ?"),
	/* The channel is that of the integration. */
	[CONVERSATION_ADD] = DB_STMT("conversation_add", "ddddd?dddt?tt", "",
	    "INSERT INTO conversations (workspace_id, id, integration_id, "
	    "contact_id, chatbot_id, last_seq, last_visitor_seq, "
	    "open_session_id, is_waiting, channel, expires_at, created_at, "
	    "updated_at) VALUES (?, ?, ?, ?, ?, 0, 0, ?, 0, "
	    "COALESCE((SELECT CASE i.type WHEN 'api_chat' THEN 'api' "
	    "WHEN 'rest_api' THEN 'rest-api' WHEN 'whatsapp' THEN 'whatsapp' "
	    "WHEN 'sms' THEN 'sms' ELSE 'web' END FROM integrations i "
	    "WHERE i.workspace_id = ? AND i.id = ?), 'web'), ?, ?, ?)"),
	[CONVERSATION_FIND_BY_CONTACT] =
	    DB_STMT("conversation_find_by_contact", "dd", "d",
		"SELECT id FROM conversations "
		"WHERE workspace_id = ? AND contact_id = ?"),
	[CONVERSATION_GET] = DB_STMT(
	    "conversation_get", IN "d", OUT, SELECT JOIN "AND c.id = ?"),
	[CONVERSATION_COUNT_UNREAD] =
	    DB_STMT("conversation_count_unread", "dduu", "u",
		"SELECT COUNT(*) FROM (SELECT seq FROM messages "
		"WHERE workspace_id = ? AND conversation_id = ? AND seq > ? "
		"AND sender_type = 'end_user' LIMIT ?) x"),
	[CONVERSATION_LIST_WAITING] =
	    DB_STMT("conversation_list_waiting", IN REST_IN, OUT,
		SELECT "FORCE INDEX (conversations_waiting) " JOIN
		       "AND c.is_waiting = 1 " REST),
	[CONVERSATION_LIST_MINE] =
	    DB_STMT("conversation_list_mine", IN "d" REST_IN, OUT,
		SELECT "FORCE INDEX (conversations_agent) " JOIN
		       "AND c.assigned_agent_id = ? " REST),
	[CONVERSATION_LIST_ALL] = DB_STMT("conversation_list_all", IN REST_IN,
	    OUT, SELECT "FORCE INDEX (conversations_all) " JOIN REST),
	[CONVERSATION_LOCK_RECEIPTS] =
	    DB_STMT("conversation_lock_receipts", "dd", "uuuuu",
		"SELECT last_seq, visitor_delivered_seq, visitor_read_seq, "
		"agent_delivered_seq, agent_read_seq FROM conversations "
		"WHERE workspace_id = ? AND id = ? FOR UPDATE"),
	[CONVERSATION_SET_RECEIPTS] =
	    DB_STMT("conversation_set_receipts", "uuuudd", "",
		"UPDATE conversations SET visitor_delivered_seq = ?, "
		"visitor_read_seq = ?, agent_delivered_seq = ?, "
		"agent_read_seq = ? WHERE workspace_id = ? AND id = ?"),
};

const struct db_module db_conversation_module = { "conversation", stmts,
	CONVERSATION__MAX };

#define UNREAD_MAX 99

static struct db_arg id_or_null(struct id id)
{
	return id_is_none(id) ? DB_NULL('d') : DB_ID(id);
}

static struct db_arg text_or_null(struct str s)
{
	return s.n == 0 ? DB_NULL('s') : DB_TEXT(s);
}

static enum err_code query(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct db_rows *rows_r,
    struct err *err)
{
	return db_query(
	    db, &db_conversation_module, stmt, args, n_args, pool, rows_r, err);
}

static enum err_code not_found(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "There is no such conversation.");
}

enum err_code db_conversation_get_owner(struct db *db, struct pool *pool,
    struct id id, struct id *workspace_id_r, struct str *external_id_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(
	    db, pool, CONVERSATION_GET_OWNER, DB_ARGS(DB_ID(id)), &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return not_found(err);
	*workspace_id_r = db_row_id(&rows, 0, 0);
	*external_id_r = db_row_str(&rows, 0, 1);
	return ERR_OK;
}

enum err_code db_conversation_check(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, CONVERSATION_CHECK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), &rows, err);

	return code == ERR_OK && rows.n == 0 ? not_found(err) : code;
}

static struct db_conversation_head head_from_row(
    const struct db_rows *rows, size_t row, size_t column)
{
	return (struct db_conversation_head){
		.last_seq = db_row_uint(rows, row, column),
		.last_visitor_seq = db_row_uint(rows, row, column + 1),
		.open_session_id = db_row_id(rows, row, column + 2),
		.assigned_agent_id = db_row_id(rows, row, column + 3),
		.is_waiting = db_row_int(rows, row, column + 4) != 0,
		.is_handed_off = db_row_int(rows, row, column + 5) != 0,
	};
}

enum err_code db_conversation_list_known(struct db *db, struct pool *pool,
    const struct id *ids, size_t n, struct id *known_r, size_t *n_r,
    struct err *err)
{
	struct db_arg args[DB_ROWS_MAX];
	struct db_rows rows;
	enum err_code code = ERR_OK;
	size_t i, k;

	*n_r = 0;
	for (i = 0; i < n && code == ERR_OK; i += DB_ROWS_MAX) {
		/* The places that are left name the last one again. */
		for (k = 0; k < DB_ROWS_MAX; k++)
			args[k] = DB_ID(ids[MIN_OF(i + k, n - 1)]);
		code = query(db, pool, CONVERSATION_LIST_KNOWN, args,
		    DB_ROWS_MAX, &rows, err);
		for (k = 0; code == ERR_OK && k < rows.n; k++)
			known_r[(*n_r)++] = db_row_id(&rows, k, 0);
	}
	return code;
}

enum err_code db_conversation_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct db_conversation_head *head_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, CONVERSATION_LOCK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return not_found(err);
	*head_r = head_from_row(&rows, 0, 0);
	return ERR_OK;
}

void db_conversation_talk_from_row(
    const struct db_rows *rows, size_t row, struct db_conversation_talk *talk_r)
{
	*talk_r = (struct db_conversation_talk){
		.id = db_row_id(rows, row, 0),
		.workspace_id = db_row_id(rows, row, 1),
		.chatbot_id = db_row_id(rows, row, 2),
		.external_id = db_row_str(rows, row, 3),
		.has_first_message = !db_row_null(rows, row, 4),
		.head = head_from_row(rows, row, 5),
		.updated_at = db_row_time(rows, row, 11),
		.is_api = db_row_int(rows, row, 12) != 0,
	};
}

/* One statement; n is at most DB_ROWS_MAX. */
static enum err_code lock_some(struct db *db, struct pool *pool,
    const struct id *ids, size_t n, struct db_conversation_talk *talks_r,
    size_t *n_r, struct err *err)
{
	struct db_arg args[DB_ROWS_MAX];
	struct db_rows rows;
	enum err_code code;
	size_t size = 0, i;

	while (db_rows_sizes[size] < n)
		size++;
	/* The places that are left name the last one again. */
	for (i = 0; i < db_rows_sizes[size]; i++)
		args[i] = DB_ID(ids[MIN_OF(i, n - 1)]);
	code = query(db, pool, CONVERSATION_LOCK_TALK + (int)size, args,
	    db_rows_sizes[size], &rows, err);
	if (code != ERR_OK)
		return code;
	for (i = 0; i < rows.n; i++)
		db_conversation_talk_from_row(&rows, i, &talks_r[i]);
	*n_r = rows.n;
	return ERR_OK;
}

enum err_code db_conversation_lock_talks(struct db *db, struct pool *pool,
    const struct id *ids, size_t n, struct db_conversation_talk *talks_r,
    size_t *n_r, struct err *err)
{
	enum err_code code = ERR_OK;
	size_t i, some, found;

	*n_r = 0;
	for (i = 0; i < n && code == ERR_OK; i += some) {
		/* A last one alone would wait for its lock. */
		some = n - i == DB_ROWS_MAX + 1 ? DB_ROWS_MAX / 2
						: MIN_OF(n - i, DB_ROWS_MAX);
		found = 0;
		code = lock_some(
		    db, pool, ids + i, some, talks_r + *n_r, &found, err);
		*n_r += found;
	}
	return code;
}

enum err_code db_conversation_set(struct db *db, struct id workspace_id,
    struct id id, const struct db_conversation_head *head, int64_t now,
    struct err *err)
{
	return db_exec(db, &db_conversation_module, CONVERSATION_SET,
	    DB_ARGS(DB_UINT(head->last_seq), DB_UINT(head->last_visitor_seq),
		id_or_null(head->open_session_id),
		id_or_null(head->assigned_agent_id), DB_INT(head->is_waiting),
		DB_INT(head->is_handed_off), DB_TIME(now), DB_ID(workspace_id),
		DB_ID(id)),
	    NULL, err);
}

enum err_code db_conversation_add(struct db *db,
    const struct chat_conversation *c, int64_t now, int64_t expires_at,
    struct err *err)
{
	return db_exec(db, &db_conversation_module, CONVERSATION_ADD,
	    DB_ARGS(DB_ID(c->workspace_id), DB_ID(c->id),
		DB_ID(c->integration_id), DB_ID(c->contact_id),
		id_or_null(c->chatbot_id), DB_ID(c->session.id),
		DB_ID(c->workspace_id), DB_ID(c->integration_id),
		expires_at != 0 ? DB_TIME(expires_at) : DB_NULL('t'),
		DB_TIME(now), DB_TIME(now)),
	    NULL, err);
}

enum err_code db_conversation_find_by_contact(struct db *db, struct pool *pool,
    struct id workspace_id, struct id contact_id, struct id *id_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, CONVERSATION_FIND_BY_CONTACT,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(contact_id)), &rows, err);

	if (code == ERR_OK)
		*id_r = rows.n > 0 ? db_row_id(&rows, 0, 0) : ID_NONE;
	return code;
}

static void last_from_row(
    const struct db_rows *rows, size_t row, struct chat_conversation *c)
{
	struct chat_message *m = &c->last;

	c->has_last = !db_row_null(rows, row, 21);
	if (!c->has_last)
		return;
	m->conversation_id = c->id;
	m->seq = db_row_uint(rows, row, 21);
	m->id = db_row_id(rows, row, 22);
	m->session_id = db_row_id(rows, row, 23);
	(void)chat_sender_parse(db_row_str(rows, row, 24), &m->sender_type);
	m->sender_id = db_row_str(rows, row, 25);
	(void)chat_content_parse(db_row_str(rows, row, 26), &m->content_type);
	m->content = db_row_str(rows, row, 27);
	m->created_at = db_row_time(rows, row, 28);
}

static void from_row(
    const struct db_rows *rows, size_t row, struct chat_conversation *c)
{
	struct chat_session *s = &c->session;

	c->id = db_row_id(rows, row, 0);
	c->workspace_id = db_row_id(rows, row, 1);
	c->integration_id = db_row_id(rows, row, 2);
	c->chatbot_id = db_row_id(rows, row, 3);
	c->contact_id = db_row_id(rows, row, 4);
	c->contact_name = db_row_str(rows, row, 5);
	c->external_id = db_row_str(rows, row, 6);
	c->last_seq = db_row_uint(rows, row, 7);
	s->id = db_row_id(rows, row, 8);
	s->is_resolved = str_eq(db_row_str(rows, row, 9), STR("resolved"));
	s->assigned_agent_id = db_row_id(rows, row, 10);
	s->tags = db_row_str(rows, row, 11);
	s->handoff_at = db_row_time(rows, row, 12);
	s->first_message_at = db_row_time(rows, row, 13);
	s->assigned_at = db_row_time(rows, row, 14);
	s->resolved_at = db_row_time(rows, row, 15);
	c->agent_name = db_row_str(rows, row, 16);
	c->created_at = db_row_time(rows, row, 17);
	c->updated_at = db_row_time(rows, row, 18);
	last_from_row(rows, row, c);
	c->visitor_receipt.delivered_seq = db_row_uint(rows, row, 29);
	c->visitor_receipt.read_seq = db_row_uint(rows, row, 30);
	c->agent_receipt.delivered_seq = db_row_uint(rows, row, 31);
	c->agent_receipt.read_seq = db_row_uint(rows, row, 32);
	c->channel = db_row_str(rows, row, 33);
	c->bot_failed_why = db_row_str(rows, row, 34);
	c->bot_failed_at = db_row_time(rows, row, 35);
}

/* The end user's messages above the agent's cursor. One bounded range each:
 * inside the list's statement it would read every message. */
static enum err_code count_unread(struct db *db, struct pool *pool,
    const struct db_rows *rows, size_t row, struct chat_conversation *c,
    struct err *err)
{
	uint64_t cursor = db_row_uint(rows, row, 20);
	struct db_rows count;
	enum err_code code;

	if (db_row_uint(rows, row, 19) <= cursor)
		return ERR_OK;
	code = query(db, pool, CONVERSATION_COUNT_UNREAD,
	    DB_ARGS(DB_ID(c->workspace_id), DB_ID(c->id), DB_UINT(cursor),
		DB_UINT(UNREAD_MAX)),
	    &count, err);
	if (code == ERR_OK)
		c->unread = db_row_uint(&count, 0, 0);
	return code;
}

enum err_code db_conversation_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id user_id, struct id id,
    struct chat_conversation *conversation_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, CONVERSATION_GET,
	    DB_ARGS(DB_ID(workspace_id), id_or_null(user_id),
		DB_ID(workspace_id), DB_ID(id)),
	    &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return not_found(err);
	memset(conversation_r, 0, sizeof(*conversation_r));
	from_row(&rows, 0, conversation_r);
	if (id_is_none(user_id))
		return ERR_OK;
	return count_unread(db, pool, &rows, 0, conversation_r, err);
}

enum err_code db_conversation_list(struct db *db, struct pool *pool,
    const struct db_conversation_query *q, struct chat_conversations *list_r,
    struct err *err)
{
	static const int by_filter[] = {
		[DB_CONVERSATION_WAITING] = CONVERSATION_LIST_WAITING,
		[DB_CONVERSATION_MINE] = CONVERSATION_LIST_MINE,
		[DB_CONVERSATION_ALL] = CONVERSATION_LIST_ALL,
	};
	struct db_arg channel = id_or_null(q->integration_id);
	struct db_arg text = text_or_null(q->q), tag = text_or_null(q->tag);
	struct db_arg open =
	    q->is_open != NULL ? DB_INT(*q->is_open) : DB_NULL('i');
	struct db_arg at =
	    q->before_at != 0 ? DB_TIME(q->before_at) : DB_NULL('t');
	const struct db_arg args[] = { DB_ID(q->workspace_id),
		id_or_null(q->user_id), DB_ID(q->workspace_id),
		DB_ID(q->user_id), channel, channel, text, text, text, tag, tag,
		open, open, at, at, at, id_or_null(q->before_id),
		DB_UINT(q->limit) };
	struct db_arg used[COUNT_OF(args)];
	size_t n = 0, i;
	struct db_rows rows;
	enum err_code code;

	/* Only `mine` binds the agent a second time, at place 3. */
	for (i = 0; i < COUNT_OF(args); i++)
		if (i != 3 || q->filter == DB_CONVERSATION_MINE)
			used[n++] = args[i];
	code = query(db, pool, by_filter[q->filter], used, n, &rows, err);
	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (i = 0; i < rows.n && code == ERR_OK; i++) {
		from_row(&rows, i, &list_r->items[i]);
		code = count_unread(db, pool, &rows, i, &list_r->items[i], err);
	}
	return code;
}

enum err_code db_conversation_lock_receipts(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id,
    struct db_conversation_receipts *receipts_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, CONVERSATION_LOCK_RECEIPTS,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return not_found(err);
	*receipts_r = (struct db_conversation_receipts){
		.last_seq = db_row_uint(&rows, 0, 0),
		.visitor.delivered_seq = db_row_uint(&rows, 0, 1),
		.visitor.read_seq = db_row_uint(&rows, 0, 2),
		.agent.delivered_seq = db_row_uint(&rows, 0, 3),
		.agent.read_seq = db_row_uint(&rows, 0, 4),
	};
	return ERR_OK;
}

enum err_code db_conversation_set_receipts(struct db *db,
    struct id workspace_id, struct id id,
    const struct db_conversation_receipts *receipts, struct err *err)
{
	return db_exec(db, &db_conversation_module, CONVERSATION_SET_RECEIPTS,
	    DB_ARGS(DB_UINT(receipts->visitor.delivered_seq),
		DB_UINT(receipts->visitor.read_seq),
		DB_UINT(receipts->agent.delivered_seq),
		DB_UINT(receipts->agent.read_seq), DB_ID(workspace_id),
		DB_ID(id)),
	    NULL, err);
}
