/* db_bot_state.h: where the bot stands in each conversation, and its leases */
/* SPDX-License-Identifier: MIT */
#ifndef DB_BOT_STATE_H
#define DB_BOT_STATE_H

#include "db/db_conversation.h"

/*
 * Lock order everywhere: the conversation's row, then this one. The version
 * counts what must throw a running turn away (its lease, a new session, its
 * result), not that a further message came.
 */

/* A new conversation: due for the greeting, unless the bot waits for the visitor
 * (is_quiet). variables: a JSON object that the first turn begins with. */
MUST_CHECK enum err_code db_bot_state_add(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id chatbot_id, struct id session_id,
    struct str variables, bool is_quiet, struct err *err);
/* A visitor wrote: due, unless muted or without a row. Call it only while no
 * agent has the session. */
MUST_CHECK enum err_code db_bot_state_set_due(struct db *db,
    struct id workspace_id, struct id conversation_id, bool *is_due_r,
    struct err *err);
/* The same, and the turn is this one's until then, unless somebody has it:
 * then nothing changes. */
MUST_CHECK enum err_code db_bot_state_set_taken(struct db *db,
    struct id workspace_id, struct id conversation_id, struct id turn,
    int64_t until, bool *is_taken_r, struct err *err);
/* A visitor's message opened a session: no state, no variables, not muted,
 * no failure, due. What a running turn has made is thrown away. *is_due_r is false when
 * there is no row. */
MUST_CHECK enum err_code db_bot_state_restart(struct db *db,
    struct id workspace_id, struct id conversation_id, struct id session_id,
    bool *is_due_r, struct err *err);

/* The rest is for turns. */

struct bot_state {
	struct id workspace_id;
	struct id chatbot_id;
	struct id session_id;
	struct str state;     /* empty: before the first turn */
	struct str variables; /* JSON object */
	uint64_t answered_seq;
	uint64_t version;
	struct id turn_owner;
	int64_t turn_until; /* 0: no lease */
	int64_t due_at;	    /* 0: not due */
	bool is_muted;
};

/* What a turn must know of the conversation. */
struct bot_talk {
	uint64_t last_visitor_seq;
	struct id open_session_id;   /* none: resolved */
	struct id assigned_agent_id; /* none: the bot may speak */
	struct str contact_name;
	struct str external_id;
	struct str channel;
	bool is_completed; /* the flow came to an end before */
	struct id flow_id; /* that the bot runs; none: it is silent */
	uint64_t flow_version;
	struct str flow_name;
};

/*
 * Locks the conversation as db_conversation_lock_talks does, and with it its
 * contact, open session and state, and reads them; of the talk not flow_name. *n_r is 0 when there is no such
 * conversation; state_r->workspace_id is none when no bot answers there.
 */
MUST_CHECK enum err_code db_bot_state_lock_talk(struct db *db,
    struct pool *pool, struct id conversation_id,
    struct db_conversation_talk *row_r, size_t *n_r, struct bot_state *state_r,
    struct bot_talk *talk_r, struct err *err);
/* Takes the lease from now on; *is_taken_r is false when no turn is due or
 * somebody else has it. */
MUST_CHECK enum err_code db_bot_state_take(struct db *db,
    struct id conversation_id, struct id turn, int64_t now, int64_t until,
    bool *is_taken_r, struct err *err);
/* ERR_NOT_FOUND when there is none. Locks nothing. */
MUST_CHECK enum err_code db_bot_state_get(struct db *db, struct pool *pool,
    struct id conversation_id, struct bot_state *state_r, struct err *err);
MUST_CHECK enum err_code db_bot_state_get_turn(struct db *db, struct pool *pool,
    struct id conversation_id, struct bot_state *state_r,
    struct bot_talk *talk_r, struct err *err);

struct bot_question {
	uint64_t seq;
	struct str content;
	struct str rich_media; /* JSON object, or empty */
};

/* The end user's messages of a session with after < seq <= last. */
MUST_CHECK enum err_code db_bot_state_list_questions(struct db *db,
    struct pool *pool, struct id workspace_id, struct id conversation_id,
    struct id session_id, uint64_t after, uint64_t last, size_t max,
    struct bot_question **questions_r, size_t *n_r, struct err *err);

struct bot_result {
	struct id session_id;
	struct id flow_id; /* none: none ran */
	uint64_t flow_version;
	struct str state; /* empty: none */
	struct str variables;
	uint64_t answered_seq;
	bool is_muted;
	bool is_due;	       /* there is more to answer */
	struct str failed_why; /* for agents; empty: nothing has */
	int64_t failed_at;     /* then */
};

/*
 * The end of a turn: stores what it made, ends the lease, counts version. The
 * owner stays as the name of the turn that was committed last. *is_ours_r is
 * false, and nothing changes, when the lease is another's by now or the version
 * is not the one that the turn has read.
 */
MUST_CHECK enum err_code db_bot_state_set_result(struct db *db,
    struct id workspace_id, struct id conversation_id, struct id turn,
    uint64_t version, const struct bot_result *result, bool *is_ours_r,
    struct err *err);
/* The same of a turn that needs no lease, for the caller has locked the state,
 * which is not due, and of which nothing has failed; session_id and is_due are
 * not looked at. */
MUST_CHECK enum err_code db_bot_state_set_answer(struct db *db,
    struct id workspace_id, struct id conversation_id,
    const struct bot_result *result, struct err *err);
/* The conversation's flow came to an end; the first time counts. */
MUST_CHECK enum err_code db_bot_state_complete(struct db *db,
    struct id workspace_id, struct id conversation_id, struct err *err);
/* A lease that nobody has taken over is ours until then. */
MUST_CHECK enum err_code db_bot_state_renew(struct db *db,
    struct id workspace_id, struct id conversation_id, struct id turn,
    int64_t until, bool *is_ours_r, struct err *err);
/* Ends the lease of this turn and leaves the rest as it is. */
MUST_CHECK enum err_code db_bot_state_release(struct db *db,
    struct id workspace_id, struct id conversation_id, struct id turn,
    struct err *err);
/* Nothing to answer up to this message: not due, no lease. *is_ours_r as
 * above. */
MUST_CHECK enum err_code db_bot_state_pass(struct db *db,
    struct id workspace_id, struct id conversation_id, struct id turn,
    uint64_t version, uint64_t answered_seq, bool *is_ours_r, struct err *err);
/* What is due is due since now; nothing changes when it is not. */
MUST_CHECK enum err_code db_bot_state_put_off(
    struct db *db, struct id conversation_id, int64_t now, struct err *err);
/* The bot hands the session to people; the conversation moves up. */
MUST_CHECK enum err_code db_bot_state_hand_off(struct db *db,
    struct id workspace_id, struct id conversation_id, struct id session_id,
    struct err *err);
/* Conversations due since before due_before that nobody holds at now. */
MUST_CHECK enum err_code db_bot_state_list_due(struct db *db, struct pool *pool,
    int64_t now, int64_t due_before, size_t max, struct id **ids_r, size_t *n_r,
    struct err *err);

#endif
