/* test_settings.c: the table of settings */
/* SPDX-License-Identifier: MIT */
#include "base/settings.h"

#include <unistd.h>

#include "base/str.h"
#include "unit.h"

/* 120 characters. */
#define TEN  "0123456789"
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void every_row_is_named_once_and_explained(void)
{
	for (size_t i = 0; i < settings_rows_n; i++) {
		const struct conf_row *row = &settings_rows[i];

		CU_ASSERT(unit_case(
		    row->help != NULL && str_ends(str_of(row->help), STR(".")),
		    i, row->key));
		for (size_t k = 0; k < i; k++) {
			CU_ASSERT(unit_case(
			    strcmp(row->key, settings_rows[k].key) != 0, i,
			    row->key));
			CU_ASSERT(
			    unit_case(row->offset != settings_rows[k].offset, i,
				row->key));
		}
	}
}

static void the_defaults_are_the_documented_ones(void)
{
	struct settings s;
	struct err err;

	CU_ASSERT_EQUAL(settings_read(unit_file(""), &s, &err), ERR_OK);
	CU_ASSERT_STRING_EQUAL(s.base_url, "");
	CU_ASSERT_STRING_EQUAL(s.ws_host, "127.0.0.1");
	CU_ASSERT_STRING_EQUAL(s.ws_origins, "*");
	CU_ASSERT_EQUAL(s.ws_port, 9080);
	CU_ASSERT_EQUAL(s.threads, 0);
	CU_ASSERT_EQUAL(s.ping_interval_ms, 25000);
	CU_ASSERT_EQUAL(s.ping_timeout_ms, 20000);
	CU_ASSERT_EQUAL(s.max_payload, 1000000);
	CU_ASSERT_EQUAL(s.queue_max, 4 * 1024 * 1024);
	CU_ASSERT_EQUAL(s.request_burst, 1200);
	CU_ASSERT_EQUAL(s.request_rate, 20);
	CU_ASSERT_EQUAL(s.session_idle_s, 8 * 3600);
	CU_ASSERT_EQUAL(s.session_max_s, 7 * 86400);
	CU_ASSERT_EQUAL(s.feed_retention_s, 7 * 86400);
	CU_ASSERT_EQUAL(s.log_level, LOG_INFO);
	CU_ASSERT_FALSE(s.trust_proxy);
	settings_fini(&s);
}

/* The printed example with the '#' in front of its keys taken off. */
static void the_printed_example_reads_as_the_defaults(void)
{
	static char text[16384], active[16384];
	FILE *to = fmemopen(text, sizeof(text), "w");
	struct str rest, line;
	struct settings s;
	struct err err;
	size_t n = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	conf_print(settings_rows, settings_rows_n, to);
	fclose(to);
	rest = str_of(text);
	while (str_split(&rest, '\n', &line)) {
		if (line.n > 1 && line.p[0] == '#' && line.p[1] != ' ')
			line = str_from(line, 1);
		n += (size_t)snprintf(
		    active + n, sizeof(active) - n, "%.*s\n", STR_ARG(line));
	}
	CU_ASSERT(str_search(str_of(active), STR("\nws_port = 9080\n")) < n);
	err_clear(&err);
	CU_ASSERT_EQUAL(settings_read(unit_file(active), &s, &err), ERR_OK);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	settings_fini(&s);
}

