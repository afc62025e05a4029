/* fake_chat.h: the rules and their database, as a few arrays */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_CHAT_H
#define FAKE_CHAT_H

#include "chat/chat_events.h"
#include "chat/feed.h"

/* Two conversations of one workspace, one agent "Asha" with the cookie
 * session=asha. Visitors: "v1" and "v2". */
extern const struct id fake_workspace, fake_asha, fake_conv1, fake_conv2;
#define FAKE_CONV1 "00000000-0000-0000-0000-000000000c01"
#define FAKE_CONV2 "00000000-0000-0000-0000-000000000c02"
/* The time of all that is stored. */
#define FAKE_AT	  INT64_C(1768465390123456)
#define FAKE_ASHA "00000000-0000-0000-0000-00000000a5a5"

void fake_chat_reset(void);
/* Every call answers ERR_UNAVAILABLE. */
void fake_chat_down(bool yes);
/* Messages are stored, but who sends one gets ERR_UNAVAILABLE. */
void fake_chat_lose_answers(bool yes);
/* How often Asha's login was looked at as a use of it. */
unsigned fake_chat_uses(void);
/* How often somebody marked something as delivered. */
unsigned fake_chat_marks(void);
/* Asha's login ends. */
void fake_chat_logout(void);
/* Another program stores a message; the caller decides when it is heard of. */
struct chat_message fake_chat_store(
    struct id conversation_id, const char *content);
/* Every visitor's message makes a turn due; the bot says "bot", and hands over
 * after "person". */
void fake_chat_bot(bool yes);
/* It tells of its message piece by piece while it makes it; NULL ends the list.
 * between (may be NULL) is called after each, in the thread of the turn. */
void fake_chat_stream(const char *const *pieces, void (*between)(size_t i));
/* How many turns were run. */
unsigned fake_chat_turns(void);
/* What feed_cursor answers; 0 at first. */
void fake_chat_cursor(uint64_t cursor);
/* The one event that chat_events_after finds behind any cursor below its id;
 * id 0: none. Cursors below gone_before are gone. */
void fake_chat_event(const struct chat_event *event, uint64_t gone_before);
/* How often it was asked. */
unsigned fake_chat_event_reads(void);
/* Rows for the next feed_read. */
void fake_chat_feed(const struct feed_row *row);
/* How often it was asked whether a page may use a conversation. */
unsigned fake_chat_site_checks(void);
/* The most messages that were stored by one call. */
size_t fake_chat_largest(void);
/* How often it was made sure that what was read is on the disk, and that it
 * cannot be done: the database may lose it. */
unsigned fake_chat_writes(void);
void fake_chat_vanish(bool yes);
/* How often the history was read. */
unsigned fake_chat_reads(void);

#endif
