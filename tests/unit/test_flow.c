/* test_flow.c: reading and checking flows */
/* SPDX-License-Identifier: MIT */
#include "bot/flow.h"

#include "base/buf.h"
#include "bot/action.h"
#include "unit.h"

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

static const struct flow *parse(const char *json, struct flow_findings *f)
{
	return flow_parse(pool, str_of(json), f);
}

/* Whether there is a finding of that kind whose path is this and whose
 * sentence holds text. */
static bool found(const struct flow_findings *f, bool is_warning,
    const char *path, const char *text)
{
	const struct flow_finding *item;

	for (size_t i = 0; i < f->n; i++) {
		item = &f->items[i];
		if (item->is_warning == is_warning &&
		    str_eq(item->path, str_of(path)) &&
		    str_search(item->text, str_of(text)) < item->text.n)
			return true;
	}
	for (size_t i = 0; i < f->n; i++)
		printf("\n     %s %.*s: %.*s\n",
		    f->items[i].is_warning ? "warning" : "error",
		    STR_ARG(f->items[i].path), STR_ARG(f->items[i].text));
	return false;
}

static void the_three_spellings_are_one(void)
{
	static const char *const texts[] = {
		"{\"a\":{\"message\":\"Hi\",\"transitions\":"
		"{\"default\":\"b\"}},\"b\":{\"message\":\"Bye\"}}",
		"{\"states\":{\"a\":{\"message\":\"Hi\",\"transitions\":"
		"{\"default\":\"b\"}},\"b\":{\"message\":\"Bye\"}}}",
		"{\"states\":[{\"name\":\"a\",\"message\":\"Hi\","
		"\"transitions\":{\"default\":\"b\"}},"
		"{\"name\":\"b\",\"message\":\"Bye\"}]}",
	};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct flow_findings f;
		const struct flow *flow = parse(texts[i], &f);

		CU_ASSERT_FATAL(unit_case(flow != NULL, i, texts[i]));
		CU_ASSERT_EQUAL(f.n, 0);
		CU_ASSERT_EQUAL_FATAL(flow->n, 2);
		CU_ASSERT_EQUAL(flow->initial, 0);
		CU_ASSERT(unit_same(flow->states[0].name, "a"));
		CU_ASSERT(
		    unit_same(flow->states[0].messages.items[0].text, "Hi"));
		CU_ASSERT_EQUAL(flow->states[0].transitions[0].target, 1);
		CU_ASSERT_PTR_EQUAL(
		    flow_find(flow, STR("b")), &flow->states[1]);
		CU_ASSERT_PTR_NULL(flow_find(flow, STR("c")));
	}
}

static void a_state_may_be_called_states(void)
{
	struct flow_findings f;
	const struct flow *flow = parse("{\"states\":{\"message\":\"Hi\","
					"\"transitions\":{}}}",
	    &f);

	CU_ASSERT_PTR_NOT_NULL_FATAL(flow);
	CU_ASSERT(unit_same(flow->states[0].name, "states"));
}

static void the_initial_state_is_found(void)
{
	static const struct {
		const char *text;
		size_t initial;
	} rows[] = {
		{ "{\"a\":{\"message\":\"1\"},\"b\":{\"message\":\"2\","
		  "\"initial\":true,\"transitions\":{\"default\":\"a\"}}}",
		    1 },
		{ "{\"a\":{\"message\":\"1\"},\"b\":{\"message\":\"2\","
		  "\"is_initial\":true}}",
		    1 },
		{ "{\"a\":{\"message\":\"1\"},\"b\":{\"message\":\"2\","
		  "\"is_initial_state\":true}}",
		    1 },
		{ "{\"initial_state\":\"b\",\"states\":{\"a\":{\"message\":"
		  "\"1\"},\"b\":{\"message\":\"2\"}}}",
		    1 },
		{ "{\"initial_state\":\"b\",\"a\":{\"message\":\"1\"},"
		  "\"b\":{\"message\":\"2\"}}",
		    1 },
		{ "{\"a\":{\"message\":\"1\"},\"b\":{\"message\":\"2\","
		  "\"initial\":false}}",
		    0 },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct flow_findings f;
		const struct flow *flow = parse(rows[i].text, &f);

		CU_ASSERT_FATAL(unit_case(flow != NULL, i, rows[i].text));
		CU_ASSERT(unit_case(
		    flow->initial == rows[i].initial, i, rows[i].text));
	}
}

