/*
 * kb_html.c: the text of a page (the only user of gumbo)
 *
 * The parser follows HTML5, in which a few bytes can make many elements, and
 * frees its tree by recursion as deep as the page is. So all its memory comes
 * from an arena with a limit, which is left by longjmp when it is used up and
 * is freed as a whole; the tree is walked without recursion.
 */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_html.h"

#include <gumbo.h>
#include <setjmp.h>

struct arena {
	struct pool *pool;
	size_t used;
	jmp_buf full;
};

struct walk {
	struct kb_doc *doc;
	struct buf line;
	unsigned level; /* of the heading that the line is in */
	bool is_item;	/* the line begins with a list's mark */
	bool in_pre;
};

static void *take(void *arg, size_t n)
{
	struct arena *a = arg;

	a->used += n + sizeof(max_align_t);
	if (n > KB_HTML_MEMORY_MAX || a->used > KB_HTML_MEMORY_MAX)
		longjmp(a->full, 1);
	return pool_alloc(a->pool, n + !n);
}

static void give_back(void *arg, void *p)
{
	(void)arg;
	(void)p;
}

/* ------------------------------------------------------------- the walk */

static void flush(struct walk *w)
{
	struct str text = str_trim(buf_str(&w->line));

	if (text.n > 0 && w->is_item && w->level == 0)
		kb_doc_add(w->doc, 0,
		    str_of(pool_printf(w->doc->pool, "- %.*s", STR_ARG(text))));
	else
		kb_doc_add(w->doc, w->level, text);
	if (text.n > 0)
		w->is_item = false;
	buf_clear(&w->line);
}

static struct str attribute(const GumboElement *e, const char *name)
{
	const GumboAttribute *a = gumbo_get_attribute(&e->attributes, name);

	return a != NULL ? str_of(a->value) : STR_EMPTY;
}

static bool is_one_of(struct str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_ieq(s, str_of(list[i])))
			return true;
	}
	return false;
}

/* What is no text of the page. */
static bool is_skipped(const GumboNode *node)
{
	static const char *const roles[] = { "navigation", "banner",
		"contentinfo", "search", "dialog", "menu", "menubar",
		"complementary" };
	const GumboElement *e = &node->v.element;

	switch (e->tag) {
	case GUMBO_TAG_SCRIPT:
	case GUMBO_TAG_STYLE:
	case GUMBO_TAG_NOSCRIPT:
	case GUMBO_TAG_TEMPLATE:
	case GUMBO_TAG_HEAD:
	case GUMBO_TAG_NAV:
	case GUMBO_TAG_ASIDE:
	case GUMBO_TAG_FOOTER:
	case GUMBO_TAG_BUTTON:
	case GUMBO_TAG_SELECT:
	case GUMBO_TAG_TEXTAREA:
	case GUMBO_TAG_SVG:
	case GUMBO_TAG_MATH:
	case GUMBO_TAG_CANVAS:
	case GUMBO_TAG_IFRAME:
	case GUMBO_TAG_OBJECT:
	case GUMBO_TAG_AUDIO:
	case GUMBO_TAG_VIDEO:
		return true;
	case GUMBO_TAG_HEADER:
		if (node->parent != NULL &&
		    node->parent->type == GUMBO_NODE_ELEMENT &&
		    node->parent->v.element.tag == GUMBO_TAG_BODY)
			return true;
		break;
	default:
		break;
	}
	return gumbo_get_attribute(&e->attributes, "hidden") != NULL ||
	       str_ieq(attribute(e, "aria-hidden"), STR("true")) ||
	       is_one_of(attribute(e, "role"), roles, COUNT_OF(roles));
}

/* 0: none. A question is a heading below all others. */
static unsigned heading_level(GumboTag tag)
{
	if (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6)
		return (unsigned)(tag - GUMBO_TAG_H1) + 1;
	return tag == GUMBO_TAG_DT || tag == GUMBO_TAG_SUMMARY ? 6 : 0;
}

