/* presence.h: which agents are there, at this daemon or at another */
/* SPDX-License-Identifier: MIT */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "base/id.h"

struct daemons_view;
struct json_out;

/* One more connection of the agent; the first one makes it online. */
void presence_add(struct id workspace_id, struct id user_id);
/* One less; without any for presence_grace_ms, and at no other daemon, it goes
 * offline. */
void presence_del(struct id user_id);
bool presence_is_online(struct id user_id);
/* The ids of a workspace's online agents as items of the open array. */
void presence_put(struct json_out *j, struct id workspace_id);

/* Who is connected to the other daemons by now. */
void presence_take(const struct daemons_view *view);
/* Writes for the others what has changed here and is not written yet. */
void presence_write(void);
/* The table holds nothing of ours: all is to be written again. */
void presence_rewrite(void);
/* Nothing is written any more. */
void presence_stop(void);
/* Agents who are online, of all workspaces. */
size_t presence_count(void);
/* Forgets all, says nothing. */
void presence_fini(void);

#endif
