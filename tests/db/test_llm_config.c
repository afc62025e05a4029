/* test_llm_config.c: which model a workspace has, and what it may cost */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_config.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "bot/bot.h"
#include "db/db_bot_state.h"
#include "db/db_llm.h"
#include "fixture.h"
#include "harness.h"

#define KEY "sk-abcdef0123456789"
#define URL "http://127.0.0.1:9/v1" /* nobody answers there */
#define FLOW                                                                   \
	"{\"hello\":{\"message\":\"Ask.\",\"actions\":[{\"type\":"             \
	"\"LLM_AGENT\",\"name\":\"Rosa\",\"system_prompt\":\"Sell.\"}]}}"

static const struct seal_key seal_key = { { 4, 5 } };
static struct settings settings;
static const struct bot_env env = { .settings = &settings,
	.seal_key = &seal_key };
static char allow[] = "127.0.0.1:9";
static struct fixture f;

static void set_up(void)
{
	settings = *harness_settings();
	settings.outside_allow = allow;
	settings.turn_lease_s = 30;
	settings.turn_max_s = 60;
	fixture_make(&f);
}

static void tear_down(void)
{
	fixture_free(&f);
}

static struct llm_config_in config_in(void)
{
	return (struct llm_config_in){ .provider = STR("openai"),
		.base_url = STR(URL),
		.model = STR("m-1"),
		.has_key = true,
		.key = STR(KEY) };
}

static enum err_code set_of(struct id workspace_id, struct llm_config_in in)
{
	return llm_config_set(
	    f.db, f.pool, &settings, &seal_key, workspace_id, &in, &f.err);
}

static enum err_code set(struct llm_config_in in)
{
	return set_of(f.ada.workspace_id, in);
}

static struct llm_config get(const struct seal_key *key)
{
	struct llm_config c = { .model = STR_EMPTY };

	FATAL_OK(
	    llm_config_get(f.db, f.pool, key, f.ada.workspace_id, &c, &f.err));
	return c;
}

static bool is_none(struct id workspace_id)
{
	struct llm_config c;

	return llm_config_get(f.db, f.pool, &seal_key, workspace_id, &c,
		   &f.err) == ERR_NOT_FOUND;
}

