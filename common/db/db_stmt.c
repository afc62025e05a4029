/* db_stmt.c: prepares, checks, binds, runs and fetches statements */
/* SPDX-License-Identifier: MIT */
#include "db/db_private.h"

#include <time.h>

#include "base/log.h"
#include "db/db_modules.h"

#define COLUMNS_MAX 48
#define US_PER_S    1000000

const size_t db_rows_sizes[DB_ROWS_SIZES] = { 1, 2, 4, 16, DB_ROWS_MAX };

/* One statement on its way. */
struct run {
	struct db *db;
	const struct db_stmt *decl;
	MYSQL_STMT *stmt;
	const struct db_arg *args;
	size_t n_args;
};

/* The place that one column is fetched into. */
struct cell {
	char letter;
	bool may_be_null;
	my_bool is_null;
	unsigned long length;
	union {
		int64_t i;
		uint64_t u;
		MYSQL_TIME t;
		uint8_t id[16];
	};
};

/* Takes the next letter off a signature; nullable_r says if a '?' follows. */
static char next_letter(const char **signature, bool *nullable_r)
{
	char letter = **signature;

	if (letter == '\0')
		return '\0';
	(*signature)++;
	*nullable_r = **signature == '?';
	if (*nullable_r)
		(*signature)++;
	return letter;
}

static size_t count_letters(const char *signature)
{
	size_t n = 0;
	bool nullable;

	while (next_letter(&signature, &nullable) != '\0')
		n++;
	return n;
}

static enum err_code stmt_fail(const struct run *r, struct err *err)
{
	return db_fail(r->db, r->decl->name, mysql_stmt_errno(r->stmt),
	    mysql_stmt_error(r->stmt), err);
}

/* Whether a column of this type can be read as the letter says. */
static bool type_fits(char letter, enum enum_field_types type)
{
	switch (type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
		return letter == 'i' || letter == 'u';
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		return letter == 't';
	case MYSQL_TYPE_NULL:
		return true;
	default:
		return letter == 'd' || letter == 's' || letter == 'b';
	}
}

static bool columns_fit(MYSQL_STMT *stmt, const struct db_stmt *decl)
{
	MYSQL_RES *meta = mysql_stmt_result_metadata(stmt);
	const char *out = decl->out;
	bool fits, nullable;
	unsigned i;

	fits = mysql_stmt_field_count(stmt) == count_letters(decl->out) &&
	       mysql_stmt_param_count(stmt) == count_letters(decl->in);
	for (i = 0; fits && meta != NULL && i < mysql_num_fields(meta); i++)
		fits = type_fits(next_letter(&out, &nullable),
		    mysql_fetch_field_direct(meta, i)->type);
	if (meta != NULL)
		mysql_free_result(meta);
	return fits;
}

static enum err_code prepare(struct db *db, const struct db_stmt *decl,
    MYSQL_STMT **stmt_r, struct err *err)
{
	struct run r = { .db = db, .decl = decl };
	enum err_code code = ERR_OK;

	r.stmt = mysql_stmt_init(db->mysql);
	if (r.stmt == NULL)
		abort(); /* no memory */
	if (mysql_stmt_prepare(r.stmt, decl->sql, strlen(decl->sql)) != 0) {
		code = stmt_fail(&r, err);
		/* Nothing is bound yet, so the text cannot hold data. */
		if (code != ERR_UNAVAILABLE) {
			log_error("db_prepare statement=%s text=\"%s\"",
			    decl->name, mysql_stmt_error(r.stmt));
			/* for who starts the program */
			code = err_set(err, code,
			    "The database refused the statement %s.",
			    decl->name);
		}
	} else if (!columns_fit(r.stmt, decl)) {
		code = err_set(err, ERR_INTERNAL,
		    "The statement %s does not fit its signature: %u "
		    "parameters for \"%s\", %u columns for \"%s\".",
		    decl->name, (unsigned)mysql_stmt_param_count(r.stmt),
		    decl->in, mysql_stmt_field_count(r.stmt), decl->out);
		log_error(
		    "db_prepare statement=%s text=\"signature\"", decl->name);
	}
	if (code != ERR_OK) {
		mysql_stmt_close(r.stmt);
		return code;
	}
	*stmt_r = r.stmt;
	return ERR_OK;
}

