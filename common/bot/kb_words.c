/* kb_words.c: texts as the words that knowledge bases are searched by */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_words.h"

#include "bot/fold.h"

#define MARK_SIZE  8   /* letters of the workspace's mark */
#define ROUNDS	   6   /* endings that are taken off one word */
#define TOKENS_MAX 200 /* of a query */
#define PREFIX_MIN 4   /* letters of a word that longer ones may begin with */

#define FITS_LONGER  0.8 /* what was said begins with what was asked */
#define FITS_SHORTER 0.6 /* the reverse */
#define FITS_END     0.6 /* one is the end of the other */

struct letters {
	uint32_t p[KB_STEM_MAX];
	size_t n;
	bool has_digit;
};

/* U+00C0 to U+017F without their accents. */
static const char plain[] = "aaaaaaaceeeeiiiidnooooo.ouuuuyts"
			    "aaaaaaaceeeeiiiidnooooo.ouuuuyty"
			    "aaaaaaccccccccddddeeeeeeeeeegggg"
			    "gggghhhhiiiiiiiiiiiijjkkklllllll"
			    "lllnnnnnnnnnoooooooorrrrrrssssss"
			    "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* As they are after accents fell and before endings do. */
static const char *const small_words[] = {
	/* German */
	"bekomme", "bekommen", "bekommt", "brauche", "brauchen", "finde",
	"finden", "gibts", "heisst", "kommen", "kommt", "lange", "moglich",
	"per", "teuer", "gehen", "geht", "erzahl", "bereits", "heute", "ab",
	"aber", "alle", "allem", "allen", "aller", "alles", "als", "also", "am",
	"an", "auch", "auf", "aus", "bei", "beim", "bin", "bis", "bist",
	"bitte", "da", "dann", "darf", "das", "dass", "dein", "deine", "dem",
	"den", "denn", "der", "des", "dich", "die", "dies", "diese", "diesem",
	"diesen", "dieser", "dir", "doch", "dort", "du", "durch", "durfen",
	"ein", "eine", "einem", "einen", "einer", "eines", "einfach", "er",
	"es", "etwas", "euch", "euer", "eure", "euren", "eurem", "eurer", "fur",
	"gab", "ganz", "geben", "gegen", "gern", "gerne", "gibt", "gilt",
	"habe", "haben", "habt", "hallo", "hat", "hatte", "hatten", "hier",
	"ich", "ihm", "ihn", "ihnen", "ihr", "ihre", "ihren", "ihrem", "ihrer",
	"im", "in", "ins", "ist", "ja", "jede", "jeden", "jeder", "jedes",
	"kann", "kannst", "kein", "keine", "keinen", "konnen", "konnt",
	"konnte", "lasst", "machen", "macht", "man", "mehr", "mein", "meine",
	"meinem", "meinen", "meiner", "mich", "mir", "mit", "mochte", "muss",
	"mussen", "nach", "nicht", "noch", "nur", "ob", "oder", "ohne", "schon",
	"sehr", "sein", "seid", "seine", "sich", "sie", "sind", "so", "soll",
	"uber", "um", "und", "uns", "unser", "unsere", "unseren", "unter",
	"viel", "viele", "vom", "von", "vor", "wann", "war", "warum", "was",
	"wegen", "welche", "welchen", "welcher", "welches", "wenn", "wer",
	"werde", "werden", "wie", "wieder", "wieviel", "will", "wir", "wird",
	"wo", "woher", "wohin", "wurde", "zu", "zum", "zur", "zwischen",
	/* English */
	"time", "find", "way", "possible", "here", "got", "a", "about", "after",
	"all", "also", "and", "any", "are", "as", "at", "be", "been", "but",
	"by", "can", "could", "did", "do", "does", "dos", "dont", "for", "from",
	"get", "give", "had", "has", "have", "he", "hello", "her", "hi", "him",
	"his", "how", "i", "id", "if", "im", "into", "is", "it", "its", "ive",
	"just", "know", "let", "like", "long", "make", "many", "may", "me",
	"much", "must", "my", "need", "no", "not", "of", "off", "on", "one",
	"or", "our", "out", "please", "she", "should", "some", "tell", "than",
	"that", "the", "their", "them", "then", "there", "these", "they",
	"this", "those", "thi", "to", "too", "up", "us", "want", "we", "were",
	"what", "when", "where", "which", "who", "whom", "whose", "why", "with",
	"would", "yes", "you", "your", "yours",
	/* Swahili */
	"jinsi", "kiasi", "muda", "nataka", "nahitaji", "zipi", "ipi", "yupi",
	"unahitaji", "aina", "ama", "au", "basi", "bila", "cha", "gani", "hadi",
	"hapa", "hapo", "haya", "hayo", "hii", "hilo", "hivi", "hiyo", "hizi",
	"hizo", "huo", "huu", "huyo", "huyu", "ili", "je", "juu", "kama",
	"kati", "kila", "kisha", "kuhusu", "kuna", "kupitia", "kutoka", "kuwa",
	"kwa", "kwamba", "kwangu", "kwenu", "kwenye", "la", "lakini", "langu",
	"lenu", "lini", "mimi", "mna", "mnaweza", "mtu", "na", "naomba",
	"naweza", "nani", "ndani", "ndio", "ndiyo", "ngapi", "ni", "nina",
	"ninaweza", "nini", "ninawezaje", "nawezaje", "naomba", "nifanye",
	"nifanyeje", "ninyi", "nyinyi", "pa", "pamoja", "pia", "sana", "sasa",
	"si", "sisi", "tafadhali", "tu", "unaweza", "vile", "vipi", "vya", "wa",
	"wake", "wako", "wangu", "wapi", "watu", "wenu", "wetu", "wewe", "ya",
	"yake", "yako", "yangu", "yenu", "yetu", "yeye", "yote", "za", "zake",
	"zako", "zangu", "zenu", "zetu", "zote"
};

