/* llm_zone.c: what time it is somewhere, from the system's time zone files */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_zone.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#define FOLDER	      "/usr/share/zoneinfo/"
#define ZONE_NAME_MAX 60
#define FILE_MAX      65536
#define HEADER	      44
#define DAY_S	      86400
#define HOUR_S	      3600
#define OFFSET_MAX    26 /* hours that a zone may be away from UTC */

/* Bytes that are read from the front; short once, short for ever. */
struct bytes {
	struct str rest;
	bool is_short;
};

static struct str take(struct bytes *b, uint64_t n)
{
	struct str part = STR_EMPTY;

	if (n > b->rest.n) {
		b->is_short = true;
		b->rest = STR_EMPTY;
	} else {
		part = str_head(b->rest, (size_t)n);
		b->rest = str_from(b->rest, (size_t)n);
	}
	return part;
}

/* Big endian, two's complement. */
static int64_t number(struct str s)
{
	uint64_t v = s.n > 0 && (unsigned char)s.p[0] > 0x7f ? UINT64_MAX : 0;

	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | (unsigned char)s.p[i];
	return (int64_t)v;
}

/* ------------------------------------------- the rule at the end of a file */

/* A digit or more. */
static bool take_int(struct str *s, int64_t max, int64_t *v_r)
{
	size_t n = 0;
	uint64_t v;

	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	if (!str_u64(str_head(*s, n), 0, (uint64_t)max, &v))
		return false;
	*s = str_from(*s, n);
	*v_r = (int64_t)v;
	return true;
}

static bool take_sign(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_from(*s, 1);
	return true;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(struct str *s, int64_t *v_r)
{
	bool is_negative = take_sign(s, '-');
	int64_t h, m = 0, sec = 0;

	if (!is_negative)
		(void)take_sign(s, '+');
	if (!take_int(s, 167, &h))
		return false;
	if (take_sign(s, ':') && !take_int(s, 59, &m))
		return false;
	if (take_sign(s, ':') && !take_int(s, 59, &sec))
		return false;
	*v_r = h * HOUR_S + m * 60 + sec;
	if (is_negative)
		*v_r = -*v_r;
	return true;
}

/* CET or <+03> */
static bool take_name(struct str *s, struct str *name_r)
{
	size_t n = 0;

	if (take_sign(s, '<')) {
		*name_r = str_head(*s, str_index(*s, '>'));
		*s = str_from(*s, name_r->n);
		return take_sign(s, '>');
	}
	while (n < s->n && ((s->p[n] | 0x20) >= 'a' && (s->p[n] | 0x20) <= 'z'))
		n++;
	*name_r = str_head(*s, n);
	*s = str_from(*s, n);
	return n > 0;
}

static bool is_leap(int64_t y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* Days since 1970 of the first of a month. */
static int64_t first_of(int64_t y, int64_t m)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
		273, 304, 334, 365 };
	int64_t past = y - 1;

	return (y - 1970) * 365 + (past / 4 - past / 100 + past / 400) - 477 +
	       before[m - 1] + (m > 2 && is_leap(y));
}

/* Mm.w.d, Jn or n, and /time: seconds since 1970 in local time. */
static bool take_day(struct str *s, int64_t y, int64_t *at_r)
{
	int64_t m, w, d, day, time = 2 * HOUR_S;

	if (take_sign(s, 'M')) {
		if (!take_int(s, 12, &m) || m < 1 || !take_sign(s, '.') ||
		    !take_int(s, 5, &w) || w < 1 || !take_sign(s, '.') ||
		    !take_int(s, 6, &d))
			return false;
		day = first_of(y, m);
		/* 1970-01-01 was a Thursday */
		day += (d - (day + 4) % 7 + 7) % 7 + (w - 1) * 7;
		if (day >= (m == 12 ? first_of(y + 1, 1) : first_of(y, m + 1)))
			day -= 7;
	} else if (take_sign(s, 'J')) {
		if (!take_int(s, 365, &d) || d < 1)
			return false;
		day = first_of(y, 1) + d - 1 + (is_leap(y) && d > 59);
	} else if (take_int(s, 365, &d)) {
		day = first_of(y, 1) + d;
	} else {
		return false;
	}
	if (take_sign(s, '/') && !take_time(s, &time))
		return false;
	*at_r = day * DAY_S + time;
	return true;
}

static void set(struct llm_zone *zone, int64_t offset, struct str name)
{
	zone->offset_s = offset;
	snprintf(zone->name, sizeof(zone->name), "%.*s", STR_ARG(name));
}

static int64_t year_of(int64_t at_s)
{
	time_t t = (time_t)at_s;
	struct tm tm;

	gmtime_r(&t, &tm);
	return tm.tm_year + INT64_C(1900);
}

/* "CET-1CEST,M3.5.0,M10.5.0/3" (POSIX): what holds behind the last change. */
static bool by_rule(struct str rule, int64_t at, struct llm_zone *zone_r)
{
	struct str std, dst;
	int64_t std_west, dst_west, begin, end;
	int64_t year;
	bool is_summer;

	if (!take_name(&rule, &std) || !take_time(&rule, &std_west))
		return false;
	set(zone_r, -std_west, std);
	if (rule.n == 0)
		return true;
	if (!take_name(&rule, &dst))
		return false;
	dst_west = std_west - HOUR_S;
	if (rule.n > 0 && rule.p[0] != ',' && !take_time(&rule, &dst_west))
		return false;
	year = year_of(at - std_west);
	if (!take_sign(&rule, ',') || !take_day(&rule, year, &begin) ||
	    !take_sign(&rule, ',') || !take_day(&rule, year, &end))
		return false;
	begin += std_west;
	end += dst_west;
	is_summer =
	    begin < end ? at >= begin && at < end : at >= begin || at < end;
	if (is_summer)
		set(zone_r, -dst_west, dst);
	return true;
}

