/* image_size.h: how large a picture is, from its header */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_IMAGE_SIZE_H
#define BASE_IMAGE_SIZE_H

#include "base/str.h"

/*
 * Pixels of a PNG, GIF, JPEG (as it is shown: turned as its EXIF says) or WebP.
 * False when the bytes are none of these, are cut off before the size, or say
 * that a side is 0.
 */
bool image_size(struct str bytes, uint32_t *width_r, uint32_t *height_r);

#endif
