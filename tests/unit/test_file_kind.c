/* test_file_kind.c: what files are, how large pictures are, what names may be */
/* SPDX-License-Identifier: MIT */
#include "base/image_size.h"
#include "base/magic.h"
#include "base/rnd.h"
#include "chat/file_kind.h"
#include "tests/unit/unit.h"

static struct pool *pool;

static int set_up(void)
{
	pool = pool_new();
	return 0;
}

static int tear_down(void)
{
	pool_free(&pool);
	return 0;
}

#define PNG                                                                    \
	"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\x02\0\0\0"      \
	"\x12\x16\xf1\x4d"
#define GIF "GIF89a\x05\0\x04\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0"
#define JPEG                                                                   \
	"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"                       \
	"\xff\xc0\0\x11\x08\0\x07\0\x09\3\1\x11\0\2\x11\0\3\x11\0"
/* Lying on its side: orientation 6. */
#define TURNED                                                                 \
	"\xff\xd8\xff\xe1\0\x22"                                               \
	"Exif\0\0MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"      \
	"\xff\xc2\0\x11\x08\0\x07\0\x09\3\1\x11\0\2\x11\0\3\x11\0"
#define WEBP_L "RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x09\xc0\x01\0\0\0\0\0"
#define WEBP_X                                                                 \
	"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\x0b\0\0\x0c\0\0\0\0\0\0"
#define WEBP                                                                   \
	"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\1\0\x9d\1\x2a\x0e\0\x0f\0\0\0"

static void pictures_tell_their_size(void)
{
	static const struct {
		const char *what;
		struct str bytes;
		uint32_t width, height; /* 0: refused */
	} cases[] = {
		{ "png", STR_INIT(PNG), 3, 2 },
		{ "gif", STR_INIT(GIF), 5, 4 },
		{ "jpeg", STR_INIT(JPEG), 9, 7 },
		{ "jpeg on its side", STR_INIT(TURNED), 7, 9 },
		{ "webp lossless", STR_INIT(WEBP_L), 10, 8 },
		{ "webp extended", STR_INIT(WEBP_X), 12, 13 },
		{ "webp", STR_INIT(WEBP), 14, 15 },
		{ "nothing", STR_INIT(""), 0, 0 },
		{ "text", STR_INIT("hello"), 0, 0 },
		{ "png cut", STR_INIT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), 0,
		    0 },
		{ "gif of no width", STR_INIT("GIF89a\0\0\4\0"), 0, 0 },
		{ "jpeg without frame",
		    STR_INIT("\xff\xd8\xff\xe0\0\4ab\xff\xda\0\2"), 0, 0 },
		{ "jpeg with a length of 1",
		    STR_INIT("\xff\xd8\xff\xe0\0\1ab\xff\xc0"), 0, 0 },
	};
	uint32_t width, height;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		width = height = 0;
		CU_ASSERT_TRUE(unit_case(
		    image_size(cases[i].bytes, &width, &height) ==
			    (cases[i].width > 0) &&
			width == cases[i].width && height == cases[i].height,
		    i, cases[i].what));
	}
}

/* Whatever is cut off or changed: an answer, and nothing read beyond. */
static void broken_pictures_are_survived(void)
{
	static const struct str all[] = { STR_INIT(PNG), STR_INIT(GIF),
		STR_INIT(JPEG), STR_INIT(TURNED), STR_INIT(WEBP),
		STR_INIT(WEBP_L), STR_INIT(WEBP_X) };
	uint32_t width, height;
	uint8_t random[2];

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		for (size_t n = 0; n <= all[i].n; n++) {
			char *p = mem_new(n + 1);

			memcpy(p, all[i].p, n);
			(void)image_size(str_make(p, n), &width, &height);
			for (int k = 0; n > 0 && k < 50; k++) {
				rnd_bytes(random, sizeof(random));
				p[random[0] % n] = (char)random[1];
				(void)image_size(
				    str_make(p, n), &width, &height);
			}
			free(p);
		}
	}
}

