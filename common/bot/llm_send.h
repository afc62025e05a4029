/* llm_send.h: one request to a model's server, tried again when that helps */
/* SPDX-License-Identifier: MIT */
#ifndef LLM_SEND_H
#define LLM_SEND_H

#include "bot/llm.h"
#include "net/http.h"

#define LLM_RETRIES	2     /* besides the first try */
#define LLM_WAIT_MS	500   /* before the first of them; doubled */
#define LLM_WAIT_MAX_MS 60000 /* whatever a server asks for */

/* Where a workspace's models are. */
struct llm_endpoint {
	const struct settings *settings;
	const struct llm_dialect *dialect;
	struct str base_url;   /* no slash at its end */
	struct str key;	       /* empty: none is sent */
	struct str key_header; /* empty: as the dialect has it */
	size_t n_headers;
	const struct http_header *headers;
	int64_t timeout_ms; /* of one try */
};

/* Who waits for it. */
struct llm_watch {
	int64_t until_us;	 /* wall time; nothing lasts longer */
	bool (*tick)(void *arg); /* as in http_request; may be NULL */
	void *arg;
	llm_text_fn *on_text; /* NULL: nobody looks */
	void *text_arg;
};

/* What tries may have cost that brought no answer: the model was asked, and
 * nothing, or not all, came back. A server that refuses asks for nothing. */
struct llm_spent {
	unsigned tries;
	int64_t tokens_in;
	int64_t tokens_out;
};

/*
 * ERR_TOO_LARGE: more was said than the model can read. All else that fails is
 * ERR_TIMEOUT, ERR_BAD_GATEWAY, ERR_RATE_LIMITED (429), ERR_UNAUTHORIZED (401,
 * 403), ERR_NOT_FOUND (404) or ERR_BAD_REQUEST (the address is refused, or the
 * server says that the request is wrong); the key is in no sentence. name: for
 * Idempotency-Key, may be NULL. Not tried again once on_text got something.
 * spent: is added to, whatever comes of it; may be NULL.
 */
MUST_CHECK enum err_code llm_send(struct pool *pool,
    const struct llm_endpoint *to, const struct llm_request *in,
    const char *name, const struct llm_watch *watch,
    struct llm_answer *answer_r, struct llm_spent *spent, struct err *err);

/*
 * Milliseconds to wait before the next try; -1: another would not help. r: the
 * answer, status 0: there was none. tries: so far. random: 0 to 1.
 */
int64_t llm_retry_ms(const struct http_response *r, struct llm_fault fault,
    unsigned tries, int64_t now_s, double random);
/* Whether a server says that too much was said. */
bool llm_is_too_long(int status, struct llm_fault fault);

#endif
