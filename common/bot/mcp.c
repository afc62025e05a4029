/* mcp.c: conversations with MCP servers: how they begin and end */
/* SPDX-License-Identifier: MIT */
/*
 * Two eras: since 2026-07-28 each request stands alone; before, a handshake
 * comes first and perhaps a session. server/discover is asked first, as the
 * newest revision advises: what refuses it in any way that is not that
 * revision's own gets the handshake. That costs an older server one small
 * request per list of tools, since the version is kept with the list
 * (MCP_TOOLS_FRESH_S) and taken for granted then; the other order would cost
 * every server that speaks both, which is most of the new ones, a handshake
 * and an end of session for each answer of a bot: three requests more than the
 * one that does the work.
 */
#include "bot/mcp_wire.h"

#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/valid.h"
#include "chat/integration.h"

#define SECRET_MIN     6   /* shorter ones would be found everywhere */
#define REFUSAL_MAX    120 /* bytes of a server's sentence in ours */
#define NAME_MAX_BYTES 200

static const char *const handshakes[] = { MCP_HANDSHAKE, "2025-06-18",
	"2025-03-26" };

bool mcp_is_handshake(struct str version)
{
	for (size_t i = 0; i < COUNT_OF(handshakes); i++)
		if (str_eq(version, str_of(handshakes[i])))
			return true;
	return false;
}

/* ---- what servers say ---- */

/* One pass per secret: who knows them could make one pass for all slow. */
static struct str hide(struct pool *pool, struct str text, struct str secret)
{
	size_t blank = str_index(secret, ' '), at;
	struct str clean;
	struct buf b;

	/* Without the scheme: Bearer, Basic */
	if (blank < secret.n)
		secret = str_from(secret, blank + 1);
	at = str_search(text, secret);
	if (secret.n < SECRET_MIN || at == text.n)
		return text;
	buf_init(&b, 0);
	for (; at < text.n; at = str_search(text, secret)) {
		buf_put(&b, str_head(text, at));
		buf_puts(&b, "***");
		text = str_from(text, at + secret.n);
	}
	buf_put(&b, text);
	clean = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return clean;
}

/* Without what no text holds. */
static struct str strip(struct pool *pool, struct str s)
{
	struct str clean;
	struct buf b;
	bool ok;

	buf_init(&b, 0);
	while (s.n > 0) {
		size_t n = valid_utf8_char(s, &ok);
		unsigned char c = (unsigned char)s.p[0];

		if (ok && (c >= 0x20 || c == '\n' || c == '\t') && c != 0x7f)
			buf_bytes(&b, s.p, n);
		s = str_from(s, n);
	}
	clean = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return clean;
}

struct str mcp_clean(
    const struct mcp *m, struct pool *pool, struct str text, size_t max)
{
	/* First, or a secret with a NUL in it would come together. */
	struct str s = hide(pool, strip(pool, text), str_of(m->session));

	for (size_t i = 0; i < m->server->n_headers; i++)
		s = hide(pool, s, m->server->headers[i].value);
	if (s.n <= max)
		return s;
	/* not inside a character */
	while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return str_head(s, max);
}

enum err_code mcp_refused(struct mcp *m, const char *what,
    const struct mcp_answer *a, struct err *err)
{
	struct str said = mcp_clean(
	    m, m->pool, json_str(json_get(a->error, "message")), REFUSAL_MAX);

	if (a->error == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "The MCP server answers %s with status %d.", what,
		    a->status);
	return err_set(err, ERR_BAD_REQUEST,
	    "The MCP server refuses %s: %.*s (%lld).", what, STR_ARG(said),
	    (long long)a->error_code);
}

void mcp_read_server(struct mcp *m, const struct json *result)
{
	const struct json *info = json_get(result, "serverInfo");

	if (json_type(info) != JSON_OBJECT)
		info = json_get(json_get(result, "_meta"),
		    "io.modelcontextprotocol/serverInfo");
	if (json_type(info) != JSON_OBJECT)
		return;
	m->server_name = mcp_clean(
	    m, m->pool, json_str(json_get(info, "name")), NAME_MAX_BYTES);
	m->server_version = mcp_clean(
	    m, m->pool, json_str(json_get(info, "version")), NAME_MAX_BYTES);
}

/* ---- the handshake ---- */

static void set_version(struct mcp *m, struct str version)
{
	snprintf(m->version, sizeof(m->version), "%.*s", STR_ARG(version));
}

static enum err_code keep_session(
    struct mcp *m, struct str session, struct err *err)
{
	m->session = NULL;
	if (session.n == 0)
		return ERR_OK;
	for (size_t i = 0; i < session.n; i++)
		if (session.p[i] < 0x21 || session.p[i] > 0x7e)
			return err_set(err, ERR_BAD_REQUEST,
			    "The MCP server's session id cannot be sent "
			    "back.");
	if (session.n > MCP_SESSION_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "The MCP server's session id is longer than %d bytes.",
		    MCP_SESSION_MAX);
	m->session = str_dup(m->pool, session);
	return ERR_OK;
}

