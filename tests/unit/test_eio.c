/* test_eio.c: Engine.IO: conversations with sessions */
/* SPDX-License-Identifier: MIT */
#include "eio.h"

#include "address.h"
#include "drops.h"
#include "outq.h"
#include "tests/fake/wire.h"
#include "timer.h"
#include "unit.h"

static struct eio_conf conf = EIO_CONF_DEFAULT;
/* Polling answers are tested with a queue that holds them. */
static struct eio_conf roomy = EIO_CONF_DEFAULT;
static const struct eio_conf *used;

static enum err_code check(const struct eio_handshake *hs, struct err *err)
{
	if (str_eq(hs->origin, STR("http://evil.example")))
		return err_set(err, ERR_FORBIDDEN, "Not from there.");
	return ERR_OK;
}

static void on_open(struct eio_session *s)
{
	(void)s;
	fake_app_say("open");
}

/* Sends back what comes; "bye" is the end. */
static void on_text(struct eio_session *s, struct str text)
{
	struct packet *p = packet_new(text.n + 1, false);

	fake_app_say("text:%.*s", STR_ARG(text));
	p->data[0] = '4';
	memcpy(p->data + 1, text.p, text.n);
	eio_send(s, p);
	packet_unref(&p);
	if (str_eq(text, STR("bye")))
		eio_close(s, "forced close");
}

static void on_binary(struct eio_session *s, struct str bytes)
{
	struct packet *p = packet_new(bytes.n, true);

	fake_app_say("bin:%.*s", STR_ARG(bytes));
	memcpy(p->data, bytes.p, bytes.n);
	eio_send(s, p);
	packet_unref(&p);
}

static void on_close(struct eio_session *s, const char *reason)
{
	char text[64];

	(void)s;
	snprintf(text, sizeof(text), "closed:%s", reason);
	for (char *c = text; *c; c++)
		if (*c == ' ')
			*c = '_';
	fake_app_say("%s", text);
}

static const struct eio_app app = { .check = check,
	.on_open = on_open,
	.on_text = on_text,
	.on_binary = on_binary,
	.on_close = on_close };

static const struct address_limits address_limits = { .connections_max = 2,
	.handshake_burst = 4,
	.handshake_refill_ms = 10000,
	.event_burst = 1,
	.event_refill_ms = 1,
	.addresses_max = 10 };

static void start(void)
{
	timer_start();
	eio_start(used, &app);
}

static void stop(void)
{
	eio_fini();
}

static void talk(const char *file, const struct eio_conf *with)
{
	static char text[20000], path[100];

	conf.max_payload = roomy.max_payload = 65536;
	conf.queue_max = 300;
	used = with;
	snprintf(path, sizeof(path), "tests/data/eio/%s.txt", file);
	CU_ASSERT_TRUE(unit_read(path, text, sizeof(text)).n > 0);
	start();
	CU_ASSERT_TRUE(fake_talk(path, text));
	stop();
}

static void polling(void)
{
	talk("polling", &roomy);
}

static void refusals(void)
{
	talk("refusals", &conf);
}

static void ends(void)
{
	talk("ends", &conf);
}

static void heartbeat(void)
{
	talk("heartbeat", &conf);
}

static void upgrade(void)
{
	talk("upgrade", &conf);
}

static void queue(void)
{
	talk("queue", &conf);
}

static void the_end(void)
{
	talk("stop", &conf);
}

static void limits(void)
{
	uint64_t packets = drops_get(DROP_POST_PACKETS);
	uint64_t sessions = drops_get(DROP_ADDRESS_SESSIONS);
	uint64_t handshakes = drops_get(DROP_HANDSHAKES);

	roomy.post_packets_max = 3;
	roomy.poll_packets_max = 2;
	roomy.close_poll_ms = 3000;
	address_start(&address_limits);
	talk("limits", &roomy);
	roomy = (struct eio_conf)EIO_CONF_DEFAULT;
	CU_ASSERT_EQUAL(drops_get(DROP_POST_PACKETS), packets + 1);
	CU_ASSERT_EQUAL(drops_get(DROP_ADDRESS_SESSIONS), sessions + 2);
	CU_ASSERT_EQUAL(drops_get(DROP_HANDSHAKES), handshakes + 2);
	address_fini();
}

static CU_TestInfo tests[] = {
	{ "polling goes as the protocol says", polling },
	{ "refusals come in the order of the reference", refusals },
	{ "sessions end in every way", ends },
	{ "pings are sent and pongs wanted", heartbeat },
	{ "the upgrade loses nothing", upgrade },
	{ "the queue is in order and bounded", queue },
	{ "packets, handshakes and sessions are bounded", limits },
	{ "the end of the daemon reaches everyone", the_end },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_eio = { "eio", NULL, NULL, NULL, NULL, tests };
