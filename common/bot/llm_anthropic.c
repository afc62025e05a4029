/* llm_anthropic.c: messages, as Anthropic has them */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_build.h"

#define FIRST "(The visitor has opened the chat.)"

static void put_text(struct json_out *j, struct str text)
{
	/* a block without a text is refused, and so is a blank at the end */
	text = str_trim(text);
	if (text.n == 0)
		return;
	json_out_object(j, NULL);
	json_out_cstr(j, "type", "text");
	json_out_str(j, "text", text);
	json_out_end(j);
}

static void put_thinking(struct json_out *j, struct str thinking)
{
	const struct json *v, *item = NULL;
	struct pool *pool;

	if (thinking.n == 0)
		return;
	pool = pool_new();
	if (json_parse(pool,
		str_of(pool_printf(pool, "[%.*s]", STR_ARG(thinking))), &v,
		NULL) == ERR_OK) {
		while ((item = json_next(v, item)) != NULL)
			json_out_json(j, NULL, json_text(pool, item));
	}
	pool_free(&pool);
}

static void put_result(struct json_out *j, const struct llm_message *m)
{
	json_out_object(j, NULL);
	json_out_cstr(j, "type", "tool_result");
	json_out_str(j, "tool_use_id", m->call_id);
	json_out_str(j, "content", m->text);
	if (m->is_error)
		json_out_bool(j, "is_error", true);
	json_out_end(j);
}

static void put_calls(struct json_out *j, const struct llm_message *m)
{
	for (size_t i = 0; i < m->n_calls; i++) {
		json_out_object(j, NULL);
		json_out_cstr(j, "type", "tool_use");
		json_out_str(j, "id", m->calls[i].id);
		json_out_str(j, "name", m->calls[i].name);
		json_out_json(j, "input", m->calls[i].arguments);
		json_out_end(j);
	}
}

static bool is_asking(const struct llm_message *m)
{
	return m->role != LLM_ASSISTANT;
}

/* What one side says without a break is one message: the results of tools
 * first, then what the user says. */
static size_t put_side(
    struct json_out *j, const struct llm_messages *all, size_t from)
{
	bool asks = is_asking(&all->items[from]);
	size_t i;

	json_out_object(j, NULL);
	json_out_cstr(j, "role", asks ? "user" : "assistant");
	json_out_array(j, "content");
	for (i = from; i < all->n && is_asking(&all->items[i]) == asks; i++) {
		const struct llm_message *m = &all->items[i];

		if (m->role == LLM_TOOL) {
			put_result(j, m);
			continue;
		}
		put_thinking(j, m->thinking);
		put_text(j, m->text);
		put_calls(j, m);
	}
	json_out_end(j);
	json_out_end(j);
	return i;
}

static void put_tools(struct json_out *j, const struct llm_request *in)
{
	json_out_array(j, "tools");
	for (size_t i = 0; i < in->n_tools; i++) {
		json_out_object(j, NULL);
		json_out_str(j, "name", in->tools[i].name);
		json_out_str(j, "description", in->tools[i].description);
		json_out_json(j, "input_schema", in->tools[i].parameters);
		json_out_end(j);
	}
	json_out_end(j);
}

static void put(struct json_out *j, const struct llm_request *in)
{
	json_out_u64(j, "max_tokens", (uint64_t)in->max_tokens);
	if (in->system.n > 0)
		json_out_str(j, "system", in->system);
	json_out_array(j, "messages");
	/* the first must be the user's */
	if (in->messages.n > 0 && !is_asking(&in->messages.items[0])) {
		json_out_object(j, NULL);
		json_out_cstr(j, "role", "user");
		json_out_cstr(j, "content", FIRST);
		json_out_end(j);
	}
	for (size_t i = 0; i < in->messages.n;)
		i = put_side(j, &in->messages, i);
	json_out_end(j);
	if (in->n_tools > 0)
		put_tools(j, in);
	if (in->n_tools > 0 && in->is_last) {
		json_out_object(j, "tool_choice");
		json_out_cstr(j, "type", "none");
		json_out_end(j);
	}
	if (in->has_temperature)
		json_out_num(j, "temperature", MIN_OF(in->temperature, 1.0));
	if (in->is_streaming)
		json_out_bool(j, "stream", true);
}

static void read_usage(struct llm_build *b, const struct json *v)
{
	static const char *const in[] = { "input_tokens",
		"cache_creation_input_tokens", "cache_read_input_tokens" };

	llm_build_usage(b, v, in, COUNT_OF(in), "output_tokens");
}

