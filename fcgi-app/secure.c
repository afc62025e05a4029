/* secure.c: the headers that every answer has */
/* SPDX-License-Identifier: MIT */
#include "secure.h"

#include "base/settings.h"
#include "whence.h"

/*
 * Pages load from their own origin only, run no inline script and talk to
 * nobody else; pictures and sound in messages may come from anywhere by https.
 */
#define CSP_PAGE                                                               \
	"default-src 'none'; script-src 'self'; style-src 'self'; "            \
	"img-src 'self' data: blob: https:; media-src 'self' blob: https:; "   \
	"font-src 'self'; manifest-src 'self'; object-src 'none'; "            \
	"base-uri 'none'; form-action 'self'"

/* The console shows the widget beside its settings. */
#define CSP_CONSOLE CSP_PAGE "; frame-src 'self'"

static const struct row {
	const char *csp;      /* NULL: none */
	bool may_connect;     /* connect-src is added to it */
	bool is_framed;	      /* on other sites: secure_put_frame */
	const char *cache;    /* NULL: the handler's own */
	const char *resource; /* Cross-Origin-Resource-Policy */
} rows[RESP_FACE__MAX] = {
	[RESP_JSON] = { "default-src 'none'", false, false, "no-store",
	    "same-origin" },
	[RESP_PAGE] = { CSP_CONSOLE, true, false, "no-store", "same-origin" },
	[RESP_WIDGET] = { CSP_PAGE, true, true, "no-store", "cross-origin" },
	[RESP_SCRIPT] = { NULL, false, true, NULL, "cross-origin" },
	[RESP_FILE] = { "sandbox; default-src 'none'", false, false, NULL,
	    "cross-origin" },
	[RESP_DEV] = { "default-src 'none'", false, false, "no-store",
	    "cross-origin" },
	[RESP_V1] = { "default-src 'none'", false, false, "no-store",
	    "cross-origin" },
	[RESP_GUEST] = { "default-src 'none'", false, false, "no-store",
	    "cross-origin" },
};

/* Safari before 15.4 does not count wss: as 'self'. */
static void put_csp(const struct req *req, struct resp *resp,
    const struct row *row, struct str ancestors)
{
	struct str own = whence_own(req);
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, row->csp);
	if (row->may_connect) {
		buf_puts(&b, "; connect-src 'self'");
		if (str_starts(own, STR("http"))) {
			buf_puts(&b, " ws");
			buf_put(&b, str_from(own, 4));
		}
	}
	buf_puts(&b, "; frame-ancestors ");
	buf_put(&b, ancestors);
	resp_header(resp, "Content-Security-Policy", buf_str(&b));
	buf_fini(&b);
}

void secure_put_frame(
    const struct req *req, struct resp *resp, struct str allowed_origins)
{
	struct str list = allowed_origins;
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	if (!str_trim(list).n || str_eq(str_trim(list), STR("*"))) {
		buf_puts(&b, "*");
	} else {
		buf_puts(&b, "'self' ");
		/* Rows are normalised when stored; this cannot be a
		 * place where a ';' slips through all the same. */
		for (i = 0; i < list.n; i++)
			buf_byte(&b,
			    strchr("\t\r\n,;", list.p[i]) ? ' ' : list.p[i]);
	}
	put_csp(req, resp, &rows[RESP_WIDGET], str_trim(buf_str(&b)));
	buf_fini(&b);
}

/*
 * No cookie is looked at here: a page of another site gains nothing that its
 * key does not give it. So any page may ask, and browsers send no credentials
 * of their own.
 */
static void put_cors(const struct req *req, struct resp *resp)
{
	resp_header(resp, "Access-Control-Allow-Origin", STR("*"));
	if (req->method == M_OPTIONS) {
		resp_header(resp, "Access-Control-Allow-Methods",
		    STR("GET, POST, PATCH, DELETE"));
		resp_header(resp, "Access-Control-Allow-Headers",
		    STR("Authorization, Content-Type, Idempotency-Key, "
			"X-Timezone, X-RunAs-User-Id, "
			"X-RunAs-Child-User-Email"));
		resp_header(resp, "Access-Control-Max-Age", STR("86400"));
	} else {
		resp_header(resp, "Access-Control-Expose-Headers",
		    STR("Retry-After, X-Request-Id, Idempotency-Replayed"));
	}
}

void secure_put(const struct req *req, struct resp *resp)
{
	const struct row *row = &rows[resp->face];
	const char *base = req->app->settings->base_url;

	resp_header(resp, "X-Request-Id", str_of(id_text(req->id)));
	resp_header(resp, "X-Content-Type-Options", STR("nosniff"));
	resp_header(
	    resp, "Referrer-Policy", STR("strict-origin-when-cross-origin"));
	resp_header(
	    resp, "Cross-Origin-Resource-Policy", str_of(row->resource));
	if (row->cache)
		resp_header(resp, "Cache-Control", str_of(row->cache));
	if (base && str_starts(str_of(base), STR("https:")))
		resp_header(
		    resp, "Strict-Transport-Security", STR("max-age=31536000"));
	if (resp->face == RESP_DEV || resp->face == RESP_V1 ||
	    resp->face == RESP_GUEST)
		put_cors(req, resp);
	if (row->is_framed)
		return;
	put_csp(req, resp, row, STR("'none'"));
	resp_header(resp, "X-Frame-Options", STR("DENY"));
	if (resp->face == RESP_PAGE) {
		resp_header(
		    resp, "Cross-Origin-Opener-Policy", STR("same-origin"));
		resp_header(resp, "Permissions-Policy",
		    STR("camera=(), geolocation=(), microphone=()"));
	}
}
