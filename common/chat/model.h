/*
 * model.h: the things that the chat is about, as plain structs
 *
 * These and the plain structs of feed.h and site.h are shared by the statements
 * of db/ and the rules of chat/, so that a row is not copied from one spelling
 * to another.
 */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_MODEL_H
#define CHAT_MODEL_H

#include "base/id.h"
#include "base/str.h"

#define CHAT_CONTENT_MAX     4096  /* code points of a message's text */
#define CHAT_RICH_MEDIA_MAX  65536 /* bytes of its JSON */
#define CHAT_EXTERNAL_ID_MAX 255   /* bytes */
#define CHAT_CLIENT_ID_MAX   64	   /* bytes */
#define CHAT_NAME_MAX	     100   /* code points of a display name */
#define CHAT_TAG_MAX	     50	   /* code points of a tag */
#define CHAT_TAGS_MAX	     20	   /* tags of a session */
#define CHAT_HISTORY_MAX     200   /* messages in one answer */
/* A bot's message belongs to one that stands at most so far before it. */
#define CHAT_ANSWER_REACH    200
#define CHAT_ANSWERS_UNKNOWN UINT64_MAX
#define CHAT_WIDGET_HISTORY  100 /* messages a visitor gets on opening */
#define CHAT_SESSIONS_MAX    50	 /* sessions shown with a conversation */
#define CHAT_IDS_MAX	     100 /* messages marked as read at once */

enum chat_sender { CHAT_END_USER, CHAT_AGENT, CHAT_BOT, CHAT_SENDER__MAX };

enum chat_content {
	CHAT_TEXT,
	CHAT_IMAGE,
	CHAT_FILE,
	CHAT_QUICK_BUTTON,
	CHAT_CAROUSEL,
	CHAT_DROPDOWN,
	CHAT_LIST,
	CHAT_VIDEO,
	CHAT_AUDIO,
	CHAT_FORM,
	CHAT_CONTENT__MAX
};

/* The names on the wire: "end_user", "quick_button" and so on. */
const char *chat_sender_name(enum chat_sender v);
bool chat_sender_parse(struct str s, enum chat_sender *v_r);
const char *chat_content_name(enum chat_content v);
bool chat_content_parse(struct str s, enum chat_content *v_r);

/*
 * Who somebody is to the developers of a bot: what the channel calls them. The
 * external id of a session of the Chat API is secret, and one of its own each
 * time: behind a colon it has the user_id that was given, if any; without one
 * the session is who it is.
 */
struct pool;
struct str chat_user_id(struct pool *pool, struct str channel,
    struct id conversation_id, struct str external_id);

/* Who is asking. Made by the programs after they know it. */
struct chat_actor {
	enum chat_sender kind;
	struct id workspace_id;	 /* agent; none for an end user, whose
				     conversation says it */
	struct id user_id;	 /* agent */
	struct str display_name; /* agent */
	bool is_admin;		 /* agent */
	struct str external_id;	 /* end user */
	/* end user, instead: a program speaks for whoever it is, in a session
	 * of the Chat API of this bot; workspace_id is the program's */
	struct id chatbot_id;
};

struct chat_message {
	struct id id;
	struct id conversation_id;
	struct id session_id;
	enum chat_sender sender_type;
	struct str sender_id; /* external id, or UUID of user or bot */
	enum chat_content content_type;
	struct str content;
	struct str rich_media; /* JSON object, or empty */
	struct str read_by;    /* JSON object, or empty */
	struct str client_id;  /* empty: the sender gave none */
	uint64_t seq;
	/* Of a bot's: the seq of the visitor's message that it answers, 0: of
	 * none, as a greeting. CHAT_ANSWERS_UNKNOWN: stored before that was
	 * kept. Only db_message_list_said and _list_late read it. */
	uint64_t answers;
	int64_t created_at; /* microseconds since 1970, as all times */
};

struct chat_messages {
	size_t n;
	struct chat_message *items;
};

struct chat_session {
	struct id id; /* none: there is no open session */
	bool is_resolved;
	struct id assigned_agent_id;
	struct str tags; /* JSON array of texts */
	int64_t handoff_at;
	int64_t first_message_at;
	int64_t assigned_at;
	int64_t resolved_at;
	struct id resolved_by; /* not in lists of conversations */
};

struct chat_sessions {
	size_t n;
	struct chat_session *items;
};

/* What end users may know of a user. */
struct chat_agent {
	struct id id;
	struct str display_name;
};

struct chat_agents {
	size_t n;
	struct chat_agent *items;
};

/* How far one side of a conversation is; read_seq <= delivered_seq. */
struct chat_receipt {
	uint64_t delivered_seq;
	uint64_t read_seq;
};

struct chat_conversation {
	struct id id;
	struct id workspace_id;
	struct id integration_id;
	struct id chatbot_id; /* none: no bot here */
	struct str channel;   /* "web", "api", "whatsapp" and so on */
	struct id contact_id;
	struct str contact_name;
	struct str external_id;
	uint64_t last_seq;
	struct chat_session session; /* the open one */
	struct str agent_name;	     /* of the session's agent, or empty */
	uint64_t unread;	     /* for the agent who asked, at most 99 */
	bool has_last;		     /* false: there is no message yet */
	struct chat_message last;    /* the newest; content is its first 200
				     characters, no rich_media */
	struct chat_receipt visitor_receipt;
	struct chat_receipt agent_receipt;
	struct str bot_failed_why; /* what its bot could not do last in the
				     session; empty: nothing */
	int64_t bot_failed_at;
	int64_t created_at;
	int64_t updated_at;
};

struct chat_conversations {
	size_t n;
	struct chat_conversation *items;
};

#endif
