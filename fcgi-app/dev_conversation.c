/* dev_conversation.c: the conversations of a chatbot of the key's workspace */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/settings.h"
#include "chat/chat.h"
#include "db/db_chatbot.h"
#include "db/db_conversation_page.h"
#include "dev_fields.h"
#include "handlers.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX     67
#define SECOND_US     INT64_C(1000000)
#define DAY_US	      (86400 * SECOND_US)
#define DATE_SIZE     10 /* 2026-02-18 */
#define OFFSET_SIZE   6	 /* +03:00 */

/* By enum conversation_status; ARCHIVED is known, but nothing is. */
static const char *const statuses[CONVERSATION_STATUS__MAX + 1] = {
	[CONVERSATION_ACTIVE] = "ACTIVE",
	[CONVERSATION_HANDOFF_PENDING] = "HANDOFF_PENDING",
	[CONVERSATION_AGENT_ACTIVE] = "AGENT_ACTIVE",
	[CONVERSATION_CLOSED] = "CLOSED",
	[CONVERSATION_STATUS__MAX] = "ARCHIVED",
};

static const char *const channels[] = { "whatsapp", "web", "sms", "api",
	"rest-api" };

/* ---------------------------------------------------------------- filters */

/* The place of the value; n when it is in no place, which is a fault unless
 * the parameter is absent. */
static size_t find_choice(struct dev_faults *f, struct str value,
    const char *name, const char *const *choices, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (choices[i] && str_eq(value, str_of(choices[i])))
			return i;
	if (value.p)
		dev_fault(f, "query", name, "literal_error",
		    "Input should be one of the documented values");
	return n;
}

/* Takes "+03:00" off its end; a '+' that was not encoded came as a blank. */
static bool take_offset(struct str *s, int64_t *us_r)
{
	struct str tail = str_from(*s, s->n - MIN_OF(s->n, OFFSET_SIZE));
	uint64_t h, m;

	*us_r = 0;
	if (s->n <= DATE_SIZE + OFFSET_SIZE || tail.p[3] != ':' ||
	    !memchr("+- ", tail.p[0], 3))
		return true;
	if (!str_u64(str_make(tail.p + 1, 2), 0, 23, &h) ||
	    !str_u64(str_make(tail.p + 4, 2), 0, 59, &m))
		return false;
	*us_r = (int64_t)(h * 60 + m) * 60 * SECOND_US;
	if (tail.p[0] == '-')
		*us_r = -*us_r;
	*s = str_head(*s, s->n - OFFSET_SIZE);
	return true;
}

/*
 * A day, or a time to the second or finer, as its first and its last
 * microsecond: created_at is told to the second, and an end that was copied from
 * there includes what it was copied from.
 */
static bool parse_time(
    struct pool *pool, struct str s, int64_t *first_r, int64_t *last_r)
{
	int64_t span = SECOND_US, offset;

	if (s.n == DATE_SIZE) {
		span = DAY_US;
		s = str_of(pool_printf(pool, "%.*sT00:00:00", STR_ARG(s)));
	}
	if (!take_offset(&s, &offset) || !clock_parse_iso(s, first_r))
		return false;
	if (str_index(s, '.') < s.n)
		span = 1;
	*first_r -= offset;
	*last_r = *first_r + span - 1;
	return true;
}

static void read_time(struct dev_faults *f, struct req *req, const char *name,
    int64_t *first_r, int64_t *last_r)
{
	struct str text = fields_find(&req->query, name);

	if (!text.p)
		return;
	if (!parse_time(req->pool, text, first_r, last_r))
		dev_fault(f, "query", name, "datetime_parsing",
		    "Input should be a valid datetime");
	/* Nothing is older, and 0 says that there is no end. */
	*first_r = MAX_OF(*first_r, 1);
	*last_r = MAX_OF(*last_r, 1);
}

static enum err_code read_filters(struct req *req, struct resp *resp,
    struct conversation_page *page, bool *is_archived_r, struct err *err)
{
	struct str status = fields_find(&req->query, "status");
	struct str channel = fields_find(&req->query, "channel");
	struct dev_faults f;
	int64_t unused;
	size_t i;

	dev_faults_init(&f);
	i = find_choice(&f, status, "status", statuses, COUNT_OF(statuses));
	*is_archived_r = i == CONVERSATION_STATUS__MAX;
	if (i < CONVERSATION_STATUS__MAX)
		page->status = (enum conversation_status)i;
	i = find_choice(&f, channel, "channel", channels, COUNT_OF(channels));
	if (i < COUNT_OF(channels))
		page->channel = channel;
	read_time(&f, req, "start_time", &page->from, &unused);
	read_time(&f, req, "end_time", &unused, &page->upto);
	return dev_faults_end(&f, req, resp, err);
}

