/* action_knowledge.c: {"type":"KNOWLEDGE"}: answers from knowledge bases */
/* SPDX-License-Identifier: MIT */
#include "bot/action_knowledge.h"

#include "base/json_out.h"
#include "base/valid.h"
#include "bot/action.h"
#include "bot/engine.h"
#include "bot/flow_reader.h"
#include "bot/template.h"
#include "chat/model.h"

#define NAME	  "KNOWLEDGE"
#define QUERY_MAX 1000 /* code points */
#define DASH	  "\xE2\x80\x94 "

struct knowledge {
	struct str query; /* template; empty: what the visitor wrote */
	struct str collection;
	struct flow_outcome outcome;
	bool is_silent; /* says nothing, only saves */
	size_t max;
};

static void parse(struct flow_reader *r, const struct json *v, const char *path,
    struct flow_action *out)
{
	const struct json *max = json_get(v, "max_results");
	const struct json *silent = json_get(v, "silent");
	struct knowledge *k = pool_alloc(r->pool, sizeof(*k));
	int64_t n = 1;

	out->data = k;
	k->query = flow_read_text(r, v, "query", QUERY_MAX, path);
	k->collection =
	    str_trim(flow_read_text(r, v, "collection", FLOW_NAME_MAX, path));
	k->is_silent = json_bool(silent, false);
	if (json_type(silent) != JSON_NULL && json_type(silent) != JSON_BOOL)
		flow_error(r, pool_printf(r->pool, "%s.silent", path),
		    "true or false is wanted here.");
	if (json_type(max) != JSON_NULL &&
	    !json_i64(max, 1, KNOWLEDGE_RESULTS_MAX, &n))
		flow_error(r, pool_printf(r->pool, "%s.max_results", path),
		    "A number from 1 to %d is wanted here.",
		    KNOWLEDGE_RESULTS_MAX);
	k->max = (size_t)n;
	flow_read_messages(r, json_get(v, "message"),
	    pool_printf(r->pool, "%s.message", path), &out->messages);
	flow_read_outcome(r, v, path, &k->outcome, out);
	out->leads_on = out->n_routes == 2;
}

/* The passage, and below it where it is from. */
static struct str as_text(struct engine *e, const struct call_passage *p)
{
	struct str out;
	struct buf b;

	buf_init(&b, 0);
	buf_put(&b, p->text);
	if (p->title.n > 0 || p->url.n > 0)
		buf_puts(&b, "\n\n" DASH);
	buf_put(&b, p->title);
	if (p->title.n > 0 && p->url.n > 0)
		buf_byte(&b, '\n');
	buf_put(&b, p->url);
	out = str_copy(
	    engine_pool(e), valid_utf8_head(buf_str(&b), CHAT_CONTENT_MAX));
	buf_fini(&b);
	return out;
}

static void put_members(struct json_out *j, const struct call_passage *p)
{
	json_out_str(j, "text", p->text);
	json_out_str(j, "title", p->title);
	json_out_str(j, "url", p->url);
	json_out_str(j, "heading", p->heading);
	json_out_num(j, "score", p->score);
}

/* The best one's members, and all of them as results; null without any. */
static struct str as_json(struct engine *e, const struct call_passages *found)
{
	struct json_out j;
	struct str out;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	if (found->n == 0) {
		json_out_null(&j, NULL);
	} else {
		json_out_object(&j, NULL);
		put_members(&j, &found->items[0]);
		json_out_array(&j, "results");
		for (size_t i = 0; i < found->n; i++) {
			json_out_object(&j, NULL);
			put_members(&j, &found->items[i]);
			json_out_end(&j);
		}
		json_out_end(&j);
		json_out_end(&j);
	}
	out = str_copy(engine_pool(e), buf_str(&b));
	buf_fini(&b);
	return out;
}

/* Nothing for a question without words, and when the search fails. */
static struct call_passages search(
    struct engine *e, struct str query, struct str collection, size_t max)
{
	const struct bot_calls *calls = engine_calls(e);
	const struct call_search in = { query, collection, max };
	struct call_passages found = { .n = 0 };
	struct err err = { .code = ERR_OK };

	if (str_trim(query).n == 0)
		return found;
	if (calls->search == NULL)
		(void)err_set(&err, ERR_UNAVAILABLE,
		    "No knowledge base can be asked here.");
	else if (calls->search(calls->arg, engine_pool(e), &in, &found, &err) ==
		 ERR_OK)
		return found;
	engine_failed(e, NAME, &err);
	return (struct call_passages){ .n = 0 };
}

static struct str make_query(struct engine *e, const struct knowledge *k)
{
	const struct match_input *message = engine_message(e);

	if (k->query.n > 0)
		return template_expand(engine_pool(e), k->query, engine_vars(e),
		    TEMPLATE_TEXT, QUERY_MAX);
	return message != NULL ? message->text : STR_EMPTY;
}

static void run(struct engine *e, const struct flow_action *action)
{
	const struct knowledge *k = action->data;
	struct call_passages found =
	    search(e, make_query(e, k), k->collection, k->max);
	size_t route =
	    found.n > 0 ? k->outcome.on_success : k->outcome.on_failure;

	if (k->outcome.save_to.n > 0)
		engine_set_value(e, k->outcome.save_to, as_json(e, &found));
	for (size_t i = 0; i < found.n && !k->is_silent; i++)
		engine_say_text(e, as_text(e, &found.items[i]));
	if (found.n == 0)
		engine_say(e, &action->messages);
	if (route != FLOW_ROUTE_NONE)
		engine_go(e, &action->routes[route]);
}

bool knowledge_answer(struct engine *e, struct str question)
{
	struct call_passages found;

	if (engine_calls(e)->search == NULL)
		return false;
	found = search(e, question, STR_EMPTY, 1);
	if (found.n == 0)
		return false;
	engine_say_text(e, as_text(e, &found.items[0]));
	return true;
}

const struct action action_knowledge = {
	.name = NAME,
	.is_leaving = true,
	.parse = parse,
	.run = run,
};
