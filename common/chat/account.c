/* account.c: users, their logins and the throttle on guessing */
/* SPDX-License-Identifier: MIT */
#include "chat/account.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "base/log.h"
#include "base/password.h"
#include "base/rnd.h"
#include "base/settings.h"
#include "base/valid.h"
#include "chat/chat.h"
#include "chat/throttle.h"
#include "db/db_login.h"
#include "db/db_notification.h"

#define SECOND_US   INT64_C(1000000)
#define TOKEN_BYTES 32
#define TOKEN_MAX   128 /* longer cookies are none of ours */
#define SEEN_STEP_S 60	/* logins.seen_at is written this often at most */

static struct account from_user(const struct db_user *user)
{
	return (struct account){
		.user_id = user->id,
		.workspace_id = user->workspace_id,
		.email = user->email,
		.display_name = user->display_name,
		.role = user->role,
		.workspace_name = user->workspace_name,
		.is_admin = str_eq(user->role, STR("admin")),
	};
}

struct chat_actor account_actor(const struct account *account)
{
	return (struct chat_actor){
		.kind = CHAT_AGENT,
		.workspace_id = account->workspace_id,
		.user_id = account->user_id,
		.display_name = account->display_name,
		.is_admin = account->is_admin,
	};
}

static struct str token_hash(struct str token, uint8_t out[RND_SHA256_SIZE])
{
	rnd_sha256(token, out);
	return str_make((const char *)out, RND_SHA256_SIZE);
}

/* ---------------------------------------------------------------- login */

static enum err_code refuse(struct err *err)
{
	return err_set(err, ERR_UNAUTHORIZED,
	    "The e-mail address or the password is wrong.");
}

/*
 * ERR_UNAUTHORIZED takes as long for an address that nobody has as for a
 * wrong password.
 */
static enum err_code find_user(struct db *db, struct pool *pool,
    struct str email, struct str password, struct db_user *user_r,
    struct err *err)
{
	enum err_code code = ERR_NOT_FOUND;
	const char *hash = NULL;

	if (valid_email(email))
		code = db_user_get_by_email(db, pool, email, user_r, err);
	if (code && code != ERR_NOT_FOUND)
		return code;
	if (!code && !user_r->is_disabled)
		hash = str_dup(pool, user_r->password_hash);
	/* Nobody has a longer one; hashing it would only cost time. */
	if (password.n > PASSWORD_MAX)
		return refuse(err);
	return password_check(hash, password) ? ERR_OK : refuse(err);
}

/* A stronger hash is a favour, not a reason to fail the login. */
static void rehash(
    struct db *db, const struct db_user *user, struct str password)
{
	char hash[PASSWORD_HASH_SIZE];
	struct err err = { 0 };

	if (password_hash(password, hash, &err) ||
	    db_user_set_hash(db, user, str_of(hash), &err))
		log_warn(
		    "rehash user=%s error=%s", id_text(user->id), err.text);
}

static enum err_code add_login(struct db *db, struct pool *pool,
    const struct settings *s, const struct db_user *user, struct str address,
    struct str *token_r, struct err *err)
{
	int64_t now = clock_now_us();
	uint8_t hash[RND_SHA256_SIZE];
	struct db_login login = {
		.user = *user,
		.seen_at = now,
		.expires_at = now + settings_int(&s->session_max_s) * SECOND_US,
	};
	enum err_code code;

	*token_r = rnd_token(pool, "", TOKEN_BYTES);
	login.token_hash = token_hash(*token_r, hash);
	code = db_login_prune(db, now, err);
	if (code)
		return code;
	return db_login_add(db, &login, str_head(address, 64), now, err);
}

enum err_code account_login(struct db *db, struct pool *pool,
    const struct settings *s, struct str email, struct str password,
    struct str address, struct account *account_r, struct str *token_r,
    struct err *err)
{
	struct throttle throttle;
	struct db_user user;
	struct err later;
	enum err_code code;

