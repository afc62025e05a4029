/* json_out.h: JSON that goes outside, written straight into a buffer */
/* SPDX-License-Identifier: MIT */
#ifndef JSON_OUT_H
#define JSON_OUT_H

#include "base/buf.h"
#include "base/id.h"

#define JSON_OUT_DEPTH_MAX 32

/*
 * Commas are its business. `name` is the member's name inside an object and
 * NULL inside an array or at the top:
 *
 *	struct json_out j;
 *	json_out_init(&j, buf);
 *	json_out_object(&j, NULL);
 *	json_out_str(&j, "error", STR("not_found"));
 *	json_out_end(&j);
 */
struct json_out {
	struct buf *buf;
	unsigned depth;
	struct {
		bool array;
		bool filled;
	} level[JSON_OUT_DEPTH_MAX];
};

void json_out_init(struct json_out *j, struct buf *buf);
void json_out_object(struct json_out *j, const char *name);
void json_out_array(struct json_out *j, const char *name);
/* Ends the innermost object or array. */
void json_out_end(struct json_out *j);

/* Text; bytes that are not UTF-8 become U+FFFD. Also escapes U+2028/2029. */
void json_out_str(struct json_out *j, const char *name, struct str s);
/* As json_out_str; null when s is empty. */
void json_out_str_or_null(struct json_out *j, const char *name, struct str s);
void json_out_cstr(struct json_out *j, const char *name, const char *s);
void json_out_u64(struct json_out *j, const char *name, uint64_t v);
void json_out_num(struct json_out *j, const char *name, double v);
void json_out_bool(struct json_out *j, const char *name, bool v);
void json_out_null(struct json_out *j, const char *name);
/* UUID spelling; null when the id is none. */
void json_out_uuid(struct json_out *j, const char *name, struct id id);
/* ULID spelling; null when the id is none. */
void json_out_ulid(struct json_out *j, const char *name, struct id id);
/* As json_out_time, to the second: 2026-02-18T14:35:00Z. */
void json_out_time_s(struct json_out *j, const char *name, int64_t us);
/* ISO 8601 of microseconds; null when us is 0. */
void json_out_time(struct json_out *j, const char *name, int64_t us);
/* Text that is JSON already (made by json_text or stored by us); an empty one
 * is written as null. */
void json_out_json(struct json_out *j, const char *name, struct str json);

/* One quoted and escaped JSON string. */
void json_out_quote(struct buf *b, struct str s);

#endif
