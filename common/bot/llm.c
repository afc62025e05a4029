/* llm.c: what is the same for all models: requests, answers, what was said */
/* SPDX-License-Identifier: MIT */
#include "bot/llm.h"

#include "bot/llm_build.h"

#define BYTES_PER_TOKEN 3 /* rather too many tokens than too few */

const struct llm_dialect *const llm_dialects[LLM_PROVIDER__MAX] = {
	[LLM_OPENAI] = &llm_openai,
	[LLM_ANTHROPIC] = &llm_anthropic,
};

struct str llm_body(struct pool *pool, const struct llm_dialect *dialect,
    const struct llm_request *in)
{
	struct json_out j;
	struct str body;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "model", in->model);
	dialect->put(&j, in);
	json_out_end(&j);
	body = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return body;
}

void llm_read(
    struct llm_build *b, const struct llm_dialect *dialect, struct str body)
{
	const struct json *v = llm_build_parse(b, body);

	if (v == NULL)
		return;
	if (json_type(json_get(v, "error")) != JSON_NULL)
		llm_build_refused(b, json_get(v, "error"));
	else
		dialect->read(b, v);
}

/* Where what stands at i ends: results belong to the calls before them. */
static size_t unit_end(const struct llm_messages *m, size_t i)
{
	for (i++; i < m->n && m->items[i].role == LLM_TOOL; i++)
		;
	return i;
}

bool llm_trim(struct llm_messages *messages)
{
	size_t last = 0, from = 0;

	for (size_t i = 0; i < messages->n; i++) {
		if (messages->items[i].role == LLM_USER)
			last = i;
	}
	while (from < last && from < (last + 1) / 2)
		from = unit_end(messages, from);
	/* what is left begins with somebody who asks */
	while (
	    from > 0 && from < last && messages->items[from].role != LLM_USER)
		from = unit_end(messages, from);
	messages->items += from;
	messages->n -= from;
	return from > 0;
}

int64_t llm_estimate(size_t bytes)
{
	return (int64_t)(bytes / BYTES_PER_TOKEN) + 1;
}

int64_t llm_estimate_request(const struct llm_request *in)
{
	size_t bytes = in->system.n;

	for (size_t i = 0; i < in->messages.n; i++) {
		const struct llm_message *m = &in->messages.items[i];

		bytes += m->text.n;
		for (size_t k = 0; k < m->n_calls; k++)
			bytes += m->calls[k].arguments.n;
	}
	return llm_estimate(bytes);
}
