/* test_origin.c: which pages may connect, and whose cookie counts */
/* SPDX-License-Identifier: MIT */
#include "origin.h"

#include "live.h"

#define BASE STR("https://chat.example.com")

static struct sio_handshake from(const char *origin, const char *host)
{
	return (struct sio_handshake){
		.origin = str_of(origin),
		.host = str_of(host),
	};
}

static void only_our_pages_use_cookies(void)
{
	static const struct {
		const char *origin, *host;
		bool is_ours;
	} cases[] = {
		{ NULL, "chat.example.com", true },
		{ "https://chat.example.com", "backend:9080", true },
		{ "https://chat.example.com:443", "backend:9080", true },
		{ "HTTPS://Chat.Example.com", "backend:9080", true },
		{ "http://chat.example.com", "backend:9080", false },
		{ "https://chat.example.com.evil.example", "x", false },
		{ "https://evil.example", "chat.example.com", false },
		{ "http://127.0.0.1:8080", "127.0.0.1:8080", true },
		{ "http://127.0.0.1:8080", "127.0.0.1:8081", false },
		{ "null", "null", false },
		{ "null", "", false },
		{ "https://", "", false },
		{ "file://", "", false },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		struct sio_handshake hs = from(cases[i].origin, cases[i].host);

		CU_ASSERT_EQUAL(origin_is_ours(&hs, BASE), cases[i].is_ours);
		if (origin_is_ours(&hs, BASE) != cases[i].is_ours)
			printf("\n     case %zu\n", i);
	}
}

static void the_list_decides_who_connects(void)
{
	struct sio_handshake shop = from("https://shop.example", "h");
	struct sio_handshake other = from("https://other.example", "h");
	struct sio_handshake null = from("null", "h");
	struct sio_handshake ours = from("https://chat.example.com", "h");
	struct sio_handshake none = from(NULL, "h");
	struct str list = STR("https://shop.example https://b.example");

	CU_ASSERT(origin_is_allowed(&shop, BASE, list));
	CU_ASSERT(!origin_is_allowed(&other, BASE, list));
	CU_ASSERT(!origin_is_allowed(&null, BASE, list));
	CU_ASSERT(origin_is_allowed(&ours, BASE, list));
	CU_ASSERT(origin_is_allowed(&none, BASE, list));
	CU_ASSERT(origin_is_allowed(&other, BASE, STR("*")));
	CU_ASSERT(origin_is_allowed(&null, BASE, STR("*")));
}

static void cookies_are_found_by_their_whole_name(void)
{
	static const struct {
		const char *header, *value;
	} cases[] = {
		{ "session=abc", "abc" },
		{ "a=b; session=abc; c=d", "abc" },
		{ "a=b;session=abc", "abc" },
		{ "xsession=abc", "" },
		{ "sessionx=abc", "" },
		{ "session", "" },
		{ "session=", "" },
		{ "SESSION=abc", "" },
		{ "a=session=abc", "" },
		{ "", "" },
		{ ";;; session=a=b", "a=b" },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(str_eq(
		    origin_cookie(str_of(cases[i].header), STR("session")),
		    str_of(cases[i].value)));
}

static CU_TestInfo tests[] = {
	{ "only our own pages use cookies", only_our_pages_use_cookies },
	{ "the list decides who connects", the_list_decides_who_connects },
	{ "cookies are found by their whole name",
	    cookies_are_found_by_their_whole_name },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_origin = { "origin", NULL, NULL, NULL, NULL, tests };
