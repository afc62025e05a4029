/* navigate.ts: the address bar and the desk say the same */
/* SPDX-License-Identifier: MIT */
import type { Desk } from './desk';
import { type Conversations, matches, rowsOf } from './inbox';
import { neighbour } from './keys';
import { search, searchSoon } from './lists';
import { parseRoute, type Route, routeHref } from './route';
import { openThread } from './threads';

/* Where one begins. */
export const HOME: Route = { page: 'inbox', open: null, q: '',
	filter: 'unassigned', widget: null };

/* Changes the route. Opening and closing a conversation is a step that the
 * browser's back button undoes; typing into the search is not. */
export function go(desk: Desk, change: Partial<Route>): void
{
	const before = desk.route.get();
	const route = { ...before, ...change };
	const href = routeHref(route);

	if (href === routeHref(before))
		return;
	if (isHeld(desk, route))
		return desk.leaving.set(() => go(desk, change));
	if (route.page !== before.page || route.open !== before.open ||
	    route.filter !== before.filter ||
	    route.widget?.id !== before.widget?.id)
		history.pushState(null, '', href);
	else
		history.replaceState(null, '', href);
	arrive(desk, route);
}

/* Whether going there would lose what a page has not stored. */
function isHeld(desk: Desk, to: Route): boolean
{
	const { page, widget } = desk.route.get();

	return (to.page !== page || to.widget?.id !== widget?.id) &&
		desk.unsaved?.() === true;
}

function arrive(desk: Desk, route: Route): void
{
	const before = desk.route.get();

	desk.route.set(route);
	if (route.open !== before.open)
		void openThread(desk, route.open);
	if (route.open !== null)
		desk.chosen.update((c) => ({ ...c, id: route.open }));
	else if (before.open !== null)
		/* back where one came from: the row takes the focus again */
		desk.chosen.update((c) => ({ id: before.open,
			moves: c.moves + 1 }));
	if (route.q !== before.q)
		searchSoon(desk);
	else if (route.filter !== before.filter)
		void search(desk);
}

/* The open conversation has become one's own: the list goes along to where it
 * stands now. No step for the back button: nobody went anywhere. The row has
 * left the list with the focus, if it had it; there it gets it back. */
export function followClaim(desk: Desk, id: string): void
{
	const before = desk.route.get();

	if (before.open !== id || before.filter !== 'unassigned')
		return;
	const route: Route = { ...before, filter: 'mine' };

	history.replaceState(null, '', routeHref(route));
	arrive(desk, route);
	requestAnimationFrame(() => {
		if (document.activeElement === document.body)
			desk.chosen.update((c) => ({ id, moves: c.moves + 1 }));
	});
}

/* Follows the browser's back and forward. */
export function followHistory(desk: Desk): void
{
	window.addEventListener('popstate', () => {
		const to = parseRoute(location.pathname, location.search);

		if (!isHeld(desk, to))
			return arrive(desk, to);
		/* The address has moved already: it comes back till the answer. */
		history.pushState(null, '', routeHref(desk.route.get()));
		desk.leaving.set(() => go(desk, to));
	});
}

/* The rows that are shown, in order. */
export function shownRows(desk: Desk)
{
	const { filter } = desk.route.get();
	const found = desk.found.get();
	const all: Conversations = desk.all.get();

	if (found === null)
		return rowsOf(all, desk.lists.get()[filter], filter, desk.myId);
	return found.ids.map((id) => all.get(id)!).filter((c) =>
		c !== undefined && matches(c, filter, desk.myId));
}

/* Moves the keyboard's place in the list and takes the focus there. */
export function step(desk: Desk, by: number): void
{
	const ids = shownRows(desk).map((c) => c.id);

	desk.chosen.update(({ id, moves }) =>
		({ id: neighbour(ids, id, by), moves: moves + 1 }));
}
