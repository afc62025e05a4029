/* test_http_header.c: whose headers are, and which hosts are one */
/* SPDX-License-Identifier: MIT */
#include "net/http.h"
#include "unit.h"

static void each_header_is_somebodys(void)
{
	static const struct {
		const char *name;
		unsigned of;
	} rows[] = {
		{ "Host", HTTP_HEADER_CLIENT },
		{ "TE", HTTP_HEADER_CLIENT },
		{ "Proxy-Authorization",
		    HTTP_HEADER_CLIENT | HTTP_HEADER_SECRET },
		{ "proxy-anything", HTTP_HEADER_CLIENT },
		{ "Accept", HTTP_HEADER_MCP | HTTP_HEADER_LLM },
		{ "CONTENT-TYPE", HTTP_HEADER_MCP | HTTP_HEADER_LLM },
		{ "Last-Event-ID", HTTP_HEADER_MCP },
		{ "mcp-protocol-version", HTTP_HEADER_MCP },
		{ "Idempotency-Key", HTTP_HEADER_LLM },
		{ "Authorization", HTTP_HEADER_SECRET },
		{ "X-Amz-Authorization", HTTP_HEADER_SECRET },
		{ "Cookie", HTTP_HEADER_SECRET },
		{ "X-API-Key", HTTP_HEADER_SECRET },
		{ "api-key", HTTP_HEADER_SECRET },
		{ "X-Goog-Api-Key", HTTP_HEADER_SECRET },
		{ "Private-Token", HTTP_HEADER_SECRET },
		{ "X-Client-Secret", HTTP_HEADER_SECRET },
		{ "Ocp-Apim-Subscription-Key", HTTP_HEADER_SECRET },
		{ "X-Auth", HTTP_HEADER_SECRET },
		{ "Accept-Language", 0 },
		{ "X-Author", 0 },
		{ "X-Keyboard", 0 },
		{ "Hosts", 0 },
		{ "proxy", 0 },
		{ "mcp", 0 },
		{ "", 0 },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(unit_case(
		    http_header_of(str_of(rows[i].name)) == rows[i].of, i,
		    rows[i].name));
}

static void a_secret_stays_with_its_host(void)
{
	static const struct {
		const char *a, *b;
		bool is_same;
	} rows[] = {
		{ "https://a.example/v1", "https://a.example/v2?x=1", true },
		{ "https://a.example", "HTTPS://A.Example:443/", true },
		{ "https://a.example.", "https://a.example", true },
		{ "http://a.example:80", "http://a.example", true },
		{ "https://a.example", "http://a.example", false },
		{ "https://a.example", "https://a.example:8443", false },
		{ "https://a.example", "https://b.example", false },
		{ "https://a.example", "https://a.example.evil.example",
		    false },
		{ "https://a.example", "https://a.example@evil.example",
		    false },
		{ "https://a.example", "https://evil.example\\@a.example",
		    false },
		{ "", "", false },
		{ "https://", "https://", false },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(unit_case(http_is_same_origin(str_of(rows[i].a),
					str_of(rows[i].b)) == rows[i].is_same,
		    i, rows[i].b));
}

static CU_TestInfo tests[] = {
	{ "each header is somebody's", each_header_is_somebodys },
	{ "a secret stays with its host", a_secret_stays_with_its_host },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_http_header = { "http_header", NULL, NULL, NULL, NULL,
	tests };
