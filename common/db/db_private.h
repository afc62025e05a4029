/* db_private.h: what db.c and db_stmt.c share: the connection itself */
/* SPDX-License-Identifier: MIT */
#ifndef DB_PRIVATE_H
#define DB_PRIVATE_H

#include <mysql.h>

#include "db/db.h"

/* The prepared statements of one module; NULL: not prepared yet. */
struct db_slots {
	const struct db_module *module;
	MYSQL_STMT **stmts;
};

struct db {
	const struct settings *settings;
	MYSQL *mysql; /* NULL: not connected */
	struct db_slots *slots;
	size_t n_slots;
	MYSQL_BIND *binds; /* room for the parameters of one statement */
	MYSQL_TIME *times;
	size_t n_binds;
	bool check_all;	 /* compare all statements when connected */
	bool is_checked; /* that was done, once is enough */
	uint64_t opened; /* connections so far */
	bool is_down;	 /* the last try to connect failed (and was logged) */
	bool is_lost;	 /* the connection is of no more use */
	bool in_transaction;
	bool must_retry; /* since db_transact or the call began: lost, or the
				server asked to try again */
};

/* Connects when there is no connection or it is lost. */
MUST_CHECK enum err_code db_connect(struct db *db, struct err *err);
/*
 * Says what error number means: notes a lost connection and what can be tried
 * again in db, writes the log, fills err. what is the statement's name.
 */
enum err_code db_fail(struct db *db, const char *what, unsigned number,
    const char *text, struct err *err);

/* Prepares and compares every statement of every module. */
MUST_CHECK enum err_code db_stmt_check_all(struct db *db, struct err *err);
/* Forgets all prepared statements; after the connection was closed. */
void db_stmt_drop_all(struct db *db);

#endif
