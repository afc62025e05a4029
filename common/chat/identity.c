/* identity.c: who a visitor is, as the page says, and what proves it */
/* SPDX-License-Identifier: MIT */
#include "chat/identity.h"

#include "base/json_in.h"
#include "base/json_out.h"
#include "base/rnd.h"
#include "base/valid.h"

#define PHONE_MIN 8 /* digits of E.164 with its country */
#define PHONE_MAX 15
#define ID_MARK	  "own_"
#define ID_BYTES  18

/* ----------------------------------------------------------------- user */

static struct str lower(struct pool *pool, struct str s)
{
	char *p = pool_alloc(pool, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 32)
						      : s.p[i];
	return str_make(p, s.n);
}

static bool is_one_of(struct str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, str_of(list[i])))
			return true;
	return false;
}

static struct str last_label(struct str domain)
{
	struct str label = STR_EMPTY;

	while (domain.n && str_split(&domain, '.', &label))
		continue;
	return label;
}

/* Domains that are nobody's (RFC 2606, RFC 6761), and names that stand where a
 * program had none. */
static bool is_synthetic(struct str name, struct str domain)
{
	static const char *const tops[] = { "example", "test", "invalid",
		"localhost", "local", "internal" };
	static const char *const domains[] = { "example.com", "example.net",
		"example.org" };
	static const char *const names[] = { "noreply", "no-reply",
		"donotreply", "null", "undefined", "none", "anonymous", "guest",
		"unknown" };

	return str_index(domain, '.') == domain.n ||
	       is_one_of(last_label(domain), tops, COUNT_OF(tops)) ||
	       is_one_of(domain, domains, COUNT_OF(domains)) ||
	       is_one_of(name, names, COUNT_OF(names));
}

static bool take_email(struct pool *pool, struct str text, struct str *user_r)
{
	struct str email = lower(pool, text);
	size_t at = str_index(email, '@');

	for (size_t i = 0; i < email.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789@._+-",
			email.p[i]))
			return false;
	*user_r = email;
	return valid_email(email) &&
	       !is_synthetic(str_head(email, at), str_from(email, at + 1));
}

/* Digits alone; false when there is anything else than what people write
 * between them. */
static bool digits_of(struct pool *pool, struct str text, struct str *digits_r)
{
	char *p = pool_alloc(pool, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] >= '0' && text.p[i] <= '9')
			p[n++] = text.p[i];
		else if (!strchr(" -./()", text.p[i]))
			return false;
	}
	*digits_r = str_make(p, n);
	return true;
}

static bool take_phone(
    struct pool *pool, struct str text, const char *country, struct str *user_r)
{
	bool is_whole = str_starts(text, STR("+"));
	struct str digits;

	if (!digits_of(pool, str_from(text, is_whole ? 1 : 0), &digits))
		return false;
	if (!is_whole && str_starts(digits, STR("00")))
		digits = str_from(digits, 2);
	else if (!is_whole && str_starts(digits, STR("0")))
		digits = str_of(pool_printf(
		    pool, "%s%.*s", country, STR_ARG(str_from(digits, 1))));
	*user_r = str_of(pool_printf(pool, "+%.*s", STR_ARG(digits)));
	return digits.n >= PHONE_MIN && digits.n <= PHONE_MAX &&
	       digits.p[0] != '0';
}

bool identity_uniform(
    struct pool *pool, struct str text, const char *country, struct str *user_r)
{
	text = str_trim(text);
	if (!text.n || text.n > IDENTITY_USER_MAX || !valid_text(text, false))
		return false;
	return str_index(text, '@') < text.n
		   ? take_email(pool, text, user_r)
		   : take_phone(pool, text, country, user_r);
}

/* ---------------------------------------------------------------- proof */

static struct str hmac_hex(struct pool *pool, struct str secret, struct str s)
{
	uint8_t digest[RND_SHA256_SIZE];

