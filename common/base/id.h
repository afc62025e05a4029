/* id.h: 128-bit time-ordered ids, spelt as ULID or UUID */
/* SPDX-License-Identifier: MIT */
#ifndef ID_H
#define ID_H

#include "base/str.h"

#define ID_ULID_SIZE 27 /* 26 characters and NUL */
#define ID_UUID_SIZE 37 /* 36 characters and NUL */

/* 48 bits of milliseconds, 80 random bits, big endian (ULID specification). */
struct id {
	uint8_t b[16];
};

#define ID_NONE ((struct id){ { 0 } })

/* A new id, greater than the last one that this process made. */
struct id id_new(void);
bool id_eq(struct id a, struct id b);
int id_cmp(struct id a, struct id b);
/* All bits zero: "no id". */
bool id_is_none(struct id id);

/* When it was made, in milliseconds since 1970: what its first bytes say. */
int64_t id_ms(struct id id);
/* The least id of that time: none that was made before is greater. */
struct id id_from_ms(int64_t ms);

/* ULID (either case) or UUID (with hyphens, either case). */
bool id_parse(struct str s, struct id *id_r);
const char *id_ulid(struct id id, char out[ID_ULID_SIZE]);
const char *id_uuid(struct id id, char out[ID_UUID_SIZE]);
/* The UUID spelling in one of a few buffers of this thread; for log lines. */
const char *id_text(struct id id);
/* The 16 bytes as a slice of id, which must live as long. */
struct str id_bytes(const struct id *id);
/* From 16 stored bytes; anything else gives ID_NONE. */
struct id id_from_bytes(struct str s);

#endif
