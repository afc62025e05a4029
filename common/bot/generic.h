/* generic.h: messages of the chat as Sarufi's GenericMessage */
/* SPDX-License-Identifier: MIT */
#ifndef GENERIC_H
#define GENERIC_H

#include "base/json_out.h"
#include "chat/model.h"

/*
 * Writes {"type","text",…}: the way back from render_message, and for what
 * agents send. quick_button becomes buttons, dropdown list (without sections:
 * one that has no title), file video, audio, image or document by its MIME
 * type. A carousel and a form, which GenericMessage has not, become a text: the
 * content and the titles of cards or labels of fields, a line each.
 */
/* Its "type". */
const char *generic_type(struct pool *pool, const struct chat_message *m);
void generic_put(struct json_out *j, const char *name, struct pool *pool,
    const struct chat_message *m);

#endif
