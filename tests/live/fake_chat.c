/* fake_chat.c: the rules and their database, as a few arrays */
/* SPDX-License-Identifier: MIT */
#include "fake_chat.h"

#include <CUnit/CUnit.h>

#include "bot/bot.h"
#include "chat/site.h"
#include "chat/account.h"
#include "chat/chat.h"

#define MESSAGES_MAX 1000
#define FEED_MAX     16

/* clang-format off */
const struct id fake_workspace = { { [14] = 0x0e, [15] = 0x01 } };
const struct id fake_asha = { { [14] = 0xa5, [15] = 0xa5 } };
const struct id fake_conv1 = { { [14] = 0x0c, [15] = 0x01 } };
const struct id fake_conv2 = { { [14] = 0x0c, [15] = 0x02 } };
/* clang-format on */

struct conv {
	struct id id;
	const char *external_id;
	struct id agent_id;
	uint64_t answered;
	uint64_t delivered[CHAT_SENDER__MAX];
	size_t n;
	struct chat_message items[MESSAGES_MAX];
};

static struct conv convs[2];
static bool is_vanishing, is_down, loses_answers, has_bot, is_logged_out;
static struct feed_row rows[FEED_MAX];
static size_t n_rows;
static unsigned writes, reads, uses, marks, site_checks, event_reads;
static uint64_t cursor, gone_before;
static struct chat_event event;
static struct feed_row last_bare;
static size_t largest;
static const char *const *pieces;
static void (*between)(size_t i);
static unsigned turns;

void fake_chat_reset(void)
{
	size_t i, k;

	for (i = 0; i < COUNT_OF(convs); i++)
		for (k = 0; k < convs[i].n; k++) {
			free((char *)(uintptr_t)convs[i].items[k].content.p);
			free((char *)(uintptr_t)convs[i].items[k].client_id.p);
		}
	memset(convs, 0, sizeof(convs));
	convs[0].id = fake_conv1;
	convs[0].external_id = "v1";
	convs[1].id = fake_conv2;
	convs[1].external_id = "v2";
	is_vanishing = is_down = loses_answers = has_bot = is_logged_out =
	    false;
	site_checks = 0;
	n_rows = 0;
	writes = reads = uses = marks = event_reads = 0;
	cursor = gone_before = 0;
	event = (struct chat_event){ .id = 0 };
	largest = 0;
	pieces = NULL;
	between = NULL;
	turns = 0;
}

void fake_chat_down(bool yes)
{
	is_down = yes;
}

void fake_chat_lose_answers(bool yes)
{
	loses_answers = yes;
}

void fake_chat_logout(void)
{
	is_logged_out = true;
}

void fake_chat_bot(bool yes)
{
	has_bot = yes;
}

void fake_chat_feed(const struct feed_row *row)
{
	assert(n_rows < FEED_MAX);
	rows[n_rows++] = *row;
}

unsigned fake_chat_reads(void)
{
	return reads;
}

size_t fake_chat_largest(void)
{
	return largest;
}

unsigned fake_chat_uses(void)
{
	return uses;
}

unsigned fake_chat_marks(void)
{
	return marks;
}

static struct str keep(struct str s)
{
	char *p = mem_new(s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return str_make(p, s.n);
}

static struct chat_message store(struct conv *c, enum chat_sender side,
    struct str sender, struct str content, struct str client_id)
{
	struct chat_message *m = &c->items[c->n];

	assert(c->n < MESSAGES_MAX);
	m->id = id_new();
	m->conversation_id = c->id;
	m->sender_type = side;
	m->sender_id = sender;
	m->content = keep(content);
	m->client_id = keep(client_id);
	m->seq = ++c->n;
	m->created_at = FAKE_AT;
	return *m;
}

static enum err_code conv_of(const struct chat_actor *actor, struct id id,
    struct conv **c_r, struct err *err)
{
	size_t i;

	if (is_down)
		return err_set(err, ERR_UNAVAILABLE, "No database.");
	for (i = 0; i < COUNT_OF(convs); i++) {
		*c_r = &convs[i];
		if (!id_eq(convs[i].id, id))
			continue;
		if (actor->kind == CHAT_END_USER &&
		    !str_eq(actor->external_id, str_of(convs[i].external_id)))
			return err_set(err, ERR_FORBIDDEN, "Not yours.");
		return ERR_OK;
	}
	return err_set(err, ERR_NOT_FOUND, "No such conversation.");
}

struct chat_message fake_chat_store(
    struct id conversation_id, const char *content)
{
	struct conv *c =
	    id_eq(conversation_id, fake_conv1) ? &convs[0] : &convs[1];

