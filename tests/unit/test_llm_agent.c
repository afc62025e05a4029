/* test_llm_agent.c: LLM_AGENT in a talk, with a model that the test plays */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/json_in.h"
#include "bot/action.h"
#include "bot/action_llm_agent.h"
#include "bot/engine.h"
#include "bot/vars.h"
#include "chat/model.h"
#include "unit.h"

static struct pool *pool;

/* The model: what it was asked last, and what it does. */
static struct call_agent asked;
static unsigned asked_n;
static const char *answer; /* NULL: fails */
static struct id shown;
static const char *lost;

static enum err_code play(void *arg, struct pool *into,
    const struct call_agent *in, struct call_agent_reply *out_r,
    struct err *err)
{
	(void)arg;
	asked = *in;
	asked_n++;
	if (answer == NULL)
		return err_set(err, ERR_TIMEOUT, "It took too long.");
	*out_r =
	    (struct call_agent_reply){ .text = str_copy(into, str_of(answer)),
		    .message = shown,
		    .lost = str_of(lost) };
	return ERR_OK;
}

static const struct bot_calls played = { .agent = play };
static const struct bot_calls none = { .arg = NULL };
static const struct bot_calls *calls;

static const struct flow *flow;
static struct engine_output last;

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

static void begin(const char *json)
{
	struct flow_findings f;

	flow = flow_parse(pool, str_of(json), &f);
	for (size_t i = 0; i < f.n; i++)
		printf("\n     %.*s: %.*s\n", STR_ARG(f.items[i].path),
		    STR_ARG(f.items[i].text));
	CU_ASSERT_EQUAL(f.n, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(flow);
	last = (struct engine_output){ .variables = STR(
					   "{\"contact_name\":\"Amina\"}") };
	calls = &played;
	answer = "Roses are red.";
	asked_n = 0;
	shown = ID_NONE;
	lost = "";
}

static struct str say(const char *text)
{
	struct engine_input in = { .flow = flow,
		.state = last.state,
		.variables = last.variables,
		.has_message = text != NULL,
		.message = { .text = str_of(text) },
		.calls = calls };
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

static struct str var(const char *path)
{
	struct vars vars;

	vars_parse(pool, last.variables, &vars);
	return json_text(pool, vars_find(&vars, str_of(path)));
}

#define SORRY                                                                  \
	"Sorry, I cannot answer that right now. Please try again in a moment."

static void every_message_is_another_turn(void)
{
	begin("{\"shop\":{\"message\":\"Ask me.\",\"actions\":[{\"type\":"
	      "\"LLM_AGENT\",\"name\":\"Rosa\",\"system_prompt\":"
	      "\"You help {{contact_name}}.\",\"save_to\":\"reply\"}],"
	      "\"transitions\":{\"person\":\"people\",\"default\":\"lost\"}},"
	      "\"lost\":{\"message\":\"Lost\",\"transitions\":{\"default\":"
	      "\"shop\"}},"
	      "\"people\":{\"message\":\"Wait\",\"actions\":[{\"type\":"
	      "\"HANDOFF\"}]}}");
	/* who only came has asked nothing */
	CU_ASSERT(unit_same(say(NULL), "Ask me."));
	CU_ASSERT_EQUAL(asked_n, 0);
	CU_ASSERT(unit_same(say("What about roses?"), "Roses are red."));
	CU_ASSERT(unit_same(asked.prompt, "You help Amina."));
	CU_ASSERT(unit_same(asked.message, "What about roses?"));
	CU_ASSERT(unit_same(asked.name, "Rosa"));
	CU_ASSERT_EQUAL(asked.rounds_max, 8);
	CU_ASSERT_EQUAL(asked.timeout_ms, 60000);
	CU_ASSERT_FALSE(asked.has_temperature);
	CU_ASSERT_EQUAL(asked.n_said, 0);
	CU_ASSERT(unit_same(var("reply"), "\"Roses are red.\""));
	CU_ASSERT(unit_same(var("shop"), "\"What about roses?\""));
	CU_ASSERT(unit_same(last.state, "shop"));
	answer = " Violets are blue.\n";
	CU_ASSERT(unit_same(say("And violets?"), "Violets are blue."));
	CU_ASSERT(unit_same(var("reply"), "\"Violets are blue.\""));
	CU_ASSERT_EQUAL(asked_n, 2);
	CU_ASSERT(unit_same(say("a person, please"), "Wait"));
	CU_ASSERT_EQUAL(asked_n, 2);
	CU_ASSERT_TRUE(last.is_handoff);
}

static void a_message_that_leads_there_is_answered(void)
{
	begin("{\"hi\":{\"message\":\"Hi\",\"transitions\":{\"default\":"
	      "\"shop\"}},\"shop\":{\"message\":\"Let me think.\",\"actions\":"
	      "[{\"type\":\"LLM_AGENT\"}]}}");
	CU_ASSERT(unit_same(say(NULL), "Hi"));
	CU_ASSERT(unit_same(say("roses?"), "Let me think. | Roses are red."));
	CU_ASSERT_EQUAL_FATAL(asked.n_said, 1);
	CU_ASSERT(unit_same(asked.said[0], "Let me think."));
	/* the state's own words are not said again */
	CU_ASSERT(unit_same(say("tulips?"), "Roses are red."));
	/* a message without a text asks nothing */
	CU_ASSERT(unit_same(say("  "), ""));
	CU_ASSERT_EQUAL(asked_n, 2);
	CU_ASSERT(unit_same(say("lilies?"), "Roses are red."));
}

static void transitions_lead_on(void)
{
	begin("{\"hi\":{\"message\":\"Hi\",\"transitions\":{\"default\":"
	      "\"shop\"}},\"shop\":{\"actions\":[{\"type\":\"LLM_AGENT\","
	      "\"model\":\"small\",\"temperature\":0.5,\"max_iterations\":3,"
	      "\"timeout\":7,\"success_transition\":\"done\","
	      "\"failure_transition\":\"hi\"}]},"
	      "\"done\":{\"message\":\"Bye\"}}");
	say(NULL);
	CU_ASSERT(unit_same(say("roses?"), "Roses are red. | Bye"));
	CU_ASSERT(unit_same(last.state, "done"));
	CU_ASSERT(unit_same(asked.model, "small"));
	CU_ASSERT_TRUE(asked.has_temperature);
	CU_ASSERT_EQUAL(asked.temperature, 0.5);
	CU_ASSERT_EQUAL(asked.rounds_max, 3);
	CU_ASSERT_EQUAL(asked.timeout_ms, 7000);
	CU_ASSERT_EQUAL(last.failed.n, 0);
}

static void what_it_lacked_is_told_without_a_failure(void)
{
	begin("{\"hi\":{\"message\":\"Hi\",\"transitions\":{\"default\":"
	      "\"ask\"}},\"ask\":{\"actions\":[{\"type\":\"LLM_AGENT\","
	      "\"name\":\"x\",\"system_prompt\":\"x\"}]}}");
	(void)say(NULL);
	lost = "The tools were missing.";
	CU_ASSERT(unit_same(say("Flowers?"), "Roses are red."));
	CU_ASSERT(unit_same(
	    last.failed, "LLM_AGENT in ask: The tools were missing."));
}

static void a_failure_goes_its_way(void)
{
	begin("{\"hi\":{\"message\":\"Hi\",\"transitions\":{\"default\":"
	      "\"shop\"}},\"shop\":{\"actions\":[{\"type\":\"LLM_AGENT\","
	      "\"save_to\":\"reply\",\"success_transition\":\"hi\","
	      "\"failure_transition\":\"people\"}]},\"people\":{\"message\":"
	      "\"A person will answer.\",\"actions\":[{\"type\":"
	      "\"HANDOFF\"}]}}");
	say(NULL);
	answer = NULL;
	CU_ASSERT(unit_same(say("roses?"), "A person will answer."));
	CU_ASSERT(
	    unit_same(last.failed, "LLM_AGENT in shop: It took too long."));
	CU_ASSERT_TRUE(last.is_handoff);
	CU_ASSERT(unit_same(var("reply"), "null"));
}

static void a_failure_without_a_way_is_told_politely(void)
{
	begin("{\"shop\":{\"message\":\"Ask me.\",\"actions\":[{\"type\":"
	      "\"LLM_AGENT\"},{\"type\":\"SEND_MESSAGE\",\"message\":"
	      "\"More?\"}]}}");
	say(NULL);
	answer = NULL;
	CU_ASSERT(unit_same(say("roses?"), SORRY));
	CU_ASSERT(unit_same(last.state, "shop"));
	CU_ASSERT(
	    unit_same(last.failed, "LLM_AGENT in shop: It took too long."));
	/* and tried again with the next message */
	answer = "Roses are red.";
	CU_ASSERT(unit_same(say("roses?"), "Roses are red. | More?"));
	CU_ASSERT_EQUAL(last.failed.n, 0);
	answer = " \n ";
	CU_ASSERT(unit_same(say("roses?"), SORRY));
	CU_ASSERT(unit_same(
	    last.failed, "LLM_AGENT in shop: The model gave no answer."));
	calls = &none;
	CU_ASSERT(unit_same(say("roses?"), SORRY));
	CU_ASSERT(unit_same(
	    last.failed, "LLM_AGENT in shop: No model can be asked."));
	calls = NULL;
	CU_ASSERT(unit_same(say("roses?"), SORRY));
}

static void a_flow_may_say_sorry_in_its_own_words(void)
{
	begin("{\"shop\":{\"message\":\"Karibu\",\"actions\":[{\"type\":"
	      "\"LLM_AGENT\",\"failure_message\":\"Samahani, {{contact_name}}."
	      "\",\"failure_transition\":\"end\"}]},\"end\":{\"message\":"
	      "\"Kwaheri\"}}");
	say(NULL);
	answer = NULL;
	CU_ASSERT(unit_same(say("waridi?"), "Samahani, Amina. | Kwaheri"));
}

static void what_stands_behind_is_done_each_time(void)
{
	begin("{\"shop\":{\"message\":\"Ask me.\",\"actions\":[{\"type\":"
	      "\"LLM_AGENT\",\"save_to\":\"reply\"},{\"type\":\"CONDITION\","
	      "\"expression\":\"contains(reply, 'BYE')\",\"true_transition\":"
	      "\"end\"},{\"type\":\"SEND_MESSAGE\",\"message\":\"More?\"}]},"
	      "\"end\":{\"message\":\"The end\"}}");
	say(NULL);
	CU_ASSERT(unit_same(say("roses?"), "Roses are red. | More?"));
	CU_ASSERT(unit_same(say("roses?"), "Roses are red. | More?"));
	answer = "BYE";
	CU_ASSERT(unit_same(say("no"), "BYE | The end"));
	CU_ASSERT(unit_same(last.state, "end"));
}

static void a_circle_asks_once(void)
{
	begin("{\"shop\":{\"message\":\"Hi\",\"actions\":[{\"type\":"
	      "\"LLM_AGENT\",\"success_transition\":\"shop\"}]}}");
	say(NULL);
	CU_ASSERT(unit_same(say("roses?"), "Roses are red. | Hi"));
	CU_ASSERT_EQUAL(asked_n, 1);
	CU_ASSERT(unit_same(say("roses?"), "Roses are red. | Hi"));
	CU_ASSERT_EQUAL(asked_n, 2);
}

static void a_long_answer_becomes_several_messages(void)
{
	struct buf b;

	begin("{\"shop\":{\"message\":\"Hi\",\"actions\":[{\"type\":"
	      "\"LLM_AGENT\"}]}}");
	say(NULL);
	shown = id_new();
	buf_init(&b, 0);
	for (int i = 0; i < 3000; i++)
		buf_puts(&b, i == 500 ? "jua\n\n" : "jua ");
	answer = b.p;
	say("long");
	CU_ASSERT_EQUAL_FATAL(last.messages.n, 3);
	CU_ASSERT_TRUE(id_eq(last.messages.items[0].id, shown));
	CU_ASSERT_TRUE(id_is_none(last.messages.items[1].id));
	for (size_t i = 0; i < 3; i++) {
		struct str text = last.messages.items[i].text;

		CU_ASSERT_TRUE(text.n <= CHAT_CONTENT_MAX);
		CU_ASSERT_TRUE(str_starts(text, STR("jua")));
		CU_ASSERT_TRUE(str_ends(text, STR("jua")));
	}
	/* without a blank: cut between characters; and not for ever */
	buf_clear(&b);
	for (int i = 0; i < 30000; i++)
		buf_puts(&b, "é");
	answer = b.p;
	say("longer");
	CU_ASSERT_EQUAL_FATAL(last.messages.n, AGENT_TEXTS_MAX);
	CU_ASSERT_EQUAL(last.messages.items[0].text.n, 2 * CHAT_CONTENT_MAX);
	buf_fini(&b);
}

static void tools_are_read(void)
{
	const struct call_agent_tool *tools;
	size_t n;

	begin("{\"shop\":{\"message\":\"Hi\",\"actions\":[{\"type\":"
	      "\"SEND_MESSAGE\",\"message\":\"x\"},{\"type\":\"LLM_AGENT\","
	      "\"tools\":[{\"name\":\"mcp\",\"collection\":\"github\"},"
	      "{\"name\":\"document_search\",\"collection\":\"Care\","
	      "\"enabled\":true},\"search\",{\"name\":\"calculator\","
	      "\"enabled\":false}]}]}}");
	CU_ASSERT_EQUAL(
	    llm_agent_tools(&flow->states[0].actions[0], &tools), 0);
	n = llm_agent_tools(&flow->states[0].actions[1], &tools);
	CU_ASSERT_EQUAL_FATAL(n, 4);
	CU_ASSERT(unit_same(tools[0].name, "mcp"));
	CU_ASSERT(unit_same(tools[0].collection, "github"));
	CU_ASSERT_TRUE(tools[0].is_enabled);
	CU_ASSERT(unit_same(tools[1].collection, "Care"));
	CU_ASSERT(unit_same(tools[2].name, "search"));
	CU_ASSERT_FALSE(tools[3].is_enabled);
	CU_ASSERT(unit_same(
	    str_of(tools[3].path), "states.shop.actions[1].tools[3]"));
}

static CU_TestInfo tests[] = {
	{ "what it lacked is told without a failure",
	    what_it_lacked_is_told_without_a_failure },
	{ "every message is another turn", every_message_is_another_turn },
	{ "a message that leads there is answered",
	    a_message_that_leads_there_is_answered },
	{ "transitions lead on", transitions_lead_on },
	{ "a failure goes its way", a_failure_goes_its_way },
	{ "a failure without a way is told politely",
	    a_failure_without_a_way_is_told_politely },
	{ "a flow may say sorry in its own words",
	    a_flow_may_say_sorry_in_its_own_words },
	{ "what stands behind is done each time",
	    what_stands_behind_is_done_each_time },
	{ "a circle asks once", a_circle_asks_once },
	{ "a long answer becomes several messages",
	    a_long_answer_becomes_several_messages },
	{ "tools are read", tools_are_read },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_llm_agent = { "llm_agent", setup, teardown, NULL, NULL,
	tests };
