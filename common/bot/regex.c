/* regex.c: patterns of flow authors, matched within limits (PCRE2) */
/* SPDX-License-Identifier: MIT */
#include "bot/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/valid.h"

/*
 * A pattern such as (a+)+$ doubles its steps with each letter. These ends it
 * after about a millisecond and 2 MiB. There is no JIT: it would count its
 * steps in another way, and flows are read more often than they are matched.
 */
#define MATCH_MAX    100000
#define DEPTH_MAX    2000
#define HEAP_MAX_KIB 2048
#define NEST_MAX     50

struct regex {
	pcre2_code *code;
	pcre2_match_context *limits;
};

static void free_regex(void *arg)
{
	struct regex *regex = arg;

	pcre2_match_context_free(regex->limits);
	pcre2_code_free(regex->code);
}

static pcre2_code *compile(struct str pattern, int *fault, size_t *at)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
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
	size_t at = 0;
	int fault = 0;

	if (pattern.n == 0 || pattern.n > REGEX_PATTERN_MAX)
		return err_set(err, ERR_INVALID, "A pattern has 1 to %d bytes.",
		    REGEX_PATTERN_MAX);
	regex->code = compile(pattern, &fault, &at);
	if (regex->code == NULL) {
		pcre2_get_error_message(fault, why, sizeof(why));
		if (!valid_utf8(pattern))
			at = 0;
		return err_set(err, ERR_INVALID,
		    "The pattern cannot be read at character %zu: %s.",
		    valid_utf8_count(str_head(pattern, at)) + 1,
		    (const char *)why);
	}
	regex->limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(regex->limits, MATCH_MAX);
	pcre2_set_depth_limit(regex->limits, DEPTH_MAX);
	pcre2_set_heap_limit(regex->limits, HEAP_MAX_KIB);
	pool_on_reset(pool, free_regex, regex);
	*regex_r = regex;
	return ERR_OK;
}

bool regex_match(const struct regex *regex, struct str text)
{
	/* only whether it is found, not where its groups stand */
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int n =
	    pcre2_match(regex->code, (PCRE2_SPTR)(text.p != NULL ? text.p : ""),
		text.n, 0, 0, data, regex->limits);

	pcre2_match_data_free(data);
	return n >= 0;
}
