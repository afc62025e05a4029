/* test_jobs.c: work in threads: order, bound, end */
/* SPDX-License-Identifier: MIT */
#include "jobs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/settings.h"
#include "drops.h"
#include "tests/fake/wake.h"
#include "unit.h"

#define KEYS 16
#define EACH 50

struct number_job {
	struct job job;
	unsigned key, number;
	bool has_run;
	pthread_mutex_t *gate; /* NULL: none */
};

static struct settings settings;
static unsigned ran[KEYS], finished[KEYS], refused;
static bool in_order;

static int setup_suite(void)
{
	/* That there is no database is what the log would be full of. */
	log_open("test-unit", NULL, LOG_ERROR);
	conf_defaults(settings_rows, settings_rows_n, &settings);
	free(settings.db_socket);
	settings.db_socket = mem_strdup("/nonexistent/mysqld.sock");
	return 0;
}

static int teardown_suite(void)
{
	settings_fini(&settings);
	return 0;
}

/* No database answers there: that must not keep the threads from starting. */
static void setup(void)
{
	struct err err;

	memset(ran, 0, sizeof(ran));
	memset(finished, 0, sizeof(finished));
	refused = 0;
	in_order = true;
	CU_ASSERT_EQUAL_FATAL(jobs_start(&settings, &err), ERR_OK);
}

static void collect_all(void)
{
	while (jobs_pending() > 0) {
		fake_wake_wait();
		jobs_collect();
	}
}

/* Only the thread of its key touches ran[key]. */
static void run(struct job *job, struct worker *worker)
{
	struct number_job *n = LIST_OF(job, struct number_job, job);

	(void)worker;
	if (n->gate) {
		pthread_mutex_lock(n->gate);
		pthread_mutex_unlock(n->gate);
	}
	n->has_run = n->number == ran[n->key]++;
}

static void done(struct job *job)
{
	struct number_job *n = LIST_OF(job, struct number_job, job);

	if (job->result == ERR_UNAVAILABLE) {
		refused++;
		return;
	}
	if (!n->has_run || n->number != finished[n->key]++)
		in_order = false;
}

static void add(unsigned key, unsigned number, pthread_mutex_t *gate)
{
	struct number_job *n = jobs_new(sizeof(*n), run, done);

	n->key = key;
	n->number = number;
	n->gate = gate;
	jobs_add(key, &n->job);
}

static void same_key_same_order(void)
{
	unsigned i, k;

	for (i = 0; i < EACH; i++)
		for (k = 0; k < KEYS; k++)
			add(k, i, NULL);
	CU_ASSERT_EQUAL(jobs_pending(), EACH * KEYS);
	collect_all();
	CU_ASSERT(in_order);
	for (k = 0; k < KEYS; k++)
		CU_ASSERT_EQUAL(finished[k], EACH);
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
}

static void a_blocked_worker_blocks_only_its_own(void)
{
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&gate);
	add(1, 0, &gate);
	add(JOBS_FEED, 0, NULL);
	while (finished[JOBS_FEED] == 0) {
		fake_wake_wait();
		jobs_collect();
	}
	CU_ASSERT_EQUAL(jobs_pending(), 1);
	pthread_mutex_unlock(&gate);
	collect_all();
	CU_ASSERT_EQUAL(finished[1], 1);
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
}

static void too_many_are_refused(void)
{
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	uint64_t busy = drops_get(DROP_BUSY);
	unsigned i;

	pthread_mutex_lock(&gate);
	for (i = 0; i < JOBS_MAX; i++)
		add(1, i, &gate);
	for (i = 0; i < 3; i++)
		add(2, i, NULL);
	jobs_collect();
	CU_ASSERT_EQUAL(refused, 3);
	CU_ASSERT_EQUAL(drops_get(DROP_BUSY), busy + 3);
	CU_ASSERT_EQUAL(ran[2], 0);
	pthread_mutex_unlock(&gate);
	collect_all();
	CU_ASSERT(in_order);
	CU_ASSERT_EQUAL(finished[1], JOBS_MAX);
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
}

static void stop_finishes_what_is_queued(void)
{
	unsigned i;

	for (i = 0; i < 100; i++)
		add(3, i, NULL);
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
	CU_ASSERT_EQUAL(ran[3], 100);
	CU_ASSERT_EQUAL(finished[3], 0);
	CU_ASSERT_EQUAL(jobs_pending(), 0);
}

