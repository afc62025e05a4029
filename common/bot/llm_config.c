/* llm_config.c: which model a workspace uses: rules, storing, reading */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_config.h"

#include "base/valid.h"
#include "db/db_llm.h"

#define TOKENS_MAX 1000000 /* of one answer */
#define BUDGET_MAX 1000000000000
#define FIELD_MAX  39
#define MASK_LEAST 12 /* bytes of a key of which some are shown */
#define MASK_HEAD  3
#define MASK_TAIL  4

static const char *const option_names[] = { "max_tokens_field", "max_tokens",
	"temperature", "timeout", "stream", "tools", "history", "key_header",
	"headers", "tokens_per_conversation", "tokens_per_month", "search_url",
	"web_search_url" };

static enum err_code check_names(const struct json *options, struct err *err)
{
	const struct json *item = NULL;

	while ((item = json_next(options, item)) != NULL) {
		bool is_known = false;

		for (size_t i = 0; i < COUNT_OF(option_names); i++)
			is_known |=
			    str_eq(json_name(item), str_of(option_names[i]));
		if (!is_known)
			return err_set(err, ERR_BAD_REQUEST,
			    "options: There is no option “%.*s”.",
			    (int)MIN_OF(json_name(item).n, 60),
			    json_name(item).p);
	}
	return ERR_OK;
}

static bool is_name(struct str s, size_t max)
{
	if (s.n == 0 || s.n > max)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
	}
	return true;
}

/* Of a header that people may give. */
static bool is_header(struct str name)
{
	return name.n <= HTTP_HEADER_NAME_MAX && http_header_is_token(name) &&
	       (http_header_of(name) &
		   (HTTP_HEADER_CLIENT | HTTP_HEADER_LLM)) == 0;
}

static enum err_code read_headers(struct pool *pool, const struct json *v,
    struct llm_config *c, struct err *err)
{
	struct http_header *headers =
	    pool_alloc(pool, (LLM_HEADERS_MAX + 1) * sizeof(*headers));
	const struct json *item = NULL;

	if (json_count(v) > LLM_HEADERS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "headers: at most %d may stand here.", LLM_HEADERS_MAX);
	while ((item = json_next(v, item)) != NULL) {
		struct http_header *h = &headers[c->n_headers++];

		*h = (struct http_header){ json_name(item), json_str(item) };
		if (http_header_of(h->name) & HTTP_HEADER_SECRET)
			return err_set(err, ERR_BAD_REQUEST,
			    "headers: “%.*s” is a credential, and options are "
			    "shown: key_header and the key are for it.",
			    (int)MIN_OF(h->name.n, 60), h->name.p);
		if (!is_header(h->name) || json_type(item) != JSON_STRING ||
		    h->value.n > LLM_HEADER_MAX ||
		    !http_header_is_ascii(h->value))
			return err_set(err, ERR_BAD_REQUEST,
			    "headers: “%.*s” cannot be sent.",
			    (int)MIN_OF(h->name.n, 60), h->name.p);
	}
	c->headers = headers;
	return ERR_OK;
}

/* What a key would be sent to, unless the provider has it elsewhere. */
static enum err_code check_words(struct llm_config *c, struct err *err)
{
	if (!is_name(c->max_tokens_field, FIELD_MAX))
		return err_set(err, ERR_BAD_REQUEST,
		    "max_tokens_field is no name of a field.");
	if (c->key_header.n > 0 && !is_header(c->key_header))
		return err_set(
		    err, ERR_BAD_REQUEST, "key_header is no name of a header.");
	if (c->has_temperature && (c->temperature < 0 || c->temperature > 2))
		return err_set(err, ERR_BAD_REQUEST, "temperature is 0 to 2.");
	return ERR_OK;
}

static struct str usual_field(const struct llm_config *c)
{
	return str_starts(c->base_url, STR(LLM_ORIGINAL_OPENAI))
		   ? STR("max_completion_tokens")
		   : STR("max_tokens");
}

static enum err_code read_options(
    struct pool *pool, struct llm_config *c, struct err *err)
{
	const struct json *v;
	struct json_fields f;
	enum err_code code;

