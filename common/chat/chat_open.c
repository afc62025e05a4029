/* chat_open.c: creates or finds an end user and the conversation */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_in.h"
#include "base/valid.h"
#include "chat/chat.h"
#include "chat/identity.h"
#include "db/db_bot_state.h"
#include "db/db_contact.h"
#include "db/db_conversation.h"
#include "db/db_session.h"

#define ATTRIBUTES_MAX 16384 /* bytes of JSON */

/* One call on its way; fn may run several times. */
struct opening {
	struct pool *pool;
	const struct chat_open *in;
	struct id conversation_id;
};

static enum err_code check(
    struct pool *pool, const struct chat_open *in, struct err *err)
{
	const struct json *attributes;
	enum err_code code;

	if (in->external_id.n == 0 ||
	    in->external_id.n > CHAT_EXTERNAL_ID_MAX ||
	    !valid_text(in->external_id, false))
		return err_set(err, ERR_BAD_REQUEST,
		    "external_id must be 1 to %d bytes of text.",
		    CHAT_EXTERNAL_ID_MAX);
	if (!valid_text(in->display_name, false) ||
	    valid_utf8_count(in->display_name) > CHAT_NAME_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "The name must be text of at most %d characters.",
		    CHAT_NAME_MAX);
	if (in->attributes.n == 0)
		return ERR_OK;
	if (in->attributes.n > ATTRIBUTES_MAX)
		return err_set(
		    err, ERR_BAD_REQUEST, "The attributes are too large.");
	code = json_parse(pool, in->attributes, &attributes, err);
	if (code == ERR_OK && json_type(attributes) != JSON_OBJECT)
		return err_set(
		    err, ERR_BAD_REQUEST, "The attributes must be an object.");
	return code;
}

static enum err_code add_contact(struct db *db, const struct chat_open *in,
    struct db_contact *contact, int64_t now, struct err *err)
{
	*contact = (struct db_contact){
		.id = id_new(),
		.workspace_id = in->workspace_id,
		.integration_id = in->integration_id,
		.external_id = in->external_id,
		.display_name = in->display_name,
		.attributes = in->attributes.n > 0 ? in->attributes : STR("{}"),
		.user_key = in->user_key,
		.is_verified = in->is_verified,
	};
	return db_contact_add(db, contact, now, err);
}

/* What the page told before stays: chat_details.c. */
static struct str with_details(
    struct pool *pool, struct str fresh, struct str old)
{
	const struct json *object = NULL;
	struct err ignored;

	if (old.n == 0 || json_parse(pool, old, &object, &ignored) != ERR_OK ||
	    json_get(object, "details") == NULL)
		return fresh;
	return identity_merge(pool, fresh, json_get(object, "details"));
}

/* What is given replaces what is known, what is empty keeps it. */
static enum err_code update_contact(struct db *db, struct pool *pool,
    const struct chat_open *in, struct db_contact *contact, int64_t now,
    struct err *err)
{
	bool is_changed = false;
	struct str attributes;

	if (in->display_name.n > 0 &&
	    !str_eq(in->display_name, contact->display_name)) {
		contact->display_name = in->display_name;
		is_changed = true;
	}
	attributes = with_details(pool, in->attributes, contact->attributes);
	if (in->attributes.n > 0 && !str_eq(attributes, contact->attributes)) {
		contact->attributes = attributes;
		is_changed = true;
	}
	if (in->user_key.n > 0 && contact->user_key.n == 0) {
		contact->user_key = in->user_key;
		contact->is_verified = in->is_verified;
		is_changed = true;
	}
	return is_changed ? db_contact_set(db, contact, now, err) : ERR_OK;
}

/* Another visitor on the same device gets an id of its own. */
static bool is_of_another(
    const struct chat_open *in, const struct db_contact *contact)
{
	return in->user_key.n > 0 && contact->user_key.n > 0 &&
	       (!str_eq(in->user_key, contact->user_key) ||
		   in->is_verified != contact->is_verified);
}

static enum err_code lock_or_add(struct db *db, struct opening *o,
    struct chat_open *in, struct db_contact *contact, int64_t now,
    struct err *err)
{
	bool is_found;
	enum err_code code = db_contact_lock(db, o->pool, in->workspace_id,
	    in->integration_id, in->external_id, contact, &is_found, err);

