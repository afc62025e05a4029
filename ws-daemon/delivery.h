/* delivery.h: each message once to each member, in the order of seq */
/* SPDX-License-Identifier: MIT */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "base/list.h"
#include "chat/model.h"

struct peer;
struct delivery;

/*
 * A socket in a conversation. cursor is the seq up to which its client has
 * everything, so a member that joined with newer messages than the others
 * have heard of gets none of them twice.
 */
struct member {
	struct list of_delivery;
	struct list of_peer;
	struct delivery *delivery;
	struct peer *peer;
	struct id conversation_id;
	uint64_t cursor;
	enum chat_sender side;
	char *external_id; /* heap; end users */
};

/*
 * A join on its way: between its begin and its end the conversation notes what
 * passes by, so that nothing falls between the reading and the joining.
 * Embedded in the joiner's job.
 */
struct delivery_join {
	struct list node;
	struct delivery *delivery;
	uint64_t handle;
	bool is_cancelled; /* the socket left before it was in */
};

void delivery_join_begin(
    struct delivery_join *j, struct id conversation_id, uint64_t handle);
/*
 * The joiner has read everything up to upto. True: there is more by now, read
 * again from upto and ask again.
 */
bool delivery_join_is_behind(const struct delivery_join *j, uint64_t upto);
/* Up to here everything is on the disk of the database, as members have been
 * told or may be told. */
uint64_t delivery_join_known(const struct delivery_join *j);
/* Without a member: it failed, was cancelled or the socket is gone. */
void delivery_join_drop(struct delivery_join *j);
/*
 * Makes peer a member that has everything up to upto, or up to what was
 * delivered when that is more. A second membership of the same socket replaces
 * the first. NULL when the socket is in too many rooms.
 */
struct member *delivery_join_end(struct delivery_join *j, struct peer *peer,
    struct id workspace_id, uint64_t upto);

/* Leaves: the room too, and joins of that socket on their way are cancelled. */
void delivery_leave(struct peer *peer, struct id conversation_id);
/* All that belongs to m; for a socket that is gone. */
void delivery_del(struct member *m);

/*
 * A committed message, from whichever side it was heard of. What was delivered
 * before is passed over; what is ahead of its turn makes the missing ones be
 * read from the database.
 */
void delivery_message(const struct chat_message *m);

/*
 * How far a side's clients have received: what is stored is no less than what
 * was noted. Kept while there are members; 0 when nothing is known. Who may
 * hear of it is the caller's to check: workspace_id_r is the conversation's, or
 * none.
 */
void delivery_note_received(
    struct id conversation_id, enum chat_sender side, uint64_t seq);
uint64_t delivery_received(struct id conversation_id, enum chat_sender side,
    struct id *workspace_id_r);

/* Conversations with members or joiners. */
size_t delivery_count(void);

#endif
