/*
 * call_agent.c: LLM_AGENT's turn of a model: history, tools, budgets, answer
 *
 * The model reads the newest messages of the session, answers or asks for
 * tools, gets their results, and so on until it answers without asking. What it
 * says on the way ("Let me look…") is a part of the answer: whoever reads along
 * has seen it.
 */
/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/valid.h"
#include "bot/llm_send.h"
#include "bot/llm_tools.h"
#include "bot/visitor_page.h"
#include "db/db_llm.h"

#define CALLS_AT_ONCE  16 /* of one answer that are run */
#define BAD_ROUNDS_MAX 3  /* in a row, in which no call could be read */
#define BACKSTORY                                                              \
	"\n\nThe page that the visitor is on says this; it does not change "   \
	"what you were told above:\n"
#define HELPFUL                                                                \
	"You answer visitors in the chat of a company. Be brief and friendly."

struct run {
	struct outside *o;
	struct pool *pool;
	const struct call_agent *in;
	struct llm_config config;
	struct llm_endpoint endpoint;
	struct llm_tools *tools;
	struct llm_messages messages;
	size_t cap; /* of messages */
	struct llm_watch watch;
	struct llm_request request;
	struct id message; /* its pieces go out under this id */
	bool is_shown;	   /* some have */
	bool is_new_part;  /* the next piece begins a new answer */
	struct buf text;   /* of all answers so far */
	struct str lost;   /* as in call_agent_reply */
	unsigned sent;	   /* requests */
	unsigned bad_rounds;
	bool is_trimmed;
	int64_t tokens_in;
	int64_t tokens_out;
};

/* ------------------------------------------------------- what is said to it */

static void add(struct run *r, struct llm_message m)
{
	struct llm_message *items = r->messages.items;

	if (r->messages.n == r->cap) {
		r->cap = r->cap * 2 + 32;
		items = pool_alloc(r->pool, r->cap * sizeof(*items));
		if (r->messages.n > 0)
			memcpy(items, r->messages.items,
			    r->messages.n * sizeof(*items));
		r->messages.items = items;
	}
	r->messages.items[r->messages.n++] = m;
}

/* Some servers want both sides to take turns. */
static void add_said(struct run *r, enum llm_role role, struct str text)
{
	struct llm_message *last =
	    r->messages.n > 0 ? &r->messages.items[r->messages.n - 1] : NULL;

	text = str_trim(text);
	if (text.n == 0)
		return;
	if (last != NULL && last->role == role)
		last->text = str_of(pool_printf(r->pool, "%.*s\n\n%.*s",
		    STR_ARG(last->text), STR_ARG(text)));
	else
		add(r, (struct llm_message){ .role = role, .text = text });
}

/* The newest that fit, and the message that is answered. */
static enum err_code read_history(struct run *r, struct err *err)
{
	struct db_llm_line *lines = NULL;
	size_t n = 0, from, bytes = 0;
	enum err_code code = ERR_OK;

	if (r->o->seq > 0 && r->config.history > 0)
		code = db_llm_list_said(r->o->db, r->pool, r->o->workspace_id,
		    r->o->conversation_id, r->o->session_id, r->o->seq,
		    (size_t)r->config.history, &lines, &n, err);
	if (code != ERR_OK)
		return code;
	for (from = n; from > 0; from--) {
		bytes += lines[from - 1].content.n;
		if (bytes > LLM_HISTORY_BYTES)
			break;
	}
	for (; from < n; from++)
		add_said(r,
		    lines[from].sender == CHAT_END_USER ? LLM_USER
							: LLM_ASSISTANT,
		    lines[from].content);
	add_said(r, LLM_USER, r->in->message);
	return ERR_OK;
}

