/* jwt.c: JSON Web Tokens, HS256 and nothing else (the only user of libjwt) */
/* SPDX-License-Identifier: MIT */
/*
 * The signature is compared here, in constant time, before the library reads a
 * byte that strangers wrote; it checks it once more and takes the token apart.
 */
#include "base/jwt.h"

#include <dlfcn.h>
#include <jwt.h>
#include <pthread.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/rnd.h"

#define LIBRARY	  "libjwt.so.0"
#define EXP_MAX	  INT64_C(253402300799) /* the year 9999 */
#define HEAD_MAX  512			/* bytes of a header in base64url */
#define HEAD_DEEP 4

/* What is used of the library, without jwt_ before the names. */
static struct {
	__typeof__(jwt_new) *new;
	__typeof__(jwt_free) *free;
	__typeof__(jwt_set_alg) *set_alg;
	__typeof__(jwt_get_alg) *get_alg;
	__typeof__(jwt_add_header) *add_header;
	__typeof__(jwt_get_headers_json) *get_headers_json;
	__typeof__(jwt_add_grants_json) *add_grants_json;
	__typeof__(jwt_get_grants_json) *get_grants_json;
	__typeof__(jwt_encode_str) *encode_str;
	__typeof__(jwt_decode) *decode;
} lib;
static bool is_there;

/* A function pointer from an object pointer, as POSIX has it. */
static bool find(void *library, const char *name, void *function_r)
{
	void *symbol = dlsym(library, name);

	memcpy(function_r, &symbol, sizeof(symbol));
	return symbol != NULL;
}

/* It brings jansson along, which a CGI program would pay for each time. */
static void load(void)
{
	void *l = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	is_there = l != NULL && find(l, "jwt_new", &lib.new) &&
		   find(l, "jwt_free", &lib.free) &&
		   find(l, "jwt_set_alg", &lib.set_alg) &&
		   find(l, "jwt_get_alg", &lib.get_alg) &&
		   find(l, "jwt_add_header", &lib.add_header) &&
		   find(l, "jwt_get_headers_json", &lib.get_headers_json) &&
		   find(l, "jwt_add_grants_json", &lib.add_grants_json) &&
		   find(l, "jwt_get_grants_json", &lib.get_grants_json) &&
		   find(l, "jwt_encode_str", &lib.encode_str) &&
		   find(l, "jwt_decode", &lib.decode);
	if (!is_there)
		log_error("library_missing name=%s", LIBRARY);
}

static enum err_code need_library(struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	if (is_there)
		return ERR_OK;
	return err_set(err, ERR_INTERNAL, "%s is not installed.", LIBRARY);
}

/* ------------------------------------------------------------------ making */

static bool fill(struct pool *pool, jwt_t *jwt, struct str key, struct str kid,
    struct str claims)
{
	return !lib.set_alg(jwt, JWT_ALG_HS256, (const unsigned char *)key.p,
		   (int)key.n) &&
	       (!kid.n || !lib.add_header(jwt, "kid", str_dup(pool, kid))) &&
	       !lib.add_grants_json(jwt, str_dup(pool, claims));
}

enum err_code jwt_make(struct pool *pool, struct str key, struct str kid,
    struct str claims, struct str *token_r, struct err *err)
{
	enum err_code code = need_library(err);
	char *text = NULL;
	jwt_t *jwt = NULL;

	if (code)
		return code;
	if (!lib.new(&jwt) && fill(pool, jwt, key, kid, claims))
		text = lib.encode_str(jwt);
	if (text)
		*token_r = str_copy(pool, str_of(text));
	free(text);
	lib.free(jwt);
	if (!text)
		return err_set(err, ERR_INTERNAL, "No token can be made.");
	if (token_r->n > JWT_TOKEN_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "A token may have at most %d bytes.", JWT_TOKEN_MAX);
	return ERR_OK;
}

/* ---------------------------------------------------------------- checking */

static enum err_code refuse(struct err *err)
{
	return err_set(
	    err, ERR_UNAUTHORIZED, "The token is not valid, or has expired.");
}

