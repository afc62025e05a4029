/* sio-echo-engine.c: plain Engine.IO: text comes back as text, binary as
 * binary */
/* SPDX-License-Identifier: MIT */
#include "sio-echo.h"

#include "eio.h"
#include "outq.h"

static void on_open(struct eio_session *s)
{
	(void)s;
}

static void on_text(struct eio_session *s, struct str text)
{
	struct packet *p = packet_new(text.n + 1, false);

	p->data[0] = '4';
	if (text.n > 0)
		memcpy(p->data + 1, text.p, text.n);
	eio_send(s, p);
	packet_unref(&p);
}

static void on_binary(struct eio_session *s, struct str bytes)
{
	struct packet *p = packet_new(bytes.n, true);

	if (bytes.n > 0)
		memcpy(p->data, bytes.p, bytes.n);
	eio_send(s, p);
	packet_unref(&p);
}

static void on_close(struct eio_session *s, const char *reason)
{
	(void)s;
	(void)reason;
}

const struct eio_app echo_engine = { .on_open = on_open,
	.on_text = on_text,
	.on_binary = on_binary,
	.on_close = on_close };
