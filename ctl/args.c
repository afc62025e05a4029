/* args.c: options, files and passwords for the commands */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/id.h"

#define PASSWORD_LINE_MAX 1100

const char *ctl_option(struct ctl *ctl, const char *name)
{
	for (int i = 0; i + 1 < ctl->argc; i++) {
		char *value = ctl->argv[i + 1];

		if (strncmp(ctl->argv[i], "--", 2) != 0 ||
		    strcmp(ctl->argv[i] + 2, name) != 0)
			continue;
		memmove(ctl->argv + i, ctl->argv + i + 2,
		    (size_t)(ctl->argc - i - 2) * sizeof(*ctl->argv));
		ctl->argc -= 2;
		return value;
	}
	return NULL;
}

bool ctl_flag(struct ctl *ctl, const char *name)
{
	for (int i = 0; i < ctl->argc; i++) {
		if (strncmp(ctl->argv[i], "--", 2) != 0 ||
		    strcmp(ctl->argv[i] + 2, name) != 0)
			continue;
		memmove(ctl->argv + i, ctl->argv + i + 1,
		    (size_t)(ctl->argc - i - 1) * sizeof(*ctl->argv));
		ctl->argc--;
		return true;
	}
	return false;
}

enum err_code ctl_need(
    struct ctl *ctl, const char *name, struct str *value_r, struct err *err)
{
	const char *value = ctl_option(ctl, name);

	if (value == NULL)
		return err_set(err, ERR_BAD_REQUEST, "--%s is missing.", name);
	*value_r = str_of(value);
	return ERR_OK;
}

enum err_code ctl_need_id(
    struct ctl *ctl, const char *name, struct id *id_r, struct err *err)
{
	struct str text;
	enum err_code code = ctl_need(ctl, name, &text, err);

	if (code == ERR_OK && !id_parse(text, id_r))
		return err_set(err, ERR_BAD_REQUEST, "--%s is no id.", name);
	return code;
}

enum err_code ctl_args_end(struct ctl *ctl, struct err *err)
{
	if (ctl->argc > 0)
		return err_set(err, ERR_BAD_REQUEST,
		    "%.80s is not understood (barazactl help).", ctl->argv[0]);
	return ERR_OK;
}

enum err_code ctl_read_file(struct pool *pool, const char *path, size_t max,
    struct str *text_r, struct err *err)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	struct buf b;
	char block[4096];
	size_t n;
	bool is_bad;

	if (f == NULL)
		return err_set(
		    err, ERR_NOT_FOUND, "%.150s: %s", path, strerror(errno));
	buf_init(&b, max);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_bytes(&b, block, n);
	is_bad = ferror(f) != 0 || buf_failed(&b);
	*text_r = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	if (f != stdin)
		fclose(f);
	if (is_bad)
		return err_set(err, ERR_BAD_REQUEST,
		    "%.150s cannot be read or is over %zu bytes.", path, max);
	return ERR_OK;
}

/* One line from the terminal, unseen. */
static enum err_code ask(struct pool *pool, struct str *line_r, struct err *err)
{
	char line[PASSWORD_LINE_MAX];
	struct termios was, quiet;
	bool is_terminal = tcgetattr(STDIN_FILENO, &was) == 0;
	char *got;

	if (is_terminal) {
		fputs("Password: ", stderr);
		quiet = was;
		quiet.c_lflag &= (tcflag_t)~ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	got = fgets(line, sizeof(line), stdin);
	if (is_terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fputc('\n', stderr);
	}
	if (got == NULL)
		return err_set(err, ERR_BAD_REQUEST, "No password was given.");
	*line_r = str_copy(pool, str_of(line));
	return ERR_OK;
}

enum err_code ctl_password(
    struct ctl *ctl, struct str *password_r, struct err *err)
{
	const char *path = ctl_option(ctl, "password-file");
	const char *env = getenv("BARAZA_PASSWORD");
	enum err_code code = ERR_OK;

	if (path != NULL)
		code = ctl_read_file(
		    ctl->pool, path, PASSWORD_LINE_MAX, password_r, err);
	else if (env != NULL)
		*password_r = str_of(env);
	else
		code = ask(ctl->pool, password_r, err);
	/* A line end is no part of it; blanks are. */
	while (code == ERR_OK && password_r->n > 0 &&
	       (password_r->p[password_r->n - 1] == '\n' ||
		   password_r->p[password_r->n - 1] == '\r'))
		password_r->n--;
	return code;
}