	email = str_lower(pool, str_trim(email));
	throttle_init(&throttle, email, address);
	code = throttle_check(db, pool, &throttle, err);
	if (code)
		return code;
	code = find_user(db, pool, email, password, &user, err);
	if (code == ERR_UNAUTHORIZED) {
		err_clear(&later);
		if (throttle_add(db, &throttle, s, &later)) {
			/* Uncounted guesses would be free ones. */
			if (err)
				*err = later;
			return later.code;
		}
		return code;
	}
	if (code)
		return code;
	code = throttle_clear(db, &throttle, err);
	if (code)
		return code;
	if (password_is_weak(str_dup(pool, user.password_hash)))
		rehash(db, &user, password);
	*account_r = from_user(&user);
	return add_login(db, pool, s, &user, address, token_r, err);
}

/* --------------------------------------------------------------- logins */

/* The daemons look at once whether the user's sockets still have a login. */
static enum err_code notify_end(
    struct db *db, struct id workspace_id, struct id user_id, struct err *err)
{
	struct db_notification row = {
		.workspace_id = workspace_id,
		.kind = "login",
	};
	enum err_code code;
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_uuid(&j, "user_id", user_id);
	json_out_end(&j);
	row.payload = buf_str(&b);
	code = db_notification_add(db, &row, clock_now_us(), err);
	buf_fini(&b);
	return code;
}

static enum err_code end_login_in(struct db *db, void *arg, struct err *err)
{
	const struct db_login *login = arg;
	enum err_code code = db_login_del(db, login->token_hash, err);

	if (code)
		return code;
	return notify_end(db, login->user.workspace_id, login->user.id, err);
}

static enum err_code end_login(
    struct db *db, struct db_login *login, struct err *err)
{
	enum err_code code = db_transact(db, end_login_in, login, err);

	if (!code)
		doorbell_ring();
	return code;
}

static enum err_code ended(struct err *err)
{
	return err_set(err, ERR_UNAUTHORIZED, "Please log in.");
}

static enum err_code by_token(struct db *db, struct pool *pool,
    const struct settings *s, struct str token, bool is_use,
    struct account *account_r, struct err *err)
{
	uint8_t hash[RND_SHA256_SIZE];
	int64_t now = clock_now_us();
	struct db_login login;
	enum err_code code;

	if (!token.n || token.n > TOKEN_MAX)
		return ended(err);
	code = db_login_get(db, pool, token_hash(token, hash), &login, err);
	if (code == ERR_NOT_FOUND)
		return ended(err);
	if (code)
		return code;
	if (now >= login.expires_at ||
	    now >=
		login.seen_at + settings_int(&s->session_idle_s) * SECOND_US) {
		code = end_login(db, &login, err);
		return code ? code : ended(err);
	}
	if (is_use && now >= login.seen_at + SEEN_STEP_S * SECOND_US) {
		code = db_login_set_seen(db, login.token_hash, now, err);
		if (code)
			return code;
	}
	*account_r = from_user(&login.user);
	return ERR_OK;
}

enum err_code account_by_token(struct db *db, struct pool *pool,
    const struct settings *s, struct str token, struct account *account_r,
    struct err *err)
{
	return by_token(db, pool, s, token, true, account_r, err);
}

enum err_code account_check_token(struct db *db, struct pool *pool,
    const struct settings *s, struct str token, struct account *account_r,
    struct err *err)
{
	return by_token(db, pool, s, token, false, account_r, err);
}

enum err_code account_logout(struct db *db, struct str token, struct err *err)
{
	uint8_t hash[RND_SHA256_SIZE];
	struct db_login login;
	struct pool *pool;
	enum err_code code;

	if (!token.n || token.n > TOKEN_MAX)
		return ERR_OK;
	pool = pool_new();
	code = db_login_get(db, pool, token_hash(token, hash), &login, err);
	if (!code)
		code = end_login(db, &login, err);
	else if (code == ERR_NOT_FOUND) /* or its user is disabled */
		code = db_login_del(db, token_hash(token, hash), err);
	pool_free(&pool);
	return code;
}

