/* fake_jobs.h: jobs that a test runs step by step, on its own thread */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_JOBS_H
#define FAKE_JOBS_H

#include "jobs.h"

/* The worker's part of the oldest job that waits; false when none does. */
bool fake_jobs_run(void);
/* Both parts of all there is, and of what that brings about. */
void fake_jobs_settle(void);
/* From now on so many jobs that can run together do (1 to 16). */
void fake_jobs_group(size_t max);
/* From now on every job is refused, as when there are too many. */
void fake_jobs_refuse(bool yes);

#endif
