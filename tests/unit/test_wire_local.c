/* test_wire_local.c: whether a connection comes from this very machine */
/* SPDX-License-Identifier: MIT */
#include "wire_local.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "unit.h"

static struct sockaddr_storage address(const char *text)
{
	struct sockaddr_storage out = { 0 };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		memcpy(&out, &four, sizeof(four));
	else if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1)
		memcpy(&out, &six, sizeof(six));
	else
		out.ss_family = AF_UNIX;
	return out;
}

static void only_ourselves_are_local(void)
{
	static const struct {
		const char *peer, *own;
		bool is_local;
	} cases[] = {
		{ "127.0.0.1", "127.0.0.1", true },
		{ "127.3.2.1", "127.0.0.1", true },
		{ "::1", "::1", true },
		{ "::ffff:127.0.0.1", "::ffff:127.0.0.1", true },
		{ "192.0.2.7", "192.0.2.7", true },
		{ "2001:db8::7", "2001:db8::7", true },
		{ "::ffff:192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.8", "192.0.2.7", false },
		{ "192.0.2.8", "127.0.0.1", false },
		{ "2001:db8::8", "2001:db8::7", false },
		{ "::ffff:192.0.2.8", "::ffff:192.0.2.7", false },
		{ "::127.0.0.1", "::2", false },
		{ "10.0.0.1", "192.0.2.7", false },
		{ "unix", "unix", false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sockaddr_storage peer = address(cases[i].peer);
		struct sockaddr_storage own = address(cases[i].own);

		CU_ASSERT(
		    unit_case(wire_is_local(&peer, &own) == cases[i].is_local,
			i, cases[i].peer));
	}
}

static CU_TestInfo tests[] = {
	{ "only ourselves are local", only_ourselves_are_local },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_wire_local = { "wire_local", NULL, NULL, NULL, NULL, tests };
