/* test_widget.c: widgets and blueprints of a workspace: made, changed, gone */
/* SPDX-License-Identifier: MIT */
#include "chat/widget.h"

#include "chat/blueprint.h"
#include "chat/integrations.h"
#include "chat/site.h"
#include "fixture.h"
#include "harness.h"

static struct fixture f;
static const struct seal_key key = { { 7 } };

static void set_up(void)
{
	fixture_make(&f);
}

static void tear_down(void)
{
	fixture_free(&f);
}

static enum err_code read_as(enum widget_spelling spelling, unsigned may,
    const char *json, struct widget_change *c)
{
	const struct json *v;

	FATAL_OK(json_parse(f.pool, str_of(json), &v, &f.err));
	return widget_change_read(f.pool, v, spelling, may, c, &f.err);
}

static struct widget_change change(const char *json)
{
	struct widget_change c;

	FATAL_OK(read_as(WIDGET_BY_CAMEL, WIDGET_SETS_ALL, json, &c));
	return c;
}

static struct widget add(const char *json)
{
	struct widget_change c = change(json);
	struct widget w;

	FATAL_OK(widget_add(
	    f.db, f.pool, &key, f.ada.workspace_id, -1, &c, &w, &f.err));
	return w;
}

static enum err_code get(
    struct id workspace_id, struct str identifier, struct widget *w)
{
	return widget_get(
	    f.db, f.pool, &key, workspace_id, identifier, w, &f.err);
}

static struct str spelt(struct id id)
{
	char text[ID_ULID_SIZE];

	return str_copy(f.pool, str_of(id_ulid(id, text)));
}

static enum err_code set(struct id id, const char *json, struct widget *w)
{
	struct widget_change c = change(json);

	return widget_set(
	    f.db, f.pool, &key, f.ada.workspace_id, spelt(id), &c, w, &f.err);
}

#define SAME(a, b) CU_ASSERT_TRUE(str_eq(a, STR(b)))

/* What holds for one of its options. */
static bool holds(const struct widget *w, const char *name, const char *json)
{
	struct widget_values values;

	widget_values(f.pool, w->settings, w->blueprint_settings, &values);
	return str_eq(widget_value(&values, name), str_of(json));
}

static void test_add(void)
{
	struct widget w = add(
	    "{\"name\": \" Shop \", \"alias\": \"shop-1\", \"title\": \"Hello\","
	    "\"description\": \"a\\nb\", \"meta\": {\"a\": {\"b\": true}},"
	    "\"origin\": \"https://Shop.example/x; capacitor://localhost\\n"
	    "a.example\", \"sessionDuration\": 60000, \"theme\": \"dark\"}");
	struct integration site;
	struct widget found;

	SAME(w.name, "Shop");
	SAME(w.alias, "shop-1");
	SAME(w.description, "a\nb");
	SAME(w.meta, "{\"a\":{\"b\":true}}");
	SAME(w.allowed_origins, "https://shop.example\ncapacitor://localhost\n"
				"https://a.example\nhttp://a.example\n");
	CU_ASSERT_TRUE(holds(&w, "title", "\"Hello\""));
	CU_ASSERT_TRUE(holds(&w, "stream", "true"));
	CU_ASSERT_TRUE(w.is_active);
	/* its key lets in */
	CU_ASSERT_TRUE(str_starts(widget_key(f.pool, &w), STR("wk_")));
	ASSERT_OK(
	    site_by_token(f.db, f.pool, widget_key(f.pool, &w), &site, &f.err));
	CU_ASSERT_TRUE(id_eq(site.id, w.id));
	/* found by id and by alias, in its workspace only */
	ASSERT_OK(get(f.ada.workspace_id, STR("@shop-1"), &found));
	CU_ASSERT_TRUE(id_eq(found.id, w.id));
	ASSERT_OK(get(f.ada.workspace_id, spelt(w.id), &found));
	CU_ASSERT_EQUAL(
	    get(f.stranger.workspace_id, spelt(w.id), &found), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    get(f.stranger.workspace_id, STR("shop-1"), &found), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    get(f.ada.workspace_id, STR("no such"), &found), ERR_NOT_FOUND);
}

