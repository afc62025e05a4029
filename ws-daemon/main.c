/* main.c: ws-daemon: settings, start, the loop, and an orderly end */
/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <unistd.h>

#include "address.h"
#include "base/log.h"
#include "base/rnd.h"
#include "base/seal.h"
#include "base/settings.h"
#include "bounds.h"
#include "chores.h"
#include "deltas.h"
#include "chat/chat.h"
#include "eio.h"
#include "event.h"
#include "jobs.h"
#include "life.h"
#include "metrics.h"
#include "metrics_page.h"
#include "notify.h"
#include "peer.h"
#include "presence.h"
#include "sio.h"
#include "timer.h"
#include "told.h"
#include "transport.h"
#include "base/tls_pair.h"
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
static struct seal_key seal_key;
/* The layers below keep a pointer to it. */
static struct eio_conf protocol = EIO_CONF_DEFAULT;

static const struct sio_app app = {
	.check_handshake = peer_check_handshake,
	.on_connect = peer_on_connect,
	.on_event = event_on_event,
	.on_disconnect = peer_on_disconnect,
	.namespaces = (const char *const[]){ "/", NULL },
};

static void on_doorbell(void);
static void on_wake(void);
static void on_stop(void);
static void on_hangup(void);

/* The transport keeps a pointer to it. */
static struct transport_conf transport = {
	TRANSPORT_LIMITS,
	.path = "/socket.io/",
	.on_doorbell = on_doorbell,
	.on_wake = on_wake,
	.on_stop = on_stop,
	.on_hangup = on_hangup,
	.on_page = metrics_page,
};

static struct address_limits addresses;

static struct {
	struct timer timer;
	int64_t left_ms;
	bool is_idle; /* no job at the last look */
} stop;

static void on_doorbell(void)
{
	notify_ring();
	chores_ring();
}

/* Other threads have something for the loop. */
static void on_wake(void)
{
	jobs_collect();
	deltas_collect();
}

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
	eio_refuse_new();
	notify_stop();
	turns_stop();
	chores_stop();
	life_stop();
	stop.left_ms = ANSWERS_MS;
	timer_init(&stop.timer, on_stop_timer);
	timer_set(&stop.timer, LOOK_MS);
}

static void set_protocol(void)
{
	bounds_protocol(&settings, &protocol);
	/* Foreign pages may talk to us, but never with somebody's cookies. */
	protocol.cors = settings.ws_origins;
}

/*
 * The log was rotated, the limits were changed, or both. Between two events of
 * the loop: all that asks the settings each time goes by the new ones from the
 * next event on, what has copies is told here.
 */
static void on_hangup(void)
{
	struct settings_changes changes;
	struct err err = { .code = ERR_OK };

	log_reopen();
	if (settings_reload(&settings, &changes, &err) != ERR_OK) {
		metrics_add_of(METRIC_RELOADS, "failed", 1);
		log_error("settings_refused why=\"%s\"", err.text);
		return;
	}
	metrics_add_of(METRIC_RELOADS, "ok", 1);
	log_set_level(settings.log_level);
	set_protocol();
	bounds_transport(&settings, &transport);
	bounds_address(&settings, &addresses);
	event_reload();
	log_info("settings_reloaded changed=%s",
	    changes.live[0] ? changes.live : "-");
	if (changes.restart[0])
		log_warn("settings_need_restart names=%s", changes.restart);
}

/* The first doorbell is ours, the others are other daemons'. */
static void set_doorbells(void)
{
	static char own[DOORBELL_PATH_SIZE];

	doorbell_open(doorbell_next(settings.doorbell, own));
	transport.doorbell = own;
}

static enum err_code start(struct err *err)
{
	enum err_code code;

	transport.host = settings.ws_host;
	transport.port = (int)settings.ws_port;
	transport.trust_proxy = settings.trust_proxy;
	set_doorbells();

	bounds_transport(&settings, &transport);
	bounds_address(&settings, &addresses);
	address_start(&addresses);

	wsd.settings = &settings;
	wsd.seal_key = &seal_key;
	wsd.origin = id_new();
	timer_start();
	metrics_page_start();
	event_start();
	sio_start(&protocol, &app);
	/* The database first: while that hangs there is nobody to be told of an
	 * end, and signals have their usual effect. */
	code = seal_key_read(settings.key_file, &seal_key, err);
	if (code == ERR_OK)
		code = jobs_start(&settings, err);
	if (code == ERR_OK)
		code = transport_open(&transport, err);
	if (code != ERR_OK)
		return code;
	life_start(); /* the feed wants our row of daemons */
	notify_start();
	deltas_start();
	turns_start();
	chores_start(background_jobs, background_jobs_n);
	log_info("listen host=%s port=%d workers=%d", settings.ws_host,
	    transport_port(), (int)settings.workers);
	return ERR_OK;
}

/* What no line of the settings tells: whether the files can be used. */
static enum err_code check_tls(const struct settings *s, struct err *err)
{
	const struct tls_pair pair = { s->tls_cert, s->tls_key,
		s->tls_ciphers };

	return tls_pair_is_set(&pair) ? tls_pair_check(&pair, err) : ERR_OK;
}

int main(int argc, char **argv)
{
	struct err err = { .code = ERR_OK };
	int status;

	status = settings_main(
	    argc, argv, "ws-daemon [-cnV] [-f FILE]", check_tls, &settings);
	if (status >= 0)
		return status;
	log_open("ws-daemon", settings.log_file, settings.log_level);
	rnd_init();
	/* A client that is gone is an error of write(2), not our end. */
	signal(SIGPIPE, SIG_IGN);
	/* Until the loop listens to it: a log that is rotated while we start
	 * is no reason to end. */
	signal(SIGHUP, SIG_IGN);
	set_protocol();
	if (start(&err) != ERR_OK) {
		log_error("start_failed why=\"%s\"", err.text);
		return EXIT_FAILURE;
	}
	transport_run();
	switch (jobs_stop(WORKERS_MS)) {
	case JOBS_ENDED:
		break;
	case JOBS_LEFT_LONG:
		/* Its lease runs out, and somebody else does it again. */
		log_warn("stop_with_calls_left");
		_exit(EXIT_SUCCESS);
	case JOBS_LEFT:
		log_error("stop_with_work_left");
		_exit(EXIT_FAILURE);
	}
	sio_fini();
	address_fini();
	notify_fini();
	turns_fini();
	deltas_fini();
	chores_fini();
	told_fini();
	typing_fini();
	presence_fini();
	event_fini();
	metrics_page_fini();
	settings_fini(&settings);
	log_info("stopped");
	return EXIT_SUCCESS;
}
