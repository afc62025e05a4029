/* presence.h: which agents are there */
/* SPDX-License-Identifier: MIT */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "base/id.h"

struct json_out;

/* One more connection of the agent; the first one makes it online. */
void presence_add(struct id workspace_id, struct id user_id);
/* One less; without any for presence_grace_ms it goes offline. */
void presence_del(struct id user_id);
bool presence_is_online(struct id user_id);
/* The ids of a workspace's online agents as items of the open array. */
void presence_put(struct json_out *j, struct id workspace_id);
/* Forgets all, says nothing. */
/* Agents who are online, of all workspaces. */
size_t presence_count(void);
void presence_fini(void);

#endif
