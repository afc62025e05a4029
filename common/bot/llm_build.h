/* llm_build.h: an answer of a model in the making, for those who read one */
/* SPDX-License-Identifier: MIT */
#ifndef LLM_BUILD_H
#define LLM_BUILD_H

#include "bot/llm.h"

#define LLM_INDEX_NONE (-1)

/* All end when they have failed once. */

/* More of the text. */
void llm_build_text(struct llm_build *b, struct str text);
/*
 * The call of that index and id, new when there is none; either may be
 * unknown. Another id under the same index is another call. NULL when there
 * are too many; the answer goes on without it.
 */
struct llm_build_call *llm_build_call(
    struct llm_build *b, int64_t index, struct str id);
void llm_build_name(struct llm_build_call *call, struct str name);
/* More of its arguments. */
void llm_build_arguments(struct llm_build_call *call, struct str part);
bool llm_build_has_arguments(const struct llm_build_call *call);
/* A block of thoughts that has to be sent back: a JSON object. */
void llm_build_thought(struct llm_build *b, struct str json);
/* A block of thoughts that comes in pieces, and its end. */
void llm_build_thinking(
    struct llm_build *b, struct str thinking, struct str signature);
void llm_build_thinking_end(struct llm_build *b);
void llm_build_stop(struct llm_build *b, enum llm_stop stop);
/* Nothing comes behind this. */
void llm_build_over(struct llm_build *b);
bool llm_build_is_over(const struct llm_build *b);
/* Numbers of an object; those that are not there do not count. The greatest
 * one is kept: servers repeat them. */
void llm_build_usage(struct llm_build *b, const struct json *usage,
    const char *const in[], size_t n_in, const char *out);
/* What came is not what an answer is. */
void llm_build_fail(struct llm_build *b, const char *sentence);
/* The server says so itself. */
void llm_build_refused(struct llm_build *b, const struct json *error);
/* JSON that lives until the next call; NULL, and the answer has failed, when it
 * is no object. */
const struct json *llm_build_parse(struct llm_build *b, struct str text);
/* For what llm_build_parse gave, as long as that. */
struct pool *llm_build_scratch(struct llm_build *b);

#endif
