/* mcp_wire.c: one request to an MCP server and its answer */
/* SPDX-License-Identifier: MIT */
/*
 * The answer is a JSON object, or a stream of events with the answer among
 * them. While a server of a handshake revision streams, it may ask in its
 * turn: that is answered by another POST at once, from inside of the transfer,
 * since it may wait for it.
 */
#include "bot/mcp_wire.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "bot/mcp_schema.h"
#include "net/sse.h"

#define SLICE_MS 200 /* between two ticks while we wait to ask again */

/* What one request waits for. */
struct wait {
	struct mcp *m;
	struct pool *pool;
	int64_t id;    /* 0: a notification */
	bool is_known; /* of what kind the answer is */
	bool is_stream;
	struct sse sse;
	struct buf body;
	size_t bytes;
	unsigned n_asked;
	char event_id[MCP_SESSION_MAX + 1]; /* of the last event; "": none */
	int64_t retry_ms;
	struct mcp_answer *out;
	bool is_found;
	struct err err; /* code not ERR_OK: the answer is unusable */
};

void mcp_begin(struct mcp *m, int64_t max_ms)
{
	int64_t whole = 2 * m->server->timeout_ms;

	m->until_ms =
	    clock_mono_ms() + (max_ms > 0 ? MIN_OF(max_ms, whole) : whole);
}

/* ---- what is sent ---- */

static void put_meta(struct json_out *j)
{
	json_out_object(j, "_meta");
	json_out_cstr(
	    j, "io.modelcontextprotocol/protocolVersion", MCP_STATELESS);
	json_out_object(j, "io.modelcontextprotocol/clientInfo");
	json_out_cstr(j, "name", "Baraza");
	json_out_cstr(j, "version", BARAZA_VERSION);
	json_out_end(j);
	json_out_object(j, "io.modelcontextprotocol/clientCapabilities");
	json_out_end(j);
	json_out_end(j);
}

static void put_params(
    struct json_out *j, const struct mcp *m, const struct mcp_ask *ask)
{
	if (!m->is_stateless && strcmp(ask->method, "initialize") == 0) {
		json_out_cstr(j, "protocolVersion", m->version);
		json_out_object(j, "capabilities");
		json_out_end(j);
		json_out_object(j, "clientInfo");
		json_out_cstr(j, "name", "Baraza");
		json_out_cstr(j, "version", BARAZA_VERSION);
		json_out_end(j);
	}
	if (ask->has_cursor)
		json_out_str(j, "cursor", ask->cursor);
	if (ask->name.n > 0) {
		json_out_str(j, "name", ask->name);
		json_out_json(j, "arguments",
		    ask->arguments.n > 0 ? ask->arguments : STR("{}"));
	}
	if (m->is_stateless)
		put_meta(j);
}

static struct str make_request(struct pool *pool, const struct mcp *m,
    const struct mcp_ask *ask, int64_t id)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_cstr(&j, "jsonrpc", "2.0");
	json_out_u64(&j, "id", (uint64_t)id);
	json_out_cstr(&j, "method", ask->method);
	json_out_object(&j, "params");
	put_params(&j, m, ask);
	json_out_end(&j);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static void add_header(struct http_request *r, struct http_header *headers,
    const char *name, struct str value)
{
	headers[r->n_headers++] = (struct http_header){ str_of(name), value };
}

/*
 * All that is the same in every request of this conversation; ask is NULL for
 * what is no request of JSON-RPC's.
 */
static void fill_request(struct mcp *m, struct pool *pool, const char *method,
    const struct mcp_ask *ask, struct http_request *r)
{
	const struct mcp_server *server = m->server;
	size_t n = server->n_headers + (ask != NULL ? ask->n_headers : 0);
	struct http_header *h =
	    pool_alloc(pool, (n + MCP_HEADERS_OWN) * sizeof(*h));

	r->method = method;
	r->url = server->url;
	r->headers = h;
	r->answer_max = MCP_ANSWER_MAX;
	for (size_t i = 0; i < server->n_headers; i++)
		h[r->n_headers++] = server->headers[i];
	if (strcmp(method, "POST") == 0) {
		add_header(r, h, "Content-Type", STR("application/json"));
		add_header(
		    r, h, "Accept", STR("application/json, text/event-stream"));
	}
	if (m->is_stateless || m->is_greeted)
		add_header(r, h, "MCP-Protocol-Version", str_of(m->version));
	if (m->session != NULL)
		add_header(r, h, "Mcp-Session-Id", str_of(m->session));
	if (ask == NULL || !m->is_stateless)
		return;
	add_header(r, h, "Mcp-Method", str_of(ask->method));
	if (ask->name.n > 0)
		add_header(r, h, "Mcp-Name", mcp_header_value(pool, ask->name));
	for (size_t i = 0; i < ask->n_headers; i++)
		h[r->n_headers++] = ask->headers[i];
}

