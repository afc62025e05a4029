/* test_llm.c: requests to models and their answers, in both dialects */
/* SPDX-License-Identifier: MIT */
#include "bot/llm.h"
#include "bot/llm_build.h"
#include "unit.h"

static struct pool *pool;
static struct buf shown; /* pieces, with | between them */

static int setup(void)
{
	pool = pool_new();
	buf_init(&shown, 0);
	return 0;
}

static int teardown(void)
{
	buf_fini(&shown);
	pool_free(&pool);
	return 0;
}

static void on_text(void *arg, struct str text)
{
	(void)arg;
	if (shown.n > 0)
		buf_byte(&shown, '|');
	buf_put(&shown, text);
}

/* ---------------------------------------------------------------- requests */

static const struct llm_call calls[] = {
	{ .id = STR_INIT("c1"),
	    .name = STR_INIT("add"),
	    .arguments = STR_INIT("{\"a\": 1}") },
	{ .id = STR_INIT("c2"),
	    .name = STR_INIT("now"),
	    .arguments = STR_INIT("{}") },
};
static struct llm_message said[] = {
	{ .role = LLM_USER, .text = STR_INIT("1+1?") },
	{ .role = LLM_ASSISTANT,
	    .text = STR_INIT("Let me see. "),
	    .n_calls = 2,
	    .calls = calls,
	    .thinking = STR_INIT("{\"type\":\"thinking\",\"thinking\":\"hm\","
				 "\"signature\":\"s1\"}") },
	{ .role = LLM_TOOL, .text = STR_INIT("2"), .call_id = STR_INIT("c1") },
	{ .role = LLM_TOOL,
	    .text = STR_INIT("Error: no"),
	    .call_id = STR_INIT("c2"),
	    .is_error = true },
};
static const struct llm_tool tools[] = {
	{ STR_INIT("add"), STR_INIT("Adds \"numbers\"."),
	    STR_INIT("{\"type\":\"object\"}") },
};

static struct llm_request request(void)
{
	return (struct llm_request){ .model = STR("m1"),
		.system = STR("Be brief."),
		.messages = { 4, said },
		.n_tools = 1,
		.tools = tools,
		.max_tokens = 100,
		.max_tokens_field = STR("max_tokens"),
		.has_temperature = true,
		.temperature = 1.5 };
}

static void openai_is_asked_as_it_wants(void)
{
	struct llm_request in = request();

	CU_ASSERT(unit_same(llm_body(pool, &llm_openai, &in),
	    "{\"model\":\"m1\",\"messages\":["
	    "{\"role\":\"system\",\"content\":\"Be brief.\"},"
	    "{\"role\":\"user\",\"content\":\"1+1?\"},"
	    "{\"role\":\"assistant\",\"content\":\"Let me see. \","
	    "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
	    "\"function\":{\"name\":\"add\",\"arguments\":\"{\\\"a\\\": 1}\"}},"
	    "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":"
	    "\"now\",\"arguments\":\"{}\"}}]},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"2\"},"
	    "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":"
	    "\"Error: no\"}],"
	    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"add\","
	    "\"description\":\"Adds \\\"numbers\\\".\",\"parameters\":"
	    "{\"type\":\"object\"}}}],"
	    "\"max_tokens\":100,\"temperature\":1.5}"));
	in = (struct llm_request){ .model = STR("m1"),
		.messages = { 1, said },
		.n_tools = 1,
		.tools = tools,
		.max_tokens = 5,
		.max_tokens_field = STR("max_completion_tokens"),
		.is_streaming = true,
		.is_last = true };
	CU_ASSERT(unit_same(llm_body(pool, &llm_openai, &in),
	    "{\"model\":\"m1\",\"messages\":["
	    "{\"role\":\"user\",\"content\":\"1+1?\"}],"
	    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"add\","
	    "\"description\":\"Adds \\\"numbers\\\".\",\"parameters\":"
	    "{\"type\":\"object\"}}}],\"tool_choice\":\"none\","
	    "\"max_completion_tokens\":5,\"stream\":true,"
	    "\"stream_options\":{\"include_usage\":true}}"));
}

