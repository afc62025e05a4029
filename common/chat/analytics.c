/* analytics.c: what bots did, by days, right to the moment of asking */
/* SPDX-License-Identifier: MIT */
#include "chat/analytics.h"

#include "base/clock.h"
#include "db/db_rollup.h"

#define MS_US 1000

struct counting {
	struct pool *pool;
	bool is_more;
};

static enum err_code count_in(struct db *db, void *arg, struct err *err)
{
	struct counting *c = arg;
	struct db_rollup_span span;
	bool is_any = false;
	int64_t now;
	enum err_code code =
	    db_rollup_get(db, c->pool, ROLLUP_MOVE, &span.from, &now, err);

	c->is_more = false;
	if (code != ERR_OK)
		return code;
	/* The clock that is behind is the safe one. */
	span.upto = MIN_OF(now, clock_now_us()) - ANALYTICS_GRACE_US;
	span.upto -= span.upto % MS_US;
	if (span.upto <= span.from)
		return ERR_OK;
	code = db_rollup_shorten(db, c->pool, &span, &c->is_more, err);
	if (code == ERR_OK)
		code = db_rollup_count(db, &span, &is_any, err);
	/* Without anything to count the mark can stay: nothing is written
	 * while nothing happens. */
	if (code != ERR_OK || (!is_any && !c->is_more))
		return code;
	return db_rollup_set(db, span.upto, err);
}

enum err_code analytics_count(
    struct db *db, struct pool *pool, bool *did_r, struct err *err)
{
	struct counting c = { .pool = pool };
	enum err_code code = db_transact(db, count_in, &c, err);

	*did_r = code == ERR_OK && c.is_more;
	return code;
}

/* So that little is left to be counted in the request. */
static enum err_code catch_up(struct db *db, struct pool *pool, struct err *err)
{
	int64_t young = clock_now_us() - ANALYTICS_GRACE_US - ANALYTICS_LAG_US;
	int64_t upto;
	bool is_more = true;
	enum err_code code =
	    db_rollup_get(db, pool, ROLLUP_LOOK, &upto, NULL, err);

	if (code != ERR_OK || upto >= young)
		return code;
	for (int i = 0; i < ANALYTICS_STEPS_MAX && is_more && code == ERR_OK;
	     i++)
		code = analytics_count(db, pool, &is_more, err);
	return code;
}

struct reading {
	struct pool *pool;
	struct id workspace_id, chatbot_id;
	/* either days */
	int64_t first_day;
	struct db_day *days;
	size_t n;
	/* or sums */
	int64_t since;
	struct db_analytics_sums *sums;
};

/* The mark stays where it is meanwhile: nothing is counted twice or left out. */
static enum err_code read_in(struct db *db, void *arg, struct err *err)
{
	struct reading *r = arg;
	int64_t upto;
	enum err_code code =
	    db_rollup_get(db, r->pool, ROLLUP_KEEP, &upto, NULL, err);

	if (code != ERR_OK)
		return code;
	if (r->sums != NULL)
		return db_analytics_sum(db, r->pool, r->workspace_id,
		    r->chatbot_id, upto, r->since, r->sums, err);
	memset(r->days, 0, r->n * sizeof(*r->days));
	return db_analytics_list(db, r->pool, r->workspace_id, r->chatbot_id,
	    upto, r->first_day, r->days, r->n, err);
}

static enum err_code read_counts(
    struct db *db, struct reading *r, struct err *err)
{
	enum err_code code = catch_up(db, r->pool, err);

	return code == ERR_OK ? db_transact(db, read_in, r, err) : code;
}

enum err_code analytics_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t first_day, size_t n,
    struct db_day **days_r, struct err *err)
{
	struct reading r = {
		.pool = pool,
		.workspace_id = workspace_id,
		.chatbot_id = chatbot_id,
		.first_day = first_day,
		.days = pool_alloc(pool, n * sizeof(struct db_day)),
		.n = n,
	};

	*days_r = r.days;
	return read_counts(db, &r, err);
}

enum err_code analytics_sum(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t since,
    struct db_analytics_sums *sums_r, struct err *err)
{
	struct reading r = {
		.pool = pool,
		.workspace_id = workspace_id,
		.chatbot_id = chatbot_id,
		.since = since,
		.sums = sums_r,
	};

	return read_counts(db, &r, err);
}
