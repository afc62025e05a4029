/* http.c: requests to other servers: the only way out, and what guards it */
/* SPDX-License-Identifier: MIT */
/*
 * Each request has a handle, connection and name look-up of its own: what one
 * tenant's request has opened or looked up is never another's, and nothing
 * that was opened without the guard is used behind it.
 */
#include "net/http.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/http_curl.h"
#include "net/http_url.h"

#define CONNECT_MS	 5000
#define TICK_MS		 500
#define HEADER_BYTES_MAX 65536
#define AGENT		 "Baraza/" BARAZA_VERSION

#ifndef BARAZA_VERSION
#define BARAZA_VERSION "0.2.0"
#endif

/* One request on its way. */
struct call {
	const struct http_request *in;
	struct pool *pool;
	struct http_url url;
	CURL *easy;
	struct curl_slist *lines;
	struct http_response *out;
	struct buf body;
	size_t headers_cap;
	size_t header_bytes;
	size_t body_bytes; /* decoded */
	size_t answer_max;
	bool has_body;	    /* what looks like a header now is a trailer */
	bool has_moved;	    /* bytes since the last look */
	unsigned opened;    /* addresses that the guard let pass */
	unsigned refused;   /* and those that it did not */
	enum err_code stop; /* why we ended it; ERR_OK: we did not */
};

/* ------------------------------------------------------------ callbacks */

static curl_socket_t on_open(
    void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct call *c = arg;

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    (!c->in->is_trusted && !guard_allows(&c->url.guard, &a->addr))) {
		c->refused++;
		return CURL_SOCKET_BAD;
	}
	c->opened++;
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static void add_header(struct call *c, struct str name, struct str value)
{
	struct http_response *r = c->out;

	if (r->n_headers == c->headers_cap) {
		size_t cap = c->headers_cap * 2 + 16;
		struct http_header *more =
		    pool_alloc(c->pool, cap * sizeof(*more));

		if (r->n_headers > 0)
			memcpy(more, r->headers, r->n_headers * sizeof(*more));
		r->headers = more;
		c->headers_cap = cap;
	}
	r->headers[r->n_headers++] =
	    (struct http_header){ str_lower(c->pool, name),
		    str_copy(c->pool, value) };
}

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
	struct call *c = arg;
	struct str line = { p, size * n };
	size_t colon = str_index(line, ':');

	c->has_moved = true;
	c->header_bytes += line.n;
	if (c->header_bytes > HEADER_BYTES_MAX) {
		c->stop = ERR_TOO_LARGE;
		return 0;
	}
	if (c->has_body)
		return line.n;
	/* of 100 Continue nothing is kept */
	if (str_starts(line, STR("HTTP/")))
		c->out->n_headers = 0;
	else if (colon < line.n)
		add_header(c, str_trim(str_head(line, colon)),
		    str_trim(str_from(line, colon + 1)));
	return line.n;
}

static int get_status(CURL *easy)
{
	long status = 0;

	http_curl()->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

static bool is_sent(CURL *easy)
{
	long bytes = 0;

	http_curl()->easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &bytes);
	return bytes > 0;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct call *c = arg;
	struct str data = { p, size * n };

	c->has_moved = true;
	c->has_body = true;
	c->body_bytes += data.n;
	if (c->body_bytes > c->answer_max) {
		c->stop = ERR_TOO_LARGE;
		return 0;
	}
	if (c->in->on_data == NULL) {
		buf_put(&c->body, data);
		return data.n;
	}
	c->out->status = get_status(c->easy);
	if (data.n > 0 && !c->in->on_data(c->in->arg, c->out, data)) {
		c->out->is_cut = true;
		return data.n + 1; /* not what was taken: the end */
	}
	return data.n;
}

/* -------------------------------------------------------------- headers */

static void add_line(struct call *c, const char *line)
{
	struct curl_slist *longer = http_curl()->slist_append(c->lines, line);

	if (longer == NULL)
		abort();
	c->lines = longer;
}

