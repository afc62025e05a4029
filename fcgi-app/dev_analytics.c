/* dev_analytics.c: what a chatbot did, by days of UTC */
/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "base/clock.h"
#include "chat/analytics.h"
#include "db/db_chatbot.h"
#include "dev_fields.h"
#include "handlers.h"

#define DAY_US	     INT64_C(86400000000)
#define DAYS_DEFAULT 30	 /* back from today */
#define DAYS_MAX     366 /* of one answer */
#define DATE_SIZE    10	 /* 2026-02-18 */

/* What is asked for, and what there is. */
struct period {
	struct id bot;
	int64_t first, last; /* days since 1970 */
	size_t n;
	struct db_day *days;
};

static bool parse_date(struct pool *pool, struct str s, int64_t *day_r)
{
	int64_t us;

	if (s.n != DATE_SIZE ||
	    !clock_parse_iso(
		str_of(pool_printf(pool, "%.*sT00:00:00", STR_ARG(s))), &us))
		return false;
	*day_r = us / DAY_US;
	return true;
}

static void read_date(
    struct dev_faults *f, struct req *req, const char *name, int64_t *day_r)
{
	struct str text = fields_find(&req->query, name);

	if (!text.p)
		return;
	if (!parse_date(req->pool, text, day_r))
		dev_fault(f, "query", name, "date_parsing",
		    "Input should be a valid date in the format YYYY-MM-DD");
	else if (*day_r < 0)
		dev_fault(f, "query", name, "greater_than_equal",
		    "Input should be greater than or equal to 1970-01-01");
}

static enum err_code read_period(
    struct req *req, struct resp *resp, struct period *p, struct err *err)
{
	struct dev_faults f;
	enum err_code code;

	p->last = clock_now_us() / DAY_US;
	p->first = p->last - DAYS_DEFAULT;
	dev_faults_init(&f);
	read_date(&f, req, "start_date", &p->first);
	read_date(&f, req, "end_date", &p->last);
	code = dev_faults_end(&f, req, resp, err);
	if (code)
		return code;
	if (p->first > p->last)
		return err_set(err, ERR_BAD_REQUEST,
		    "start_date must not be after end_date.");
	if (p->last - p->first >= DAYS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "The period must not be longer than %d days.", DAYS_MAX);
	p->n = (size_t)(p->last - p->first) + 1;
	return ERR_OK;
}

static enum err_code get_days(
    struct req *req, struct resp *resp, struct period *p, struct err *err)
{
	struct chatbot bot;
	enum err_code code = dev_id(req, "chatbot_id", "Chatbot", &p->bot, err);

	if (!code)
		code = read_period(req, resp, p, err);
	if (!code)
		code = db_chatbot_get(req->db, req->pool, req->key.workspace_id,
		    p->bot, &bot, err);
	if (!code)
		code = analytics_list(req->db, req->pool, req->key.workspace_id,
		    p->bot, p->first, p->n, &p->days, err);
	return code;
}

static void put_date(struct json_out *j, const char *name, int64_t day)
{
	char iso[CLOCK_ISO_SIZE];

	json_out_str(
	    j, name, str_make(clock_iso(day * DAY_US, iso), DATE_SIZE));
}

/* To one in scale, half up; 0 of nothing. */
static double ratio(uint64_t a, uint64_t b, unsigned scale)
{
	if (!b)
		return 0;
	return (double)((2 * a * scale + b) / (2 * b)) / scale;
}

enum err_code dev_analytics_overview(
    struct req *req, struct resp *resp, struct err *err)
{
	struct db_day sum = { 0 };
	struct period p;
	struct json_out *j;
	enum err_code code = get_days(req, resp, &p, err);
	size_t i;

	if (code)
		return code;
	for (i = 0; i < p.n; i++) {
		sum.conversations += p.days[i].conversations;
		sum.users += p.days[i].users;
		sum.messages += p.days[i].messages;
		sum.completions += p.days[i].completions;
	}
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_ulid(j, "chatbot_id", p.bot);
	json_out_object(j, "period");
	put_date(j, "start_date", p.first);
	put_date(j, "end_date", p.last);
	json_out_end(j);
	json_out_u64(j, "total_conversations", sum.conversations);
	json_out_u64(j, "total_messages", sum.messages);
	json_out_u64(j, "unique_users", sum.users);
	json_out_num(j, "avg_messages_per_conversation",
	    ratio(sum.messages, sum.conversations, 10));
	json_out_num(j, "completion_rate",
	    ratio(sum.completions, sum.conversations, 100));
	json_out_end(j);
	return ERR_OK;
}

/* One number of each day, zeros too. */
static enum err_code put_series(
    struct req *req, struct resp *resp, size_t member, struct err *err)
{
	struct period p;
	struct json_out *j;
	enum err_code code = get_days(req, resp, &p, err);
	size_t i;

	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_array(j, "series");
	for (i = 0; i < p.n; i++) {
		json_out_object(j, NULL);
		put_date(j, "date", p.first + (int64_t)i);
		json_out_u64(j, "count",
		    *(const uint64_t *)((const char *)&p.days[i] + member));
		json_out_end(j);
	}
	json_out_end(j);
	json_out_end(j);
	return ERR_OK;
}

enum err_code dev_analytics_conversations(
    struct req *req, struct resp *resp, struct err *err)
{
	return put_series(
	    req, resp, offsetof(struct db_day, conversations), err);
}

enum err_code dev_analytics_messages(
    struct req *req, struct resp *resp, struct err *err)
{
	return put_series(req, resp, offsetof(struct db_day, messages), err);
}
