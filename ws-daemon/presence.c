/*
 * presence.c: which agents are there
 *
 * A page that is loaded again leaves and comes back within a second or two:
 * only who stays away for the grace is offline.
 */
/* SPDX-License-Identifier: MIT */
#include "presence.h"

#include "base/json_out.h"
#include "base/map.h"
#include "base/settings.h"
#include "ev_out.h"
#include "timer.h"
#include "wsd.h"

struct agent {
	struct timer timer; /* set while it has no connection */
	struct id id;
	struct id workspace_id;
	size_t connections;
};

static struct map *agents; /* user id -> struct agent */

static void forget(struct timer *t)
{
	struct agent *a = LIST_OF(t, struct agent, timer);

	map_del(agents, id_bytes(&a->id));
	ev_out_status(a->workspace_id, a->id, false);
	free(a);
}

void presence_add(struct id workspace_id, struct id user_id)
{
	struct agent *a;

	if (!agents)
		agents = map_new();
	a = map_find(agents, id_bytes(&user_id));
	if (a) {
		a->connections++;
		timer_stop(&a->timer);
		return;
	}
	a = mem_new(sizeof(*a));
	a->id = user_id;
	a->workspace_id = workspace_id;
	a->connections = 1;
	timer_init(&a->timer, forget);
	map_set(agents, id_bytes(&user_id), a);
	ev_out_status(workspace_id, user_id, true);
}

void presence_del(struct id user_id)
{
	struct agent *a = agents ? map_find(agents, id_bytes(&user_id)) : NULL;

	if (a && a->connections > 0 && --a->connections == 0)
		timer_set(&a->timer, wsd.settings->presence_grace_ms);
}

bool presence_is_online(struct id user_id)
{
	return agents && map_find(agents, id_bytes(&user_id));
}

void presence_put(struct json_out *j, struct id workspace_id)
{
	struct str key;
	void *value;
	size_t pos = 0;

	while (agents && map_next(agents, &pos, &key, &value)) {
		const struct agent *a = value;

		if (id_eq(a->workspace_id, workspace_id))
			json_out_uuid(j, NULL, a->id);
	}
}

size_t presence_count(void)
{
	return agents ? map_count(agents) : 0;
}

void presence_fini(void)
{
	struct str key;
	void *value;
	size_t pos = 0;

	while (agents && map_next(agents, &pos, &key, &value)) {
		struct agent *a = value;

		timer_stop(&a->timer);
		free(a);
	}
	map_free(&agents);
}
