/* test_flow_refs.c: what a flow needs besides itself */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "bot/flow.h"
#include "unit.h"

static struct pool *pool;
static struct flow_findings f;

static void setup(void)
{
	pool = pool_new();
}

static void teardown(void)
{
	pool_free(&pool);
}

static void parse(const char *actions)
{
	const char *json = pool_printf(pool,
	    "{\"states\":[{\"name\":\"a\",\"actions\":%s,"
	    "\"transitions\":{\"default\":\"a\"}}]}",
	    actions);

	(void)flow_parse(pool, str_of(json), &f);
}

static bool is_ref(
    size_t i, enum flow_ref_kind kind, const char *name, const char *path)
{
	return i < f.n_refs && f.refs[i].kind == kind &&
	       str_eq(f.refs[i].name, str_of(name)) &&
	       !strcmp(f.refs[i].path, path);
}

static void calls_and_tools_are_listed_with_their_places(void)
{
	parse(
	    "[{\"type\":\"API_CALL\",\"integration\":\"shop\",\"path\":\"/\"},"
	    "{\"type\":\"LLM_AGENT\",\"tools\":[{\"name\":\"search\"},"
	    "{\"name\":\"mcp\",\"collection\":\" git \"},"
	    "{\"name\":\"mcp\",\"collection\":\"two\",\"enabled\":false}]}]");
	CU_ASSERT_EQUAL(f.n_refs, 4);
	CU_ASSERT(
	    is_ref(0, FLOW_REF_API, "shop", "states.a.actions[0].integration"));
	CU_ASSERT(is_ref(1, FLOW_REF_MODEL, "", "states.a.actions[1]"));
	CU_ASSERT(is_ref(2, FLOW_REF_SERVER, "git",
	    "states.a.actions[1].tools[1].collection"));
	CU_ASSERT(is_ref(3, FLOW_REF_SERVER, "two",
	    "states.a.actions[1].tools[2].collection"));
}

static void knowledge_bases_are_listed_too(void)
{
	parse("[{\"type\":\"KNOWLEDGE\",\"collection\":\" Shop \"},"
	      "{\"type\":\"KNOWLEDGE\"},{\"type\":\"LLM_AGENT\",\"tools\":["
	      "{\"name\":\"document_search\"},"
	      "{\"name\":\"document_search\",\"collection\":\"Law\"}]}]");
	CU_ASSERT_EQUAL(f.n_refs, 3);
	CU_ASSERT(is_ref(
	    0, FLOW_REF_COLLECTION, "Shop", "states.a.actions[0].collection"));
	CU_ASSERT(is_ref(1, FLOW_REF_MODEL, "", "states.a.actions[2]"));
	CU_ASSERT(is_ref(2, FLOW_REF_COLLECTION, "Law",
	    "states.a.actions[2].tools[1].collection"));
}

/* As far as they do not depend on what is said. */
static void urls_are_listed_when_they_are_known(void)
{
	static const struct {
		const char *url;
		const char *ref; /* NULL: none */
	} cases[] = {
		{ "https://a.example/x?y=1", "https://a.example/x?y=1" },
		{ " http://10.0.0.1 ", "http://10.0.0.1" },
		{ "https://a.example/{{x}}?q=${y}", "https://a.example/" },
		{ "https://a.example?q={{x}}", "https://a.example/" },
		{ "https://{{host}}/x", NULL },
		{ "https://a.${domain}", NULL },
		{ "{{url}}", NULL },
		{ "{{scheme}}://a.example", NULL },
		{ "", NULL },
		{ "https:", NULL },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		parse(pool_printf(pool,
		    "[{\"type\":\"API_CALL\",\"url\":\"%s\"}]", cases[i].url));
		CU_ASSERT_EQUAL(f.n_refs, cases[i].ref != NULL);
		CU_ASSERT(cases[i].ref == NULL ||
			  is_ref(0, FLOW_REF_URL, cases[i].ref,
			      "states.a.actions[0].url"));
	}
}

