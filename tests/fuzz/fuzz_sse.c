/* fuzz_sse.c: streams of events: the same however they are cut, and bounded */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "net/sse.h"
#include "tests/fuzz/drive.h"

#define MAX 100

static bool on_event(void *arg, const struct sse_event *event)
{
	struct buf *told = arg;

	MUST(event->data.n <= MAX && event->type.n > 0);
	MUST(event->type.n <= MAX && event->id.n <= MAX);
	MUST(event->retry_ms >= -1);
	buf_printf(told, "%zu:%zu:%zu:%d ", event->type.n, event->data.n,
	    event->id.n, (int)event->retry_ms);
	buf_put(told, event->data);
	return str_search(event->data, STR("STOP")) == event->data.n;
}

/* In pieces of that many bytes. */
static bool read_all(struct str text, size_t piece, struct buf *told)
{
	struct pool *pool = pool_new();
	bool goes_on = true;
	struct sse s;

	sse_init(&s, pool, MAX, on_event, told);
	for (size_t i = 0; i < text.n; i += piece) {
		bool now = sse_push(&s, str_head(str_from(text, i), piece));

		MUST(goes_on || !now);
		goes_on = now;
	}
	sse_fini(&s);
	pool_free(&pool);
	return goes_on;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = str_make((const char *)data, n);
	struct buf whole, pieces;
	bool goes_on;

	buf_init(&whole, 0);
	goes_on = read_all(text, n + 1, &whole);
	for (size_t piece = 1; piece <= 7; piece += 2) {
		buf_init(&pieces, 0);
		MUST(read_all(text, piece, &pieces) == goes_on);
		MUST(str_eq(buf_str(&pieces), buf_str(&whole)));
		buf_fini(&pieces);
	}
	buf_fini(&whole);
	return 0;
}
