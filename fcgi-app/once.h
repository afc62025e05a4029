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

#endif
