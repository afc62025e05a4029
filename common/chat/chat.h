/* chat.h: what both programs can do: one call, one transaction, one
 * notification */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_H
#define CHAT_H

#include "chat/model.h"
#include "db/db.h"

struct db_conversation_head;
struct json;
struct db_conversation_talk;

/*
 * All texts that come back live in the pool. An id of another workspace, and
 * one that does not exist, is ERR_NOT_FOUND alike; an end user whose
 * external_id is not the conversation's contact is ERR_FORBIDDEN.
 *
 * Who writes names itself as origin, so that its own feed can pass over what
 * it has delivered already; ID_NONE for programs without live clients.
 */

/* chat_open.c */

struct chat_open {
	struct id workspace_id;
	struct id integration_id;
	struct id chatbot_id;	 /* none: no bot */
	struct str external_id;	 /* 1..CHAT_EXTERNAL_ID_MAX bytes, UTF-8 */
	struct str display_name; /* may be empty; kept when it is */
	struct str attributes;	 /* JSON object, or empty */
	struct str variables;	 /* JSON object for the bot, or empty; counts
				    for a new conversation, as does the next */
	struct str user_key;	 /* who it is (identity.h), or empty: its newest
				contact here is taken, whatever external_id */
	bool is_verified;	 /* proved: only with its like */
	struct str fresh_id;	 /* with user_key: external_id of a new contact
				when the given one is another user's */
	int64_t idle_us; /* silence ends its session (chat_expire); 0: never */
	struct str initial; /* each line is a message of the bot with which a
			       new conversation begins; may be empty */
	bool is_quiet;	    /* the bot waits for the visitor: no turn is due */
};

#define CHAT_INITIAL_MAX 20 /* lines; what is behind them is left out */

/*
 * Creates or finds the contact and its conversation; a new one has an open
 * session and, with a bot, a bot_states row that is due for the greeting. Rings
 * no doorbell.
 */
MUST_CHECK enum err_code chat_open(struct db *db, struct pool *pool,
    const struct chat_open *in, struct chat_conversation *conversation_r,
    struct err *err);

/*
 * chat_details.c: what the page tells of the visitor, an object that
 * identity_merge takes; kept once the visitor has said something, for before
 * that nobody reads it (*is_kept_r).
 */
MUST_CHECK enum err_code chat_tell_details(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    const struct json *details, bool *is_kept_r, struct err *err);
/* All that was kept of them so far, a JSON object. */
MUST_CHECK enum err_code chat_get_details(struct db *db, struct pool *pool,
    struct id workspace_id, struct id contact_id, struct str *details_r,
    struct err *err);

/* chat_read.c */

/* One conversation as the actor may see it. */
MUST_CHECK enum err_code chat_get(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    struct chat_conversation *conversation_r, struct err *err);

enum chat_filter { CHAT_UNASSIGNED, CHAT_MINE, CHAT_ALL };

struct chat_list {
	enum chat_filter filter;
	size_t limit;		  /* 1..200 */
	struct str cursor;	  /* from the last answer, or empty */
	struct str q;		  /* in contact name or external id, or empty */
	struct str tag;		  /* of the open session, or empty */
	struct id integration_id; /* none: any */
	struct str status;	  /* "open", "resolved" or empty */
};

/*
 * Newest updated_at first. cursor_r gets the text for the next page, empty at
 * the end. A cursor that is none of ours is ERR_BAD_REQUEST.
 */
MUST_CHECK enum err_code chat_list(struct db *db, struct pool *pool,
    const struct chat_actor *actor, const struct chat_list *in,
    struct chat_conversations *list_r, struct str *cursor_r, struct err *err);

/* Messages with seq > after_seq, oldest first, at most limit. */
MUST_CHECK enum err_code chat_history_after(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    uint64_t after_seq, size_t limit, struct chat_messages *list_r,
    struct err *err);
/* The newest limit messages, passing over the newest offset; oldest first. */
MUST_CHECK enum err_code chat_history_last(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, size_t limit,
    size_t offset, struct chat_messages *list_r, struct err *err);

/* The newest CHAT_SESSIONS_MAX sessions, oldest first; for agents. */
MUST_CHECK enum err_code chat_sessions(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    struct chat_sessions *list_r, struct err *err);
/* Who wrote the agents' messages with after_seq < seq <= upto_seq, each once;
 * users who are disabled by now as well. */
MUST_CHECK enum err_code chat_history_agents(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    uint64_t after_seq, uint64_t upto_seq, struct chat_agents *list_r,
    struct err *err);

/* chat_durable.c */

/* Far longer than a COMMIT takes, and than the clocks of our hosts differ. */
#define CHAT_FRESH_MS INT64_C(20000)

