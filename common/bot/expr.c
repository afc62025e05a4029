/* expr.c: reads expressions: words, precedence, positions of faults */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/expr_node.h"

/* What may follow each other without parentheses, but bound by recursion. */
#define ARGS_MAX 100

struct parser {
	struct pool *pool;
	struct str text;
	size_t at;
	unsigned depth;
	struct err *err;
	enum err_code code; /* the first fault sticks */
};

static const struct expr *parse_or(struct parser *p);
static const struct expr *parse_unary(struct parser *p);

static const struct expr *fault(struct parser *p, size_t at, const char *what)
{
	if (p->code == ERR_OK)
		p->code = err_set(p->err, ERR_INVALID,
		    "The expression cannot be read at character %zu: %s.",
		    valid_utf8_count(str_head(p->text, at)) + 1, what);
	p->at = p->text.n;
	return NULL;
}

static bool is_name(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x80 || u == '_' || (u >= '0' && u <= '9') ||
	       ((u | 0x20) >= 'a' && (u | 0x20) <= 'z');
}

static void skip_blanks(struct parser *p)
{
	while (p->at < p->text.n && strchr(" \t\r\n", p->text.p[p->at]))
		p->at++;
}

static char peek(const struct parser *p, size_t ahead)
{
	return p->at + ahead < p->text.n ? p->text.p[p->at + ahead] : '\0';
}

/* Takes these characters off if they stand here. */
static bool take(struct parser *p, const char *sign)
{
	struct str s = str_of(sign);

	skip_blanks(p);
	if (!str_starts(str_from(p->text, p->at), s))
		return false;
	p->at += s.n;
	return true;
}

/* The same for a word, in any case. */
static bool take_word(struct parser *p, const char *word)
{
	size_t n = strlen(word);

	skip_blanks(p);
	if (!str_ieq(str_head(str_from(p->text, p->at), n), str_of(word)) ||
	    is_name(peek(p, n)))
		return false;
	p->at += n;
	return true;
}

static struct expr *node(struct parser *p, enum expr_op op, size_t n)
{
	struct expr *e = pool_alloc(p->pool, sizeof(*e));

	e->op = op;
	e->n = n;
	e->args = pool_alloc(p->pool, (n + 1) * sizeof(*e->args));
	return e;
}

static const struct expr *of_two(struct parser *p, enum expr_op op,
    const struct expr *a, const struct expr *b)
{
	struct expr *e = node(p, op, 2);

	if (p->code != ERR_OK)
		return NULL;
	e->args[0] = a;
	e->args[1] = b;
	return e;
}

static const struct expr *of_one(
    struct parser *p, enum expr_op op, const struct expr *a)
{
	struct expr *e = node(p, op, 1);

	e->args[0] = a;
	return p->code == ERR_OK ? e : NULL;
}

static const struct expr *literal(struct parser *p, struct value value)
{
	struct expr *e = node(p, EXPR_VALUE, 0);

	e->value = value;
	return e;
}

static const struct expr *parse_number(struct parser *p)
{
	size_t start = p->at;
	struct value text;
	double d;

	while (is_name(peek(p, 0)) || peek(p, 0) == '.' ||
	       ((peek(p, 0) == '-' || peek(p, 0) == '+') &&
		   (p->text.p[p->at - 1] | 0x20) == 'e'))
		p->at++;
	text = value_of_text(str_make(p->text.p + start, p->at - start));
	if (!value_number(&text, &d))
		return fault(p, start, "this is no number");
	return literal(p, value_of_number(d));
}

