/* db_bot_state.c: statements on bot_states and what a turn reads beside it */
/* SPDX-License-Identifier: MIT */
#include "db/db_bot_state.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum {
	BOT_STATE_ADD,
	BOT_STATE_SET_DUE,
	BOT_STATE_RESTART,
	BOT_STATE_TAKE,
	BOT_STATE_GET,
	BOT_STATE_LOCK,
	BOT_STATE_GET_TALK,
	BOT_STATE_LOCK_TALK,
	BOT_STATE_LIST_QUESTIONS,
	BOT_STATE_SET_RESULT,
	BOT_STATE_RENEW,
	BOT_STATE_RELEASE,
	BOT_STATE_PASS,
	BOT_STATE_PUT_OFF,
	BOT_STATE_HAND_OFF,
	BOT_STATE_TOUCH,
	BOT_STATE_LIST_DUE,
	BOT_STATE__MAX
};

#define GET                                                                    \
	"SELECT workspace_id, chatbot_id, session_id, state, variables, "      \
	"answered_seq, version, turn_owner, turn_until, due_at, is_muted "     \
	"FROM bot_states WHERE conversation_id = ?"

static const struct db_stmt stmts[BOT_STATE__MAX] = {
	[BOT_STATE_ADD] = DB_STMT("bot_state_add", "ddddstt", "",
	    "INSERT INTO bot_states (workspace_id, conversation_id, "
	    "chatbot_id, session_id, flow_id, flow_version, state, "
	    "variables, answered_seq, is_muted, due_at, turn_owner, "
	    "turn_until, version, updated_at) VALUES "
	    "(?, ?, ?, ?, NULL, 0, NULL, ?, 0, 0, ?, NULL, NULL, 0, ?)"),
	[BOT_STATE_SET_DUE] = DB_STMT("bot_state_set_due", "tdd", "",
	    "UPDATE bot_states SET due_at = COALESCE(due_at, ?) "
	    "WHERE workspace_id = ? AND conversation_id = ? "
	    "AND is_muted = 0"),
	[BOT_STATE_RESTART] = DB_STMT("bot_state_restart", "dttdd", "",
	    "UPDATE bot_states SET session_id = ?, flow_id = NULL, "
	    "flow_version = 0, state = NULL, variables = '{}', "
	    "is_muted = 0, due_at = ?, turn_owner = NULL, "
	    "turn_until = NULL, version = version + 1, updated_at = ? "
	    "WHERE workspace_id = ? AND conversation_id = ?"),
	/* Callers know a turn by its conversation alone: any tenant's. */
	[BOT_STATE_TAKE] = DB_STMT("bot_state_take", "dtdt", "",
	    "UPDATE bot_states SET turn_owner = ?, turn_until = ?, "
	    "version = version + 1 WHERE conversation_id = ? "
	    "AND due_at IS NOT NULL "
	    "AND (turn_until IS NULL OR turn_until < ?)"),
	[BOT_STATE_GET] = DB_STMT("bot_state_get", "d", "ddds?suud?t?t?i", GET),
	[BOT_STATE_LOCK] = DB_STMT(
	    "bot_state_lock", "d", "ddds?suud?t?t?i", GET " FOR UPDATE"),
	[BOT_STATE_GET_TALK] = DB_STMT("bot_state_get_talk", "dd", "ud?d?sbs",
	    "SELECT v.last_visitor_seq, v.open_session_id, "
	    "v.assigned_agent_id, c.display_name, c.external_id, v.channel "
	    "FROM conversations v "
	    "JOIN contacts c ON c.workspace_id = v.workspace_id "
	    "AND c.id = v.contact_id "
	    "WHERE v.workspace_id = ? AND v.id = ?"),
	[BOT_STATE_LOCK_TALK] = DB_STMT("bot_state_lock_talk", "dd", "ud?d?sss",
	    "SELECT last_visitor_seq, open_session_id, assigned_agent_id, "
	    "'', '', '' FROM conversations WHERE workspace_id = ? AND id = ? "
	    "FOR UPDATE"),
	[BOT_STATE_LIST_QUESTIONS] =
	    DB_STMT("bot_state_list_questions", "ddduui", "uss?",
		"SELECT seq, content, rich_media FROM messages "
		"WHERE workspace_id = ? AND conversation_id = ? "
		"AND session_id = ? AND seq > ? AND seq <= ? "
		"AND sender_type = 'end_user' ORDER BY seq LIMIT ?"),
	[BOT_STATE_SET_RESULT] =
	    DB_STMT("bot_state_set_result", "dd?us?suit?tdd", "",
		"UPDATE bot_states SET session_id = ?, flow_id = ?, "
		"flow_version = ?, state = ?, variables = ?, answered_seq = ?, "
		"is_muted = ?, due_at = ?, updated_at = ?, turn_until = NULL, "
		"version = version + 1 "
		"WHERE workspace_id = ? AND conversation_id = ?"),
	[BOT_STATE_RENEW] = DB_STMT("bot_state_renew", "tddd", "",
	    "UPDATE bot_states SET turn_until = ? "
	    "WHERE workspace_id = ? AND conversation_id = ? "
	    "AND turn_owner = ? AND turn_until IS NOT NULL"),
	[BOT_STATE_RELEASE] = DB_STMT("bot_state_release", "ddd", "",
	    "UPDATE bot_states SET turn_owner = NULL, turn_until = NULL "
	    "WHERE workspace_id = ? AND conversation_id = ? "
	    "AND turn_owner = ?"),
	[BOT_STATE_PASS] = DB_STMT("bot_state_pass", "utdd", "",
	    "UPDATE bot_states SET answered_seq = ?, due_at = NULL, "
	    "turn_until = NULL, version = version + 1, updated_at = ? "
	    "WHERE workspace_id = ? AND conversation_id = ?"),
	/* Any tenant's, as for taking. */
	[BOT_STATE_PUT_OFF] = DB_STMT("bot_state_put_off", "tdt", "",
	    "UPDATE bot_states SET due_at = ? "
	    "WHERE conversation_id = ? AND due_at < ?"),
	[BOT_STATE_HAND_OFF] = DB_STMT("bot_state_hand_off", "tddd", "",
	    "UPDATE conversation_sessions SET handoff_at = ? "
	    "WHERE workspace_id = ? AND conversation_id = ? AND id = ? "
	    "AND handoff_at IS NULL"),
	[BOT_STATE_TOUCH] = DB_STMT("bot_state_touch", "tdd", "",
	    "UPDATE conversations SET updated_at = ?, is_handed_off = 1 "
	    "WHERE workspace_id = ? AND id = ?"),
	[BOT_STATE_LIST_DUE] = DB_STMT("bot_state_list_due", "tti", "d",
	    "SELECT conversation_id FROM bot_states WHERE due_at < ? "
	    "AND (turn_until IS NULL OR turn_until < ?) "
	    "ORDER BY due_at LIMIT ?"),
};

