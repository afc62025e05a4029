/* background.c: work that nobody waits for, and the table of it */
/* SPDX-License-Identifier: MIT */
#include "bot/background.h"

#include "base/clock.h"
#include "base/settings.h"
#include "bot/kb_import.h"
#include "bot/outbox.h"
#include "chat/analytics.h"
#include "chat/chat.h"
#include "chat/feed.h"
#include "chat/file.h"
#include "chat/link_preview.h"
#include "db/db_kb_source.h"
#include "db/db_outbox.h"

#define SECOND_US INT64_C(1000000)

/*
 * Of what waits for servers of others there is more at once than one workspace
 * can have (DB_OUTBOX_SHARE, DB_KB_SHARE), and together less than the default
 * of background_workers: no workspace's slow server holds up the others.
 */
#define OUTBOX_AT_ONCE (DB_OUTBOX_SHARE + 1)
#define PAGES_AT_ONCE  (DB_KB_SHARE + 1)

static enum err_code end_sessions(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err)
{
	int64_t idle_s = settings_int(&env->settings->chat_session_s);

	return chat_expire(
	    db, pool, ID_NONE, ID_NONE, idle_s * SECOND_US, did_r, err);
}

static enum err_code prune_feed(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err)
{
	int64_t kept_s = settings_int(&env->settings->feed_retention_s);
	uint64_t deleted = 0;
	enum err_code code;

	(void)pool;
	code =
	    feed_prune(db, clock_now_us() - kept_s * SECOND_US, &deleted, err);
	/* Less is what has grown old since the last time. */
	*did_r = deleted >= FEED_PRUNE_ROWS;
	return code;
}

static enum err_code prune_files(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err)
{
	size_t n = 0;
	enum err_code code = file_prune(db, pool, &n, err);

	(void)env;
	*did_r = n == FILE_PRUNE_ROWS;
	return code;
}

static enum err_code prune_previews(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err)
{
	uint64_t n = 0;
	enum err_code code = link_preview_prune(db, &n, err);

	(void)pool;
	(void)env;
	*did_r = n >= LINK_PREVIEW_ROWS;
	return code;
}

static enum err_code count_days(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err)
{
	(void)env;
	return analytics_count(db, pool, did_r, err);
}

const struct background_job background_jobs[] = {
	{ "knowledge", kb_import_text, 1, false },
	{ "outbox", outbox_send_one, OUTBOX_AT_ONCE, false },
	{ "pages", kb_import_page, PAGES_AT_ONCE, false },
	{ "sessions", end_sessions, 1, true },
	{ "feed", prune_feed, 1, true },
	{ "files", prune_files, 1, true },
	{ "previews", prune_previews, 1, true },
	{ "analytics", count_days, 1, true },
};

const size_t background_jobs_n = COUNT_OF(background_jobs);

enum err_code background_run(const struct background_job *job, struct db *db,
    const struct bot_env *env, size_t *done_r, struct err *err)
{
	struct pool *pool = pool_new();
	enum err_code code = ERR_OK;
	bool did = true;

	*done_r = 0;
	while (code == ERR_OK && did && *done_r < BACKGROUND_MAX) {
		did = false;
		code = job->run_one(db, pool, env, &did, err);
		if (code == ERR_OK && did)
			++*done_r;
		pool_reset(pool);
	}
	pool_free(&pool);
	return code;
}