static void test_refused(void)
{
	static const struct {
		const char *json, *why;
	} bad[] = {
		{ "{\"nonsense\": 1}", "There is no field nonsense." },
		{ "{\"is_active\": false}", "There is no field is_active." },
		{ "{\"visibility\": null}", "There is no field visibility." },
		{ "{\"name\": 1}", "name must be a text." },
		{ "{\"name\": \"a\\nb\"}",
		    "name must not have control characters." },
		{ "{\"alias\": \"A\"}",
		    "alias must be a-z, 0-9, - and _ and cannot look like an "
		    "id." },
		{ "{\"alias\": \"01kabcdefghjkmnpqrstvwxyz0\"}",
		    "alias must be a-z, 0-9, - and _ and cannot look like an "
		    "id." },
		{ "{\"meta\": []}", "meta must be an object." },
		{ "{\"meta\": {\"_x\": 1}}",
		    "meta must not have names that are empty or begin with "
		    "_." },
		{ "{\"botId\": \"x\"}", "botId must be an id." },
		{ "{\"origin\": \"https://a.example evil'\"}",
		    "evil' is not an origin such as https://shop.example." },
		{ "{\"origin\": \"javascript://x\"}",
		    "javascript://x is not an origin such as "
		    "https://shop.example." },
		{ "{\"origin\": [1]}",
		    "Origins are a text or a list of texts." },
		{ "{\"stream\": 1}", "stream must be true or false." },
		{ "{\"sessionDuration\": 3600001}",
		    "sessionDuration must be a number from 0 to 3600000." },
	};
	struct widget_change c;

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		CU_ASSERT_EQUAL(
		    read_as(WIDGET_BY_CAMEL, WIDGET_SETS_ALL, bad[i].json, &c),
		    ERR_BAD_REQUEST);
		CU_ASSERT_STRING_EQUAL(f.err.text, bad[i].why);
	}
	/* what was read may be sent back */
	ASSERT_OK(read_as(WIDGET_BY_CAMEL, WIDGET_SETS_ALL,
	    "{\"id\": \"x\", \"createdAt\": 1, \"updatedAt\": 2}", &c));
	ASSERT_OK(read_as(WIDGET_BY_KEY, WIDGET_SETS_ALL,
	    "{\"is_active\": false, \"allowed_origins\": [\"*.a.example\"], "
	    "\"starters\": [\"Hi\"]}",
	    &c));
	SAME(c.origins, "https://*.a.example\nhttp://*.a.example\n");
}

static void test_limits(void)
{
	struct widget_change c = change("{\"alias\": \"one\"}");
	struct widget w;

	ASSERT_OK(widget_add(
	    f.db, f.pool, &key, f.stranger.workspace_id, 1, &c, &w, &f.err));
	c = change("{}");
	CU_ASSERT_EQUAL(widget_add(f.db, f.pool, &key, f.stranger.workspace_id,
			    1, &c, &w, &f.err),
	    ERR_PAYMENT);
	c = change("{\"alias\": \"one\"}");
	CU_ASSERT_EQUAL(widget_add(f.db, f.pool, &key, f.stranger.workspace_id,
			    2, &c, &w, &f.err),
	    ERR_CONFLICT);
	/* another workspace's alias is in nobody's way; its bot is not there */
	ASSERT_OK(widget_add(
	    f.db, f.pool, &key, f.ada.workspace_id, -1, &c, &w, &f.err));
	c = (struct widget_change){ .sets = WIDGET_SETS_BOT,
		.chatbot_id = f.chatbot_id };
	CU_ASSERT_EQUAL(widget_add(f.db, f.pool, &key, f.stranger.workspace_id,
			    -1, &c, &w, &f.err),
	    ERR_NOT_FOUND);
	CU_ASSERT_STRING_EQUAL(f.err.text, "Chatbot not found.");
}

static void test_set(void)
{
	struct widget w = add("{\"name\": \"A\", \"title\": \"T\", "
			      "\"meta\": {\"a\": 1}, \"math\": true}");
	struct widget other = add("{\"alias\": \"taken\"}"), now;

	ASSERT_OK(set(w.id,
	    "{\"title\": null, \"intro\": \"I\", "
	    "\"meta\": null, \"alias\": \"mine\"}",
	    &now));
	SAME(now.name, "A");
	SAME(now.alias, "mine");
	SAME(now.settings, "{\"math\":true,\"intro\":\"I\"}");
	CU_ASSERT_EQUAL(now.meta.n, 0);
	CU_ASSERT_TRUE(now.updated_at > w.updated_at);
	CU_ASSERT_TRUE(
	    str_eq(widget_key(f.pool, &now), widget_key(f.pool, &w)));
	CU_ASSERT_EQUAL(
	    set(w.id, "{\"alias\": \"taken\", \"name\": \"B\"}", &now),
	    ERR_CONFLICT);
	ASSERT_OK(get(f.ada.workspace_id, spelt(w.id), &now));
	SAME(now.name, "A");
	ASSERT_OK(set(other.id, "{\"alias\": null}", &now));
	ASSERT_OK(set(w.id, "{\"alias\": \"taken\"}", &now));
}

