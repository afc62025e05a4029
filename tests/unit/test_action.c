/* test_action.c: what actions do in a talk */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/json_in.h"
#include "bot/engine.h"
#include "bot/vars.h"
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

/* One talk in the hands of a test. */
static const struct flow *flow;
static struct engine_output last;
static int64_t now;

static void begin(const char *json)
{
	struct flow_findings f;

	flow = flow_parse(pool, str_of(json), &f);
	for (size_t i = 0; i < f.n && flow == NULL; i++)
		printf("\n     %.*s: %.*s\n", STR_ARG(f.items[i].path),
		    STR_ARG(f.items[i].text));
	CU_ASSERT_PTR_NOT_NULL_FATAL(flow);
	last = (struct engine_output){ .variables = STR(
					   "{\"contact_name\":\"Amina\"}") };
	now = 0;
}

/* Clicks with that value. Messages are divided by " | ". */
static struct str click(const char *text, const char *value)
{
	struct engine_input in = { .flow = flow,
		.state = last.state,
		.variables = last.variables,
		.has_message = text != NULL,
		.message = { str_of(text), str_of(value) },
		.now_s = now,
		.idle_s = 1800 };
	struct str said;
	struct buf b;

	engine_step(pool, &in, &last);
	buf_init(&b, 0);
	for (size_t i = 0; i < last.messages.n; i++) {
		buf_puts(&b, i > 0 ? " | " : "");
		buf_put(&b, last.messages.items[i].text);
	}
	said = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return said;
}

static struct str say(const char *text)
{
	return click(text, NULL);
}

/* A variable as JSON. */
static struct str var(const char *path)
{
	struct vars vars;

	vars_parse(pool, last.variables, &vars);
	return json_text(pool, vars_find(&vars, str_of(path)));
}

static void conditions_branch(void)
{
	begin("{\"ask\":{\"message\":\"How many?\",\"save_to\":\"n\","
	      "\"transitions\":{\"default\":\"sort\"}},"
	      "\"sort\":{\"message\":\"Let me see.\",\"actions\":["
	      "{\"type\":\"CONDITION\",\"branches\":["
	      "{\"expression\":\"n > 100\",\"transition\":\"many\"},"
	      "{\"expression\":\"n > 10\",\"target\":\"some\"}]},"
	      "{\"type\":\"CONDITION\",\"expression\":\"variables.n == 0\","
	      "\"true_transition\":\"none\"},"
	      "{\"type\":\"CONDITION\",\"expression\":\"n + 1 == 2\","
	      "\"success_transition\":\"one\",\"failure_transition\":"
	      "\"few\"},"
	      "{\"type\":\"SEND_MESSAGE\",\"message\":\"never\"}]},"
	      "\"many\":{\"message\":\"Many\",\"transitions\":{\"default\":"
	      "\"ask\"}},"
	      "\"some\":{\"message\":\"Some\",\"transitions\":{\"default\":"
	      "\"ask\"}},"
	      "\"none\":{\"message\":\"None\",\"transitions\":{\"default\":"
	      "\"ask\"}},"
	      "\"one\":{\"message\":\"One\",\"transitions\":{\"default\":"
	      "\"ask\"}},"
	      "\"few\":{\"message\":\"Few\",\"transitions\":{\"default\":"
	      "\"ask\"}}}");
	static const struct {
		const char *text;
		const char *want;
	} rows[] = { { "500", "Let me see. | Many" },
		{ "50", "Let me see. | Some" }, { "0", "Let me see. | None" },
		{ "1", "Let me see. | One" }, { "7", "Let me see. | Few" },
		/* what cannot be calculated is false */
		{ "lots", "Let me see. | Few" } };

	say(NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CU_ASSERT(unit_case(unit_same(say(rows[i].text), rows[i].want),
		    i, rows[i].text));
		CU_ASSERT(unit_same(say("again"), "How many?"));
	}
}

