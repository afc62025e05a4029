/* origin.c: which pages may connect, and whose login cookie counts */
/* SPDX-License-Identifier: MIT */
#include "origin.h"

#include "base/pool.h"
#include "base/valid.h"

bool origin_is_ours(const struct sio_handshake *hs, struct str base_url)
{
	struct pool *pool;
	struct str ours, theirs, host;
	bool yes = false;

	if (hs->origin.n == 0)
		return true;
	pool = pool_new();
	if (valid_origin(pool, hs->origin, &theirs)) {
		host = str_from(theirs, str_search(theirs, STR("://")) + 3);
		yes = (valid_origin(pool, base_url, &ours) &&
			  str_eq(ours, theirs)) ||
		      (host.n > 0 && str_ieq(host, hs->host));
	}
	pool_free(&pool);
	return yes;
}

bool origin_is_allowed(
    const struct sio_handshake *hs, struct str base_url, struct str list)
{
	struct pool *pool;
	struct str theirs = STR_EMPTY;
	bool yes;

	if (origin_is_ours(hs, base_url))
		return true;
	pool = pool_new();
	/* "null" and what is no origin match no row, but "*" all the same. */
	if (!valid_origin(pool, hs->origin, &theirs))
		theirs = STR_EMPTY;
	yes = valid_origin_listed(list, theirs);
	pool_free(&pool);
	return yes;
}

struct str origin_cookie(struct str header, struct str name)
{
	struct str part;

	while (str_split(&header, ';', &part)) {
		part = str_trim(part);
		if (part.n > name.n && part.p[name.n] == '=' &&
		    str_starts(part, name))
			return str_from(part, name.n + 1);
	}
	return STR_EMPTY;
}
