/* http_header.c: which headers people may give for requests to other servers */
/* SPDX-License-Identifier: MIT */
#include "net/http_header.h"

#include <string.h>

/* A name, or with a star at its end what begins so. */
static const struct {
	const char *name;
	unsigned of;
} rows[] = {
	{ "host", HTTP_HEADER_CLIENT },
	{ "content-length", HTTP_HEADER_CLIENT },
	{ "transfer-encoding", HTTP_HEADER_CLIENT },
	{ "connection", HTTP_HEADER_CLIENT },
	{ "expect", HTTP_HEADER_CLIENT },
	{ "upgrade", HTTP_HEADER_CLIENT },
	{ "te", HTTP_HEADER_CLIENT },
	{ "trailer", HTTP_HEADER_CLIENT },
	{ "keep-alive", HTTP_HEADER_CLIENT },
	{ "proxy-*", HTTP_HEADER_CLIENT },
	{ "accept-encoding", HTTP_HEADER_CLIENT },
	{ "accept", HTTP_HEADER_MCP | HTTP_HEADER_LLM },
	{ "content-type", HTTP_HEADER_MCP | HTTP_HEADER_LLM },
	{ "last-event-id", HTTP_HEADER_MCP },
	{ "mcp-*", HTTP_HEADER_MCP },
	{ "idempotency-key", HTTP_HEADER_LLM },
};

/* Parts of names; shorter ones are in too many others. */
static const char *const secret_parts[] = { "authorization", "cookie",
	"api-key", "api_key", "apikey", "access-key", "access_key",
	"subscription-key", "token", "secret", "password", "passwd",
	"credential", "session", "signature" };
/* Whole names. */
static const char *const secret_names[] = { "key", "x-key", "auth", "x-auth",
	"appkey", "sig" };

static bool is_named(struct str name, struct str row)
{
	if (!str_ends(row, STR("*")))
		return str_ieq(name, row);
	row.n--;
	return str_ieq(str_head(name, row.n), row);
}

static bool has_part(struct str s, struct str part)
{
	for (size_t i = 0; i + part.n <= s.n; i++) {
		if (str_ieq(str_make(s.p + i, part.n), part))
			return true;
	}
	return false;
}

bool http_word_is_secret(struct str word)
{
	for (size_t i = 0; i < COUNT_OF(secret_names); i++) {
		if (str_ieq(word, str_of(secret_names[i])))
			return true;
	}
	for (size_t i = 0; i < COUNT_OF(secret_parts); i++) {
		if (has_part(word, str_of(secret_parts[i])))
			return true;
	}
	return false;
}

unsigned http_header_of(struct str name)
{
	unsigned of = http_word_is_secret(name) ? HTTP_HEADER_SECRET : 0;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (is_named(name, str_of(rows[i].name)))
			of |= rows[i].of;
	}
	return of;
}

bool http_header_is_token(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c <= 0x20 || c >= 0x7f ||
		    strchr("()<>@,;:\\\"/[]?={}", c) != NULL)
			return false;
	}
	return name.n > 0;
}

bool http_header_is_ascii(struct str value)
{
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < ' ' || value.p[i] > '~')
			return false;
	}
	return true;
}

bool http_header_is_sound(struct str name, struct str value)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return http_header_is_token(name) &&
	       (http_header_of(name) & HTTP_HEADER_CLIENT) == 0;
}
