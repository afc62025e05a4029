/* widget_identity.c: who opens a chat: what the page says and what proves it */
/* SPDX-License-Identifier: MIT */
#include "widget_identity.h"

#include "app.h"
#include "base/clock.h"
#include "base/jwt.h"
#include "base/valid.h"
#include "chat/identity.h"
#include "chat/widget_secret.h"

#define COUNTRY	 "255" /* of telephone numbers without one */
#define HASH_HEX 64
#define UUID_LEN (ID_UUID_SIZE - 1)

void widget_identity_read(struct json_fields *f, struct widget_identity *who)
{
	who->session_id =
	    json_fields_str(f, "session_id", 0, CHAT_EXTERNAL_ID_MAX);
	who->user_hash = json_fields_str(f, "user_hash", 0, HASH_HEX);
	who->claim = json_fields_get(f, "identity", JSON_OBJECT);
	who->details = json_fields_get(f, "contact_details", JSON_OBJECT);
}

static enum err_code read_claim(
    struct pool *pool, struct widget_identity *who, struct err *err)
{
	struct json_fields f;
	enum err_code code;

	json_fields_init(&f, who->claim);
	who->user = json_fields_str(&f, "user", 1, IDENTITY_USER_MAX);
	who->hash = json_fields_str(&f, "hash", 0, HASH_HEX);
	who->jwt = json_fields_str(&f, "jwt", 0, IDENTITY_PROOF_MAX);
	code = json_fields_end(&f, err);
	if (code)
		return code;
	if (!identity_uniform(pool, who->user, COUNTRY, &who->user_key))
		return err_set(err, ERR_BAD_REQUEST,
		    "identity.user must be an e-mail address or a telephone "
		    "number of somebody.");
	return ERR_OK;
}

enum err_code widget_identity_check(
    struct pool *pool, struct widget_identity *who, struct err *err)
{
	size_t n = who->session_id.n;

	if ((!n && !who->claim) || n > CHAT_EXTERNAL_ID_MAX ||
	    !valid_text(who->session_id, false))
		return err_set(err, ERR_BAD_REQUEST,
		    "session_id must be 1 to %d bytes of printable text.",
		    CHAT_EXTERNAL_ID_MAX);
	return who->claim ? read_claim(pool, who, err) : ERR_OK;
}

static enum err_code get_secret(struct req *req, const struct integration *site,
    struct str *secret_r, struct err *err)
{
	char id[ID_UUID_SIZE];
	struct widget w;
	enum err_code code = widget_get(req->db, req->pool, req->app->seal_key,
	    site->workspace_id, str_of(id_uuid(site->id, id)), &w, err);

	if (!code)
		*secret_r = widget_secret(req->pool, &w);
	return code;
}

/* The page's server signs what it has, or what it is here. */
static bool is_hash_right(
    struct pool *pool, const struct widget_identity *who, struct str secret)
{
	return identity_is_proved(pool, secret, who->user, who->hash) ||
	       identity_is_proved(pool, secret, who->user_key, who->hash);
}

static bool is_jwt_right(
    struct pool *pool, const struct widget_identity *who, struct str secret)
{
	static const char *const texts[] = { "sub", NULL };
	const struct jwt_want want = {
		.now_s = clock_now_us() / 1000000,
		.texts = texts,
	};
	const struct json *claims;
	struct err ignored;
	struct str sub;

	return secret.n &&
	       jwt_check(pool, secret, who->jwt, &want, &claims, &ignored) ==
		   ERR_OK &&
	       identity_uniform(
		   pool, json_str(json_get(claims, "sub")), COUNTRY, &sub) &&
	       str_eq(sub, who->user_key);
}

static bool is_proved(
    struct pool *pool, const struct widget_identity *who, struct str secret)
{
	return who->jwt.n ? is_jwt_right(pool, who, secret)
			  : is_hash_right(pool, who, secret);
}

/* As loaders make one for who has none. */
static bool is_thrown(struct str session_id)
{
	struct id id;

	return session_id.n == UUID_LEN && id_parse(session_id, &id);
}

/* An id of the site's own says who it is, and everybody may know it. */
static enum err_code prove_session(struct pool *pool,
    const struct widget_identity *who, struct str secret,
    struct str *external_id_r, struct err *err)
{
	bool is_right = who->user_hash.n
			    ? identity_is_proved(
				  pool, secret, who->session_id, who->user_hash)
			    : identity_is_own_id(pool, secret, who->session_id);

	if (is_right)
		*external_id_r = who->session_id;
	else if (who->user_hash.n ||
		 (!who->claim && !is_thrown(who->session_id)))
		return err_set(err, ERR_FORBIDDEN,
		    "user_hash does not prove that session_id.");
	else
		*external_id_r = identity_new_id(pool, secret);
	return ERR_OK;
}

enum err_code widget_identity_prove(struct req *req,
    const struct widget_identity *who, const struct integration *site,
    bool must_prove, struct chat_open *open, struct err *err)
{
	struct str secret = STR_EMPTY;
	enum err_code code = ERR_OK;

	if (must_prove)
		code = get_secret(req, site, &secret, err);
	if (code)
		return code;
	open->external_id = who->session_id;
	open->user_key = who->user_key;
	if (who->claim && must_prove) {
		if (!is_proved(req->pool, who, secret))
			return err_set(err, ERR_FORBIDDEN,
			    "Nothing proves that identity.");
		open->is_verified = true;
	}
	/* Nobody can prove anything before there is a secret. */
	if (secret.n)
		code = prove_session(
		    req->pool, who, secret, &open->external_id, err);
	open->fresh_id = identity_new_id(req->pool, secret);
	if (!open->external_id.n)
		open->external_id = open->fresh_id;
	return code;
}
