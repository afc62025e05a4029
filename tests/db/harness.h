/* harness.h: a private MariaDB for the tests that need one */
/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_H
#define HARNESS_H

#include "base/settings.h"
#include "db/db.h"

/* Starts a server with its own folder under /tmp, without network, and loads
 * sql/schema.sql from the working directory. Ends the program on failure. */
void harness_start(void);
/* Stops it and removes the folder. */
void harness_stop(void);
/* kill -9 and nothing else; and a start on the same data, until it answers. */
void harness_kill(void);
void harness_restart(void);

const struct settings *harness_settings(void);
/* A new connection, which the caller closes. */
struct db *harness_db(void);
/* Runs SQL that must work. */
void harness_sql(struct db *db, const char *sql);

#endif
