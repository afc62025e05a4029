/* bounds.c: the settings that bound what clients may use, as each module wants
 * them */
/* SPDX-License-Identifier: MIT */
#include "bounds.h"

#include "address.h"
#include "base/settings.h"
#include "eio.h"
#include "transport.h"

void bounds_protocol(const struct settings *s, struct eio_conf *conf)
{
	conf->ping_interval_ms = s->ping_interval_ms;
	conf->ping_timeout_ms = s->ping_timeout_ms;
	conf->upgrade_timeout_ms = s->upgrade_timeout_ms;
	conf->connect_timeout_ms = s->connect_timeout_ms;
	conf->max_payload = (size_t)s->max_payload;
	conf->queue_max = (size_t)s->queue_max;
	conf->rooms_max = (unsigned)s->rooms_max;
	conf->attachments_timeout_ms = s->attachments_timeout_ms;
	conf->noop_pause_ms = s->noop_pause_ms;
	conf->close_poll_ms = s->close_poll_ms;
	conf->close_ws_ms = s->close_ws_ms;
	conf->attachments_max = (size_t)s->attachments_max;
	conf->attachments_bytes_max = (size_t)s->attachments_bytes_max;
	conf->post_packets_max = (size_t)s->post_packets_max;
	conf->poll_packets_max = (size_t)s->poll_packets_max;
	conf->poll_bytes_max = (size_t)s->poll_bytes_max;
	conf->namespaces_max = (size_t)s->namespaces_max;
	conf->namespace_max = (size_t)s->namespace_max;
	conf->json_depth_max = (unsigned)s->json_depth_max;
}

void bounds_transport(const struct settings *s, struct transport_conf *conf)
{
	conf->tls_cert = s->tls_cert;
	conf->tls_key = s->tls_key;
	conf->tls_ciphers = s->tls_ciphers;
	conf->header_timeout_ms = s->header_timeout_ms;
	conf->keepalive_timeout_ms = s->keepalive_timeout_ms;
	conf->answer_timeout_ms = s->answer_timeout_ms;
	conf->close_timeout_ms = s->close_ws_ms;
	conf->watch_ms = s->poll_watch_ms;
	conf->headers_max = (size_t)s->headers_max;
	conf->rx_buffer = (size_t)s->rx_buffer;
	conf->send_buffer = (size_t)s->send_buffer;
	conf->discard_max = (size_t)s->discard_max;
	conf->accept_burst = s->accept_burst;
	conf->accept_refill_ms = s->accept_refill_ms;
	conf->packet_burst = s->packet_burst;
	conf->packet_refill_ms = s->packet_refill_ms;
	conf->files_max = s->files_max;
	/* Each worker has a connection to the database; those that call out
	 * have two more: to a server, and for the look-up of its name. */
	conf->files_reserve = s->files_reserve + s->workers +
			      3 * (s->turn_workers + s->background_workers);
	conf->connections_max = s->connections_max;
}

void bounds_address(const struct settings *s, struct address_limits *limits)
{
	limits->connections_max = (size_t)s->address_connections_max;
	limits->handshake_burst = s->handshake_burst;
	limits->handshake_refill_ms = s->handshake_refill_ms;
	limits->event_burst = s->address_event_burst;
	limits->event_refill_ms = s->address_event_refill_ms;
	limits->addresses_max = (size_t)s->addresses_max;
}
