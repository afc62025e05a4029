/* test_engine.c: steps of flows */
/* SPDX-License-Identifier: MIT */
#include "bot/engine.h"

#include "base/buf.h"
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

static const struct flow *parse(const char *json)
{
	struct flow_findings f;
	const struct flow *flow = flow_parse(pool, str_of(json), &f);

	for (size_t i = 0; i < f.n && flow == NULL; i++)
		printf("\n     %.*s: %.*s\n", STR_ARG(f.items[i].path),
		    STR_ARG(f.items[i].text));
	CU_ASSERT_PTR_NOT_NULL_FATAL(flow);
	return flow;
}

/* One conversation in the hands of a test. */
struct talk {
	const struct flow *flow;
	struct engine_output last;
};

static struct talk begin(const char *json)
{
	return (struct talk){ parse(json),
		{ .variables = STR("{\"contact_name\":\"Amina\"}") } };
}

/* What the bot says, messages divided by " | ". NULL: the visitor came. */
static struct str say(struct talk *t, const char *text, const char *value)
{
	struct engine_input in = { .flow = t->flow,
		.state = t->last.state,
		.variables = t->last.variables,
		.has_message = text != NULL,
		.message = { str_of(text), str_of(value) } };
	struct buf b;
	struct str said;

	engine_step(pool, &in, &t->last);
	buf_init(&b, 0);
	for (size_t i = 0; i < t->last.messages.n; i++) {
		buf_puts(&b, i > 0 ? " | " : "");
		buf_put(&b, t->last.messages.items[i].text);
	}
	said = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return said;
}

#define SHOP                                                                   \
	"{\"hello\":{\"message\":\"Hello {{contact_name}}!\",\"transitions\":" \
	"{\"order\":\"ask\",\"person\":\"people\",\"default\":\"help\"}},"     \
	"\"ask\":{\"message\":\"Which number?\",\"save_to\":\"number\","       \
	"\"transitions\":{\"person\":\"people\",\"default\":\"noted\"}},"      \
	"\"noted\":{\"message\":\"{{number}} / {{ask}} / "                     \
	"{{variables.number}}\"},"                                             \
	"\"help\":{\"message\":\"Pardon?\",\"actions\":[{\"type\":"            \
	"\"SEND_MESSAGE\",\"message\":\"Hm.\"}],\"transitions\":"              \
	"{\"order\":\"ask\"}},"                                                \
	"\"people\":{\"message\":\"Wait.\",\"actions\":[{\"type\":"            \
	"\"HANDOFF\",\"message\":\"Calling.\"},{\"type\":\"SEND_MESSAGE\","    \
	"\"message\":\"never\"}],\"transitions\":{\"always\":\"hello\"}}}"

static void who_comes_is_greeted(void)
{
	struct talk t = begin(SHOP);

	CU_ASSERT(unit_same(say(&t, NULL, NULL), "Hello Amina!"));
	CU_ASSERT(unit_same(t.last.state, "hello"));
	CU_ASSERT_FALSE(t.last.is_handoff);
}

static void who_writes_at_once_is_answered(void)
{
	struct talk t = begin(SHOP);

	CU_ASSERT(unit_same(say(&t, "my order", NULL), "Which number?"));
	t = begin(SHOP);
	CU_ASSERT(unit_same(say(&t, "qwertz", NULL), "Hello Amina!"));
	CU_ASSERT(unit_same(t.last.state, "hello"));
	/* that was no answer to anything */
	CU_ASSERT(unit_same(t.last.variables, "{\"contact_name\":\"Amina\"}"));
}

static void answers_become_variables(void)
{
	struct talk t = begin(SHOP);

	say(&t, NULL, NULL);
	say(&t, "order", NULL);
	CU_ASSERT(
	    unit_same(say(&t, "MC-1042", NULL), "MC-1042 / MC-1042 / MC-1042"));
	CU_ASSERT(unit_same(t.last.variables,
	    "{\"contact_name\":\"Amina\",\"hello\":\"order\","
	    "\"ask\":\"MC-1042\",\"number\":\"MC-1042\"}"));
}

