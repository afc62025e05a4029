/* test_bounds.c: the settings reach each layer, and their defaults are one */
/* SPDX-License-Identifier: MIT */
#include "bounds.h"

#include "base/settings.h"
#include "eio.h"
#include "transport.h"
#include "unit.h"

static struct settings s;

static int setup(void)
{
	conf_defaults(settings_rows, settings_rows_n, &s);
	return 0;
}

static int teardown(void)
{
	settings_fini(&s);
	return 0;
}

#define SAME(field) CU_ASSERT(unit_case(conf.field == usual.field, 0, #field))

/* Who tests the layer alone tests what is installed. */
static void the_protocol_layer_has_the_same_defaults(void)
{
	const struct eio_conf usual = EIO_CONF_DEFAULT;
	struct eio_conf conf = { 0 };

	bounds_protocol(&s, &conf);
	SAME(ping_interval_ms);
	SAME(ping_timeout_ms);
	SAME(upgrade_timeout_ms);
	SAME(connect_timeout_ms);
	SAME(attachments_timeout_ms);
	SAME(noop_pause_ms);
	SAME(close_poll_ms);
	SAME(close_ws_ms);
	SAME(max_payload);
	SAME(attachments_max);
	SAME(attachments_bytes_max);
	SAME(post_packets_max);
	SAME(poll_packets_max);
	SAME(poll_bytes_max);
	SAME(queue_max);
	SAME(rooms_max);
	SAME(namespaces_max);
	SAME(namespace_max);
	SAME(json_depth_max);
}

static void the_transport_has_the_same_defaults(void)
{
	const struct transport_conf usual = { TRANSPORT_LIMITS };
	struct transport_conf conf = { 0 };

	bounds_transport(&s, &conf);
	SAME(header_timeout_ms);
	SAME(keepalive_timeout_ms);
	SAME(answer_timeout_ms);
	SAME(close_timeout_ms);
	SAME(watch_ms);
	SAME(headers_max);
	SAME(rx_buffer);
	SAME(send_buffer);
	SAME(discard_max);
	SAME(files_max);
	SAME(packet_refill_ms);
	SAME(accept_refill_ms);
}

static CU_TestInfo tests[] = {
	{ "the protocol layer has the defaults of the settings",
	    the_protocol_layer_has_the_same_defaults },
	{ "so has the transport", the_transport_has_the_same_defaults },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_bounds = { "bounds", setup, teardown, NULL, NULL, tests };