static void the_feed_has_a_key_of_its_own(void)
{
	CU_ASSERT_NOT_EQUAL(jobs_key(ID_NONE), JOBS_FEED);
	CU_ASSERT_NOT_EQUAL(jobs_key(id_new()), jobs_key(id_new()));
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
}

/* -------------------------------------------------------------------- crews */

static atomic_uint long_ran;
static unsigned long_done[EACH + 1]; /* the numbers, as they ended */
static size_t n_long_done;

static void run_long(struct job *job, struct worker *worker)
{
	struct number_job *n = LIST_OF(job, struct number_job, job);

	(void)worker;
	if (n->gate) {
		pthread_mutex_lock(n->gate);
		pthread_mutex_unlock(n->gate);
	}
	atomic_fetch_add(&long_ran, 1);
}

static void done_long(struct job *job)
{
	struct number_job *n = LIST_OF(job, struct number_job, job);

	if (job->result == ERR_UNAVAILABLE)
		refused++;
	else
		long_done[n_long_done++ % COUNT_OF(long_done)] = n->number;
}

static void add_long(
    enum jobs_crew crew, unsigned number, pthread_mutex_t *shut)
{
	struct number_job *n = jobs_new(sizeof(*n), run_long, done_long);

	n->number = number;
	n->gate = shut;
	jobs_add_long(crew, &n->job);
}

static void begin_crew(int64_t turn_workers)
{
	static struct settings own;
	struct err err;

	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
	own = settings;
	own.turn_workers = turn_workers;
	long_ran = 0;
	n_long_done = 0;
	CU_ASSERT_EQUAL_FATAL(jobs_start(&own, &err), ERR_OK);
}

static void collect_until(size_t pending)
{
	while (jobs_pending() > pending) {
		fake_wake_wait();
		jobs_collect();
	}
}

static void wait_until_busy(enum jobs_crew crew, size_t n)
{
	struct jobs_crew_state state;

	do
		jobs_crew_state(crew, &state);
	while (state.busy < n);
	CU_ASSERT_EQUAL(state.busy, n);
}

static void a_crew_that_waits_keeps_nobody_else(void)
{
	pthread_mutex_t shut = PTHREAD_MUTEX_INITIALIZER;
	struct jobs_crew_state state;
	unsigned i;

	begin_crew(8);
	pthread_mutex_lock(&shut);
	for (i = 0; i < 11; i++)
		add_long(JOBS_TURNS, 7, &shut);
	wait_until_busy(JOBS_TURNS, 8);
	jobs_crew_state(JOBS_TURNS, &state);
	CU_ASSERT_EQUAL(state.queued, 3);
	for (i = 0; i < KEYS; i++)
		add(i, 0, NULL);
	add_long(JOBS_BACKGROUND, 1, NULL);
	collect_until(11);
	for (i = 0; i < KEYS; i++)
		CU_ASSERT_EQUAL(finished[i], 1);
	CU_ASSERT_EQUAL(long_ran, 1);
	CU_ASSERT_EQUAL(long_done[0], 1);
	pthread_mutex_unlock(&shut);
	collect_all();
	CU_ASSERT_EQUAL(long_ran, 12);
	jobs_crew_state(JOBS_TURNS, &state);
	CU_ASSERT_EQUAL(state.busy + state.queued, 0);
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
}

static void one_that_waits_does_not_keep_its_crew(void)
{
	pthread_mutex_t shut = PTHREAD_MUTEX_INITIALIZER;
	unsigned i;

	begin_crew(2);
	pthread_mutex_lock(&shut);
	add_long(JOBS_TURNS, EACH, &shut);
	wait_until_busy(JOBS_TURNS, 1);
	/* The other one runs the rest, in order. */
	for (i = 0; i < EACH; i++)
		add_long(JOBS_TURNS, i, NULL);
	collect_until(1);
	for (i = 0; i < EACH; i++)
		CU_ASSERT_EQUAL(long_done[i], i);
	pthread_mutex_unlock(&shut);
	collect_all();
	CU_ASSERT_EQUAL(long_done[EACH], EACH);
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
}

