/* metrics.c: what the daemon counts, in the text format of Prometheus */
/* SPDX-License-Identifier: MIT */
#include "metrics.h"

#include <stdatomic.h>

#include "drops.h"

#define SERIES_MAX 96 /* per metric */
#define BOUNDS_MAX 16
#define SECOND_US  1000000
#define SECOND_MS  1000

static const char *const transports[] = { "polling", "websocket", NULL };
static const char *const refusals[] = { "bad_transport", "bad_sid",
	"bad_method", "bad_request", "forbidden", "bad_version",
	"bad_namespace", "stopping", NULL };
static const char *const disconnects[] = { "transport close", "transport error",
	"ping timeout", "parse error", "slow consumer", "connect timeout",
	"forced close", "server shutting down", NULL };
static const char *const drops[] = {
#define DROP_WORD(name, word) #word,
	DROPS(DROP_WORD) NULL
#undef DROP_WORD
};
static const char *const deltas[] = { "told", "dropped", "skipped", NULL };
static const char *const crews[] = { "turns", "background", NULL };
static const char *const results[] = { "ok", "failed", NULL };

static const int64_t latency[] = { 500, 1000, 2500, 5000, 10000, 25000, 50000,
	100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000, 0 };
static const int64_t sizes[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 0 };

/* clang-format off */
#define COUNTER(name, help, ...) { name "_total", METRIC_COUNTER, help, __VA_ARGS__ }
#define GAUGE(name, help, ...)   { name, METRIC_GAUGE, help, __VA_ARGS__ }
#define HISTOGRAM(name, help, ...) { name, METRIC_HISTOGRAM, help, __VA_ARGS__ }
#define BY(label, list) .labels = { label, NULL }, .values = list

