/* file_kind.h: which kinds of files are taken, and how they may be called */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_FILE_KIND_H
#define CHAT_FILE_KIND_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

#define FILE_NAME_MAX	200 /* bytes: no more than rich_media may have */
#define FILE_SIDE_MAX	20000
#define FILE_PIXELS_MAX 100000000

/* What a file turned out to be. */
struct file_kind {
	struct str type; /* "image/png" */
	bool is_shown;	 /* pages may show it: pictures, sound, films */
	uint32_t width;	 /* of a picture, else 0 */
	uint32_t height;
};

/*
 * Looks at the bytes; the name only tells apart what office programs call
 * alike. ERR_MEDIA_TYPE for what is in no row of the table: pages, drawings
 * that hold scripts, programs; and for pictures that are damaged or too large.
 * ERR_BAD_REQUEST for an empty file.
 */
MUST_CHECK enum err_code file_kind_find(struct pool *pool, struct str bytes,
    struct str name, struct file_kind *kind_r, struct err *err);
/* Whether pages may show it, by its type. */
bool file_kind_is_shown(struct str type);
/* PNG, JPEG or GIF: what icons may be. */
bool file_kind_is_icon(struct str type);

/*
 * A name that is safe to save a file of that type under: the last part of the
 * path, without control and direction characters, with an ending that says what
 * the file is, and no other one that claims it is a program. Never empty, at
 * most FILE_NAME_MAX bytes.
 */
struct str file_kind_name(struct pool *pool, struct str name, struct str type);

#endif
