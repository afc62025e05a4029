/* lists.ts: reads the inbox's lists from the server and keeps them current */
/* SPDX-License-Identifier: MIT */
import type { Conversation } from '../shared/types';
import type { Desk } from './desk';
import { ask, get, statusOf } from './http';
import {
	addPage, FILTERS, type Filter, keepSession, type Page, put, refreshed,
} from './inbox';

/* One more than a count can show, so that "99+" is always right. */
const PAGE = 100;
const SEARCH_MS = 200;
/* Above this many single rows a whole list costs less. */
const SINGLES = 10;

async function page(filter: Filter, cursor: string | null, q = '',
	signal?: AbortSignal): Promise<Page>
{
	const params = new URLSearchParams({ filter, limit: String(PAGE) });

	if (cursor !== null)
		params.set('cursor', cursor);
	if (q !== '')
		params.set('q', q);
	const { data, headers } = await ask<Conversation[]>('GET',
		`/api/conversations/?${params}`, undefined, signal);

	return { rows: data, cursor: headers.get('X-Next-Cursor') || null };
}

/* The rows of an answer, asked for at `asked`. Of a row whose session changed
 * while the answer was on its way, what is known stays until it is read again.
 */
function current(desk: Desk, rows: readonly Conversation[],
	asked: number): Conversation[]
{
	return rows.map((row) => {
		const c = desk.asSeen(row);
		const old = desk.conversation(c.id);

		if (old === undefined || !desk.changes.since(c.id, asked))
			return c;
		void fetchRow(desk, c.id);
		return keepSession(c, old);
	});
}

/* Keeps rows, and remembers the sessions that they bring along; the earlier
 * ones do not change any more, the open one is the row's own. */
function store(desk: Desk, answer: readonly Conversation[],
	asked: number): void
{
	const rows = current(desk, answer, asked);

	for (const { id, sessions, contact_details: details } of rows) {
		if (sessions)
			desk.sessionsOf.set(id, sessions.map((s) => s.id));
		if (details)
			desk.details.set(new Map(desk.details.get())
				.set(id, details));
	}
	desk.remember(rows.flatMap(({ id, sessions = [], active_session: s }) => [
		...desk.changes.since(id, asked)
			? sessions.filter((one) => one.status === 'resolved')
			: sessions,
		...s === null ? [] : [s]]));
	desk.all.set(put(desk.all.get(), rows));
	/* what came while nobody was here has arrived now */
	for (const { id, last_message: last, receipts } of answer)
		if (last?.sender_type === 'end_user' && receipts &&
		    last.seq > receipts.agent.delivered_seq)
			desk.deliveries.heard(id, last.seq);
}

function setList(desk: Desk, filter: Filter,
	change: Partial<ReturnType<typeof listOf>>): void
{
	desk.lists.update((lists) =>
		({ ...lists, [filter]: { ...lists[filter], ...change } }));
}

function listOf(desk: Desk, filter: Filter)
{
	return desk.lists.get()[filter];
}

async function refreshOne(desk: Desk, filter: Filter): Promise<void>
{
	const known = desk.all.get();
	const asked = desk.changes.now;

	try {
		const top = await page(filter, null);
		const keep = desk.route.get().open;
		const after = refreshed(desk.all.get(), known,
			listOf(desk, filter),
			{ ...top, rows: current(desk, top.rows, asked) },
			filter, desk.myId, keep);

		desk.all.set(after.all);
		store(desk, top.rows, asked);
		setList(desk, filter, after.list);
	} catch {
		desk.stale = true;
		if (listOf(desk, filter).horizon === '')
			setList(desk, filter, { status: 'failed' });
	}
}

let running: Promise<void> | null = null;
let again = false;

/* Reads the top of every list. Calls during a read cause one more after it. */
export function refresh(desk: Desk): Promise<void>
{
	if (running !== null) {
		again = true;
		return running;
	}
	running = Promise.all(FILTERS.map((f) => refreshOne(desk, f)))
		.then(() => {
			running = null;
			if (again) {
				again = false;
				void refresh(desk);
			}
		});
	if (desk.found.get() !== null)
		void search(desk);
	return running;
}

