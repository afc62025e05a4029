/* fold.c: texts as people compare them: without case, blanks as one */
/* SPDX-License-Identifier: MIT */
#include "bot/fold.h"

#include <locale.h>
#include <pthread.h>
#include <wctype.h>

#include "base/buf.h"
#include "base/valid.h"

/* The letters of all scripts, whatever locale the program runs in. */
static locale_t unicode;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_locale(void)
{
	unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (unicode == (locale_t)0)
		unicode = newlocale(LC_CTYPE_MASK, "C", (locale_t)0);
}

/* Takes one character off; U+FFFD for bytes that are none. */
static uint32_t next_char(struct str *s)
{
	bool ok;
	size_t n = valid_utf8_char(*s, &ok);
	const unsigned char *p = (const unsigned char *)s->p;
	uint32_t c;

	*s = str_from(*s, n);
	if (!ok)
		return 0xFFFD;
	if (n == 1)
		return p[0];
	c = p[0] & (0xFFU >> (n + 1));
	for (size_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3FU);
	return c;
}

static bool is_blank(uint32_t c)
{
	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return c == 0xA0 || iswspace_l((wint_t)c, unicode);
}

bool fold_is_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		       (c >= 'A' && c <= 'Z') || c == '_';
	pthread_once(&once, make_locale);
	return (c >= 0x300 && c <= 0x36F) || iswalnum_l((wint_t)c, unicode);
}

struct fold fold_make(struct pool *pool, struct str s)
{
	uint32_t *p = pool_alloc(pool, (s.n + 1) * sizeof(*p));
	bool was_blank = true;
	size_t n = 0;
	uint32_t c;

	pthread_once(&once, make_locale);
	while (s.n > 0) {
		c = next_char(&s);
		if (is_blank(c)) {
			if (!was_blank)
				p[n++] = ' ';
			was_blank = true;
			continue;
		}
		was_blank = false;
		if (c < 0x80)
			p[n++] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
		else if (c == 0x2019)
			p[n++] = '\'';
		else
			p[n++] = (uint32_t)towlower_l((wint_t)c, unicode);
	}
	if (n > 0 && was_blank)
		n--;
	return (struct fold){ p, n };
}

void fold_put(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_byte(b, (char)c);
	} else if (c < 0x800) {
		buf_byte(b, (char)(0xC0 | c >> 6));
		buf_byte(b, (char)(0x80 | (c & 0x3F)));
	} else if (c < 0x10000) {
		buf_byte(b, (char)(0xE0 | c >> 12));
		buf_byte(b, (char)(0x80 | (c >> 6 & 0x3F)));
		buf_byte(b, (char)(0x80 | (c & 0x3F)));
	} else {
		buf_byte(b, (char)(0xF0 | c >> 18));
		buf_byte(b, (char)(0x80 | (c >> 12 & 0x3F)));
		buf_byte(b, (char)(0x80 | (c >> 6 & 0x3F)));
		buf_byte(b, (char)(0x80 | (c & 0x3F)));
	}
}

static struct str in_case(
    struct pool *pool, struct str s, wint_t (*to)(wint_t, locale_t))
{
	struct str out;
	struct buf b;

	pthread_once(&once, make_locale);
	buf_init(&b, 0);
	while (s.n > 0)
		fold_put(&b, (uint32_t)to((wint_t)next_char(&s), unicode));
	out = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return out;
}

struct str fold_lower(struct pool *pool, struct str s)
{
	return in_case(pool, s, towlower_l);
}

struct str fold_upper(struct pool *pool, struct str s)
{
	return in_case(pool, s, towupper_l);
}

bool fold_eq(struct fold a, struct fold b)
{
	return a.n == b.n &&
	       (a.n == 0 || memcmp(a.p, b.p, a.n * sizeof(*a.p)) == 0);
}

bool fold_has_word(struct fold text, struct fold word)
{
	size_t end;

	if (word.n == 0 || word.n > text.n)
		return false;
	for (size_t i = 0; i <= text.n - word.n; i++) {
		end = i + word.n;
		if (memcmp(text.p + i, word.p, word.n * sizeof(*word.p)) != 0)
			continue;
		if ((i == 0 || !fold_is_word(text.p[i - 1]) ||
			!fold_is_word(word.p[0])) &&
		    (end == text.n || !fold_is_word(text.p[end]) ||
			!fold_is_word(word.p[word.n - 1])))
			return true;
	}
	return false;
}
