/* test_sse.c: events out of a stream, cut anywhere */
/* SPDX-License-Identifier: MIT */
#include "net/sse.h"

#include "base/buf.h"
#include "unit.h"

#define MAX 40

static bool on_event(void *arg, const struct sse_event *e)
{
	buf_printf(arg, "[%.*s|%.*s|%.*s|%d]", STR_ARG(e->type),
	    STR_ARG(e->data), STR_ARG(e->id), (int)e->retry_ms);
	return !str_eq(e->data, STR("stop"));
}

/* All events of a text that comes in pieces of n bytes; "!" when it was
 * ended. */
static struct str read_in(struct pool *pool, struct str text, size_t n)
{
	struct str told;
	struct sse s;
	struct buf b;

	buf_init(&b, 0);
	sse_init(&s, pool, MAX, on_event, &b);
	for (size_t i = 0; i < text.n; i += n) {
		if (!sse_push(&s, str_head(str_from(text, i), n))) {
			buf_puts(&b, "!");
			break;
		}
	}
	sse_fini(&s);
	CU_ASSERT_FALSE(sse_push(&s, STR("data: late\n\n")));
	told = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return told;
}

#define TEN "0123456789"
#define T(s)                                                                   \
	{                                                                      \
		s, sizeof(s) - 1                                               \
	}

static void streams_are_read_as_the_standard_says(void)
{
	static const struct {
		struct str text;
		const char *want;
	} rows[] = {
		/* of the standard's own examples */
		{ T("data: YHOO\ndata: +2\ndata: 10\n\n"),
		    "[message|YHOO\n+2\n10||-1]" },
		{ T(": test stream\n\ndata: first event\nid: 1\n\n"
		    "data:second event\nid\n\ndata:  third event\n\n"),
		    "[message|first event|1|-1][message|second event||-1]"
		    "[message| third event||-1]" },
		{ T("data\n\ndata\ndata\n\ndata:\n"),
		    "[message|||-1][message|\n||-1]" },
		{ T("data:test\n\ndata: test\n\n"),
		    "[message|test||-1][message|test||-1]" },
		/* every end of a line */
		{ T("data: a\r\rdata: b\r\n\r\ndata: c\n\ndata: d\n\r"),
		    "[message|a||-1][message|b||-1][message|c||-1]"
		    "[message|d||-1]" },
		{ T("event: add\ndata: 1\n\ndata: 2\n\n"),
		    "[add|1||-1][message|2||-1]" },
		{ T("event: lost\n\ndata: 1\n\n"), "[message|1||-1]" },
		{ T("id: 7\n\ndata: 1\n\n"), "[message|1|7|-1]" },
		{ T("id: a\0b\ndata: 1\n\n"), "[message|1||-1]" },
		{ T("retry: 1500\nretry: 1s\nretry: -1\ndata: 1\n\n"),
		    "[message|1||1500]" },
		{ T("\xef\xbb\xbf"
		    "data: 1\n\n\xef\xbb\xbf"
		    "data: 2\n\n"),
		    "[message|1||-1]" },
		{ T("Data: 1\nother: 2\ndata : 3\n\n"), "" },
		{ T("data: a: b\n\n"), "[message|a: b||-1]" },
		/* an event that does not end is none */
		{ T("data: 1\n\ndata: 2\n"), "[message|1||-1]" },
		{ T("data: 1\n\ndata: 2"), "[message|1||-1]" },
		{ T("data: 1\n\ndata: stop\n\ndata: 3\n\n"),
		    "[message|1||-1][message|stop||-1]!" },
		/* limits: of a line, and of an event of short ones */
		{ T("data: 1\n\ndata: " TEN TEN TEN TEN), "[message|1||-1]!" },
		{ T("data: " TEN TEN "\ndata: " TEN TEN "\n\n"), "!" },
		{ T(": " TEN TEN TEN TEN "\n"), "!" },
		{ T("data: " TEN TEN TEN "\n\ndata: " TEN TEN TEN "\n\n"),
		    "[message|" TEN TEN TEN "||-1][message|" TEN TEN TEN
		    "||-1]" },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		for (size_t n = 1; n <= rows[i].text.n; n++)
			CU_ASSERT(
			    unit_case(unit_same(read_in(pool, rows[i].text, n),
					  rows[i].want),
				i, rows[i].text.p));
	}
	pool_free(&pool);
}

static void the_place_is_that_of_the_last_empty_line(void)
{
	static const struct {
		const char *text, *id;
		int64_t retry_ms;
	} rows[] = {
		{ "data: 1\n\n", "", -1 },
		{ "id: a\nretry: 5\n\n", "a", 5 },
		{ "id: a\ndata: \n\nid: b\ndata: 2\n", "a", -1 },
		{ "id: a\ndata: 1\n\nid: b\n\ndata: 3\n\n", "b", -1 },
		{ "id: a\n\nid\n\n", "", -1 },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str id = STR_EMPTY;
		int64_t retry_ms = 0;
		struct sse s;
		struct buf b;

		buf_init(&b, 0);
		sse_init(&s, pool, MAX, on_event, &b);
		CU_ASSERT(sse_push(&s, str_of(rows[i].text)));
		sse_place(&s, &id, &retry_ms);
		CU_ASSERT(unit_case(
		    unit_same(id, rows[i].id) && retry_ms == rows[i].retry_ms,
		    i, rows[i].text));
		sse_fini(&s);
		buf_fini(&b);
	}
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "the place to read on from is that of the last empty line",
	    the_place_is_that_of_the_last_empty_line },
	{ "streams are read as the standard says",
	    streams_are_read_as_the_standard_says },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_sse = { "sse", NULL, NULL, NULL, NULL, tests };
