/* transport_watch.c: connections that libwebsockets does not read: held polls,
 * answers that wait for room, and who has sent too much */
/* SPDX-License-Identifier: MIT */
#include <poll.h>

#include "base/clock.h"
#include "timer.h"
#include "transport_loop.h"
#include "transport_wire.h"

#define WATCH_SEND_MS 30 /* while an answer waits for room */

/* POLLRDHUP is seen behind data that nobody has read, a peek is not. */
static const short hung_up = POLLRDHUP | POLLHUP | POLLERR;

static struct list watched;
static struct timer timer;
static struct list paused;
static struct timer pause_timer;
static bool is_sending; /* one of them may be; so the timer is a short one */

bool wire_is_gone(const struct wire *w)
{
	struct pollfd fd = { .fd = lws_get_socket_fd(w->wsi),
		.events = POLLRDHUP };

	return poll(&fd, 1, 0) > 0 && (fd.revents & hung_up);
}

void transport_watch(struct wire *w)
{
	list_del(&w->watch);
	list_add(&watched, &w->watch);
	if (w->role == WIRE_SENDING && !is_sending)
		timer_set(&timer, WATCH_SEND_MS);
	else if (!timer_is_set(&timer))
		timer_set(&timer, transport_conf->watch_ms);
	is_sending |= w->role == WIRE_SENDING;
}

void transport_unwatch(struct wire *w)
{
	list_del(&w->watch);
}

static void watch_one(struct wire *w, short seen)
{
	bool sends = w->role == WIRE_SENDING;

	is_sending |= sends;
	if ((seen & hung_up) ||
	    (sends && clock_mono_ms() > w->answer_until_ms)) {
		transport_gone(w);
		transport_cut(w);
	} else if (sends && (seen & POLLOUT)) {
		transport_unpark(w);
	}
}

/* Up to 256 of *todo in one system call; they go back to `watched`. */
static void watch_batch(struct list *todo)
{
	struct wire *batch[256];
	struct pollfd fds[256];
	nfds_t n = 0;

	while (n < COUNT_OF(batch) && !list_empty(todo)) {
		struct wire *w = LIST_OF(todo->next, struct wire, watch);

		list_del(&w->watch);
		list_add(&watched, &w->watch);
		batch[n] = w;
		fds[n].fd = lws_get_socket_fd(w->wsi);
		fds[n].events = POLLRDHUP;
		if (w->role == WIRE_SENDING)
			fds[n].events |= POLLOUT;
		fds[n].revents = 0;
		n++;
	}
	if (poll(fds, n, 0) < 0)
		return;
	/* One that ends may end or answer another; none is freed before the
	 * loop comes to it. */
	for (nfds_t i = 0; i < n; i++)
		if (!list_empty(&batch[i]->watch))
			watch_one(batch[i], fds[i].revents);
}

static void on_watch(struct timer *t)
{
	struct list todo = watched;

	if (list_empty(&watched))
		return;
	todo.next->prev = &todo;
	todo.prev->next = &todo;
	list_init(&watched);
	is_sending = false;
	while (!list_empty(&todo))
		watch_batch(&todo);
	timer_set(t, is_sending ? WATCH_SEND_MS : transport_conf->watch_ms);
}

int64_t transport_packets_step(void)
{
	int64_t burst = transport_conf->packet_burst;

	/* More than it can hold would never be there. */
	return burst > 0 ? MIN_OF(WIRE_PACKETS, burst) : WIRE_PACKETS;
}

bool transport_packets_take(struct wire *w, int64_t now_ms)
{
	return transport_conf->packet_burst == 0 ||
	       bucket_take(&w->budget, transport_packets_step(),
		   transport_conf->packet_burst,
		   transport_conf->packet_refill_ms, now_ms);
}

static int64_t pause_ms(void)
{
	return transport_packets_step() * transport_conf->packet_refill_ms;
}

void transport_pause(struct wire *w)
{
	if (lws_rx_flow_control(w->wsi, 0) < 0)
		return;
	list_del(&w->watch);
	list_add(&paused, &w->watch);
	if (!timer_is_set(&pause_timer))
		timer_set(&pause_timer, pause_ms());
}

static void on_pause(struct timer *t)
{
	struct list *node, *tmp;
	int64_t now = clock_mono_ms();

	list_each_safe (node, tmp, &paused) {
		struct wire *w = LIST_OF(node, struct wire, watch);

		if (!transport_packets_take(w, now))
			continue;
		list_del(&w->watch);
		(void)lws_rx_flow_control(w->wsi, 1);
	}
	if (!list_empty(&paused))
		timer_set(t, pause_ms());
}

void transport_pause_again(void)
{
	/* It was set by the old numbers, perhaps for hours. */
	timer_stop(&pause_timer);
	on_pause(&pause_timer);
}

void transport_watch_start(void)
{
	list_init(&paused);
	timer_init(&pause_timer, on_pause);
	list_init(&watched);
	timer_init(&timer, on_watch);
	is_sending = false;
}