static void a_condition_may_stay(void)
{
	begin("{\"a\":{\"message\":\"Hi\",\"actions\":[{\"type\":\"CONDITION\","
	      "\"expression\":\"exists(vip)\",\"true_transition\":\"b\"},"
	      "{\"type\":\"SEND_MESSAGE\",\"message\":\"What else?\"}],"
	      "\"transitions\":{\"vip\":\"c\",\"default\":\"a\"}},"
	      "\"c\":{\"actions\":[{\"type\":\"SET\",\"variables\":{\"vip\":"
	      "true}}],\"transitions\":{\"always\":\"a\"}},"
	      "\"b\":{\"message\":\"Welcome back\"}}");
	CU_ASSERT(unit_same(say(NULL), "Hi | What else?"));
	CU_ASSERT(unit_same(last.state, "a"));
	CU_ASSERT(unit_same(say("I am a VIP"), "Hi | Welcome back"));
	CU_ASSERT(unit_same(last.state, "b"));
}

static void conditions_in_a_circle_stop(void)
{
	begin("{\"a\":{\"message\":\"1\",\"actions\":[{\"type\":\"CONDITION\","
	      "\"expression\":\"true\",\"true_transition\":\"b\"}]},"
	      "\"b\":{\"message\":\"2\",\"actions\":[{\"type\":\"CONDITION\","
	      "\"expression\":\"true\",\"true_transition\":\"a\"}]}}");
	say(NULL);
	CU_ASSERT_EQUAL(last.hops, ENGINE_HOPS_MAX);
	CU_ASSERT_EQUAL(last.messages.n, ENGINE_HOPS_MAX);
	CU_ASSERT_PTR_NOT_NULL(flow_find(flow, last.state));
}

static void set_keeps_types(void)
{
	begin("{\"a\":{\"message\":\"{{total}} {{hello}}\",\"actions\":["
	      "{\"type\":\"SET\",\"variables\":{\"price\":1500,\"n\":\"3\","
	      "\"paid\":false,\"tags\":[\"x\",\"{{n}}\"],\"hello\":"
	      "\"Hi {{contact_name}}\",\"same\":\"{{price}}\","
	      "\"total\":{\"expression\":\"price * n\"},"
	      "\"bad\":{\"expression\":\"1 / 0\"},"
	      "\"object\":{\"expression\":\"1\",\"more\":2}}}],"
	      "\"transitions\":{\"default\":\"a2\"}},"
	      "\"a2\":{\"actions\":[{\"type\":\"SET\",\"variables\":{"
	      "\"price\":{\"expression\":\"price + 1\"}}}],"
	      "\"message\":\"{{price}}\"}}");
	CU_ASSERT(unit_same(say(NULL), "4500 Hi Amina"));
	CU_ASSERT(unit_same(var("price"), "1500"));
	CU_ASSERT(unit_same(var("n"), "\"3\""));
	CU_ASSERT(unit_same(var("paid"), "false"));
	CU_ASSERT(unit_same(var("tags"), "[\"x\",\"3\"]"));
	CU_ASSERT(unit_same(var("same"), "1500"));
	CU_ASSERT(unit_same(var("total"), "4500"));
	CU_ASSERT(unit_same(var("bad"), "null"));
	CU_ASSERT(
	    unit_same(var("object"), "{\"expression\":\"1\",\"more\":2}"));
	/* types are kept from turn to turn */
	CU_ASSERT(unit_same(say("go"), "1501"));
	CU_ASSERT(unit_same(var("price"), "1501"));
}

/* A state that asks with these members of COLLECT. */
static void begin_collect(const char *members)
{
	begin(pool_printf(pool,
	    "{\"ask\":{\"message\":\"Now.\",\"actions\":[{\"type\":\"COLLECT\","
	    "\"message\":\"Which?\",\"variable\":\"v\",%s}],\"transitions\":{"
	    "\"menu\":\"menu\",\"default\":\"done\"}},"
	    "\"menu\":{\"message\":\"Menu\"},"
	    "\"failed\":{\"message\":\"Failed\"},"
	    "\"done\":{\"message\":\"Got {{v}}\",\"transitions\":{"
	    "\"default\":\"ask\"}}}",
	    members));
}

