/* app.h: what all requests of the process share; read-only after the start */
/* SPDX-License-Identifier: MIT */
#ifndef APP_H
#define APP_H

#include "chat/account.h"

struct budget;
struct csrf_key;
struct settings;

struct app {
	const struct settings *settings;
	const struct csrf_key *csrf_key;
	struct budget *budget;
	/* account_by_token, but in tests without a database */
	enum err_code (*find_account)(struct db *db, struct pool *pool,
	    const struct settings *s, struct str token,
	    struct account *account_r, struct err *err);
};

#endif