/* When the last of a list was stored, 0 when it is empty. */
int64_t chat_newest(const struct chat_messages *list);
/* Whether what was written at that time may not be on the disk yet. */
bool chat_is_fresh(int64_t at);
/*
 * Before a client is told of what was read, the newest of it from newest_at: it
 * is on the disk of the database when this returns ERR_OK. Writes only when
 * that is fresh; origin is the daemon's, or none.
 */
MUST_CHECK enum err_code chat_durable(
    struct db *db, struct id origin, int64_t newest_at, struct err *err);
/* The same for messages of one conversation, the newest last. Who asks for them
 * again and again makes this process write once. */
MUST_CHECK enum err_code chat_durable_list(
    struct db *db, const struct chat_messages *list, struct err *err);

/* chat_rate.c */

/* How much one visitor may send in one conversation. */
struct chat_rate {
	int64_t burst;	   /* messages at once; 0: not counted here */
	int64_t refill_ms; /* until one more may be sent */
};

/*
 * Counts what the visitor has sent, through whichever program. The caller
 * holds the conversation's lock. ERR_RATE_LIMITED with retry_after_s when
 * one more is too much.
 */
MUST_CHECK enum err_code chat_rate_check(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id,
    const struct chat_rate *rate, struct err *err);

/* chat_send.c */

struct chat_sent;
struct db_conversation_talk;

/*
 * What may be said to a message in the transaction that stores it, by who knows
 * how (bot/turn_at_once.c). Each may be called again, when the transaction is.
 */
struct chat_reply {
	void *arg;
	/* Locks the conversation, reads that row and whatever make needs; *n_r
	 * is 0 when there is none. */
	enum err_code (*lock)(struct db *db, void *arg,
	    struct id conversation_id, struct db_conversation_talk *talk_r,
	    size_t *n_r, struct err *err);
	/* Whether the bot runs. Behind lock; a message whose actor names the
	 * bot is ERR_FORBIDDEN when it does not. */
	bool (*may_answer)(void *arg);
	/* The visitor's message has its place: the messages that answer it, in
	 * an open session of before it. False: it is for others to answer. */
	bool (*make)(struct db *db, void *arg, const struct chat_sent *sent,
	    struct chat_messages *messages_r, bool *is_handoff_r);
	/* Stores what else is changed by them, once they are stored. */
	enum err_code (*store)(struct db *db, void *arg, struct err *err);
};

struct chat_send {
	struct id conversation_id;
	enum chat_content content_type;
	struct str content;
	struct str rich_media; /* JSON object, or empty */
	struct str client_id;  /* empty: none */
	struct id origin;
	struct chat_rate rate;
	/* An end user's message is ERR_GONE unless a session is open that has
	 * not been silent for so long (chat_expire.c); 0: it opens one. */
	int64_t idle_us;
	/* The turn that the message makes due is taken in the same transaction,
	 * unless somebody has one there: the lease's name (none: it is left to
	 * others) and its end. */
	struct id turn;
	int64_t turn_until;
	/* Asked first, then there is no such turn; NULL: nobody is. Only for
	 * chat_send. */
	const struct chat_reply *reply;
};

struct chat_sent {
	struct chat_message message;
	struct id workspace_id;
	bool is_duplicate;   /* the client_id was stored before; message
				     is the one that was stored then */
	bool is_new_session; /* this message opened a session */
	bool is_turn_due;    /* the bot owns the conversation; of several
				     messages that were stored together the
				     last one says so */
	bool is_turn_taken;  /* by the one that asked for it */
	bool is_answered;    /* by chat_send.reply: no turn is due */
	uint64_t before;     /* seq of the visitor's message before; 0: none */
};

/*
 * Limits, content type and rich_media are checked first (ERR_BAD_REQUEST).
 * An end user's message opens a session when none is open, and makes a turn
 * due when the bot owns the conversation (bot_states row that is not muted,
 * no agent has the session). An agent may write in any conversation of the
 * workspace with an open session (else ERR_CONFLICT); that assigns nothing, so
 * the bot goes on until somebody claims the session or it hands over itself. A
 * client_id that another sender has used is ERR_CONFLICT. An end user's message
 * above the rate is ERR_RATE_LIMITED, but not one that is stored already. When
 * it returns ERR_OK the message is committed, once, whatever happened to the
 * connection.
 */
MUST_CHECK enum err_code chat_send(struct db *db, struct pool *pool,
    const struct chat_actor *actor, const struct chat_send *in,
    struct chat_sent *sent_r, struct err *err);

/* A message of several, and what became of it. */
struct chat_send_item {
	struct pool *pool; /* holds what comes back */
	const struct chat_actor *actor;
	const struct chat_send *in;
	struct chat_sent sent;
	enum err_code code;
	struct err err;
};

