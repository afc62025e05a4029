/* http_header.h: which headers people may give for requests to other servers */
/* SPDX-License-Identifier: MIT */
#ifndef NET_HTTP_HEADER_H
#define NET_HTTP_HEADER_H

#include "base/str.h"

#define HTTP_HEADER_NAME_MAX 100 /* bytes of a name that people give */

/* Whose a header is; one may be several's. */
enum http_header_of {
	HTTP_HEADER_CLIENT = 1, /* the HTTP client's alone, in any request */
	HTTP_HEADER_MCP = 2,	/* set by the client of MCP servers */
	HTTP_HEADER_LLM = 4,	/* set by the client of models */
	HTTP_HEADER_SECRET = 8	/* its value is a credential, by its name */
};

/* Bits of enum http_header_of; 0: of nobody. */
unsigned http_header_of(struct str name);
/* RFC 9110 §5.6.2: what a name must be. */
bool http_header_is_token(struct str name);
/* Printable ASCII, blanks with it. */
bool http_header_is_ascii(struct str value);
/* Whether a header that a tenant gives may be sent: a name and a value as they
 * should be, and none of the client's own. */
bool http_header_is_sound(struct str name, struct str value);
/* Whether a word that stands for a value, such as a field of a URL's query,
 * tells that the value is a credential. */
bool http_word_is_secret(struct str word);

#endif