const struct metric_row metric_rows[METRIC__MAX] = {
	[METRIC_CONNECTIONS] = GAUGE("baraza_connections",
	    "Engine.IO sessions that are open.", BY("transport", transports)),
	[METRIC_CONNECTS] = COUNTER("baraza_connects",
	    "Sessions opened, by the transport they began with.",
	    BY("transport", transports)),
	[METRIC_UPGRADES] = COUNTER("baraza_upgrades",
	    "Sessions that went on from polling to WebSocket.", .unit = 1),
	[METRIC_DISCONNECTS] = COUNTER("baraza_disconnects",
	    "Sessions that ended, by reason.", BY("reason", disconnects)),
	[METRIC_REFUSALS] = COUNTER("baraza_refusals",
	    "Handshakes and requests that no session took, by reason.",
	    BY("reason", refusals)),
	[METRIC_SOCKETS] = GAUGE("baraza_sockets",
	    "Socket.IO sockets that were accepted and are there.", .unit = 1),
	[METRIC_AGENTS] = GAUGE("baraza_agents_online",
	    "Agents who count as online.", .unit = 1),
	[METRIC_ROOMS] = GAUGE("baraza_rooms", "Rooms with members.",
	    .unit = 1),
	[METRIC_PACKETS] = COUNTER("baraza_packets_sent",
	    "Packets handed to connections, of every kind.", .unit = 1),
	[METRIC_BYTES] = COUNTER("baraza_packet_bytes_sent",
	    "Bytes of these packets.", .unit = 1),
	[METRIC_DELIVERIES] = COUNTER("baraza_deliveries",
	    "Events delivered to members of rooms.", .unit = 1),
	[METRIC_DELIVERED_BYTES] = COUNTER("baraza_delivered_bytes",
	    "Bytes of these events.", .unit = 1),
	[METRIC_QUEUE_BYTES] = GAUGE("baraza_queue_bytes",
	    "Bytes that wait for clients, in all queues.", .unit = 1),
	[METRIC_EVENTS] = COUNTER("baraza_events",
	    "Events of clients that were answered, by name and result.",
	    .labels = { "event", "result" }),
	[METRIC_DROPS] = COUNTER("baraza_drops",
	    "What was refused or cut off to protect the rest, by reason.",
	    BY("reason", drops)),
	[METRIC_JOBS_PENDING] = GAUGE("baraza_jobs_pending",
	    "Jobs that wait for a worker or run.", .unit = 1),
	[METRIC_CREW_BUSY] = GAUGE("baraza_crew_busy",
	    "Threads for long work that have a job.", BY("crew", crews)),
	[METRIC_CREW_QUEUED] = GAUGE("baraza_crew_queued",
	    "Jobs that wait for such a thread.", BY("crew", crews)),
	[METRIC_JOB_WAIT] = HISTOGRAM("baraza_job_wait_seconds",
	    "How long jobs waited for a worker.",
	    .labels = { "job" }, .unit = SECOND_US, .bounds = latency),
	[METRIC_JOB_RUN] = HISTOGRAM("baraza_job_run_seconds",
	    "How long workers ran them.",
	    .labels = { "job" }, .unit = SECOND_US, .bounds = latency),
	[METRIC_MESSAGES] = COUNTER("baraza_messages_stored",
	    "Messages that this daemon stored.", .unit = 1),
	[METRIC_GROUP_SIZE] = HISTOGRAM("baraza_group_size",
	    "Messages stored by one transaction.",
	    .unit = 1, .bounds = sizes),
	[METRIC_TURNS] = COUNTER("baraza_turns",
	    "Turns of bots that were run.", BY("result", results)),
	[METRIC_DELTAS] = COUNTER("baraza_deltas",
	    "Pieces of messages that were being made: told, dropped because "
	    "there were too many, skipped for a client that was behind.",
	    BY("result", deltas)),
	[METRIC_BACKGROUND] = COUNTER("baraza_background_jobs",
	    "Pieces of background work, by job and result.",
	    .labels = { "job", "result" }),
	[METRIC_FEED_ROWS] = COUNTER("baraza_feed_rows",
	    "Rows of the feed that were read.", .unit = 1),
	[METRIC_FEED_LAG] = GAUGE("baraza_feed_lag_seconds",
	    "Age of the newest row when it was read; the worst of 15 to 30 s.",
	    .unit = SECOND_US),
	[METRIC_FEED_READ_AGE] = GAUGE("baraza_feed_read_age_seconds",
	    "Time since the feed was last read without an error.",
	    .unit = SECOND_MS),
	[METRIC_FEED_GAPS] = GAUGE("baraza_feed_gaps",
	    "Gaps in the feed that are still open.", .unit = 1),
	[METRIC_FEED_GAP_AGE] = GAUGE("baraza_feed_gap_age_seconds",
	    "Age of the oldest open gap.", .unit = SECOND_MS),
	[METRIC_DB_ERRORS] = COUNTER("baraza_db_errors",
	    "Errors of the database, lost connections among them.", .unit = 1),
	[METRIC_DB_CONNECTS] = COUNTER("baraza_db_connects",
	    "Connections made to the database.", .unit = 1),
	[METRIC_RELOADS] = COUNTER("baraza_settings_reloads",
	    "Settings read again on SIGHUP.", BY("result", results)),
	[METRIC_TLS_RELOADS] = COUNTER("baraza_tls_reloads",
	    "Certificate and key read again on SIGHUP.",
	    BY("result", results)),
	[METRIC_CPU] = COUNTER("process_cpu_seconds",
	    "Processor time of the daemon, user and system.",
	    .unit = SECOND_US),
	[METRIC_RESIDENT] = GAUGE("process_resident_memory_bytes",
	    "Resident memory.", .unit = 1),
	[METRIC_FILES] = GAUGE("process_open_fds", "Open file descriptors.",
	    .unit = 1),
	[METRIC_FILES_MAX] = GAUGE("process_max_fds",
	    "File descriptors that may be open.", .unit = 1),
	[METRIC_STARTED] = GAUGE("process_start_time_seconds",
	    "When the daemon started, in seconds since 1970.",
	    .unit = SECOND_MS),
	[METRIC_BUILD] = GAUGE("baraza_build_info",
	    "1, with the version as a label.", .labels = { "version" }),
};
/* clang-format on */

/* One line of the output, or one histogram. */
struct series {
	const char *label[2];
	/* Histograms: one per bucket, the one above the last bound, the sum. */
	_Atomic int64_t cell[];
};

struct family {
	struct series *series[SERIES_MAX];
	size_t n;
};

