/* site.h: workspaces, chatbots and the widgets that stand on people's sites */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_SITE_H
#define CHAT_SITE_H

#include "chat/widget_option.h"
#include "db/db.h"

struct integration {
	struct id id;
	struct id workspace_id;
	struct id chatbot_id; /* none: people only */
	struct str type;      /* "web_chat" */
	struct str name;
	struct str chatbot_name;    /* or empty */
	struct str allowed_origins; /* normalised, one per line; empty: all */
	struct str settings;	    /* JSON object: widget_option.h */
	struct str blueprint_settings; /* the same of its blueprint, or empty */
};

/* By the token of the page (`ew_...`); ERR_FORBIDDEN when there is none. */
MUST_CHECK enum err_code site_by_token(struct db *db, struct pool *pool,
    struct str token, struct integration *integration_r, struct err *err);

/* By its id, which is no secret: what stands in the page's address. Widgets
 * only; ERR_NOT_FOUND when there is none, or it is switched off. */
MUST_CHECK enum err_code site_by_widget(struct db *db, struct pool *pool,
    struct id id, struct integration *integration_r, struct err *err);

/* What holds for a widget. Without a title it has the name of its bot, else its
 * own; the bot is called as the chatbot is unless the options say otherwise. */
void site_values(struct pool *pool, const struct integration *site,
    struct widget_values *values_r);

/* The allowed_origins of the widget that a conversation is held in;
 * ERR_NOT_FOUND. */
MUST_CHECK enum err_code site_get_origins(struct db *db, struct pool *pool,
    struct id conversation_id, struct str *origins_r, struct err *err);

/* What holds for the widget that a conversation is held in; for one that is
 * held elsewhere the table's own. ERR_NOT_FOUND. */
MUST_CHECK enum err_code site_conversation_values(struct db *db,
    struct pool *pool, struct id workspace_id, struct id conversation_id,
    struct widget_values *values_r, struct err *err);

/*
 * Whether a page of another site, by its Origin header, may speak here: for
 * whom the token says, or in this conversation. ERR_FORBIDDEN when the token is
 * not valid or the page is not allowed; an empty origin is always.
 */
MUST_CHECK enum err_code site_check_token(struct db *db, struct pool *pool,
    struct str token, struct str origin, struct err *err);
MUST_CHECK enum err_code site_check_conversation(struct db *db,
    struct pool *pool, struct id conversation_id, struct str origin,
    struct err *err);

MUST_CHECK enum err_code site_add_workspace(
    struct db *db, struct str name, struct id *id_r, struct err *err);
MUST_CHECK enum err_code site_find_workspace(struct db *db, struct pool *pool,
    struct id id, struct str *name_r, struct err *err);
/* ERR_CONFLICT when the workspace has one of this name. */
MUST_CHECK enum err_code site_add_chatbot(struct db *db, struct id workspace_id,
    struct str name, struct str description, struct id *id_r, struct err *err);
/* Rows divided by white space or commas become normalised lines; one that is
 * no origin is ERR_BAD_REQUEST. */
MUST_CHECK enum err_code site_normalise_origins(
    struct pool *pool, struct str rows, struct str *lines_r, struct err *err);
/* Makes a web_chat integration; token_r is shown once and kept as SHA-256.
 * origins: rows divided by white space, normalised here; a bad one is
 * ERR_BAD_REQUEST. */
MUST_CHECK enum err_code site_add_web_chat(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str name,
    struct str origins, struct str settings, struct id *id_r,
    struct str *token_r, struct err *err);

#endif
