/* corpus.h: the texts of tests/data/kb and the questions about them */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_CORPUS_H
#define FAKE_CORPUS_H

#include "bot/kb_doc.h"

#define CORPUS_FILES_MAX     8
#define CORPUS_QUESTIONS_MAX 100

struct corpus_file {
	struct str name;
	struct str content;
	bool is_html;
};

struct corpus_question {
	struct str file; /* "-": nothing answers it */
	struct str heading;
	struct str text;
};

struct corpus {
	size_t n_files;
	struct corpus_file files[CORPUS_FILES_MAX];
	size_t n_questions;
	struct corpus_question questions[CORPUS_QUESTIONS_MAX];
};

/* Of a language: "de", "en" or "sw". Ends the program when it is not there. */
void corpus_read(struct pool *pool, const char *language, struct corpus *c);

#endif
