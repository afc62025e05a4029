/* tls_pair.c: certificate and key: whether they can be used (for
 * barazactl too) */
/* SPDX-License-Identifier: MIT */
#include "base/tls_pair.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

static bool is_set(const char *text)
{
	return text && text[0];
}

bool tls_pair_is_set(const struct tls_pair *pair)
{
	return is_set(pair->cert) || is_set(pair->key);
}

/* The first of OpenSSL's reasons, in words; its queue is empty afterwards. */
static const char *reason(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_error());

	ERR_clear_error();
	return text ? text : "it cannot be used";
}

/* OpenSSL says no more than "system lib" of a file that cannot be read. */
static enum err_code refuse(const char *name, const char *path, struct err *err)
{
	int failed = access(path, R_OK) != 0 ? errno : 0;
	const char *why = reason();

	return err_set(err, ERR_INVALID, "%s %.150s: %s.", name, path,
	    failed ? strerror(failed) : why);
}

enum err_code tls_pair_load(
    void *ssl_ctx, const struct tls_pair *pair, struct err *err)
{
	ERR_clear_error();
	if (!is_set(pair->cert) || !is_set(pair->key))
		return err_set(
		    err, ERR_INVALID, "tls_cert and tls_key must both be set.");
	if (SSL_CTX_use_certificate_chain_file(ssl_ctx, pair->cert) != 1)
		return refuse("tls_cert", pair->cert, err);
	if (SSL_CTX_use_PrivateKey_file(ssl_ctx, pair->key, SSL_FILETYPE_PEM) !=
		1 ||
	    SSL_CTX_check_private_key(ssl_ctx) != 1)
		return refuse("tls_key", pair->key, err);
	return ERR_OK;
}

enum err_code tls_pair_check(const struct tls_pair *pair, struct err *err)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	enum err_code code;

	if (!ctx)
		return err_set(err, ERR_INTERNAL, "No TLS: %s.", reason());
	code = tls_pair_load(ctx, pair, err);
	if (code == ERR_OK && is_set(pair->ciphers) &&
	    SSL_CTX_set_cipher_list(ctx, pair->ciphers) != 1)
		code = err_set(err, ERR_INVALID, "tls_ciphers: %s.", reason());
	SSL_CTX_free(ctx);
	return code;
}
