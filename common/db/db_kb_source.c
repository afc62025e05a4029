/* db_kb_source.c: statements on the sources of knowledge bases */
/* SPDX-License-Identifier: MIT */
#include "db/db_kb_source.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum {
	SOURCE_ADD,
	SOURCE_LIST,
	SOURCE_COUNT,
	SOURCE_LOCK,
	SOURCE_DEL_CHUNKS,
	SOURCE_DEL,
	JOB_FIND,
	JOB_TAKE,
	JOB_RENEW,
	JOB_LOCK,
	JOB_DONE,
	JOB_FAILED,
	SOURCE__MAX
};

static const struct db_stmt stmts[SOURCE__MAX] = {
	[SOURCE_ADD] = DB_STMT("kb_source_add", "dddssssttt", "",
	    "INSERT INTO kb_sources (workspace_id, kb_id, id, type, title, "
	    "url, content, status, due_at, created_at, updated_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, 'processing', ?, ?, ?)"),
	[SOURCE_LIST] = DB_STMT("kb_source_list", "ddu", "dssss?st",
	    "SELECT id, type, title, url, failed_why, status, created_at "
	    "FROM kb_sources WHERE workspace_id = ? AND kb_id = ? "
	    "ORDER BY id DESC LIMIT ?"),
	[SOURCE_COUNT] = DB_STMT("kb_source_count", "dd", "u",
	    "SELECT COUNT(*) FROM kb_sources "
	    "WHERE workspace_id = ? AND kb_id = ?"),
	[SOURCE_LOCK] = DB_STMT("kb_source_lock", "ddd", "d",
	    "SELECT id FROM kb_sources "
	    "WHERE workspace_id = ? AND kb_id = ? AND id = ? FOR UPDATE"),
	[SOURCE_DEL_CHUNKS] = DB_STMT("kb_source_del_chunks", "dd", "",
	    "DELETE FROM kb_chunks WHERE workspace_id = ? AND source_id = ?"),
	[SOURCE_DEL] = DB_STMT("kb_source_del", "dd", "",
	    "DELETE FROM kb_sources WHERE workspace_id = ? AND id = ?"),
	/* A lease moves due_at to its end: what is due is nobody's. */
	[JOB_FIND] = DB_STMT("kb_job_find", "sttu", "dddssssu",
	    "SELECT s.workspace_id, s.id, s.kb_id, s.type, s.title, s.url, "
	    "s.content, s.tries FROM kb_sources s "
	    "WHERE s.type = ? AND s.due_at <= ? "
	    "AND (SELECT COUNT(*) FROM kb_sources b WHERE b.workspace_id = "
	    "s.workspace_id AND b.type = s.type "
	    "AND b.job_owner IS NOT NULL AND b.due_at > ?) < ? "
	    "ORDER BY s.due_at LIMIT 1 FOR UPDATE SKIP LOCKED"),
	[JOB_TAKE] = DB_STMT("kb_job_take", "dtdd", "",
	    "UPDATE kb_sources SET job_owner = ?, due_at = ?, "
	    "tries = tries + 1 WHERE workspace_id = ? AND id = ?"),
	[JOB_RENEW] = DB_STMT("kb_job_renew", "tddd", "",
	    "UPDATE kb_sources SET due_at = ? "
	    "WHERE workspace_id = ? AND id = ? AND job_owner = ?"),
	[JOB_LOCK] = DB_STMT("kb_job_lock", "ddd", "d",
	    "SELECT id FROM kb_sources "
	    "WHERE workspace_id = ? AND id = ? AND job_owner = ? FOR UPDATE"),
	[JOB_DONE] = DB_STMT("kb_job_done", "ssutddd", "",
	    "UPDATE kb_sources SET title = ?, content = ?, chunks = ?, "
	    "status = 'ready', failed_why = NULL, due_at = NULL, "
	    "job_owner = NULL, updated_at = ? "
	    "WHERE workspace_id = ? AND id = ? AND job_owner = ?"),
	[JOB_FAILED] = DB_STMT("kb_job_failed", "sst?tddd", "",
	    "UPDATE kb_sources SET status = ?, failed_why = ?, due_at = ?, "
	    "job_owner = NULL, updated_at = ? "
	    "WHERE workspace_id = ? AND id = ? AND job_owner = ?"),
};

const struct db_module db_kb_source_module = { "kb_source", stmts,
	SOURCE__MAX };

const char *const kb_status_names[KB_STATUS__MAX] = { "processing", "ready",
	"failed" };

static struct str type_of(bool web)
{
	return web ? STR("web") : STR("text");
}

static bool is_web(struct str type)
{
	return str_eq(type, STR("web"));
}

static enum kb_status status_of(struct str name)
{
	for (int i = 0; i < KB_STATUS__MAX; i++) {
		if (str_eq(name, str_of(kb_status_names[i])))
			return (enum kb_status)i;
	}
	return KB_FAILED;
}

enum err_code db_kb_source_add(
    struct db *db, const struct kb_source *s, struct err *err)
{
	return db_exec(db, &db_kb_source_module, SOURCE_ADD,
	    DB_ARGS(DB_ID(s->workspace_id), DB_ID(s->kb_id), DB_ID(s->id),
		DB_TEXT(type_of(s->is_web)), DB_TEXT(s->title), DB_TEXT(s->url),
		DB_TEXT(s->content), DB_TIME(s->created_at),
		DB_TIME(s->created_at), DB_TIME(s->created_at)),
	    NULL, err);
}

