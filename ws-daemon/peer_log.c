/* peer_log.c: who a socket is, for log lines */
/* SPDX-License-Identifier: MIT */
#include "peer_log.h"

#include "base/clock.h"
#include "base/log.h"
#include "peer.h"

/* A stranger's text as one value: no blank, quote or backslash, not long. */
static const char *plain(struct str s, char *out, size_t size)
{
	size_t i;

	for (i = 0; i < s.n && i < size - 1; i++) {
		unsigned char c = (unsigned char)s.p[i];

		out[i] =
		    c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '='
			? '?'
			: s.p[i];
	}
	out[i] = '\0';
	return i ? out : "-";
}

const char *peer_log_text(const struct sio_socket *s)
{
	static char text[240];
	char address[64];
	const struct peer *p;
	int n;

	if (!s)
		return "sid=-";
	p = peer_of(s);
	/* X-Forwarded-For, when it is trusted, is a proxy's word at best. */
	n = snprintf(text, sizeof(text), "sid=%.*s addr=%s", STR_ARG(sio_id(s)),
	    plain(sio_handshake(s)->address, address, sizeof(address)));
	if (p && p->is_agent)
		snprintf(text + n, sizeof(text) - (size_t)n,
		    " user=%s workspace=%s", id_text(p->user_id),
		    id_text(p->workspace_id));
	return text;
}

void peer_log_connect(const struct sio_socket *s)
{
	log_debug(
	    "connect %s transport=%s", peer_log_text(s), sio_transport(s));
}

void peer_log_disconnect(const struct sio_socket *s, const char *reason)
{
	static struct log_kind kind;
	const struct peer *p = peer_of(s);
	int64_t seconds = (clock_mono_ms() - p->connected_ms) / 1000;

	if (strcmp(reason, "slow consumer") == 0 ||
	    strcmp(reason, "parse error") == 0)
		log_warn_some(&kind,
		    "disconnect %s transport=%s reason=\"%s\" seconds=%lld "
		    "events=%llu",
		    peer_log_text(s), sio_transport(s), reason,
		    (long long)seconds, (unsigned long long)p->events);
	else
		log_debug("disconnect %s transport=%s reason=\"%s\" "
			  "seconds=%lld events=%llu",
		    peer_log_text(s), sio_transport(s), reason,
		    (long long)seconds, (unsigned long long)p->events);
}

void peer_log_origin(struct str address, struct str origin)
{
	static struct log_kind kind;
	char addr[64], page[128];

	log_warn_some(&kind,
	    "handshake_refused addr=%s reason=origin origin=%s",
	    plain(address, addr, sizeof(addr)),
	    plain(origin, page, sizeof(page)));
}
