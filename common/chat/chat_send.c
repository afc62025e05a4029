/*
 * chat_send.c: stores what people say: once each, in one order, with its news
 *
 * One transaction takes messages of many conversations. It locks them, gives
 * each message its place, and writes all messages, then what changed in their
 * conversations, then all notifications. One message alone goes the same way.
 *
 * The optimistic part: whether a client_id is there already is found out by
 * the unique key, not by a question before. When the key says so, all is rolled
 * back and done again, this time with the question.
 */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_in.h"
#include "base/valid.h"
#include "chat/access.h"
#include "chat/chat.h"
#include "chat/chat_form.h"
#include "chat/chat_store.h"
#include "chat/file.h"
#include "db/db_bot_state.h"
#include "db/db_conversation.h"
#include "db/db_message.h"
#include "db/db_notification.h"
#include "db/db_session.h"

/* A conversation that a transaction has locked. */
struct talk {
	struct db_conversation_talk row;
	bool is_new_session;
	bool has_visitor;	/* a message of the visitor is stored */
	struct sending *newest; /* of those that are stored in this run */
};

/*
 * One message on its way. Its transaction may run again after a COMMIT whose
 * answer was lost; the id is made once, so the next run finds what is stored
 * already, whether the sender named its message or not.
 */
struct sending {
	struct chat_send_item *item;
	struct chat_message message; /* without what storing adds */
	bool has_tried;
	/* of this run */
	struct talk *talk;     /* NULL: passed over, somebody holds it */
	bool is_stored;	       /* in this run */
	struct sending *older; /* stored before it in the same conversation */
};

/* What one transaction is about. */
struct group {
	struct sending **all;
	size_t n;
	struct pool *pool; /* of one run */
	struct talk *talks;
	size_t n_talks;
	int64_t now;
	bool is_alone; /* all are of one conversation, which is waited for */
	/* of one message alone that is answered at once */
	struct chat_messages replies;
	bool is_handoff;
};

/* ---------------------------------------------------------------- before */

static enum err_code check(
    const struct chat_actor *actor, const struct chat_send *in, struct err *err)
{
	if (actor->kind == CHAT_BOT)
		return err_set(
		    err, ERR_FORBIDDEN, "A bot answers in its turns only.");
	if (in->client_id.n > CHAT_CLIENT_ID_MAX ||
	    !valid_text(in->client_id, false))
		return err_set(err, ERR_BAD_REQUEST,
		    "client_id must be text of at most %d bytes.",
		    CHAT_CLIENT_ID_MAX);
	return chat_media_check(
	    in->content_type, in->content, in->rich_media, err);
}

/* The message as far as it is known before it is stored. */
static enum err_code prepare(
    const struct chat_send_item *item, struct chat_message *m, struct err *err)
{
	const struct chat_send *in = item->in;
	char uuid[ID_UUID_SIZE];
	const struct json *media;
	enum err_code code = check(item->actor, in, err);

	if (code != ERR_OK)
		return code;
	*m = (struct chat_message){
		.id = id_new(),
		.conversation_id = in->conversation_id,
		.sender_type = item->actor->kind,
		.sender_id = item->actor->external_id,
		.content_type = in->content_type,
		.content = in->content,
		.client_id = in->client_id,
	};
	if (item->actor->kind == CHAT_AGENT)
		m->sender_id = str_copy(
		    item->pool, str_of(id_uuid(item->actor->user_id, uuid)));
	if (in->rich_media.n == 0)
		return ERR_OK;
	/* Stored without blanks and doubles, as it goes out again. */
	code = json_parse(item->pool, in->rich_media, &media, err);
	if (code == ERR_OK)
		m->rich_media = json_text(item->pool, media);
	return code;
}

/* ------------------------------------------------------------------ locks */

static int compare_ids(const void *a, const void *b)
{
	return id_cmp(*(const struct id *)a, *(const struct id *)b);
}

