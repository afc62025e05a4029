/* db_conversation.h: statements on conversations */
/* SPDX-License-Identifier: MIT */
#ifndef DB_CONVERSATION_H
#define DB_CONVERSATION_H

#include "chat/model.h"
#include "db/db.h"

/* Whose conversation it is: the one question without a workspace, for end
 * users, who know only its id. ERR_NOT_FOUND when there is none. */
MUST_CHECK enum err_code db_conversation_get_owner(struct db *db,
    struct pool *pool, struct id id, struct id *workspace_id_r,
    struct str *external_id_r, struct err *err);
/* ERR_NOT_FOUND unless the workspace has it. */
MUST_CHECK enum err_code db_conversation_check(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err);

/* Those of the n ids, sorted and each once, that are there at all; sorted in
 * known_r, which has room for n. Locks nothing and waits for nobody. */
MUST_CHECK enum err_code db_conversation_list_known(struct db *db,
    struct pool *pool, const struct id *ids, size_t n, struct id *known_r,
    size_t *n_r, struct err *err);

/* What changes in the life of a conversation. */
struct db_conversation_head {
	uint64_t last_seq;
	uint64_t last_visitor_seq;
	struct id open_session_id;   /* none: resolved */
	struct id assigned_agent_id; /* none: nobody */
	bool is_waiting;
	bool is_handed_off; /* in the open session the bot asked for people */
};

/* Locks the row until the transaction ends: every change of the conversation,
 * its sessions and its messages begins here. ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_conversation_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct db_conversation_head *head_r,
    struct err *err);

/* A conversation as its senders need it. */
struct db_conversation_talk {
	struct id id;
	struct id workspace_id;
	struct id chatbot_id;	/* none: no bot here */
	bool is_api;		/* a session of the Chat API */
	struct str external_id; /* the visitor's secret */
	bool has_first_message; /* of the visitor, in the open session */
	struct db_conversation_head head;
	int64_t updated_at;
};

/*
 * What a sender's message needs to know, of conversations c, and where to find
 * the contact's external_id and the open session's first_message_at. The tenant
 * is compared by the caller, as the visitor's secret is.
 */
#define DB_CONVERSATION_TALK(secret, first)                                    \
	"c.id, c.workspace_id, c.chatbot_id, " secret ", " first ", "          \
	"c.last_seq, c.last_visitor_seq, c.open_session_id, "                  \
	"c.assigned_agent_id, c.is_waiting, c.is_handed_off, c.updated_at, "   \
	"c.channel = 'api' "
#define DB_CONVERSATION_TALK_OUT "ddd?b?t?uud?d?iiti"
#define DB_CONVERSATION_TALK_N	 13 /* columns, the first ones of the row */
void db_conversation_talk_from_row(const struct db_rows *rows, size_t row,
    struct db_conversation_talk *talk_r);

/*
 * Locks those of n different conversations, of any workspace: the caller
 * compares it. A single one is waited for. Of several those that somebody
 * holds are passed over, as those that do not exist are, so that nobody waits
 * who holds what another waits for. Ordered as ids are.
 */
MUST_CHECK enum err_code db_conversation_lock_talks(struct db *db,
    struct pool *pool, const struct id *ids, size_t n,
    struct db_conversation_talk *talks_r, size_t *n_r, struct err *err);
MUST_CHECK enum err_code db_conversation_set(struct db *db,
    struct id workspace_id, struct id id,
    const struct db_conversation_head *head, int64_t now, struct err *err);

struct db_conversation_receipts {
	uint64_t last_seq; /* only read */
	struct chat_receipt visitor;
	struct chat_receipt agent;
};

/* Locks the row as db_conversation_lock does. ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_conversation_lock_receipts(struct db *db,
    struct pool *pool, struct id workspace_id, struct id id,
    struct db_conversation_receipts *receipts_r, struct err *err);
/* Leaves updated_at: nothing was said. */
MUST_CHECK enum err_code db_conversation_set_receipts(struct db *db,
    struct id workspace_id, struct id id,
    const struct db_conversation_receipts *receipts, struct err *err);

/* A conversation without messages; takes id, workspace_id, integration_id,
 * contact_id, chatbot_id and session.id. Its channel is that of the
 * integration. expires_at: when chat_expire looks at it; 0: never. */
MUST_CHECK enum err_code db_conversation_add(struct db *db,
    const struct chat_conversation *conversation, int64_t now,
    int64_t expires_at, struct err *err);
/* id_r is none when the contact has none yet. */
MUST_CHECK enum err_code db_conversation_find_by_contact(struct db *db,
    struct pool *pool, struct id workspace_id, struct id contact_id,
    struct id *id_r, struct err *err);

/* All of it, as one agent (or none) sees it: ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_conversation_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id user_id, struct id id,
    struct chat_conversation *conversation_r, struct err *err);

struct db_conversation_query {
	enum {
		DB_CONVERSATION_WAITING,
		DB_CONVERSATION_MINE,
		DB_CONVERSATION_ALL
	} filter;
	struct id workspace_id;
	struct id user_id;	  /* who asks */
	struct id integration_id; /* none: any */
	struct str q;		  /* empty: any */
	struct str tag;		  /* spelt as in the JSON array; empty: any */
	const bool *is_open;	  /* NULL: any */
	int64_t before_at;	  /* 0: from the newest */
	struct id before_id;
	size_t limit;
};

/* By (updated_at, id), newest first, those before the given pair. */
MUST_CHECK enum err_code db_conversation_list(struct db *db, struct pool *pool,
    const struct db_conversation_query *query,
    struct chat_conversations *list_r, struct err *err);

#endif