static void answers_are_checked(void)
{
	static const struct {
		const char *members;
		const char *wrong;
		const char *right;
		const char *kept;
	} rows[] = {
		{ "\"validate\":\"email\"", "amina at home",
		    " Amina@Example.com ", "\"Amina@Example.com\"" },
		{ "\"validate\":\"phone\"", "soon", "0712 345 678",
		    "\"+255712345678\"" },
		{ "\"validate\":{\"type\":\"phone\",\"country_code\":"
		  "\"+254\"}",
		    "123", "0712 345 678", "\"+254712345678\"" },
		{ "\"validate\":\"number\"", "five", "1,500", "1500" },
		{ "\"validate\":{\"type\":\"number\",\"min\":1,\"max\":9}",
		    "10", "9", "9" },
		{ "\"validate\":\"number\",\"min\":1,\"integer\":true", "1.5",
		    "2", "2" },
		{ "\"validate\":\"date\"", "30/2/2026", "31 January 2026",
		    "\"2026-01-31\"" },
		{ "\"validate\":{\"type\":\"date\",\"min\":\"2026-01-01\","
		  "\"max\":\"2026-12-31\"}",
		    "31/12/2025", "1/1/2026", "\"2026-01-01\"" },
		{ "\"options\":[\"Red\",\"White\"]", "blue", "WHITE",
		    "\"White\"" },
		{ "\"options\":[\"Red\",\"White\"]", "3", "2.", "\"White\"" },
		{ "\"options\":[{\"title\":\"Red\",\"value\":7}]", "white",
		    "red", "7" },
		{ "\"options\":[{\"title\":\"Red\",\"id\":\"r\"}]", "rr", "R",
		    "\"r\"" },
		{ "\"validate\":{\"type\":\"regex\",\"pattern\":"
		  "\"^MC-\\\\d{4}$\"}",
		    "MC-1", "mc-1042", "\"mc-1042\"" },
		{ "\"pattern\":\"^x\"", "y", "x", "\"x\"" },
		{ "\"validate\":\"text\",\"min\":3,\"max\":5", "ab",
		    "\xC3\xA4\xC3\xB6\xC3\xBC",
		    "\"\xC3\xA4\xC3\xB6\xC3\xBC\"" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		begin_collect(rows[i].members);
		CU_ASSERT(unit_same(say(NULL), "Now. | Which?"));
		(void)say(rows[i].wrong);
		CU_ASSERT(
		    unit_case(unit_same(last.state, "ask"), i, rows[i].wrong));
		CU_ASSERT(last.messages.n > 0);
		CU_ASSERT(unit_same(var("v"), "null"));
		CU_ASSERT(unit_same(var("ask"), "null"));
		(void)say(rows[i].right);
		CU_ASSERT(
		    unit_case(unit_same(last.state, "done"), i, rows[i].right));
		CU_ASSERT(unit_case(
		    unit_same(var("v"), rows[i].kept), i, rows[i].right));
	}
}

static void asking_again_has_words_and_an_end(void)
{
	begin_collect("\"validate\":\"email\",\"error_message\":\"No: {{v}}\","
		      "\"max_attempts\":2,\"failure_transition\":\"failed\"");
	say(NULL);
	CU_ASSERT(unit_same(say("x"), "No: "));
	CU_ASSERT(unit_same(say("y"), "Failed"));
	CU_ASSERT(unit_same(last.state, "failed"));
	/* a new visit has all attempts again */
	begin_collect("\"validate\":\"email\",\"max_attempts\":2");
	say(NULL);
	CU_ASSERT(unit_same(
	    say("x"), "That is no e-mail address. Please try again."));
	/* without another way the state's own is taken */
	CU_ASSERT(unit_same(say("y"), "Got "));
	CU_ASSERT(unit_same(say("back"), "Now. | Which?"));
	say("x");
	CU_ASSERT(unit_same(last.state, "ask"));
	/* without a limit it asks for ever */
	begin_collect("\"validate\":\"email\"");
	say(NULL);
	for (int i = 0; i < 30; i++)
		say("x");
	CU_ASSERT(unit_same(last.state, "ask"));
}

static void questions_can_be_left(void)
{
	begin_collect("\"validate\":\"email\"");
	say(NULL);
	CU_ASSERT(unit_same(say("the menu please"), "Menu"));
	CU_ASSERT(unit_same(var("v"), "null"));
	/* an answer that is right and a trigger too is both */
	begin_collect("\"validate\":\"text\"");
	say(NULL);
	CU_ASSERT(unit_same(say("menu"), "Menu"));
	CU_ASSERT(unit_same(var("v"), "\"menu\""));
}

static void options_are_buttons(void)
{
	begin_collect("\"options\":[{\"title\":\"Red\",\"id\":\"r\"},"
		      "\"White\"]");
	say(NULL);
	CU_ASSERT_EQUAL_FATAL(last.messages.n, 2);
	CU_ASSERT_EQUAL(last.messages.items[1].kind, FLOW_BUTTONS);
	CU_ASSERT(
	    unit_same(last.messages.items[1].sections[0].options[0].id, "r"));
	/* they are shown again below the error */
	CU_ASSERT(
	    unit_same(say("blue"), "Please choose one of these. | Which?"));
	CU_ASSERT(unit_same(click("whatever", "r"), "Got r"));
}

static void collecting_may_choose_the_way(void)
{
	begin("{\"ask\":{\"actions\":[{\"type\":\"COLLECT\",\"message\":"
	      "\"Name?\"},{\"type\":\"COLLECT\",\"message\":\"Age of {{ask}}?"
	      "\",\"variable\":\"age\",\"validate\":\"number\","
	      "\"success_transition\":\"done\"}]},"
	      "\"done\":{\"message\":\"{{ask}} / {{age}}\"}}");
	CU_ASSERT(unit_same(say(NULL), "Name?"));
	CU_ASSERT(unit_same(say("Juma"), "Age of Juma?"));
	CU_ASSERT(unit_same(say("?"), "That is no number that fits here. "
				      "Please try again."));
	/* the state's name holds the last answer as it was written */
	CU_ASSERT(unit_same(say("34"), "34 / 34"));
	CU_ASSERT(unit_same(var("age"), "34"));
}

static void wait_ends_the_turn(void)
{
	begin("{\"a\":{\"message\":\"One\",\"actions\":[{\"type\":"
	      "\"SEND_MESSAGE\",\"message\":\"Two\"},{\"type\":\"WAIT\","
	      "\"variable\":\"w\"},{\"type\":\"SEND_MESSAGE\",\"message\":"
	      "\"You said {{w}}\"},{\"type\":\"CONDITION\",\"expression\":"
	      "\"w == 'stop'\",\"true_transition\":\"c\"}],\"transitions\":"
	      "{\"always\":\"b\"}},\"b\":{\"message\":\"Bee\"},"
	      "\"c\":{\"message\":\"Cee\"}}");
	CU_ASSERT(unit_same(say(NULL), "One | Two"));
	CU_ASSERT(unit_same(last.state, "a"));
	CU_ASSERT(unit_same(say("ok"), "You said ok | Bee"));
	CU_ASSERT(unit_same(var("a"), "\"ok\""));
	CU_ASSERT(unit_same(last.state, "b"));
	begin("{\"a\":{\"actions\":[{\"type\":\"WAIT\"},{\"type\":\"WAIT\"},"
	      "{\"type\":\"END\",\"message\":\"Bye\"}]}}");
	CU_ASSERT(unit_same(say(NULL), ""));
	CU_ASSERT(unit_same(say("1"), ""));
	CU_ASSERT(unit_same(say("2"), "Bye"));
	CU_ASSERT(last.is_ended);
	CU_ASSERT(unit_same(say("3"), ""));
	CU_ASSERT_FALSE(last.is_ended);
}

static void a_flow_published_anew_forgets_what_waited(void)
{
	begin("{\"a\":{\"actions\":[{\"type\":\"SET\",\"variables\":{\"x\":1}},"
	      "{\"type\":\"COLLECT\",\"message\":\"?\",\"validate\":\"email\"}"
	      "],\"transitions\":{\"default\":\"b\"}},\"b\":{\"message\":\"B\"}"
	      "}");
	CU_ASSERT(unit_same(say(NULL), "?"));
	struct engine_output kept = last;

	begin("{\"a\":{\"message\":\"A\",\"transitions\":{\"default\":\"b\"}},"
	      "\"b\":{\"message\":\"B\"}}");
	last = kept;
	CU_ASSERT(unit_same(say("no address"), "B"));
}

#define SHOP                                                                   \
	"{\"intents\":{\"cancel\":[\"cancel\",\"stop this\",\"ghairi\"],"      \
	"\"order\":[\"I want to order\"]},\"states\":{"                        \
	"\"hello\":{\"message\":\"Hello {{contact_name}}\",\"transitions\":{"  \
	"\"order\":\"ask\",\"keep\":\"hello\",\"default\":\"hello\"}},"        \
	"\"ask\":{\"actions\":[{\"type\":\"SET\",\"variables\":{\"x\":1}},"    \
	"{\"type\":\"COLLECT\",\"message\":\"Address?\",\"validate\":"         \
	"\"email\"}],\"transitions\":{\"default\":\"end\"}},"                  \
	"\"end\":{\"message\":\"Thanks\",\"actions\":[{\"type\":\"END\"}]},"   \
	"\"cancel\":{\"message\":\"Never mind.\"}}}"

static void cancel_abandons_the_flow(void)
{
	begin(SHOP);
	say(NULL);
	CU_ASSERT(unit_same(say("I want to order roses"), "Address?"));
	CU_ASSERT(unit_same(say("please cancel it"), "Never mind."));
	CU_ASSERT(unit_same(last.state, "cancel"));
	CU_ASSERT(last.is_ended);
	/* afresh: as whoever came, with no answers but the name */
	CU_ASSERT(unit_same(say("so?"), "Hello Amina"));
	CU_ASSERT(unit_same(last.variables, "{\"contact_name\":\"Amina\"}"));
	CU_ASSERT(unit_same(say("stop this"), "Never mind."));
	CU_ASSERT(unit_same(say("I want to order"), "Address?"));
	/* a trigger of the state goes first */
	say("cancel");
	say("x");
	CU_ASSERT(unit_same(say("keep, do not cancel"), "Hello Amina"));
}

static void end_begins_anew(void)
{
	begin(SHOP);
	say(NULL);
	say("order");
	CU_ASSERT(unit_same(say("a@example.com"), "Thanks"));
	CU_ASSERT(last.is_ended);
	CU_ASSERT(unit_same(last.state, "end"));
	/* somebody who only comes back to the page is not greeted again */
	CU_ASSERT(unit_same(say(NULL), ""));
	CU_ASSERT(last.is_ended);
	CU_ASSERT(unit_same(say("order"), "Address?"));
	CU_ASSERT(unit_same(var("ask"), "null"));
}

static void silence_ends_a_talk(void)
{
	begin(SHOP);
	now = 1000000;
	say(NULL);
	now += 1800;
	CU_ASSERT(unit_same(say("order"), "Address?"));
	now += 1800;
	CU_ASSERT(unit_same(
	    say("x"), "That is no e-mail address. Please try again."));
	now += 1801;
	CU_ASSERT(unit_same(say("a@example.com"), "Hello Amina"));
	CU_ASSERT(unit_same(var("x"), "null"));
	CU_ASSERT(unit_same(var("contact_name"), "\"Amina\""));
	now += 10;
	CU_ASSERT(unit_same(say("order"), "Address?"));
	/* coming back without a word changes nothing */
	now += 5000;
	CU_ASSERT(unit_same(say(NULL), ""));
	CU_ASSERT(unit_same(last.state, "ask"));
	/* a clock that goes back is no silence */
	now -= 100000;
	CU_ASSERT(unit_same(say("a@example.com"), "Thanks"));
}

static void values_too_deep_are_not_kept(void)
{
	begin("{\"a\":{\"message\":\"x\",\"actions\":[{\"type\":\"SET\","
	      "\"variables\":{\"x\":[\"{{x}}\"]}}],\"transitions\":{"
	      "\"default\":\"a\"}}}");
	say(NULL);
	for (int i = 0; i < 100; i++)
		say("more");
	CU_ASSERT(unit_same(var("contact_name"), "\"Amina\""));
	CU_ASSERT(var("x").n > 30);
}

static CU_TestInfo tests[] = {
	{ "conditions branch", conditions_branch },
	{ "a condition may stay", a_condition_may_stay },
	{ "conditions in a circle stop", conditions_in_a_circle_stop },
	{ "set keeps types", set_keeps_types },
	{ "answers are checked", answers_are_checked },
	{ "asking again has words and an end",
	    asking_again_has_words_and_an_end },
	{ "questions can be left", questions_can_be_left },
	{ "options are buttons", options_are_buttons },
	{ "collecting may choose the way", collecting_may_choose_the_way },
	{ "wait ends the turn", wait_ends_the_turn },
	{ "a flow published anew forgets what waited",
	    a_flow_published_anew_forgets_what_waited },
	{ "cancel abandons the flow", cancel_abandons_the_flow },
	{ "end begins anew", end_begins_anew },
	{ "silence ends a talk", silence_ends_a_talk },
	{ "values too deep are not kept", values_too_deep_are_not_kept },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_action = { "action", setup, teardown, NULL, NULL, tests };