/* The conversations of the group, each once; a sorted list in its pool. */
static size_t list_ids(const struct group *g, struct id **ids_r)
{
	struct id *ids = pool_alloc(g->pool, g->n * sizeof(*ids));
	size_t i, n = 0;

	for (i = 0; i < g->n; i++)
		ids[i] = g->all[i]->message.conversation_id;
	qsort(ids, g->n, sizeof(*ids), compare_ids);
	for (i = 0; i < g->n; i++)
		if (n == 0 || !id_eq(ids[n - 1], ids[i]))
			ids[n++] = ids[i];
	*ids_r = ids;
	return n;
}

static struct talk *find_talk(const struct group *g, struct id id)
{
	size_t low = 0, high = g->n_talks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = id_cmp(g->talks[middle].row.id, id);

		if (order == 0)
			return &g->talks[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static const struct chat_reply *reply_of(const struct group *g)
{
	return g->n == 1 ? g->all[0]->item->in->reply : NULL;
}

static enum err_code lock_talks(struct db *db, struct group *g, struct err *err)
{
	const struct chat_reply *reply = reply_of(g);
	struct db_conversation_talk *rows;
	struct id *ids;
	size_t n = list_ids(g, &ids), i;
	enum err_code code;

	g->is_alone = n == 1;
	rows = pool_alloc(g->pool, n * sizeof(*rows));
	code = reply != NULL
		   ? reply->lock(db, reply->arg, ids[0], rows, &g->n_talks, err)
		   : db_conversation_lock_talks(
			 db, g->pool, ids, n, rows, &g->n_talks, err);
	if (code != ERR_OK)
		return code;
	g->talks = pool_alloc(g->pool, n * sizeof(*g->talks));
	for (i = 0; i < g->n_talks; i++)
		g->talks[i].row = rows[i];
	return ERR_OK;
}

/* --------------------------------------------------------- one message */

static enum err_code found(
    struct sending *s, const struct chat_message *m, struct err *err)
{
	const struct chat_message *mine = &s->message;
	struct chat_sent *sent = &s->item->sent;

	/* Another's message must not be shown to who guessed its name. */
	if (m->sender_type != mine->sender_type ||
	    !str_eq(m->sender_id, mine->sender_id))
		return err_set(err, ERR_CONFLICT,
		    "That client_id is taken by another sender.");
	sent->message = *m;
	/* What an earlier run of this call has stored is new to the caller,
	 * with what else was said of it then. */
	if (id_eq(m->id, mine->id))
		return ERR_OK;
	sent->is_duplicate = true;
	sent->is_new_session = false;
	sent->is_turn_due = false;
	sent->is_turn_taken = false;
	sent->is_answered = false;
	return ERR_OK;
}

/* Whether the message is there from before; then the item is filled. */
static enum err_code find_stored(
    struct db *db, struct sending *s, bool *is_found_r, struct err *err)
{
	const struct chat_message *mine = &s->message;
	struct id workspace_id = s->talk->row.workspace_id;
	struct chat_message m = { .id = ID_NONE };
	enum err_code code;

	if (mine->client_id.n > 0)
		code =
		    db_message_find_by_client(db, s->item->pool, workspace_id,
			mine->conversation_id, mine->client_id, &m, err);
	else
		code = db_message_find(
		    db, s->item->pool, workspace_id, mine->id, &m, err);
	*is_found_r = code == ERR_OK && !id_is_none(m.id);
	return *is_found_r ? found(s, &m, err) : code;
}

/* The one with the same name that is stored in the same run. */
static struct sending *find_twin(const struct sending *s)
{
	struct sending *other = s->talk->newest;

	if (s->message.client_id.n == 0)
		return NULL;
	while (other && !str_eq(other->message.client_id, s->message.client_id))
		other = other->older;
	return other;
}

/* A form is answered once: not by two messages of this run either. */
static enum err_code take_form(
    struct db *db, struct sending *s, struct err *err)
{
	struct sending *other = s->talk->newest;
	struct pool *pool = s->item->pool;
	struct id id = chat_form_answered(pool, s->message.rich_media);

	if (id_is_none(id))
		return ERR_OK;
	for (; other != NULL; other = other->older)
		if (id_eq(chat_form_answered(pool, other->message.rich_media),
			id))
			return err_set(
			    err, ERR_CONFLICT, "The form has been answered.");
	return chat_form_take(
	    db, pool, s->talk->row.workspace_id, &s->message, err);
}

/* Only a visitor's message opens a session. */
static enum err_code open_session(
    struct db *db, const struct group *g, struct sending *s, struct err *err)
{
	struct talk *t = s->talk;
	struct db_conversation_head *head = &t->row.head;

	if (!id_is_none(head->open_session_id))
		return ERR_OK;
	if (s->message.sender_type != CHAT_END_USER)
		return err_set(
		    err, ERR_CONFLICT, "The conversation is resolved.");
	head->open_session_id = id_new();
	head->assigned_agent_id = ID_NONE;
	head->is_waiting = false;
	head->is_handed_off = false;
	t->is_new_session = true;
	t->row.has_first_message = false;
	s->item->sent.is_new_session = true;
	return db_session_add(db, t->row.workspace_id, t->row.id,
	    head->open_session_id, g->now, err);
}

/* Whether a session that ends for silence takes a message of the visitor. */
static bool is_over(const struct group *g, const struct sending *s)
{
	return s->message.sender_type == CHAT_END_USER &&
	       s->item->in->idle_us != 0 &&
	       (id_is_none(s->talk->row.head.open_session_id) ||
		   chat_is_over(&s->talk->row, s->item->in->idle_us, g->now));
}

/* A program wants an answer, or to know why there is none. */
static bool may_be_asked(const struct group *g, const struct sending *s)
{
	const struct chat_reply *reply = reply_of(g);

	return id_is_none(s->item->actor->chatbot_id) || reply == NULL ||
	       reply->may_answer(reply->arg);
}

/*
 * After a failed run; and where the message may be refused, which what is
 * stored already must not be: an agent's when the conversation is resolved by
 * now, a visitor's above the rate, the answer to a form.
 */
static bool must_look(const struct sending *s)
{
	return s->has_tried ||
	       (s->message.client_id.n > 0 &&
		   (id_is_none(s->talk->row.head.open_session_id) ||
		       s->item->in->rate.burst > 0 ||
		       s->item->in->idle_us > 0 ||
		       !id_is_none(chat_form_answered(
			   s->item->pool, s->message.rich_media))));
}

/* Gives s its place, or finds out why it has none. */
static enum err_code place(
    struct db *db, const struct group *g, struct sending *s, struct err *err)
{
	struct chat_sent *sent = &s->item->sent;
	struct sending *twin = NULL;
	bool is_found = false;
	enum err_code code = access_talk(s->item->actor, &s->talk->row, err);

	if (code != ERR_OK)
		return code;
	if (!id_is_none(s->item->actor->chatbot_id))
		s->message.sender_id =
		    str_copy(s->item->pool, s->talk->row.external_id);
	sent->workspace_id = s->talk->row.workspace_id;
	sent->is_duplicate = false;
	if (must_look(s))
		code = find_stored(db, s, &is_found, err);
	if (code != ERR_OK || is_found)
		return code;
	twin = find_twin(s);
	if (twin)
		return found(s, &twin->item->sent.message, err);
	sent->is_new_session = false;
	sent->is_turn_due = false;
	sent->is_turn_taken = false;
	sent->is_answered = false;
	sent->before = s->talk->row.head.last_visitor_seq;
	if (is_over(g, s))
		return err_set(err, ERR_GONE, "Chat session has been closed");
	if (!may_be_asked(g, s))
		return err_set(err, ERR_FORBIDDEN, "No bot would answer.");
	if (s->message.sender_type == CHAT_END_USER)
		code = chat_rate_check(db, s->item->pool, sent->workspace_id,
		    s->message.conversation_id, &s->item->in->rate, err);
	if (code == ERR_OK)
		code = take_form(db, s, err);
	if (code == ERR_OK)
		code = file_use_in(
		    db, s->item->pool, sent->workspace_id, &s->message, err);
	if (code == ERR_OK)
		code = open_session(db, g, s, err);
	if (code != ERR_OK)
		return code;
	s->has_tried = true;
	s->is_stored = true;
	s->older = s->talk->newest;
	s->talk->newest = s;
	s->talk->has_visitor |= s->message.sender_type == CHAT_END_USER;
	sent->message = s->message;
	chat_store_place(&s->talk->row.head, s->message.conversation_id,
	    &sent->message, g->now);
	return ERR_OK;
}

/* The message may have its answer before it is stored. */
static void answer(struct db *db, struct group *g)
{
	const struct chat_reply *reply = reply_of(g);
	struct sending *s = g->all[0];
	struct talk *t = s->talk;

	g->replies = (struct chat_messages){ .n = 0 };
	g->is_handoff = false;
	if (reply == NULL || !s->is_stored || !t->has_visitor ||
	    t->is_new_session || id_is_none(t->row.chatbot_id) ||
	    !id_is_none(t->row.head.assigned_agent_id))
		return;
	s->item->sent.is_answered = reply->make(
	    db, reply->arg, &s->item->sent, &g->replies, &g->is_handoff);
	if (!s->item->sent.is_answered)
		return;
	for (size_t i = 0; i < g->replies.n; i++)
		chat_store_place(
		    &t->row.head, t->row.id, &g->replies.items[i], g->now);
	t->row.head.is_handed_off |= g->is_handoff;
}

/* ------------------------------------------------------------ statements */

static enum err_code add_messages(
    struct db *db, const struct group *g, struct err *err)
{
	struct db_message_row *rows =
	    pool_alloc(g->pool, (g->n + g->replies.n) * sizeof(*rows));
	size_t i, n = 0;

	for (i = 0; i < g->n; i++)
		if (g->all[i]->is_stored)
			rows[n++] = (struct db_message_row){
				g->all[i]->talk->row.workspace_id,
				&g->all[i]->item->sent.message,
			};
	for (i = 0; i < g->replies.n; i++)
		rows[n++] =
		    (struct db_message_row){ g->all[0]->talk->row.workspace_id,
			    &g->replies.items[i] };
	return db_message_add(db, g->pool, rows, n, err);
}

/* The visitor's newest message is the one whose turn is due. */
static enum err_code wake_bot(struct db *db, struct talk *t, struct err *err)
{
	struct id workspace_id = t->row.workspace_id;
	struct sending *s = t->newest;
	const struct chat_send *in;
	bool is_due = false, is_taken = false;
	enum err_code code = ERR_OK;

	if (id_is_none(t->row.chatbot_id) ||
	    !id_is_none(t->row.head.assigned_agent_id))
		return ERR_OK;
	while (s->message.sender_type != CHAT_END_USER)
		s = s->older;
	in = s->item->in;
	if (t->is_new_session)
		code = db_bot_state_restart(db, workspace_id, t->row.id,
		    t->row.head.open_session_id, &is_due, err);
	if (code == ERR_OK && !id_is_none(in->turn))
		code = db_bot_state_set_taken(db, workspace_id, t->row.id,
		    in->turn, in->turn_until, &is_taken, err);
	if (code == ERR_OK && !is_taken && !is_due)
		code = db_bot_state_set_due(
		    db, workspace_id, t->row.id, &is_due, err);
	s->item->sent.is_turn_due = is_due || is_taken;
	s->item->sent.is_turn_taken = is_taken;
	return code;
}

static enum err_code set_talk(
    struct db *db, const struct group *g, struct talk *t, struct err *err)
{
	struct id workspace_id = t->row.workspace_id;
	enum err_code code = ERR_OK;

	if (t->has_visitor && !t->row.has_first_message)
		code = db_session_set_first_message(
		    db, workspace_id, t->row.head.open_session_id, g->now, err);
	if (code == ERR_OK)
		code = db_conversation_set(
		    db, workspace_id, t->row.id, &t->row.head, g->now, err);
	if (code != ERR_OK || !t->has_visitor)
		return code;
	if (t->newest->item->sent.is_answered) {
		const struct chat_reply *reply = reply_of(g);

		return reply->store(db, reply->arg, err);
	}
	return wake_bot(db, t, err);
}

static struct db_notification news_of(const struct sending *s, uint64_t seq)
{
	return (struct db_notification){
		.workspace_id = s->talk->row.workspace_id,
		.conversation_id = s->talk->row.id,
		.kind = "message",
		.seq = seq,
		.origin = s->item->in->origin,
	};
}

static enum err_code add_notifications(
    struct db *db, const struct group *g, struct err *err)
{
	struct db_notification *rows =
	    pool_alloc(g->pool, (g->n + g->replies.n + 1) * sizeof(*rows));
	const struct sending *s = g->all[0];
	size_t i, n = 0;

	for (i = 0; i < g->n; i++)
		if (g->all[i]->is_stored)
			rows[n++] = news_of(
			    g->all[i], g->all[i]->item->sent.message.seq);
	for (i = 0; i < g->replies.n; i++)
		rows[n++] = news_of(s, g->replies.items[i].seq);
	if (g->is_handoff)
		rows[n++] =
		    chat_store_handoff(g->pool, s->talk->row.workspace_id,
			s->talk->row.id, s->item->in->origin);
	return db_notification_add_many(db, g->pool, rows, n, g->now, err);
}

/* ------------------------------------------------------------ transaction */

/* What is wrong with one message is its own; what the database says is for
 * all. */
static bool is_own_fault(enum err_code code)
{
	return code != ERR_INTERNAL && code != ERR_UNAVAILABLE;
}

static enum err_code no_conversation(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "There is no such conversation.");
}

static enum err_code place_all(struct db *db, struct group *g, struct err *err)
{
	size_t i;

