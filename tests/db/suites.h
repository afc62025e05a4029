/* suites.h: every suite that needs a database, one line each */
/* SPDX-License-Identifier: MIT */
/* Used as tests/unit/suites.h: SUITE(x) stands for suite_x in test_x.c. */
#ifndef SUITE
#include <CUnit/CUnit.h>
#define SUITE(name) extern CU_SuiteInfo suite_##name;
#endif

/* common/db */
SUITE(db)
SUITE(conversation_page)
SUITE(explain)

/* common/chat */
SUITE(account)
SUITE(apikey)
SUITE(chat_open)
SUITE(chat_send)
SUITE(chat_send_many)
SUITE(chat_read)
SUITE(chat_assign)
SUITE(chat_resolve)
SUITE(chat_expire)
SUITE(chat_seen)
SUITE(chat_receipt)
SUITE(chat_rate)
SUITE(chat_updates)
SUITE(chat_access)
SUITE(site)
SUITE(integration)
SUITE(widget)
SUITE(feed)
SUITE(chat_events)
SUITE(chat_form)
SUITE(daemons)
SUITE(durable)
SUITE(analytics)
SUITE(crash)
SUITE(lost_commit)

/* common/bot */
SUITE(bot)
SUITE(bot_due)
SUITE(bot_answer)
SUITE(outside)
SUITE(outbox)
SUITE(bot_flow)
SUITE(background)
SUITE(mcp)
SUITE(kb)
SUITE(kb_search)
SUITE(llm_config)

/* fcgi-app */
SUITE(rest)
SUITE(rest_talk)

#undef SUITE
