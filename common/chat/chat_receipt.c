/* chat_receipt.c: how far each side of a conversation is */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_out.h"
#include "chat/access.h"
#include "chat/chat.h"
#include "db/db_conversation.h"
#include "db/db_notification.h"

struct receiving {
	struct pool *pool;
	const struct chat_actor *actor;
	struct id conversation_id;
	uint64_t seq;
	struct id origin;
	struct chat_delivered *delivered;
};

static bool raise_seq(uint64_t *seq, uint64_t want, uint64_t last)
{
	want = MIN_OF(want, last);
	if (want <= *seq)
		return false;
	*seq = want;
	return true;
}

enum err_code chat_receipt_raise(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, enum chat_sender side,
    const struct chat_receipt *want, struct chat_receipt *receipt_r,
    bool *is_grown_r, struct err *err)
{
	struct db_conversation_receipts all = { 0 };
	struct chat_receipt *mine =
	    side == CHAT_END_USER ? &all.visitor : &all.agent;
	enum err_code code;

	assert(db_in_transaction(db));
	code = db_conversation_lock_receipts(
	    db, pool, workspace_id, conversation_id, &all, err);
	if (code != ERR_OK)
		return code;
	*is_grown_r =
	    raise_seq(&mine->delivered_seq, want->delivered_seq, all.last_seq);
	if (raise_seq(&mine->read_seq, want->read_seq, all.last_seq))
		*is_grown_r = true;
	/* What was read has been delivered. */
	if (raise_seq(&mine->delivered_seq, mine->read_seq, all.last_seq))
		*is_grown_r = true;
	*receipt_r = *mine;
	if (!*is_grown_r)
		return ERR_OK;
	return db_conversation_set_receipts(
	    db, workspace_id, conversation_id, &all, err);
}

static enum err_code notify(
    struct db *db, const struct receiving *r, struct err *err)
{
	struct db_notification row = {
		.workspace_id = r->delivered->workspace_id,
		.conversation_id = r->conversation_id,
		.kind = "delivered",
		.origin = r->origin,
	};
	enum err_code code;
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	chat_put_delivered(
	    &j, r->conversation_id, r->actor->kind, r->delivered);
	json_out_end(&j);
	row.payload = buf_str(&b);
	code = db_notification_add(db, &row, r->delivered->delivered_at, err);
	buf_fini(&b);
	return code;
}

static enum err_code mark_in(struct db *db, void *arg, struct err *err)
{
	struct receiving *r = arg;
	struct chat_delivered *d = r->delivered;
	const struct chat_receipt want = { .delivered_seq = r->seq };
	struct chat_receipt now = { 0 };
	enum err_code code = ERR_OK;

	d->is_grown = false;
	/* For an agent the lock's own statement binds the workspace. */
	d->workspace_id = r->actor->workspace_id;
	if (r->actor->kind == CHAT_END_USER)
		code = access_conversation(db, r->pool, r->actor,
		    r->conversation_id, &d->workspace_id, err);
	if (code == ERR_OK)
		code = chat_receipt_raise(db, r->pool, d->workspace_id,
		    r->conversation_id, r->actor->kind, &want, &now,
		    &d->is_grown, err);
	d->seq = now.delivered_seq;
	if (code == ERR_OK && d->is_grown)
		code = notify(db, r, err);
	return code;
}

enum err_code chat_mark_delivered(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, uint64_t seq,
    struct id origin, struct chat_delivered *delivered_r, struct err *err)
{
	struct receiving r = {
		.pool = pool,
		.actor = actor,
		.conversation_id = conversation_id,
		.seq = seq,
		.origin = origin,
		.delivered = delivered_r,
	};
	enum err_code code;

	*delivered_r =
	    (struct chat_delivered){ .delivered_at = clock_now_us() };
	code = db_transact(db, mark_in, &r, err);
	if (code == ERR_OK && delivered_r->is_grown)
		doorbell_ring();
	return code;
}
