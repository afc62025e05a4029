/* db_kb_chunk.c: statements on the passages of knowledge bases */
/* SPDX-License-Identifier: MIT */
#include "db/db_kb_chunk.h"

#include "db/db_modules.h"

enum {
	CHUNK_DEL,
	CHUNK_ADD, /* for 1, 4, 16 and 64 rows */
	CHUNK_ADD_2,
	CHUNK_ADD_4,
	CHUNK_ADD_16,
	CHUNK_ADD_64,
	CHUNK_SEARCH,
	CHUNK_SEARCH_ONE,
	CHUNK_COUNT,
	CHUNK_COUNT_ONE,
	CHUNK__MAX
};

#define ADD_IN	"dddusss"
#define ADD	"kb_id, source_id, part, heading, body, words) VALUES "
#define ADD_ROW "(?, ?, ?, ?, ?, ?, ?)"

/* The FULLTEXT index is asked first and once; the rest is by primary keys. */
#define FOUND                                                                  \
	"c.kb_id, c.source_id, CAST(c.part AS UNSIGNED), c.heading, c.body, "  \
	"c.words, s.title, s.url FROM kb_chunks c "
#define MATCHES "MATCH (c.words) AGAINST (? IN BOOLEAN MODE) "
#define BEST	"ORDER BY " MATCHES "DESC, c.source_id, c.part LIMIT ?"
#define OUT	"ddusssss"

static const struct db_stmt stmts[CHUNK__MAX] = {
	[CHUNK_DEL] = DB_STMT("kb_chunk_del", "dd", "",
	    "DELETE FROM kb_chunks WHERE workspace_id = ? AND source_id = ?"),
	[CHUNK_ADD] = DB_STMT("kb_chunk_add", ADD_IN, "",
	    "INSERT INTO kb_chunks (workspace_id, " ADD ADD_ROW),
	[CHUNK_ADD_2] = DB_STMT("kb_chunk_add_2", DB_LETTERS_2(ADD_IN), "",
	    "INSERT INTO kb_chunks (workspace_id, " ADD DB_ROWS_2(ADD_ROW)),
	[CHUNK_ADD_4] = DB_STMT("kb_chunk_add_4", DB_LETTERS_4(ADD_IN), "",
	    "INSERT INTO kb_chunks (workspace_id, " ADD DB_ROWS_4(ADD_ROW)),
	[CHUNK_ADD_16] = DB_STMT("kb_chunk_add_16", DB_LETTERS_16(ADD_IN), "",
	    "INSERT INTO kb_chunks (workspace_id, " ADD DB_ROWS_16(ADD_ROW)),
	[CHUNK_ADD_64] = DB_STMT("kb_chunk_add_64", DB_LETTERS_64(ADD_IN), "",
	    "INSERT INTO kb_chunks (workspace_id, " ADD DB_ROWS_64(ADD_ROW)),
	[CHUNK_SEARCH] = DB_STMT("kb_chunk_search", "ddssu", OUT,
	    "SELECT STRAIGHT_JOIN " FOUND "JOIN chatbot_knowledge a "
	    "ON a.chatbot_id = ? AND a.kb_id = c.kb_id "
	    "JOIN kb_sources s ON s.id = c.source_id "
	    "WHERE c.workspace_id = ? AND " MATCHES BEST),
	[CHUNK_SEARCH_ONE] = DB_STMT("kb_chunk_search_one", "dsdsu", OUT,
	    "SELECT STRAIGHT_JOIN " FOUND
	    "JOIN kb_sources s ON s.id = c.source_id "
	    "WHERE c.workspace_id = ? AND " MATCHES "AND c.kb_id = ? " BEST),
	[CHUNK_COUNT] = DB_STMT("kb_chunk_count", "dd", "u",
	    "SELECT CAST(COALESCE(SUM(s.chunks), 0) AS UNSIGNED) "
	    "FROM chatbot_knowledge a JOIN kb_sources s "
	    "ON s.workspace_id = a.workspace_id AND s.kb_id = a.kb_id "
	    "WHERE a.workspace_id = ? AND a.chatbot_id = ?"),
	[CHUNK_COUNT_ONE] = DB_STMT("kb_chunk_count_one", "dd", "u",
	    "SELECT CAST(COALESCE(SUM(chunks), 0) AS UNSIGNED) "
	    "FROM kb_sources WHERE workspace_id = ? AND kb_id = ?"),
};