static void settings_are_checked_together(void)
{
	static const struct {
		const char *text;
		bool ok;
	} cases[] = {
		{ "base_url = https://chat.example.com\n", true },
		{ "base_url = http://127.0.0.1:8080\n", true },
		{ "base_url = https://chat.example.com/\n", false },
		{ "base_url = https://Chat.example.com\n", false },
		{ "base_url = https://*.example.com\n", false },
		{ "base_url = ftp://chat.example.com\n", false },
		{ "base_url = chat.example.com\n", false },
		{ "db_socket =\n", false },
		{ "db_socket =\ndb_host = db.example.com\n", true },
		{ "session_idle_s = 200\nsession_max_s = 100\n", false },
		{ "queue_max = 65536\n", false },
		{ "daemon_beat_ms = 8000\n", false },
		{ "daemon_beat_ms = 8000\ndaemon_dead_ms = 16000\n", true },
		{ "doorbell = /a /b  /c\n", true },
		{ "doorbell = /a /b/" LONG "\n", false },
		{ "doorbell = 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", true },
		{ "doorbell = 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n",
		    false },
		{ "ws_origins = https://a.example, http://*.b.example *\n",
		    true },
		{ "ws_origins = foo\n", false },
		{ "ws_origins = https://a.example foo\n", false },
		{ "threads = 256\n", true },
		{ "threads = 257\n", false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct settings s;
		struct err err;
		bool ok =
		    settings_read(unit_file(cases[i].text), &s, &err) == ERR_OK;

		CU_ASSERT(unit_case(ok == cases[i].ok, i, cases[i].text));
		settings_fini(&s);
	}
}

static void the_environment_names_the_file(void)
{
	struct settings s;
	struct err err;

	setenv("BARAZA_CONF", unit_file("ws_port = 1234\n"), 1);
	CU_ASSERT_EQUAL(settings_read(NULL, &s, &err), ERR_OK);
	CU_ASSERT_EQUAL(s.ws_port, 1234);
	settings_fini(&s);
	/* the argument stands before the environment */
	CU_ASSERT_EQUAL(
	    settings_read(unit_file("ws_port = 4321\n"), &s, &err), ERR_OK);
	CU_ASSERT_EQUAL(s.ws_port, 4321);
	settings_fini(&s);
	unsetenv("BARAZA_CONF");
}

static void the_command_line_leads_to_the_file(void)
{
	char path[64], program[] = "x", file[] = "-f", verb[] = "user";
	char dash[] = "-r";
	char *argv[] = { program, file, path, verb, dash, NULL };
	struct settings s;

	snprintf(path, sizeof(path), "%s", unit_file("workers = 9\n"));
	CU_ASSERT_EQUAL(settings_main(5, argv, "x", NULL, &s), -1);
	CU_ASSERT_EQUAL(s.workers, 9);
	settings_fini(&s);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
}

static void live_rows_are_taken_over_and_others_named(void)
{
	char path[64];
	struct settings_changes changes;
	struct settings s;
	struct err err;

	snprintf(path, sizeof(path), "%s",
	    unit_file("message_burst = 7\nworkers = 2\n"));
	CU_ASSERT_EQUAL_FATAL(settings_read(path, &s, &err), ERR_OK);
	CU_ASSERT_EQUAL(settings_reload(&s, &changes, &err), ERR_OK);
	CU_ASSERT_STRING_EQUAL(changes.live, "");
	CU_ASSERT_STRING_EQUAL(changes.restart, "");
	write_file(path, "ws_origins = https://a.example\nmessage_burst = 9\n"
			 "log_level = debug\nworkers = 3\ndb_password = new\n");
	CU_ASSERT_EQUAL(settings_reload(&s, &changes, &err), ERR_OK);
	CU_ASSERT_STRING_EQUAL(
	    changes.live, "log_level,ws_origins,message_burst");
	CU_ASSERT_STRING_EQUAL(changes.restart, "db_password,workers");
	CU_ASSERT_EQUAL(settings_int(&s.message_burst), 9);
	CU_ASSERT_STRING_EQUAL(s.ws_origins, "https://a.example");
	CU_ASSERT_EQUAL(s.log_level, LOG_DEBUG);
	CU_ASSERT_EQUAL(s.workers, 2);
	CU_ASSERT_STRING_EQUAL(s.db_password, "");
	/* A row that was taken out of the file has its default again. */
	write_file(path, "workers = 2\n");
	CU_ASSERT_EQUAL(settings_reload(&s, &changes, &err), ERR_OK);
	CU_ASSERT_EQUAL(s.message_burst, 30);
	CU_ASSERT_STRING_EQUAL(s.ws_origins, "*");
	CU_ASSERT_STRING_EQUAL(changes.restart, "");
	settings_fini(&s);
}

/* Names in a list divided by commas. */
static bool is_listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = list; (at = strstr(at, name)) != NULL; at += n)
		if ((at == list || at[-1] == ',') &&
		    (at[n] == ',' || at[n] == '\0'))
			return true;
	return false;
}

