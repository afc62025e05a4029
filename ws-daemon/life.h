/* life.h: which daemons of this database live */
/* SPDX-License-Identifier: MIT */
#ifndef LIFE_H
#define LIFE_H

#include "base/base.h"

/* Gives signs of life from now on, and looks at the others' with each. */
void life_start(void);
/* Something has changed with the others: looks now, or once more after the
 * look under way. */
void life_look(void);
/* Other daemons that live, when last looked. */
size_t life_others(void);
/* An orderly end: tells the others that we and our agents are gone. */
void life_stop(void);

#endif
