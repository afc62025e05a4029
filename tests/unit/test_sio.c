/* test_sio.c: Socket.IO: conversations, and the rooms in them */
/* SPDX-License-Identifier: MIT */
#include "sio.h"

#include "base/buf.h"
#include "drops.h"
#include "eio.h"
#include "metrics.h"
#include "room.h"
#include "tests/fake/wire.h"
#include "timer.h"
#include "unit.h"

static struct eio_conf conf = EIO_CONF_DEFAULT;
static uint64_t last_handle;

static void on_answer(
    struct sio_socket *s, const struct sio_answer *answer, void *data)
{
	static const char *const kinds[] = { "answered", "late", "gone" };
	struct sio_packet *p;
	struct buf b;

	CU_ASSERT_PTR_EQUAL(data, &last_handle);
	fake_app_say("%s", kinds[answer->kind]);
	buf_init(&b, 0);
	buf_printf(&b, "\"%s\"", kinds[answer->kind]);
	for (size_t i = 0; i < json_count(answer->args); i++) {
		buf_byte(&b, ',');
		buf_put(&b, json_text(answer->pool, json_at(answer->args, i)));
	}
	p = sio_packet_new_binary(sio_namespace(s), "so", buf_str(&b),
	    answer->attachments, answer->attachment_count);
	sio_send(s, p);
	sio_packet_unref(&p);
	buf_fini(&b);
	if (json_count(answer->args) > 0 &&
	    json_type(json_at(answer->args, 0)) == JSON_NULL)
		sio_disconnect(s, false);
	else if (answer->kind == SIO_ANSWER_GONE)
		CU_ASSERT_FALSE(sio_emit_ack(
		    s, "question", STR_EMPTY, 1000, on_answer, &last_handle));
}

static int64_t deliveries(void)
{
	static const char name[] = "\nbaraza_deliveries_total ";
	int64_t n = -1;
	const char *at;
	struct buf b;

	buf_init(&b, 0);
	metrics_put(&b);
	buf_byte(&b, '\0');
	at = strstr(b.p, name);
	if (at)
		n = strtoll(at + sizeof(name) - 1, NULL, 10);
	buf_fini(&b);
	return n;
}

/* Whatever the program does: nothing of it goes out, or counts. */
static void tell_early(struct sio_socket *s)
{
	struct sio_packet *p =
	    sio_packet_new(sio_namespace(s), "early", STR_EMPTY);
	int64_t was = deliveries();

	CU_ASSERT_TRUE(was >= 0);
	sio_send(s, p);
	CU_ASSERT_TRUE(room_join(s, STR("early")));
	room_send(STR("early"), p, NULL);
	room_leave(s, STR("early"));
	sio_packet_unref(&p);
	sio_emit(s, "early", STR_EMPTY);
	sio_ack(s, 0, STR_EMPTY);
	CU_ASSERT_FALSE(
	    sio_emit_ack(s, "early", STR_EMPTY, 1000, on_answer, &last_handle));
	CU_ASSERT_EQUAL(deliveries(), was);
}

static void on_connect(struct sio_socket *s, const struct json *auth)
{
	struct pool *pool = pool_new();

	if (json_bool(json_get(auth, "refuse"), false)) {
		sio_refuse(s, "No.", STR("{\"code\":7}"));
	} else if (json_bool(json_get(auth, "later"), false)) {
		tell_early(s);
		last_handle = sio_handle(s);
	} else {
		fake_app_say("connect:%.*s", STR_ARG(sio_namespace(s)));
		sio_accept(s);
		sio_emit(
		    s, "hello", auth ? json_text(pool, auth) : STR("null"));
	}
	pool_free(&pool);
}

static struct str arguments(const struct sio_event *ev, size_t from)
{
	static struct buf b;

	buf_clear(&b);
	for (size_t i = from; i < json_count(ev->args); i++) {
		if (i > from)
			buf_byte(&b, ',');
		buf_put(&b, json_text(ev->pool, json_at(ev->args, i)));
	}
	return buf_str(&b);
}

static void echo(struct sio_socket *s, const struct sio_event *ev)
{
	struct sio_packet *p = sio_packet_new_binary(sio_namespace(s), "echo",
	    arguments(ev, 1), ev->attachments, ev->attachment_count);

	sio_send(s, p);
	sio_packet_unref(&p);
}

static void tell_others(struct sio_socket *s, const struct sio_event *ev)
{
	struct sio_packet *p =
	    sio_packet_new(sio_namespace(s), "told", arguments(ev, 2));

	room_send(json_str(json_at(ev->args, 1)), p, s);
	sio_packet_unref(&p);
}

