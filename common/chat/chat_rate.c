/*
 * chat_rate.c: how much one visitor may send
 *
 * A bucket of `burst` messages to which one comes back every refill_ms. Its
 * level is kept nowhere: the messages that are stored say when each was taken,
 * so that all programs agree, plain CGI among them, which remembers nothing.
 *
 * Only the newest messages are looked at. Who has sent that many is thought to
 * have begun with an empty bucket: that never allows too much, and takes
 * something only from those who have sent at full speed for several bursts.
 */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "chat/chat.h"
#include "db/db_message.h"

#define LOOK_BACK 4 /* bursts */

static enum err_code refuse(int64_t lacking_us, struct err *err)
{
	err_set(err, ERR_RATE_LIMITED, "Too many messages; wait a moment.");
	if (err)
		err->retry_after_s =
		    (unsigned)((lacking_us + 999999) / 1000000);
	return ERR_RATE_LIMITED;
}

enum err_code chat_rate_check(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id,
    const struct chat_rate *rate, struct err *err)
{
	/* In microseconds of refilling: a message takes one, the bucket holds
	 * `full`. */
	int64_t one = rate->refill_ms * 1000, full = one * rate->burst, level;
	size_t limit = (size_t)rate->burst * LOOK_BACK, n, i;
	int64_t *sent_at, before, now = clock_now_us();
	enum err_code code;

	if (rate->burst == 0)
		return ERR_OK;
	code = db_message_list_visitor_times(
	    db, pool, workspace_id, conversation_id, limit, &sent_at, &n, err);
	if (code != ERR_OK || n == 0)
		return code;
	level = n == limit ? 0 : full;
	before = sent_at[n - 1];
	for (i = n; i-- > 0; before = sent_at[i])
		level = MAX_OF(0,
		    MIN_OF(full, level + MAX_OF(0, sent_at[i] - before)) - one);
	level = MIN_OF(full, level + MAX_OF(0, now - before));
	return level >= one ? ERR_OK : refuse(one - level, err);
}