static void test_developers(void)
{
	struct db_integration row = { .workspace_id = f.ada.workspace_id,
		.chatbot_id = f.chatbot_id,
		.name = STR("Of the developer API"),
		.settings = STR("{\"allowed_domains\":[\"a.example\"]}"),
		.allowed_origins = STR("https://a.example\n"),
		.is_active = true };
	struct widget w;

	/* one by barazactl, with a token that is not kept */
	ASSERT_OK(get(f.ada.workspace_id, spelt(f.integration_id), &w));
	CU_ASSERT_EQUAL(widget_key(f.pool, &w).n, 0);
	ASSERT_OK(set(w.id, "{\"botId\": null}", &w));
	CU_ASSERT_EQUAL(w.slot.n, 0);
	FATAL_OK(integration_add(
	    f.db, f.pool, &key, INTEGRATION_WEB, -1, &row, &f.err));
	ASSERT_OK(get(f.ada.workspace_id, spelt(row.id), &w));
	SAME(w.slot, "web_chat");
	ASSERT_OK(set(w.id, "{\"origin\": \"https://b.example\"}", &w));
	SAME(w.slot, "web_chat");
	SAME(w.allowed_origins, "https://b.example\n");
	SAME(w.settings, "{}");
}

static void test_list(void)
{
	struct db_slice slice = { .take = 2 };
	struct widget a = add(
			  "{\"meta\": {\"k\": {\"x\": \"1\", \"y\": true}}}"),
		      b = add("{\"meta\": {\"k\": {\"x\": \"1\"}}}"),
		      c = add("{}");
	const struct widget_meta wanted[] = { { STR("k.x"), STR("1") },
		{ STR("k.y"), STR("true") } };
	const struct widget_meta nonsense[] = { { STR("k"), STR("1") },
		{ STR("k.y"), STR("true") } };
	struct widgets list;

	ASSERT_OK(widget_list(
	    f.db, f.pool, f.ada.workspace_id, ID_NONE, &slice, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 2);
	CU_ASSERT_TRUE(id_eq(list.items[0].id, c.id));
	CU_ASSERT_EQUAL(list.items[0].secrets.n, 0);
	slice.behind = list.items[1].id;
	ASSERT_OK(widget_list(
	    f.db, f.pool, f.ada.workspace_id, ID_NONE, &slice, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 2); /* and the fixture's */
	CU_ASSERT_TRUE(id_eq(list.items[0].id, a.id));
	slice = (struct db_slice){ .take = 9, .is_up = true };
	CU_ASSERT_TRUE(widget_meta_filter(f.pool, wanted, 1, &slice.meta));
	ASSERT_OK(widget_list(
	    f.db, f.pool, f.ada.workspace_id, ID_NONE, &slice, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 2);
	CU_ASSERT_TRUE(id_eq(list.items[1].id, b.id));
	CU_ASSERT_TRUE(widget_meta_filter(f.pool, wanted, 2, &slice.meta));
	SAME(slice.meta, "{\"k\":{\"x\":\"1\",\"y\":true}}");
	ASSERT_OK(widget_list(
	    f.db, f.pool, f.ada.workspace_id, ID_NONE, &slice, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 1);
	CU_ASSERT_FALSE(widget_meta_filter(f.pool, nonsense, 2, &slice.meta));
	slice = (struct db_slice){ .take = 9 };
	ASSERT_OK(widget_list(f.db, f.pool, f.stranger.workspace_id, ID_NONE,
	    &slice, &list, &f.err));
	CU_ASSERT_EQUAL(list.n, 0);
}

static void test_clone(void)
{
	struct widget w = add("{\"name\": \"A\", \"alias\": \"a\", "
			      "\"plugins\": \"x\", \"origin\": \"a.example\", "
			      "\"meta\": {\"m\": 1}}");
	struct widget copy;

	ASSERT_OK(set(w.id,
	    pool_printf(f.pool, "{\"botId\": \"%s\"}", id_text(f.chatbot_id)),
	    &w));
	ASSERT_OK(widget_clone(f.db, f.pool, &key, f.ada.workspace_id, -1,
	    STR("a"), &copy, &f.err));
	CU_ASSERT_FALSE(id_eq(copy.id, w.id));
	CU_ASSERT_TRUE(str_eq(copy.settings, w.settings));
	CU_ASSERT_TRUE(str_eq(copy.meta, w.meta));
	CU_ASSERT_TRUE(str_eq(copy.allowed_origins, w.allowed_origins));
	CU_ASSERT_TRUE(id_eq(copy.chatbot_id, f.chatbot_id));
	CU_ASSERT_EQUAL(copy.alias.n, 0);
	CU_ASSERT_FALSE(
	    str_eq(widget_key(f.pool, &copy), widget_key(f.pool, &w)));
	CU_ASSERT_EQUAL(
	    widget_clone(f.db, f.pool, &key, f.stranger.workspace_id, -1,
		spelt(w.id), &copy, &f.err),
	    ERR_NOT_FOUND);
}

static void test_del(void)
{
	struct widget w = add("{\"alias\": \"a\"}"), found;
	struct id id;

	CU_ASSERT_EQUAL(widget_del(f.db, f.pool, f.stranger.workspace_id,
			    spelt(w.id), &id, &f.err),
	    ERR_NOT_FOUND);
	ASSERT_OK(widget_del(
	    f.db, f.pool, f.ada.workspace_id, STR("a"), &id, &f.err));
	CU_ASSERT_TRUE(id_eq(id, w.id));
	CU_ASSERT_EQUAL(
	    get(f.ada.workspace_id, STR("a"), &found), ERR_NOT_FOUND);
	/* one that people came in by stays, for what they said */
	(void)fixture_say(&f, &f.visitor, "Hello");
	ASSERT_OK(set(f.integration_id, "{\"alias\": \"b\"}", &w));
	ASSERT_OK(widget_del(
	    f.db, f.pool, f.ada.workspace_id, STR("b"), &id, &f.err));
	CU_ASSERT_EQUAL(
	    get(f.ada.workspace_id, spelt(f.integration_id), &found),
	    ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 1);
	/* and its alias is free */
	add("{\"alias\": \"b\"}");
}

static void test_blueprint(void)
{
	struct widget_change c;
	struct blueprint b;
	struct widget w, now;
	struct id id;

	FATAL_OK(read_as(WIDGET_BY_CAMEL, WIDGET_SETS_OF_BLUEPRINT,
	    "{\"name\": \"House\", \"visibility\": \"private\", "
	    "\"title\": \"House\", \"math\": true}",
	    &c));
	FATAL_OK(
	    blueprint_add(f.db, f.pool, f.ada.workspace_id, 1, &c, &b, &f.err));
	CU_ASSERT_EQUAL(
	    blueprint_add(f.db, f.pool, f.ada.workspace_id, 1, &c, &b, &f.err),
	    ERR_PAYMENT);
	CU_ASSERT_EQUAL(read_as(WIDGET_BY_CAMEL, WIDGET_SETS_OF_BLUEPRINT,
			    "{\"botId\": null}", &c),
	    ERR_BAD_REQUEST);
	w = add("{\"title\": \"Own\"}");
	ASSERT_OK(set(w.id,
	    pool_printf(f.pool, "{\"blueprintId\": \"%s\"}", id_text(b.id)),
	    &now));
	CU_ASSERT_TRUE(holds(&now, "title", "\"Own\""));
	CU_ASSERT_TRUE(holds(&now, "math", "true"));
	ASSERT_OK(set(w.id, "{\"title\": null}", &now));
	CU_ASSERT_TRUE(holds(&now, "title", "\"House\""));
	FATAL_OK(read_as(WIDGET_BY_CAMEL, WIDGET_SETS_OF_BLUEPRINT,
	    "{\"title\": \"New\", \"alias\": \"house\"}", &c));
	ASSERT_OK(blueprint_set(
	    f.db, f.pool, f.ada.workspace_id, spelt(b.id), &c, &b, &f.err));
	ASSERT_OK(get(f.ada.workspace_id, spelt(w.id), &now));
	CU_ASSERT_TRUE(holds(&now, "title", "\"New\""));
	CU_ASSERT_EQUAL(blueprint_del(f.db, f.pool, f.stranger.workspace_id,
			    spelt(b.id), &id, &f.err),
	    ERR_NOT_FOUND);
	ASSERT_OK(blueprint_del(
	    f.db, f.pool, f.ada.workspace_id, STR("house"), &id, &f.err));
	ASSERT_OK(get(f.ada.workspace_id, spelt(w.id), &now));
	CU_ASSERT_TRUE(id_is_none(now.blueprint_id));
	CU_ASSERT_TRUE(holds(&now, "title", "\"\""));
	CU_ASSERT_EQUAL(
	    set(w.id,
		pool_printf(f.pool, "{\"blueprintId\": \"%s\"}", id_text(b.id)),
		&now),
	    ERR_NOT_FOUND);
}

static CU_TestInfo tests[] = {
	{ "add", test_add },
	{ "refused", test_refused },
	{ "limits", test_limits },
	{ "set", test_set },
	{ "developers", test_developers },
	{ "list", test_list },
	{ "clone", test_clone },
	{ "del", test_del },
	{ "blueprint", test_blueprint },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_widget = { "widget", NULL, NULL, set_up, tear_down, tests };
