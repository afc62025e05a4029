/* unit.h: what the unit tests share */
/* SPDX-License-Identifier: MIT */
#ifndef UNIT_H
#define UNIT_H

#include <CUnit/CUnit.h>

#include "base/str.h"

/* Whether got is want; prints both when not. */
bool unit_same(struct str got, const char *want);
/* Returns ok; prints the index and the text of a table's row when not. */
bool unit_case(bool ok, size_t i, const char *text);
/*
 * A new file in the tests' own folder with this text, and its path; removed
 * when the runner ends. The path lives until the next call.
 */
const char *unit_file(const char *text);
/* What a file holds, cut at size - 1 bytes. */
struct str unit_read(const char *path, char *out, size_t size);

#endif
