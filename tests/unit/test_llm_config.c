/* test_llm_config.c: what a workspace may say of its model */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_config.h"

#include "base/settings.h"
#include "unit.h"

static struct pool *pool;
static char nothing[] = "", ports[] = "443";
static struct settings settings = { .outside_allow = nothing,
	.outside_ports = ports };

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

static enum err_code check(const char *options, struct err *err)
{
	const struct llm_config_in in = { .provider = STR("openai"),
		.base_url = STR("https://m.example/v1"),
		.model = STR("m"),
		.options = str_of(options) };
	struct llm_config config;

	return llm_config_check(pool, &settings, &in, &config, err);
}

static void options_hold_no_secret(void)
{
	static const struct {
		const char *options;
		const char *why; /* NULL: good */
	} rows[] = {
		{ "{\"headers\":{\"OpenAI-Organization\":\"o\"}}", NULL },
		{ "{\"headers\":{\"Authorization\":\"x\"}}", "a credential" },
		{ "{\"headers\":{\"X-Api-Key\":\"x\"}}", "a credential" },
		{ "{\"headers\":{\"api-key\":\"x\"}}", "a credential" },
		{ "{\"headers\":{\"Proxy-Thing\":\"x\"}}", "cannot be sent" },
		{ "{\"headers\":{\"Accept\":\"x\"}}", "cannot be sent" },
		{ "{\"key_header\":\"x-api-key\"}", NULL },
		{ "{\"key_header\":\"TE\"}", "no name of a header" },
		{ "{\"search_url\":\"https://s.example/?q={query}&max=3\"}",
		    NULL },
		{ "{\"search_url\":\"https://s.example/?q={query}&key=x\"}",
		    "search_url: A key" },
		{ "{\"search_url\":\"https://s.example/?API_KEY=x\"}",
		    "search_url: A key" },
		{ "{\"web_search_url\":\"https://s.example/?token\"}",
		    "web_search_url: A key" },
		{ "{\"search_url\":\"https://u:p@s.example/?q={query}\"}",
		    "search_url" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct err err = { .code = ERR_OK };
		enum err_code code = check(rows[i].options, &err);

		CU_ASSERT(
		    unit_case(rows[i].why == NULL
				  ? code == ERR_OK
				  : code == ERR_BAD_REQUEST &&
					strstr(err.text, rows[i].why) != NULL,
			i, rows[i].options));
	}
}

static CU_TestInfo tests[] = {
	{ "options hold no secret", options_hold_no_secret },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_llm_config = { "llm_config", setup, teardown, NULL, NULL,
	tests };
