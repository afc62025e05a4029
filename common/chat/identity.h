/* identity.h: who a visitor is, as the page says, and what proves it */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_IDENTITY_H
#define CHAT_IDENTITY_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

#define IDENTITY_USER_MAX  100 /* bytes of user_key */
#define IDENTITY_PROOF_MAX 2048

/* Fields that a page may tell of a visitor, and characters of each. */
#define IDENTITY_DETAILS_MAX 13
#define IDENTITY_KEY_MAX     64
#define IDENTITY_VALUE_MAX   300

/*
 * An e-mail address in lower case, or a telephone number as E.164: 0712345678
 * and +255712345678 are the same visitor where country is "255". False: it is
 * neither, or an address that nobody has (example.com, noreply@).
 */
bool identity_uniform(struct pool *pool, struct str text, const char *country,
    struct str *user_r);

/* hex is the HMAC-SHA256 of text with the widget's secret. */
bool identity_is_proved(
    struct pool *pool, struct str secret, struct str text, struct str hex);
/* A visitor's id that only this server can have made. */
struct str identity_new_id(struct pool *pool, struct str secret);
bool identity_is_own_id(struct pool *pool, struct str secret, struct str id);

struct json;

/*
 * What a page tells of a visitor, merged into the contact's attributes (JSON
 * objects, may be empty): member "details" gets the fields, keys in snake_case;
 * only texts, numbers and booleans count, cut at IDENTITY_VALUE_MAX characters;
 * known fields are changed, new ones are added while there is room, none is
 * taken away.
 */
struct str identity_merge(
    struct pool *pool, struct str attributes, const struct json *details);

#endif
