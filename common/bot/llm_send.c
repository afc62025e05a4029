/* llm_send.c: one request to a model's server, tried again when that helps */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_send.h"

#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rnd.h"
#include "bot/llm_build.h"
#include "net/sse.h"

#define STREAM_MAX	  16777216 /* bytes of a stream; most is not text */
#define EVENT_MAX	  1048576  /* bytes of one of its events */
#define PAUSE_MS	  200	   /* between two looks at tick */
#define WAIT_DOUBLED_MAX  8000
#define LEAST_LEFT_MS	  1000 /* for another try */
#define ANTHROPIC_VERSION "2023-06-01"

struct sending {
	struct pool *pool;
	const struct llm_endpoint *to;
	const struct llm_watch *watch;
	struct llm_build *build;
	bool is_stream; /* what comes is one */
	struct sse sse;
	struct buf body;
};

static bool is_event_stream(const struct http_response *r)
{
	struct str type = STR("text/event-stream");

	return str_ieq(str_head(http_header(r, "content-type"), type.n), type);
}

static bool on_event(void *arg, const struct sse_event *event)
{
	struct sending *s = arg;

	if (event->data.n > 0)
		s->to->dialect->read_event(s->build, event->data);
	return !llm_build_is_over(s->build);
}

/* A stream, or what a server answers instead of one. */
static bool on_data(void *arg, const struct http_response *r, struct str data)
{
	struct sending *s = arg;

	if (!s->is_stream && s->body.n == 0 && r->status == 200 &&
	    is_event_stream(r)) {
		s->is_stream = true;
		sse_init(&s->sse, s->pool, EVENT_MAX, on_event, s);
	}
	if (s->is_stream)
		return sse_push(&s->sse, data);
	buf_put(&s->body, data);
	return !buf_failed(&s->body);
}

static bool tick(void *arg)
{
	const struct llm_watch *w = ((struct sending *)arg)->watch;

	return w->tick == NULL || w->tick(w->arg);
}

static void put_headers(const struct sending *s, const char *name,
    struct http_header *h, struct http_request *q)
{
	const struct llm_endpoint *to = s->to;
	bool is_anthropic = to->dialect == &llm_anthropic;
	size_t n = 0;

	h[n++] = (struct http_header){ STR("Content-Type"),
		STR("application/json") };
	h[n++] = (struct http_header){ STR("Accept"),
		STR("application/json, text/event-stream") };
	if (is_anthropic)
		h[n++] = (struct http_header){ STR("anthropic-version"),
			STR(ANTHROPIC_VERSION) };
	if (to->key.n > 0 && to->key_header.n > 0)
		h[n++] = (struct http_header){ to->key_header, to->key };
	else if (to->key.n > 0 && is_anthropic)
		h[n++] = (struct http_header){ STR("x-api-key"), to->key };
	else if (to->key.n > 0)
		h[n++] = (struct http_header){ STR("Authorization"),
			str_of(pool_printf(
			    s->pool, "Bearer %.*s", STR_ARG(to->key))) };
	if (name != NULL)
		h[n++] = (struct http_header){ STR("Idempotency-Key"),
			str_of(name) };
	for (size_t i = 0; i < to->n_headers; i++)
		h[n++] = to->headers[i];
	q->headers = h;
	q->n_headers = n;
}

/* Anthropic's own address has no version in it. */
static struct str url_of(struct pool *pool, const struct llm_endpoint *to)
{
	bool needs_version = to->dialect == &llm_anthropic &&
			     !str_ends(to->base_url, STR("/v1"));

	return str_of(pool_printf(pool, "%.*s%s%s", STR_ARG(to->base_url),
	    needs_version ? "/v1" : "", to->dialect->path));
}

/* A server's own words, in which it may repeat the key. */
static const char *words(
    struct pool *pool, const struct llm_endpoint *to, struct str text)
{
	size_t at;
	struct buf b;
	char *out;

	buf_init(&b, 0);
	while (to->key.n > 3 && (at = str_search(text, to->key)) < text.n) {
		buf_put(&b, str_head(text, at));
		buf_puts(&b, "***");
		text = str_from(text, at + to->key.n);
	}
	buf_put(&b, text);
	out = str_dup(pool, buf_str(&b));
	buf_fini(&b);
	for (char *c = out; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	}
	return out;
}

