/* fuzz_flow.c: flows: what is refused says why; what is accepted runs */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "base/valid.h"
#include "bot/engine.h"
#include "bot/generic.h"
#include "bot/render.h"
#include "tests/fuzz/drive.h"

static void judge(struct pool *pool, const struct engine_input *in,
    const struct engine_output *out)
{
	struct chat_message m = { .seq = 0 };
	const struct json *v;
	struct json_out j;
	struct buf b;

	MUST(flow_find(in->flow, out->state) != NULL);
	MUST(out->hops <= ENGINE_HOPS_MAX);
	MUST(out->messages.n <= ENGINE_MESSAGES_MAX);
	MUST(json_parse(pool, out->variables, &v, NULL) == ERR_OK);
	MUST(json_type(v) == JSON_OBJECT);
	for (size_t i = 0; i < out->messages.n; i++) {
		if (!render_message(pool, &out->messages.items[i], &m))
			continue;
		buf_init(&b, 0);
		json_out_init(&j, &b);
		generic_put(&j, NULL, pool, &m);
		MUST(json_parse(pool, buf_str(&b), &v, NULL) == ERR_OK);
		buf_fini(&b);
	}
}

static void talk(struct pool *pool, const struct flow *flow, struct str said)
{
	struct engine_output out = { .variables = STR("{\"n\":1}") };
	struct engine_input in = {
		.flow = flow, .now_s = 1700000000, .idle_s = 1800
	};

	for (unsigned i = 0; i < 6; i++) {
		struct str line = STR_EMPTY;

		(void)str_split(&said, '\n', &line);
		in.state = out.state;
		in.variables = out.variables;
		in.has_message = i > 0;
		in.message.text = line;
		in.message.value = i % 3 == 2 ? line : STR_EMPTY;
		in.now_s += i == 4 ? 2000 : 1;
		engine_step(pool, &in, &out);
		judge(pool, &in, &out);
	}
}

/* The flow, and behind the first NUL what the visitor says, line by line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str all = str_make((const char *)data, n), json = STR_EMPTY;
	struct pool *pool = pool_new();
	struct flow_findings f;
	const struct flow *flow;

	(void)str_split(&all, '\0', &json);
	flow = flow_parse(pool, json, &f);
	MUST((flow == NULL) == (f.n_errors > 0));
	for (size_t i = 0; i < f.n; i++)
		MUST(f.items[i].text.n > 0);
	if (flow != NULL)
		talk(pool, flow, all);
	pool_free(&pool);
	return 0;
}
