/* password.c: passwords at rest: argon2id in PHC form */
/* SPDX-License-Identifier: MIT */
#include "base/password.h"

#include <pthread.h>
#include <sodium.h>

#include "base/valid.h"

/* OWASP Password Storage Cheat Sheet: argon2id, m=19 MiB, t=2, p=1. */
#define MEMORY_KIB   19456
#define PASSES	     2
#define PARALLEL_MAX 4

_Static_assert(PASSWORD_HASH_SIZE >= crypto_pwhash_STRBYTES,
    "a PHC string fits the caller's buffer");

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static unsigned running;

static void enter(void)
{
	pthread_mutex_lock(&lock);
	while (running >= PARALLEL_MAX)
		pthread_cond_wait(&freed, &lock);
	running++;
	pthread_mutex_unlock(&lock);
}

static void leave(void)
{
	pthread_mutex_lock(&lock);
	running--;
	pthread_cond_signal(&freed);
	pthread_mutex_unlock(&lock);
}

/* False when the memory could not be had. */
static bool make_hash(struct str password, char out[PASSWORD_HASH_SIZE])
{
	int rc;

	enter();
	rc = crypto_pwhash_str_alg(out, password.p ? password.p : "",
	    password.n, PASSES, (size_t)MEMORY_KIB * 1024,
	    crypto_pwhash_ALG_ARGON2ID13);
	leave();
	return rc == 0;
}

enum err_code password_hash(
    struct str password, char out[PASSWORD_HASH_SIZE], struct err *err)
{
	if (!valid_utf8(password))
		return err_set(
		    err, ERR_BAD_REQUEST, "The password is not UTF-8.");
	if (valid_utf8_count(password) < PASSWORD_MIN)
		return err_set(err, ERR_BAD_REQUEST,
		    "The password must have at least %d characters.",
		    PASSWORD_MIN);
	if (password.n > PASSWORD_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "The password must have at most %d bytes.", PASSWORD_MAX);
	if (!make_hash(password, out))
		return err_set(err, ERR_UNAVAILABLE,
		    "There is no memory for this at the moment.");
	return ERR_OK;
}

bool password_check(const char *hash, struct str password)
{
	char scratch[PASSWORD_HASH_SIZE];
	int rc;

	/* too long for any account, so this tells nothing about one */
	if (password.n > PASSWORD_MAX)
		return false;
	if (hash == NULL || hash[0] == '\0') {
		(void)make_hash(password, scratch);
		return false;
	}
	enter();
	rc = crypto_pwhash_str_verify(
	    hash, password.p ? password.p : "", password.n);
	leave();
	return rc == 0;
}

/* The number behind mark, up to the next ',' or '$'. */
static bool parameter(struct str s, struct str mark, uint64_t *v_r)
{
	size_t n = 0;

	s = str_from(s, str_search(s, mark));
	if (s.n == 0)
		return false;
	s = str_from(s, mark.n);
	while (n < s.n && s.p[n] != ',' && s.p[n] != '$')
		n++;
	return str_u64(str_head(s, n), 0, UINT32_MAX, v_r);
}

bool password_is_weak(const char *hash)
{
	struct str s = str_of(hash);
	uint64_t memory_kib, passes;

	/* not crypto_pwhash_str_needs_rehash: it also reports stronger ones */
	return !str_starts(s, STR("$argon2id$v=19$")) ||
	       !parameter(s, STR("$m="), &memory_kib) ||
	       !parameter(s, STR(",t="), &passes) || memory_kib < MEMORY_KIB ||
	       passes < PASSES;
}
