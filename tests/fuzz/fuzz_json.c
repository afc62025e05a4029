/* fuzz_json.c: JSON from outside: what is accepted comes out the same */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "base/json_scan.h"
#include "base/valid.h"
#include "tests/fuzz/drive.h"

static void same(const struct json *a, const struct json *b)
{
	const struct json *i = NULL, *k = NULL;

	MUST(json_type(a) == json_type(b));
	MUST(json_count(a) == json_count(b));
	MUST(str_eq(json_str(a), json_str(b)));
	MUST(json_num(a, 0) == json_num(b, 0));
	MUST(json_bool(a, false) == json_bool(b, false));
	while ((i = json_next(a, i)) != NULL) {
		k = json_next(b, k);
		MUST(k != NULL);
		if (json_type(a) == JSON_OBJECT)
			MUST(str_eq(json_name(i), json_name(k)));
		same(i, k);
	}
}

/* The readers of one request's fields, on whatever it is. */
static void read_fields(const struct json *v)
{
	static const char *const names[] = { "id", "seq", "content", "", "a" };
	struct json_fields f;
	struct err err = { 0 };
	uint8_t id[16];

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct str s;
		int64_t n;

		json_fields_init(&f, v);
		s = json_fields_str(&f, names[i], 1, 20);
		n = json_fields_i64(&f, names[i], -5, 1000, 7);
		(void)json_fields_bool(&f, names[i], false);
		json_fields_id(&f, names[i], i == 0, id);
		(void)json_fields_get(&f, names[i], JSON_OBJECT);
		MUST(n >= -5 && n <= 1000);
		if (json_fields_end(&f, &err) != ERR_OK)
			MUST(err.text[0] != '\0' &&
			     valid_utf8(str_of(err.text)));
		else
			MUST(json_type(v) == JSON_OBJECT && valid_utf8(s));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = str_make((const char *)data, n), again;
	struct pool *pool = pool_new();
	const struct json *v, *w;
	enum err_code scanned, code;
	struct err err = { 0 };

	scanned = json_scan_check(text, JSON_DEPTH_MAX, &err);
	code = json_parse(pool, text, &v, &err);
	/* What the scanner lets pass the second parser must take. */
	MUST(code == scanned);
	if (code == ERR_OK) {
		again = json_text(pool, v);
		MUST(json_parse(pool, again, &w, &err) == ERR_OK);
		same(v, w);
		MUST(str_eq(again, json_text(pool, w)));
		read_fields(v);
	} else {
		MUST(valid_utf8(str_of(err.text)));
	}
	pool_free(&pool);
	return 0;
}
