/* llm.h: language models as one kind of thing, whatever their servers speak */
/* SPDX-License-Identifier: MIT */
#ifndef LLM_H
#define LLM_H

#include "base/json_out.h"
#include "base/json_in.h"

#define LLM_TEXT_MAX	  131072 /* bytes of one answer's text */
#define LLM_ARGUMENTS_MAX 65536	 /* bytes of the arguments of one call */
#define LLM_CALLS_MAX	  64	 /* calls in one answer that are read */
#define LLM_NAME_MAX	  64	 /* bytes of a tool's name */
#define LLM_FAULT_MAX	  160	 /* bytes of a server's own words */

enum llm_provider { LLM_OPENAI, LLM_ANTHROPIC, LLM_PROVIDER__MAX };
/* Who says something; a tool's results follow the calls, each of them one. */
enum llm_role { LLM_USER, LLM_ASSISTANT, LLM_TOOL };
/* Why an answer ends. */
enum llm_stop { LLM_DONE, LLM_LENGTH, LLM_TOOLS, LLM_FILTERED };

/* The model asks for a tool. */
struct llm_call {
	struct str id; /* not empty, and of no other call of the answer */
	struct str name;
	struct str arguments;	  /* JSON text; "{}" when they are none */
	const struct json *input; /* the same parsed; NULL: what came is no
				     object */
};

struct llm_message {
	enum llm_role role;
	struct str text;
	/* of the assistant */
	size_t n_calls;
	const struct llm_call *calls;
	struct str thinking; /* JSON objects with commas, to be sent back as
				they came; may be empty */
	/* of a tool */
	struct str call_id;
	bool is_error;
};

struct llm_messages {
	size_t n;
	struct llm_message *items;
};

struct llm_tool {
	struct str name; /* 1 to LLM_NAME_MAX of A-Z a-z 0-9 _ - */
	struct str description;
	struct str parameters; /* JSON Schema of an object */
};

struct llm_request {
	struct str model;
	struct str system; /* may be empty */
	struct llm_messages messages;
	size_t n_tools;
	const struct llm_tool *tools;
	int64_t max_tokens;
	struct str max_tokens_field; /* as OpenAI's servers call it */
	bool has_temperature;
	double temperature;
	bool is_streaming;
	bool is_last; /* no tool may be asked for any more */
};

struct llm_answer {
	struct str text; /* may be empty; without what a model thinks aloud */
	size_t n_calls;
	struct llm_call *calls;
	struct str thinking;
	enum llm_stop stop;
	bool has_usage;
	int64_t tokens_in;
	int64_t tokens_out;
};

/* What a server says of a failure. Empty when it does not. */
struct llm_fault {
	struct str message;
	struct str type; /* or code, what there is */
};

/* Of {"error":{…}}, {"error":"…"}, {"detail":…} and {"message":…}; of anything
 * else, HTML for instance, nothing is told. */
struct llm_fault llm_read_fault(struct pool *pool, struct str body);

/* An answer in the making; llm_build.c. */
struct llm_build;

typedef void llm_text_fn(void *arg, struct str text);

/* on_text (NULL: none) gets the pieces of the answer's text as they come. */
struct llm_build *llm_build_new(
    struct pool *pool, llm_text_fn *on_text, void *arg);
/* Whether on_text was called. */
bool llm_build_is_shown(const struct llm_build *b);
/* What has come so far, for an answer that is not whole: what the server counted,
 * tokens_out no less than about what it has sent. */
void llm_build_cost(
    const struct llm_build *b, int64_t *tokens_in_r, int64_t *tokens_out_r);
/* The server's words that ended it early; may be empty. */
struct llm_fault llm_build_fault(const struct llm_build *b);
/* ERR_BAD_GATEWAY when it is not a whole answer. */
MUST_CHECK enum err_code llm_build_end(
    struct llm_build *b, struct llm_answer *answer_r, struct err *err);

/* What a server speaks. */
struct llm_dialect {
	const char *name; /* of the provider, in settings */
	const char *path; /* behind the base URL */
	void (*put)(struct json_out *j, const struct llm_request *in);
	/* A whole answer. */
	void (*read)(struct llm_build *b, const struct json *v);
	/* One event of a stream; its data is no empty text. */
	void (*read_event)(struct llm_build *b, struct str data);
};

extern const struct llm_dialect llm_openai;
extern const struct llm_dialect llm_anthropic;
/* By enum llm_provider. */
extern const struct llm_dialect *const llm_dialects[LLM_PROVIDER__MAX];

/* The body of a request, in the pool. */
struct str llm_body(struct pool *pool, const struct llm_dialect *dialect,
    const struct llm_request *in);
/* The JSON of an answer that is no stream; what is none makes b fail. */
void llm_read(
    struct llm_build *b, const struct llm_dialect *dialect, struct str body);

/*
 * Leaves the older half of what was said away, calls together with their
 * results, never the last message of a user and what follows it. False when
 * there is nothing to leave away.
 */
bool llm_trim(struct llm_messages *messages);
/* Tokens that a text has about, for servers that do not count; those of what is
 * said in a request. */
int64_t llm_estimate(size_t bytes);
int64_t llm_estimate_request(const struct llm_request *in);

#endif
