/* apikey.c: keys of the developer API: made, listed, revoked, checked */
/* SPDX-License-Identifier: MIT */
#include "chat/apikey.h"

#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rnd.h"
#include "base/settings.h"
#include "base/valid.h"
#include "chat/model.h"

#define PREFIX	     "sk-"
#define RANDOM_BYTES 30 /* 40 characters of base64url */
#define SECRET_MAX   128
#define SHOWN	     4
#define DAY_US	     INT64_C(86400000000)
#define USED_STEP_US INT64_C(60000000)

static struct str hash_of(struct str secret, uint8_t out[RND_SHA256_SIZE])
{
	rnd_sha256(secret, out);
	return str_make((const char *)out, RND_SHA256_SIZE);
}

enum err_code apikey_add(struct db *db, struct pool *pool,
    struct id workspace_id, struct str name, bool can_write,
    struct id created_by, int64_t days, struct api_key *key_r,
    struct str *secret_r, struct err *err)
{
	uint8_t hash[RND_SHA256_SIZE];
	int64_t now = clock_now_us();

	name = str_trim(name);
	if (name.n == 0 || !valid_text(name, false) ||
	    valid_utf8_count(name) > CHAT_NAME_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "A key's name has 1 to %d characters.", CHAT_NAME_MAX);
	*secret_r = rnd_token(pool, PREFIX, RANDOM_BYTES);
	*key_r = (struct api_key){
		.id = id_new(),
		.workspace_id = workspace_id,
		.name = name,
		.last4 = str_from(*secret_r, secret_r->n - SHOWN),
		.can_write = can_write,
		.created_by = created_by,
		.created_at = now,
		.expires_at = days > 0 ? now + days * DAY_US : 0,
	};
	return db_api_key_add(db, key_r, hash_of(*secret_r, hash), err);
}

enum err_code apikey_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct api_keys *list_r, struct err *err)
{
	return db_api_key_list(db, pool, workspace_id, list_r, err);
}

enum err_code apikey_revoke(struct db *db, const struct settings *s,
    struct id workspace_id, struct id id, struct err *err)
{
	int64_t ms = settings_int(&s->key_cache_ms);
	struct timespec left = { ms / 1000, ms % 1000 * 1000000 };
	enum err_code code =
	    db_api_key_revoke(db, workspace_id, id, clock_now_us(), err);

	while (code == ERR_OK && nanosleep(&left, &left) != 0)
		continue;
	return code;
}

enum err_code apikey_refuse(struct err *err)
{
	return err_set(err, ERR_UNAUTHORIZED, "Invalid or expired API key.");
}

/* A use that is not noted is no reason to refuse it. */
static void note_use(struct db *db, struct api_key *key, int64_t now)
{
	struct err err = { .code = ERR_OK };

	if (key->last_used_at > now - USED_STEP_US)
		return;
	if (db_api_key_set_used(db, key->workspace_id, key->id, now, &err))
		log_warn(
		    "api_key_used key=%s error=%s", id_text(key->id), err.text);
	else
		key->last_used_at = now;
}

enum err_code apikey_check(struct db *db, struct pool *pool, struct str secret,
    struct api_key *key_r, struct err *err)
{
	uint8_t hash[RND_SHA256_SIZE];
	int64_t now = clock_now_us();
	enum err_code code;

	if (!str_starts(secret, STR(PREFIX)) || secret.n > SECRET_MAX)
		return apikey_refuse(err);
	code = db_api_key_get(db, pool, hash_of(secret, hash), key_r, err);
	if (code == ERR_NOT_FOUND)
		return apikey_refuse(err);
	if (code != ERR_OK)
		return code;
	if (key_r->revoked_at != 0 ||
	    (key_r->expires_at != 0 && key_r->expires_at <= now))
		return apikey_refuse(err);
	note_use(db, key_r, now);
	return ERR_OK;
}

struct str apikey_masked(struct pool *pool, const struct api_key *key)
{
	return str_of(
	    pool_printf(pool, PREFIX "••••••••••••%.*s", STR_ARG(key->last4)));
}
