/* widget_identity.h: who opens a chat: what the page says and what proves it */
/* SPDX-License-Identifier: MIT */
#ifndef WIDGET_IDENTITY_H
#define WIDGET_IDENTITY_H

#include "base/json_in.h"
#include "chat/chat.h"
#include "chat/site.h"
#include "req.h"

struct widget_identity {
	struct str session_id;
	struct str user_hash;	    /* proves the session_id */
	const struct json *claim;   /* identity: {user, hash or jwt}, or NULL */
	const struct json *details; /* contact_details, or NULL */
	struct str user;	    /* of the claim */
	struct str user_key;	    /* the same, made uniform */
	struct str hash;
	struct str jwt;
};

/* session_id, user_hash, identity and contact_details of a body. */
void widget_identity_read(struct json_fields *f, struct widget_identity *who);
/* ERR_BAD_REQUEST for what cannot be anybody. */
MUST_CHECK enum err_code widget_identity_check(
    struct pool *pool, struct widget_identity *who, struct err *err);
/*
 * Sets who opens. must_prove: of users the proof is wanted, and of session ids
 * that are no visitor's own; ERR_FORBIDDEN without it. An id that the page has
 * thrown for itself then gives way to one that this server signs.
 */
MUST_CHECK enum err_code widget_identity_prove(struct req *req,
    const struct widget_identity *who, const struct integration *site,
    bool must_prove, struct chat_open *open, struct err *err);

#endif
