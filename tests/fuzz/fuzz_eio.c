/* fuzz_eio.c: Engine.IO sessions under what clients may do */
/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/rnd.h"
#include "eio.h"
#include "outq.h"
#include "tests/fuzz/drive.h"
#include "timer.h"

static struct eio_conf conf = EIO_CONF_DEFAULT;

static unsigned open_sessions;

static enum err_code check(const struct eio_handshake *hs, struct err *err)
{
	if (str_search(hs->query, STR("refuse")) < hs->query.n)
		return err_set(
		    err, ERR_FORBIDDEN, "Not \"%.*s\".", STR_ARG(hs->origin));
	return ERR_OK;
}

static void on_open(struct eio_session *s)
{
	open_sessions++;
	eio_set_data(s, &open_sessions);
}

static void send_back(struct eio_session *s, struct str data, bool is_binary)
{
	struct packet *p = packet_new(data.n + !is_binary, is_binary);

	if (!is_binary)
		p->data[0] = '4';
	memcpy(p->data + !is_binary, data.n ? data.p : "", data.n);
	eio_send(s, p);
	packet_unref(&p);
}

/* Echoes; "bye" is the end, "many" comes back often. */
static void on_text(struct eio_session *s, struct str text)
{
	MUST(eio_data(s) == &open_sessions);
	send_back(s, text, false);
	if (str_eq(text, STR("bye")))
		eio_close(s, "forced close");
	for (int i = 0; i < 20 && str_eq(text, STR("many")); i++)
		send_back(s, text, false);
}

static void on_binary(struct eio_session *s, struct str bytes)
{
	MUST(eio_data(s) == &open_sessions);
	MUST(bytes.n <= conf.max_payload);
	send_back(s, bytes, true);
}

static void on_close(struct eio_session *s, const char *reason)
{
	MUST(eio_data(s) == &open_sessions && reason[0] != '\0');
	MUST(open_sessions > 0);
	open_sessions--;
	eio_set_data(s, NULL); /* nothing may come after this */
}

static const struct eio_app app = { .check = check,
	.on_open = on_open,
	.on_text = on_text,
	.on_binary = on_binary,
	.on_close = on_close };

/* Small, so that short inputs reach the limits. */
static void set_limits(void)
{
	conf.max_payload = 500;
	conf.queue_max = 2000;
	conf.cors = "https://a.example *.b.example";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	log_open("fuzz", NULL, LOG_ERROR);
	rnd_init();
	timer_start();
	set_limits();
	eio_start(&conf, &app);
	drive(data, n);
	eio_fini();
	drive_end();
	MUST(open_sessions == 0);
	return 0;
}
