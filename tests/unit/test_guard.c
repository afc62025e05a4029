/* test_guard.c: addresses and URLs that strangers may not lead us to */
/* SPDX-License-Identifier: MIT */
#include "net/guard.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/json_in.h"
#include "base/settings.h"
#include "net/http.h"
#include "unit.h"

static union {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	struct sockaddr_un local;
} addr;

static const struct sockaddr *address(const char *text, uint16_t port)
{
	memset(&addr, 0, sizeof(addr));
	if (inet_pton(AF_INET, text, &addr.four.sin_addr) == 1) {
		addr.four.sin_family = AF_INET;
		addr.four.sin_port = htons(port);
	} else {
		CU_ASSERT_EQUAL(
		    inet_pton(AF_INET6, text, &addr.six.sin6_addr), 1);
		addr.six.sin6_family = AF_INET6;
		addr.six.sin6_port = htons(port);
	}
	return &addr.any;
}

/* Of each network the first and the last address, and its neighbours. */
static void every_network_is_closed_from_end_to_end(void)
{
	static const struct {
		const char *text;
		bool is_public;
	} rows[] = {
		{ "0.0.0.0", false },
		{ "0.255.255.255", false },
		{ "1.0.0.0", true },
		{ "9.255.255.255", true },
		{ "10.0.0.0", false },
		{ "10.255.255.255", false },
		{ "11.0.0.0", true },
		{ "100.63.255.255", true },
		{ "100.64.0.0", false },
		{ "100.100.100.200", false },
		{ "100.127.255.255", false },
		{ "100.128.0.0", true },
		{ "126.255.255.255", true },
		{ "127.0.0.0", false },
		{ "127.255.255.255", false },
		{ "128.0.0.0", true },
		{ "168.63.129.15", true },
		{ "168.63.129.16", false },
		{ "168.63.129.17", true },
		{ "169.253.255.255", true },
		{ "169.254.0.0", false },
		{ "169.254.169.254", false },
		{ "169.254.170.2", false },
		{ "169.254.255.255", false },
		{ "169.255.0.0", true },
		{ "172.15.255.255", true },
		{ "172.16.0.0", false },
		{ "172.31.255.255", false },
		{ "172.32.0.0", true },
		{ "191.255.255.255", true },
		{ "192.0.0.0", false },
		{ "192.0.0.255", false },
		{ "192.0.1.0", true },
		{ "192.0.1.255", true },
		{ "192.0.2.0", false },
		{ "192.0.2.255", false },
		{ "192.0.3.0", true },
		{ "192.88.98.255", true },
		{ "192.88.99.0", false },
		{ "192.88.99.255", false },
		{ "192.88.100.0", true },
		{ "192.167.255.255", true },
		{ "192.168.0.0", false },
		{ "192.168.255.255", false },
		{ "192.169.0.0", true },
		{ "198.17.255.255", true },
		{ "198.18.0.0", false },
		{ "198.19.255.255", false },
		{ "198.20.0.0", true },
		{ "198.51.99.255", true },
		{ "198.51.100.0", false },
		{ "198.51.100.255", false },
		{ "198.51.101.0", true },
		{ "203.0.112.255", true },
		{ "203.0.113.0", false },
		{ "203.0.113.255", false },
		{ "203.0.114.0", true },
		{ "223.255.255.255", true },
		{ "224.0.0.0", false },
		{ "239.255.255.255", false },
		{ "240.0.0.0", false },
		{ "255.255.255.254", false },
		{ "255.255.255.255", false },

		{ "::", false },
		{ "::1", false },
		{ "::127.0.0.1", false },
		{ "::8.8.8.8", false },
		{ "::ffff:127.0.0.1", false },
		{ "::ffff:10.1.2.3", false },
		{ "::ffff:169.254.169.254", false },
		{ "::ffff:168.63.129.16", false },
		{ "::ffff:8.8.8.8", true },
		{ "::fffe:8.8.8.8", false },
		{ "64:ff9b::10.0.0.1", false },
		{ "64:ff9b::7f00:1", false },
		{ "64:ff9b::8.8.8.8", true },
		{ "64:ff9b:0:1::8.8.8.8", false },
		{ "64:ff9b:1::8.8.8.8", false },
		{ "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", false },
		{ "100::", false },
		{ "100::1", false },
		{ "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false },
		{ "2000::", true },
		{ "2000:ffff::", true },
		{ "2001::", false },
		{ "2001:0:4136:e378::1", false },
		{ "2001:20::1", false },
		{ "2001:1ff:ffff::", false },
		{ "2001:200::", true },
		{ "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", true },
		{ "2001:db8::", false },
		{ "2001:db8:ffff::1", false },
		{ "2001:db9::", true },
		{ "2002:7f00:1::", false },
		{ "2002:a9fe:a9fe::1", false },
		{ "2002:c0a8:101::", false },
		{ "2002:808:808::", true },
		{ "2003::", true },
		{ "2606:4700:4700::1111", true },
		{ "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true },
		{ "3fff::", false },
		{ "3fff:fff:ffff::", false },
		{ "3fff:1000::", true },
		{ "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true },
		{ "4000::", false },
		{ "5f00::", false },
		{ "fbff::", false },
		{ "fc00::", false },
		{ "fd00:ec2::254", false },
		{ "fe80::1", false },
		{ "fec0::1", false },
		{ "ff02::1", false },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(unit_case(guard_is_public(address(rows[i].text,
					443)) == rows[i].is_public,
		    i, rows[i].text));
	memset(&addr, 0, sizeof(addr));
	addr.local.sun_family = AF_UNIX;
	CU_ASSERT_FALSE(guard_is_public(&addr.any));
	addr.any.sa_family = AF_UNSPEC;
	CU_ASSERT_FALSE(guard_is_public(&addr.any));
}

static char allow[] = "127.0.0.1:3000, 10.1.0.0/16 fd00:1::/32\t[::1]:3000 "
		      "shop.example:8080 ollama:11434 192.168.7.7";
static char ports[] = "80 443";

static struct settings settings = { .outside_allow = allow,
	.outside_ports = ports };

static void what_the_operator_names_may_be_reached(void)
{
	static const struct {
		const char *host;
		const char *addr;
		uint16_t port;
		bool is_allowed;
	} rows[] = {
		{ "a.example", "127.0.0.1", 3000, true },
		{ "a.example", "::ffff:127.0.0.1", 3000, true },
		{ "a.example", "127.0.0.1", 3001, false },
		{ "a.example", "127.0.0.2", 3000, false },
		{ "a.example", "::1", 3000, true },
		{ "a.example", "::1", 3001, false },
		{ "a.example", "::2", 3000, false },
		{ "a.example", "10.1.2.3", 9999, true },
		{ "a.example", "10.2.0.0", 9999, false },
		{ "a.example", "192.168.7.7", 1, true },
		{ "a.example", "192.168.7.8", 1, false },
		{ "a.example", "fd00:1:2::3", 1, true },
		{ "a.example", "fd00:2::3", 1, false },
		{ "shop.example", "10.9.9.9", 8080, true },
		{ "shop.example", "10.9.9.9", 8081, false },
		{ "xshop.example", "10.9.9.9", 8080, false },
		{ "a.example", "8.8.8.8", 443, true },
		{ "a.example", "2606:4700::1", 443, true },
	};
	struct guard g = { .settings = &settings };

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		g.host = str_of(rows[i].host);
		g.port = rows[i].port;
		CU_ASSERT(unit_case(
		    guard_allows(&g, address(rows[i].addr, rows[i].port)) ==
			rows[i].is_allowed,
		    i, rows[i].addr));
		/* not where it was meant to go */
		CU_ASSERT_FALSE(guard_allows(&g, address(rows[i].addr, 17)));
	}
}

static void urls_are_judged_before_anything_is_looked_up(void)
{
	static const struct {
		const char *url;
		bool is_fine;
	} rows[] = {
		{ "https://shop.example.com", true },
		{ "https://shop.example.com/a/b?c=d&e=%20", true },
		{ "HTTPS://SHOP.example.com:443/", true },
		{ "https://shop.example.com:80/", true },
		{ "https://shop.example.com./x", true },
		{ "https://8.8.8.8/", true },
		{ "https://[2606:4700:4700::1111]/", true },
		{ "https://shop.example.com/straße?q=ü", true },
		{ "https://münchen.example/", false },
		{ "https://xn--mnchen-3ya.example/", true },
		{ "http://shop.example.com/", false },
		{ "https://shop.example.com:8080/", false },
		{ "https://shop.example.com:22/", false },
		{ "https://user@shop.example.com/", false },
		{ "https://shop.example.com/#x", false },
		{ "https://shop.example.com/#", false },
		{ "https://shop", false },
		{ "shop.example.com", false },
		{ "ftp://shop.example.com/", false },
		/* named by the operator: also without TLS, at that port */
		{ "http://127.0.0.1:3000/mcp", true },
		{ "http://127.1:3000/", true },
		{ "http://[::ffff:127.0.0.1]:3000/", true },
		{ "http://127.0.0.1:3001/", false },
		{ "http://shop.example:8080/", true },
		{ "http://SHOP.example.:8080/", true },
		{ "https://shop.example:8081/", false },
		{ "http://ollama:11434/v1", true },
		{ "http://ollama/v1", false },
		{ "http://10.1.2.3:9/", true },
		{ "http://user@10.1.2.3:9/", false },
	};
	static char long_url[HTTP_URL_MAX + 2] = "https://shop.example.com/";
	char host[320] = "https://";
	struct err err;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		err_clear(&err);
		CU_ASSERT(unit_case(
		    http_check_url(&settings, str_of(rows[i].url), &err) ==
			(rows[i].is_fine ? ERR_OK : ERR_BAD_REQUEST),
		    i, rows[i].url));
		CU_ASSERT((err.text[0] == '\0') == rows[i].is_fine);
	}
	memset(long_url + 25, 'a', HTTP_URL_MAX - 25);
	CU_ASSERT_EQUAL(
	    http_check_url(&settings, str_of(long_url), &err), ERR_OK);
	long_url[HTTP_URL_MAX] = 'a';
	CU_ASSERT_EQUAL(
	    http_check_url(&settings, str_of(long_url), &err), ERR_BAD_REQUEST);
	for (size_t i = 8; i < 300; i += 2)
		memcpy(host + i, "a.", 2);
	memcpy(host + 300, "com/", 5);
	CU_ASSERT_EQUAL(
	    http_check_url(&settings, str_of(host), &err), ERR_BAD_REQUEST);
}

static void headers_that_are_ours_cannot_be_given(void)
{
	static const struct {
		struct str name;
		struct str value;
		bool is_fine;
	} rows[] = {
		{ STR_INIT("X-Key"), STR_INIT("a b\tc"), true },
		{ STR_INIT("Authorization"), STR_INIT("Bearer x"), true },
		{ STR_INIT("X-Empty"), STR_INIT(""), true },
		{ STR_INIT("X-Name"), STR_INIT("Am\xc3\xadna"), true },
		{ STR_INIT(""), STR_INIT("x"), false },
		{ STR_INIT("X Key"), STR_INIT("x"), false },
		{ STR_INIT("X-Key:"), STR_INIT("x"), false },
		{ STR_INIT("X\r\nY"), STR_INIT("x"), false },
		{ STR_INIT("X-K\xc3\xa9y"), STR_INIT("x"), false },
		{ STR_INIT("X-Key"), STR_INIT("a\r\nHost: b"), false },
		{ STR_INIT("X-Key"), STR_INIT("a\nb"), false },
		{ STR_INIT("X-Key"), STR_INIT("a\rb"), false },
		{ STR_INIT("X-Key"), STR_INIT("a\0b"), false },
		{ STR_INIT("Host"), STR_INIT("x"), false },
		{ STR_INIT("hOST"), STR_INIT("x"), false },
		{ STR_INIT("Content-Length"), STR_INIT("1"), false },
		{ STR_INIT("Transfer-Encoding"), STR_INIT("chunked"), false },
		{ STR_INIT("Connection"), STR_INIT("x"), false },
		{ STR_INIT("Upgrade"), STR_INIT("x"), false },
		{ STR_INIT("Expect"), STR_INIT("x"), false },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(unit_case(http_header_is_sound(rows[i].name,
					rows[i].value) == rows[i].is_fine,
		    i, rows[i].name.p));
}

static void settings_name_networks_hosts_and_ports(void)
{
	static const struct {
		const char *line;
		bool is_fine;
	} rows[] = {
		{ "outside_allow = 10.0.0.0/8 fd00::/8 10.0.0.1:80", true },
		{ "outside_allow = [::1]:80, shop.example:443", true },
		{ "outside_allow = ::1", true },
		{ "outside_allow = \"\"", true },
		{ "outside_allow = shop.example", false },
		{ "outside_allow = 10.0.0.0/33", false },
		{ "outside_allow = 10.0.0.0/-1", false },
		{ "outside_allow = fd00::/129", false },
		{ "outside_allow = 10.0.0.1:0", false },
		{ "outside_allow = 10.0.0.1:65536", false },
		{ "outside_allow = SHOP.example:80", false },
		{ "outside_allow = [::1:80", false },
		{ "outside_allow = :80", false },
		{ "outside_allow = http://shop.example:80", false },
		{ "outside_ports = 80 443 8000-8999", true },
		{ "outside_ports = 1-65535", true },
		{ "outside_ports = 0", false },
		{ "outside_ports = 65536", false },
		{ "outside_ports = 9-8", false },
		{ "outside_ports = http", false },
	};
	struct settings s;
	struct err err;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		enum err_code code =
		    settings_read(unit_file(rows[i].line), &s, &err);

		CU_ASSERT(unit_case(
		    (code == ERR_OK) == rows[i].is_fine, i, rows[i].line));
		if (code == ERR_OK)
			settings_fini(&s);
	}
}

static CU_TestInfo tests[] = {
	{ "every network is closed from end to end",
	    every_network_is_closed_from_end_to_end },
	{ "what the operator names may be reached",
	    what_the_operator_names_may_be_reached },
	{ "urls are judged before anything is looked up",
	    urls_are_judged_before_anything_is_looked_up },
	{ "headers that are ours cannot be given",
	    headers_that_are_ours_cannot_be_given },
	{ "settings name networks, hosts and ports",
	    settings_name_networks_hosts_and_ports },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_guard = { "guard", NULL, NULL, NULL, NULL, tests };