const struct db_module db_bot_state_module = { "bot_state", stmts,
	BOT_STATE__MAX };

static struct db_arg id_or_null(struct id id)
{
	return id_is_none(id) ? DB_NULL('d') : DB_ID(id);
}

/* A changing statement whose count of rows answers a question. */
static enum err_code ask(struct db *db, int stmt, const struct db_arg *args,
    size_t n_args, bool *answer_r, struct err *err)
{
	uint64_t changed = 0;
	enum err_code code = db_exec(
	    db, &db_bot_state_module, stmt, args, n_args, &changed, err);

	*answer_r = code == ERR_OK && changed > 0;
	return code;
}

enum err_code db_bot_state_add(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id chatbot_id, struct id session_id,
    struct str variables, struct err *err)
{
	int64_t now = clock_now_us();

	return db_exec(db, &db_bot_state_module, BOT_STATE_ADD,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		DB_ID(chatbot_id), DB_ID(session_id), DB_TEXT(variables),
		DB_TIME(now), DB_TIME(now)),
	    NULL, err);
}

enum err_code db_bot_state_set_due(struct db *db, struct id workspace_id,
    struct id conversation_id, bool *is_due_r, struct err *err)
{
	return ask(db, BOT_STATE_SET_DUE,
	    DB_ARGS(DB_TIME(clock_now_us()), DB_ID(workspace_id),
		DB_ID(conversation_id)),
	    is_due_r, err);
}

enum err_code db_bot_state_restart(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id session_id, bool *is_due_r,
    struct err *err)
{
	int64_t now = clock_now_us();

	return ask(db, BOT_STATE_RESTART,
	    DB_ARGS(DB_ID(session_id), DB_TIME(now), DB_TIME(now),
		DB_ID(workspace_id), DB_ID(conversation_id)),
	    is_due_r, err);
}

enum err_code db_bot_state_take(struct db *db, struct id conversation_id,
    struct id turn, int64_t now, int64_t until, bool *is_taken_r,
    struct err *err)
{
	return ask(db, BOT_STATE_TAKE,
	    DB_ARGS(DB_ID(turn), DB_TIME(until), DB_ID(conversation_id),
		DB_TIME(now)),
	    is_taken_r, err);
}

enum err_code db_bot_state_get(struct db *db, struct pool *pool,
    struct id conversation_id, bool lock, struct bot_state *state_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_bot_state_module,
	    lock ? BOT_STATE_LOCK : BOT_STATE_GET,
	    DB_ARGS(DB_ID(conversation_id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "No bot answers there.");
	*state_r = (struct bot_state){
		.workspace_id = db_row_id(&rows, 0, 0),
		.chatbot_id = db_row_id(&rows, 0, 1),
		.session_id = db_row_id(&rows, 0, 2),
		.state = db_row_str(&rows, 0, 3),
		.variables = db_row_str(&rows, 0, 4),
		.answered_seq = db_row_uint(&rows, 0, 5),
		.version = db_row_uint(&rows, 0, 6),
		.turn_owner = db_row_id(&rows, 0, 7),
		.turn_until = db_row_time(&rows, 0, 8),
		.due_at = db_row_time(&rows, 0, 9),
		.is_muted = db_row_int(&rows, 0, 10) != 0,
	};
	return ERR_OK;
}

enum err_code db_bot_state_get_talk(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, bool lock,
    struct bot_talk *talk_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_bot_state_module,
	    lock ? BOT_STATE_LOCK_TALK : BOT_STATE_GET_TALK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id)), pool, &rows,
	    err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "No such conversation.");
	*talk_r = (struct bot_talk){
		.last_visitor_seq = db_row_uint(&rows, 0, 0),
		.open_session_id = db_row_id(&rows, 0, 1),
		.assigned_agent_id = db_row_id(&rows, 0, 2),
		.contact_name = db_row_str(&rows, 0, 3),
		.external_id = db_row_str(&rows, 0, 4),
		.channel = db_row_str(&rows, 0, 5),
	};
	return ERR_OK;
}

