/* tls_pair.h: certificate and key, as the settings name them */
/* SPDX-License-Identifier: MIT */
#ifndef TLS_PAIR_H
#define TLS_PAIR_H

#include "base/err.h"

/* Paths and a list of ciphers; each may be NULL or empty. */
struct tls_pair {
	const char *cert, *key, *ciphers;
};

/* Whether TLS is wanted at all. */
bool tls_pair_is_set(const struct tls_pair *pair);
/* Into an SSL_CTX of the caller's. */
MUST_CHECK enum err_code tls_pair_load(
    void *ssl_ctx, const struct tls_pair *pair, struct err *err);
/* Whether they could be used; says which of them could not, and why. */
MUST_CHECK enum err_code tls_pair_check(
    const struct tls_pair *pair, struct err *err);

#endif