/*
 * The same for n messages of one or many conversations, in as few transactions
 * as it takes: in one, unless somebody holds a conversation or a message cannot
 * be stored. Each has the answer that it would have had alone; those of one
 * conversation are stored in the order in which they stand here. A rate counts
 * what was stored before the call. Does not ring the doorbell: true when
 * somebody should.
 */
bool chat_send_many(struct db *db, struct chat_send_item *items, size_t n);

/*
 * Several messages in one transaction, for the bot's answers: takes the
 * conversation's row lock, stores items[0..n) with the next seqs. Called inside
 * db_transact by those who hold more to commit. The caller has checked the
 * contents (chat_media_check) and calls chat_notify_in at the end. ERR_CONFLICT
 * when session_id (none: the open one) is not open any more. Fills id (unless
 * given), seq, session_id and created_at of each item.
 */
MUST_CHECK enum err_code chat_store_in(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id session_id, struct chat_message *items,
    size_t n, struct err *err);
/* The same for who holds the lock: head is the row as it was read, with the
 * session open. */
struct db_conversation_head;
MUST_CHECK enum err_code chat_store_locked_in(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id,
    struct db_conversation_head *head, struct chat_message *items, size_t n,
    struct err *err);
/*
 * The notifications of what chat_store_in has stored. Nothing but other
 * notifications may come between them and the COMMIT, or readers of the feed
 * give the row up; after it the caller rings the doorbell.
 */
MUST_CHECK enum err_code chat_notify_in(struct db *db, struct id workspace_id,
    const struct chat_message *items, size_t n, struct id origin,
    struct err *err);

/* chat_assign.c */

struct chat_assign {
	struct id conversation_id;
	struct id agent_id; /* none: the caller */
	bool force;	    /* admins only: take it from another */
	struct id origin;
};

struct chat_assigned {
	struct id workspace_id;
	struct id agent_id;
	struct str agent_name;
	int64_t assigned_at;
	bool is_changed; /* false: that agent had it already */
};

/*
 * ERR_CONFLICT names the agent who has it, or says that no session is open.
 * While an agent has the session the bot is silent.
 */
MUST_CHECK enum err_code chat_assign(struct db *db, struct pool *pool,
    const struct chat_actor *actor, const struct chat_assign *in,
    struct chat_assigned *assigned_r, struct err *err);

/* chat_resolve.c */

struct chat_resolved {
	struct id workspace_id;
	struct id session_id;
	struct str tags; /* JSON array */
	int64_t resolved_at;
};

/* tags: JSON array of texts, or empty to keep what is there. */
MUST_CHECK enum err_code chat_resolve(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, struct str tags,
    struct id origin, struct chat_resolved *resolved_r, struct err *err);
/* Replaces the open session's tags; ERR_CONFLICT when none is open. */
MUST_CHECK enum err_code chat_tag(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, struct str tags,
    struct id origin, struct chat_resolved *tagged_r, struct err *err);
/* Ends the open session of a conversation whose locked row head is, by nobody;
 * at: what its updated_at is to be. A part of a transaction. */
MUST_CHECK enum err_code chat_end_in(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id,
    struct db_conversation_head *head, int64_t at, int64_t now,
    struct err *err);
/* A JSON array of 0..CHAT_TAGS_MAX texts of 1..CHAT_TAG_MAX characters:
 * trimmed, doubles dropped, as JSON text in the pool. */
MUST_CHECK enum err_code chat_tags_check(
    struct pool *pool, struct str json, struct str *tags_r, struct err *err);

/* chat_expire.c */

#define CHAT_EXPIRE_MAX 64 /* conversations in one transaction */

/* Whether silence has ended the session: for those only that nobody but the bot
 * has. */
bool chat_is_over(
    const struct db_conversation_talk *talk, int64_t idle_us, int64_t now);
/*
 * Ends open sessions in which nothing was said or changed for idle_us, of
 * conversations that were opened with one; a session that people have or are
 * asked for goes on until they resolve it. At most CHAT_EXPIRE_MAX, of one chatbot
 * or of every tenant (both ids none); *did_r says if there were any to look at.
 */
MUST_CHECK enum err_code chat_expire(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t idle_us, bool *did_r,
    struct err *err);

/* chat_seen.c */

struct chat_seen {
	struct id workspace_id;
	struct str reader_id; /* UUID of the agent, or external id */
	int64_t read_at;
	size_t n;		/* messages that were not read before */
	struct id *message_ids; /* those */
	uint64_t seq;		/* read_seq of the reader's side by now */
	bool is_news;		/* something has changed */
};

