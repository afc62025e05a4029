/* db_integration.h: ways in and ways out: widgets, channels, tools, backends */
/* SPDX-License-Identifier: MIT */
#ifndef DB_INTEGRATION_H
#define DB_INTEGRATION_H

#include "db/db.h"

struct integration;

/* A row of any type, as it is stored. */
struct db_integration {
	struct id workspace_id;
	struct id chatbot_id; /* none: people only */
	struct id id;
	struct str type;
	struct str slot; /* what a bot has once; empty: any number */
	struct str name;
	struct str token_hash;	    /* 32 bytes, or empty; not read back */
	struct str allowed_origins; /* normalised, one per line */
	struct str settings;	    /* JSON object */
	struct str secrets;	    /* sealed, or empty */
	bool is_active;
	int64_t created_at;
	int64_t updated_at;
};

struct db_integrations {
	size_t n;
	struct db_integration *items;
};

/* ERR_CONFLICT when the bot's slot is taken. */
MUST_CHECK enum err_code db_integration_add(
    struct db *db, const struct db_integration *row, struct err *err);
/* By its id, or by its slot; ERR_NOT_FOUND when the bot has no such one. Those
 * that are gone and those of the Chat API are not found. */
MUST_CHECK enum err_code db_integration_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct db_integration *row_r, struct err *err);
MUST_CHECK enum err_code db_integration_get_slot(struct db *db,
    struct pool *pool, struct id workspace_id, struct id chatbot_id,
    struct str slot, struct db_integration *row_r, struct err *err);
/* The newest first; type: empty for all but those of the Chat API. */
MUST_CHECK enum err_code db_integration_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str type,
    struct db_integrations *list_r, struct err *err);
MUST_CHECK enum err_code db_integration_count(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str type,
    uint64_t *n_r, struct err *err);
/* All but type, token_hash and created_at; ERR_CONFLICT as above. */
MUST_CHECK enum err_code db_integration_set(
    struct db *db, const struct db_integration *row, struct err *err);
/* Only when it has none. */
MUST_CHECK enum err_code db_integration_set_secrets(struct db *db,
    struct id workspace_id, struct id id, struct str secrets, struct err *err);
/* Whether anybody has ever come in by it. */
MUST_CHECK enum err_code db_integration_is_used(struct db *db,
    struct pool *pool, struct id workspace_id, struct id id, bool *is_used_r,
    struct err *err);
MUST_CHECK enum err_code db_integration_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err);
/* The row stays for the conversations that were held in it; nobody finds it or
 * comes in by it any more. */
MUST_CHECK enum err_code db_integration_bury(
    struct db *db, struct id workspace_id, struct id id, struct err *err);

/* It has no pictures any more; the files stay. */
MUST_CHECK enum err_code db_integration_forget_icons(
    struct db *db, struct id workspace_id, struct id id, struct err *err);

/* One that is not disabled; ERR_NOT_FOUND when there is none. */
MUST_CHECK enum err_code db_integration_get_by_token(struct db *db,
    struct pool *pool, struct str token_hash, struct integration *out_r,
    struct err *err);
/* A widget that is not disabled, by its id alone; ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_integration_get_widget(struct db *db,
    struct pool *pool, struct id id, struct integration *out_r,
    struct err *err);
/* Where a conversation is held, disabled or not; ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_integration_get_talk(struct db *db,
    struct pool *pool, struct id workspace_id, struct id conversation_id,
    struct integration *out_r, struct err *err);
/* Where the page may stand that this conversation is held on: for end users,
 * who know only its id. ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_integration_get_origins(struct db *db,
    struct pool *pool, struct id conversation_id, struct str *origins_r,
    struct err *err);

#endif