static void accept_last(void)
{
	struct sio_socket *s = sio_find(last_handle);

	if (s)
		sio_accept(s);
}

static void join(
    struct sio_socket *s, struct str room, const struct sio_event *ev)
{
	bool ok = room_join(s, room);

	CU_ASSERT_EQUAL(room_has(s, room), ok);
	if (ev->has_ack)
		sio_ack(s, ev->ack_id, ok ? STR("true") : STR("false"));
}

static void ask(struct sio_socket *s, const struct sio_event *ev)
{
	if (!sio_emit_ack_binary(s, "question", arguments(ev, 1),
		ev->attachments, ev->attachment_count, 1000, on_answer,
		&last_handle))
		fake_app_say("full");
}

static void on_event(struct sio_socket *s, const struct sio_event *ev)
{
	struct str room = json_str(json_at(ev->args, 1));

	if (str_eq(ev->name, STR("echo")))
		echo(s, ev);
	else if (str_eq(ev->name, STR("ack")))
		sio_ack_binary(s, ev->ack_id, arguments(ev, 1), ev->attachments,
		    ev->attachment_count);
	else if (str_eq(ev->name, STR("ask")))
		ask(s, ev);
	else if (str_eq(ev->name, STR("kick")))
		sio_disconnect(s, false);
	else if (str_eq(ev->name, STR("lose")))
		sio_close(s);
	else if (str_eq(ev->name, STR("accept-last")))
		accept_last();
	else if (str_eq(ev->name, STR("join")))
		join(s, room, ev);
	else if (str_eq(ev->name, STR("leave")))
		room_leave(s, room);
	else if (str_eq(ev->name, STR("tell-others")))
		tell_others(s, ev);
}

static void on_disconnect(struct sio_socket *s, const char *reason)
{
	char text[64];

	CU_ASSERT_PTR_NULL(sio_find(sio_handle(s)));
	sio_emit(s, "after-the-end", STR_EMPTY);
	snprintf(text, sizeof(text), "disconnect:%s", reason);
	for (char *c = text; *c; c++)
		if (*c == ' ')
			*c = '_';
	fake_app_say("%s", text);
}

static const char *const namespaces[] = { "/", "/custom", NULL };
static const struct sio_app app = { .on_connect = on_connect,
	.on_event = on_event,
	.on_disconnect = on_disconnect,
	.namespaces = namespaces };

static void talk(const char *file)
{
	static char text[20000], path[100];

	snprintf(path, sizeof(path), "tests/data/eio-sio/%s.txt", file);
	CU_ASSERT_TRUE(unit_read(path, text, sizeof(text)).n > 0);
	conf.max_payload = 65536;
	conf.rooms_max = 3;
	conf.acks_max = 3;
	timer_start();
	sio_start(&conf, &app);
	CU_ASSERT_TRUE(fake_talk(path, text));
	sio_fini();
	CU_ASSERT_EQUAL(room_count(), 0);
}

static void connects(void)
{
	talk("connect");
}

static void refusals(void)
{
	talk("refuse");
}

static void binary(void)
{
	talk("binary");
}

static void asks(void)
{
	talk("ask");
}

static void rooms(void)
{
	talk("rooms");
}

static void limits(void)
{
	uint64_t names = drops_get(DROP_NAMESPACES);
	uint64_t attachments = drops_get(DROP_ATTACHMENTS);

	conf.namespaces_max = 3;
	conf.namespace_max = 8;
	conf.json_depth_max = 4;
	conf.attachments_max = 2;
	conf.attachments_bytes_max = 5;
	conf.attachments_timeout_ms = 1000;
	talk("limits");
	conf = (struct eio_conf)EIO_CONF_DEFAULT;
	CU_ASSERT_EQUAL(drops_get(DROP_NAMESPACES), names + 1);
	CU_ASSERT_EQUAL(drops_get(DROP_ATTACHMENTS), attachments + 3);
}

static CU_TestInfo tests[] = {
	{ "namespaces are joined and left one by one", connects },
	{ "a refused or slow CONNECT keeps the clock running", refusals },
	{ "attachments are put together and sent", binary },
	{ "the server asks, and is answered once or never", asks },
	{ "a room's packet reaches each member once", rooms },
	{ "names, depth and attachments are bounded", limits },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_sio = { "sio", NULL, NULL, NULL, NULL, tests };
