/* settings.h: the one table of settings that all three programs read */
/* SPDX-License-Identifier: MIT */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "base/conf.h"
#include "base/log.h"

#define SETTINGS_NAMES_MAX 4096

/*
 * Lives as long as the process. Only settings_reload changes it after
 * settings_read, and of that only what stands as LIVE in the table: numbers,
 * which other threads than the one that reloads read with settings_int, the
 * level of the log, and ws_origins, which is the loop's alone.
 */
struct settings {
	const char *path; /* the file they were read from; not owned */

	/* all programs */
	char *base_url; /* https://chat.example.com, no slash at the end */
	char *key_file; /* 32 random bytes, hex; made by barazactl */
	char *db_host;	/* empty: the socket */
	char *db_socket;
	char *db_name;
	char *db_user;
	char *db_password;
	int64_t db_port;
	char *doorbell; /* Unix datagram sockets of the daemons; empty: none */
	char *outside_allow; /* what bots may reach besides the internet */
	char *outside_ports;
	bool outside_http; /* without TLS */
	char *log_file;	   /* empty: standard error */
	enum log_level log_level;
	bool trust_proxy; /* take the client's address from X-Forwarded-For */

	/* fcgi-app */
	char *fcgi_socket;	 /* empty: descriptor 0 of the web server */
	char *www_dir;		 /* where the built pages are */
	int64_t threads;	 /* 0: 4 per core */
	int64_t waiting_threads; /* of them, for calls to others; 0: half */
	int64_t session_idle_s;
	int64_t session_max_s;
	int64_t login_fails;	  /* per account, within login_window_s */
	int64_t login_fails_addr; /* per address */
	int64_t login_window_s;
	int64_t request_burst; /* cost units per network of clients */
	int64_t request_rate;  /* of them per second */
	char *key_budget_file; /* empty: each process counts for itself */
	int64_t key_read_burst;
	int64_t key_read_rate; /* requests per second */
	int64_t key_write_burst;
	int64_t key_write_rate;
	int64_t key_cache_ms;

	int64_t attachment_max_bytes;		/* of one file */
	int64_t attachments_conversation_bytes; /* of its files together */
	int64_t attachments_workspace_bytes;
	int64_t attachment_keep_s; /* unless a message refers to it */

	int64_t mcp_servers_max;       /* per chatbot; -1: any, 0: none */
	int64_t mcp_probes_per_minute; /* per API key */
	int64_t widgets_max;	       /* per workspace; -1: any */
	int64_t blueprints_max;	       /* the same */

	/* ws-daemon */
	char *ws_host;
	int64_t ws_port;
	char *ws_origins; /* handshake allow-list; "*" for any */
	int64_t workers;
	int64_t turn_workers;
	int64_t background_workers;
	int64_t group_max; /* messages stored by one transaction */
	int64_t ping_interval_ms;
	int64_t ping_timeout_ms;
	int64_t upgrade_timeout_ms;
	int64_t connect_timeout_ms;
	int64_t max_payload; /* bytes per packet and per POST */
	int64_t queue_max;   /* bytes waiting for one connection */
	int64_t rooms_max;   /* per connection */
	char *tls_cert;	     /* PEM files; both empty: no TLS */
	char *tls_key;
	char *tls_ciphers;
	int64_t connections_max; /* 0: what open files allow */
	int64_t files_max;
	int64_t files_reserve;
	int64_t address_connections_max; /* per network of clients */
	int64_t handshake_burst;
	int64_t handshake_refill_ms;
	int64_t address_event_burst; /* cost units */
	int64_t address_event_refill_ms;
	int64_t addresses_max;
	int64_t visitors_max;
	int64_t header_timeout_ms;
	int64_t keepalive_timeout_ms;
	int64_t answer_timeout_ms;
	int64_t close_poll_ms;
	int64_t close_ws_ms;
	int64_t noop_pause_ms;
	int64_t poll_watch_ms;
	int64_t attachments_timeout_ms;
	int64_t attachments_max;
	int64_t attachments_bytes_max;
	int64_t post_packets_max;
	int64_t accept_burst; /* 0: any */
	int64_t accept_refill_ms;
	int64_t packet_burst; /* WebSocket messages per connection; 0: any */
	int64_t packet_refill_ms;
	int64_t poll_packets_max;
	int64_t poll_bytes_max;
	int64_t namespaces_max;
	int64_t namespace_max;
	int64_t json_depth_max;
	int64_t headers_max;
	int64_t rx_buffer;
	int64_t send_buffer;
	int64_t discard_max;
	int64_t typing_timeout_ms;
	int64_t presence_grace_ms;
	int64_t feed_poll_ms;
	int64_t feed_grace_ms;
	int64_t daemon_beat_ms;	   /* between the signs of life of a daemon */
	int64_t daemon_dead_ms;	   /* without one it counts as dead */
	int64_t message_burst;	   /* per external_id */
	int64_t message_refill_ms; /* one message each */
	int64_t event_burst;	   /* cost units per connection */
	int64_t event_refill_ms;
	int64_t turn_lease_s;
	int64_t turn_max_s;	/* for the calls of one turn */
	int64_t flow_idle_s;	/* a flow's state is forgotten; 0: never */
	int64_t chat_session_s; /* of silence end a session of the Chat API */
	int64_t feed_retention_s;
};

extern const struct conf_row settings_rows[];
extern const size_t settings_rows_n;

/*
 * Defaults, then the file at path. The first of: path argument, environment
 * BARAZA_CONF, /etc/baraza/baraza.conf.
 */
MUST_CHECK enum err_code settings_read(
    const char *path, struct settings *s, struct err *err);
void settings_fini(struct settings *s);

/* A number that may change meanwhile, as any thread may read it. */
static inline int64_t settings_int(const int64_t *field)
{
	return __atomic_load_n(field, __ATOMIC_RELAXED);
}

/* Names of rows divided by commas; empty when there are none. There is room
 * for all of them. */
struct settings_changes {
	char live[SETTINGS_NAMES_MAX];	  /* in force now */
	char restart[SETTINGS_NAMES_MAX]; /* read when a program starts */
};

/*
 * Reads the file of *s again and takes the live rows over when all of it is
 * right; otherwise nothing changes and err says why.
 */
MUST_CHECK enum err_code settings_reload(
    struct settings *s, struct settings_changes *changes_r, struct err *err);

/*
 * The options that all programs share: -f FILE, -n (check the file and exit),
 * -c (print the commented example and exit), -V. Returns the exit status to
 * leave with, or -1 to go on with *s filled; getopt's optind is then the index
 * of the first operand in argv. Anything that it has to say is printed. check
 * (NULL: none) looks at what the program needs besides, for -n.
 */
typedef enum err_code settings_check_fn(
    const struct settings *s, struct err *err);
int settings_main(int argc, char **argv, const char *usage,
    settings_check_fn *check, struct settings *s);

#endif