static void actions_go_before_the_messages(void)
{
	struct talk t = begin(SHOP);

	say(&t, NULL, NULL);
	CU_ASSERT(unit_same(say(&t, "qwertz", NULL), "Hm. | Pardon?"));
	/* nothing fits and no default: it says its messages again */
	CU_ASSERT(unit_same(say(&t, "qwertz", NULL), "Pardon?"));
	CU_ASSERT(unit_same(t.last.state, "help"));
}

static void a_handoff_ends_the_turn(void)
{
	struct talk t = begin(SHOP);

	say(&t, NULL, NULL);
	CU_ASSERT(
	    unit_same(say(&t, "a person please", NULL), "Wait. | Calling."));
	CU_ASSERT(t.last.is_handoff);
	CU_ASSERT(unit_same(t.last.state, "people"));
}

static void an_end_repeats_itself(void)
{
	struct talk t = begin("{\"a\":{\"message\":\"Bye\"}}");

	CU_ASSERT(unit_same(say(&t, NULL, NULL), "Bye"));
	CU_ASSERT(unit_same(say(&t, "hello?", NULL), "Bye"));
	t = begin("{\"a\":{}}");
	CU_ASSERT(unit_same(say(&t, NULL, NULL), ""));
	CU_ASSERT(unit_same(say(&t, "hello?", NULL), ""));
}

static void a_state_that_is_gone_starts_afresh(void)
{
	struct talk t = begin(SHOP);

	t.last.state = STR("of_an_older_flow");
	CU_ASSERT(unit_same(say(&t, "order", NULL), "Which number?"));
	t.last.state = STR("of_an_older_flow");
	CU_ASSERT(unit_same(say(&t, "hm", NULL), "Hello Amina!"));
}

static void always_moves_on_at_once(void)
{
	struct talk t = begin(
	    "{\"a\":{\"message\":\"1\",\"transitions\":"
	    "{\"always\":\"b\"}},\"b\":{\"message\":\"2\",\"transitions\":"
	    "[{\"condition\":{\"type\":\"always\"},\"target\":\"c\"}]},"
	    "\"c\":{\"message\":\"3\"}}");

	CU_ASSERT(unit_same(say(&t, NULL, NULL), "1 | 2 | 3"));
	CU_ASSERT(unit_same(t.last.state, "c"));
}

/* A chain of 40 states: s0 leads to s1 and so on. */
static const char *chain(void)
{
	struct buf b;
	char *text;

	buf_init(&b, 0);
	buf_puts(&b, "{");
	for (int i = 0; i < 40; i++)
		buf_printf(&b,
		    "\"s%d\":{\"message\":\"%d\",\"transitions\":"
		    "{\"always\":\"s%d\"}},",
		    i, i, i + 1);
	buf_puts(&b, "\"s40\":{\"message\":\"end\"}}");
	text = pool_strndup(pool, b.p, b.n);
	buf_fini(&b);
	return text;
}

static void hops_are_limited(void)
{
	struct talk t = begin(chain());

	say(&t, NULL, NULL);
	CU_ASSERT_EQUAL(t.last.messages.n, ENGINE_HOPS_MAX);
	CU_ASSERT(unit_same(t.last.state, "s24"));
	/* the next message goes on from there */
	say(&t, "and?", NULL);
	CU_ASSERT(unit_same(t.last.state, "s40"));
}

