/* kb_html.h: the text of a page (the only user of gumbo) */
/* SPDX-License-Identifier: MIT */
#ifndef KB_HTML_H
#define KB_HTML_H

#include "base/err.h"
#include "bot/kb_doc.h"

#define KB_HTML_TAGS_MAX   40000    /* "<" in a page */
#define KB_HTML_MEMORY_MAX 67108864 /* bytes that its tree may take */

/*
 * Adds the headings, paragraphs, lists and tables of a page in UTF-8 to doc,
 * and its title: of its main part when it says which that is, without scripts,
 * styles, menus, headers and footers. Questions of a <dl> or <details> are
 * headings. ERR_TOO_LARGE when it is made of more than the limits above.
 */
MUST_CHECK enum err_code kb_html_read(
    struct str html, struct kb_doc *doc, struct err *err);

/* Its title, as "title", and then each <meta> by its property or name. The
 * slices live during the call. The same limits. */
typedef void kb_html_meta_fn(void *arg, struct str name, struct str content);
MUST_CHECK enum err_code kb_html_meta(
    struct str html, kb_html_meta_fn *fn, void *arg, struct err *err);

#endif