	for (i = 0; i < g->n; i++) {
		struct sending *s = g->all[i];
		struct chat_send_item *item = s->item;

		s->talk = find_talk(g, s->message.conversation_id);
		s->is_stored = false;
		item->code = ERR_OK;
		if (s->talk)
			item->code = place(db, g, s, &item->err);
		else if (g->is_alone)
			item->code = no_conversation(&item->err);
		if (item->code == ERR_OK || is_own_fault(item->code))
			continue;
		*err = item->err;
		return item->code;
	}
	return ERR_OK;
}

static enum err_code send_in(struct db *db, void *arg, struct err *err)
{
	struct group *g = arg;
	enum err_code code;
	size_t i;

	pool_reset(g->pool);
	code = lock_talks(db, g, err);
	/* Taken under the lock, so times do not run against seq. */
	g->now = clock_now_us();
	/* The lock before the look at what is stored: an earlier run whose
	 * COMMIT is still under way must be over. */
	if (code == ERR_OK)
		code = place_all(db, g, err);
	if (code == ERR_OK)
		answer(db, g);
	if (code == ERR_OK)
		code = add_messages(db, g, err);
	for (i = 0; i < g->n_talks && code == ERR_OK; i++)
		if (g->talks[i].newest)
			code = set_talk(db, g, &g->talks[i], err);
	if (code == ERR_OK)
		code = add_notifications(db, g, err);
	return code;
}

static void fail_all(struct group *g, const struct err *err)
{
	size_t i;

	for (i = 0; i < g->n; i++) {
		g->all[i]->item->code = err->code;
		g->all[i]->item->err = *err;
	}
}

/* All of the group, or all but those whose conversation somebody holds. */
static enum err_code run(struct db *db, struct group *g, struct err *err)
{
	enum err_code code = db_transact(db, send_in, g, err);

