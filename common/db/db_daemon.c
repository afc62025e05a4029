/* db_daemon.c: statements on living daemons and who is connected to them */
/* SPDX-License-Identifier: MIT */
#include "db/db_daemon.h"

#include "db/db_modules.h"

enum {
	BEAT,
	ADD,
	LIST,
	IS_LIVING,
	BURY,
	DEL,
	PRESENCE_ADD,
	PRESENCE_DEL,
	PRESENCE_BURY,
	STMT__MAX
};

#define AGO   "UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND"
#define AGENT "(?, ?, ?, UTC_TIMESTAMP(6))"
#define FOUR  AGENT ", " AGENT ", " AGENT ", " AGENT
#define EIGHT "?, ?, ?, ?, ?, ?, ?, ?"

/* A daemon serves every tenant, and so do its signs of life. */
static const struct db_stmt stmts[STMT__MAX] = {
	[BEAT] = DB_STMT("daemon_beat", "d", "",
	    "UPDATE daemons SET beat_at = UTC_TIMESTAMP(6) WHERE id = ?"),
	[ADD] = DB_STMT("daemon_add", "dsu", "",
	    "INSERT INTO daemons (id, host, pid, started_at, beat_at)"
	    " VALUES (?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))"
	    " ON DUPLICATE KEY UPDATE beat_at = UTC_TIMESTAMP(6)"),
	[LIST] = DB_STMT("daemon_list", "iid", "diid?d?",
	    "SELECT d.id, d.beat_at > " AGO ", d.beat_at <= " AGO
	    ", p.user_id, p.workspace_id FROM daemons d"
	    " LEFT JOIN presences p ON p.daemon_id = d.id"
	    " WHERE d.id <> ?"),
	[IS_LIVING] = DB_STMT("daemon_is_living", "i", "i",
	    "SELECT EXISTS (SELECT 1 FROM daemons WHERE beat_at > " AGO ")"),
	[BURY] = DB_STMT("daemon_bury", "di", "",
	    "DELETE FROM daemons WHERE id = ? AND beat_at <= " AGO),
	[DEL] =
	    DB_STMT("daemon_del", "d", "", "DELETE FROM daemons WHERE id = ?"),
	[PRESENCE_ADD] = DB_STMT("daemon_presence_add",
	    "dddddddddddddddddddddddddddddddddddddddddddddddd", "",
	    "INSERT INTO presences (daemon_id, user_id, workspace_id, since)"
	    " VALUES " FOUR ", " FOUR ", " FOUR ", " FOUR
	    " ON DUPLICATE KEY UPDATE workspace_id = VALUES(workspace_id)"),
	[PRESENCE_DEL] = DB_STMT("daemon_presence_del", "ddddddddddddddddd", "",
	    "DELETE FROM presences WHERE daemon_id = ?"
	    " AND user_id IN (" EIGHT ", " EIGHT ")"),
	[PRESENCE_BURY] = DB_STMT("daemon_presence_bury", "d", "",
	    "DELETE FROM presences WHERE daemon_id = ?"),
};

const struct db_module db_daemon_module = { "daemon", stmts, STMT__MAX };

enum err_code db_daemon_beat(
    struct db *db, struct id daemon_id, bool *is_known_r, struct err *err)
{
	uint64_t matched = 0;
	enum err_code code = db_exec(db, &db_daemon_module, BEAT,
	    DB_ARGS(DB_ID(daemon_id)), &matched, err);

	*is_known_r = matched > 0;
	return code;
}

enum err_code db_daemon_add(struct db *db, struct id daemon_id, struct str host,
    uint64_t pid, struct err *err)
{
	return db_exec(db, &db_daemon_module, ADD,
	    DB_ARGS(DB_ID(daemon_id), DB_TEXT(host), DB_UINT(pid)), NULL, err);
}

enum err_code db_daemon_list(struct db *db, struct pool *pool,
    struct id daemon_id, int64_t dead_ms, int64_t bury_ms,
    struct db_daemon_row **rows_r, size_t *n_r, struct err *err)
{
	struct db_rows r;
	enum err_code code = db_query(db, &db_daemon_module, LIST,
	    DB_ARGS(DB_INT(dead_ms * 1000), DB_INT(bury_ms * 1000),
		DB_ID(daemon_id)),
	    pool, &r, err);
	size_t i;