/* Marks messages of the other side as read by the actor, and raises the
 * side's receipt; unknown ids are passed over. At most CHAT_IDS_MAX ids. */
MUST_CHECK enum err_code chat_mark_read(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    const struct id *message_ids, size_t n, struct id origin,
    struct chat_seen *seen_r, struct err *err);

/* chat_receipt.c */

struct chat_delivered {
	struct id workspace_id;
	uint64_t seq; /* delivered_seq of the side by now */
	int64_t delivered_at;
	bool is_grown; /* false: it was there already, nothing was written */
};

/*
 * A client of the actor's side has everything up to seq, or up to the newest
 * message when that is less. The first agent who has it counts.
 */
MUST_CHECK enum err_code chat_mark_delivered(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, uint64_t seq,
    struct id origin, struct chat_delivered *delivered_r, struct err *err);
/*
 * Raises the receipt of a side to at least want, never above the newest
 * message; inside a transaction, which then holds the conversation's lock.
 * receipt_r is what is stored by now. ERR_NOT_FOUND.
 */
MUST_CHECK enum err_code chat_receipt_raise(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, enum chat_sender side,
    const struct chat_receipt *want, struct chat_receipt *receipt_r,
    bool *is_grown_r, struct err *err);

/* chat_updates.c */

/* What a client that comes back wants to know. */
struct chat_updates {
	struct chat_conversation conversation;
	uint64_t last_seq;	     /* of the conversation by now */
	struct chat_messages missed; /* at most CHAT_HISTORY_MAX */
	bool has_more;		     /* ask again behind the last of them */
	struct chat_agents agents;   /* end users: who wrote those */
};

/* after_seq NULL: nothing is missed. */
MUST_CHECK enum err_code chat_updates(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    const uint64_t *after_seq, struct chat_updates *updates_r, struct err *err);

/* chat_ack.c */

struct json_out;

/* The answers that events and routes share, as members of the object that is
 * open. */
struct chat_joined {
	const struct chat_conversation *conversation;
	uint64_t last_seq;
	struct str missed; /* JSON array */
	bool has_more;
	bool is_end_user;
	const struct chat_agents *agents; /* end users */
};

void chat_put_joined(struct json_out *j, const struct chat_joined *joined);
void chat_put_sent(struct json_out *j, const struct chat_message *m);

/* The payloads of `messages_read` and `messages_delivered`. */
void chat_put_read(struct json_out *j, struct id conversation_id,
    enum chat_sender side, const struct chat_seen *seen);
void chat_put_delivered(struct json_out *j, struct id conversation_id,
    enum chat_sender side, const struct chat_delivered *delivered);

/* chat_json.c */

/* The documented shape. For end users session_id and read_by are left out. */
void chat_put_message(struct json_out *j, const char *name,
    const struct chat_message *m, bool for_end_user);
void chat_put_messages(struct json_out *j, const char *name,
    const struct chat_messages *list, bool for_end_user);
void chat_put_conversation(
    struct json_out *j, const char *name, const struct chat_conversation *c);
/* The same with its sessions. */
void chat_put_conversation_sessions(struct json_out *j, const char *name,
    const struct chat_conversation *c, const struct chat_sessions *sessions,
    struct str details);
/* What a conversation's bot could not do last; failed_at 0: null. */
void chat_put_bot(
    struct json_out *j, const char *name, struct str why, int64_t failed_at);
void chat_put_agents(
    struct json_out *j, const char *name, const struct chat_agents *list);
/* One side's receipt, and both as agents see them. */
void chat_put_receipt(
    struct json_out *j, const char *name, const struct chat_receipt *receipt);
void chat_put_receipts(
    struct json_out *j, const char *name, const struct chat_conversation *c);

/* chat_media.c */

/* Checks content (UTF-8, no control characters, CHAT_CONTENT_MAX; not empty for
 * CHAT_TEXT) and the rich_media of its type: the known members and their types,
 * at most 50 buttons, options or cards, http(s) URLs or paths on our origin.
 * An answer to a form may have no content. */
MUST_CHECK enum err_code chat_media_check(enum chat_content type,
    struct str content, struct str rich_media, struct err *err);

/* doorbell.c */

#define DOORBELL_PATH_SIZE 108 /* sockaddr_un.sun_path */
#define DOORBELLS_MAX	   16

/*
 * Tells the daemons of this host that there is something new: one datagram
 * to each of the paths, which blanks divide; all errors ignored, never blocks.
 * NULL or no path: does nothing.
 */
void doorbell_open(const char *paths);
void doorbell_ring(void);
/* The next path of a list in path_r, and what is behind it; NULL when there is
 * none. One that is too long becomes empty. */
const char *doorbell_next(const char *paths, char path_r[DOORBELL_PATH_SIZE]);

#endif
