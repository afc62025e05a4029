/* list.h: intrusive doubly linked list */
/* SPDX-License-Identifier: MIT */
#ifndef LIST_H
#define LIST_H

#include "base/base.h"

struct list {
	struct list *prev;
	struct list *next;
};

#define LIST_OF(node, type, member)                                            \
	((type *)(void *)((char *)(node)-offsetof(type, member)))

/* Not over removal of the current node. */
#define list_each(node, head)                                                  \
	for (node = (head)->next; node != (head); node = node->next)
/* The current node may be removed. */
#define list_each_safe(node, tmp, head)                                        \
	for (node = (head)->next, tmp = node->next; node != (head);            \
	     node = tmp, tmp = node->next)

static inline void list_init(struct list *l)
{
	l->prev = l;
	l->next = l;
}

static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

/* At the end of the list. */
static inline void list_add(struct list *head, struct list *node)
{
	node->prev = head->prev;
	node->next = head;
	head->prev->next = node;
	head->prev = node;
}

/* Harmless on a node that is in no list but was initialised. */
static inline void list_del(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

#endif
