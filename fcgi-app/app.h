/* app.h: what all requests of the process share; read-only after the start */
/* SPDX-License-Identifier: MIT */
#ifndef APP_H
#define APP_H

#include "chat/account.h"
#include "chat/apikey.h"

struct budget;
struct csrf_key;
struct key_budget;
struct key_cache;
struct seal_key;
struct settings;
struct waiting_room;

struct app {
	const struct settings *settings;
	const struct csrf_key *csrf_key;
	const struct seal_key *seal_key;
	struct budget *budget;
	struct key_budget *key_budget;
	struct key_cache *key_cache;  /* NULL: each key is looked up */
	struct waiting_room *waiting; /* NULL: any number may wait */
	/* account_by_token, but in tests without a database */
	enum err_code (*find_account)(struct db *db, struct pool *pool,
	    const struct settings *s, struct str token,
	    struct account *account_r, struct err *err);
	/* apikey_check, the same */
	enum err_code (*find_key)(struct db *db, struct pool *pool,
	    struct str secret, struct api_key *key_r, struct err *err);
};

#endif
