/* foreign.h: pages of other sites: whose conversations they may use */
/* SPDX-License-Identifier: MIT */
#ifndef FOREIGN_H
#define FOREIGN_H

#include "base/id.h"
#include "sio.h"

struct peer;

/* A socket whose Origin is not ours, and what it was allowed so far. */
struct foreign;

/* NULL for our own pages and for what is no browser: they may all. */
struct foreign *foreign_new(const struct sio_socket *s);
void foreign_free(struct foreign **f);

/* Whether an end user may use the conversation from there, as far as is known
 * without the database; f may be NULL. */
bool foreign_allows(const struct foreign *f, struct id conversation_id);
/*
 * The event waits until the database has said whether the integration of its
 * conversation allows this page. Then event_resume gets it, with ERR_FORBIDDEN
 * when it does not. Order is kept.
 */
void foreign_ask(
    struct peer *p, const struct sio_event *ev, struct id conversation_id);

/*
 * A CONNECT may name an integration: {"embed_token"} in its payload or
 * embed_token in the query of the handshake. Then it must be known and allow
 * the page: true, and later `go_on` or a refusal. False when none is named.
 */
bool foreign_check_named(struct sio_socket *s, const struct json *auth,
    void (*go_on)(struct sio_socket *s));

#endif
