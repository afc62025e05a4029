/* kb_import.c: the background work that makes sources searchable */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_import.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/valid.h"
#include "bot/kb.h"
#include "bot/kb_fetch.h"
#include "bot/kb_markdown.h"
#include "bot/kb_split.h"

#define US_PER_S       1000000
#define RENEWALS       3 /* of a lease before it would run out */
#define BACKOFF_S      30
#define BACKOFF_FACTOR 6

struct import {
	struct pool *pool;
	struct db *db;
	const struct bot_env *env;
	struct id owner;
	bool of_web;
	struct kb_job job;
	int64_t renew_at;
	bool is_lost;
	/* what came of it */
	enum err_code result;
	struct err why;
	struct str title;
	struct str content;
	struct kb_chunks chunks;
};

static int64_t lease_us(const struct import *m)
{
	return settings_int(&m->env->settings->turn_lease_s) * US_PER_S;
}

static enum err_code take_in(struct db *db, void *arg, struct err *err)
{
	struct import *m = arg;
	int64_t now = clock_now_us();

	m->renew_at = now + lease_us(m) / RENEWALS;
	return db_kb_job_take(db, m->pool, m->of_web, m->owner, now,
	    now + lease_us(m), &m->job, err);
}

/* Without an answer of the database the lease lasts as long as it did. */
static bool tick(void *arg)
{
	struct import *m = arg;
	int64_t now = clock_now_us();
	bool is_mine = true;
	struct err err;

	if (m->is_lost || now < m->renew_at)
		return !m->is_lost;
	if (db_kb_job_renew(
		m->db, &m->job, now + lease_us(m), &is_mine, &err) != ERR_OK)
		log_warn("kb_not_renewed source=%s why=\"%s\"",
		    id_text(m->job.source.id), err.text);
	else if (!is_mine)
		m->is_lost = true;
	m->renew_at = now + lease_us(m) / RENEWALS;
	return !m->is_lost;
}

/* A text is kept as it was given, a page as what was read in it. */
static enum err_code read_source(struct import *m, struct err *err)
{
	const struct kb_source *s = &m->job.source;
	struct kb_doc doc;
	enum err_code code;

	kb_doc_init(&doc, m->pool);
	if (s->is_web)
		code = kb_fetch(m->env->settings, s->url, tick, m, &doc, err);
	else
		code = kb_markdown_read(s->content, &doc, err);
	if (code != ERR_OK)
		return code;
	m->title = s->title.n > 0    ? s->title
		   : doc.title.n > 0 ? doc.title
		   : doc.n > 0	     ? doc.items[0].text
				     : s->url;
	m->title = valid_utf8_head(m->title, KB_TITLE_MAX);
	m->content = s->is_web ? kb_doc_text(&doc) : s->content;
	return kb_split(
	    m->pool, &doc, m->title, s->workspace_id, &m->chunks, err);
}

static bool may_come_later(enum err_code code)
{
	return code == ERR_TIMEOUT || code == ERR_BAD_GATEWAY ||
	       code == ERR_UNAVAILABLE;
}

/* 0: not again. */
static int64_t next_try(const struct import *m)
{
	int64_t wait = BACKOFF_S;

	if (!may_come_later(m->result) || m->job.tries >= KB_TRIES_MAX)
		return 0;
	for (uint64_t i = 1; i < m->job.tries; i++)
		wait *= BACKOFF_FACTOR;
	return clock_now_us() + wait * US_PER_S;
}

static enum err_code finish_in(struct db *db, void *arg, struct err *err)
{
	struct import *m = arg;
	const struct kb_source *s = &m->job.source;
	bool is_mine;
	enum err_code code =
	    db_kb_job_lock(db, m->pool, &m->job, &is_mine, err);

	if (code != ERR_OK || !is_mine)
		return code;
	if (m->result != ERR_OK)
		return db_kb_job_failed(
		    db, &m->job, str_of(m->why.text), next_try(m), err);
	code = db_kb_chunk_set(
	    db, m->pool, s->workspace_id, s->kb_id, s->id, &m->chunks, err);
	if (code == ERR_OK)
		code = db_kb_job_done(
		    db, &m->job, m->title, m->content, m->chunks.n, err);
	return code;
}

static enum err_code import_one(struct db *db, struct pool *pool,
    const struct bot_env *env, bool of_web, bool *did_r, struct err *err)
{
	struct import m = { .pool = pool,
		.db = db,
		.env = env,
		.owner = id_new(),
		.of_web = of_web };
	enum err_code code;

	code = db_transact(db, take_in, &m, err);
	*did_r = code == ERR_OK && !id_is_none(m.job.source.id);
	if (!*did_r)
		return code;
	/* It ended the workers that tried. */
	if (m.job.tries > KB_TRIES_MAX)
		m.result = err_set(&m.why, ERR_INTERNAL,
		    "It was given up after %d tries.", KB_TRIES_MAX);
	else
		m.result = read_source(&m, &m.why);
	log_info("kb_import source=%s try=%llu result=%s chunks=%zu",
	    id_text(m.job.source.id), (unsigned long long)m.job.tries,
	    err_slug(m.result), m.chunks.n);
	if (m.is_lost)
		return ERR_OK;
	return db_transact(db, finish_in, &m, err);
}

enum err_code kb_import_text(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err)
{
	return import_one(db, pool, env, false, did_r, err);
}

enum err_code kb_import_page(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err)
{
	return import_one(db, pool, env, true, did_r, err);
}
