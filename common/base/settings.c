/* settings.c: the one table of settings that all three programs read */
/* SPDX-License-Identifier: MIT */
#include "base/settings.h"

#include <unistd.h>

#include "base/network_list.h"
#include "base/pool.h"
#include "base/valid.h"

#ifndef BARAZA_VERSION
#define BARAZA_VERSION "0.2.0"
#endif

/* The Makefile says where the installation is. */
#ifndef BARAZA_DATA_DIR
#define BARAZA_DATA_DIR "/usr/share/baraza"
#endif

#define PATH_DEFAULT	    "/etc/baraza/baraza.conf"
#define UNIX_PATH_MAX_BYTES 107 /* sockaddr_un.sun_path and its NUL */
#define DOORBELLS	    16
#define DOORBELLS_MAX_BYTES (DOORBELLS * (UNIX_PATH_MAX_BYTES + 1) - 1)
#define PATH_MAX_BYTES	    4095
#define OUTSIDE_MAX_BYTES   4000
#define DAY_S		    86400
#define ATTACHMENT_MAX	    67108864 /* UPLOAD_BODY has room for it */
#define TERABYTE	    (INT64_C(1) << 40)
#define HOUR_MS		    3600000

/* clang-format off */
#define TEXT(field, other, min, max, help)                                     \
	{ #field, CONF_TEXT, offsetof(struct settings, field), other, min,     \
	  max, false, help, false }
#define SECRET(field, max, help)                                               \
	{ #field, CONF_TEXT, offsetof(struct settings, field), "", 0, max,     \
	  true, help, false }
#define INT(field, other, min, max, help)                                      \
	{ #field, CONF_INT, offsetof(struct settings, field), other, min, max, \
	  false, help, false }
/* LIVE: taken over on SIGHUP; settings_reload says by whom and how. */
#define LIVE_INT(field, other, min, max, help)                                 \
	{ #field, CONF_INT, offsetof(struct settings, field), other, min, max, \
	  false, help, true }
#define LIVE_TEXT(field, other, min, max, help)                                \
	{ #field, CONF_TEXT, offsetof(struct settings, field), other, min,     \
	  max, false, help, true }
#define BOOL(field, other, help)                                               \
	{ #field, CONF_BOOL, offsetof(struct settings, field), other, 0, 0,    \
	  false, help, false }
#define LIVE_LEVEL(field, other, help)                                         \
	{ #field, CONF_LEVEL, offsetof(struct settings, field), other, 0, 0,   \
	  false, help, true }

