/* wake.c: the loop's wake-up call, for tests that have no loop */
/* SPDX-License-Identifier: MIT */
#include "wake.h"

#include <pthread.h>
#include <stdbool.h>

#include "transport.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t called = PTHREAD_COND_INITIALIZER;
static bool is_called;

void transport_wake(void)
{
	pthread_mutex_lock(&lock);
	is_called = true;
	pthread_cond_signal(&called);
	pthread_mutex_unlock(&lock);
}

void fake_wake_wait(void)
{
	pthread_mutex_lock(&lock);
	while (!is_called)
		pthread_cond_wait(&called, &lock);
	is_called = false;
	pthread_mutex_unlock(&lock);
}