const struct db_module db_kb_chunk_module = { "kb_chunk", stmts, CHUNK__MAX };

enum err_code db_kb_chunk_set(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, struct id source_id,
    const struct kb_chunks *chunks, struct err *err)
{
	const size_t columns = strlen(ADD_IN);
	struct db_arg *args, *to;
	enum err_code code = db_exec(db, &db_kb_chunk_module, CHUNK_DEL,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(source_id)), NULL, err);

	if (code != ERR_OK || chunks->n == 0)
		return code;
	args = pool_alloc(pool, chunks->n * columns * sizeof(*args));
	to = args;
	for (size_t i = 0; i < chunks->n; i++) {
		const struct kb_chunk *c = &chunks->items[i];

		*to++ = DB_ID(workspace_id);
		*to++ = DB_ID(kb_id);
		*to++ = DB_ID(source_id);
		*to++ = DB_UINT(i);
		*to++ = DB_TEXT(c->heading);
		*to++ = DB_TEXT(c->body);
		*to++ = DB_TEXT(c->words);
	}
	return db_exec_rows(db, &db_kb_chunk_module, CHUNK_ADD, args,
	    chunks->n * columns, chunks->n, err);
}

static struct kb_chunk from_row(const struct db_rows *rows, size_t row)
{
	return (struct kb_chunk){
		.kb_id = db_row_id(rows, row, 0),
		.source_id = db_row_id(rows, row, 1),
		.part = db_row_uint(rows, row, 2),
		.heading = db_row_str(rows, row, 3),
		.body = db_row_str(rows, row, 4),
		.words = db_row_str(rows, row, 5),
		.title = db_row_str(rows, row, 6),
		.url = db_row_str(rows, row, 7),
	};
}

enum err_code db_kb_chunk_search(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id kb_id,
    struct str words, size_t max, struct kb_chunks *chunks_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code;

	if (id_is_none(kb_id))
		code = db_query(db, &db_kb_chunk_module, CHUNK_SEARCH,
		    DB_ARGS(DB_ID(chatbot_id), DB_ID(workspace_id),
			DB_TEXT(words), DB_TEXT(words), DB_UINT(max)),
		    pool, &rows, err);
	else
		code = db_query(db, &db_kb_chunk_module, CHUNK_SEARCH_ONE,
		    DB_ARGS(DB_ID(workspace_id), DB_TEXT(words), DB_ID(kb_id),
			DB_TEXT(words), DB_UINT(max)),
		    pool, &rows, err);
	if (code != ERR_OK)
		return code;
	chunks_r->n = rows.n;
	chunks_r->items =
	    pool_alloc(pool, (rows.n + 1) * sizeof(*chunks_r->items));
	for (size_t i = 0; i < rows.n; i++)
		chunks_r->items[i] = from_row(&rows, i);
	return ERR_OK;
}

enum err_code db_kb_chunk_count(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id kb_id,
    uint64_t *n_r, struct err *err)
{
	struct db_rows rows;
	bool all = id_is_none(kb_id);
	enum err_code code = db_query(db, &db_kb_chunk_module,
	    all ? CHUNK_COUNT : CHUNK_COUNT_ONE,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(all ? chatbot_id : kb_id)), pool,
	    &rows, err);

	if (code == ERR_OK)
		*n_r = db_row_uint(&rows, 0, 0);
	return code;
}