const struct conf_row settings_rows[] = {
	/* all programs */
	TEXT(base_url, "", 0, 300,
	    "Address of this installation as browsers see it, for example "
	    "https://chat.example.com; no path, no slash at the end."),
	TEXT(key_file, "/etc/baraza/key", 1, PATH_MAX_BYTES,
	    "File with the 32 random bytes, in hex, that seal secrets; "
	    "barazactl makes it."),
	TEXT(db_host, "", 0, 255,
	    "Host of the database; empty: the socket is used."),
	TEXT(db_socket, "/run/mysqld/mysqld.sock", 0, UNIX_PATH_MAX_BYTES,
	    "Unix socket of the database."),
	TEXT(db_name, "baraza", 1, 64, "Name of the database."),
	TEXT(db_user, "baraza", 1, 128, "User of the database."),
	SECRET(db_password, 255,
	    "Password of that user; empty: the socket tells who it is."),
	INT(db_port, "3306", 1, 65535,
	    "Port of the database when db_host is set."),
	TEXT(doorbell, "/run/baraza/doorbell.sock", 0, DOORBELLS_MAX_BYTES,
	    "Unix datagram sockets that wake the ws-daemons of this machine, "
	    "divided by blanks: a daemon makes the first one and rings the "
	    "others, all other programs ring each; empty: daemons poll."),
	TEXT(outside_allow, "", 0, OUTSIDE_MAX_BYTES,
	    "Besides the public internet, what the addresses that tenants give "
	    "(API calls, MCP servers, web pages) may lead to, divided by "
	    "blanks: 10.1.0.0/16, 127.0.0.1:3000, shop.example:8080."),
	TEXT(outside_ports, "80 443", 1, OUTSIDE_MAX_BYTES,
	    "Ports that those addresses may have, divided by blanks, such as "
	    "443 8000-8999; what stands in outside_allow may have any."),
	BOOL(outside_http, "no",
	    "Whether those addresses may begin with http:// too; what stands "
	    "in outside_allow may."),
	TEXT(log_file, "", 0, 255, "Log file; empty: standard error."),
	LIVE_LEVEL(log_level, "info",
	    "What is logged: error, warn, info or debug."),
	BOOL(trust_proxy, "no",
	    "Whether the client's address is taken from X-Forwarded-For; yes "
	    "only behind a proxy that sets it."),

	/* fcgi-app */
	TEXT(fcgi_socket, "", 0, UNIX_PATH_MAX_BYTES,
	    "Unix socket of fcgi-app; empty: the descriptor that the web "
	    "server hands over."),
	TEXT(www_dir, BARAZA_DATA_DIR "/www", 1, PATH_MAX_BYTES,
	    "Folder of the built pages."),
	INT(threads, "0", 0, 256, "Threads of fcgi-app; 0: four per core."),
	INT(waiting_threads, "0", 0, 255,
	    "Threads of fcgi-app that may wait for servers of others at once "
	    "(turns of the Chat API that call out, tests of MCP servers); 0: "
	    "half of them. One always stays free."),
	LIVE_INT(session_idle_s, "28800", 60, 365 * DAY_S,
	    "Seconds without a request after which a login ends."),
	LIVE_INT(session_max_s, "604800", 60, 365 * DAY_S,
	    "Seconds after which a login ends in any case."),
	LIVE_INT(login_fails, "5", 1, 1000,
	    "Wrong passwords per account within login_window_s."),
	LIVE_INT(login_fails_addr, "20", 1, 100000,
	    "Wrong passwords per address within login_window_s."),
	LIVE_INT(login_window_s, "900", 1, DAY_S,
	    "Seconds for which wrong passwords count."),
	LIVE_INT(request_burst, "1200", 20, 1000000,
	    "Cost units that one address may ask of a process of fcgi-app at "
	    "once: 20 for a login or the opening of a chat, 5 for a page, 1 "
	    "for another look; agents who are logged in cost nothing."),
	LIVE_INT(request_rate, "20", 1, 100000,
	    "Cost units that an address gets back per second."),
	TEXT(key_budget_file, "/run/baraza/key-budget", 0, PATH_MAX_BYTES,
	    "File in which all processes of fcgi-app count the requests of "
	    "API keys; empty: each counts for itself."),
	INT(key_read_burst, "20000", 1, 10000000,
	    "Reads that one API key may ask for at once."),
	INT(key_read_rate, "2000", 1, 1000000,
	    "Reads that an API key gets back per second."),
	INT(key_write_burst, "5000", 1, 10000000,
	    "Changes that one API key may ask for at once."),
	INT(key_write_rate, "500", 1, 1000000,
	    "Changes that an API key gets back per second."),
	LIVE_INT(key_cache_ms, "1000", 0, 10000,
	    "Milliseconds for which fcgi-app believes what it has read of an "
	    "API key; the revocation of a key takes as long."),
	LIVE_INT(attachment_max_bytes, "10485760", 1024, ATTACHMENT_MAX,
	    "Bytes that a file may have that people send."),
	LIVE_INT(attachments_conversation_bytes, "104857600", 1024, TERABYTE,
	    "Bytes that the files of one conversation may have together."),
	LIVE_INT(attachments_workspace_bytes, "10737418240", 1024, TERABYTE,
	    "Bytes that all files of one workspace may have together."),
	LIVE_INT(attachment_keep_s, "86400", 60, 365 * DAY_S,
	    "Seconds after which a file is deleted that was uploaded and that "
	    "no message refers to."),
	LIVE_INT(mcp_servers_max, "-1", -1, 1000,
	    "MCP servers that one chatbot may have; -1: any number, 0: none."),
	INT(mcp_probes_per_minute, "15", 1, 60000,
	    "MCP servers that one API key may have tried per minute."),
	LIVE_INT(widgets_max, "1000", -1, 1000000,
	    "Widgets that a workspace may have; -1: any number."),
	LIVE_INT(blueprints_max, "1000", -1, 1000000,
	    "Blueprints that a workspace may have; -1: any number."),

	/* ws-daemon */
	TEXT(ws_host, "127.0.0.1", 1, 255, "Address ws-daemon listens at."),
	INT(ws_port, "9080", 0, 65535,
	    "Port ws-daemon listens at; 0: any free one."),
	LIVE_TEXT(ws_origins, "*", 1, 4000,
	    "Origins that may open a connection, divided by blanks; *: any."),
	INT(workers, "2", 1, 64,
	    "Threads of ws-daemon that talk to the database."),
	INT(turn_workers, "8", 1, 256,
	    "Turns of bots that ws-daemon runs at once; one that waits for a "
	    "model or a server of others holds a thread as long."),
	INT(background_workers, "8", 1, 64,
	    "Threads of ws-daemon for work that nobody waits for, as imports "
	    "and what goes out to other servers; with fewer than 7 it can "
	    "all wait for these."),
	INT(group_max, "256", 1, 4096,
	    "Messages that have come at the same time and are stored by one "
	    "transaction."),
	LIVE_INT(ping_interval_ms, "25000", 100, HOUR_MS,
	    "Milliseconds between pings."),
	LIVE_INT(ping_timeout_ms, "20000", 100, HOUR_MS,
	    "Milliseconds to wait for the answer to a ping."),
	LIVE_INT(upgrade_timeout_ms, "10000", 100, HOUR_MS,
	    "Milliseconds an upgrade from polling to WebSocket may take."),
	LIVE_INT(connect_timeout_ms, "45000", 100, HOUR_MS,
	    "Milliseconds until a connection must have joined a namespace."),
	LIVE_INT(max_payload, "1000000", 1024, 16777216,
	    "Bytes in one packet or one POST of a connection."),
	LIVE_INT(queue_max, "4194304", 65536, 268435456,
	    "Bytes that may wait for one connection; it is closed beyond."),
	LIVE_INT(rooms_max, "100", 1, 10000, "Rooms one connection may join."),
	TEXT(tls_cert, "", 0, PATH_MAX_BYTES,
	    "PEM file with the certificate and its chain, for TLS without a "
	    "proxy; empty: none. SIGHUP reads it again."),
	TEXT(tls_key, "", 0, PATH_MAX_BYTES,
	    "PEM file with the key of that certificate."),
	TEXT(tls_ciphers, "", 0, 4000,
	    "Ciphers of TLS 1.2 as OpenSSL names them; empty: its default. "
	    "Older versions are never spoken."),
	LIVE_INT(connections_max, "0", 0, 1000000,
	    "Connections at once; further ones are closed. 0: as many as "
	    "open files allow."),
	INT(files_max, "65536", 64, 1048576,
	    "Open files that the daemon asks the system for; it has tables "
	    "of this size."),
	INT(files_reserve, "64", 16, 10000,
	    "Of those, how many are kept from clients, for the database and "
	    "the log."),
	LIVE_INT(address_connections_max, "4000", 0, 1000000,
	    "Connections at once from one address (IPv6: one /64); 0: any. "
	    "This machine's own addresses 127.0.0.0/8 and ::1 are exempt, "
	    "here and in the four below."),
	LIVE_INT(handshake_burst, "2000", 1, 1000000,
	    "New connections that one address may open at once."),
	LIVE_INT(handshake_refill_ms, "20", 1, HOUR_MS,
	    "Milliseconds after which an address may open one more."),
	LIVE_INT(address_event_burst, "50000", 4, 100000000,
	    "Cost units of events that all connections of one address may "
	    "send at once."),
	LIVE_INT(address_event_refill_ms, "1", 1, HOUR_MS,
	    "Milliseconds after which an address gets one unit back."),
	LIVE_INT(addresses_max, "100000", 1, 10000000,
	    "Addresses that are known at once; those beyond are not limited "
	    "by the rows above."),
	INT(visitors_max, "100000", 1, 10000000,
	    "Visitors whose messages are counted at once, see "
	    "message_burst."),
	INT(header_timeout_ms, "20000", 1000, HOUR_MS,
	    "Milliseconds for a request to arrive, in whole seconds."),
	INT(keepalive_timeout_ms, "75000", 1000, HOUR_MS,
	    "Milliseconds between two requests on one connection, in whole "
	    "seconds."),
	LIVE_INT(answer_timeout_ms, "30000", 100, HOUR_MS,
	    "Milliseconds for a client to read an answer."),
	LIVE_INT(close_poll_ms, "30000", 100, HOUR_MS,
	    "Milliseconds that a closed polling session waits for the "
	    "request that hears of it."),
	LIVE_INT(close_ws_ms, "5000", 100, HOUR_MS,
	    "Milliseconds that a closed WebSocket has for its last packets "
	    "and close frames."),
	LIVE_INT(noop_pause_ms, "50", 1, 1000,
	    "Milliseconds between the ends of polls while a connection "
	    "upgrades."),
	LIVE_INT(poll_watch_ms, "1000", 10, 60000,
	    "Milliseconds after which a client that left a poll is "
	    "noticed."),
	LIVE_INT(attachments_timeout_ms, "60000", 100, HOUR_MS,
	    "Milliseconds for the attachments of a packet to arrive."),
	LIVE_INT(attachments_max, "10", 0, 10, "Attachments of one packet."),
	LIVE_INT(attachments_bytes_max, "1000000", 0, 268435456,
	    "Bytes of the attachments of one packet together."),
	LIVE_INT(post_packets_max, "1000", 1, 1000000, "Packets in one POST."),
	LIVE_INT(accept_burst, "10000", 0, 1000000,
	    "Connections that are accepted as fast as they come; then only "
	    "as fast as accept_refill_ms allows. 0: any number."),
	LIVE_INT(accept_refill_ms, "1", 1, HOUR_MS,
	    "Milliseconds after which one more is accepted."),
	LIVE_INT(packet_burst, "2000", 0, 1000000,
	    "WebSocket messages that one connection may send at once; then "
	    "it is read only as fast as packet_refill_ms allows. 0: any "
	    "number."),
	LIVE_INT(packet_refill_ms, "1", 1, HOUR_MS,
	    "Milliseconds after which a connection gets one message back."),
	LIVE_INT(poll_packets_max, "16", 1, 10000,
	    "Packets in the answer to one poll; python-socketio refuses more "
	    "than 16."),
	LIVE_INT(poll_bytes_max, "131072", 1024, 16777216,
	    "Bytes in the answer to one poll, unless one packet alone has "
	    "more."),
	LIVE_INT(namespaces_max, "32", 1, 10000,
	    "Namespaces that one connection may join, or be refused, before "
	    "it is closed."),
	LIVE_INT(namespace_max, "128", 1, 1024, "Bytes in a namespace's name."),
	LIVE_INT(json_depth_max, "32", 4, 32,
	    "Arrays and objects inside one another in a packet."),
	INT(headers_max, "16384", 4096, 65535,
	    "Bytes in the headers of one request."),
	INT(rx_buffer, "1024", 256, 65536,
	    "Bytes per WebSocket for what comes in."),
	LIVE_INT(send_buffer, "524288", 16384, 16777216,
	    "Bytes of the system's buffer for a large answer."),
	LIVE_INT(discard_max, "8388608", 0, 1073741824,
	    "Bytes of a refused body that are read away, so that the client "
	    "sees the answer."),
	LIVE_INT(typing_timeout_ms, "5000", 100, HOUR_MS,
	    "Milliseconds after which a typing indicator ends by itself."),
	LIVE_INT(presence_grace_ms, "10000", 0, HOUR_MS,
	    "Milliseconds until an agent who left counts as offline."),
	LIVE_INT(feed_poll_ms, "1000", 10, HOUR_MS,
	    "Milliseconds between looks at the feed when no doorbell rings."),
	LIVE_INT(feed_grace_ms, "10000", 100, HOUR_MS,
	    "Milliseconds a gap in the feed may stay open for a slow "
	    "transaction."),
	LIVE_INT(daemon_beat_ms, "5000", 100, HOUR_MS,
	    "Milliseconds between the signs of life that each ws-daemon "
	    "writes for the others."),
	LIVE_INT(daemon_dead_ms, "15000", 200, HOUR_MS,
	    "Milliseconds without one after which a ws-daemon counts as "
	    "dead."),
	LIVE_INT(message_burst, "30", 1, 10000,
	    "Messages that one visitor may send at once."),
	LIVE_INT(message_refill_ms, "2000", 1, HOUR_MS,
	    "Milliseconds after which a visitor may send one more."),
	/* 4: the dearest event; less than that would never be admitted. */
	LIVE_INT(event_burst, "200", 4, 100000,
	    "Cost units of events that one connection may send at once."),
	LIVE_INT(event_refill_ms, "50", 1, HOUR_MS,
	    "Milliseconds after which a connection gets one unit back."),
	LIVE_INT(turn_lease_s, "15", 2, 3600,
	    "Seconds after which another takes over the turn of a bot that a "
	    "dead program has left."),
	LIVE_INT(turn_max_s, "60", 1, 600,
	    "Seconds that a bot may wait for others in one turn."),
	LIVE_INT(flow_idle_s, "1800", 0, 365 * DAY_S,
	    "Seconds of silence after which a flow begins anew; 0: never."),
	LIVE_INT(chat_session_s, "1800", 1, 365 * DAY_S,
	    "Seconds of silence after which a session of the Chat API is "
	    "closed."),
	LIVE_INT(feed_retention_s, "604800", 60, 365 * DAY_S,
	    "Seconds for which rows of the feed are kept."),
};
/* clang-format on */

