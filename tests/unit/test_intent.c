/* test_intent.c: what a text is about, in English and Swahili */
/* SPDX-License-Identifier: MIT */
#include "bot/intent.h"

#include "unit.h"

static struct str greeting[] = { STR_INIT("hello"), STR_INIT("hi there"),
	STR_INIT("good morning"), STR_INIT("habari"), STR_INIT("hujambo"),
	STR_INIT("habari za asubuhi") };
static struct str hours[] = { STR_INIT("what are your opening hours"),
	STR_INIT("when do you open"), STR_INIT("are you open on Sunday"),
	STR_INIT("mnafungua saa ngapi"), STR_INIT("mnafunga lini") };
static struct str order[] = { STR_INIT("I want to order flowers"),
	STR_INIT("buy a bouquet of roses"), STR_INIT("nataka kununua maua"),
	STR_INIT("naomba kuagiza maua") };
static struct str track[] = { STR_INIT("where is my order"),
	STR_INIT("track my delivery"), STR_INIT("oda yangu iko wapi"),
	STR_INIT("mzigo wangu umefika wapi") };
static struct str price[] = { STR_INIT("how much does it cost"),
	STR_INIT("what is the price of roses"), STR_INIT("bei gani"),
	STR_INIT("waridi ni shilingi ngapi") };
static struct str cancel[] = { STR_INIT("cancel"), STR_INIT("stop this"),
	STR_INIT("never mind"), STR_INIT("ghairi"), STR_INIT("sitaki tena") };

#define INTENT(list)                                                           \
	{                                                                      \
		STR_INIT(#list), COUNT_OF(list), list                          \
	}
static const struct intent intents[] = { INTENT(greeting), INTENT(hours),
	INTENT(order), INTENT(track), INTENT(price), INTENT(cancel) };

static const struct {
	const char *text;
	const char *want;
} rows[] = {
	/* as written, and nearly so */
	{ "hello", "greeting" },
	{ "HELLO!!", "greeting" },
	{ "Hello there", "greeting" },
	{ "good mornin", "greeting" },
	{ "Habari yako", "greeting" },
	{ "habari za jioni", "greeting" },
	{ "hujambo?", "greeting" },
	{ "what are the opening hours?", "hours" },
	{ "opening hours", "hours" },
	{ "your openning hours please", "hours" },
	{ "when are you open", "hours" },
	{ "Do you open on sundays?", "hours" },
	{ "Mnafungua saa ngapi kesho?", "hours" },
	{ "unafungua saa ngapi", "hours" },
	{ "mnafunga saa ngapi", "hours" },
	{ "I would like to order some flowers", "order" },
	{ "can I buy roses", "order" },
	{ "ordering flowers", "order" },
	{ "ninataka kununua maua", "order" },
	{ "tunataka kuagiza maua tafadhali", "order" },
	{ "where's my order?", "track" },
	{ "please track my delivery", "track" },
	{ "oda yangu iko wapi jamani", "track" },
	{ "mzigo umefika wapi", "track" },
	{ "how much do the roses cost", "price" },
	{ "price of roses?", "price" },
	{ "what are the prices of roses", "price" },
	{ "ni bei gani?", "price" },
	{ "waridi shilingi ngapi", "price" },
	{ "cancel", "cancel" },
	{ "please cancel", "cancel" },
	{ "cancel it", "cancel" },
	{ "never mind that", "cancel" },
	{ "stop", "cancel" },
	{ "sitaki tena, asante", "cancel" },
	{ "naomba kughairi", "cancel" },
	/* near misses: a word in common, another subject */
	{ "I don't want to cancel", "" },
	{ "my name is Sunday Okafor", "" },
	{ "the good news came by mail", "" },
	{ "open an account for my company", "" },
	{ "she lost hours of work on the report", "" },
	{ "mwalimu anafundisha watoto", "" },
	{ "nataka kulala", "" },
	{ "maji yamejaa nyumbani kwetu", "" },
	{ "MC-1042", "" },
	{ "amina@example.com", "" },
	{ "qwertz uiop", "" },
	{ "yes", "" },
	{ "ndiyo", "" },
	{ "the of and", "" },
	{ "", "" },
	{ "?!", "" },
	{ "\xFF\xFE", "" },
};

static void texts_find_their_intents(void)
{
	struct pool *pool = pool_new();
	const struct intents *all =
	    intents_new(pool, intents, COUNT_OF(intents));
	double score;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t found = intents_find(all, pool, str_of(rows[i].text),
		    INTENT_THRESHOLD_DEF, &score);

		if (!unit_case(
			unit_same(found == INTENT_NONE ? STR_EMPTY
						       : intents[found].name,
			    rows[i].want),
			i, rows[i].text)) {
			printf("     score %.2f\n", score);
			CU_FAIL("another intent");
		}
		CU_ASSERT(score >= 0 && score <= 1);
	}
	pool_free(&pool);
}

static void scores_are_the_same_each_time(void)
{
	struct pool *pool = pool_new();
	double first, second;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str text = str_of(rows[i].text);

		(void)intents_find(
		    intents_new(pool, intents, COUNT_OF(intents)), pool, text,
		    0.5, &first);
		(void)intents_find(
		    intents_new(pool, intents, COUNT_OF(intents)), pool, text,
		    0.5, &second);
		CU_ASSERT_EQUAL(first, second);
	}
	pool_free(&pool);
}

static void an_example_itself_is_certain(void)
{
	struct pool *pool = pool_new();
	const struct intents *all =
	    intents_new(pool, intents, COUNT_OF(intents));
	double score;

	for (size_t i = 0; i < COUNT_OF(intents); i++) {
		for (size_t k = 0; k < intents[i].n; k++) {
			CU_ASSERT_EQUAL(intents_find(all, pool,
					    intents[i].examples[k], 1, &score),
			    i);
			CU_ASSERT_EQUAL(score, 1);
		}
	}
	CU_ASSERT_EQUAL(intents_by_name(all, STR("price")), 4);
	CU_ASSERT_EQUAL(intents_by_name(all, STR("prices")), INTENT_NONE);
	all = intents_new(pool, NULL, 0);
	CU_ASSERT_EQUAL(
	    intents_find(all, pool, STR("hello"), 0.1, NULL), INTENT_NONE);
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "texts find their intents", texts_find_their_intents },
	{ "scores are the same each time", scores_are_the_same_each_time },
	{ "an example itself is certain", an_example_itself_is_certain },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_intent = { "intent", NULL, NULL, NULL, NULL, tests };