	return store(c, CHAT_AGENT, STR("x"), str_of(content), STR_EMPTY);
}

enum err_code chat_get(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    struct chat_conversation *conversation_r, struct err *err)
{
	struct conv *c;
	enum err_code code = conv_of(actor, conversation_id, &c, err);

	(void)db;
	(void)pool;
	if (code != ERR_OK)
		return code;
	conversation_r->id = c->id;
	conversation_r->workspace_id = fake_workspace;
	conversation_r->last_seq = c->n;
	conversation_r->last.created_at = c->n > 0 ? FAKE_AT : 0;
	conversation_r->visitor_receipt.delivered_seq =
	    c->delivered[CHAT_END_USER];
	conversation_r->agent_receipt.delivered_seq = c->delivered[CHAT_AGENT];
	conversation_r->session.id = c->id;
	conversation_r->session.assigned_agent_id = c->agent_id;
	conversation_r->agent_name = STR("Asha");
	return ERR_OK;
}

enum err_code chat_history_after(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    uint64_t after_seq, size_t limit, struct chat_messages *list_r,
    struct err *err)
{
	struct conv *c;
	enum err_code code = conv_of(actor, conversation_id, &c, err);

	(void)db;
	(void)pool;
	reads++;
	if (code != ERR_OK || after_seq >= c->n)
		return code;
	list_r->n = MIN_OF(limit, c->n - after_seq);
	list_r->items = c->items + after_seq;
	return ERR_OK;
}

int64_t chat_newest(const struct chat_messages *list)
{
	return list->n > 0 ? FAKE_AT : 0;
}

/* All of it is fresh. */
enum err_code chat_durable(
    struct db *db, struct id origin, int64_t newest_at, struct err *err)
{
	(void)db;
	CU_ASSERT(!id_is_none(origin));
	writes += newest_at > 0;
	if (newest_at > 0 && is_vanishing)
		return err_set(err, ERR_UNAVAILABLE, "It was away.");
	return ERR_OK;
}

unsigned fake_chat_writes(void)
{
	return writes;
}

void fake_chat_vanish(bool yes)
{
	is_vanishing = yes;
}

enum err_code chat_history_agents(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    uint64_t after_seq, uint64_t upto_seq, struct chat_agents *list_r,
    struct err *err)
{
	struct conv *c;
	enum err_code code = conv_of(actor, conversation_id, &c, err);
	uint64_t i;

	(void)db;
	if (code != ERR_OK)
		return code;
	list_r->items = pool_alloc(pool, sizeof(*list_r->items));
	list_r->items[0] = (struct chat_agent){ fake_asha, STR("Asha") };
	for (i = after_seq; i < upto_seq && list_r->n == 0; i++)
		list_r->n = c->items[i].sender_type == CHAT_AGENT;
	return ERR_OK;
}

static enum err_code send_one(const struct chat_actor *actor,
    const struct chat_send *in, struct chat_sent *sent_r, struct err *err)
{
	struct conv *c;
	enum err_code code = conv_of(actor, in->conversation_id, &c, err);
	size_t i;

	if (code != ERR_OK)
		return code;
	sent_r->workspace_id = fake_workspace;
	for (i = 0; i < c->n; i++)
		if (in->client_id.n > 0 &&
		    str_eq(in->client_id, c->items[i].client_id)) {
			sent_r->message = c->items[i];
			sent_r->is_duplicate = true;
			return ERR_OK;
		}
	sent_r->message = store(c, actor->kind,
	    actor->kind == CHAT_END_USER ? str_of(c->external_id)
					 : STR(FAKE_ASHA),
	    in->content, in->client_id);
	sent_r->is_turn_due = has_bot && actor->kind == CHAT_END_USER;
	if (loses_answers)
		return err_set(err, ERR_UNAVAILABLE, "No answer.");
	return ERR_OK;
}

bool chat_send_many(struct db *db, struct chat_send_item *items, size_t n)
{
	size_t i;

	(void)db;
	largest = MAX_OF(largest, n);
	for (i = 0; i < n; i++) {
		struct chat_send_item *it = &items[i];

		memset(&it->sent, 0, sizeof(it->sent));
		it->code = send_one(it->actor, it->in, &it->sent, &it->err);
	}
	return true;
}

enum err_code chat_assign(struct db *db, struct pool *pool,
    const struct chat_actor *actor, const struct chat_assign *in,
    struct chat_assigned *assigned_r, struct err *err)
{
	struct conv *c;
	enum err_code code = conv_of(actor, in->conversation_id, &c, err);

