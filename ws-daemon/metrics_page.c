/* metrics_page.c: the page /metrics: gauges of the daemon and of its process */
/* SPDX-License-Identifier: MIT */
#include "metrics_page.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/db.h"
#include "drops.h"
#include "jobs.h"
#include "metrics.h"
#include "notify.h"
#include "peer.h"
#include "presence.h"
#include "room.h"
#include "wire.h"

#ifndef BARAZA_VERSION
#define BARAZA_VERSION "0.2.0"
#endif

static struct buf page;

void metrics_page_start(void)
{
	metrics_set(METRIC_STARTED, clock_now_us() / 1000);
	metrics_add_of(METRIC_BUILD, BARAZA_VERSION, 1);
}

static int64_t resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long long pages = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%*s %lld", &pages) != 1)
		pages = 0;
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

/* Newer kernels tell the number as the folder's size; reading the names of
 * thousands would hold the loop up. */
static int64_t open_files(void)
{
	struct stat st;
	int64_t n = -1; /* the one that reads */
	DIR *dir;

	if (stat("/proc/self/fd", &st) == 0 && st.st_size > 0)
		return st.st_size;
	dir = opendir("/proc/self/fd");
	if (!dir)
		return 0;
	for (const struct dirent *e; (e = readdir(dir));)
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void look_at_process(void)
{
	struct rusage used;
	struct rlimit files;

	if (getrusage(RUSAGE_SELF, &used) == 0)
		metrics_set(METRIC_CPU,
		    (used.ru_utime.tv_sec + used.ru_stime.tv_sec) *
			    INT64_C(1000000) +
			used.ru_utime.tv_usec + used.ru_stime.tv_usec);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0)
		metrics_set(METRIC_FILES_MAX, (int64_t)files.rlim_cur);
	metrics_set(METRIC_RESIDENT, resident_bytes());
	metrics_set(METRIC_FILES, open_files());
}

static void look_at_crew(enum jobs_crew crew, const char *name)
{
	struct jobs_crew_state state;

	jobs_crew_state(crew, &state);
	metrics_set_of(METRIC_CREW_BUSY, name, (int64_t)state.busy);
	metrics_set_of(METRIC_CREW_QUEUED, name, (int64_t)state.queued);
}

static void look_at_daemon(void)
{
	int why;

	struct db_stats db;

	db_stats(&db);
	for (why = 0; why < DROP__MAX; why++)
		metrics_set_of(METRIC_DROPS, drops_word((enum drop)why),
		    (int64_t)drops_get((enum drop)why));
	metrics_set(METRIC_DB_ERRORS, (int64_t)db.errors);
	metrics_set(METRIC_DB_CONNECTS, (int64_t)db.connects);
	metrics_set(METRIC_SOCKETS, (int64_t)peer_count());
	metrics_set(METRIC_AGENTS, (int64_t)presence_count());
	metrics_set(METRIC_ROOMS, (int64_t)room_count());
	look_at_crew(JOBS_TURNS, "turns");
	look_at_crew(JOBS_BACKGROUND, "background");
	metrics_set(METRIC_JOBS_PENDING, (int64_t)jobs_pending());
	metrics_set(METRIC_FEED_READ_AGE, notify_read_age_ms());
}

bool metrics_page(struct str path, struct wire_answer *answer_r)
{
	if (!str_eq(path, STR("/metrics")))
		return false;
	look_at_process();
	look_at_daemon();
	buf_clear(&page);
	metrics_put(&page);
	answer_r->type = "text/plain; version=0.0.4; charset=utf-8";
	answer_r->body = buf_str(&page);
	return true;
}

void metrics_page_fini(void)
{
	buf_fini(&page);
	metrics_fini();
}