/* Of one request, as much as is left. */
static int64_t left_ms(const struct mcp *m)
{
	int64_t left = m->until_ms - clock_mono_ms();

	return MIN_OF(left, m->server->timeout_ms);
}

/* Something that needs no answer: at most max_ms, whatever comes back. */
static bool no_data(void *arg, const struct http_response *r, struct str data)
{
	(void)arg;
	(void)r;
	(void)data;
	return false;
}

static void send_bye(
    struct mcp *m, const char *method, struct str body, int64_t max_ms)
{
	struct http_request in = { .timeout_ms = max_ms };
	struct http_response out = { .status = 0 };
	struct pool *pool;
	struct err err;

	if (max_ms <= 0)
		return;
	pool = pool_new();
	fill_request(m, pool, method, NULL, &in);
	in.has_body = body.n > 0;
	in.body = body;
	in.on_data = no_data;
	/* It may fail as it likes: nothing depends on it. */
	if (m->world->send(m->s, pool, &in, &out, &err) != ERR_OK)
		out.status = 0;
	pool_free(&pool);
}

void mcp_tell(struct mcp *m, const char *method, int64_t request_id)
{
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_cstr(&j, "jsonrpc", "2.0");
	json_out_cstr(&j, "method", method);
	if (request_id > 0) {
		json_out_object(&j, "params");
		json_out_u64(&j, "requestId", (uint64_t)request_id);
		json_out_cstr(&j, "reason", "timeout");
		json_out_end(&j);
	}
	json_out_end(&j);
	send_bye(m, "POST", buf_str(&b),
	    request_id > 0 ? MIN_OF(m->server->timeout_ms, MCP_BYE_MS)
			   : left_ms(m));
	buf_fini(&b);
}

void mcp_end(struct mcp *m)
{
	if (m->session != NULL)
		send_bye(m, "DELETE", STR_EMPTY,
		    MIN_OF(m->server->timeout_ms, MCP_BYE_MS));
	m->session = NULL;
}

/* ---- what comes ---- */

static bool give_up(struct wait *w, enum err_code code, const char *why)
{
	err_set(&w->err, code, "The MCP server %s.", why);
	return false;
}

/* The server asks us: ping is answered, all else is unknown here. */
static bool answer_server(struct wait *w, const struct json *message)
{
	const struct json *id = json_get(message, "id");
	enum json_type type = json_type(id);
	struct json_out j;
	struct buf b;

	if (w->m->is_stateless || (type != JSON_STRING && type != JSON_NUMBER))
		return true;
	if (++w->n_asked > MCP_ASKED_MAX)
		return give_up(w, ERR_BAD_REQUEST, "asks without end");
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_cstr(&j, "jsonrpc", "2.0");
	json_out_json(&j, "id", json_text(w->pool, id));
	if (str_eq(json_str(json_get(message, "method")), STR("ping"))) {
		json_out_object(&j, "result");
	} else {
		json_out_object(&j, "error");
		json_out_num(&j, "code", MCP_UNKNOWN_METHOD);
		json_out_cstr(&j, "message", "Method not found");
	}
	json_out_end(&j);
	json_out_end(&j);
	send_bye(w->m, "POST", buf_str(&b), left_ms(w->m));
	buf_fini(&b);
	return true;
}

/* One message of JSON-RPC; false ends the transfer. */
static bool take_message(struct wait *w, const struct json *message)
{
	const struct json *id = json_get(message, "id");
	const struct json *error = json_get(message, "error");
	const struct json *result = json_get(message, "result");
	int64_t n = 0;

	if (json_get(message, "method") != NULL)
		return id == NULL || answer_server(w, message);
	/* "1" is not 1: some other client's, or nobody's */
	if (!json_i64(id, 1, INT64_MAX, &n) || n != w->id) {
		/* A refusal of what it could not read bears no id. */
		if (json_type(id) == JSON_NULL &&
		    json_type(error) == JSON_OBJECT && w->out->error == NULL)
			w->out->error = error;
		return true;
	}
	if ((json_type(result) == JSON_OBJECT) ==
	    (json_type(error) == JSON_OBJECT))
		return give_up(w, ERR_BAD_REQUEST,
		    "answered with neither a result nor an error");
	w->is_found = true;
	w->out->result = json_type(result) == JSON_OBJECT ? result : NULL;
	w->out->error = w->out->result != NULL ? NULL : error;
	w->out->is_ours = true;
	return false;
}

/* A message, or several (revision 2025-03-26). */
static bool take_text(struct wait *w, struct str text)
{
	const struct json *v = NULL, *item = NULL;
	struct err err;

	if (json_parse(w->pool, mcp_prune(w->pool, text, JSON_DEPTH_MAX), &v,
		&err) != ERR_OK)
		return give_up(w, ERR_BAD_REQUEST,
		    "answered with something that is not JSON");
	if (json_type(v) != JSON_ARRAY)
		return take_message(w, v);
	while ((item = json_next(v, item)) != NULL)
		if (!take_message(w, item))
			return false;
	return true;
}

