/* events.c: the table of what clients may say */
/* SPDX-License-Identifier: MIT */
#include "events.h"

#define EVENT_BOTH (EVENT_END_USER | EVENT_AGENT)

/* clang-format off */
const struct event events[] = {
	{ "send_message",       EVENT_BOTH,   4,
	    FIELD_CONVERSATION | FIELD_SIDE | FIELD_MESSAGE,
	    ev_message_send, true },
	{ "claim_conversation", EVENT_AGENT,  4,
	    FIELD_CONVERSATION, ev_claim, true },
	{ "join_conversation",  EVENT_BOTH,   2,
	    FIELD_CONVERSATION | FIELD_SIDE | FIELD_SINCE, ev_join, false },
	{ "leave_conversation", EVENT_ANYONE, 1,
	    FIELD_CONVERSATION, ev_join_leave, false },
	{ "join_queue",         EVENT_AGENT,  1,
	    FIELD_CURSOR, ev_queue_join, false },
	{ "join_org_presence",  EVENT_AGENT,  1,
	    FIELD_NONE, ev_queue_join_presence, false },
	{ "user_typing",        EVENT_BOTH,   1,
	    FIELD_CONVERSATION | FIELD_SIDE, ev_typing, true },
	{ "mark_read",          EVENT_BOTH,   2,
	    FIELD_CONVERSATION | FIELD_SIDE | FIELD_IDS, ev_read, false },
	{ "mark_delivered",     EVENT_BOTH,   1,
	    FIELD_CONVERSATION | FIELD_SIDE | FIELD_SEQ, ev_delivered, false },
};
/* clang-format on */

const size_t events_n = COUNT_OF(events);

const struct event *events_find(struct str name)
{
	size_t i;

	for (i = 0; i < events_n; i++)
		if (str_eq(name, str_of(events[i].name)))
			return &events[i];
	return NULL;
}

/* A bot does not speak here. */
static enum err_code read_side(
    struct json_fields *jf, struct event_fields *f, struct err *err)
{
	struct str side = json_fields_str(jf, "sender_type", 0, 16);

	f->external_id =
	    json_fields_bytes(jf, "external_id", 0, CHAT_EXTERNAL_ID_MAX);
	if (side.n == 0)
		return ERR_OK;
	if (!chat_sender_parse(side, &f->side) || f->side == CHAT_BOT)
		return err_set(err, ERR_BAD_REQUEST,
		    "sender_type must be end_user or agent.");
	f->has_side = true;
	return ERR_OK;
}

static enum err_code read_message(struct json_fields *jf, struct pool *pool,
    struct event_fields *f, struct err *err)
{
	const struct json *media;
	struct str type = json_fields_str(jf, "content_type", 0, 16);

	f->content = json_fields_str(jf, "content", 0, CHAT_CONTENT_MAX);
	f->client_id =
	    json_fields_bytes(jf, "client_id", 0, CHAT_CLIENT_ID_MAX);
	media = json_fields_get(jf, "rich_media", JSON_OBJECT);
	if (media)
		f->rich_media = json_text(pool, media);
	f->content_type = CHAT_TEXT;
	if (type.n > 0 && !chat_content_parse(type, &f->content_type))
		return err_set(
		    err, ERR_BAD_REQUEST, "content_type is unknown.");
	return ERR_OK;
}

static enum err_code read_ids(
    struct json_fields *jf, struct event_fields *f, struct err *err)
{
	const struct json *list =
	    json_fields_get(jf, "message_ids", JSON_ARRAY);
	const struct json *item = NULL;

	if (json_count(list) == 0 || json_count(list) > CHAT_IDS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "message_ids must be 1 to %d ids.", CHAT_IDS_MAX);
	while ((item = json_next(list, item)))
		if (!id_parse(json_str(item), &f->ids[f->n_ids++]))
			return err_set(err, ERR_BAD_REQUEST,
			    "message_ids holds something that is no id.");
	return ERR_OK;
}

static enum err_code read_seq(
    struct json_fields *jf, struct event_fields *f, struct err *err)
{
	int64_t seq = json_fields_i64(jf, "seq", 0, INT64_MAX, -1);

	if (seq < 0)
		return err_set(
		    err, ERR_BAD_REQUEST, "seq must be a whole number from 0.");
	f->seq = (uint64_t)seq;
	return ERR_OK;
}

/* False when it is absent. */
static bool read_place(
    struct json_fields *jf, const char *name, uint64_t *place_r)
{
	int64_t place = json_fields_i64(jf, name, 0, INT64_MAX, -1);

	*place_r = place >= 0 ? (uint64_t)place : 0;
	return place >= 0;
}

enum err_code events_read_fields(const struct event *row,
    const struct json *payload, struct pool *pool, struct event_fields *f,
    struct err *err)
{
	struct json_fields jf;
	enum err_code code = ERR_OK;

	memset(f, 0, sizeof(*f));
	if (row->fields == FIELD_NONE ||
	    (row->fields == FIELD_CURSOR && json_type(payload) != JSON_OBJECT))
		return ERR_OK;
	if (json_type(payload) != JSON_OBJECT)
		return err_set(
		    err, ERR_BAD_REQUEST, "The payload must be an object.");
	json_fields_init(&jf, payload);
	if (row->fields & FIELD_CONVERSATION)
		json_fields_id(
		    &jf, "conversation_id", true, f->conversation_id.b);
	if (row->fields & FIELD_SIDE)
		code = read_side(&jf, f, err);
	if (code == ERR_OK && row->fields & FIELD_MESSAGE)
		code = read_message(&jf, pool, f, err);
	if (code == ERR_OK && row->fields & FIELD_IDS)
		code = read_ids(&jf, f, err);
	if (row->fields & FIELD_SINCE)
		f->has_since = read_place(&jf, "since_seq", &f->since_seq);
	if (row->fields & FIELD_CURSOR)
		f->has_cursor = read_place(&jf, "since", &f->cursor);
	if (code == ERR_OK && row->fields & FIELD_SEQ)
		code = read_seq(&jf, f, err);
	/* The first fault is told, whichever of the two noticed it. */
	if (code != ERR_OK)
		return code;
	return json_fields_end(&jf, err);
}
