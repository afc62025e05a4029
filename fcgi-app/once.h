/* once.h: requests that take effect once, however often they are sent */
/* SPDX-License-Identifier: MIT */
#ifndef ONCE_H
#define ONCE_H

#include "route.h"

/*
 * Runs the row's handler. With an Idempotency-Key all that it changes and its
 * answer are stored in one transaction: the same request again gets that answer
 * (for a day), another request with the key ERR_INVALID. One that comes while
 * the first runs waits for it. Failures are not kept: nothing happened.
 *
 * So the handler may run more than once (db_transact), and must not wait for
 * anything but the database.
 */
MUST_CHECK enum err_code once_run(const struct route *route, struct req *req,
    struct resp *resp, struct err *err);

/* A part of a transaction; what it made (a name of it) goes to kept_r. */
typedef enum err_code once_fn(
    struct db *db, void *arg, struct str *kept_r, struct err *err);

/*
 * For handlers that wait for others when their change is stored: runs fn in a
 * transaction, with the key when there is one. The same request again runs
 * nothing and gets what was kept, which is not the answer: the handler makes it
 * from what is stored by then.
 */
MUST_CHECK enum err_code once_store(struct req *req, struct resp *resp,
    once_fn *fn, void *arg, struct str *kept_r, struct err *err);
/* A client_id that the key stands for; empty without one. */
MUST_CHECK enum err_code once_client_id(struct req *req, struct resp *resp,
    struct str *client_id_r, struct err *err);
/* The answer is that to an earlier request. */
void once_replayed(struct resp *resp);
/* ... which was another one. */
enum err_code once_other(struct err *err);

#endif
