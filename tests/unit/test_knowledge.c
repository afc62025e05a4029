/* test_knowledge.c: answers from knowledge bases, in a talk */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "bot/action_knowledge.h"
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

/* What the base of these tests knows: something about opening hours. */
struct base {
	size_t asked;
	struct call_search last;
	bool is_broken;
};

static struct base base;

static enum err_code search(void *arg, struct pool *p,
    const struct call_search *in, struct call_passages *out_r, struct err *err)
{
	static const struct call_passage known[] = {
		{ STR_INIT("Our shop"), STR_INIT("https://a.example/faq"),
		    STR_INIT("Hours"), STR_INIT("Open {{x}} 9 to 18."), 0.9 },
		{ STR_INIT("Leaflet"), STR_INIT(""), STR_INIT(""),
		    STR_INIT("Closed on Sundays."), 0.6 },
	};
	struct base *b = arg;

	b->asked++;
	b->last = *in;
	if (b->is_broken)
		return err_set(err, ERR_UNAVAILABLE, "The base is away.");
	out_r->n = 0;
	if (str_search(in->query, STR("open")) == in->query.n)
		return ERR_OK;
	out_r->n = MIN_OF(in->max, COUNT_OF(known));
	out_r->items = pool_alloc(p, sizeof(known));
	memcpy(out_r->items, known, sizeof(known));
	return ERR_OK;
}

static const struct bot_calls calls = { .arg = &base, .search = search };
static const struct flow *flow;
static struct engine_output last;

static void begin(const char *json)
{
	struct flow_findings f;

	flow = flow_parse(pool, str_of(json), &f);
	for (size_t i = 0; i < f.n && flow == NULL; i++)
		printf("\n     %.*s: %.*s\n", STR_ARG(f.items[i].path),
		    STR_ARG(f.items[i].text));
	CU_ASSERT_PTR_NOT_NULL_FATAL(flow);
	last = (struct engine_output){ .variables = STR("{}") };
	base = (struct base){ .asked = 0 };
}

/* What is said, divided by " | ". */
static struct str click_with(
    const struct bot_calls *with, const char *text, const char *value)
{
	struct engine_input in = { .flow = flow,
		.state = last.state,
		.variables = last.variables,
		.has_message = text != NULL,
		.message = { str_of(text), str_of(value) },
		.calls = with };
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
	return click_with(&calls, text, NULL);
}

static struct str var(const char *path)
{
	struct vars vars;

	vars_parse(pool, last.variables, &vars);
	return json_text(pool, vars_find(&vars, str_of(path)));
}

#define HOURS                                                                  \
	"Open {{x}} 9 to 18.\n\n\xE2\x80\x94 Our shop\nhttps://a.example/faq"

static void what_no_transition_fits_is_asked(void)
{
	begin("{\"a\":{\"message\":\"Hi\",\"transitions\":{\"help\":\"b\","
	      "\"default\":\"c\"}},\"b\":{\"message\":\"B\"},"
	      "\"c\":{\"message\":\"C\",\"transitions\":{\"default\":\"c\"}}}");
	CU_ASSERT(unit_same(say(NULL), "Hi"));
	CU_ASSERT_EQUAL(base.asked, 0);
	CU_ASSERT(unit_same(say("When are you open?"), HOURS));
	CU_ASSERT(unit_same(last.state, "a"));
	CU_ASSERT(unit_same(base.last.query, "When are you open?"));
	CU_ASSERT_EQUAL(base.last.collection.n, 0);
	/* and again, the same */
	CU_ASSERT(unit_same(say("When are you open?"), HOURS));
	/* a transition that fits goes first, default behind */
	CU_ASSERT(unit_same(say("open help"), "B"));
	CU_ASSERT_EQUAL(base.asked, 2);
	begin("{\"a\":{\"message\":\"Hi\",\"transitions\":{\"default\":\"c\"}},"
	      "\"c\":{\"message\":\"C\"}}");
	(void)say(NULL);
	CU_ASSERT(unit_same(say("something else"), "C"));
	CU_ASSERT_EQUAL(base.asked, 1);
	/* nobody knows: the state says its messages again */
	CU_ASSERT(unit_same(say("something else"), "C"));
	CU_ASSERT(unit_same(say("are you open"), HOURS));
}

static void an_answer_to_the_bot_is_not_asked(void)
{
	begin("{\"a\":{\"message\":\"Name?\",\"save_to\":\"name\","
	      "\"transitions\":{\"default\":\"b\"}},\"b\":{\"message\":"
	      "\"{{name}}\",\"buttons\":[{\"id\":\"open\",\"title\":\"open\"}],"
	      "\"transitions\":{\"default\":\"c\"}},\"c\":{\"actions\":[{"
	      "\"type\":\"COLLECT\",\"variable\":\"n\",\"validate\":"
	      "\"number\",\"message\":\"Number?\"}],"
	      "\"transitions\":{\"default\":\"b\"}}}");
	(void)say(NULL);
	CU_ASSERT(unit_same(say("open"), "open"));
	CU_ASSERT(unit_same(click_with(&calls, "open", "open"), "Number?"));
	(void)say("open");
	CU_ASSERT_EQUAL(base.asked, 0);
}

