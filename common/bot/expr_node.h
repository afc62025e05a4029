/* expr_node.h: what parsing, running and functions of expressions share */
/* SPDX-License-Identifier: MIT */
#ifndef EXPR_NODE_H
#define EXPR_NODE_H

#include "bot/expr.h"
#include "bot/regex.h"

enum expr_op {
	EXPR_VALUE,
	EXPR_PATH,
	EXPR_LIST,
	EXPR_CALL,
	EXPR_OR,
	EXPR_AND,
	EXPR_NOT,
	EXPR_EQ,
	EXPR_NE,
	EXPR_LT,
	EXPR_LE,
	EXPR_GT,
	EXPR_GE,
	EXPR_IN,
	EXPR_NOT_IN,
	EXPR_ADD,
	EXPR_SUB,
	EXPR_MUL,
	EXPR_DIV,
	EXPR_MOD,
	EXPR_NEG
};

/* One run. */
struct expr_run {
	struct pool *pool;
	const struct vars *vars;
	unsigned steps; /* left */
	struct err *err;
	enum err_code code; /* the first fault sticks */
};

struct expr_function {
	const char *name;
	size_t min; /* arguments */
	size_t max;
	struct value (*call)(
	    struct expr_run *run, const struct value *args, size_t n);
};

struct expr {
	enum expr_op op;
	struct value value;
	struct str path;
	const struct expr_function *function;
	const struct regex *regex; /* of matches() */
	size_t n;
	const struct expr **args;
};

/* expr_call.c. NULL when there is none of that name. */
const struct expr_function *expr_find_function(struct str name);
/* A sentence, once; gives null. */
struct value expr_fault(struct expr_run *run, const char *sentence);
/* Whether part is in whole: an item, a piece of text, a member's name. */
struct value expr_contains(
    struct expr_run *run, const struct value *whole, const struct value *part);
/* A result, rounded to 15 digits so that 0.1 + 0.2 is 0.3. */
struct value expr_number(struct expr_run *run, double d);

#endif
