/* origin.h: which pages may connect, and whose login cookie counts */
/* SPDX-License-Identifier: MIT */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "sio.h"

/*
 * Whether a page of this origin may connect at all: no Origin header (no
 * browser), our own pages, or listed in the setting ws_origins.
 */
bool origin_is_allowed(
    const struct sio_handshake *hs, struct str base_url, struct str list);
/*
 * Whether the cookies of this connection mean what they say. A foreign page
 * may open a WebSocket here with the visitor's cookies, so they only count
 * when the page is ours: no Origin header, the origin of base_url, or the very
 * host that the request went to.
 */
bool origin_is_ours(const struct sio_handshake *hs, struct str base_url);

/* The value of a cookie in a Cookie header; empty when it is not there. */
struct str origin_cookie(struct str header, struct str name);

#endif
