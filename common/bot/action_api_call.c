/* action_api_call.c: {"type":"API_CALL"}: a developer's server is asked */
/* SPDX-License-Identifier: MIT */
#include "bot/action_api_call.h"

#include "base/json_out.h"
#include "base/valid.h"
#include "bot/action.h"
#include "bot/engine.h"
#include "bot/flow_reader.h"
#include "bot/template.h"

struct api_call {
	const char *method;
	struct str integration;
	struct str url; /* a template, as are the values of headers and body */
	size_t n_headers;
	struct http_header *headers;
	const struct json *body; /* NULL: none */
	struct flow_outcome outcome;
	bool is_forgotten;
};

/* -------------------------------------------------------------- reading */

static bool has_place(struct str text)
{
	return str_search(text, STR("{{")) < text.n ||
	       str_search(text, STR("${")) < text.n;
}

static bool has_body(const char *method)
{
	return strcmp(method, "GET") != 0 && strcmp(method, "DELETE") != 0;
}

static const char *read_method(
    struct flow_reader *r, const struct json *v, const char *path)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH",
		"DELETE" };
	const struct json *method = json_get(v, "method");

	if (json_type(method) == JSON_NULL)
		return methods[0];
	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		if (str_ieq(json_str(method), str_of(methods[i])))
			return methods[i];
	}
	flow_error(r, pool_printf(r->pool, "%s.method", path),
	    "A method is GET, POST, PUT, PATCH or DELETE.");
	return methods[0];
}

static void read_url(struct flow_reader *r, const struct json *v,
    const char *path, struct api_call *a)
{
	a->url = str_trim(flow_read_text(r, v, "url", HTTP_URL_MAX, path));
	if (json_type(json_get(v, "path")) != JSON_NULL)
		flow_warn(r, pool_printf(r->pool, "%s.path", path),
		    "A “path” is used with an “integration” only.");
	/* one that begins with a variable shows when it is called */
	if (!str_starts(a->url, STR("https://")) &&
	    !str_starts(a->url, STR("http://")) &&
	    !str_starts(a->url, STR("{{")) && !str_starts(a->url, STR("${")))
		flow_error(r, pool_printf(r->pool, "%s.url", path),
		    "A URL begins with https://.");
}

static void read_target(struct flow_reader *r, const struct json *v,
    const char *path, struct api_call *a)
{
	bool has_url = json_type(json_get(v, "url")) != JSON_NULL;
	bool has_name = json_type(json_get(v, "integration")) != JSON_NULL;

	if (has_url == has_name) {
		flow_error(r, path,
		    has_url ? "API_CALL has either an “integration” or a "
			      "“url”, not both."
			    : "API_CALL needs an “integration” or a “url”.");
	} else if (has_url) {
		read_url(r, v, path, a);
	} else {
		a->integration = str_trim(
		    flow_read_text(r, v, "integration", FLOW_NAME_MAX, path));
		a->url =
		    str_trim(flow_read_text(r, v, "path", HTTP_URL_MAX, path));
		if (a->integration.n == 0)
			flow_error(r,
			    pool_printf(r->pool, "%s.integration", path),
			    "The name of an integration is wanted here.");
		if (a->url.n == 0)
			flow_error(r, pool_printf(r->pool, "%s.path", path),
			    "An “integration” needs a “path”.");
	}
}

static void read_headers(struct flow_reader *r, const struct json *v,
    const char *path, struct api_call *a)
{
	const struct json *item = NULL;
	struct http_header *h;

	if (json_type(v) == JSON_NULL)
		return;
	path = pool_printf(r->pool, "%s.headers", path);
	if (json_type(v) != JSON_OBJECT ||
	    json_count(v) > API_CALL_HEADERS_MAX) {
		flow_error(r, path, "An object of at most %d texts is wanted.",
		    API_CALL_HEADERS_MAX);
		return;
	}
	a->headers =
	    pool_alloc(r->pool, (json_count(v) + 1) * sizeof(*a->headers));
	while ((item = json_next(v, item)) != NULL) {
		h = &a->headers[a->n_headers++];
		h->name = json_name(item);
		if (json_type(item) == JSON_STRING)
			h->value = json_str(item);
		else if (json_type(item) == JSON_NUMBER ||
			 json_type(item) == JSON_BOOL)
			h->value = json_text(r->pool, item);
		else
			flow_error(r, path,
			    "The value of the header “%.*s” must be a text.",
			    STR_ARG(h->name));
		if (!http_header_is_sound(h->name, h->value) ||
		    valid_utf8_count(h->value) > API_CALL_VALUE_MAX)
			flow_error(r, path, "The header “%.*s” cannot be sent.",
			    STR_ARG(str_head(h->name, 100)));
	}
}