static void a_base_that_is_away_is_passed_over(void)
{
	begin("{\"a\":{\"message\":\"Hi\",\"transitions\":{\"default\":\"c\"}},"
	      "\"c\":{\"message\":\"C\"}}");
	(void)say(NULL);
	base.is_broken = true;
	CU_ASSERT(unit_same(say("open?"), "C"));
	CU_ASSERT(unit_same(last.failed, "KNOWLEDGE in a: The base is away."));
	CU_ASSERT(unit_same(click_with(NULL, "open?", NULL), "C"));
	CU_ASSERT_EQUAL(last.failed.n, 0);
}

static void the_action_answers_and_leads_on(void)
{
	begin("{\"a\":{\"message\":\"Ask!\",\"transitions\":{\"default\":"
	      "\"look\"}},\"look\":{\"actions\":[{\"type\":\"KNOWLEDGE\","
	      "\"collection\":\" shop \",\"save_to\":\"found\","
	      "\"message\":\"I do not know.\",\"success_transition\":\"good\","
	      "\"failure_transition\":\"bad\"}]},\"good\":{\"message\":"
	      "\"More? {{found.title}}\"},\"bad\":{\"message\":\"Sorry.\"}}");
	(void)say(NULL);
	base.is_broken = true; /* of the fallback before */
	CU_ASSERT(unit_same(say("are you open?"), "I do not know. | Sorry."));
	CU_ASSERT(unit_same(var("found"), "null"));
	CU_ASSERT(
	    unit_same(last.failed, "KNOWLEDGE in look: The base is away."));
	begin("{\"a\":{\"message\":\"Ask!\",\"transitions\":{\"x\":\"look\"}},"
	      "\"look\":{\"actions\":[{\"type\":\"KNOWLEDGE\",\"query\":"
	      "\"open {{contact_name}}\",\"max_results\":2,\"save_to\":"
	      "\"found\",\"collection\":\"shop\",\"message\":\"No.\","
	      "\"success_transition\":\"good\"}]},\"good\":{\"message\":"
	      "\"{{found.title}}, {{found.results[1].title}}\"}}");
	last.variables = STR("{\"contact_name\":\"Amina\"}");
	(void)say(NULL);
	CU_ASSERT(unit_same(say("x"),
	    HOURS " | Closed on Sundays.\n\n\xE2\x80\x94 Leaflet | Our shop, "
		  "Leaflet"));
	CU_ASSERT(unit_same(base.last.query, "open Amina"));
	CU_ASSERT(unit_same(base.last.collection, "shop"));
	CU_ASSERT(unit_same(var("found.text"), "\"Open {{x}} 9 to 18.\""));
	CU_ASSERT(unit_same(var("found.heading"), "\"Hours\""));
}

static void the_action_may_be_silent(void)
{
	begin("{\"a\":{\"actions\":[{\"type\":\"KNOWLEDGE\",\"silent\":true,"
	      "\"query\":\"open\",\"save_to\":\"k\"}],\"message\":\"Hi\"}}");
	CU_ASSERT(unit_same(say(NULL), "Hi"));
	CU_ASSERT(unit_same(var("k.url"), "\"https://a.example/faq\""));
	/* nothing was asked: nothing is found */
	begin("{\"a\":{\"actions\":[{\"type\":\"KNOWLEDGE\",\"message\":\"?\"}]"
	      "}}");
	CU_ASSERT(unit_same(say(NULL), "?"));
	CU_ASSERT_EQUAL(base.asked, 0);
	CU_ASSERT(unit_same(click_with(NULL, NULL, NULL), ""));
}

static void bad_actions_are_found(void)
{
	static const char *const bad[][2] = {
		{ "\"max_results\":0", "states.a.actions[0].max_results" },
		{ "\"max_results\":6", "states.a.actions[0].max_results" },
		{ "\"silent\":1", "states.a.actions[0].silent" },
		{ "\"query\":1", "states.a.actions[0].query" },
		{ "\"success_transition\":\"no\"",
		    "states.a.actions[0].success_transition" },
	};
	struct flow_findings f;

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const char *json = pool_printf(pool,
		    "{\"a\":{\"actions\":[{\"type\":\"KNOWLEDGE\",%s}]}}",
		    bad[i][0]);

		CU_ASSERT_PTR_NULL(flow_parse(pool, str_of(json), &f));
		CU_ASSERT_EQUAL_FATAL(f.n_errors, 1);
		for (size_t k = 0; k < f.n; k++) {
			if (!f.items[k].is_warning)
				CU_ASSERT(unit_case(
				    unit_same(f.items[k].path, bad[i][1]), i,
				    bad[i][0]));
		}
	}
}

static CU_TestInfo tests[] = {
	{ "what no transition fits is asked",
	    what_no_transition_fits_is_asked },
	{ "an answer to the bot is not asked",
	    an_answer_to_the_bot_is_not_asked },
	{ "a base that is away is passed over",
	    a_base_that_is_away_is_passed_over },
	{ "the action answers and leads on", the_action_answers_and_leads_on },
	{ "the action may be silent", the_action_may_be_silent },
	{ "bad actions are found", bad_actions_are_found },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_knowledge = { "knowledge", setup, teardown, NULL, NULL,
	tests };
