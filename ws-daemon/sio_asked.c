/* sio_asked.c: events of ours that a client is to answer */
/* SPDX-License-Identifier: MIT */
#include "sio_conn.h"

struct asked {
	struct list node; /* in socket->asked */
	struct sio_socket *socket;
	uint64_t id;
	struct timer late;
	sio_answer_fn *fn;
	void *data;
};

/* Forgotten first: fn may ask again, or end the socket. */
static void finish(struct asked *a, const struct sio_answer *answer)
{
	struct asked was = *a;

	list_del(&a->node);
	timer_stop(&a->late);
	was.socket->asked_count--;
	free(a);
	was.fn(was.socket, answer, was.data);
}

static void on_late(struct timer *t)
{
	finish(LIST_OF(t, struct asked, late),
	    &(struct sio_answer){ .kind = SIO_ANSWER_LATE });
}

bool sio_emit_ack_binary(struct sio_socket *s, const char *event,
    struct str args, const struct str *attachments, size_t n,
    int64_t timeout_ms, sio_answer_fn *fn, void *data)
{
	struct sio_packet *p;
	struct asked *a;

	if (!s->is_accepted || s->asked_count >= sio_conf->acks_max)
		return false;
	a = mem_new(sizeof(*a));
	a->socket = s;
	a->id = s->next_ack++;
	a->fn = fn;
	a->data = data;
	timer_init(&a->late, on_late);
	timer_set(&a->late, timeout_ms);
	list_init(&a->node);
	list_add(&s->asked, &a->node);
	s->asked_count++;

	p = sio_packet_event(s->nsp, event, &a->id, args, attachments, n);
	(void)sio_socket_send(s, p);
	sio_packet_unref(&p);
	return true;
}

bool sio_emit_ack(struct sio_socket *s, const char *event, struct str args,
    int64_t timeout_ms, sio_answer_fn *fn, void *data)
{
	return sio_emit_ack_binary(
	    s, event, args, NULL, 0, timeout_ms, fn, data);
}

void sio_asked_answer(
    struct sio_socket *s, uint64_t ack_id, const struct sio_answer *answer)
{
	struct list *node;

	list_each (node, &s->asked) {
		struct asked *a = LIST_OF(node, struct asked, node);

		if (a->id == ack_id) {
			finish(a, answer);
			return;
		}
	}
}

void sio_asked_end(struct sio_socket *s)
{
	while (!list_empty(&s->asked))
		finish(LIST_OF(s->asked.next, struct asked, node),
		    &(struct sio_answer){ .kind = SIO_ANSWER_GONE });
}
