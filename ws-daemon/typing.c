/* typing.c: who is writing just now */
/* SPDX-License-Identifier: MIT */
#include "typing.h"

#include "base/map.h"
#include "base/settings.h"
#include "ev_out.h"
#include "timer.h"
#include "wsd.h"

/* What the map knows it by. */
struct key {
	struct id conversation_id;
	uint8_t side;
};

struct typing {
	struct timer timer;
	struct key key;
	uint64_t handle;
};

static struct map *typings; /* struct key -> struct typing */

static struct str key_bytes(const struct key *k)
{
	return str_make((const char *)k, sizeof(*k));
}

static void end(struct typing *t)
{
	timer_stop(&t->timer);
	map_del(typings, key_bytes(&t->key));
	ev_out_typing_cleared(t->key.conversation_id,
	    (enum chat_sender)t->key.side, sio_find(t->handle));
	free(t);
}

static void on_silence(struct timer *timer)
{
	end(LIST_OF(timer, struct typing, timer));
}

static struct typing *find(struct id conversation_id, enum chat_sender side)
{
	struct key key = { conversation_id, (uint8_t)side };

	return typings ? map_find(typings, key_bytes(&key)) : NULL;
}

void typing_start(struct id conversation_id, enum chat_sender side,
    uint64_t handle, struct str name)
{
	struct typing *t = find(conversation_id, side);

	if (!typings)
		typings = map_new();
	if (!t) {
		t = mem_new(sizeof(*t));
		t->key.conversation_id = conversation_id;
		t->key.side = (uint8_t)side;
		timer_init(&t->timer, on_silence);
		map_set(typings, key_bytes(&t->key), t);
	}
	t->handle = handle;
	timer_set(&t->timer, wsd.settings->typing_timeout_ms);
	ev_out_typing(conversation_id, side, name, sio_find(handle));
}

void typing_clear(
    struct id conversation_id, enum chat_sender side, uint64_t handle)
{
	struct typing *t = find(conversation_id, side);

	if (t && (handle == 0 || handle == t->handle))
		end(t);
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