/* ---------------------------------------------------------------- answers */

static void put_row(
    struct json_out *j, struct pool *pool, const struct conversation_row *c)
{
	json_out_object(j, NULL);
	json_out_ulid(j, "id", c->id);
	json_out_ulid(j, "chatbot_id", c->chatbot_id);
	json_out_str(j, "user_phone",
	    chat_user_id(pool, c->channel, c->id, c->external_id));
	json_out_str_or_null(j, "contact_name", c->contact_name);
	json_out_str(j, "channel", c->channel);
	json_out_cstr(j, "status", statuses[c->status]);
	json_out_ulid(j, "last_message_id", c->last_id);
	json_out_time_s(
	    j, "last_message_at", c->last_at ? c->last_at : c->created_at);
	json_out_str_or_null(j, "last_message_preview", c->last_text);
	json_out_u64(j, "unread_count", c->unread);
	json_out_time_s(j, "created_at", c->created_at);
	json_out_time_s(j, "updated_at",
	    c->updated_at == c->created_at ? 0 : c->updated_at);
	json_out_end(j);
}

static void put_page(struct req *req, struct resp *resp,
    const struct conversation_rows *list, size_t limit)
{
	size_t n = MIN_OF(list->n, limit), i;
	struct json_out *j = resp_json(resp);

	json_out_object(j, NULL);
	json_out_u64(j, "count", n);
	json_out_array(j, "conversations");
	for (i = 0; i < n; i++)
		put_row(j, req->pool, &list->items[i]);
	json_out_end(j);
	if (list->n > n)
		json_out_str(j, "next_cursor",
		    dev_cursor(req->pool, list->items[n - 1].id));
	else
		json_out_null(j, "next_cursor");
	json_out_end(j);
}

static int64_t idle_us(const struct req *req)
{
	return settings_int(&req->app->settings->chat_session_s) * SECOND_US;
}

/* What silence has ended by now is shown as closed, whoever ends it. */
static struct conversation_silence silence_of(const struct req *req)
{
	int64_t now = clock_now_us();

	return (struct conversation_silence){ now, now - idle_us(req) };
}

/* Some of them, so that there are few to tell from the others: no request ends
 * more, however many there are. */
static enum err_code end_sessions(
    struct req *req, struct id bot, struct err *err)
{
	bool did;

	return chat_expire(req->db, req->pool, req->key.workspace_id, bot,
	    idle_us(req), &did, err);
}

static enum err_code check_bot(struct req *req, struct id id, struct err *err)
{
	struct chatbot bot;

	return db_chatbot_get(
	    req->db, req->pool, req->key.workspace_id, id, &bot, err);
}

enum err_code dev_conversation_list(
    struct req *req, struct resp *resp, struct err *err)
{
	struct conversation_page page = {
		.workspace_id = req->key.workspace_id,
	};
	struct conversation_rows list = { .n = 0 };
	struct dev_page part;
	bool is_archived = false;
	enum err_code code =
	    dev_id(req, "chatbot_id", "Chatbot", &page.chatbot_id, err);

	if (!code)
		code =
		    dev_page(req, resp, LIMIT_DEFAULT, LIMIT_MAX, &part, err);
	if (!code)
		code = read_filters(req, resp, &page, &is_archived, err);
	if (!code)
		code = end_sessions(req, page.chatbot_id, err);
	if (code)
		return code;
	page.before = part.before;
	page.silence = silence_of(req);
	page.limit = part.limit + 1; /* one more tells whether there are more */
	if (!is_archived)
		code = db_conversation_page_list(
		    req->db, req->pool, &page, &list, err);
	if (!code && !list.n)
		code = check_bot(req, page.chatbot_id, err);
	if (!code)
		put_page(req, resp, &list, part.limit);
	return code;
}

enum err_code dev_conversation_show(
    struct req *req, struct resp *resp, struct err *err)
{
	struct conversation_page of = {
		.workspace_id = req->key.workspace_id,
		.silence = silence_of(req),
	};
	struct conversation_row row;
	struct id id;
	enum err_code code =
	    dev_id(req, "chatbot_id", "Chatbot", &of.chatbot_id, err);

	if (!code)
		code = dev_id(req, "conversation_id", "Conversation", &id, err);
	if (code)
		return code;
	code = db_conversation_page_get(req->db, req->pool, &of, id, &row, err);
	if (code == ERR_NOT_FOUND &&
	    check_bot(req, of.chatbot_id, err) == ERR_OK)
		return err_set(err, code, "Conversation not found.");
	if (!code)
		put_row(resp_json(resp), req->pool, &row);
	return code;
}
