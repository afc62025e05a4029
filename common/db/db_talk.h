/* db_talk.h: statements on what is done to a conversation by its id: the widget
 * API */
/* SPDX-License-Identifier: MIT */
#ifndef DB_TALK_H
#define DB_TALK_H

#include "chat/model.h"
#include "db/db.h"

/* A conversation as who comes with a session token must know it. */
struct db_talk {
	struct id id;
	struct id workspace_id;
	struct id integration_id;
	struct id chatbot_id; /* none: no bot */
	struct id contact_id;
	struct id person_id;	/* none: not known */
	struct id session_id;	/* the open one; none: there is none */
	struct str external_id; /* the visitor's secret */
	struct str settings;	/* of its widget: widget_option.h */
	struct str blueprint;	/* the same of its blueprint, or empty */
	struct str origins; /* that may embed it, one per line; empty: all */
	bool is_widget;
	bool is_off;	    /* the integration is switched off, or gone */
	bool is_with_agent; /* people have the floor */
	uint64_t last_visitor_seq;
	uint64_t last_seq;
};

/* ERR_NOT_FOUND when the workspace has no such conversation. */
MUST_CHECK enum err_code db_talk_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct db_talk *talk_r,
    struct err *err);
/* What its maker says of it: JSON object. */
MUST_CHECK enum err_code db_talk_set_meta(struct db *db, struct id workspace_id,
    struct id id, struct str meta, struct err *err);

struct db_talk_vote {
	struct id workspace_id;
	struct id conversation_id;
	struct id message_id;
	int value; /* -100 to 100, not 0 */
	struct str reason;
};

/* The last one counts. */
MUST_CHECK enum err_code db_talk_set_vote(struct db *db,
    const struct db_talk_vote *vote, int64_t now, struct err *err);

/* Messages behind (or with is_newest_first before) that seq, 0: from the end
 * where it begins. */
MUST_CHECK enum err_code db_talk_list_messages(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, bool is_newest_first, uint64_t from,
    size_t limit, struct chat_messages *list_r, struct err *err);

#endif