static void read_stop(struct llm_build *b, const struct json *v)
{
	struct str why = json_str(v);

	if (why.n == 0)
		return;
	llm_build_stop(
	    b, str_eq(why, STR("max_tokens")) ||
		       str_eq(why, STR("model_context_window_exceeded"))
		   ? LLM_LENGTH
	       : str_eq(why, STR("refusal")) ? LLM_FILTERED
					     : LLM_DONE);
}

/* A block as a whole, or its beginning. */
static void read_block(
    struct llm_build *b, const struct json *v, int64_t index, bool is_whole)
{
	struct str type = json_str(json_get(v, "type"));
	const struct json *input = json_get(v, "input");
	struct llm_build_call *call;

	if (str_eq(type, STR("text"))) {
		llm_build_text(b, json_str(json_get(v, "text")));
	} else if (str_eq(type, STR("tool_use"))) {
		call = llm_build_call(b, index, json_str(json_get(v, "id")));
		llm_build_name(call, json_str(json_get(v, "name")));
		/* at its beginning it is {} until the pieces come */
		if (json_type(input) != JSON_NULL &&
		    (is_whole || json_count(input) > 0))
			llm_build_arguments(
			    call, json_text(llm_build_scratch(b), input));
	} else if (str_eq(type, STR("redacted_thinking")) ||
		   (is_whole && str_eq(type, STR("thinking")))) {
		llm_build_thought(b, json_text(llm_build_scratch(b), v));
	} else if (str_eq(type, STR("thinking"))) {
		llm_build_thinking(b, json_str(json_get(v, "thinking")),
		    json_str(json_get(v, "signature")));
	}
}

static void read_answer(struct llm_build *b, const struct json *v)
{
	const struct json *content = json_get(v, "content"), *item = NULL;
	int64_t index = 0;

	if (json_type(content) != JSON_ARRAY) {
		llm_build_fail(b, "The model's server sent no answer.");
		return;
	}
	while ((item = json_next(content, item)) != NULL)
		read_block(b, item, index++, true);
	read_stop(b, json_get(v, "stop_reason"));
	read_usage(b, json_get(v, "usage"));
	llm_build_over(b);
}

static void read_delta(struct llm_build *b, const struct json *v)
{
	const struct json *delta = json_get(v, "delta");
	struct str type = json_str(json_get(delta, "type"));
	int64_t index = LLM_INDEX_NONE;

	(void)json_i64(json_get(v, "index"), 0, INT32_MAX, &index);
	if (str_eq(type, STR("text_delta")))
		llm_build_text(b, json_str(json_get(delta, "text")));
	else if (str_eq(type, STR("input_json_delta")))
		llm_build_arguments(llm_build_call(b, index, STR_EMPTY),
		    json_str(json_get(delta, "partial_json")));
	else if (str_eq(type, STR("thinking_delta")))
		llm_build_thinking(
		    b, json_str(json_get(delta, "thinking")), STR_EMPTY);
	else if (str_eq(type, STR("signature_delta")))
		llm_build_thinking(
		    b, STR_EMPTY, json_str(json_get(delta, "signature")));
}

/* By the type in the data, which the event's name repeats. */
static void read_event(struct llm_build *b, struct str data)
{
	const struct json *v;
	struct str type;
	int64_t index = LLM_INDEX_NONE;

	if (llm_build_is_over(b))
		return;
	v = llm_build_parse(b, data);
	if (v == NULL)
		return;
	type = json_str(json_get(v, "type"));
	(void)json_i64(json_get(v, "index"), 0, INT32_MAX, &index);
	if (str_eq(type, STR("error")) ||
	    json_type(json_get(v, "error")) == JSON_OBJECT) {
		llm_build_refused(b, json_get(v, "error"));
	} else if (str_eq(type, STR("message_start"))) {
		read_usage(b, json_get(json_get(v, "message"), "usage"));
	} else if (str_eq(type, STR("content_block_start"))) {
		read_block(b, json_get(v, "content_block"), index, false);
	} else if (str_eq(type, STR("content_block_delta"))) {
		read_delta(b, v);
	} else if (str_eq(type, STR("content_block_stop"))) {
		llm_build_thinking_end(b);
	} else if (str_eq(type, STR("message_delta"))) {
		read_stop(b, json_get(json_get(v, "delta"), "stop_reason"));
		read_usage(b, json_get(v, "usage"));
	} else if (str_eq(type, STR("message_stop"))) {
		llm_build_over(b);
	}
}

const struct llm_dialect llm_anthropic = {
	.name = "anthropic",
	.path = "/messages",
	.put = put,
	.read = read_answer,
	.read_event = read_event,
};