static void anthropic_is_asked_as_it_wants(void)
{
	static struct llm_message talk[] = {
		{ .role = LLM_ASSISTANT, .text = STR_INIT("Welcome ") },
		{ .role = LLM_USER, .text = STR_INIT("hi") },
	};
	struct llm_request in = request();

	CU_ASSERT(unit_same(llm_body(pool, &llm_anthropic, &in),
	    "{\"model\":\"m1\",\"max_tokens\":100,\"system\":\"Be brief.\","
	    "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"1+1?\"}]},"
	    "{\"role\":\"assistant\",\"content\":["
	    "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s1\"},"
	    "{\"type\":\"text\",\"text\":\"Let me see.\"},"
	    "{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"add\",\"input\":"
	    "{\"a\": 1}},{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"now\","
	    "\"input\":{}}]},"
	    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
	    "\"tool_use_id\":\"c1\",\"content\":\"2\"},"
	    "{\"type\":\"tool_result\",\"tool_use_id\":\"c2\",\"content\":"
	    "\"Error: no\",\"is_error\":true}]}],"
	    "\"tools\":[{\"name\":\"add\",\"description\":"
	    "\"Adds \\\"numbers\\\".\",\"input_schema\":{\"type\":\"object\"}}"
	    "],\"temperature\":1}"));
	in = (struct llm_request){ .model = STR("m1"),
		.messages = { 2, talk },
		.n_tools = 1,
		.tools = tools,
		.max_tokens = 5,
		.is_streaming = true,
		.is_last = true };
	CU_ASSERT(unit_same(llm_body(pool, &llm_anthropic, &in),
	    "{\"model\":\"m1\",\"max_tokens\":5,\"messages\":["
	    "{\"role\":\"user\",\"content\":\"(The visitor has opened the "
	    "chat.)\"},"
	    "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":"
	    "\"Welcome\"}]},{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	    "\"text\":\"hi\"}]}],"
	    "\"tools\":[{\"name\":\"add\",\"description\":"
	    "\"Adds \\\"numbers\\\".\",\"input_schema\":{\"type\":\"object\"}}"
	    "],\"tool_choice\":{\"type\":\"none\"},\"stream\":true}"));
}

/* ----------------------------------------------------------------- answers */

/* "done|text|name(arguments)#id …|in/out", or "! sentence". A call whose
 * arguments cannot be read has a ? before it, a made id is #* . */
static struct str spell(
    enum err_code code, const struct llm_answer *a, const struct err *err)
{
	static const char *const stops[] = { "done", "length", "tools",
		"filtered" };
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	if (code != ERR_OK)
		buf_printf(&b, "! %s", err->text);
	else
		buf_printf(&b, "%s|%.*s|", stops[a->stop], STR_ARG(a->text));
	for (size_t i = 0; code == ERR_OK && i < a->n_calls; i++) {
		const struct llm_call *c = &a->calls[i];
		bool is_made = str_starts(c->id, STR("call_0"));

		buf_printf(&b, "%s%s%.*s(%.*s)#%.*s", i > 0 ? " " : "",
		    c->input == NULL ? "?" : "", STR_ARG(c->name),
		    STR_ARG(c->arguments), is_made ? 1 : (int)c->id.n,
		    is_made ? "*" : c->id.p);
	}
	if (code == ERR_OK && a->has_usage)
		buf_printf(&b, "|%d/%d", (int)a->tokens_in, (int)a->tokens_out);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

struct row {
	const char *what;
	const char *body;
	const char *want;
};

static void check_answers(
    const struct llm_dialect *dialect, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct llm_build *b = llm_build_new(pool, NULL, NULL);
		struct llm_answer a;
		struct err err = { .code = ERR_OK };
		enum err_code code;

		llm_read(b, dialect, str_of(rows[i].body));
		code = llm_build_end(b, &a, &err);
		CU_ASSERT_FALSE(llm_build_is_shown(b));
		CU_ASSERT(
		    unit_case(unit_same(spell(code, &a, &err), rows[i].want), i,
			rows[i].what));
	}
}

#define CHOICE(message, finish)                                                \
	"{\"choices\":[{\"index\":0,\"message\":" message                      \
	",\"finish_reason\":" finish "}]}"
