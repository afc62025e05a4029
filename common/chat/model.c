/* model.c: the names that senders and content types have on the wire */
/* SPDX-License-Identifier: MIT */
#include "chat/model.h"

#include "base/pool.h"

static const char *const sender_names[CHAT_SENDER__MAX] = {
	[CHAT_END_USER] = "end_user",
	[CHAT_AGENT] = "agent",
	[CHAT_BOT] = "bot",
};

static const char *const content_names[CHAT_CONTENT__MAX] = {
	[CHAT_TEXT] = "text",
	[CHAT_IMAGE] = "image",
	[CHAT_FILE] = "file",
	[CHAT_QUICK_BUTTON] = "quick_button",
	[CHAT_CAROUSEL] = "carousel",
	[CHAT_DROPDOWN] = "dropdown",
	[CHAT_LIST] = "list",
	[CHAT_VIDEO] = "video",
	[CHAT_AUDIO] = "audio",
	[CHAT_FORM] = "form",
};

const char *chat_sender_name(enum chat_sender v)
{
	assert((unsigned)v < CHAT_SENDER__MAX);
	return sender_names[v];
}

bool chat_sender_parse(struct str s, enum chat_sender *v_r)
{
	unsigned i;

	for (i = 0; i < CHAT_SENDER__MAX; i++) {
		if (str_eq(s, str_of(sender_names[i]))) {
			*v_r = (enum chat_sender)i;
			return true;
		}
	}
	return false;
}

const char *chat_content_name(enum chat_content v)
{
	assert((unsigned)v < CHAT_CONTENT__MAX);
	return content_names[v];
}

bool chat_content_parse(struct str s, enum chat_content *v_r)
{
	unsigned i;

	for (i = 0; i < CHAT_CONTENT__MAX; i++) {
		if (str_eq(s, str_of(content_names[i]))) {
			*v_r = (enum chat_content)i;
			return true;
		}
	}
	return false;
}

struct str chat_user_id(struct pool *pool, struct str channel,
    struct id conversation_id, struct str external_id)
{
	size_t at = str_index(external_id, ':');
	char text[ID_ULID_SIZE];

	if (!str_eq(channel, STR("api")))
		return external_id;
	if (at + 1 < external_id.n)
		return str_from(external_id, at + 1);
	return str_copy(pool, str_of(id_ulid(conversation_id, text)));
}
