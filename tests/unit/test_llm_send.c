/* test_llm_send.c: when a model is asked again, and streams in single bytes */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_build.h"
#include "bot/llm_send.h"
#include "net/sse.h"
#include "unit.h"

#define NOW_S	  INT64_C(784111777) /* Sun, 06 Nov 1994 08:49:37 GMT */
#define EVENT_MAX 4096

static struct pool *pool;

static int setup(void)
{
	pool = pool_new();
	return 0;
}

static int teardown(void)
{
	pool_free(&pool);
	return 0;
}

/* ----------------------------------------------------------- another try */

struct wait {
	int status;
	const char *name, *value; /* of a header; NULL: none */
	unsigned tries;
	int64_t want_ms;
};

static int64_t wait_ms(const struct wait *w, const char *type)
{
	struct http_header h;
	struct http_response r = { .status = w->status };
	struct llm_fault fault = { .type = str_of(type) };

	if (w->name != NULL) {
		h = (struct http_header){ str_of(w->name), str_of(w->value) };
		r.n_headers = 1;
		r.headers = &h;
	}
	return llm_retry_ms(&r, fault, w->tries, NOW_S, 0);
}

static void servers_say_how_long_to_wait(void)
{
	static const struct wait waits[] = {
		{ 429, "retry-after", "2", 1, 2000 },
		{ 503, "retry-after", "0", 1, 0 },
		{ 429, "retry-after", "999999", 1, 60000 },
		{ 429, "retry-after", "99999999999999999999", 1, 500 },
		{ 429, "retry-after", "soon", 1, 500 },
		{ 429, "retry-after", "-1", 1, 500 },
		{ 429, "retry-after", "", 2, 1000 },
		{ 429, "retry-after", "Sun, 06 Nov 1994 08:49:47 GMT", 1,
		    10000 },
		{ 429, "retry-after", "Sunday, 06-Nov-94 08:49:47 GMT", 1,
		    10000 },
		{ 429, "retry-after", "Sun, 06 Nov 1994 08:49:07 GMT", 1, 0 },
		{ 429, "retry-after", "Mon, 06 Nov 2094 08:49:37 GMT", 1,
		    60000 },
		{ 429, "retry-after", "Sun, 99 Foo 1994 99:99:99 GMT", 1, 500 },
		{ 429, "retry-after-ms", "1500", 1, 1500 },
		{ 429, "retry-after-ms", " 7 ", 1, 7 },
		{ 429, "retry-after-ms", "999999999", 1, 60000 },
		{ 429, "retry-after-ms", "1.5", 1, 500 },
		{ 429, "retry-after-ms", "soon", 2, 1000 },
		/* where nobody waits, nobody waits longer either */
		{ 400, "retry-after", "2", 1, -1 },
		{ 429, "retry-after", "2", LLM_RETRIES + 1, -1 },
	};

	for (size_t i = 0; i < COUNT_OF(waits); i++)
		CU_ASSERT(unit_case(wait_ms(&waits[i], "") == waits[i].want_ms,
		    i, waits[i].value));
}

static void milliseconds_count_more_than_seconds(void)
{
	struct http_header h[] = {
		{ STR_INIT("retry-after"), STR_INIT("9") },
		{ STR_INIT("retry-after-ms"), STR_INIT("20") },
	};
	struct http_response r = {
		.status = 429, .n_headers = 2, .headers = h
	};
	struct llm_fault none = { .message = STR_EMPTY };

	CU_ASSERT_EQUAL(llm_retry_ms(&r, none, 1, NOW_S, 0), 20);
	h[1].value = STR("x");
	CU_ASSERT_EQUAL(llm_retry_ms(&r, none, 1, NOW_S, 0), 9000);
}