#define CALLS(calls) CHOICE("{\"tool_calls\":[" calls "]}", "\"tool_calls\"")

static void openai_answers_are_read(void)
{
	static const struct row rows[] = {
		{ "a plain answer",
		    "{\"id\":\"x\",\"object\":\"chat.completion\",\"created\":1,"
		    "\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{"
		    "\"role\":\"assistant\",\"content\":\"Hi é\",\"refusal\":"
		    "null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
		    "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,"
		    "\"total_tokens\":11}}",
		    "done|Hi é||9/2" },
		{ "no usage, no finish_reason, keys that nobody knows",
		    CHOICE("{\"content\":\"Hi\",\"reasoning_content\":\"hm\","
			   "\"x\":{\"y\":[]}}",
			"null"),
		    "done|Hi|" },
		{ "parts",
		    CHOICE("{\"content\":[{\"type\":\"text\",\"text\":"
			   "\"a\"},{\"type\":\"x\"},{\"type\":\"text\","
			   "\"text\":\"b\"}]}",
			"\"stop\""),
		    "done|ab|" },
		{ "a refusal in words",
		    CHOICE("{\"content\":null,\"refusal\":\"I may not.\"}",
			"\"stop\""),
		    "done|I may not.|" },
		{ "cut off", CHOICE("{\"content\":\"Hi\"}", "\"length\""),
		    "length|Hi|" },
		{ "filtered",
		    CHOICE("{\"content\":\"\"}", "\"content_filter\""),
		    "filtered||" },
		{ "two calls",
		    CALLS("{\"id\":\"a\",\"type\":\"function\",\"function\":{"
			  "\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}},"
			  "{\"id\":\"b\",\"type\":\"function\",\"function\":{"
			  "\"name\":\"g\",\"arguments\":\"{}\"}}"),
		    "tools||f({\"x\":1})#a g({})#b" },
		{ "stop with calls, content empty",
		    CHOICE("{\"content\":\"\",\"tool_calls\":[{\"id\":\"a\","
			   "\"function\":{\"name\":\"f\",\"arguments\":"
			   "\"{}\"}}]}",
			"\"stop\""),
		    "tools||f({})#a" },
		{ "arguments as an object",
		    CALLS("{\"id\":\"a\",\"function\":{\"name\":\"f\","
			  "\"arguments\":{\"x\":[1,2]}}}"),
		    "tools||f({\"x\":[1,2]})#a" },
		{ "arguments empty, absent, null",
		    CALLS("{\"id\":\"a\",\"function\":{\"name\":\"f\","
			  "\"arguments\":\"\"}},{\"id\":\"b\",\"function\":{"
			  "\"name\":\"f\"}},{\"id\":\"c\",\"function\":{"
			  "\"name\":\"f\",\"arguments\":\"null\"}}"),
		    "tools||f({})#a f({})#b f({})#c" },
		{ "arguments that are no object",
		    CALLS("{\"id\":\"a\",\"function\":{\"name\":\"f\","
			  "\"arguments\":\"{\\\"x\\\":\"}},{\"id\":\"b\","
			  "\"function\":{\"name\":\"f\",\"arguments\":"
			  "\"[1]\"}}"),
		    "tools||?f({})#a ?f({})#b" },
		{ "ids absent and twice",
		    CALLS("{\"function\":{\"name\":\"f\"}},{\"id\":\"a\","
			  "\"function\":{\"name\":\"g\"}},{\"id\":\"a\","
			  "\"function\":{\"name\":\"h\"}}"),
		    "tools||f({})#* g({})#a h({})#*" },
		{ "a thought before the text",
		    CHOICE("{\"content\":\"\\n<think>hm <b> </thin </think>"
			   "\\n\\nHi <think>\"}",
			"\"stop\""),
		    "done|Hi <think>|" },
		{ "a thought without an end",
		    CHOICE("{\"content\":\"<think>hm\"}", "\"stop\""),
		    "done||" },
		{ "almost a thought",
		    CHOICE("{\"content\":\"<thi\"}", "\"stop\""),
		    "done|<thi|" },
		{ "control characters",
		    CHOICE("{\"content\":\"a\\u0007b\\u0085c\\n\\td\"}",
			"\"stop\""),
		    "done|abc\n\td|" },
		{ "no choices", "{\"choices\":[]}",
		    "! The model's server sent no answer." },
		{ "no message", "{\"choices\":[{}]}",
		    "! The model's server sent no answer." },
		{ "an error with 200",
		    "{\"error\":{\"message\":\"busy\",\"code\":503}}",
		    "! The model's server broke the answer off: busy" },
		{ "HTML", "<html><h1>Hello</h1>",
		    "! The model's server did not answer in JSON." },
		{ "nothing", "",
		    "! The model's server did not answer in JSON." },
		{ "garbage", "{malformed json: <<<chaos>>>",
		    "! The model's server did not answer in JSON." },
	};

	check_answers(&llm_openai, rows, COUNT_OF(rows));
}

