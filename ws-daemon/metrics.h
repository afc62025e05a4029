/* metrics.h: what the daemon counts, in the text format of Prometheus */
/* SPDX-License-Identifier: MIT */
#ifndef METRICS_H
#define METRICS_H

#include "base/buf.h"

/*
 * One table (metrics.c) says each metric's name, type, labels and help. Counters
 * and gauges belong to the loop's thread; metrics_observe may be called from any
 * thread. Nothing has to be started, and nothing here knows of chat: the
 * protocol layer counts as well.
 */
enum metric {
	METRIC_CONNECTIONS, /* transport */
	METRIC_CONNECTS,    /* transport */
	METRIC_UPGRADES,
	METRIC_DISCONNECTS, /* reason */
	METRIC_REFUSALS,    /* reason */
	METRIC_SOCKETS,
	METRIC_AGENTS,
	METRIC_ROOMS,
	METRIC_PACKETS,
	METRIC_BYTES,
	METRIC_DELIVERIES,
	METRIC_DELIVERED_BYTES,
	METRIC_QUEUE_BYTES,
	METRIC_EVENTS, /* event, result */
	METRIC_DROPS,  /* reason */
	METRIC_JOBS_PENDING,
	METRIC_CREW_BUSY,   /* crew */
	METRIC_CREW_QUEUED, /* crew */
	METRIC_JOB_WAIT,    /* job; microseconds */
	METRIC_JOB_RUN,	    /* job; microseconds */
	METRIC_MESSAGES,
	METRIC_GROUP_SIZE, /* messages stored by one commit */
	METRIC_TURNS,	   /* result */
	METRIC_DELTAS,	   /* result */
	METRIC_BACKGROUND, /* job, result */
	METRIC_FEED_ROWS,
	METRIC_FEED_LAG,      /* microseconds */
	METRIC_FEED_READ_AGE, /* milliseconds */
	METRIC_FEED_GAPS,
	METRIC_FEED_GAP_AGE, /* milliseconds */
	METRIC_DB_ERRORS,
	METRIC_DB_CONNECTS,
	METRIC_RELOADS,	    /* result */
	METRIC_TLS_RELOADS, /* result */
	METRIC_CPU,	    /* microseconds */
	METRIC_RESIDENT,
	METRIC_FILES,
	METRIC_FILES_MAX,
	METRIC_STARTED, /* milliseconds since 1970 */
	METRIC_BUILD,	/* version */
	METRIC__MAX
};

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric_row {
	const char *name;
	enum metric_type type;
	const char *help;
	const char *labels[2];	   /* NULL: none */
	const char *const *values; /* of the first label, told from the start */
	int64_t unit;		   /* what is stored for one of what is told */
	const int64_t *bounds; /* histograms: as stored, ascending, 0 ends */
};

extern const struct metric_row metric_rows[METRIC__MAX];

/* For those without labels. */
void metrics_add(enum metric m, int64_t n);
void metrics_set(enum metric m, int64_t value);
/*
 * With one label, or two. The texts must live for ever and be of our own
 * making: what clients say never becomes a label. More of them than a small
 * number count as "other".
 */
void metrics_add_of(enum metric m, const char *label, int64_t n);
void metrics_set_of(enum metric m, const char *label, int64_t value);
void metrics_add_of2(
    enum metric m, const char *label, const char *second, int64_t n);

/* One value of a histogram without labels; from any thread. */
void metrics_observe(enum metric m, int64_t value);
/* With its label; the loop's thread. */
void metrics_observe_of(enum metric m, const char *label, int64_t value);

/* All of them, in the text format 0.0.4. */
void metrics_put(struct buf *b);
/* Back to nothing counted. */
void metrics_fini(void);

#endif
