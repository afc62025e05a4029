/* flow_meta.c: flows of type meta: forms of WhatsApp, checked, never run here */
/* SPDX-License-Identifier: MIT */
#include "bot/flow_meta.h"

#include "base/json_in.h"
#include "bot/flow_reader.h"

/* Letters and underscores, and not the id that ends a form. */
static bool is_screen_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
		    c != '_')
			return false;
	}
	return s.n > 0 && !str_eq(s, STR("SUCCESS"));
}

static void check_layout(
    struct flow_reader *r, const struct json *screen, const char *path)
{
	const struct json *layout = json_get(screen, "layout");
	const struct json *children = json_get(layout, "children");
	const struct json *child = NULL;
	size_t i = 0;

	path = pool_printf(r->pool, "%s.layout", path);
	if (json_type(layout) != JSON_OBJECT) {
		flow_error(r, path, "A screen needs a layout.");
		return;
	}
	if (!str_eq(
		json_str(json_get(layout, "type")), STR("SingleColumnLayout")))
		flow_error(r, pool_printf(r->pool, "%s.type", path),
		    "A layout's type is SingleColumnLayout.");
	path = pool_printf(r->pool, "%s.children", path);
	if (json_type(children) != JSON_ARRAY || json_count(children) == 0)
		flow_error(r, path, "A layout needs components.");
	while ((child = json_next(children, child)) != NULL) {
		if (json_str(json_get(child, "type")).n == 0)
			flow_error(r,
			    pool_printf(r->pool, "%s[%zu].type", path, i),
			    "A component needs a type.");
		i++;
	}
}

/* Whether another screen before this one has its id. */
static bool is_taken(
    const struct json *screens, const struct json *screen, struct str id)
{
	const struct json *other = NULL;

	while ((other = json_next(screens, other)) != screen) {
		if (str_eq(json_str(json_get(other, "id")), id))
			return true;
	}
	return false;
}

static void check_screens(struct flow_reader *r, const struct json *screens)
{
	const struct json *screen = NULL;
	size_t i = 0, n_terminal = 0;

	while ((screen = json_next(screens, screen)) != NULL) {
		const char *path = pool_printf(r->pool, "screens[%zu]", i++);
		const char *id_path = pool_printf(r->pool, "%s.id", path);
		struct str id = json_str(json_get(screen, "id"));

		if (!is_screen_id(id))
			flow_error(r, id_path,
			    "A screen's id has letters and underscores, and "
			    "is not SUCCESS.");
		else if (is_taken(screens, screen, id))
			flow_error(
			    r, id_path, "There are two screens of this id.");
		n_terminal += json_bool(json_get(screen, "terminal"), false);
		check_layout(r, screen, path);
	}
	if (n_terminal == 0)
		flow_error(r, "screens", "No screen is marked as terminal.");
}

static void check_root(struct flow_reader *r, const struct json *root)
{
	const struct json *screens = json_get(root, "screens");

	if (json_str(json_get(root, "version")).n == 0)
		flow_error(
		    r, "version", "The version of Flow JSON is missing.");
	if (json_type(screens) != JSON_ARRAY || json_count(screens) == 0)
		flow_error(r, "screens", "The flow has no screens.");
	else if (json_count(screens) > FLOW_META_SCREENS_MAX)
		flow_error(r, "screens", "A flow has at most %d screens.",
		    FLOW_META_SCREENS_MAX);
	else
		check_screens(r, screens);
}

void flow_meta_check(
    struct pool *pool, struct str json, struct flow_findings *findings_r)
{
	struct flow_reader r = { .pool = pool, .findings = findings_r };
	const struct json *root;
	struct err err = { .code = ERR_OK };

	*findings_r = (struct flow_findings){ .n = 0 };
	if (json.n > FLOW_JSON_MAX)
		flow_error(
		    &r, "", "A flow is at most %d bytes.", FLOW_JSON_MAX);
	else if (json_parse(pool, json, &root, &err) != ERR_OK)
		flow_error(&r, "", "%s", err.text);
	else
		check_root(&r, root);
}
