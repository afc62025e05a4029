/* sse.c: events out of a stream of text/event-stream, as it comes in */
/* SPDX-License-Identifier: MIT */
#include "net/sse.h"

#include "base/buf.h"

#define BOM "\xef\xbb\xbf"

struct sse_buffers {
	struct buf line;
	struct buf type;
	struct buf data;
	struct buf id;
	struct buf place; /* the id as of the last empty line */
	int64_t retry_ms;
	bool has_line; /* one has ended: no byte order mark follows */
	bool after_cr; /* a line feed now belongs to it */
	bool is_done;
};

static void free_buffers(void *arg)
{
	struct sse_buffers *b = arg;

	buf_fini(&b->line);
	buf_fini(&b->type);
	buf_fini(&b->data);
	buf_fini(&b->id);
	buf_fini(&b->place);
	b->is_done = true;
}

void sse_init(struct sse *s, struct pool *pool, size_t max,
    bool (*on_event)(void *arg, const struct sse_event *event), void *arg)
{
	struct sse_buffers *b = pool_alloc(pool, sizeof(*b));

	*s = (struct sse){ on_event, arg, max, b };
	b->retry_ms = -1;
	buf_init(&b->line, max);
	buf_init(&b->type, max);
	buf_init(&b->data, max);
	buf_init(&b->id, max);
	buf_init(&b->place, max);
	pool_on_reset(pool, free_buffers, b);
}

void sse_fini(struct sse *s)
{
	free_buffers(s->b);
}

void sse_place(const struct sse *s, struct str *id_r, int64_t *retry_ms_r)
{
	*id_r = buf_str(&s->b->place);
	*retry_ms_r = s->b->retry_ms;
}

static bool dispatch(struct sse *s)
{
	struct sse_buffers *b = s->b;
	struct str data = buf_str(&b->data);
	struct sse_event event = { buf_str(&b->type),
		str_head(data, data.n - (data.n > 0)), buf_str(&b->id),
		b->retry_ms };
	bool goes_on = true;

	if (!str_eq(buf_str(&b->place), event.id)) {
		buf_clear(&b->place);
		buf_put(&b->place, event.id);
	}
	if (event.type.n == 0)
		event.type = STR("message");
	if (data.n > 0)
		goes_on = s->on_event(s->arg, &event);
	buf_clear(&b->type);
	buf_clear(&b->data);
	return goes_on;
}

static void take_field(struct sse_buffers *b, struct str name, struct str value)
{
	uint64_t ms;

	if (str_eq(name, STR("data"))) {
		buf_put(&b->data, value);
		buf_byte(&b->data, '\n');
	} else if (str_eq(name, STR("event"))) {
		buf_clear(&b->type);
		buf_put(&b->type, value);
	} else if (str_eq(name, STR("id")) &&
		   str_index(value, '\0') == value.n) {
		buf_clear(&b->id);
		buf_put(&b->id, value);
	} else if (str_eq(name, STR("retry")) &&
		   str_u64(value, 0, INT32_MAX, &ms)) {
		b->retry_ms = (int64_t)ms;
	}
}

static bool take_line(struct sse *s)
{
	struct sse_buffers *b = s->b;
	struct str line = buf_str(&b->line);
	size_t colon;
	struct str value;

	if (!b->has_line && str_starts(line, STR(BOM)))
		line = str_from(line, sizeof(BOM) - 1);
	b->has_line = true;
	colon = str_index(line, ':');
	value = str_from(line, colon + 1);
	if (str_starts(value, STR(" ")))
		value = str_from(value, 1);
	if (line.n == 0) {
		if (!dispatch(s))
			return false;
	} else if (colon > 0) {
		take_field(b, str_head(line, colon), value);
	}
	buf_clear(&b->line);
	return !buf_failed(&b->data);
}

static size_t line_length(struct str bytes)
{
	size_t n = 0;

	while (n < bytes.n && bytes.p[n] != '\n' && bytes.p[n] != '\r')
		n++;
	return n;
}

bool sse_push(struct sse *s, struct str bytes)
{
	struct sse_buffers *b = s->b;
	size_t n;

	while (!b->is_done && bytes.n > 0) {
		if (b->after_cr && bytes.p[0] == '\n') {
			b->after_cr = false;
			bytes = str_from(bytes, 1);
			continue;
		}
		b->after_cr = false;
		n = line_length(bytes);
		buf_put(&b->line, str_head(bytes, n));
		if (buf_failed(&b->line))
			b->is_done = true;
		if (n == bytes.n)
			break;
		b->after_cr = bytes.p[n] == '\r';
		bytes = str_from(bytes, n + 1);
		if (!b->is_done && !take_line(s))
			b->is_done = true;
	}
	return !b->is_done;
}
