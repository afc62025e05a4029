/* harness.c: a private MariaDB for the tests that need one */
/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

#define START_TRIES 1500 /* of 20 ms */

static char folder[64] = "/tmp/baraza-db-XXXXXX";
static char cnf_path[128], socket_path[128];
static char cnf_arg[160], data_arg[160], socket_arg[160], pid_arg[160],
    log_arg[160];
static char user_name[] = "root", db_name[] = "baraza", empty[] = "";
static struct settings settings;
static pid_t server, janitor;
static int janitors_pipe = -1; /* closed when we end, however that is */

static const char small_cnf[] = "[mariadbd]\n"
				"skip-networking\n"
				"skip-name-resolve\n"
				"character-set-server = utf8mb4\n"
				"collation-server = utf8mb4_unicode_ci\n"
				"innodb_buffer_pool_size = 32M\n"
				"loose_innodb_buffer_pool_size_max = 64M\n"
				"innodb_log_file_size = 32M\n"
				"innodb_log_buffer_size = 2M\n"
				"key_buffer_size = 1M\n"
				"aria_pagecache_buffer_size = 8M\n"
				"query_cache_type = 0\n"
				"query_cache_size = 0\n"
				"tmp_table_size = 4M\n"
				"max_heap_table_size = 4M\n"
				"max_connections = 80\n"
				"table_open_cache = 256\n"
				"table_definition_cache = 400\n"
				"open_files_limit = 2000\n"
				"thread_cache_size = 16\n"
				"performance_schema = OFF\n"
				"innodb_flush_log_at_trx_commit = 1\n"
				"skip-log-bin\n"
				"transaction-isolation = READ-COMMITTED\n"
				"innodb_autoinc_lock_mode = 2\n"
				"max_allowed_packet = 16M\n";

/* The folder goes away with the program, so what the server said goes here. */
static void __attribute__((noreturn)) die(const char *what)
{
	char path[128], line[512];
	FILE *file;

	fprintf(stderr, "harness: %s\n", what);
	snprintf(path, sizeof(path), "%s/server.err", folder);
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strstr(line, "ERROR") != NULL)
			fputs(line, stderr);
	exit(EXIT_FAILURE);
}

static void pause_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

static int remove_one(
    const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* A process that waits for our end, even by kill -9 or Ctrl-C, and then removes
 * the folder; the server, which ends at that moment too, may still write. */
static void start_janitor(void)
{
	int fds[2];
	char c;

	if (pipe2(fds, O_CLOEXEC) != 0 || (janitor = fork()) < 0)
		die("no janitor");
	janitors_pipe = fds[1];
	if (janitor > 0) {
		close(fds[0]);
		return;
	}
	setsid();
	close(fds[1]);
	while (read(fds[0], &c, 1) < 0)
		;
	for (int i = 0; i < 50 && access(folder, F_OK) == 0; i++) {
		nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		pause_ms(20);
	}
	_exit(0);
}

/* The server dies with the tests, however they end. */
static pid_t spawn(const char *const argv[])
{
	pid_t parent = getpid(), pid = fork();
	int null;

	if (pid < 0)
		die("fork failed");
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	null = open("/dev/null", O_RDWR);
	if (getppid() != parent || null < 0)
		_exit(127);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static void write_cnf(void)
{
	FILE *file = fopen(cnf_path, "we");

	if (file == NULL || fputs(small_cnf, file) == EOF || fclose(file) != 0)
		die("the settings cannot be written");
}

static void set_paths(void)
{
	snprintf(cnf_path, sizeof(cnf_path), "%s/small.cnf", folder);
	snprintf(socket_path, sizeof(socket_path), "%s/socket", folder);
	snprintf(cnf_arg, sizeof(cnf_arg), "--defaults-file=%s", cnf_path);
	snprintf(data_arg, sizeof(data_arg), "--datadir=%s/data", folder);
	snprintf(socket_arg, sizeof(socket_arg), "--socket=%s", socket_path);
	snprintf(pid_arg, sizeof(pid_arg), "--pid-file=%s/pid", folder);
	snprintf(log_arg, sizeof(log_arg), "--log-error=%s/server.err", folder);
}

static void install(void)
{
	const char *const argv[] = { "mariadb-install-db", cnf_arg, data_arg,
		"--auth-root-authentication-method=normal", "--skip-test-db",
		geteuid() == 0 ? "--user=root" : NULL, NULL };
	int status;

	if (waitpid(spawn(argv), &status, 0) < 0 || status != 0)
		die("mariadb-install-db failed");
}

static void run_server(void)
{
	const char *const argv[] = { "mariadbd", cnf_arg, data_arg, socket_arg,
		pid_arg, log_arg, geteuid() == 0 ? "--user=root" : NULL, NULL };

	server = spawn(argv);
}

static void wait_for_server(void)
{
	struct err err;
	int i;

	for (i = 0; i < START_TRIES; i++) {
		struct db *db;
		enum err_code code = db_open(&settings, false, &db, &err);

		db_close(&db);
		if (code == ERR_OK)
			return;
		if (waitpid(server, NULL, WNOHANG) == server)
			die("mariadbd ended");
		pause_ms(20);
	}
	die("mariadbd does not answer");
}

static void load_schema(void)
{
	FILE *file = fopen("sql/schema.sql", "re");
	char chunk[4096];
	struct buf sql;
	size_t n;
	struct db *db;

	if (file == NULL)
		die("run it where sql/schema.sql is");
	buf_init(&sql, 0);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_bytes(&sql, chunk, n);
	fclose(file);
	db = harness_db();
	harness_sql(db, "CREATE DATABASE baraza CHARACTER SET utf8mb4;");
	db_close(&db);
	settings.db_name = db_name;
	db = harness_db();
	harness_sql(db, sql.p);
	db_close(&db);
	buf_fini(&sql);
}

void harness_start(void)
{
	if (mkdtemp(folder) == NULL)
		die("no folder");
	start_janitor();
	set_paths();
	settings.db_socket = socket_path;
	settings.db_user = user_name;
	settings.db_password = empty;
	settings.db_host = empty;
	settings.db_name = empty;
	write_cnf();
	install();
	run_server();
	wait_for_server();
	load_schema();
}

void harness_stop(void)
{
	harness_kill();
	close(janitors_pipe);
	waitpid(janitor, NULL, 0);
}

void harness_kill(void)
{
	if (server <= 0)
		return;
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	server = 0;
}

void harness_restart(void)
{
	run_server();
	wait_for_server();
}

const struct settings *harness_settings(void)
{
	return &settings;
}

struct db *harness_db(void)
{
	struct err err;
	struct db *db;

	if (db_open(&settings, false, &db, &err) != ERR_OK)
		die(err.text);
	return db;
}

void harness_sql(struct db *db, const char *sql)
{
	struct err err;

	if (db_run_script(db, str_of(sql), &err) != ERR_OK)
		die(err.text);
}
