/* db_conversation_page.h: conversations as the developers of a bot list them */
/* SPDX-License-Identifier: MIT */
#ifndef DB_CONVERSATION_PAGE_H
#define DB_CONVERSATION_PAGE_H

#include "chat/model.h"
#include "db/db.h"

/* As the generated column says. */
enum conversation_status {
	CONVERSATION_ANY,
	CONVERSATION_ACTIVE,
	CONVERSATION_HANDOFF_PENDING,
	CONVERSATION_AGENT_ACTIVE,
	CONVERSATION_CLOSED,
	CONVERSATION_STATUS__MAX
};

struct conversation_row {
	struct id id;
	struct id chatbot_id;
	struct str external_id;
	struct str contact_name;
	struct str channel;
	enum conversation_status status;
	uint64_t last_visitor_seq;
	uint64_t agent_read_seq;
	struct id last_id; /* none: no message; so the next two */
	int64_t last_at;
	struct str last_text; /* its beginning */
	uint64_t unread; /* the user's that no agent has read, at most 99 */
	int64_t created_at;
	int64_t updated_at;
};

struct conversation_rows {
	size_t n;
	struct conversation_row *items;
};

/* A session whose time to look at it (expires_at) has come, and that has not
 * changed after since, is over. All zeros: none is. */
struct conversation_silence {
	int64_t now;
	int64_t since;
};

struct conversation_page {
	struct id workspace_id;
	struct id chatbot_id;
	enum conversation_status status;
	struct str channel; /* empty: any */
	int64_t from, upto; /* created_at, both inclusive; 0: without end */
	struct id before;   /* none: from the newest */
	size_t limit;
	struct conversation_silence silence;
};

/* The newest first, by id: each filter has an index of that order. */
MUST_CHECK enum err_code db_conversation_page_list(struct db *db,
    struct pool *pool, const struct conversation_page *page,
    struct conversation_rows *list_r, struct err *err);
/* One of the bot; ERR_NOT_FOUND. Of `of` workspace, bot and silence matter. */
MUST_CHECK enum err_code db_conversation_page_get(struct db *db,
    struct pool *pool, const struct conversation_page *of, struct id id,
    struct conversation_row *row_r, struct err *err);

/* What the state of messages is told by. */
struct conversation_marks {
	enum conversation_status status;
	struct str channel;
	struct chat_receipt visitor;
	struct chat_receipt agent;
	int64_t failed_at; /* when the bot could not answer last; 0: never */
};

/* ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_conversation_page_get_marks(struct db *db,
    struct pool *pool, struct id workspace_id, struct id chatbot_id,
    struct id id, struct conversation_marks *marks_r, struct err *err);

#endif
