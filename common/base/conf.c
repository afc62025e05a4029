/* conf.c: reads a settings file by a table */
/* SPDX-License-Identifier: MIT */
#include "base/conf.h"

#include <errno.h>

#include "base/log.h"
#include "base/str.h"

/* Every value must be read from and put into the field of its own type. */
static void *field(const struct conf_row *row, void *out)
{
	return (char *)out + row->offset;
}

static bool set_text(const struct conf_row *row, struct str value, char **at)
{
	if (row->max > 0 &&
	    (value.n < (size_t)row->min || value.n > (size_t)row->max))
		return false;
	free(*at);
	*at = mem_new(value.n + 1);
	if (value.n > 0)
		memcpy(*at, value.p, value.n);
	return true;
}

static bool set_bool(struct str value, bool *at)
{
	static const char *const words[][2] = { { "no", "yes" },
		{ "false", "true" }, { "off", "on" }, { "0", "1" } };

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		for (int is_true = 0; is_true < 2; is_true++) {
			if (str_ieq(value, str_of(words[i][is_true]))) {
				*at = is_true;
				return true;
			}
		}
	}
	return false;
}

static bool set_level(struct str value, enum log_level *at)
{
	char name[8];

	if (value.n >= sizeof(name))
		return false;
	memcpy(name, value.p, value.n);
	name[value.n] = '\0';
	return log_level_parse(name, at);
}

static bool set_value(const struct conf_row *row, struct str value, void *out)
{
	switch (row->type) {
	case CONF_TEXT:
		return set_text(row, value, field(row, out));
	case CONF_INT:
		return str_i64(value, row->min, row->max, field(row, out));
	case CONF_BOOL:
		return set_bool(value, field(row, out));
	case CONF_LEVEL:
		return set_level(value, field(row, out));
	}
	return false;
}

/* What a value of this row may be, as the end of a sentence. */
static void put_rule(const struct conf_row *row, char *out, size_t size)
{
	switch (row->type) {
	case CONF_TEXT:
		snprintf(out, size, "text of %lld to %lld bytes",
		    (long long)row->min, (long long)row->max);
		break;
	case CONF_INT:
		snprintf(out, size, "a whole number from %lld to %lld",
		    (long long)row->min, (long long)row->max);
		break;
	case CONF_BOOL:
		snprintf(out, size, "yes or no");
		break;
	case CONF_LEVEL:
		snprintf(out, size, "error, warn, info or debug");
		break;
	}
}

void conf_defaults(const struct conf_row *rows, size_t n, void *out)
{
	for (size_t i = 0; i < n; i++) {
		bool ok;

		if (rows[i].type == CONF_TEXT)
			*(char **)field(&rows[i], out) = NULL;
		ok = set_value(&rows[i], str_of(rows[i].other), out);
		assert(ok); /* the table's own default breaks its rule */
		(void)ok;
	}
}

/* One file being read. */
struct reader {
	const char *path;
	unsigned line;
	const struct conf_row *rows;
	size_t n;
	void *out;
	bool *seen; /* per row */
};

static const struct conf_row *row_of(const struct reader *r, struct str key)
{
	for (size_t i = 0; i < r->n; i++) {
		if (str_eq(key, str_of(r->rows[i].key)))
			return &r->rows[i];
	}
	return NULL;
}

/* Takes the double quotes off; false when one is missing. */
static bool unquote(struct str *value)
{
	if (value->n == 0 || value->p[0] != '"')
		return true;
	if (value->n < 2 || value->p[value->n - 1] != '"')
		return false;
	*value = str_make(value->p + 1, value->n - 2);
	return true;
}

static enum err_code read_line(
    struct reader *r, struct str line, struct err *err)
{
	size_t equals = str_index(line, '=');
	struct str key = str_trim(str_head(line, equals));
	struct str value = str_trim(str_from(line, equals + 1));
	const struct conf_row *row;
	char rule[80];

