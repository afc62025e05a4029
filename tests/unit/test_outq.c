/* test_outq.c: shared packets and their queue */
/* SPDX-License-Identifier: MIT */
#include "outq.h"

#include "unit.h"

static void packets_are_shared(void)
{
	struct packet *p = packet_text(STR("4hello"));
	struct outq a, b;

	outq_init(&a);
	outq_init(&b);
	CU_ASSERT_TRUE(outq_add(&a, p, 1000));
	CU_ASSERT_TRUE(outq_add(&b, p, 1000));
	CU_ASSERT_EQUAL(p->refs, 3);
	CU_ASSERT_PTR_EQUAL(outq_first(&a), p);
	outq_shift(&a);
	CU_ASSERT_PTR_NULL(outq_first(&a));
	outq_fini(&b);
	CU_ASSERT_EQUAL(p->refs, 1);
	packet_unref(&p);
	CU_ASSERT_PTR_NULL(p);
	packet_unref(&p);
	outq_fini(&a);
}

static void order_is_kept_while_it_grows(void)
{
	struct outq q;
	unsigned in = 0, out = 0;

	outq_init(&q);
	for (unsigned round = 0; round < 50; round++) {
		for (unsigned i = 0; i < round; i++) {
			struct packet *p = packet_new(sizeof(in), true);

			memcpy(p->data, &in, sizeof(in));
			in++;
			CU_ASSERT_TRUE(outq_add(&q, p, 1 << 20));
			packet_unref(&p);
		}
		for (unsigned i = 0; i < round * 2 / 3; i++, out++) {
			CU_ASSERT_EQUAL(
			    memcmp(outq_first(&q)->data, &out, sizeof(out)), 0);
			outq_shift(&q);
		}
	}
	CU_ASSERT_EQUAL(q.count, in - out);
	outq_clear(&q);
	CU_ASSERT_EQUAL(q.bytes, 0);
	outq_fini(&q);
}

static void the_limit_holds(void)
{
	struct packet *big = packet_new(1000, false);
	struct packet *empty = packet_new(0, true);
	struct outq q;

	outq_init(&q);
	/* A single packet always fits: it may be larger than the queue. */
	CU_ASSERT_TRUE(outq_add(&q, big, 100));
	CU_ASSERT_FALSE(outq_add(&q, empty, 100));
	CU_ASSERT_EQUAL(q.count, 1);
	CU_ASSERT_EQUAL(empty->refs, 1);
	outq_shift(&q);
	/* Empty ones cost memory too. */
	CU_ASSERT_TRUE(outq_add(&q, empty, 2 * OUTQ_PACKET_COST));
	CU_ASSERT_TRUE(outq_add(&q, empty, 2 * OUTQ_PACKET_COST));
	CU_ASSERT_FALSE(outq_add(&q, empty, 2 * OUTQ_PACKET_COST));
	outq_fini(&q);
	packet_unref(&big);
	packet_unref(&empty);
}

static CU_TestInfo tests[] = {
	{ "packets are shared, not copied", packets_are_shared },
	{ "order is kept while the ring grows", order_is_kept_while_it_grows },
	{ "the limit holds", the_limit_holds },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_outq = { "outq", NULL, NULL, NULL, NULL, tests };
