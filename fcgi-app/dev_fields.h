/* dev_fields.h: what a request of the developer API must look like, as data */
/* SPDX-License-Identifier: MIT */
#ifndef DEV_FIELDS_H
#define DEV_FIELDS_H

#include "base/json_in.h"
#include "req.h"
#include "resp.h"

enum dev_type {
	DEV_NAME,   /* one line, without blanks at its ends */
	DEV_TEXT,   /* several lines */
	DEV_URL,    /* empty, or http(s)://... */
	DEV_CHOICE, /* one of a list */
	DEV_IDENT,  /* letters, digits, _ and -, no __; a letter first */
	DEV_COLOR,  /* "#rgb" or "#rrggbb" */
	DEV_BOOL,
	DEV_NUMBER,
	DEV_LIST,  /* of lines, each of 1 to DEV_ITEM_MAX characters */
	DEV_MAP,   /* the same by names of 1 to DEV_ITEM_MAX characters, each
		      of 1 to DEV_VALUE_MAX characters */
	DEV_PART,  /* an object with fields of its own: struct dev_part */
	DEV_OBJECT /* any object */
};

#define DEV_ITEM_MAX  300
#define DEV_VALUE_MAX 8192

enum { DEV_REQUIRED = 1, DEV_NULL = 2 /* null is as good as empty */ };

struct dev_field {
	const char *name;
	enum dev_type type;
	unsigned flags;
	/* characters; of DEV_OBJECT: bytes; of DEV_NUMBER: itself; of DEV_LIST
	 * and DEV_MAP: items */
	size_t min, max;
	const char *const *choices; /* ends with NULL */
};

struct dev_item {
	struct str name; /* of DEV_MAP */
	struct str text;
};

struct dev_value {
	bool is_set;
	bool is_null;	 /* with DEV_NULL */
	bool is_true;	 /* DEV_BOOL */
	double num;	 /* DEV_NUMBER */
	struct str text; /* of the others; a DEV_OBJECT's is compact JSON */
	size_t n;	 /* DEV_LIST, DEV_MAP */
	const struct dev_item *items;
};

/* The fields of a DEV_PART, and where they go. */
struct dev_part {
	const struct dev_field *fields;
	size_t n;
	struct dev_value *values;
};

/* Faults as FastAPI tells them, all of a request at once. */
struct dev_faults {
	struct buf text;
	struct json_out json;
	size_t n;
	const char *part; /* stands before the name; NULL: none */
};

void dev_faults_init(struct dev_faults *f);
/* where: body, query or header; name may be NULL. */
void dev_fault(struct dev_faults *f, const char *where, const char *name,
    const char *type, const char *fmt, ...) PRINTF(5, 6);
/* ERR_INVALID with resp->faults when there were any. */
MUST_CHECK enum err_code dev_faults_end(
    struct dev_faults *f, struct req *req, struct resp *resp, struct err *err);

/* The body's members into values, one for each of the n fields. Those that are
 * in no field are passed over. */
MUST_CHECK enum err_code dev_body(struct req *req, struct resp *resp,
    const struct dev_field *fields, size_t n, struct dev_value *values,
    struct err *err);
/* The same with the fields of its one DEV_PART. */
MUST_CHECK enum err_code dev_body_part(struct req *req, struct resp *resp,
    const struct dev_field *fields, size_t n, struct dev_value *values,
    const struct dev_part *part, struct err *err);
/* A value as it came: compact JSON. */
struct str dev_json(struct pool *pool, const struct dev_field *field,
    const struct dev_value *value);

/* A part of a list: limit, and what it comes behind (none: the first part). */
struct dev_page {
	size_t limit;
	struct id before;
};

MUST_CHECK enum err_code dev_page(struct req *req, struct resp *resp,
    size_t limit_default, size_t limit_max, struct dev_page *page_r,
    struct err *err);
/* The cursor that asks for what comes behind this one. */
struct str dev_cursor(struct pool *pool, struct id last);

/* :name of the path; ERR_NOT_FOUND "<what> not found." */
MUST_CHECK enum err_code dev_id(const struct req *req, const char *name,
    const char *what, struct id *id_r, struct err *err);

#endif
