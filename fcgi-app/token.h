/* token.h: session tokens: a visitor's way to one conversation, for a while */
/* SPDX-License-Identifier: MIT */
#ifndef TOKEN_H
#define TOKEN_H

#include "db/db_talk.h"
#include "req.h"

/* Seconds that may be asked for, and what is given when nobody asks. */
#define TOKEN_S_MIN 1800
#define TOKEN_S_MAX 86400
#define TOKEN_S	    3600

struct token {
	struct str text;
	int64_t expires_at; /* milliseconds */
};

/*
 * A JWT (HS256) for that conversation of the workspace: kid names the workspace,
 * whose key is derived from the installation's.
 */
MUST_CHECK enum err_code token_make(const struct req *req,
    struct id workspace_id, struct id conversation_id, int64_t seconds,
    struct token *token_r, struct err *err);

/*
 * Who asks on a route of WHO_TALK: with an API key (key.h), or with a session
 * token: then req->is_token, and req->key has the workspace, and the
 * conversation for its id. ERR_UNAUTHORIZED; ERR_FORBIDDEN for a token without
 * may_token, and for one of another conversation than the :conversationId of
 * the path. Asks nobody about tokens.
 */
MUST_CHECK enum err_code token_find(
    struct req *req, bool may_token, struct err *err);
/*
 * Then, when the request is found good: req->talk is the conversation of the
 * path, else that of the token; NULL for a key on a path without one.
 * ERR_NOT_FOUND when the key's workspace has none; for a token ERR_UNAUTHORIZED
 * when its widget is gone or switched off, ERR_FORBIDDEN when the page that asks
 * may not embed it.
 */
MUST_CHECK enum err_code token_talk(struct req *req, struct err *err);

#endif