static struct family families[METRIC__MAX];

/* Those without labels, which any thread may observe: never allocated. */
static _Atomic int64_t bare[METRIC__MAX][BOUNDS_MAX + 2];

static size_t bounds_of(enum metric m)
{
	const int64_t *bounds = metric_rows[m].bounds;
	size_t n = 0;

	while (bounds && bounds[n])
		n++;
	assert(n <= BOUNDS_MAX);
	return n;
}

static size_t cells_of(enum metric m)
{
	return metric_rows[m].bounds ? bounds_of(m) + 2 : 1;
}

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static struct series *find(enum metric m, const char *label, const char *second)
{
	struct family *f = &families[m];
	struct series *s;

	for (size_t i = 0; i < f->n; i++) {
		s = f->series[i];
		if (is_same(s->label[0], label) && is_same(s->label[1], second))
			return s;
	}
	if (f->n == SERIES_MAX - 1) {
		label = "other";
		second = metric_rows[m].labels[1] ? label : NULL;
	} else if (f->n == SERIES_MAX) {
		return f->series[SERIES_MAX - 1];
	}
	s = mem_new(sizeof(*s) + cells_of(m) * sizeof(s->cell[0]));
	s->label[0] = label;
	s->label[1] = second;
	f->series[f->n++] = s;
	return s;
}

/* One thread writes: no locked instruction. */
static void add(_Atomic int64_t *cell, int64_t n)
{
	atomic_store_explicit(cell,
	    atomic_load_explicit(cell, memory_order_relaxed) + n,
	    memory_order_relaxed);
}

void metrics_add(enum metric m, int64_t n)
{
	add(&bare[m][0], n);
}

void metrics_set(enum metric m, int64_t value)
{
	atomic_store_explicit(&bare[m][0], value, memory_order_relaxed);
}

void metrics_add_of(enum metric m, const char *label, int64_t n)
{
	assert(metric_rows[m].labels[0] && !metric_rows[m].labels[1]);
	add(&find(m, label, NULL)->cell[0], n);
}

void metrics_set_of(enum metric m, const char *label, int64_t value)
{
	assert(metric_rows[m].labels[0] && !metric_rows[m].labels[1]);
	atomic_store_explicit(
	    &find(m, label, NULL)->cell[0], value, memory_order_relaxed);
}

void metrics_add_of2(
    enum metric m, const char *label, const char *second, int64_t n)
{
	assert(metric_rows[m].labels[1]);
	add(&find(m, label, second)->cell[0], n);
}