/* ------------------------------------------------------------------- files */

struct counts {
	uint64_t ut, std, leap, time, type, text;
};

static bool take_header(struct bytes *b, struct counts *c)
{
	struct bytes h = { .rest = take(b, HEADER) };

	if (!str_eq(take(&h, 4), STR("TZif")))
		return false;
	(void)take(&h, 16);
	c->ut = (uint64_t)number(take(&h, 4)) & UINT32_MAX;
	c->std = (uint64_t)number(take(&h, 4)) & UINT32_MAX;
	c->leap = (uint64_t)number(take(&h, 4)) & UINT32_MAX;
	c->time = (uint64_t)number(take(&h, 4)) & UINT32_MAX;
	c->type = (uint64_t)number(take(&h, 4)) & UINT32_MAX;
	c->text = (uint64_t)number(take(&h, 4)) & UINT32_MAX;
	return !h.is_short && c->type > 0;
}

static bool by_type(
    struct str types, struct str texts, uint64_t i, struct llm_zone *zone_r)
{
	struct str type = str_head(str_from(types, i * 6), 6);
	struct str name;

	if (type.n < 6)
		return false;
	name = str_from(texts, (unsigned char)type.p[5]);
	set(zone_r, number(str_head(type, 4)),
	    str_head(name, str_index(name, '\0')));
	return true;
}

bool llm_zone_parse(struct str tzif, int64_t at, struct llm_zone *zone_r)
{
	struct bytes b = { .rest = tzif };
	struct str times, kinds, types, texts;
	struct counts c;
	uint64_t i = 0;

	if (!take_header(&b, &c))
		return false;
	/* the first block is for those who know 32 bits only */
	(void)take(
	    &b, c.time * 5 + c.type * 6 + c.text + c.leap * 8 + c.std + c.ut);
	if (!take_header(&b, &c))
		return false;
	times = take(&b, c.time * 8);
	kinds = take(&b, c.time);
	types = take(&b, c.type * 6);
	texts = take(&b, c.text);
	(void)take(&b, c.leap * 12 + c.std + c.ut + 1);
	if (b.is_short)
		return false;
	while (i < c.time && number(str_head(str_from(times, i * 8), 8)) <= at)
		i++;
	if (i == c.time && b.rest.n > 1 &&
	    by_rule(str_head(b.rest, str_index(b.rest, '\n')), at, zone_r))
		return true;
	return by_type(
	    types, texts, i > 0 ? (unsigned char)kinds.p[i - 1] : 0, zone_r);
}

/* Names of files below the folder, and of no others. */
static bool is_file_name(struct str s)
{
	if (s.n == 0 || s.n > ZONE_NAME_MAX || s.p[0] == '/' ||
	    str_search(s, STR("..")) < s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '/' || c == '_' ||
			c == '-' || c == '+'))
			return false;
	}
	return true;
}

static bool by_file(struct str name, int64_t at, struct llm_zone *zone_r)
{
	char path[sizeof(FOLDER) + ZONE_NAME_MAX];
	char *bytes;
	ssize_t n;
	bool ok;
	int fd;

	if (!is_file_name(name))
		return false;
	snprintf(path, sizeof(path), FOLDER "%.*s", STR_ARG(name));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bytes = mem_new(FILE_MAX);
	n = read(fd, bytes, FILE_MAX);
	close(fd);
	ok = n > 0 && llm_zone_parse(str_make(bytes, (size_t)n), at, zone_r);
	free(bytes);
	return ok;
}

/* +03:00, -0530, +3, with or without UTC or GMT before it. */
static bool by_offset(struct str s, struct llm_zone *zone_r)
{
	bool is_west;
	int64_t h, m = 0;

	if (str_ieq(str_head(s, 3), STR("UTC")) ||
	    str_ieq(str_head(s, 3), STR("GMT")))
		s = str_from(s, 3);
	else if (str_ieq(s, STR("Z")))
		s = STR_EMPTY;
	if (s.n == 0) {
		set(zone_r, 0, STR("UTC"));
		return true;
	}
	is_west = s.p[0] == '-';
	if (!take_sign(&s, '-') && !take_sign(&s, '+'))
		return false;
	if (s.n == 4 && str_index(s, ':') == 4) {
		struct str hours = str_head(s, 2);

		s = str_from(s, 2);
		if (!take_int(&hours, OFFSET_MAX, &h) || hours.n > 0 ||
		    !take_int(&s, 59, &m))
			return false;
	} else if (!take_int(&s, OFFSET_MAX, &h) ||
		   (take_sign(&s, ':') && !take_int(&s, 59, &m))) {
		return false;
	}
	if (s.n > 0)
		return false;
	h = h * HOUR_S + m * 60;
	set(zone_r, is_west ? -h : h, STR("UTC"));
	return true;
}

enum err_code llm_zone_at(
    struct str zone, int64_t at_s, struct llm_zone *zone_r, struct err *err)
{
	zone = str_trim(zone);
	if ((zone.n > 0 && by_offset(zone, zone_r)) ||
	    by_file(zone, at_s, zone_r))
		return ERR_OK;
	return err_set(err, ERR_INVALID,
	    "There is no time zone “%.*s”. Known are names such as "
	    "Africa/Nairobi and offsets such as +03:00.",
	    (int)MIN_OF(zone.n, ZONE_NAME_MAX), zone.p != NULL ? zone.p : "");
}