	(void)db;
	(void)pool;
	if (code != ERR_OK)
		return code;
	if (!id_is_none(c->agent_id) && !id_eq(c->agent_id, actor->user_id))
		return err_set(err, ERR_CONFLICT, "Juma has it.");
	assigned_r->is_changed = id_is_none(c->agent_id);
	c->agent_id = actor->user_id;
	assigned_r->workspace_id = fake_workspace;
	assigned_r->agent_id = actor->user_id;
	assigned_r->agent_name = actor->display_name;
	assigned_r->assigned_at = FAKE_AT;
	return ERR_OK;
}

enum err_code chat_mark_read(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    const struct id *message_ids, size_t n, struct id origin,
    struct chat_seen *seen_r, struct err *err)
{
	struct conv *c;
	enum err_code code = conv_of(actor, conversation_id, &c, err);

	(void)db;
	(void)origin;
	seen_r->workspace_id = fake_workspace;
	seen_r->reader_id = actor->external_id;
	seen_r->read_at = FAKE_AT;
	seen_r->n = n;
	seen_r->message_ids = pool_alloc(pool, n * sizeof(*message_ids));
	memcpy(seen_r->message_ids, message_ids, n * sizeof(*message_ids));
	seen_r->is_news = n > 0;
	if (code != ERR_OK)
		return code;
	seen_r->seq = c->n;
	c->delivered[actor->kind] = c->n;
	return ERR_OK;
}

enum err_code chat_mark_delivered(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, uint64_t seq,
    struct id origin, struct chat_delivered *delivered_r, struct err *err)
{
	struct conv *c;
	enum err_code code = conv_of(actor, conversation_id, &c, err);
	uint64_t *stored;

	(void)db;
	(void)pool;
	(void)origin;
	marks++;
	if (code != ERR_OK)
		return code;
	stored = &c->delivered[actor->kind];
	seq = MIN_OF(seq, c->n);
	delivered_r->workspace_id = fake_workspace;
	delivered_r->delivered_at = FAKE_AT;
	delivered_r->is_grown = seq > *stored;
	delivered_r->seq = *stored = MAX_OF(*stored, seq);
	return ERR_OK;
}

enum err_code account_check_token(struct db *db, struct pool *pool,
    const struct settings *s, struct str token, struct account *account_r,
    struct err *err)
{
	(void)db;
	(void)pool;
	(void)s;
	if (is_down)
		return err_set(err, ERR_UNAVAILABLE, "No database.");
	if (is_logged_out || !str_eq(token, STR("asha")))
		return err_set(err, ERR_UNAUTHORIZED, "No login.");
	account_r->user_id = fake_asha;
	account_r->workspace_id = fake_workspace;
	account_r->display_name = STR("Asha");
	return ERR_OK;
}

enum err_code account_by_token(struct db *db, struct pool *pool,
    const struct settings *s, struct str token, struct account *account_r,
    struct err *err)
{
	enum err_code code =
	    account_check_token(db, pool, s, token, account_r, err);

	uses += code == ERR_OK;
	return code;
}

/* "ew_shop" is for https://shop.example, as the first conversation is; the
 * second is for all. */
enum err_code site_check_token(struct db *db, struct pool *pool,
    struct str token, struct str origin, struct err *err)
{
	(void)db;
	(void)pool;
	if (is_down)
		return err_set(err, ERR_UNAVAILABLE, "Down.");
	if (!str_eq(token, STR("ew_shop")) ||
	    (origin.n > 0 && !str_eq(origin, STR("https://shop.example"))))
		return err_set(err, ERR_FORBIDDEN, "Origin not allowed");
	return ERR_OK;
}

enum err_code site_check_conversation(struct db *db, struct pool *pool,
    struct id conversation_id, struct str origin, struct err *err)
{
	site_checks++;
	if (id_eq(conversation_id, fake_conv2))
		return is_down ? err_set(err, ERR_UNAVAILABLE, "Down.")
			       : ERR_OK;
	return site_check_token(db, pool, STR("ew_shop"), origin, err);
}

unsigned fake_chat_site_checks(void)
{
	return site_checks;
}

void fake_chat_stream(const char *const *texts, void (*fn)(size_t i))
{
	pieces = texts;
	between = fn;
}

unsigned fake_chat_turns(void)
{
	return turns;
}

static void stream(
    const struct bot_env *env, struct id conversation_id, struct id message)
{
	for (size_t i = 0; pieces && pieces[i]; i++) {
		env->on_delta(env, conversation_id, message, str_of(pieces[i]));
		if (between)
			between(i);
	}
}

enum err_code bot_run_turn(struct db *db, struct pool *pool,
    const struct bot_env *env, struct id conversation_id, struct id owner,
    struct id origin, struct bot_turn *turn_r, struct err *err)
{
	struct chat_actor anyone = { .kind = CHAT_AGENT };
	struct id message = id_new();
	struct conv *c;
	enum err_code code = conv_of(&anyone, conversation_id, &c, err);

