/* daemons_json.c: what daemons tell each other of, as JSON */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "base/json_out.h"
#include "chat/daemons.h"

void daemons_put_typing(struct json_out *j, const struct daemons_typing *typing)
{
	json_out_object(j, NULL);
	json_out_uuid(j, "conversation_id", typing->conversation_id);
	json_out_cstr(j, "sender_type", chat_sender_name(typing->side));
	if (typing->name.n > 0)
		json_out_str(j, "sender_name", typing->name);
	json_out_cstr(j, "state", typing->is_clear ? "clear" : "start");
	json_out_end(j);
}

void daemons_put_delta(struct json_out *j, const struct daemons_delta *delta)
{
	json_out_object(j, NULL);
	json_out_uuid(j, "conversation_id", delta->conversation_id);
	json_out_uuid(j, "message", delta->message);
	json_out_u64(j, "index", delta->index);
	json_out_str(j, "delta", delta->text);
	json_out_end(j);
}

bool daemons_parse_typing(
    struct pool *pool, struct str payload, struct daemons_typing *typing_r)
{
	const struct json *v;
	struct str state;

	*typing_r = (struct daemons_typing){ .side = CHAT_END_USER };
	if (json_parse(pool, payload, &v, NULL) != ERR_OK)
		return false;
	state = json_str(json_get(v, "state"));
	typing_r->name = json_str(json_get(v, "sender_name"));
	typing_r->is_clear = str_eq(state, STR("clear"));
	return (typing_r->is_clear || str_eq(state, STR("start"))) &&
	       chat_sender_parse(
		   json_str(json_get(v, "sender_type")), &typing_r->side) &&
	       id_parse(json_str(json_get(v, "conversation_id")),
		   &typing_r->conversation_id);
}