static struct db_slots *slots_of(struct db *db, const struct db_module *m)
{
	struct db_slots *slots;
	size_t i;

	for (i = 0; i < db->n_slots; i++)
		if (db->slots[i].module == m)
			return &db->slots[i];
	db->slots = mem_resize(db->slots, (i + 1) * sizeof(*db->slots));
	db->n_slots++;
	slots = &db->slots[i];
	slots->module = m;
	slots->stmts = mem_new(m->n * sizeof(MYSQL_STMT *));
	return slots;
}

static enum err_code stmt_get(struct db *db, const struct db_module *m,
    size_t i, MYSQL_STMT **stmt_r, struct err *err)
{
	MYSQL_STMT **slot = &slots_of(db, m)->stmts[i];
	enum err_code code = ERR_OK;

	if (*slot == NULL)
		code = prepare(db, &m->stmts[i], slot, err);
	*stmt_r = *slot;
	return code;
}

enum err_code db_stmt_check_all(struct db *db, struct err *err)
{
	MYSQL_STMT *stmt;
	size_t i, k;

	for (i = 0; i < db_modules_n; i++) {
		for (k = 0; k < db_modules[i]->n; k++) {
			enum err_code code =
			    stmt_get(db, db_modules[i], k, &stmt, err);

			if (code != ERR_OK)
				return code;
		}
	}
	return ERR_OK;
}

void db_stmt_drop_all(struct db *db)
{
	size_t i, k;

	for (i = 0; i < db->n_slots; i++) {
		struct db_slots *slots = &db->slots[i];

		for (k = 0; k < slots->module->n; k++)
			if (slots->stmts[k] != NULL)
				mysql_stmt_close(slots->stmts[k]);
		free(slots->stmts);
	}
	db->n_slots = 0;
}

static MYSQL_TIME time_put(int64_t us)
{
	int64_t s = us / US_PER_S, rest = us % US_PER_S;
	struct tm tm;
	time_t t;

	if (rest < 0) {
		rest += US_PER_S;
		s--;
	}
	t = (time_t)s;
	gmtime_r(&t, &tm);
	return (MYSQL_TIME){
		.year = (unsigned)tm.tm_year + 1900,
		.month = (unsigned)tm.tm_mon + 1,
		.day = (unsigned)tm.tm_mday,
		.hour = (unsigned)tm.tm_hour,
		.minute = (unsigned)tm.tm_min,
		.second = (unsigned)tm.tm_sec,
		.second_part = (unsigned long)rest,
		.time_type = MYSQL_TIMESTAMP_DATETIME,
	};
}

static int64_t time_parse(const MYSQL_TIME *t)
{
	struct tm tm = {
		.tm_year = (int)t->year - 1900,
		.tm_mon = (int)t->month - 1,
		.tm_mday = (int)t->day,
		.tm_hour = (int)t->hour,
		.tm_min = (int)t->minute,
		.tm_sec = (int)t->second,
	};

	return (int64_t)timegm(&tm) * US_PER_S + (int64_t)t->second_part;
}

static void bind_one(
    MYSQL_BIND *bind, MYSQL_TIME *time, const struct db_arg *arg)
{
	if (arg->is_null) {
		bind->buffer_type = MYSQL_TYPE_NULL;
		return;
	}
	switch (arg->type) {
	case 'i':
	case 'u':
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = (void *)(uintptr_t)&arg->i;
		bind->is_unsigned = arg->type == 'u';
		break;
	case 't':
		*time = time_put(arg->i);
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = time;
		break;
	case 'd':
		bind->buffer_type = MYSQL_TYPE_BLOB;
		bind->buffer = (void *)(uintptr_t)arg->d.b;
		bind->buffer_length = sizeof(arg->d.b);
		break;
	default:
		bind->buffer_type =
		    arg->type == 's' ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
		bind->buffer =
		    (void *)(uintptr_t)(arg->s.p != NULL ? arg->s.p : "");
		bind->buffer_length = arg->s.n;
	}
}

