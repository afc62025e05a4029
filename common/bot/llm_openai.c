/* llm_openai.c: chat completions, as OpenAI has them and many servers after it
 */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_build.h"

static void put_calls(struct json_out *j, const struct llm_message *m)
{
	json_out_array(j, "tool_calls");
	for (size_t i = 0; i < m->n_calls; i++) {
		json_out_object(j, NULL);
		json_out_str(j, "id", m->calls[i].id);
		json_out_cstr(j, "type", "function");
		json_out_object(j, "function");
		json_out_str(j, "name", m->calls[i].name);
		json_out_str(j, "arguments", m->calls[i].arguments);
		json_out_end(j);
		json_out_end(j);
	}
	json_out_end(j);
}

static void put_message(struct json_out *j, const struct llm_message *m)
{
	static const char *const roles[] = { [LLM_USER] = "user",
		[LLM_ASSISTANT] = "assistant",
		[LLM_TOOL] = "tool" };

	json_out_object(j, NULL);
	json_out_cstr(j, "role", roles[m->role]);
	if (m->role == LLM_TOOL)
		json_out_str(j, "tool_call_id", m->call_id);
	if (m->n_calls > 0)
		json_out_str_or_null(j, "content", m->text);
	else
		json_out_str(j, "content", m->text);
	if (m->n_calls > 0)
		put_calls(j, m);
	json_out_end(j);
}

static void put_tools(struct json_out *j, const struct llm_request *in)
{
	json_out_array(j, "tools");
	for (size_t i = 0; i < in->n_tools; i++) {
		json_out_object(j, NULL);
		json_out_cstr(j, "type", "function");
		json_out_object(j, "function");
		json_out_str(j, "name", in->tools[i].name);
		json_out_str(j, "description", in->tools[i].description);
		json_out_json(j, "parameters", in->tools[i].parameters);
		json_out_end(j);
		json_out_end(j);
	}
	json_out_end(j);
}

static void put(struct json_out *j, const struct llm_request *in)
{
	char field[40];

	json_out_array(j, "messages");
	if (in->system.n > 0) {
		json_out_object(j, NULL);
		json_out_cstr(j, "role", "system");
		json_out_str(j, "content", in->system);
		json_out_end(j);
	}
	for (size_t i = 0; i < in->messages.n; i++)
		put_message(j, &in->messages.items[i]);
	json_out_end(j);
	if (in->n_tools > 0)
		put_tools(j, in);
	if (in->n_tools > 0 && in->is_last)
		json_out_cstr(j, "tool_choice", "none");
	snprintf(field, sizeof(field), "%.*s", STR_ARG(in->max_tokens_field));
	if (in->max_tokens > 0 && field[0] != '\0')
		json_out_u64(j, field, (uint64_t)in->max_tokens);
	if (in->has_temperature)
		json_out_num(j, "temperature", in->temperature);
	if (!in->is_streaming)
		return;
	json_out_bool(j, "stream", true);
	json_out_object(j, "stream_options");
	json_out_bool(j, "include_usage", true);
	json_out_end(j);
}

/* A text, or parts of one. */
static void read_content(struct llm_build *b, const struct json *v)
{
	const struct json *item = NULL;

	if (json_type(v) == JSON_STRING)
		llm_build_text(b, json_str(v));
	while (json_type(v) == JSON_ARRAY && (item = json_next(v, item))) {
		if (str_eq(json_str(json_get(item, "type")), STR("text")))
			llm_build_text(b, json_str(json_get(item, "text")));
	}
}

/* Arguments are a text with JSON in it; with some servers the JSON itself. */
static void read_calls(struct llm_build *b, const struct json *v, bool is_whole)
{
	const struct json *item = NULL, *function, *arguments;
	struct llm_build_call *call;
	int64_t index = 0;

	while (json_type(v) == JSON_ARRAY && (item = json_next(v, item))) {
		if (!is_whole &&
		    !json_i64(json_get(item, "index"), 0, INT32_MAX, &index))
			index = LLM_INDEX_NONE;
		function = json_get(item, "function");
		arguments = json_get(function, "arguments");
		call = llm_build_call(b, index, json_str(json_get(item, "id")));
		llm_build_name(call, json_str(json_get(function, "name")));
		if (json_type(arguments) == JSON_STRING)
			llm_build_arguments(call, json_str(arguments));
		else if (json_type(arguments) != JSON_NULL)
			llm_build_arguments(
			    call, json_text(llm_build_scratch(b), arguments));
		if (is_whole)
			index++;
	}
}

static void read_stop(struct llm_build *b, const struct json *v)
{
	struct str why = json_str(v);

	if (why.n == 0)
		return;
	llm_build_stop(b, str_eq(why, STR("length"))	       ? LLM_LENGTH
			  : str_eq(why, STR("content_filter")) ? LLM_FILTERED
							       : LLM_DONE);
}

static void read_usage(struct llm_build *b, const struct json *v)
{
	static const char *const in[] = { "prompt_tokens" };

	llm_build_usage(b, v, in, COUNT_OF(in), "completion_tokens");
}

static void read_answer(struct llm_build *b, const struct json *v)
{
	const struct json *choice = json_at(json_get(v, "choices"), 0);
	const struct json *message = json_get(choice, "message");

	if (json_type(message) != JSON_OBJECT) {
		llm_build_fail(b, "The model's server sent no answer.");
		return;
	}
	read_content(b, json_get(message, "content"));
	llm_build_text(b, json_str(json_get(message, "refusal")));
	read_calls(b, json_get(message, "tool_calls"), true);
	read_stop(b, json_get(choice, "finish_reason"));
	read_usage(b, json_get(v, "usage"));
	llm_build_over(b);
}

static void read_event(struct llm_build *b, struct str data)
{
	const struct json *v, *choices, *choice = NULL, *delta;
	int64_t index = 0;

	if (llm_build_is_over(b))
		return;
	if (str_eq(str_trim(data), STR("[DONE]"))) {
		llm_build_over(b);
		return;
	}
	v = llm_build_parse(b, data);
	if (v == NULL)
		return;
	if (json_type(json_get(v, "error")) != JSON_NULL) {
		llm_build_refused(b, json_get(v, "error"));
		return;
	}
	read_usage(b, json_get(v, "usage"));
	choices = json_get(v, "choices");
	while (json_type(choices) == JSON_ARRAY &&
	       (choice = json_next(choices, choice))) {
		/* one was asked for */
		if (json_i64(json_get(choice, "index"), 0, INT32_MAX, &index) &&
		    index > 0)
			continue;
		delta = json_get(choice, "delta");
		read_content(b, json_get(delta, "content"));
		llm_build_text(b, json_str(json_get(delta, "refusal")));
		read_calls(b, json_get(delta, "tool_calls"), false);
		read_stop(b, json_get(choice, "finish_reason"));
	}
}

const struct llm_dialect llm_openai = {
	.name = "openai",
	.path = "/chat/completions",
	.put = put,
	.read = read_answer,
	.read_event = read_event,
};
