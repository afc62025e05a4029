/* outbox.c: requests that nobody waits for: stored with their cause */
/* SPDX-License-Identifier: MIT */
#include "bot/outbox.h"

#include "base/clock.h"
#include "base/json_in.h"
#include "base/json_out.h"
#include "base/log.h"
#include "base/seal.h"
#include "bot/call_request.h"
#include "bot/outside.h"
#include "db/db_outbox.h"

#define KIND	 "api_call"
#define LEASE_US INT64_C(90000000) /* longer than a request may take */
#define SECOND	 INT64_C(1000000)

/* Until the next try, after each that reached nobody. */
static const int64_t pauses_us[] = { 5 * SECOND, 60 * SECOND, 300 * SECOND,
	1800 * SECOND, 7200 * SECOND };

/* A row on its way: what is in its body, and who has it. */
struct job {
	struct pool *pool;
	struct id owner;
	struct db_outbox row;
	bool is_found;
	bool is_done; /* else it is tried again */
	struct call_origin from;
	struct call_request call;
};

/* ---------------------------------------------------------------- storing */

static const struct seal_key *key_of(const struct bot_env *env)
{
	static const struct seal_key none; /* tests run without a key file */

	return env->seal_key != NULL ? env->seal_key : &none;
}

static struct str put_body(
    struct pool *pool, const struct outside *o, const struct call_request *call)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_uuid(&j, "chatbot_id", o->chatbot_id);
	json_out_str(&j, "channel", o->channel);
	json_out_str(&j, "user_id", o->user_id);
	json_out_str(&j, "user_name", call->user_name);
	json_out_str(&j, "flow_name", o->flow_name);
	json_out_str(&j, "state", call->state);
	json_out_cstr(&j, "method", call->method);
	json_out_str(&j, "integration", call->integration);
	json_out_str(&j, "url", call->url);
	if (call->has_body)
		json_out_str(&j, "body", call->body);
	json_out_array(&j, "headers");
	for (size_t i = 0; i < call->n_headers; i++) {
		json_out_object(&j, NULL);
		json_out_str(&j, "name", call->headers[i].name);
		json_out_str(&j, "value", call->headers[i].value);
		json_out_end(&j);
	}
	json_out_end(&j);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

enum err_code outbox_add_in(struct db *db, struct pool *pool,
    const struct outside *o, const struct call_request *call, struct err *err)
{
	const struct db_outbox row = {
		.id = id_new(),
		.workspace_id = o->workspace_id,
		.conversation_id = o->conversation_id,
		.kind = STR(KIND),
		.body = seal_put(key_of(o->env), pool, put_body(pool, o, call)),
	};

	return db_outbox_add(db, &row, clock_now_us(), err);
}

/* ---------------------------------------------------------------- sending */

static enum err_code take(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;
	int64_t now = clock_now_us();

	return db_outbox_take(db, j->pool, j->owner, now, now + LEASE_US,
	    &j->row, &j->is_found, err);
}

static void read_headers(struct job *j, const struct json *v)
{
	struct http_header *headers =
	    pool_alloc(j->pool, (json_count(v) + 1) * sizeof(*headers));
	const struct json *item = NULL;

	while ((item = json_next(v, item)) != NULL)
		headers[j->call.n_headers++] =
		    (struct http_header){ json_str(json_get(item, "name")),
			    json_str(json_get(item, "value")) };
	j->call.headers = headers;
}

static enum err_code read_body(
    struct job *j, const struct bot_env *env, struct err *err)
{
	struct str text;
	const struct json *v;
	enum err_code code =
	    seal_open(key_of(env), j->pool, j->row.body, &text, err);

	if (code == ERR_OK)
		code = json_parse(j->pool, text, &v, err);
	if (code != ERR_OK)
		return code;
	j->from = (struct call_origin){
		.workspace_id = j->row.workspace_id,
		.channel = json_str(json_get(v, "channel")),
		.user_id = json_str(json_get(v, "user_id")),
		.flow_name = json_str(json_get(v, "flow_name")),
		.key = str_of(str_dup(j->pool, str_of(id_text(j->row.id)))),
		.timeout_ms = CALL_REQUEST_MS,
	};
	(void)id_parse(
	    json_str(json_get(v, "chatbot_id")), &j->from.chatbot_id);
	j->call = (struct call_request){
		.method = str_dup(j->pool, json_str(json_get(v, "method"))),
		.integration = json_str(json_get(v, "integration")),
		.url = json_str(json_get(v, "url")),
		.has_body = json_get(v, "body") != NULL,
		.body = json_str(json_get(v, "body")),
		.state = json_str(json_get(v, "state")),
		.user_name = json_str(json_get(v, "user_name")),
	};
	read_headers(j, json_get(v, "headers"));
	return ERR_OK;
}

/* What will not be otherwise next time. */
static bool is_final(enum err_code code)
{
	return code == ERR_OK || code == ERR_TOO_LARGE ||
	       code == ERR_BAD_REQUEST || code == ERR_NOT_FOUND;
}

static void send(struct db *db, struct job *j, const struct bot_env *env)
{
	struct call_response answer = { .status = 0 };
	struct err err = { .code = ERR_OK };
	enum err_code code = read_body(j, env, &err);

	if (code != ERR_OK) {
		j->is_done = true;
	} else {
		code = call_request_send(
		    db, j->pool, env, &j->from, &j->call, &answer, &err);
		j->is_done =
		    is_final(code) || j->row.tries > COUNT_OF(pauses_us);
	}
	if (code == ERR_OK)
		log_debug("outbox_sent id=%s status=%d", id_text(j->row.id),
		    answer.status);
	else if (j->is_done)
		log_warn("outbox_dropped id=%s ws=%s conversation=%s tries=%u "
			 "why=\"%s\"",
		    id_text(j->row.id), id_text(j->row.workspace_id),
		    id_text(j->row.conversation_id), j->row.tries, err.text);
	else
		log_info("outbox_put_off id=%s tries=%u why=\"%s\"",
		    id_text(j->row.id), j->row.tries, err.text);
}

enum err_code outbox_send_one(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err)
{
	struct job j = { .pool = pool, .owner = id_new() };
	enum err_code code = db_transact(db, take, &j, err);

	*did_r = code == ERR_OK && j.is_found;
	if (!*did_r)
		return code;
	send(db, &j, env);
	if (j.is_done)
		return db_outbox_del(db, &j.row, j.owner, err);
	return db_outbox_put_off(db, &j.row, j.owner,
	    clock_now_us() + pauses_us[j.row.tries - 1], err);
}
