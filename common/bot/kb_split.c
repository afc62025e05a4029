/* kb_split.c: documents as passages, and passages as sentences */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_split.h"

#include "base/valid.h"
#include "bot/kb_words.h"

#define LEVELS	     6
#define WORDS_MAX    2000  /* of a passage that are looked at */
#define INDEX_MAX    60000 /* bytes of what is searched */
#define ABBREVIATION 3	   /* letters before a dot that ends no sentence */

struct splitting {
	struct pool *pool;
	struct id workspace_id;
	struct str title;
	struct str headings[LEVELS];
	struct buf body;
	size_t n_body; /* code points of it */
	struct kb_chunks *out;
	size_t cap;
	bool is_full;
};

/* ------------------------------------------------------------- sentences */

static bool is_end(char c)
{
	return c == '.' || c == '!' || c == '?';
}

/* "z. B.", "Nr. 5", "am 1. Mai", "Dr. Maua" go on. */
static bool is_abbreviated(struct str text, size_t dot)
{
	size_t from = dot;

	if (text.p[dot] != '.')
		return false;
	while (from > 0 && text.p[from - 1] != ' ' && text.p[from - 1] != '.' &&
	       text.p[from - 1] != '(')
		from--;
	if (dot - from > ABBREVIATION)
		return false;
	if (text.p[from] >= '0' && text.p[from] <= '9')
		return dot - from <= 2;
	return dot - from < ABBREVIATION ||
	       (text.p[from] >= 'A' && text.p[from] <= 'Z');
}

bool kb_split_sentence(struct str *rest, struct str *sentence_r)
{
	size_t i = 0;

	*rest = str_trim(*rest);
	if (rest->n == 0)
		return false;
	for (; i < rest->n && rest->p[i] != '\n'; i++) {
		if (!is_end(rest->p[i]) || is_abbreviated(*rest, i))
			continue;
		while (i + 1 < rest->n &&
		       (is_end(rest->p[i + 1]) || rest->p[i + 1] == '"' ||
			   rest->p[i + 1] == ')'))
			i++;
		if (i + 1 >= rest->n || rest->p[i + 1] == ' ') {
			i++;
			break;
		}
	}
	*sentence_r = str_trim(str_head(*rest, i));
	*rest = str_from(*rest, i);
	return true;
}

/* -------------------------------------------------------------- passages */

static struct str heading_path(struct splitting *s)
{
	struct str path, text;
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < LEVELS; i++) {
		text = s->headings[i];
		if (text.n == 0 || str_ieq(text, s->title))
			continue;
		if (b.n > 0)
			buf_puts(&b, " \xE2\x80\xBA ");
		buf_put(&b, text);
	}
	path = str_copy(s->pool, valid_utf8_head(buf_str(&b), KB_HEADING_MAX));
	buf_fini(&b);
	return path;
}

/* Once each for title, headings and body: a word of a heading counts again. */
static struct str index_words(
    struct splitting *s, struct str heading, struct str body)
{
	const struct str texts[] = { s->title, heading, body };
	struct kb_words words;
	struct str out;
	struct buf b;

	buf_init(&b, INDEX_MAX);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		words = kb_words_make(s->pool, texts[i], WORDS_MAX);
		kb_words_put_index(&b, s->workspace_id, &words);
	}
	out = str_copy(s->pool, buf_str(&b));
	buf_fini(&b);
	return out;
}

static void close_chunk(struct splitting *s)
{
	struct str body = str_trim(buf_str(&s->body));
	struct kb_chunk *items, *c;

	if (body.n > 0 && s->out->n == KB_CHUNKS_MAX) {
		s->is_full = true;
	} else if (body.n > 0) {
		if (s->out->n == s->cap) {
			s->cap = s->cap == 0 ? 16 : s->cap * 2;
			items = pool_alloc(s->pool, s->cap * sizeof(*items));
			if (s->out->n > 0)
				memcpy(items, s->out->items,
				    s->out->n * sizeof(*items));
			s->out->items = items;
		}
		c = &s->out->items[s->out->n++];
		c->body = str_copy(s->pool, body);
		c->heading = heading_path(s);
		c->words = index_words(s, c->heading, c->body);
	}
	buf_clear(&s->body);
	s->n_body = 0;
}

static void add_piece(struct splitting *s, struct str text, char before)
{
	size_t n = valid_utf8_count(text);

	if (s->n_body > 0 && s->n_body + n + 1 > KB_CHUNK_MAX)
		close_chunk(s);
	if (s->body.n > 0)
		buf_byte(&s->body, before);
	buf_put(&s->body, text);
	s->n_body += n + 1;
}

/* Between words, as far as there are any. */
static void add_long(struct splitting *s, struct str sentence)
{
	struct str head;
	size_t cut;

	while (valid_utf8_count(sentence) > KB_CHUNK_MIN) {
		head = valid_utf8_head(sentence, KB_CHUNK_MIN);
		for (cut = head.n; cut > 0 && head.p[cut - 1] != ' '; cut--)
			;
		if (cut == 0)
			cut = head.n;
		add_piece(s, str_trim(str_head(sentence, cut)), ' ');
		sentence = str_from(sentence, cut);
	}
	if (str_trim(sentence).n > 0)
		add_piece(s, str_trim(sentence), ' ');
}

static void add_block(struct splitting *s, struct str text)
{
	struct str sentence;
	bool is_first = true;

	if (s->n_body >= KB_CHUNK_MIN)
		close_chunk(s);
	if (valid_utf8_count(text) <= KB_CHUNK_MAX) {
		add_piece(s, text, '\n');
		return;
	}
	while (kb_split_sentence(&text, &sentence)) {
		if (valid_utf8_count(sentence) > KB_CHUNK_MAX)
			add_long(s, sentence);
		else
			add_piece(s, sentence, is_first ? '\n' : ' ');
		is_first = false;
	}
}

static void set_heading(struct splitting *s, const struct kb_block *block)
{
	close_chunk(s);
	s->headings[block->level - 1] = block->text;
	for (unsigned i = block->level; i < LEVELS; i++)
		s->headings[i] = STR_EMPTY;
}

enum err_code kb_split(struct pool *pool, const struct kb_doc *doc,
    struct str title, struct id workspace_id, struct kb_chunks *out_r,
    struct err *err)
{
	struct splitting s = { .pool = pool,
		.workspace_id = workspace_id,
		.title = title,
		.out = out_r };

	*out_r = (struct kb_chunks){ .n = 0 };
	buf_init(&s.body, 0);
	for (size_t i = 0; i < doc->n; i++) {
		if (doc->items[i].level > 0)
			set_heading(&s, &doc->items[i]);
		else
			add_block(&s, doc->items[i].text);
	}
	close_chunk(&s);
	buf_fini(&s.body);
	if (s.is_full || doc->is_cut)
		return err_set(err, ERR_TOO_LARGE,
		    "It has more than %d passages.", KB_CHUNKS_MAX);
	if (out_r->n == 0)
		return err_set(
		    err, ERR_INVALID, "There is no text in it to answer from.");
	return ERR_OK;
}
