/* render.h: what a bot says as a message of the chat */
/* SPDX-License-Identifier: MIT */
#ifndef RENDER_H
#define RENDER_H

#include "bot/flow.h"
#include "chat/model.h"

/*
 * Fills content_type, content and rich_media of out: buttons become
 * quick_button, a list stays one (with the members of a dropdown too), document
 * becomes file, video and audio stay, with a MIME type as a file has. What the chat would
 * refuse, for instance an address that a variable has spoilt, becomes its text
 * alone. False when nothing is left to say.
 */
bool render_message(
    struct pool *pool, const struct flow_message *m, struct chat_message *out);

#endif
