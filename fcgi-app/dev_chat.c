/* dev_chat.c: the Chat API: a program talks to a bot in the visitor's place */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "bot/bot.h"
#include "bot/flow.h"
#include "bot/generic.h"
#include "bot/vars.h"
#include "chat/chat.h"
#include "db/db_bot_state.h"
#include "db/db_chat_session.h"
#include "db/db_message.h"
#include "bot_turn.h"
#include "dev_fields.h"
#include "finish.h"
#include "handlers.h"
#include "once.h"

#define USER_ID_MAX   200 /* characters */
#define USER_ID_BYTES (CHAT_EXTERNAL_ID_MAX - ID_ULID_SIZE)
#define VARIABLES_MAX 32768 /* bytes of JSON */
#define BUTTON_ID_MAX 1000  /* characters; as of a button's value */
#define SECOND_US     INT64_C(1000000)

/* What an answer tells. */
struct answer {
	struct id session_id;
	const struct chat_message *items;
	size_t n;
	struct str state;
	int64_t at;
};

static int64_t idle_us(const struct req *req)
{
	return settings_int(&req->app->settings->chat_session_s) * SECOND_US;
}

/* The sentences of this API's page have no full stop. */
static enum err_code bot_id(struct req *req, struct id *id_r, struct err *err)
{
	if (id_parse(req_param(req, "chatbot_id"), id_r))
		return ERR_OK;
	return err_set(err, ERR_NOT_FOUND, "Chatbot not found");
}

/* Resolved, or ended by silence, whether that was written down or not. */
static bool is_over(struct req *req, const struct db_chat_target *target)
{
	return target->is_closed ||
	       (target->has_session && !target->is_with_people &&
		   target->updated_at + idle_us(req) <= clock_now_us());
}

/* Whether the bot can be talked to at all. */
static enum err_code find_target(struct req *req, struct id bot,
    struct id session, struct db_chat_target *target, struct err *err)
{
	enum err_code code = db_chat_session_get_target(req->db, req->pool,
	    req->key.workspace_id, bot, session, target, err);

	if (code)
		return code;
	if (!target->has_bot)
		return err_set(err, ERR_NOT_FOUND, "Chatbot not found");
	if (!id_is_none(session) && !target->has_session)
		return err_set(err, ERR_NOT_FOUND, "Chat session not found");
	/* chat_send says so, unless it has the message already. */
	if (is_over(req, target))
		return ERR_OK;
	if (!target->is_active)
		return err_set(err, ERR_FORBIDDEN, "Chatbot is inactive.");
	/* People need no flow to answer. */
	if (!target->has_flow && !target->is_with_people)
		return err_set(err, ERR_BAD_REQUEST,
		    "No published flow found for this chatbot");
	return ERR_OK;
}

/* ------------------------------------------------------------------ turns */

static struct bot_env env_of(const struct req *req, bool is_brief)
{
	return (struct bot_env){ .settings = req->app->settings,
		.seal_key = req->app->seal_key,
		.is_brief = is_brief };
}

/* A turn that has not come to its end at once. */
static enum err_code finish_turn(struct req *req, struct id id, uint64_t seq,
    bool is_left, struct str *state_r, struct err *err)
{
	const struct bot_env env = env_of(req, false);

	return finish_run(req, &(const struct finish){ &env, id, seq, is_left },
	    state_r, err);
}

/* The greeting. */
static enum err_code greet(struct req *req, struct id id, struct err *err)
{
	const struct bot_env env = env_of(req, true);
	struct bot_turn turn;
	struct str state;
	enum err_code code = bot_run_turn(
	    req->db, req->pool, &env, id, id_new(), ID_NONE, &turn, err);

	if (code)
		return finish_failed(id, code, err);
	if (turn.is_done && !turn.is_due)
		return ERR_OK;
	return finish_turn(req, id, 0, turn.is_due, &state, err);
}

static enum err_code read_answer(
    struct req *req, uint64_t seq, struct answer *a, struct err *err)
{
	struct chat_messages list;
	enum err_code code = bot_find_answer(req->db, req->pool,
	    req->key.workspace_id, a->session_id, seq, &list, err);

	if (code)
		return code;
	a->items = list.items;
	a->n = list.n;
	/* The others' may be in no file yet. */
	return seq ? chat_durable(req->db, ID_NONE, chat_newest(&list), err)
		   : ERR_OK;
}

static void put_messages(
    struct json_out *j, struct pool *pool, const struct answer *a)
{
	size_t i;

	json_out_array(j, "messages");
	for (i = 0; i < a->n; i++)
		generic_put(j, NULL, pool, &a->items[i]);
	json_out_end(j);
}

/* --------------------------------------------------------------- sessions */

enum { USER_ID, CONTACT_NAME, VARIABLES, SESSION__MAX };

