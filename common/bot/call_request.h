/* call_request.h: sends the request of an API_CALL on behalf of a bot */
/* SPDX-License-Identifier: MIT */
#ifndef CALL_REQUEST_H
#define CALL_REQUEST_H

#include "bot/action_api_call.h"
#include "bot/bot.h"

#define CALL_REQUEST_MS 30000

/* Who calls, in whose talk. Texts may be empty. */
struct call_origin {
	struct id workspace_id;
	struct id chatbot_id;
	struct str channel;
	struct str user_id;
	struct str flow_name;
	struct str key; /* Idempotency-Key */
	int64_t timeout_ms;
	bool (*tick)(void *arg); /* as http_request's */
	void *arg;
};

/*
 * Any status is ERR_OK. ERR_NOT_FOUND: the bot has no such integration;
 * ERR_BAD_REQUEST: it must not be sent so; others as http_send. No transaction
 * is open.
 */
MUST_CHECK enum err_code call_request_send(struct db *db, struct pool *pool,
    const struct bot_env *env, const struct call_origin *from,
    const struct call_request *in, struct call_response *out_r,
    struct err *err);

/* For tests: the base URL with the path behind it. */
struct str call_request_url(
    struct pool *pool, struct str base_url, struct str path);

#endif
