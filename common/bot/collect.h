/* collect.h: reads phone numbers, numbers and dates as people write them */
/* SPDX-License-Identifier: MIT */
#ifndef COLLECT_H
#define COLLECT_H

#include "base/pool.h"
#include "base/str.h"

#define COLLECT_DATE_SIZE 11 /* "2026-01-31" and its NUL */

/*
 * A phone number as E.164 says: +255712345678. Blanks, dots, hyphens, slashes
 * and parentheses are passed over. What begins with + or 00 is international,
 * what begins with one 0 gets the country's code (its digits), everything else
 * is international when it has more than ten digits or begins with that code,
 * and national when not. 8 to 15 digits in all.
 */
bool collect_phone(struct pool *pool, struct str text, struct str country,
    struct str *phone_r);

/* 1500, 1,500, 1 500.50, 1'500, -3, 1,5: a comma before exactly three digits
 * groups, any other one is the decimal point. */
bool collect_number(struct pool *pool, struct str text, double *number_r);

/* 2026-01-31, 31/1/2026, 31.1.2026, 31-01-2026 (the day first), 31 January
 * 2026, Jan 31, 2026, 31 Januari 2026: names in English and Swahili. Only days
 * that exist, in the years 1900 to 2199. */
bool collect_date(struct str text, char date_r[COLLECT_DATE_SIZE]);

#endif
