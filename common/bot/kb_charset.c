/* kb_charset.c: pages in other character sets than UTF-8 */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_charset.h"

#include <errno.h>
#include <iconv.h>

#include "base/buf.h"
#include "base/valid.h"

#define META_SEARCH 4096 /* bytes of a page */
#define UNKNOWN	    "\xEF\xBF\xBD"

/* The labels of the web (Encoding Standard) and what iconv calls them. What a
 * page says is never given to iconv itself. */
static const struct {
	const char *label;
	const char *name; /* NULL: UTF-8 */
} charsets[] = {
	{ "utf-8", NULL },
	{ "utf8", NULL },
	{ "us-ascii", "CP1252" },
	{ "ascii", "CP1252" },
	{ "iso-8859-1", "CP1252" },
	{ "iso8859-1", "CP1252" },
	{ "latin1", "CP1252" },
	{ "windows-1252", "CP1252" },
	{ "cp1252", "CP1252" },
	{ "iso-8859-2", "ISO-8859-2" },
	{ "iso-8859-5", "ISO-8859-5" },
	{ "iso-8859-7", "ISO-8859-7" },
	{ "iso-8859-9", "CP1254" },
	{ "iso-8859-15", "ISO-8859-15" },
	{ "windows-1250", "CP1250" },
	{ "windows-1251", "CP1251" },
	{ "windows-1253", "CP1253" },
	{ "windows-1254", "CP1254" },
	{ "windows-1255", "CP1255" },
	{ "windows-1256", "CP1256" },
	{ "koi8-r", "KOI8-R" },
	{ "koi8-u", "KOI8-U" },
	{ "utf-16", "UTF-16LE" },
	{ "utf-16le", "UTF-16LE" },
	{ "utf-16be", "UTF-16BE" },
};

struct str kb_charset_param(struct str type, const char *name)
{
	struct str part, key;
	size_t at;

	if (!str_split(&type, ';', &part))
		return STR_EMPTY;
	while (str_split(&type, ';', &part)) {
		at = str_index(part, '=');
		key = str_trim(str_head(part, at));
		if (at == part.n || !str_ieq(key, str_of(name)))
			continue;
		part = str_trim(str_from(part, at + 1));
		if (part.n >= 2 && str_starts(part, STR("\"")) &&
		    str_ends(part, STR("\"")))
			part = str_make(part.p + 1, part.n - 2);
		return part;
	}
	return STR_EMPTY;
}

/* Of <meta charset="..."> and of <meta ... content="text/html; charset=...">,
 * without reading the page as HTML. */
static struct str find_meta(struct pool *pool, struct str page)
{
	struct str head = str_lower(pool, str_head(page, META_SEARCH)), rest;
	size_t at, n;

	while ((at = str_search(head, STR("<meta"))) < head.n) {
		head = str_from(head, at + 5);
		rest = str_head(head, str_index(head, '>'));
		at = str_search(rest, STR("charset"));
		if (at == rest.n)
			continue;
		rest = str_trim(str_from(rest, at + 7));
		if (!str_starts(rest, STR("=")))
			continue;
		rest = str_trim(str_from(rest, 1));
		if (str_starts(rest, STR("\"")) || str_starts(rest, STR("'")))
			rest = str_from(rest, 1);
		for (n = 0;
		     n < rest.n && strchr("\"' ;/\t\r\n", rest.p[n]) == NULL;
		     n++)
			;
		return str_head(rest, n);
	}
	return STR_EMPTY;
}

static bool find_name(struct str label, const char **name_r)
{
	for (size_t i = 0; i < COUNT_OF(charsets); i++) {
		if (!str_ieq(label, str_of(charsets[i].label)))
			continue;
		*name_r = charsets[i].name;
		return true;
	}
	return false;
}

static struct str mend(struct pool *pool, struct str bytes)
{
	struct str out;
	struct buf b;
	bool ok;
	size_t n;

	if (valid_utf8(bytes))
		return bytes;
	buf_init(&b, 0);
	while (bytes.n > 0) {
		n = valid_utf8_char(bytes, &ok);
		buf_put(&b, ok ? str_head(bytes, n) : STR(UNKNOWN));
		bytes = str_from(bytes, n);
	}
	out = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return out;
}

static struct str convert(
    struct pool *pool, struct str bytes, const char *charset)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	char part[4096], *in, *out;
	size_t left = bytes.n, room;
	struct str text;
	struct buf b;

	if (cd == (iconv_t)-1)
		return mend(pool, bytes);
	buf_init(&b, 0);
	in = str_dup(pool, bytes);
	while (left > 0) {
		out = part;
		room = sizeof(part);
		if (iconv(cd, &in, &left, &out, &room) == (size_t)-1 &&
		    errno != E2BIG) {
			buf_bytes(&b, part, sizeof(part) - room);
			buf_puts(&b, UNKNOWN);
			in++;
			left--;
			continue;
		}
		buf_bytes(&b, part, sizeof(part) - room);
	}
	iconv_close(cd);
	text = mend(pool, str_copy(pool, buf_str(&b)));
	buf_fini(&b);
	return text;
}

struct str kb_charset_read(
    struct pool *pool, struct str bytes, struct str content_type, bool is_html)
{
	const char *name = NULL;

	if (str_starts(bytes, STR("\xEF\xBB\xBF")))
		return mend(pool, str_from(bytes, 3));
	if (str_starts(bytes, STR("\xFF\xFE")))
		return convert(pool, str_from(bytes, 2), "UTF-16LE");
	if (str_starts(bytes, STR("\xFE\xFF")))
		return convert(pool, str_from(bytes, 2), "UTF-16BE");
	if (!find_name(kb_charset_param(content_type, "charset"), &name) &&
	    !(is_html && find_name(find_meta(pool, bytes), &name)) &&
	    !valid_utf8(bytes))
		name = "CP1252";
	return name != NULL ? convert(pool, bytes, name) : mend(pool, bytes);
}
