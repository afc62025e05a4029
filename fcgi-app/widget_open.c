/* widget_open.c: a visitor opens the chat */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "base/valid.h"
#include "bot_turn.h"
#include "chat/chat.h"
#include "chat/site.h"
#include "handlers.h"
#include "whence.h"
#include "widget_identity.h"

#define TOKEN_MAX 128
#define URL_MAX	  2000

struct opening {
	struct str embed_token;
	struct id widget_id;	/* instead of the token */
	struct str page_origin; /* as our frame has it from its browser */
	struct widget_identity who;
	struct str customer_name;
	struct str page_url;
};

static enum err_code read_body(
    struct req *req, struct opening *in, struct err *err)
{
	const struct json *body;
	struct json_fields f;
	enum err_code code;

	code = req_json(req, &body, err);
	if (code)
		return code;
	json_fields_init(&f, body);
	in->embed_token = json_fields_str(&f, "embed_token", 0, TOKEN_MAX);
	json_fields_id(&f, "widget_id", !in->embed_token.n, in->widget_id.b);
	in->page_origin = json_fields_str(&f, "page_origin", 0, URL_MAX);
	in->customer_name =
	    json_fields_str(&f, "customer_name", 0, CHAT_NAME_MAX);
	in->page_url = json_fields_str(&f, "page_url", 0, URL_MAX);
	widget_identity_read(&f, &in->who);
	code = json_fields_end(&f, err);
	if (!code)
		code = widget_identity_check(req->pool, &in->who, err);
	if (code)
		return code;
	if (!valid_text(in->customer_name, false) ||
	    !valid_text(in->page_url, false))
		return err_set(err, ERR_BAD_REQUEST,
		    "customer_name and page_url: no control characters.");
	return ERR_OK;
}

static struct str attributes_of(struct req *req, const struct opening *in)
{
	struct json_out j;
	struct str text;
	struct buf b;

	if (!in->page_url.n)
		return STR_EMPTY;
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "page_url", in->page_url);
	json_out_end(&j);
	text = str_copy(req->pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* The visitor is let in whatever becomes of the greeting: a sweep of the
 * daemon runs the turn later. */
static void greet(struct req *req, const struct chat_conversation *c)
{
	if (!id_is_none(c->chatbot_id) &&
	    id_is_none(c->session.assigned_agent_id))
		bot_turn_run(req, c->id);
}

static void put_settings(
    struct req *req, struct json_out *j, const struct integration *site)
{
	struct widget_values values;

	site_values(req->pool, site, &values);
	json_out_object(j, "settings");
	widget_put_values(j, &values, WIDGET_PUBLIC);
	json_out_end(j);
}

/* What a visitor who comes back is shown. */
struct opened {
	struct chat_conversation conversation;
	struct chat_messages messages;
	struct chat_agents agents;
};

static enum err_code read_history(
    struct req *req, struct str external_id, struct opened *o, struct err *err)
{
	const struct chat_actor actor = {
		.kind = CHAT_END_USER,
		.external_id = external_id,
	};
	struct id id = o->conversation.id;
	enum err_code code = chat_history_last(req->db, req->pool, &actor, id,
	    CHAT_WIDGET_HISTORY, 0, &o->messages, err);
	size_t n = o->messages.n;

	if (!code)
		code = chat_durable(
		    req->db, ID_NONE, chat_newest(&o->messages), err);
	if (code || !n)
		return code;
	return chat_history_agents(req->db, req->pool, &actor, id,
	    o->messages.items[0].seq - 1, o->messages.items[n - 1].seq,
	    &o->agents, err);
}

static void put_answer(struct req *req, struct resp *resp,
    const struct integration *site, const struct opened *o)
{
	const struct chat_conversation *c = &o->conversation;
	const struct chat_messages *messages = &o->messages;
	struct json_out *j = resp_json(resp);

	json_out_object(j, NULL);
	json_out_uuid(j, "conversation_id", c->id);
	json_out_str(j, "external_id", c->external_id);
	json_out_uuid(j, "organization_id", c->workspace_id);
	/* Of the list itself: a message stored between the two reads must be
	 * asked for again, not passed over. */
	json_out_u64(j, "last_seq",
	    messages->n ? messages->items[messages->n - 1].seq : 0);
	chat_put_messages(j, "messages", messages, true);
	if (c->agent_name.n) {
		json_out_object(j, "agent");
		json_out_str(j, "display_name", c->agent_name);
		json_out_end(j);
	} else {
		json_out_null(j, "agent");
	}
	chat_put_agents(j, "agents", &o->agents);
	chat_put_receipt(j, "receipts", &c->agent_receipt);
	put_settings(req, j, site);
	json_out_end(j);
}

/* A text of the settings, which are JSON. */
static struct str text_of(struct req *req, struct str json)
{
	const struct json *v;
	struct err ignored;

	if (json_parse(req->pool, json, &v, &ignored) != ERR_OK)
		return STR_EMPTY;
	return json_str(v);
}

static enum err_code open_chat(struct req *req, const struct opening *in,
    const struct integration *site, struct chat_conversation *c,
    struct err *err)
{
	struct widget_values values;
	struct chat_open open = {
		.workspace_id = site->workspace_id,
		.integration_id = site->id,
		.chatbot_id = site->chatbot_id,
		.display_name = str_trim(in->customer_name),
		.attributes = attributes_of(req, in),
	};
	enum err_code code;

	site_values(req->pool, site, &values);
	open.initial = text_of(req, widget_value(&values, "initial"));
	open.is_quiet = !widget_value_is_true(&values, "start_first");
	code = widget_identity_prove(req, &in->who, site,
	    widget_value_is_true(&values, "identity_verification"), &open, err);
	if (!code)
		code = chat_open(req->db, req->pool, &open, c, err);
	if (code)
		return code;
	greet(req, c);
	return ERR_OK;
}

/* What is told before the visitor has said something is told again by then. */
static enum err_code keep_details(struct req *req, const struct opening *in,
    const struct chat_conversation *c, struct err *err)
{
	const struct chat_actor actor = {
		.kind = CHAT_END_USER,
		.external_id = c->external_id,
	};
	bool is_kept;

	if (!in->who.details)
		return ERR_OK;
	return chat_tell_details(
	    req->db, req->pool, &actor, c->id, in->who.details, &is_kept, err);
}

/* The widget, when the page may have it. */
static enum err_code find_site(struct req *req, const struct opening *in,
    struct integration *site_r, struct err *err)
{
	enum err_code code = in->embed_token.n
				 ? site_by_token(req->db, req->pool,
				       in->embed_token, site_r, err)
				 : site_by_widget(req->db, req->pool,
				       in->widget_id, site_r, err);

	if (!code)
		code = whence_check_listed(
		    req, site_r->allowed_origins, false, err);
	if (!code && in->page_origin.n)
		code = whence_check_page(
		    req, site_r->allowed_origins, in->page_origin, err);
	return code;
}

enum err_code widget_open(struct req *req, struct resp *resp, struct err *err)
{
	struct opened opened = { 0 };
	struct integration site = { 0 };
	struct opening in = { 0 };
	enum err_code code;

	code = read_body(req, &in, err);
	if (!code)
		code = find_site(req, &in, &site, err);
	if (!code)
		code = open_chat(req, &in, &site, &opened.conversation, err);
	if (!code)
		code = keep_details(req, &in, &opened.conversation, err);
	if (!code)
		code = read_history(
		    req, opened.conversation.external_id, &opened, err);
	if (code)
		return code;
	put_answer(req, resp, &site, &opened);
	return ERR_OK;
}