static enum err_code greet_done(
    struct mcp *m, const struct mcp_answer *a, struct err *err)
{
	struct str version = json_str(json_get(a->result, "protocolVersion"));
	enum err_code code;

	if (str_eq(version, STR(MCP_STATELESS))) {
		/* Not what that revision says, but clear enough. */
		m->is_stateless = true;
		set_version(m, version);
		return ERR_OK;
	}
	if (!mcp_is_handshake(version)) {
		struct str seen = mcp_clean(m, m->pool, version, 40);

		return err_set(err, ERR_BAD_REQUEST,
		    "The MCP server speaks version “%.*s” of the protocol, "
		    "which is not known here.",
		    STR_ARG(seen));
	}
	set_version(m, version);
	code = keep_session(m, a->session, err);
	if (code != ERR_OK)
		return code;
	m->is_greeted = true;
	mcp_tell(m, "notifications/initialized", 0);
	return ERR_OK;
}

/* Of what the server lists, the newest that we speak; NULL: none. */
static const char *pick_version(const struct json *versions)
{
	const struct json *item;

	for (size_t i = 0; i < COUNT_OF(handshakes); i++)
		for (item = json_next(versions, NULL); item != NULL;
		     item = json_next(versions, item))
			if (str_eq(json_str(item), str_of(handshakes[i])))
				return handshakes[i];
	return NULL;
}

static enum err_code greet(struct mcp *m, struct err *err)
{
	const struct mcp_ask ask = { .method = "initialize" };
	struct pool *pool = pool_new();
	struct mcp_answer a;
	const char *other;
	enum err_code code;

	m->is_stateless = m->is_greeted = m->is_guess = false;
	m->session = NULL;
	set_version(m, STR(MCP_HANDSHAKE));
	code = mcp_ask(m, pool, &ask, &a, err);
	other = pick_version(json_get(json_get(a.error, "data"), "supported"));
	if (code == ERR_OK && a.result == NULL && other != NULL &&
	    strcmp(other, m->version) != 0) {
		set_version(m, str_of(other));
		code = mcp_ask(m, pool, &ask, &a, err);
	}
	if (code == ERR_OK && a.result == NULL)
		code = mcp_refused(m, "initialize", &a, err);
	if (code == ERR_OK) {
		mcp_read_server(m, a.result);
		m->has_tools =
		    json_type(json_get(json_get(a.result, "capabilities"),
			"tools")) == JSON_OBJECT;
		code = greet_done(m, &a, err);
	}
	pool_free(&pool);
	return code;
}

/* ---- the era ---- */

enum mcp_era mcp_era_of(const struct mcp_answer *a)
{
	const struct json *item = NULL, *list;
	bool has_older = false;

	list = a->result != NULL
		   ? json_get(a->result, "supportedVersions")
		   : json_get(json_get(a->error, "data"), "supported");
	/* One that answers whatever it is asked, or refuses as older ones do:
	 * method unknown (but with 404 if it is new), no session, ... */
	if (a->result != NULL
		? json_type(list) != JSON_ARRAY
		: a->error_code != MCP_UNSUPPORTED_VERSION &&
		      a->error_code != MCP_HEADER_MISMATCH &&
		      a->error_code != MCP_MISSING_CAPABILITY &&
		      (a->error_code != MCP_UNKNOWN_METHOD || a->status != 404))
		return MCP_ERA_HANDSHAKE;
	if (json_type(list) != JSON_ARRAY)
		return MCP_ERA_STATELESS;
	while ((item = json_next(list, item)) != NULL) {
		if (str_eq(json_str(item), STR(MCP_STATELESS)))
			return MCP_ERA_STATELESS;
		has_older = has_older || mcp_is_handshake(json_str(item));
	}
	return has_older ? MCP_ERA_HANDSHAKE : MCP_ERA_NONE;
}

static enum err_code discover(struct mcp *m, struct err *err)
{
	const struct mcp_ask ask = { .method = "server/discover" };
	struct pool *pool = pool_new();
	struct mcp_answer a;
	enum err_code code;

	m->is_stateless = true;
	set_version(m, STR(MCP_STATELESS));
	code = mcp_ask(m, pool, &ask, &a, err);
	/* Old servers may fail in any way at what they do not know; the
	 * handshake then says what is really wrong. */
	if (code == ERR_BAD_REQUEST && a.status >= 200)
		code = greet(m, err);
	else if (code == ERR_OK && mcp_era_of(&a) == MCP_ERA_HANDSHAKE)
		code = greet(m, err);
	else if (code == ERR_OK && mcp_era_of(&a) == MCP_ERA_NONE)
		code = err_set(err, ERR_BAD_REQUEST,
		    "The MCP server speaks no version of the protocol that is "
		    "known here.");
	else if (code == ERR_OK && a.result != NULL) {
		mcp_read_server(m, a.result);
		m->has_tools =
		    json_type(json_get(json_get(a.result, "capabilities"),
			"tools")) == JSON_OBJECT;
	}
	pool_free(&pool);
	return code;
}

