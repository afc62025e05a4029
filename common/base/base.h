/* base.h: what every file may rely on: fixed-width types and compiler marks */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_H
#define BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The caller must look at the answer. */
#define MUST_CHECK __attribute__((warn_unused_result))
/* Arguments are checked as those of printf. */
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#define COUNT_OF(a)  (sizeof(a) / sizeof((a)[0]))
#define MIN_OF(a, b) ((a) < (b) ? (a) : (b))
#define MAX_OF(a, b) ((a) > (b) ? (a) : (b))

/* Unbounded or error-hiding calls: str.h and buf.h have the bounded ones. */
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atof gets

/*
 * Memory from the heap, zeroed. Ends the process when there is none: no branch
 * that no test reaches. What strangers can make large is bounded before.
 */
void *mem_new(size_t size) __attribute__((returns_nonnull));
void *mem_resize(void *p, size_t size) __attribute__((returns_nonnull));
char *mem_strdup(const char *s) __attribute__((returns_nonnull));

#endif