static void messages_are_limited(void)
{
	const char *const many = "\"message\":[\"1\",\"2\",\"3\",\"4\",\"5\","
				 "\"6\",\"7\",\"8\",\"9\",\"10\"]";
	struct buf b;
	struct talk t;

	buf_init(&b, 0);
	buf_puts(&b, "{");
	for (int i = 0; i < 8; i++)
		buf_printf(&b,
		    "\"s%d\":{%s,\"transitions\":"
		    "{\"always\":\"s%d\"}},",
		    i, many, i + 1);
	buf_puts(&b, "\"s8\":{}}");
	t = begin(pool_strndup(pool, b.p, b.n));
	buf_fini(&b);
	say(&t, NULL, NULL);
	CU_ASSERT_EQUAL(t.last.messages.n, ENGINE_MESSAGES_MAX);
	CU_ASSERT(unit_same(t.last.state, "s8"));
}

static void the_demo_flow_serves_a_visitor(void)
{
	static const struct {
		const char *text;
		const char *value;
		const char *state;
	} rows[] = {
		{ NULL, NULL, "greeting" },
		{ "Opening hours", "hours", "opening_hours" },
		{ "qwertz uiop", NULL, "help" },
		{ "Delivery", "delivery", "delivery" },
		{ "how much is delivery?", NULL, "delivery_areas" },
		{ "Delivery times", "delivery_times", "delivery_times" },
		{ "mnafungua saa ngapi?", NULL, "opening_hours" },
		{ "habari", NULL, "greeting" },
		{ "bei gani?", NULL, "bouquets" },
		{ "I would like to place an order", NULL, "bouquets" },
		{ "Where is my order", NULL, "order_question" },
		{ "MC-1042", NULL, "order_noted" },
		{ "asante", NULL, "thanks" },
		{ "Track an order", "order_status", "order_question" },
		{ "I don't know", NULL, "no_number" },
		{ "I want to talk to a person", NULL, "people" },
	};
	static char text[FLOW_JSON_MAX];
	struct talk t;

	CU_ASSERT(unit_read("www/demo/flow.json", text, sizeof(text)).n > 0);
	t = begin(text);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		say(&t, rows[i].text, rows[i].value);
		CU_ASSERT(unit_case(
		    unit_same(t.last.state, rows[i].state), i, rows[i].text));
		CU_ASSERT(t.last.messages.n > 0);
	}
	CU_ASSERT(t.last.is_handoff);
}

/* Numbers that look random and are the same in each run. */
static uint32_t seed = 20260115;

static unsigned rnd(unsigned n)
{
	seed = seed * 1664525U + 1013904223U;
	return (seed >> 8) % n;
}

/* A flow cut or changed anywhere is read or refused. */
static void broken_flows_are_refused_or_read(void)
{
	char text[] = SHOP;
	size_t n = sizeof(text) - 1;
	struct flow_findings f;

	for (size_t i = 0; i < n; i++) {
		CU_ASSERT_PTR_NULL(flow_parse(pool, str_make(text, i), &f));
		CU_ASSERT(f.n_errors > 0);
	}
	for (int i = 0; i < 2000; i++) {
		size_t at = rnd((unsigned)n);
		char old = text[at];
		bool is_read;

		text[at] = (char)rnd(256);
		is_read = flow_parse(pool, str_make(text, n), &f) != NULL;
		CU_ASSERT_EQUAL(is_read, f.n_errors == 0);
		text[at] = old;
		pool_reset(pool);
	}
}

static CU_TestInfo tests[] = {
	{ "who comes is greeted", who_comes_is_greeted },
	{ "who writes at once is answered", who_writes_at_once_is_answered },
	{ "answers become variables", answers_become_variables },
	{ "actions go before the messages", actions_go_before_the_messages },
	{ "a handoff ends the turn", a_handoff_ends_the_turn },
	{ "an end repeats itself", an_end_repeats_itself },
	{ "a state that is gone starts afresh",
	    a_state_that_is_gone_starts_afresh },
	{ "always moves on at once", always_moves_on_at_once },
	{ "hops are limited", hops_are_limited },
	{ "messages are limited", messages_are_limited },
	{ "the demo flow serves a visitor", the_demo_flow_serves_a_visitor },
	{ "broken flows are refused or read",
	    broken_flows_are_refused_or_read },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_engine = { "engine", setup, teardown, NULL, NULL, tests };
