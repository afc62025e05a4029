/* loop.c: requests through the route table without a web server */
/* SPDX-License-Identifier: MIT */
#include "loop.h"

#include "budget.h"
#include "key_budget.h"
#include "serve.h"

#define ENV_MAX 32

/* An administrator and an agent of one workspace; anybody else is nobody. */
static enum err_code find_account(struct db *db, struct pool *pool,
    const struct settings *s, struct str token, struct account *account_r,
    struct err *err)
{
	(void)db;
	(void)pool;
	(void)s;
	*account_r = (struct account){
		.user_id = { { 1 } },
		.workspace_id = { { 2 } },
		.email = STR("asha@example.com"),
		.display_name = STR("Asha <A>"),
		.role = STR("agent"),
		.is_admin = str_eq(token, STR(LOOP_AGENT)),
		.workspace_name = STR("Maua"),
	};
	if (str_eq(token, STR(LOOP_AGENT)) ||
	    str_eq(token, STR(LOOP_COLLEAGUE)))
		return ERR_OK;
	return err_set(err, ERR_UNAUTHORIZED, "Please log in.");
}

/* Keys of the same workspace, one of which may only read. */
static enum err_code find_key(struct db *db, struct pool *pool,
    struct str secret, struct api_key *key_r, struct err *err)
{
	(void)db;
	(void)pool;
	*key_r = (struct api_key){
		.id = { { 3 } },
		.workspace_id = { { 2 } },
		.last4 = STR("abcd"),
		.can_write = str_eq(secret, STR(LOOP_KEY)),
	};
	if (str_eq(secret, STR(LOOP_KEY)) || str_eq(secret, STR(LOOP_READER)))
		return ERR_OK;
	return apikey_refuse(err);
}

void loop_init(struct loop *loop, const char *www_dir)
{
	memset(loop, 0, sizeof(*loop));
	conf_defaults(settings_rows, settings_rows_n, &loop->settings);
	free(loop->settings.base_url);
	loop->settings.base_url = mem_strdup("http://chat.example");
	if (www_dir) {
		free(loop->settings.www_dir);
		loop->settings.www_dir = mem_strdup(www_dir);
	}
	memset(loop->key.b, 7, sizeof(loop->key.b));
	loop->app.settings = &loop->settings;
	loop->app.csrf_key = &loop->key;
	loop->app.budget = budget_new(
	    loop->settings.request_burst, loop->settings.request_rate);
	free(loop->settings.key_budget_file);
	loop->settings.key_budget_file = mem_strdup("");
	loop->app.key_budget = key_budget_open(&loop->settings);
	memset(loop->seal.b, 9, sizeof(loop->seal.b));
	loop->app.seal_key = &loop->seal;
	loop->app.find_account = find_account;
	loop->app.find_key = find_key;
	loop->address = "192.0.2.7";
	loop->pool = pool_new();
	buf_init(&loop->out, 0);
}

void loop_fini(struct loop *loop)
{
	buf_fini(&loop->out);
	pool_free(&loop->pool);
	budget_free(&loop->app.budget);
	key_budget_close(&loop->app.key_budget);
	conf_fini(settings_rows, settings_rows_n, &loop->settings);
}

struct source {
	struct str body;
	size_t left; /* until it stalls */
};

static ssize_t read_body(void *arg, char *p, size_t n)
{
	struct source *s = arg;

	n = MIN_OF(n, s->body.n);
	n = MIN_OF(n, 3); /* in small pieces, as networks do */
	if (s->body.n && !s->left)
		return -1;
	n = MIN_OF(n, s->left);
	if (!n)
		return 0;
	memcpy(p, s->body.p, n);
	s->body = str_from(s->body, n);
	s->left -= n;
	return (ssize_t)n;
}

/* "Content-Type: x" becomes CONTENT_TYPE=x, others HTTP_NAME=x. */
static char *env_of(struct pool *pool, struct str line)
{
	struct str name = str_head(line, str_index(line, ':'));
	struct str value = str_trim(str_from(line, name.n + 1));
	char *text, *p;
	bool plain = str_ieq(name, STR("Content-Type")) ||
		     str_ieq(name, STR("Content-Length")) ||
		     str_eq(name, STR("HTTPS"));

	text = pool_printf(pool, "%s%.*s=%.*s", plain ? "" : "HTTP_",
	    STR_ARG(name), STR_ARG(value));
	for (p = text; *p != '='; p++)
		*p = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? *p - 32 : *p;
	return text;
}

static void fill_env(struct loop *loop, char **env, const char *method,
    const char *uri, const char *headers, const char *body)
{
	struct str rest = str_of(headers), line;
	size_t n = 0;

	env[n++] = pool_printf(loop->pool, "REQUEST_METHOD=%s", method);
	env[n++] = pool_printf(loop->pool, "REQUEST_URI=%s", uri);
	env[n++] = pool_printf(loop->pool, "REMOTE_ADDR=%s", loop->address);
	while (rest.n && n < ENV_MAX - 2 && str_split(&rest, '\n', &line))
		if (line.n)
			env[n++] = env_of(loop->pool, line);
	if (body)
		env[n++] =
		    pool_printf(loop->pool, "CONTENT_LENGTH=%zu", strlen(body));
	env[n] = NULL;
}

static void read_answer(struct loop *loop)
{
	struct str out = buf_str(&loop->out), status;
	size_t end = str_search(out, STR("\r\n\r\n"));
	uint64_t v = 0;

	loop->head = str_head(out, end + 2);
	loop->body = str_from(out, end + 4);
	status = str_from(loop->head, strlen("Status: "));
	str_u64(str_head(status, 3), 100, 599, &v);
	loop->status = (int)v;
}

int loop_run(struct loop *loop, const char *method, const char *uri,
    const char *headers, const char *body)
{
	struct source source = { .body = str_of(body) };
	char *env[ENV_MAX];
	struct serve in = {
		.app = &loop->app,
		.pool = loop->pool,
		.db = loop->db,
		.env = env,
		.read = read_body,
		.read_arg = &source,
	};

	source.left = loop->stall_after ? loop->stall_after : source.body.n;
	fill_env(loop, env, method, uri, headers, body);
	buf_clear(&loop->out);
	serve_request(&in, &loop->out);
	read_answer(loop);
	pool_reset(loop->pool);
	return loop->status;
}

struct str loop_header(const struct loop *loop, const char *name)
{
	struct str rest = loop->head, line, key;

	while (rest.n && str_split(&rest, '\n', &line)) {
		key = str_head(line, str_index(line, ':'));
		if (str_ieq(key, str_of(name)))
			return str_trim(str_from(line, key.n + 1));
	}
	return STR_EMPTY;
}

bool loop_body_has(const struct loop *loop, const char *text)
{
	return str_search(loop->body, str_of(text)) < loop->body.n;
}

const char *loop_csrf(struct loop *loop, const char *cookie)
{
	static char token[128];
	struct pool *pool = pool_new();
	struct str secret = str_of(pool_printf(pool, "session:%s", cookie));

	snprintf(token, sizeof(token), "%.*s",
	    STR_ARG(csrf_make(&loop->key, pool, secret)));
	pool_free(&pool);
	return token;
}
