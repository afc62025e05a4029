/* share.h: how many threads the turns of one workspace may hold */
/* SPDX-License-Identifier: MIT */
#ifndef SHARE_H
#define SHARE_H

#include "base/id.h"

/* Half of n threads, one at least, for each workspace; the others' turns go on
 * meanwhile. share_take and share_give are for any thread. */
void share_start(size_t n);
void share_stop(void);
/* False: the workspace has all that it may. */
bool share_take(struct id workspace_id);
void share_give(struct id workspace_id);
/* Whether share_take would give one now. */
bool share_has_room(struct id workspace_id);

#endif