	if (code != ERR_OK)
		return code;
	*n_r = r.n;
	*rows_r = pool_alloc(pool, r.n * sizeof(**rows_r));
	for (i = 0; i < r.n; i++)
		(*rows_r)[i] = (struct db_daemon_row){
			.daemon_id = db_row_id(&r, i, 0),
			.is_living = db_row_int(&r, i, 1) != 0,
			.is_to_bury = db_row_int(&r, i, 2) != 0,
			.user_id = db_row_id(&r, i, 3),
			.workspace_id = db_row_id(&r, i, 4),
		};
	return ERR_OK;
}

/* A row that nobody ever sees. */
static enum err_code pass_by_in(struct db *db, void *arg, struct err *err)
{
	const struct id *id = arg;
	enum err_code code = db_daemon_add(db, *id, STR_EMPTY, 0, err);

	if (code == ERR_OK)
		code = db_exec(
		    db, &db_daemon_module, DEL, DB_ARGS(DB_ID(*id)), NULL, err);
	return code;
}

enum err_code db_daemon_make_durable(
    struct db *db, struct id daemon_id, struct err *err)
{
	uint64_t opened = db_opened(db);
	struct id other = id_new();
	bool is_known = false;
	enum err_code code = ERR_OK;

	if (!id_is_none(daemon_id))
		code = db_daemon_beat(db, daemon_id, &is_known, err);
	if (code == ERR_OK && !is_known)
		code = db_transact(db, pass_by_in, &other, err);
	/* Written to a server that may never have had what was read. */
	if (code == ERR_OK && db_opened(db) != opened)
		return err_set(err, ERR_UNAVAILABLE,
		    "The database was away for a moment; try again.");
	return code;
}

struct burial {
	struct id daemon_id;
	int64_t bury_ms;
};

/* The lock on the daemon's row, or on its place, keeps one that comes back
 * waiting: it writes its agents after this. */
static enum err_code bury_in(struct db *db, void *arg, struct err *err)
{
	const struct burial *b = arg;
	uint64_t deleted = 0;
	enum err_code code = db_exec(db, &db_daemon_module, BURY,
	    DB_ARGS(DB_ID(b->daemon_id), DB_INT(b->bury_ms * 1000)), &deleted,
	    err);

	if (code != ERR_OK || deleted == 0)
		return code;
	return db_exec(db, &db_daemon_module, PRESENCE_BURY,
	    DB_ARGS(DB_ID(b->daemon_id)), NULL, err);
}

enum err_code db_daemon_bury(
    struct db *db, struct id daemon_id, int64_t bury_ms, struct err *err)
{
	struct burial b = { daemon_id, bury_ms };

	return db_transact(db, bury_in, &b, err);
}

/* Places that are left over take the last agent again. */
static const struct db_daemon_agent *at(
    const struct db_daemon_agent *agents, size_t n, size_t i)
{
	return &agents[MIN_OF(i, n - 1)];
}

enum err_code db_daemon_presence_add(struct db *db, struct id daemon_id,
    const struct db_daemon_agent *agents, size_t n, struct err *err)
{
	struct db_arg args[3 * DB_DAEMON_SOME];
	size_t i;

	assert(n > 0 && n <= DB_DAEMON_SOME);
	for (i = 0; i < DB_DAEMON_SOME; i++) {
		args[3 * i] = DB_ID(daemon_id);
		args[3 * i + 1] = DB_ID(at(agents, n, i)->user_id);
		args[3 * i + 2] = DB_ID(at(agents, n, i)->workspace_id);
	}
	return db_exec(db, &db_daemon_module, PRESENCE_ADD, args,
	    COUNT_OF(args), NULL, err);
}

enum err_code db_daemon_presence_del(struct db *db, struct id daemon_id,
    const struct db_daemon_agent *agents, size_t n, struct err *err)
{
	struct db_arg args[1 + DB_DAEMON_SOME];
	size_t i;

	assert(n > 0 && n <= DB_DAEMON_SOME);
	args[0] = DB_ID(daemon_id);
	for (i = 0; i < DB_DAEMON_SOME; i++)
		args[1 + i] = DB_ID(at(agents, n, i)->user_id);
	return db_exec(db, &db_daemon_module, PRESENCE_DEL, args,
	    COUNT_OF(args), NULL, err);
}

enum err_code db_daemon_is_living(struct db *db, struct pool *pool,
    int64_t dead_ms, bool *is_living_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_daemon_module, IS_LIVING,
	    DB_ARGS(DB_INT(dead_ms * 1000)), pool, &rows, err);

	*is_living_r = code == ERR_OK && db_row_int(&rows, 0, 0) != 0;
	return code;
}