const size_t settings_rows_n = COUNT_OF(settings_rows);

/* An http or https origin exactly as valid_origin spells it. */
static bool is_base_url(struct pool *pool, const char *url)
{
	struct str origin;

	return valid_origin(pool, str_of(url), &origin) &&
	       str_eq(origin, str_of(url)) && strchr(url, '*') == NULL &&
	       (str_starts(origin, STR("http://")) ||
		   str_starts(origin, STR("https://")));
}

static bool are_doorbells(const char *paths)
{
	size_t n = 0, length;

	for (paths += strspn(paths, " \t"); *paths != '\0';
	     paths += length + strspn(paths + length, " \t")) {
		length = strcspn(paths, " \t");
		if (length > UNIX_PATH_MAX_BYTES || ++n > DOORBELLS)
			return false;
	}
	return true;
}

/* "*" and origins, as valid_origin_listed reads them. */
static bool are_origins(struct pool *pool, const char *list)
{
	static const char dividers[] = ", \t\r\n";
	struct str origin, row;

	for (list += strspn(list, dividers); *list != '\0';
	     list += row.n + strspn(list + row.n, dividers)) {
		row = (struct str){ list, strcspn(list, dividers) };
		if (!str_eq(row, STR("*")) && !valid_origin(pool, row, &origin))
			return false;
	}
	return true;
}

