/* seal.h: secrets that must be read again: encrypted where they are kept */
/* SPDX-License-Identifier: MIT */
#ifndef SEAL_H
#define SEAL_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

/* Derived from the key file, which is not in the database. */
struct seal_key {
	uint8_t b[32];
};

#define SEAL_FILE_SIZE 32 /* bytes of a key file, which has them in hex */

/* The bytes of the key file; ERR_INTERNAL names it. Only for who derives a key
 * for one purpose from them. */
MUST_CHECK enum err_code seal_read_file(
    const char *path, uint8_t key_r[SEAL_FILE_SIZE], struct err *err);
MUST_CHECK enum err_code seal_key_read(
    const char *path, struct seal_key *key_r, struct err *err);

/* Another key for one purpose, and one name in it (a workspace's id): who has it
 * learns nothing of this one, nor of those of other names. */
void seal_derive(const struct seal_key *key, const char *purpose,
    struct str name, struct seal_key *key_r);

/* Nonce and box (libsodium's secretbox); another one each time. */
struct str seal_put(
    const struct seal_key *key, struct pool *pool, struct str text);
/* The reverse; ERR_INTERNAL when it was not sealed with this key. */
MUST_CHECK enum err_code seal_open(const struct seal_key *key,
    struct pool *pool, struct str sealed, struct str *text_r, struct err *err);

#endif
