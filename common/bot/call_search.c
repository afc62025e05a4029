/* call_search.c: what a turn asks of the knowledge bases */
/* SPDX-License-Identifier: MIT */
#include "bot/action_knowledge.h"
#include "bot/kb_search.h"
#include "bot/outside.h"

enum err_code outside_search(void *arg, struct pool *pool,
    const struct call_search *in, struct call_passages *out_r, struct err *err)
{
	const struct outside *o = arg;
	struct kb_passages found;
	enum err_code code = kb_search(o->db, pool, o->workspace_id,
	    o->chatbot_id, in->collection, in->query, in->max, &found, err);

	*out_r = (struct call_passages){ .n = 0 };
	if (code != ERR_OK)
		return code;
	out_r->n = found.n;
	out_r->items = pool_alloc(pool, (found.n + 1) * sizeof(*out_r->items));
	for (size_t i = 0; i < found.n; i++)
		out_r->items[i] = (struct call_passage){
			.title = found.items[i].title,
			.url = found.items[i].url,
			.heading = found.items[i].heading,
			.text = found.items[i].text,
			.score = found.items[i].score,
		};
	return ERR_OK;
}
