/* transport_tls.c: TLS: the certificate, and bytes that go past libwebsockets
 * (the only user of OpenSSL) */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "base/log.h"
#include "transport_wire.h"

static SSL_CTX *live; /* libwebsockets' own; NULL without TLS */

static bool is_set(const char *text)
{
	return text && text[0];
}

bool transport_tls_is_on(const struct transport_conf *conf)
{
	return is_set(conf->tls_cert) || is_set(conf->tls_key);
}

/* The first of OpenSSL's reasons, in words; its queue is empty afterwards. */
static const char *reason(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_error());

	ERR_clear_error();
	return text ? text : "it cannot be used";
}

static enum err_code load(
    SSL_CTX *ctx, const struct transport_conf *conf, struct err *err)
{
	ERR_clear_error();
	if (!is_set(conf->tls_cert) || !is_set(conf->tls_key))
		return err_set(
		    err, ERR_INVALID, "tls_cert and tls_key must both be set.");
	if (SSL_CTX_use_certificate_chain_file(ctx, conf->tls_cert) != 1)
		return err_set(err, ERR_INVALID, "tls_cert %s: %s.",
		    conf->tls_cert, reason());
	if (SSL_CTX_use_PrivateKey_file(ctx, conf->tls_key, SSL_FILETYPE_PEM) !=
		1 ||
	    SSL_CTX_check_private_key(ctx) != 1)
		return err_set(err, ERR_INVALID, "tls_key %s: %s.",
		    conf->tls_key, reason());
	return ERR_OK;
}

enum err_code transport_tls_check(
    const struct transport_conf *conf, struct err *err)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	enum err_code code;

	if (!ctx)
		return err_set(err, ERR_INTERNAL, "No TLS: %s.", reason());
	code = load(ctx, conf, err);
	if (code == ERR_OK && is_set(conf->tls_ciphers) &&
	    SSL_CTX_set_cipher_list(ctx, conf->tls_ciphers) != 1)
		code = err_set(err, ERR_INVALID, "tls_ciphers: %s.", reason());
	SSL_CTX_free(ctx);
	return code;
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
	struct err err = { .code = ERR_OK };

	if (!live)
		return;
	/* Tried on another context first: half of a new pair is worse than the
	 * old one. Connections that are open keep theirs. */
	if (transport_tls_check(transport_conf, &err) != ERR_OK ||
	    load(live, transport_conf, &err) != ERR_OK)
		log_error("tls_not_reloaded why=\"%s\"", err.text);
	else
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
