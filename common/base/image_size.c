/* image_size.c: how large a picture is, from its header */
/* SPDX-License-Identifier: MIT */
#include "base/image_size.h"

#define ORIENTATION   0x0112 /* tag of EXIF */
#define ON_ITS_SIDE   5	     /* from this orientation on */
#define IFD_ENTRY     12
#define SEGMENTS_MAX  1000
#define APP1	      0xe1
#define START_OF_SCAN 0xda

/* Whole numbers in either order of bytes; 0 beyond the end. */
static uint32_t number(struct str s, size_t at, unsigned n, bool is_little)
{
	uint32_t v = 0;

	if (at > s.n || s.n - at < n)
		return 0;
	for (unsigned i = 0; i < n; i++) {
		unsigned place = is_little ? n - 1 - i : i;

		v = v << 8 | (uint8_t)s.p[at + place];
	}
	return v;
}

static uint32_t big(struct str s, size_t at, unsigned n)
{
	return number(s, at, n, false);
}

static uint32_t little(struct str s, size_t at, unsigned n)
{
	return number(s, at, n, true);
}

/* The orientation that a segment of EXIF tells; 0: none. */
static unsigned orientation_of(struct str segment)
{
	struct str tiff = str_from(segment, 6);
	bool is_little = str_starts(tiff, STR("II"));
	uint32_t at, entries;

	if (!str_starts(segment, STR("Exif\0\0")))
		return 0;
	at = number(tiff, 4, 4, is_little);
	if (at > tiff.n)
		return 0;
	entries = number(tiff, at, 2, is_little);
	for (uint32_t i = 0; i < entries && at + 2 < tiff.n; i++) {
		size_t entry = (size_t)at + 2 + (size_t)i * IFD_ENTRY;

		if (entry + IFD_ENTRY > tiff.n)
			return 0;
		if (number(tiff, entry, 2, is_little) == ORIENTATION)
			return number(tiff, entry + 8, 2, is_little);
	}
	return 0;
}

static bool is_frame(unsigned marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	       marker != 0xc8 && marker != 0xcc;
}

static bool read_jpeg(struct str s, uint32_t *width, uint32_t *height)
{
	unsigned orientation = 0;
	size_t at = 2;

	for (int i = 0; i < SEGMENTS_MAX && at + 4 <= s.n; i++) {
		unsigned marker = (uint8_t)s.p[at + 1];
		uint32_t length = big(s, at + 2, 2);

		if ((uint8_t)s.p[at] != 0xff)
			return false;
		if (marker == 0xff) { /* padding */
			at++;
			continue;
		}
		if (length < 2 || marker == START_OF_SCAN)
			return false;
		if (marker == APP1 && !orientation)
			orientation = orientation_of(
			    str_head(str_from(s, at + 4), length - 2));
		if (is_frame(marker)) {
			bool is_turned = orientation >= ON_ITS_SIDE;

			*(is_turned ? width : height) = big(s, at + 5, 2);
			*(is_turned ? height : width) = big(s, at + 7, 2);
			return true;
		}
		at += 2 + length;
	}
	return false;
}

static bool read_webp(struct str s, uint32_t *width, uint32_t *height)
{
	struct str kind = str_head(str_from(s, 12), 4);
	uint32_t bits;

	if (str_eq(kind, STR("VP8X"))) {
		*width = little(s, 24, 3) + 1;
		*height = little(s, 27, 3) + 1;
		return s.n >= 30;
	}
	if (str_eq(kind, STR("VP8L"))) {
		bits = little(s, 21, 4);
		*width = (bits & 0x3fff) + 1;
		*height = (bits >> 14 & 0x3fff) + 1;
		return s.n >= 25 && s.p[20] == 0x2f;
	}
	if (!str_eq(kind, STR("VP8 ")) || big(s, 23, 3) != 0x9d012a)
		return false;
	*width = little(s, 26, 2) & 0x3fff;
	*height = little(s, 28, 2) & 0x3fff;
	return true;
}

static bool read_any(struct str s, uint32_t *width, uint32_t *height)
{
	if (str_starts(s, STR("\x89PNG\r\n\x1a\n"))) {
		*width = big(s, 16, 4);
		*height = big(s, 20, 4);
		return str_eq(str_head(str_from(s, 12), 4), STR("IHDR"));
	}
	if (str_starts(s, STR("GIF87a")) || str_starts(s, STR("GIF89a"))) {
		*width = little(s, 6, 2);
		*height = little(s, 8, 2);
		return true;
	}
	if (str_starts(s, STR("\xff\xd8")))
		return read_jpeg(s, width, height);
	return str_starts(s, STR("RIFF")) &&
	       str_eq(str_head(str_from(s, 8), 4), STR("WEBP")) &&
	       read_webp(s, width, height);
}

bool image_size(struct str bytes, uint32_t *width_r, uint32_t *height_r)
{
	uint32_t width = 0, height = 0;

	if (!read_any(bytes, &width, &height) || !width || !height)
		return false;
	*width_r = width;
	*height_r = height;
	return true;
}
