/* upload.c: the file that a request brings */
/* SPDX-License-Identifier: MIT */
#include "upload.h"

#include "multipart.h"

static struct str decoded(struct req *req, struct str s)
{
	struct str text = s;
	struct buf b;

	buf_init(&b, 0);
	if (buf_unpercent(&b, s, false))
		text = str_copy(req->pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* Browsers write a quote as %22, others as \". Neither is a name's business,
 * and file_kind_name takes away what else it must not have. */
static struct str form_name(struct req *req, struct str s)
{
	char *p = str_dup(req->pool, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] == '\\' && p[i + 1] == '"')
			p[i] = '_';
	return str_make(p, s.n);
}

static enum err_code read_form(
    struct req *req, struct upload *u, struct err *err)
{
	struct multipart_part part;
	enum multipart_step step;
	struct multipart m;
	bool has_file = false;

	if (!multipart_init(&m, req_env(req, "CONTENT_TYPE"), req->body))
		return err_set(err, ERR_BAD_REQUEST,
		    "The body is not multipart/form-data with a boundary.");
	while ((step = multipart_next(&m, &part)) == MULTIPART_PART) {
		if (str_eq(part.name, STR("conversation_id")))
			u->conversation_id = part.data;
		else if (str_eq(part.name, STR("external_id")))
			u->external_id = part.data;
		else if (str_eq(part.name, STR("file")) && has_file)
			return err_set(err, ERR_BAD_REQUEST,
			    "One file at a time, please.");
		if (!str_eq(part.name, STR("file")))
			continue;
		has_file = true;
		u->name = form_name(req, part.filename);
		u->bytes = part.data;
	}
	if (step == MULTIPART_BROKEN)
		return err_set(err, ERR_BAD_REQUEST,
		    "The body is not sound multipart/form-data.");
	return has_file ? ERR_OK
			: err_set(err, ERR_BAD_REQUEST, "file is missing.");
}

enum err_code upload_read(
    struct req *req, struct upload *upload_r, struct err *err)
{
	memset(upload_r, 0, sizeof(*upload_r));
	if (req_has_type(req, "multipart/form-data"))
		return read_form(req, upload_r, err);
	upload_r->bytes = req->body;
	upload_r->name = decoded(req, req_env(req, "HTTP_X_FILE_NAME"));
	upload_r->conversation_id = req_env(req, "HTTP_X_CONVERSATION_ID");
	upload_r->external_id =
	    decoded(req, req_env(req, "HTTP_X_EXTERNAL_ID"));
	return ERR_OK;
}

void upload_put(struct json_out *j, struct pool *pool, const struct file *file)
{
	json_out_uuid(j, "id", file->id);
	json_out_str(j, "name", file->name);
	json_out_str(j, "type", file->type);
	json_out_u64(j, "size", file->size);
	json_out_str(j, "url", file_path(pool, file));
	if (file->width) {
		json_out_u64(j, "width", file->width);
		json_out_u64(j, "height", file->height);
	}
}
