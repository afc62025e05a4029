/* outside.c: calls of a turn: who makes them, how long, under which name */
/* SPDX-License-Identifier: MIT */
#include "bot/outside.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rnd.h"
#include "base/seal.h"
#include "base/settings.h"
#include "bot/action_knowledge.h"
#include "bot/action_llm_agent.h"
#include "db/db_bot_state.h"
#include "db/db_kb.h"

#define RENEWALS  3  /* of a lease before it would run out */
#define KEY_BYTES 16 /* of the digest that names a call */

/*
 * The calls that are there, one line each; what is not fails in the engine as a
 * call that found nobody. X(name, what it asks, what it gets, whether it waits
 * for others than the database)
 */
#define CALLS(X)                                                               \
	X(agent, call_agent, call_agent_reply, true)                           \
	X(request, call_request, call_response, true)                          \
	X(search, call_search, call_passages, false)

static int64_t lease_us(const struct outside *o)
{
	return settings_int(&o->env->settings->turn_lease_s) * 1000000;
}

/* Without an answer of the database the lease lasts as long as it did. */
static void renew(struct outside *o, int64_t now)
{
	bool is_ours = true;
	struct err err;

	assert(!db_in_transaction(o->db));
	if (db_bot_state_renew(o->db, o->workspace_id, o->conversation_id,
		o->turn, now + lease_us(o), &is_ours, &err) != ERR_OK)
		log_warn("turn_not_renewed conversation=%s why=\"%s\"",
		    id_text(o->conversation_id), err.text);
	else if (!is_ours)
		o->is_lost = true;
	o->renew_at_us = now + lease_us(o) / RENEWALS;
}

static bool is_stopping(const struct outside *o)
{
	return o->env->is_stopping != NULL && atomic_load(o->env->is_stopping);
}

static bool tick(void *arg)
{
	struct outside *o = arg;
	int64_t now = clock_now_us();

	if (is_stopping(o))
		o->is_left = true;
	if (o->is_left)
		return false;
	if (!o->is_lost && now >= o->renew_at_us)
		renew(o, now);
	return !o->is_lost && now < o->deadline_us;
}

void outside_init(struct outside *o, struct db *db, const struct bot_env *env,
    struct id turn, int64_t taken_at)
{
	*o = (struct outside){
		.db = db,
		.env = env,
		.tick = tick,
		.turn = turn,
		.deadline_us =
		    taken_at +
		    settings_int(&env->settings->turn_max_s) * 1000000,
	};
	o->renew_at_us = taken_at + lease_us(o) / RENEWALS;
}

int64_t outside_left_ms(const struct outside *o, int64_t max)
{
	int64_t left = (o->deadline_us - clock_now_us()) / 1000;

	return MAX_OF(MIN_OF(left, max), 0);
}

const char *outside_key(const struct outside *o, struct pool *pool)
{
	static const struct seal_key none; /* tests run without a key file */
	const struct seal_key *key = o->env->seal_key;
	char uuid[ID_UUID_SIZE];
	uint8_t digest[RND_SHA256_SIZE];
	const char *what = pool_printf(pool, "call %s %" PRIu64 " %u",
	    id_uuid(o->conversation_id, uuid), o->seq, o->calls);

	if (key == NULL)
		key = &none;
	rnd_hmac_sha256(str_make((const char *)key->b, sizeof(key->b)),
	    str_of(what), digest);
	return str_hex(pool, digest, KEY_BYTES).p;
}

/* For others than the database. */
static bool may_wait(struct outside *o)
{
	const struct bot_env *env = o->env;

	if (!o->may_wait)
		o->may_wait =
		    !env->is_brief && (env->may_wait == NULL ||
					  env->may_wait(env, o->workspace_id));
	return o->may_wait;
}

/* Before each call; o's own pool is the turn's, in which the call writes. */
static enum err_code begin(
    struct outside *o, struct pool *pool, bool is_long, struct err *err)
{
	if (o->is_dry || (is_long && !may_wait(o)) || is_stopping(o)) {
		o->is_left = true;
		return err_set(err, ERR_TIMEOUT, "Nobody waits for it here.");
	}
	assert(!db_in_transaction(o->db));
	o->pool = pool;
	o->calls++;
	if (!o->tick(o))
		return err_set(
		    err, ERR_TIMEOUT, "There is no time left in this turn.");
	return ERR_OK;
}

#define CALL(name, in_type, out_type, is_long)                                 \
	static enum err_code call_##name(void *arg, struct pool *pool,         \
	    const struct in_type *in, struct out_type *out_r, struct err *err) \
	{                                                                      \
		enum err_code code = begin(arg, pool, is_long, err);           \
                                                                               \
		return code != ERR_OK                                          \
			   ? code                                              \
			   : outside_##name(arg, pool, in, out_r, err);        \
	}
CALLS(CALL)

/* For one that must not call: without a knowledge base there is nothing to be
 * found, and it is no call. */
static enum err_code find_nothing(void *arg, struct pool *pool,
    const struct call_search *in, struct call_passages *out_r, struct err *err)
{
	const struct outside *o = arg;
	uint64_t n = 1;

	*out_r = (struct call_passages){ .n = 0 };
	if (in->collection.n == 0 &&
	    db_kb_count_attached(o->db, pool, o->workspace_id, o->chatbot_id,
		&n, err) == ERR_OK &&
	    n == 0)
		return ERR_OK;
	return call_search(arg, pool, in, out_r, err);
}

struct bot_calls outside_calls(struct outside *o)
{
	struct bot_calls calls = { .arg = o };

#define SET(name, in_type, out_type, is_long) calls.name = call_##name;
	CALLS(SET)
	if (o->is_dry)
		calls.search = find_nothing;
	return calls;
}
