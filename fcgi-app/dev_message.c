/*
 * dev_message.c: what was said in a conversation, question by question
 *
 * A record is what the user said and what was answered to it. A bot says which
 * message it answers; others may stand between them, when several were under
 * way. What people say, and what bots said before that was kept, belongs to the
 * record that was begun last. Answers change hands, and begin without a question
 * (a greeting): then a record without one begins. Where records begin, and what
 * belongs to them, is told by the messages up to there alone, so pages of any
 * size show the same ones.
 */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "bot/generic.h"
#include "chat/chat.h"
#include "db/db_chatbot.h"
#include "db/db_conversation_page.h"
#include "db/db_message.h"
#include "dev_fields.h"
#include "handlers.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX     67
#define READ_MIN      16      /* messages that are asked for at once */
#define ANSWERS_MAX   50      /* of one record, of those that join the last */
#define RECORD_BYTES  262144  /* the same, of a record of several messages */
#define PAGE_BYTES    1048576 /* when no further record is begun */

struct record {
	const struct chat_message *asked; /* NULL: nobody */
	const struct chat_message **answers;
	size_t n;
	size_t cap;
	size_t bytes;
};

struct page {
	struct pool *pool;
	struct json_out *j;
	const struct conversation_marks *marks;
	uint64_t after; /* it begins behind that message */
	size_t limit;
	struct record records[LIMIT_MAX];
	size_t count;
	size_t bytes;
	uint64_t next; /* where the page behind it begins; 0: there is none */
};

/* ------------------------------------------------------------ belonging */

/* Whether a message of people, or an old one of a bot, goes on with what was
 * begun last. */
static bool fits(const struct record *r, const struct chat_message *m)
{
	if (r->n == ANSWERS_MAX ||
	    r->bytes + m->content.n + m->rich_media.n > RECORD_BYTES)
		return false;
	return !r->n || r->answers[0]->sender_type == m->sender_type;
}

/* What a bot says without being asked. */
static bool goes_on(const struct record *r, const struct chat_message *m)
{
	return !r->asked && r->answers[0]->sender_type == CHAT_BOT &&
	       r->answers[0]->answers == m->answers && r->n < ANSWERS_MAX;
}

static bool is_answer(const struct chat_message *m)
{
	return m->sender_type == CHAT_BOT &&
	       m->answers != CHAT_ANSWERS_UNKNOWN && m->answers > 0 &&
	       m->answers < m->seq && m->seq - m->answers <= CHAT_ANSWER_REACH;
}

static struct record *find_asked(struct page *p, uint64_t seq)
{
	size_t i;

	for (i = p->count; i-- > 0;)
		if (p->records[i].asked && p->records[i].asked->seq == seq)
			return &p->records[i];
	return NULL;
}

/* The record that m belongs to; NULL: it begins one. */
static struct record *find_record(struct page *p, const struct chat_message *m)
{
	struct record *last = p->count ? &p->records[p->count - 1] : NULL;

	if (m->sender_type == CHAT_END_USER || !last)
		return NULL;
	if (m->sender_type == CHAT_BOT && m->answers != CHAT_ANSWERS_UNKNOWN)
		return goes_on(last, m) ? last : NULL;
	return fits(last, m) ? last : NULL;
}

static void add_answer(
    struct page *p, struct record *r, const struct chat_message *m)
{
	const struct chat_message **all = r->answers;

	if (r->n == r->cap) {
		r->cap = r->cap * 2 + 4;
		all = pool_alloc(p->pool, r->cap * sizeof(*all));
		if (r->n)
			memcpy(all, r->answers, r->n * sizeof(*all));
		r->answers = all;
	}
	r->answers[r->n++] = m;
}

static void add_to(
    struct page *p, struct record *r, const struct chat_message *m)
{
	if (m->sender_type == CHAT_END_USER)
		r->asked = m;
	else
		add_answer(p, r, m);
	r->bytes += m->content.n + m->rich_media.n;
	p->bytes += m->content.n + m->rich_media.n;
}

/* False when the page is full: m begins the next one. */
static bool add(struct page *p, const struct chat_message *m)
{
	struct record *r = NULL;

	if (is_answer(m)) {
		r = find_asked(p, m->answers);
		if (!r && m->answers <= p->after)
			return true; /* of the page before */
	}
	if (!r)
		r = find_record(p, m);
	if (!r && (p->count == p->limit || p->bytes > PAGE_BYTES)) {
		p->next = m->seq;
		return false;
	}
	if (!r) {
		r = &p->records[p->count++];
		*r = (struct record){ .asked = NULL };
	}
	add_to(p, r, m);
	return true;
}

