/* test_sio_packet.c: Socket.IO packets as bytes */
/* SPDX-License-Identifier: MIT */
#include "sio_packet.h"

#include "unit.h"

/* Whether a client may send it. */
static bool may(struct pool *pool, struct str text, struct sio_head *h)
{
	const struct json *payload = NULL;

	return sio_head_parse(text, h) &&
	       (h->payload.n == 0 ||
		   json_parse(pool, h->payload, &payload, NULL) == ERR_OK) &&
	       sio_payload_check(h, payload);
}

static void good_packets_are_taken_apart(void)
{
	static const struct {
		const char *text;
		enum sio_type type;
		unsigned attachments;
		const char *nsp;
		int64_t ack; /* -1: none */
		const char *payload;
	} cases[] = {
		{ "0", SIO_CONNECT, 0, "/", -1, "" },
		{ "0/", SIO_CONNECT, 0, "/", -1, "" },
		{ "0/,", SIO_CONNECT, 0, "/", -1, "" },
		{ "0/custom", SIO_CONNECT, 0, "/custom", -1, "" },
		{ "0/custom,{\"a\":1}", SIO_CONNECT, 0, "/custom", -1,
		    "{\"a\":1}" },
		{ "012{}", SIO_CONNECT, 0, "/", 12, "{}" },
		{ "1", SIO_DISCONNECT, 0, "/", -1, "" },
		{ "1/a,", SIO_DISCONNECT, 0, "/a", -1, "" },
		{ "2", SIO_EVENT, 0, "/", -1, "" },
		{ "25", SIO_EVENT, 0, "/", 5, "" },
		{ "2[\"a\"]", SIO_EVENT, 0, "/", -1, "[\"a\"]" },
		{ "20[\"a\"]", SIO_EVENT, 0, "/", 0, "[\"a\"]" },
		{ "2/x,007[\"a\",1]", SIO_EVENT, 0, "/x", 7, "[\"a\",1]" },
		{ "2[1]", SIO_EVENT, 0, "/", -1, "[1]" },
		{ "29223372036854775807[\"a\"]", SIO_EVENT, 0, "/", INT64_MAX,
		    "[\"a\"]" },
		{ "31[]", SIO_ACK, 0, "/", 1, "[]" },
		{ "3", SIO_ACK, 0, "/", -1, "" },
		{ "50-[\"a\"]", SIO_BINARY_EVENT, 0, "/", -1, "[\"a\"]" },
		{ "52-/x,3[\"a\",{\"_placeholder\":true,\"num\":1}]",
		    SIO_BINARY_EVENT, 2, "/x", 3,
		    "[\"a\",{\"_placeholder\":true,\"num\":1}]" },
		{ "510-[\"a\"]", SIO_BINARY_EVENT, 10, "/", -1, "[\"a\"]" },
		{ "61-1[{\"_placeholder\":true,\"num\":0}]", SIO_BINARY_ACK, 1,
		    "/", 1, "[{\"_placeholder\":true,\"num\":0}]" },
	};
	struct pool *pool = pool_new();
	struct sio_head h;

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT_TRUE(unit_case(
		    may(pool, str_of(cases[i].text), &h) &&
			h.type == cases[i].type &&
			h.attachments == cases[i].attachments &&
			str_eq(h.nsp, str_of(cases[i].nsp)) &&
			h.has_ack == (cases[i].ack >= 0) &&
			(!h.has_ack || h.ack_id == (uint64_t)cases[i].ack) &&
			str_eq(h.payload, str_of(cases[i].payload)),
		    i, cases[i].text));
	pool_free(&pool);
}

static void bad_packets_are_refused(void)
{
	static const char *const cases[] = { "", "7", "x", "-1", "2{}", "2[]",
		"2[null]", "2[{}]", "2\"a\"", "2[\"a\"", "2[\"a\"]x", "2 ",
		"2-1[\"a\"]", "21.5[\"a\"]", "21e3[\"a\"]", "2 5[\"a\"]",
		"2[\"connect\"]", "2[\"connect_error\"]", "2[\"disconnect\"]",
		"2[\"disconnecting\"]", "2[\"newListener\"]",
		"2[\"removeListener\"]", "299999999999999999999[\"a\"]", "3{}",
		"31\"a\"", "0[]", "0\"\"", "0null", "0x", "1{}", "1x", "4",
		"4{}", "5", "5[\"a\"]", "5-[\"a\"]", "5x-[\"a\"]",
		"5-1-[\"a\"]", "511-[\"a\"]", "5999999999-[\"a\"]",
		"51.5-[\"a\"]", "51-", "51-[]",
		"51-[\"a\",{\"_placeholder\":true,\"num\":1}]",
		"51-[\"a\",[[{\"_placeholder\":true,\"num\":-1}]]]",
		"51-[\"a\",{\"x\":{\"_placeholder\":true}}]",
		"51-[\"a\",{\"_placeholder\":true,\"num\":0.5}]",
		"50-[\"a\",{\"_placeholder\":true,\"num\":0}]", "61-1",
		"2[\"\xff\"]", "2/\xff,[\"a\"]", "2/a\nb,[\"a\"]" };
	struct pool *pool = pool_new();
	char name[SIO_NAMESPACE_MAX + 8];
	struct sio_head h;

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT_TRUE(
		    unit_case(!may(pool, str_of(cases[i]), &h), i, cases[i]));
	memset(name, 'x', sizeof(name));
	memcpy(name, "2/", 2);
	CU_ASSERT_FALSE(
	    sio_head_parse(str_make(name, SIO_NAMESPACE_MAX + 2), &h));
	CU_ASSERT_TRUE(
	    sio_head_parse(str_make(name, SIO_NAMESPACE_MAX + 1), &h));
	pool_free(&pool);
}

static void packets_are_written(void)
{
	uint64_t id = 9007199254740993;
	struct str bytes = STR("\x00\x01");
	struct sio_packet *p;
	struct packet *text;

	p = sio_packet_new(STR("/"), "a \"b\"", STR("1,[2]"));
	CU_ASSERT_EQUAL(p->count, 1);
	CU_ASSERT_TRUE(
	    unit_same(str_make((char *)p->parts[0]->data, p->parts[0]->n),
		"42[\"a \\\"b\\\"\",1,[2]]"));
	sio_packet_unref(&p);
	p = sio_packet_new_binary(STR("/x"), "a", STR_EMPTY, &bytes, 1);
	CU_ASSERT_EQUAL(p->count, 2);
	CU_ASSERT_TRUE(
	    unit_same(str_make((char *)p->parts[0]->data, p->parts[0]->n),
		"451-/x,[\"a\"]"));
	CU_ASSERT_TRUE(p->parts[1]->is_binary);
	CU_ASSERT_EQUAL(p->parts[1]->n, 2);
	sio_packet_unref(&p);
	CU_ASSERT_PTR_NULL(p);
	text = sio_encode(SIO_ACK, 0, STR("/x"), &id, STR("[]"));
	CU_ASSERT_TRUE(unit_same(
	    str_make((char *)text->data, text->n), "43/x,9007199254740993[]"));
	packet_unref(&text);
}

static CU_TestInfo tests[] = {
	{ "good packets are taken apart", good_packets_are_taken_apart },
	{ "bad packets are refused", bad_packets_are_refused },
	{ "packets are written as the protocol says", packets_are_written },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_sio_packet = { "sio_packet", NULL, NULL, NULL, NULL, tests };
