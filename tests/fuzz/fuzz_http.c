/* fuzz_http.c: requests to fcgi-app, from the environment to the answer */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "base/log.h"
#include "base/rnd.h"
#include "base/valid.h"
#include "route.h"
#include "serve.h"
#include "tests/fake/loop.h"
#include "tests/fuzz/drive.h"
#include "whence.h"

/*
 * The input: `METHOD target`, lines `Name: value`, an empty line, the body.
 * The table of routes is one of our own: every kind of row, no database.
 */

#define ENV_MAX 24

static const struct json *read_json(struct req *req)
{
	const struct json *v = NULL;
	struct err err = { 0 };

	if (req_json(req, &v, &err) != ERR_OK)
		MUST(valid_utf8(str_of(err.text)));
	return v;
}

/* Reads whatever a handler may read, and says all of it back. */
static enum err_code show(struct req *req, struct resp *resp, struct err *err)
{
	static const char *const kinds[] = { "open", "closed", NULL };
	struct id id = ID_NONE;
	uint64_t limit;
	struct json_out *j;

	limit = fields_u64(&req->query, "limit", 1, 200, 50);
	MUST(limit >= 1 && limit <= 200);
	MUST(fields_enum(&req->query, "kind", kinds, 0) < 2);
	(void)fields_id(&req->query, "after");
	MUST(valid_text(fields_str(&req->form, "name", 40), false));
	if (fields_end(&req->query, err) != ERR_OK ||
	    whence_check_listed(
		req, STR("https://*.a.example https://b.example"), true, err))
		return err->code;
	MUST((req_param_id(req, "id", &id, NULL) == ERR_OK) ==
	     id_parse(req_param(req, "id"), &id));
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_str(j, "q", fields_find(&req->query, "q"));
	json_out_str(j, "name", fields_find(&req->form, "name"));
	json_out_str(j, "rest", req_param(req, "id"));
	json_out_str(j, "address", req->address);
	json_out_str(j, "cookie", req_cookie(req, "baraza_session"));
	json_out_u64(j, "members", json_count(read_json(req)));
	json_out_str(j, "own", whence_own(req));
	json_out_bool(j, "https", whence_is_https(req));
	json_out_end(j);
	return ERR_OK;
}

const struct route routes[] = {
	{ M_GET, "/open/:id", WHO_ANYONE, 0, RESP_JSON, 0, 1, show },
	{ M_POST, "/open", WHO_ANYONE, ROUTE_JSON, RESP_JSON, 300, 1, show },
	{ M_GET, "/agent/:id/x", WHO_AGENT, 0, RESP_JSON, 0, 1, show },
	{ M_POST, "/agent/:id/x", WHO_AGENT, ROUTE_CSRF | ROUTE_JSON, RESP_JSON,
	    300, 1, show },
	{ M_GET, "/page/*", WHO_PAGE, 0, RESP_PAGE, 0, 1, show },
	{ M_POST, "/form", WHO_ANYONE, ROUTE_CSRF | ROUTE_JSON | ROUTE_FORM,
	    RESP_PAGE, 300, 1, show },
	{ M_DELETE, "/agent/:id", WHO_AGENT, ROUTE_CSRF, RESP_JSON, 0, 1,
	    show },
};
const size_t routes_n = COUNT_OF(routes);

struct source {
	struct str body;
	size_t piece;
};

static ssize_t read_body(void *arg, char *p, size_t n)
{
	struct source *s = arg;

	n = MIN_OF(MIN_OF(n, s->piece), s->body.n);
	if (n > 0)
		memcpy(p, s->body.p, n);
	s->body = str_from(s->body, n);
	return (ssize_t)n;
}

/* "Content-Type: x" becomes CONTENT_TYPE=x, others HTTP_NAME=x. */
static char *env_of(struct pool *pool, struct str line)
{
	struct str name = str_head(line, str_index(line, ':'));
	struct str value = str_trim(str_from(line, name.n + 1));
	bool plain = str_ieq(name, STR("Content-Type")) ||
		     str_ieq(name, STR("Content-Length")) ||
		     str_ieq(name, STR("HTTPS"));
	char *text = pool_printf(pool, "%s%.*s=%.*s", plain ? "" : "HTTP_",
	    STR_ARG(name), STR_ARG(value));

	for (char *p = text; *p && *p != '='; p++)
		*p = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? *p - 32 : *p;
	return text;
}

/* Returns the body. */
static struct str fill_env(struct pool *pool, struct str text, char **env)
{
	struct str line = STR_EMPTY, method;
	bool has_length = false;
	size_t n = 0;

	(void)str_split(&text, '\n', &line);
	(void)str_split(&line, ' ', &method);
	env[n++] = pool_printf(pool, "REQUEST_METHOD=%.*s", STR_ARG(method));
	env[n++] = pool_printf(pool, "REQUEST_URI=%.*s", STR_ARG(line));
	env[n++] = pool_printf(pool, "REMOTE_ADDR=192.0.2.7");
	while (n < ENV_MAX - 2 && str_split(&text, '\n', &line) && line.n > 0) {
		env[n] = env_of(pool, line);
		has_length |=
		    str_starts(str_of(env[n++]), STR("CONTENT_LENGTH="));
	}
	if (!has_length && text.n > 0)
		env[n++] = pool_printf(pool, "CONTENT_LENGTH=%zu", text.n);
	env[n] = NULL;
	return text;
}

static void judge(struct str out)
{
	size_t end = str_search(out, STR("\r\n\r\n"));
	struct str head = str_head(out, end), body = str_from(out, end + 4);
	struct pool *pool = pool_new();
	const struct json *v;
	struct str line;
	bool is_json = false;

	MUST(end < out.n && str_starts(head, STR("Status: ")));
	while (str_split(&head, '\n', &line)) {
		MUST(head.n == 0 || str_ends(line, STR("\r")));
		line = str_trim(line);
		MUST(str_index(line, '\r') == line.n);
		MUST(str_index(line, ':') < line.n);
		is_json |=
		    str_starts(line, STR("Content-Type: application/json"));
	}
	if (is_json && body.n > 0)
		MUST(json_parse(pool, body, &v, NULL) == ERR_OK);
	pool_free(&pool);
}

static void ask(struct str text, bool trust_proxy)
{
	static struct loop loop;
	struct source source = { .piece = trust_proxy ? 7 : 4096 };
	char *env[ENV_MAX];
	struct serve in = {
		.env = env, .read = read_body, .read_arg = &source
	};

	loop_init(&loop, NULL);
	loop.settings.trust_proxy = trust_proxy;
	in.app = &loop.app;
	in.pool = loop.pool;
	source.body = fill_env(loop.pool, text, env);
	serve_request(&in, &loop.out);
	judge(buf_str(&loop.out));
	loop_fini(&loop);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = str_make((const char *)data, n);

	static bool is_ready;

	if (!is_ready) {
		log_open("fuzz", "/dev/null", LOG_DEBUG);
		rnd_init();
	}
	is_ready = true;
	ask(text, false);
	ask(text, true);
	return 0;
}
