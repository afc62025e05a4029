/* talk.h: a visitor's word and the bot's answer, by the widget API */
/* SPDX-License-Identifier: MIT */
#ifndef TALK_H
#define TALK_H

#include "bot/bot.h"
#include "bot/visitor_page.h"
#include "chat/chat.h"
#include "chat/widget_option.h"
#include "db/db_talk.h"
#include "req.h"
#include "resp.h"

#define TALK_SHOWN_MAX 16 /* messages whose pieces went out */

/* One call on its way. */
struct talk {
	struct req *req;
	struct resp *resp;
	const struct db_talk *of;
	struct widget_values options;
	struct str text; /* what the visitor says; empty: nothing */
	struct page page;
	struct bot_env env;
	bool is_streaming; /* the client reads along */
	bool is_typing;	   /* ... pieces of messages too */
	size_t n_shown;
	struct id shown[TALK_SHOWN_MAX];

	/* What came of it. */
	struct id message_id; /* of what was said; none: nothing was */
	struct chat_messages answer;
	bool is_with_agent; /* people have the floor */
};

void talk_init(struct talk *t, struct req *req, struct resp *resp,
    const struct db_talk *of);

enum { TALK_TEXT = 1, TALK_NEEDS_TEXT = 2, TALK_LIMITS = 4 };

/*
 * Reads the body: text, entities, functions, extensions, limits. What the
 * options of the widget do not allow is ERR_FORBIDDEN for a session token, what
 * nobody here can do ERR_BAD_REQUEST.
 */
MUST_CHECK enum err_code talk_read(
    struct talk *t, unsigned flags, struct err *err);
/* Stores text and has it answered; lines of the stream go out meanwhile. */
MUST_CHECK enum err_code talk_complete(struct talk *t, struct err *err);
/* The answer to what was said last. */
MUST_CHECK enum err_code talk_receive(struct talk *t, struct err *err);
/* {id, text, usage}, with_end: and how it ended; the last line of a stream. */
void talk_put_result(struct talk *t, bool with_end);

/* The message as the widget API has it. */
void talk_put_message(struct json_out *j, const struct chat_message *m);

#endif
