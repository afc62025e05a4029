/* transport_tls.c: TLS: libwebsockets' context, and bytes that go past
 * libwebsockets */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "base/log.h"
#include "metrics.h"
#include "base/tls_pair.h"
#include "transport_wire.h"

static SSL_CTX *live; /* libwebsockets' own; NULL without TLS */

static struct tls_pair pair_of(const struct transport_conf *conf)
{
	return (struct tls_pair){ conf->tls_cert, conf->tls_key,
		conf->tls_ciphers };
}

bool transport_tls_is_on(const struct transport_conf *conf)
{
	struct tls_pair pair = pair_of(conf);

	return tls_pair_is_set(&pair);
}

enum err_code transport_tls_check(
    const struct transport_conf *conf, struct err *err)
{
	struct tls_pair pair = pair_of(conf);

	return tls_pair_check(&pair, err);
}

void transport_tls_use(void *ssl_ctx)
{
	live = ssl_ctx;
	SSL_CTX_set_min_proto_version(live, TLS1_2_VERSION);
	/* A renegotiation costs the server more than the client. */
	SSL_CTX_set_options(live, SSL_OP_NO_RENEGOTIATION |
				      SSL_OP_CIPHER_SERVER_PREFERENCE |
				      SSL_OP_NO_COMPRESSION);
	/* Idle connections keep no buffers of 34 kB. */
	SSL_CTX_set_mode(live, SSL_MODE_RELEASE_BUFFERS);
}

void transport_tls_reload(void)
{
	struct tls_pair pair = pair_of(transport_conf);
	struct err err = { .code = ERR_OK };

	if (!live)
		return;
	/* Tried on another context first: half of a new pair is worse than the
	 * old one. Connections that are open keep theirs. */
	if (tls_pair_check(&pair, &err) != ERR_OK ||
	    tls_pair_load(live, &pair, &err) != ERR_OK) {
		metrics_add_of(METRIC_TLS_RELOADS, "failed", 1);
		log_error("tls_not_reloaded why=\"%s\"", err.text);
		return;
	}
	metrics_add_of(METRIC_TLS_RELOADS, "ok", 1);
	log_info("tls_reloaded cert=%s", transport_conf->tls_cert);
}

void transport_tls_end(void)
{
	live = NULL;
}

static ssize_t send_tls(SSL *ssl, const char *p, size_t n)
{
	size_t sent = 0;
	int how;

	ERR_clear_error();
	/* The rest of a record that did not fit is asked for again with the
	 * same bytes, perhaps at another address. */
	SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
			      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (SSL_write_ex(ssl, p, n, &sent) == 1)
		return (ssize_t)sent;
	how = SSL_get_error(ssl, 0);
	ERR_clear_error();
	return how == SSL_ERROR_WANT_WRITE || how == SSL_ERROR_WANT_READ ? 0
									 : -1;
}

ssize_t transport_tls_send(struct lws *wsi, const char *p, size_t n)
{
	SSL *ssl = live ? lws_get_ssl(wsi) : NULL;
	ssize_t sent;

	if (ssl)
		return send_tls(ssl, p, n);
	sent = send(lws_get_socket_fd(wsi), p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent >= 0)
		return sent;
	return errno == EAGAIN || errno == EINTR ? 0 : -1;
}
