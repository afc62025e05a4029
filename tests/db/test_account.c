/* test_account.c: logins, their end, and the throttle on guessing */
/* SPDX-License-Identifier: MIT */
#include "chat/account.h"

#include "base/clock.h"
#include "base/password.h"
#include "base/rnd.h"
#include "base/settings.h"
#include "db/db_login.h"
#include "db/db_user.h"
#include "fixture.h"
#include "harness.h"

#define EMAIL	 "asha@example.com"
#define PASSWORD "correct horse"
#define ADDRESS	 "192.0.2.1"
/* "old secret", one pass over 8 kB */
#define WEAK                                                                   \
	"$argon2id$v=19$m=8,t=1,p=1$uRtVBrv/IZxW5sn1kib7FA$7/ZMOzLVak5m9irevJ7B9BQe2sgMq895bOsj950tlCM"

static struct fixture f;
static struct settings s;
static struct id user_id;

static void setup(void)
{
	fixture_make(&f);
	harness_sql(f.db, "DELETE FROM logins;\nDELETE FROM login_fails;\n");
	conf_defaults(settings_rows, settings_rows_n, &s);
	FATAL_OK(account_add(f.db, f.ada.workspace_id, STR(EMAIL), STR("Asha"),
	    STR("admin"), STR(PASSWORD), &user_id, &f.err));
}

static void teardown(void)
{
	conf_fini(settings_rows, settings_rows_n, &s);
	fixture_free(&f);
}

static struct str token;
static struct account account;

static enum err_code log_in(
    const char *email, const char *password, const char *address)
{
	err_clear(&f.err);
	return account_login(f.db, f.pool, &s, str_of(email), str_of(password),
	    str_of(address), &account, &token, &f.err);
}

static enum err_code who(void)
{
	struct account found;

	return account_by_token(f.db, f.pool, &s, token, &found, &f.err);
}

static void the_right_pair_logs_in(void)
{
	struct account found = { 0 };
	struct chat_actor actor;

	FATAL_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	CU_ASSERT_EQUAL(token.n, 43); /* 256 bits */
	FATAL_OK(account_by_token(f.db, f.pool, &s, token, &found, &f.err));
	CU_ASSERT(id_eq(found.user_id, user_id));
	CU_ASSERT(id_eq(found.workspace_id, f.ada.workspace_id));
	CU_ASSERT(str_eq(found.email, STR(EMAIL)));
	CU_ASSERT(str_eq(found.display_name, STR("Asha")));
	CU_ASSERT(str_eq(found.workspace_name, STR("ours")));
	CU_ASSERT(found.is_admin);
	actor = account_actor(&found);
	CU_ASSERT_EQUAL(actor.kind, CHAT_AGENT);
	CU_ASSERT(actor.is_admin);
	ASSERT_OK(log_in("  ASHA@Example.COM ", PASSWORD, ADDRESS));
	/* both logins live side by side */
	CU_ASSERT_FALSE(str_eq(token, STR_EMPTY));
	ASSERT_OK(who());
}

static void every_wrong_pair_gets_one_answer(void)
{
	static char longest[PASSWORD_MAX + 2];
	static const struct {
		const char *email, *password;
	} cases[] = {
		{ EMAIL, "wrong horse" },
		{ EMAIL, "" },
		{ EMAIL, longest },
		{ "nobody@example.com", PASSWORD },
		{ "no address", PASSWORD },
		{ "", "" },
		{ "asha@example.com' OR 1=1 -- ", PASSWORD },
		{ "\xc3\xa4sha@example.com", PASSWORD },
		{ "\xff", PASSWORD },
	};
	size_t i;

	s.login_fails = s.login_fails_addr = 1000;
	memset(longest, 'x', sizeof(longest) - 1);
	for (i = 0; i < COUNT_OF(cases); i++) {
		CU_ASSERT_EQUAL(
		    log_in(cases[i].email, cases[i].password, ADDRESS),
		    ERR_UNAUTHORIZED);
		CU_ASSERT_STRING_EQUAL(
		    f.err.text, "The e-mail address or the password is wrong.");
	}
	harness_sql(f.db, "UPDATE users SET disabled_at = UTC_TIMESTAMP(6);\n");
	CU_ASSERT_EQUAL(log_in(EMAIL, PASSWORD, ADDRESS), ERR_UNAUTHORIZED);
	CU_ASSERT_STRING_EQUAL(
	    f.err.text, "The e-mail address or the password is wrong.");
}

