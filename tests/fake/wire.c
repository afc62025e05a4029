/* wire.c: the transport's side of ws-daemon/wire.h, without a transport */
/* SPDX-License-Identifier: MIT */
#include "tests/fake/wire.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/clock.h"
#include "eio.h"
#include "tests/fake/time.h"
#include "timer.h"
#include "ws-daemon/wire.h"

#define WIRES 27 /* a-z and the program's own log, A */

struct wire {
	void *user;
	bool is_open; /* a WebSocket that nobody has closed */
	bool is_held; /* a request without answer */
	bool is_post;
	bool is_dead; /* wire_is_gone */
	bool is_busy;
	bool is_woken;
	struct buf log;
};

static struct wire wires[WIRES];
static char sids[10][21];
static unsigned sid_count;
static char origin[128];
static char address[64];

static struct wire *wire_of(char name)
{
	return &wires[name == 'A' ? WIRES - 1 : name - 'a'];
}

/* 20 characters of base64url behind "sid":" */
static bool is_id(struct str s)
{
	if (s.n < 28 || !str_starts(s, STR("\"sid\":\"")) || s.p[27] != '"')
		return false;
	return true;
}

static void say_sid(struct buf *b, const char *id, bool is_engine)
{
	if (!is_engine) {
		buf_puts(b, "ID");
		return;
	}
	if (sid_count < COUNT_OF(sids)) {
		memcpy(sids[sid_count], id, 20);
		sids[sid_count++][20] = '\0';
	}
	buf_printf(b, "$%u", sid_count);
}

/* Data with the unpredictable parts named. */
static void say_data(struct buf *b, struct str s)
{
	bool is_engine = s.n > 0 && s.p[0] == '0';

	for (size_t i = 0; i < s.n; i++) {
		if (is_id(str_from(s, i))) {
			buf_puts(b, "\"sid\":\"");
			say_sid(b, s.p + i + 7, is_engine);
			i += 26;
		} else if (s.p[i] == '\x1e') {
			buf_byte(b, '|');
		} else if (s.p[i] == ' ') {
			buf_byte(b, '_');
		} else {
			buf_byte(b, s.p[i]);
		}
	}
}

static void say(struct wire *w, const char *what, struct str data)
{
	if (w->log.n > 0)
		buf_byte(&w->log, ' ');
	buf_puts(&w->log, what);
	say_data(&w->log, data);
}

void fake_app_say(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	say(wire_of('A'), text, STR_EMPTY);
}

void wire_set_user(struct wire *w, void *user)
{
	w->user = user;
}

void *wire_user(const struct wire *w)
{
	return w->user;
}

void wire_answer(struct wire *w, const struct wire_answer *a)
{
	char status[16];

	snprintf(status, sizeof(status), "%d:", a->status);
	say(w, status, a->body);
	w->user = NULL;
	w->is_held = false;
	w->is_woken = false;
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
	say(w, "reset", STR_EMPTY);
	w->user = NULL;
	w->is_held = false;
	w->is_open = false;
}

enum wire_sent wire_send(struct wire *w, struct packet *p)
{
	if (w->is_busy)
		return WIRE_LATER;
	say(w, p->is_binary ? "bin:" : "text:",
	    str_make((const char *)p->data, p->n));
	return WIRE_SENT;
}

void wire_close(struct wire *w, int code)
{
	char text[24];

	snprintf(text, sizeof(text), "close:%d", code ? code : 1005);
	say(w, text, STR_EMPTY);
	w->user = NULL;
	w->is_open = false;
}

/* What the loop does after each step. */
static void settle(void)
{
	for (size_t i = 0; i < WIRES; i++) {
		if (!wires[i].is_woken)
			continue;
		wires[i].is_woken = false;
		if (wires[i].user)
			eio_on_writable(&wires[i]);
	}
}

/* $1 as the session id, '|' and '_' as above. */
static struct str expand(struct str in, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] == '$' && i + 1 < in.n && in.p[i + 1] >= '1' &&
		    in.p[i + 1] <= '9') {
			memcpy(out + n, sids[in.p[++i] - '1'], 20);
			n += 20;
		} else if (in.p[i] == '|') {
			out[n++] = '\x1e';
		} else {
			out[n++] = in.p[i];
		}
	}
	return str_make(out, n);
}

static void ask(
    struct wire *w, struct str verb, struct str query, struct str body)
{
	struct wire_request r = { .query = query,
		.origin = str_of(origin),
		.address = str_of(address),
		.length = (int64_t)body.n };
	struct wire_answer refusal;