static struct str shown(const struct llm_config *c)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	llm_config_put(&j, NULL, c);
	text = str_copy(f.pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static bool has(struct str text, const char *part)
{
	return str_search(text, str_of(part)) < text.n;
}

/* ----------------------------------------------------------------- config */

static void what_is_set_is_there_and_its_key_is_masked(void)
{
	struct llm_config_in in = config_in();
	struct db_llm_config row;
	struct llm_config c;
	bool is_there;

	CU_ASSERT_TRUE(is_none(f.ada.workspace_id));
	in.base_url = STR(" " URL "// ");
	in.options = STR("{\"max_tokens\":50,\"tokens_per_month\":7}");
	FATAL_OK(set(in));
	c = get(&seal_key);
	CU_ASSERT_EQUAL(c.provider, LLM_OPENAI);
	CU_ASSERT(str_eq(c.base_url, STR(URL)));
	CU_ASSERT(str_eq(c.model, STR("m-1")));
	CU_ASSERT(str_eq(c.key, STR(KEY)));
	CU_ASSERT_EQUAL(c.max_tokens, 50);
	CU_ASSERT_EQUAL(c.tokens_per_month, 7);
	CU_ASSERT_EQUAL(c.history, LLM_HISTORY);
	CU_ASSERT(has(shown(&c), "\"api_key\":\"sk-…6789\""));
	CU_ASSERT_FALSE(has(shown(&c), KEY));
	/* nobody needs the key to show that there is one */
	c = get(NULL);
	CU_ASSERT_TRUE(c.has_key);
	CU_ASSERT_EQUAL(c.key.n, 0);
	CU_ASSERT(has(shown(&c), "\"api_key\":\"set\""));
	FATAL_OK(db_llm_get(
	    f.db, f.pool, f.ada.workspace_id, &row, &is_there, &f.err));
	CU_ASSERT_TRUE(is_there);
	CU_ASSERT(row.sealed_key.n > strlen(KEY));
	CU_ASSERT_FALSE(has(row.sealed_key, "abcdef"));
}

static void another_key_file_does_not_open_it(void)
{
	const struct seal_key other = { { 9 } };
	struct llm_config c;

	FATAL_OK(set(config_in()));
	CU_ASSERT_EQUAL(llm_config_get(f.db, f.pool, &other, f.ada.workspace_id,
			    &c, &f.err),
	    ERR_INTERNAL);
	CU_ASSERT_FALSE(has(str_of(f.err.text), "abcdef"));
}

static void a_key_stays_for_its_address_alone(void)
{
	struct llm_config_in in = config_in();

	FATAL_OK(set(in));
	in.has_key = false;
	in.key = STR_EMPTY;
	in.model = STR("m-2");
	in.base_url = STR(URL "/");
	FATAL_OK(set(in));
	CU_ASSERT(str_eq(get(&seal_key).key, STR(KEY)));
	CU_ASSERT(str_eq(get(&seal_key).model, STR("m-2")));
	/* elsewhere it would be told to strangers */
	in.base_url = STR(URL "/other");
	in.model = STR("m-3");
	CU_ASSERT_EQUAL(set(in), ERR_BAD_REQUEST);
	CU_ASSERT(has(str_of(f.err.text), "the key must be given again"));
	CU_ASSERT(str_eq(get(&seal_key).base_url, STR(URL)));
	CU_ASSERT(str_eq(get(&seal_key).model, STR("m-2")));
	in.has_key = true;
	in.key = STR("another-key-of-it");
	FATAL_OK(set(in));
	CU_ASSERT(str_eq(get(&seal_key).key, STR("another-key-of-it")));
	/* given away, and then any address will do */
	in.key = STR_EMPTY;
	FATAL_OK(set(in));
	CU_ASSERT_FALSE(get(&seal_key).has_key);
	in.has_key = false;
	in.base_url = STR(URL);
	FATAL_OK(set(in));
	CU_ASSERT_FALSE(get(&seal_key).has_key);
	CU_ASSERT(str_eq(get(&seal_key).base_url, STR(URL)));
}

static void what_is_refused_changes_nothing(void)
{
	struct llm_config_in in = config_in(), bad[6];

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		bad[i] = in;
	bad[0].provider = STR("other");
	bad[1].model = STR("  ");
	bad[2].base_url = STR("http://10.0.0.1/v1");
	bad[3].options = STR("{\"max_tokens\":\"many\"}");
	bad[4].options = STR("{\"colour\":1}");
	bad[5].key = STR("a\r\nb");
	FATAL_OK(set(in));
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		CU_ASSERT_EQUAL(set(bad[i]), ERR_BAD_REQUEST);
		CU_ASSERT(f.err.text[0] != '\0');
	}
	CU_ASSERT(str_eq(get(&seal_key).key, STR(KEY)));
	CU_ASSERT(str_eq(get(&seal_key).model, STR("m-1")));
}

static void what_is_forgotten_is_gone(void)
{
	CU_ASSERT_EQUAL(
	    llm_config_del(f.db, f.ada.workspace_id, &f.err), ERR_NOT_FOUND);
	FATAL_OK(set(config_in()));
	FATAL_OK(llm_config_del(f.db, f.ada.workspace_id, &f.err));
	CU_ASSERT_TRUE(is_none(f.ada.workspace_id));
	CU_ASSERT_EQUAL(
	    llm_config_del(f.db, f.ada.workspace_id, &f.err), ERR_NOT_FOUND);
}