static enum err_code add_headers(struct call *c, struct err *err)
{
	const struct http_request *in = c->in;
	bool has_type = false;

	if (in->n_headers > HTTP_HEADERS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "There are more than %d headers.", HTTP_HEADERS_MAX);
	for (size_t i = 0; i < in->n_headers; i++) {
		const struct http_header *h = &in->headers[i];

		if (!http_header_is_sound(h->name, h->value))
			return err_set(err, ERR_BAD_REQUEST,
			    "The header “%.*s” cannot be sent.",
			    STR_ARG(str_head(h->name, 60)));
		has_type = has_type || str_ieq(h->name, STR("content-type"));
		/* "Name;" is how an empty one is told */
		if (str_trim(h->value).n == 0)
			add_line(
			    c, pool_printf(c->pool, "%.*s;", STR_ARG(h->name)));
		else
			add_line(c, pool_printf(c->pool, "%.*s: %.*s",
					STR_ARG(h->name), STR_ARG(h->value)));
	}
	add_line(c, "Expect:");
	if (!has_type)
		add_line(c, "Content-Type:");
	return ERR_OK;
}

/* -------------------------------------------------------------- request */

static void must(CURLcode code)
{
	if (code != CURLE_OK)
		abort(); /* the library lacks what it was built with */
}

#define SET(opt, value) must(http_curl()->easy_setopt(c->easy, opt, value))

static void set_guards(struct call *c)
{
	SET(CURLOPT_CURLU, c->url.parsed);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_OPENSOCKETFUNCTION, on_open);
	SET(CURLOPT_OPENSOCKETDATA, c);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_NOSIGNAL, 1L);
	/* A name server that is slow keeps a thread of the library, not us. */
	SET(CURLOPT_QUICK_EXIT, 1L);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
}

static void set_request(struct call *c)
{
	const struct http_request *in = c->in;

	if (strcmp(in->method, "HEAD") == 0) {
		SET(CURLOPT_NOBODY, 1L);
	} else if (in->has_body || strcmp(in->method, "GET") != 0) {
		if (in->has_body || strcmp(in->method, "POST") == 0) {
			SET(CURLOPT_POST, 1L);
			SET(CURLOPT_POSTFIELDSIZE_LARGE,
			    (curl_off_t)in->body.n);
			SET(CURLOPT_POSTFIELDS,
			    in->body.p != NULL ? in->body.p : "");
		}
		SET(CURLOPT_CUSTOMREQUEST, in->method);
	}
	SET(CURLOPT_HTTPHEADER, c->lines);
	SET(CURLOPT_USERAGENT, AGENT);
	SET(CURLOPT_ACCEPT_ENCODING, "");
	SET(CURLOPT_TIMEOUT_MS, (long)in->timeout_ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(in->connect_ms > 0 ? in->connect_ms : CONNECT_MS));
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, c);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, c);
}

/* Until it has ended, or we end it: c->stop. */
static CURLcode run(struct call *c)
{
	const struct http_request *in = c->in;
	int64_t moved = clock_mono_ms();
	CURLcode result = CURLE_OK;
	CURLMsg *msg;
	int running = 1, left;
	CURLM *multi = http_curl()->multi_init();

	if (multi == NULL ||
	    http_curl()->multi_add_handle(multi, c->easy) != CURLM_OK)
		abort();
	while (c->stop == ERR_OK) {
		c->has_moved = false;
		if (http_curl()->multi_perform(multi, &running) != CURLM_OK)
			abort();
		if (running == 0)
			break;
		if (c->has_moved)
			moved = clock_mono_ms();
		else if (in->idle_timeout_ms > 0 &&
			 clock_mono_ms() - moved >= in->idle_timeout_ms)
			c->stop = ERR_TIMEOUT;
		if (in->tick != NULL && !in->tick(in->arg))
			c->stop = ERR_TIMEOUT;
		if (c->stop == ERR_OK)
			http_curl()->multi_poll(multi, NULL, 0,
			    in->idle_timeout_ms > 0
				? (int)MIN_OF(TICK_MS, in->idle_timeout_ms)
				: TICK_MS,
			    NULL);
	}
	while ((msg = http_curl()->multi_info_read(multi, &left)) != NULL) {
		if (msg->msg == CURLMSG_DONE)
			result = msg->data.result;
	}
	http_curl()->multi_remove_handle(multi, c->easy);
	http_curl()->multi_cleanup(multi);
	return result;
}

