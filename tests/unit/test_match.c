/* test_match.c: which transition a message takes */
/* SPDX-License-Identifier: MIT */
#include "bot/match.h"

#include "unit.h"

/* Each way leads to a state of its own name. */
#define ENDS                                                                   \
	"\"hours\":{},\"order\":{},\"Order Now\":{},\"bye\":{},\"other\":{}"
#define MENU                                                                   \
	"{\"menu\":{\"initial\":true,\"message\":{\"type\":\"buttons\","       \
	"\"text\":\"?\",\"buttons\":[{\"id\":\"h1\",\"title\":"                \
	"\"Opening hours\"},{\"id\":\"o1\",\"title\":\"For {{name}}\"}]},"     \
	"\"actions\":[{\"type\":\"SEND_MESSAGE\",\"message\":{\"text\":"       \
	"\"more\",\"buttons\":[{\"id\":\"b1\",\"title\":\"So long\"}]}}],"     \
	"\"transitions\":{\"h1\":\"hours\",\"o1\":\"order\","                  \
	"\"ORDER now\":\"Order Now\",\"order\":\"order\",\"b1\":\"bye\","      \
	"\"bye\":\"bye\",\"default\":\"other\"}}," ENDS "}"
#define LIST                                                                   \
	"{\"menu\":{\"message\":\"?\",\"transitions\":["                       \
	"{\"condition\":{\"type\":\"default\"},\"target\":\"other\"},"         \
	"{\"condition\":{\"type\":\"keyword\",\"value\":\"order\"},"           \
	"\"target\":\"order\"},"                                               \
	"{\"condition\":{\"type\":\"keyword\",\"value\":\"hours\"},"           \
	"\"target\":\"hours\"}]}," ENDS "}"
#define STUCK                                                                  \
	"{\"menu\":{\"message\":\"?\",\"transitions\":{\"x\":\"bye\"}}," ENDS  \
	"}"
#define ALWAYS                                                                 \
	"{\"menu\":{\"message\":\"?\",\"transitions\":{\"default\":\"other\"," \
	"\"always\":\"bye\"}}," ENDS "}"

#define EVERY                                                                  \
	"{\"intents\":{\"hours\":[\"when are you open\"],"                     \
	"\"order\":[\"buy some roses\"]},\"states\":{\"menu\":{"               \
	"\"message\":{\"text\":\"?\",\"buttons\":[{\"id\":\"b1\","             \
	"\"title\":\"Farewell\"}]},\"transitions\":["                          \
	"{\"condition\":{\"type\":\"always\"},\"target\":\"other\"},"          \
	"{\"condition\":{\"type\":\"intent\",\"value\":\"hours\"},"            \
	"\"target\":\"hours\"},"                                               \
	"{\"condition\":{\"type\":\"regex\",\"value\":\"\\\\bMC-\\\\d+\"},"    \
	"\"target\":\"order\"},"                                               \
	"{\"condition\":{\"type\":\"keyword\",\"value\":\"roses\"},"           \
	"\"target\":\"Order Now\"},"                                           \
	"{\"condition\":{\"type\":\"exact\",\"value\":\"bye now\"},"           \
	"\"target\":\"bye\"},"                                                 \
	"{\"condition\":{\"type\":\"button\",\"value\":\"b1\"},"               \
	"\"target\":\"bye\"}]}," ENDS "}}"
#define MAP                                                                    \
	"{\"intents\":{\"when\":[\"when are you open\"]},"                     \
	"\"menu\":{\"message\":\"?\",\"transitions\":{"                        \
	"\"/^MC-\\\\d+$/\":\"order\",\"/kwa\\\\s?heri/i\":\"bye\","            \
	"\"when\":\"hours\",\"/start\":\"Order Now\","                         \
	"\"default\":\"other\"}}," ENDS "}"

static const struct {
	const char *flow;
	const char *text;
	const char *value;
	const char *want; /* state, or empty: nothing fits */
} rows[] = {
	/* a click: its value, byte by byte */
	{ MENU, "Opening hours", "h1", "hours" },
	{ MENU, "whatever", "o1", "order" },
	{ MENU, "", "o1", "order" },
	{ MENU, "bye", "h1", "hours" },
	{ MENU, "nonsense", "H1", "other" },
	/* a click on an older message: its label speaks */
	{ MENU, "Order now", "gone", "Order Now" },
	/* the whole text */
	{ MENU, "h1", "", "hours" },
	{ MENU, " H1 ", "", "hours" },
	{ MENU, "order NOW", "", "Order Now" },
	{ MENU, "order", "", "order" },
	/* a button's title, in messages and in actions */
	{ MENU, "opening  HOURS", "", "hours" },
	{ MENU, "for amina", "", "order" },
	{ MENU, "So long", "", "bye" },
	/* words */
	{ MENU, "I want to order now, please", "", "Order Now" },
	{ MENU, "my order?", "", "order" },
	{ MENU, "bye and order", "", "order" },
	{ MENU, "orders", "", "other" },
	{ MENU, "opening", "", "other" },
	{ MENU, "", "", "other" },
	/* the other spelling */
	{ LIST, "order within hours", "", "order" },
	{ LIST, "your hours", "", "hours" },
	{ LIST, "click", "hours", "hours" },
	{ LIST, "who knows", "", "other" },
	/* a trigger of this name is no word of the visitor */
	{ LIST, "default", "", "other" },
	{ STUCK, "y", "", "" },
	{ STUCK, "", "", "" },
	{ STUCK, "x", "", "bye" },
	{ ALWAYS, "y", "", "bye" },
	/* each step gives way to the one before it */
	{ EVERY, "bye now", "", "bye" },
	{ EVERY, "bye now then", "", "other" },
	{ EVERY, "farewell", "", "bye" },
	{ EVERY, "b1", "", "other" },
	{ EVERY, "anything", "b1", "bye" },
	{ EVERY, "roses, as in MC-7", "", "Order Now" },
	{ EVERY, "when are you open, mc-7?", "", "order" },
	{ EVERY, "when do you open?", "", "hours" },
	{ EVERY, "buy some rose", "", "other" },
	{ MAP, " mc-12 ", "", "order" },
	{ MAP, "mc-12 or so", "", "other" },
	{ MAP, "Kwa heri", "", "bye" },
	{ MAP, "/start", "", "Order Now" },
	{ MAP, "when", "", "hours" },
	{ MAP, "are you open", "", "hours" },
};

static void messages_take_their_way(void)
{
	struct pool *pool = pool_new();
	struct flow_findings f;
	struct vars vars;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct flow *flow =
		    flow_parse(pool, str_of(rows[i].flow), &f);
		struct match_input in = { str_of(rows[i].text),
			str_of(rows[i].value) };
		const struct flow_transition *t;

		CU_ASSERT_PTR_NOT_NULL_FATAL(flow);
		vars_parse(pool, STR("{\"name\":\"Amina\"}"), &vars);
		t = match_find(
		    pool, flow, &flow->states[flow->initial], &vars, &in);
		CU_ASSERT(unit_case(
		    unit_same(t ? t->target_name : STR_EMPTY, rows[i].want), i,
		    rows[i].text));
	}
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "messages take their way", messages_take_their_way },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_match = { "match", NULL, NULL, NULL, NULL, tests };