	if (json_parse(pool, c->options, &v, NULL) != ERR_OK ||
	    json_type(v) != JSON_OBJECT || c->options.n > LLM_OPTIONS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "options must be a JSON object of at most %d bytes.",
		    LLM_OPTIONS_MAX);
	json_fields_init(&f, v);
	c->max_tokens_field =
	    json_fields_bytes(&f, "max_tokens_field", 0, FIELD_MAX);
	if (c->max_tokens_field.n == 0)
		c->max_tokens_field = usual_field(c);
	c->max_tokens =
	    json_fields_i64(&f, "max_tokens", 1, TOKENS_MAX, LLM_MAX_TOKENS);
	c->has_temperature = json_type(json_get(v, "temperature")) != JSON_NULL;
	c->temperature = json_num(json_get(v, "temperature"), -1);
	c->timeout_s =
	    json_fields_i64(&f, "timeout", 1, LLM_TIMEOUT_MAX, LLM_TIMEOUT_S);
	c->is_streaming = json_fields_bool(&f, "stream", true);
	c->has_tools = json_fields_bool(&f, "tools", true);
	c->history =
	    json_fields_i64(&f, "history", 0, LLM_HISTORY_MAX, LLM_HISTORY);
	c->key_header =
	    json_fields_bytes(&f, "key_header", 0, HTTP_HEADER_NAME_MAX);
	c->tokens_per_conversation =
	    json_fields_i64(&f, "tokens_per_conversation", 0, BUDGET_MAX, 0);
	c->tokens_per_month =
	    json_fields_i64(&f, "tokens_per_month", 0, BUDGET_MAX, 0);
	c->search_url = json_fields_bytes(&f, "search_url", 0, HTTP_URL_MAX);
	c->web_search_url =
	    json_fields_bytes(&f, "web_search_url", 0, HTTP_URL_MAX);
	(void)json_fields_get(&f, "headers", JSON_OBJECT);
	code = json_fields_end(&f, err);
	if (code == ERR_OK)
		code = check_names(v, err);
	if (code == ERR_OK)
		code = check_words(c, err);
	if (code == ERR_OK)
		code = read_headers(pool, json_get(v, "headers"), c, err);
	return code;
}

static bool find_provider(struct str name, enum llm_provider *provider_r)
{
	for (size_t i = 0; i < LLM_PROVIDER__MAX; i++) {
		if (!str_eq(name, str_of(llm_dialects[i]->name)))
			continue;
		*provider_r = (enum llm_provider)i;
		return true;
	}
	return false;
}

/* An address that a tenant gives; placeholders stand for a word. */
static enum err_code check_url(const struct settings *s, const char *member,
    struct str url, struct err *err)
{
	struct err why;

	if (url.n == 0 || http_check_url(s, url, &why) == ERR_OK)
		return ERR_OK;
	return err_set(err, ERR_BAD_REQUEST, "%s: %s", member, why.text);
}

static struct str without_slash(struct str url)
{
	while (url.n > 0 && url.p[url.n - 1] == '/')
		url.n--;
	return url;
}

static struct str without_query(struct str url)
{
	return str_head(url, str_index(url, '?'));
}

/* A field of a query such as key=…: options are shown, and logged elsewhere. */
static bool has_secret_field(struct str url)
{
	struct str query =
	    str_from(url, MIN_OF(str_index(url, '?') + 1, url.n));

	while (query.n > 0) {
		size_t end = str_index(query, '&');
		struct str field = str_head(query, end);

		if (http_word_is_secret(str_head(field, str_index(field, '='))))
			return true;
		query = str_from(query, MIN_OF(end + 1, query.n));
	}
	return false;
}

/* What stands behind the question mark may hold {query}. */
static enum err_code check_search(const struct settings *s, const char *member,
    struct str url, struct err *err)
{
	if (has_secret_field(url))
		return err_set(err, ERR_BAD_REQUEST,
		    "%s: A key must not stand in an address, which is shown.",
		    member);
	return check_url(s, member, without_query(url), err);
}

enum err_code llm_config_check(struct pool *pool, const struct settings *s,
    const struct llm_config_in *in, struct llm_config *c, struct err *err)
{
	enum err_code code;

	*c = (struct llm_config){
		.base_url = without_slash(str_trim(in->base_url)),
		.model = str_trim(in->model),
		.has_key = in->has_key && in->key.n > 0,
		.key = in->key,
		.options = in->options.n > 0 ? in->options : STR("{}"),
	};
	if (!find_provider(in->provider, &c->provider))
		return err_set(
		    err, ERR_BAD_REQUEST, "provider is openai or anthropic.");
	if (c->base_url.n == 0 || str_index(c->base_url, '?') < c->base_url.n)
		return err_set(err, ERR_BAD_REQUEST,
		    "base_url is an address without a query, such as "
		    "https://api.openai.com/v1.");
	code = check_url(s, "base_url", c->base_url, err);
	if (code != ERR_OK)
		return code;
	if (c->model.n == 0 || !valid_text(c->model, false) ||
	    valid_utf8_count(c->model) > LLM_MODEL_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "model is a name of 1 to %d characters.", LLM_MODEL_MAX);
	if (in->key.n > LLM_KEY_MAX || !http_header_is_ascii(in->key))
		return err_set(err, ERR_BAD_REQUEST,
		    "The key has at most %d characters, of printable ASCII.",
		    LLM_KEY_MAX);
	code = read_options(pool, c, err);
	if (code == ERR_OK)
		code = check_search(s, "search_url", c->search_url, err);
	if (code == ERR_OK)
		code =
		    check_search(s, "web_search_url", c->web_search_url, err);
	return code;
}

