/* llm_tool_search.c: search and web_search, by the endpoints that a workspace
 * names */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/valid.h"
#include "bot/llm_tools.h"

/*
 * An address with {query} in it is asked by GET (SearxNG's
 * /search?q={query}&format=json), any other one by POST of {"query","max"}. The
 * answer is {"results":[{"title","url","snippet"}]}; "content", as SearxNG has
 * it, and "description" are taken for the snippet too.
 */
#define PLACE	    "{query}"
#define QUERY_MAX   500 /* characters */
#define RESULTS_MAX 10
#define TITLE_MAX   200
#define SNIPPET_MAX 600
#define TIMEOUT_MS  15000

static struct str text_of(const struct json *v, size_t max)
{
	return valid_utf8_head(str_trim(json_str(v)), max);
}

static struct str snippet_of(const struct json *item)
{
	static const char *const names[] = { "snippet", "content",
		"description" };
	struct str s = STR_EMPTY;

	for (size_t i = 0; i < COUNT_OF(names) && s.n == 0; i++)
		s = text_of(json_get(item, names[i]), SNIPPET_MAX);
	return s;
}

static struct str put_results(
    struct pool *pool, const struct json *results, size_t max)
{
	const struct json *item = NULL;
	struct json_out j;
	struct buf b;
	struct str text;
	size_t n = 0;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_array(&j, "results");
	while (n < max && (item = json_next(results, item)) != NULL) {
		if (json_type(item) != JSON_OBJECT)
			continue;
		n++;
		json_out_object(&j, NULL);
		json_out_str(
		    &j, "title", text_of(json_get(item, "title"), TITLE_MAX));
		json_out_str(
		    &j, "url", text_of(json_get(item, "url"), HTTP_URL_MAX));
		json_out_str(&j, "snippet", snippet_of(item));
		json_out_end(&j);
	}
	json_out_end(&j);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* With the query in its place. */
static struct str fill(struct pool *pool, struct str url, struct str query)
{
	size_t at = str_search(url, STR(PLACE));
	struct str filled;
	struct buf b;

	buf_init(&b, 0);
	buf_put(&b, str_head(url, at));
	buf_percent(&b, query);
	buf_put(&b, str_from(url, at + strlen(PLACE)));
	filled = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return filled;
}

static struct str question(struct pool *pool, struct str query, int64_t max)
{
	struct json_out j;
	struct str body;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "query", query);
	json_out_u64(&j, "max", (uint64_t)max);
	json_out_end(&j);
	body = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return body;
}

static enum err_code ask(const struct llm_tools_in *in, struct pool *pool,
    struct str url, struct str query, int64_t max,
    const struct json **results_r, struct err *err)
{
	static const struct http_header headers[] = {
		{ STR_INIT("Accept"), STR_INIT("application/json") },
		{ STR_INIT("Content-Type"), STR_INIT("application/json") },
	};
	bool is_get = str_search(url, STR(PLACE)) < url.n;
	struct http_request q = {
		.method = is_get ? "GET" : "POST",
		.url = is_get ? fill(pool, url, query) : url,
		.n_headers = is_get ? 1 : 2,
		.headers = headers,
		.has_body = !is_get,
		.timeout_ms =
		    MIN_OF(TIMEOUT_MS, (in->until_us - clock_now_us()) / 1000),
		.tick = in->o->tick,
		.arg = in->o,
	};
	const struct json *v;
	struct http_response r;
	enum err_code code;

	if (q.timeout_ms <= 0)
		return err_set(err, ERR_TIMEOUT, "There is no time left.");
	if (!is_get)
		q.body = question(pool, query, max);
	code = http_send(in->o->env->settings, pool, &q, &r, err);
	if (code != ERR_OK)
		return code;
	if (r.status != 200)
		return err_set(
		    err, ERR_BAD_GATEWAY, "The search answered %d.", r.status);
	if (json_parse(pool, r.body, &v, NULL) != ERR_OK ||
	    json_type(json_get(v, "results")) != JSON_ARRAY)
		return err_set(err, ERR_BAD_GATEWAY,
		    "The search did not answer with results.");
	*results_r = json_get(v, "results");
	return ERR_OK;
}

static enum err_code run(const struct llm_tools_in *in, struct pool *pool,
    struct str url, const struct json *arguments, struct str *text_r,
    struct err *err)
{
	struct str query = text_of(json_get(arguments, "query"), QUERY_MAX);
	const struct json *results;
	int64_t max = LLM_SEARCH_RESULTS;
	enum err_code code;

	(void)json_i64(json_get(arguments, "max"), 1, RESULTS_MAX, &max);
	if (query.n == 0)
		return err_set(err, ERR_INVALID, "A query is wanted.");
	code = ask(in, pool, url, query, max, &results, err);
	if (code == ERR_OK)
		*text_r = put_results(pool, results, (size_t)max);
	return code;
}

static enum err_code run_search(const struct llm_tools_in *in,
    struct pool *pool, const struct json *arguments, struct str *text_r,
    struct err *err)
{
	return run(in, pool, in->config->search_url, arguments, text_r, err);
}

static enum err_code run_web_search(const struct llm_tools_in *in,
    struct pool *pool, const struct json *arguments, struct str *text_r,
    struct err *err)
{
	return run(
	    in, pool, in->config->web_search_url, arguments, text_r, err);
}

static bool has_search(const struct llm_tools_in *in)
{
	return in->config->search_url.n > 0;
}

static bool has_web_search(const struct llm_tools_in *in)
{
	return in->config->web_search_url.n > 0;
}

#define PARAMETERS                                                              \
	"{\"type\":\"object\",\"properties\":{\"query\":{\"type\":\"string\"}," \
	"\"max\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10}},"         \
	"\"required\":[\"query\"]}"

const struct llm_builtin llm_search = {
	.tool = { .name = STR_INIT("search"),
	    .description = STR_INIT("Searches what the company has put into "
				    "its search. Gives titles, addresses and "
				    "snippets."),
	    .parameters = STR_INIT(PARAMETERS) },
	.is_there = has_search,
	.run = run_search,
};

const struct llm_builtin llm_web_search = {
	.tool = { .name = STR_INIT("web_search"),
	    .description = STR_INIT("Searches the web. Gives titles, "
				    "addresses and snippets."),
	    .parameters = STR_INIT(PARAMETERS) },
	.is_there = has_web_search,
	.run = run_web_search,
};
