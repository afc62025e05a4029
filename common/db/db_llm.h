/* db_llm.h: where a workspace's models are, what they used, what was said */
/* SPDX-License-Identifier: MIT */
#ifndef DB_LLM_H
#define DB_LLM_H

#include "chat/model.h"
#include "db/db.h"

#define DB_LLM_MONTH_SIZE 8 /* "2026-11" and NUL */

struct db_llm_config {
	struct str provider;
	struct str base_url;
	struct str model;
	struct str sealed_key; /* p NULL: none */
	struct str options;    /* JSON object */
	int64_t updated_at;
};

/* *is_there_r is false when there is none. */
MUST_CHECK enum err_code db_llm_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct db_llm_config *config_r, bool *is_there_r,
    struct err *err);
/* updated_at becomes now. */
MUST_CHECK enum err_code db_llm_set(struct db *db, struct id workspace_id,
    const struct db_llm_config *config, struct err *err);
MUST_CHECK enum err_code db_llm_del(
    struct db *db, struct id workspace_id, bool *was_there_r, struct err *err);

struct db_llm_used {
	uint64_t calls;
	uint64_t tokens_in;
	uint64_t tokens_out;
};

/* So many more requests of the workspace, and what they took. */
MUST_CHECK enum err_code db_llm_add_used(struct db *db, struct id workspace_id,
    const char *month, uint64_t calls, uint64_t tokens_in, uint64_t tokens_out,
    struct err *err);
MUST_CHECK enum err_code db_llm_get_used(struct db *db, struct pool *pool,
    struct id workspace_id, const char *month, struct db_llm_used *used_r,
    struct err *err);
/* The same for the bot of one conversation, in its session: tokens in and out.
 * Does not count as a change of its state. */
MUST_CHECK enum err_code db_llm_add_talk(struct db *db, struct id workspace_id,
    struct id conversation_id, uint64_t tokens, struct err *err);
MUST_CHECK enum err_code db_llm_get_talk(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t *tokens_r,
    struct err *err);

struct db_llm_line {
	enum chat_sender sender;
	struct str content;
};

/* The newest max messages of the session before seq, oldest first. */
MUST_CHECK enum err_code db_llm_list_said(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, struct id session_id,
    uint64_t seq, size_t max, struct db_llm_line **lines_r, size_t *n_r,
    struct err *err);

#endif
