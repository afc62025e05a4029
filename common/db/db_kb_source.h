/* db_kb_source.h: the texts and pages of knowledge bases, and their import */
/* SPDX-License-Identifier: MIT */
#ifndef DB_KB_SOURCE_H
#define DB_KB_SOURCE_H

#include "db/db.h"

enum kb_status { KB_PROCESSING, KB_READY, KB_FAILED, KB_STATUS__MAX };
extern const char *const kb_status_names[KB_STATUS__MAX];

struct kb_source {
	struct id workspace_id;
	struct id kb_id;
	struct id id;
	bool is_web;
	struct str title; /* empty until a page has told its own */
	struct str url;	  /* of a page */
	struct str content;
	enum kb_status status;
	struct str why; /* it failed */
	int64_t created_at;
};

struct kb_sources {
	size_t n;
	struct kb_source *items; /* without content */
};

/* Is due at once. */
MUST_CHECK enum err_code db_kb_source_add(
    struct db *db, const struct kb_source *s, struct err *err);
/* The newest first. */
MUST_CHECK enum err_code db_kb_source_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, size_t max,
    struct kb_sources *list_r, struct err *err);
MUST_CHECK enum err_code db_kb_source_count(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, uint64_t *n_r, struct err *err);
/* ERR_NOT_FOUND when the base has no such source. */
MUST_CHECK enum err_code db_kb_source_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, struct id id, struct err *err);
/* With its chunks. */
MUST_CHECK enum err_code db_kb_source_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err);

/* Imports of one workspace and kind at once, whoever imports. */
#define DB_KB_SHARE 2

/* An import that this worker has to do until the lease is over. */
struct kb_job {
	struct kb_source source;
	struct id owner;
	uint64_t tries; /* this one too */
};

/*
 * Inside a transaction: the page, or else the text, that is due for longest and
 * that nobody else is just taking becomes the owner's until the time given; one
 * of a workspace of which none is being imported before the others.
 * job_r->source.id is none when none is due, or only of workspaces that have
 * their share.
 */
MUST_CHECK enum err_code db_kb_job_take(struct db *db, struct pool *pool,
    bool of_web, struct id owner, int64_t now, int64_t until,
    struct kb_job *job_r, struct err *err);
/* *is_mine_r false: somebody else has it now, or it is gone. */
MUST_CHECK enum err_code db_kb_job_renew(struct db *db,
    const struct kb_job *job, int64_t until, bool *is_mine_r, struct err *err);
/* The same, and locks the source until the transaction ends. */
MUST_CHECK enum err_code db_kb_job_lock(struct db *db, struct pool *pool,
    const struct kb_job *job, bool *is_mine_r, struct err *err);
/* It is ready, with these chunks, title and content. */
MUST_CHECK enum err_code db_kb_job_done(struct db *db, const struct kb_job *job,
    struct str title, struct str content, size_t chunks, struct err *err);
/* due_at 0: it has failed for good, else it is tried again then. */
MUST_CHECK enum err_code db_kb_job_failed(struct db *db,
    const struct kb_job *job, struct str why, int64_t due_at, struct err *err);

#endif