static void every_workspace_has_its_own(void)
{
	struct llm_config_in in = config_in();

	FATAL_OK(set(in));
	CU_ASSERT_TRUE(is_none(f.stranger.workspace_id));
	CU_ASSERT_EQUAL(llm_config_del(f.db, f.stranger.workspace_id, &f.err),
	    ERR_NOT_FOUND);
	in.model = STR("theirs");
	in.has_key = false;
	FATAL_OK(set_of(f.stranger.workspace_id, in));
	CU_ASSERT(str_eq(get(&seal_key).model, STR("m-1")));
	CU_ASSERT(str_eq(get(&seal_key).key, STR(KEY)));
	FATAL_OK(llm_config_del(f.db, f.stranger.workspace_id, &f.err));
	CU_ASSERT(str_eq(get(&seal_key).model, STR("m-1")));
}

/* ---------------------------------------------------------------- budgets */

static void add_used(struct id workspace_id, const char *month, uint64_t n)
{
	FATAL_OK(
	    db_llm_add_used(f.db, workspace_id, month, 1, n, n + 1, &f.err));
}

static struct db_llm_used used(struct id workspace_id, const char *month)
{
	struct db_llm_used u;

	FATAL_OK(
	    db_llm_get_used(f.db, f.pool, workspace_id, month, &u, &f.err));
	return u;
}

static void use_is_counted_by_month(void)
{
	struct id ours = f.ada.workspace_id, theirs = f.stranger.workspace_id;

	add_used(ours, "2026-11", 10);
	add_used(ours, "2026-11", 5);
	add_used(ours, "2026-12", 100);
	add_used(theirs, "2026-11", 1000);
	CU_ASSERT_EQUAL(used(ours, "2026-11").calls, 2);
	CU_ASSERT_EQUAL(used(ours, "2026-11").tokens_in, 15);
	CU_ASSERT_EQUAL(used(ours, "2026-11").tokens_out, 17);
	CU_ASSERT_EQUAL(used(ours, "2026-12").tokens_in, 100);
	CU_ASSERT_EQUAL(used(ours, "2027-01").calls, 0);
	CU_ASSERT_EQUAL(used(theirs, "2026-11").tokens_in, 1000);
}

static const char *why_failed(const char *text)
{
	const struct chat_send in = { .conversation_id = f.c.id,
		.content = str_of(text) };
	struct chat_conversation c;
	struct chat_sent sent;
	struct bot_turn turn;

	FATAL_OK(bot_answer(f.db, f.pool, &env, &f.visitor, &in, id_new(),
	    ID_NONE, &sent, &turn, &f.err));
	CU_ASSERT_TRUE(turn.has_failed);
	FATAL_OK(chat_get(f.db, f.pool, &f.ada, f.c.id, &c, &f.err));
	return str_dup(f.pool, c.bot_failed_why);
}

static bool is_spent(const char *why)
{
	return has(str_of(why), "has used its 20 tokens of this month");
}

/* What was used before does not count, nor what others use. */
static void a_budget_is_of_one_month(void)
{
	struct llm_config_in in = config_in();
	char now[CLOCK_ISO_SIZE];
	struct id flow_id;

	FATAL_OK(bot_set_flow(f.db, f.pool, f.ada.workspace_id, f.chatbot_id,
	    STR("main"), STR(FLOW), true, &flow_id, &f.err));
	in.options = STR("{\"tokens_per_month\":20}");
	FATAL_OK(set(in));
	clock_iso(clock_now_us(), now);
	now[strlen("2026-11")] = '\0';
	add_used(f.ada.workspace_id, "2020-01", 1000);
	add_used(f.stranger.workspace_id, now, 1000);
	CU_ASSERT_FALSE(is_spent(why_failed("roses?")));
	add_used(f.ada.workspace_id, now, 9); /* and 10 */
	CU_ASSERT_FALSE(is_spent(why_failed("roses?")));
	add_used(f.ada.workspace_id, now, 0); /* and 1 */
	CU_ASSERT_TRUE(is_spent(why_failed("roses?")));
	/* what failed costs nothing */
	CU_ASSERT_EQUAL(used(f.ada.workspace_id, now).calls, 2);
}

