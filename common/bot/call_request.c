/* call_request.c: sends the request of an API_CALL on behalf of a bot */
/* SPDX-License-Identifier: MIT */
#include "bot/call_request.h"

#include "bot/outside.h"
#include "chat/integration.h"

#define OURS_MAX 8 /* headers that are added here */

/* The integration's own and its credentials, the action's, and ours. */
_Static_assert(2 * INTEGRATION_HEADERS_MAX + API_CALL_HEADERS_MAX + OURS_MAX <=
		   HTTP_HEADERS_MAX,
    "what may be stored can be sent");

/* The headers of one request; a later one of a name takes its place. */
struct list {
	struct pool *pool;
	size_t n;
	struct http_header *items;
};

static struct http_header *find(struct list *l, struct str name)
{
	for (size_t i = 0; i < l->n; i++) {
		if (str_ieq(l->items[i].name, name))
			return &l->items[i];
	}
	return NULL;
}

static void set(struct list *l, struct str name, struct str value)
{
	struct http_header *h = find(l, name);

	if (h == NULL)
		h = &l->items[l->n++];
	*h = (struct http_header){ name, value };
}

/* A name of a person or a state may hold what a header must not. */
static void set_ours(struct list *l, const char *name, struct str value)
{
	char *text = str_dup(l->pool, value);

	if (value.n == 0)
		return;
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20 || c == 0x7f)
			text[i] = ' ';
	}
	set(l, str_of(name), str_make(text, value.n));
}

static void add_ours(struct list *l, const struct call_origin *from,
    const struct call_request *in)
{
	char ulid[ID_ULID_SIZE];

	if (in->has_body && find(l, STR("content-type")) == NULL)
		set(l, STR("Content-Type"), STR("application/json"));
	if (find(l, STR("idempotency-key")) == NULL)
		set_ours(l, "Idempotency-Key", from->key);
	set_ours(l, "X-Sarufi-User-Id", from->user_id);
	set_ours(
	    l, "X-Sarufi-Chatbot-Id", str_of(id_ulid(from->chatbot_id, ulid)));
	set_ours(l, "X-Sarufi-Channel", from->channel);
	set_ours(l, "X-Sarufi-State", in->state);
	set_ours(l, "X-Sarufi-Flow-Name", from->flow_name);
	set_ours(l, "X-Sarufi-User-Name", in->user_name);
}

static struct list make_headers(struct pool *pool,
    const struct call_origin *from, const struct integration_api *api,
    const struct call_request *in)
{
	struct list l = { .pool = pool };

	l.items = pool_alloc(pool,
	    (api->n_headers + in->n_headers + OURS_MAX) * sizeof(*l.items));
	for (size_t i = 0; i < api->n_headers; i++)
		set(&l, api->headers[i].name, api->headers[i].value);
	for (size_t i = 0; i < in->n_headers; i++)
		set(&l, in->headers[i].name, in->headers[i].value);
	add_ours(&l, from, in);
	return l;
}

struct str call_request_url(
    struct pool *pool, struct str base_url, struct str path)
{
	while (str_ends(base_url, STR("/")))
		base_url.n--;
	while (str_starts(path, STR("/")))
		path = str_from(path, 1);
	/* the slash keeps "@evil.example" out of the host */
	return str_of(pool_printf(pool, "%.*s%s%.*s", STR_ARG(base_url),
	    str_starts(path, STR("?")) ? "" : "/", STR_ARG(path)));
}

enum err_code call_request_send(struct db *db, struct pool *pool,
    const struct bot_env *env, const struct call_origin *from,
    const struct call_request *in, struct call_response *out_r, struct err *err)
{
	struct integration_api api = { .n_headers = 0 };
	struct http_response answer;
	struct http_request request;
	enum err_code code = ERR_OK;
	struct list headers;

	if (in->integration.n > 0)
		code = integration_find_api(db, pool, env->seal_key,
		    from->workspace_id, from->chatbot_id, in->integration, &api,
		    err);
	if (code != ERR_OK)
		return code;
	headers = make_headers(pool, from, &api, in);
	request = (struct http_request){
		.method = in->method,
		.url = in->integration.n > 0
			   ? call_request_url(pool, api.base_url, in->url)
			   : in->url,
		.n_headers = headers.n,
		.headers = headers.items,
		.has_body = in->has_body,
		.body = in->body,
		.timeout_ms = from->timeout_ms,
		.tick = from->tick,
		.arg = from->arg,
	};
	code = http_send(env->settings, pool, &request, &answer, err);
	out_r->status = answer.status;
	out_r->body = answer.body;
	return code;
}

enum err_code outside_request(void *arg, struct pool *pool,
    const struct call_request *in, struct call_response *out_r, struct err *err)
{
	struct outside *o = arg;
	const struct call_origin from = {
		.workspace_id = o->workspace_id,
		.chatbot_id = o->chatbot_id,
		.channel = o->channel,
		.user_id = o->user_id,
		.flow_name = o->flow_name,
		.key = str_of(outside_key(o, pool)),
		.timeout_ms = outside_left_ms(o, CALL_REQUEST_MS),
		.tick = o->tick,
		.arg = o,
	};

	if (from.timeout_ms == 0)
		return err_set(
		    err, ERR_TIMEOUT, "There is no time left in this turn.");
	return call_request_send(o->db, pool, o->env, &from, in, out_r, err);
}
