/* test_eio_payload.c: Engine.IO packets and HTTP as bytes */
/* SPDX-License-Identifier: MIT */
#include "eio_payload.h"

#include "eio_http.h"
#include "unit.h"
#include "wire.h"

static void packets_are_told_apart(void)
{
	static const struct {
		const char *text;
		bool ok;
		enum eio_type type;
		const char *data;
	} cases[] = {
		{ "0{}", true, EIO_OPEN, "{}" },
		{ "1", true, EIO_CLOSE, "" },
		{ "2probe", true, EIO_PING, "probe" },
		{ "3", true, EIO_PONG, "" },
		{ "4text", true, EIO_MESSAGE, "text" },
		{ "5", true, EIO_UPGRADE, "" },
		{ "6", true, EIO_NOOP, "" },
		{ "bAQ==", true, EIO_BINARY, "AQ==" },
		{ "", false, EIO_OPEN, "" },
		{ "7", false, EIO_OPEN, "" },
		{ "x", false, EIO_OPEN, "" },
	};
	struct eio_packet p;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		bool ok = eio_packet_parse(str_of(cases[i].text), &p);

		CU_ASSERT_TRUE(unit_case(
		    ok == cases[i].ok &&
			(!ok || (p.type == cases[i].type &&
				    str_eq(p.data, str_of(cases[i].data)))),
		    i, cases[i].text));
	}
}

static void bodies_are_cut_at_the_separator(void)
{
	struct str rest = STR("4a\x1e\x1e"
			      "4b\x1e");
	static const char *const want[] = { "4a", "", "4b" };
	struct str record;
	size_t n = 0;

	CU_ASSERT_EQUAL(eio_payload_count(rest), 4);
	while (n < 3 && eio_payload_next(&rest, &record))
		CU_ASSERT_TRUE(unit_same(record, want[n++]));
	CU_ASSERT_EQUAL(n, 3);
	rest = STR("6");
	CU_ASSERT_EQUAL(eio_payload_count(rest), 1);
	CU_ASSERT_TRUE(eio_payload_next(&rest, &record));
	CU_ASSERT_FALSE(eio_payload_next(&rest, &record));
}

static void answers_have_limits(void)
{
	struct packet *big = packet_new(100000, false);
	struct packet *small = packet_text(STR("4x"));
	struct outq q;
	struct buf b;

	memset(big->data, '4', big->n);
	outq_init(&q);
	buf_init(&b, 0);
	for (int i = 0; i < 20; i++)
		CU_ASSERT_TRUE(outq_add(&q, small, 1 << 20));
	CU_ASSERT_EQUAL(eio_payload_put(&b, &q, 16, 128 << 10), 16);
	CU_ASSERT_EQUAL(b.n, 16 * 3 - 1);
	outq_clear(&q);
	buf_clear(&b);
	for (int i = 0; i < 3; i++)
		CU_ASSERT_TRUE(outq_add(&q, big, 1 << 20));
	CU_ASSERT_EQUAL(eio_payload_put(&b, &q, 16, 128 << 10), 1);
	CU_ASSERT_EQUAL(q.count, 2);
	buf_fini(&b);
	outq_fini(&q);
	packet_unref(&big);
	packet_unref(&small);
}

static void queries_are_read(void)
{
	struct eio_query q;

	eio_query_parse(
	    STR("EIO=4&x&transport=polling&sid=abc&b64=1&=&t="), &q);
	CU_ASSERT_TRUE(unit_same(q.transport, "polling"));
	CU_ASSERT_TRUE(unit_same(q.sid, "abc"));
	CU_ASSERT_TRUE(unit_same(q.version, "4"));
	CU_ASSERT_TRUE(q.wants_base64);
	eio_query_parse(STR_EMPTY, &q);
	CU_ASSERT_EQUAL(q.transport.n, 0);
	CU_ASSERT_FALSE(q.wants_base64);
}

static void cors_lines_follow_the_setting(void)
{
	static const struct {
		const char *cors, *origin, *want;
	} cases[] = {
		{ NULL, "http://a", "" },
		{ "", "http://a", "" },
		{ "*", "http://a", "Access-Control-Allow-Origin: *\r\n" },
		{ "http://a http://b", "http://b",
		    "Vary: Origin\r\nAccess-Control-Allow-Origin: http://b\r\n" },
		{ "http://a", "http://c", "Vary: Origin\r\n" },
		{ "http://a", "", "Vary: Origin\r\n" },
		{ "http://a", "http://a\r\nX: y", "Vary: Origin\r\n" },
	};
	struct eio_conf conf = EIO_CONF_DEFAULT;
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		buf_clear(&b);
		conf.cors = cases[i].cors;
		eio_cors_put(&b, &conf, str_of(cases[i].origin));
		CU_ASSERT_TRUE(
		    unit_case(str_eq(buf_str(&b), str_of(cases[i].want)), i,
			cases[i].origin));
	}
	buf_fini(&b);
}

