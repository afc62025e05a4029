/* finish.c: waits for a bot's turn that has not come to its end at once */
/* SPDX-License-Identifier: MIT */
#include "finish.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "bot_turn.h"
#include "db/db_bot_state.h"
#include "waiting.h"

#define WAIT_US	      20000 /* between looks at a turn that another runs */
#define SECOND_US     INT64_C(1000000)
#define ANSWER_TIME_S 30 /* for a turn, beside its calls */

struct finishing {
	struct req *req;
	struct finish in;
	int64_t end_us;
	enum waiting held;
	struct bot_state state;
};

enum err_code finish_failed(struct id id, enum err_code code, struct err *err)
{
	if (!code)
		code = err_set(err, ERR_INTERNAL, "Nobody answered.");
	log_warn("turn_failed conversation=%s error=%s why=\"%s\"", id_text(id),
	    err_slug(code), err->text);
	if (code == ERR_UNAVAILABLE)
		return code;
	return err_set(err, ERR_INTERNAL, "Message processing failed");
}

static bool is_finished(const struct finishing *f)
{
	return f->state.due_at == 0 ||
	       (f->in.seq && f->state.answered_seq >= f->in.seq);
}

/* Waits for who has it, or runs it; calls out with a place for that only. */
static enum err_code carry_on(struct finishing *f, struct err *err)
{
	struct bot_env env = *f->in.env;
	struct bot_turn turn = { 0 };
	enum err_code code = ERR_OK;

	env.is_brief = f->held != WAITING_CALL;
	if (f->state.turn_until < clock_now_us()) {
		code = bot_run_turn(f->req->db, f->req->pool, &env, f->in.id,
		    id_new(), ID_NONE, &turn, err);
		f->in.is_left = env.is_brief && turn.is_due;
	}
	if (!code && !turn.is_done && !turn.is_due)
		usleep(WAIT_US);
	if (!code && clock_mono_us() > f->end_us)
		code = err_set(err, ERR_INTERNAL, "Nobody answered.");
	return code;
}

static enum err_code wait_for_turn(struct finishing *f, struct err *err)
{
	struct waiting_room *room = f->req->app->waiting;
	enum err_code code;

	for (;;) {
		code = db_bot_state_get(
		    f->req->db, f->req->pool, f->in.id, &f->state, err);
		if (code == ERR_NOT_FOUND || (!code && is_finished(f)))
			return ERR_OK;
		if (code)
			return finish_failed(f->in.id, code, err);
		code = waiting_enter(room,
		    f->in.is_left ? WAITING_CALL : WAITING_TURN, &f->held, err);
		if (code) {
			(void)bot_turn_tell(f->req, f->in.id);
			return code;
		}
		code = carry_on(f, err);
		if (code)
			return finish_failed(f->in.id, code, err);
	}
}

enum err_code finish_run(struct req *req, const struct finish *in,
    struct str *state_r, struct err *err)
{
	int64_t max_s = settings_int(&req->app->settings->turn_max_s);
	struct finishing f = { .req = req,
		.in = *in,
		.end_us =
		    clock_mono_us() + (max_s + ANSWER_TIME_S) * SECOND_US };
	enum err_code code = wait_for_turn(&f, err);

	waiting_leave(req->app->waiting, &f.held);
	*state_r = f.state.state;
	return code;
}
