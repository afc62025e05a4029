/* ctl.h: barazactl: the operator's hand; one file per command */
/* SPDX-License-Identifier: MIT */
#ifndef CTL_H
#define CTL_H

#include "base/err.h"
#include "base/pool.h"
#include "base/settings.h"
#include "base/str.h"
#include "db/db.h"

/* What each command gets. */
struct ctl {
	const struct settings *settings;
	struct pool *pool;
	struct db *db; /* NULL when the row says that it needs none */
	int argc;      /* what stands behind the command's own words */
	char **argv;
};

/*
 * Commands print their result on standard output and return ERR_OK, or leave
 * a sentence in err, which main prints.
 */
typedef enum err_code ctl_fn(struct ctl *ctl, struct err *err);

ctl_fn cmd_secret;
ctl_fn cmd_migrate;
ctl_fn cmd_doctor;
ctl_fn cmd_status;
ctl_fn cmd_work;
ctl_fn cmd_user_add;
ctl_fn cmd_user_password;
ctl_fn cmd_workspace_add;
ctl_fn cmd_chatbot_add;
ctl_fn cmd_flow_publish;
ctl_fn cmd_widget_add;
ctl_fn cmd_key_add;
ctl_fn cmd_key_list;
ctl_fn cmd_key_revoke;
ctl_fn cmd_llm_set;
ctl_fn cmd_llm_show;
ctl_fn cmd_llm_unset;
ctl_fn cmd_llm_test;

/* args.c */

/*
 * The value behind `--name`, or NULL. Options come in any order; each is
 * taken out of the list, so that ctl_args_end finds what nobody asked for.
 */
const char *ctl_option(struct ctl *ctl, const char *name);
/* Whether `--name` stands there, which has no value. */
bool ctl_flag(struct ctl *ctl, const char *name);
/* As ctl_option; a missing one is ERR_BAD_REQUEST. */
MUST_CHECK enum err_code ctl_need(
    struct ctl *ctl, const char *name, struct str *value_r, struct err *err);
MUST_CHECK enum err_code ctl_need_id(
    struct ctl *ctl, const char *name, struct id *id_r, struct err *err);
/* ERR_BAD_REQUEST when an argument is left over. */
MUST_CHECK enum err_code ctl_args_end(struct ctl *ctl, struct err *err);
/* The file's text in the pool; at most max bytes. "-" is standard input. */
MUST_CHECK enum err_code ctl_read_file(struct pool *pool, const char *path,
    size_t max, struct str *text_r, struct err *err);
/*
 * A password: --password-file FILE, else the environment BARAZA_PASSWORD, else
 * asked for at the terminal without echo. Never on the command line, where
 * other users could read it.
 */
MUST_CHECK enum err_code ctl_password(
    struct ctl *ctl, struct str *password_r, struct err *err);

#endif
