/* main.c: fcgi-app: reads its settings and finds out how it was started */
/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/rnd.h"
#include "base/settings.h"
#include "budget.h"
#include "cgi.h"
#include "chat/chat.h"
#include "csrf.h"
#include "fcgi.h"
#include "route.h"

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
	struct csrf_key key;
	struct app app = {
		.settings = s,
		.csrf_key = &key,
		.find_account = account_by_token,
	};
	struct err err = { 0 };
	int status;

	if (csrf_key_read(s->key_file, &key, &err)) {
		log_error("start error=%s", err.text);
		return EXIT_FAILURE;
	}
	if (!is_cgi && !check_database(s))
		return EXIT_FAILURE;
	app.budget = budget_new(s->request_burst, s->request_rate);
	doorbell_open(s->doorbell);
	status = is_cgi ? cgi_serve(&app) : fcgi_serve(&app);
	budget_free(&app.budget);
	return status;
}

int main(int argc, char **argv)
{
	bool is_cgi = cgi_is_called() && !fcgi_is_spawned();
	struct settings s = { 0 };
	struct err err = { 0 };
	int status = -1;

	if (argc == 2 && !cgi_is_called() && !strcmp(argv[1], "-r")) {
		route_print(stdout);
		return EXIT_SUCCESS;
	}
	/* Apache makes arguments of a query without '=': argv is a stranger's
	 * under CGI. */
	if (cgi_is_called()) {
		if (settings_read(NULL, &s, &err)) {
			fprintf(stderr, "fcgi-app: %s\n", err.text);
			return EXIT_FAILURE;
		}
	} else {
		status = settings_main(argc, argv, USAGE, &s);
	}
	if (status >= 0)
		return status;
	log_open("fcgi-app", s.log_file, s.log_level);
	rnd_init();
	if (!is_cgi && !*s.fcgi_socket && !fcgi_is_spawned()) {
		fprintf(stderr,
		    "usage: %s\nThere is no fcgi_socket in the "
		    "settings, and no web server has started this.\n",
		    USAGE);
		status = 2;
	} else {
		status = serve(&s, is_cgi);
	}
	settings_fini(&s);
	return status;
}
