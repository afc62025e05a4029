/* throttle.c: how often an account or a network may get a password wrong */
/* SPDX-License-Identifier: MIT */
#include "chat/throttle.h"

#include "base/clock.h"
#include "base/network.h"
#include "base/rnd.h"
#include "base/settings.h"
#include "db/db_login.h"

#define SECOND_US   INT64_C(1000000)
#define BLOCK_MIN_S 60
#define BLOCK_MAX_S 3600

static struct str subject_of(const uint8_t digest[32])
{
	return str_make((const char *)digest, RND_SHA256_SIZE);
}

static void digest(const char *kind, struct str name, uint8_t out[32])
{
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, kind);
	buf_put(&b, name);
	rnd_sha256(buf_str(&b), out);
	buf_fini(&b);
}

void throttle_init(struct throttle *t, struct str email, struct str address)
{
	char network[NETWORK_SIZE];

	digest("account:", email, t->account);
	digest("address:", str_of(network_of(address, network)), t->network);
}

enum err_code throttle_check(
    struct db *db, struct pool *pool, const struct throttle *t, struct err *err)
{
	const uint8_t *subjects[] = { t->account, t->network };
	int64_t now = clock_now_us(), until = 0;
	struct db_login_fail fail;
	enum err_code code;
	size_t i;

	for (i = 0; i < COUNT_OF(subjects); i++) {
		code = db_login_fail_get(
		    db, pool, subject_of(subjects[i]), &fail, err);
		if (code)
			return code;
		until = MAX_OF(until, fail.blocked_until);
	}
	if (until <= now)
		return ERR_OK;
	err_set(err, ERR_RATE_LIMITED,
	    "Too many failed logins. Please try again later.");
	if (err)
		err->retry_after_s =
		    (unsigned)((until - now + SECOND_US - 1) / SECOND_US);
	return ERR_RATE_LIMITED;
}

struct add {
	struct pool *pool;
	struct str subject;
	uint64_t max; /* fails that are free */
	int64_t window_us;
};

static int64_t block_us(uint64_t beyond)
{
	int64_t s = BLOCK_MIN_S;

	while (beyond-- && s < BLOCK_MAX_S)
		s *= 2;
	return MIN_OF(s, BLOCK_MAX_S) * SECOND_US;
}

static enum err_code add_in(struct db *db, void *arg, struct err *err)
{
	struct add *a = arg;
	int64_t now = clock_now_us();
	struct db_login_fail fail;
	enum err_code code;

	code = db_login_fail_lock(db, a->pool, a->subject, now, &fail, err);
	if (code)
		return code;
	if (MAX_OF(fail.first_at, fail.blocked_until) < now - a->window_us) {
		fail.fails = 0;
		fail.first_at = now;
		fail.blocked_until = 0;
	}
	fail.fails++;
	if (fail.fails >= a->max)
		fail.blocked_until = now + block_us(fail.fails - a->max);
	return db_login_fail_set(db, &fail, err);
}

enum err_code throttle_add(struct db *db, const struct throttle *t,
    const struct settings *s, struct err *err)
{
	struct add adds[] = {
		{ .subject = subject_of(t->account),
		    .max = (uint64_t)settings_int(&s->login_fails) },
		{ .subject = subject_of(t->network),
		    .max = (uint64_t)settings_int(&s->login_fails_addr) },
	};
	int64_t window_us = settings_int(&s->login_window_s) * SECOND_US;
	struct pool *pool = pool_new();
	enum err_code code = ERR_OK;
	size_t i;

	/* One row, one transaction: two tries at once cannot deadlock. */
	for (i = 0; i < COUNT_OF(adds) && !code; i++) {
		adds[i].pool = pool;
		adds[i].window_us = window_us;
		code = db_transact(db, add_in, &adds[i], err);
	}
	if (!code)
		code = db_login_fail_prune(db,
		    clock_now_us() - window_us - BLOCK_MAX_S * SECOND_US, err);
	pool_free(&pool);
	return code;
}

enum err_code throttle_clear(
    struct db *db, const struct throttle *t, struct err *err)
{
	return db_login_fail_del(db, subject_of(t->account), err);
}