static void anthropic_answers_are_read(void)
{
	static const struct row rows[] = {
		{ "a plain answer",
		    "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
		    "\"assistant\",\"model\":\"m\",\"content\":[{\"type\":"
		    "\"text\",\"text\":\"Hi\"}],\"stop_reason\":\"end_turn\","
		    "\"stop_sequence\":null,\"usage\":{\"input_tokens\":7,"
		    "\"output_tokens\":3,\"cache_read_input_tokens\":10,"
		    "\"cache_creation_input_tokens\":null}}",
		    "done|Hi||17/3" },
		{ "calls between texts",
		    "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\","
		    "\"signature\":\"s\"},{\"type\":\"text\",\"text\":\"Wait. "
		    "\"},{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":"
		    "\"f\",\"input\":{\"x\":1}},{\"type\":\"tool_use\",\"id\":"
		    "\"toolu_2\",\"name\":\"g\",\"input\":{}}],"
		    "\"stop_reason\":\"tool_use\"}",
		    "tools|Wait. |f({\"x\":1})#toolu_1 g({})#toolu_2" },
		{ "cut off", "{\"content\":[],\"stop_reason\":\"max_tokens\"}",
		    "length||" },
		{ "too long",
		    "{\"content\":[],\"stop_reason\":"
		    "\"model_context_window_exceeded\"}",
		    "length||" },
		{ "refused", "{\"content\":[],\"stop_reason\":\"refusal\"}",
		    "filtered||" },
		{ "an error",
		    "{\"type\":\"error\",\"error\":{\"type\":"
		    "\"overloaded_error\",\"message\":\"Overloaded\"}}",
		    "! The model's server broke the answer off: Overloaded" },
		{ "no content", "{\"type\":\"message\"}",
		    "! The model's server sent no answer." },
		{ "garbage", "[]",
		    "! The model's server did not answer in "
		    "JSON." },
	};
	struct llm_build *b = llm_build_new(pool, NULL, NULL);
	struct llm_answer a;

	check_answers(&llm_anthropic, rows, COUNT_OF(rows));
	llm_read(b, &llm_anthropic, str_of(rows[1].body));
	CU_ASSERT_EQUAL_FATAL(llm_build_end(b, &a, NULL), ERR_OK);
	CU_ASSERT(unit_same(a.thinking,
	    "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":"
	    "\"s\"}"));
}

/* ----------------------------------------------------------------- streams */

/* Events with line ends between them. */
static void check_streams(
    const struct llm_dialect *dialect, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct llm_build *b = llm_build_new(pool, on_text, NULL);
		struct str rest = str_of(rows[i].body), event;
		struct llm_answer a;
		struct err err = { .code = ERR_OK };
		enum err_code code;

		buf_clear(&shown);
		while (str_split(&rest, '\n', &event)) {
			if (event.n > 0)
				dialect->read_event(b, event);
		}
		code = llm_build_end(b, &a, &err);
		CU_ASSERT_EQUAL(llm_build_is_shown(b), shown.n > 0);
		CU_ASSERT(
		    unit_case(unit_same(spell(code, &a, &err), rows[i].want), i,
			rows[i].what));
	}
}

