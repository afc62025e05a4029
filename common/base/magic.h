/* magic.h: what bytes are (libmagic, loaded when it is first needed) */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_MAGIC_H
#define BASE_MAGIC_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

/*
 * The media type of the bytes of a whole file, by what they are: "image/png".
 * "application/octet-stream" when nobody knows. From any thread. ERR_UNAVAILABLE
 * when the library or its data are not there.
 */
MUST_CHECK enum err_code magic_type(
    struct pool *pool, struct str bytes, struct str *type_r, struct err *err);

#endif