static bool on_event(void *arg, const struct sse_event *event)
{
	struct wait *w = arg;

	/* The first event of a stream only has an id to begin from. */
	if (event->data.n == 0 ||
	    (event->type.n > 0 && !str_eq(event->type, STR("message"))))
		return true;
	return take_text(w, event->data);
}

static bool is_media_type(struct str value, struct str type)
{
	struct str rest = value, first = STR_EMPTY;

	return str_split(&rest, ';', &first) && str_ieq(str_trim(first), type);
}

static bool is_stream(const struct http_response *r)
{
	return r->status == 200 && is_media_type(http_header(r, "content-type"),
				       STR("text/event-stream"));
}

static bool on_data(void *arg, const struct http_response *r, struct str data)
{
	struct wait *w = arg;

	if (!w->is_known) {
		w->is_known = true;
		w->is_stream = is_stream(r);
	}
	w->bytes += data.n;
	if (w->bytes > MCP_ANSWER_MAX)
		return give_up(w, ERR_BAD_REQUEST, "answers without end");
	if (!w->is_stream) {
		buf_put(&w->body, data);
		return true;
	}
	if (sse_push(&w->sse, data))
		return true;
	if (!w->is_found && w->err.code == ERR_OK)
		give_up(w, ERR_BAD_REQUEST, "sent an event that is too long");
	return false;
}

static bool on_tick(void *arg)
{
	const struct wait *w = arg;
	const struct mcp_server *server = w->m->server;

	return server->tick == NULL || server->tick(server->arg);
}

/* Statuses that end it whatever the body says. */
static enum err_code check_status(
    const struct http_response *r, struct err *err)
{
	int64_t after = http_retry_after(r, clock_now_us() / 1000000);
	enum err_code code;

	switch (r->status) {
	case 401:
		return err_set(err, ERR_UNAUTHORIZED,
		    "The MCP server does not accept the credentials (401).");
	case 403:
		return err_set(
		    err, ERR_FORBIDDEN, "The MCP server denies access (403).");
	case 429:
	case 503:
		code = r->status == 429 ? ERR_RATE_LIMITED : ERR_UNAVAILABLE;
		err_set(err, code, "The MCP server is too busy to answer (%d).",
		    r->status);
		if (err != NULL && after > 0)
			err->retry_after_s = (unsigned)MIN_OF(after, 86400);
		return code;
	default:
		break;
	}
	if (r->status >= 300 && r->status < 400)
		return err_set(err, ERR_BAD_REQUEST,
		    "The MCP server answers with a redirect (%d), which is "
		    "not followed.",
		    r->status);
	if (r->status >= 500)
		return err_set(err, ERR_BAD_REQUEST,
		    "The MCP server failed (%d).", r->status);
	return ERR_OK;
}

/* Where to read on, if the stream ends before the answer. */
static void keep_place(struct wait *w)
{
	int64_t retry_ms;
	struct str id;
	bool is_sound;

	sse_place(&w->sse, &id, &retry_ms);
	if (retry_ms >= 0)
		w->retry_ms = retry_ms;
	is_sound = id.n <= MCP_SESSION_MAX;
	for (size_t i = 0; i < id.n && is_sound; i++)
		is_sound = (unsigned char)id.p[i] >= 0x20 && id.p[i] != 0x7f;
	if (id.n > 0)
		snprintf(w->event_id, sizeof(w->event_id), "%.*s",
		    is_sound ? (int)id.n : 0, id.p);
}

/* One transfer. ERR_OK: ended as it should, found or not. */
static enum err_code transfer(struct wait *w, struct http_request *in,
    struct http_response *out, struct err *err)
{
	enum err_code code;

	in->timeout_ms = left_ms(w->m);
	if (in->timeout_ms <= 0)
		return err_set(err, ERR_TIMEOUT, "The MCP server is too slow.");
	in->tick = on_tick;
	in->on_data = on_data;
	in->arg = w;
	w->is_known = w->is_stream = false;
	sse_init(&w->sse, w->pool, MCP_ANSWER_MAX, on_event, w);
	code = w->m->world->send(w->m->s, w->pool, in, out, err);
	/* A stream without a byte is one that has ended. */
	if (code == ERR_OK && !w->is_known)
		w->is_stream = is_stream(out);
	keep_place(w);
	sse_fini(&w->sse);
	if (w->is_found)
		return ERR_OK;
	if (w->err.code != ERR_OK) {
		if (err != NULL)
			*err = w->err;
		return w->err.code;
	}
	if (code == ERR_TOO_LARGE)
		return err_set(err, ERR_BAD_REQUEST,
		    "The MCP server's answer is longer than %d bytes.",
		    MCP_ANSWER_MAX);
	return code;
}

