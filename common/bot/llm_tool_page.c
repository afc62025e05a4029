/* llm_tool_page.c: functions that run in the visitor's page, as tools */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_tool_page.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rnd.h"
#include "chat/channel.h"
#include "chat/widget_option.h"
#include "db/db_channel.h"

#define CHANNEL_BYTES 18 /* random ones of a name that we make */
#define PAUSE_MIN_MS  10 /* between looks at a channel */
#define PAUSE_MAX_MS  200

static size_t open_kept(struct pool *pool, const struct llm_tools_in *in,
    const struct page_function **functions_r)
{
	const struct outside *o = in->o;
	struct db_channel_page page;
	struct widget_values values;
	const struct json *list;
	struct err err = { .code = ERR_OK };
	size_t n = 0;

	if (db_channel_get_page(o->db, pool, o->workspace_id,
		o->conversation_id, o->session_id, &page, &err) != ERR_OK) {
		log_warn("page_functions conversation=%s error=%s",
		    id_text(o->conversation_id), err.text);
		return 0;
	}
	if (page.functions.n == 0)
		return 0;
	widget_values(pool, page.settings, page.blueprint, &values);
	if (!widget_value_is_true(&values, "tools") ||
	    json_parse(pool, page.functions, &list, NULL) != ERR_OK ||
	    page_read_functions(pool, list, functions_r, &n, NULL) != ERR_OK)
		return 0;
	return n;
}

size_t llm_page_open(struct pool *pool, const struct llm_tools_in *in,
    const struct page_function **functions_r)
{
	const struct page *page = in->o->env->page;

	if (page == NULL)
		return open_kept(pool, in, functions_r);
	*functions_r = page->functions;
	return page->n;
}

struct llm_tool llm_page_tool(const struct page_function *f)
{
	return (struct llm_tool){ .name = f->name,
		.description = f->description,
		.parameters = f->parameters };
}

/* ------------------------------------------------------------------ asking */

struct asked {
	const struct llm_tools_in *in;
	struct pool *pool;
	struct page_call call;
	uint64_t after; /* what is in the channel already answers others */
};

/* The visitor's socket is told, wherever it is. */
static enum err_code tell_socket(const struct asked *a, struct err *err)
{
	struct outside *o = a->in->o;
	struct json_out j;
	struct buf b;
	enum err_code code;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_uuid(&j, "conversation_id", o->conversation_id);
	json_out_str(&j, "channel", a->call.channel);
	json_out_object(&j, "function");
	json_out_str(&j, "name", a->call.name);
	json_out_json(&j, "args", a->call.arguments);
	json_out_end(&j);
	json_out_end(&j);
	code = channel_call(
	    o->db, o->workspace_id, o->conversation_id, buf_str(&b), err);
	buf_fini(&b);
	return code;
}

static bool is_gone(const struct page *page)
{
	return page != NULL && page->is_gone != NULL && page->is_gone(page);
}

static enum err_code wait_for(
    const struct asked *a, struct str *message_r, struct err *err)
{
	struct outside *o = a->in->o;
	int64_t until = MIN_OF(
	    a->in->until_us, clock_now_us() + PAGE_WAIT_S * INT64_C(1000000));
	unsigned pause_ms = PAUSE_MIN_MS;
	uint64_t id = 0;
	enum err_code code = ERR_OK;

	while (code == ERR_OK && id == 0) {
		code = db_channel_get_after(o->db, a->pool, o->workspace_id,
		    a->call.channel, a->after, &id, message_r, err);
		if (code != ERR_OK || id != 0)
			break;
		if (is_gone(o->env->page) || clock_now_us() > until ||
		    !o->tick(o))
			return err_set(err, ERR_TIMEOUT,
			    "The visitor's page did not answer.");
		usleep(pause_ms * 1000);
		pause_ms = MIN_OF(pause_ms * 2, PAUSE_MAX_MS);
	}
	return code;
}

/* {"result"}, {"error"} or {"abort": true}. */
static enum err_code read_message(const struct asked *a, struct str text,
    struct llm_result *result_r, struct err *err)
{
	struct page *page = a->in->o->env->page;
	const struct json *v, *error, *result;
	enum err_code code = json_parse(a->pool, text, &v, err);

	if (code != ERR_OK)
		return code;
	if (json_bool(json_get(v, "abort"), false)) {
		if (page != NULL)
			page->aborted = a->call.name;
		return err_set(
		    err, ERR_GONE, "The visitor's page has ended this.");
	}
	error = json_get(v, "error");
	result = error != NULL ? error : json_get(v, "result");
	*result_r = (struct llm_result){
		.is_error = error != NULL,
		.text = json_type(result) == JSON_STRING
			    ? json_str(result)
			    : json_text(a->pool, result),
	};
	if (result_r->text.n == 0)
		result_r->text = STR("null");
	return ERR_OK;
}

static enum err_code ask(
    const struct asked *a, struct llm_result *result_r, struct err *err)
{
	struct page *page = a->in->o->env->page;
	struct str message = STR_EMPTY;
	enum err_code code = ERR_OK;

	if (page != NULL)
		page->on_call(page, &a->call);
	else
		code = tell_socket(a, err);
	if (code == ERR_OK)
		code = wait_for(a, &message, err);
	if (code == ERR_OK)
		code = read_message(a, message, result_r, err);
	if (page != NULL)
		page->on_return(page, &a->call);
	return code;
}

enum err_code llm_page_run(const struct page_function *f,
    const struct llm_tools_in *in, struct pool *pool,
    const struct llm_call *call, struct llm_result *result_r, struct err *err)
{
	struct asked a = { .in = in,
		.pool = pool,
		.call = { .channel = f->channel,
		    .name = f->name,
		    .arguments = call->arguments } };
	enum err_code code;

	if (f->data.n > 0) {
		*result_r = (struct llm_result){ .text = f->data };
		return ERR_OK;
	}
	if (call->arguments.n > PAGE_ARGUMENTS_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "The arguments may have at most %d bytes.",
		    PAGE_ARGUMENTS_MAX);
	if (a.call.channel.n == 0)
		a.call.channel = rnd_token(pool, "", CHANNEL_BYTES);
	code = db_channel_get_last(in->o->db, pool, in->o->workspace_id,
	    a.call.channel, &a.after, err);
	if (code == ERR_OK)
		code = ask(&a, result_r, err);
	return code;
}
