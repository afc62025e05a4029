/* json_scan.h: whether bytes are exactly one JSON value (RFC 8259) */
/* SPDX-License-Identifier: MIT */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "base/err.h"
#include "base/str.h"

/*
 * Needed because cJSON takes more than the grammar allows (01, 1., control
 * characters in strings, trailing bytes) and loses what stands behind \u0000.
 * Objects and arrays may stand depth_max deep; numbers must be finite and at
 * most 63 bytes long. ERR_BAD_REQUEST with the fault and its byte otherwise.
 */
MUST_CHECK enum err_code json_scan_check(
    struct str text, unsigned depth_max, struct err *err);

#endif