/* ---------------------------------------------------------------- records */

static struct str clicked(struct pool *pool, const struct chat_message *m)
{
	const struct json *media = NULL;

	if (m->content_type != CHAT_TEXT || !m->rich_media.n ||
	    json_parse(pool, m->rich_media, &media, NULL))
		return STR_EMPTY;
	return json_str(json_get(media, "value"));
}

static void put_asked(struct page *p, const struct chat_message *m)
{
	struct str button = m ? clicked(p->pool, m) : STR_EMPTY;

	if (!m) {
		json_out_null(p->j, "message");
	} else if (m->content_type != CHAT_TEXT) {
		generic_put(p->j, "message", p->pool, m);
	} else {
		json_out_object(p->j, "message");
		json_out_str(p->j, "text", m->content);
		if (button.n)
			json_out_str(p->j, "button_id", button);
		json_out_end(p->j);
	}
}

static void put_answers(struct page *p, const struct record *r)
{
	struct str text = STR_EMPTY;
	size_t i;

	if (!r->n) {
		json_out_null(p->j, "response");
		return;
	}
	for (i = r->n; i-- > 0;)
		if (r->answers[i]->content.n)
			text = r->answers[i]->content;
	json_out_object(p->j, "response");
	json_out_str(p->j, "text", text);
	json_out_array(p->j, "messages");
	for (i = 0; i < r->n; i++)
		generic_put(p->j, NULL, p->pool, r->answers[i]);
	json_out_end(p->j);
	json_out_end(p->j);
}

/* Who has answered, or would. */
static bool is_peoples(const struct page *p, const struct record *r)
{
	if (r->n > 0)
		return r->answers[0]->sender_type == CHAT_AGENT;
	return p->marks->status == CONVERSATION_HANDOFF_PENDING ||
	       p->marks->status == CONVERSATION_AGENT_ACTIVE;
}

/* How far the answer is; without one, the question. */
static const char *status_of(const struct page *p, const struct record *r)
{
	const struct conversation_marks *marks = p->marks;
	uint64_t seq;

	if (!r->n) {
		if (marks->failed_at >= r->asked->created_at &&
		    !is_peoples(p, r))
			return "failed";
		return marks->agent.read_seq >= r->asked->seq ? "read"
							      : "delivered";
	}
	seq = r->answers[r->n - 1]->seq;
	if (marks->visitor.read_seq >= seq)
		return "read";
	/* The Chat API gives the bot's answer with the request. */
	if (marks->visitor.delivered_seq >= seq ||
	    (str_eq(marks->channel, STR("api")) && !is_peoples(p, r)))
		return "delivered";
	return "sent";
}

static const char *type_of(const struct page *p, const struct chat_message *m)
{
	if (m->sender_type == CHAT_END_USER && clicked(p->pool, m).n)
		return "button";
	return generic_type(p->pool, m);
}

static void put_record(struct page *p, const struct record *r)
{
	const struct chat_message *first = r->asked ? r->asked : r->answers[0];
	struct json_out *j = p->j;

	json_out_object(j, NULL);
	json_out_ulid(j, "id", first->id);
	json_out_ulid(j, "conversation_id", first->conversation_id);
	put_asked(p, r->asked);
	put_answers(p, r);
	json_out_cstr(j, "message_type", type_of(p, first));
	json_out_cstr(j, "responder", is_peoples(p, r) ? "HUMAN" : "BOT");
	json_out_time_s(j, "received_at", first->created_at);
	json_out_time_s(
	    j, "responded_at", r->n ? r->answers[0]->created_at : 0);
	json_out_cstr(j, "status", status_of(p, r));
	json_out_time_s(j, "created_at", first->created_at);
	json_out_end(j);
}

/* ------------------------------------------------------------------- pages */

/* A place in a conversation as the id that a cursor has. */
static struct id id_of_seq(uint64_t seq)
{
	struct id id = ID_NONE;
	int i;

	for (i = 15; i >= 8; i--, seq >>= 8)
		id.b[i] = (uint8_t)seq;
	return id;
}

static uint64_t seq_of_id(struct id id)
{
	uint64_t seq = 0;
	int i;

	for (i = 8; i < 16; i++)
		seq = seq << 8 | id.b[i];
	return seq;
}

