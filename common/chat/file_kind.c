/* file_kind.c: which kinds of files are taken, and how they may be called */
/* SPDX-License-Identifier: MIT */
#include "chat/file_kind.h"

#include "base/image_size.h"
#include "base/magic.h"
#include "base/valid.h"

#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF   "application/vnd.oasis.opendocument."

enum { PICTURE = 1, SHOWN = 2, TEXT = 4 };

/* THE table: what libmagic says, what we call it, the endings that are true. */
static const struct row {
	const char *magic;
	const char *type;
	const char *endings; /* the first one is given to names without */
	unsigned flags;
} rows[] = {
	{ "image/png", "image/png", "png", PICTURE | SHOWN },
	{ "image/jpeg", "image/jpeg", "jpg jpeg jfif", PICTURE | SHOWN },
	{ "image/gif", "image/gif", "gif", PICTURE | SHOWN },
	{ "image/webp", "image/webp", "webp", PICTURE | SHOWN },
	{ "audio/mpeg", "audio/mpeg", "mp3 mpga", SHOWN },
	{ "audio/x-wav", "audio/wav", "wav", SHOWN },
	{ "audio/wav", "audio/wav", "wav", SHOWN },
	{ "audio/ogg", "audio/ogg", "ogg oga opus", SHOWN },
	{ "application/ogg", "audio/ogg", "ogg oga ogv opus", SHOWN },
	{ "audio/flac", "audio/flac", "flac", SHOWN },
	{ "audio/x-flac", "audio/flac", "flac", SHOWN },
	{ "audio/x-m4a", "audio/mp4", "m4a mp4", SHOWN },
	{ "audio/mp4", "audio/mp4", "m4a mp4", SHOWN },
	{ "audio/x-hx-aac-adts", "audio/aac", "aac", SHOWN },
	{ "audio/amr", "audio/amr", "amr", 0 },
	{ "video/mp4", "video/mp4", "mp4 m4v", SHOWN },
	{ "video/x-m4v", "video/mp4", "m4v mp4", SHOWN },
	{ "video/webm", "video/webm", "webm weba", SHOWN },
	{ "video/ogg", "video/ogg", "ogv ogg", SHOWN },
	{ "video/quicktime", "video/quicktime", "mov qt", SHOWN },
	{ "video/3gpp", "video/3gpp", "3gp", SHOWN },
	{ "application/pdf", "application/pdf", "pdf", 0 },
	{ "text/csv", "text/csv", "csv txt", TEXT },
	{ "text/plain", "text/plain", "txt csv log md", TEXT },
	{ "application/csv", "text/csv", "csv txt", TEXT },
	{ "text/rtf", "application/rtf", "rtf", 0 },
	{ "application/rtf", "application/rtf", "rtf", 0 },
	{ "application/zip", "application/zip", "zip", 0 },
	{ OOXML "wordprocessingml.document", OOXML "wordprocessingml.document",
	    "docx", 0 },
	{ OOXML "spreadsheetml.sheet", OOXML "spreadsheetml.sheet", "xlsx", 0 },
	{ OOXML "presentationml.presentation",
	    OOXML "presentationml.presentation", "pptx", 0 },
	{ ODF "text", ODF "text", "odt", 0 },
	{ ODF "spreadsheet", ODF "spreadsheet", "ods", 0 },
	{ ODF "presentation", ODF "presentation", "odp", 0 },
	{ "application/msword", "application/msword", "doc", 0 },
	{ "application/vnd.ms-excel", "application/vnd.ms-excel", "xls", 0 },
	{ "application/vnd.ms-powerpoint", "application/vnd.ms-powerpoint",
	    "ppt", 0 },
};

/* The old office programs wrote one container; which of them it was is told by
 * the name when not by the bytes. */
static const struct {
	const char *ending;
	const char *magic;
} containers[] = {
	{ "doc", "application/msword" },
	{ "xls", "application/vnd.ms-excel" },
	{ "ppt", "application/vnd.ms-powerpoint" },
};

/* Endings by which systems run what they are given. */
static const char *const programs[] = { "exe", "com", "scr", "bat", "cmd",
	"msi", "pif", "cpl", "dll", "lnk", "ps1", "vbs", "vbe", "js", "jse",
	"mjs", "wsf", "wsh", "hta", "jar", "apk", "app", "dmg", "pkg", "deb",
	"rpm", "sh", "bash", "py", "pl", "rb", "php", "phtml", "php5", "asp",
	"aspx", "jsp", "cgi", "html", "htm", "xhtml", "shtml", "svg", "xml",
	"swf", "reg", "url", "desktop", "iso", "img" };

static const struct row *find_row(struct str magic)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (str_eq(magic, str_of(rows[i].magic)))
			return &rows[i];
	return NULL;
}

static const struct row *find_type(struct str type)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (str_eq(type, str_of(rows[i].type)))
			return &rows[i];
	return NULL;
}

bool file_kind_is_shown(struct str type)
{
	const struct row *row = find_type(type);

	return row && row->flags & SHOWN;
}

bool file_kind_is_icon(struct str type)
{
	return str_eq(type, STR("image/png")) ||
	       str_eq(type, STR("image/jpeg")) ||
	       str_eq(type, STR("image/gif"));
}

/* What stands behind the last dot; empty when there is none. */
static struct str ending_of(struct str name)
{
	size_t i = name.n;

	while (i > 0 && name.p[i - 1] != '.')
		i--;
	return i ? str_from(name, i) : STR_EMPTY;
}

static bool is_among(struct str ending, const char *endings)
{
	struct str rest = str_of(endings), one;

	while (rest.n && str_split(&rest, ' ', &one))
		if (str_ieq(one, ending))
			return true;
	return false;
}

