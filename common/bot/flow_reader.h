/* flow_reader.h: what the files that read a flow share */
/* SPDX-License-Identifier: MIT */
#ifndef FLOW_READER_H
#define FLOW_READER_H

#include "base/json_in.h"
#include "bot/expr.h"
#include "bot/flow.h"

/* One reading of one flow. */
struct flow_reader {
	struct pool *pool;
	struct flow *flow;
	struct flow_findings *findings;
	size_t findings_cap;
};

/* Findings; path is kept, the sentence is made in the pool. */
void flow_error(struct flow_reader *r, const char *path, const char *fmt, ...)
    PRINTF(3, 4);
void flow_warn(struct flow_reader *r, const char *path, const char *fmt, ...)
    PRINTF(3, 4);

/* flow_state.c: one state; its name and path are set. */
void flow_read_state(
    struct flow_reader *r, const struct json *v, struct flow_state *state);
/* A text of at most max characters; another type and a longer one are errors.
 * Absent and null give STR_EMPTY. */
struct str flow_read_text(struct flow_reader *r, const struct json *object,
    const char *name, size_t max, const char *path);

/* flow_action.c: the actions of a state. */
void flow_read_actions(
    struct flow_reader *r, const struct json *v, struct flow_state *state);
/* flow_refs.c: the integrations that one action names. */
void flow_read_refs(
    struct flow_reader *r, const struct json *v, const char *path);
/* The name of a state in the first member of these that is there; the route's
 * index, FLOW_ROUTE_NONE when there is none. */
size_t flow_read_route(struct flow_reader *r, const struct json *object,
    const char *const names[2], const char *path, struct flow_action *out);
/* NULL, with an error, when it is none. */
const struct expr *flow_read_expr(
    struct flow_reader *r, const struct json *v, const char *path);
/* The name of a variable in the first member of these that is there; may be
 * empty. */
struct str flow_read_variable(struct flow_reader *r, const struct json *object,
    const char *const names[3], const char *path);
/* Of an action that asks somebody: where the answer is kept, and the ways on
 * when there is one and when there is none. */
struct flow_outcome {
	struct str save_to; /* may be empty */
	size_t on_success;  /* routes, or FLOW_ROUTE_NONE */
	size_t on_failure;
};

void flow_read_outcome(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_outcome *outcome_r, struct flow_action *out);
/* Whether a variable may have this name; says so if not. */
bool flow_check_variable(
    struct flow_reader *r, struct str name, const char *path);

/* flow_message.c: a text, a GenericMessage or an array of both, added to
 * list. NULL and null add nothing. */
void flow_read_messages(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_messages *list);
/* An array of {"id","title"} as the one section of m, which becomes
 * FLOW_BUTTONS. */
void flow_read_buttons(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_message *m);

/* flow_intent.c: {name: [examples]} into the flow; NULL and null give none. */
void flow_read_intents(struct flow_reader *r, const struct json *root);
/* Whether v is written as intents are: a map of arrays. */
bool flow_is_intents(const struct json *v);
/* The index of an intent or INTENT_NONE. */
size_t flow_intent(const struct flow *flow, struct str name);

/* flow_check.c: what shows only when all states are known: targets, ways in
 * and out. */
void flow_check(struct flow_reader *r);

#endif
