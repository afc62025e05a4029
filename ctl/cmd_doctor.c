/* cmd_doctor.c: `barazactl doctor`: says what is wrong with an installation,
 * one line per check, and what to do about it */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tls_pair.h"
#include "db/db_schema.h"
#include "reach.h"

#define KEY_HEX	     64
#define KEY_FILE_MAX 256

/* What the checks share: once the database is out of reach, the checks that
 * need it say so instead of repeating its error. */
struct doctor {
	struct ctl *ctl;
	struct db *db;
	char note[300]; /* what a check found, good or bad */
};

static bool say(struct doctor *d, bool is_good, const char *fmt, ...)
    PRINTF(3, 4);

static bool say(struct doctor *d, bool is_good, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->note, sizeof(d->note), fmt, ap);
	va_end(ap);
	return is_good;
}

static bool check_base_url(struct doctor *d)
{
	const char *url = d->ctl->settings->base_url;

	if (url[0] == '\0')
		return say(d, false,
		    "base_url is not set: put the site's address there");
	return say(d, true, "%s", url);
}

/* The group may read: the programs' own, and nobody may change it. */
static bool is_private(const struct stat *st)
{
	return (st->st_mode & (S_IRWXG | S_IRWXO) & ~(mode_t)S_IRGRP) == 0;
}

static bool check_settings(struct doctor *d)
{
	const struct settings *s = d->ctl->settings;
	struct stat st;

	if (stat(s->path, &st) != 0)
		return say(d, false, "%.150s: %s", s->path, strerror(errno));
	if (s->db_password[0] != '\0' && !is_private(&st))
		return say(d, false,
		    "%.150s holds db_password and is open to others: "
		    "chmod 640 or 600",
		    s->path);
	return say(d, true, "%.150s", s->path);
}

static bool check_key_file(struct doctor *d)
{
	const char *path = d->ctl->settings->key_file;
	struct str text;
	struct err err = { 0 };
	uint8_t key[KEY_HEX / 2];
	struct stat st;

	if (stat(path, &st) != 0)
		return say(d, false, "%.150s: %s; make it: barazactl secret",
		    path, strerror(errno));
	if (!is_private(&st))
		return say(d, false,
		    "%.150s is open to others: chmod 640 or 600", path);
	if (ctl_read_file(d->ctl->pool, path, KEY_FILE_MAX, &text, &err) !=
	    ERR_OK)
		return say(d, false, "%.200s", err.text);
	if (!str_unhex(str_trim(text), key, sizeof(key)))
		return say(d, false,
		    "%.150s does not hold 64 hex digits: barazactl secret",
		    path);
	return say(d, true, "%.150s", path);
}

static bool check_database(struct doctor *d)
{
	struct str version, charset;
	struct err err = { 0 };

	if (db_open(d->ctl->settings, false, &d->db, &err) != ERR_OK ||
	    db_ping(d->db, &err) != ERR_OK) {
		db_close(&d->db);
		return say(
		    d, false, "%.200s; look at db_* in the settings", err.text);
	}
	if (db_schema_get_server(
		d->db, d->ctl->pool, &version, &charset, &err) != ERR_OK)
		return say(d, false, "%.200s", err.text);
	if (!str_eq(charset, STR("utf8mb4")))
		return say(d, false,
		    "the database's character set is %.*s: "
		    "ALTER DATABASE ... CHARACTER SET utf8mb4",
		    STR_ARG(charset));
	return say(d, true, "%.*s", STR_ARG(version));
}

static bool check_schema(struct doctor *d)
{
	uint64_t version = 0;
	struct err err = { 0 };

	if (d->db == NULL)
		return say(d, false, "not checked without the database");
	if (db_schema_get_version(d->db, &version, &err) != ERR_OK)
		return say(d, false, "%.200s", err.text);
	if (version != DB_SCHEMA_VERSION)
		return say(d, false,
		    "version %llu, this program needs %d: barazactl migrate",
		    (unsigned long long)version, DB_SCHEMA_VERSION);
	return say(d, true, "version %llu", (unsigned long long)version);
}