/* ---------------------------------------------------------------- users */

static enum err_code check_password(struct str password, struct err *err)
{
	if (password.n < PASSWORD_MIN || password.n > PASSWORD_MAX ||
	    !valid_utf8(password) || memchr(password.p, '\0', password.n))
		return err_set(err, ERR_BAD_REQUEST,
		    "A password has %d to %d bytes of text.", PASSWORD_MIN,
		    PASSWORD_MAX);
	return ERR_OK;
}

static enum err_code check_user(const struct db_user *user, struct err *err)
{
	if (!valid_email(user->email))
		return err_set(
		    err, ERR_BAD_REQUEST, "The e-mail address is not valid.");
	if (!str_trim(user->display_name).n ||
	    !valid_utf8(user->display_name) ||
	    !valid_text(user->display_name, false) ||
	    valid_utf8_count(user->display_name) > CHAT_NAME_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "A name has 1 to %d characters.", CHAT_NAME_MAX);
	if (!str_eq(user->role, STR("agent")) &&
	    !str_eq(user->role, STR("admin")))
		return err_set(
		    err, ERR_BAD_REQUEST, "A role is agent or admin.");
	return ERR_OK;
}

enum err_code account_add(struct db *db, struct id workspace_id,
    struct str email, struct str display_name, struct str role,
    struct str password, struct id *user_id_r, struct err *err)
{
	struct pool *pool = pool_new();
	char hash[PASSWORD_HASH_SIZE];
	struct db_user user = {
		.id = id_new(),
		.workspace_id = workspace_id,
		.email = str_lower(pool, str_trim(email)),
		.display_name = str_trim(display_name),
		.role = role,
	};
	enum err_code code;

	code = check_user(&user, err);
	if (!code)
		code = check_password(password, err);
	if (!code)
		code = password_hash(password, hash, err);
	if (!code) {
		user.password_hash = str_of(hash);
		code = db_user_add(db, &user, clock_now_us(), err);
		if (code == ERR_CONFLICT)
			err_set(err, code,
			    "There is a user with this e-mail address.");
	}
	if (!code)
		*user_id_r = user.id;
	pool_free(&pool);
	return code;
}

struct new_password {
	const struct db_user *user;
	struct str hash;
};

/* A stolen login must not outlive the password that was changed for it. */
static enum err_code set_password_in(struct db *db, void *arg, struct err *err)
{
	struct new_password *p = arg;
	enum err_code code;

	code = db_user_set_password(
	    db, p->user->workspace_id, p->user->id, p->hash, err);
	if (code)
		return code;
	code = db_login_del_user(db, p->user->workspace_id, p->user->id, err);
	if (code)
		return code;
	return notify_end(db, p->user->workspace_id, p->user->id, err);
}

enum err_code account_set_password(
    struct db *db, struct str email, struct str password, struct err *err)
{
	struct pool *pool = pool_new();
	char hash[PASSWORD_HASH_SIZE];
	struct db_user user;
	struct new_password p = { .user = &user };
	enum err_code code;

	code = check_password(password, err);
	if (!code)
		code = db_user_get_by_email(
		    db, pool, str_lower(pool, str_trim(email)), &user, err);
	if (!code)
		code = password_hash(password, hash, err);
	if (!code) {
		p.hash = str_of(hash);
		code = db_transact(db, set_password_in, &p, err);
	}
	if (!code)
		doorbell_ring();
	pool_free(&pool);
	return code;
}

enum err_code account_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct accounts *list_r, struct err *err)
{
	struct db_users users;
	enum err_code code;
	size_t i;

	code = db_user_list(db, pool, workspace_id, &users, err);
	if (code)
		return code;
	list_r->n = users.n;
	list_r->items = pool_alloc(pool, users.n * sizeof(*list_r->items));
	for (i = 0; i < users.n; i++)
		list_r->items[i] = from_user(&users.items[i]);
	return ERR_OK;
}
