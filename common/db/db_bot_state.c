/* db_bot_state.c: statements on bot_states and what a turn reads beside it */
/* SPDX-License-Identifier: MIT */
#include "db/db_bot_state.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum {
	BOT_STATE_ADD,
	BOT_STATE_SET_DUE,
	BOT_STATE_RESTART,
	BOT_STATE_SET_TAKEN,
	BOT_STATE_TAKE,
	BOT_STATE_GET,
	BOT_STATE_GET_TURN,
	BOT_STATE_LOCK_TALK,
	BOT_STATE_LIST_QUESTIONS,
	BOT_STATE_SET_RESULT,
	BOT_STATE_SET_ANSWER,
	BOT_STATE_RENEW,
	BOT_STATE_RELEASE,
	BOT_STATE_PASS,
	BOT_STATE_PUT_OFF,
	BOT_STATE_HAND_OFF,
	BOT_STATE_TOUCH,
	BOT_STATE_COMPLETE,
	BOT_STATE_LIST_DUE,
	BOT_STATE__MAX
};

#define COLUMNS                                                                \
	"s.workspace_id, s.chatbot_id, s.session_id, s.state, s.variables, "   \
	"s.answered_seq, s.version, s.turn_owner, s.turn_until, s.due_at, "    \
	"s.is_muted"
#define OUT "ddds?suud?t?t?i"
#define N   11 /* of them */
/* The same beside a conversation that may have none. */
#define OUT_OR_NULL "d?d?d?s?s?u?u?d?t?t?i?"

