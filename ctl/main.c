/* main.c: barazactl: the table of commands and the way into them */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include <unistd.h>

#include "base/rnd.h"
#include "chat/chat.h"

#define USAGE "barazactl [-f FILE] [-n] [-c] [-V] COMMAND [--option VALUE ...]"

struct command {
	const char *name; /* its words, as typed */
	ctl_fn *run;
	bool needs_db;
	const char *usage;
	const char *help;
};

static const struct command commands[] = {
	{ "secret", cmd_secret, false, "",
	    "make the key file of the settings" },
	{ "migrate", cmd_migrate, true, "[--sql DIR]",
	    "create the schema, or bring it to this version" },
	{ "doctor", cmd_doctor, false, "", "say what is wrong here" },
	{ "status", cmd_status, false, "[--json]",
	    "how everything is doing now; 1 when something is wrong" },
	{ "work", cmd_work, true, "",
	    "do what is due, once: for cron, where no daemon runs" },
	{ "workspace add", cmd_workspace_add, true, "--name NAME",
	    "a new tenant" },
	{ "user add", cmd_user_add, true,
	    "--workspace ID --email ADDRESS --name NAME [--role agent|admin] "
	    "[--password-file FILE]",
	    "a new agent or admin" },
	{ "user password", cmd_user_password, true,
	    "--email ADDRESS [--password-file FILE]",
	    "a new password; ends the user's logins" },
	{ "chatbot add", cmd_chatbot_add, true, "--workspace ID --name NAME",
	    "a new bot" },
	{ "flow publish", cmd_flow_publish, true,
	    "--workspace ID --chatbot ID --name NAME --file FILE",
	    "check a flow and let the bot run it" },
	{ "widget add", cmd_widget_add, true,
	    "--workspace ID [--chatbot ID] --name NAME [--origins LIST] "
	    "[--settings JSON]",
	    "a widget for a site; prints its embed token once" },
	{ "key add", cmd_key_add, true,
	    "--workspace ID --name NAME [--scope read|write] [--days N]",
	    "a key of the developer API; prints it once" },
	{ "key list", cmd_key_list, true, "--workspace ID",
	    "the keys of a workspace, masked" },
	{ "key revoke", cmd_key_revoke, true, "--workspace ID --key ID",
	    "end a key at once" },
	{ "llm set", cmd_llm_set, true,
	    "--workspace ID --provider openai|anthropic --model NAME "
	    "[--base-url URL] [--key-file FILE|-] [--no-key] "
	    "[--options JSON]",
	    "the language model of a workspace's bots" },
	{ "llm show", cmd_llm_show, true, "--workspace ID",
	    "what is set, and what was used this month" },
	{ "llm unset", cmd_llm_unset, true, "--workspace ID",
	    "no model any more" },
	{ "llm test", cmd_llm_test, true, "--workspace ID [--prompt TEXT]",
	    "ask it something, at once" },
};

static void print_help(FILE *to)
{
	fprintf(to, "usage: %s\n\n", USAGE);
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		fprintf(to, "  %-14s %s\n%s%s%s", commands[i].name,
		    commands[i].help,
		    commands[i].usage[0] ? "                 " : "",
		    commands[i].usage, commands[i].usage[0] ? "\n" : "");
}

/* How many words of argv spell the command: 1 or 2, or 0 for another. */
static int match(const struct command *c, int argc, char **argv)
{
	struct str rest = str_of(c->name);
	struct str word;
	int n = 0;

	while (str_split(&rest, ' ', &word)) {
		if (n >= argc || !str_eq(word, str_of(argv[n])))
			return 0;
		n++;
	}
	return n;
}

static const struct command *find(int argc, char **argv, int *words_r)
{
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		*words_r = match(&commands[i], argc, argv);
		if (*words_r > 0)
			return &commands[i];
	}
	return NULL;
}

static int run(const struct command *c, struct ctl *ctl)
{
	struct err err = { 0 };
	enum err_code code = ERR_OK;

	/* Statements are prepared as they are used: migrate runs before the
	 * tables are there, and doctor checks them all itself. */
	if (c->needs_db)
		code = db_open(ctl->settings, false, &ctl->db, &err);
	if (code == ERR_OK)
		code = c->run(ctl, &err);
	if (code != ERR_OK && err.text[0] != '\0')
		fprintf(stderr, "barazactl %s: %s\n", c->name, err.text);
	db_close(&ctl->db);
	return code == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct ctl ctl = { .settings = &settings };
	const struct command *c;
	int words = 0;
	int status;

	if (argc > 1 &&
	    (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)) {
		print_help(stdout);
		return EXIT_SUCCESS;
	}
	/* Who asks for nothing may have no settings yet. */
	if (argc == 1) {
		print_help(stderr);
		return 2;
	}
	rnd_init();
	status = settings_main(argc, argv, USAGE, NULL, &settings);
	if (status >= 0)
		return status;
	log_open("barazactl", NULL, LOG_WARN);
	doorbell_open(settings.doorbell);
	c = find(argc - optind, argv + optind, &words);
	if (c == NULL) {
		print_help(stderr);
		settings_fini(&settings);
		return 2;
	}
	ctl.argc = argc - optind - words;
	ctl.argv = argv + optind + words;
	ctl.pool = pool_new();
	status = run(c, &ctl);
	pool_free(&ctl.pool);
	settings_fini(&settings);
	return status;
}
