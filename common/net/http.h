/* http.h: requests to other servers: the only way out, and what guards it */
/* SPDX-License-Identifier: MIT */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"
#include "net/http_header.h"

struct http_response;
struct settings;

#define HTTP_URL_MAX	 2048	 /* bytes */
#define HTTP_ANSWER_MAX	 1048576 /* bytes of an answer, decoded, by default */
#define HTTP_HEADERS_MAX 80	 /* of a request */

struct http_header {
	struct str name;
	struct str value;
};

struct http_request {
	const char *method; /* "GET", "POST", ... */
	struct str url;	    /* http or https; checked as http_check_url does */
	size_t n_headers;
	const struct http_header *headers; /* as http_header_is_sound wants */
	bool has_body;
	struct str body;
	int64_t timeout_ms;	 /* of the whole; > 0 */
	int64_t connect_ms;	 /* 0: 5 s */
	int64_t idle_timeout_ms; /* without one byte; 0: timeout_ms */
	size_t answer_max;	 /* bytes; 0: HTTP_ANSWER_MAX */
	/* The operator's own endpoint (settings), not one that a tenant gave:
	 * plain http and the own network are allowed. */
	bool is_trusted;
	/* Called at least once a second while it runs, mostly more often;
	 * false gives it up (ERR_TIMEOUT). NULL: none. */
	bool (*tick)(void *arg);
	/* The answer's body as it comes in, instead of response->body; after
	 * the status and headers are known; false ends the transfer: that is a
	 * success (is_cut). NULL: collected. */
	bool (*on_data)(
	    void *arg, const struct http_response *r, struct str data);
	void *arg; /* of both */
};

/* All in the request's pool. */
struct http_response {
	int status;
	size_t n_headers;
	struct http_header *headers; /* names in lower case; of the last answer,
					not of 100 Continue */
	struct str body;
	bool is_cut;  /* on_data ended it */
	bool is_sent; /* some of the request has gone out, whatever came back */
};

/*
 * One request, synchronous; redirects are not followed (the 3xx is the
 * answer), no proxy, no cookies, no credentials from files. Any status is
 * ERR_OK.
 * ERR_BAD_REQUEST: the URL or a header is refused, or every address of its
 * host is in a network that must not be reached (see guard.h): the guard
 * looks at the address of each connection that is about to be opened, so a
 * name that changes its mind between two look-ups is refused too.
 * ERR_TIMEOUT: too slow, or tick gave up. ERR_TOO_LARGE: longer than
 * answer_max. ERR_BAD_GATEWAY: name, connection, TLS or protocol failed.
 * The sentence in err names no secret and no URL with credentials.
 */
MUST_CHECK enum err_code http_send(const struct settings *s, struct pool *pool,
    const struct http_request *in, struct http_response *out_r,
    struct err *err);

/* The value of the first header of that name, in any case; empty when there is
 * none. */
struct str http_header(const struct http_response *r, const char *name);
/* Seconds of Retry-After, which may be a date; -1 without a sound one. */
int64_t http_retry_after(const struct http_response *r, int64_t now_s);

/*
 * What a URL that a tenant gives must be before it is kept: at most
 * HTTP_URL_MAX bytes, https (http where outside_http allows it), a host that is
 * a name with a dot or a public address, no user, no fragment, a port of
 * outside_ports; a host that stands in outside_allow may be anything. ERR_BAD_REQUEST with a sentence. Names are not looked up here: the
 * guard does at each connection.
 */
MUST_CHECK enum err_code http_check_url(
    const struct settings *s, struct str url, struct err *err);

/* Whether two URLs have scheme, host and port in common: what is secret for one
 * may go to the other. */
bool http_is_same_origin(struct str a, struct str b);

#endif
