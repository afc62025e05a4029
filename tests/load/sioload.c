/* sioload.c: thousands of clients in one process: connect, join, send, count */
/* SPDX-License-Identifier: MIT */
#include "sioload.h"

#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#define SECOND 1000000000LL
/* For what the server still does after the last join, before its memory is
 * looked at. */
#define SETTLE (SECOND / 4)
#define STEP   (SECOND / 100)

struct run run;
struct client *clients;

static struct moment moments[AT__MAX];

int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static int64_t ns_of(double seconds)
{
	return (int64_t)(seconds * 1e9);
}

void fault(uint64_t *counter, const char *fmt, ...)
{
	va_list args;

	(*counter)++;
	if (run.faults.first[0] != '\0')
		return;
	va_start(args, fmt);
	(void)vsnprintf(run.faults.first, sizeof(run.faults.first), fmt, args);
	va_end(args);
}

static void raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
		if (limit.rlim_max < (rlim_t)opt.clients + 16)
			fprintf(stderr,
			    "sioload: only %llu files may be open\n",
			    (unsigned long long)limit.rlim_max);
	}
}

static void start(void)
{
	raise_files();
	/* Wakes when asked to, not up to 50 us later. */
	(void)prctl(PR_SET_TIMERSLACK, 1UL);
	clients = mem_new(sizeof(*clients) * (size_t)opt.clients);
	for (int i = 0; i < opt.clients; i++)
		clients[i] = (struct client){ .fd = -1, .room = i % opt.rooms };
	run.started = now_ns();
	run.id = (uint16_t)(run.started ^ run.started >> 20);
	net_start();
	count_start();
}

static void poll_for(int64_t ns)
{
	int64_t end = now_ns() + ns, left;

	while ((left = end - now_ns()) > 0)
		net_poll(left);
}

/* Connects all, `connecting` at a time. */
static void connect_all(int64_t deadline)
{
	int begun = 0;

	while (
	    run.connected + run.failed < opt.clients && now_ns() < deadline) {
		while (begun < opt.clients &&
		       begun - run.connected - run.failed < opt.connecting)
			net_connect(begun++);
		net_poll(STEP);
	}
}

static void join_all(int64_t deadline)
{
	int begun = 0;

	while (run.joined + run.failed < opt.clients && now_ns() < deadline) {
		while (begun < opt.clients &&
		       begun - run.joined - run.failed < opt.connecting) {
			struct client *c = &clients[begun++];

			if (c->state == CLIENT_CONNECTED)
				sio_join(c);
		}
		net_poll(STEP);
	}
}

/* Those that are not where they should be by now are of no use. */
static void close_late(enum client_state wanted)
{
	for (int i = 0; i < opt.clients; i++)
		if (clients[i].state != CLIENT_CLOSED &&
		    clients[i].state < wanted)
			net_close(&clients[i], "too late");
}

/* One message after the other, of each sender in turn, when it is due. */
static void send_at_rate(int64_t seconds_ns)
{
	static int next;
	double step = 1e9 / opt.rate;
	int64_t began = now_ns(), due = began, now;

	for (uint64_t n = 0; due < began + seconds_ns; n++) {
		due = began + (int64_t)((double)n * step);
		while ((now = now_ns()) < due)
			net_poll(due - now);
		if (run.is_measured)
			run.late = MAX_OF(run.late, now - due);
		sio_send_message(&clients[next]);
		next = (next + 1) % opt.senders;
		/* What comes must not wait when we are behind. */
		net_poll(0);
	}
}

/* The measured seconds and those before; what runs at their border runs on. */
static void send_all(void)
{
	run.is_sending = true;
	if (opt.is_closed) {
		for (int i = 0; i < opt.outstanding; i++)
			for (int k = 0; k < opt.senders; k++)
				sio_send_message(&clients[k]);
		poll_for(ns_of(opt.warmup_s));
	} else {
		send_at_rate(ns_of(opt.warmup_s));
	}
	moment_take(&moments[AT_RUN]);
	run.measured_from = moments[AT_RUN].at;
	run.is_measured = true;
	if (opt.is_closed)
		poll_for(ns_of(opt.seconds));
	else
		send_at_rate(ns_of(opt.seconds));
	run.is_measured = false;
	moment_take(&moments[AT_END]);
	run.is_sending = false;
}

static void drain(void)
{
	int64_t deadline = now_ns() + ns_of(opt.drain_s);

	while ((run.total.acked + run.faults.refused < run.total.sent ||
		   run.come < run.due) &&
	       now_ns() < deadline)
		net_poll(STEP);
	/* What should not come comes right behind. */
	poll_for(SETTLE);
}

int main(int argc, char **argv)
{
	int64_t deadline;

	options_read(argc, argv);
	start();
	deadline = now_ns() + ns_of(opt.connect_s);
	moment_take(&moments[AT_START]);
	connect_all(deadline);
	close_late(CLIENT_CONNECTED);
	moment_take(&moments[AT_CONNECTED]);
	join_all(deadline);
	close_late(CLIENT_JOINED);
	run.joined_at = now_ns();
	poll_for(SETTLE);
	moment_take(&moments[AT_JOINED]);
	poll_for(ns_of(opt.idle_s));
	moment_take(&moments[AT_IDLE]);
	if (opt.seconds > 0 && run.joined > 0) {
		send_all();
		drain();
	}
	report_print(moments);
	count_stop();
	net_stop();
	free(clients);
	return run.joined == opt.clients && run.faults.unconnected == 0 ? 0 : 1;
}
