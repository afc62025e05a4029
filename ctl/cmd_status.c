/* cmd_status.c: `barazactl status`: how an installation is doing, at a glance
 * or, with --json, for machines */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include <stdarg.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json_out.h"
#include "db/db_schema.h"
#include "db/db_status.h"
#include "http_get.h"
#include "reach.h"

#define LOOK_MS	       1000 /* between the two looks at the daemon */
#define FEED_OLD_S     30   /* the feed is looked at every second */
#define TURN_OLD_S     120  /* a turn may take a minute */
#define DATABASE_S     2    /* for each answer of the database */
#define LINE_MAX_BYTES 400

struct status {
	struct ctl *ctl;
	struct buf text;
	struct buf json;
	struct json_out j;
	size_t wrong;
	bool waits_for_db;
};

/* One line, as doctor writes it. */
static void say(struct status *s, bool is_good, const char *name,
    const char *fmt, ...) PRINTF(4, 5);

static void say(
    struct status *s, bool is_good, const char *name, const char *fmt, ...)
{
	char note[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(note, sizeof(note), fmt, ap);
	va_end(ap);
	buf_printf(
	    &s->text, "%-5s %-13s %s\n", is_good ? "ok" : "WRONG", name, note);
	s->wrong += !is_good;
}

/* "3 d 4 h", "12 min", "7 s" */
static const char *duration(struct pool *pool, double seconds)
{
	long long n = seconds > 0 ? (long long)seconds : 0;

	if (n >= 86400)
		return pool_printf(
		    pool, "%lld d %lld h", n / 86400, n % 86400 / 3600);
	if (n >= 3600)
		return pool_printf(
		    pool, "%lld h %lld min", n / 3600, n % 3600 / 60);
	if (n >= 60)
		return pool_printf(pool, "%lld min", n / 60);
	return pool_printf(pool, "%lld s", n);
}

/* ----------------------------------------------------------- ws-daemon */

static enum err_code read_page(
    struct status *s, struct str *page_r, struct err *err)
{
	const struct settings *conf = s->ctl->settings;
	const struct http_server daemon = {
		.host = reach_host(conf->ws_host),
		.port = pool_printf(s->ctl->pool, "%d", (int)conf->ws_port),
		.by_tls = conf->tls_cert[0] != '\0',
	};
	int status = 0;
	enum err_code code =
	    http_get(s->ctl->pool, &daemon, "/metrics", &status, page_r, err);

	if (code == ERR_OK && status != 200)
		return err_set(err, ERR_UNAVAILABLE,
		    "port %s answers /metrics with %d: not a ws-daemon, or "
		    "not on this machine",
		    daemon.port, status);
	return code;
}

static struct str version_of(struct str page)
{
	static const char line[] = "\nbaraza_build_info{version=\"";
	size_t at = str_search(page, str_of(line));
	struct str rest = str_from(page, at + sizeof(line) - 1);