	if (code == ERR_OK && is_found && is_of_another(in, contact)) {
		in->external_id = in->fresh_id;
		is_found = false;
	}
	if (code != ERR_OK || is_found)
		return code;
	code = add_contact(db, in, contact, now, err);
	if (code != ERR_CONFLICT)
		return code;
	/* Another request has just made it, and committed. */
	code = db_contact_lock(db, o->pool, in->workspace_id,
	    in->integration_id, in->external_id, contact, &is_found, err);
	if (code == ERR_OK && !is_found)
		return err_set(
		    err, ERR_CONFLICT, "That visitor is being created.");
	return code;
}

static enum err_code get_contact(struct db *db, struct opening *o,
    struct db_contact *contact, int64_t now, struct err *err)
{
	struct chat_open in = *o->in;
	bool is_found = false;
	enum err_code code = ERR_OK;

	if (in.user_key.n > 0)
		code = db_contact_lock_user(db, o->pool, in.workspace_id,
		    in.integration_id, in.user_key, in.is_verified, contact,
		    &is_found, err);
	if (code == ERR_OK && !is_found)
		code = lock_or_add(db, o, &in, contact, now, err);
	if (code != ERR_OK)
		return code;
	return update_contact(db, o->pool, &in, contact, now, err);
}

static enum err_code add_conversation(struct db *db, const struct chat_open *in,
    struct id contact_id, struct id *id_r, int64_t now, struct err *err)
{
	const struct chat_conversation c = {
		.id = id_new(),
		.workspace_id = in->workspace_id,
		.integration_id = in->integration_id,
		.contact_id = contact_id,
		.chatbot_id = in->chatbot_id,
		.session.id = id_new(),
	};
	/* The id says when it was made, and lists go by that: both agree. */
	int64_t made_at = id_ms(c.id) * 1000;
	enum err_code code = db_conversation_add(
	    db, &c, made_at, in->idle_us != 0 ? made_at + in->idle_us : 0, err);

	*id_r = c.id;
	if (code == ERR_OK)
		code = db_session_add(
		    db, c.workspace_id, c.id, c.session.id, now, err);
	if (code == ERR_OK && !id_is_none(c.chatbot_id))
		code = db_bot_state_add(db, c.workspace_id, c.id, c.chatbot_id,
		    c.session.id,
		    in->variables.n > 0 ? in->variables : STR("{}"),
		    in->is_quiet, err);
	return code;
}

/* What every conversation begins with: the bot has said it. */
static enum err_code add_initial(
    struct db *db, const struct opening *o, struct err *err)
{
	struct id workspace_id = o->in->workspace_id;
	struct chat_message items[CHAT_INITIAL_MAX];
	struct str rest = o->in->initial, line;
	char sender[ID_UUID_SIZE] = "";
	enum err_code code;
	size_t n = 0;

	if (!id_is_none(o->in->chatbot_id))
		id_uuid(o->in->chatbot_id, sender);
	while (
	    rest.p && n < CHAT_INITIAL_MAX && str_split(&rest, '\n', &line)) {
		line = valid_utf8_head(str_trim(line), CHAT_CONTENT_MAX);
		if (line.n > 0)
			items[n++] = (struct chat_message){
				.conversation_id = o->conversation_id,
				.sender_type = CHAT_BOT,
				.sender_id = str_of(sender),
				.content_type = CHAT_TEXT,
				.content = line,
			};
	}
	if (n == 0)
		return ERR_OK;
	code = chat_store_in(
	    db, workspace_id, o->conversation_id, ID_NONE, items, n, err);
	return code ? code
		    : chat_notify_in(db, workspace_id, items, n, ID_NONE, err);
}

static enum err_code open_in(struct db *db, void *arg, struct err *err)
{
	struct opening *o = arg;
	int64_t now = clock_now_us();
	struct db_contact contact;
	enum err_code code = get_contact(db, o, &contact, now, err);

	if (code == ERR_OK)
		code = db_conversation_find_by_contact(db, o->pool,
		    o->in->workspace_id, contact.id, &o->conversation_id, err);
	if (code != ERR_OK || !id_is_none(o->conversation_id))
		return code;
	code = add_conversation(
	    db, o->in, contact.id, &o->conversation_id, now, err);
	return code ? code : add_initial(db, o, err);
}

enum err_code chat_open(struct db *db, struct pool *pool,
    const struct chat_open *in, struct chat_conversation *conversation_r,
    struct err *err)
{
	struct opening o = { .pool = pool, .in = in };
	enum err_code code = check(pool, in, err);

	if (code == ERR_OK)
		code = db_transact(db, open_in, &o, err);
	if (code != ERR_OK)
		return code;
	return db_conversation_get(db, pool, in->workspace_id, ID_NONE,
	    o.conversation_id, conversation_r, err);
}