static void a_crowd_of_turns_leaves_room_for_the_rest(void)
{
	pthread_mutex_t shut = PTHREAD_MUTEX_INITIALIZER;
	unsigned i;

	begin_crew(1);
	pthread_mutex_lock(&shut);
	for (i = 0; i < JOBS_MAX + 2; i++)
		add_long(JOBS_TURNS, 0, &shut);
	collect_until(JOBS_MAX);
	CU_ASSERT_EQUAL(refused, 2);
	for (i = 0; i < EACH; i++)
		add(2, i, NULL);
	collect_until(JOBS_MAX);
	CU_ASSERT_EQUAL(refused, 2);
	CU_ASSERT_EQUAL(finished[2], EACH);
	pthread_mutex_unlock(&shut);
	collect_all();
	CU_ASSERT_EQUAL(long_ran, JOBS_MAX);
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
}

static void a_stop_drops_turns_and_leaves_those_that_run(void)
{
	pthread_mutex_t shut = PTHREAD_MUTEX_INITIALIZER;

	begin_crew(1);
	pthread_mutex_lock(&shut);
	add_long(JOBS_TURNS, 0, &shut);
	wait_until_busy(JOBS_TURNS, 1);
	add_long(JOBS_TURNS, 1, NULL);
	add(3, 0, NULL);
	CU_ASSERT_EQUAL(jobs_stop(1000), JOBS_LEFT_LONG);
	CU_ASSERT_EQUAL(ran[3], 1);
	pthread_mutex_unlock(&shut);
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
	CU_ASSERT_EQUAL(long_ran, 1);
}

/* ------------------------------------------------------------------ groups */

/* One worker, so that all keys share its queue; its first job waits. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static struct settings narrow;
static char log_text[200]; /* by the worker: a letter per job, groups in () */
static char done_text[100];

struct letter_job {
	struct job job;
	char letter;
	unsigned in_group;
};

static void put(char *text, char c)
{
	size_t n = strlen(text);

	text[n] = c;
	text[n + 1] = '\0';
}

static void run_letter(struct job *job, struct worker *worker)
{
	(void)worker;
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	put(log_text, LIST_OF(job, struct letter_job, job)->letter);
}

/* They fail. */
static bool is_capital(char letter)
{
	return letter >= 'A' && letter <= 'Z';
}

static void run_letters(struct job **group, size_t n, struct worker *worker)
{
	size_t i;

	(void)worker;
	put(log_text, '(');
	for (i = 0; i < n; i++) {
		struct letter_job *l =
		    LIST_OF(group[i], struct letter_job, job);

		put(log_text, l->letter);
		l->in_group = (unsigned)n;
		if (is_capital(l->letter))
			group[i]->result = err_set(
			    &group[i]->err, ERR_CONFLICT, "%c", l->letter);
	}
	put(log_text, ')');
}

static void run_letters_too(struct job **group, size_t n, struct worker *worker)
{
	run_letters(group, n, worker);
}

static void done_letter(struct job *job)
{
	struct letter_job *l = LIST_OF(job, struct letter_job, job);

	put(done_text, l->letter);
	CU_ASSERT_EQUAL(
	    job->result, is_capital(l->letter) ? ERR_CONFLICT : ERR_OK);
	if (is_capital(l->letter))
		CU_ASSERT_EQUAL(job->err.text[0], l->letter);
}

static void add_letter(uint64_t key, char letter, jobs_run_fn *many)
{
	struct letter_job *l =
	    jobs_new(sizeof(*l), many ? NULL : run_letter, done_letter);

	l->letter = letter;
	l->job.run_many = many;
	jobs_add(key, &l->job);
}

static void begin_letters(int64_t group_max)
{
	struct err err;

	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
	narrow = settings;
	narrow.workers = 1;
	narrow.group_max = group_max;
	log_text[0] = done_text[0] = '\0';
	CU_ASSERT_EQUAL_FATAL(jobs_start(&narrow, &err), ERR_OK);
	pthread_mutex_lock(&gate);
	add_letter(9, '.', NULL);
}

static void end_letters(const char *ran_as, const char *done_as)
{
	pthread_mutex_unlock(&gate);
	collect_all();
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
	CU_ASSERT_STRING_EQUAL(log_text, ran_as);
	CU_ASSERT_STRING_EQUAL(done_text, done_as);
}