enum err_code db_kb_source_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, size_t max,
    struct kb_sources *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_kb_source_module, SOURCE_LIST,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(kb_id), DB_UINT(max)), pool,
	    &rows, err);

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, (rows.n + 1) * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n; i++)
		list_r->items[i] = (struct kb_source){
			.workspace_id = workspace_id,
			.kb_id = kb_id,
			.id = db_row_id(&rows, i, 0),
			.is_web = is_web(db_row_str(&rows, i, 1)),
			.title = db_row_str(&rows, i, 2),
			.url = db_row_str(&rows, i, 3),
			.why = db_row_str(&rows, i, 4),
			.status = status_of(db_row_str(&rows, i, 5)),
			.created_at = db_row_time(&rows, i, 6),
		};
	return ERR_OK;
}

enum err_code db_kb_source_count(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, uint64_t *n_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_kb_source_module, SOURCE_COUNT,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(kb_id)), pool, &rows, err);

	if (code == ERR_OK)
		*n_r = db_row_uint(&rows, 0, 0);
	return code;
}

enum err_code db_kb_source_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, struct id id, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_kb_source_module, SOURCE_LOCK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(kb_id), DB_ID(id)), pool, &rows,
	    err);

	if (code == ERR_OK && rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "Source not found.");
	return code;
}

enum err_code db_kb_source_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	enum err_code code =
	    db_exec(db, &db_kb_source_module, SOURCE_DEL_CHUNKS,
		DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);

	if (code != ERR_OK)
		return code;
	return db_exec(db, &db_kb_source_module, SOURCE_DEL,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);
}

/* --------------------------------------------------------------- imports */

/* Of a workspace of which fewer than this many are being imported. */
static enum err_code find_job(struct db *db, struct pool *pool, bool of_web,
    int64_t now, unsigned busy_max, struct db_rows *rows_r, struct err *err)
{
	return db_query(db, &db_kb_source_module, JOB_FIND,
	    DB_ARGS(DB_TEXT(type_of(of_web)), DB_TIME(now), DB_TIME(now),
		DB_UINT(busy_max)),
	    pool, rows_r, err);
}

enum err_code db_kb_job_take(struct db *db, struct pool *pool, bool of_web,
    struct id owner, int64_t now, int64_t until, struct kb_job *job_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = find_job(db, pool, of_web, now, 1, &rows, err);

	if (code == ERR_OK && rows.n == 0)
		code = find_job(db, pool, of_web, now, DB_KB_SHARE, &rows, err);
	*job_r = (struct kb_job){ .owner = owner };
	if (code != ERR_OK || rows.n == 0)
		return code;
	job_r->source = (struct kb_source){
		.workspace_id = db_row_id(&rows, 0, 0),
		.id = db_row_id(&rows, 0, 1),
		.kb_id = db_row_id(&rows, 0, 2),
		.is_web = is_web(db_row_str(&rows, 0, 3)),
		.title = db_row_str(&rows, 0, 4),
		.url = db_row_str(&rows, 0, 5),
		.content = db_row_str(&rows, 0, 6),
	};
	job_r->tries = db_row_uint(&rows, 0, 7) + 1;
	return db_exec(db, &db_kb_source_module, JOB_TAKE,
	    DB_ARGS(DB_ID(owner), DB_TIME(until),
		DB_ID(job_r->source.workspace_id), DB_ID(job_r->source.id)),
	    NULL, err);
}

enum err_code db_kb_job_renew(struct db *db, const struct kb_job *job,
    int64_t until, bool *is_mine_r, struct err *err)
{
	uint64_t changed = 0;
	enum err_code code = db_exec(db, &db_kb_source_module, JOB_RENEW,
	    DB_ARGS(DB_TIME(until), DB_ID(job->source.workspace_id),
		DB_ID(job->source.id), DB_ID(job->owner)),
	    &changed, err);

	*is_mine_r = changed > 0;
	return code;
}

enum err_code db_kb_job_lock(struct db *db, struct pool *pool,
    const struct kb_job *job, bool *is_mine_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_kb_source_module, JOB_LOCK,
	    DB_ARGS(DB_ID(job->source.workspace_id), DB_ID(job->source.id),
		DB_ID(job->owner)),
	    pool, &rows, err);

	*is_mine_r = code == ERR_OK && rows.n > 0;
	return code;
}

enum err_code db_kb_job_done(struct db *db, const struct kb_job *job,
    struct str title, struct str content, size_t chunks, struct err *err)
{
	return db_exec(db, &db_kb_source_module, JOB_DONE,
	    DB_ARGS(DB_TEXT(title), DB_TEXT(content), DB_UINT(chunks),
		DB_TIME(clock_now_us()), DB_ID(job->source.workspace_id),
		DB_ID(job->source.id), DB_ID(job->owner)),
	    NULL, err);
}

enum err_code db_kb_job_failed(struct db *db, const struct kb_job *job,
    struct str why, int64_t due_at, struct err *err)
{
	return db_exec(db, &db_kb_source_module, JOB_FAILED,
	    DB_ARGS(DB_TEXT(due_at == 0 ? STR("failed") : STR("processing")),
		DB_TEXT(why), due_at == 0 ? DB_NULL('t') : DB_TIME(due_at),
		DB_TIME(clock_now_us()), DB_ID(job->source.workspace_id),
		DB_ID(job->source.id), DB_ID(job->owner)),
	    NULL, err);
}
