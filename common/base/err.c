/* err.c: one list of what can go wrong, and its sentence */
/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <stdarg.h>

static const struct {
	int status;
	const char *slug;
} codes[ERR__MAX] = {
#define X(code, status, slug) [code] = { status, slug },
	ERR_CODES(X)
#undef X
};

/* Without the half of a UTF-8 character that the limit left at the end. */
static void drop_cut_character(char *text, size_t n)
{
	size_t i = n;

	while (i > 0 && ((unsigned char)text[i - 1] & 0xC0) == 0x80)
		i--;
	if (i > 0 && (unsigned char)text[i - 1] >= 0xC0)
		text[i - 1] = '\0';
}

enum err_code err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	char text[sizeof(err->text)]; /* an argument may be err->text itself */
	va_list ap;
	int n;

	if (err == NULL)
		return code;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		text[0] = '\0';
	else if ((size_t)n >= sizeof(text))
		drop_cut_character(text, sizeof(text) - 1);
	err->code = code;
	err->retry_after_s = 0;
	memcpy(err->text, text, sizeof(text));
	return code;
}

void err_clear(struct err *err)
{
	*err = (struct err){ .code = ERR_OK };
}

int err_status(enum err_code code)
{
	return codes[(unsigned)code < ERR__MAX ? code : ERR_INTERNAL].status;
}

const char *err_slug(enum err_code code)
{
	return codes[(unsigned)code < ERR__MAX ? code : ERR_INTERNAL].slug;
}