	/* A client_id is there already: the second run asks which. */
	if (code == ERR_CONFLICT)
		code = db_transact(db, send_in, g, err);
	return code;
}

/*
 * Leaves those that were passed over in g, the others have their answers. When
 * the database refuses the whole for the sake of one, each goes alone.
 */
static void run_group(struct db *db, struct group *g)
{
	struct sending **all = g->all;
	size_t n = g->n, left = 0, i;
	struct err err = { .code = ERR_OK };
	enum err_code code = run(db, g, &err);

	if (code != ERR_OK && (n == 1 || code == ERR_UNAVAILABLE)) {
		fail_all(g, &err);
		g->n = 0;
		return;
	}
	for (i = 0; i < n; i++) {
		if (code != ERR_OK) {
			g->all = &all[i];
			g->n = 1;
			run_group(db, g);
		} else if (!all[i]->talk && !g->is_alone) {
			all[left++] = all[i];
		}
	}
	g->all = all;
	g->n = left;
}

/* A stranger may name conversations that are nowhere: they are answered by one
 * question, and not by a transaction each. */
static void answer_unknown(struct db *db, struct group *g)
{
	size_t n, n_known, left = 0, i;
	struct id *ids, *known;
	struct err err;

	pool_reset(g->pool);
	n = list_ids(g, &ids);
	known = pool_alloc(g->pool, n * sizeof(*known));
	if (db_conversation_list_known(
		db, g->pool, ids, n, known, &n_known, &err) != ERR_OK)
		return;
	for (i = 0; i < g->n; i++) {
		struct chat_send_item *item = g->all[i]->item;

		if (bsearch(&g->all[i]->message.conversation_id, known, n_known,
			sizeof(*known), compare_ids))
			g->all[left++] = g->all[i];
		else
			item->code = no_conversation(&item->err);
	}
	g->n = left;
}

/* One conversation after the other: nobody waits with a lock in hand. */
static void run_rest(struct db *db, struct group *rest)
{
	struct group g = { .pool = rest->pool };
	struct sending **all =
	    mem_new((rest->n + 1) * sizeof(struct sending *));
	size_t left, i;

	while (rest->n > 0) {
		struct id id = rest->all[0]->message.conversation_id;

		g.all = all;
		g.n = 0;
		left = 0;
		for (i = 0; i < rest->n; i++) {
			struct sending *s = rest->all[i];

			if (id_eq(s->message.conversation_id, id))
				all[g.n++] = s;
			else
				rest->all[left++] = s;
		}
		rest->n = left;
		run_group(db, &g);
	}
	free(all);
}

bool chat_send_many(struct db *db, struct chat_send_item *items, size_t n)
{
	struct sending *list = mem_new((n + 1) * sizeof(*list));
	struct sending **all = mem_new((n + 1) * sizeof(*all));
	struct group g = { .all = all, .pool = pool_new() };
	bool is_news = false;
	size_t i;

	for (i = 0; i < n; i++) {
		struct chat_send_item *item = &items[i];

		memset(&item->sent, 0, sizeof(item->sent));
		list[i].item = item;
		item->code = prepare(item, &list[i].message, &item->err);
		if (item->code == ERR_OK)
			all[g.n++] = &list[i];
	}
	if (g.n > 0)
		run_group(db, &g);
	if (g.n > 0)
		answer_unknown(db, &g);
	run_rest(db, &g);
	for (i = 0; i < n; i++)
		is_news |=
		    items[i].code == ERR_OK && !items[i].sent.is_duplicate;
	pool_free(&g.pool);
	free(all);
	free(list);
	return is_news;
}

enum err_code chat_send(struct db *db, struct pool *pool,
    const struct chat_actor *actor, const struct chat_send *in,
    struct chat_sent *sent_r, struct err *err)
{
	struct chat_send_item item = { .pool = pool, .actor = actor, .in = in };

	if (chat_send_many(db, &item, 1))
		doorbell_ring();
	*sent_r = item.sent;
	if (item.code != ERR_OK && err != NULL)
		*err = item.err;
	return item.code;
}