/* What is bound stays until the statement was sent, which copies it. */
static void make_room(struct db *db, size_t n)
{
	if (n > db->n_binds) {
		db->n_binds = MAX_OF(n, 48);
		db->binds =
		    mem_resize(db->binds, db->n_binds * sizeof(*db->binds));
		db->times =
		    mem_resize(db->times, db->n_binds * sizeof(*db->times));
	}
	if (n > 0)
		memset(db->binds, 0, n * sizeof(*db->binds));
}

static enum err_code execute(const struct run *r, struct err *err)
{
	struct db *db = r->db;
	const char *in = r->decl->in;
	bool nullable = false;
	size_t i;

	make_room(db, r->n_args);
	for (i = 0; i < r->n_args; i++) {
		char letter = next_letter(&in, &nullable);

		assert(r->args[i].type == letter);
		assert(!r->args[i].is_null || nullable);
		bind_one(&db->binds[i], &db->times[i], &r->args[i]);
	}
	assert(*in == '\0');
	if (r->n_args > 0 && mysql_stmt_bind_param(r->stmt, db->binds) != 0)
		return stmt_fail(r, err);
	if (mysql_stmt_execute(r->stmt) != 0)
		return stmt_fail(r, err);
	return ERR_OK;
}

static void bind_cell(MYSQL_BIND *bind, struct cell *cell)
{
	bind->is_null = &cell->is_null;
	bind->length = &cell->length;
	switch (cell->letter) {
	case 'i':
	case 'u':
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &cell->i;
		bind->is_unsigned = cell->letter == 'u';
		break;
	case 't':
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &cell->t;
		break;
	case 'd':
		bind->buffer_type = MYSQL_TYPE_BLOB;
		bind->buffer = cell->id;
		bind->buffer_length = sizeof(cell->id);
		break;
	default: /* no buffer: only the length is wanted at first */
		bind->buffer_type = MYSQL_TYPE_BLOB;
	}
}

/* Texts are fetched one by one, once their length is known. */
static bool fetch_text(const struct run *r, unsigned column, size_t n,
    struct pool *pool, struct str *s_r)
{
	MYSQL_BIND bind;
	unsigned long length;
	my_bool is_null;
	char *p = pool_alloc(pool, n + 1);

	memset(&bind, 0, sizeof(bind));
	bind.buffer_type = MYSQL_TYPE_BLOB;
	bind.buffer = p;
	bind.buffer_length = n;
	bind.length = &length;
	bind.is_null = &is_null;
	*s_r = str_make(p, n);
	return n == 0 ||
	       mysql_stmt_fetch_column(r->stmt, &bind, column, 0) == 0;
}

static bool take_cell(const struct run *r, unsigned column,
    const struct cell *cell, struct pool *pool, struct db_arg *to)
{
	to->type = cell->letter;
	to->is_null = cell->is_null;
	if (cell->is_null)
		return cell->may_be_null;
	switch (cell->letter) {
	case 'i':
	case 'u':
		to->u = cell->u;
		return true;
	case 't':
		to->i = time_parse(&cell->t);
		return true;
	case 'd':
		to->d = id_from_bytes(
		    str_make((const char *)cell->id, MIN_OF(cell->length, 16)));
		return cell->length == 16;
	default:
		return fetch_text(r, column, cell->length, pool, &to->s);
	}
}

static enum err_code take_rows(const struct run *r, const struct cell *cells,
    struct pool *pool, struct db_rows *rows, struct err *err)
{
	size_t row, column;

	for (row = 0; row < rows->n; row++) {
		int status = mysql_stmt_fetch(r->stmt);

		if (status != 0 && status != MYSQL_DATA_TRUNCATED)
			return stmt_fail(r, err);
		for (column = 0; column < rows->columns; column++) {
			if (take_cell(r, (unsigned)column, &cells[column], pool,
				&rows->cells[row * rows->columns + column]))
				continue;
			log_error("db_column statement=%s column=%zu",
			    r->decl->name, column);
			return err_set(err, ERR_INTERNAL,
			    "The database gave an unexpected value.");
		}
	}
	return ERR_OK;
}

static enum err_code fetch(const struct run *r, struct pool *pool,
    struct db_rows *rows, struct err *err)
{
	MYSQL_BIND binds[COLUMNS_MAX];
	struct cell cells[COLUMNS_MAX];
	const char *out = r->decl->out;
	enum err_code code;
	size_t i;