static void what_waits_together_runs_together(void)
{
	begin_letters(256);
	add_letter(1, 'a', run_letters);
	add_letter(2, 'B', run_letters);
	add_letter(1, 'c', run_letters);
	end_letters(".(aBc)", ".aBc");
}

static void a_group_has_a_bound(void)
{
	char c;

	begin_letters(4);
	for (c = 'a'; c < 'k'; c++)
		add_letter((uint64_t)c, c, run_letters);
	end_letters(".(abcd)(efgh)(ij)", ".abcdefghij");
}

static void nothing_of_a_key_passes_another_of_it(void)
{
	begin_letters(256);
	add_letter(1, 'a', run_letters);
	add_letter(2, 'x', NULL); /* a join, say */
	add_letter(1, 'b', run_letters);
	add_letter(2, 'c', run_letters); /* must not pass x */
	add_letter(3, 'y', run_letters_too);
	add_letter(3, 'd', run_letters); /* must not pass y */
	add_letter(2, 'z', NULL);
	add_letter(2, 'e', run_letters);
	add_letter(4, 'f', run_letters);
	end_letters(".(abf)x(c)(y)(d)z(e)", ".abfxcydze");
}

static void a_crowd_of_others_ends_the_group(void)
{
	int i;

	begin_letters(256);
	add_letter(1, 'a', run_letters);
	for (i = 0; i < 32; i++)
		add_letter(2, 'x', NULL);
	add_letter(1, 'b', run_letters);
	add_letter(2, 'y', NULL);
	add_letter(1, 'c', run_letters);
	end_letters(".(ab)xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy(c)",
	    ".abxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxyc");
}

/* A server that hangs up on everybody. */
struct rude {
	int fd;
	_Atomic unsigned calls;
};

static void *hang_up(void *arg)
{
	struct rude *r = arg;
	int fd;

	while ((fd = accept(r->fd, NULL, NULL)) >= 0) {
		atomic_fetch_add(&r->calls, 1);
		close(fd);
	}
	return NULL;
}

static void rude_open(struct rude *r, const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	unlink(path);
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	r->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CU_ASSERT_FATAL(
	    bind(r->fd, (struct sockaddr *)&sun, sizeof(sun)) == 0 &&
	    listen(r->fd, 64) == 0);
}

/* Each would cost a timeout where packets are dropped. */
static void a_start_makes_one_connection(void)
{
	struct settings own = settings;
	struct rude r = { .calls = 0 };
	pthread_t thread;
	struct err err;

	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
	own.db_socket = mem_strdup(unit_file(""));
	own.workers = 8;
	rude_open(&r, own.db_socket);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, hang_up, &r), 0);
	CU_ASSERT_EQUAL(jobs_start(&own, &err), ERR_OK);
	CU_ASSERT_EQUAL(jobs_stop(10000), JOBS_ENDED);
	shutdown(r.fd, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(r.fd);
	CU_ASSERT_EQUAL(r.calls, 1);
	free(own.db_socket);
}

static CU_TestInfo tests[] = {
	{ "jobs of one key run and end in order", same_key_same_order },
	{ "a blocked worker does not block the feed",
	    a_blocked_worker_blocks_only_its_own },
	{ "too many jobs are refused without running", too_many_are_refused },
	{ "a stop finishes what is queued", stop_finishes_what_is_queued },
	{ "no conversation has the feed's key", the_feed_has_a_key_of_its_own },
	{ "what waits together runs together",
	    what_waits_together_runs_together },
	{ "a group has a bound", a_group_has_a_bound },
	{ "nothing of a key passes another of it",
	    nothing_of_a_key_passes_another_of_it },
	{ "a crowd of others ends the group",
	    a_crowd_of_others_ends_the_group },
	{ "a crew that waits keeps nobody else waiting",
	    a_crew_that_waits_keeps_nobody_else },
	{ "one that waits does not keep the rest of its crew",
	    one_that_waits_does_not_keep_its_crew },
	{ "a crowd of turns leaves room for the rest",
	    a_crowd_of_turns_leaves_room_for_the_rest },
	{ "a stop drops the turns that wait and leaves those that run",
	    a_stop_drops_turns_and_leaves_those_that_run },
	{ "a start makes one connection", a_start_makes_one_connection },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_jobs = { "jobs", setup_suite, teardown_suite, setup, NULL,
	tests };
