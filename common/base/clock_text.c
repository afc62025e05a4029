/* clock_text.c: how times are spelt and read */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <time.h>

#define US_PER_S INT64_C(1000000)
/* 0000-01-01 and 9999-12-31: what four digits of a year can say. */
#define SECONDS_MIN INT64_C(-62167219200)
#define SECONDS_MAX INT64_C(253402300799)

/* Splits us so that the fraction is never negative. */
static void split(int64_t us, struct tm *tm, int *fraction)
{
	int64_t s = us / US_PER_S, rest = us % US_PER_S;
	time_t t;

	if (rest < 0) {
		s--;
		rest += US_PER_S;
	}
	s = MAX_OF(s, SECONDS_MIN);
	s = MIN_OF(s, SECONDS_MAX);
	t = (time_t)s;
	gmtime_r(&t, tm);
	*fraction = (int)rest;
}

static void put_digits(char *out, int width, int v)
{
	while (width-- > 0) {
		out[width] = (char)('0' + v % 10);
		v /= 10;
	}
}

const char *clock_iso(int64_t us, char *out)
{
	struct tm tm;
	int fraction;

	split(us, &tm, &fraction);
	memcpy(out, "0000-00-00T00:00:00.000000Z", CLOCK_ISO_SIZE);
	put_digits(out, 4, tm.tm_year + 1900);
	put_digits(out + 5, 2, tm.tm_mon + 1);
	put_digits(out + 8, 2, tm.tm_mday);
	put_digits(out + 11, 2, tm.tm_hour);
	put_digits(out + 14, 2, tm.tm_min);
	put_digits(out + 17, 2, tm.tm_sec);
	put_digits(out + 20, 6, fraction);
	return out;
}

/* Takes width digits off the front. */
static bool take_number(struct str *s, size_t width, int min, int max, int *v_r)
{
	uint64_t v;

	if (s->n < width ||
	    !str_u64(str_head(*s, width), (uint64_t)min, (uint64_t)max, &v))
		return false;
	*s = str_from(*s, width);
	*v_r = (int)v;
	return true;
}

static bool take_byte(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_from(*s, 1);
	return true;
}

static bool take_date(struct str *s, struct tm *tm)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int year, month, max;
	bool is_leap;

	if (!take_number(s, 4, 0, 9999, &year) || !take_byte(s, '-') ||
	    !take_number(s, 2, 1, 12, &month) || !take_byte(s, '-'))
		return false;
	is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	max = days[month - 1] + (month == 2 && is_leap);
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	return take_number(s, 2, 1, max, &tm->tm_mday);
}

/* One to six digits behind a point, or nothing at all. */
static bool take_fraction(struct str *s, int64_t *us_r)
{
	int64_t us = 0, unit = US_PER_S;

	*us_r = 0;
	if (!take_byte(s, '.'))
		return true;
	while (s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9' && unit > 1) {
		unit /= 10;
		us += (s->p[0] - '0') * unit;
		*s = str_from(*s, 1);
	}
	*us_r = us;
	return unit < US_PER_S;
}

bool clock_parse_iso(struct str s, int64_t *us_r)
{
	struct tm tm = { 0 };
	int64_t fraction;

	if (!take_date(&s, &tm) || !(take_byte(&s, 'T') || take_byte(&s, ' ')))
		return false;
	if (!take_number(&s, 2, 0, 23, &tm.tm_hour) || !take_byte(&s, ':') ||
	    !take_number(&s, 2, 0, 59, &tm.tm_min) || !take_byte(&s, ':') ||
	    !take_number(&s, 2, 0, 59, &tm.tm_sec))
		return false;
	if (!take_fraction(&s, &fraction))
		return false;
	take_byte(&s, 'Z');
	if (s.n != 0)
		return false;
	*us_r = (int64_t)timegm(&tm) * US_PER_S + fraction;
	return true;
}