	memset(binds, 0, sizeof(binds));
	memset(cells, 0, sizeof(cells));
	rows->columns = count_letters(out);
	assert(rows->columns <= COLUMNS_MAX);
	for (i = 0; i < rows->columns; i++) {
		cells[i].letter = next_letter(&out, &cells[i].may_be_null);
		bind_cell(&binds[i], &cells[i]);
	}
	if (mysql_stmt_bind_result(r->stmt, binds) != 0 ||
	    mysql_stmt_store_result(r->stmt) != 0)
		return stmt_fail(r, err);
	rows->n = mysql_stmt_num_rows(r->stmt);
	rows->cells =
	    pool_alloc(pool, rows->n * rows->columns * sizeof(struct db_arg));
	code = take_rows(r, cells, pool, rows, err);
	mysql_stmt_free_result(r->stmt);
	return code;
}

static enum err_code run_once(struct run *r, const struct db_module *m, int i,
    struct pool *pool, struct db_rows *rows, struct err *err)
{
	enum err_code code;

	/* The rest of a transaction that is lost or was rolled back by the
	 * server must not run outside of it. */
	if (r->db->in_transaction && r->db->must_retry)
		return err_set(
		    err, ERR_UNAVAILABLE, "The database is not available.");
	code = db_connect(r->db, err);
	if (code == ERR_OK)
		code = stmt_get(r->db, m, (size_t)i, &r->stmt, err);
	if (code == ERR_OK)
		code = execute(r, err);
	if (code == ERR_OK && rows != NULL)
		code = fetch(r, pool, rows, err);
	return code;
}

/* Outside a transaction what failed for want of a connection, or because of
 * another's lock, is tried once more. */
static enum err_code run_stmt(struct run *r, const struct db_module *m, int i,
    struct pool *pool, struct db_rows *rows, struct err *err)
{
	struct db *db = r->db;
	enum err_code code;

	assert(i >= 0 && (size_t)i < m->n);
	r->decl = &m->stmts[i];
	if (!db->in_transaction)
		db->must_retry = false;
	code = run_once(r, m, i, pool, rows, err);
	if (code == ERR_OK || db->in_transaction || !db->must_retry)
		return code;
	return run_once(r, m, i, pool, rows, err);
}

enum err_code db_query(struct db *db, const struct db_module *m, int i,
    const struct db_arg *args, size_t n_args, struct pool *pool,
    struct db_rows *rows_r, struct err *err)
{
	struct run r = { .db = db, .args = args, .n_args = n_args };
	struct db_rows unused;

	if (rows_r == NULL && m->stmts[i].out[0] == '\0')
		return run_stmt(&r, m, i, NULL, NULL, err);
	if (rows_r == NULL)
		rows_r = &unused;
	memset(rows_r, 0, sizeof(*rows_r));
	return run_stmt(&r, m, i, pool, rows_r, err);
}

enum err_code db_exec(struct db *db, const struct db_module *m, int i,
    const struct db_arg *args, size_t n_args, uint64_t *changed_r,
    struct err *err)
{
	struct run r = { .db = db, .args = args, .n_args = n_args };
	enum err_code code;

	assert(m->stmts[i].out[0] == '\0');
	code = run_stmt(&r, m, i, NULL, NULL, err);
	if (code != ERR_OK)
		return code;
	if (changed_r != NULL)
		*changed_r = mysql_stmt_affected_rows(r.stmt);
	return ERR_OK;
}

enum err_code db_exec_rows(struct db *db, const struct db_module *m, int first,
    const struct db_arg *args, size_t n_args, size_t n_rows, struct err *err)
{
	enum err_code code = ERR_OK;
	size_t per_row = n_rows > 0 ? n_args / n_rows : 0;
	size_t size = DB_ROWS_SIZES - 1;

	assert(db->in_transaction);
	assert(per_row * n_rows == n_args);
	while (n_rows > 0 && code == ERR_OK) {
		size_t n;

		while (db_rows_sizes[size] > n_rows)
			size--;
		n = db_rows_sizes[size];
		code = db_exec(
		    db, m, first + (int)size, args, n * per_row, NULL, err);
		args += n * per_row;
		n_rows -= n;
	}
	return code;
}