/* Rules that one row alone cannot say. */
static enum err_code check_together(
    const char *path, const struct settings *s, struct err *err)
{
	enum err_code code = ERR_OK;
	struct pool *pool = pool_new();

	if (s->base_url[0] != '\0' && !is_base_url(pool, s->base_url))
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s: base_url must be http:// or https:// and a host in "
		    "lower case, with no path and no slash at the end",
		    path);
	else if (s->db_host[0] == '\0' && s->db_socket[0] == '\0')
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s: one of db_host and db_socket must be set", path);
	else if (s->session_idle_s > s->session_max_s)
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s: session_idle_s must not be above session_max_s", path);
	else if (s->queue_max < s->max_payload)
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s: queue_max must not be below max_payload", path);
	else if ((s->tls_cert[0] == '\0') != (s->tls_key[0] == '\0'))
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s: tls_cert and tls_key must both be set, or none", path);
	else if (!are_origins(pool, s->ws_origins))
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s: ws_origins must be *, or origins such as "
		    "https://www.example.com, divided by blanks",
		    path);
	else if (!are_doorbells(s->doorbell))
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s: doorbell must be at most %d paths of at most %d bytes",
		    path, DOORBELLS, UNIX_PATH_MAX_BYTES);
	else if (!network_list_is_sound(str_of(s->outside_allow)))
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s: outside_allow must be networks such as 10.1.0.0/16, "
		    "or hosts and ports such as 127.0.0.1:3000 or "
		    "shop.example:8080, divided by blanks",
		    path);
	else if (!network_ports_are_sound(str_of(s->outside_ports)))
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s: outside_ports must be ports such as 443 or 8000-8999, "
		    "divided by blanks",
		    path);
	else if (s->daemon_dead_ms < 2 * s->daemon_beat_ms)
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s: daemon_dead_ms must be at least twice daemon_beat_ms",
		    path);
	pool_free(&pool);
	return code;
}

