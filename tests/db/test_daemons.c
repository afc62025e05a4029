/* test_daemons.c: signs of life, and who is connected where */
/* SPDX-License-Identifier: MIT */
#include "chat/daemons.h"

#include "base/clock.h"
#include "chat/feed.h"
#include "db/db_notification.h"
#include "fixture.h"
#include "harness.h"

#define DEAD_MS 10000

static struct fixture f;
static struct daemons_self one, two;
static struct daemons_view view;

static void set_up(void)
{
	fixture_make(&f);
	harness_sql(f.db, "DELETE FROM daemons;\nDELETE FROM presences;");
	one = (struct daemons_self){ id_new(), "one", 1, DEAD_MS };
	two = (struct daemons_self){ id_new(), "two", 2, DEAD_MS };
}

static void tear_down(void)
{
	harness_sql(f.db, "DELETE FROM daemons;\nDELETE FROM presences;");
	fixture_free(&f);
}

static bool beat(const struct daemons_self *d)
{
	bool is_new = false;

	FATAL_OK(daemons_beat(f.db, f.pool, d, &is_new, &view, &f.err));
	return is_new;
}

static void look(const struct daemons_self *d)
{
	FATAL_OK(daemons_look(f.db, f.pool, d, &view, &f.err));
}

static void set(const struct daemons_self *d, size_t come, size_t gone)
{
	struct daemons_change c = { .n_come = come, .n_gone = gone };
	size_t i;

	for (i = 0; i < DB_DAEMON_SOME; i++) {
		c.come[i].user_id = f.ada.user_id;
		c.come[i].workspace_id = f.ada.workspace_id;
		c.come[i].user_id.b[15] ^= (uint8_t)i;
		c.gone[i] = c.come[i];
	}
	FATAL_OK(daemons_set_presence(f.db, d->id, &c, &f.err));
}

static void age(const struct daemons_self *d, int64_t ms)
{
	char text[ID_UUID_SIZE];

	harness_sql(f.db,
	    pool_printf(f.pool,
		"UPDATE daemons SET beat_at = UTC_TIMESTAMP(6) - INTERVAL %lld "
		"MICROSECOND\nWHERE id = UNHEX(REPLACE('%s', '-', ''));",
		(long long)ms * 1000, id_uuid(d->id, text)));
}

static void daemons_see_each_other_and_not_themselves(void)
{
	CU_ASSERT(beat(&one));
	CU_ASSERT_EQUAL(view.n_living, 0);
	CU_ASSERT(!beat(&one));
	CU_ASSERT(beat(&two));
	CU_ASSERT_EQUAL_FATAL(view.n_living, 1);
	CU_ASSERT(id_eq(view.living[0], one.id));
	CU_ASSERT_EQUAL(view.n, 0);
	CU_ASSERT_EQUAL(fixture_notified(&f, "presence"), 2);
}

static void agents_are_seen_by_the_others(void)
{
	beat(&one);
	beat(&two);
	set(&one, 3, 0);
	set(&one, 3, 0); /* twice is once */
	look(&two);
	CU_ASSERT_EQUAL_FATAL(view.n, 3);
	CU_ASSERT_EQUAL(view.n_living, 1);
	CU_ASSERT(id_eq(view.agents[0].daemon_id, one.id));
	CU_ASSERT(id_eq(view.agents[0].workspace_id, f.ada.workspace_id));
	look(&one);
	CU_ASSERT_EQUAL(view.n, 0);
	set(&one, 0, 2);
	look(&two);
	CU_ASSERT_EQUAL(view.n, 1);
	set(&one, DB_DAEMON_SOME, 0);
	look(&two);
	CU_ASSERT_EQUAL(view.n, DB_DAEMON_SOME);
	set(&one, 0, DB_DAEMON_SOME);
	look(&two);
	CU_ASSERT_EQUAL(view.n, 0);
	CU_ASSERT_EQUAL(view.n_living, 1);
}

static void the_dead_do_not_count_and_are_buried_later(void)
{
	beat(&one);
	set(&one, 1, 0);
	age(&one, DEAD_MS - 5000);
	beat(&two);
	CU_ASSERT_EQUAL(view.n, 1);
	age(&one, DEAD_MS + 1);
	beat(&two);
	CU_ASSERT_EQUAL(view.n_living, 0);
	CU_ASSERT_EQUAL(view.n, 0);
	/* It was only slow. */
	CU_ASSERT(!beat(&one));
	look(&two);
	CU_ASSERT_EQUAL(view.n, 1);
	age(&one, DEAD_MS * DAEMONS_BURY + 1);
	look(&two); /* a look changes nothing */
	CU_ASSERT(!beat(&one));
	age(&one, DEAD_MS * DAEMONS_BURY + 1);
	beat(&two);
	CU_ASSERT(beat(&one)); /* all of it is gone */
	look(&two);
	CU_ASSERT_EQUAL(view.n_living, 1);
	CU_ASSERT_EQUAL(view.n, 0);
}

