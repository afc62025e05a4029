/* llm_build.c: puts an answer of a model together, from pieces or at once */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_build.h"

#include "base/valid.h"

#define THINK_OPEN  "<think>"
#define THINK_CLOSE "</think>"

struct llm_build_call {
	int64_t index;
	struct str id;
	struct str name;
	struct buf arguments;
	struct pool *pool;
};

/* Some servers leave a model's thoughts at the beginning of its text. */
enum thinking {
	THINKING_MAYBE, /* held is the beginning of THINK_OPEN */
	THINKING_ALOUD, /* held is the beginning of THINK_CLOSE */
	THINKING_OVER,	/* blanks behind it are left away */
	THINKING_NOT
};

struct llm_build {
	struct pool *pool;
	struct pool *scratch; /* of one event */
	llm_text_fn *on_text;
	void *arg;
	bool is_shown;
	enum thinking aloud;
	struct buf held;
	struct buf text;
	size_t n_calls;
	struct llm_build_call calls[LLM_CALLS_MAX];
	struct buf thoughts;
	struct buf thinking; /* of the block that comes in pieces */
	struct buf signature;
	bool has_stop;
	enum llm_stop stop;
	bool is_over;
	bool has_usage;
	int64_t in;
	int64_t out;
	struct llm_fault fault;
	enum err_code code; /* the first failure */
	struct err err;
};

static void fini(void *arg)
{
	struct llm_build *b = arg;

	buf_fini(&b->held);
	buf_fini(&b->text);
	for (size_t i = 0; i < b->n_calls; i++)
		buf_fini(&b->calls[i].arguments);
	buf_fini(&b->thoughts);
	buf_fini(&b->thinking);
	buf_fini(&b->signature);
	pool_free(&b->scratch);
}

struct llm_build *llm_build_new(
    struct pool *pool, llm_text_fn *on_text, void *arg)
{
	struct llm_build *b = pool_alloc(pool, sizeof(*b));

	b->pool = pool;
	b->scratch = pool_new();
	b->on_text = on_text;
	b->arg = arg;
	buf_init(&b->held, 0);
	buf_init(&b->text, LLM_TEXT_MAX);
	buf_init(&b->thoughts, LLM_TEXT_MAX);
	buf_init(&b->thinking, LLM_TEXT_MAX);
	buf_init(&b->signature, LLM_TEXT_MAX);
	pool_on_reset(pool, fini, b);
	return b;
}

struct pool *llm_build_scratch(struct llm_build *b)
{
	return b->scratch;
}

const struct json *llm_build_parse(struct llm_build *b, struct str text)
{
	const struct json *v;

	pool_reset(b->scratch);
	if (json_parse(b->scratch, str_trim(text), &v, NULL) == ERR_OK &&
	    json_type(v) == JSON_OBJECT)
		return v;
	llm_build_fail(b, "The model's server did not answer in JSON.");
	return NULL;
}

bool llm_build_is_shown(const struct llm_build *b)
{
	return b->is_shown;
}

bool llm_build_is_over(const struct llm_build *b)
{
	return b->is_over || b->code != ERR_OK;
}

void llm_build_cost(
    const struct llm_build *b, int64_t *tokens_in_r, int64_t *tokens_out_r)
{
	size_t bytes = b->text.n + b->thoughts.n + b->thinking.n;

	for (size_t i = 0; i < b->n_calls; i++)
		bytes += b->calls[i].arguments.n;
	*tokens_in_r = b->in;
	*tokens_out_r =
	    MAX_OF(b->out, bytes > 0 ? llm_estimate(bytes) : (int64_t)0);
}

struct llm_fault llm_build_fault(const struct llm_build *b)
{
	return b->fault;
}

void llm_build_fail(struct llm_build *b, const char *sentence)
{
	if (b->code == ERR_OK)
		b->code = err_set(&b->err, ERR_BAD_GATEWAY, "%s", sentence);
}

/* The control characters that a message may not have, or not. */
static size_t plain(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			return i;
		if (c == 0xc2 && i + 1 < text.n &&
		    (unsigned char)text.p[i + 1] < 0xa0)
			return i;
	}
	return text.n;
}

static void show(struct llm_build *b, struct str text)
{
	if (text.n == 0)
		return;
	buf_put(&b->text, text);
	if (buf_failed(&b->text)) {
		llm_build_fail(b, "The model's answer is too long.");
		return;
	}
	if (b->on_text != NULL) {
		b->is_shown = true;
		b->on_text(b->arg, text);
	}
}