/* The file to read when the caller names none. */
static const char *path_of(const char *path)
{
	const char *env = getenv("BARAZA_CONF");

	if (path != NULL)
		return path;
	return env != NULL && env[0] != '\0' ? env : PATH_DEFAULT;
}

enum err_code settings_read(
    const char *path, struct settings *s, struct err *err)
{
	enum err_code code;

	path = path_of(path);
	s->path = path;
	conf_defaults(settings_rows, settings_rows_n, s);
	code = conf_read(path, settings_rows, settings_rows_n, s, err);
	if (code == ERR_OK)
		code = check_together(path, s, err);
	if (code != ERR_OK)
		settings_fini(s);
	return code;
}

void settings_fini(struct settings *s)
{
	conf_fini(settings_rows, settings_rows_n, s);
}

int settings_main(int argc, char **argv, const char *usage,
    settings_check_fn *check, struct settings *s)
{
	const char *path = NULL;
	bool check_only = false;
	struct err err = { 0 };
	int option;

	optind = 1;
	/* '+': what stands behind the first operand is the program's own */
	while ((option = getopt(argc, argv, "+f:ncV")) != -1) {
		switch (option) {
		case 'f':
			path = optarg;
			break;
		case 'n':
			check_only = true;
			break;
		case 'c':
			conf_print(settings_rows, settings_rows_n, stdout);
			return EXIT_SUCCESS;
		case 'V':
			printf("baraza %s\n", BARAZA_VERSION);
			return EXIT_SUCCESS;
		default:
			fprintf(stderr, "usage: %s\n", usage);
			return 2;
		}
	}
	if (settings_read(path, s, &err) != ERR_OK) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_FAILURE;
	}
	if (!check_only)
		return -1;
	if (check != NULL && check(s, &err) != ERR_OK)
		fprintf(stderr, "%s: %s\n", path_of(path), err.text);
	else
		printf("%s: no fault found\n", path_of(path));
	settings_fini(s);
	return err.code == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
