/* db_modules.h: the one list of the files that hold statements */
/* SPDX-License-Identifier: MIT */
#ifndef DB_MODULES_H
#define DB_MODULES_H

#include "db/db.h"

#define DB_MODULES(X)                                                          \
	X(analytics)                                                           \
	X(api_key)                                                             \
	X(blueprint)                                                           \
	X(bot_state)                                                           \
	X(channel)                                                             \
	X(chat_session)                                                        \
	X(chatbot)                                                             \
	X(chatbot_del)                                                         \
	X(contact)                                                             \
	X(conversation)                                                        \
	X(conversation_page)                                                   \
	X(daemon)                                                              \
	X(file)                                                                \
	X(flow)                                                                \
	X(idempotency)                                                         \
	X(integration)                                                         \
	X(kb)                                                                  \
	X(kb_chunk)                                                            \
	X(kb_source)                                                           \
	X(link_preview)                                                        \
	X(llm)                                                                 \
	X(login)                                                               \
	X(mcp)                                                                 \
	X(message)                                                             \
	X(notification)                                                        \
	X(outbox)                                                              \
	X(rollup)                                                              \
	X(schema)                                                              \
	X(session)                                                             \
	X(status)                                                              \
	X(talk)                                                                \
	X(user)                                                                \
	X(widget)                                                              \
	X(workspace)

#define X(noun) extern const struct db_module db_##noun##_module;
DB_MODULES(X)
#undef X

/* All of them, for the check when a connection is opened. */
extern const struct db_module *const db_modules[];
extern const size_t db_modules_n;

#endif
