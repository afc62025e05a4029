/* kb_markdown.h: the text of Markdown (the only user of cmark) */
/* SPDX-License-Identifier: MIT */
#ifndef KB_MARKDOWN_H
#define KB_MARKDOWN_H

#include "base/err.h"
#include "bot/kb_doc.h"

/* Adds headings, paragraphs, lists, code and tables (as GitHub writes them) of
 * CommonMark in UTF-8 to doc. HTML in it is read by kb_html_read, whose errors
 * it gives. Plain text is Markdown too. */
MUST_CHECK enum err_code kb_markdown_read(
    struct str text, struct kb_doc *doc, struct err *err);

#endif
