/* kb_search.c: the passages of knowledge bases that answer a question */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_search.h"

#include "base/valid.h"
#include "bot/kb_rank.h"
#include "db/db_kb.h"

#define QUESTION_MAX   1000 /* code points of a question that are looked at */
#define WORDS_MAX      100
#define CANDIDATES_MAX 60 /* passages that the database proposes */

static enum err_code find_kb(struct db *db, struct pool *pool,
    struct id workspace_id, struct str collection, struct id *kb_id_r,
    struct err *err)
{
	if (id_parse(collection, kb_id_r))
		return ERR_OK;
	return db_kb_find(db, pool, workspace_id, collection, kb_id_r, err);
}

enum err_code kb_search(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str collection,
    struct str question, size_t max, struct kb_passages *out_r, struct err *err)
{
	struct kb_chunks chunks;
	struct kb_words words;
	enum err_code code = ERR_OK;
	struct id kb_id = ID_NONE;
	uint64_t total = 0;
	struct buf query;

	*out_r = (struct kb_passages){ .n = 0 };
	collection = str_trim(collection);
	if (collection.n > 0)
		code = find_kb(db, pool, workspace_id, collection, &kb_id, err);
	if (code != ERR_OK || (collection.n > 0 && id_is_none(kb_id)))
		return code;
	code = db_kb_chunk_count(
	    db, pool, workspace_id, chatbot_id, kb_id, &total, err);
	if (code != ERR_OK || total == 0)
		return code;
	words = kb_words_make(
	    pool, valid_utf8_head(question, QUESTION_MAX), WORDS_MAX);
	buf_init(&query, 0);
	kb_words_put_query(&query, workspace_id, &words);
	if (query.n > 0)
		code = db_kb_chunk_search(db, pool, workspace_id, chatbot_id,
		    kb_id, str_copy(pool, buf_str(&query)), CANDIDATES_MAX,
		    &chunks, err);
	if (code == ERR_OK && query.n > 0)
		kb_rank(pool, &words, &chunks, total,
		    MIN_OF(max, (size_t)KB_PASSAGES_MAX), out_r);
	buf_fini(&query);
	return code;
}
