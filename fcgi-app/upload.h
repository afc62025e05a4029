/* upload.h: the file that a request brings */
/* SPDX-License-Identifier: MIT */
#ifndef UPLOAD_H
#define UPLOAD_H

#include "base/json_out.h"
#include "chat/file.h"
#include "req.h"

/* Slices of the request's body. */
struct upload {
	struct str name; /* as it was claimed; may be empty */
	struct str bytes;
	struct str conversation_id; /* fields of the form, or headers */
	struct str external_id;
};

/*
 * multipart/form-data with `file`, or any other type of body, which is the file
 * itself, with the headers X-File-Name (percent-encoded), X-Conversation-Id and
 * X-External-Id. ERR_BAD_REQUEST when it is neither.
 */
MUST_CHECK enum err_code upload_read(
    struct req *req, struct upload *upload_r, struct err *err);
/* Members of an object: id, name, type, size, url, width and height. */
void upload_put(struct json_out *j, struct pool *pool, const struct file *file);

#endif
