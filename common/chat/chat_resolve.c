/* chat_resolve.c: ends the open session, sets its tags */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_in.h"
#include "base/json_out.h"
#include "base/valid.h"
#include "chat/access.h"
#include "chat/chat.h"
#include "db/db_conversation.h"
#include "db/db_notification.h"
#include "db/db_session.h"

struct resolving {
	struct pool *pool;
	const struct chat_actor *actor;
	struct id conversation_id;
	struct str tags; /* checked; empty: keep */
	struct id origin;
	bool is_end; /* resolve, not only tag */
	/* One per call: a second run, after a COMMIT whose answer was lost,
	 * knows its own effect by it. */
	int64_t now;
	struct chat_resolved *done;
};

/* Appends a tag unless it is there. */
static enum err_code add_tag(
    struct str *tags, size_t *n, const struct json *item, struct err *err)
{
	struct str tag = str_trim(json_str(item));
	size_t i;

	if (json_type(item) != JSON_STRING || tag.n == 0 ||
	    !valid_text(tag, false) || valid_utf8_count(tag) > CHAT_TAG_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "A tag is text of 1 to %d characters.", CHAT_TAG_MAX);
	for (i = 0; i < *n; i++)
		if (str_eq(tags[i], tag))
			return ERR_OK;
	if (*n == CHAT_TAGS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "There can be at most %d tags.", CHAT_TAGS_MAX);
	tags[(*n)++] = tag;
	return ERR_OK;
}

static struct str put_tags(struct pool *pool, const struct str *tags, size_t n)
{
	struct json_out j;
	struct str text;
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_array(&j, NULL);
	for (i = 0; i < n; i++)
		json_out_str(&j, NULL, tags[i]);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

enum err_code chat_tags_check(
    struct pool *pool, struct str json, struct str *tags_r, struct err *err)
{
	struct str tags[CHAT_TAGS_MAX];
	const struct json *list, *item = NULL;
	size_t n = 0;
	enum err_code code = json_parse(pool, json, &list, err);

	if (code == ERR_OK && json_type(list) != JSON_ARRAY)
		return err_set(
		    err, ERR_BAD_REQUEST, "tags must be an array of texts.");
	while (code == ERR_OK && (item = json_next(list, item)) != NULL)
		code = add_tag(tags, &n, item, err);
	if (code == ERR_OK)
		*tags_r = put_tags(pool, tags, n);
	return code;
}

static enum err_code notify(
    struct db *db, const struct resolving *r, struct err *err)
{
	struct db_notification row = {
		.workspace_id = r->done->workspace_id,
		.conversation_id = r->conversation_id,
		.kind = r->is_end ? "resolved" : "tagged",
		.origin = r->origin,
	};
	enum err_code code;
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_uuid(&j, "conversation_id", row.conversation_id);
	json_out_uuid(&j, "session_id", r->done->session_id);
	json_out_json(&j, "tags", r->done->tags);
	json_out_end(&j);
	row.payload = buf_str(&b);
	code = db_notification_add(db, &row, r->now, err);
	buf_fini(&b);
	return code;
}

/* No session is open, or another than an earlier run of this call ended. */
static enum err_code see_own_effect(
    struct db *db, struct resolving *r, struct err *err)
{
	struct chat_resolved *done = r->done;
	struct chat_session session;
	enum err_code code;

	if (id_is_none(done->session_id))
		return err_set(
		    err, ERR_CONFLICT, "The conversation has no open session.");
	code = db_session_get(db, r->pool, done->workspace_id,
	    r->conversation_id, done->session_id, &session, err);
	if (code != ERR_OK)
		return code;
	if (session.resolved_at != r->now)
		return err_set(err, ERR_CONFLICT,
		    "The conversation has been resolved by another.");
	done->tags = session.tags;
	done->resolved_at = session.resolved_at;
	return ERR_OK;
}

/* The session's row: tags, and the end of it. */
static enum err_code change_session(
    struct db *db, struct resolving *r, struct err *err)
{
	struct chat_resolved *done = r->done;
	struct chat_session session;
	enum err_code code = db_session_get(db, r->pool, done->workspace_id,
	    r->conversation_id, done->session_id, &session, err);

