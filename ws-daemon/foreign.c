/*
 * foreign.c: pages of other sites: whose conversations they may use
 *
 * The widget lives in an iframe of ours, so its Origin is ours and nothing here
 * costs it anything. A page that connects by itself sends its own Origin, and
 * the allow-list of the integration holds for it as it does for the iframe:
 * at CONNECT when it names the integration, and with the first event of each
 * conversation in any case.
 */
/* SPDX-License-Identifier: MIT */
#include "foreign.h"

#include "base/log.h"
#include "base/settings.h"
#include "chat/site.h"
#include "drops.h"
#include "event.h"
#include "jobs.h"
#include "origin.h"
#include "peer.h"
#include "wsd.h"

/* Conversations that are remembered as allowed; a visitor has one. */
#define KNOWN_MAX 8

struct foreign {
	char *origin;
	struct id known[KNOWN_MAX];
	unsigned n;
};

static bool is_foreign(const struct sio_socket *s)
{
	return !origin_is_ours(
	    sio_handshake(s), str_of(wsd.settings->base_url));
}

struct foreign *foreign_new(const struct sio_socket *s)
{
	struct str origin = sio_handshake(s)->origin;
	struct foreign *f;

	if (!is_foreign(s))
		return NULL;
	f = mem_new(sizeof(*f));
	f->origin = mem_new(origin.n + 1);
	memcpy(f->origin, origin.p, origin.n);
	return f;
}

void foreign_free(struct foreign **f)
{
	if (*f)
		free((*f)->origin);
	free(*f);
	*f = NULL;
}

bool foreign_allows(const struct foreign *f, struct id conversation_id)
{
	if (!f)
		return true;
	for (unsigned i = 0; i < MIN_OF(f->n, KNOWN_MAX); i++)
		if (id_eq(f->known[i], conversation_id))
			return true;
	return false;
}

/* One event and the question that it waits for. */
struct ask_job {
	struct job job;
	uint64_t handle;
	struct id conversation_id;
	struct str origin;
	struct str args;
	bool has_ack;
	uint64_t ack_id;
};

static void run_ask(struct job *job, struct worker *worker)
{
	struct ask_job *a = LIST_OF(job, struct ask_job, job);

	job->result = site_check_conversation(
	    worker->db, job->pool, a->conversation_id, a->origin, &job->err);
}

static void done_ask(struct job *job)
{
	struct ask_job *a = LIST_OF(job, struct ask_job, job);
	struct sio_socket *s = sio_find(a->handle);
	struct peer *p = peer_find(a->handle);
	struct sio_event ev = {
		.pool = job->pool,
		.has_ack = a->has_ack,
		.ack_id = a->ack_id,
	};

	if (!s || !p)
		return;
	p->deferred--;
	if (job->result == ERR_OK && p->foreign)
		p->foreign->known[p->foreign->n++ % KNOWN_MAX] =
		    a->conversation_id;
	else if (job->result == ERR_FORBIDDEN)
		drops_count(DROP_EVENT_ORIGIN);
	if (json_parse(job->pool, a->args, &ev.args, NULL) != ERR_OK)
		return;
	ev.name = json_str(json_at(ev.args, 0));
	event_resume(s, &ev, &job->err);
}

void foreign_ask(
    struct peer *p, const struct sio_event *ev, struct id conversation_id)
{
	struct ask_job *a = jobs_new(sizeof(*a), run_ask, done_ask);

	a->handle = p->handle;
	a->conversation_id = conversation_id;
	a->origin = str_copy(a->job.pool, str_of(p->foreign->origin));
	a->args = json_text(a->job.pool, ev->args);
	a->has_ack = ev->has_ack;
	a->ack_id = ev->ack_id;
	/* What comes meanwhile waits behind it: peer_defer. */
	p->deferred++;
	jobs_add(peer_job_key(p->handle), &a->job);
}

struct named_job {
	struct job job;
	uint64_t handle;
	struct str token;
	struct str origin; /* empty: ours, or none */
	void (*go_on)(struct sio_socket *s);
};

static void run_named(struct job *job, struct worker *worker)
{
	struct named_job *n = LIST_OF(job, struct named_job, job);

	job->result = site_check_token(
	    worker->db, job->pool, n->token, n->origin, &job->err);
}

static void done_named(struct job *job)
{
	struct named_job *n = LIST_OF(job, struct named_job, job);
	struct sio_socket *s = sio_find(n->handle);

	if (!s)
		return;
	if (job->result == ERR_FORBIDDEN) {
		drops_count(DROP_ORIGIN);
		sio_refuse(s, "Origin not allowed", STR_EMPTY);
		return;
	}
	/* Without a database: clients do not come back by themselves after a
	 * refusal, and each conversation is asked about again. */
	if (job->result != ERR_OK)
		log_warn("origin_not_checked sid=%.*s why=\"%s\"",
		    STR_ARG(sio_id(s)), job->err.text);
	n->go_on(s);
}

static struct str named_token(
    const struct sio_handshake *hs, const struct json *auth)
{
	struct str token = json_str(json_get(auth, "embed_token"));
	struct str query = hs->query, part;

	if (token.n > 0)
		return token;
	/* A token has no character that a query would spell otherwise. */
	while (str_split(&query, '&', &part))
		if (str_starts(part, STR("embed_token=")))
			return str_from(part, strlen("embed_token="));
	return STR_EMPTY;
}

bool foreign_check_named(struct sio_socket *s, const struct json *auth,
    void (*go_on)(struct sio_socket *s))
{
	const struct sio_handshake *hs = sio_handshake(s);
	struct str token = named_token(hs, auth);
	struct named_job *n;

	if (token.n == 0)
		return false;
	n = jobs_new(sizeof(*n), run_named, done_named);
	n->handle = sio_handle(s);
	n->token = str_copy(n->job.pool, token);
	if (is_foreign(s))
		n->origin = str_copy(n->job.pool, hs->origin);
	n->go_on = go_on;
	jobs_add(peer_job_key(n->handle), &n->job);
	return true;
}
