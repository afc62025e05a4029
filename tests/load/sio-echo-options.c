/* sio-echo-options.c: every setting of the protocol layer on a command line */
/* SPDX-License-Identifier: MIT */
#include "sio-echo.h"

enum kind { TEXT, INT64, INT, SIZE, UNSIGNED, YES };

#define AT(field) offsetof(struct echo_options, field)

/* clang-format off */
static const struct row {
	const char *name;
	enum kind kind;
	size_t at;
} rows[] = {
	{ "host", TEXT, AT(transport.host) },
	{ "port", INT, AT(transport.port) },
	{ "path", TEXT, AT(transport.path) },
	{ "cors", TEXT, AT(protocol.cors) },
	{ "tls-cert", TEXT, AT(transport.tls_cert) },
	{ "tls-key", TEXT, AT(transport.tls_key) },
	{ "tls-ciphers", TEXT, AT(transport.tls_ciphers) },
	{ "trust-proxy", YES, AT(transport.trust_proxy) },
	{ "ping-interval", INT64, AT(protocol.ping_interval_ms) },
	{ "ping-timeout", INT64, AT(protocol.ping_timeout_ms) },
	{ "connect-timeout", INT64, AT(protocol.connect_timeout_ms) },
	{ "upgrade-timeout", INT64, AT(protocol.upgrade_timeout_ms) },
	{ "attachments-timeout", INT64, AT(protocol.attachments_timeout_ms) },
	{ "noop-pause", INT64, AT(protocol.noop_pause_ms) },
	{ "close-poll", INT64, AT(protocol.close_poll_ms) },
	{ "close-ws", INT64, AT(protocol.close_ws_ms) },
	{ "max-payload", SIZE, AT(protocol.max_payload) },
	{ "queue-max", SIZE, AT(protocol.queue_max) },
	{ "attachments-max", SIZE, AT(protocol.attachments_max) },
	{ "attachments-bytes-max", SIZE, AT(protocol.attachments_bytes_max) },
	{ "post-packets-max", SIZE, AT(protocol.post_packets_max) },
	{ "poll-packets-max", SIZE, AT(protocol.poll_packets_max) },
	{ "poll-bytes-max", SIZE, AT(protocol.poll_bytes_max) },
	{ "acks-max", SIZE, AT(protocol.acks_max) },
	{ "namespaces-max", SIZE, AT(protocol.namespaces_max) },
	{ "namespace-max", SIZE, AT(protocol.namespace_max) },
	{ "rooms-max", UNSIGNED, AT(protocol.rooms_max) },
	{ "json-depth-max", UNSIGNED, AT(protocol.json_depth_max) },
	{ "header-timeout", INT64, AT(transport.header_timeout_ms) },
	{ "keepalive-timeout", INT64, AT(transport.keepalive_timeout_ms) },
	{ "answer-timeout", INT64, AT(transport.answer_timeout_ms) },
	{ "poll-watch", INT64, AT(transport.watch_ms) },
	{ "accept-burst", INT64, AT(transport.accept_burst) },
	{ "accept-refill", INT64, AT(transport.accept_refill_ms) },
	{ "packet-burst", INT64, AT(transport.packet_burst) },
	{ "packet-refill", INT64, AT(transport.packet_refill_ms) },
	{ "files-max", INT64, AT(transport.files_max) },
	{ "files-reserve", INT64, AT(transport.files_reserve) },
	{ "connections-max", INT64, AT(transport.connections_max) },
	{ "headers-max", SIZE, AT(transport.headers_max) },
	{ "rx-buffer", SIZE, AT(transport.rx_buffer) },
	{ "send-buffer", SIZE, AT(transport.send_buffer) },
	{ "discard-max", SIZE, AT(transport.discard_max) },
	{ "engine", YES, AT(is_engine) },
	{ "verbose", YES, AT(is_verbose) },
	{ "log-file", TEXT, AT(log_file) },
};
/* clang-format on */

static const struct echo_options defaults = {
	.protocol = EIO_CONF_DEFAULT,
	.transport = { TRANSPORT_LIMITS, .host = "127.0.0.1",
	    .path = "/socket.io/" },
};

_Noreturn static void fail(const char *why, const char *what)
{
	fprintf(stderr, "sio-echo: %s: %s\nusage: sio-echo", why, what);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		fprintf(stderr, " [--%s%s]", rows[i].name,
		    rows[i].kind == YES	   ? ""
		    : rows[i].kind == TEXT ? " TEXT"
					   : " N");
	fputs("\nMilliseconds, bytes or a number. Prints its port, "
	      "0 being any free one.\n",
	    stderr);
	exit(2);
}

static const struct row *find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (!strcmp(name, rows[i].name))
			return &rows[i];
	return NULL;
}

static void set_number(const struct row *row, char *field, const char *text)
{
	int64_t v;

	if (!str_i64(str_of(text), 0, INT32_MAX, &v))
		fail("not a number", text);
	if (row->kind == INT64)
		*(int64_t *)(void *)field = v;
	else if (row->kind == SIZE)
		*(size_t *)(void *)field = (size_t)v;
	else if (row->kind == UNSIGNED)
		*(unsigned *)(void *)field = (unsigned)v;
	else
		*(int *)(void *)field = (int)v;
}

static bool set(struct echo_options *o, const char *name, const char *value)
{
	const struct row *row = find(name);
	char *field;

	if (!row)
		fail("no such option", name);
	field = (char *)o + row->at;
	if (row->kind == YES) {
		*(bool *)field = true;
		return false;
	}
	if (!value)
		fail("nothing behind", name);
	if (row->kind == TEXT)
		*(const char **)(void *)field = value;
	else
		set_number(row, field, value);
	return true;
}

void echo_options_read(struct echo_options *o, int argc, char **argv)
{
	bool has_bytes = false;

	*o = defaults;
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) != 0)
			fail("no option", argv[i]);
		has_bytes |= !strcmp(argv[i], "--attachments-bytes-max");
		if (set(o, argv[i] + 2, i + 1 < argc ? argv[i + 1] : NULL))
			i++;
	}
	/* A packet may be as large in parts as in one piece. */
	if (!has_bytes)
		o->protocol.attachments_bytes_max = o->protocol.max_payload;
	o->transport.close_timeout_ms = o->protocol.close_ws_ms;
}
