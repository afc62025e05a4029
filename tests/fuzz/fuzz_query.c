/* fuzz_query.c: what ws-daemon reads of HTTP: query, chunks, origins, cookies */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "base/network.h"
#include "base/valid.h"
#include "eio_http.h"
#include "origin.h"
#include "tests/fuzz/drive.h"

static bool within(struct str part, struct str whole)
{
	return part.n == 0 ||
	       (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

/* Lines of our own, whatever the client has sent. */
static void judge_lines(const struct buf *b)
{
	struct str rest = buf_str(b), line;

	while (rest.n > 0 && str_split(&rest, '\n', &line)) {
		MUST(str_ends(line, STR("\r")));
		line = str_head(line, line.n - 1);
		MUST(str_index(line, '\r') == line.n);
		MUST(str_starts(line, STR("Access-Control-Allow-")) ||
		     str_starts(line, STR("Vary: ")));
	}
}

static void try_query(struct str text)
{
	struct wire_request r = { .query = text, .origin = text };
	struct eio_query q;
	struct wire_answer a = { 0 };
	struct pool *pool = pool_new();
	const struct json *body;
	enum eio_refusal refusal;
	char error[64];
	struct buf b;

	eio_query_parse(text, &q);
	MUST(within(q.transport, text) && within(q.sid, text) &&
	     within(q.version, text));
	snprintf(error, sizeof(error), "%.*s", STR_ARG(str_head(text, 60)));
	buf_init(&b, 0);
	for (unsigned i = 0; i < 8; i++) {
		r.method = i & 1 ? WIRE_POST : WIRE_GET;
		r.is_upgrade = i & 2;
		refusal = eio_check(
		    &r, &q, (struct eio_known){ i & 4, (i & 6) == 4 });
		if (refusal == EIO_ACCEPTED)
			refusal = eio_check_version(&q);
		if (refusal == EIO_ACCEPTED)
			refusal = EIO_FORBIDDEN;
		buf_clear(&b);
		eio_refusal_put(&b, refusal, error, &a);
		MUST(json_parse(pool, buf_str(&b), &body, NULL) == ERR_OK);
	}
	buf_fini(&b);
	pool_free(&pool);
}

static void try_origin(struct str text)
{
	static const char *const lists[] = { "", "*", "https://a.example",
		"https://*.b.example http://c.example:8080" };
	struct eio_conf conf = EIO_CONF_DEFAULT;
	struct sio_handshake hs = { .origin = text, .host = text };
	char network[NETWORK_SIZE];
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		conf.cors = lists[i];
		buf_clear(&b);
		eio_cors_put(&b, &conf, text);
		eio_preflight_put(&b, text);
		judge_lines(&b);
		(void)origin_is_allowed(
		    &hs, STR("https://chat.example"), str_of(lists[i]));
	}
	buf_fini(&b);
	MUST(within(origin_cookie(text, STR("a")), text));
	MUST(network_of(text, network) == network);
	MUST(strlen(network) < NETWORK_SIZE);
	(void)network_is_loopback(text);
	MUST(!network_is_address(text) || text.n < NETWORK_SIZE);
}

/* In one piece, and in pieces of `size`: the same outcome. */
static void try_chunks(struct str text)
{
	struct wire_chunks whole = { 0 };
	enum wire_chunked once, then;
	struct buf a, b;

	buf_init(&a, 300);
	once = wire_chunks_add(&whole, text, &a);
	MUST(a.n <= text.n && a.n <= 300);
	for (size_t size = 1; size < 8; size += 3) {
		struct wire_chunks parts = { 0 };

		buf_init(&b, 300);
		then = WIRE_CHUNKS_MORE;
		for (size_t i = 0; i < text.n && then == WIRE_CHUNKS_MORE;
		     i += size)
			then = wire_chunks_add(
			    &parts, str_head(str_from(text, i), size), &b);
		MUST(then == once);
		MUST(buf_failed(&a) == buf_failed(&b));
		MUST(buf_failed(&a) || str_eq(buf_str(&a), buf_str(&b)));
		buf_fini(&b);
	}
	buf_fini(&a);
}

/* What was cut into chunks comes out as it was. */
static void try_chunked(struct str text)
{
	struct wire_chunks c = { 0 };
	struct str rest = text;
	struct buf coded, body;

	buf_init(&coded, 0);
	buf_init(&body, 0);
	for (size_t n = 1; rest.n > 0; n = n * 3 % 40 + 1) {
		n = MIN_OF(n, rest.n);
		buf_printf(&coded, n & 1 ? "%zx\r\n" : "%zX;a=b\n", n);
		buf_put(&coded, str_head(rest, n));
		buf_puts(&coded, n & 2 ? "\r\n" : "\n");
		rest = str_from(rest, n);
	}
	buf_puts(&coded, "0\r\nA: b\r\n\r\n");
	MUST(wire_chunks_add(&c, buf_str(&coded), &body) == WIRE_CHUNKS_END);
	MUST(str_eq(buf_str(&body), text));
	buf_fini(&coded);
	buf_fini(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = str_make((const char *)data, n);

	try_query(text);
	try_origin(text);
	try_chunks(text);
	try_chunked(text);
	return 0;
}