static void who_leaves_takes_all_along(void)
{
	size_t before;

	beat(&one);
	beat(&two);
	set(&one, 2, 0);
	set(&two, 1, 0);
	before = fixture_notified(&f, "presence");
	FATAL_OK(daemons_leave(f.db, one.id, &f.err));
	CU_ASSERT_EQUAL(fixture_notified(&f, "presence"), before + 1);
	look(&two);
	CU_ASSERT_EQUAL(view.n_living, 0);
	look(&one);
	CU_ASSERT_EQUAL(view.n, 1);
}

static void a_burial_is_whole_or_none(void)
{
	beat(&one);
	beat(&two);
	set(&one, 2, 0);
	harness_sql(f.db, "RENAME TABLE presences TO presences_away;");
	CU_ASSERT_NOT_EQUAL(daemons_leave(f.db, one.id, &f.err), ERR_OK);
	harness_sql(f.db, "RENAME TABLE presences_away TO presences;");
	look(&two);
	CU_ASSERT_EQUAL(view.n_living, 1);
	CU_ASSERT_EQUAL(view.n, 2);
	CU_ASSERT(!beat(&one));
	FATAL_OK(daemons_leave(f.db, one.id, &f.err));
	look(&two);
	CU_ASSERT_EQUAL(view.n_living, 0);
}

static void only_who_has_others_tells(void)
{
	struct daemons_change c = { .n_come = 1, .is_told = false };

	c.come[0].user_id = f.ada.user_id;
	c.come[0].workspace_id = f.ada.workspace_id;
	FATAL_OK(daemons_set_presence(f.db, one.id, &c, &f.err));
	CU_ASSERT_EQUAL(fixture_notified(&f, "presence"), 0);
	c.is_told = true;
	FATAL_OK(daemons_set_presence(f.db, one.id, &c, &f.err));
	CU_ASSERT_EQUAL(fixture_notified(&f, "presence"), 1);
}

static void typing_is_read_as_it_was_written(void)
{
	const struct daemons_typing in = {
		.conversation_id = f.c.id,
		.side = CHAT_AGENT,
		.name = STR("Ada \"the\" first"),
		.is_clear = true,
	};
	struct daemons_typing out;

	FATAL_OK(daemons_tell_typing(f.db, one.id, &in, &f.err));
	CU_ASSERT_EQUAL(fixture_notified(&f, "typing"), 1);
	CU_ASSERT_FATAL(
	    daemons_parse_typing(f.pool, fixture_payload(&f), &out));
	CU_ASSERT(id_eq(out.conversation_id, f.c.id));
	CU_ASSERT_EQUAL(out.side, CHAT_AGENT);
	CU_ASSERT(str_eq(out.name, in.name));
	CU_ASSERT(out.is_clear);
}

static void a_piece_of_a_message_reaches_the_others(void)
{
	struct daemons_delta delta = { .conversation_id = f.c.id,
		.message = id_new(),
		.index = 3,
		.text = STR("a \"b\" \xe2\x82\xac\n") };
	struct feed *feed = feed_new(10000, clock_now_us());
	struct feed_rows rows;
	char conversation[ID_UUID_SIZE], message[ID_UUID_SIZE], line[300];

	FATAL_OK(feed_read(feed, f.db, f.pool, &rows, &f.err));
	FATAL_OK(daemons_tell_delta(f.db, one.id, &delta, &f.err));
	FATAL_OK(feed_read(feed, f.db, f.pool, &rows, &f.err));
	CU_ASSERT_EQUAL_FATAL(rows.n, 1);
	CU_ASSERT(str_eq(rows.items[0].kind, STR("delta")));
	CU_ASSERT(id_eq(rows.items[0].origin, one.id));
	CU_ASSERT(id_eq(rows.items[0].conversation_id, f.c.id));
	snprintf(line, sizeof(line),
	    "{\"conversation_id\":\"%s\",\"message\":\"%s\",\"index\":3,"
	    "\"delta\":\"a \\\"b\\\" \xe2\x82\xac\\n\"}",
	    id_uuid(f.c.id, conversation), id_uuid(delta.message, message));
	CU_ASSERT(str_eq(rows.items[0].payload, str_of(line)));
	feed_free(&feed);
}

static CU_TestInfo tests[] = {
	{ "a piece of a message reaches the others",
	    a_piece_of_a_message_reaches_the_others },
	{ "daemons see each other, and not themselves",
	    daemons_see_each_other_and_not_themselves },
	{ "agents are seen by the others", agents_are_seen_by_the_others },
	{ "the dead do not count, and are buried later",
	    the_dead_do_not_count_and_are_buried_later },
	{ "who leaves takes all along", who_leaves_takes_all_along },
	{ "a burial is whole or none", a_burial_is_whole_or_none },
	{ "only who has others tells", only_who_has_others_tells },
	{ "typing is read as it was written",
	    typing_is_read_as_it_was_written },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_daemons = { "daemons", NULL, NULL, set_up, tear_down,
	tests };
