/* test_multipart.c: the parts of a form, sound and hostile */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "multipart.h"
#include "tests/unit/unit.h"

#define TYPE "multipart/form-data; boundary=abc"

/* name|filename|data of each part, and how it ended. */
static const char *parts_of(const char *type, const char *text)
{
	static char out[1024];
	struct multipart m;
	struct multipart_part part;
	enum multipart_step step;
	struct buf b;

	if (!multipart_init(&m, str_of(type), str_of(text)))
		return "refused";
	buf_init(&b, 0);
	while ((step = multipart_next(&m, &part)) == MULTIPART_PART)
		buf_printf(&b, "%.*s|%.*s|%.*s;", STR_ARG(part.name),
		    STR_ARG(part.filename), STR_ARG(part.data));
	buf_puts(&b, step == MULTIPART_END ? "end" : "broken");
	snprintf(out, sizeof(out), "%s", b.p);
	buf_fini(&b);
	return out;
}

#define PART(head, data)                                                       \
	"--abc\r\nContent-Disposition: form-data; " head "\r\n\r\n" data "\r\n"

static void forms_are_read(void)
{
	static const struct {
		const char *type, *body, *want;
	} cases[] = {
		{ TYPE, PART("name=\"a\"", "1") "--abc--\r\n", "a||1;end" },
		{ TYPE, PART("name=a", "1") "--abc--", "a||1;end" },
		{ TYPE, PART("name=\"a\"", "") "--abc--", "a||;end" },
		{ TYPE,
		    PART("name=\"a\"", "1")
			PART("name=\"file\"; filename=\"x.png\"",
			    "b\r\nc") "--abc--\r\n",
		    "a||1;file|x.png|b\r\nc;end" },
		{ "Multipart/Form-Data; charset=utf-8; boundary=\"abc\"",
		    PART("filename=\"q\\\"; name=\\\"x\"; name=\"a\"",
			"1") "--abc--",
		    "a|q\\\"; name=\\\"x|1;end" },
		{ TYPE, "preamble\r\n" PART("name=\"a\"", "1") "--abc--",
		    "a||1;end" },
		{ TYPE,
		    "--abc\r\nContent-Type: text/plain\r\n"
		    "content-disposition: form-data; name=\"a\"\r\n\r\n"
		    "--abcd\r\n--abc--",
		    "a||--abcd;end" },
		{ TYPE, PART("name=\"a\"", "1"), "broken" },
		{ TYPE, "--abc\r\n\r\nnobody\r\n--abc--", "broken" },
		{ TYPE, "--abc\r\nno header\r\n\r\n1\r\n--abc--", "broken" },
		{ TYPE,
		    "--abc\r\nContent-Disposition: attachment; name=\"a\""
		    "\r\n\r\n1\r\n--abc--",
		    "broken" },
		{ TYPE, "--abc\r\nContent-Disposition: form-data; name=\"a",
		    "broken" },
		{ TYPE, "--abcx", "broken" },
		{ TYPE, "", "refused" },
		{ TYPE, "nothing", "refused" },
		{ TYPE, "x--abc\r\n", "refused" },
		{ "multipart/form-data", "--abc\r\n", "refused" },
		{ "multipart/form-data; boundary=", "--\r\n", "refused" },
		{ "application/json; boundary=abc", "--abc--", "refused" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT_TRUE(unit_case(
		    unit_same(str_of(parts_of(cases[i].type, cases[i].body)),
			cases[i].want),
		    i, cases[i].body));
}

static void parts_and_headers_are_counted(void)
{
	const char *one = PART("name=\"a\"", "1");
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < MULTIPART_PARTS_MAX + 1; i++)
		buf_puts(&b, one);
	buf_puts(&b, "--abc--");
	CU_ASSERT_PTR_NOT_NULL(strstr(parts_of(TYPE, b.p), "broken"));
	buf_clear(&b);
	buf_puts(&b, "--abc\r\nX: ");
	for (int i = 0; i < MULTIPART_HEADERS_MAX; i++)
		buf_byte(&b, 'x');
	buf_puts(&b, "\r\n");
	buf_puts(&b, one + 7);
	buf_puts(&b, "--abc--");
	CU_ASSERT_STRING_EQUAL(parts_of(TYPE, b.p), "broken");
	buf_fini(&b);
}

static CU_TestInfo tests[] = {
	{ "forms are read, others are refused", forms_are_read },
	{ "parts and bytes of headers are counted",
	    parts_and_headers_are_counted },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_multipart = { "multipart", NULL, NULL, NULL, NULL, tests };