#define DELTA(delta)	 "{\"choices\":[{\"index\":0,\"delta\":" delta "}]}\n"
#define CALL_DELTA(call) DELTA("{\"tool_calls\":[" call "]}")
#define FINISH(why)                                                            \
	"{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" why     \
	"\"}]}\n"

static void openai_streams_are_read(void)
{
	static const struct row rows[] = {
		{ "a text in pieces",
		    DELTA("{\"role\":\"assistant\",\"content\":null}") DELTA(
			"{\"content\":\"\"}") DELTA("{\"content\":\"Hé\"}")
			DELTA("{\"content\":\" "
			      "[DONE]\"}")
			    FINISH("stop") "{\"choices\":[],\"usage\":{"
					   "\"prompt_tokens\":2,"
					   "\"completion_tokens\":7}}\n"
					   "[DONE]",
		    "done|Hé [DONE]||2/7" },
		{ "what comes behind the end is not read",
		    DELTA("{\"content\":\"a\"}") "[DONE]\n" DELTA(
			"{\"content\":\"b\"}"),
		    "done|a|" },
		{ "no [DONE]", DELTA("{\"content\":\"a\"}") FINISH("stop"),
		    "done|a|" },
		{ "broken off", DELTA("{\"content\":\"a\"}"),
		    "! The model's answer broke off." },
		{ "nothing", "", "! The model's answer broke off." },
		{ "two calls by index, arguments in pieces",
		    CALL_DELTA("{\"index\":0,\"id\":\"a\",\"type\":"
			       "\"function\",\"function\":{\"name\":\"f\","
			       "\"arguments\":\"\"}}")
			CALL_DELTA("{\"index\":0,\"function\":{\"arguments\":"
				   "\"{\\\"x\\\":\\\"\\\\u00\"}}")
			    CALL_DELTA(
				"{\"index\":1,\"id\":\"b\",\"function\":{\"name\":"
				"\"g\",\"arguments\":\"{}\"}}")
				CALL_DELTA("{\"index\":0,\"function\":{"
					   "\"arguments\":\"e9\\\"}\"}}")
				    FINISH("tool_calls") "[DONE]",
		    "tools||f({\"x\":\"\\u00e9\"})#a g({})#b" },
		{ "no index: by id, then the last one",
		    CALL_DELTA("{\"id\":\"a\",\"function\":{\"name\":\"f\"}}")
			CALL_DELTA("{\"function\":{\"arguments\":\"{}\"}}")
			    CALL_DELTA("{\"id\":\"b\",\"function\":{\"name\":"
				       "\"g\",\"arguments\":{\"y\":2}}}")
				FINISH("stop"),
		    "tools||f({})#a g({\"y\":2})#b" },
		{ "all with index 0",
		    CALL_DELTA("{\"index\":0,\"id\":\"a\",\"function\":{"
			       "\"name\":\"f\",\"arguments\":\"{}\"}}")
			CALL_DELTA("{\"index\":0,\"id\":\"b\",\"function\":{"
				   "\"name\":\"g\",\"arguments\":\"{}\"}}")
			    FINISH("tool_calls"),
		    "tools||f({})#a g({})#b" },
		{ "the id again with each piece",
		    CALL_DELTA("{\"index\":0,\"id\":\"a\",\"function\":{"
			       "\"name\":\"f\",\"arguments\":\"{\"}}")
			CALL_DELTA("{\"index\":0,\"id\":\"a\",\"function\":{"
				   "\"name\":\"f\",\"arguments\":\"}\"}}")
			    FINISH("tool_calls"),
		    "tools||f({})#a" },
		{ "no ids",
		    CALL_DELTA("{\"index\":0,\"function\":{\"name\":\"f\"}}")
			CALL_DELTA("{\"index\":1,\"function\":{\"name\":\"g\"}"
				   "}") FINISH("tool_calls"),
		    "tools||f({})#* g({})#*" },
		{ "usage without choices, null choices, other choices",
		    "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}"
		    "\n{\"choices\":null}\n"
		    "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"}"
		    "}]}\n" DELTA("{\"content\":\"a\",\"obfuscation\":\"xyz\"}")
			FINISH("stop") "{\"choices\":null,\"usage\":{"
				       "\"prompt_tokens\":5,"
				       "\"completion_tokens\":6}}",
		    "done|a||5/6" },
		{ "an error in the middle",
		    DELTA(
			"{\"content\":\"a\"}") "{\"error\":{\"message\":"
					       "\"gone\",\"code\":500}}\n" DELTA(
						   "{\"content\":\"b\"}"),
		    "! The model's server broke the answer off: gone" },
		{ "an error in a text", "{\"error\":\"gone\"}",
		    "! The model's server broke the answer off: gone" },
		{ "no JSON", DELTA("{\"content\":\"a\"}") "{\"choi",
		    "! The model's server did not answer in JSON." },
		{ "thoughts in pieces",
		    DELTA("{\"content\":\"<thi\"}")
			DELTA("{\"content\":\"nk>a</th\"}")
			    DELTA("{\"content\":\"ink>\\n\"}")
				DELTA("{\"content\":\"\\nb\"}") FINISH("stop"),
		    "done|b|" },
	};

	check_streams(&llm_openai, rows, COUNT_OF(rows));
	CU_ASSERT(unit_same(buf_str(&shown), "b"));
	check_streams(&llm_openai, rows, 1);
	CU_ASSERT(unit_same(buf_str(&shown), "Hé| [DONE]"));
}

