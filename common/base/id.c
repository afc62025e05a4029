/* id.c: 128-bit time-ordered ids, spelt as ULID or UUID */
/* SPDX-License-Identifier: MIT */
#include "base/id.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/rnd.h"

/* Crockford's base 32: no I, L, O, U. */
static const char ulid_digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The one thing here that threads share. */
static pthread_mutex_t last_lock = PTHREAD_MUTEX_INITIALIZER;
static struct id last;

static void put_ms(struct id *id, uint64_t ms)
{
	for (int i = 5; i >= 0; i--) {
		id->b[i] = (uint8_t)ms;
		ms >>= 8;
	}
}

/*
 * The ULID specification adds one within a millisecond. A random step keeps
 * the order and the neighbour from being the next number.
 */
static void add_step(struct id *id, uint32_t step)
{
	uint64_t carry = (uint64_t)step + 1;

	for (int i = 15; i >= 0 && carry > 0; i--) {
		carry += id->b[i];
		id->b[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

struct id id_new(void)
{
	struct id id;
	uint32_t step;

	put_ms(&id, (uint64_t)clock_now_us() / 1000);
	rnd_bytes(id.b + 6, 10);
	pthread_mutex_lock(&last_lock);
	/* Same millisecond, or the wall clock was set back. */
	if (memcmp(id.b, last.b, 6) <= 0) {
		memcpy(&step, id.b + 12, sizeof(step));
		id = last;
		add_step(&id, step);
	}
	last = id;
	pthread_mutex_unlock(&last_lock);
	return id;
}

int64_t id_ms(struct id id)
{
	uint64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id.b[i];
	return (int64_t)ms;
}

struct id id_from_ms(int64_t ms)
{
	struct id id = ID_NONE;

	put_ms(&id, (uint64_t)ms);
	return id;
}

bool id_eq(struct id a, struct id b)
{
	return memcmp(a.b, b.b, sizeof(a.b)) == 0;
}

int id_cmp(struct id a, struct id b)
{
	return memcmp(a.b, b.b, sizeof(a.b));
}

bool id_is_none(struct id id)
{
	return id_eq(id, ID_NONE);
}

static int ulid_value(char c)
{
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 32);
	at = memchr(ulid_digits, c, sizeof(ulid_digits) - 1);
	return at ? (int)(at - ulid_digits) : -1;
}

/* 26 digits of 5 bits are 130 bits: the first digit is at most 7. */
static bool parse_ulid(struct str s, struct id *id_r)
{
	struct id id = ID_NONE;
	uint32_t v = 0;
	unsigned bits = 0;
	size_t out = 0;

	for (size_t i = 0; i < s.n; i++) {
		int value = ulid_value(s.p[i]);

		if (value < 0 || (i == 0 && value > 7))
			return false;
		v = v << 5 | (uint32_t)value;
		bits += i == 0 ? 3 : 5;
		if (bits >= 8) {
			bits -= 8;
			id.b[out++] = (uint8_t)(v >> bits);
		}
	}
	*id_r = id;
	return true;
}

static bool parse_uuid(struct str s, struct id *id_r)
{
	char hex[32];
	size_t n = 0;
	struct id id;

	for (size_t i = 0; i < s.n; i++) {
		bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (is_hyphen != (s.p[i] == '-'))
			return false;
		if (!is_hyphen)
			hex[n++] = s.p[i];
	}
	if (!str_unhex(str_make(hex, n), id.b, sizeof(id.b)))
		return false;
	*id_r = id;
	return true;
}

bool id_parse(struct str s, struct id *id_r)
{
	if (s.n == ID_ULID_SIZE - 1)
		return parse_ulid(s, id_r);
	return s.n == ID_UUID_SIZE - 1 && parse_uuid(s, id_r);
}

const char *id_ulid(struct id id, char out[ID_ULID_SIZE])
{
	uint32_t v = 0;
	unsigned bits = 2; /* two zero bits in front make 130 */
	size_t n = 0;

	for (size_t i = 0; i < sizeof(id.b); i++) {
		v = v << 8 | id.b[i];
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			out[n++] = ulid_digits[v >> bits & 31];
		}
	}
	out[n] = '\0';
	return out;
}

const char *id_uuid(struct id id, char out[ID_UUID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; i < sizeof(id.b); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[n++] = '-';
		out[n++] = digits[id.b[i] >> 4];
		out[n++] = digits[id.b[i] & 15];
	}
	out[n] = '\0';
	return out;
}

const char *id_text(struct id id)
{
	static _Thread_local char texts[8][ID_UUID_SIZE];
	static _Thread_local unsigned next;

	return id_uuid(id, texts[next++ % COUNT_OF(texts)]);
}

struct str id_bytes(const struct id *id)
{
	return str_make((const char *)id->b, sizeof(id->b));
}

struct id id_from_bytes(struct str s)
{
	struct id id = ID_NONE;

	if (s.n == sizeof(id.b))
		memcpy(id.b, s.p, sizeof(id.b));
	return id;
}