	return at < page.n ? str_head(rest, str_index(rest, '"')) : STR("?");
}

struct look {
	struct str page;
	int64_t at_us;
};

static double rate(
    const struct look *a, const struct look *b, const char *series)
{
	return (http_metric(b->page, series) - http_metric(a->page, series)) *
	       1000000 / (double)MAX_OF(b->at_us - a->at_us, 1);
}

/* The numbers of the answer, under the names of the JSON. */
static const struct {
	const char *name, *series;
} numbers[] = {
	{ "polling", "baraza_connections{transport=\"polling\"}" },
	{ "websocket", "baraza_connections{transport=\"websocket\"}" },
	{ "sockets", "baraza_sockets" },
	{ "rooms", "baraza_rooms" },
	{ "agents_online", "baraza_agents_online" },
	{ "jobs_pending", "baraza_jobs_pending" },
	{ "queue_bytes", "baraza_queue_bytes" },
	{ "feed_lag_s", "baraza_feed_lag_seconds" },
	{ "feed_read_age_s", "baraza_feed_read_age_seconds" },
	{ "feed_gaps", "baraza_feed_gaps" },
	{ "resident_bytes", "process_resident_memory_bytes" },
	{ "open_files", "process_open_fds" },
	{ "max_files", "process_max_fds" },
};

static void say_daemon(struct status *s, const struct look *a,
    const struct look *b, double uptime_s)
{
	struct str p = b->page;
	double read_age = http_metric(p, "baraza_feed_read_age_seconds");

	say(s, true, "ws-daemon", "version %.*s, up %s", STR_ARG(version_of(p)),
	    duration(s->ctl->pool, uptime_s));
	say(s, true, "connections",
	    "%.0f polling, %.0f websocket; %.0f rooms, %.0f agents online",
	    http_metric(p, numbers[0].series),
	    http_metric(p, numbers[1].series), http_metric(p, "baraza_rooms"),
	    http_metric(p, "baraza_agents_online"));
	say(s, true, "traffic", "%.1f messages/s, %.1f deliveries/s",
	    rate(a, b, "baraza_messages_stored_total"),
	    rate(a, b, "baraza_deliveries_total"));
	say(s, true, "waiting", "%.0f jobs, %.0f bytes for clients",
	    http_metric(p, "baraza_jobs_pending"),
	    http_metric(p, "baraza_queue_bytes"));
	say(s, read_age < FEED_OLD_S, "feed",
	    "read %.1f s ago, %.3f s behind, %.0f gaps", read_age,
	    http_metric(p, "baraza_feed_lag_seconds"),
	    http_metric(p, "baraza_feed_gaps"));
	say(s, true, "process",
	    "%.1f MB, %.1f %% of a core, %.0f of %.0f files",
	    http_metric(p, "process_resident_memory_bytes") / 1e6,
	    100 * rate(a, b, "process_cpu_seconds_total"),
	    http_metric(p, "process_open_fds"),
	    http_metric(p, "process_max_fds"));
}

static void look_at_daemon(struct status *s)
{
	static const struct timespec pause = { LOOK_MS / 1000,
		LOOK_MS % 1000 * 1000000 };
	struct look a, b;
	struct err err = { 0 };
	double uptime_s;
	bool is_up;

	json_out_object(&s->j, "daemon");
	if (s->ctl->settings->ws_port == 0) {
		say(s, true, "ws-daemon",
		    "not asked: ws_port = 0 means any free port");
		json_out_null(&s->j, "ok");
		json_out_end(&s->j);
		return;
	}
	is_up = read_page(s, &a.page, &err) == ERR_OK;

	a.at_us = clock_mono_us();
	if (is_up) {
		nanosleep(&pause, NULL);
		is_up = read_page(s, &b.page, &err) == ERR_OK;
		b.at_us = clock_mono_us();
	}
	json_out_bool(&s->j, "ok", is_up);
	if (!is_up) {
		say(s, false, "ws-daemon", "%.250s; is it running?", err.text);
		json_out_cstr(&s->j, "error", err.text);
		json_out_end(&s->j);
		return;
	}
	uptime_s = (double)clock_now_us() / 1e6 -
		   http_metric(b.page, "process_start_time_seconds");
	say_daemon(s, &a, &b, uptime_s);
	json_out_str(&s->j, "version", version_of(b.page));
	json_out_num(&s->j, "uptime_s", uptime_s);
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		json_out_num(&s->j, numbers[i].name,
		    http_metric(b.page, numbers[i].series));
	json_out_num(&s->j, "messages_per_s",
	    rate(&a, &b, "baraza_messages_stored_total"));
	json_out_num(
	    &s->j, "deliveries_per_s", rate(&a, &b, "baraza_deliveries_total"));
	json_out_num(&s->j, "cpu", rate(&a, &b, "process_cpu_seconds_total"));
	json_out_end(&s->j);
}

static void look_at_doorbell(struct status *s)
{
	char note[LINE_MAX_BYTES];
	bool ok = reach_doorbells(s->ctl->settings, note, sizeof(note));

	say(s, ok, "doorbell", "%s", note);
	json_out_object(&s->j, "doorbell");
	json_out_bool(&s->j, "ok", ok);
	json_out_end(&s->j);
}

/* ------------------------------------------------------------ fcgi-app */

/* Host and port of an http:// origin; false for https, which this does not
 * speak. */
static bool split_origin(
    struct pool *pool, struct str url, char **host_r, char **port_r)
{
	struct str rest;
	size_t colon;