#define EVENT(type, rest) "{\"type\":\"" type "\"" rest "}\n"
#define START(i, block)                                                        \
	EVENT("content_block_start",                                           \
	    ",\"index\":" i ",\"content_block\":{" block "}")
#define PIECE(i, delta)                                                        \
	EVENT("content_block_delta", ",\"index\":" i ",\"delta\":{" delta "}")
#define STOP(i) EVENT("content_block_stop", ",\"index\":" i)
#define BEGIN                                                                  \
	EVENT("message_start", ",\"message\":{\"content\":[],\"usage\":{"      \
			       "\"input_tokens\":4,\"output_tokens\":1}}")
#define END(why)                                                               \
	EVENT("message_delta", ",\"delta\":{\"stop_reason\":\"" why            \
			       "\"},\"usage\":{\"output_tokens\":9}")          \
	EVENT("message_stop", "")

static void anthropic_streams_are_read(void)
{
	static const struct row rows[] = {
		{ "a text",
		    BEGIN START("0", "\"type\":\"text\",\"text\":\"\"")
			EVENT("ping", "") PIECE(
			    "0", "\"type\":\"text_delta\",\"text\":\"H\"")
			    PIECE("0", "\"type\":\"text_delta\",\"text\":"
				       "\"i\"") STOP("0")
				EVENT("whatever", ",\"x\":1") END("end_turn"),
		    "done|Hi||4/9" },
		{ "thinking, a text and calls",
		    BEGIN START("0", "\"type\":\"thinking\",\"thinking\":\"\"")
			PIECE("0", "\"type\":\"thinking_delta\",\"thinking\":"
				   "\"h\"") PIECE("0",
			    "\"type\":\"thinking_delta\",\"thinking\":\"m\"")
			    PIECE("0",
				"\"type\":\"signature_delta\","
				"\"signature\":\"sig\"") STOP("0") START("1",
				"\"type\":\"redacted_thinking\","
				"\"data\":\"zz\"") STOP("1") START("2",
				"\"type\":\"text\",\"text\":\"\"") PIECE("2",
				"\"type\":\"text_delta\","
				"\"text\":\"Wait.\"") STOP("2") START("3",
				"\"type\":\"tool_use\","
				"\"id\":\"t1\",\"name\":"
				"\"f\",\"input\":{}")
				PIECE("3", "\"type\":\"input_json_delta\","
					   "\"partial_json\":\"\"")
				    PIECE("3", "\"type\":\"input_json_"
					       "delta\",\"partial_json\":"
					       "\"{\\\"x\\\"\"")
					PIECE("3", "\"type\":\"input_json_"
						   "delta\",\"partial_"
						   "json\":\":1}\"") STOP("3")
					    START("4", "\"type\":\"tool_"
						       "use\",\"id\":"
						       "\"t2\",\"name\":"
						       "\"g\",\"input\":{}")
						STOP("4") END("tool_use"),
		    "tools|Wait.|f({\"x\":1})#t1 g({})#t2|4/9" },
		{ "input at the beginning",
		    BEGIN START("0", "\"type\":\"tool_use\",\"id\":\"t1\","
				     "\"name\":\"f\",\"input\":{\"a\":2}")
			STOP("0") END("tool_use"),
		    "tools||f({\"a\":2})#t1|4/9" },
		{ "an error after 200",
		    BEGIN EVENT("error", ",\"error\":{\"type\":"
					 "\"overloaded_error\",\"message\":"
					 "\"Overloaded\"}"),
		    "! The model's server broke the answer off: Overloaded" },
		{ "broken off",
		    BEGIN START("0", "\"type\":\"text\",\"text\":\"\"")
			PIECE("0", "\"type\":\"text_delta\",\"text\":\"H\""),
		    "! The model's answer broke off." },
		{ "refused", BEGIN END("refusal"), "filtered|||4/9" },
		{ "cut off", BEGIN END("max_tokens"), "length|||4/9" },
		{ "no JSON", BEGIN "<html>",
		    "! The model's server did not answer in JSON." },
	};
	struct llm_build *b = llm_build_new(pool, NULL, NULL);
	struct str rest = str_of(rows[1].body), event;
	struct llm_answer a;

	check_streams(&llm_anthropic, rows, COUNT_OF(rows));
	while (str_split(&rest, '\n', &event)) {
		if (event.n > 0)
			llm_anthropic.read_event(b, event);
	}
	CU_ASSERT_EQUAL_FATAL(llm_build_end(b, &a, NULL), ERR_OK);
	CU_ASSERT(unit_same(a.thinking,
	    "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":"
	    "\"sig\"},{\"type\":\"redacted_thinking\",\"data\":\"zz\"}"));
}

