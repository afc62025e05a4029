/* word.c: texts as words to be likened: English and Swahili, endings off */
/* SPDX-License-Identifier: MIT */
#include "bot/word.h"

/* Below this share of common groups two words are two words. */
#define LIKE_MIN 0.5
/* A likeness that is no identity never counts as one. */
#define LIKE_MAX 0.9

struct letters {
	uint32_t p[WORD_LETTERS_MAX];
	size_t n;
};

/* Said in any sentence; sorted by nothing, looked through one by one. */
static const char *const small_words[] = { "a", "am", "an", "and", "are", "at",
	"be", "can", "could", "do", "does", "for", "from", "have", "i", "id",
	"im", "in", "is", "it", "its", "just", "like", "me", "my", "of", "on",
	"or", "our", "please", "so", "some", "that", "the", "there", "this",
	"to", "us", "we", "will", "with", "would", "you", "your", "cha", "hii",
	"hilo", "hiyo", "huo", "je", "kwa", "la", "lenu", "mimi", "na",
	"naomba", "ni", "ninaomba", "pia", "sana", "sisi", "tafadhali", "vya",
	"wa", "wangu", "wenu", "wewe", "ya", "yangu", "yenu", "za", "zangu",
	"zenu" };
static const char *const not_words[] = { "not", "dont", "doesnt", "didnt",
	"cant", "cannot", "wont", "never", "without", "no", "si", "sio",
	"sitaki", "hapana", "bila", "hatutaki", "usi", "sihitaji", "siwezi" };

static bool is(const struct letters *w, const char *text)
{
	size_t n = strlen(text);

	if (w->n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (w->p[i] != (unsigned char)text[i])
			return false;
	}
	return true;
}

static bool is_one_of(
    const struct letters *w, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (is(w, list[i]))
			return true;
	}
	return false;
}

static bool ends(const struct letters *w, const char *end)
{
	size_t n = strlen(end);

	if (w->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (w->p[w->n - n + i] != (unsigned char)end[i])
			return false;
	}
	return true;
}

/* How many letters at `at` are the first of the list that stands there. */
static size_t prefix(
    const struct letters *w, size_t at, const char *const *list, size_t n)
{
	size_t k;

	for (size_t i = 0; i < n; i++) {
		for (k = 0; list[i][k] != '\0' && at + k < w->n &&
			    w->p[at + k] == (unsigned char)list[i][k];
		     k++)
			;
		if (list[i][k] == '\0')
			return k;
	}
	return 0;
}

/*
 * Swahili verbs carry subject and tense in front and end in -a: ninataka,
 * mnataka, nataka and kutaka are all about "taka". What remains must be a
 * word's length.
 */
static void cut_front(struct letters *w)
{
	static const char *const subjects[] = { "ni", "tu", "wa", "li", "ya",
		"ki", "vi", "zi", "u", "a", "m", "i" };
	static const char *const tenses[] = { "na", "ta", "me", "li" };
	static const char *const alone[] = { "ku", "na" };
	size_t n = prefix(w, 0, subjects, COUNT_OF(subjects)), tense;

	if (w->n < 6 || w->p[w->n - 1] != 'a')
		return;
	tense = n > 0 ? prefix(w, n, tenses, COUNT_OF(tenses)) : 0;
	n = tense > 0 ? n + tense : prefix(w, 0, alone, COUNT_OF(alone));
	if (n == 0 || w->n - n < 4)
		return;
	w->n -= n;
	for (size_t i = 0; i < w->n; i++)
		w->p[i] = w->p[i + n];
}

/* orders, ordered, ordering are all about "order". */
static void cut_end(struct letters *w)
{
	static const char *const endings[] = { "ing", "ies", "ed", "es", "s" };
	size_t n;

	if (ends(w, "ss") || ends(w, "us") || ends(w, "is"))
		return;
	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		n = strlen(endings[i]);
		if (!ends(w, endings[i]) || w->n < n + 3)
			continue;
		w->n -= n;
		if (i == 1)
			w->p[w->n++] = 'y';
		break;
	}
	/* price and prices, close and closed */
	if (w->n > 3 && w->p[w->n - 1] == 'e')
		w->n--;
}

static void sort(uint32_t *p, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t v = p[i];
		size_t k = i;

		for (; k > 0 && p[k - 1] > v; k--)
			p[k] = p[k - 1];
		p[k] = v;
	}
}

static void make_grams(const struct letters *w, struct word *out)
{
	uint32_t at[WORD_LETTERS_MAX + 2];
	size_t n = w->n + 2;

	at[0] = '^';
	memcpy(at + 1, w->p, w->n * sizeof(*at));
	at[n - 1] = '$';
	for (size_t i = 0; i + 3 <= n; i++) {
		uint32_t h = (at[i] * 31 + at[i + 1]) * 0x9E3779B1U + at[i + 2];

		h ^= h >> 15;
		out->grams[out->n++] = h;
		out->marks |= UINT64_C(1) << (h & 63);
	}
	sort(out->grams, out->n);
}

static void finish(struct letters *w, struct word *out)
{
	*out = (struct word){ .hash = UINT64_C(14695981039346656037) };
	out->is_small = is_one_of(w, small_words, COUNT_OF(small_words));
	out->is_not = is_one_of(w, not_words, COUNT_OF(not_words));
	cut_front(w);
	cut_end(w);
	for (size_t i = 0; i < w->n; i++)
		out->hash = (out->hash ^ w->p[i]) * UINT64_C(1099511628211);
	make_grams(w, out);
}

struct word *words_make(
    struct pool *pool, struct fold text, size_t max, size_t *n_r)
{
	struct word *words;
	struct letters w = { .n = 0 };
	size_t n = 0, spaces = 1;

	for (size_t i = 0; i < text.n; i++)
		spaces += !fold_is_word(text.p[i]);
	words = pool_alloc(pool, MIN_OF(spaces, max) * sizeof(*words));
	for (size_t i = 0; i <= text.n && n < max; i++) {
		uint32_t c = i < text.n ? text.p[i] : ' ';

		if (fold_is_word(c)) {
			if (w.n < WORD_LETTERS_MAX)
				w.p[w.n++] = c;
		} else if (c != '\'' && w.n > 0) {
			/* don't and ng'ombe are one word each */
			finish(&w, &words[n++]);
			w.n = 0;
		}
	}
	*n_r = n;
	return words;
}

double word_likeness(const struct word *a, const struct word *b)
{
	size_t i = 0, k = 0, same = 0;
	double share;

	if (a->hash == b->hash)
		return 1;
	/* marks may fall together, which only makes them fewer */
	if ((a->marks & b->marks) == 0 || a->n < 3 || b->n < 3)
		return 0;
	while (i < a->n && k < b->n) {
		if (a->grams[i] == b->grams[k]) {
			same++;
			i++;
			k++;
		} else if (a->grams[i] < b->grams[k]) {
			i++;
		} else {
			k++;
		}
	}
	share = 2.0 * (double)same / (double)(a->n + b->n);
	return share < LIKE_MIN ? 0 : MIN_OF(share, LIKE_MAX);
}
