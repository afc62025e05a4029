/* page.h: the built pages of www_dir */
/* SPDX-License-Identifier: MIT */
#ifndef PAGE_H
#define PAGE_H

#include "req.h"
#include "resp.h"

/* What stands for %NAME% in a page, escaped for HTML. */
struct page_value {
	const char *name;
	struct str value;
};

/* A file below www_dir, at most 1 MiB. ERR_INTERNAL when it cannot be read;
 * the log says why. */
MUST_CHECK enum err_code page_read(const struct req *req, const char *file,
    struct str *text_r, struct err *err);
/* The same as the body of the answer, with its values put in. */
MUST_CHECK enum err_code page_put(const struct req *req, struct resp *resp,
    const char *file, const struct page_value *values, size_t n,
    struct err *err);
/* The login page with a new token; error may be empty. */
MUST_CHECK enum err_code page_put_login(struct req *req, struct resp *resp,
    struct str next, struct str error, struct err *err);

#endif