static const struct {
	const char *text;
	size_t keep; /* letters that must be left */
} endings[] = {
	{ "ungen", 4 },
	{ "ments", 3 },
	{ "ment", 3 },
	{ "ings", 3 },
	{ "ung", 4 },
	{ "ing", 3 },
	{ "ies", 3 },
	{ "ern", 3 },
	{ "en", 3 },
	{ "em", 3 },
	{ "er", 3 },
	{ "es", 3 },
	{ "ed", 3 },
	{ "s", 3 },
	{ "e", 3 },
};

static bool ends(const struct letters *w, const char *end)
{
	size_t n = strlen(end);

	for (size_t i = 0; i < n && n <= w->n; i++) {
		if (w->p[w->n - n + i] != (unsigned char)end[i])
			return false;
	}
	return n <= w->n;
}

static bool begins(const struct letters *w, size_t at, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n && at + n <= w->n; i++) {
		if (w->p[at + i] != (unsigned char)text[i])
			return false;
	}
	return at + n <= w->n;
}

static bool is_vowel(uint32_t c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

static void cut_front(struct letters *w, size_t n)
{
	w->n -= n;
	for (size_t i = 0; i < w->n; i++)
		w->p[i] = w->p[i + n];
}

static void add_letter(struct letters *w, uint32_t c)
{
	if (c >= 0x300 && c <= 0x36F)
		return;
	w->has_digit = w->has_digit || (c >= '0' && c <= '9');
	if (c >= 0xC0 && c < 0xC0 + sizeof(plain) - 1) {
		if (c == 0xDF && w->n < KB_STEM_MAX)
			w->p[w->n++] = 's';
		c = (unsigned char)plain[c - 0xC0];
	}
	if (w->n < KB_STEM_MAX)
		w->p[w->n++] = c;
}

/* ae, oe and ue as people write umlauts who have none; but not in "queue" and
 * "bauen". */
static void join_umlauts(struct letters *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++) {
		uint32_t c = w->p[i], before = n > 0 ? w->p[n - 1] : 0;

		if (c == 'e' && w->n > 3 &&
		    (before == 'a' || before == 'o' || before == 'u') &&
		    !(before == 'u' && n > 1 &&
			(w->p[n - 2] == 'q' || w->p[n - 2] == 'a' ||
			    w->p[n - 2] == 'e')))
			continue;
		w->p[n++] = c;
	}
	w->n = n;
}

