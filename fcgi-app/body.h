/* body.h: members that the bodies of several routes have in common */
/* SPDX-License-Identifier: MIT */
#ifndef BODY_H
#define BODY_H

#include "base/json_in.h"
#include "chat/chat.h"
#include "req.h"

/* Who speaks in a request of the widget, and where. */
struct body_visitor {
	struct chat_actor actor;
	struct id conversation_id;
};

/*
 * Starts the reader of a body. ERR_BAD_REQUEST when it is no object; the
 * members' faults come with json_fields_end.
 */
MUST_CHECK enum err_code body_fields(
    struct req *req, struct json_fields *f, struct err *err);
/*
 * The same for the widget: conversation_id and external_id, both required. The
 * page that asks must be ours or in the allow-list of the conversation's
 * widget, else ERR_FORBIDDEN.
 */
MUST_CHECK enum err_code body_visitor(struct req *req, struct json_fields *f,
    struct body_visitor *visitor_r, struct err *err);

/* The last sentence alone. */
MUST_CHECK enum err_code body_check_origin(
    struct req *req, struct id conversation_id, struct err *err);

/* content, content_type (text), rich_media, client_id; ends the reader. */
MUST_CHECK enum err_code body_message(struct req *req, struct json_fields *f,
    struct chat_send *in, struct err *err);
/* message_ids: 1 to CHAT_IDS_MAX; ends the reader. */
MUST_CHECK enum err_code body_ids(struct json_fields *f,
    struct id ids[CHAT_IDS_MAX], size_t *n_r, struct err *err);
/* seq; ends the reader. */
MUST_CHECK enum err_code body_seq(
    struct json_fields *f, uint64_t *seq_r, struct err *err);

#endif