static void what_passes_is_tried_again(void)
{
	static const struct wait waits[] = {
		{ 0, NULL, NULL, 1, 500 },
		{ 200, NULL, NULL, 1, 500 }, /* a stream that broke off */
		{ 408, NULL, NULL, 1, 500 },
		{ 409, NULL, NULL, 1, 500 },
		{ 500, NULL, NULL, 2, 1000 },
		{ 502, NULL, NULL, 2, 1000 },
		{ 529, NULL, NULL, 1, 500 },
		{ 500, NULL, NULL, LLM_RETRIES + 1, -1 },
		{ 301, NULL, NULL, 1, -1 },
		{ 400, NULL, NULL, 1, -1 },
		{ 401, NULL, NULL, 1, -1 },
		{ 403, NULL, NULL, 1, -1 },
		{ 404, NULL, NULL, 1, -1 },
		{ 413, NULL, NULL, 1, -1 },
		{ 422, NULL, NULL, 1, -1 },
		{ 400, "x-should-retry", "true", 1, 500 },
		{ 500, "x-should-retry", "false", 1, -1 },
		{ 500, "x-should-retry", "perhaps", 1, 500 },
	};

	for (size_t i = 0; i < COUNT_OF(waits); i++)
		CU_ASSERT(unit_case(wait_ms(&waits[i], "") == waits[i].want_ms,
		    i, waits[i].value ? waits[i].value : "no header"));
	CU_ASSERT_EQUAL(wait_ms(&waits[4], "rate_limit_exceeded"), 1000);
	CU_ASSERT_EQUAL(wait_ms(&waits[4], "insufficient_quota"), -1);
	CU_ASSERT_EQUAL(wait_ms(&waits[4], "billing_error"), -1);
}

/* Chance takes up to a quarter, so that not all come back at once. */
static void waits_differ(void)
{
	struct http_response r = { .status = 500 };
	struct llm_fault none = { .message = STR_EMPTY };

	CU_ASSERT_EQUAL(llm_retry_ms(&r, none, 1, NOW_S, 1), 375);
	CU_ASSERT_EQUAL(llm_retry_ms(&r, none, 2, NOW_S, 0.5), 875);
}

/* --------------------------------------------------------------- streams */

struct reading {
	const struct llm_dialect *dialect;
	struct llm_build *build;
	struct buf shown;
};

static void on_text(void *arg, struct str text)
{
	buf_put(&((struct reading *)arg)->shown, text);
}

static bool on_event(void *arg, const struct sse_event *event)
{
	struct reading *r = arg;

	if (event->data.n > 0)
		r->dialect->read_event(r->build, event->data);
	return !llm_build_is_over(r->build);
}

/* As text: what was shown, the answer, its calls; or "! " and why not. */
static struct str read_in(
    const struct llm_dialect *dialect, struct str text, size_t piece)
{
	struct reading r = { .dialect = dialect };
	struct llm_answer a;
	struct err err = { .code = ERR_OK };
	struct sse s;
	struct buf b;
	struct str said;

	buf_init(&b, 0);
	buf_init(&r.shown, 0);
	r.build = llm_build_new(pool, on_text, &r);
	sse_init(&s, pool, EVENT_MAX, on_event, &r);
	while (text.n > 0 && sse_push(&s, str_head(text, piece)))
		text = str_from(text, piece);
	sse_fini(&s);
	if (llm_build_end(r.build, &a, &err) != ERR_OK) {
		buf_printf(
		    &b, "%.*s! %s", STR_ARG(buf_str(&r.shown)), err.text);
	} else {
		CU_ASSERT(str_eq(buf_str(&r.shown), a.text));
		buf_printf(&b, "%d %.*s %d/%d", (int)a.stop, STR_ARG(a.text),
		    (int)a.tokens_in, (int)a.tokens_out);
		for (size_t i = 0; i < a.n_calls; i++)
			buf_printf(&b, " %.*s %.*s %.*s",
			    STR_ARG(a.calls[i].id), STR_ARG(a.calls[i].name),
			    STR_ARG(a.calls[i].arguments));
	}
	said = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	buf_fini(&r.shown);
	return said;
}

#define O(delta, why)                                                          \
	"data: {\"choices\":[{\"index\":0,\"delta\":" delta                    \
	",\"finish_reason\":" why "}]}\r\n\r\n"
#define A(type, more)                                                          \
	"event: " type "\ndata: {\"type\":\"" type "\"" more "}\n\n"