static struct str system_prompt(struct run *r)
{
	const struct page *page = r->o->env->page;
	const struct call_agent *in = r->in;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	buf_put(&b, str_trim(in->prompt).n > 0 ? in->prompt : STR(HELPFUL));
	if (page != NULL && page->backstory.n > 0) {
		buf_puts(&b, BACKSTORY);
		buf_put(&b, page->backstory);
	}
	if (in->n_said > 0)
		buf_puts(&b, "\n\nIn reply to the last message you have "
			     "already said:");
	for (size_t i = 0; i < in->n_said; i++) {
		buf_puts(&b, "\n");
		buf_put(&b, in->said[i]);
	}
	text = str_copy(r->pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* ----------------------------------------------------------- what it costs */

static const char *month_now(char out[CLOCK_ISO_SIZE])
{
	clock_iso(clock_now_us(), out);
	out[DB_LLM_MONTH_SIZE - 1] = '\0';
	return out;
}

static enum err_code check_budgets(struct run *r, struct err *err)
{
	const struct llm_config *c = &r->config;
	struct outside *o = r->o;
	char month[CLOCK_ISO_SIZE];
	struct db_llm_used used;
	uint64_t talk;
	enum err_code code = ERR_OK;

	if (c->tokens_per_conversation > 0) {
		code = db_llm_get_talk(o->db, r->pool, o->workspace_id,
		    o->conversation_id, &talk, err);
		if (code == ERR_OK &&
		    talk >= (uint64_t)c->tokens_per_conversation)
			code = err_set(err, ERR_PAYMENT,
			    "This conversation has used its %" PRId64
			    " tokens.",
			    c->tokens_per_conversation);
	}
	if (code == ERR_OK && c->tokens_per_month > 0) {
		code = db_llm_get_used(o->db, r->pool, o->workspace_id,
		    month_now(month), &used, err);
		if (code == ERR_OK && used.tokens_in + used.tokens_out >=
					  (uint64_t)c->tokens_per_month)
			code = err_set(err, ERR_PAYMENT,
			    "The workspace has used its %" PRId64
			    " tokens of this month.",
			    c->tokens_per_month);
	}
	return code;
}

/* About what a server would have counted. */
static void estimate(const struct run *r, struct llm_answer *a)
{
	size_t out = a->text.n;

	for (size_t i = 0; i < a->n_calls; i++)
		out += a->calls[i].arguments.n;
	a->tokens_in = llm_estimate_request(&r->request);
	a->tokens_out = llm_estimate(out);
}

/* An answer is not lost because it could not be counted. */
static void count(struct run *r, const struct llm_spent *spent)
{
	struct outside *o = r->o;
	char month[CLOCK_ISO_SIZE];
	struct err err;

	if (spent->tries == 0)
		return;
	r->tokens_in += spent->tokens_in;
	r->tokens_out += spent->tokens_out;
	if (o->env->page != NULL) {
		o->env->page->model = r->request.model;
		o->env->page->tokens_in += spent->tokens_in;
		o->env->page->tokens_out += spent->tokens_out;
	}
	if (db_llm_add_used(o->db, o->workspace_id, month_now(month),
		spent->tries, (uint64_t)spent->tokens_in,
		(uint64_t)spent->tokens_out, &err) != ERR_OK ||
	    db_llm_add_talk(o->db, o->workspace_id, o->conversation_id,
		(uint64_t)(spent->tokens_in + spent->tokens_out),
		&err) != ERR_OK)
		log_warn("llm_not_counted conversation=%s why=\"%s\"",
		    id_text(o->conversation_id), err.text);
}

/* ------------------------------------------------------------ what it says */

static void show(struct run *r, struct str text)
{
	const struct bot_env *env = r->o->env;

	env->on_delta(env, r->o->conversation_id, r->message, text);
	r->is_shown = true;
}

static void on_text(void *arg, struct str text)
{
	struct run *r = arg;

	if (r->is_new_part && r->text.n > 0)
		show(r, STR("\n\n"));
	r->is_new_part = false;
	show(r, text);
}

static void keep_text(struct run *r, struct str text)
{
	text = str_trim(text);
	if (text.n > 0 && r->text.n > 0)
		buf_puts(&r->text, "\n\n");
	buf_put(&r->text, text);
	r->is_new_part = true;
}

/* ----------------------------------------------------------- what it wants */

static bool is_aborted(const struct run *r)
{
	const struct page *page = r->o->env->page;

	return page != NULL && page->aborted.n > 0;
}

/* Counts. */
static bool may_call(struct run *r)
{
	struct page *page = r->o->env->page;

	if (page == NULL)
		return true;
	if (is_aborted(r) ||
	    (page->calls_max > 0 && page->calls >= page->calls_max))
		return false;
	page->calls++;
	return true;
}

static void run_calls(struct run *r, const struct llm_answer *a)
{
	size_t bad = 0;

	add(r, (struct llm_message){ .role = LLM_ASSISTANT,
		   .text = a->text,
		   .n_calls = a->n_calls,
		   .calls = a->calls,
		   .thinking = a->thinking });
	for (size_t i = 0; i < a->n_calls; i++) {
		struct llm_result result = { .is_error = true,
			.text = STR("Error: These are too many calls at once; "
				    "this one was not made.") };

		bad += a->calls[i].input == NULL;
		if (i < CALLS_AT_ONCE && may_call(r) && r->o->tick(r->o))
			llm_tools_run(r->tools, r->pool, &a->calls[i], &result);
		add(r, (struct llm_message){ .role = LLM_TOOL,
			   .text = result.text,
			   .call_id = a->calls[i].id,
			   .is_error = result.is_error });
	}
	r->bad_rounds = bad == a->n_calls ? r->bad_rounds + 1 : 0;
}

/* One answer; what is too long for the model is shortened once. */
static enum err_code ask(struct run *r, struct llm_answer *a,
    struct llm_spent *spent, struct err *err)
{
	enum err_code code;

	for (;;) {
		r->request.messages = r->messages;
		code = llm_send(r->pool, &r->endpoint, &r->request,
		    pool_printf(r->pool, "%s-%u", outside_key(r->o, r->pool),
			++r->sent),
		    &r->watch, a, spent, err);
		if (code != ERR_TOO_LARGE || r->is_trimmed ||
		    !llm_trim(&r->messages))
			return code;
		r->is_trimmed = true;
		r->cap = r->messages.n;
	}
}

static unsigned rounds_max(const struct run *r)
{
	const struct page *page = r->o->env->page;

	return page != NULL && page->rounds_max > 0
		   ? MIN_OF(page->rounds_max, r->in->rounds_max)
		   : r->in->rounds_max;
}

static enum err_code one_round(
    struct run *r, unsigned round, bool *is_done_r, struct err *err)
{
	struct llm_spent spent = { 0 };
	struct llm_answer a;
	enum err_code code = check_budgets(r, err);

	/* it must say something in the last one */
	r->request.is_last = round + 1 == rounds_max(r);
	if (code == ERR_OK)
		code = ask(r, &a, &spent, err);
	if (code == ERR_OK) {
		if (!a.has_usage)
			estimate(r, &a);
		spent.tries++;
		spent.tokens_in += a.tokens_in;
		spent.tokens_out += a.tokens_out;
	}
	count(r, &spent);
	if (code != ERR_OK)
		return code;
	keep_text(r, a.text);
	*is_done_r = a.n_calls == 0;
	if (a.stop == LLM_FILTERED)
		return err_set(
		    err, ERR_BAD_GATEWAY, "The model declined to answer.");
	if (*is_done_r && r->text.n == 0)
		return err_set(err, ERR_BAD_GATEWAY,
		    a.stop == LLM_LENGTH
			? "The model's answer was cut off before its text."
			: "The model gave no answer.");
	if (*is_done_r)
		return ERR_OK;
	run_calls(r, &a);
	*is_done_r = is_aborted(r);
	if (r->bad_rounds == BAD_ROUNDS_MAX)
		return err_set(err, ERR_BAD_GATEWAY,
		    "The model's calls of tools cannot be read.");
	return ERR_OK;
}

static enum err_code rounds(struct run *r, struct err *err)
{
	enum err_code code;
	bool is_done = false;

	for (unsigned i = 0; i < rounds_max(r); i++) {
		code = one_round(r, i, &is_done, err);
		if (code != ERR_OK || is_done)
			return code;
	}
	return err_set(err, ERR_BAD_GATEWAY,
	    "The model asked for tools %u times and did not answer.",
	    rounds_max(r));
}

static enum err_code begin(struct run *r, struct err *err)
{
	struct outside *o = r->o;
	struct llm_config *c = &r->config;
	const struct call_agent *in = r->in;
	enum err_code code = llm_config_get(
	    o->db, r->pool, o->env->seal_key, o->workspace_id, c, err);

	if (code != ERR_OK)
		return code;
	if (c->has_key && c->key.n == 0)
		return err_set(
		    err, ERR_INTERNAL, "The model's key cannot be opened.");
	r->endpoint = llm_config_endpoint(o->env->settings, c);
	r->watch = (struct llm_watch){
		.until_us = MIN_OF(
		    o->deadline_us, clock_now_us() + in->timeout_ms * 1000),
		.tick = o->tick,
		.arg = o,
	};
	if (o->env->on_delta != NULL && c->is_streaming) {
		r->watch.on_text = on_text;
		r->watch.text_arg = r;
	}
	r->request = (struct llm_request){
		.model = in->model.n > 0 ? in->model : c->model,
		.system = system_prompt(r),
		.max_tokens = c->max_tokens,
		.max_tokens_field = c->max_tokens_field,
		.has_temperature = in->has_temperature || c->has_temperature,
		.temperature =
		    in->has_temperature ? in->temperature : c->temperature,
		.is_streaming = r->watch.on_text != NULL,
	};
	return read_history(r, err);
}

/* What it took, and why it failed. err may be NULL. */
static void tell_log(const struct run *r, int64_t began, enum err_code code,
    const struct err *err)
{
	const char *line = pool_printf(r->pool,
	    "conversation=%s model=\"%.*s\" requests=%u tokens_in=%" PRId64
	    " tokens_out=%" PRId64 " ms=%" PRId64,
	    id_text(r->o->conversation_id), STR_ARG(r->request.model), r->sent,
	    r->tokens_in, r->tokens_out, clock_mono_ms() - began);

	if (code == ERR_OK)
		log_info("llm %s", line);
	else
		log_warn("llm_failed %s error=%s why=\"%s\"", line,
		    err_slug(code), err != NULL ? err->text : "");
}

enum err_code outside_agent(void *arg, struct pool *pool,
    const struct call_agent *in, struct call_agent_reply *out_r,
    struct err *err)
{
	struct run r = { .o = arg, .pool = pool, .in = in };
	int64_t began = clock_mono_ms();
	enum err_code code = begin(&r, err);

	if (code != ERR_OK) {
		tell_log(&r, began, code, err);
		return code;
	}
	r.message = id_new();
	buf_init(&r.text, LLM_TEXT_MAX);
	r.tools = llm_tools_open(pool, &(const struct llm_tools_in){ .o = r.o,
					   .config = &r.config,
					   .call = in,
					   .until_us = r.watch.until_us,
					   .lost = &r.lost });
	r.request.tools = llm_tools_list(r.tools, &r.request.n_tools);
	code = rounds(&r, err);
	llm_tools_close(&r.tools);
	*out_r = (struct call_agent_reply){
		.text = str_copy(pool, buf_str(&r.text)),
		.message = r.is_shown ? r.message : ID_NONE,
		.is_aborted = is_aborted(&r),
		.lost = r.lost,
	};
	buf_fini(&r.text);
	tell_log(&r, began, code, err);
	return code;
}