/* Preparing needs the same rights on the tables as running. */
static bool check_statements(struct doctor *d)
{
	struct db *db = NULL;
	struct err err = { 0 };
	enum err_code code;

	if (d->db == NULL)
		return say(d, false, "not checked without the database");
	code = db_open(d->ctl->settings, true, &db, &err);
	db_close(&db);
	if (code != ERR_OK)
		return say(d, false, "%.200s", err.text);
	return say(d, true, "all of them fit the tables and the grants");
}

static bool check_pages(struct doctor *d)
{
	static const char *const files[] = { "widget/index.html",
		"widget/embed.js", "console/index.html", "console/login.html" };

	for (size_t i = 0; i < COUNT_OF(files); i++) {
		const char *path = pool_printf(
		    d->ctl->pool, "%s/%s", d->ctl->settings->www_dir, files[i]);

		if (access(path, R_OK) != 0)
			return say(d, false, "%.150s: %s; look at www_dir",
			    path, strerror(errno));
	}
	return say(d, true, "%.150s", d->ctl->settings->www_dir);
}

static bool check_fcgi(struct doctor *d)
{
	return reach_fcgi(d->ctl->settings, d->note, sizeof(d->note));
}

static bool check_doorbell(struct doctor *d)
{
	return reach_doorbells(d->ctl->settings, d->note, sizeof(d->note));
}

static bool check_tls(struct doctor *d)
{
	const struct settings *s = d->ctl->settings;
	const struct tls_pair pair = { s->tls_cert, s->tls_key,
		s->tls_ciphers };
	struct err err = { 0 };

	if (!tls_pair_is_set(&pair))
		return say(d, true, "not set");
	if (tls_pair_check(&pair, &err) != ERR_OK)
		return say(d, false, "%.250s", err.text);
	return say(d, true, "%.250s", s->tls_cert);
}

static bool connects(const struct addrinfo *to)
{
	int fd = socket(
	    to->ai_family, to->ai_socktype | SOCK_CLOEXEC, to->ai_protocol);
	bool is_up = fd >= 0 && connect(fd, to->ai_addr, to->ai_addrlen) == 0;

	if (fd >= 0)
		close(fd);
	return is_up;
}

static bool check_daemon(struct doctor *d)
{
	const struct settings *s = d->ctl->settings;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list;
	bool is_up = false;
	char port[8];
	int failed;

	if (s->ws_port == 0)
		return say(
		    d, true, "not checked: ws_port = 0 means any free port");
	snprintf(port, sizeof(port), "%d", (int)s->ws_port);
	failed = getaddrinfo(reach_host(s->ws_host), port, &hints, &list);
	if (failed)
		return say(d, false, "ws_host %.150s: %s", s->ws_host,
		    gai_strerror(failed));
	for (struct addrinfo *to = list; to != NULL && !is_up; to = to->ai_next)
		is_up = connects(to);
	freeaddrinfo(list);
	return say(d, is_up,
	    is_up ? "%.150s port %s answers"
		  : "%.150s port %s does not answer: is ws-daemon running?",
	    s->ws_host, port);
}

static const struct {
	const char *name;
	bool (*check)(struct doctor *d);
} checks[] = {
	{ "site address", check_base_url },
	{ "settings", check_settings },
	{ "key file", check_key_file },
	{ "database", check_database },
	{ "schema", check_schema },
	{ "statements", check_statements },
	{ "pages", check_pages },
	{ "fcgi-app", check_fcgi },
	{ "doorbell", check_doorbell },
	{ "ws-daemon", check_daemon },
	{ "tls", check_tls },
};

enum err_code cmd_doctor(struct ctl *ctl, struct err *err)
{
	struct doctor d = { .ctl = ctl };
	size_t wrong = 0;
	enum err_code code = ctl_args_end(ctl, err);

	if (code != ERR_OK)
		return code;
	for (size_t i = 0; i < COUNT_OF(checks); i++) {
		bool is_good = checks[i].check(&d);

		printf("%-5s %-13s %s\n", is_good ? "ok" : "WRONG",
		    checks[i].name, d.note);
		wrong += !is_good;
	}
	db_close(&d.db);
	if (wrong > 0)
		return err_set(err, ERR_CONFLICT, "%zu of %zu checks failed.",
		    wrong, COUNT_OF(checks));
	return ERR_OK;
}