static bool is_block(GumboTag tag)
{
	switch (tag) {
	case GUMBO_TAG_A:
	case GUMBO_TAG_ABBR:
	case GUMBO_TAG_B:
	case GUMBO_TAG_BDI:
	case GUMBO_TAG_BDO:
	case GUMBO_TAG_BIG:
	case GUMBO_TAG_CITE:
	case GUMBO_TAG_CODE:
	case GUMBO_TAG_DATA:
	case GUMBO_TAG_DEL:
	case GUMBO_TAG_DFN:
	case GUMBO_TAG_EM:
	case GUMBO_TAG_FONT:
	case GUMBO_TAG_I:
	case GUMBO_TAG_IMG:
	case GUMBO_TAG_INPUT:
	case GUMBO_TAG_INS:
	case GUMBO_TAG_KBD:
	case GUMBO_TAG_LABEL:
	case GUMBO_TAG_MARK:
	case GUMBO_TAG_Q:
	case GUMBO_TAG_RP:
	case GUMBO_TAG_RT:
	case GUMBO_TAG_RUBY:
	case GUMBO_TAG_S:
	case GUMBO_TAG_SAMP:
	case GUMBO_TAG_SMALL:
	case GUMBO_TAG_SPAN:
	case GUMBO_TAG_STRIKE:
	case GUMBO_TAG_STRONG:
	case GUMBO_TAG_SUB:
	case GUMBO_TAG_SUP:
	case GUMBO_TAG_TIME:
	case GUMBO_TAG_TT:
	case GUMBO_TAG_U:
	case GUMBO_TAG_VAR:
	case GUMBO_TAG_WBR:
	case GUMBO_TAG_TD:
	case GUMBO_TAG_TH:
	case GUMBO_TAG_UNKNOWN:
		return false;
	default:
		return true;
	}
}

static void enter(struct walk *w, GumboTag tag)
{
	if ((tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) &&
	    str_trim(buf_str(&w->line)).n > 0)
		buf_puts(&w->line, " | ");
	if (!is_block(tag))
		return;
	flush(w);
	if (heading_level(tag) > 0)
		w->level = heading_level(tag);
	if (tag == GUMBO_TAG_LI)
		w->is_item = true;
	if (tag == GUMBO_TAG_PRE)
		w->in_pre = true;
}

static void leave(struct walk *w, GumboTag tag)
{
	if (!is_block(tag))
		return;
	flush(w);
	if (heading_level(tag) > 0)
		w->level = 0;
	if (tag == GUMBO_TAG_LI)
		w->is_item = false;
	if (tag == GUMBO_TAG_PRE)
		w->in_pre = false;
}

static void add_text(struct walk *w, struct str text)
{
	struct str part;

	if (!w->in_pre) {
		buf_put(&w->line, text);
		return;
	}
	while (str_split(&text, '\n', &part)) {
		buf_put(&w->line, part);
		if (text.p != NULL)
			flush(w);
	}
}

static const GumboVector *children_of(const GumboNode *node)
{
	return node->type == GUMBO_NODE_ELEMENT ||
		       node->type == GUMBO_NODE_TEMPLATE
		   ? &node->v.element.children
	       : node->type == GUMBO_NODE_DOCUMENT ? &node->v.document.children
						   : NULL;
}

/* The node behind this one and all below it, without leaving root; on_leave
 * (may be NULL) hears of the elements that end. */
static const GumboNode *next_over(const GumboNode *root, const GumboNode *node,
    void (*on_leave)(struct walk *w, GumboTag tag), struct walk *w)
{
	const GumboVector *siblings;

	for (; node != root; node = node->parent) {
		if (on_leave != NULL && node->type == GUMBO_NODE_ELEMENT)
			on_leave(w, node->v.element.tag);
		siblings = children_of(node->parent);
		if (node->index_within_parent + 1 < siblings->length)
			return siblings->data[node->index_within_parent + 1];
	}
	return NULL;
}

static const GumboNode *first_child(const GumboNode *node)
{
	const GumboVector *children = children_of(node);

	return children != NULL && children->length > 0 ? children->data[0]
							: NULL;
}

static void read_text(struct walk *w, const GumboNode *root)
{
	const GumboNode *node = first_child(root);

	while (node != NULL) {
		if (node->type == GUMBO_NODE_ELEMENT && !is_skipped(node)) {
			enter(w, node->v.element.tag);
			if (first_child(node) != NULL) {
				node = first_child(node);
				continue;
			}
		} else if (node->type == GUMBO_NODE_TEXT ||
			   node->type == GUMBO_NODE_CDATA ||
			   node->type == GUMBO_NODE_WHITESPACE) {
			add_text(w, str_of(node->v.text.text));
		} else {
			buf_byte(&w->line, ' ');
		}
		node = next_over(root, node, leave, w);
	}
	flush(w);
}