static enum err_code read_page(struct req *req, struct resp *resp,
    size_t *limit_r, uint64_t *after_r, struct err *err)
{
	struct dev_page part;
	struct dev_faults f;
	enum err_code code =
	    dev_page(req, resp, LIMIT_DEFAULT, LIMIT_MAX, &part, err);

	if (code)
		return code;
	*limit_r = part.limit;
	*after_r = seq_of_id(part.before);
	dev_faults_init(&f);
	if (!id_eq(id_of_seq(*after_r), part.before))
		dev_fault(&f, "query", "cursor", "value_error",
		    "Value error, this is no cursor of an earlier answer");
	return dev_faults_end(&f, req, resp, err);
}

static enum err_code find(struct req *req, struct id bot_id, struct id id,
    struct conversation_marks *marks_r, struct err *err)
{
	struct chatbot bot;
	enum err_code code = db_conversation_page_get_marks(req->db, req->pool,
	    req->key.workspace_id, bot_id, id, marks_r, err);

	if (code != ERR_NOT_FOUND)
		return code;
	code = db_chatbot_get(
	    req->db, req->pool, req->key.workspace_id, bot_id, &bot, err);
	return code ? code
		    : err_set(err, ERR_NOT_FOUND, "Conversation not found.");
}

static bool has_bots_answer(const struct record *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->answers[i]->sender_type == CHAT_BOT)
			return true;
	return false;
}

/* Answers to the last questions of a full page may stand behind its end. */
static enum err_code read_late(
    struct req *req, struct page *p, struct id id, struct err *err)
{
	uint64_t first = 0, last = 0, seq;
	struct chat_messages list;
	struct record *r;
	enum err_code code;
	size_t i;

	for (i = 0; i < p->count; i++) {
		seq = p->records[i].asked ? p->records[i].asked->seq : 0;
		if (!seq || seq + CHAT_ANSWER_REACH < p->next ||
		    has_bots_answer(&p->records[i]))
			continue;
		first = first ? first : seq;
		last = seq;
	}
	if (!last)
		return ERR_OK;
	code = db_message_list_late(req->db, req->pool, req->key.workspace_id,
	    id, p->next - 1, last + CHAT_ANSWER_REACH, first, last, &list, err);
	if (!code)
		code = chat_durable_list(req->db, &list, err);
	for (i = 0; !code && i < list.n; i++) {
		r = is_answer(&list.items[i])
			? find_asked(p, list.items[i].answers)
			: NULL;
		if (r)
			add_to(p, r, &list.items[i]);
	}
	return code;
}

/* All records of the page; the messages stay in the request's pool. */
static enum err_code read_records(
    struct req *req, struct page *p, struct id id, struct err *err)
{
	/* Pairs, the greeting before them, and one that tells of more; what
	 * answers of several messages lack is asked for again. */
	size_t some = MAX_OF(2 * p->limit + 2, READ_MIN), i;
	uint64_t after = p->after;
	struct chat_messages list;
	enum err_code code;

	do {
		code = db_message_list_said(req->db, req->pool,
		    req->key.workspace_id, id, after, some, &list, err);
		/* A cursor must not lead behind what the database may lose. */
		if (!code)
			code = chat_durable_list(req->db, &list, err);
		if (code)
			return code;
		for (i = 0; i < list.n; i++)
			if (!add(p, &list.items[i]))
				return read_late(req, p, id, err);
		after = list.n ? list.items[list.n - 1].seq : after;
	} while (list.n == some);
	return ERR_OK;
}

enum err_code dev_message_list(
    struct req *req, struct resp *resp, struct err *err)
{
	struct conversation_marks marks;
	struct page p = { .pool = req->pool, .marks = &marks };
	struct json_out *j;
	struct id bot, id;
	size_t i;
	enum err_code code = dev_id(req, "chatbot_id", "Chatbot", &bot, err);

	if (!code)
		code = dev_id(req, "conversation_id", "Conversation", &id, err);
	if (!code)
		code = read_page(req, resp, &p.limit, &p.after, err);
	if (!code)
		code = find(req, bot, id, &marks, err);
	if (!code)
		code = read_records(req, &p, id, err);
	if (code)
		return code;
	p.j = j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_array(j, "messages");
	for (i = 0; i < p.count; i++)
		put_record(&p, &p.records[i]);
	json_out_end(j);
	json_out_u64(j, "count", p.count);
	if (p.next)
		json_out_str(j, "next_cursor",
		    dev_cursor(req->pool, id_of_seq(p.next - 1)));
	else
		json_out_null(j, "next_cursor");
	json_out_end(j);
	return ERR_OK;
}
