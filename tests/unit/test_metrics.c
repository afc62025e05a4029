/* test_metrics.c: what is counted, and the text that tells of it */
/* SPDX-License-Identifier: MIT */
#include "metrics.h"

#include <pthread.h>

#include "unit.h"

#define THREADS 4
#define EACH	20000

static struct buf text;

static int setup(void)
{
	metrics_fini();
	buf_init(&text, 0);
	return 0;
}

static int teardown(void)
{
	metrics_fini();
	buf_fini(&text);
	return 0;
}

/* Whether the page has these lines, one behind the other. */
static bool tells(const char *lines)
{
	buf_clear(&text);
	metrics_put(&text);
	if (str_search(buf_str(&text), str_of(lines)) < text.n)
		return true;
	printf("\n      got: %.*s\n    lacks: %s\n", STR_ARG(buf_str(&text)),
	    lines);
	return false;
}

static void every_row_is_named_once_and_explained(void)
{
	static const char *const ends[] = { "_total", "", "" };

	for (size_t i = 0; i < METRIC__MAX; i++) {
		const struct metric_row *row = &metric_rows[i];

		CU_ASSERT_PTR_NOT_NULL_FATAL(row->name);
		CU_ASSERT(unit_case(
		    str_ends(str_of(row->name), str_of(ends[row->type])) &&
			(row->type == METRIC_COUNTER ||
			    !str_ends(str_of(row->name), STR("_total"))),
		    i, row->name));
		CU_ASSERT(unit_case(
		    str_ends(str_of(row->help), STR(".")), i, row->name));
		CU_ASSERT(unit_case(
		    (row->type == METRIC_HISTOGRAM) == (row->bounds != NULL), i,
		    row->name));
		CU_ASSERT(unit_case(
		    !row->values || (row->labels[0] && !row->labels[1]), i,
		    row->name));
		for (size_t k = 0; row->bounds && row->bounds[k]; k++)
			CU_ASSERT(unit_case(
			    k == 0 || row->bounds[k] > row->bounds[k - 1], i,
			    row->name));
		for (size_t k = 0; k < i; k++)
			CU_ASSERT(unit_case(
			    strcmp(row->name, metric_rows[k].name) != 0, i,
			    row->name));
	}
}

static void counters_and_gauges_are_told(void)
{
	CU_ASSERT(tells("# HELP baraza_upgrades_total Sessions that went on "
			"from polling to WebSocket.\n"
			"# TYPE baraza_upgrades_total counter\n"
			"baraza_upgrades_total 0\n# "));
	metrics_add(METRIC_UPGRADES, 1);
	metrics_add(METRIC_UPGRADES, 41);
	CU_ASSERT(tells("\nbaraza_upgrades_total 42\n"));
	metrics_set(METRIC_ROOMS, 7);
	metrics_set(METRIC_ROOMS, 3);
	CU_ASSERT(tells("# TYPE baraza_rooms gauge\nbaraza_rooms 3\n"));
}