/* Sleeps as long as the server wishes; false: there is no time for it. */
static bool pause_for(struct wait *w)
{
	int64_t until = clock_mono_ms() + w->retry_ms;

	if (until >= w->m->until_ms)
		return false;
	for (;;) {
		int64_t left = until - clock_mono_ms();

		if (left <= 0)
			return true;
		if (!on_tick(w))
			return false;
		w->m->world->sleep(MIN_OF(left, SLICE_MS));
	}
}

/*
 * The stream ended before the answer. Revisions with a handshake let a client
 * read on where an event had an id; to send the request again could do twice
 * what it does.
 */
static enum err_code read_on(struct wait *w, struct err *err)
{
	for (unsigned i = 0; i < MCP_RESUMES_MAX; i++) {
		struct http_request in = { .timeout_ms = 0 };
		struct http_response out;
		struct http_header *headers;
		enum err_code code;

		if (w->m->is_stateless || w->event_id[0] == '\0')
			return err_set(err, ERR_BAD_GATEWAY,
			    "The MCP server closed the connection before its "
			    "answer.");
		if (!pause_for(w))
			return err_set(
			    err, ERR_TIMEOUT, "The MCP server is too slow.");
		fill_request(w->m, w->pool, "GET", NULL, &in);
		headers = (struct http_header *)(void *)in.headers;
		add_header(&in, headers, "Accept", STR("text/event-stream"));
		add_header(&in, headers, "Last-Event-ID",
		    str_of(str_dup(w->pool, str_of(w->event_id))));
		code = transfer(w, &in, &out, err);
		if (w->is_found)
			return ERR_OK;
		if (code != ERR_OK && code != ERR_BAD_GATEWAY)
			return code;
		if (code == ERR_OK && !w->is_stream)
			return err_set(err, ERR_BAD_GATEWAY,
			    "The MCP server closed the connection before its "
			    "answer.");
	}
	return err_set(err, ERR_BAD_REQUEST,
	    "The MCP server ends its streams without an answer.");
}

/* What there is to say about an answer that is not a stream. */
static enum err_code judge(
    struct wait *w, const struct http_response *r, struct err *err)
{
	enum err_code code = check_status(r, err);
	struct str type = http_header(r, "content-type");
	bool is_json = is_media_type(type, STR("application/json"));

	if (code != ERR_OK)
		return code;
	if (is_json || r->status >= 400) {
		if (w->body.n > 0)
			take_text(w, buf_str(&w->body));
		if (w->is_found || r->status >= 400)
			return ERR_OK;
		if (w->err.code != ERR_OK) {
			if (err != NULL)
				*err = w->err;
			return w->err.code;
		}
		if (w->out->error != NULL)
			return ERR_OK;
		return err_set(err, ERR_BAD_REQUEST,
		    "The MCP server answered something that was not asked.");
	}
	return err_set(err, ERR_BAD_REQUEST,
	    "The MCP server answered with status %d and neither JSON nor a "
	    "stream of events.",
	    r->status);
}

static void read_answer(struct wait *w, const struct http_response *r)
{
	w->out->status = r->status;
	w->out->session = http_header(r, "mcp-session-id");
	if (w->out->error != NULL &&
	    !json_i64(json_get(w->out->error, "code"), INT32_MIN, INT32_MAX,
		&w->out->error_code))
		w->out->error_code = -1;
	w->out->bytes = w->bytes;
}

enum err_code mcp_ask(struct mcp *m, struct pool *pool,
    const struct mcp_ask *ask, struct mcp_answer *out_r, struct err *err)
{
	struct http_request in = { .has_body = true };
	struct http_response out = { .status = 0 };
	struct wait w = { .m = m,
		.pool = pool,
		.id = ++m->last_id,
		.retry_ms = MCP_RETRY_MS,
		.out = out_r };
	enum err_code code;

	*out_r = (struct mcp_answer){ .status = 0 };
	buf_init(&w.body, 0);
	in.body = make_request(pool, m, ask, w.id);
	fill_request(m, pool, "POST", ask, &in);
	code = transfer(&w, &in, &out, err);
	if (!w.is_found && w.is_stream &&
	    (code == ERR_OK || code == ERR_BAD_GATEWAY))
		code = read_on(&w, err);
	else if (code == ERR_OK && !w.is_stream)
		code = judge(&w, &out, err);
	read_answer(&w, &out);
	buf_fini(&w.body);
	/* A stream that we left is word enough for a stateless server. */
	if (code == ERR_TIMEOUT && m->is_greeted)
		mcp_tell(m, "notifications/cancelled", w.id);
	return code;
}