/* ------------------------------------------------------------------ limits */

static void what_is_too_much_is_not_kept(void)
{
	struct llm_build *b = llm_build_new(pool, NULL, NULL);
	struct llm_build_call *call = NULL;
	struct llm_answer a;
	struct err err = { .code = ERR_OK };
	struct buf part;

	buf_init(&part, 0);
	for (int i = 0; i < 10000; i++)
		buf_byte(&part, 'x');
	for (int i = 0; i < LLM_CALLS_MAX + 5; i++) {
		call = llm_build_call(b, i, STR_EMPTY);
		llm_build_name(call, STR("f"));
		llm_build_arguments(call, STR("{}"));
	}
	CU_ASSERT_PTR_NULL(call);
	call = llm_build_call(b, 0, STR_EMPTY);
	for (int i = 0; i < 10; i++)
		llm_build_arguments(call, buf_str(&part));
	llm_build_over(b);
	CU_ASSERT_EQUAL_FATAL(llm_build_end(b, &a, NULL), ERR_OK);
	CU_ASSERT_EQUAL(a.n_calls, LLM_CALLS_MAX);
	CU_ASSERT_PTR_NULL(a.calls[0].input);
	CU_ASSERT(unit_same(a.calls[0].arguments, "{}"));
	CU_ASSERT_PTR_NOT_NULL(a.calls[1].input);

	b = llm_build_new(pool, NULL, NULL);
	for (int i = 0; i < 14; i++)
		llm_build_text(b, buf_str(&part));
	CU_ASSERT_EQUAL(llm_build_end(b, &a, &err), ERR_BAD_GATEWAY);
	CU_ASSERT(
	    unit_same(str_of(err.text), "The model's answer is too long."));
	buf_fini(&part);
}

static void deep_arguments_are_no_object(void)
{
	struct llm_build *b = llm_build_new(pool, NULL, NULL);
	struct llm_build_call *call = llm_build_call(b, 0, STR("a"));
	struct llm_answer a;

	for (int i = 0; i < 1000; i++)
		llm_build_arguments(call, STR("{\"a\":"));
	llm_build_arguments(call, STR("1"));
	for (int i = 0; i < 1000; i++)
		llm_build_arguments(call, STR("}"));
	llm_build_over(b);
	CU_ASSERT_EQUAL_FATAL(llm_build_end(b, &a, NULL), ERR_OK);
	CU_ASSERT_PTR_NULL(a.calls[0].input);
}

