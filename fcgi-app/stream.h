/* stream.h: an answer that goes out in pieces: lines of JSON as they come */
/* SPDX-License-Identifier: MIT */
#ifndef STREAM_H
#define STREAM_H

#include "req.h"
#include "resp.h"

/*
 * Status and headers go out: application/jsonl, one object {"type","data"} per
 * line. From here on a failure is a line {"type":"error"} (route.c), and a
 * client that leaves ends nothing: what is sent to it is dropped.
 */
void stream_begin(struct req *req, struct resp *resp);
/* Begins a line, open within "data"; stream_send ends it and sends it. */
struct json_out *stream_line(struct resp *resp, const char *type);
void stream_send(struct req *req, struct resp *resp);
/* {"type":"error","data":{"message","code"}} */
void stream_error(struct req *req, struct resp *resp, const struct err *err);
/* Whether the client asks for it. */
bool stream_is_wanted(const struct req *req);

#endif