static bool is_small(const struct letters *w)
{
	for (size_t i = 0; i < COUNT_OF(small_words); i++) {
		if (strlen(small_words[i]) == w->n && ends(w, small_words[i]))
			return true;
	}
	return false;
}

/* The first of the list that stands there; how many letters it has. */
static size_t prefix(
    const struct letters *w, size_t at, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (begins(w, at, list[i]))
			return strlen(list[i]);
	}
	return 0;
}

/* Swahili, whose words end in a vowel: ninawezaje, dukani, wateja. */
static void cut_swahili(struct letters *w)
{
	static const char *const subjects[] = { "ni", "tu", "wa", "li", "ya",
		"ki", "vi", "zi", "u", "a", "m", "i" };
	/* and who it is that does it: iliyopotea */
	static const char *const tenses[] = { "liyo", "lizo", "licho", "livyo",
		"lilo", "liye", "lipo", "lio", "nayo", "nazo", "nacho", "navyo",
		"nalo", "naye", "napo", "nao", "na", "ta", "me", "li", "ki" };
	static const char *const classes[] = { "wa", "ma", "mi", "vi", "ki" };
	size_t n, tense;

	if (w->n >= 7 && ends(w, "aje"))
		w->n -= 2;
	if (w->n >= 6 && ends(w, "ni") && is_vowel(w->p[w->n - 3]))
		w->n -= 2;
	if (w->n < 5 || !is_vowel(w->p[w->n - 1]) || w->p[w->n - 1] == 'e')
		return;
	n = w->p[w->n - 1] == 'a' ? prefix(w, 0, subjects, COUNT_OF(subjects))
				  : 0;
	tense = n > 0 ? prefix(w, n, tenses, COUNT_OF(tenses)) : 0;
	if (tense > 0 && w->n >= n + tense + 3)
		n += tense;
	else if (begins(w, 0, "ku"))
		n = 2;
	else if (begins(w, 0, "m") && !is_vowel(w->p[1]))
		n = 1;
	else
		n = prefix(w, 0, classes, COUNT_OF(classes));
	if (n > 0 && w->n >= n + 3)
		cut_front(w, n);
}

static bool cut_ending(struct letters *w)
{
	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		size_t n = strlen(endings[i].text);

		if (!ends(w, endings[i].text) || w->n < n + endings[i].keep ||
		    (n == 1 && ends(w, "ss")))
			continue;
		w->n -= n;
		return true;
	}
	/* liefern, sammeln, offnen */
	if (w->n >= 5 && (ends(w, "ln") || ends(w, "rn") || ends(w, "fn"))) {
		w->n--;
		return true;
	}
	return false;
}

/* liefert, bezahlt, gebucht, geoffnet */
static bool cut_t(struct letters *w)
{
	if (w->n < 5 || w->p[w->n - 1] != 't')
		return false;
	if (ends(w, "et") && w->n >= 6)
		w->n -= 2;
	else if (ends(w, "rt") || ends(w, "lt") || ends(w, "ft") ||
		 ends(w, "gt") || ends(w, "ht"))
		w->n--;
	else
		return false;
	return true;
}

/* Only what a word ends in itself, so that funga and fungua stay apart. */
static void cut_vowel(struct letters *w)
{
	uint32_t last = w->p[w->n - 1];

	if (w->n >= 4 && ((is_vowel(last) && last != 'e') || last == 'y'))
		w->n--;
}

static void stem(struct letters *w)
{
	bool had_t = false;

	cut_swahili(w);
	cut_vowel(w);
	for (size_t i = 0; i < ROUNDS; i++) {
		if (cut_ending(w))
			continue;
		if (had_t || !cut_t(w))
			break;
		had_t = true;
		if (w->n >= 6 && begins(w, 0, "ge"))
			cut_front(w, 2);
	}
}

static void put_letters(struct buf *b, const uint32_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fold_put(b, p[i]);
}

static bool finish(struct pool *pool, struct letters *w, struct kb_word *out)
{
	struct buf b;

	join_umlauts(w);
	out->is_small = is_small(w);
	if (!w->has_digit && !out->is_small)
		stem(w);
	buf_init(&b, 0);
	put_letters(&b, w->p, w->n);
	out->stem = str_copy(pool, buf_str(&b));
	out->n = w->n;
	buf_fini(&b);
	*w = (struct letters){ .n = 0 };
	return out->n > 0;
}

