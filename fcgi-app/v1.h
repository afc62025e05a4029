/* v1.h: what the routes of the widget API have in common */
/* SPDX-License-Identifier: MIT */
#ifndef V1_H
#define V1_H

#include "base/json_in.h"
#include "db/db_slice.h"
#include "req.h"
#include "resp.h"

#define V1_TAKE 100 /* at most, and when nothing is said */

/* {"id": ...} */
void v1_put_id(struct resp *resp, struct id id);
/* Milliseconds since 1970. */
void v1_put_ms(struct json_out *j, const char *name, int64_t us);
/* An object that is stored, or null. */
void v1_put_meta(struct json_out *j, struct str meta);
/* Whether Accept asks for a line of JSON for each item. */
bool v1_wants_lines(const struct req *req);

/* cursor, order, take and meta[...] of the query. ERR_BAD_REQUEST. */
MUST_CHECK enum err_code v1_slice(
    struct req *req, struct db_slice *slice_r, struct err *err);

typedef void v1_put_fn(struct req *req, struct json_out *j, const void *item);

/* Items of a slice, size bytes each: {"items","cursor"}, or lines of {"type":
 * "item","data"}. last: the id of the last one, none when there is no item. */
void v1_put_list(struct req *req, struct resp *resp, const void *items,
    size_t n, size_t size, v1_put_fn *put, struct id last);

#endif
