/* key.h: the API key of a request */
/* SPDX-License-Identifier: MIT */
#ifndef KEY_H
#define KEY_H

#include "req.h"

/* Fills req->key; ERR_UNAUTHORIZED without a valid `Authorization: Bearer`,
 * ERR_FORBIDDEN when the key may only read and the request changes things. */
MUST_CHECK enum err_code key_find(struct req *req, struct err *err);
/* What stands behind `Authorization: Bearer`; empty without. */
struct str key_secret(const struct req *req);
/* Whether this request counts as a write. */
bool key_is_write(const struct req *req);

#endif
