/* drive.c: bytes of a fuzzer as the doings of several clients */
/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/drive.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/valid.h"
#include "eio_payload.h"
#include "tests/fake/time.h"
#include "timer.h"
#include "wire.h"

/*
 * The transport's side of wire.h. Unlike tests/fake/wire.c it frees a wire as
 * soon as it was answered or closed, so that the sanitizer sees every later
 * use, and it judges whatever goes out.
 */

#define WIRES	  8
#define SIDS	  9
#define SID_SIZE  20
#define DATA_MAX  (1 << 16)
#define WAIT_MAX  (10 * 60 * 1000)
#define STEPS_MAX 2000
/* python-engineio takes no more in one poll. */
#define POLL_PACKETS_MAX 16

struct wire {
	void *user;
	bool is_socket;
	bool is_posting; /* its body is not there yet */
	bool is_dead;
	bool is_busy;
	bool is_woken;
	bool is_whole; /* a WebSocket that carries its session from the start */
	unsigned follows;
};

void (*drive_on_packet)(struct str data, bool is_binary, unsigned *follows);

static struct wire *wires[WIRES];
static char sids[SIDS][SID_SIZE];
static unsigned sid_count;
static char origin[256];
static size_t origin_n;
static char data_space[DATA_MAX], query_space[DATA_MAX];

static void forget(struct wire *w)
{
	for (size_t i = 0; i < WIRES; i++)
		if (wires[i] == w)
			wires[i] = NULL;
	free(w);
}

void wire_set_user(struct wire *w, void *user)
{
	w->user = user;
}

void *wire_user(const struct wire *w)
{
	return w->user;
}

static void keep_sid(struct str open)
{
	size_t at = str_search(open, STR("{\"sid\":\"")) + 8;

	if (sid_count == SIDS || at + SID_SIZE > open.n)
		return;
	memcpy(sids[sid_count++], open.p + at, SID_SIZE);
}

static void judge_packet(struct str data, bool is_binary, unsigned *follows)
{
	if (!is_binary && str_starts(data, STR("0")))
		keep_sid(data);
	if (drive_on_packet)
		drive_on_packet(data, is_binary, follows);
}

/* Whole lines, each with a name, and no line end within. */
static void judge_headers(struct str lines)
{
	struct str line;

	while (str_split(&lines, '\n', &line)) {
		if (lines.n == 0 && line.n == 0)
			return; /* behind the last line end */
		MUST(str_ends(line, STR("\r")));
		line = str_head(line, line.n - 1);
		MUST(str_index(line, '\r') == line.n);
		MUST(str_search(line, STR(": ")) < line.n);
	}
}

static void judge_answer(const struct wire_answer *a)
{
	struct str rest = a->body, record;
	struct eio_packet p;
	size_t n = 0;

	MUST(a->status == 200 || a->status == 204 || a->status == 400 ||
	     a->status == 403 || a->status == 413 || a->status == 500);
	judge_headers(a->headers);
	if (a->status != 200 || str_eq(str_of(a->type), STR("text/html")))
		return;
	while (eio_payload_next(&rest, &record)) {
		MUST(eio_packet_parse(record, &p));
		MUST(++n <= POLL_PACKETS_MAX + 1); /* and the close packet */
		judge_packet(record, false, NULL);
	}
	MUST(n > 0);
}

void wire_answer(struct wire *w, const struct wire_answer *a)
{
	MUST(!w->is_socket);
	judge_answer(a);
	forget(w);
}

void wire_wake(struct wire *w)
{
	w->is_woken = true;
}

bool wire_is_gone(const struct wire *w)
{
	return w->is_dead;
}

void wire_reset(struct wire *w)
{
	forget(w);
}

enum wire_sent wire_send(struct wire *w, struct packet *p)
{
	MUST(w->is_socket);
	if (w->is_busy)
		return WIRE_LATER;
	judge_packet(str_make((const char *)p->data, p->n), p->is_binary,
	    w->is_whole ? &w->follows : NULL);
	return WIRE_SENT;
}

void wire_close(struct wire *w, int code)
{
	MUST(w->is_socket);
	MUST(code == 0 || (code >= 1000 && code < 5000));
	forget(w);
}

static void settle(void)
{
	for (size_t i = 0; i < WIRES; i++) {
		struct wire *w = wires[i];

		if (w && w->is_woken) {
			w->is_woken = false;
			eio_on_writable(w);
		}
	}
}

static void gone(struct wire *w)
{
	eio_on_gone(w);
	forget(w);
}

static struct wire *dial(size_t slot)
{
	if (wires[slot])
		gone(wires[slot]);
	wires[slot] = mem_new(sizeof(struct wire));
	return wires[slot];
}

/* What stands for other bytes; an unknown id stays as it is written. */
static struct str expand(struct str in, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n && n + SID_SIZE < DATA_MAX; i++) {
		unsigned id = in.p[i] == '$' && i + 1 < in.n
				  ? (unsigned)(in.p[i + 1] - '1')
				  : SIDS;