static const struct dev_field session_fields[SESSION__MAX] = {
	[USER_ID] = { "user_id", DEV_NAME, DEV_NULL, 0, USER_ID_MAX, NULL },
	[CONTACT_NAME] = { "contact_name", DEV_NAME, DEV_NULL, 0, CHAT_NAME_MAX,
	    NULL },
	[VARIABLES] = { "variables", DEV_OBJECT, DEV_NULL, 0, VARIABLES_MAX,
	    NULL },
};

static enum err_code read_session(
    struct req *req, struct resp *resp, struct chat_open *in, struct err *err)
{
	struct dev_value v[SESSION__MAX];
	char ulid[ID_ULID_SIZE];
	struct dev_faults f;
	struct vars vars;
	enum err_code code =
	    dev_body(req, resp, session_fields, SESSION__MAX, v, err);

	if (code)
		return code;
	dev_faults_init(&f);
	if (v[USER_ID].text.n > USER_ID_BYTES)
		dev_fault(&f, "body", "user_id", "string_too_long",
		    "String should have at most %d bytes", USER_ID_BYTES);
	code = dev_faults_end(&f, req, resp, err);
	if (code)
		return code;
	in->external_id = str_of(pool_printf(req->pool, "%s:%.*s",
	    id_ulid(id_new(), ulid), STR_ARG(v[USER_ID].text)));
	in->display_name = v[CONTACT_NAME].text;
	if (!v[VARIABLES].text.n)
		return ERR_OK;
	vars_parse(req->pool, v[VARIABLES].text, &vars);
	/* the engine's own */
	(void)vars_take(&vars, STR(FLOW_MARK));
	in->variables = vars_text(req->pool, &vars);
	return ERR_OK;
}

struct opening {
	struct req *req;
	const struct chat_open *in;
};

static enum err_code open_in(
    struct db *db, void *arg, struct str *kept_r, struct err *err)
{
	const struct opening *o = arg;
	struct chat_conversation c;
	char ulid[ID_ULID_SIZE];
	enum err_code code = chat_open(db, o->req->pool, o->in, &c, err);

	if (!code)
		*kept_r = str_copy(o->req->pool, str_of(id_ulid(c.id, ulid)));
	return code;
}

/* A new session, or that of an earlier request with the key. */
static enum err_code open_session(struct req *req, struct resp *resp,
    struct chat_open *in, struct id *id_r, struct err *err)
{
	struct opening o = { req, in };
	struct str kept;
	enum err_code code = db_chat_session_get_integration(req->db, req->pool,
	    in->workspace_id, in->chatbot_id, &in->integration_id, err);

	if (!code)
		code = once_store(req, resp, open_in, &o, &kept, err);
	if (!code && !id_parse(kept, id_r))
		code = err_set(err, ERR_INTERNAL, "What was kept is no id.");
	return code;
}

