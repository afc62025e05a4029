/* kb_import.h: the background work that makes sources searchable */
/* SPDX-License-Identifier: MIT */
#ifndef KB_IMPORT_H
#define KB_IMPORT_H

#include "bot/bot.h"

#define KB_TRIES_MAX 5 /* imports that are begun before one is given up */

/*
 * Imports one source that is due, if there is any (*did_r): takes it for
 * turn_lease_s, fetches and reads it with no transaction held (the lease is
 * renewed), and then stores its passages in place of the old ones, in one
 * transaction, if it is still the worker's. What cannot be read has failed, and
 * says why; a page that may come later is tried again, some times and ever
 * later. A worker that dies leaves a lease that runs out.
 * Texts and pages apart: who waits for the server of a page holds up no text.
 */
MUST_CHECK enum err_code kb_import_text(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err);
MUST_CHECK enum err_code kb_import_page(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err);

#endif
