/* intent.c: which of a flow's intents a text is nearest to */
/* SPDX-License-Identifier: MIT */
#include "bot/intent.h"

#include <math.h>

#include "bot/word.h"

#define TEXT_WORDS_MAX 48
#define SMALL_WEIGHT   0.2
/* Of a word that no example has: it says that the text is about more. */
#define STRANGE_WEIGHT 0.8
/* How much more it counts that the example is in the text than the reverse. */
#define RECALL	   1.5
#define NOT_FACTOR 0.5

struct example {
	size_t intent;
	struct fold text;
	size_t n;
	size_t *words; /* indexes of the vocabulary, each once */
	double weight; /* of all its words */
	bool is_not;
};

struct entry {
	struct word word;
	size_t last_intent; /* that has it */
	size_t n_intents;
	double weight;
};

struct intents {
	const struct intent *list;
	size_t n;
	size_t n_examples;
	struct example *examples;
	size_t n_words;
	struct entry *words; /* each word of the examples once */
	size_t mask;
	size_t *table; /* index of a word + 1 by its hash, 0 where none is */
};

static size_t add_word(
    struct intents *in, const struct word *word, size_t intent)
{
	size_t at = (size_t)(word->hash >> 20) & in->mask;
	struct entry *e;

	while (in->table[at] != 0 &&
	       in->words[in->table[at] - 1].word.hash != word->hash)
		at = (at + 1) & in->mask;
	if (in->table[at] == 0) {
		in->words[in->n_words++] =
		    (struct entry){ *word, INTENT_NONE, 0, 0 };
		in->table[at] = in->n_words;
	}
	e = &in->words[in->table[at] - 1];
	e->n_intents += e->last_intent != intent;
	e->last_intent = intent;
	return in->table[at] - 1;
}

static void add_example(
    struct intents *in, struct example *ex, const struct word *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t w = add_word(in, &words[i], ex->intent), k = 0;

		ex->is_not = ex->is_not || words[i].is_not;
		while (k < ex->n && ex->words[k] != w)
			k++;
		if (k == ex->n)
			ex->words[ex->n++] = w;
	}
}

/* A word of one intent alone tells more than one of all. */
static void weigh(struct intents *in)
{
	for (size_t i = 0; i < in->n_words; i++) {
		struct entry *e = &in->words[i];

		e->weight = e->word.is_small
				? SMALL_WEIGHT
				: 1 + 0.5 * log((1.0 + (double)in->n) /
						(1.0 + (double)e->n_intents));
	}
	for (size_t i = 0; i < in->n_examples; i++) {
		struct example *ex = &in->examples[i];

		for (size_t k = 0; k < ex->n; k++)
			ex->weight += in->words[ex->words[k]].weight;
	}
}

const struct intents *intents_new(
    struct pool *pool, const struct intent *list, size_t n)
{
	struct intents *in = pool_alloc(pool, sizeof(*in));
	size_t n_examples = 0, n_words = 0, at = 0;
	struct word **words;
	size_t *counts;

	*in = (struct intents){ .list = list, .n = n };
	for (size_t i = 0; i < n; i++)
		n_examples += list[i].n;
	in->examples =
	    pool_alloc(pool, (n_examples + 1) * sizeof(*in->examples));
	words = pool_alloc(pool, (n_examples + 1) * sizeof(*words));
	counts = pool_alloc(pool, (n_examples + 1) * sizeof(*counts));
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < list[i].n; k++, at++) {
			struct example *ex = &in->examples[at];

			ex->intent = i;
			ex->text = fold_make(pool, list[i].examples[k]);
			words[at] = words_make(
			    pool, ex->text, TEXT_WORDS_MAX, &counts[at]);
			ex->words = pool_alloc(
			    pool, (counts[at] + 1) * sizeof(*ex->words));
			n_words += counts[at];
		}
	}
	in->n_examples = n_examples;
	in->words = pool_alloc(pool, (n_words + 1) * sizeof(*in->words));
	for (in->mask = 1; in->mask <= 2 * n_words; in->mask = in->mask * 2 + 1)
		;
	in->table = pool_alloc(pool, (in->mask + 1) * sizeof(*in->table));
	for (size_t i = 0; i < n_examples; i++)
		add_example(in, &in->examples[i], words[i], counts[i]);
	weigh(in);
	return in;
}

/* One text beside the vocabulary. */
struct likening {
	const struct intents *in;
	size_t n;
	struct word *words;
	double *weights;
	float *likeness; /* [word of the text][word of the vocabulary] */
	bool is_not;
};

static void liken(struct likening *l, struct pool *pool, struct fold text)
{
	const struct intents *in = l->in;
	float *row;

	l->words = words_make(pool, text, TEXT_WORDS_MAX, &l->n);
	l->weights = pool_alloc(pool, (l->n + 1) * sizeof(*l->weights));
	l->likeness =
	    pool_alloc(pool, (l->n * in->n_words + 1) * sizeof(*l->likeness));
	for (size_t i = 0; i < l->n; i++) {
		double best = 0;

		row = l->likeness + i * in->n_words;
		l->weights[i] =
		    l->words[i].is_small ? SMALL_WEIGHT : STRANGE_WEIGHT;
		l->is_not = l->is_not || l->words[i].is_not;
		for (size_t k = 0; k < in->n_words; k++) {
			row[k] = (float)word_likeness(
			    &l->words[i], &in->words[k].word);
			if (row[k] > (float)best) {
				best = (double)row[k];
				l->weights[i] = in->words[k].weight;
			}
		}
	}
}

static double score(const struct likening *l, const struct example *ex)
{
	double in_text = 0, in_example = 0, all = 0, recall, precision, s;
	const struct intents *in = l->in;

	if (ex->weight <= 0 || l->n == 0)
		return 0;
	for (size_t k = 0; k < ex->n; k++) {
		float best = 0;

		for (size_t i = 0; i < l->n; i++)
			best = MAX_OF(
			    best, l->likeness[i * in->n_words + ex->words[k]]);
		in_text += (double)best * in->words[ex->words[k]].weight;
	}
	if (in_text <= 0)
		return 0;
	for (size_t i = 0; i < l->n; i++) {
		float best = 0;

		for (size_t k = 0; k < ex->n; k++)
			best = MAX_OF(
			    best, l->likeness[i * in->n_words + ex->words[k]]);
		in_example += (double)best * l->weights[i];
		all += l->weights[i];
	}
	recall = in_text / ex->weight;
	precision = in_example / all;
	s = (1 + RECALL) * precision * recall / (RECALL * precision + recall);
	return l->is_not == ex->is_not ? s : s * NOT_FACTOR;
}

size_t intents_find(const struct intents *intents, struct pool *pool,
    struct str text, double threshold, double *score_r)
{
	struct likening l = { .in = intents };
	struct fold fold = fold_make(pool, text);
	size_t found = INTENT_NONE;
	double best = 0, s;

	liken(&l, pool, fold);
	for (size_t i = 0; i < intents->n_examples; i++) {
		const struct example *ex = &intents->examples[i];

		s = fold_eq(fold, ex->text) && fold.n > 0 ? 1 : score(&l, ex);
		if (s > best) {
			best = s;
			found = ex->intent;
		}
	}
	if (score_r != NULL)
		*score_r = best;
	return best >= threshold ? found : INTENT_NONE;
}

size_t intents_by_name(const struct intents *intents, struct str name)
{
	for (size_t i = 0; i < intents->n; i++) {
		if (str_eq(intents->list[i].name, name))
			return i;
	}
	return INTENT_NONE;
}
