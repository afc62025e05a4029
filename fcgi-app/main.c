/* main.c: fcgi-app: reads its settings and finds out how it was started */
/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/rnd.h"
#include "base/seal.h"
#include "base/settings.h"
#include "budget.h"
#include "cgi.h"
#include "chat/chat.h"
#include "csrf.h"
#include "fcgi.h"
#include "key_budget.h"
#include "key_cache.h"
#include "route.h"
#include "waiting.h"

/* clang-format off */
#define USAGE                                                                  \
	"fcgi-app [-f FILE] [-n | -c | -V | -r]\n"                             \
	"  -f FILE  settings\n"                                                \
	"  -n       check them and exit\n"                                     \
	"  -c       print commented settings and exit\n"                       \
	"  -V       print the version and exit\n"                              \
	"  -r       print the table of routes and exit\n"                      \
	"A web server starts it without options (FastCGI or CGI)."
/* clang-format on */

static struct settings settings;
static struct budget *budget;

/* The log was rotated, the limits were changed, or both. The threads read live
 * numbers by settings_int. */
static void on_hangup(void)
{
	struct settings_changes changes;
	struct err err = { 0 };

	log_reopen();
	if (settings_reload(&settings, &changes, &err)) {
		log_error("settings_refused why=\"%s\"", err.text);
		return;
	}
	log_set_level(settings.log_level);
	budget_change(budget, settings.request_burst, settings.request_rate);
	log_info("settings_reloaded changed=%s",
	    changes.live[0] ? changes.live : "-");
	if (changes.restart[0])
		log_warn("settings_need_restart names=%s", changes.restart);
}

/* A schema that does not fit is found now, not by a visitor; a database that
 * is away may come back. */
static bool check_database(const struct settings *s)
{
	struct err err = { 0 };
	struct db *db = NULL;
	enum err_code code = db_open(s, true, &db, &err);

	db_close(&db);
	if (code == ERR_UNAVAILABLE)
		log_warn("database error=%s", err.text);
	else if (code)
		log_error("database error=%s", err.text);
	return !code || code == ERR_UNAVAILABLE;
}

static int serve(const struct settings *s, bool is_cgi)
{
	struct waiting_room waiting;
	struct csrf_key key;
	struct seal_key seal_key;
	struct app app = {
		.settings = s,
		.csrf_key = &key,
		.seal_key = &seal_key,
		.find_account = account_by_token,
		.find_key = apikey_check,
	};
	struct err err = { 0 };
	int status;

	if (csrf_key_read(s->key_file, &key, &err) ||
	    seal_key_read(s->key_file, &seal_key, &err)) {
		log_error("start error=%s", err.text);
		return EXIT_FAILURE;
	}
	if (!is_cgi && !check_database(s))
		return EXIT_FAILURE;
	budget = budget_new(s->request_burst, s->request_rate);
	app.budget = budget;
	app.key_budget = key_budget_open(s);
	app.key_cache = is_cgi ? NULL : key_cache_new(s);
	app.waiting = is_cgi ? NULL : &waiting; /* fcgi_serve counts */
	doorbell_open(s->doorbell);
	status = is_cgi ? cgi_serve(&app) : fcgi_serve(&app, on_hangup);
	key_cache_free(&app.key_cache);
	key_budget_close(&app.key_budget);
	budget_free(&budget);
	return status;
}

int main(int argc, char **argv)
{
	bool is_cgi = cgi_is_called() && !fcgi_is_spawned();
	struct err err = { 0 };
	int status = -1;

	if (argc == 2 && !cgi_is_called() && !strcmp(argv[1], "-r")) {
		route_print(stdout);
		return EXIT_SUCCESS;
	}
	/* Apache makes arguments of a query without '=': argv is a stranger's
	 * under CGI. */
	if (cgi_is_called()) {
		if (settings_read(NULL, &settings, &err)) {
			fprintf(stderr, "fcgi-app: %s\n", err.text);
			return EXIT_FAILURE;
		}
	} else {
		status = settings_main(argc, argv, USAGE, NULL, &settings);
	}
	if (status >= 0)
		return status;
	log_open("fcgi-app", settings.log_file, settings.log_level);
	rnd_init();
	if (!is_cgi && !*settings.fcgi_socket && !fcgi_is_spawned()) {
		fprintf(stderr,
		    "usage: %s\nThere is no fcgi_socket in the "
		    "settings, and no web server has started this.\n",
		    USAGE);
		status = 2;
	} else {
		status = serve(&settings, is_cgi);
	}
	settings_fini(&settings);
	return status;
}
