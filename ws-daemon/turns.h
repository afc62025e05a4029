/* turns.h: lets the bot answer */
/* SPDX-License-Identifier: MIT */
#ifndef TURNS_H
#define TURNS_H

#include "chat/model.h"

/* A turn is due in this conversation: runs as soon as a thread for turns is
 * free, one at a time. */
void turns_add(struct id conversation_id);
/* Looks every second for turns that another program left behind. */
void turns_start(void);
void turns_stop(void);
/* After the threads have ended. */
void turns_fini(void);

#endif