/* Escapes are \\n, \\t and the character behind any other backslash. */
static const struct expr *parse_text(struct parser *p)
{
	char quote = p->text.p[p->at];
	size_t start = p->at++, n = 0;
	char *out = pool_alloc(p->pool, p->text.n - start), c;

	while (p->at < p->text.n && peek(p, 0) != quote) {
		c = p->text.p[p->at++];
		if (c == '\\' && p->at < p->text.n) {
			c = p->text.p[p->at++];
			c = (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
		}
		out[n++] = c;
	}
	if (p->at == p->text.n)
		return fault(p, start, "this text has no end");
	p->at++;
	return literal(p, value_of_text(str_make(out, n)));
}

/* Up to the closing sign; *e gets its arguments. */
static const struct expr *parse_items(
    struct parser *p, struct expr *e, const char *end)
{
	const struct expr *items[ARGS_MAX];
	size_t n = 0;

	if (!take(p, end)) {
		do {
			if (n == ARGS_MAX)
				return fault(p, p->at, "too many items");
			items[n++] = parse_or(p);
		} while (p->code == ERR_OK && take(p, ","));
		if (p->code == ERR_OK && !take(p, end))
			return fault(p, p->at,
			    *end == ')' ? "a “)” is missing"
					: "a “]” is missing");
	}
	if (p->code != ERR_OK)
		return NULL;
	e->n = n;
	e->args = pool_alloc(p->pool, (n + 1) * sizeof(*e->args));
	memcpy(e->args, items, n * sizeof(*items));
	return e;
}

/* The pattern is written out, so that it can be checked and compiled now. */
static const struct expr *finish_matches(
    struct parser *p, struct expr *e, size_t at)
{
	struct err why;

	if (e->args[1]->op != EXPR_VALUE ||
	    e->args[1]->value.type != VALUE_TEXT)
		return fault(
		    p, at, "the pattern of matches() is a text in quotes");
	if (regex_new(p->pool, e->args[1]->value.text, &e->regex, &why) !=
	    ERR_OK)
		return fault(p, at,
		    str_dup(p->pool,
			str_head(str_of(why.text), strlen(why.text) - 1)));
	return e;
}

static const struct expr *parse_call(
    struct parser *p, struct str name, size_t at)
{
	const struct expr_function *f = expr_find_function(name);
	struct expr *e = node(p, EXPR_CALL, 0);

	if (f == NULL)
		return fault(p, at,
		    pool_printf(p->pool, "there is no function %.*s()",
			STR_ARG(str_head(name, 40))));
	e->function = f;
	if (parse_items(p, e, ")") == NULL)
		return NULL;
	if (e->n < f->min || e->n > f->max)
		return fault(p, at,
		    pool_printf(p->pool, "%s() takes %zu to %zu values",
			f->name, f->min, f->max));
	return str_eq(name, STR("matches")) ? finish_matches(p, e, at) : e;
}

/* name, name.name, name[0] */
static const struct expr *parse_path(struct parser *p)
{
	size_t start = p->at;
	struct expr *e;

	while (p->at < p->text.n) {
		if (is_name(peek(p, 0)) ||
		    (peek(p, 0) == '.' && is_name(peek(p, 1)))) {
			p->at++;
		} else if (peek(p, 0) == '[') {
			struct str rest = str_from(p->text, p->at + 1);
			size_t n = str_index(rest, ']');
			uint64_t i;

			if (n == rest.n ||
			    !str_u64(str_head(rest, n), 0, 1000000, &i))
				return fault(p, p->at,
				    "a number in brackets is wanted here");
			p->at += n + 2;
		} else {
			break;
		}
	}
	if (peek(p, 0) == '.')
		return fault(p, p->at, "a name is wanted behind the dot");
	e = node(p, EXPR_PATH, 0);
	e->path = str_make(p->text.p + start, p->at - start);
	return e;
}

/* {{path}}, as templates are written */
static const struct expr *parse_braces(struct parser *p)
{
	size_t start = p->at;
	struct str rest = str_from(p->text, start + 2);
	size_t n = str_search(rest, STR("}}"));
	struct expr *e = node(p, EXPR_PATH, 0);

	e->path = str_trim(str_head(rest, n));
	if (n == rest.n || e->path.n == 0)
		return fault(p, start, "a {{variable}} is wanted here");
	p->at = start + 2 + n + 2;
	return e;
}

static const struct expr *parse_word(struct parser *p)
{
	static const char *const taken[] = { "and", "or", "not", "in" };
	size_t start = p->at, n = 0;
	struct str name;

	if (take_word(p, "true"))
		return literal(p, value_of_bool(true));
	if (take_word(p, "false"))
		return literal(p, value_of_bool(false));
	if (take_word(p, "null") || take_word(p, "none"))
		return literal(p, (struct value){ .type = VALUE_NULL });
	for (size_t i = 0; i < COUNT_OF(taken); i++) {
		if (take_word(p, taken[i]))
			return fault(p, start, "a value is wanted here");
	}
	while (is_name(peek(p, n)))
		n++;
	name = str_make(p->text.p + start, n);
	if (peek(p, n) != '(')
		return parse_path(p);
	p->at += n + 1;
	return parse_call(p, name, start);
}

static const struct expr *parse_nested(struct parser *p)
{
	const struct expr *e = NULL;
	size_t start = p->at;
	char c = peek(p, 0);

	if (c == '(') {
		p->at++;
		e = parse_or(p);
		if (p->code == ERR_OK && !take(p, ")"))
			return fault(p, p->at, "a “)” is missing");
		return e;
	}
	if (c == '[') {
		p->at++;
		return parse_items(p, node(p, EXPR_LIST, 0), "]");
	}
	if (c == '{' && peek(p, 1) == '{')
		return parse_braces(p);
	if (c == '\'' || c == '"')
		return parse_text(p);
	if ((c >= '0' && c <= '9') || c == '.')
		return parse_number(p);
	if (is_name(c))
		return parse_word(p);
	return fault(p, start, "a value is wanted here");
}

static const struct expr *parse_unary(struct parser *p)
{
	const struct expr *e;

	skip_blanks(p);
	if (++p->depth > EXPR_DEPTH_MAX)
		return fault(p, p->at, "it is nested too deeply");
	if (take(p, "-"))
		e = of_one(p, EXPR_NEG, parse_unary(p));
	else if (take(p, "!"))
		e = of_one(p, EXPR_NOT, parse_unary(p));
	else
		e = parse_nested(p);
	p->depth--;
	return e;
}

static const struct expr *parse_product(struct parser *p)
{
	const struct expr *e = parse_unary(p);

	while (p->code == ERR_OK) {
		if (take(p, "*"))
			e = of_two(p, EXPR_MUL, e, parse_unary(p));
		else if (take(p, "/"))
			e = of_two(p, EXPR_DIV, e, parse_unary(p));
		else if (take(p, "%"))
			e = of_two(p, EXPR_MOD, e, parse_unary(p));
		else
			break;
	}
	return e;
}

static const struct expr *parse_sum(struct parser *p)
{
	const struct expr *e = parse_product(p);

	while (p->code == ERR_OK) {
		if (take(p, "+"))
			e = of_two(p, EXPR_ADD, e, parse_product(p));
		else if (take(p, "-"))
			e = of_two(p, EXPR_SUB, e, parse_product(p));
		else
			break;
	}
	return e;
}

static bool take_comparison(struct parser *p, enum expr_op *op_r)
{
	static const struct {
		const char *sign;
		enum expr_op op;
	} signs[] = { { "==", EXPR_EQ }, { "!=", EXPR_NE }, { "<=", EXPR_LE },
		{ ">=", EXPR_GE }, { "<", EXPR_LT }, { ">", EXPR_GT } };
	size_t start;

	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		*op_r = signs[i].op;
		if (take(p, signs[i].sign))
			return true;
	}
	*op_r = EXPR_IN;
	if (take_word(p, "in"))
		return true;
	*op_r = EXPR_NOT_IN;
	start = p->at;
	if (take_word(p, "not") && take_word(p, "in"))
		return true;
	p->at = start;
	if (take(p, "="))
		fault(p, p->at - 1, "“==” compares");
	return false;
}

