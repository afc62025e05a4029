/* visitor_page.h: what the page of the one who asks brings into a turn */
/* SPDX-License-Identifier: MIT */
#ifndef BOT_VISITOR_PAGE_H
#define BOT_VISITOR_PAGE_H

#include "base/json_in.h"

#define PAGE_FUNCTIONS_MAX   32
#define PAGE_NAME_MAX	     64	   /* bytes of a function's name */
#define PAGE_DESCRIPTION_MAX 1000  /* characters */
#define PAGE_PARAMETERS_MAX  16384 /* bytes of their JSON Schema */
#define PAGE_FUNCTIONS_BYTES 65536 /* of all, as JSON */
#define PAGE_ARGUMENTS_MAX   32768 /* bytes of JSON that a page is handed */
#define PAGE_BACKSTORY_MAX   10000 /* characters */
#define PAGE_WAIT_S	     60	   /* a page may take so long for an answer */

/* A function that runs in the page; LLM_AGENT has it as a tool. */
struct page_function {
	struct str name;
	struct str description;
	struct str parameters; /* JSON Schema of an object */
	struct str channel;    /* where its answers come; empty: one is made */
	struct str data;       /* JSON: the answer is known; empty: it is not */
};

struct page_call {
	struct str channel;
	struct str name;
	struct str arguments; /* JSON object */
};

struct page {
	size_t n;
	const struct page_function *functions;
	struct str backstory; /* what the page says of itself; may be empty */
	unsigned rounds_max;  /* answers of a model; 0: as the flow has it */
	unsigned calls_max;   /* of tools, 0: any number */

	/* In the thread of the turn. */
	void *arg;
	void (*on_call)(struct page *page, const struct page_call *call);
	void (*on_return)(struct page *page, const struct page_call *call);
	/* The page has left: it is asked for nothing more. */
	bool (*is_gone)(const struct page *page);

	/* What has come of it. */
	struct str aborted; /* name of the function that ended it, or empty */
	unsigned calls;	    /* of tools */
	struct str model;
	int64_t tokens_in;
	int64_t tokens_out;
};

/*
 * Reads an array of {name, description, parameters, result?}. ERR_BAD_REQUEST
 * with a sentence. name is one of JavaScript, without "$"; result is {"data"} or
 * {"channel"}.
 */
MUST_CHECK enum err_code page_read_functions(struct pool *pool,
    const struct json *list, const struct page_function **functions_r,
    size_t *n_r, struct err *err);

#endif
