/* seal.c: secrets that must be read again: encrypted where they are kept */
/* SPDX-License-Identifier: MIT */
#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "base/rnd.h"

#define NONCE crypto_secretbox_NONCEBYTES
#define EXTRA (NONCE + crypto_secretbox_MACBYTES)

enum err_code seal_read_file(
    const char *path, uint8_t key_r[SEAL_FILE_SIZE], struct err *err)
{
	char text[80];
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		close(fd);
	}
	if (n < 0)
		return err_set(err, ERR_INTERNAL, "key_file %s: %s%s", path,
		    strerror(errno),
		    errno == ENOENT ? "; barazactl secret makes it" : "");
	if (!str_unhex(
		str_trim(str_make(text, (size_t)n)), key_r, SEAL_FILE_SIZE))
		return err_set(err, ERR_INTERNAL,
		    "key_file %s: must hold 64 hex digits", path);
	return ERR_OK;
}

enum err_code seal_key_read(
    const char *path, struct seal_key *key_r, struct err *err)
{
	uint8_t file[SEAL_FILE_SIZE];
	enum err_code code = seal_read_file(path, file, err);

	/* One key, one purpose: form tokens have another. */
	if (code == ERR_OK)
		rnd_hmac_sha256(str_make((const char *)file, sizeof(file)),
		    STR("baraza seal v1"), key_r->b);
	sodium_memzero(file, sizeof(file));
	return code;
}

void seal_derive(const struct seal_key *key, const char *purpose,
    struct str name, struct seal_key *key_r)
{
	struct str base = str_make((const char *)key->b, sizeof(key->b));
	struct seal_key of_purpose;

	/* Twice, so that no purpose and name can look like another pair. */
	rnd_hmac_sha256(base, str_of(purpose), of_purpose.b);
	rnd_hmac_sha256(
	    str_make((const char *)of_purpose.b, sizeof(of_purpose.b)), name,
	    key_r->b);
	sodium_memzero(&of_purpose, sizeof(of_purpose));
}

struct str seal_put(
    const struct seal_key *key, struct pool *pool, struct str text)
{
	uint8_t *out = pool_alloc(pool, EXTRA + text.n);

	rnd_bytes(out, NONCE);
	crypto_secretbox_easy(out + NONCE,
	    (const unsigned char *)(text.p ? text.p : ""), text.n, out, key->b);
	return str_make((const char *)out, EXTRA + text.n);
}

enum err_code seal_open(const struct seal_key *key, struct pool *pool,
    struct str sealed, struct str *text_r, struct err *err)
{
	const unsigned char *in = (const unsigned char *)sealed.p;
	char *out;

	if (sealed.n < EXTRA)
		return err_set(err, ERR_INTERNAL, "A secret cannot be read.");
	out = pool_alloc(pool, sealed.n - EXTRA + 1);
	if (crypto_secretbox_open_easy(
		(unsigned char *)out, in + NONCE, sealed.n - NONCE, in, key->b))
		return err_set(err, ERR_INTERNAL,
		    "A secret cannot be read: it was sealed with another key "
		    "file.");
	*text_r = str_make(out, sealed.n - EXTRA);
	return ERR_OK;
}