	if (!str_starts(url, STR("http://")))
		return false;
	rest = str_from(url, 7);
	colon = rest.n;
	while (
	    colon > 0 && rest.p[colon - 1] != ':' && rest.p[colon - 1] != ']')
		colon--;
	if (colon == 0 || rest.p[colon - 1] == ']')
		colon = rest.n + 1; /* no port */
	*port_r =
	    str_dup(pool, colon <= rest.n ? str_from(rest, colon) : STR("80"));
	rest = str_head(rest, colon - 1);
	if (rest.n > 1 && rest.p[0] == '[')
		rest = str_head(str_from(rest, 1), rest.n - 2);
	*host_r = str_dup(pool, rest);
	return true;
}

/* Where TLS is spoken at base_url: whether the socket is listened at. */
static void look_at_app_socket(struct status *s)
{
	char note[LINE_MAX_BYTES];
	bool ok;

	if (s->ctl->settings->fcgi_socket[0] == '\0') {
		say(s, true, "fcgi-app",
		    "not asked: base_url is not http://, and fcgi_socket is "
		    "not set");
		json_out_null(&s->j, "ok");
		return;
	}
	ok = reach_fcgi(s->ctl->settings, note, sizeof(note));
	say(s, ok, "fcgi-app", ok ? "listens at %s" : "%s", note);
	json_out_bool(&s->j, "ok", ok);
}

static void look_at_app(struct status *s)
{
	const char *url = s->ctl->settings->base_url;
	struct http_server site = { .host = NULL };
	char *host, *port;
	struct str body;
	struct err err = { 0 };
	int status = 0;
	bool ok;

	json_out_object(&s->j, "app");
	if (!split_origin(s->ctl->pool, str_of(url), &host, &port)) {
		look_at_app_socket(s);
		json_out_end(&s->j);
		return;
	}
	site.host = host;
	site.port = port;
	ok = http_get(s->ctl->pool, &site, "/healthz", &status, &body, &err) ==
		 ERR_OK &&
	     status == 200;
	if (ok)
		say(s, true, "fcgi-app", "%.200s/healthz answers", url);
	else if (status)
		say(s, false, "fcgi-app", "%.200s/healthz answers %d", url,
		    status);
	else
		say(s, false, "fcgi-app", "%.250s%s", err.text,
		    s->waits_for_db ? ": it waits for the database" : "");
	json_out_bool(&s->j, "ok", ok);
	if (status)
		json_out_u64(&s->j, "status", (uint64_t)status);
	json_out_end(&s->j);
}

/* ------------------------------------------------------------ database */

static bool is_alive(struct status *s, const struct db_status_daemon *one)
{
	return one->beat_age_us < s->ctl->settings->daemon_dead_ms * 1000;
}

/* Whether another one has begun on the same machine since, and lives: the row
 * of one that was killed stays for some minutes. */
static bool is_replaced(struct status *s, const struct db_status *d,
    const struct db_status_daemon *one)
{
	for (size_t i = 0; i < d->n_daemons; i++)
		if (d->daemons[i].started_at > one->started_at &&
		    str_eq(d->daemons[i].host, one->host) &&
		    is_alive(s, &d->daemons[i]))
			return true;
	return false;
}

static void say_daemons(struct status *s, const struct db_status *d)
{
	bool is_first = true;

	json_out_array(&s->j, "daemons");
	for (size_t i = 0; i < d->n_daemons; i++) {
		const struct db_status_daemon *one = &d->daemons[i];
		double age_s = (double)one->beat_age_us / 1e6;
		bool alive = is_alive(s, one);

		if (!alive && is_replaced(s, d, one))
			continue;
		say(s, alive, is_first ? "daemons" : "",
		    "%.*s pid %llu, last sign of life %.1f s ago%s",
		    STR_ARG(str_head(one->host, 100)),
		    (unsigned long long)one->pid, age_s, alive ? "" : ": dead");
		is_first = false;
		json_out_object(&s->j, NULL);
		json_out_str(&s->j, "host", one->host);
		json_out_u64(&s->j, "pid", one->pid);
		json_out_time(&s->j, "started_at", one->started_at);
		json_out_num(&s->j, "beat_age_s", age_s);
		json_out_bool(&s->j, "alive", alive);
		json_out_end(&s->j);
	}
	json_out_end(&s->j);
}

static void say_database(
    struct status *s, struct str version, const struct db_status *d)
{
	char since[CLOCK_ISO_SIZE];
	double due_s = (double)d->due_age_us / 1e6;
	bool is_many = d->notifications > DB_STATUS_COUNT_MAX;