struct kb_words kb_words_make(struct pool *pool, struct str text, size_t max)
{
	struct fold fold = fold_make(pool, text);
	struct letters w = { .n = 0 };
	struct kb_words out = { .n = 0 };
	size_t spaces = 1;

	for (size_t i = 0; i < fold.n; i++)
		spaces += !fold_is_word(fold.p[i]) || fold.p[i] == '_';
	out.items =
	    pool_alloc(pool, (MIN_OF(spaces, max) + 1) * sizeof(*out.items));
	for (size_t i = 0; i <= fold.n && out.n < max; i++) {
		uint32_t c = i < fold.n ? fold.p[i] : ' ';

		if (fold_is_word(c) && c != '_')
			add_letter(&w, c);
		else if (c != '\'' && w.n > 0)
			/* don't and ng'ombe are one word each */
			out.n += finish(pool, &w, &out.items[out.n]);
	}
	return out;
}

double kb_word_fits(const struct kb_word *asked, const struct kb_word *said)
{
	const struct str a = asked->stem, s = said->stem;

	if (str_eq(a, s))
		return 1;
	if (asked->n >= PREFIX_MIN && str_starts(s, a))
		return FITS_LONGER;
	if (asked->n >= KB_WHOLE_MIN && said->n >= KB_PART_MIN &&
	    str_starts(a, s))
		return FITS_SHORTER;
	if ((said->n >= KB_WHOLE_MIN && asked->n >= KB_PART_MIN &&
		str_ends(s, a)) ||
	    (asked->n >= KB_WHOLE_MIN && said->n >= KB_PART_MIN &&
		str_ends(a, s)))
		return FITS_END;
	return 0;
}

/* ----------------------------------------------------------------- index */

/* Of the random half of the id; two workspaces with the same mark only read
 * more than they need. */
static void put_mark(struct buf *b, struct id workspace_id)
{
	static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";

	for (size_t i = 0; i < MARK_SIZE; i++)
		buf_byte(b, letters[workspace_id.b[8 + i] & 31]);
}

/* Byte at which the code point stands. */
static size_t offset(struct str s, size_t point)
{
	size_t i = 0;

	for (; i < s.n && point > 0; point--) {
		do
			i++;
		while (i < s.n && ((unsigned char)s.p[i] & 0xC0) == 0x80);
	}
	return i;
}

static void put_token(
    struct buf *b, struct id workspace_id, struct str text, const char *more)
{
	if (b->n > 0)
		buf_byte(b, ' ');
	put_mark(b, workspace_id);
	buf_put(b, text);
	buf_puts(b, more);
}

void kb_words_put_index(
    struct buf *b, struct id workspace_id, const struct kb_words *words)
{
	for (size_t i = 0; i < words->n; i++) {
		const struct kb_word *w = &words->items[i];

		if (w->is_small)
			continue;
		put_token(b, workspace_id, w->stem, "");
		if (w->n < KB_WHOLE_MIN)
			continue;
		for (size_t k = KB_PART_MIN; k + KB_PART_MIN <= w->n; k++)
			put_token(b, workspace_id,
			    str_from(w->stem, offset(w->stem, k)), "");
	}
}

void kb_words_put_query(
    struct buf *b, struct id workspace_id, const struct kb_words *words)
{
	size_t n = 0;

	for (size_t i = 0; i < words->n && n < TOKENS_MAX; i++) {
		const struct kb_word *w = &words->items[i];

		if (w->is_small)
			continue;
		put_token(
		    b, workspace_id, w->stem, w->n >= PREFIX_MIN ? "*" : "");
		n++;
		if (w->n < KB_WHOLE_MIN)
			continue;
		for (size_t k = KB_PART_MIN; k + 3 <= w->n; k++, n += 2) {
			size_t at = offset(w->stem, k);

			put_token(b, workspace_id, str_head(w->stem, at), "");
			if (k + KB_PART_MIN <= w->n)
				put_token(
				    b, workspace_id, str_from(w->stem, at), "");
		}
	}
}