bool llm_is_too_long(int status, struct llm_fault fault)
{
	static const char *const signs[] = { "context_length", "context length",
		"context_size", "context size", "context window",
		"maximum context", "prompt is too long" };

	if (status != 400 && status != 413)
		return false;
	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		struct str sign = str_of(signs[i]);

		if (str_search(fault.type, sign) < fault.type.n ||
		    str_search(fault.message, sign) < fault.message.n)
			return true;
	}
	return false;
}

/* No money: waiting brings none. */
static bool is_spent(struct llm_fault fault)
{
	static const char *const types[] = { "insufficient_quota",
		"billing_error", "billing_hard_limit_reached",
		"billing_not_active", "access_terminated" };

	for (size_t i = 0; i < COUNT_OF(types); i++) {
		if (str_eq(fault.type, str_of(types[i])))
			return true;
	}
	return false;
}

static bool is_passing(int status)
{
	/* 200: it broke off */
	return status == 0 || status == 200 || status == 408 || status == 409 ||
	       status == 429 || status >= 500;
}

int64_t llm_retry_ms(const struct http_response *r, struct llm_fault fault,
    unsigned tries, int64_t now_s, double random)
{
	struct str should = http_header(r, "x-should-retry");
	uint64_t ms;
	int64_t wait, seconds;

	if (tries > LLM_RETRIES || is_spent(fault) ||
	    str_ieq(should, STR("false")))
		return -1;
	if (!str_ieq(should, STR("true")) && !is_passing(r->status))
		return -1;
	if (str_u64(
		str_trim(http_header(r, "retry-after-ms")), 0, INT64_MAX, &ms))
		return (int64_t)MIN_OF(ms, LLM_WAIT_MAX_MS);
	seconds = http_retry_after(r, now_s);
	if (seconds >= 0)
		return MIN_OF(seconds, LLM_WAIT_MAX_MS / 1000) * 1000;
	wait = LLM_WAIT_MS;
	for (unsigned i = 1; i < tries && wait < WAIT_DOUBLED_MAX; i++)
		wait *= 2;
	return (int64_t)((double)wait * (1 - random / 4));
}

static enum err_code refuse(struct sending *s, const struct http_response *r,
    struct llm_fault fault, struct err *err)
{
	const char *said = words(s->pool, s->to, fault.message);
	enum err_code code = ERR_BAD_GATEWAY;

	if (llm_is_too_long(r->status, fault))
		code = ERR_TOO_LARGE;
	else if (r->status == 401 || r->status == 403)
		code = ERR_UNAUTHORIZED;
	else if (r->status == 404)
		code = ERR_NOT_FOUND;
	else if (r->status == 429)
		code = ERR_RATE_LIMITED;
	else if (r->status == 400 || r->status == 413 || r->status == 422)
		code = ERR_BAD_REQUEST;
	return err_set(err, code, "The model's server answered %d%s%s",
	    r->status, said[0] != '\0' ? ": " : ".", said);
}

/* What stands between the first byte sent and the last one read. */
static enum err_code read_answer(struct sending *s,
    const struct http_response *r, struct llm_fault *fault_r,
    struct llm_answer *answer_r, struct err *err)
{
	enum err_code code;

	if (r->status != 200) {
		*fault_r = llm_read_fault(s->pool, buf_str(&s->body));
		return refuse(s, r, *fault_r, err);
	}
	if (buf_failed(&s->body))
		return err_set(err, ERR_BAD_GATEWAY,
		    "The model's server sent too long an answer.");
	if (!s->is_stream)
		llm_read(s->build, s->to->dialect, buf_str(&s->body));
	code = llm_build_end(s->build, answer_r, err);
	*fault_r = llm_build_fault(s->build);
	if (code != ERR_OK)
		(void)err_set(
		    err, code, "%s", words(s->pool, s->to, str_of(err->text)));
	return code;
}

static enum err_code try_once(struct sending *s, struct str body,
    const char *name, struct http_response *r, struct llm_fault *fault_r,
    struct llm_answer *answer_r, struct err *err)
{
	const struct llm_watch *w = s->watch;
	struct http_header *headers =
	    pool_alloc(s->pool, (s->to->n_headers + 5) * sizeof(*headers));
	struct http_request q = {
		.method = "POST",
		.url = url_of(s->pool, s->to),
		.has_body = true,
		.body = body,
		.timeout_ms = MIN_OF(
		    s->to->timeout_ms, (w->until_us - clock_now_us()) / 1000),
		.answer_max = STREAM_MAX,
		.tick = tick,
		.on_data = on_data,
		.arg = s,
	};
	enum err_code code;

