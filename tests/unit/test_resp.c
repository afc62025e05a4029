/* test_resp.c: answers: their lines, faces and what cannot get into them */
/* SPDX-License-Identifier: MIT */
#include "resp.h"

#include "unit.h"

static struct buf out;

static int setup(void)
{
	buf_init(&out, 0);
	return 0;
}

static int teardown(void)
{
	buf_fini(&out);
	return 0;
}

static struct str put(const struct resp *resp, bool is_head)
{
	buf_clear(&out);
	resp_put(resp, is_head, &out);
	return buf_str(&out);
}

static void an_answer_tells_its_length(void)
{
	struct resp resp;
	struct json_out *j;

	resp_init(&resp);
	j = resp_json(&resp);
	json_out_object(j, NULL);
	json_out_bool(j, "ok", true);
	json_out_end(j);
	CU_ASSERT(unit_same(put(&resp, false),
	    "Status: 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Length: 11\r\n\r\n{\"ok\":true}"));
	CU_ASSERT(unit_same(put(&resp, true),
	    "Status: 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Length: 11\r\n\r\n"));
	resp_fini(&resp);
}

static void no_content_has_no_length(void)
{
	struct resp resp;

	resp_init(&resp);
	resp_empty(&resp, 204);
	CU_ASSERT(
	    unit_same(put(&resp, false), "Status: 204 No Content\r\n\r\n"));
	resp_fini(&resp);
}

static void a_value_never_begins_a_line(void)
{
	struct resp resp;

	resp_init(&resp);
	resp_header(&resp, "X-A", STR("b\r\nSet-Cookie: a=b\n\tc\x7f\0d"));
	CU_ASSERT(
	    unit_same(buf_str(&resp.headers), "X-A: bSet-Cookie: a=bcd\r\n"));
	resp_fini(&resp);
}

static void a_redirect_is_a_url(void)
{
	struct resp resp;

	resp_init(&resp);
	resp_redirect(&resp, STR("/a?b=\"<c>\xc3\xa9 \r\nX: y%20"));
	CU_ASSERT(unit_same(str_head(buf_str(&resp.headers), 54),
	    "Location: /a?b=%22%3Cc%3E%C3%A9%20%0D%0AX:%20y%20\r\nCon"));
	CU_ASSERT_EQUAL(resp.status, 303);
	resp_fini(&resp);
}

static void an_error_has_the_face_of_its_surface(void)
{
	struct err err;
	struct resp resp;

	resp_init(&resp);
	err_clear(&err);
	err_set(&err, ERR_RATE_LIMITED, "No <b>\"more\"</b>.");
	err.retry_after_s = 7;
	resp_header(&resp, "X-Before", STR("gone"));
	buf_puts(&resp.body, "gone");
	resp_error(&resp, &err);
	CU_ASSERT(unit_same(put(&resp, false),
	    "Status: 429 Too Many Requests\r\nRetry-After: 7\r\n"
	    "Content-Type: application/json\r\nContent-Length: 56\r\n\r\n"
	    "{\"error\":\"rate_limited\",\"message\":"
	    "\"No <b>\\\"more\\\"</b>.\"}"));
	resp.face = RESP_WIDGET;
	resp_error(&resp, &err);
	CU_ASSERT(str_search(buf_str(&resp.body),
		      STR("<p>No &lt;b&gt;&quot;more&quot;&lt;/b&gt;.</p>")) <
		  resp.body.n);
	CU_ASSERT_EQUAL(resp.face, RESP_PAGE);
	resp_fini(&resp);
}

static void every_code_has_a_phrase(void)
{
	struct err err;
	struct resp resp;
	enum err_code code;

	resp_init(&resp);
	for (code = ERR_BAD_REQUEST; code < ERR__MAX; code++) {
		err_clear(&err);
		err_set(&err, code, "x");
		resp_error(&resp, &err);
		CU_ASSERT_EQUAL(resp.status, err_status(code));
		CU_ASSERT_EQUAL(str_search(put(&resp, false), STR(" Error\r")),
		    code == ERR_INTERNAL ? strlen("Status: 500 Internal "
						  "Server")
					 : out.n);
	}
	resp_fini(&resp);
}

static void a_cookie_is_closed_to_scripts(void)
{
	struct resp resp;

	resp_init(&resp);
	resp_cookie(&resp, "session", STR("abc"), "/", 60, true);
	CU_ASSERT(unit_same(buf_str(&resp.headers),
	    "Set-Cookie: session=abc; Path=/; Max-Age=60; HttpOnly; "
	    "SameSite=Lax; Secure\r\n"));
	resp_fini(&resp);
}

static CU_TestInfo tests[] = {
	{ "an answer tells its length", an_answer_tells_its_length },
	{ "no content has no length", no_content_has_no_length },
	{ "a value never begins a line", a_value_never_begins_a_line },
	{ "a redirect is a URL", a_redirect_is_a_url },
	{ "an error has the face of its surface",
	    an_error_has_the_face_of_its_surface },
	{ "every code has a phrase", every_code_has_a_phrase },
	{ "a cookie is closed to scripts", a_cookie_is_closed_to_scripts },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_resp = { "resp", setup, teardown, NULL, NULL, tests };
