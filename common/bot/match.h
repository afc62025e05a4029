/* match.h: which transition a visitor's message takes */
/* SPDX-License-Identifier: MIT */
#ifndef MATCH_H
#define MATCH_H

#include "bot/flow.h"
#include "bot/vars.h"

struct match_input {
	struct str text;  /* what was written, or the button's label */
	struct str value; /* of a click; empty when there was none */
};

/*
 * In this order, and within each step in the order of the flow:
 * 1. a clicked button's value is the trigger (byte by byte),
 * 2. the whole text is the trigger, or the title of a button of this state
 *    whose id is the trigger,
 * 3. the trigger stands in the text as a whole word or phrase,
 * 4. the trigger is a pattern that is found in the text,
 * 5. the trigger names the intent that the text is about,
 * 6. `always`, 7. `default`. NULL: nothing fits.
 * Texts are compared without blanks at the ends, with runs of blanks as one,
 * and without regard to case, for all letters that the C library knows.
 */
const struct flow_transition *match_find(struct pool *pool,
    const struct flow *flow, const struct flow_state *state,
    const struct vars *vars, const struct match_input *in);

/* Its parts: steps 1 to 4; the text's intent or INTENT_NONE; step 5; 6 and
 * 7. */
const struct flow_transition *match_words(struct pool *pool,
    const struct flow_state *state, const struct vars *vars,
    const struct match_input *in);
size_t match_intent(
    struct pool *pool, const struct flow *flow, const struct match_input *in);
const struct flow_transition *match_by_intent(
    const struct flow_state *state, size_t intent);
const struct flow_transition *match_other(const struct flow_state *state);

#endif
