/* db_slice.h: a part of a list that is read from one end to the other */
/* SPDX-License-Identifier: MIT */
#ifndef DB_SLICE_H
#define DB_SLICE_H

#include "db/db.h"

/* Ids grow with time: the order of the ids is that of the making. */
struct db_slice {
	bool is_up;	  /* the oldest first; else the newest */
	struct id behind; /* none: from the beginning */
	size_t take;
	struct str meta; /* JSON object that the row's meta has; empty: any */
};

#endif