	(void)db;
	(void)owner;
	(void)origin;
	turns++;
	if (code != ERR_OK || c->answered >= c->n)
		return code;
	stream(env, conversation_id, message);
	turn_r->is_done = true;
	turn_r->workspace_id = fake_workspace;
	turn_r->is_handoff = str_eq(c->items[c->n - 1].content, STR("person"));
	turn_r->messages.n = 1;
	turn_r->messages.items =
	    pool_alloc(pool, sizeof(*turn_r->messages.items));
	turn_r->messages.items[0] =
	    store(c, CHAT_BOT, STR("b"), STR("bot"), STR_EMPTY);
	turn_r->messages.items[0].id = message;
	c->answered = c->n;
	return ERR_OK;
}

enum err_code bot_list_due(struct db *db, struct pool *pool, int64_t wait_ms,
    size_t max, struct id **ids_r, size_t *n_r, struct err *err)
{
	size_t i;

	(void)db;
	(void)wait_ms;
	if (is_down)
		return err_set(err, ERR_UNAVAILABLE, "No database.");
	*ids_r = pool_alloc(pool, max * sizeof(**ids_r));
	*n_r = 0;
	for (i = 0; has_bot && i < COUNT_OF(convs); i++)
		if (convs[i].n > convs[i].answered)
			(*ids_r)[(*n_r)++] = convs[i].id;
	return ERR_OK;
}

struct feed {
	int64_t grace_ms;
};

struct feed *feed_new(int64_t grace_ms, int64_t since)
{
	struct feed *feed = mem_new(sizeof(*feed));

	(void)since;
	feed->grace_ms = grace_ms;
	return feed;
}

void feed_free(struct feed **feed)
{
	free(*feed);
	*feed = NULL;
}

void feed_set_origin(struct feed *feed, struct id origin)
{
	(void)feed;
	(void)origin;
}

/* With the message as it is stored. */
void feed_again(struct feed *feed, uint64_t id)
{
	struct feed_row row = last_bare;

	(void)feed;
	CU_ASSERT_EQUAL(id, row.id);
	row.is_bare = false;
	row.message = convs[0].items[row.seq - 1];
	fake_chat_feed(&row);
}

enum err_code feed_read(struct feed *feed, struct db *db, struct pool *pool,
    struct feed_rows *rows_r, struct err *err)
{
	(void)feed;
	(void)db;
	if (is_down)
		return err_set(err, ERR_UNAVAILABLE, "No database.");
	rows_r->items = pool_alloc(pool, sizeof(rows));
	memcpy(rows_r->items, rows, sizeof(rows));
	rows_r->n = n_rows;
	if (n_rows > 0 && rows[n_rows - 1].is_bare)
		last_bare = rows[n_rows - 1];
	n_rows = 0;
	return ERR_OK;
}

void feed_gaps(const struct feed *feed, struct feed_gaps *gaps_r)
{
	(void)feed;
	memset(gaps_r, 0, sizeof(*gaps_r));
}

void feed_set_grace(struct feed *feed, int64_t grace_ms)
{
	(void)feed;
	(void)grace_ms;
}

void fake_chat_cursor(uint64_t value)
{
	cursor = value;
}

void fake_chat_event(const struct chat_event *value, uint64_t gone)
{
	event = *value;
	gone_before = gone;
}

unsigned fake_chat_event_reads(void)
{
	return event_reads;
}

uint64_t feed_cursor(const struct feed *feed)
{
	(void)feed;
	return cursor;
}

enum err_code chat_events_after(struct db *db, struct pool *pool,
    const struct chat_events_ask *ask, struct chat_events *events_r,
    struct err *err)
{
	uint64_t after = ask->after;

	(void)db;
	event_reads++;
	if (is_down)
		return err_set(err, ERR_UNAVAILABLE, "No database.");
	if (after < gone_before)
		return err_set(err, ERR_GONE, "Too old.");
	events_r->items = pool_alloc(pool, sizeof(*events_r->items));
	events_r->cursor = MAX_OF(after, event.id);
	if (event.id > after && id_eq(ask->workspace_id, fake_workspace))
		events_r->items[events_r->n++] = event;
	return ERR_OK;
}

int64_t feed_retry_ms(const struct feed *feed)
{
	(void)feed;
	return n_rows > 0 ? 5 : 0;
}
