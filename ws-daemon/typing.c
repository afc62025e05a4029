/* typing.c: who is writing just now */
/* SPDX-License-Identifier: MIT */
#include "typing.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/settings.h"
#include "chat/daemons.h"
#include "ev_out.h"
#include "jobs.h"
#include "life.h"
#include "room.h"
#include "timer.h"
#include "wsd.h"

#define TELL_MS 2000 /* between two words to the other daemons */

/* What the map knows it by. */
struct key {
	struct id conversation_id;
	uint8_t side;
};

struct typing {
	struct timer timer;
	struct key key;
	uint64_t handle;     /* the socket; 0: it types at another daemon */
	struct id daemon_id; /* that one */
	bool is_on;	     /* else only kept for told_ms */
	bool is_told;	     /* the others know that it is on */
	int64_t told_ms;     /* when they were told last; 0: never */
};

struct tell_job {
	struct job job;
	struct daemons_typing typing;
};

static struct map *typings; /* struct key -> struct typing */

static struct str key_bytes(const struct key *k)
{
	return str_make((const char *)k, sizeof(*k));
}

static void run_tell(struct job *job, struct worker *worker)
{
	struct tell_job *t = LIST_OF(job, struct tell_job, job);

	job->result =
	    daemons_tell_typing(worker->db, wsd.origin, &t->typing, &job->err);
}

/* A failure is no more than an indicator that others do not see. */
static void done_tell(struct job *job)
{
	if (job->result != ERR_OK)
		log_debug("typing_not_told why=\"%s\"", job->err.text);
}

static void tell_others(const struct key *key, struct str name, bool is_clear)
{
	struct tell_job *t = jobs_new(sizeof(*t), run_tell, done_tell);

	t->typing = (struct daemons_typing){
		.conversation_id = key->conversation_id,
		.side = (enum chat_sender)key->side,
		.name = str_copy(t->job.pool, name),
		.is_clear = is_clear,
	};
	/* Start and end in their order. */
	jobs_add(jobs_key(key->conversation_id), &t->job);
}

static void tell_start(struct typing *t, struct str name)
{
	int64_t now_ms = clock_mono_ms();

	if (life_others() == 0 ||
	    (t->told_ms > 0 && now_ms - t->told_ms < TELL_MS))
		return;
	t->told_ms = now_ms;
	t->is_told = true;
	tell_others(&t->key, name, false);
}

static void drop(struct typing *t)
{
	timer_stop(&t->timer);
	map_del(typings, key_bytes(&t->key));
	free(t);
}

/* Kept for a while when others were told, lest they are told too often. */
static void end(struct typing *t, bool is_silence)
{
	int64_t keep_ms =
	    t->told_ms > 0 ? t->told_ms + TELL_MS - clock_mono_ms() : 0;

	if (t->handle != 0 && t->is_told && !is_silence)
		tell_others(&t->key, STR_EMPTY, true);
	ev_out_typing_cleared(t->key.conversation_id,
	    (enum chat_sender)t->key.side, sio_find(t->handle));
	t->is_on = t->is_told = false;
	if (keep_ms > 0)
		timer_set(&t->timer, keep_ms);
	else
		drop(t);
}

static void on_timer(struct timer *timer)
{
	struct typing *t = LIST_OF(timer, struct typing, timer);

	if (t->is_on)
		end(t, true);
	else
		drop(t);
}

static struct typing *find(struct id conversation_id, enum chat_sender side)
{
	struct key key = { conversation_id, (uint8_t)side };

	return typings ? map_find(typings, key_bytes(&key)) : NULL;
}

static struct typing *find_or_new(
    struct id conversation_id, enum chat_sender side)
{
	struct typing *t = find(conversation_id, side);

	if (t)
		return t;
	if (!typings)
		typings = map_new();
	t = mem_new(sizeof(*t));
	t->key.conversation_id = conversation_id;
	t->key.side = (uint8_t)side;
	timer_init(&t->timer, on_timer);
	map_set(typings, key_bytes(&t->key), t);
	return t;
}

void typing_start(struct id conversation_id, enum chat_sender side,
    uint64_t handle, struct str name)
{
	struct typing *t = find_or_new(conversation_id, side);

	t->is_on = true;
	t->handle = handle;
	timer_set(&t->timer, wsd.settings->typing_timeout_ms);
	ev_out_typing(conversation_id, side, name, sio_find(handle));
	tell_start(t, name);
}

void typing_start_elsewhere(struct id conversation_id, enum chat_sender side,
    struct id daemon_id, struct str name)
{
	char room[EV_OUT_ROOM_SIZE];
	struct typing *t;

	/* Nobody here would see it. */
	if (room_size(ev_out_room_conversation(conversation_id, room)) == 0)
		return;
	t = find_or_new(conversation_id, side);
	t->is_on = true;
	t->handle = 0;
	t->daemon_id = daemon_id;
	timer_set(&t->timer, wsd.settings->typing_timeout_ms);
	ev_out_typing(conversation_id, side, name, NULL);
}

void typing_clear_elsewhere(
    struct id conversation_id, enum chat_sender side, struct id daemon_id)
{
	struct typing *t = find(conversation_id, side);

	if (t && t->is_on && t->handle == 0 && id_eq(t->daemon_id, daemon_id))
		end(t, false);
}

void typing_clear(
    struct id conversation_id, enum chat_sender side, uint64_t handle)
{
	struct typing *t = find(conversation_id, side);

	if (t && t->is_on && (handle == 0 || handle == t->handle))
		end(t, false);
}

size_t typing_count(void)
{
	return typings ? map_count(typings) : 0;
}

void typing_fini(void)
{
	struct str key;
	void *value;
	size_t pos = 0;

	while (typings && map_next(typings, &pos, &key, &value)) {
		struct typing *t = value;

		timer_stop(&t->timer);
		free(t);
	}
	map_free(&typings);
}
