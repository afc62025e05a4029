/* widget_secret.h: the key and the secret of a widget, made anew; who came by it */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_WIDGET_SECRET_H
#define CHAT_WIDGET_SECRET_H

#include "chat/widget.h"

/* Which one. */
struct widget_which {
	struct id workspace_id;
	struct id id;
};

/* Pages with the old key get no chat any more. ERR_NOT_FOUND. */
MUST_CHECK enum err_code widget_renew_key(struct db *db, struct pool *pool,
    const struct seal_key *key, const struct widget_which *which,
    struct str *key_r, struct err *err);
/* What its pages sign with who their visitors are; the old is worth nothing
 * then. Nobody can show it again. ERR_NOT_FOUND. */
MUST_CHECK enum err_code widget_renew_secret(struct db *db, struct pool *pool,
    const struct seal_key *key, const struct widget_which *which,
    struct str *secret_r, struct err *err);
/* Of one that widget_get gave: empty when none was made. */
struct str widget_secret(struct pool *pool, const struct widget *w);
bool widget_has_secret(struct pool *pool, const struct widget *w);

#endif
