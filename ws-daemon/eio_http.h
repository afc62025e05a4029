/* eio_http.h: the query and the fixed answers of Engine.IO; pure */
/* SPDX-License-Identifier: MIT */
#ifndef EIO_HTTP_H
#define EIO_HTTP_H

#include "eio.h"
#include "wire.h"

/* What the query says; slices of it. An empty sid counts as absent. */
struct eio_query {
	struct str transport;
	struct str sid;
	struct str version; /* EIO */
	bool wants_base64;  /* b64=1 */
};

void eio_query_parse(struct str query, struct eio_query *q_r);

/* Answers of the handshake, by the code in their body. */
enum eio_refusal {
	EIO_BAD_TRANSPORT,
	EIO_BAD_SID,
	EIO_BAD_METHOD,
	EIO_BAD_REQUEST,
	EIO_FORBIDDEN, /* 403 with a text of the program's */
	EIO_BAD_VERSION,
	EIO_ACCEPTED
};

/* What is known of the session that the sid names. */
struct eio_known {
	bool exists;
	bool is_websocket;
};

/* All but the program's own check, in the order of the reference; says
 * EIO_ACCEPTED when nothing stands against the request. */
enum eio_refusal eio_check(const struct wire_request *r,
    const struct eio_query *q, struct eio_known known);
/* The last check of a handshake: Node has it behind the program's. */
enum eio_refusal eio_check_version(const struct eio_query *q);

/* The words of a refusal; text as below. */
const char *eio_refusal_text(enum eio_refusal refusal, const char *text);
/* For the metrics, once per refusal. */
void eio_refusal_count(enum eio_refusal refusal);
/* Status and JSON body of a refusal; text is only for EIO_FORBIDDEN. */
void eio_refusal_put(struct buf *b, enum eio_refusal refusal, const char *text,
    struct wire_answer *a_r);

/* The CORS lines that the setting gives an answer to this request; none
 * without the setting. */
void eio_cors_put(
    struct buf *b, const struct eio_conf *conf, struct str origin);
/* Those that a preflight gets in addition. */
void eio_preflight_put(struct buf *b, struct str requested_headers);

#endif
