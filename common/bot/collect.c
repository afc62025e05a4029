/* collect.c: reads phone numbers, numbers and dates as people write them */
/* SPDX-License-Identifier: MIT */
#include "bot/collect.h"

#include "base/buf.h"
#include "bot/value.h"

#define DIGITS_MAX 15

bool collect_phone(
    struct pool *pool, struct str text, struct str country, struct str *phone_r)
{
	char digits[DIGITS_MAX + 3];
	size_t n = 0;
	struct str all;
	bool is_whole;

	text = str_trim(text);
	is_whole = str_starts(text, STR("+"));
	for (size_t i = is_whole; i < text.n; i++) {
		if (text.p[i] >= '0' && text.p[i] <= '9') {
			if (n == sizeof(digits))
				return false;
			digits[n++] = text.p[i];
		} else if (strchr(" .-/()", text.p[i]) == NULL) {
			return false;
		}
	}
	all = str_make(digits, n);
	if (!is_whole && str_starts(all, STR("00"))) {
		all = str_from(all, 2);
		is_whole = true;
	}
	is_whole = is_whole || (!str_starts(all, STR("0")) &&
				   (n > 10 || str_starts(all, country)));
	if (!is_whole)
		all = str_from(all, str_starts(all, STR("0")) ? 1 : 0);
	n = all.n + (is_whole ? 0 : country.n);
	if (n < 8 || n > DIGITS_MAX || str_starts(all, STR("0")))
		return false;
	*phone_r = str_of(pool_printf(pool, "+%.*s%.*s",
	    STR_ARG(is_whole ? STR_EMPTY : country), STR_ARG(all)));
	return true;
}

/* Whether exactly three digits and then no further one stand here. */
static bool is_group(struct str s)
{
	for (size_t i = 0; i < 3; i++) {
		if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return s.n == 3 || s.p[3] < '0' || s.p[3] > '9';
}

bool collect_number(struct pool *pool, struct str text, double *number_r)
{
	struct value v;
	struct buf b;
	bool ok;
	char c;

	text = str_trim(text);
	buf_init(&b, 100);
	for (size_t i = 0; i < text.n; i++) {
		struct str rest = str_from(text, i + 1);

		c = text.p[i];
		if ((c == ' ' || c == '\'') && is_group(rest) && i > 0)
			continue;
		if (c == ',' && i > 0 && is_group(rest))
			continue;
		buf_byte(&b, (char)(c == ',' ? '.' : c));
	}
	v = value_of_text(str_copy(pool, buf_str(&b)));
	ok = !buf_failed(&b) && value_number(&v, number_r);
	buf_fini(&b);
	return ok;
}

static const char *const months[][3] = { { "january", "januari", "jan" },
	{ "february", "februari", "feb" }, { "march", "machi", "mar" },
	{ "april", "aprili", "apr" }, { "may", "mei", "may" },
	{ "june", "juni", "jun" }, { "july", "julai", "jul" },
	{ "august", "agosti", "aug" }, { "september", "septemba", "sep" },
	{ "october", "oktoba", "oct" }, { "november", "novemba", "nov" },
	{ "december", "desemba", "dec" } };

static unsigned month_of(struct str word)
{
	for (unsigned i = 0; i < COUNT_OF(months); i++) {
		for (size_t k = 0; k < COUNT_OF(months[i]); k++) {
			if (str_ieq(word, str_of(months[i][k])))
				return i + 1;
		}
	}
	return 0;
}

static bool is_day(uint64_t year, uint64_t month, uint64_t day)
{
	static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && is_leap);
}

/* "31st" and "31" */
static bool read_day(struct str s, uint64_t *v_r)
{
	static const char *const ends[] = { "st", "nd", "rd", "th" };

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		if (s.n > 2 && str_ieq(str_from(s, s.n - 2), str_of(ends[i])))
			s = str_head(s, s.n - 2);
	}
	return s.n <= 2 && str_u64(s, 1, 31, v_r);
}

bool collect_date(struct str text, char date_r[COLLECT_DATE_SIZE])
{
	uint64_t day = 0, month = 0, year = 0;
	struct str parts[3];
	size_t n = 0, at;
	bool ok;

	text = str_trim(text);
	while (text.n > 0) {
		for (at = 0; at < text.n && strchr(" ,./-", text.p[at]) == NULL;
		     at++)
			;
		if (at > 0) {
			if (n == 3)
				return false;
			parts[n++] = str_head(text, at);
		}
		text = str_from(text, at + (at < text.n));
	}
	if (n != 3)
		return false;
	if (parts[0].n == 4) {
		ok = str_u64(parts[0], 1900, 2199, &year) &&
		     str_u64(parts[1], 1, 12, &month) &&
		     read_day(parts[2], &day);
	} else {
		ok = parts[2].n == 4 && str_u64(parts[2], 1900, 2199, &year);
		month = month_of(parts[1]);
		if (month > 0 || month_of(parts[0]) == 0) {
			ok = ok && read_day(parts[0], &day) &&
			     (month > 0 || str_u64(parts[1], 1, 12, &month));
		} else {
			month = month_of(parts[0]);
			ok = ok && read_day(parts[1], &day);
		}
	}
	if (!ok || !is_day(year, month, day))
		return false;
	/* the bounds are is_day's; the compiler wants to see them */
	snprintf(date_r, COLLECT_DATE_SIZE, "%04u-%02u-%02u",
	    (unsigned)(year % 10000), (unsigned)(month % 100),
	    (unsigned)(day % 100));
	return true;
}