static const struct db_stmt stmts[BOT_STATE__MAX] = {
	[BOT_STATE_ADD] = DB_STMT("bot_state_add", "ddddst?t", "",
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
	    "is_muted = 0, llm_tokens = 0, due_at = ?, turn_owner = NULL, "
	    "turn_until = NULL, version = version + 1, failed_why = NULL, "
	    "failed_at = NULL, updated_at = ? "
	    "WHERE workspace_id = ? AND conversation_id = ?"),
	[BOT_STATE_SET_TAKEN] = DB_STMT("bot_state_set_taken", "tdtddt", "",
	    "UPDATE bot_states SET due_at = COALESCE(due_at, ?), "
	    "turn_owner = ?, turn_until = ?, version = version + 1 "
	    "WHERE workspace_id = ? AND conversation_id = ? "
	    "AND is_muted = 0 AND (turn_until IS NULL OR turn_until < ?)"),
	/* Callers know a turn by its conversation alone: any tenant's. */
	[BOT_STATE_TAKE] = DB_STMT("bot_state_take", "dtdt", "",
	    "UPDATE bot_states SET turn_owner = ?, turn_until = ?, "
	    "version = version + 1 WHERE conversation_id = ? "
	    "AND due_at IS NOT NULL "
	    "AND (turn_until IS NULL OR turn_until < ?)"),
	[BOT_STATE_GET] = DB_STMT("bot_state_get", "d", OUT,
	    "SELECT " COLUMNS " FROM bot_states s "
	    "WHERE s.conversation_id = ?"),
	/* All that a turn must know, by one question. */
	[BOT_STATE_GET_TURN] = DB_STMT("bot_state_get_turn", "d",
	    OUT "ud?d?sbsid?u?s?",
	    "SELECT " COLUMNS ", v.last_visitor_seq, v.open_session_id, "
	    "v.assigned_agent_id, k.display_name, k.external_id, v.channel, "
	    "v.completed_at IS NOT NULL, f.id, f.version, f.name "
	    "FROM bot_states s JOIN conversations v "
	    "ON v.workspace_id = s.workspace_id AND v.id = s.conversation_id "
	    "JOIN contacts k ON k.workspace_id = v.workspace_id "
	    "AND k.id = v.contact_id "
	    "LEFT JOIN chatbots b ON b.workspace_id = s.workspace_id "
	    "AND b.id = s.chatbot_id AND b.is_active = 1 "
	    "LEFT JOIN flows f ON f.workspace_id = b.workspace_id "
	    "AND f.chatbot_id = b.id AND f.published_at IS NOT NULL "
	    "AND f.type = 'conversation' WHERE s.conversation_id = ? "
	    "ORDER BY f.published_at DESC, f.id DESC LIMIT 1"),
	/* The same before a message is stored, by its sender, who has no tenant
	 * yet. What belongs to the conversation alone is locked with it, which
	 * costs the server less than subqueries do; they lock nothing. */
	[BOT_STATE_LOCK_TALK] = DB_STMT("bot_state_lock_talk", "d",
	    DB_CONVERSATION_TALK_OUT OUT_OR_NULL "sis?b?",
	    "SELECT " DB_CONVERSATION_TALK("k.external_id",
		"o.first_message_at") ", " COLUMNS ", "
				      "c.channel, c.completed_at IS NOT NULL, k.display_name, "
				      "(SELECT CONCAT(f.id, f.version) FROM chatbots b JOIN flows f "
				      "ON f.workspace_id = b.workspace_id AND f.chatbot_id = b.id "
				      "AND f.published_at IS NOT NULL AND f.type = 'conversation' "
				      "WHERE b.workspace_id = c.workspace_id AND b.id = c.chatbot_id "
				      "AND b.is_active = 1 "
				      "ORDER BY f.published_at DESC, f.id DESC LIMIT 1) "
				      "FROM conversations c "
				      "JOIN contacts k ON k.workspace_id = c.workspace_id "
				      "AND k.id = c.contact_id "
				      "LEFT JOIN conversation_sessions o "
				      "ON o.workspace_id = c.workspace_id AND o.id = c.open_session_id "
				      "LEFT JOIN bot_states s ON s.workspace_id = c.workspace_id "
				      "AND s.conversation_id = c.id WHERE c.id = ? FOR UPDATE"),
	[BOT_STATE_LIST_QUESTIONS] =
	    DB_STMT("bot_state_list_questions", "ddduui", "uss?",
		"SELECT seq, content, rich_media FROM messages "
		"WHERE workspace_id = ? AND conversation_id = ? "
		"AND session_id = ? AND seq > ? AND seq <= ? "
		"AND sender_type = 'end_user' ORDER BY seq LIMIT ?"),
	[BOT_STATE_SET_RESULT] =
	    DB_STMT("bot_state_set_result", "dd?us?suit?s?t?tdddu", "",
		"UPDATE bot_states SET session_id = ?, flow_id = ?, "
		"flow_version = ?, state = ?, variables = ?, answered_seq = ?, "
		"is_muted = ?, due_at = ?, "
		"failed_why = COALESCE(?, failed_why), "
		"failed_at = COALESCE(?, failed_at), updated_at = ?, "
		"turn_until = NULL, version = version + 1 "
		"WHERE workspace_id = ? AND conversation_id = ? "
		"AND turn_owner = ? AND version = ? "
		"AND turn_until IS NOT NULL"),
	[BOT_STATE_SET_ANSWER] =
	    DB_STMT("bot_state_set_answer", "d?us?suitdd", "",
		"UPDATE bot_states SET flow_id = ?, flow_version = ?, "
		"state = ?, variables = ?, answered_seq = ?, is_muted = ?, "
		"updated_at = ?, version = version + 1 "
		"WHERE workspace_id = ? AND conversation_id = ?"),
	[BOT_STATE_RENEW] = DB_STMT("bot_state_renew", "tddd", "",
	    "UPDATE bot_states SET turn_until = ? "
	    "WHERE workspace_id = ? AND conversation_id = ? "
	    "AND turn_owner = ? AND turn_until IS NOT NULL"),
	[BOT_STATE_RELEASE] = DB_STMT("bot_state_release", "ddd", "",
	    "UPDATE bot_states SET turn_owner = NULL, turn_until = NULL "
	    "WHERE workspace_id = ? AND conversation_id = ? "
	    "AND turn_owner = ?"),
	[BOT_STATE_PASS] = DB_STMT("bot_state_pass", "utdddu", "",
	    "UPDATE bot_states SET answered_seq = ?, due_at = NULL, "
	    "turn_until = NULL, version = version + 1, updated_at = ? "
	    "WHERE workspace_id = ? AND conversation_id = ? "
	    "AND turn_owner = ? AND version = ? AND turn_until IS NOT NULL"),
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
	[BOT_STATE_COMPLETE] = DB_STMT("bot_state_complete", "tdd", "",
	    "UPDATE conversations SET completed_at = ? "
	    "WHERE workspace_id = ? AND id = ? AND completed_at IS NULL"),
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
    struct str variables, bool is_quiet, struct err *err)
{
	int64_t now = clock_now_us();