static const struct expr *parse_comparison(struct parser *p)
{
	const struct expr *e = parse_sum(p);
	enum expr_op op;

	if (p->code != ERR_OK || !take_comparison(p, &op))
		return p->code == ERR_OK ? e : NULL;
	e = of_two(p, op, e, parse_sum(p));
	if (p->code == ERR_OK && take_comparison(p, &op))
		return fault(
		    p, p->at, "comparisons are joined by “and” or “or”");
	return p->code == ERR_OK ? e : NULL;
}

static const struct expr *parse_not(struct parser *p)
{
	const struct expr *e;

	if (!take_word(p, "not"))
		return parse_comparison(p);
	if (++p->depth > EXPR_DEPTH_MAX)
		return fault(p, p->at, "it is nested too deeply");
	e = of_one(p, EXPR_NOT, parse_not(p));
	p->depth--;
	return e;
}

static const struct expr *parse_and(struct parser *p)
{
	const struct expr *e = parse_not(p);

	while (p->code == ERR_OK && (take_word(p, "and") || take(p, "&&")))
		e = of_two(p, EXPR_AND, e, parse_not(p));
	return e;
}

static const struct expr *parse_or(struct parser *p)
{
	const struct expr *e = parse_and(p);

	while (p->code == ERR_OK && (take_word(p, "or") || take(p, "||")))
		e = of_two(p, EXPR_OR, e, parse_and(p));
	return e;
}

enum err_code expr_parse(struct pool *pool, struct str text,
    const struct expr **expr_r, struct err *err)
{
	struct parser p = { .pool = pool, .text = text, .err = err };
	const struct expr *e;

	if (text.n > EXPR_MAX)
		return err_set(err, ERR_INVALID,
		    "An expression has at most %d bytes.", EXPR_MAX);
	if (!valid_text(text, true))
		return err_set(err, ERR_INVALID,
		    "The expression has characters that are no text.");
	e = parse_or(&p);
	skip_blanks(&p);
	if (p.code == ERR_OK && p.at < text.n)
		fault(&p, p.at, "an operator is wanted here");
	if (p.code == ERR_OK)
		*expr_r = e;
	return p.code;
}
