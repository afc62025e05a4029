/* flow_refs.c: the integrations that a flow names, and whether there are such */
/* SPDX-License-Identifier: MIT */
#include "bot/flow_reader.h"

static void add(struct flow_reader *r, bool is_server, const struct json *v,
    const char *path)
{
	struct flow_findings *f = r->findings;
	struct flow_ref *refs;
	struct str name = str_trim(json_str(v));

	/* what is no name is its action's to say */
	if (name.n == 0)
		return;
	/* by powers of two */
	if ((f->n_refs & (f->n_refs - 1)) == 0) {
		refs = pool_alloc(r->pool, (f->n_refs * 2 + 1) * sizeof(*refs));
		if (f->n_refs > 0)
			memcpy(refs, f->refs, f->n_refs * sizeof(*refs));
		f->refs = refs;
	}
	f->refs[f->n_refs++] = (struct flow_ref){ is_server, name, path };
}

void flow_read_refs(
    struct flow_reader *r, const struct json *v, const char *path)
{
	struct str type = json_str(json_get(v, "type"));
	const struct json *tools = json_get(v, "tools"), *item = NULL;

	if (str_eq(type, STR("API_CALL")))
		add(r, false, json_get(v, "integration"),
		    pool_printf(r->pool, "%s.integration", path));
	if (!str_eq(type, STR("LLM_AGENT")) || json_type(tools) != JSON_ARRAY)
		return;
	for (size_t i = 0; (item = json_next(tools, item)) != NULL; i++) {
		if (str_eq(json_str(json_get(item, "name")), STR("mcp")))
			add(r, true, json_get(item, "collection"),
			    pool_printf(
				r->pool, "%s.tools[%zu].collection", path, i));
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

		if (ref->is_server
			? !is_among(names->servers, names->n_servers, ref->name)
			: !is_among(names->apis, names->n_apis, ref->name))
			flow_error(&r, ref->path,
			    "The chatbot has no %s integration “%.*s”.",
			    ref->is_server ? "mcp" : "api", STR_ARG(ref->name));
	}
}