	say(s, true, "database", "%.*s, %.1f MB",
	    STR_ARG(str_head(version, 100)), (double)d->bytes / 1e6);
	say(s, true, "notifications", "%s%llu kept%s%s",
	    is_many ? "more than " : "",
	    (unsigned long long)d->notifications - is_many,
	    d->notified_at ? ", since " : "",
	    d->notified_at ? clock_iso(d->notified_at, since) : "");
	say(s, due_s < TURN_OLD_S, "turns",
	    d->due_turns ? "%llu due, the oldest for %s" : "none due",
	    (unsigned long long)d->due_turns, duration(s->ctl->pool, due_s));
	json_out_str(&s->j, "version", version);
	json_out_u64(&s->j, "bytes", d->bytes);
	json_out_u64(&s->j, "notifications", d->notifications);
	json_out_time(&s->j, "oldest_notification", d->notified_at);
	json_out_u64(&s->j, "due_turns", d->due_turns);
	json_out_num(&s->j, "oldest_turn_s", due_s);
}

static void look_at_database(struct status *s)
{
	struct pool *pool = s->ctl->pool;
	struct db_status found = { 0 };
	struct str version = STR_EMPTY, charset;
	struct err err = { 0 };
	struct db *db = NULL;
	int64_t since = clock_mono_ms();
	enum err_code code;

	db_limit_waiting(DATABASE_S);
	code = db_open(s->ctl->settings, false, &db, &err);
	if (code == ERR_OK)
		code = db_schema_get_server(db, pool, &version, &charset, &err);
	if (code == ERR_OK)
		code = db_status_get(db, pool, &found, &err);
	db_close(&db);
	if (code != ERR_OK && clock_mono_ms() - since >= DATABASE_S * 1000) {
		s->waits_for_db = true;
		err_set(
		    &err, ERR_UNAVAILABLE, "no answer within %d s", DATABASE_S);
	}
	if (code == ERR_OK)
		say_daemons(s, &found);
	json_out_object(&s->j, "database");
	json_out_bool(&s->j, "ok", code == ERR_OK);
	if (code == ERR_OK) {
		say_database(s, version, &found);
	} else {
		say(s, false, "database", "%.250s", err.text);
		json_out_cstr(&s->j, "error", err.text);
	}
	json_out_end(&s->j);
}

enum err_code cmd_status(struct ctl *ctl, struct err *err)
{
	struct status s = { .ctl = ctl };
	bool as_json = ctl_flag(ctl, "json");
	enum err_code code = ctl_args_end(ctl, err);

	if (code != ERR_OK)
		return code;
	buf_init(&s.text, 0);
	buf_init(&s.json, 0);
	json_out_init(&s.j, &s.json);
	json_out_object(&s.j, NULL);
	/* What is wrong stands in the table. */
	log_open("barazactl", "/dev/null", LOG_ERROR);
	look_at_daemon(&s);
	look_at_doorbell(&s);
	look_at_database(&s);
	look_at_app(&s);
	json_out_bool(&s.j, "ok", s.wrong == 0);
	json_out_end(&s.j);
	if (as_json)
		printf("%.*s\n", STR_ARG(buf_str(&s.json)));
	else
		printf("%.*s", STR_ARG(buf_str(&s.text)));
	buf_fini(&s.text);
	buf_fini(&s.json);
	if (s.wrong > 0)
		return err_set(err, ERR_UNAVAILABLE, "Not all is well.");
	return ERR_OK;
}