	return db_exec(db, &db_bot_state_module, BOT_STATE_ADD,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		DB_ID(chatbot_id), DB_ID(session_id), DB_TEXT(variables),
		is_quiet ? DB_NULL('t') : DB_TIME(now), DB_TIME(now)),
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

enum err_code db_bot_state_set_taken(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id turn, int64_t until, bool *is_taken_r,
    struct err *err)
{
	int64_t now = clock_now_us();

	return ask(db, BOT_STATE_SET_TAKEN,
	    DB_ARGS(DB_TIME(now), DB_ID(turn), DB_TIME(until),
		DB_ID(workspace_id), DB_ID(conversation_id), DB_TIME(now)),
	    is_taken_r, err);
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

static struct bot_state from_row(const struct db_rows *rows, size_t c)
{
	return (struct bot_state){
		.workspace_id = db_row_id(rows, 0, c),
		.chatbot_id = db_row_id(rows, 0, c + 1),
		.session_id = db_row_id(rows, 0, c + 2),
		.state = db_row_str(rows, 0, c + 3),
		.variables = db_row_str(rows, 0, c + 4),
		.answered_seq = db_row_uint(rows, 0, c + 5),
		.version = db_row_uint(rows, 0, c + 6),
		.turn_owner = db_row_id(rows, 0, c + 7),
		.turn_until = db_row_time(rows, 0, c + 8),
		.due_at = db_row_time(rows, 0, c + 9),
		.is_muted = db_row_int(rows, 0, c + 10) != 0,
	};
}

static enum err_code get(struct db *db, int stmt, struct pool *pool,
    struct id conversation_id, struct db_rows *rows_r, struct err *err)
{
	enum err_code code = db_query(db, &db_bot_state_module, stmt,
	    DB_ARGS(DB_ID(conversation_id)), pool, rows_r, err);

	if (code == ERR_OK && rows_r->n == 0)
		return err_set(err, ERR_NOT_FOUND, "No bot answers there.");
	return code;
}

enum err_code db_bot_state_get(struct db *db, struct pool *pool,
    struct id conversation_id, struct bot_state *state_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    get(db, BOT_STATE_GET, pool, conversation_id, &rows, err);

	if (code == ERR_OK)
		*state_r = from_row(&rows, 0);
	return code;
}

enum err_code db_bot_state_get_turn(struct db *db, struct pool *pool,
    struct id conversation_id, struct bot_state *state_r,
    struct bot_talk *talk_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    get(db, BOT_STATE_GET_TURN, pool, conversation_id, &rows, err);

	if (code != ERR_OK)
		return code;
	*state_r = from_row(&rows, 0);
	*talk_r = (struct bot_talk){
		.last_visitor_seq = db_row_uint(&rows, 0, N),
		.open_session_id = db_row_id(&rows, 0, N + 1),
		.assigned_agent_id = db_row_id(&rows, 0, N + 2),
		.contact_name = db_row_str(&rows, 0, N + 3),
		.external_id = db_row_str(&rows, 0, N + 4),
		.channel = db_row_str(&rows, 0, N + 5),
		.is_completed = db_row_int(&rows, 0, N + 6) != 0,
		.flow_id = db_row_id(&rows, 0, N + 7),
		.flow_version = db_row_uint(&rows, 0, N + 8),
		.flow_name = db_row_str(&rows, 0, N + 9),
	};
	return ERR_OK;
}

/* The bytes of the flow's id, and its version behind them; or nothing. */
static void parse_flow(struct str s, struct bot_talk *talk)
{
	size_t n = sizeof(talk->flow_id.b);

	if (s.n > n &&
	    str_u64(str_from(s, n), 1, UINT32_MAX, &talk->flow_version))
		talk->flow_id = id_from_bytes(str_make(s.p, n));
}

enum err_code db_bot_state_lock_talk(struct db *db, struct pool *pool,
    struct id conversation_id, struct db_conversation_talk *row_r, size_t *n_r,
    struct bot_state *state_r, struct bot_talk *talk_r, struct err *err)
{
	const size_t n = DB_CONVERSATION_TALK_N + N;
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_bot_state_module, BOT_STATE_LOCK_TALK,
		DB_ARGS(DB_ID(conversation_id)), pool, &rows, err);

