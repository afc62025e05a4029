/* chat_seen.c: who has read which message */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_in.h"
#include "base/json_out.h"
#include "chat/access.h"
#include "chat/chat.h"
#include "db/db_message.h"
#include "db/db_notification.h"

#define READ_BY_MAX 60000 /* bytes; the column holds 65535 */

struct reading {
	struct pool *pool;
	const struct chat_actor *actor;
	struct id conversation_id;
	struct id *ids; /* sorted, each once */
	size_t n;
	struct id origin;
	struct chat_seen *seen;
};

static int compare_ids(const void *a, const void *b)
{
	return id_cmp(*(const struct id *)a, *(const struct id *)b);
}

/* In one order, so that two readers do not wait for each other in a ring. */
static void sort_ids(struct reading *r, const struct id *ids, size_t n)
{
	size_t i;

	r->ids = pool_alloc(r->pool, n * sizeof(*r->ids));
	if (n > 0)
		memcpy(r->ids, ids, n * sizeof(*ids));
	qsort(r->ids, n, sizeof(*r->ids), compare_ids);
	for (i = 0; i < n; i++)
		if (r->n == 0 || !id_eq(r->ids[r->n - 1], r->ids[i]))
			r->ids[r->n++] = r->ids[i];
}

/*
 * read_by with the reader added. is_new_r: the reader was not in it, or was
 * put there by an earlier run of this same call.
 */
static enum err_code add_reader(struct reading *r, struct str read_by,
    struct buf *to, bool *is_new_r, struct err *err)
{
	const struct json *old = NULL, *item = NULL;
	char time[CLOCK_ISO_SIZE];
	struct str now = str_of(clock_iso(r->seen->read_at, time));
	struct json_out j;
	enum err_code code = ERR_OK;

	*is_new_r = true;
	if (read_by.n > 0)
		code = json_parse(r->pool, read_by, &old, err);
	if (code != ERR_OK)
		return code;
	json_out_init(&j, to);
	json_out_object(&j, NULL);
	while ((item = json_next(old, item)) != NULL) {
		struct str name = json_name(item);

		if (str_eq(name, r->seen->reader_id))
			*is_new_r = str_eq(json_str(item), now);
		else
			json_out_str(
			    &j, str_dup(r->pool, name), json_str(item));
	}
	json_out_str(&j, str_dup(r->pool, r->seen->reader_id), now);
	json_out_end(&j);
	return ERR_OK;
}

static enum err_code mark_one(struct db *db, struct reading *r,
    const struct chat_message *m, struct err *err)
{
	struct chat_seen *seen = r->seen;
	bool is_new = false;
	struct buf b;
	enum err_code code;

	if (m->read_by.n > READ_BY_MAX)
		return ERR_OK;
	buf_init(&b, 0);
	code = add_reader(r, m->read_by, &b, &is_new, err);
	if (code == ERR_OK && is_new) {
		code = db_message_set_read_by(
		    db, seen->workspace_id, m->id, buf_str(&b), err);
		seen->message_ids[seen->n++] = m->id;
	}
	buf_fini(&b);
	return code;
}

static bool is_of_other_side(
    const struct reading *r, const struct chat_message *m)
{
	bool is_visitors = m->sender_type == CHAT_END_USER;

	return !id_is_none(m->id) &&
	       id_eq(m->conversation_id, r->conversation_id) &&
	       is_visitors == (r->actor->kind == CHAT_AGENT);
}

static enum err_code notify(
    struct db *db, const struct reading *r, struct err *err)
{
	const struct chat_seen *seen = r->seen;
	struct db_notification row = {
		.workspace_id = seen->workspace_id,
		.conversation_id = r->conversation_id,
		.kind = "read",
		.origin = r->origin,
	};
	enum err_code code;
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	chat_put_read(&j, r->conversation_id, r->actor->kind, seen);
	json_out_end(&j);
	row.payload = buf_str(&b);
	code = db_notification_add(db, &row, seen->read_at, err);
	buf_fini(&b);
	return code;
}

/* Behind the messages, so that the conversation is not locked for long: new
 * ones wait for it. */
static enum err_code raise_receipt(
    struct db *db, struct reading *r, uint64_t seq, struct err *err)
{
	struct chat_seen *seen = r->seen;
	const struct chat_receipt want = { .read_seq = seq };
	struct chat_receipt now = { 0 };
	enum err_code code;
	bool is_grown = false;

	code = chat_receipt_raise(db, r->pool, seen->workspace_id,
	    r->conversation_id, r->actor->kind, &want, &now, &is_grown, err);
	seen->seq = now.read_seq;
	seen->is_news = seen->is_news || is_grown;
	return code;
}

static enum err_code mark_in(struct db *db, void *arg, struct err *err)
{
	struct reading *r = arg;
	struct chat_seen *seen = r->seen;
	struct chat_message m;
	uint64_t seq = 0;
	size_t i;
	enum err_code code = access_conversation(db, r->pool, r->actor,
	    r->conversation_id, &seen->workspace_id, err);

	seen->n = 0;
	for (i = 0; i < r->n && code == ERR_OK; i++) {
		code = db_message_lock(
		    db, r->pool, seen->workspace_id, r->ids[i], &m, err);
		if (code != ERR_OK || !is_of_other_side(r, &m))
			continue;
		seq = MAX_OF(seq, m.seq);
		code = mark_one(db, r, &m, err);
	}
	if (code == ERR_OK && seq > 0 && r->actor->kind == CHAT_AGENT)
		code = db_message_set_cursor(db, seen->workspace_id,
		    r->conversation_id, r->actor->user_id, seq, seen->read_at,
		    err);
	seen->is_news = seen->n > 0;
	if (code == ERR_OK && seq > 0)
		code = raise_receipt(db, r, seq, err);
	if (code == ERR_OK && seen->is_news)
		code = notify(db, r, err);
	return code;
}

enum err_code chat_mark_read(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    const struct id *message_ids, size_t n, struct id origin,
    struct chat_seen *seen_r, struct err *err)
{
	struct reading r = {
		.pool = pool,
		.actor = actor,
		.conversation_id = conversation_id,
		.origin = origin,
		.seen = seen_r,
	};
	char uuid[ID_UUID_SIZE];
	enum err_code code;

	*seen_r = (struct chat_seen){ .read_at = clock_now_us() };
	if (n > CHAT_IDS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "At most %d messages at once.", CHAT_IDS_MAX);
	seen_r->reader_id = actor->external_id;
	if (actor->kind == CHAT_AGENT)
		seen_r->reader_id =
		    str_copy(pool, str_of(id_uuid(actor->user_id, uuid)));
	seen_r->message_ids = pool_alloc(pool, n * sizeof(struct id));
	sort_ids(&r, message_ids, n);
	code = db_transact(db, mark_in, &r, err);
	if (code == ERR_OK && seen_r->is_news)
		doorbell_ring();
	return code;
}
