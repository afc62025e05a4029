/* flow_meta.h: flows of type meta: forms of WhatsApp, checked, never run here */
/* SPDX-License-Identifier: MIT */
#ifndef FLOW_META_H
#define FLOW_META_H

#include "bot/flow.h"

#define FLOW_META_SCREENS_MAX 50

/* The frame that WhatsApp's Flow JSON asks of every form: version, screens with
 * ids of their own, a layout with components in each, an end. */
void flow_meta_check(
    struct pool *pool, struct str json, struct flow_findings *findings_r);

#endif