	*n_r = 0;
	if (code != ERR_OK || rows.n == 0)
		return code;
	*n_r = 1;
	db_conversation_talk_from_row(&rows, 0, row_r);
	*state_r = from_row(&rows, DB_CONVERSATION_TALK_N);
	*talk_r = (struct bot_talk){
		.last_visitor_seq = row_r->head.last_visitor_seq,
		.open_session_id = row_r->head.open_session_id,
		.assigned_agent_id = row_r->head.assigned_agent_id,
		.external_id = row_r->external_id,
		.channel = db_row_str(&rows, 0, n),
		.is_completed = db_row_int(&rows, 0, n + 1) != 0,
		.contact_name = db_row_str(&rows, 0, n + 2),
	};
	parse_flow(db_row_str(&rows, 0, n + 3), talk_r);
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
    struct id conversation_id, struct id turn, uint64_t version,
    const struct bot_result *r, bool *is_ours_r, struct err *err)
{
	int64_t now = clock_now_us();
	bool has_failed = r->failed_why.n > 0;

	return ask(db, BOT_STATE_SET_RESULT,
	    DB_ARGS(DB_ID(r->session_id), id_or_null(r->flow_id),
		DB_UINT(r->flow_version),
		r->state.n > 0 ? DB_TEXT(r->state) : DB_NULL('s'),
		DB_TEXT(r->variables), DB_UINT(r->answered_seq),
		DB_INT(r->is_muted), r->is_due ? DB_TIME(now) : DB_NULL('t'),
		has_failed ? DB_TEXT(r->failed_why) : DB_NULL('s'),
		has_failed ? DB_TIME(r->failed_at) : DB_NULL('t'), DB_TIME(now),
		DB_ID(workspace_id), DB_ID(conversation_id), DB_ID(turn),
		DB_UINT(version)),
	    is_ours_r, err);
}

enum err_code db_bot_state_set_answer(struct db *db, struct id workspace_id,
    struct id conversation_id, const struct bot_result *r, struct err *err)
{
	return db_exec(db, &db_bot_state_module, BOT_STATE_SET_ANSWER,
	    DB_ARGS(id_or_null(r->flow_id), DB_UINT(r->flow_version),
		r->state.n > 0 ? DB_TEXT(r->state) : DB_NULL('s'),
		DB_TEXT(r->variables), DB_UINT(r->answered_seq),
		DB_INT(r->is_muted), DB_TIME(clock_now_us()),
		DB_ID(workspace_id), DB_ID(conversation_id)),
	    NULL, err);
}

enum err_code db_bot_state_complete(struct db *db, struct id workspace_id,
    struct id conversation_id, struct err *err)
{
	return db_exec(db, &db_bot_state_module, BOT_STATE_COMPLETE,
	    DB_ARGS(DB_TIME(clock_now_us()), DB_ID(workspace_id),
		DB_ID(conversation_id)),
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
    struct id conversation_id, struct id turn, uint64_t version,
    uint64_t answered_seq, bool *is_ours_r, struct err *err)
{
	return ask(db, BOT_STATE_PASS,
	    DB_ARGS(DB_UINT(answered_seq), DB_TIME(clock_now_us()),
		DB_ID(workspace_id), DB_ID(conversation_id), DB_ID(turn),
		DB_UINT(version)),
	    is_ours_r, err);
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
