/* fixture.h: a workspace with people in it, and short ways to ask */
/* SPDX-License-Identifier: MIT */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <CUnit/CUnit.h>

#include "chat/chat.h"

struct fixture {
	struct db *db;
	struct pool *pool;
	struct err err;
	struct id integration_id;
	struct id chatbot_id;
	struct chat_actor ada, ben; /* agents of one workspace */
	struct chat_actor chief;    /* its admin */
	struct chat_actor stranger; /* agent of another workspace */
	struct chat_actor visitor;  /* "visitor-1" */
	struct chat_conversation c; /* the visitor's, with a bot */
};

/* Empties the tables and makes the people; for CUnit's set-up of each test. */
void fixture_make(struct fixture *f);
void fixture_free(struct fixture *f);

/* Adds a user with the role to a workspace. */
struct chat_actor fixture_agent(
    struct fixture *f, struct id workspace_id, const char *name);
/* Another visitor's conversation; with_bot: the fixture's bot answers. */
struct chat_conversation fixture_open(
    struct fixture *f, const char *external_id, bool with_bot);

/* Sends text and returns the answer's code; sent_r may be NULL. */
enum err_code fixture_send(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, const char *text,
    const char *client_id, struct chat_sent *sent_r, struct err *err);
/* The same by the fixture's own connection; must work. */
struct chat_sent fixture_say(
    struct fixture *f, const struct chat_actor *actor, const char *text);

/* Messages of a conversation, and whether their seqs are 1, 2, 3 and so on up
 * to last_seq. */
size_t fixture_count(struct fixture *f, struct id conversation_id);
bool fixture_is_whole(struct fixture *f, struct id conversation_id);
/* Rows of notifications of this kind. */
size_t fixture_notified(struct fixture *f, const char *kind);
/* The payload of the newest notification. */
struct str fixture_payload(struct fixture *f);

/* due: a turn is due; muted: the bot is silent; session: of its state. */
struct fixture_bot {
	bool is_due;
	bool is_muted;
	bool has_state;
	struct id session_id;
	struct str variables;
};

struct fixture_bot fixture_bot(struct fixture *f, struct id conversation_id);

#define ASSERT_OK(code) CU_ASSERT_EQUAL(code, ERR_OK)
#define FATAL_OK(code)	CU_ASSERT_EQUAL_FATAL(code, ERR_OK)

#endif