static void unknown_cookies_are_nobody(void)
{
	static char longest[300];

	memset(longest, 'x', sizeof(longest) - 1);
	token = STR_EMPTY;
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
	token = STR("guess");
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
	token = str_of(longest);
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
	ASSERT_OK(account_logout(f.db, token, &f.err));
}

static void an_account_is_guarded(void)
{
	int i;

	for (i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(
		    log_in(EMAIL, "wrong", i % 2 ? ADDRESS : "192.0.2.2"),
		    ERR_UNAUTHORIZED);
	/* from anywhere, and with the right password too */
	CU_ASSERT_EQUAL(
	    log_in(EMAIL, PASSWORD, "203.0.113.9"), ERR_RATE_LIMITED);
	CU_ASSERT(f.err.retry_after_s > 50 && f.err.retry_after_s <= 60);
	/* the pause is over: the next wrong one doubles it */
	harness_sql(f.db, "UPDATE login_fails SET blocked_until ="
			  " UTC_TIMESTAMP(6) - INTERVAL 1 SECOND;\n");
	CU_ASSERT_EQUAL(log_in(EMAIL, "wrong", ADDRESS), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(log_in(EMAIL, PASSWORD, ADDRESS), ERR_RATE_LIMITED);
	CU_ASSERT(f.err.retry_after_s > 110 && f.err.retry_after_s <= 120);
	/* nobody is locked out for good, and a login clears the count */
	harness_sql(f.db, "UPDATE login_fails SET blocked_until ="
			  " UTC_TIMESTAMP(6) - INTERVAL 1 SECOND;\n");
	ASSERT_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	for (i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(
		    log_in(EMAIL, "wrong", ADDRESS), ERR_UNAUTHORIZED);
	ASSERT_OK(log_in(EMAIL, PASSWORD, ADDRESS));
}

static void an_unknown_account_is_guarded_alike(void)
{
	int i;

	for (i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(log_in("nobody@example.com", "wrong", ADDRESS),
		    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    log_in("nobody@example.com", "wrong", ADDRESS), ERR_RATE_LIMITED);
}

static void fails_are_forgotten_after_their_window(void)
{
	int i;

	for (i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(
		    log_in(EMAIL, "wrong", ADDRESS), ERR_UNAUTHORIZED);
	harness_sql(f.db, "UPDATE login_fails SET first_at ="
			  " UTC_TIMESTAMP(6) - INTERVAL 16 MINUTE;\n");
	for (i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(
		    log_in(EMAIL, "wrong", ADDRESS), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(log_in(EMAIL, "wrong", ADDRESS), ERR_RATE_LIMITED);
}

static void a_network_is_guarded(void)
{
	char email[64];
	int i;

	s.login_fails_addr = 6;
	for (i = 0; i < 6; i++) {
		char address[64];

		snprintf(email, sizeof(email), "user%d@example.com", i);
		snprintf(address, sizeof(address), "2001:db8:0:1::%d", i + 1);
		CU_ASSERT_EQUAL(
		    log_in(email, "wrong", address), ERR_UNAUTHORIZED);
	}
	CU_ASSERT_EQUAL(
	    log_in(EMAIL, PASSWORD, "2001:db8:0:1::99"), ERR_RATE_LIMITED);
	CU_ASSERT(f.err.retry_after_s > 0);
	ASSERT_OK(log_in(EMAIL, PASSWORD, "2001:db8:0:2::1"));
	harness_sql(f.db, "UPDATE login_fails SET blocked_until ="
			  " UTC_TIMESTAMP(6) - INTERVAL 1 SECOND;\n");
	ASSERT_OK(log_in(EMAIL, PASSWORD, "2001:db8:0:1::99"));
}

static void a_logout_ends_one_login(void)
{
	struct str other;

	FATAL_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	other = token;
	FATAL_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	ASSERT_OK(account_logout(f.db, token, &f.err));
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
	ASSERT_OK(account_logout(f.db, token, &f.err));
	CU_ASSERT_EQUAL(fixture_notified(&f, "login"), 1);
	token = other;
	ASSERT_OK(who());
}

/* Every end of a login is told to the daemons, which close its sockets. */
static void the_end_of_a_login_is_notified(void)
{
	char uuid[ID_UUID_SIZE];
	const char *payload =
	    pool_printf(f.pool, "{\"user_id\":\"%s\"}", id_uuid(user_id, uuid));

	FATAL_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	ASSERT_OK(who());
	CU_ASSERT_EQUAL(fixture_notified(&f, "login"), 0);
	ASSERT_OK(account_logout(f.db, token, &f.err));
	CU_ASSERT_EQUAL(fixture_notified(&f, "login"), 1);
	CU_ASSERT(str_eq(fixture_payload(&f), str_of(payload)));
	ASSERT_OK(account_set_password(
	    f.db, STR(EMAIL), STR("new password"), &f.err));
	CU_ASSERT_EQUAL(fixture_notified(&f, "login"), 2);
	CU_ASSERT(str_eq(fixture_payload(&f), str_of(payload)));
	FATAL_OK(log_in(EMAIL, "new password", ADDRESS));
	harness_sql(f.db, "UPDATE logins SET expires_at ="
			  " UTC_TIMESTAMP(6) - INTERVAL 1 SECOND;\n");
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(fixture_notified(&f, "login"), 3);
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(fixture_notified(&f, "login"), 3);
	/* A disabled user's cookie is deleted all the same. */
	FATAL_OK(log_in(EMAIL, "new password", ADDRESS));
	harness_sql(f.db, "UPDATE users SET disabled_at = UTC_TIMESTAMP(6);\n");
	ASSERT_OK(account_logout(f.db, token, &f.err));
	harness_sql(f.db, "UPDATE users SET disabled_at = NULL;\n");
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
}

static void a_login_ends_in_any_case(void)
{
	FATAL_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	harness_sql(f.db, "UPDATE logins SET expires_at ="
			  " UTC_TIMESTAMP(6) - INTERVAL 1 SECOND;\n");
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
}

static void an_idle_login_ends(void)
{
	FATAL_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	harness_sql(f.db, "UPDATE logins SET seen_at ="
			  " UTC_TIMESTAMP(6) - INTERVAL 7 HOUR;\n");
	ASSERT_OK(who()); /* and was seen now */
	harness_sql(f.db, "UPDATE logins SET seen_at ="
			  " seen_at - INTERVAL 8 HOUR;\n");
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
}

/* Seconds between the login's last use, as stored, and now. */
static int64_t unseen_s(void)
{
	struct db_login login = { 0 };
	uint8_t hash[32];

	rnd_sha256(token, hash);
	FATAL_OK(db_login_get(f.db, f.pool,
	    str_make((const char *)hash, sizeof(hash)), &login, &f.err));
	return (clock_now_us() - login.seen_at) / 1000000;
}

static void use_is_noted_once_a_minute(void)
{
	FATAL_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	harness_sql(f.db, "UPDATE logins SET seen_at ="
			  " UTC_TIMESTAMP(6) - INTERVAL 30 SECOND;\n");
	ASSERT_OK(who());
	CU_ASSERT(unseen_s() >= 30);
	harness_sql(f.db, "UPDATE logins SET seen_at ="
			  " UTC_TIMESTAMP(6) - INTERVAL 90 SECOND;\n");
	ASSERT_OK(who());
	CU_ASSERT(unseen_s() < 30);
}

static void a_look_alone_is_no_use(void)
{
	struct account found;

	FATAL_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	harness_sql(f.db, "UPDATE logins SET seen_at ="
			  " UTC_TIMESTAMP(6) - INTERVAL 7 HOUR;\n");
	FATAL_OK(account_check_token(f.db, f.pool, &s, token, &found, &f.err));
	CU_ASSERT_TRUE(str_eq(found.email, STR(EMAIL)));
	CU_ASSERT(unseen_s() >= 7 * 3600);
	harness_sql(f.db, "UPDATE logins SET seen_at ="
			  " seen_at - INTERVAL 1 HOUR;\n");
	CU_ASSERT_EQUAL(
	    account_check_token(f.db, f.pool, &s, token, &found, &f.err),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
}

static void a_new_password_ends_all_logins(void)
{
	FATAL_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	CU_ASSERT_EQUAL(
	    account_set_password(f.db, STR(EMAIL), STR("short"), &f.err),
	    ERR_BAD_REQUEST);
	ASSERT_OK(who());
	ASSERT_OK(account_set_password(
	    f.db, STR("ASHA@example.com"), STR("new password"), &f.err));
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(log_in(EMAIL, PASSWORD, ADDRESS), ERR_UNAUTHORIZED);
	ASSERT_OK(log_in(EMAIL, "new password", ADDRESS));
	CU_ASSERT_EQUAL(account_set_password(f.db, STR("no@example.com"),
			    STR("new password"), &f.err),
	    ERR_NOT_FOUND);
}

static void a_disabled_user_is_out_at_once(void)
{
	FATAL_OK(log_in(EMAIL, PASSWORD, ADDRESS));
	harness_sql(f.db, "UPDATE users SET disabled_at = UTC_TIMESTAMP(6);\n");
	CU_ASSERT_EQUAL(who(), ERR_UNAUTHORIZED);
}

static void a_weak_hash_is_renewed(void)
{
	struct db_user user = { 0 };

	harness_sql(f.db, "UPDATE users SET password_hash = '" WEAK "';\n");
	ASSERT_OK(log_in(EMAIL, "old secret", ADDRESS));
	FATAL_OK(db_user_get_by_email(f.db, f.pool, STR(EMAIL), &user, &f.err));
	CU_ASSERT_FALSE(password_is_weak(str_dup(f.pool, user.password_hash)));
	ASSERT_OK(log_in(EMAIL, "old secret", ADDRESS));
	CU_ASSERT_EQUAL(log_in(EMAIL, PASSWORD, ADDRESS), ERR_UNAUTHORIZED);
}

static void users_are_checked_before_they_are_made(void)
{
	static char big[PASSWORD_MAX + 2];
	static const struct {
		const char *email, *name, *role, *password;
		enum err_code code;
	} cases[] = {
		{ "ASHA@example.com", "A", "agent", PASSWORD, ERR_CONFLICT },
		{ "a b@example.com", "A", "agent", PASSWORD, ERR_BAD_REQUEST },
		{ "b@example.com", " ", "agent", PASSWORD, ERR_BAD_REQUEST },
		{ "b@example.com", "A\nB", "agent", PASSWORD, ERR_BAD_REQUEST },
		{ "b@example.com", "A", "root", PASSWORD, ERR_BAD_REQUEST },
		{ "b@example.com", "A", "agent", "1234567", ERR_BAD_REQUEST },
		{ "b@example.com", "A", "agent", big, ERR_BAD_REQUEST },
		{ "b@example.com", "A", "agent",
		    "\xff\xff\xff\xff\xff\xff\xff\xff", ERR_BAD_REQUEST },
		{ "B@example.com", "\xc3\x89ve", "agent", "12345678", ERR_OK },
	};
	struct id id;
	size_t i;

	memset(big, 'x', sizeof(big) - 1);
	for (i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT_EQUAL(
		    account_add(f.db, f.ada.workspace_id,
			str_of(cases[i].email), str_of(cases[i].name),
			str_of(cases[i].role), str_of(cases[i].password), &id,
			&f.err),
		    cases[i].code);
	ASSERT_OK(log_in("b@example.com", "12345678", ADDRESS));
}

static void a_workspace_lists_its_own_users(void)
{
	struct accounts list = { 0 };
	size_t i;

	FATAL_OK(account_list(f.db, f.pool, f.ada.workspace_id, &list, &f.err));
	CU_ASSERT_EQUAL(list.n, 4);
	CU_ASSERT(str_eq(list.items[0].display_name, STR("Ada")));
	for (i = 0; i < list.n; i++)
		CU_ASSERT_FALSE(
		    id_eq(list.items[i].user_id, f.stranger.user_id));
	harness_sql(f.db, "UPDATE users SET disabled_at = UTC_TIMESTAMP(6);\n");
	FATAL_OK(account_list(f.db, f.pool, f.ada.workspace_id, &list, &f.err));
	CU_ASSERT_EQUAL(list.n, 0);
}

static CU_TestInfo tests[] = {
	{ "the right pair logs in", the_right_pair_logs_in },
	{ "every wrong pair gets one answer",
	    every_wrong_pair_gets_one_answer },
	{ "unknown cookies are nobody", unknown_cookies_are_nobody },
	{ "an account is guarded", an_account_is_guarded },
	{ "an unknown account is guarded alike",
	    an_unknown_account_is_guarded_alike },
	{ "fails are forgotten after their window",
	    fails_are_forgotten_after_their_window },
	{ "a network is guarded", a_network_is_guarded },
	{ "a logout ends one login", a_logout_ends_one_login },
	{ "the end of a login is notified", the_end_of_a_login_is_notified },
	{ "a login ends in any case", a_login_ends_in_any_case },
	{ "an idle login ends", an_idle_login_ends },
	{ "use is noted once a minute", use_is_noted_once_a_minute },
	{ "a look alone is no use", a_look_alone_is_no_use },
	{ "a new password ends all logins", a_new_password_ends_all_logins },
	{ "a disabled user is out at once", a_disabled_user_is_out_at_once },
	{ "a weak hash is renewed", a_weak_hash_is_renewed },
	{ "users are checked before they are made",
	    users_are_checked_before_they_are_made },
	{ "a workspace lists its own users", a_workspace_lists_its_own_users },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_account = { "account", NULL, NULL, setup, teardown, tests };
