/* fuzz_upload.c: forms with files, headers of pictures, names of files */
/* SPDX-License-Identifier: MIT */
#include "base/image_size.h"
#include "base/valid.h"
#include "chat/file_kind.h"
#include "multipart.h"
#include "tests/fuzz/drive.h"

static bool within(struct str part, struct str whole)
{
	return part.n == 0 ||
	       (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void try_form(struct str type, struct str body)
{
	struct multipart m;
	struct multipart_part part;
	unsigned n = 0;

	if (!multipart_init(&m, type, body))
		return;
	while (multipart_next(&m, &part) == MULTIPART_PART) {
		MUST(++n <= MULTIPART_PARTS_MAX);
		MUST(within(part.name, body) && within(part.filename, body) &&
		     within(part.data, body));
	}
}

static void try_name(struct str name)
{
	static const struct str types[] = { STR_INIT("image/png"),
		STR_INIT("application/pdf"), STR_INIT("nothing/known") };
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT_OF(types); i++) {
		struct str made = file_kind_name(pool, name, types[i]);

		MUST(made.n > 0 && made.n <= FILE_NAME_MAX);
		MUST(valid_text(made, false));
		MUST(str_index(made, '/') == made.n);
		MUST(str_index(made, '\\') == made.n);
		MUST(str_eq(made, file_kind_name(pool, made, types[i])));
	}
	pool_free(&pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = str_make((const char *)data, n);
	struct str line = str_head(text, str_index(text, '\n'));
	uint32_t width = 0, height = 0;

	try_form(STR("multipart/form-data; boundary=abc"), text);
	try_form(line, str_from(text, line.n + 1));
	try_name(line);
	if (image_size(text, &width, &height))
		MUST(width > 0 && height > 0);
	return 0;
}
