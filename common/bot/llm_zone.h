/* llm_zone.h: what time it is somewhere, from the system's time zone files */
/* SPDX-License-Identifier: MIT */
#ifndef LLM_ZONE_H
#define LLM_ZONE_H

#include "base/err.h"
#include "base/str.h"

#define LLM_ZONE_SIZE 16 /* an abbreviation such as "EAT", and NUL */

struct llm_zone {
	int64_t offset_s; /* east of UTC */
	char name[LLM_ZONE_SIZE];
};

/*
 * "Africa/Nairobi", "UTC", "Z", "+03:00", "+3", "-0530", "UTC+3". ERR_INVALID
 * with a sentence for what is none of them. Reads the files of the tzdata
 * package by itself: the C library's one zone belongs to the whole process.
 */
MUST_CHECK enum err_code llm_zone_at(
    struct str zone, int64_t at_s, struct llm_zone *zone_r, struct err *err);
/* The same out of the bytes of a TZif file (RFC 8536); false when they are
 * not one. */
bool llm_zone_parse(struct str tzif, int64_t at_s, struct llm_zone *zone_r);

#endif
