/* widget_secret.c: the key and the secret of a widget, made anew */
/* SPDX-License-Identifier: MIT */
#include "chat/widget_secret.h"

#include "base/clock.h"
#include "base/rnd.h"
#include "chat/integrations.h"
#include "db/db_chatbot.h"

#define SECRET_BYTES 32
#define KEY	     "widget_key"
#define SECRET	     "identity_secret"

struct work {
	struct pool *pool;
	const struct seal_key *key;
	const struct widget_which *which;
	const char *member; /* of the secrets */
	struct str value;
	struct str token_hash; /* empty: stays */
};

static const struct json *parse(struct pool *pool, struct str secrets)
{
	const struct json *object = NULL;

	if (secrets.n == 0 ||
	    json_parse(pool, secrets, &object, NULL) != ERR_OK)
		return NULL;
	return object;
}

/* The secrets with one of them replaced. */
static struct str replaced(const struct work *w, struct str secrets)
{
	const struct json *object = parse(w->pool, secrets), *item = NULL;
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	while ((item = json_next(object, item)) != NULL)
		if (!str_eq(json_name(item), str_of(w->member)))
			json_out_json(
			    &j, json_name(item).p, json_text(w->pool, item));
	json_out_str(&j, w->member, w->value);
	json_out_end(&j);
	text = str_copy(w->pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* Its bot first and then itself, as everybody who changes a widget. */
static enum err_code lock(
    struct db *db, const struct work *work, struct widget *w, struct err *err)
{
	const struct widget_which *which = work->which;
	enum err_code code = db_widget_get(
	    db, work->pool, which->workspace_id, which->id, STR_EMPTY, w, err);

	if (code == ERR_OK && !id_is_none(w->chatbot_id))
		code = db_chatbot_lock(
		    db, work->pool, which->workspace_id, w->chatbot_id, err);
	if (code == ERR_OK)
		code = db_widget_lock(
		    db, work->pool, which->workspace_id, which->id, err);
	if (code == ERR_OK)
		code = db_widget_get(db, work->pool, which->workspace_id,
		    which->id, STR_EMPTY, w, err);
	return code;
}

static enum err_code renew_in(struct db *db, void *arg, struct err *err)
{
	const struct work *work = arg;
	struct widget w;
	enum err_code code = lock(db, work, &w, err);

	if (code == ERR_OK && w.secrets.n > 0)
		code = seal_open(
		    work->key, work->pool, w.secrets, &w.secrets, err);
	if (code != ERR_OK)
		return code;
	w.token_hash = work->token_hash;
	w.secrets = seal_put(work->key, work->pool, replaced(work, w.secrets));
	w.updated_at = MAX_OF(clock_now_us(), w.updated_at + 1);
	return db_widget_set_secrets(db, &w, err);
}

enum err_code widget_renew_key(struct db *db, struct pool *pool,
    const struct seal_key *key, const struct widget_which *which,
    struct str *key_r, struct err *err)
{
	struct work work = {
		.pool = pool, .key = key, .which = which, .member = KEY
	};

	work.value = integration_new_key(pool, &work.token_hash);
	*key_r = work.value;
	return db_transact(db, renew_in, &work, err);
}

enum err_code widget_renew_secret(struct db *db, struct pool *pool,
    const struct seal_key *key, const struct widget_which *which,
    struct str *secret_r, struct err *err)
{
	struct work work = {
		.pool = pool, .key = key, .which = which, .member = SECRET
	};

	work.value = rnd_token(pool, "ws_", SECRET_BYTES);
	*secret_r = work.value;
	return db_transact(db, renew_in, &work, err);
}

struct str widget_secret(struct pool *pool, const struct widget *w)
{
	return json_str(json_get(parse(pool, w->secrets), SECRET));
}

bool widget_has_secret(struct pool *pool, const struct widget *w)
{
	return widget_secret(pool, w).n > 0;
}