/* Several threads may write. */
static void observe(enum metric m, _Atomic int64_t *cells, int64_t value)
{
	const int64_t *bounds = metric_rows[m].bounds;
	size_t i = 0, n = bounds_of(m);

	while (i < n && value > bounds[i])
		i++;
	atomic_fetch_add_explicit(&cells[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&cells[n + 1], value, memory_order_relaxed);
}

void metrics_observe(enum metric m, int64_t value)
{
	assert(metric_rows[m].bounds && !metric_rows[m].labels[0]);
	observe(m, bare[m], value);
}

void metrics_observe_of(enum metric m, const char *label, int64_t value)
{
	assert(metric_rows[m].bounds && metric_rows[m].labels[0]);
	observe(m, find(m, label, NULL)->cell, value);
}

/* ---------------------------------------------------------------- writing */

/* Help knows no quotes, label values do. */
static void put_escaped(struct buf *b, const char *text, bool is_value)
{
	for (; *text; text++) {
		if (*text == '\n') {
			buf_puts(b, "\\n");
			continue;
		}
		if (*text == '\\' || (is_value && *text == '"'))
			buf_byte(b, '\\');
		buf_byte(b, *text);
	}
}

static void put_label(
    struct buf *b, bool *is_first, const char *name, const char *value)
{
	if (!name || !value)
		return;
	buf_byte(b, *is_first ? '{' : ',');
	*is_first = false;
	buf_puts(b, name);
	buf_puts(b, "=\"");
	put_escaped(b, value, true);
	buf_byte(b, '"');
}

/* A decimal number, exactly, without zeros at its end. */
static void put_number(struct buf *b, int64_t value, int64_t unit)
{
	uint64_t u = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	uint64_t rest;

	unit = MAX_OF(unit, 1);
	rest = u % (uint64_t)unit;
	buf_printf(b, "%s%llu", value < 0 ? "-" : "",
	    (unsigned long long)(u / (uint64_t)unit));
	if (rest)
		buf_byte(b, '.');
	for (; rest; rest %= (uint64_t)unit) {
		unit /= 10;
		buf_byte(b, (char)('0' + rest / (uint64_t)unit));
	}
}

struct line {
	enum metric m;
	const char *const *label;
	const char *suffix;
	const char *le; /* NULL: none */
};

static void put_line(
    struct buf *b, const struct line *l, int64_t value, int64_t unit)
{
	const struct metric_row *row = &metric_rows[l->m];
	bool is_first = true;

	buf_puts(b, row->name);
	buf_puts(b, l->suffix);
	put_label(b, &is_first, row->labels[0], l->label[0]);
	put_label(b, &is_first, row->labels[1], l->label[1]);
	put_label(b, &is_first, "le", l->le);
	if (!is_first)
		buf_byte(b, '}');
	buf_byte(b, ' ');
	put_number(b, value, unit);
	buf_byte(b, '\n');
}

static void put_histogram(struct buf *b, enum metric m,
    const char *const *label, _Atomic int64_t *cells)
{
	const struct metric_row *row = &metric_rows[m];
	struct line l = { m, label, "_bucket", NULL };
	size_t i, n = bounds_of(m);
	int64_t count = 0;
	struct buf bound;

	buf_init(&bound, 0);
	for (i = 0; i <= n; i++) {
		count += atomic_load_explicit(&cells[i], memory_order_relaxed);
		buf_clear(&bound);
		if (i < n)
			put_number(&bound, row->bounds[i], row->unit);
		else
			buf_puts(&bound, "+Inf");
		buf_byte(&bound, '\0');
		l.le = bound.p;
		put_line(b, &l, count, 1);
	}
	buf_fini(&bound);
	l.le = NULL;
	l.suffix = "_sum";
	put_line(b, &l,
	    atomic_load_explicit(&cells[n + 1], memory_order_relaxed),
	    row->unit);
	l.suffix = "_count";
	/* Of the buckets above: a sum that a thread raised meanwhile must not
	 * tell another number. */
	put_line(b, &l, count, 1);
}

static void put_series(struct buf *b, enum metric m, const char *const *label,
    _Atomic int64_t *cells)
{
	struct line l = { m, label, "", NULL };

	if (metric_rows[m].type == METRIC_HISTOGRAM)
		put_histogram(b, m, label, cells);
	else
		put_line(b, &l,
		    atomic_load_explicit(cells, memory_order_relaxed),
		    metric_rows[m].unit);
}

static void put_family(struct buf *b, enum metric m)
{
	static const char *const types[] = { "counter", "gauge", "histogram" };
	static const char *const none[2];
	const struct metric_row *row = &metric_rows[m];

	/* A rate of what was never told before begins too late. */
	for (size_t i = 0; row->values && row->values[i]; i++)
		(void)find(m, row->values[i], NULL);
	if (row->labels[0] && families[m].n == 0)
		return;
	buf_printf(b, "# HELP %s ", row->name);
	put_escaped(b, row->help, false);
	buf_printf(b, "\n# TYPE %s %s\n", row->name, types[row->type]);
	if (!row->labels[0])
		put_series(b, m, none, bare[m]);
	for (size_t i = 0; i < families[m].n; i++) {
		struct series *s = families[m].series[i];

		put_series(b, m, s->label, s->cell);
	}
}

void metrics_put(struct buf *b)
{
	for (int m = 0; m < METRIC__MAX; m++)
		put_family(b, (enum metric)m);
}

void metrics_fini(void)
{
	for (int m = 0; m < METRIC__MAX; m++) {
		for (size_t i = 0; i < families[m].n; i++)
			free(families[m].series[i]);
		families[m].n = 0;
		for (size_t i = 0; i < COUNT_OF(bare[m]); i++)
			bare[m][i] = 0;
	}
}
