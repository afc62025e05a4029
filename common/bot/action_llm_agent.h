/* action_llm_agent.h: what the action LLM_AGENT asks, and what it gets */
/* SPDX-License-Identifier: MIT */
#ifndef ACTION_LLM_AGENT_H
#define ACTION_LLM_AGENT_H

#include "base/id.h"
#include "bot/flow.h"

#define AGENT_PROMPT_MAX  20000 /* code points of system_prompt */
#define AGENT_MODEL_MAX	  200	/* code points of a model's name */
#define AGENT_TOOLS_MAX	  50	/* entries of tools */
#define AGENT_ROUNDS	  8	/* max_iterations by default */
#define AGENT_ROUNDS_MAX  20
#define AGENT_TIMEOUT_S	  60
#define AGENT_TIMEOUT_MAX 300
#define AGENT_TEXTS_MAX	  5 /* messages that one answer becomes at most */

/* An entry of tools: switches one off, pins it, or names an MCP server. */
struct call_agent_tool {
	struct str name; /* "mcp", "document_search", "calculator", ... */
	struct str
	    collection; /* of mcp: the integration's name; may be empty */
	bool is_enabled;
	const char *path; /* in the flow, for findings */
};

/* One turn of a model: it may ask for tools several times. */
struct call_agent {
	struct str name;   /* of the agent; may be empty */
	struct str prompt; /* variables are filled in; may be empty */
	struct str model;  /* empty: the workspace's */
	bool has_temperature;
	double temperature;
	unsigned rounds_max; /* answers of the model, that with the text too */
	int64_t timeout_ms;  /* of all */
	size_t n_tools;
	const struct call_agent_tool *tools;
	struct str message; /* of the visitor; never empty */
	/* What the bot said since then, which is stored nowhere yet. */
	size_t n_said;
	const struct str *said;
};

struct call_agent_reply {
	struct str text;   /* not empty */
	struct id message; /* its pieces were shown under this id; none: they
			      were not */
	bool is_aborted;   /* the visitor's page has ended it: text may be empty
			    */
	struct str lost;   /* why the model had less than the flow gives it;
			      empty: it had all */
};

/* The entries of an LLM_AGENT's tools; 0 for another action. */
size_t llm_agent_tools(
    const struct flow_action *action, const struct call_agent_tool **tools_r);

#endif