/* What the library says about a failure may hold the whole URL: it goes to the
 * log only as its number. */
static enum err_code judge(struct call *c, CURLcode code, struct err *err)
{
	if (c->out->is_cut)
		return ERR_OK;
	if (c->stop == ERR_TOO_LARGE)
		return err_set(err, ERR_TOO_LARGE,
		    "The other server's answer is too long.");
	if (c->stop != ERR_OK || code == CURLE_OPERATION_TIMEDOUT)
		return err_set(err, ERR_TIMEOUT,
		    "The other server did not answer in time.");
	if (code == CURLE_OK)
		return ERR_OK;
	log_debug("http_failed host=%.*s curl=%d", STR_ARG(c->url.guard.host),
	    (int)code);
	if (c->refused > 0 && c->opened == 0)
		return err_set(err, ERR_BAD_REQUEST,
		    "The URL's host is in a network that must not be "
		    "reached.");
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return err_set(err, ERR_BAD_GATEWAY,
		    "The other server's name is not known.");
	case CURLE_COULDNT_CONNECT:
		return err_set(err, ERR_BAD_GATEWAY,
		    "The other server cannot be reached.");
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return err_set(err, ERR_BAD_GATEWAY,
		    "The other server's certificate is not right for it.");
	default:
		return err_set(err, ERR_BAD_GATEWAY,
		    "The other server's answer could not be read.");
	}
}

static enum err_code send_opened(struct call *c, struct err *err)
{
	enum err_code code = add_headers(c, err);

	if (code == ERR_OK) {
		c->easy = http_curl()->easy_init();
		if (c->easy == NULL)
			abort();
		set_guards(c);
		set_request(c);
		code = judge(c, run(c), err);
		c->out->status = get_status(c->easy);
		c->out->is_sent = is_sent(c->easy);
		c->out->body = str_copy(c->pool, buf_str(&c->body));
		http_curl()->easy_cleanup(c->easy);
	}
	http_curl()->slist_free_all(c->lines);
	return code;
}

enum err_code http_send(const struct settings *s, struct pool *pool,
    const struct http_request *in, struct http_response *out_r, struct err *err)
{
	struct call c = { .in = in, .pool = pool, .out = out_r };
	enum err_code code;

	assert(in->timeout_ms > 0);
	*out_r = (struct http_response){ .status = 0 };
	code = http_url_open(s, pool, in->url, in->is_trusted, &c.url, err);
	if (code != ERR_OK)
		return code;
	c.answer_max = in->answer_max > 0 ? in->answer_max : HTTP_ANSWER_MAX;
	buf_init(&c.body, 0);
	code = send_opened(&c, err);
	buf_fini(&c.body);
	http_url_close(&c.url);
	return code;
}

/* --------------------------------------------------------------- answer */

struct str http_header(const struct http_response *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++) {
		if (str_ieq(r->headers[i].name, str_of(name)))
			return r->headers[i].value;
	}
	return STR_EMPTY;
}

int64_t http_retry_after(const struct http_response *r, int64_t now_s)
{
	struct str value = http_header(r, "retry-after");
	char text[64];
	uint64_t s;
	time_t at;

	if (str_u64(value, 0, INT32_MAX, &s))
		return (int64_t)s;
	if (value.n == 0 || value.n >= sizeof(text))
		return -1;
	memcpy(text, value.p, value.n);
	text[value.n] = '\0';
	at = http_curl() ? http_curl()->getdate(text, NULL) : -1;
	if (at == -1)
		return -1;
	return MAX_OF((int64_t)at - now_s, 0);
}