static void read_body(struct flow_reader *r, const struct json *v,
    const char *path, struct api_call *a)
{
	if (json_type(v) == JSON_NULL)
		return;
	path = pool_printf(r->pool, "%s.body", path);
	if (json_type(v) != JSON_OBJECT)
		flow_error(r, path, "An object is wanted here.");
	else if (!has_body(a->method))
		flow_warn(r, path, "%s sends no body.", a->method);
	else
		a->body = v;
}

static void parse(struct flow_reader *r, const struct json *v, const char *path,
    struct flow_action *out)
{
	const struct json *forget = json_get(v, "fire_and_forget");
	struct api_call *a = pool_alloc(r->pool, sizeof(*a));

	out->data = a;
	a->method = read_method(r, v, path);
	read_target(r, v, path, a);
	read_headers(r, json_get(v, "headers"), path, a);
	read_body(r, json_get(v, "body"), path, a);
	a->is_forgotten = json_bool(forget, false);
	if (json_type(forget) != JSON_NULL && json_type(forget) != JSON_BOOL)
		flow_error(r, pool_printf(r->pool, "%s.fire_and_forget", path),
		    "true or false is wanted here.");
	flow_read_outcome(r, v, path, &a->outcome, out);
	out->leads_on =
	    a->outcome.on_success != FLOW_ROUTE_NONE &&
	    (a->is_forgotten || a->outcome.on_failure != FLOW_ROUTE_NONE);
}

/* -------------------------------------------------------------- request */

/* "." and ".." between slashes, also in their other spelling. */
static unsigned count_dots(struct str url)
{
	struct str rest = str_head(url, str_index(url, '?'));
	struct str part;
	unsigned n = 0;
	struct buf b;

	while (str_split(&rest, '/', &part)) {
		buf_init(&b, 0);
		if (buf_unpercent(&b, part, false) &&
		    (str_eq(buf_str(&b), STR(".")) ||
			str_eq(buf_str(&b), STR(".."))))
			n++;
		buf_fini(&b);
	}
	return n;
}

/* A value cannot be another part of the address than the one it stands in:
 * what it has of slashes and the like is percent-encoded, and it is not "..". */
static enum err_code fill_url(struct engine *e, const struct api_call *a,
    struct str *url_r, struct err *err)
{
	struct pool *pool = engine_pool(e);

	*url_r = template_expand(pool, a->url, engine_vars(e),
	    a->integration.n > 0 ? TEMPLATE_PART : TEMPLATE_URL,
	    HTTP_URL_MAX + 1);
	if (url_r->n > HTTP_URL_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "The URL is longer than %d bytes.", HTTP_URL_MAX);
	if (has_place(a->url) && count_dots(*url_r) != count_dots(a->url))
		return err_set(err, ERR_BAD_REQUEST,
		    "A variable would make another address of the URL.");
	return ERR_OK;
}

static enum err_code fill_headers(struct engine *e, const struct api_call *a,
    struct call_request *call, struct err *err)
{
	struct http_header *headers =
	    pool_alloc(engine_pool(e), (a->n_headers + 1) * sizeof(*headers));

	for (size_t i = 0; i < a->n_headers; i++) {
		headers[i].name = a->headers[i].name;
		headers[i].value =
		    template_expand(engine_pool(e), a->headers[i].value,
			engine_vars(e), TEMPLATE_TEXT, API_CALL_VALUE_MAX);
		if (!http_header_is_sound(headers[i].name, headers[i].value))
			return err_set(err, ERR_BAD_REQUEST,
			    "A variable in the header “%.*s” has a line end "
			    "or the like.",
			    STR_ARG(str_head(headers[i].name, 60)));
	}
	call->headers = headers;
	call->n_headers = a->n_headers;
	return ERR_OK;
}

/* What goes with every call, under what the flow says. */
static enum err_code fill_body(struct engine *e, const struct api_call *a,
    struct call_request *call, struct err *err)
{
	const struct match_input *message = engine_message(e);
	struct pool *pool = engine_pool(e);
	const struct json *item = NULL;
	struct json_out j;
	struct buf b;

