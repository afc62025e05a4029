/* flow_refs.c: what a flow needs besides, and whether there is such a thing */
/* SPDX-License-Identifier: MIT */
#include "bot/flow_reader.h"

static void add(struct flow_reader *r, enum flow_ref_kind kind, struct str name,
    const char *path)
{
	struct flow_findings *f = r->findings;
	struct flow_ref *refs;

	/* by powers of two */
	if ((f->n_refs & (f->n_refs - 1)) == 0) {
		refs = pool_alloc(r->pool, (f->n_refs * 2 + 1) * sizeof(*refs));
		if (f->n_refs > 0)
			memcpy(refs, f->refs, f->n_refs * sizeof(*refs));
		f->refs = refs;
	}
	f->refs[f->n_refs++] = (struct flow_ref){ kind, name, path };
}

/* What is no name is its action's to say. */
static void add_name(struct flow_reader *r, enum flow_ref_kind kind,
    const struct json *v, const char *member, const char *path)
{
	struct str name = str_trim(json_str(json_get(v, member)));

	if (name.n > 0)
		add(r, kind, name, pool_printf(r->pool, "%s.%s", path, member));
}

static bool has_variable(struct str text)
{
	return str_search(text, STR("{{")) < text.n ||
	       str_search(text, STR("${")) < text.n;
}

/* A URL, or scheme and host of one, if they are the same for everybody. */
static void add_url(
    struct flow_reader *r, const struct json *v, const char *path)
{
	struct str url = str_trim(json_str(json_get(v, "url")));
	size_t host = str_search(url, STR("://")) + 3, end = host;

	if (host > url.n)
		return;
	while (end < url.n && strchr("/?#\\", url.p[end]) == NULL)
		end++;
	if (has_variable(str_head(url, end)))
		return;
	if (has_variable(url))
		url = str_of(
		    pool_printf(r->pool, "%.*s/", STR_ARG(str_head(url, end))));
	add(r, FLOW_REF_URL, url, pool_printf(r->pool, "%s.url", path));
}

static void add_tools(
    struct flow_reader *r, const struct json *tools, const char *path)
{
	const struct json *item = NULL;

	if (json_type(tools) != JSON_ARRAY)
		return;
	for (size_t i = 0; (item = json_next(tools, item)) != NULL; i++) {
		struct str name = json_str(json_get(item, "name"));
		const char *at = pool_printf(r->pool, "%s.tools[%zu]", path, i);

		if (str_eq(name, STR("mcp")))
			add_name(r, FLOW_REF_SERVER, item, "collection", at);
		else if (str_eq(name, STR("document_search")))
			add_name(
			    r, FLOW_REF_COLLECTION, item, "collection", at);
	}
}

void flow_read_refs(
    struct flow_reader *r, const struct json *v, const char *path)
{
	struct str type = json_str(json_get(v, "type"));

	if (str_eq(type, STR("API_CALL"))) {
		add_name(r, FLOW_REF_API, v, "integration", path);
		add_url(r, v, path);
	} else if (str_eq(type, STR("KNOWLEDGE"))) {
		add_name(r, FLOW_REF_COLLECTION, v, "collection", path);
	} else if (str_eq(type, STR("LLM_AGENT"))) {
		add(r, FLOW_REF_MODEL, STR_EMPTY, path);
		add_tools(r, json_get(v, "tools"), path);
	}
}

static bool is_among(const struct str *names, size_t n, struct str name)
{
	size_t i = 0;

	while (i < n && !str_eq(names[i], name))
		i++;
	return i < n;
}

void flow_check_names(struct pool *pool, const struct flow_names *names,
    struct flow_findings *findings)
{
	/* the next finding makes room anew */
	struct flow_reader r = {
		.pool = pool, .findings = findings, .findings_cap = findings->n
	};

	for (size_t i = 0; i < findings->n_refs; i++) {
		const struct flow_ref *ref = &findings->refs[i];
		bool is_server = ref->kind == FLOW_REF_SERVER;

		if ((!is_server && ref->kind != FLOW_REF_API) ||
		    (is_server
			    ? is_among(
				  names->servers, names->n_servers, ref->name)
			    : is_among(names->apis, names->n_apis, ref->name)))
			continue;
		flow_error(&r, ref->path,
		    "The chatbot has no %s integration “%.*s”.",
		    is_server ? "mcp" : "api", STR_ARG(ref->name));
	}
}