/* Every number at once: to its greatest value, or away from it. */
static void however_much_changes_all_of_it_is_named(void)
{
	char path[64];
	struct settings_changes changes;
	struct settings s;
	struct err err;
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s", unit_file(""));
	CU_ASSERT_EQUAL_FATAL(settings_read(path, &s, &err), ERR_OK);
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	for (size_t i = 0; i < settings_rows_n; i++) {
		const struct conf_row *row = &settings_rows[i];
		/* half of daemon_dead_ms at most */
		bool is_least = strtoll(row->other, NULL, 10) == row->max ||
				!strcmp(row->key, "daemon_beat_ms");

		if (row->type == CONF_INT)
			fprintf(f, "%s = %lld\n", row->key,
			    (long long)(is_least ? row->min : row->max));
	}
	fclose(f);
	CU_ASSERT_EQUAL(settings_reload(&s, &changes, &err), ERR_OK);
	for (size_t i = 0; i < settings_rows_n; i++) {
		const struct conf_row *row = &settings_rows[i];

		if (row->type != CONF_INT)
			continue;
		CU_ASSERT(unit_case(
		    is_listed(row->is_live ? changes.live : changes.restart,
			row->key),
		    i, row->key));
	}
	/* Nor can either list be too short. */
	for (size_t i = 0; i < settings_rows_n; i++)
		n += strlen(settings_rows[i].key) + 1;
	CU_ASSERT(n < SETTINGS_NAMES_MAX);
	settings_fini(&s);
}

static void a_file_with_a_fault_changes_nothing(void)
{
	static const char *const faults[] = {
		"message_burst = 9\nmessage_burst = 10\n",
		"message_burst = 9\nworkers = 65\n",
		"message_burst = 9\nnonsense = 1\n",
		"message_burst = 9\nqueue_max = 65536\nmax_payload = 65537\n",
	};
	char path[64];
	struct settings_changes changes;
	struct settings s;
	struct err err;

	snprintf(path, sizeof(path), "%s", unit_file("message_burst = 7\n"));
	CU_ASSERT_EQUAL_FATAL(settings_read(path, &s, &err), ERR_OK);
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		write_file(path, faults[i]);
		err_clear(&err);
		CU_ASSERT(unit_case(
		    settings_reload(&s, &changes, &err) == ERR_BAD_REQUEST, i,
		    faults[i]));
		CU_ASSERT(str_starts(str_of(err.text), str_of(path)));
		CU_ASSERT_STRING_EQUAL(changes.live, "");
		CU_ASSERT_EQUAL(s.message_burst, 7);
		CU_ASSERT_EQUAL(s.queue_max, 4 << 20);
	}
	unlink(path);
	CU_ASSERT_EQUAL(settings_reload(&s, &changes, &err), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(s.message_burst, 7);
	settings_fini(&s);
}

/* What check_together compares must be in force together. */
static void rows_that_belong_together_change_together(void)
{
	static const char *const pairs[][2] = {
		{ "session_idle_s", "session_max_s" },
		{ "queue_max", "max_payload" },
		{ "db_host", "db_socket" },
	};
	struct settings_changes changes;
	size_t live_n = 0, restart_n = 0;

	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		int live[2] = { -1, -1 };

		for (size_t k = 0; k < settings_rows_n; k++)
			for (size_t n = 0; n < 2; n++)
				if (!strcmp(settings_rows[k].key, pairs[i][n]))
					live[n] = settings_rows[k].is_live;
		CU_ASSERT(unit_case(
		    live[0] == live[1] && live[0] >= 0, i, pairs[i][0]));
	}
	/* All may change at once, and be named. */
	for (size_t k = 0; k < settings_rows_n; k++)
		*(settings_rows[k].is_live ? &live_n : &restart_n) +=
		    strlen(settings_rows[k].key) + 1;
	CU_ASSERT(live_n < sizeof(changes.live));
	CU_ASSERT(restart_n < sizeof(changes.restart));
	/* Threads read text without a lock: none of theirs may change. */
	for (size_t k = 0; k < settings_rows_n; k++) {
		const struct conf_row *row = &settings_rows[k];

		CU_ASSERT(unit_case(!row->is_live || row->type == CONF_INT ||
					row->type == CONF_LEVEL ||
					!strcmp(row->key, "ws_origins"),
		    k, row->key));
	}
}

static CU_TestInfo tests[] = {
	{ "every row is named once and explained",
	    every_row_is_named_once_and_explained },
	{ "the defaults are the documented ones",
	    the_defaults_are_the_documented_ones },
	{ "the printed example reads as the defaults",
	    the_printed_example_reads_as_the_defaults },
	{ "settings are checked together", settings_are_checked_together },
	{ "the environment names the file", the_environment_names_the_file },
	{ "the command line leads to the file",
	    the_command_line_leads_to_the_file },
	{ "live rows are taken over and others named",
	    live_rows_are_taken_over_and_others_named },
	{ "however much changes, all of it is named",
	    however_much_changes_all_of_it_is_named },
	{ "a file with a fault changes nothing",
	    a_file_with_a_fault_changes_nothing },
	{ "rows that belong together change together",
	    rows_that_belong_together_change_together },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_settings = { "settings", NULL, NULL, NULL, NULL, tests };
