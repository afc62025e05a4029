/* test_password.c: passwords at rest */
/* SPDX-License-Identifier: MIT */
#include "base/password.h"

#include <pthread.h>

#include "unit.h"

static void a_password_gives_its_hash_only(void)
{
	char hash[PASSWORD_HASH_SIZE], other[PASSWORD_HASH_SIZE];
	struct err err;

	CU_ASSERT_EQUAL(
	    password_hash(STR("correct horse"), hash, &err), ERR_OK);
	CU_ASSERT(
	    str_starts(str_of(hash), STR("$argon2id$v=19$m=19456,t=2,p=1$")));
	CU_ASSERT(password_check(hash, STR("correct horse")));
	CU_ASSERT_FALSE(password_check(hash, STR("correct hors")));
	CU_ASSERT_FALSE(password_check(hash, STR_EMPTY));
	/* salted */
	CU_ASSERT_EQUAL(
	    password_hash(STR("correct horse"), other, &err), ERR_OK);
	CU_ASSERT_STRING_NOT_EQUAL(hash, other);
}

static void without_a_hash_every_password_is_wrong(void)
{
	CU_ASSERT_FALSE(password_check(NULL, STR("correct horse")));
	CU_ASSERT_FALSE(password_check("", STR("correct horse")));
	CU_ASSERT_FALSE(password_check("", STR_EMPTY));
	CU_ASSERT_FALSE(password_check("plain text", STR("plain text")));
}

static void length_is_bounded(void)
{
	char hash[PASSWORD_HASH_SIZE], text[PASSWORD_MAX + 1];
	struct err err;

	memset(text, 'x', sizeof(text));
	CU_ASSERT_EQUAL(
	    password_hash(STR("1234567"), hash, &err), ERR_BAD_REQUEST);
	CU_ASSERT_STRING_EQUAL(
	    err.text, "The password must have at least 8 characters.");
	/* seven characters, eight bytes */
	CU_ASSERT_EQUAL(
	    password_hash(STR("123456\xC3\xA9"), hash, &err), ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(
	    password_hash(STR("1234567\xFF"), hash, &err), ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(
	    password_hash(str_make(text, PASSWORD_MAX + 1), hash, &err),
	    ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(
	    password_hash(str_make(text, PASSWORD_MAX), hash, &err), ERR_OK);
	CU_ASSERT(password_check(hash, str_make(text, PASSWORD_MAX)));
	CU_ASSERT_FALSE(password_check(hash, str_make(text, PASSWORD_MAX + 1)));
}

static void weaker_parameters_are_seen(void)
{
	static const struct {
		const char *hash;
		bool weak;
	} cases[] = {
		{ "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", false },
		{ "$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA", false },
		{ "$argon2id$v=19$m=19455,t=2,p=1$c2FsdA$aGFzaA", true },
		{ "$argon2id$v=19$m=65536,t=1,p=1$c2FsdA$aGFzaA", true },
		{ "$argon2i$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA", true },
		{ "$2y$10$abcdefghijklmnopqrstuv", true },
		{ "$argon2id$v=19$m=,t=2", true },
		{ "", true },
		{ NULL, true },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(
		    unit_case(password_is_weak(cases[i].hash) == cases[i].weak,
			i, cases[i].hash));
}

static void *hash_one(void *arg)
{
	char hash[PASSWORD_HASH_SIZE];

	*(bool *)arg =
	    password_hash(STR("many at once"), hash, NULL) == ERR_OK &&
	    password_check(hash, STR("many at once"));
	return NULL;
}

static void more_threads_than_places_all_finish(void)
{
	pthread_t threads[6];
	bool ok[6] = { false };

	for (size_t i = 0; i < 6; i++)
		CU_ASSERT_EQUAL_FATAL(
		    pthread_create(&threads[i], NULL, hash_one, &ok[i]), 0);
	for (size_t i = 0; i < 6; i++) {
		pthread_join(threads[i], NULL);
		CU_ASSERT(ok[i]);
	}
}

static CU_TestInfo tests[] = {
	{ "a password gives its hash only", a_password_gives_its_hash_only },
	{ "without a hash every password is wrong",
	    without_a_hash_every_password_is_wrong },
	{ "length is bounded", length_is_bounded },
	{ "weaker parameters are seen", weaker_parameters_are_seen },
	{ "more threads than places all finish",
	    more_threads_than_places_all_finish },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_password = { "password", NULL, NULL, NULL, NULL, tests };
