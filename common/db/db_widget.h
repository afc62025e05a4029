/* db_widget.h: the widgets of a workspace, whoever made them */
/* SPDX-License-Identifier: MIT */
#ifndef DB_WIDGET_H
#define DB_WIDGET_H

#include "db/db_slice.h"

struct widget {
	struct id workspace_id;
	struct id id;
	struct id chatbot_id;	/* none: people only */
	struct id blueprint_id; /* or none */
	struct str chatbot_name;
	struct str slot; /* as in struct db_integration */
	struct str name; /* may be empty, as the next three */
	struct str alias;
	struct str description;
	struct str meta;	       /* JSON object */
	struct str allowed_origins;    /* normalised, one per line */
	struct str settings;	       /* JSON object: widget_option.h */
	struct str blueprint_settings; /* the same of its blueprint */
	struct str secrets;	       /* sealed, or empty */
	struct str token_hash;	       /* 32 bytes; not read back */
	bool is_active;
	int64_t created_at;
	int64_t updated_at;
};

struct widgets {
	size_t n;
	struct widget *items;
};

/* ERR_CONFLICT when the alias is taken. */
MUST_CHECK enum err_code db_widget_add(
    struct db *db, const struct widget *w, struct err *err);
/* All but token_hash and created_at; ERR_CONFLICT as above. */
MUST_CHECK enum err_code db_widget_set(
    struct db *db, const struct widget *w, struct err *err);
/* By id, or without one (none) by alias; ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_widget_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct str alias, struct widget *w_r,
    struct err *err);
/* Locks the row until the transaction ends; ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_widget_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err);
/* blueprint_id: only those with it, unless none. */
MUST_CHECK enum err_code db_widget_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id blueprint_id,
    const struct db_slice *slice, struct widgets *list_r, struct err *err);
MUST_CHECK enum err_code db_widget_count(struct db *db, struct pool *pool,
    struct id workspace_id, uint64_t *n_r, struct err *err);
/* Those who make things of a workspace, of which there may only be so many,
 * come one after the other until the transaction ends. */
MUST_CHECK enum err_code db_widget_lock_workspace(
    struct db *db, struct pool *pool, struct id workspace_id, struct err *err);
/* Only its secrets, and its token_hash unless that is empty. */
MUST_CHECK enum err_code db_widget_set_secrets(
    struct db *db, const struct widget *w, struct err *err);

/* When the newest visitor came in by a widget. */
struct widget_visit {
	struct id id;
	int64_t at;
};

struct widget_visits {
	size_t n;
	struct widget_visit *items;
};

/* Of all ways in of a workspace that anybody ever came by. */
MUST_CHECK enum err_code db_widget_list_visits(struct db *db, struct pool *pool,
    struct id workspace_id, struct widget_visits *list_r, struct err *err);
/* The pictures of one are those of another too. */
MUST_CHECK enum err_code db_widget_copy_icons(struct db *db,
    struct id workspace_id, struct id from, struct id to, struct err *err);
/* Only what was kept beside the options: the words of languages. */
MUST_CHECK enum err_code db_widget_set_settings(struct db *db,
    struct id workspace_id, struct id id, struct str settings, struct err *err);

#endif