static void units_are_told_exactly(void)
{
	static const struct {
		int64_t us;
		const char *line;
	} cases[] = {
		{ 0, "\nprocess_cpu_seconds_total 0\n" },
		{ 1, "\nprocess_cpu_seconds_total 0.000001\n" },
		{ 1500000, "\nprocess_cpu_seconds_total 1.5\n" },
		{ 12000000, "\nprocess_cpu_seconds_total 12\n" },
		{ -250000, "\nprocess_cpu_seconds_total -0.25\n" },
		{ INT64_MAX, "\nprocess_cpu_seconds_total "
			     "9223372036854.775807\n" },
		{ INT64_MIN, "\nprocess_cpu_seconds_total "
			     "-9223372036854.775808\n" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		metrics_set(METRIC_CPU, cases[i].us);
		CU_ASSERT(unit_case(tells(cases[i].line), i, cases[i].line));
	}
}

static void values_that_are_known_are_told_from_the_start(void)
{
	CU_ASSERT(tells("# TYPE baraza_turns_total counter\n"
			"baraza_turns_total{result=\"ok\"} 0\n"
			"baraza_turns_total{result=\"failed\"} 0\n"));
	metrics_add_of(METRIC_TURNS, "failed", 2);
	CU_ASSERT(tells("baraza_turns_total{result=\"failed\"} 2\n"));
	/* Those of which nothing is known are not told at all. */
	buf_clear(&text);
	metrics_put(&text);
	CU_ASSERT_EQUAL(
	    str_search(buf_str(&text), STR("baraza_events_total")), text.n);
}

static void labels_are_escaped_and_equal_texts_are_one(void)
{
	char same[] = "send\"\\\nx";

	metrics_add_of2(METRIC_EVENTS, "send\"\\\nx", "ok", 1);
	metrics_add_of2(METRIC_EVENTS, same, "ok", 1);
	metrics_add_of2(METRIC_EVENTS, same, "busy", 1);
	CU_ASSERT(tells("# TYPE baraza_events_total counter\n"
			"baraza_events_total{event=\"send\\\"\\\\\\nx\","
			"result=\"ok\"} 2\n"
			"baraza_events_total{event=\"send\\\"\\\\\\nx\","
			"result=\"busy\"} 1\n# "));
}

static void too_many_labels_are_others(void)
{
	static char names[500][8];

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(names[i], sizeof(names[i]), "r%zu", i);
		metrics_add_of(METRIC_DISCONNECTS, names[i], 1);
	}
	CU_ASSERT(tells("{reason=\"r94\"} 1\n"
			"baraza_disconnects_total{reason=\"other\"} 405\n# "));
}

static void histograms_are_cumulative(void)
{
	metrics_observe(METRIC_GROUP_SIZE, 1);
	metrics_observe(METRIC_GROUP_SIZE, 2);
	metrics_observe(METRIC_GROUP_SIZE, 3);
	metrics_observe(METRIC_GROUP_SIZE, 1000);
	CU_ASSERT(tells("# TYPE baraza_group_size histogram\n"
			"baraza_group_size_bucket{le=\"1\"} 1\n"
			"baraza_group_size_bucket{le=\"2\"} 2\n"
			"baraza_group_size_bucket{le=\"4\"} 3\n"));
	CU_ASSERT(tells("baraza_group_size_bucket{le=\"256\"} 3\n"
			"baraza_group_size_bucket{le=\"+Inf\"} 4\n"
			"baraza_group_size_sum 1006\n"
			"baraza_group_size_count 4\n"));
	metrics_observe_of(METRIC_JOB_RUN, "send", 500);
	metrics_observe_of(METRIC_JOB_RUN, "send", 501);
	CU_ASSERT(
	    tells("baraza_job_run_seconds_bucket{job=\"send\",le=\"0.0005\"} "
		  "1\n"
		  "baraza_job_run_seconds_bucket{job=\"send\",le=\"0.001\"} "
		  "2\n"));
	CU_ASSERT(tells("baraza_job_run_seconds_sum{job=\"send\"} 0.001001\n"
			"baraza_job_run_seconds_count{job=\"send\"} 2\n"));
}

static void *observe(void *arg)
{
	for (int i = 0; i < EACH; i++)
		metrics_observe(METRIC_GROUP_SIZE, 2);
	return arg;
}

static void threads_may_observe(void)
{
	pthread_t threads[THREADS];
	char line[64];

	for (size_t i = 0; i < THREADS; i++)
		CU_ASSERT_EQUAL_FATAL(
		    pthread_create(&threads[i], NULL, observe, NULL), 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	snprintf(line, sizeof(line), "_sum %d\nbaraza_group_size_count %d\n",
	    2 * THREADS * EACH, THREADS * EACH);
	CU_ASSERT(tells(line));
}

static void start(void)
{
	metrics_fini();
}

static CU_TestInfo tests[] = {
	{ "every row is named once and explained",
	    every_row_is_named_once_and_explained },
	{ "counters and gauges are told", counters_and_gauges_are_told },
	{ "units are told exactly", units_are_told_exactly },
	{ "values that are known are told from the start",
	    values_that_are_known_are_told_from_the_start },
	{ "labels are escaped, and equal texts are one",
	    labels_are_escaped_and_equal_texts_are_one },
	{ "too many labels are others", too_many_labels_are_others },
	{ "histograms are cumulative", histograms_are_cumulative },
	{ "threads may observe", threads_may_observe },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_metrics = { "metrics", setup, teardown, start, NULL, tests };