static uint64_t talked(struct id workspace_id)
{
	uint64_t n = 99;

	FATAL_OK(
	    db_llm_get_talk(f.db, f.pool, workspace_id, f.c.id, &n, &f.err));
	return n;
}

static void use_is_counted_by_conversation(void)
{
	struct bot_state before, after;

	FATAL_OK(db_bot_state_get(f.db, f.pool, f.c.id, &before, &f.err));
	CU_ASSERT_EQUAL(talked(f.ada.workspace_id), 0);
	FATAL_OK(db_llm_add_talk(f.db, f.ada.workspace_id, f.c.id, 12, &f.err));
	FATAL_OK(db_llm_add_talk(f.db, f.ada.workspace_id, f.c.id, 30, &f.err));
	FATAL_OK(db_llm_add_talk(
	    f.db, f.stranger.workspace_id, f.c.id, 500, &f.err));
	CU_ASSERT_EQUAL(talked(f.ada.workspace_id), 42);
	CU_ASSERT_EQUAL(talked(f.stranger.workspace_id), 0);
	/* the turn that counts does not lose its own race */
	FATAL_OK(db_bot_state_get(f.db, f.pool, f.c.id, &after, &f.err));
	CU_ASSERT_EQUAL(after.version, before.version);
}

/* ---------------------------------------------------------------- history */

static void the_newest_of_the_session_is_read_oldest_first(void)
{
	struct db_llm_line *lines = NULL;
	struct chat_sent sent = { .message.seq = 0 };
	size_t n = 0;

	fixture_say(&f, &f.visitor, "one");
	fixture_say(&f, &f.visitor, "two");
	fixture_say(&f, &f.visitor, "three");
	sent = fixture_say(&f, &f.visitor, "four");
	FATAL_OK(db_llm_list_said(f.db, f.pool, f.ada.workspace_id, f.c.id,
	    sent.message.session_id, sent.message.seq, 2, &lines, &n, &f.err));
	CU_ASSERT_EQUAL_FATAL(n, 2);
	CU_ASSERT(str_eq(lines[0].content, STR("two")));
	CU_ASSERT(str_eq(lines[1].content, STR("three")));
	CU_ASSERT_EQUAL(lines[0].sender, CHAT_END_USER);
	FATAL_OK(db_llm_list_said(f.db, f.pool, f.stranger.workspace_id, f.c.id,
	    sent.message.session_id, sent.message.seq, 20, &lines, &n, &f.err));
	CU_ASSERT_EQUAL(n, 0);
	FATAL_OK(db_llm_list_said(f.db, f.pool, f.ada.workspace_id, f.c.id,
	    id_new(), sent.message.seq, 20, &lines, &n, &f.err));
	CU_ASSERT_EQUAL(n, 0);
}

static CU_TestInfo tests[] = {
	{ "what is set is there, and its key is masked",
	    what_is_set_is_there_and_its_key_is_masked },
	{ "another key file does not open it",
	    another_key_file_does_not_open_it },
	{ "a key stays for its address alone",
	    a_key_stays_for_its_address_alone },
	{ "what is refused changes nothing", what_is_refused_changes_nothing },
	{ "what is forgotten is gone", what_is_forgotten_is_gone },
	{ "every workspace has its own", every_workspace_has_its_own },
	{ "use is counted by month", use_is_counted_by_month },
	{ "a budget is of one month", a_budget_is_of_one_month },
	{ "use is counted by conversation", use_is_counted_by_conversation },
	{ "the newest of the session is read, oldest first",
	    the_newest_of_the_session_is_read_oldest_first },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_llm_config = { "llm_config", NULL, NULL, set_up, tear_down,
	tests };
