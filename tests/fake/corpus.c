/* corpus.c: the texts of tests/data/kb and the questions about them */
/* SPDX-License-Identifier: MIT */
#include "tests/fake/corpus.h"

#include <dirent.h>

static struct str read_file(struct pool *pool, const char *path)
{
	FILE *file = fopen(path, "re");
	char part[4096];
	struct str text;
	struct buf b;
	size_t n;

	if (file == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	buf_init(&b, 0);
	while ((n = fread(part, 1, sizeof(part), file)) > 0)
		buf_bytes(&b, part, n);
	fclose(file);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static void read_questions(struct str text, struct corpus *c)
{
	struct corpus_question *q;
	struct str line;

	while (str_split(&text, '\n', &line)) {
		if (line.n == 0)
			continue;
		assert(c->n_questions < CORPUS_QUESTIONS_MAX);
		q = &c->questions[c->n_questions++];
		if (!str_split(&line, '|', &q->file) ||
		    !str_split(&line, '|', &q->heading))
			abort();
		q->text = line;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct corpus_file *x = a, *y = b;

	return strcmp(x->name.p, y->name.p);
}

void corpus_read(struct pool *pool, const char *language, struct corpus *c)
{
	const char *folder = pool_printf(pool, "tests/data/kb/%s", language);
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct str content;

	*c = (struct corpus){ .n_files = 0 };
	if (dir == NULL) {
		perror(folder);
		exit(EXIT_FAILURE);
	}
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		content = read_file(
		    pool, pool_printf(pool, "%s/%s", folder, entry->d_name));
		if (strcmp(entry->d_name, "questions.txt") == 0) {
			read_questions(content, c);
			continue;
		}
		assert(c->n_files < CORPUS_FILES_MAX);
		c->files[c->n_files++] = (struct corpus_file){
			.name = str_copy(pool, str_of(entry->d_name)),
			.content = content,
			.is_html = str_ends(str_of(entry->d_name), STR(".html"))
		};
	}
	closedir(dir);
	qsort(c->files, c->n_files, sizeof(*c->files), by_name);
}