/* Without control characters; a C1 one has two bytes. */
static void put_text(struct llm_build *b, struct str text)
{
	size_t n;

	while (text.n > 0 && b->code == ERR_OK) {
		n = plain(text);
		show(b, str_head(text, n));
		text = str_from(text, n);
		if (text.n > 0)
			text = str_from(
			    text, (unsigned char)text.p[0] == 0xc2 ? 2 : 1);
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Whether it is used up. */
static bool begin_aloud(struct llm_build *b, char c)
{
	if (b->held.n == 0 && is_blank(c))
		return true;
	if (THINK_OPEN[b->held.n] != c) {
		b->aloud = THINKING_NOT;
		put_text(b, buf_str(&b->held));
		return false;
	}
	buf_byte(&b->held, c);
	if (str_eq(buf_str(&b->held), STR(THINK_OPEN))) {
		b->aloud = THINKING_ALOUD;
		buf_clear(&b->held);
	}
	return true;
}

static void end_aloud(struct llm_build *b, char c)
{
	if (THINK_CLOSE[b->held.n] != c)
		buf_clear(&b->held);
	if (THINK_CLOSE[b->held.n] == c)
		buf_byte(&b->held, c);
	if (str_eq(buf_str(&b->held), STR(THINK_CLOSE)))
		b->aloud = THINKING_OVER;
}

void llm_build_text(struct llm_build *b, struct str text)
{
	while (text.n > 0 && b->aloud != THINKING_NOT) {
		if (b->aloud == THINKING_MAYBE && !begin_aloud(b, text.p[0]))
			break;
		if (b->aloud == THINKING_ALOUD)
			end_aloud(b, text.p[0]);
		else if (b->aloud == THINKING_OVER && !is_blank(text.p[0]))
			b->aloud = THINKING_NOT;
		if (b->aloud != THINKING_NOT)
			text = str_from(text, 1);
	}
	put_text(b, text);
}

static struct llm_build_call *find_call(
    struct llm_build *b, int64_t index, struct str id)
{
	for (size_t i = b->n_calls; i > 0; i--) {
		struct llm_build_call *c = &b->calls[i - 1];

		if (index != LLM_INDEX_NONE && c->index == index) {
			/* some servers count them all as the first */
			if (id.n == 0 || c->id.n == 0 || str_eq(id, c->id))
				return c;
		} else if (index == LLM_INDEX_NONE &&
			   (id.n == 0 || str_eq(id, c->id))) {
			return c;
		}
	}
	return NULL;
}

struct llm_build_call *llm_build_call(
    struct llm_build *b, int64_t index, struct str id)
{
	struct llm_build_call *c = find_call(b, index, id);

	if (c == NULL && b->n_calls == LLM_CALLS_MAX)
		return NULL;
	if (c == NULL) {
		c = &b->calls[b->n_calls++];
		c->index = index;
		c->pool = b->pool;
		buf_init(&c->arguments, LLM_ARGUMENTS_MAX);
	}
	if (c->id.n == 0)
		c->id = str_copy(b->pool, id);
	return c;
}

void llm_build_name(struct llm_build_call *call, struct str name)
{
	if (call != NULL && call->name.n == 0)
		call->name = str_copy(call->pool, name);
}

void llm_build_arguments(struct llm_build_call *call, struct str part)
{
	if (call != NULL)
		buf_put(&call->arguments, part);
}

bool llm_build_has_arguments(const struct llm_build_call *call)
{
	return call != NULL && call->arguments.n > 0;
}

void llm_build_thought(struct llm_build *b, struct str json)
{
	if (b->thoughts.n > 0)
		buf_byte(&b->thoughts, ',');
	buf_put(&b->thoughts, json);
}

void llm_build_thinking(
    struct llm_build *b, struct str thinking, struct str signature)
{
	buf_put(&b->thinking, thinking);
	buf_put(&b->signature, signature);
}

void llm_build_thinking_end(struct llm_build *b)
{
	struct json_out j;
	struct buf json;

	if (b->signature.n > 0) {
		buf_init(&json, 0);
		json_out_init(&j, &json);
		json_out_object(&j, NULL);
		json_out_cstr(&j, "type", "thinking");
		json_out_str(&j, "thinking", buf_str(&b->thinking));
		json_out_str(&j, "signature", buf_str(&b->signature));
		json_out_end(&j);
		llm_build_thought(b, buf_str(&json));
		buf_fini(&json);
	}
	buf_clear(&b->thinking);
	buf_clear(&b->signature);
}

void llm_build_stop(struct llm_build *b, enum llm_stop stop)
{
	b->has_stop = true;
	b->stop = stop;
}

void llm_build_over(struct llm_build *b)
{
	b->is_over = true;
}

void llm_build_usage(struct llm_build *b, const struct json *usage,
    const char *const in[], size_t n_in, const char *out)
{
	int64_t sum = 0, n;

	if (json_type(usage) != JSON_OBJECT)
		return;
	for (size_t i = 0; i < n_in; i++) {
		if (json_i64(json_get(usage, in[i]), 0, INT32_MAX, &n))
			sum += n;
	}
	if (json_i64(json_get(usage, out), 0, INT32_MAX, &n))
		b->out = MAX_OF(b->out, n);
	b->in = MAX_OF(b->in, sum);
	b->has_usage = b->in > 0 || b->out > 0;
}

static struct str cut(struct pool *pool, struct str s)
{
	return str_copy(pool, str_trim(valid_utf8_cut(s, LLM_FAULT_MAX)));
}

static struct str text_or_number(struct pool *pool, const struct json *v)
{
	return json_type(v) == JSON_NUMBER ? json_text(pool, v) : json_str(v);
}

static struct llm_fault fault_of(struct pool *pool, const struct json *error)
{
	struct llm_fault f = { .message = json_str(error) };

	if (json_type(error) == JSON_OBJECT) {
		f.message = json_str(json_get(error, "message"));
		/* the code says more: insufficient_quota */
		f.type = text_or_number(pool, json_get(error, "code"));
		if (f.type.n == 0)
			f.type = json_str(json_get(error, "type"));
	}
	return (struct llm_fault){ cut(pool, f.message), cut(pool, f.type) };
}

struct llm_fault llm_read_fault(struct pool *pool, struct str body)
{
	const struct json *v, *error, *detail;
	struct llm_fault f = { .message = STR_EMPTY };

	if (json_parse(pool, str_trim(body), &v, NULL) != ERR_OK)
		return f;
	/* Gemini's servers put it in an array */
	if (json_type(v) == JSON_ARRAY)
		v = json_at(v, 0);
	error = json_get(v, "error");
	detail = json_get(v, "detail");
	if (json_type(error) != JSON_NULL)
		return fault_of(pool, error);
	if (json_type(detail) == JSON_STRING)
		f.message = json_str(detail);
	else if (json_type(detail) == JSON_ARRAY)
		f.message = json_str(json_get(json_at(detail, 0), "msg"));
	else
		f.message = json_str(json_get(v, "message"));
	f.message = cut(pool, f.message);
	return f;
}

void llm_build_refused(struct llm_build *b, const struct json *error)
{
	if (b->code != ERR_OK)
		return;
	b->fault = fault_of(b->pool, error);
	b->code = err_set(&b->err, ERR_BAD_GATEWAY,
	    "The model's server broke the answer off%s%.*s",
	    b->fault.message.n > 0 ? ": " : ".", STR_ARG(b->fault.message));
}

/* One that no other call of the answer has. */
static struct str unique_id(struct llm_build *b, size_t i)
{
	struct str id = b->calls[i].id;
	bool is_taken = id.n == 0;

	for (size_t k = 0; k < i; k++)
		is_taken |= str_eq(b->calls[k].id, id);
	if (!is_taken)
		return id;
	return str_of(pool_printf(b->pool, "call_%s", id_text(id_new())));
}

static void finish_call(struct llm_build *b, size_t i, struct llm_call *call_r)
{
	struct llm_build_call *c = &b->calls[i];
	struct str text = str_trim(buf_str(&c->arguments));
	const struct json *v = NULL;

	c->id = unique_id(b, i);
	*call_r = (struct llm_call){ .id = c->id, .name = c->name };
	if (text.n == 0 || str_eq(text, STR("null")))
		text = STR("{}");
	if (!buf_failed(&c->arguments) &&
	    json_parse(b->pool, text, &v, NULL) == ERR_OK &&
	    json_type(v) == JSON_OBJECT)
		call_r->input = v;
	/* what is none goes back as none: servers parse it */
	call_r->arguments =
	    call_r->input != NULL ? str_copy(b->pool, text) : STR("{}");
}

enum err_code llm_build_end(
    struct llm_build *b, struct llm_answer *answer_r, struct err *err)
{
	*answer_r = (struct llm_answer){ .stop = b->stop,
		.has_usage = b->has_usage,
		.tokens_in = b->in,
		.tokens_out = b->out };
	/* the text ended before it was clear whether it is one */
	if (b->aloud == THINKING_MAYBE)
		put_text(b, buf_str(&b->held));
	if (b->code == ERR_OK && !b->has_stop && !b->is_over)
		llm_build_fail(b, "The model's answer broke off.");
	if (b->code != ERR_OK)
		return err_set(err, b->code, "%s", b->err.text);
	answer_r->text = str_copy(b->pool, buf_str(&b->text));
	if (!buf_failed(&b->thoughts))
		answer_r->thinking = str_copy(b->pool, buf_str(&b->thoughts));
	answer_r->n_calls = b->n_calls;
	answer_r->calls =
	    pool_alloc(b->pool, (b->n_calls + 1) * sizeof(*answer_r->calls));
	for (size_t i = 0; i < b->n_calls; i++)
		finish_call(b, i, &answer_r->calls[i]);
	/* some say "stop" although they call */
	if (b->n_calls > 0 && b->stop != LLM_FILTERED)
		answer_r->stop = LLM_TOOLS;
	return ERR_OK;
}