static void other_things_name_none(void)
{
	static const char *const cases[] = { "[]",
		"[{\"type\":\"SET\",\"url\":\"https://a.example\"}]",
		"[{\"type\":\"API_CALL\",\"url\":7}]",
		"[{\"type\":\"KNOWLEDGE\",\"collection\":7}]",
		"[{\"type\":\"API_CALL\",\"integration\":7}]",
		"[{\"type\":\"API_CALL\",\"integration\":\"\"}]",
		"[{\"type\":\"SET\",\"integration\":\"x\"}]",
		"[{\"type\":\"END\",\"tools\":[{\"name\":\"mcp\","
		"\"collection\":\"kb\"}]}]" };
	static const char *const agents[] = {
		"[{\"type\":\"LLM_AGENT\",\"tools\":{\"name\":\"mcp\"}}]",
		"[{\"type\":\"LLM_AGENT\",\"tools\":[\"mcp\",null]}]",
		"[{\"type\":\"LLM_AGENT\",\"tools\":[{\"name\":\"search\","
		"\"collection\":\"kb\"}]}]"
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		parse(cases[i]);
		CU_ASSERT_EQUAL(f.n_refs, 0);
	}
	for (size_t i = 0; i < COUNT_OF(agents); i++) {
		parse(agents[i]);
		CU_ASSERT_EQUAL(f.n_refs, 1);
		CU_ASSERT(is_ref(0, FLOW_REF_MODEL, "", "states.a.actions[0]"));
	}
}

static void names_that_there_are_not_are_errors(void)
{
	const struct str servers[] = { STR("git") }, apis[] = { STR("shop") };
	const struct flow_names names = { 1, apis, 1, servers };
	size_t before;

	parse("[{\"type\":\"LLM_AGENT\",\"tools\":["
	      "{\"name\":\"mcp\",\"collection\":\"git\"},"
	      "{\"name\":\"mcp\",\"collection\":\"shop\"},"
	      "{\"name\":\"mcp\",\"collection\":\"Git\"}]},"
	      "{\"type\":\"API_CALL\",\"integration\":\"shop\"},"
	      "{\"type\":\"API_CALL\",\"integration\":\"git\"}]");
	before = f.n_errors;
	flow_check_names(pool, &names, &f);
	CU_ASSERT_EQUAL_FATAL(f.n_errors, before + 3);
	CU_ASSERT(str_eq(
	    f.items[f.n - 1].path, STR("states.a.actions[2].integration")));
	CU_ASSERT(str_eq(f.items[f.n - 1].text,
	    STR("The chatbot has no api integration “git”.")));
	CU_ASSERT(str_eq(f.items[f.n - 3].text,
	    STR("The chatbot has no mcp integration “shop”.")));
}

static void many_are_all_listed(void)
{
	const struct flow_names none = { 0 };
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, "[{\"type\":\"LLM_AGENT\",\"tools\":[");
	for (int i = 0; i < 100; i++)
		buf_printf(&b, "%s{\"name\":\"mcp\",\"collection\":\"s%d\"}",
		    i > 0 ? "," : "", i);
	buf_puts(&b, "]}]");
	parse(b.p);
	buf_fini(&b);
	CU_ASSERT_EQUAL_FATAL(f.n_refs, 101);
	for (size_t i = 1; i < f.n_refs; i++)
		CU_ASSERT(str_eq(
		    f.refs[i].name, str_of(pool_printf(pool, "s%zu", i - 1))));
	flow_check_names(pool, &none, &f);
	CU_ASSERT(f.n_errors >= 100);
}

static CU_TestInfo tests[] = {
	{ "calls and tools are listed with their places",
	    calls_and_tools_are_listed_with_their_places },
	{ "knowledge bases are listed too", knowledge_bases_are_listed_too },
	{ "URLs are listed when they are known",
	    urls_are_listed_when_they_are_known },
	{ "other things name none", other_things_name_none },
	{ "names that there are not are errors",
	    names_that_there_are_not_are_errors },
	{ "many are all listed", many_are_all_listed },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_flow_refs = { "flow_refs", NULL, NULL, setup, teardown,
	tests };
