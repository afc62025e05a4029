/* db_modules.c: the one list of the files that hold statements */
/* SPDX-License-Identifier: MIT */
#include "db/db_modules.h"

const struct db_module *const db_modules[] = {
#define X(noun) &db_##noun##_module,
	DB_MODULES(X)
#undef X
};

const size_t db_modules_n = COUNT_OF(db_modules);
