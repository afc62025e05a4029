/* channel.c: what a visitor's page answers when a bot asks it for something */
/* SPDX-License-Identifier: MIT */
#include "chat/channel.h"

#include "base/clock.h"
#include "base/log.h"
#include "chat/chat.h"
#include "db/db_channel.h"
#include "db/db_notification.h"

#define KEPT_US INT64_C(3600000000) /* far longer than a turn */

enum err_code channel_check_name(struct str name, struct err *err)
{
	bool ok = name.n >= CHANNEL_NAME_MIN && name.n <= CHANNEL_NAME_MAX;

	for (size_t i = 0; i < name.n; i++)
		ok = ok && name.p[i] > ' ' && name.p[i] < 0x7f;
	if (ok)
		return ERR_OK;
	return err_set(err, ERR_BAD_REQUEST,
	    "A channel has %d to %d letters, digits or signs.",
	    CHANNEL_NAME_MIN, CHANNEL_NAME_MAX);
}

enum err_code channel_publish(struct db *db, struct pool *pool,
    struct id workspace_id, struct str name, const struct json *message,
    struct err *err)
{
	int64_t now = clock_now_us();
	struct err later = { .code = ERR_OK };
	struct str text;
	enum err_code code = channel_check_name(name, err);

	if (code != ERR_OK)
		return code;
	if (json_type(message) != JSON_OBJECT)
		return err_set(
		    err, ERR_BAD_REQUEST, "message must be an object.");
	text = json_text(pool, message);
	if (text.n > CHANNEL_MESSAGE_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "message may have at most %d bytes.", CHANNEL_MESSAGE_MAX);
	if (db_channel_prune(db, now - KEPT_US, &later) != ERR_OK)
		log_warn("channel_prune error=%s", later.text);
	return db_channel_add(db, workspace_id, name, text, now, err);
}

enum err_code channel_call(struct db *db, struct id workspace_id,
    struct id conversation_id, struct str payload, struct err *err)
{
	const struct db_notification row = {
		.workspace_id = workspace_id,
		.conversation_id = conversation_id,
		.kind = "function_call",
		.payload = payload,
	};
	enum err_code code = db_notification_add(db, &row, clock_now_us(), err);

	if (code == ERR_OK)
		doorbell_ring();
	return code;
}