	rnd_hmac_sha256(secret, s, digest);
	return str_hex(pool, digest, sizeof(digest));
}

bool identity_is_proved(
    struct pool *pool, struct str secret, struct str text, struct str hex)
{
	return secret.n &&
	       rnd_equal(hmac_hex(pool, secret, text), lower(pool, hex));
}

/* own_RANDOM.SIGNATURE; the mark keeps it apart from what pages sign. */
struct str identity_new_id(struct pool *pool, struct str secret)
{
	struct str name = rnd_token(pool, ID_MARK, ID_BYTES);

	return str_of(pool_printf(pool, "%.*s.%.*s", STR_ARG(name),
	    STR_ARG(hmac_hex(pool, secret, name))));
}

bool identity_is_own_id(struct pool *pool, struct str secret, struct str id)
{
	size_t dot = str_index(id, '.');

	return str_starts(id, STR(ID_MARK)) &&
	       identity_is_proved(
		   pool, secret, str_head(id, dot), str_from(id, dot + 1));
}

/* -------------------------------------------------------------- details */

/* "Merchant account name" is merchant_account_name. */
static struct str snake(struct pool *pool, struct str name)
{
	char *p = pool_alloc(pool, name.n + 1);
	bool gap = false;
	size_t n = 0;
	char c;

	name = str_trim(name);
	for (size_t i = 0; i < name.n && n < IDENTITY_KEY_MAX; i++) {
		c = name.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			if (gap && n)
				p[n++] = '_';
			p[n++] = c;
		}
		gap = !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
	}
	return str_make(p, MIN_OF(n, IDENTITY_KEY_MAX));
}

struct field {
	struct str name;
	struct str json;
};

struct field_list {
	size_t n;
	struct field items[IDENTITY_DETAILS_MAX];
};

static void put_field(struct field_list *list, struct str name, struct str json)
{
	size_t i = 0;

	while (i < list->n && !str_eq(list->items[i].name, name))
		i++;
	if (i == IDENTITY_DETAILS_MAX)
		return;
	list->items[i] = (struct field){ name, json };
	if (i == list->n)
		list->n++;
}

static struct str quoted(struct pool *pool, struct str text)
{
	struct str json;
	struct buf b;

	buf_init(&b, 0);
	json_out_quote(&b, text);
	json = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return json;
}

static void take_fields(
    struct pool *pool, struct field_list *list, const struct json *object)
{
	const struct json *v = NULL;
	struct str name, text;

	while ((v = json_next(object, v)) != NULL) {
		name = snake(pool, json_name(v));
		if (!name.n)
			continue;
		switch (json_type(v)) {
		case JSON_STRING:
			text = valid_utf8_head(json_str(v), IDENTITY_VALUE_MAX);
			if (valid_text(text, true))
				put_field(list, name, quoted(pool, text));
			break;
		case JSON_NUMBER:
		case JSON_BOOL:
			put_field(list, name, json_text(pool, v));
			break;
		default:
			break;
		}
	}
}

struct str identity_merge(
    struct pool *pool, struct str attributes, const struct json *details)
{
	const struct json *old = NULL, *v = NULL;
	struct field_list list = { 0 };
	struct err ignored;
	struct json_out j;
	struct str text;
	struct buf b;

	if (attributes.n && json_parse(pool, attributes, &old, &ignored))
		old = NULL;
	take_fields(pool, &list, json_get(old, "details"));
	take_fields(pool, &list, details);
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	while ((v = json_next(old, v)) != NULL)
		if (!str_eq(json_name(v), STR("details")))
			json_out_json(&j,
			    pool_printf(pool, "%.*s", STR_ARG(json_name(v))),
			    json_text(pool, v));
	if (list.n) {
		json_out_object(&j, "details");
		for (size_t i = 0; i < list.n; i++)
			json_out_json(&j,
			    pool_printf(
				pool, "%.*s", STR_ARG(list.items[i].name)),
			    list.items[i].json);
		json_out_end(&j);
	}
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}