struct setting {
	struct pool *pool;
	const struct seal_key *seal_key;
	struct id workspace_id;
	const struct llm_config_in *in;
	const struct llm_config *config;
};

static enum err_code store(struct db *db, void *arg, struct err *err)
{
	struct setting *t = arg;
	const struct llm_config *c = t->config;
	struct db_llm_config was, row = {
		.provider = str_of(llm_dialects[c->provider]->name),
		.base_url = c->base_url,
		.model = c->model,
		.options = c->options,
	};
	bool is_there;
	enum err_code code =
	    db_llm_get(db, t->pool, t->workspace_id, &was, &is_there, err);

	if (code != ERR_OK)
		return code;
	if (c->has_key)
		row.sealed_key = seal_put(t->seal_key, t->pool, c->key);
	else if (!t->in->has_key && is_there && was.sealed_key.p != NULL &&
		 !str_eq(was.base_url, c->base_url))
		return err_set(err, ERR_BAD_REQUEST,
		    "base_url is another one: the key must be given again.");
	else if (!t->in->has_key && is_there)
		row.sealed_key = was.sealed_key;
	return db_llm_set(db, t->workspace_id, &row, err);
}

enum err_code llm_config_set(struct db *db, struct pool *pool,
    const struct settings *s, const struct seal_key *seal_key,
    struct id workspace_id, const struct llm_config_in *in, struct err *err)
{
	struct llm_config c;
	struct setting t = { pool, seal_key, workspace_id, in, &c };
	enum err_code code = llm_config_check(pool, s, in, &c, err);

	return code == ERR_OK ? db_transact(db, store, &t, err) : code;
}

enum err_code llm_config_get(struct db *db, struct pool *pool,
    const struct seal_key *seal_key, struct id workspace_id,
    struct llm_config *c, struct err *err)
{
	struct db_llm_config row;
	bool is_there;
	enum err_code code =
	    db_llm_get(db, pool, workspace_id, &row, &is_there, err);

	if (code != ERR_OK)
		return code;
	if (!is_there)
		return err_set(err, ERR_NOT_FOUND, "No model is set up.");
	*c = (struct llm_config){ .base_url = row.base_url,
		.model = row.model,
		.options = row.options,
		.has_key = row.sealed_key.p != NULL,
		.updated_at = row.updated_at };
	if (!find_provider(row.provider, &c->provider))
		return err_set(err, ERR_INTERNAL,
		    "The model's provider is not known here.");
	code = read_options(pool, c, err);
	if (code == ERR_OK && c->has_key && seal_key != NULL)
		code = seal_open(seal_key, pool, row.sealed_key, &c->key, err);
	return code;
}

enum err_code llm_config_del(
    struct db *db, struct id workspace_id, struct err *err)
{
	bool was_there;
	enum err_code code = db_llm_del(db, workspace_id, &was_there, err);

	if (code == ERR_OK && !was_there)
		code = err_set(err, ERR_NOT_FOUND, "No model is set up.");
	return code;
}

struct llm_endpoint llm_config_endpoint(
    const struct settings *s, const struct llm_config *c)
{
	return (struct llm_endpoint){ .settings = s,
		.dialect = llm_dialects[c->provider],
		.base_url = c->base_url,
		.key = c->key,
		.key_header = c->key_header,
		.n_headers = c->n_headers,
		.headers = c->headers,
		.timeout_ms = c->timeout_s * 1000 };
}

const char *llm_config_mask(const struct llm_config *c, char out[LLM_MASK_SIZE])
{
	if (c->key.n >= MASK_LEAST)
		snprintf(out, LLM_MASK_SIZE, "%.*s…%.*s", MASK_HEAD, c->key.p,
		    MASK_TAIL, c->key.p + c->key.n - MASK_TAIL);
	else
		snprintf(out, LLM_MASK_SIZE, "%s", c->has_key ? "set" : "");
	return out;
}

void llm_config_put(
    struct json_out *j, const char *name, const struct llm_config *c)
{
	char mask[LLM_MASK_SIZE];

	json_out_object(j, name);
	json_out_cstr(j, "provider", llm_dialects[c->provider]->name);
	json_out_str(j, "base_url", c->base_url);
	json_out_str(j, "model", c->model);
	json_out_str_or_null(j, "api_key", str_of(llm_config_mask(c, mask)));
	json_out_json(j, "options", c->options);
	json_out_time(j, "updated_at", c->updated_at);
	json_out_end(j);
}
