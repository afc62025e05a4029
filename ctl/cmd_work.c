/* cmd_work.c: `barazactl work`: what the daemon would do in the background,
 * once: for cron on hosts where no daemon runs */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include "base/log.h"
#include "base/seal.h"
#include "base/settings.h"
#include "bot/background.h"

#define TURNS_MAX 500

/* A job that fails keeps nothing else from being done. */
static void note(
    enum err_code *code, struct err *err, const struct err *one, const char *of)
{
	log_warn("%s_failed error=%s why=\"%s\"", of, err_slug(one->code),
	    one->text);
	if (*code != ERR_OK)
		return;
	*code = one->code;
	*err = *one;
}

/* The turns first: people wait for them. */
static enum err_code run_all(
    struct ctl *ctl, const struct bot_env *env, struct err *err)
{
	size_t done = 0;
	enum err_code code =
	    bot_run_due(ctl->db, ctl->pool, env, TURNS_MAX, &done, err);

	printf("turns %zu", done);
	for (size_t i = 0; i < background_jobs_n; i++) {
		const struct background_job *job = &background_jobs[i];
		struct err one = { .code = ERR_OK };

		if (background_run(job, ctl->db, env, &done, &one) != ERR_OK)
			note(&code, err, &one, job->name);
		printf(", %s %zu", job->name, done);
	}
	printf("\n");
	return code;
}

enum err_code cmd_work(struct ctl *ctl, struct err *err)
{
	struct seal_key seal_key;
	const struct bot_env env = { .settings = ctl->settings,
		.seal_key = &seal_key };
	enum err_code code = ctl_args_end(ctl, err);

	if (code == ERR_OK)
		code = seal_key_read(ctl->settings->key_file, &seal_key, err);
	if (code != ERR_OK)
		return code;
	return run_all(ctl, &env, err);
}
