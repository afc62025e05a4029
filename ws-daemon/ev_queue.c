/* ev_queue.c: join_queue and join_org_presence */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "ev_out.h"
#include "event.h"
#include "presence.h"
#include "room.h"

static enum err_code enter(
    const struct event_call *c, struct str room, struct err *err)
{
	if (room_join(c->socket, room))
		return ERR_OK;
	return err_set(
	    err, ERR_CONFLICT, "This connection is in too many rooms.");
}

enum err_code ev_queue_join(struct event_call *c, struct err *err)
{
	char room[EV_OUT_ROOM_SIZE];
	enum err_code code =
	    enter(c, ev_out_room_queue(c->actor.workspace_id, room), err);

	if (code == ERR_OK)
		event_ok(&c->reply);
	return code;
}

enum err_code ev_queue_join_presence(struct event_call *c, struct err *err)
{
	char room[EV_OUT_ROOM_SIZE];
	struct json_out *j;
	enum err_code code =
	    enter(c, ev_out_room_presence(c->actor.workspace_id, room), err);

	if (code != ERR_OK)
		return code;
	j = event_ok_begin();
	json_out_array(j, "online");
	presence_put(j, c->actor.workspace_id);
	json_out_end(j);
	event_ok_end(&c->reply);
	return ERR_OK;
}