	if (code != ERR_OK)
		return code;
	done->tags = session.tags;
	if (r->tags.n > 0) {
		done->tags = r->tags;
		code = db_session_set_tags(
		    db, done->workspace_id, done->session_id, r->tags, err);
	}
	if (code == ERR_OK && r->is_end)
		code = db_session_resolve(db, done->workspace_id,
		    done->session_id, r->actor->user_id, r->now, err);
	return code;
}

/* All that changes; the row of head is locked. at: its updated_at. */
static enum err_code end_in(struct db *db, struct resolving *r,
    struct db_conversation_head *head, int64_t at, struct err *err)
{
	struct chat_resolved *done = r->done;
	enum err_code code;

	done->session_id = head->open_session_id;
	code = change_session(db, r, err);
	if (r->is_end) {
		done->resolved_at = r->now;
		head->open_session_id = ID_NONE;
		head->assigned_agent_id = ID_NONE;
		head->is_waiting = false;
		head->is_handed_off = false;
	}
	if (code == ERR_OK)
		code = db_conversation_set(
		    db, done->workspace_id, r->conversation_id, head, at, err);
	if (code == ERR_OK)
		code = notify(db, r, err);
	return code;
}

enum err_code chat_end_in(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id,
    struct db_conversation_head *head, int64_t at, int64_t now, struct err *err)
{
	static const struct chat_actor nobody = { .kind = CHAT_BOT };
	struct chat_resolved done = { .workspace_id = workspace_id };
	struct resolving r = {
		.pool = pool,
		.actor = &nobody,
		.conversation_id = conversation_id,
		.is_end = true,
		.now = now,
		.done = &done,
	};

	assert(db_in_transaction(db));
	return end_in(db, &r, head, at, err);
}

static enum err_code resolve_in(struct db *db, void *arg, struct err *err)
{
	struct resolving *r = arg;
	struct chat_resolved *done = r->done;
	struct db_conversation_head head;
	enum err_code code;

	code = db_conversation_lock(
	    db, r->pool, done->workspace_id, r->conversation_id, &head, err);
	if (code != ERR_OK)
		return code;
	if (id_is_none(head.open_session_id) ||
	    (!id_is_none(done->session_id) &&
		!id_eq(done->session_id, head.open_session_id)))
		return see_own_effect(db, r, err);
	return end_in(db, r, &head, r->now, err);
}

static enum err_code run(
    struct db *db, struct resolving *r, struct str tags, struct err *err)
{
	enum err_code code = access_agent(r->actor, err);

	/* Resolving may keep the tags, tagging is about nothing else. */
	if (code == ERR_OK && (tags.n > 0 || !r->is_end))
		code = chat_tags_check(r->pool, tags, &r->tags, err);
	if (code != ERR_OK)
		return code;
	r->now = clock_now_us();
	*r->done = (struct chat_resolved){
		.workspace_id = r->actor->workspace_id,
	};
	code = db_transact(db, resolve_in, r, err);
	if (code == ERR_OK)
		doorbell_ring();
	return code;
}

enum err_code chat_resolve(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, struct str tags,
    struct id origin, struct chat_resolved *resolved_r, struct err *err)
{
	struct resolving r = {
		.pool = pool,
		.actor = actor,
		.conversation_id = conversation_id,
		.origin = origin,
		.is_end = true,
		.done = resolved_r,
	};

	return run(db, &r, tags, err);
}

enum err_code chat_tag(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, struct str tags,
    struct id origin, struct chat_resolved *tagged_r, struct err *err)
{
	struct resolving r = {
		.pool = pool,
		.actor = actor,
		.conversation_id = conversation_id,
		.origin = origin,
		.done = tagged_r,
	};

	return run(db, &r, tags, err);
}