static void errors_name_their_place(void)
{
	static const struct {
		const char *json;
		const char *path;
		const char *text;
	} rows[] = {
		{ "", "", "" },
		{ "{", "", "" },
		{ "[]", "", "JSON object" },
		{ "\"x\"", "", "JSON object" },
		{ "{}", "states", "no states" },
		{ "{\"states\":{}}", "states", "no states" },
		{ "{\"states\":[]}", "states", "no states" },
		{ "{\"a\":1}", "states.a", "object" },
		{ "{\"states\":{\"a\":{\"message\":\"x\"},\"b\":\"x\"}}",
		    "states.b", "object" },
		{ "{\"states\":[{\"message\":\"x\"}]}", "states[0].name",
		    "name" },
		{ "{\"states\":[{\"name\":\"a\"},{\"name\":\"a\"}]}",
		    "states.a", "two states" },
		{ "{\"a\":{},\"a\":{}}", "states.a", "two states" },
		{ "{\"a\":{\"initial\":true},\"b\":{\"initial\":true}}",
		    "states.b", "initial" },
		{ "{\"initial_state\":\"z\",\"states\":{\"a\":{}}}",
		    "initial_state", "“z”" },
		{ "{\"intents\":{\"hi\":\"x\"},\"states\":{\"a\":{}}}",
		    "intents", "name to array" },
		{ "{\"intents\":{\"hi\":[]},\"states\":{\"a\":{}}}",
		    "intents.hi", "needs an example" },
		{ "{\"intents\":{\"hi\":[\"x\",7]},\"a\":{}}", "intents.hi[1]",
		    "text of 1 to 200" },
		{ "{\"intents\":{\"hi\":[\"x\"],\"hi\":[\"y\"]},\"a\":{}}",
		    "intents.hi", "two intents" },
		{ "{\"intents\":{\" \":[\"x\"]},\"a\":{}}", "intents. ",
		    "name" },
		{ "{\"intent_threshold\":7,\"a\":{}}", "intent_threshold",
		    "0.1 to 1" },
		{ "{\"intent_threshold\":\"x\",\"states\":{\"a\":{}}}",
		    "intent_threshold", "0.1 to 1" },
		{ "{\"a\":{\"transitions\":{\"x\":\"b\"}}}",
		    "states.a.transitions.x", "no state “b”" },
		{ "{\"a\":{\"transitions\":{\"x\":7}}}",
		    "states.a.transitions.x", "name of a state" },
		{ "{\"a\":{\"transitions\":{\" \":\"a\"}}}",
		    "states.a.transitions. ", "word" },
		{ "{\"a\":{\"transitions\":\"a\"}}", "states.a.transitions",
		    "object or an array" },
		{ "{\"a\":{\"transitions\":{\"x\":\"a\",\"x\":\"a\"}}}",
		    "states.a.transitions.x", "twice" },
		{ "{\"a\":{\"transitions\":[{\"target\":\"a\"}]}}",
		    "states.a.transitions[0].condition.type", "type" },
		{ "{\"a\":{\"transitions\":[{\"condition\":{\"type\":"
		  "\"keyword\"},\"target\":\"a\"}]}}",
		    "states.a.transitions[0].condition", "value" },
		{ "{\"a\":{\"transitions\":[{\"condition\":{\"type\":"
		  "\"default\"}}]}}",
		    "states.a.transitions[0]", "name of a state" },
		{ "{\"a\":{\"transitions\":[{\"condition\":{\"type\":"
		  "\"regex\",\"value\":\"a(b\"},\"target\":\"a\"}]}}",
		    "states.a.transitions[0].condition.value",
		    "at character 4" },
		{ "{\"a\":{\"transitions\":{\"/a[/\":\"a\"}}}",
		    "states.a.transitions./a[/", "at character 3" },
		{ "{\"a\":{\"transitions\":[{\"condition\":{\"type\":"
		  "\"regex\"},\"target\":\"a\"}]}}",
		    "states.a.transitions[0].condition", "needs a value" },
		{ "{\"a\":{\"transitions\":[{\"condition\":{\"type\":"
		  "\"intent\",\"value\":\"x\"},\"target\":\"a\"}]}}",
		    "states.a.transitions[0].condition.value",
		    "no intent “x”" },
		{ "{\"a\":{\"transitions\":[{\"condition\":{\"type\":"
		  "\"moon\"},\"target\":\"a\"}]}}",
		    "states.a.transitions[0].condition.type", "“moon”" },
		{ "{\"a\":{\"transitions\":[{\"condition\":{\"type\":"
		  "\"default\"},\"target\":\"a\"},{\"condition\":{\"type\":"
		  "\"default\"},\"target\":\"a\"}]}}",
		    "states.a.transitions", "once" },
		{ "{\"a\":{\"transitions\":{\"always\":\"b\"}},"
		  "\"b\":{\"transitions\":{\"always\":\"a\"}}}",
		    "states.b", "never stop" },
		{ "{\"a\":{\"actions\":{}}}", "states.a.actions", "array" },
		{ "{\"a\":{\"actions\":[{}]}}", "states.a.actions[0].type",
		    "needs a type" },
		{ "{\"a\":{\"actions\":[{\"type\":\"FLY\"}]}}",
		    "states.a.actions[0].type", "no action “FLY”" },
#define AGENT(members)                                                         \
	"{\"a\":{\"actions\":[{\"type\":\"LLM_AGENT\"," members "}]}}"
		{ AGENT("\"name\":7"), "states.a.actions[0].name", "A text" },
		{ AGENT("\"system_prompt\":[]"),
		    "states.a.actions[0].system_prompt", "A text" },
		{ AGENT("\"model\":\"a\\nb\""), "states.a.actions[0].model",
		    "name of a model" },
		{ AGENT("\"temperature\":2.5"),
		    "states.a.actions[0].temperature", "from 0 to 2" },
		{ AGENT("\"temperature\":\"hot\""),
		    "states.a.actions[0].temperature", "from 0 to 2" },
		{ AGENT("\"max_iterations\":0"),
		    "states.a.actions[0].max_iterations", "from 1 to 20" },
		{ AGENT("\"timeout\":301"), "states.a.actions[0].timeout",
		    "from 1 to 300" },
		{ AGENT("\"tools\":{}"), "states.a.actions[0].tools", "array" },
		{ AGENT("\"tools\":[{}]"), "states.a.actions[0].tools[0]",
		    "needs a name" },
		{ AGENT("\"tools\":[{\"name\":\"fly\"}]"),
		    "states.a.actions[0].tools[0].name", "no tool “fly”" },
		{ AGENT("\"tools\":[\"calculator\",{\"name\":\"mcp\"}]"),
		    "states.a.actions[0].tools[1].collection",
		    "MCP integration" },
		{ AGENT("\"save_to\":\"_flow\""), "states.a.actions[0].save_to",
		    "is not _flow" },
		{ AGENT("\"failure_transition\":\"b\""),
		    "states.a.actions[0].failure_transition", "no state" },
		{ AGENT("\"success_transition\":1"),
		    "states.a.actions[0].success_transition",
		    "name of a state" },
#undef AGENT
		{ "{\"a\":{\"actions\":[{\"type\":\"CONDITION\"}]}}",
		    "states.a.actions[0].expression", "expression in a text" },
		{ "{\"a\":{\"actions\":[{\"type\":\"CONDITION\","
		  "\"expression\":\"x =\"}]}}",
		    "states.a.actions[0].expression", "at character 3" },
		{ "{\"a\":{\"actions\":[{\"type\":\"CONDITION\","
		  "\"expression\":\"x\"}]}}",
		    "states.a.actions[0]", "needs a true_transition" },
		{ "{\"a\":{\"actions\":[{\"type\":\"CONDITION\","
		  "\"expression\":\"x\",\"true_transition\":\"b\"}]}}",
		    "states.a.actions[0].true_transition", "no state “b”" },
		{ "{\"a\":{\"actions\":[{\"type\":\"CONDITION\","
		  "\"expression\":\"x\",\"success_transition\":7}]}}",
		    "states.a.actions[0].success_transition",
		    "name of a state" },
		{ "{\"a\":{\"actions\":[{\"type\":\"CONDITION\","
		  "\"branches\":[{\"expression\":\"1+\",\"target\":\"z\"}]}]}}",
		    "states.a.actions[0].branches[0].target", "no state “z”" },
		{ "{\"a\":{\"actions\":[{\"type\":\"CONDITION\","
		  "\"branches\":[{\"expression\":\"1+\"}]}]}}",
		    "states.a.actions[0].branches[0].expression",
		    "at character 3" },
		{ "{\"a\":{\"actions\":[{\"type\":\"CONDITION\","
		  "\"branches\":[{\"expression\":\"1\"}]}]}}",
		    "states.a.actions[0].branches[0]", "needs a transition" },
		{ "{\"a\":{\"actions\":[{\"type\":\"CONDITION\","
		  "\"branches\":[]}]}}",
		    "states.a.actions[0].branches", "1 to 20" },
		{ "{\"a\":{\"actions\":[{\"type\":\"SET\"}]}}",
		    "states.a.actions[0].variables", "1 to 50" },
		{ "{\"a\":{\"actions\":[{\"type\":\"SET\",\"variables\":{"
		  "\"x\":{\"expression\":\")\"}}}]}}",
		    "states.a.actions[0].variables.x.expression",
		    "at character 1" },
		{ "{\"a\":{\"actions\":[{\"type\":\"SET\",\"variables\":{"
		  "\"_flow\":1}}]}}",
		    "states.a.actions[0].variables._flow", "is not _flow" },
		{ "{\"_flow\":{\"message\":\"x\"}}", "states._flow",
		    "is not _flow" },
		{ "{\"a\":{\"save_to\":\"variables._flow\"}}",
		    "states.a.save_to", "is not _flow" },
		{ "{\"a\":{\"actions\":[{\"type\":\"COLLECT\",\"validate\":"
		  "\"moon\"}]}}",
		    "states.a.actions[0].validate", "email, phone" },
		{ "{\"a\":{\"actions\":[{\"type\":\"COLLECT\",\"validate\":"
		  "{\"type\":\"number\",\"min\":3,\"max\":2}}]}}",
		    "states.a.actions[0].max", "less than" },
		{ "{\"a\":{\"actions\":[{\"type\":\"COLLECT\",\"validate\":"
		  "\"number\",\"min\":\"x\"}]}}",
		    "states.a.actions[0].min", "number" },
		{ "{\"a\":{\"actions\":[{\"type\":\"COLLECT\",\"validate\":"
		  "\"date\",\"min\":\"soon\"}]}}",
		    "states.a.actions[0].min", "2026-01-31" },
		{ "{\"a\":{\"actions\":[{\"type\":\"COLLECT\",\"validate\":"
		  "\"regex\",\"pattern\":\"a(\"}]}}",
		    "states.a.actions[0].pattern", "at character 3" },
		{ "{\"a\":{\"actions\":[{\"type\":\"COLLECT\",\"validate\":"
		  "\"choice\"}]}}",
		    "states.a.actions[0].options", "1 to 50" },
		{ "{\"a\":{\"actions\":[{\"type\":\"COLLECT\",\"options\":"
		  "[{\"value\":1}]}]}}",
		    "states.a.actions[0].options[0]", "title" },
		{ "{\"a\":{\"actions\":[{\"type\":\"COLLECT\","
		  "\"max_attempts\":0}]}}",
		    "states.a.actions[0].max_attempts", "1 to 20" },
		{ "{\"a\":{\"actions\":[{\"type\":\"COLLECT\",\"validate\":"
		  "\"phone\",\"country_code\":\"KE\"}]}}",
		    "states.a.actions[0].country_code", "digits" },
		{ "{\"a\":{\"actions\":[{\"type\":\"COLLECT\","
		  "\"failure_transition\":\"z\"}]}}",
		    "states.a.actions[0].failure_transition", "no state “z”" },
		{ "{\"a\":{\"actions\":[{\"type\":\"SEND_MESSAGE\"}]}}",
		    "states.a.actions[0].message", "needs a message" },
		{ "{\"a\":{\"message\":7}}", "states.a.message",
		    "text or an object" },
		{ "{\"a\":{\"message\":[\"x\",7]}}", "states.a.message[1]",
		    "text or an object" },
		{ "{\"a\":{\"message\":{\"type\":\"poem\",\"text\":\"x\"}}}",
		    "states.a.message.type", "type of a message" },
		{ "{\"a\":{\"message\":{\"type\":\"text\"}}}",
		    "states.a.message.text", "needs a text" },
		{ "{\"a\":{\"message\":{\"type\":\"buttons\",\"text\":"
		  "\"x\"}}}",
		    "states.a.message.buttons", "1 to 50" },
		{ "{\"a\":{\"message\":\"x\",\"buttons\":[{\"id\":\"y\"}]}}",
		    "states.a.buttons[0]", "title" },
		{ "{\"a\":{\"buttons\":[{\"title\":\"y\"}]}}",
		    "states.a.buttons", "text message" },
		{ "{\"a\":{\"message\":{\"type\":\"list\",\"text\":\"x\","
		  "\"sections\":[{\"title\":\"s\"}]}}}",
		    "states.a.message.sections[0].rows", "1 to 50" },
		{ "{\"a\":{\"message\":{\"type\":\"list\",\"text\":\"x\"}}}",
		    "states.a.message.sections", "sections" },
		{ "{\"a\":{\"message\":{\"type\":\"image\",\"media_url\":"
		  "\"javascript:alert(1)\"}}}",
		    "states.a.message.media_url", "https://" },
		{ "{\"a\":{\"message\":{\"type\":\"image\",\"media_url\":"
		  "\"//evil.example/x\"}}}",
		    "states.a.message.media_url", "https://" },
		{ "{\"a\":{\"save_to\":7}}", "states.a.save_to", "text" },
		{ "{\"a\":{\"message\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\","
		  "\"7\",\"8\",\"9\",\"10\",\"11\"]}}",
		    "states.a.message", "At most 10" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct flow_findings f;

		CU_ASSERT(unit_case(
		    parse(rows[i].json, &f) == NULL, i, rows[i].json));
		CU_ASSERT(
		    unit_case(found(&f, false, rows[i].path, rows[i].text), i,
			rows[i].json));
	}
}

static void all_errors_are_listed(void)
{
	struct flow_findings f;

	CU_ASSERT_PTR_NULL(
	    parse("{\"a\":{\"message\":1,\"actions\":[{}],"
		  "\"transitions\":{\"x\":\"y\"}},\"b\":{\"save_to\":2}}",
		&f));
	CU_ASSERT_EQUAL(f.n_errors, 4);
}

/* A state with n transitions of this form, which gets a number. */
static const char *many(size_t n, const char *before, const char *behind)
{
	struct buf b;
	char *text;

	buf_init(&b, 0);
	buf_puts(&b, "{\"a\":{\"transitions\":{\"default\":\"a\"");
	for (size_t i = 1; i < n; i++)
		buf_printf(&b, ",\"%s%zu%s\":\"a\"", before, i, behind);
	buf_puts(&b, "}}}");
	text = pool_strndup(pool, b.p, b.n);
	buf_fini(&b);
	return text;
}

static void transitions_are_limited(void)
{
	struct flow_findings f;

	CU_ASSERT_PTR_NOT_NULL(parse(many(500, "x", ""), &f));
	CU_ASSERT_PTR_NULL(parse(many(501, "x", ""), &f));
	CU_ASSERT(found(
	    &f, false, "states.a.transitions", "at most 500 transitions"));
	CU_ASSERT_PTR_NOT_NULL(parse(many(51, "/x", "/"), &f));
	CU_ASSERT_PTR_NULL(parse(many(52, "/x", "/"), &f));
	CU_ASSERT(
	    found(&f, false, "states.a.transitions", "at most 50 patterns"));
}

static void warnings_leave_the_flow_usable(void)
{
	struct flow_findings f;

	CU_ASSERT_PTR_NOT_NULL(
	    parse("{\"greeting\":{\"message\":\"Hi\","
		  "\"transitions\":{\"x\":\"b\"}},\"b\":{},\"c\":{\"message\":"
		  "\"?\",\"buttons\":[{\"title\":\"Go\"}]}}",
		&f));
	CU_ASSERT_EQUAL(f.n_errors, 0);
	CU_ASSERT(found(&f, true, "states.greeting.transitions",
	    "No fallback transition defined - users may get stuck."));
	CU_ASSERT(found(&f, true, "states.b", "Nothing is said"));
	CU_ASSERT(found(&f, true, "states.c", "No transition leads"));
	CU_ASSERT(found(&f, true, "states.c.transitions", "No fallback"));
	CU_ASSERT_PTR_NOT_NULL(
	    parse("{\"a\":{\"transitions\":{\"always\":"
		  "\"b\",\"x\":\"b\"}},\"b\":{\"message\":\"x\"}}",
		&f));
	CU_ASSERT(found(&f, true, "states.a.transitions", "never"));
	CU_ASSERT_PTR_NOT_NULL(
	    parse("{\"a\":{\"actions\":[{\"type\":\"HANDOFF\"}]}}", &f));
	CU_ASSERT(found(&f, true, "states.a", "not told"));
	CU_ASSERT_PTR_NOT_NULL(
	    parse("{\"a\":{\"message\":\"x\",\"buttons\":[{\"title\":\"A\"},"
		  "{\"id\":\"A\",\"title\":\"B\"}],\"transitions\":{"
		  "\"default\":\"a\"}}}",
		&f));
	CU_ASSERT_EQUAL(f.n, 1);
	CU_ASSERT(found(&f, true, "states.a", "have the id “A”"));
	/* actions that lead away, or ask, in a state without transitions */
	CU_ASSERT_PTR_NOT_NULL(parse(
	    "{\"a\":{\"actions\":[{\"type\":\"CONDITION\",\"expression\":"
	    "\"1\",\"true_transition\":\"b\"}]},\"b\":{\"message\":\"x\","
	    "\"actions\":[{\"type\":\"END\"},{\"type\":\"SET\",\"variables\":"
	    "{\"x\":1}}]},\"c\":{\"actions\":[{\"type\":\"COLLECT\"}]}}",
	    &f));
	CU_ASSERT_EQUAL(f.n, 4);
	CU_ASSERT(found(&f, true, "states.a.transitions", "No fallback"));
	CU_ASSERT(found(&f, true, "states.b.actions[1]", "Behind END"));
	CU_ASSERT(found(&f, true, "states.c.transitions", "No fallback"));
	CU_ASSERT(found(&f, true, "states.c", "No transition leads"));
	CU_ASSERT_PTR_NOT_NULL(parse(
	    "{\"a\":{\"actions\":[{\"type\":\"CONDITION\",\"expression\":"
	    "\"1\",\"true_transition\":\"b\",\"false_transition\":\"c\"}]},"
	    "\"b\":{\"message\":\"x\"},\"c\":{\"actions\":[{\"type\":"
	    "\"COLLECT\",\"message\":\"?\",\"success_transition\":\"b\"}]},"
	    "\"intents\":{\"cancel\":[\"stop\"]},\"cancel\":{\"message\":"
	    "\"Bye\"}}",
	    &f));
	CU_ASSERT_EQUAL(f.n, 0);
}

static void what_is_not_known_is_passed_over(void)
{
	struct flow_findings f;

	CU_ASSERT_PTR_NOT_NULL(
	    parse("{\"version\":3,\"states\":{\"a\":"
		  "{\"message\":{\"type\":\"text\",\"text\":\"x\",\"moon\":1},"
		  "\"color\":\"red\",\"actions\":[{\"type\":\"HANDOFF\","
		  "\"team\":\"sales\"}],\"transitions\":null}}}",
		&f));
	CU_ASSERT_EQUAL(f.n, 0);
}

/* Text, and what comes back for it. */
static void messages_are_read(void)
{
	struct flow_findings f;
	const struct flow *flow = parse(
	    "{\"a\":{\"message\":[\"One\",\"\","
	    "{\"text\":\"Two\",\"buttons\":[{\"id\":\"x\",\"title\":\"X\"},"
	    "{\"title\":\"Y\"}]},"
	    "{\"type\":\"list\",\"text\":\"Three\",\"button_text\":\"Open\","
	    "\"sections\":[{\"title\":\"S\",\"rows\":[{\"id\":\"r\","
	    "\"title\":\"R\",\"description\":\"D\"}]}]},"
	    "{\"type\":\"document\",\"media_url\":\"/f/a.pdf\","
	    "\"media_filename\":\"a.pdf\",\"media_caption\":\"C\"}],"
	    "\"messages\":[\"Last\"],\"buttons\":[{\"title\":\"Z\"}]}}",
	    &f);
	const struct flow_message *m;

	CU_ASSERT_PTR_NOT_NULL_FATAL(flow);
	CU_ASSERT_EQUAL_FATAL(flow->states[0].messages.n, 5);
	m = flow->states[0].messages.items;
	CU_ASSERT_EQUAL(m[0].kind, FLOW_TEXT);
	CU_ASSERT_EQUAL(m[1].kind, FLOW_BUTTONS);
	CU_ASSERT(unit_same(m[1].sections[0].options[0].id, "x"));
	CU_ASSERT(unit_same(m[1].sections[0].options[1].id, "Y"));
	CU_ASSERT_EQUAL(m[2].kind, FLOW_LIST);
	CU_ASSERT(unit_same(m[2].button_text, "Open"));
	CU_ASSERT(unit_same(m[2].sections[0].options[0].description, "D"));
	CU_ASSERT_EQUAL(m[3].kind, FLOW_DOCUMENT);
	CU_ASSERT(unit_same(m[3].text, "C"));
	CU_ASSERT_EQUAL(m[4].kind, FLOW_BUTTONS);
	CU_ASSERT(unit_same(m[4].text, "Last"));
}

static void the_demo_flow_has_no_findings(void)
{
	static char text[FLOW_JSON_MAX];
	struct flow_findings f;
	struct str json = unit_read("www/demo/flow.json", text, sizeof(text));

	CU_ASSERT_PTR_NOT_NULL(flow_parse(pool, json, &f));
	CU_ASSERT_EQUAL(f.n, 0);
	for (size_t i = 0; i < f.n; i++)
		printf("\n     %.*s: %.*s\n", STR_ARG(f.items[i].path),
		    STR_ARG(f.items[i].text));
}

static void actions_are_found_by_name(void)
{
	CU_ASSERT_PTR_EQUAL(action_find(STR("HANDOFF")), &action_handoff);
	CU_ASSERT_PTR_EQUAL(
	    action_find(STR("SEND_MESSAGE")), &action_send_message);
	CU_ASSERT_PTR_EQUAL(action_find(STR("CONDITION")), &action_condition);
	CU_ASSERT_PTR_EQUAL(action_find(STR("SET")), &action_set);
	CU_ASSERT_PTR_EQUAL(action_find(STR("COLLECT")), &action_collect);
	CU_ASSERT_PTR_EQUAL(action_find(STR("WAIT")), &action_wait);
	CU_ASSERT_PTR_EQUAL(action_find(STR("END")), &action_end);
	CU_ASSERT_PTR_NULL(action_find(STR("handoff")));
	CU_ASSERT_PTR_NULL(action_find(STR_EMPTY));
}

static CU_TestInfo tests[] = {
	{ "the three spellings are one", the_three_spellings_are_one },
	{ "a state may be called states", a_state_may_be_called_states },
	{ "the initial state is found", the_initial_state_is_found },
	{ "errors name their place", errors_name_their_place },
	{ "all errors are listed", all_errors_are_listed },
	{ "transitions are limited", transitions_are_limited },
	{ "warnings leave the flow usable", warnings_leave_the_flow_usable },
	{ "what is not known is passed over",
	    what_is_not_known_is_passed_over },
	{ "messages are read", messages_are_read },
	{ "the demo flow has no findings", the_demo_flow_has_no_findings },
	{ "actions are found by name", actions_are_found_by_name },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_flow = { "flow", setup, teardown, NULL, NULL, tests };
