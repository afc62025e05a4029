/* conf.h: reads a settings file by a table */
/* SPDX-License-Identifier: MIT */
#ifndef CONF_H
#define CONF_H

#include "base/err.h"

enum conf_type {
	CONF_TEXT, /* char *; owned by the struct */
	CONF_INT,  /* int64_t, with min and max */
	CONF_BOOL, /* bool: yes/no, true/false, on/off, 1/0 */
	CONF_LEVEL /* enum log_level */
};

/* One row of a settings table. */
struct conf_row {
	const char *key;
	enum conf_type type;
	size_t offset;	   /* of the field in the struct */
	const char *other; /* the default, spelt as in the file */
	int64_t min, max;  /* CONF_INT; CONF_TEXT: length */
	bool is_secret;	   /* never printed */
	const char *help;  /* one sentence: what, unit */
	bool is_live;	   /* may change while the program runs */
};

/* Fills every field with its default. */
void conf_defaults(const struct conf_row *rows, size_t n, void *out);
/*
 * Lines `key = value`; blank lines and lines that begin with # are skipped;
 * a value may stand in double quotes. Unknown key, key given twice, value out
 * of range: ERR_BAD_REQUEST with "FILE:LINE: ..." in err. A file that cannot
 * be read: ERR_NOT_FOUND or ERR_INTERNAL. What was read before the fault stays.
 */
MUST_CHECK enum err_code conf_read(const char *path,
    const struct conf_row *rows, size_t n, void *out, struct err *err);
/* Whether both structs hold the same value of the row. */
bool conf_is_same(const struct conf_row *row, const void *a, const void *b);
/*
 * Moves the row's value from one struct into another, which keeps it until
 * conf_fini; the value that was there is freed. CONF_INT may be read by other
 * threads meanwhile (settings_int).
 */
void conf_move(const struct conf_row *row, void *from, void *to);
/* Frees the texts. */
void conf_fini(const struct conf_row *rows, size_t n, void *out);
/* The commented example file, every row at its default (the -c option). */
void conf_print(const struct conf_row *rows, size_t n, FILE *to);

#endif
