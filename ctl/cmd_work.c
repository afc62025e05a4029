/* cmd_work.c: `barazactl work`: what the daemon would do in the background,
 * once: for cron on hosts where no daemon runs */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include "base/clock.h"
#include "bot/bot.h"
#include "chat/feed.h"

#define TURNS_MAX 500

static enum err_code run_turns(struct ctl *ctl, size_t *done_r, struct err *err)
{
	struct id owner = id_new();
	struct id *ids;
	size_t n;
	enum err_code code =
	    bot_list_due(ctl->db, ctl->pool, 0, TURNS_MAX, &ids, &n, err);

	*done_r = 0;
	for (size_t i = 0; i < n && code == ERR_OK; i++) {
		struct bot_turn turn = { 0 };

		code = bot_run_turn(ctl->db, ctl->pool, ctl->settings, ids[i],
		    owner, ID_NONE, &turn, err);
		*done_r += turn.is_done;
	}
	return code;
}

enum err_code cmd_work(struct ctl *ctl, struct err *err)
{
	int64_t before =
	    clock_now_us() - ctl->settings->feed_retention_s * 1000000;
	uint64_t deleted, total = 0;
	size_t turns = 0;
	enum err_code code = ctl_args_end(ctl, err);

	if (code == ERR_OK)
		code = run_turns(ctl, &turns, err);
	do {
		deleted = 0;
		if (code == ERR_OK)
			code = feed_prune(ctl->db, before, &deleted, err);
		total += deleted;
	} while (deleted > 0);
	if (code == ERR_OK)
		printf("turns %zu, pruned %llu\n", turns,
		    (unsigned long long)total);
	return code;
}
