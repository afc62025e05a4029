/* transport.c: the event loop: its start, its sleep and its end */
/* SPDX-License-Identifier: MIT */
#include "transport.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/log.h"
#include "timer.h"
#include "transport_loop.h"
#include "transport_wire.h"

/* Timers are our own: those of libwebsockets are a sorted list. */

const struct transport_conf *transport_conf;
bool transport_is_stopping;

static uv_loop_t loop;
static uv_prepare_t before_poll;
static uv_check_t after_poll;
static uv_timer_t tick;
static int64_t stop_at_ms;
static size_t files; /* that may be open */

size_t transport_connections_max(void)
{
	size_t reserve = (size_t)transport_conf->files_reserve;
	size_t max = files > reserve ? files - reserve : 1;
	size_t wanted = (size_t)transport_conf->connections_max;

	return wanted > 0 && wanted < max ? wanted : max;
}

/* Before the loop sleeps: until when? */
static void on_before_poll(uv_prepare_t *handle)
{
	int64_t now = clock_mono_ms();
	int64_t ms = timer_next(now);

	(void)handle;
	transport_lws_set_polling(true);
	if (transport_is_stopping) {
		if (now >= stop_at_ms || transport_lws_is_drained()) {
			uv_stop(&loop);
			ms = 0;
		} else if (ms < 0 || ms > stop_at_ms - now) {
			ms = stop_at_ms - now;
		}
	}
	uv_update_time(&loop);
	if (ms < 0)
		uv_timer_stop(&tick);
	else
		uv_timer_start(&tick, tick.timer_cb, (uint64_t)ms, 0);
}

static void on_after_poll(uv_check_t *handle)
{
	(void)handle;
	transport_lws_set_polling(false);
}

static void on_tick(uv_timer_t *handle)
{
	(void)handle;
	timer_run(clock_mono_ms());
}

/*
 * Raises the limit of open files and leaves some of them to the database, the
 * log and the certificate: clients never take the last ones.
 */
static void raise_files(const struct transport_conf *conf)
{
	struct rlimit limit;

	files = (size_t)conf->files_max;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		/* libwebsockets has tables of this size. */
		limit.rlim_cur =
		    MIN_OF(limit.rlim_max, (rlim_t)conf->files_max);
		if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
			log_warn("files_limit error=\"%s\"", strerror(errno));
		if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
			files = MIN_OF(files, (size_t)limit.rlim_cur);
	}
}

static void close_handle(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

/* Our own handles first; then libwebsockets, whose own go in two steps. */
static void close_all(void)
{
	transport_bell_close();
	transport_listen_close();
	uv_close((uv_handle_t *)&before_poll, NULL);
	uv_close((uv_handle_t *)&after_poll, NULL);
	uv_close((uv_handle_t *)&tick, NULL);
	transport_lws_close(&loop);
	uv_walk(&loop, close_handle, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop) != 0)
		log_warn("loop_not_closed");
	transport_bell_end();
	transport_tls_end();
	transport_hold_fini();
}

enum err_code transport_open(const struct transport_conf *conf, struct err *err)
{
	enum err_code code;

	transport_conf = conf;
	transport_is_stopping = false;
	transport_watch_start();
	raise_files(conf);
	signal(SIGPIPE, SIG_IGN);
	uv_loop_init(&loop);
	uv_prepare_init(&loop, &before_poll);
	uv_prepare_start(&before_poll, on_before_poll);
	uv_check_init(&loop, &after_poll);
	uv_check_start(&after_poll, on_after_poll);
	uv_timer_init(&loop, &tick);
	uv_timer_start(&tick, on_tick, 0, 0);
	transport_bell_start(&loop);
	code = transport_lws_open(&loop, conf, err);
	if (code == ERR_OK)
		code = transport_listen_open(&loop, conf, err);
	if (code == ERR_OK && conf->doorbell && conf->doorbell[0])
		code = transport_bell_open(&loop, conf->doorbell, err);
	if (code != ERR_OK)
		close_all();
	return code;
}

void transport_run(void)
{
	uv_run(&loop, UV_RUN_DEFAULT);
	close_all();
}

void transport_stop(int64_t drain_ms)
{
	if (transport_is_stopping)
		return;
	transport_is_stopping = true;
	stop_at_ms = clock_mono_ms() + drain_ms;
	transport_listen_close();
	eio_on_stop();
}
