/* suites.h: every unit suite, one line each */
/* SPDX-License-Identifier: MIT */
/*
 * Included twice on purpose: alone it declares the suites, with SUITE defined
 * it makes whatever table the includer wants. SUITE(x) stands for suite_x in
 * test_x.c.
 */
#ifndef SUITE
#include <CUnit/CUnit.h>
#define SUITE(name) extern CU_SuiteInfo suite_##name;
#endif

/* common/base */
SUITE(base)
SUITE(pool)
SUITE(str)
SUITE(buf)
SUITE(err)
SUITE(id)
SUITE(clock)
SUITE(rnd)
SUITE(log)
SUITE(list)
SUITE(map)
SUITE(json_in)
SUITE(json_out)
SUITE(conf)
SUITE(settings)
SUITE(valid)
SUITE(password)

#undef SUITE
