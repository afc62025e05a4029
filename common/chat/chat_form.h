/* chat_form.h: forms that visitors fill in, and what they answer */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_FORM_H
#define CHAT_FORM_H

#include "base/json_in.h"
#include "chat/model.h"
#include "db/db.h"

#define CHAT_FORM_FIELDS_MAX 30
#define CHAT_FORM_NAME_MAX   64	  /* characters of a field's name */
#define CHAT_FORM_LINE_MAX   300  /* code points of a value, */
#define CHAT_FORM_AREA_MAX   2000 /* of a textarea's */

/*
 * The rich_media of a form, as far as chat_media.c cannot check it with what
 * all types share: names, types, options and limits of its fields. NULL when it
 * is fine, else what is wrong with "fields".
 */
MUST_CHECK const char *chat_form_fault(const struct json *form);

/* The form that a message's rich_media answers; none when it answers none. */
struct id chat_form_answered(struct pool *pool, struct str rich_media);
/* The values of an answer as a JSON object in the pool; empty: it is none. */
struct str chat_form_values(struct pool *pool, struct str rich_media);

/*
 * Compares an answer with its form (the rich_media of both): each value must
 * fit its field, nothing that is required may be missing, and other values are
 * refused. *content_r is the answer as text, a line for each value that was
 * given, *media_r the answer as it is kept.
 */
MUST_CHECK enum err_code chat_form_read(struct pool *pool, struct str form,
    struct str answer, struct str *content_r, struct str *media_r,
    struct err *err);

/*
 * For chat_send, with the conversation locked: a message that answers a form
 * becomes what chat_form_read makes of it. ERR_NOT_FOUND: there is no such form
 * in its conversation, ERR_CONFLICT: it has been answered, ERR_FORBIDDEN: only
 * the visitor answers forms. Other messages stay as they are.
 */
MUST_CHECK enum err_code chat_form_take(struct db *db, struct pool *pool,
    struct id workspace_id, struct chat_message *m, struct err *err);

#endif
