/* llm_tool_documents.c: what the knowledge bases of the bot say */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/kb_search.h"
#include "bot/llm_tools.h"

#define QUERY_MAX   500	 /* characters */
#define PASSAGES    5	 /* by default */
#define PASSAGE_MAX 2000 /* characters of one */

static void put_passage(struct json_out *j, const struct kb_passage *p)
{
	json_out_object(j, NULL);
	json_out_str(j, "title", p->title);
	if (p->url.n > 0)
		json_out_str(j, "url", p->url);
	if (p->heading.n > 0)
		json_out_str(j, "heading", p->heading);
	json_out_str(j, "text", valid_utf8_head(p->text, PASSAGE_MAX));
	json_out_end(j);
}

static struct str put_passages(
    struct pool *pool, const struct kb_passages *passages)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_array(&j, "passages");
	for (size_t i = 0; i < passages->n; i++)
		put_passage(&j, &passages->items[i]);
	json_out_end(&j);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* In the base that the flow names, or in all of the bot. */
static enum err_code run(const struct llm_tools_in *in, struct pool *pool,
    const struct json *arguments, struct str *text_r, struct err *err)
{
	const struct call_agent_tool *entry =
	    llm_tools_entry(in, llm_documents.tool.name);
	struct str query = valid_utf8_head(
	    str_trim(json_str(json_get(arguments, "query"))), QUERY_MAX);
	struct kb_passages passages;
	int64_t max = PASSAGES;
	enum err_code code;

	(void)json_i64(json_get(arguments, "max"), 1, KB_PASSAGES_MAX, &max);
	if (query.n == 0)
		return err_set(err, ERR_INVALID, "A query is wanted.");
	code = kb_search(in->o->db, pool, in->o->workspace_id,
	    in->o->chatbot_id, entry != NULL ? entry->collection : STR_EMPTY,
	    query, (size_t)max, &passages, err);
	if (code == ERR_OK)
		*text_r = put_passages(pool, &passages);
	return code;
}

const struct llm_builtin llm_documents = {
	.tool = { .name = STR_INIT("document_search"),
	    .description =
		STR_INIT("Searches the documents that this bot answers from. "
			 "Ask it before answering questions about the company, "
			 "its goods or its rules; quote the title."),
	    .parameters = STR_INIT(
		"{\"type\":\"object\",\"properties\":{\"query\":{\"type\":"
		"\"string\"},\"max\":{\"type\":\"integer\",\"minimum\":1,"
		"\"maximum\":10}},\"required\":[\"query\"]}") },
	.run = run,
};
