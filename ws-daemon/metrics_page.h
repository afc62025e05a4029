/* metrics_page.h: the page /metrics */
/* SPDX-License-Identifier: MIT */
#ifndef METRICS_PAGE_H
#define METRICS_PAGE_H

#include "base/str.h"

struct wire_answer;

/* Once, when the daemon starts. */
void metrics_page_start(void);
/* transport_conf.on_page: looks at what is not counted as it happens, and
 * writes all of it. */
bool metrics_page(struct str path, struct wire_answer *answer_r);
void metrics_page_fini(void);

#endif