static void bytes_say_what_a_file_is(void)
{
	static const struct {
		const char *name;
		struct str bytes;
		const char *type; /* NULL: refused */
	} cases[] = {
		{ "a.png", STR_INIT(PNG), "image/png" },
		{ "a.txt", STR_INIT(PNG), "image/png" },
		{ "a.gif", STR_INIT(GIF), "image/gif" },
		{ "a.jpg", STR_INIT(JPEG), "image/jpeg" },
		{ "a.webp", STR_INIT(WEBP), "image/webp" },
		{ "a.pdf", STR_INIT("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
		    "application/pdf" },
		{ "a.txt", STR_INIT("Habari ya asubuhi\n"), "text/plain" },
		{ "a.csv", STR_INIT("name,age\nAsha,3\nJuma,4\nNia,5\n"),
		    "text/csv" },
		{ "a.zip",
		    STR_INIT("PK\3\4\x14\0\0\0\0\0\x1a\xa4t]\x83\x16\xdc\x8c"
			     "\1\0\0\0\1\0\0\0\1\0\0\0axPK\1\2\x14\3\x14\0\0"
			     "\0\0\0\x1a\xa4t]\x83\x16\xdc\x8c\1\0\0\0\1\0\0"),
		    "application/zip" },
		{ "a.mp3",
		    STR_INIT("ID3\4\0\0\0\0\0\x0a\0\0\0\0\0\0\0\0\0\0"
			     "\xff\xfb\x90\x64\0\0\0\0"),
		    "audio/mpeg" },
		{ "a.ogg",
		    STR_INIT("OggS\0\2\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0"
			     "\1\x1e\1vorbis\0\0\0\0\2\x44\xac\0\0"),
		    "audio/ogg" },
		{ "a.wav",
		    STR_INIT("RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0"
			     "\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\0\0\0\0"),
		    "audio/wav" },
		{ "a.mp4",
		    STR_INIT("\0\0\0\x18"
			     "ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat"),
		    "video/mp4" },
		{ "a.png", STR_INIT("<!doctype html><script>alert(1)</script>"),
		    NULL },
		{ "a.txt", STR_INIT("  \n<html><body>hello</body></html>"),
		    NULL },
		{ "a.txt", STR_INIT("\xef\xbb\xbf<b>hello</b> there"), NULL },
		{ "a.png",
		    STR_INIT("<svg xmlns=\"http://www.w3.org/2000/svg\" "
			     "onload=\"alert(1)\"/>"),
		    NULL },
		{ "a.svg",
		    STR_INIT("<?xml version=\"1.0\"?><svg "
			     "xmlns=\"http://www.w3.org/2000/svg\"/>"),
		    NULL },
		{ "a.txt", STR_INIT("#!/bin/sh\nrm -rf /\n"), NULL },
		{ "a.exe", STR_INIT("MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0"),
		    NULL },
		{ "a.png",
		    STR_INIT("\x7f"
			     "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0"),
		    NULL },
		{ "a.png", STR_INIT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), NULL },
		{ "a.gif", STR_INIT("GIF89a\0\0\0\0"), NULL },
		{ "a.bin", STR_INIT("\0\1\2\3\4\5\6\7"), NULL },
		{ "a.txt", STR_INIT(""), NULL },
	};
	struct file_kind kind;
	struct err err;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		enum err_code code = file_kind_find(
		    pool, cases[i].bytes, str_of(cases[i].name), &kind, &err);

		bool is_taken = code == ERR_OK && cases[i].type &&
				str_eq(kind.type, str_of(cases[i].type));
		bool is_refused = !cases[i].type &&
				  code == (cases[i].bytes.n ? ERR_MEDIA_TYPE
							    : ERR_BAD_REQUEST);

		CU_ASSERT_TRUE(unit_case(
		    is_taken || is_refused, i, code ? err.text : kind.type.p));
	}
}

static void pictures_may_not_be_endless(void)
{
	char bytes[] = PNG;
	struct file_kind kind;

	bytes[18] = 0x7f; /* 32512 pixels wide */
	CU_ASSERT_EQUAL(file_kind_find(pool, str_make(bytes, sizeof(bytes) - 1),
			    STR("a.png"), &kind, NULL),
	    ERR_MEDIA_TYPE);
}

static void names_are_safe_to_save(void)
{
	static const struct {
		const char *type, *name, *want;
	} cases[] = {
		{ "image/png", "photo.png", "photo.png" },
		{ "image/png", "photo.PNG", "photo.PNG" },
		{ "image/jpeg", "my photo.jpeg", "my photo.jpeg" },
		{ "image/png", "", "file.png" },
		{ "image/png", "photo", "photo.png" },
		{ "image/png", ".png", "png.png" },
		{ "image/png", "..", "file.png" },
		{ "image/png", "../../etc/passwd.png", "passwd.png" },
		{ "image/png", "C:\\Users\\asha\\p.png", "p.png" },
		{ "application/pdf", "invoice.exe", "invoice_exe.pdf" },
		{ "application/pdf", "invoice.pdf.exe", "invoice.pdf_exe.pdf" },
		{ "image/png", "shell.php.png", "shell_php.png" },
		{ "image/png", "a.SVG .png", "a_SVG .png" },
		{ "image/png", "x.html", "x_html.png" },
		{ "text/plain", "notes.v1.2.txt", "notes.v1.2.txt" },
		{ "image/png", "photo\xe2\x80\xaegnp.exe.png",
		    "photognp_exe.png" },
		{ "image/png", "a\r\nb\x01\x7f.png", "ab.png" },
		{ "image/png", "a\"<b>:|?*.png", "a__b_____.png" },
		{ "image/png", "bad\xff\xfe.png", "bad__.png" },
		{ "image/png", "pich\xc3\xa1 \xe5\x9b\xbe.png",
		    "pich\xc3\xa1 \xe5\x9b\xbe.png" },
		{ "image/png", "a.png. . ", "a.png" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT_TRUE(unit_case(
		    unit_same(file_kind_name(pool, str_of(cases[i].name),
				  str_of(cases[i].type)),
			cases[i].want),
		    i, cases[i].name));
}

static void long_names_keep_their_ending(void)
{
	char long_name[2 * 300 + 5];
	struct str name;

	for (size_t i = 0; i < 300; i++)
		memcpy(long_name + 2 * i, "\xc3\xa9", 2);
	memcpy(long_name + 600, ".png", 5);
	name = file_kind_name(pool, str_of(long_name), STR("image/png"));
	CU_ASSERT_TRUE(name.n <= FILE_NAME_MAX);
	CU_ASSERT_TRUE(name.n > FILE_NAME_MAX - 3);
	CU_ASSERT_TRUE(str_ends(name, STR("\xc3\xa9.png")));
}

static CU_TestInfo tests[] = {
	{ "pictures tell their size", pictures_tell_their_size },
	{ "broken pictures are survived", broken_pictures_are_survived },
	{ "the bytes say what a file is, or it is refused",
	    bytes_say_what_a_file_is },
	{ "a picture may not be endless", pictures_may_not_be_endless },
	{ "names are safe to save under", names_are_safe_to_save },
	{ "long names keep their ending", long_names_keep_their_ending },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_file_kind = { "file_kind", set_up, tear_down, NULL, NULL,
	tests };