		if (id < sid_count) {
			memcpy(out + n, sids[id], SID_SIZE);
			n += SID_SIZE;
			i++;
		} else if (in.p[i] == '|') {
			out[n++] = EIO_SEPARATOR;
		} else {
			out[n++] = in.p[i] == '\x1f' ? '\n' : in.p[i];
		}
	}
	return str_make(out, n);
}

static void request(size_t slot, char verb, struct str query, struct str body)
{
	struct wire *w = dial(slot);
	struct wire_request r = { .query = query,
		.origin = str_make(origin, origin_n),
		.host = STR("chat.example"),
		.address = STR("192.0.2.1"),
		.length = (int64_t)body.n };

	r.method = verb == 'G'			 ? WIRE_GET
		   : verb == 'O'		 ? WIRE_OPTIONS
		   : strchr("PQR", verb) != NULL ? WIRE_POST
						 : WIRE_OTHER;
	if (verb == 'R' || verb == 'Q')
		r.length = -1;
	eio_on_request(w, &r);
	if (wires[slot] != w)
		return; /* answered */
	/* Held: only a session's own requests are. */
	MUST(w->user != NULL);
	w->is_posting = r.method == WIRE_POST;
	if (verb == 'P' || verb == 'Q')
		eio_on_body(w, body, verb == 'Q');
}

static void upgrade(size_t slot, struct str query)
{
	struct wire_request r = { .query = query,
		.is_upgrade = true,
		.origin = str_make(origin, origin_n),
		.host = STR("chat.example"),
		.address = STR("192.0.2.1") };
	struct wire_answer refusal;
	struct wire *w;

	if (!eio_on_upgrade(&r, &refusal)) {
		judge_answer(&refusal);
		return;
	}
	w = dial(slot);
	w->is_socket = true;
	w->is_whole = str_search(query, STR("sid=")) == query.n;
	eio_on_open(w, &r);
	MUST(wires[slot] != w || w->user != NULL);
}

static void wait_ms(struct str text)
{
	int64_t left = 0, step;

	(void)str_i64(text, 0, WAIT_MAX, &left);
	while (left > 0) {
		step = timer_next(clock_mono_ms());
		step = step < 0 ? left : MIN_OF(MAX_OF(step, 1), left);
		fake_time_add_ms(step);
		left -= step;
		timer_run(clock_mono_ms());
		settle();
	}
}

/* Something about a connection that is there. */
static void happen(struct wire *w, char verb, struct str data)
{
	switch (verb) {
	case 'D':
		if (w->is_posting)
			eio_on_body(w, data, false);
		break;
	case 'T':
		if (w->is_socket && !valid_utf8(data))
			gone(w);
		else if (w->is_socket && data.n <= eio_payload_max())
			eio_on_message(w, data, false);
		break;
	case 'B':
		if (w->is_socket && data.n <= eio_payload_max())
			eio_on_message(w, data, true);
		break;
	case 'X':
		gone(w);
		break;
	case 'N':
		w->is_dead = !w->is_socket;
		break;
	case 'L':
		w->is_busy = w->is_socket;
		break;
	case 'F':
		if (!w->is_busy)
			break;
		w->is_busy = false;
		eio_on_writable(w);
		break;
	default:
		break;
	}
}

static void step(struct str line)
{
	struct str query;
	size_t slot;
	char verb;

	if (line.n == 0)
		return;
	verb = line.p[0];
	if (verb == '~') {
		wait_ms(str_from(line, 1));
		return;
	}
	if (verb == '!') {
		eio_on_stop();
		return;
	}
	if (verb == '@') {
		line = str_head(str_from(line, 1), sizeof(origin));
		memcpy(origin, line.p, line.n);
		origin_n = line.n;
		return;
	}
	if (line.n == 1)
		return;
	slot = (size_t)(unsigned char)line.p[1] % WIRES;
	line = str_from(line, 2);
	if (strchr("GOUPQRW", verb) != NULL) {
		query =
		    expand(str_head(line, str_index(line, ' ')), query_space);
		line = str_from(line, str_index(line, ' ') + 1);
		if (verb == 'W')
			upgrade(slot, query);
		else
			request(slot, verb, query, expand(line, data_space));
	} else if (wires[slot]) {
		happen(wires[slot], verb, expand(line, data_space));
	}
}

void drive(const uint8_t *data, size_t n)
{
	struct str rest = str_make((const char *)data, n), line;

	sid_count = 0;
	origin_n = 0;
	for (unsigned i = 0; i < STEPS_MAX && str_split(&rest, '\n', &line);
	     i++) {
		step(line);
		settle();
	}
}

void drive_end(void)
{
	for (size_t i = 0; i < WIRES; i++)
		MUST(wires[i] == NULL);
}
