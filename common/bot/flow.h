/* flow.h: a flow as the engine runs it: parsed, checked, never changed */
/* SPDX-License-Identifier: MIT */
#ifndef FLOW_H
#define FLOW_H

#include "base/id.h"
#include "bot/fold.h"
#include "bot/intent.h"
#include "bot/regex.h"

#define FLOW_JSON_MAX	     1048576 /* bytes of a flow */
#define FLOW_NAME_MAX	     128     /* code points of a state's name */
#define FLOW_STATES_MAX	     1000
#define FLOW_MESSAGES_MAX    10	 /* in one place */
#define FLOW_ACTIONS_MAX     20	 /* of one state */
#define FLOW_TRANSITIONS_MAX 500 /* of one state */
#define FLOW_PATTERNS_MAX    50	 /* among them */
#define FLOW_OPTIONS_MAX     50	 /* buttons, or rows of a list */
#define FLOW_TITLE_MAX	     100 /* code points of a button, row or section */

struct action;
struct json;

/* What a bot says: Sarufi's GenericMessage. Texts are templates. */
enum flow_kind {
	FLOW_TEXT,
	FLOW_BUTTONS,
	FLOW_LIST,
	FLOW_IMAGE,
	FLOW_DOCUMENT,
	FLOW_VIDEO,
	FLOW_AUDIO,
	FLOW_FORM, /* ours: GenericMessage has none */
	FLOW_KIND__MAX
};

struct flow_option {
	struct str id; /* what a click says; the title when not given */
	struct str title;
	struct str description; /* rows of a list; may be empty */
};

struct flow_section {
	struct str title; /* may be empty */
	size_t n;
	struct flow_option *options;
};

struct flow_message {
	enum flow_kind kind;
	struct id id;	 /* it is stored under; none: under a new one */
	struct str text; /* or the caption of the media */
	struct str media_url;
	struct str media_filename;
	struct str button_text; /* what opens a list; may be empty */
	size_t n_sections;	/* buttons stand in one without a title */
	struct flow_section *sections;
	const struct json *form; /* its texts are templates, */
	struct str form_json;	 /* filled in: rich_media of a form */
};

struct flow_messages {
	size_t n;
	struct flow_message *items;
};

#define FLOW_ROUTE_NONE	  SIZE_MAX
#define FLOW_MARK	  "_flow" /* the engine's own among the variables */
#define FLOW_BRANCHES_MAX 20

/* A state that an action leads to. */
struct flow_route {
	struct str name;
	size_t target;
	const char *path;
};

struct flow_action {
	const struct action *type;
	struct flow_messages messages;
	size_t n_routes;
	struct flow_route *routes;
	bool leads_on;	  /* when it is done, one of the routes is taken */
	const void *data; /* what else its file has read */
};

enum flow_trigger {
	FLOW_WORDS,  /* a button's id, a whole text or a word in it */
	FLOW_BUTTON, /* a button's id or title */
	FLOW_EXACT,  /* a button's id or a whole text */
	FLOW_REGEX,  /* a pattern in the text */
	FLOW_INTENT, /* what the text is about */
	FLOW_ALWAYS, /* at once, with no message */
	FLOW_DEFAULT /* when nothing else fits */
};

struct flow_transition {
	enum flow_trigger trigger;
	struct str value;	   /* of all but always and default, trimmed */
	struct fold words;	   /* the value to compare texts with */
	const struct regex *regex; /* of FLOW_REGEX */
	size_t intent; /* of FLOW_INTENT, or the intent that a word names */
	struct str target_name;
	size_t target;	  /* index of the state */
	const char *path; /* in the JSON, for findings */
};

struct flow_state {
	struct str name;
	const char *path;
	struct str save_to; /* variable for the answer; may be empty */
	bool is_initial;    /* marked so */
	struct flow_messages messages;
	size_t n_actions;
	struct flow_action *actions;
	size_t n_transitions;
	struct flow_transition *transitions;
};

struct flow {
	size_t n;
	struct flow_state *states;
	size_t initial;
	const struct intents *intents; /* NULL: none */
	double intent_threshold;
	size_t cancel_intent; /* abandons the flow; INTENT_NONE: none does */
	size_t cancel_state;
};

/* What is wrong with a flow, and where. */
struct flow_finding {
	bool is_warning;
	struct str path; /* "states.greeting.transitions" */
	struct str text; /* a sentence for the author */
};

/* What an action needs that is no part of the flow. */
enum flow_ref_kind {
	FLOW_REF_API,	     /* an integration of the bot, of an API_CALL */
	FLOW_REF_SERVER,     /* an MCP server of the bot, of an LLM_AGENT */
	FLOW_REF_COLLECTION, /* a knowledge base, by its name or id */
	FLOW_REF_URL,	     /* where an API_CALL goes, whatever is said */
	FLOW_REF_MODEL	     /* the language model; it has no name */
};

struct flow_ref {
	enum flow_ref_kind kind;
	struct str name;
	const char *path;
};

struct flow_findings {
	size_t n;
	size_t n_errors;
	struct flow_finding *items;
	size_t n_refs;
	struct flow_ref *refs;
};

/* The integrations that there are. */
struct flow_names {
	size_t n_apis;
	const struct str *apis;
	size_t n_servers;
	const struct str *servers;
};

/*
 * Reads a flow in any of the three spellings: a map of states, {"states":
 * map} or {"states": [{"name": ...}]}. Lists
 * everything that is wrong. NULL when there are errors; warnings alone give a
 * flow. Members that are not known are passed over. All lives in the pool.
 */
const struct flow *flow_parse(
    struct pool *pool, struct str json, struct flow_findings *findings_r);
/* Adds an error for each integration and server that is none of these. */
void flow_check_names(struct pool *pool, const struct flow_names *names,
    struct flow_findings *findings);
/* NULL when there is no such state. */
const struct flow_state *flow_find(const struct flow *flow, struct str name);
/* The state's `always` transition or NULL. */
const struct flow_transition *flow_find_always(const struct flow_state *state);

#endif
