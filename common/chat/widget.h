/* widget.h: the widgets of a workspace: making, changing, copying, ending */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_WIDGET_H
#define CHAT_WIDGET_H

#include "base/seal.h"
#include "chat/widget_option.h"
#include "db/db_widget.h"

#define WIDGET_NAME_MAX	       100   /* characters */
#define WIDGET_ALIAS_MAX       128   /* bytes */
#define WIDGET_DESCRIPTION_MAX 10000 /* characters */
#define WIDGET_META_MAX	       16384 /* bytes of compact JSON */
#define WIDGET_META_DEPTH      16
#define WIDGET_META_PAIRS      16 /* that a list may be asked for with */
#define WIDGET_ORIGINS_MAX     100
#define WIDGET_PAGE_MAX	       100

/* --------------------------------------------------------------- changes */

/* How a request spells what it sets. */
enum widget_spelling {
	WIDGET_BY_KEY,	/* blueprint_id, chatbot_id, allowed_origins, ... */
	WIDGET_BY_CAMEL /* blueprintId, botId, origin, ...: the widget API */
};

enum {
	WIDGET_SETS_NAME = 1,
	WIDGET_SETS_ALIAS = 2,
	WIDGET_SETS_DESCRIPTION = 4,
	WIDGET_SETS_META = 8,
	WIDGET_SETS_BLUEPRINT = 16,
	WIDGET_SETS_BOT = 32,
	WIDGET_SETS_ORIGINS = 64,
	WIDGET_SETS_ACTIVE = 128,
	WIDGET_SETS_VISIBILITY = 256, /* of blueprints: "private" or null */
	/* what there is of each */
	WIDGET_SETS_ALL = 255,
	WIDGET_SETS_OF_BLUEPRINT = 1 | 2 | 4 | 8 | 256
};

/* What is not set stays; an empty text, an id that is none and an empty option
 * clear. */
struct widget_change {
	unsigned sets;
	struct str name;
	struct str alias;
	struct str description;
	struct str meta;    /* JSON object, or empty */
	struct str origins; /* normalised lines */
	struct id blueprint_id;
	struct id chatbot_id;
	bool is_active;
	bool has_option[WIDGET_OPTIONS_MAX];
	struct str options[WIDGET_OPTIONS_MAX]; /* JSON */
};

/*
 * A request's object into a change: members are those of `may` and the options
 * of the table. ERR_BAD_REQUEST with the name of the first member that is
 * wrong or unknown; what a widget has but nobody may set (id and times) is
 * passed over, so that what was read may be sent back.
 */
MUST_CHECK enum err_code widget_change_read(struct pool *pool,
    const struct json *object, enum widget_spelling spelling, unsigned may,
    struct widget_change *change_r, struct err *err);
/* The settings with what the change sets. */
struct str widget_change_settings(
    struct pool *pool, struct str settings, const struct widget_change *change);
/* Whether a text may be a name in addresses beside the id. */
bool widget_alias_is_ok(struct str alias);
/* An id in any spelling, or an alias, which may have an @ before it; *id_r is
 * none for an alias. False when it can be neither. */
bool widget_identifier(
    struct pool *pool, struct str text, struct id *id_r, struct str *alias_r);
/* A place in meta (a.b: the member b of a) and what must stand there: true and
 * false are booleans, all else is text. */
struct widget_meta {
	struct str path;
	struct str value;
};

/* What rows must have, for db_slice; empty when n is 0. False when a path is
 * none, or one place is to have two values. */
bool widget_meta_filter(struct pool *pool, const struct widget_meta *pairs,
    size_t n, struct str *json_r);

/* ---------------------------------------------------------------- origins */

/* "https://shop.example", or "shop.example", which stands for itself by https
 * and by http, as lines. False when it is nothing of that kind. */
bool widget_origin(struct pool *pool, struct str text, struct buf *lines);
/* A list, or a text divided by commas, semicolons and white space, into lines;
 * null, "" and "*" are none: all may. ERR_BAD_REQUEST names what is wrong. */
MUST_CHECK enum err_code widget_origins(struct pool *pool, const struct json *v,
    struct str *lines_r, struct err *err);

/* ---------------------------------------------------------------- widgets */

/*
 * In what these give back, secrets is readable: a JSON object with widget_key,
 * or empty for one that is known by the hash of its key only. Those of the
 * developer API and of barazactl are among them. ERR_NOT_FOUND "Widget not
 * found." (also: the bot, the blueprint), ERR_CONFLICT when the alias is taken.
 */

/* max: of the workspace; negative: any number, else ERR_PAYMENT. */
MUST_CHECK enum err_code widget_add(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, int64_t max,
    const struct widget_change *change, struct widget *w_r, struct err *err);
/* identifier: id or alias, as in widget_identifier. */
MUST_CHECK enum err_code widget_get(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct str identifier,
    struct widget *w_r, struct err *err);
/* Without secrets. */
MUST_CHECK enum err_code widget_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id blueprint_id,
    const struct db_slice *slice, struct widgets *list_r, struct err *err);
MUST_CHECK enum err_code widget_set(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct str identifier,
    const struct widget_change *change, struct widget *w_r, struct err *err);
/* Everything but the alias and the keys, which are its own. */
MUST_CHECK enum err_code widget_clone(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, int64_t max,
    struct str identifier, struct widget *w_r, struct err *err);
/* One that people came in by is kept for what they said, but lets nobody in
 * and is not found any more. */
MUST_CHECK enum err_code widget_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct str identifier, struct id *id_r,
    struct err *err);

/* The key that its pages have; empty when it was made before keys were kept. */
struct str widget_key(struct pool *pool, const struct widget *w);

#endif