/* ---- requests in a conversation ---- */

enum err_code mcp_ask_again(struct mcp *m, struct pool *pool,
    const struct mcp_ask *ask, struct mcp_answer *out_r, struct err *err)
{
	enum err_code code = mcp_ask(m, pool, ask, out_r, err);

	if (code != ERR_OK || out_r->result != NULL || out_r->status < 400)
		return code;
	/*
	 * Refused before it was carried out: it may be sent again. 404 tells
	 * that the session is gone; some servers say 400, and then not about
	 * our request. Or it is no longer a server of that era.
	 */
	if (m->session != NULL &&
	    (out_r->status == 404 || (out_r->status == 400 && !out_r->is_ours)))
		code = greet(m, err);
	else if (m->is_guess && mcp_era_of(out_r) == MCP_ERA_HANDSHAKE)
		code = greet(m, err);
	else
		return code;
	return code == ERR_OK ? mcp_ask(m, pool, ask, out_r, err) : code;
}

/* Headers that are ours alone; what is no header at all http_send refuses. */
static enum err_code check_headers(
    const struct mcp_server *server, struct err *err)
{
	_Static_assert(
	    INTEGRATION_HEADERS_MAX + MCP_HEADERS_OWN <= MCP_HEADERS_MAX &&
		MCP_HEADERS_MAX <= HTTP_HEADERS_MAX,
	    "what may be stored can be sent");

	if (server->n_headers > MCP_HEADERS_MAX - MCP_HEADERS_OWN)
		return err_set(err, ERR_BAD_REQUEST,
		    "There are more than %d headers.",
		    MCP_HEADERS_MAX - MCP_HEADERS_OWN);
	for (size_t i = 0; i < server->n_headers; i++) {
		struct str name = server->headers[i].name;

		if ((http_header_of(name) & HTTP_HEADER_MCP) != 0)
			return err_set(err, ERR_BAD_REQUEST,
			    "The header “%.*s” is not for integrations to "
			    "set.",
			    STR_ARG(str_head(name, 60)));
	}
	return ERR_OK;
}

enum err_code mcp_open_with(const struct settings *s, struct pool *pool,
    const struct mcp_server *server, int64_t max_ms,
    const struct mcp_world *world, struct mcp **mcp_r, struct err *err)
{
	struct mcp *m = pool_alloc(pool, sizeof(*m));
	enum err_code code = check_headers(server, err);

	assert(server->timeout_ms > 0);
	*mcp_r = NULL;
	if (code != ERR_OK)
		return code;
	*m = (struct mcp){ .s = s,
		.pool = pool,
		.server = server,
		.world = world,
		.has_tools = true };
	mcp_begin(m, max_ms);
	if (str_eq(server->version, STR(MCP_STATELESS))) {
		m->is_stateless = m->is_guess = true;
		set_version(m, server->version);
	} else if (mcp_is_handshake(server->version)) {
		code = greet(m, err);
	} else {
		code = discover(m, err);
	}
	if (code == ERR_OK)
		*mcp_r = m;
	else
		mcp_end(m);
	return code;
}

static void sleep_ms(int64_t ms)
{
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	nanosleep(&ts, NULL);
}

const struct mcp_world mcp_world = { http_send, sleep_ms };

enum err_code mcp_open(const struct settings *s, struct pool *pool,
    const struct mcp_server *server, int64_t max_ms, struct mcp **mcp_r,
    struct err *err)
{
	return mcp_open_with(s, pool, server, max_ms, &mcp_world, mcp_r, err);
}

void mcp_close(struct mcp **mcp)
{
	if (*mcp != NULL)
		mcp_end(*mcp);
	*mcp = NULL;
}

enum err_code mcp_look(const struct mcp_world *world, const struct settings *s,
    struct pool *pool, const struct mcp_server *server, int64_t max_ms,
    struct mcp_tools *tools_r, struct err *err)
{
	int64_t whole = 2 * server->timeout_ms, left;
	int64_t until =
	    clock_mono_ms() + (max_ms > 0 ? MIN_OF(max_ms, whole) : whole);
	struct mcp *m;
	enum err_code code =
	    mcp_open_with(s, pool, server, max_ms, world, &m, err);

	if (code != ERR_OK)
		return code;
	left = until - clock_mono_ms();
	code = mcp_list_tools(m, MAX_OF(left, 1), tools_r, err);
	mcp_close(&m);
	return code;
}

enum err_code mcp_probe(const struct settings *s, struct pool *pool,
    const struct mcp_server *server, struct mcp_tools *tools_r, struct err *err)
{
	return mcp_look(&mcp_world, s, pool, server, 0, tools_r, err);
}
