/* regex.c: patterns of flow authors, matched within limits (PCRE2) */
/* SPDX-License-Identifier: MIT */
#include "bot/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/valid.h"

/*
 * A pattern such as (a+)+$ doubles its steps with each letter. PCRE2 counts
 * them anew from each character of the text, so that a longer text gets fewer
 * for each: about STEPS_MAX in all, some 30 ms, and 2 MiB. There is no JIT: it
 * would count in another way, and flows are read more often than matched.
 */
#define STEPS_MAX    2000000
#define FROM_ONE_MAX 50000 /* from one character */
#define FROM_ONE_MIN 400
#define DEPTH_MAX    2000
#define HEAP_MAX_KIB 2048
#define NEST_MAX     50

struct regex {
	pcre2_code *code;
	bool is_anchored; /* found at the beginning or nowhere */
};

/* Compiled patterns live in the pool, and so count among what a flow takes. */
static void *take(size_t n, void *pool)
{
	return pool_alloc(pool, n);
}

static void give(void *p, void *pool)
{
	(void)p;
	(void)pool;
}

static pcre2_code *compile(
    struct pool *pool, struct str pattern, int *fault, size_t *at)
{
	pcre2_compile_context *context = pcre2_compile_context_create(
	    pcre2_general_context_create(take, give, pool));
	pcre2_code *code;

	pcre2_set_parens_nest_limit(context, NEST_MAX);
	/* \C would cut characters; callouts have nobody to call */
	code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n,
	    PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C,
	    fault, at, context);
	pcre2_compile_context_free(context);
	return code;
}

enum err_code regex_new(struct pool *pool, struct str pattern,
    const struct regex **regex_r, struct err *err)
{
	struct regex *regex = pool_alloc(pool, sizeof(*regex));
	PCRE2_UCHAR why[128] = { 0 };
	uint32_t options = 0;
	size_t at = 0;
	int fault = 0;

	if (pattern.n == 0 || pattern.n > REGEX_PATTERN_MAX)
		return err_set(err, ERR_INVALID, "A pattern has 1 to %d bytes.",
		    REGEX_PATTERN_MAX);
	regex->code = compile(pool, pattern, &fault, &at);
	if (regex->code == NULL) {
		pcre2_get_error_message(fault, why, sizeof(why));
		if (!valid_utf8(pattern))
			at = 0;
		return err_set(err, ERR_INVALID,
		    "The pattern cannot be read at character %zu: %s.",
		    valid_utf8_count(str_head(pattern, at)) + 1,
		    (const char *)why);
	}
	pcre2_pattern_info(regex->code, PCRE2_INFO_ALLOPTIONS, &options);
	regex->is_anchored = (options & PCRE2_ANCHORED) != 0;
	*regex_r = regex;
	return ERR_OK;
}

static pcre2_match_context *limits_for(const struct regex *regex, size_t n)
{
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	size_t steps = FROM_ONE_MAX;

	if (!regex->is_anchored)
		steps =
		    MIN_OF(steps, MAX_OF(STEPS_MAX / (n + 1), FROM_ONE_MIN));
	pcre2_set_match_limit(limits, (uint32_t)steps);
	pcre2_set_depth_limit(limits, DEPTH_MAX);
	pcre2_set_heap_limit(limits, HEAP_MAX_KIB);
	return limits;
}

bool regex_match(const struct regex *regex, struct str text)
{
	/* only whether it is found, not where its groups stand */
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	pcre2_match_context *limits = limits_for(regex, text.n);
	int n =
	    pcre2_match(regex->code, (PCRE2_SPTR)(text.p != NULL ? text.p : ""),
		text.n, 0, 0, data, limits);

	pcre2_match_context_free(limits);
	pcre2_match_data_free(data);
	return n >= 0;
}
