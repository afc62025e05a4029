/* agent_widget.h: what the console's pages about widgets have in common */
/* SPDX-License-Identifier: MIT */
#ifndef AGENT_WIDGET_H
#define AGENT_WIDGET_H

#include "chat/widget_secret.h"
#include "req.h"

/* The widget that the path names, by its id. */
MUST_CHECK enum err_code agent_widget_which(
    const struct req *req, struct widget_which *which_r, struct err *err);
/* The same, with its secrets. */
MUST_CHECK enum err_code agent_widget_get(
    struct req *req, struct widget *w_r, struct err *err);

#endif