enum err_code dev_chat_open(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_open in = { .workspace_id = req->key.workspace_id,
		.idle_us = idle_us(req) };
	struct answer a = { .session_id = ID_NONE };
	struct db_chat_target target;
	struct json_out *j;
	enum err_code code = bot_id(req, &in.chatbot_id, err);

	if (!code)
		code = read_session(req, resp, &in, err);
	if (!code)
		code = find_target(req, in.chatbot_id, ID_NONE, &target, err);
	if (!code)
		code = open_session(req, resp, &in, &a.session_id, err);
	if (!code)
		code = greet(req, a.session_id, err);
	if (!code)
		code = read_answer(req, 0, &a, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_ulid(j, "session_id", a.session_id);
	json_out_cstr(j, "channel", "api");
	json_out_time_s(j, "created_at", id_ms(a.session_id) * 1000);
	put_messages(j, req->pool, &a);
	json_out_end(j);
	resp->status = 201;
	return ERR_OK;
}

/* --------------------------------------------------------------- messages */

static const char *const message_types[] = { "text", "button", NULL };

enum { MESSAGE, MESSAGE_TYPE, BUTTON_ID, MESSAGE__MAX };

static const struct dev_field message_fields[MESSAGE__MAX] = {
	[MESSAGE] = { "message", DEV_TEXT, DEV_REQUIRED, 1, CHAT_CONTENT_MAX,
	    NULL },
	[MESSAGE_TYPE] = { "message_type", DEV_CHOICE, 0, 0, 0, message_types },
	[BUTTON_ID] = { "button_id", DEV_NAME, DEV_NULL, 0, BUTTON_ID_MAX,
	    NULL },
};

/* A click is a text with the button's value, as the widget sends it. */
static struct str click_of(struct pool *pool, struct str button_id)
{
	struct json_out j;
	struct str text;
	struct buf b;

	if (!button_id.n)
		return STR_EMPTY;
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "value", button_id);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static enum err_code read_message(
    struct req *req, struct resp *resp, struct chat_send *in, struct err *err)
{
	struct dev_value v[MESSAGE__MAX];
	struct dev_faults f;
	enum err_code code =
	    dev_body(req, resp, message_fields, MESSAGE__MAX, v, err);

	if (code)
		return code;
	dev_faults_init(&f);
	if (!str_trim(v[MESSAGE].text).n)
		dev_fault(&f, "body", "message", "string_too_short",
		    "String should have more than blanks");
	code = dev_faults_end(&f, req, resp, err);
	if (code)
		return code;
	in->content_type = CHAT_TEXT;
	in->content = v[MESSAGE].text;
	in->rich_media = click_of(req->pool, v[BUTTON_ID].text);
	return once_client_id(req, resp, &in->client_id, err);
}

/* The message that has the key already must be the same one. */
static enum err_code check_same(struct resp *resp, const struct chat_send *in,
    const struct chat_sent *sent, struct err *err)
{
	if (!sent->is_duplicate)
		return ERR_OK;
	if (!str_eq(sent->message.content, in->content) ||
	    !str_eq(sent->message.rich_media, in->rich_media))
		return once_other(err);
	once_replayed(resp);
	return ERR_OK;
}

static enum err_code ask(struct req *req, struct id bot,
    const struct chat_actor *actor, const struct chat_send *in,
    struct chat_sent *sent, struct bot_turn *turn, struct err *err)
{
	const struct bot_env env = env_of(req, true);
	enum err_code code = bot_answer(req->db, req->pool, &env, actor, in,
	    id_new(), ID_NONE, sent, turn, err);
	struct err later = { 0 };
	bool did;

	if (code == ERR_GONE &&
	    chat_expire(req->db, req->pool, req->key.workspace_id, bot,
		in->idle_us, &did, &later))
		log_warn("chat_expire error=%s", later.text);
	if (code && !id_is_none(sent->message.id))
		return finish_failed(in->conversation_id, code, err);
	return code;
}

/*
 * Most often all that must be known is read with the message's place. Who is
 * refused then is asked about, and told in the words of this API; so is a
 * message that is there already, for a bot that does not run any more. One that
 * nobody would answer but people is said in the user's own name.
 */
static enum err_code say(struct req *req, struct id bot, struct chat_send *in,
    struct chat_sent *sent, struct bot_turn *turn, struct err *err)
{
	struct chat_actor actor = { .kind = CHAT_END_USER,
		.workspace_id = req->key.workspace_id,
		.chatbot_id = bot };
	struct db_chat_target target;
	enum err_code code = ask(req, bot, &actor, in, sent, turn, err), why;
	bool is_refused = code == ERR_NOT_FOUND || code == ERR_FORBIDDEN;

	if (!is_refused && (code || !sent->is_duplicate))
		return code;
	why = find_target(req, bot, in->conversation_id, &target, err);
	if (why || !is_refused)
		return why;
	actor = (struct chat_actor){ .kind = CHAT_END_USER,
		.external_id = target.external_id };
	return ask(req, bot, &actor, in, sent, turn, err);
}

/* What answers the message, now that it is stored. */
static enum err_code get_answer(struct req *req, const struct chat_sent *sent,
    const struct bot_turn *turn, struct answer *a, struct err *err)
{
	uint64_t seq = sent->message.seq;
	enum err_code code;

	a->items = turn->messages.items;
	a->n = turn->messages.n;
	a->state = turn->state;
	if (turn->is_done && !turn->is_due)
		return ERR_OK;
	code = finish_turn(req, a->session_id, seq,
	    turn->is_due && !turn->is_done, &a->state, err);
	if (code)
		return code;
	/* What others have asked meanwhile, and what nobody answers so far. */
	bot_turn_run(req, a->session_id);
	return read_answer(req, seq, a, err);
}

static void put_answer(
    struct req *req, struct resp *resp, const struct answer *a)
{
	struct json_out *j = resp_json(resp);

	json_out_object(j, NULL);
	json_out_ulid(j, "session_id", a->session_id);
	put_messages(j, req->pool, a);
	json_out_u64(j, "messages_count", a->n);
	json_out_str_or_null(j, "current_state", a->state);
	json_out_time_s(j, "timestamp", a->at);
	json_out_end(j);
}

enum err_code dev_chat_send(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_send in = { .idle_us = idle_us(req) };
	struct answer a = { .n = 0 };
	struct chat_sent sent;
	struct bot_turn turn;
	struct id bot;
	enum err_code code = bot_id(req, &bot, err);

	if (!code && !id_parse(req_param(req, "session_id"), &a.session_id))
		code = err_set(err, ERR_NOT_FOUND, "Chat session not found");
	if (!code)
		code = read_message(req, resp, &in, err);
	in.conversation_id = a.session_id;
	if (!code)
		code = say(req, bot, &in, &sent, &turn, err);
	if (!code)
		code = check_same(resp, &in, &sent, err);
	if (!code)
		code = get_answer(req, &sent, &turn, &a, err);
	if (code)
		return code;
	a.at = a.n ? a.items[a.n - 1].created_at : sent.message.created_at;
	put_answer(req, resp, &a);
	return ERR_OK;
}
