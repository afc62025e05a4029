/* test_list.c: intrusive list */
/* SPDX-License-Identifier: MIT */
#include "base/list.h"

#include "unit.h"

struct item {
	int value;
	struct list node;
};

static int digits(const struct list *head)
{
	struct list *node;
	int all = 0;

	list_each (node, head)
		all = all * 10 + LIST_OF(node, struct item, node)->value;
	return all;
}

static void nodes_stand_in_the_order_of_adding(void)
{
	struct item items[3] = { { .value = 1 }, { .value = 2 },
		{ .value = 3 } };
	struct list head;

	list_init(&head);
	CU_ASSERT(list_empty(&head));
	CU_ASSERT_EQUAL(digits(&head), 0);
	for (int i = 0; i < 3; i++)
		list_add(&head, &items[i].node);
	CU_ASSERT_FALSE(list_empty(&head));
	CU_ASSERT_EQUAL(digits(&head), 123);
}

static void a_walk_may_remove_the_current_node(void)
{
	struct item items[4] = { { .value = 1 }, { .value = 2 }, { .value = 3 },
		{ .value = 4 } };
	struct list head, *node, *next;

	list_init(&head);
	for (int i = 0; i < 4; i++)
		list_add(&head, &items[i].node);
	list_each_safe (node, next, &head) {
		if (LIST_OF(node, struct item, node)->value % 2 == 0)
			list_del(node);
	}
	CU_ASSERT_EQUAL(digits(&head), 13);
}

static void removing_twice_is_harmless(void)
{
	struct item item = { .value = 1 };
	struct list head;

	list_init(&head);
	list_init(&item.node);
	list_del(&item.node);
	list_add(&head, &item.node);
	list_del(&item.node);
	list_del(&item.node);
	CU_ASSERT(list_empty(&head));
}

static CU_TestInfo tests[] = {
	{ "nodes stand in the order of adding",
	    nodes_stand_in_the_order_of_adding },
	{ "a walk may remove the current node",
	    a_walk_may_remove_the_current_node },
	{ "removing twice is harmless", removing_twice_is_harmless },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_list = { "list", NULL, NULL, NULL, NULL, tests };
