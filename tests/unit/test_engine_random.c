/* test_engine_random.c: what holds for any flow and any talk */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/json_in.h"
#include "bot/action_api_call.h"
#include "bot/engine.h"
#include "unit.h"

#define FLOWS 10000

/* Numbers that look random and are the same in each run. */
static uint32_t seed;

static unsigned rnd(unsigned n)
{
	seed = seed * 1664525U + 1013904223U;
	return (seed >> 8) % n;
}

static const char *pick(const char *const *list, size_t n)
{
	return list[rnd((unsigned)n)];
}
#define PICK(list) pick(list, COUNT_OF(list))

static const char *const words[] = { "order", "Ord\xC3\xA9r", "x", "default",
	"always", "{{a}}", "{{variables.s1}}", "  ", "", "\xFF\xC0", "a b",
	"\"q\"", "[0]", "person", "\xF0\x9F\x8C\xB9", "cancel", "stop it", "3",
	"-1.5", "yes", "a@example.com", "0712345678", "1/2/2026", "red", "2",
	"MC-1042", "nataka maua", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" };
static const char *const triggers[] = { "order", "x", "a b", "person",
	"default", "default", "always", "\xF0\x9F\x8C\xB9", "buy", "cancel",
	"/^(a+)+$/", "/\\\\d+/", "red", "default" };
static const char *const conditions[] = { "keyword", "regex", "intent",
	"always", "default", "exact", "button" };
static const char *const values[] = { "x", "buy", "order", "a b", "\\\\w+$",
	"cancel", "red" };
static const char *const expressions[] = { "true", "false", "x > 1",
	"len(x) % 2 == 0", "s1 == 'order'", "exists(n) and n < 3",
	"'a' in x or not y", "1 / 0", "matches(s0, '^o')", "x == y",
	"n + 1 >= 2 && s1 != null", "max([1, 2, n]) > 1", "[x, y] == [1]" };
static const char *const sets[] = { "\"n\":{\"expression\":\"n + 1\"}",
	"\"x\":\"{{s1}} {{x}}\"", "\"x\":\"{{x}}\"", "\"y\":[\"{{y}}\"]",
	"\"n\":0", "\"s0\":null", "\"x\":{\"a\":[1,{\"b\":\"{{n}}\"}]}",
	"\"x\":{\"expression\":\"x + x\"}",
	"\"contact_name\":\"{{contact_name}}!\"" };
static const char *const validates[] = { "\"email\"", "\"phone\"",
	"{\"type\":\"number\",\"min\":0,\"max\":9}", "\"date\"",
	"{\"type\":\"choice\",\"options\":[\"red\",\"x\"]}",
	"{\"type\":\"regex\",\"pattern\":\"^(a+)+$\"}", "\"text\"" };
static const char *const messages[] = { "\"Hi {{x}}\"", "\"\"",
	"[\"1 ${s0}\",\"2\"]",
	"{\"text\":\"?\",\"buttons\":[{\"id\":\"x\",\"title\":\"a b\"},"
	"{\"title\":\"{{n}}\"}]}",
	"{\"type\":\"list\",\"text\":\"?\",\"button_text\":\"o\",\"sections\":"
	"[{\"title\":\"s\",\"rows\":[{\"id\":\"red\",\"title\":\"Red\"}]}]}",
	"{\"type\":\"image\",\"media_url\":\"{{x}}\",\"media_caption\":"
	"\"{{y}}\"}" };

static void put_route(struct buf *b, const char *name, unsigned n)
{
	/* now and then one that is not there */
	if (rnd(3) > 0)
		buf_printf(
		    b, ",\"%s\":\"s%u\"", name, rnd(400) == 0 ? n : rnd(n));
}

static void put_action(struct buf *b, unsigned n)
{
	switch (rnd(8)) {
	case 0:
		buf_printf(b, "{\"type\":\"SEND_MESSAGE\",\"message\":%s}",
		    PICK(messages));
		return;
	case 1:
		buf_puts(b, rnd(4) == 0
				? "{\"type\":\"HANDOFF\"}"
				: "{\"type\":\"END\",\"message\":\"E\"}");
		return;
	case 2:
		buf_printf(b,
		    "{\"type\":\"CONDITION\",\"expression\":\"%s\","
		    "\"true_transition\":\"s%u\"",
		    PICK(expressions), rnd(n));
		put_route(b, "false_transition", n);
		buf_puts(b, "}");
		return;
	case 3:
		buf_printf(b,
		    "{\"type\":\"CONDITION\",\"branches\":[{\"expression\":"
		    "\"%s\",\"transition\":\"s%u\"},{\"expression\":\"%s\","
		    "\"target\":\"s%u\"}]",
		    PICK(expressions), rnd(n), PICK(expressions), rnd(n));
		put_route(b, "false_transition", n);
		buf_puts(b, "}");
		return;
	case 4:
		buf_puts(b, rnd(2) ? "{\"type\":\"WAIT\"}"
				   : "{\"type\":\"WAIT\",\"variable\":\"x\"}");
		return;
	case 5:
		buf_printf(b,
		    "{\"type\":\"COLLECT\",\"message\":%s,\"variable\":\"%s\","
		    "\"validate\":%s",
		    PICK(messages), rnd(2) ? "n" : "x", PICK(validates));
		put_route(b, "failure_transition", n);
		put_route(b, "success_transition", n);
		buf_puts(b, rnd(2) ? ",\"max_attempts\":2}" : "}");
		return;
	case 6:
		buf_printf(b,
		    "{\"type\":\"API_CALL\",\"url\":\"https://a.example/"
		    "{{x}}\",\"method\":\"%s\",\"save_to\":\"y\","
		    "\"fire_and_forget\":%s",
		    rnd(2) ? "GET" : "POST", rnd(4) ? "false" : "true");
		put_route(b, "failure_transition", n);
		put_route(b, "success_transition", n);
		buf_puts(b, "}");
		return;
	default:
		buf_printf(
		    b, "{\"type\":\"SET\",\"variables\":{%s}}", PICK(sets));
	}
}

static void put_transitions(struct buf *b, unsigned n)
{
	unsigned count = rnd(5);

	if (rnd(3) == 0) {
		buf_puts(b, ",\"transitions\":[");
		for (unsigned i = 0; i < count; i++)
			buf_printf(b,
			    "%s{\"condition\":{\"type\":\"%s\",\"value\":"
			    "\"%s\"},\"target\":\"s%u\"}",
			    i > 0 ? "," : "", PICK(conditions), PICK(values),
			    rnd(n));
		buf_puts(b, "]");
		return;
	}
	buf_puts(b, ",\"transitions\":{\"zz\":\"s0\"");
	for (size_t i = 0; i < COUNT_OF(triggers) - 1; i++) {
		if (rnd(COUNT_OF(triggers)) < count)
			buf_printf(b, ",\"%s\":\"s%u\"", triggers[i], rnd(n));
	}
	buf_puts(b, "}");
}

static struct str random_flow(struct pool *pool, unsigned n)
{
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, "{\"intents\":{\"order\":[\"I want to buy flowers\","
		     "\"nataka kununua maua\"],\"buy\":[\"buy a rose\"],"
		     "\"cancel\":[\"cancel\",\"stop it\"]},\"states\":{");
	for (unsigned i = 0; i < n; i++) {
		buf_printf(&b, "%s\"s%u\":{\"message\":%s", i > 0 ? "," : "", i,
		    PICK(messages));
		if (rnd(4) == 0)
			buf_puts(&b, ",\"save_to\":\"x\"");
		if (rnd(2) == 0) {
			unsigned actions = 1 + rnd(3);

			buf_puts(&b, ",\"actions\":[");
			for (unsigned k = 0; k < actions; k++) {
				buf_puts(&b, k > 0 ? "," : "");
				put_action(&b, n);
			}
			buf_puts(&b, "]");
		}
		put_transitions(&b, n);
		buf_puts(&b, "}");
	}
	if (rnd(2) == 0)
		buf_puts(&b, ",\"cancel\":{\"message\":\"Never mind\"}");
	buf_puts(&b, "}}");
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static bool is_same(
    const struct engine_output *a, const struct engine_output *b)
{
	if (a->messages.n != b->messages.n || a->hops != b->hops ||
	    a->is_handoff != b->is_handoff || a->is_ended != b->is_ended ||
	    !str_eq(a->state, b->state) || !str_eq(a->variables, b->variables))
		return false;
	for (size_t i = 0; i < a->messages.n; i++) {
		if (!str_eq(
			a->messages.items[i].text, b->messages.items[i].text) ||
		    !str_eq(a->messages.items[i].media_url,
			b->messages.items[i].media_url))
			return false;
	}
	return true;
}

/* A server that always says the same to the same: by the length of the URL, an
 * answer, a failure, or nothing. */
static enum err_code on_request(void *arg, struct pool *pool,
    const struct call_request *in, struct call_response *out_r, struct err *err)
{
	(void)arg;
	if (in->url.n % 5 == 0)
		return err_set(err, ERR_TIMEOUT, "Too slow.");
	out_r->status = in->url.n % 3 == 0 ? 500 : 200;
	out_r->body = in->url.n % 2 == 0
			  ? str_of(pool_printf(pool, "{\"n\":%zu}", in->url.n))
			  : STR("no JSON");
	return ERR_OK;
}

static const struct bot_calls calls = { .request = on_request };

/* What holds after each step; false at the first that does not. */
static bool holds(struct pool *pool, const struct engine_input *in,
    const struct engine_output *out)
{
	struct engine_output again;
	const struct json *v;

	engine_step(pool, in, &again);
	return is_same(out, &again) && out->hops <= ENGINE_HOPS_MAX &&
	       out->messages.n <= ENGINE_MESSAGES_MAX &&
	       out->n_later == again.n_later &&
	       out->n_later <= ENGINE_LATER_MAX &&
	       flow_find(in->flow, out->state) != NULL &&
	       json_parse(pool, out->variables, &v, NULL) == ERR_OK &&
	       json_type(v) == JSON_OBJECT;
}

/* Returns whether the flow was accepted. */
static bool talk(struct pool *pool, uint32_t number)
{
	struct flow_findings f;
	struct engine_output out = { .variables =
					 STR("{\"contact_name\":\"Amina\"}") };
	struct engine_input in = {
		.now_s = 1700000000, .idle_s = 1800, .calls = &calls
	};
	struct str text;

	seed = number * 2654435761U + 1;
	text = random_flow(pool, 1 + rnd(6));
	in.flow = flow_parse(pool, text, &f);
	if ((in.flow == NULL) != (f.n_errors > 0))
		CU_FAIL("errors without a refusal");
	for (unsigned i = 0; i < 6 && in.flow != NULL; i++) {
		in.state = out.state;
		in.variables = out.variables;
		in.has_message = i > 0;
		in.message.text = str_of(
		    rnd(3)
			? PICK(words)
			: pool_printf(pool, "%s %s", PICK(words), PICK(words)));
		in.message.value = rnd(4) ? STR_EMPTY : str_of(PICK(triggers));
		in.now_s += rnd(8) == 0 ? 2000 : 5;
		engine_step(pool, &in, &out);
		if (!holds(pool, &in, &out)) {
			printf("\n     flow %u, message %u: %.*s\n", number, i,
			    STR_ARG(text));
			CU_FAIL("does not hold");
			break;
		}
	}
	return in.flow != NULL;
}

static void any_flow_and_any_talk(void)
{
	struct pool *pool = pool_new();
	unsigned accepted = 0;

	for (uint32_t i = 0; i < FLOWS; i++) {
		accepted += talk(pool, i);
		pool_reset(pool);
	}
	pool_free(&pool);
	/* both kinds come up */
	CU_ASSERT(accepted > FLOWS / 4 && accepted < FLOWS);
	if (accepted <= FLOWS / 4)
		printf("\n     accepted %u\n", accepted);
}

static CU_TestInfo tests[] = {
	{ "any flow and any talk", any_flow_and_any_talk },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_engine_random = { "engine_random", NULL, NULL, NULL, NULL,
	tests };
