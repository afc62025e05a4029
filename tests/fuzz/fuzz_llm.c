/* fuzz_llm.c: what servers of models answer, whole and in streams */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/valid.h"
#include "bot/llm.h"
#include "bot/llm_build.h"
#include "net/sse.h"
#include "tests/fuzz/drive.h"

/*
 * The first byte says who speaks and how: 0 OpenAI's JSON, 1 its stream, 2
 * Anthropic's JSON, 3 its stream. The rest is the answer.
 */
#define EVENT_MAX 4096

struct reading {
	const struct llm_dialect *dialect;
	struct llm_build *build;
	struct buf shown;
};

static void on_text(void *arg, struct str text)
{
	struct reading *r = arg;

	MUST(text.n > 0 && valid_utf8(text));
	buf_put(&r->shown, text);
}

static bool on_event(void *arg, const struct sse_event *event)
{
	struct reading *r = arg;

	if (event->data.n > 0)
		r->dialect->read_event(r->build, event->data);
	return !llm_build_is_over(r->build);
}

/* Exactly as large: reading on is a fault. */
static bool push(struct sse *s, struct str part)
{
	char *copy = mem_new(part.n);
	bool goes_on;

	memcpy(copy, part.p, part.n);
	goes_on = sse_push(s, str_make(copy, part.n));
	free(copy);
	return goes_on;
}

static void read_stream(
    struct reading *r, struct pool *pool, struct str text, size_t piece)
{
	struct sse s;

	sse_init(&s, pool, EVENT_MAX, on_event, r);
	while (text.n > 0 && push(&s, str_head(text, piece)))
		text = str_from(text, piece);
	sse_fini(&s);
}

static void judge_calls(struct pool *pool, const struct llm_answer *a)
{
	const struct json *v;

	MUST(a->n_calls <= LLM_CALLS_MAX);
	for (size_t i = 0; i < a->n_calls; i++) {
		const struct llm_call *c = &a->calls[i];

		MUST(c->id.n > 0 && c->arguments.n <= LLM_ARGUMENTS_MAX);
		for (size_t k = 0; k < i; k++)
			MUST(!str_eq(a->calls[k].id, c->id));
		MUST(json_parse(pool, c->arguments, &v, NULL) == ERR_OK);
		MUST(json_type(v) == JSON_OBJECT);
	}
}

/* What came goes back with the results: JSON in either dialect. */
static void send_back(struct pool *pool, const struct llm_answer *a)
{
	size_t n = a->n_calls + 2;
	struct llm_message *said = pool_alloc(pool, n * sizeof(*said));
	const struct llm_request in = { .model = STR("m"),
		.messages = { n, said },
		.max_tokens = 1,
		.max_tokens_field = STR("max_tokens") };
	const struct json *v;

	said[0] = (struct llm_message){ .role = LLM_USER, .text = STR("?") };
	said[1] = (struct llm_message){ .role = LLM_ASSISTANT,
		.text = a->text,
		.n_calls = a->n_calls,
		.calls = a->calls,
		.thinking = a->thinking };
	for (size_t i = 0; i < a->n_calls; i++)
		said[i + 2] = (struct llm_message){ .role = LLM_TOOL,
			.text = STR("1"),
			.call_id = a->calls[i].id };
	for (size_t i = 0; i < LLM_PROVIDER__MAX; i++)
		MUST(json_parse(pool, llm_body(pool, llm_dialects[i], &in), &v,
			 NULL) == ERR_OK);
}

static void judge_fault(struct llm_fault fault)
{
	MUST(fault.message.n <= LLM_FAULT_MAX);
	MUST(fault.type.n <= LLM_FAULT_MAX);
	MUST(valid_utf8(fault.message) && valid_utf8(fault.type));
}

/* What came of it, in words that are the same for the same answer. */
static void finish(struct reading *r, struct pool *pool, struct buf *told)
{
	struct err err = { .code = ERR_OK };
	struct llm_answer a;
	enum err_code code = llm_build_end(r->build, &a, &err);

	judge_fault(llm_build_fault(r->build));
	MUST(llm_build_is_shown(r->build) == (r->shown.n > 0));
	if (code != ERR_OK) {
		MUST(err.text[0] != '\0' && valid_utf8(str_of(err.text)));
		buf_printf(told, "%d %s", (int)code, err.text);
		return;
	}
	MUST(str_eq(a.text, buf_str(&r->shown)) && a.text.n <= LLM_TEXT_MAX);
	judge_calls(pool, &a);
	send_back(pool, &a);
	buf_printf(told, "%d %d %d ", (int)a.stop, (int)a.tokens_in,
	    (int)a.tokens_out);
	buf_put(told, a.text);
	buf_put(told, a.thinking);
	for (size_t i = 0; i < a.n_calls; i++) {
		buf_put(told, a.calls[i].name);
		buf_put(told, a.calls[i].arguments);
	}
}

/* piece 0: no stream. */
static void read_all(const struct llm_dialect *dialect, struct str text,
    size_t piece, struct buf *told)
{
	struct pool *pool = pool_new();
	struct reading r = { .dialect = dialect };

	buf_init(&r.shown, 0);
	r.build = llm_build_new(pool, on_text, &r);
	if (piece == 0)
		llm_read(r.build, dialect, text);
	else
		read_stream(&r, pool, text, piece);
	finish(&r, pool, told);
	judge_fault(llm_read_fault(pool, text));
	buf_fini(&r.shown);
	pool_free(&pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = str_from(str_make((const char *)data, n), 1);
	unsigned kind = n > 0 ? data[0] % 4u : 0;
	const struct llm_dialect *dialect = llm_dialects[kind / 2];
	struct buf whole, pieces;

	buf_init(&whole, 0);
	read_all(dialect, text, kind % 2 == 0 ? 0 : n + 1, &whole);
	if (kind % 2 == 1) {
		for (size_t piece = 1; piece <= 7; piece += 3) {
			buf_init(&pieces, 0);
			read_all(dialect, text, piece, &pieces);
			MUST(str_eq(buf_str(&pieces), buf_str(&whole)));
			buf_fini(&pieces);
		}
	}
	buf_fini(&whole);
	return 0;
}