	buf_init(&b, API_CALL_BODY_MAX);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	if (json_get(a->body, "message") == NULL) {
		json_out_object(&j, "message");
		json_out_cstr(&j, "type", "text");
		json_out_str(
		    &j, "text", message != NULL ? message->text : STR_EMPTY);
		json_out_end(&j);
	}
	if (json_get(a->body, "variables") == NULL)
		json_out_json(&j, "variables", vars_text(pool, engine_vars(e)));
	while ((item = json_next(a->body, item)) != NULL)
		json_out_json(&j, str_dup(pool, json_name(item)),
		    template_json(pool, item, engine_vars(e)));
	json_out_end(&j);
	call->has_body = true;
	call->body = str_copy(pool, buf_str(&b));
	if (buf_failed(&b))
		err_set(err, ERR_TOO_LARGE,
		    "The request is longer than %d bytes.", API_CALL_BODY_MAX);
	buf_fini(&b);
	return err->code;
}

static enum err_code fill(struct engine *e, const struct api_call *a,
    struct call_request *call, struct err *err)
{
	*call = (struct call_request){
		.method = a->method,
		.integration = a->integration,
		.state = engine_state(e),
		.user_name =
		    json_str(vars_find(engine_vars(e), STR("contact_name"))),
	};
	if (fill_url(e, a, &call->url, err) == ERR_OK &&
	    fill_headers(e, a, call, err) == ERR_OK && has_body(a->method))
		return fill_body(e, a, call, err);
	return err->code;
}

/* --------------------------------------------------------------- answer */

static void keep(struct engine *e, const struct api_call *a, struct str json)
{
	engine_set_value(e, STR("response"), json);
	if (a->outcome.save_to.n > 0)
		engine_set_value(e, a->outcome.save_to, json);
}

/* The whole answer, as JSON or, when it is none, as a text. */
static enum err_code keep_answer(struct engine *e, const struct api_call *a,
    const struct call_response *answer, struct err *err)
{
	struct pool *pool = engine_pool(e);
	struct str body = str_trim(answer->body);
	const struct json *v;
	struct buf b;

	keep(e, a, STR("null"));
	if (body.n > API_CALL_KEPT_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "The answer is longer than the %d bytes that a variable "
		    "keeps.",
		    API_CALL_KEPT_MAX);
	/* one level of the depth is taken by the variables around it */
	if (json_parse_deep(pool, body, JSON_DEPTH_MAX - 1, &v, NULL) ==
	    ERR_OK) {
		keep(e, a, body);
		return ERR_OK;
	}
	buf_init(&b, 0);
	json_out_quote(&b, answer->body);
	keep(e, a, str_copy(pool, buf_str(&b)));
	buf_fini(&b);
	return ERR_OK;
}

static void go(struct engine *e, const struct flow_action *action, size_t route)
{
	if (route != FLOW_ROUTE_NONE)
		engine_go(e, &action->routes[route]);
	else
		engine_pass(e);
}

static enum err_code ask(struct engine *e, const struct api_call *a,
    const struct call_request *call, struct err *err)
{
	const struct bot_calls *calls = engine_calls(e);
	struct call_response answer = { .status = 0 };
	enum err_code code;

	if (calls->request == NULL)
		return err_set(err, ERR_UNAVAILABLE, "No request can be made.");
	code = calls->request(calls->arg, engine_pool(e), call, &answer, err);
	if (code != ERR_OK)
		return code;
	code = keep_answer(e, a, &answer, err);
	if (answer.status < 200 || answer.status > 299)
		return err_set(err, ERR_BAD_GATEWAY,
		    answer.status / 100 == 3
			? "The answer was %d, a redirect, which is not "
			  "followed."
			: "The answer was %d.",
		    answer.status);
	return code;
}

static void run(struct engine *e, const struct flow_action *action)
{
	const struct api_call *a = action->data;
	struct err err = { .code = ERR_OK };
	struct call_request call;
	enum err_code code = fill(e, a, &call, &err);

	if (a->is_forgotten) {
		if (code == ERR_OK)
			code = engine_later(e, &call, &err);
		if (code != ERR_OK)
			engine_failed(e, "API_CALL", &err);
		go(e, action, a->outcome.on_success);
		return;
	}
	if (code != ERR_OK)
		keep(e, a, STR("null"));
	else
		code = ask(e, a, &call, &err);
	if (code != ERR_OK)
		engine_failed(e, "API_CALL", &err);
	go(e, action,
	    code == ERR_OK ? a->outcome.on_success : a->outcome.on_failure);
}

const struct action action_api_call = {
	.name = "API_CALL",
	.is_leaving = true,
	.is_passing = true,
	.parse = parse,
	.run = run,
};