/* "u a[1] t a u": who, with the number of calls. */
static struct str roles(const struct llm_messages *m)
{
	static const char letters[] = { 'u', 'a', 't' };
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < m->n; i++) {
		buf_byte(&b, letters[m->items[i].role]);
		if (m->items[i].n_calls > 0)
			buf_u64(&b, m->items[i].n_calls);
	}
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static void trimming_keeps_results_with_their_calls(void)
{
	static const struct {
		const char *before;
		const char *after; /* each time it is trimmed */
	} rows[] = {
		{ "u", "u" },
		{ "au", "u" },
		{ "uauau", "uau u" },
		{ "ua2ttau", "u" },
		{ "ua2ttaua2ttau", "ua2ttau u" },
		/* what belongs to the last question stays */
		{ "uaua1ta2tt", "ua1ta2tt" },
		{ "ua1ta1t", "ua1ta1t" },
		{ "a1tt", "a1tt" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct llm_message items[32] = { { .role = LLM_USER } };
		struct llm_messages m = { 0, items };
		struct str rest = str_of(rows[i].after), want;

		for (const char *c = rows[i].before; *c != '\0'; c++) {
			if (*c >= '0' && *c <= '9')
				items[m.n - 1].n_calls = (size_t)(*c - '0');
			else
				items[m.n++].role = *c == 'u'	? LLM_USER
						    : *c == 'a' ? LLM_ASSISTANT
								: LLM_TOOL;
		}
		while (str_split(&rest, ' ', &want)) {
			bool is_trimmed = llm_trim(&m);

			CU_ASSERT(
			    unit_case(unit_same(roles(&m), str_dup(pool, want)),
				i, rows[i].before));
			CU_ASSERT_EQUAL(
			    is_trimmed, !str_eq(want, str_of(rows[i].before)));
		}
		CU_ASSERT_FALSE(llm_trim(&m));
	}
}

static void faults_are_read(void)
{
	static const struct {
		const char *body;
		const char *message;
		const char *type;
	} rows[] = {
		{ "{\"error\":{\"message\":\"Bad key\",\"type\":\"x\","
		  "\"code\":\"invalid_api_key\"}}",
		    "Bad key", "invalid_api_key" },
		{ "{\"type\":\"error\",\"error\":{\"type\":"
		  "\"rate_limit_error\",\"message\":\"Slow down\"}}",
		    "Slow down", "rate_limit_error" },
		{ "{\"error\":{\"message\":\"full\",\"code\":400}}", "full",
		    "400" },
		{ "[{\"error\":{\"message\":\"full\",\"code\":null}}]", "full",
		    "" },
		{ "{\"error\":\"model not found\"}", "model not found", "" },
		{ "{\"detail\":\"Not Found\"}", "Not Found", "" },
		{ "{\"detail\":[{\"msg\":\"field required\"}]}",
		    "field required", "" },
		{ "{\"message\":\"no\"}", "no", "" },
		{ "<html><body>503</body></html>", "", "" },
		{ "", "", "" },
		{ "{\"error\":7}", "", "" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct llm_fault f = llm_read_fault(pool, str_of(rows[i].body));

		CU_ASSERT(unit_case(unit_same(f.message, rows[i].message) &&
					unit_same(f.type, rows[i].type),
		    i, rows[i].body));
	}
}

static CU_TestInfo tests[] = {
	{ "openai is asked as it wants", openai_is_asked_as_it_wants },
	{ "anthropic is asked as it wants", anthropic_is_asked_as_it_wants },
	{ "openai answers are read", openai_answers_are_read },
	{ "anthropic answers are read", anthropic_answers_are_read },
	{ "openai streams are read", openai_streams_are_read },
	{ "anthropic streams are read", anthropic_streams_are_read },
	{ "what is too much is not kept", what_is_too_much_is_not_kept },
	{ "deep arguments are no object", deep_arguments_are_no_object },
	{ "trimming keeps results with their calls",
	    trimming_keeps_results_with_their_calls },
	{ "faults are read", faults_are_read },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_llm = { "llm", setup, teardown, NULL, NULL, tests };