enum err_code db_bot_state_list_questions(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, struct id session_id,
    uint64_t after, uint64_t last, size_t max,
    struct bot_question **questions_r, size_t *n_r, struct err *err)
{
	struct db_rows rows;
	struct bot_question *list;
	enum err_code code =
	    db_query(db, &db_bot_state_module, BOT_STATE_LIST_QUESTIONS,
		DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		    DB_ID(session_id), DB_UINT(after), DB_UINT(last),
		    DB_INT((int64_t)max)),
		pool, &rows, err);

	if (code != ERR_OK)
		return code;
	list = pool_alloc(pool, (rows.n + 1) * sizeof(*list));
	for (size_t i = 0; i < rows.n; i++) {
		list[i].seq = db_row_uint(&rows, i, 0);
		list[i].content = db_row_str(&rows, i, 1);
		list[i].rich_media = db_row_str(&rows, i, 2);
	}
	*questions_r = list;
	*n_r = rows.n;
	return ERR_OK;
}

enum err_code db_bot_state_set_result(struct db *db, struct id workspace_id,
    struct id conversation_id, const struct bot_result *r, struct err *err)
{
	int64_t now = clock_now_us();

	return db_exec(db, &db_bot_state_module, BOT_STATE_SET_RESULT,
	    DB_ARGS(DB_ID(r->session_id), id_or_null(r->flow_id),
		DB_UINT(r->flow_version),
		r->state.n > 0 ? DB_TEXT(r->state) : DB_NULL('s'),
		DB_TEXT(r->variables), DB_UINT(r->answered_seq),
		DB_INT(r->is_muted), r->is_due ? DB_TIME(now) : DB_NULL('t'),
		DB_TIME(now), DB_ID(workspace_id), DB_ID(conversation_id)),
	    NULL, err);
}

enum err_code db_bot_state_renew(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id turn, int64_t until, bool *is_ours_r,
    struct err *err)
{
	return ask(db, BOT_STATE_RENEW,
	    DB_ARGS(DB_TIME(until), DB_ID(workspace_id), DB_ID(conversation_id),
		DB_ID(turn)),
	    is_ours_r, err);
}

enum err_code db_bot_state_release(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id turn, struct err *err)
{
	return db_exec(db, &db_bot_state_module, BOT_STATE_RELEASE,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id), DB_ID(turn)),
	    NULL, err);
}

enum err_code db_bot_state_pass(struct db *db, struct id workspace_id,
    struct id conversation_id, uint64_t answered_seq, struct err *err)
{
	return db_exec(db, &db_bot_state_module, BOT_STATE_PASS,
	    DB_ARGS(DB_UINT(answered_seq), DB_TIME(clock_now_us()),
		DB_ID(workspace_id), DB_ID(conversation_id)),
	    NULL, err);
}

enum err_code db_bot_state_put_off(
    struct db *db, struct id conversation_id, int64_t now, struct err *err)
{
	return db_exec(db, &db_bot_state_module, BOT_STATE_PUT_OFF,
	    DB_ARGS(DB_TIME(now), DB_ID(conversation_id), DB_TIME(now)), NULL,
	    err);
}

enum err_code db_bot_state_hand_off(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id session_id, struct err *err)
{
	int64_t now = clock_now_us();
	enum err_code code =
	    db_exec(db, &db_bot_state_module, BOT_STATE_HAND_OFF,
		DB_ARGS(DB_TIME(now), DB_ID(workspace_id),
		    DB_ID(conversation_id), DB_ID(session_id)),
		NULL, err);

	if (code != ERR_OK)
		return code;
	return db_exec(db, &db_bot_state_module, BOT_STATE_TOUCH,
	    DB_ARGS(DB_TIME(now), DB_ID(workspace_id), DB_ID(conversation_id)),
	    NULL, err);
}

enum err_code db_bot_state_list_due(struct db *db, struct pool *pool,
    int64_t now, int64_t due_before, size_t max, struct id **ids_r, size_t *n_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_bot_state_module,
	    BOT_STATE_LIST_DUE,
	    DB_ARGS(DB_TIME(due_before), DB_TIME(now), DB_INT((int64_t)max)),
	    pool, &rows, err);

	if (code != ERR_OK)
		return code;
	*ids_r = pool_alloc(pool, (rows.n + 1) * sizeof(**ids_r));
	*n_r = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ids_r)[i] = db_row_id(&rows, i, 0);
	return ERR_OK;
}