	r.method = str_eq(verb, STR("GET")) || str_eq(verb, STR("WS"))
		       ? WIRE_GET
		   : str_eq(verb, STR("POST")) || str_eq(verb, STR("LARGE"))
		       ? WIRE_POST
		   : str_eq(verb, STR("OPTIONS")) ? WIRE_OPTIONS
						  : WIRE_OTHER;
	r.is_upgrade = str_eq(verb, STR("WS"));
	w->user = NULL;
	w->is_dead = false;
	w->is_busy = false;
	if (r.is_upgrade) {
		w->is_open = eio_on_upgrade(&r, &refusal);
		if (w->is_open)
			eio_on_open(w, &r);
		else
			say(w, "refused:", refusal.body);
		return;
	}
	w->is_held = true;
	eio_on_request(w, &r);
	if (w->is_held && r.method == WIRE_POST)
		eio_on_body(w, body, str_eq(verb, STR("LARGE")));
	else if (w->is_held)
		say(w, "held", STR_EMPTY);
}

static void wait_ms(struct str text)
{
	int64_t left = 0;

	(void)str_i64(text, 0, INT32_MAX, &left);
	for (; left > 0; left -= 16) {
		fake_time_add_ms(MIN_OF(left, 16));
		timer_run(clock_mono_ms());
		settle();
	}
}

static bool expect(
    struct wire *w, const char *name, unsigned line, struct str want)
{
	struct str got = w->log.n > 0 ? buf_str(&w->log) : STR("-");
	bool ok = str_eq(got, want);

	if (!ok)
		printf("\n%s:%u\n      got: %.*s\n     want: %.*s\n", name,
		    line, STR_ARG(got), STR_ARG(want));
	buf_clear(&w->log);
	return ok;
}

static void message(struct wire *w, struct str verb, struct str rest)
{
	if (str_eq(verb, STR("TEXT")) && w->user)
		eio_on_message(w, rest, false);
	else if (str_eq(verb, STR("BIN")) && w->user)
		eio_on_message(w, rest, true);
	else if (str_eq(verb, STR("GONE")) && w->user)
		eio_on_gone(w);
	else if (str_eq(verb, STR("DEAD")))
		w->is_dead = true;
	else if (str_eq(verb, STR("BUSY")))
		w->is_busy = true;
	else if (str_eq(verb, STR("FREE"))) {
		w->is_busy = false;
		if (w->user)
			eio_on_writable(w);
	}
}

static bool is_message(struct str verb)
{
	static const char *const verbs[] = { "TEXT", "BIN", "GONE", "DEAD",
		"BUSY", "FREE" };

	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		if (str_eq(verb, str_of(verbs[i])))
			return true;
	return false;
}

static bool step(const char *name, unsigned number, struct str line)
{
	static char data[70000], query[512];
	struct str verb, who, part;
	struct wire *w;

	if (line.n == 0 || line.p[0] == '#')
		return true;
	(void)str_split(&line, ' ', &verb);
	if (str_eq(verb, STR("WAIT"))) {
		wait_ms(line);
		return true;
	}
	if (str_eq(verb, STR("STOP"))) {
		eio_on_stop();
		return true;
	}
	if (str_eq(verb, STR("NOMORE"))) {
		eio_refuse_new();
		return true;
	}
	if (str_eq(verb, STR("ORIGIN"))) {
		snprintf(origin, sizeof(origin), "%.*s", STR_ARG(line));
		return true;
	}
	if (str_eq(verb, STR("ADDRESS"))) {
		snprintf(address, sizeof(address), "%.*s", STR_ARG(line));
		return true;
	}
	(void)str_split(&line, ' ', &who);
	w = wire_of(who.p[0]);
	if (str_eq(verb, STR("<")))
		return expect(w, name, number, line);
	if (is_message(verb)) {
		message(w, verb, expand(line, data));
	} else {
		if (!str_split(&line, ' ', &part))
			part = STR_EMPTY;
		ask(w, verb, expand(part, query), expand(line, data));
	}
	settle();
	return true;
}

bool fake_talk(const char *name, const char *text)
{
	struct str rest = str_of(text);
	struct str line;
	bool ok = true;

	for (size_t i = 0; i < WIRES; i++) {
		buf_fini(&wires[i].log);
		memset(&wires[i], 0, sizeof(wires[i]));
	}
	sid_count = 0;
	origin[0] = '\0';
	snprintf(address, sizeof(address), "192.0.2.1");
	for (unsigned n = 1; ok && str_split(&rest, '\n', &line); n++)
		ok = step(name, n, line);
	return ok;
}
