/* tls.c: TLS to a program of our own on this machine */
/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include <openssl/ssl.h>
#include <signal.h>

#include "base/base.h"

struct tls {
	SSL_CTX *ctx;
	SSL *ssl;
};

struct tls *tls_open(int fd)
{
	struct tls *tls = mem_new(sizeof(*tls));

	/* SSL_write knows no MSG_NOSIGNAL. */
	signal(SIGPIPE, SIG_IGN);
	tls->ctx = SSL_CTX_new(TLS_client_method());
	if (tls->ctx) {
		SSL_CTX_set_verify(tls->ctx, SSL_VERIFY_NONE, NULL);
		/* Who ends without a word has ended all the same. */
		SSL_CTX_set_options(tls->ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
		tls->ssl = SSL_new(tls->ctx);
	}
	if (!tls->ssl || SSL_set_fd(tls->ssl, fd) != 1 ||
	    SSL_connect(tls->ssl) != 1)
		tls_close(&tls);
	return tls;
}

ssize_t tls_send(struct tls *tls, const void *p, size_t n)
{
	size_t sent;

	return SSL_write_ex(tls->ssl, p, n, &sent) == 1 ? (ssize_t)sent : -1;
}

ssize_t tls_recv(struct tls *tls, void *p, size_t n)
{
	size_t got;

	if (SSL_read_ex(tls->ssl, p, n, &got) == 1)
		return (ssize_t)got;
	return SSL_get_error(tls->ssl, 0) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

void tls_close(struct tls **tls)
{
	if (!*tls)
		return;
	SSL_free((*tls)->ssl);
	SSL_CTX_free((*tls)->ctx);
	free(*tls);
	*tls = NULL;
}
