/* kb_rank.c: which passages answer a question, and how well */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_rank.h"

#include <math.h>

#include "base/valid.h"
#include "bot/kb_split.h"

#define WORDS_MAX 400 /* of a passage */
#define NEAR	  3   /* words apart that still stand together */

/* Parts of a score, which add up to 1. */
#define OF_COVERAGE 0.80
#define OF_HEADINGS 0.12
#define OF_NEARNESS 0.08

/* BM25, and how much it says among those that are good enough. */
#define BM25_K	   1.2
#define BM25_B	   0.5
#define OF_BM25	   0.15
#define IN_HEADING 1.5 /* a word there is as good as so many more */
/* A compound whose parts stand there one by one. */
#define FITS_PARTS 0.9
/* Of what a word weighs that one chunk has: one that no chunk has. */
#define UNKNOWN_WEIGHT 0.9

struct term {
	const struct kb_word *word;
	size_t df; /* chunks that have it */
	double weight;
};

/* What a chunk has of the question. */
struct found {
	const struct kb_chunk *chunk;
	size_t n_words;
	double best[KB_QUESTION_WORDS]; /* how well it has the word anywhere */
	double head[KB_QUESTION_WORDS]; /* in title or headings */
	double count[KB_QUESTION_WORDS];
	/* letters of a compound that words of its own begin and end with */
	size_t front[KB_QUESTION_WORDS];
	size_t back[KB_QUESTION_WORDS];
	size_t near; /* pairs of words that stand together */
	double score;
	double key; /* what they are sorted by */
};

struct ranking {
	struct pool *pool;
	size_t n_terms;
	struct term terms[KB_QUESTION_WORDS];
	double weight; /* of all */
	size_t n;
	struct found *found;
	double average; /* words of a chunk */
};

static void add_terms(struct ranking *r, const struct kb_words *question)
{
	size_t k;

	for (size_t i = 0; i < question->n; i++) {
		const struct kb_word *w = &question->items[i];

		if (w->is_small || r->n_terms == KB_QUESTION_WORDS)
			continue;
		for (k = 0; k < r->n_terms; k++) {
			if (str_eq(r->terms[k].word->stem, w->stem))
				break;
		}
		if (k == r->n_terms)
			r->terms[r->n_terms++].word = w;
	}
}

/* Blumenlieferung, where it says "we deliver flowers". */
static void look_at_parts(struct found *f, size_t q,
    const struct kb_word *asked, const struct kb_word *said)
{
	if (asked->n < KB_WHOLE_MIN || said->n < KB_PART_MIN)
		return;
	if (str_starts(asked->stem, said->stem))
		f->front[q] = MAX_OF(f->front[q], said->n);
	else if (str_ends(asked->stem, said->stem))
		f->back[q] = MAX_OF(f->back[q], said->n);
	/* a letter or two join the parts */
	if (f->front[q] > 0 && f->back[q] > 0 &&
	    f->front[q] + f->back[q] + 2 >= asked->n)
		f->best[q] = MAX_OF(f->best[q], FITS_PARTS);
}

static void look_at(
    struct ranking *r, struct found *f, struct str text, bool is_heading)
{
	struct kb_words words = kb_words_make(r->pool, text, WORDS_MAX);
	size_t last[KB_QUESTION_WORDS];

	for (size_t q = 0; q < r->n_terms; q++)
		last[q] = SIZE_MAX;
	for (size_t i = 0; i < words.n; i++) {
		for (size_t q = 0; q < r->n_terms; q++) {
			double fits = words.items[i].is_small
					  ? 0
					  : kb_word_fits(r->terms[q].word,
						&words.items[i]);

			if (fits <= 0)
				continue;
			look_at_parts(f, q, r->terms[q].word, &words.items[i]);
			f->best[q] = MAX_OF(f->best[q], fits);
			f->count[q] += is_heading ? fits * IN_HEADING : fits;
			if (is_heading)
				f->head[q] = MAX_OF(f->head[q], fits);
			last[q] = i;
			if (q > 0 && last[q - 1] != SIZE_MAX &&
			    last[q - 1] != i && i - last[q - 1] <= NEAR)
				f->near |= (size_t)1 << q;
		}
	}
	f->n_words += words.n;
}

static void look(struct ranking *r, struct found *f)
{
	look_at(r, f, f->chunk->title, true);
	look_at(r, f, f->chunk->heading, true);
	look_at(r, f, f->chunk->body, false);
	r->average += (double)f->n_words;
	for (size_t q = 0; q < r->n_terms; q++)
		r->terms[q].df += f->best[q] > 0;
}

static double weight_of(double total, double df)
{
	return log(1 + (total - df + 0.5) / (df + 0.5));
}

static void weigh(struct ranking *r, double total)
{
	for (size_t q = 0; q < r->n_terms; q++) {
		struct term *t = &r->terms[q];

		t->weight = t->df > 0 ? weight_of(total, (double)t->df)
				      : weight_of(total, 1) * UNKNOWN_WEIGHT;
		r->weight += t->weight;
	}
}

