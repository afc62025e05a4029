/* test_conf.c: settings files */
/* SPDX-License-Identifier: MIT */
#include "base/conf.h"

#include "base/buf.h"
#include "base/log.h"
#include "unit.h"

struct sample {
	char *name;
	char *secret;
	int64_t count;
	bool on;
	enum log_level level;
};

static const struct conf_row rows[] = {
	{ "name", CONF_TEXT, offsetof(struct sample, name), "baraza", 1, 20,
	    false, "A name.", false },
	{ "secret", CONF_TEXT, offsetof(struct sample, secret), "", 0, 20, true,
	    "A secret.", false },
	{ "count", CONF_INT, offsetof(struct sample, count), "5", -1, 10, false,
	    "A count.", true },
	{ "on", CONF_BOOL, offsetof(struct sample, on), "no", 0, 0, false,
	    "A switch.", false },
	{ "level", CONF_LEVEL, offsetof(struct sample, level), "info", 0, 0,
	    false, "A level.", false },
};

static enum err_code read_text(
    const char *text, struct sample *s, struct err *err)
{
	conf_defaults(rows, COUNT_OF(rows), s);
	return conf_read(unit_file(text), rows, COUNT_OF(rows), s, err);
}

static void an_empty_file_leaves_the_defaults(void)
{
	struct sample s;
	struct err err;

	CU_ASSERT_EQUAL(read_text("", &s, &err), ERR_OK);
	CU_ASSERT_STRING_EQUAL(s.name, "baraza");
	CU_ASSERT_STRING_EQUAL(s.secret, "");
	CU_ASSERT_EQUAL(s.count, 5);
	CU_ASSERT_FALSE(s.on);
	CU_ASSERT_EQUAL(s.level, LOG_INFO);
	conf_fini(rows, COUNT_OF(rows), &s);
	CU_ASSERT_PTR_NULL(s.name);
}

static void lines_set_their_fields(void)
{
	struct sample s;
	struct err err;

	CU_ASSERT_EQUAL(read_text("# comment\n\n  name = a = b # c  \r\n"
				  "secret=\"  x\"y \"\n\tcount\t=\t-1\n"
				  "on = Yes\nlevel = debug",
			    &s, &err),
	    ERR_OK);
	CU_ASSERT_STRING_EQUAL(s.name, "a = b # c");
	CU_ASSERT_STRING_EQUAL(s.secret, "  x\"y ");
	CU_ASSERT_EQUAL(s.count, -1);
	CU_ASSERT(s.on);
	CU_ASSERT_EQUAL(s.level, LOG_DEBUG);
	conf_fini(rows, COUNT_OF(rows), &s);
}

static void switches_have_four_spellings(void)
{
	static const char *const words[] = { "no", "yes", "false", "true",
		"off", "on", "0", "1" };

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct sample s;
		struct err err;
		char text[20];

		snprintf(text, sizeof(text), "on = %s\n", words[i]);
		CU_ASSERT_EQUAL(read_text(text, &s, &err), ERR_OK);
		CU_ASSERT(unit_case(s.on == (i % 2 == 1), i, words[i]));
		conf_fini(rows, COUNT_OF(rows), &s);
	}
}

static void a_fault_names_file_and_line(void)
{
	static const struct {
		const char *text;
		const char *fault; /* behind the path */
	} cases[] = {
		{ "count = 1\n\nnonsense\n",
		    ":3: this is no line of the form key = value" },
		{ "colour = red\n", ":1: there is no setting \"colour\"" },
		{ " = x\n", ":1: there is no setting \"\"" },
		{ "count = 1\ncount = 2\n",
		    ":2: count stands here a second time" },
		{ "count = 11\n",
		    ":1: count must be a whole number from -1 to 10" },
		{ "count = 1x\n",
		    ":1: count must be a whole number from -1 to 10" },
		{ "count =\n",
		    ":1: count must be a whole number from -1 to 10" },
		{ "name =\n", ":1: name must be text of 1 to 20 bytes" },
		{ "name = \"x\n", ":1: name must be text of 1 to 20 bytes" },
		{ "secret = 123456789012345678901\n",
		    ":1: secret must be text of 0 to 20 bytes" },
		{ "on = maybe\n", ":1: on must be yes or no" },
		{ "level = loud\n",
		    ":1: level must be error, warn, info or debug" },
		{ "level = \"\"\n",
		    ":1: level must be error, warn, info or debug" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sample s;
		struct err err;

		CU_ASSERT_EQUAL(
		    read_text(cases[i].text, &s, &err), ERR_BAD_REQUEST);
		CU_ASSERT(unit_case(
		    str_ends(str_of(err.text), str_of(cases[i].fault)) &&
			str_starts(str_of(err.text), STR("/tmp/")),
		    i, err.text));
		conf_fini(rows, COUNT_OF(rows), &s);
	}
}

static void a_missing_file_is_told(void)
{
	struct sample s;
	struct err err;

	conf_defaults(rows, COUNT_OF(rows), &s);
	CU_ASSERT_EQUAL(
	    conf_read("/nonexistent/x", rows, COUNT_OF(rows), &s, &err),
	    ERR_NOT_FOUND);
	CU_ASSERT_STRING_EQUAL(
	    err.text, "/nonexistent/x: No such file or directory");
	/* a folder opens but cannot be read */
	CU_ASSERT_EQUAL(
	    conf_read("/tmp", rows, COUNT_OF(rows), &s, &err), ERR_INTERNAL);
	conf_fini(rows, COUNT_OF(rows), &s);
}

static void the_example_shows_every_row(void)
{
	char text[2000] = "";
	FILE *to = fmemopen(text, sizeof(text), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	conf_print(rows, COUNT_OF(rows), to);
	fclose(to);
	CU_ASSERT(unit_same(str_of(text),
	    "# A name.\n#name = baraza\n\n# A secret.\n#secret = \"\"\n\n"
	    "# A count. (-1 to 10) (read again on SIGHUP)\n#count = 5\n\n# A switch.\n#on = no\n\n"
	    "# A level.\n#level = info\n"));
}

static CU_TestInfo tests[] = {
	{ "an empty file leaves the defaults",
	    an_empty_file_leaves_the_defaults },
	{ "lines set their fields", lines_set_their_fields },
	{ "switches have four spellings", switches_have_four_spellings },
	{ "a fault names file and line", a_fault_names_file_and_line },
	{ "a missing file is told", a_missing_file_is_told },
	{ "the example shows every row", the_example_shows_every_row },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_conf = { "conf", NULL, NULL, NULL, NULL, tests };