/* The first element of that tag; *n_r of them. */
static const GumboNode *find(const GumboNode *root, GumboTag tag, size_t *n_r)
{
	const GumboNode *node = root, *found = NULL;

	*n_r = 0;
	while (node != NULL) {
		if (node->type == GUMBO_NODE_ELEMENT &&
		    node->v.element.tag == tag && (*n_r)++ == 0)
			found = node;
		node = first_child(node) != NULL
			   ? first_child(node)
			   : next_over(root, node, NULL, NULL);
	}
	return found;
}

static const GumboNode *find_main(const GumboNode *root)
{
	const GumboNode *found;
	size_t n;

	found = find(root, GUMBO_TAG_MAIN, &n);
	if (found != NULL)
		return found;
	found = find(root, GUMBO_TAG_ARTICLE, &n);
	return n == 1 ? found : root;
}

static void read_tree(struct kb_doc *doc, const GumboNode *root)
{
	const GumboNode *title, *from = find_main(root);
	struct walk w = { .doc = doc };
	size_t n, before = doc->n;

	buf_init(&w.line, 0);
	title = find(root, GUMBO_TAG_TITLE, &n);
	if (title != NULL && first_child(title) != NULL &&
	    first_child(title)->type == GUMBO_NODE_TEXT)
		doc->title = kb_doc_line(
		    doc->pool, str_of(first_child(title)->v.text.text));
	read_text(&w, from);
	if (doc->n == before && from != root)
		read_text(&w, root);
	buf_fini(&w.line);
}

/* What is done with a tree, before it is gone. */
typedef void tree_fn(void *arg, const GumboNode *root);

static enum err_code with_tree(
    struct str html, tree_fn *fn, void *arg, struct err *err)
{
	struct arena arena = { .used = 0 };
	GumboOptions options = kGumboDefaultOptions;
	const GumboOutput *tree;
	size_t tags = 0;

	for (size_t i = 0; i < html.n; i++)
		tags += html.p[i] == '<';
	if (tags > KB_HTML_TAGS_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "The page has more than %d elements.", KB_HTML_TAGS_MAX);
	arena.pool = pool_new();
	options.allocator = take;
	options.deallocator = give_back;
	options.userdata = &arena;
	options.max_errors = 0;
	if (setjmp(arena.full) != 0) {
		pool_free(&arena.pool);
		return err_set(err, ERR_TOO_LARGE,
		    "The page's elements need too much memory.");
	}
	tree = gumbo_parse_with_options(
	    &options, html.n > 0 ? html.p : "", html.n);
	fn(arg, tree->document);
	pool_free(&arena.pool);
	return ERR_OK;
}

static void read_doc(void *arg, const GumboNode *root)
{
	read_tree(arg, root);
}

enum err_code kb_html_read(struct str html, struct kb_doc *doc, struct err *err)
{
	return with_tree(html, read_doc, doc, err);
}

/* ---------------------------------------------------- what it says of itself */

struct meta {
	kb_html_meta_fn *fn;
	void *arg;
};

static void read_meta(void *arg, const GumboNode *root)
{
	const struct meta *m = arg;
	const GumboNode *node = find(root, GUMBO_TAG_TITLE, &(size_t){ 0 });

	if (node != NULL && first_child(node) != NULL &&
	    first_child(node)->type == GUMBO_NODE_TEXT)
		m->fn(m->arg, STR("title"),
		    str_of(first_child(node)->v.text.text));
	for (node = root; node != NULL;
	     node = first_child(node) != NULL
			? first_child(node)
			: next_over(root, node, NULL, NULL)) {
		const GumboElement *e = &node->v.element;
		struct str name;

		if (node->type != GUMBO_NODE_ELEMENT ||
		    e->tag != GUMBO_TAG_META)
			continue;
		name = attribute(e, "property");
		m->fn(m->arg, name.n ? name : attribute(e, "name"),
		    attribute(e, "content"));
	}
}

enum err_code kb_html_meta(
    struct str html, kb_html_meta_fn *fn, void *arg, struct err *err)
{
	struct meta m = { fn, arg };

	return with_tree(html, read_meta, &m, err);
}