static void streams_are_read_byte_by_byte(void)
{
	static const struct {
		const struct llm_dialect *dialect;
		const char *text, *want;
	} cases[] = {
		{ &llm_openai,
		    ": keep-alive\r\n\r\n" O("{\"content\":\"Habari 🌹\"}",
			"null") O("{\"content\":\" – \\ud83c\\udf39\"}",
			"null") O("{\"tool_calls\":[{\"index\":0,\"id\":\"a\","
				  "\"function\":{\"name\":\"f\",\"arguments\":"
				  "\"{\\\"é\\\"\"}}]}",
			"null") O("{\"tool_calls\":[{\"index\":0,\"function\":"
				  "{\"arguments\":\":1}\"}}]}",
			"\"tool_calls\"") "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":2,"
					  "\"completion_tokens\":7}}\r\n\r\ndata: [DONE]\r\n\r\n" O(
					      "{\"content\":\"behind the end\"}",
					      "null"),
		    "2 Habari 🌹 – 🌹 2/7 a f {\"é\":1}" },
		{ &llm_openai, O("{\"content\":\"a\"}", "null") "data: [DONE",
		    "a! The model's answer broke off." },
		{ &llm_anthropic,
		    "\xef\xbb\xbf" A("message_start",
			",\"message\":{\"content\":[],\"usage\":"
			"{\"input_tokens\":4,\"output_tokens\":1}}") A("ping",
			"") A("content_block_start",
			",\"index\":0,\"content_block\":{\"type\":\"text\","
			"\"text\":\"\"}") A("content_block_delta",
			",\"index\":0,\"delta\":{\"type\":"
			"\"text_delta\",\"text\":\"Habari 🌹\"}")
			A("content_block_stop", ",\"index\":0") A(
			    "content_block_start",
			    ",\"index\":1,\"content_block\":"
			    "{\"type\":\"tool_use\",\"id\":\"t\","
			    "\"name\":\"f\",\"input\":{}}") A("content_block_delta",
			    ",\"index\":1,\"delta\":{\"type\":"
			    "\"input_json_delta\","
			    "\"partial_json\":\"{\\\"é\\\":\"}")
			    A("content_block_delta",
				",\"index\":1,\"delta\":{\"type\":"
				"\"input_json_delta\",\"partial_json\":\"1}\"}")
				A("content_block_stop", ",\"index\":1") A(
				    "message_delta",
				    ",\"delta\":{\"stop_reason\":\"tool_use\"},"
				    "\"usage\":{\"output_tokens\":9}")
				    A("message_stop", ""),
		    "2 Habari 🌹 4/9 t f {\"é\":1}" },
		{ &llm_anthropic,
		    A("error", ",\"error\":{\"type\":\"overloaded_error\","
			       "\"message\":\"Zu viel für uns\"}"),
		    "! The model's server broke the answer off: "
		    "Zu viel für uns" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str text = str_of(cases[i].text);

		for (size_t piece = 1; piece <= text.n; piece += piece)
			CU_ASSERT(unit_case(
			    unit_same(read_in(cases[i].dialect, text, piece),
				cases[i].want),
			    i, "in pieces"));
	}
}

static void servers_words_are_cut_between_characters(void)
{
	struct llm_fault f;
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, "{\"error\":{\"message\":\"");
	for (int i = 0; i < LLM_FAULT_MAX - 1; i++)
		buf_byte(&b, 'x');
	buf_puts(&b, "\xf0\x9f\x8c\xb9 and more\",\"code\":\"c\"}}");
	f = llm_read_fault(pool, buf_str(&b));
	CU_ASSERT_EQUAL(f.message.n, LLM_FAULT_MAX - 1);
	CU_ASSERT(unit_same(f.type, "c"));
	buf_fini(&b);
}

static CU_TestInfo tests[] = {
	{ "servers say how long to wait", servers_say_how_long_to_wait },
	{ "milliseconds count more than seconds",
	    milliseconds_count_more_than_seconds },
	{ "what passes is tried again", what_passes_is_tried_again },
	{ "waits differ", waits_differ },
	{ "streams are read byte by byte", streams_are_read_byte_by_byte },
	{ "servers' words are cut between characters",
	    servers_words_are_cut_between_characters },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_llm_send = { "llm_send", setup, teardown, NULL, NULL,
	tests };
