/* live.h: what the suites of the chat side of ws-daemon share */
/* SPDX-License-Identifier: MIT */
#ifndef LIVE_H
#define LIVE_H

#include <CUnit/CUnit.h>

#include "base/clock.h"
#include "fake_chat.h"
#include "fake_daemons.h"
#include "fake_jobs.h"
#include "fake_sio.h"
#include "tests/fake/time.h"
#include "timer.h"

/* A fresh world before and nothing left after each test. */
void live_setup(void);
void live_teardown(void);
/* Moves the clock step by step, fires timers, runs jobs. */
void live_wait_ms(int64_t ms);
/* A visitor's socket that has joined a conversation, with nothing received. */
struct sio_socket *live_visitor(
    const char *conversation, const char *external_id);
/* Asha's socket, accepted. */
struct sio_socket *live_agent(void);
/* Whether text holds part; prints text when not. */
bool live_has(const char *text, const char *part);
/* How often text holds part. */
size_t live_times(const char *text, const char *part);

extern CU_SuiteInfo suite_delivery, suite_event, suite_presence, suite_typing,
    suite_notify, suite_logout, suite_origin, suite_receipts, suite_foreign,
    suite_life, suite_queue, suite_chores, suite_deltas;

#endif