static void answers_are_http(void)
{
	struct wire_answer a = { .status = 200,
		.type = "text/plain",
		.headers = STR("Vary: Origin\r\n"),
		.body = STR("ok") };
	struct buf b;

	buf_init(&b, 0);
	wire_put_answer(&b, &a, true, false);
	CU_ASSERT_TRUE(unit_same(buf_str(&b),
	    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
	    "Content-Length: 2\r\nCache-Control: no-store\r\n"
	    "X-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\n"
	    "Connection: keep-alive\r\nVary: Origin\r\n\r\nok"));
	buf_clear(&b);
	wire_put_answer(&b, &a, false, true);
	CU_ASSERT_TRUE(
	    str_ends(buf_str(&b), STR("close\r\nVary: Origin\r\n\r\n")));
	buf_fini(&b);
}

/* RFC 6455 §5.2: the shortest of three spellings of the length, no mask. */
static void frames_say_their_length(void)
{
	const struct {
		size_t n;
		bool is_binary;
		struct str head;
	} cases[] = {
		{ 0, false, STR("\x81\0") },
		{ 125, true, STR("\x82\x7d") },
		{ 126, false, STR("\x81\x7e\0\x7e") },
		{ 65535, false, STR("\x81\x7e\xff\xff") },
		{ 65536, true, STR("\x82\x7f\0\0\0\0\0\x01\0\0") },
	};
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		size_t before = b.n, n = cases[i].head.n;
		struct packet *p = packet_new(cases[i].n, cases[i].is_binary);

		memset(p->data, 'd', p->n);
		wire_put_frame(&b, p);
		CU_ASSERT_EQUAL_FATAL(b.n, before + n + p->n);
		CU_ASSERT_TRUE(
		    str_eq(str_make(b.p + before, n), cases[i].head));
		CU_ASSERT_TRUE(str_eq(str_make(b.p + before + n, p->n),
		    str_make((char *)p->data, p->n)));
		packet_unref(&p);
	}
	buf_fini(&b);
}

/* Every body in pieces of every size gives the same. */
static void chunked_bodies_are_decoded(void)
{
	static const struct {
		const char *in;
		enum wire_chunked state;
		const char *body;
	} cases[] = {
		{ "0\r\n\r\n", WIRE_CHUNKS_END, "" },
		{ "1\r\na\r\n0\r\n\r\n", WIRE_CHUNKS_END, "a" },
		{ "a;x=y\r\n0123456789\r\n2\r\nab\r\n0\r\nT: 1\r\n\r\n",
		    WIRE_CHUNKS_END, "0123456789ab" },
		{ "2\nab\n0\n\n", WIRE_CHUNKS_END, "ab" },
		{ "1\r\na\r\n", WIRE_CHUNKS_MORE, "a" },
		{ "\r\n", WIRE_CHUNKS_BAD, "" },
		{ "x\r\n", WIRE_CHUNKS_BAD, "" },
		{ "1\r\nab\r\n", WIRE_CHUNKS_BAD, "a" },
		{ "123456789\r\n", WIRE_CHUNKS_BAD, "" },
	};
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (size_t step = 1; step < 8; step++) {
			struct str in = str_of(cases[i].in);
			enum wire_chunked state = WIRE_CHUNKS_MORE;
			struct wire_chunks c = { 0 };

			buf_clear(&b);
			for (; in.n > 0 && state == WIRE_CHUNKS_MORE;
			     in = str_from(in, step))
				state =
				    wire_chunks_add(&c, str_head(in, step), &b);
			CU_ASSERT_TRUE(unit_case(
			    state == cases[i].state &&
				str_eq(buf_str(&b), str_of(cases[i].body)),
			    i, cases[i].in));
		}
	buf_fini(&b);
}

static CU_TestInfo tests[] = {
	{ "packets are told apart by their digit", packets_are_told_apart },
	{ "bodies are cut at the separator", bodies_are_cut_at_the_separator },
	{ "an answer holds 16 packets and 128 kB", answers_have_limits },
	{ "the query is read, whatever else it holds", queries_are_read },
	{ "CORS lines follow the setting", cors_lines_follow_the_setting },
	{ "answers are HTTP", answers_are_http },
	{ "frames say their length", frames_say_their_length },
	{ "chunked bodies are decoded in any pieces",
	    chunked_bodies_are_decoded },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_eio_payload = { "eio_payload", NULL, NULL, NULL, NULL,
	tests };
