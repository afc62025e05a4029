/* sioload-report.c: histograms and the JSON object */
/* SPDX-License-Identifier: MIT */
#include "sioload.h"

#include <math.h>
#include <unistd.h>

#include "base/json_out.h"

static size_t slot_of(int64_t ns)
{
	uint64_t v = ns > 0 ? (uint64_t)ns : 0;
	unsigned shift = 0;
	size_t slot;

	while (v >> shift >= HISTOGRAM_STEPS * 2)
		shift++;
	slot = (size_t)(v >> shift) + (size_t)shift * HISTOGRAM_STEPS;
	return MIN_OF(slot, (size_t)HISTOGRAM_SIZE - 1);
}

/* The middle of the values that share a slot. */
static double value_of(size_t slot)
{
	size_t shift = slot < HISTOGRAM_STEPS ? 0 : slot / HISTOGRAM_STEPS - 1;
	double low = (double)(slot - shift * HISTOGRAM_STEPS);

	return ldexp(low + (shift > 0 ? 0.5 : 0), (int)shift);
}

void histogram_add(struct histogram *h, int64_t ns)
{
	h->count++;
	h->sum += ns > 0 ? (uint64_t)ns : 0;
	h->max = MAX_OF(h->max, ns > 0 ? (uint64_t)ns : 0);
	h->slots[slot_of(ns)]++;
}

double histogram_at(const struct histogram *h, double q)
{
	uint64_t want = (uint64_t)ceil(q * (double)h->count), n = 0;
	size_t i = 0;

	if (h->count == 0)
		return 0;
	want = MAX_OF(want, 1);
	while (i < HISTOGRAM_SIZE - 1 && n + h->slots[i] < want)
		n += h->slots[i++];
	return fmin(value_of(i), (double)h->max) / 1000;
}

void moment_take(struct moment *m)
{
	m->at = now_ns();
	m->own = usage_of(getpid());
	for (int i = 0; i < opt.n_pids; i++)
		m->others[i] = usage_of(opt.pids[i]);
}

/* Digits that mean something. */
static void put(struct json_out *j, const char *name, double v)
{
	double unit = v < 1 ? 1e6 : 1e3;

	json_out_num(j, name, round(v * unit) / unit);
}

static double cpu_between(const struct moment *a, const struct moment *b, int i)
{
	return b->others[i].cpu_s - a->others[i].cpu_s;
}

static double seconds_between(const struct moment *a, const struct moment *b)
{
	return (double)(b->at - a->at) / 1e9;
}

static void put_setup(struct json_out *j)
{
	json_out_cstr(j, "mode", opt.is_stored ? "stored" : "echo");
	json_out_u64(j, "clients", (uint64_t)opt.clients);
	json_out_u64(j, "rooms", (uint64_t)opt.rooms);
	json_out_u64(j, "senders", (uint64_t)opt.senders);
	json_out_u64(j, "payload", (uint64_t)opt.payload);
	if (opt.is_closed)
		json_out_u64(j, "outstanding", (uint64_t)opt.outstanding);
	else
		put(j, "rate", opt.rate);
}

/* What connecting and joining cost the server, the first of the pids. */
static void put_connect(struct json_out *j, const struct moment *m)
{
	double n = run.joined > 0 ? run.joined : 1;

	json_out_object(j, "connect");
	json_out_u64(j, "connected", (uint64_t)run.connected);
	json_out_u64(j, "joined", (uint64_t)run.joined);
	put(j, "connect_s", seconds_between(&m[AT_START], &m[AT_CONNECTED]));
	put(j, "join_s", (double)(run.joined_at - m[AT_CONNECTED].at) / 1e9);
	if (opt.n_pids > 0) {
		put(j, "cpu_ms_per_client",
		    cpu_between(&m[AT_START], &m[AT_JOINED], 0) * 1000 / n);
		json_out_u64(j, "rss_before", m[AT_START].others[0].rss);
		json_out_u64(j, "rss_after", m[AT_JOINED].others[0].rss);
		put(j, "rss_per_client",
		    ((double)m[AT_JOINED].others[0].rss -
			(double)m[AT_START].others[0].rss) /
			n);
	}
	json_out_end(j);
}

