/* runner.h: runs CUnit suites and says how many passed: all our test programs
 * end in it */
/* SPDX-License-Identifier: MIT */
#ifndef RUNNER_H
#define RUNNER_H

#include <CUnit/CUnit.h>

#include "base/base.h"

/*
 * Runs the n suites, or the one named only (NULL: all); around, which may be
 * NULL, is called with true before and with false after them. The last line
 * that it prints is "N passed, N failed". Returns the exit status.
 */
int runner_run(CU_SuiteInfo *const *suites, size_t n, const char *only,
    void (*around)(bool is_start));

#endif