static void rate(const struct ranking *r, struct found *f)
{
	double has = 0, head = 0, near = 0, bm25 = 0, most = 0, k;

	k = BM25_K * (1 - BM25_B + BM25_B * (double)f->n_words / r->average);
	for (size_t q = 0; q < r->n_terms; q++) {
		double weight = r->terms[q].weight;

		has += weight * f->best[q];
		head += weight * f->head[q];
		near += (f->near >> q & 1) != 0;
		bm25 += weight * f->count[q] * (BM25_K + 1) / (f->count[q] + k);
		most += weight * (BM25_K + 1);
	}
	if (r->weight <= 0)
		return;
	if (r->n_terms > 1)
		near /= (double)(r->n_terms - 1);
	else
		near = has / r->weight;
	f->score = (OF_COVERAGE * has + OF_HEADINGS * head) / r->weight +
		   OF_NEARNESS * near;
	f->key = f->score + OF_BM25 * bm25 / most;
}

static int by_key(const void *pa, const void *pb)
{
	const struct found *a = pa, *b = pb;
	int order = id_cmp(a->chunk->source_id, b->chunk->source_id);

	if (a->key > b->key || a->key < b->key)
		return a->key > b->key ? -1 : 1;
	if (order != 0)
		return order;
	return a->chunk->part < b->chunk->part
		   ? -1
		   : a->chunk->part > b->chunk->part;
}

/* ----------------------------------------------------------- the passage */

/* How much of the question the sentences from first to last say. */
static double worth(
    const struct ranking *r, const double *fits, size_t first, size_t last)
{
	double sum = 0, best;

	for (size_t q = 0; q < r->n_terms; q++) {
		best = 0;
		for (size_t i = first; i <= last; i++)
			best = MAX_OF(best, fits[i * KB_QUESTION_WORDS + q]);
		sum += best * r->terms[q].weight;
	}
	return sum;
}

/* The sentences that say most of it, and as many around them as there is room
 * for. */
static struct str window(const struct ranking *r, struct str body)
{
	struct str rest = body, s[KB_CHUNK_MAX];
	size_t n = 0, first = 0, last = 0;
	double *fits, best = -1;

	if (valid_utf8_count(body) <= KB_WINDOW_MAX)
		return body;
	fits = pool_alloc(
	    r->pool, sizeof(*fits) * KB_CHUNK_MAX * KB_QUESTION_WORDS);
	while (n < COUNT_OF(s) && kb_split_sentence(&rest, &s[n])) {
		struct found f = { .n_words = 0 };
		struct ranking copy = *r;

		look_at(&copy, &f, s[n], false);
		memcpy(fits + n * KB_QUESTION_WORDS, f.best, sizeof(f.best));
		n++;
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i; k < n; k++) {
			struct str text = str_make(
			    s[i].p, (size_t)(s[k].p - s[i].p) + s[k].n);
			double sum;

			if (valid_utf8_count(text) > KB_WINDOW_MAX)
				break;
			sum = worth(r, fits, i, k) + 0.001 * (double)(k - i);
			if (sum > best + 0.0001) {
				best = sum;
				first = i;
				last = k;
			}
		}
	}
	if (best < 0)
		return valid_utf8_head(body, KB_WINDOW_MAX);
	return str_make(
	    s[first].p, (size_t)(s[last].p - s[first].p) + s[last].n);
}

void kb_rank(struct pool *pool, const struct kb_words *question,
    const struct kb_chunks *chunks, uint64_t total, size_t max,
    struct kb_passages *out_r)
{
	struct ranking r = { .pool = pool, .n = chunks->n };

	*out_r = (struct kb_passages){ .n = 0 };
	add_terms(&r, question);
	if (r.n_terms == 0 || r.n == 0)
		return;
	r.found = pool_alloc(pool, r.n * sizeof(*r.found));
	for (size_t i = 0; i < r.n; i++) {
		r.found[i].chunk = &chunks->items[i];
		look(&r, &r.found[i]);
	}
	r.average = MAX_OF(r.average / (double)r.n, 1);
	weigh(&r, (double)MAX_OF(total, r.n));
	for (size_t i = 0; i < r.n; i++)
		rate(&r, &r.found[i]);
	qsort(r.found, r.n, sizeof(*r.found), by_key);
	out_r->items =
	    pool_alloc(pool, MIN_OF(max, r.n) * sizeof(*out_r->items));
	for (size_t i = 0; i < r.n && out_r->n < max; i++) {
		const struct found *f = &r.found[i];

		if (f->score >= KB_GOOD)
			out_r->items[out_r->n++] = (struct kb_passage){
				.kb_id = f->chunk->kb_id,
				.source_id = f->chunk->source_id,
				.title = f->chunk->title,
				.url = f->chunk->url,
				.heading = f->chunk->heading,
				.text = window(&r, f->chunk->body),
				.score = MIN_OF(f->score, 1),
			};
	}
}
