/* turns.h: lets the bot answer */
/* SPDX-License-Identifier: MIT */
#ifndef TURNS_H
#define TURNS_H

#include "chat/model.h"

/* A turn is due in this conversation: runs behind what its queue holds. */
void turns_add(struct id conversation_id);
/* Looks every second for turns that another program left behind. */
void turns_start(void);
void turns_stop(void);

#endif