/* A person asked for it after a failure. */
export function reload(desk: Desk): void
{
	for (const filter of FILTERS)
		if (listOf(desk, filter).status === 'failed')
			setList(desk, filter, { status: 'loading' });
	void refresh(desk);
	if (desk.route.get().q !== '')
		void search(desk);
}

/* The next page of what is shown: the search, or the filter. */
export async function more(desk: Desk): Promise<void>
{
	const found = desk.found.get();

	if (found !== null)
		return moreFound(desk);
	const { filter } = desk.route.get();
	const { cursor, status } = listOf(desk, filter);

	if (cursor === null || status === 'loading')
		return;
	const asked = desk.changes.now;

	setList(desk, filter, { status: 'loading' });
	try {
		const next = await page(filter, cursor);

		store(desk, next.rows, asked);
		setList(desk, filter, addPage(listOf(desk, filter), next));
	} catch {
		setList(desk, filter, { status: 'ready' });
	}
}

async function moreFound(desk: Desk): Promise<void>
{
	const found = desk.found.get()!;

	if (found.cursor === null || found.status === 'loading')
		return;
	const asked = desk.changes.now;

	desk.found.set({ ...found, status: 'loading' });
	try {
		const next = await page(found.filter, found.cursor, found.q);

		store(desk, next.rows, asked);
		if (desk.found.get()?.q === found.q)
			desk.found.set({ ...found, status: 'ready',
				cursor: next.cursor, ids: [...new Set([...found.ids,
					...next.rows.map((c) => c.id)])] });
	} catch {
		desk.found.set({ ...found, status: 'ready' });
	}
}

let searching: AbortController | null = null;

/* Asks the server for what the route searches; the answer that arrives last
 * for an older question is thrown away. */
export async function search(desk: Desk): Promise<void>
{
	const { q, filter } = desk.route.get();
	const words = q.trim();

	searching?.abort();
	searching = null;
	if (words === '') {
		desk.found.set(null);
		return;
	}
	const now = new AbortController();
	const before = desk.found.get();
	const asked = desk.changes.now;

	searching = now;
	desk.found.set({ q: words, filter, cursor: null, status: 'loading',
		ids: before?.filter === filter ? before.ids : [] });
	try {
		const top = await page(filter, null, words, now.signal);

		store(desk, top.rows, asked);
		desk.found.set({ q: words, filter, status: 'ready',
			cursor: top.cursor, ids: top.rows.map((c) => c.id) });
	} catch {
		if (!now.signal.aborted)
			desk.found.set({ q: words, filter, ids: [],
				cursor: null, status: 'failed' });
	}
}

let searchTimer: ReturnType<typeof setTimeout> | undefined;

export function searchSoon(desk: Desk, after = SEARCH_MS): void
{
	clearTimeout(searchTimer);
	searchTimer = setTimeout(() => void search(desk), after);
}

const wanted = new Set<string>();
let fetching = false;

/* Fetches one row anew; calls for the same row meanwhile are one call. */
export async function fetchRow(desk: Desk, id: string): Promise<void>
{
	wanted.add(id);
	if (fetching)
		return;
	fetching = true;
	while (wanted.size > 0) {
		if (wanted.size > SINGLES) {
			wanted.clear();
			await refresh(desk);
			continue;
		}
		const [next] = wanted;

		wanted.delete(next!);
		/* the next event or reconnect asks again */
		await fetchNow(desk, next!).catch(() => {
			desk.stale = true;
		});
	}
	fetching = false;
}

/* True when the row is known afterwards. */
export async function fetchNow(desk: Desk, id: string): Promise<boolean>
{
	const asked = desk.changes.now;

	try {
		store(desk, [await get<Conversation>(
			`/api/conversations/${id}`)], asked);
		return true;
	} catch (error) {
		if (statusOf(error) !== 404)
			throw error;
		const all = new Map(desk.all.get());

		all.delete(id);
		desk.all.set(all);
		return false;
	}
}
