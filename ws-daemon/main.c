/* main.c: ws-daemon: settings, start, the loop, and an orderly end */
/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <unistd.h>

#include "address.h"
#include "base/log.h"
#include "base/rnd.h"
#include "base/settings.h"
#include "bounds.h"
#include "eio.h"
#include "event.h"
#include "jobs.h"
#include "notify.h"
#include "peer.h"
#include "presence.h"
#include "sio.h"
#include "timer.h"
#include "told.h"
#include "transport.h"
#include "turns.h"
#include "typing.h"
#include "wsd.h"

/* The three parts of an end; together less than the 10 s that supervisors
 * wait. */
#define ANSWERS_MS 3000 /* for the jobs whose clients are still there */
#define CLIENTS_MS 2000 /* for close frames */
#define WORKERS_MS 4000 /* for what the workers hold */
#define LOOK_MS	   20

static struct settings settings;

static const struct sio_app app = {
	.check_handshake = peer_check_handshake,
	.on_connect = peer_on_connect,
	.on_event = event_on_event,
	.on_disconnect = peer_on_disconnect,
	.namespaces = (const char *const[]){ "/", NULL },
};

static void on_stop(void);

/* The transport keeps a pointer to it. */
static struct transport_conf transport = {
	TRANSPORT_LIMITS, .path = "/socket.io/", .on_doorbell = notify_ring,
	.on_wake = jobs_collect, .on_stop = on_stop,
	.on_hangup = log_reopen, /* the log was rotated */
};

static struct address_limits addresses;

static struct {
	struct timer timer;
	int64_t left_ms;
	bool is_idle; /* no job at the last look */
} stop;

/* New events are refused by now; those under way get their answers. */
static void on_stop_timer(struct timer *t)
{
	bool was_idle = stop.is_idle;

	stop.is_idle = jobs_pending() == 0;
	stop.left_ms -= LOOK_MS;
	/* Idle at two looks: what the last job answered was sent between. */
	if (!(was_idle && stop.is_idle) && stop.left_ms > 0)
		timer_set(t, LOOK_MS);
	else
		transport_stop(CLIENTS_MS);
}

static void on_stop(void)
{
	log_info("stop clients=%zu jobs=%zu", peer_count(), jobs_pending());
	wsd.is_stopping = true;
	notify_stop();
	turns_stop();
	stop.left_ms = ANSWERS_MS;
	timer_init(&stop.timer, on_stop_timer);
	timer_set(&stop.timer, LOOK_MS);
}

static struct eio_conf protocol_conf(void)
{
	struct eio_conf conf = EIO_CONF_DEFAULT;

	conf.ping_interval_ms = settings.ping_interval_ms;
	conf.ping_timeout_ms = settings.ping_timeout_ms;
	conf.upgrade_timeout_ms = settings.upgrade_timeout_ms;
	conf.connect_timeout_ms = settings.connect_timeout_ms;
	conf.max_payload = (size_t)settings.max_payload;
	conf.queue_max = (size_t)settings.queue_max;
	conf.rooms_max = (unsigned)settings.rooms_max;
	bounds_protocol(&settings, &conf);
	/* Foreign pages may talk to us, but never with somebody's cookies. */
	conf.cors = settings.ws_origins;
	return conf;
}

static enum err_code start(const struct eio_conf *protocol, struct err *err)
{
	enum err_code code;

	transport.host = settings.ws_host;
	transport.port = (int)settings.ws_port;
	transport.trust_proxy = settings.trust_proxy;
	transport.doorbell = settings.doorbell;

	bounds_transport(&settings, &transport);
	bounds_address(&settings, &addresses);
	address_start(&addresses);

	wsd.settings = &settings;
	wsd.origin = id_new();
	timer_start();
	event_start();
	sio_start(protocol, &app);
	code = transport_open(&transport, err);
	if (code == ERR_OK)
		code = jobs_start(&settings, err);
	if (code != ERR_OK)
		return code;
	notify_start();
	turns_start();
	log_info("listen host=%s port=%d workers=%d", settings.ws_host,
	    transport_port(), (int)settings.workers);
	return ERR_OK;
}

int main(int argc, char **argv)
{
	struct eio_conf protocol;
	struct err err = { .code = ERR_OK };
	int status;

	status =
	    settings_main(argc, argv, "ws-daemon [-cnV] [-f FILE]", &settings);
	if (status >= 0)
		return status;
	log_open("ws-daemon", settings.log_file, settings.log_level);
	rnd_init();
	/* A client that is gone is an error of write(2), not our end. */
	signal(SIGPIPE, SIG_IGN);
	protocol = protocol_conf();
	if (start(&protocol, &err) != ERR_OK) {
		log_error("start_failed why=\"%s\"", err.text);
		return EXIT_FAILURE;
	}
	transport_run();
	if (!jobs_stop(WORKERS_MS)) {
		log_error("stop_with_work_left");
		_exit(EXIT_FAILURE);
	}
	sio_fini();
	address_fini();
	notify_fini();
	told_fini();
	typing_fini();
	presence_fini();
	event_fini();
	settings_fini(&settings);
	log_info("stopped");
	return EXIT_SUCCESS;
}
