/* db_llm.c: statements on llm_configs, llm_usage and what models read */
/* SPDX-License-Identifier: MIT */
#include "db/db_llm.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum {
	LLM_GET,
	LLM_SET,
	LLM_DEL,
	LLM_ADD_USED,
	LLM_GET_USED,
	LLM_ADD_TALK,
	LLM_GET_TALK,
	LLM_LIST_SAID,
	LLM__MAX
};

static const struct db_stmt stmts[LLM__MAX] = {
	[LLM_GET] = DB_STMT("llm_get", "d", "sssb?st",
	    "SELECT provider, base_url, model, api_key, options, updated_at "
	    "FROM llm_configs WHERE workspace_id = ?"),
	[LLM_SET] = DB_STMT("llm_set", "dsssb?stsssb?st", "",
	    "INSERT INTO llm_configs (workspace_id, provider, base_url, model, "
	    "api_key, options, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
	    "ON DUPLICATE KEY UPDATE provider = ?, base_url = ?, model = ?, "
	    "api_key = ?, options = ?, updated_at = ?"),
	[LLM_DEL] = DB_STMT("llm_del", "d", "",
	    "DELETE FROM llm_configs WHERE workspace_id = ?"),
	[LLM_ADD_USED] = DB_STMT("llm_add_used", "dsuuuuuu", "",
	    "INSERT INTO llm_usage (workspace_id, month, calls, tokens_in, "
	    "tokens_out) VALUES (?, ?, ?, ?, ?) "
	    "ON DUPLICATE KEY UPDATE calls = calls + ?, "
	    "tokens_in = tokens_in + ?, tokens_out = tokens_out + ?"),
	[LLM_GET_USED] = DB_STMT("llm_get_used", "ds", "uuu",
	    "SELECT calls, tokens_in, tokens_out FROM llm_usage "
	    "WHERE workspace_id = ? AND month = ?"),
	[LLM_ADD_TALK] = DB_STMT("llm_add_talk", "udd", "",
	    "UPDATE bot_states SET llm_tokens = llm_tokens + ? "
	    "WHERE workspace_id = ? AND conversation_id = ?"),
	[LLM_GET_TALK] = DB_STMT("llm_get_talk", "dd", "u",
	    "SELECT llm_tokens FROM bot_states "
	    "WHERE workspace_id = ? AND conversation_id = ?"),
	[LLM_LIST_SAID] = DB_STMT("llm_list_said", "ddudu", "ss",
	    "SELECT sender_type, content FROM messages "
	    "WHERE workspace_id = ? AND conversation_id = ? AND seq < ? "
	    "AND session_id = ? ORDER BY seq DESC LIMIT ?"),
};

const struct db_module db_llm_module = { "llm", stmts, LLM__MAX };

enum err_code db_llm_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct db_llm_config *config_r, bool *is_there_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_llm_module, LLM_GET,
	    DB_ARGS(DB_ID(workspace_id)), pool, &rows, err);

	*is_there_r = code == ERR_OK && rows.n > 0;
	if (*is_there_r)
		*config_r = (struct db_llm_config){
			.provider = db_row_str(&rows, 0, 0),
			.base_url = db_row_str(&rows, 0, 1),
			.model = db_row_str(&rows, 0, 2),
			.sealed_key = db_row_str(&rows, 0, 3),
			.options = db_row_str(&rows, 0, 4),
			.updated_at = db_row_time(&rows, 0, 5),
		};
	return code;
}

enum err_code db_llm_set(struct db *db, struct id workspace_id,
    const struct db_llm_config *c, struct err *err)
{
	struct db_arg key =
	    c->sealed_key.p != NULL ? DB_BLOB(c->sealed_key) : DB_NULL('b');
	int64_t now = clock_now_us();

	return db_exec(db, &db_llm_module, LLM_SET,
	    DB_ARGS(DB_ID(workspace_id), DB_TEXT(c->provider),
		DB_TEXT(c->base_url), DB_TEXT(c->model), key,
		DB_TEXT(c->options), DB_TIME(now), DB_TEXT(c->provider),
		DB_TEXT(c->base_url), DB_TEXT(c->model), key,
		DB_TEXT(c->options), DB_TIME(now)),
	    NULL, err);
}

enum err_code db_llm_del(
    struct db *db, struct id workspace_id, bool *was_there_r, struct err *err)
{
	uint64_t n = 0;
	enum err_code code = db_exec(
	    db, &db_llm_module, LLM_DEL, DB_ARGS(DB_ID(workspace_id)), &n, err);

	*was_there_r = n > 0;
	return code;
}

enum err_code db_llm_add_used(struct db *db, struct id workspace_id,
    const char *month, uint64_t calls, uint64_t tokens_in, uint64_t tokens_out,
    struct err *err)
{
	return db_exec(db, &db_llm_module, LLM_ADD_USED,
	    DB_ARGS(DB_ID(workspace_id), DB_TEXT(str_of(month)), DB_UINT(calls),
		DB_UINT(tokens_in), DB_UINT(tokens_out), DB_UINT(calls),
		DB_UINT(tokens_in), DB_UINT(tokens_out)),
	    NULL, err);
}

enum err_code db_llm_get_used(struct db *db, struct pool *pool,
    struct id workspace_id, const char *month, struct db_llm_used *used_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_llm_module, LLM_GET_USED,
	    DB_ARGS(DB_ID(workspace_id), DB_TEXT(str_of(month))), pool, &rows,
	    err);

	*used_r = (struct db_llm_used){ .calls = 0 };
	if (code == ERR_OK && rows.n > 0)
		*used_r = (struct db_llm_used){
			.calls = db_row_uint(&rows, 0, 0),
			.tokens_in = db_row_uint(&rows, 0, 1),
			.tokens_out = db_row_uint(&rows, 0, 2),
		};
	return code;
}

enum err_code db_llm_add_talk(struct db *db, struct id workspace_id,
    struct id conversation_id, uint64_t tokens, struct err *err)
{
	return db_exec(db, &db_llm_module, LLM_ADD_TALK,
	    DB_ARGS(
		DB_UINT(tokens), DB_ID(workspace_id), DB_ID(conversation_id)),
	    NULL, err);
}

enum err_code db_llm_get_talk(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t *tokens_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_llm_module, LLM_GET_TALK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id)), pool, &rows,
	    err);

	*tokens_r = code == ERR_OK && rows.n > 0 ? db_row_uint(&rows, 0, 0) : 0;
	return code;
}

enum err_code db_llm_list_said(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, struct id session_id,
    uint64_t seq, size_t max, struct db_llm_line **lines_r, size_t *n_r,
    struct err *err)
{
	struct db_llm_line *lines;
	struct db_rows rows;
	enum err_code code = db_query(db, &db_llm_module, LLM_LIST_SAID,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id), DB_UINT(seq),
		DB_ID(session_id), DB_UINT(max)),
	    pool, &rows, err);

	*n_r = 0;
	if (code != ERR_OK)
		return code;
	lines = pool_alloc(pool, (rows.n + 1) * sizeof(*lines));
	for (size_t i = rows.n; i > 0; i--) {
		lines[*n_r].content = db_row_str(&rows, i - 1, 1);
		if (!chat_sender_parse(
			db_row_str(&rows, i - 1, 0), &lines[*n_r].sender))
			lines[*n_r].sender = CHAT_BOT;
		(*n_r)++;
	}
	*lines_r = lines;
	return ERR_OK;
}