	*r = (struct http_response){ .status = 0 };
	*fault_r = (struct llm_fault){ .message = STR_EMPTY };
	if (q.timeout_ms <= 0)
		return err_set(err, ERR_TIMEOUT,
		    "There was no time left to ask the model.");
	put_headers(s, name, headers, &q);
	code = http_send(s->to->settings, s->pool, &q, r, err);
	/* some servers hang up instead of saying that it is all */
	if (code == ERR_BAD_GATEWAY && s->is_stream &&
	    llm_build_end(s->build, answer_r, NULL) == ERR_OK)
		return ERR_OK;
	if (code == ERR_TOO_LARGE)
		return err_set(err, ERR_BAD_GATEWAY,
		    "The model's server sent too long an answer.");
	return code != ERR_OK ? code
			      : read_answer(s, r, fault_r, answer_r, err);
}

/* Whether there is reason to go on afterwards. */
static bool pause_ms(const struct llm_watch *w, int64_t ms)
{
	int64_t until = clock_mono_ms() + ms;

	for (;;) {
		int64_t left = MIN_OF(until - clock_mono_ms(), PAUSE_MS);
		struct timespec t = { .tv_nsec = left * 1000000 };

		if (w->tick != NULL && !w->tick(w->arg))
			return false;
		if (left <= 0)
			return true;
		nanosleep(&t, NULL);
	}
}

static double some(void)
{
	uint32_t n;

	rnd_bytes(&n, sizeof(n));
	return (double)n / UINT32_MAX;
}

/* Whether another try is worth it and there is time for it; waits then. */
static bool may_try_again(const struct sending *s, enum err_code code,
    const struct http_response *r, struct llm_fault fault, unsigned tries)
{
	int64_t now = clock_now_us(), wait;

	if (code == ERR_BAD_REQUEST || code == ERR_TOO_LARGE ||
	    llm_build_is_shown(s->build))
		return false;
	wait = llm_retry_ms(r, fault, tries, now / 1000000, some());
	if (wait < 0 ||
	    now + (wait + LEAST_LEFT_MS) * 1000 > s->watch->until_us)
		return false;
	log_debug("llm_retry status=%d tries=%u wait_ms=%d", r->status, tries,
	    (int)wait);
	return pause_ms(s->watch, wait);
}

/* A status other than 200 is a refusal; without one it was not waited for. */
static void add_spent(const struct sending *s, const struct llm_request *in,
    const struct http_response *r, struct llm_spent *spent)
{
	int64_t tokens_in, tokens_out;

	if (spent == NULL || !r->is_sent ||
	    (r->status != 0 && r->status != 200))
		return;
	llm_build_cost(s->build, &tokens_in, &tokens_out);
	spent->tries++;
	spent->tokens_in +=
	    tokens_in > 0 ? tokens_in : llm_estimate_request(in);
	spent->tokens_out += tokens_out;
}

enum err_code llm_send(struct pool *pool, const struct llm_endpoint *to,
    const struct llm_request *in, const char *name,
    const struct llm_watch *watch, struct llm_answer *answer_r,
    struct llm_spent *spent, struct err *err)
{
	struct str body = llm_body(pool, to->dialect, in);
	struct llm_fault fault;
	struct http_response r;
	enum err_code code;

	for (unsigned tries = 1;; tries++) {
		struct sending s = { .pool = pool,
			.to = to,
			.watch = watch,
			.build = llm_build_new(
			    pool, watch->on_text, watch->text_arg) };

		buf_init(&s.body, HTTP_ANSWER_MAX);
		code = try_once(&s, body, name, &r, &fault, answer_r, err);
		buf_fini(&s.body);
		if (s.is_stream)
			sse_fini(&s.sse);
		if (code != ERR_OK)
			add_spent(&s, in, &r, spent);
		if (code == ERR_OK ||
		    !may_try_again(&s, code, &r, fault, tries))
			return code;
	}
}