	if (equals == line.n || memchr(line.p, '\0', line.n) != NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "%s:%u: this is no line of the form key = value", r->path,
		    r->line);
	row = row_of(r, key);
	if (row == NULL)
		return err_set(err, ERR_BAD_REQUEST,
		    "%s:%u: there is no setting \"%.*s\"", r->path, r->line,
		    STR_ARG(str_head(key, 60)));
	if (r->seen[row - r->rows])
		return err_set(err, ERR_BAD_REQUEST,
		    "%s:%u: %s stands here a second time", r->path, r->line,
		    row->key);
	r->seen[row - r->rows] = true;
	if (unquote(&value) && set_value(row, value, r->out))
		return ERR_OK;
	/* never the value itself: it may be a secret */
	put_rule(row, rule, sizeof(rule));
	return err_set(err, ERR_BAD_REQUEST, "%s:%u: %s must be %s", r->path,
	    r->line, row->key, rule);
}

static enum err_code read_lines(struct reader *r, FILE *file, struct err *err)
{
	enum err_code code = ERR_OK;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while (code == ERR_OK && (n = getline(&line, &cap, file)) >= 0) {
		struct str s = str_trim(str_make(line, (size_t)n));

		r->line++;
		if (s.n > 0 && s.p[0] != '#')
			code = read_line(r, s, err);
	}
	if (code == ERR_OK && ferror(file))
		code = err_set(
		    err, ERR_INTERNAL, "%s: %s", r->path, strerror(errno));
	free(line);
	return code;
}

enum err_code conf_read(const char *path, const struct conf_row *rows, size_t n,
    void *out, struct err *err)
{
	struct reader r = { .path = path, .rows = rows, .n = n, .out = out };
	FILE *file = fopen(path, "re");
	enum err_code code;

	if (file == NULL)
		return err_set(err,
		    errno == ENOENT ? ERR_NOT_FOUND : ERR_INTERNAL, "%s: %s",
		    path, strerror(errno));
	r.seen = mem_new(n * sizeof(*r.seen));
	code = read_lines(&r, file, err);
	free(r.seen);
	fclose(file);
	return code;
}

bool conf_is_same(const struct conf_row *row, const void *a, const void *b)
{
	const void *x = (const char *)a + row->offset;
	const void *y = (const char *)b + row->offset;

	switch (row->type) {
	case CONF_TEXT:
		return strcmp(*(char *const *)x, *(char *const *)y) == 0;
	case CONF_INT:
		return *(const int64_t *)x == *(const int64_t *)y;
	case CONF_BOOL:
		return *(const bool *)x == *(const bool *)y;
	case CONF_LEVEL:
		return *(const enum log_level *)x == *(const enum log_level *)y;
	}
	return false;
}

void conf_move(const struct conf_row *row, void *from, void *to)
{
	void *x = field(row, from);
	void *y = field(row, to);

	switch (row->type) {
	case CONF_TEXT:
		free(*(char **)y);
		*(char **)y = *(char **)x;
		*(char **)x = NULL;
		break;
	case CONF_INT:
		__atomic_store_n((int64_t *)y, *(int64_t *)x, __ATOMIC_RELAXED);
		break;
	case CONF_BOOL:
		*(bool *)y = *(bool *)x;
		break;
	case CONF_LEVEL:
		*(enum log_level *)y = *(enum log_level *)x;
		break;
	}
}

void conf_fini(const struct conf_row *rows, size_t n, void *out)
{
	for (size_t i = 0; i < n; i++) {
		char **at = field(&rows[i], out);

		if (rows[i].type != CONF_TEXT)
			continue;
		free(*at);
		*at = NULL;
	}
}

void conf_print(const struct conf_row *rows, size_t n, FILE *to)
{
	for (size_t i = 0; i < n; i++) {
		const struct conf_row *row = &rows[i];
		struct str value = str_of(row->is_secret ? "" : row->other);
		bool quoted = value.n == 0 && row->type == CONF_TEXT;

		fprintf(to, "%s# %s", i > 0 ? "\n" : "", row->help);
		if (row->type == CONF_INT)
			fprintf(to, " (%lld to %lld)", (long long)row->min,
			    (long long)row->max);
		if (row->is_live)
			fputs(" (read again on SIGHUP)", to);
		fprintf(to, "\n#%s = %s%.*s%s\n", row->key, quoted ? "\"" : "",
		    STR_ARG(value), quoted ? "\"" : "");
	}
}