static void put_idle(struct json_out *j, const struct moment *m)
{
	if (opt.idle_s <= 0)
		return;
	json_out_object(j, "idle");
	put(j, "seconds", seconds_between(&m[AT_JOINED], &m[AT_IDLE]));
	if (opt.n_pids > 0) {
		put(j, "cpu_s", cpu_between(&m[AT_JOINED], &m[AT_IDLE], 0));
		json_out_u64(j, "rss_after", m[AT_IDLE].others[0].rss);
	}
	json_out_end(j);
}

static void put_latency(
    struct json_out *j, const char *name, const struct histogram *h)
{
	json_out_object(j, name);
	json_out_u64(j, "count", h->count);
	put(j, "mean", h->count ? (double)h->sum / (double)h->count / 1e3 : 0);
	put(j, "p50", histogram_at(h, 0.5));
	put(j, "p90", histogram_at(h, 0.9));
	put(j, "p99", histogram_at(h, 0.99));
	put(j, "p999", histogram_at(h, 0.999));
	put(j, "max", (double)h->max / 1e3);
	json_out_end(j);
}

static void put_processes(struct json_out *j, const struct moment *m)
{
	json_out_array(j, "processes");
	for (int i = 0; i < opt.n_pids; i++) {
		json_out_object(j, NULL);
		json_out_u64(j, "pid", (uint64_t)opt.pids[i]);
		json_out_cstr(j, "name", m[AT_END].others[i].name);
		put(j, "cpu_s", cpu_between(&m[AT_RUN], &m[AT_END], i));
		json_out_u64(j, "rss", m[AT_END].others[i].rss);
		json_out_end(j);
	}
	json_out_end(j);
}

static void put_measured(struct json_out *j, const struct moment *m)
{
	double seconds = seconds_between(&m[AT_RUN], &m[AT_END]);
	double delivered = (double)run.measured.delivered;

	json_out_object(j, "run");
	put(j, "seconds", seconds);
	json_out_u64(j, "sent", run.measured.sent);
	json_out_u64(j, "acked", run.measured.acked);
	json_out_u64(j, "delivered", run.measured.delivered);
	if (seconds > 0) {
		put(j, "acked_per_s", (double)run.measured.acked / seconds);
		put(j, "delivered_per_s", delivered / seconds);
	}
	if (opt.n_pids > 0 && delivered > 0) {
		double all = 0;

		for (int i = 0; i < opt.n_pids; i++)
			all += cpu_between(&m[AT_RUN], &m[AT_END], i);
		put(j, "cpu_s_per_million",
		    cpu_between(&m[AT_RUN], &m[AT_END], 0) * 1e6 / delivered);
		put(j, "cpu_s_per_million_all", all * 1e6 / delivered);
	}
	put(j, "own_cpu_s", m[AT_END].own.cpu_s - m[AT_RUN].own.cpu_s);
	put(j, "late_us", (double)run.late / 1e3);
	put_latency(j, "ack_us", &run.ack);
	put_latency(j, "delivery_us", &run.delivery);
	put_processes(j, m);
	json_out_end(j);
}

static void put_total(struct json_out *j)
{
	struct missing missing = count_missing();
	const struct faults *f = &run.faults;

	json_out_object(j, "total");
	json_out_u64(j, "sent", run.total.sent);
	json_out_u64(j, "acked", run.total.acked);
	json_out_u64(j, "refused", f->refused);
	json_out_u64(j, "unacknowledged", missing.unacknowledged);
	json_out_u64(j, "due", run.due);
	json_out_u64(j, "delivered", run.total.delivered);
	json_out_u64(j, "lost", missing.lost);
	json_out_u64(j, "duplicated", f->duplicated);
	json_out_u64(j, "reordered", f->reordered);
	json_out_u64(j, "stray", f->stray);
	json_out_u64(j, "unexpected_acks", f->unexpected_acks);
	json_out_u64(j, "malformed", f->malformed);
	json_out_u64(j, "unconnected", f->unconnected);
	json_out_u64(j, "closed", f->closed);
	json_out_u64(j, "lost_by_closed", missing.closed);
	json_out_u64(j, "bytes_in", run.bytes_in);
	if (f->first[0] != '\0')
		json_out_cstr(j, "first_fault", f->first);
	json_out_end(j);
}

void report_print(const struct moment moments[AT__MAX])
{
	struct buf b = { 0 };
	struct json_out j;

	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	put_setup(&j);
	put_connect(&j, moments);
	put_idle(&j, moments);
	if (opt.seconds > 0)
		put_measured(&j, moments);
	put_total(&j);
	json_out_end(&j);
	puts(b.p);
	buf_fini(&b);
}
