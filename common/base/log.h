/* log.h: one line per event: time, level, program, context, key=value */
/* SPDX-License-Identifier: MIT */
#ifndef LOG_H
#define LOG_H

#include "base/base.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG__MAX };

/*
 * Lines go to standard error (the supervisor or web server keeps them) or to
 * path when it is not NULL or empty. One write(2) per line, so threads and
 * processes do not mix. Never message text, tokens or passwords.
 */
void log_open(const char *program, const char *path, enum log_level level);
/* Opens path again, after rotation. Safe outside signal handlers only. */
void log_reopen(void);
/* From any thread. */
void log_set_level(enum log_level level);
/* "error", "warn", "info", "debug"; false when it is none of them. */
bool log_level_parse(const char *name, enum log_level *level_r);

/*
 * Context of the calling thread, for example "req=01J... ws=01J...": stands in
 * each of its lines until the next call. NULL clears it. The text is copied.
 */
void log_context(const char *fmt, ...) PRINTF(1, 2);
void log_context_clear(void);

/* fmt is the event and its fields: log_info("listen socket=%s", path). */
void log_error(const char *fmt, ...) PRINTF(1, 2);
void log_warn(const char *fmt, ...) PRINTF(1, 2);
void log_info(const char *fmt, ...) PRINTF(1, 2);
void log_debug(const char *fmt, ...) PRINTF(1, 2);

/*
 * For what strangers can cause: of each kind, a static zeroed struct, at most
 * LOG_SOME lines a second; the next one that is written says how many were not
 * (suppressed=N). One thread per kind.
 */
#define LOG_SOME 5

struct log_kind {
	int64_t since_ms;
	unsigned n;
	unsigned suppressed;
};

void log_warn_some(struct log_kind *kind, const char *fmt, ...) PRINTF(2, 3);

#endif
