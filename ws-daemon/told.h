/* told.h: which of our own changes live clients have been told of */
/* SPDX-License-Identifier: MIT */
#ifndef TOLD_H
#define TOLD_H

#include "base/id.h"

#define TOLD_MAX 65536 /* notes kept; the oldest go first */
#define TOLD_MS	 20000 /* age at which a note is forgotten */

enum told_by { TOLD_BY_JOB, TOLD_BY_FEED };

/*
 * What this daemon writes comes by twice: with the end of the job that wrote
 * it, and as a row of the feed, in either order. True for whoever comes first:
 * it tells the clients. False for the other, which has nothing left to do. A
 * job whose COMMIT was carried out while the answer was lost does not come at
 * all; then the feed is the first.
 *
 * kind is the row's. number tells changes of one kind in one conversation
 * apart: the seq of a message, the time of the others in microseconds, 0 where
 * one is as good as another. On the loop only.
 */
bool told_is_first(enum told_by by, const char *kind, struct id conversation_id,
    uint64_t number);
/* Notes kept now. */
size_t told_count(void);
void told_fini(void);

#endif
