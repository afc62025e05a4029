/* token.c: session tokens: a visitor's way to one conversation, for a while */
/* SPDX-License-Identifier: MIT */
#include "token.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "base/jwt.h"
#include "base/rnd.h"
#include "base/seal.h"
#include "key.h"
#include "whence.h"

#define AUDIENCE "baraza:conversation"
#define PURPOSE	 "baraza session token v1"

static struct seal_key key_of(const struct req *req, struct id workspace_id)
{
	struct seal_key key;

	seal_derive(req->app->seal_key, PURPOSE, id_bytes(&workspace_id), &key);
	return key;
}

static struct str key_bytes(const struct seal_key *key)
{
	return str_make((const char *)key->b, sizeof(key->b));
}

enum err_code token_make(const struct req *req, struct id workspace_id,
    struct id conversation_id, int64_t seconds, struct token *token_r,
    struct err *err)
{
	int64_t exp = clock_now_us() / 1000000 + seconds;
	struct seal_key key = key_of(req, workspace_id);
	char ulid[ID_ULID_SIZE];
	struct json_out j;
	struct buf b;
	enum err_code code;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "sub", rnd_token(req->pool, "", 16));
	json_out_cstr(&j, "aud", AUDIENCE);
	json_out_u64(&j, "exp", (uint64_t)exp);
	json_out_ulid(&j, "conversationId", conversation_id);
	json_out_end(&j);
	code = jwt_make(req->pool, key_bytes(&key),
	    str_copy(req->pool, str_of(id_ulid(workspace_id, ulid))),
	    buf_str(&b), &token_r->text, err);
	buf_fini(&b);
	token_r->expires_at = exp * 1000;
	return code;
}

static enum err_code refuse(struct err *err)
{
	return err_set(err, ERR_UNAUTHORIZED,
	    "The session token is not valid, or has expired.");
}

/* Three parts: keys have no dot. */
static bool is_token(struct str secret)
{
	struct str rest = str_from(secret, str_index(secret, '.') + 1);

	return rest.n && str_index(rest, '.') < rest.n;
}

static enum err_code check(struct req *req, struct str text,
    struct id *conversation_r, struct err *err)
{
	static const char *const texts[] = { "sub", "conversationId", NULL };
	const struct jwt_want want = { STR(AUDIENCE), clock_now_us() / 1000000,
		texts };
	struct id workspace_id;
	const struct json *claims;
	struct seal_key key;
	enum err_code code;

	if (!id_parse(jwt_kid(req->pool, text), &workspace_id))
		return refuse(err);
	key = key_of(req, workspace_id);
	code = jwt_check(req->pool, key_bytes(&key), text, &want, &claims, err);
	if (code == ERR_UNAUTHORIZED ||
	    (!code && !id_parse(json_str(json_get(claims, "conversationId")),
			  conversation_r)))
		return refuse(err);
	req->key.workspace_id = workspace_id;
	req->key.id = *conversation_r;
	req->key.can_write = true;
	req->is_token = true;
	return code;
}

enum err_code token_find(struct req *req, bool may_token, struct err *err)
{
	struct str wanted = req_param(req, "conversationId");
	struct str secret = key_secret(req);
	struct id id = ID_NONE, named = ID_NONE;
	bool is_named = !wanted.n || id_parse(wanted, &named);
	enum err_code code;

	req->talk_id = named;
	if (!is_token(secret)) {
		code = key_find(req, err);
		if (!code && !is_named)
			code = err_set(err, ERR_NOT_FOUND,
			    "There is no such conversation.");
		return code;
	}
	code = check(req, secret, &id, err);
	if (code)
		return code;
	if (!may_token)
		return err_set(
		    err, ERR_FORBIDDEN, "A session token does not allow this.");
	req->talk_id = id;
	if (wanted.n && !id_eq(named, id))
		return err_set(err, ERR_FORBIDDEN,
		    "The session token is for another conversation.");
	return ERR_OK;
}

/* What a token was made for may have ended since. */
enum err_code token_talk(struct req *req, struct err *err)
{
	struct db_talk *talk;
	enum err_code code;

	if (id_is_none(req->talk_id))
		return ERR_OK;
	talk = pool_alloc(req->pool, sizeof(*talk));
	code = db_talk_get(
	    req->db, req->pool, req->key.workspace_id, req->talk_id, talk, err);
	if (req->is_token && (code == ERR_NOT_FOUND || (!code && talk->is_off)))
		return refuse(err);
	if (code)
		return code;
	req->talk = talk;
	return req->is_token
		   ? whence_check_listed(req, talk->origins, false, err)
		   : ERR_OK;
}
