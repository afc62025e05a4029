/* llm_config.h: which model a workspace uses: rules, storing, reading */
/* SPDX-License-Identifier: MIT */
#ifndef LLM_CONFIG_H
#define LLM_CONFIG_H

#include "base/seal.h"
#include "bot/llm_send.h"
#include "db/db.h"

#define LLM_MODEL_MAX	    200	 /* characters of a model's name */
#define LLM_KEY_MAX	    1000 /* bytes of a key */
#define LLM_OPTIONS_MAX	    8192 /* bytes of the options' JSON */
#define LLM_HEADERS_MAX	    10
#define LLM_HEADER_MAX	    1000 /* bytes of a header's value */
#define LLM_MAX_TOKENS	    1024 /* of one answer, by default */
#define LLM_HISTORY	    20	 /* messages that the model reads */
#define LLM_HISTORY_MAX	    100
#define LLM_TIMEOUT_S	    60
#define LLM_TIMEOUT_MAX	    300
#define LLM_HISTORY_BYTES   32768 /* of those messages together */
#define LLM_MASK_SIZE	    16
#define LLM_ORIGINAL_OPENAI "https://api.openai.com"

struct llm_config {
	enum llm_provider provider;
	struct str base_url;
	struct str model;
	bool has_key;
	struct str key;	    /* opened; empty: none, or nobody asked for it */
	struct str options; /* JSON, as it was set; these are its members */
	struct str max_tokens_field;
	int64_t max_tokens;
	bool has_temperature;
	double temperature;
	int64_t timeout_s; /* of one request */
	bool is_streaming; /* when somebody looks */
	bool has_tools;
	int64_t history;
	struct str key_header; /* empty: as the provider has it */
	size_t n_headers;
	const struct http_header *headers;
	int64_t tokens_per_conversation; /* 0: any */
	int64_t tokens_per_month;
	struct str search_url; /* empty: no such tool */
	struct str web_search_url;
	int64_t updated_at;
};

/* What somebody wants it to be. */
struct llm_config_in {
	struct str provider;
	struct str base_url;
	struct str model;
	struct str options; /* JSON object; empty: {} */
	bool has_key;	    /* false: what is there stays */
	struct str key;	    /* empty: none is sent */
};

/*
 * Checks and stores it. ERR_BAD_REQUEST with a sentence that names the member.
 * A key that is there stays only for the address that it was given for.
 */
MUST_CHECK enum err_code llm_config_set(struct db *db, struct pool *pool,
    const struct settings *s, const struct seal_key *seal_key,
    struct id workspace_id, const struct llm_config_in *in, struct err *err);
/* ERR_NOT_FOUND when there is none. seal_key NULL: the key is not opened. */
MUST_CHECK enum err_code llm_config_get(struct db *db, struct pool *pool,
    const struct seal_key *seal_key, struct id workspace_id,
    struct llm_config *config_r, struct err *err);
/* ERR_NOT_FOUND when there is none. */
MUST_CHECK enum err_code llm_config_del(
    struct db *db, struct id workspace_id, struct err *err);

/* The rules alone. */
MUST_CHECK enum err_code llm_config_check(struct pool *pool,
    const struct settings *s, const struct llm_config_in *in,
    struct llm_config *config_r, struct err *err);
/* To ask it. */
struct llm_endpoint llm_config_endpoint(
    const struct settings *s, const struct llm_config *c);
/* "sk-…wxyz" of an opened key; "set" or "" otherwise. */
const char *llm_config_mask(
    const struct llm_config *c, char out[LLM_MASK_SIZE]);
/* For people: all but the key, of which api_key shows the mask. */
void llm_config_put(
    struct json_out *j, const char *name, const struct llm_config *c);

#endif
