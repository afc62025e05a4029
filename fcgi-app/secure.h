/* secure.h: the headers that every answer has */
/* SPDX-License-Identifier: MIT */
#ifndef SECURE_H
#define SECURE_H

#include "req.h"
#include "resp.h"

/* X-Request-Id and what the table has for the answer's face. Called once,
 * when the answer is complete. frame-ancestors is the widget page's own. */
void secure_put(const struct req *req, struct resp *resp);
/* The Content-Security-Policy of the widget page: sites that may frame it
 * (rows of the allow-list; empty: all). */
void secure_put_frame(
    const struct req *req, struct resp *resp, struct str allowed_origins);

#endif