/* The three parts; no part but the last may have a dot behind it. */
static bool split(struct str token, struct str part[3])
{
	struct str rest = token;
	size_t i;

	if (!token.n || token.n > JWT_TOKEN_MAX)
		return false;
	for (i = 0; i < 3; i++) {
		size_t dot = str_index(rest, '.');

		part[i] = str_head(rest, dot);
		if (!part[i].n || (i < 2) != (dot < rest.n))
			return false;
		rest = str_from(rest, dot + 1);
	}
	return true;
}

static bool is_signed(struct str token, struct str signature, struct str key)
{
	uint8_t mac[RND_SHA256_SIZE];
	struct buf b;
	bool is_same;

	rnd_hmac_sha256(key, str_head(token, token.n - signature.n - 1), mac);
	/* In letters: another spelling of the same bytes is another token. */
	buf_init(&b, 0);
	buf_base64url(&b, mac, sizeof(mac));
	is_same = rnd_equal(buf_str(&b), signature);
	buf_fini(&b);
	return is_same;
}

struct str jwt_kid(struct pool *pool, struct str token)
{
	const struct json *head;
	struct str part[3], kid = STR_EMPTY;
	struct buf b;

	if (!split(token, part) || part[0].n > HEAD_MAX)
		return STR_EMPTY;
	buf_init(&b, 0);
	if (buf_unbase64(&b, part[0]) &&
	    !json_parse_deep(pool, buf_str(&b), HEAD_DEEP, &head, NULL))
		kid = json_str(json_get(head, "kid"));
	buf_fini(&b);
	return kid.n <= JWT_KID_MAX ? kid : STR_EMPTY;
}

/* The claims as text; NULL when the library does not take it. */
static char *read_claims(struct pool *pool, struct str key, struct str token)
{
	char *claims = NULL, *crit = NULL;
	jwt_t *jwt = NULL;

	if (lib.decode(&jwt, str_dup(pool, token), (const unsigned char *)key.p,
		(int)key.n))
		return NULL;
	/* What it names must be understood, and nothing of it is. */
	crit = lib.get_headers_json(jwt, "crit");
	if (!crit && lib.get_alg(jwt) == JWT_ALG_HS256)
		claims = lib.get_grants_json(jwt, NULL);
	free(crit);
	lib.free(jwt);
	return claims;
}

/* A text, or one of several. */
static bool is_for(const struct json *aud, struct str want)
{
	const struct json *item = NULL;

	if (json_type(aud) != JSON_ARRAY)
		return str_eq(json_str(aud), want);
	while ((item = json_next(aud, item)))
		if (str_eq(json_str(item), want))
			return true;
	return false;
}

static bool is_wanted(const struct json *claims, const struct jwt_want *want)
{
	const struct json *nbf = json_get(claims, "nbf");
	int64_t exp, from = 0;
	size_t i;

	if (!json_i64(json_get(claims, "exp"), 0, EXP_MAX, &exp) ||
	    exp <= want->now_s)
		return false;
	if (nbf && (!json_i64(nbf, 0, EXP_MAX, &from) || from > want->now_s))
		return false;
	if (want->aud.n && !is_for(json_get(claims, "aud"), want->aud))
		return false;
	for (i = 0; want->texts && want->texts[i]; i++)
		if (!json_str(json_get(claims, want->texts[i])).n)
			return false;
	return true;
}

enum err_code jwt_check(struct pool *pool, struct str key, struct str token,
    const struct jwt_want *want, const struct json **claims_r, struct err *err)
{
	const struct json *claims = NULL;
	struct str part[3];
	enum err_code code;
	char *text;

	if (!key.n || !split(token, part) || !is_signed(token, part[2], key))
		return refuse(err);
	code = need_library(err);
	if (code)
		return code;
	text = read_claims(pool, key, token);
	code = text ? json_parse(pool, str_of(text), &claims, NULL)
		    : ERR_UNAUTHORIZED;
	free(text);
	if (code || json_type(claims) != JSON_OBJECT ||
	    !is_wanted(claims, want))
		return refuse(err);
	*claims_r = claims;
	return ERR_OK;
}
