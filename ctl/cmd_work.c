/* cmd_work.c: `barazactl work`: what the daemon would do in the background,
 * once: for cron on hosts where no daemon runs */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include "base/clock.h"
#include "base/seal.h"
#include "base/settings.h"
#include "bot/bot.h"
#include "chat/feed.h"

#define TURNS_MAX 500

static enum err_code prune(struct ctl *ctl, uint64_t *total_r, struct err *err)
{
	int64_t before =
	    clock_now_us() - ctl->settings->feed_retention_s * 1000000;
	uint64_t deleted;
	enum err_code code;

	*total_r = 0;
	do {
		deleted = 0;
		code = feed_prune(ctl->db, before, &deleted, err);
		*total_r += deleted;
	} while (code == ERR_OK && deleted > 0);
	return code;
}

enum err_code cmd_work(struct ctl *ctl, struct err *err)
{
	uint64_t pruned = 0;
	size_t turns = 0;
	struct err later = { .code = ERR_OK };
	struct seal_key seal_key;
	const struct bot_env env = { .settings = ctl->settings,
		.seal_key = &seal_key };
	enum err_code code = ctl_args_end(ctl, err);

	if (code == ERR_OK)
		code = seal_key_read(ctl->settings->key_file, &seal_key, err);

	if (code != ERR_OK)
		return code;
	code = bot_run_due(ctl->db, ctl->pool, &env, TURNS_MAX, &turns, err);
	/* A bot that fails must not let the table grow. */
	if (prune(ctl, &pruned, &later) != ERR_OK && code == ERR_OK) {
		code = later.code;
		*err = later;
	}
	printf("turns %zu, pruned %llu\n", turns, (unsigned long long)pruned);
	return code;
}
