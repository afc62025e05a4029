/* test_chat_form.c: what fits a form, and what becomes of it */
/* SPDX-License-Identifier: MIT */
#include "chat/chat_form.h"
#include "unit.h"

#define FORM                                                                   \
	"{\"fields\":["                                                        \
	"{\"name\":\"who\",\"label\":\"Name\",\"type\":\"text\","              \
	"\"required\":true,\"max_length\":5},"                                 \
	"{\"name\":\"mail\",\"label\":\"E-mail\",\"type\":\"email\"},"         \
	"{\"name\":\"tel\",\"label\":\"Phone\",\"type\":\"phone\"},"           \
	"{\"name\":\"n\",\"label\":\"Guests\",\"type\":\"number\",\"min\":1,"  \
	"\"max\":9},"                                                          \
	"{\"name\":\"day\",\"label\":\"Day\",\"type\":\"date\","               \
	"\"min\":\"2026-01-01\",\"max\":\"2026-12-31\"},"                      \
	"{\"name\":\"room\",\"label\":\"Room\",\"type\":\"select\","           \
	"\"options\":[{\"label\":\"Sea view\",\"value\":\"sea\"},"             \
	"{\"label\":\"Garden\"}]},"                                            \
	"{\"name\":\"ok\",\"label\":\"Terms\",\"type\":\"checkbox\"},"         \
	"{\"name\":\"more\",\"label\":\"More\",\"type\":\"textarea\"}]}"
#define ID "0192f0c1-2345-7abc-8def-0123456789ab"

static const struct {
	const char *values;
	const char *content; /* NULL: refused */
	const char *kept;
} rows[] = {
	{ "{\"who\":\"Asha\"}", "Name: Asha", "{\"who\":\"Asha\"}" },
	{ "{\"who\":\"Asha\",\"mail\":\"\",\"n\":null}", "Name: Asha",
	    "{\"who\":\"Asha\"}" },
	{ "{\"more\":\"a\\nb\",\"room\":\"sea\",\"who\":\"Asha\",\"n\":9,"
	  "\"mail\":\"a@b.example\",\"tel\":\"+255 (712) 345-678\","
	  "\"day\":\"2026-02-28\",\"ok\":true}",
	    "Name: Asha\nE-mail: a@b.example\nPhone: +255 (712) 345-678\n"
	    "Guests: 9\nDay: 2026-02-28\nRoom: Sea view\nTerms: ✓\nMore: a\nb",
	    "{\"who\":\"Asha\",\"mail\":\"a@b.example\","
	    "\"tel\":\"+255 (712) 345-678\",\"n\":9,\"day\":\"2026-02-28\","
	    "\"room\":\"sea\",\"ok\":true,\"more\":\"a\\nb\"}" },
	{ "{\"who\":\"Asha\",\"room\":\"Garden\",\"ok\":false}",
	    "Name: Asha\nRoom: Garden\nTerms: –",
	    "{\"who\":\"Asha\",\"room\":\"Garden\",\"ok\":false}" },
	{ "{}", NULL, NULL },
	{ "{\"who\":\" \"}", NULL, NULL },
	{ "{\"who\":1}", NULL, NULL },
	{ "{\"who\":\"Ashaaa\"}", NULL, NULL },
	{ "{\"who\":\"a\\nb\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"other\":\"x\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"mail\":\"a\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"tel\":\"12\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"tel\":\"12345678901234567\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"tel\":\"call me 712345678\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"n\":\"3\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"n\":0}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"n\":10}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"day\":\"2026-02-29\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"day\":\"2025-12-31\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"day\":\"2027-01-01\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"room\":\"cellar\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"ok\":\"yes\"}", NULL, NULL },
	{ "{\"who\":\"Asha\",\"more\":{}}", NULL, NULL },
};

static void values_fit_their_fields(void)
{
	struct pool *pool = pool_new();
	struct str content, media;
	struct err err;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *answer = pool_printf(pool,
		    "{\"form\":{\"message_id\":\"%s\",\"values\":%s}}", ID,
		    rows[i].values);
		enum err_code code = chat_form_read(
		    pool, STR(FORM), str_of(answer), &content, &media, &err);

		CU_ASSERT(unit_case(
		    code == (rows[i].content ? ERR_OK : ERR_BAD_REQUEST), i,
		    rows[i].values));
		if (code != ERR_OK || rows[i].content == NULL)
			continue;
		CU_ASSERT(unit_same(content, rows[i].content));
		CU_ASSERT(unit_same(media,
		    pool_printf(pool,
			"{\"form\":{\"message_id\":\"%s\",\"values\":%s}}", ID,
			rows[i].kept)));
		CU_ASSERT(
		    unit_same(chat_form_values(pool, media), rows[i].kept));
	}
	pool_free(&pool);
}

static void a_box_that_must_be_ticked_is(void)
{
	static const char form[] =
	    "{\"fields\":[{\"name\":\"ok\",\"label\":\"Terms\","
	    "\"type\":\"checkbox\",\"required\":true}]}";
	struct pool *pool = pool_new();
	struct str content, media;
	struct err err;

	CU_ASSERT_EQUAL(chat_form_read(pool, str_of(form),
			    STR("{\"form\":{\"message_id\":\"" ID
				"\",\"values\":{\"ok\":false}}}"),
			    &content, &media, &err),
	    ERR_BAD_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "ok is missing"));
	CU_ASSERT_EQUAL(chat_form_read(pool, str_of(form),
			    STR("{\"form\":{\"message_id\":\"" ID
				"\",\"values\":{\"ok\":true}}}"),
			    &content, &media, &err),
	    ERR_OK);
	pool_free(&pool);
}

static void other_messages_answer_no_form(void)
{
	static const char *const none[] = { "", "{", "{}", "{\"value\":\"a\"}",
		"{\"form\":1}", "{\"form\":{\"message_id\":\"x\"}}" };
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT_OF(none); i++) {
		CU_ASSERT(unit_case(
		    id_is_none(chat_form_answered(pool, str_of(none[i]))), i,
		    none[i]));
		CU_ASSERT_EQUAL(chat_form_values(pool, str_of(none[i])).n, 0);
	}
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "values fit their fields", values_fit_their_fields },
	{ "a box that must be ticked is", a_box_that_must_be_ticked_is },
	{ "other messages answer no form", other_messages_answer_no_form },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_chat_form = { "chat_form", NULL, NULL, NULL, NULL, tests };