/* -------------------------------------------------------------- what it is */

/* What a browser of the careless kind would take for a page, and a shell for
 * a program, though it looks like text to others. */
static bool is_code(struct str bytes)
{
	struct str s = bytes;

	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_from(s, 3);
	if (str_starts(s, STR("#!")))
		return true;
	while (s.n && strchr(" \t\r\n\f", s.p[0]) && s.p[0])
		s = str_from(s, 1);
	if (s.n < 2 || s.p[0] != '<')
		return false;
	return s.p[1] == '!' || s.p[1] == '?' ||
	       (s.p[1] >= 'a' && s.p[1] <= 'z') ||
	       (s.p[1] >= 'A' && s.p[1] <= 'Z');
}

static struct str container_type(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(containers); i++)
		if (str_ieq(ending_of(name), str_of(containers[i].ending)))
			return str_of(containers[i].magic);
	return STR_EMPTY;
}

static enum err_code measure(
    struct str bytes, struct file_kind *kind, struct err *err)
{
	if (!image_size(bytes, &kind->width, &kind->height))
		return err_set(err, ERR_MEDIA_TYPE, "The picture is damaged.");
	if (kind->width > FILE_SIDE_MAX || kind->height > FILE_SIDE_MAX ||
	    (uint64_t)kind->width * kind->height > FILE_PIXELS_MAX)
		return err_set(err, ERR_MEDIA_TYPE,
		    "The picture has too many pixels: at most %d on a side and "
		    "%d together.",
		    FILE_SIDE_MAX, FILE_PIXELS_MAX);
	return ERR_OK;
}

enum err_code file_kind_find(struct pool *pool, struct str bytes,
    struct str name, struct file_kind *kind_r, struct err *err)
{
	const struct row *row;
	struct str magic;
	enum err_code code;

	memset(kind_r, 0, sizeof(*kind_r));
	if (!bytes.n)
		return err_set(err, ERR_BAD_REQUEST, "The file is empty.");
	code = magic_type(pool, bytes, &magic, err);
	if (code)
		return code;
	if (str_eq(magic, STR("application/CDFV2")) ||
	    str_eq(magic, STR("application/x-ole-storage")))
		magic = container_type(name);
	row = find_row(magic);
	if (!row || (row->flags & TEXT && is_code(bytes)))
		return err_set(err, ERR_MEDIA_TYPE,
		    "Files of this kind are not taken: pictures, sound, films, "
		    "PDF, plain text, CSV, office documents and ZIP are.");
	kind_r->type = str_of(row->type);
	kind_r->is_shown = row->flags & SHOWN;
	return row->flags & PICTURE ? measure(bytes, kind_r, err) : ERR_OK;
}

/* -------------------------------------------------------- how it is called */

static uint32_t code_point(struct str s, size_t n)
{
	static const uint8_t first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t c = (uint8_t)s.p[0] & first[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((uint8_t)s.p[i] & 0x3f);
	return c;
}

/* What turns text around or cannot be seen. */
static bool is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	       c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	       c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

/* The last part of a path, without what no system or eye can stand. */
static struct str scrub(struct pool *pool, struct str name)
{
	struct str s = name, part, result;
	struct buf b;
	size_t i, n;
	bool ok;

	for (i = s.n; i > 0 && s.p[i - 1] != '/' && s.p[i - 1] != '\\'; i--)
		continue;
	s = str_from(s, i);
	buf_init(&b, 0);
	while (s.n) {
		n = valid_utf8_char(s, &ok);
		part = str_head(s, n);
		if (!ok)
			buf_byte(&b, '_');
		else if (n == 1 && strchr("<>:\"|?*", s.p[0]) && s.p[0])
			buf_byte(&b, '_');
		else if (!is_hidden(code_point(s, n)))
			buf_put(&b, part);
		s = str_from(s, n);
	}
	result = str_trim(str_copy(pool, buf_str(&b)));
	buf_fini(&b);
	while (result.n && strchr(". ", result.p[0]))
		result = str_from(result, 1);
	while (result.n && strchr(". ", result.p[result.n - 1]))
		result = str_head(result, result.n - 1);
	return result;
}

/* "invoice.pdf.exe" becomes "invoice.pdf_exe": only the last ending, which is
 * put behind it, says what the file is. */
static struct str disarm(struct pool *pool, struct str stem)
{
	char *p = str_dup(pool, stem);
	struct str rest = str_make(p, stem.n), part;
	size_t at = 0;

	while (rest.n && str_split(&rest, '.', &part)) {
		struct str bare = str_trim(part);

		for (size_t i = 0; at && i < COUNT_OF(programs); i++)
			if (str_ieq(bare, str_of(programs[i])))
				p[at - 1] = '_';
		at += part.n + 1;
	}
	return str_make(p, stem.n);
}

struct str file_kind_name(struct pool *pool, struct str name, struct str type)
{
	const struct row *row = find_type(type);
	struct str clean = scrub(pool, name), stem = clean, ending, first;
	struct str endings = str_of(row ? row->endings : "bin");

	str_split(&endings, ' ', &first);
	ending = ending_of(clean);
	if (ending.n && ending.n < clean.n &&
	    is_among(ending, row ? row->endings : "bin"))
		stem = str_head(clean, clean.n - ending.n - 1);
	else
		ending = first;
	stem = disarm(pool, stem);
	if (!stem.n)
		stem = STR("file");
	stem = valid_utf8_cut(stem, FILE_NAME_MAX - ending.n - 1);
	return str_of(
	    pool_printf(pool, "%.*s.%.*s", STR_ARG(stem), STR_ARG(ending)));
}
