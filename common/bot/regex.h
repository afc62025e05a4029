/* regex.h: patterns of flow authors, matched within limits */
/* SPDX-License-Identifier: MIT */
#ifndef REGEX_H
#define REGEX_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

#define REGEX_PATTERN_MAX 1000 /* bytes */

/* A compiled pattern: never changed, so that threads may share it. */
struct regex;

/*
 * Perl's syntax (PCRE2), Unicode, without regard to case. Lives until the pool
 * is reset. A pattern that is not one is ERR_INVALID; the sentence names the
 * fault and the character (from 1) where it stands.
 */
MUST_CHECK enum err_code regex_new(struct pool *pool, struct str pattern,
    const struct regex **regex_r, struct err *err);

/*
 * Whether the pattern is found anywhere in text. What would take longer or
 * more memory than the limits allow, and text that is not UTF-8, is not found.
 */
bool regex_match(const struct regex *regex, struct str text);

#endif
