/* inbox.ts: the rules of the inbox's lists, without page or network */
/* SPDX-License-Identifier: MIT */
import { NO_RECEIPT, raise } from '../shared/receipts';
import type { Conversation, Receipt, UpdatedEvent } from '../shared/types';

export const FILTERS = ['unassigned', 'mine', 'all'] as const;
export type Filter = (typeof FILTERS)[number];

export function isFilter(word: string): word is Filter
{
	return (FILTERS as readonly string[]).includes(word);
}

/* How far one list has been read from the server. */
export interface ListState {
	status: 'loading' | 'ready' | 'failed';
	/* where the next page begins; null when everything has been read */
	cursor: string | null;
	/* updated_at of the last row read; below it rows may be missing, so
	 * they are not shown while a cursor is left */
	horizon: string;
}

export type Conversations = ReadonlyMap<string, Conversation>;

/* Whether the bot or an agent still has work in this conversation. */
export function isOpen(c: Conversation): boolean
{
	return c.active_session !== null && c.active_session.status !== 'resolved';
}

/* The agent who has the conversation, or null. */
export function holder(c: Conversation): string | null
{
	return isOpen(c) ? c.active_session!.assigned_agent_id : null;
}

/* The server's own rule for each filter, repeated here so that a change
 * moves a row before the next list is fetched. */
export function matches(c: Conversation, filter: Filter, me: string): boolean
{
	if (filter === 'all')
		return true;
	if (filter === 'mine')
		return holder(c) === me;
	return isOpen(c) && holder(c) === null &&
		c.active_session!.first_message_at !== null;
}

/* Newest first; the id decides between equal times, so rows stay put. */
export function byNewest(a: Conversation, b: Conversation): number
{
	if (a.updated_at !== b.updated_at)
		return a.updated_at < b.updated_at ? 1 : -1;
	return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

/* The rows of a filter, in order, down to where the list has been read. */
export function rowsOf(
	all: Conversations, list: ListState, filter: Filter, me: string,
): Conversation[]
{
	const rows: Conversation[] = [];
	for (const c of all.values())
		if (matches(c, filter, me) &&
			(list.cursor === null || c.updated_at >= list.horizon))
			rows.push(c);
	return rows.sort(byNewest);
}

/* '12', or '99+' when there are more than are worth counting. */
export function countOf(
	all: Conversations, list: ListState, filter: Filter, me: string,
): string
{
	if (list.status === 'loading' && list.horizon === '')
		return '';
	let n = 0;
	for (const c of all.values())
		if (matches(c, filter, me))
			n++;
	return n > 99 || list.cursor !== null ? '99+' : String(n);
}

export function put(
	all: Conversations, rows: readonly Conversation[],
): Conversations
{
	const next = new Map(all);
	for (const c of rows) {
		const old = next.get(c.id);
		/* an answer that was under way when something newer arrived */
		next.set(c.id, reached(old && old.last_seq > c.last_seq
			? { ...c, last_seq: old.last_seq, updated_at: old.updated_at,
				last_message: old.last_message,
				unread_count: Math.max(c.unread_count,
					old.unread_count) } : c, old?.receipts));
	}
	return next;
}

/* Remembers when each row's session last changed by an event or by the agent's
 * own act, so that an answer asked for before that is known as outdated. */
export class Changes {
	readonly #at = new Map<string, number>();
	#serial = 0;

	note(id: string): void
	{
		this.#at.set(id, ++this.#serial);
	}

	/* The moment, for since(). */
	get now(): number
	{
		return this.#serial;
	}

	since(id: string, moment: number): boolean
	{
		return (this.#at.get(id) ?? 0) > moment;
	}
}

/* A row from an answer that is older than what is known of its session. */
export function keepSession(c: Conversation, old: Conversation): Conversation
{
	return { ...c, active_session: old.active_session, handoff: old.handoff };
}

export interface Page {
	rows: readonly Conversation[];
	cursor: string | null;
}

/* Adds the page that follows what has been read. */
export function addPage(list: ListState, page: Page): ListState
{
	const last = page.rows[page.rows.length - 1];
	return { status: 'ready', cursor: page.cursor,
		horizon: last ? last.updated_at : list.horizon };
}

/* A list read again from its top, after time away: rows of the filter that
 * the server no longer names, as far down as the page goes, are forgotten.
 * Deeper pages stay when the new page still touches them. `asked` is what was
 * known when the page was asked for: what changed since is newer than the page
 * and stays. `keep` is the open conversation, which is never taken from under
 * the reader. */
export function refreshed(
	all: Conversations, asked: Conversations, list: ListState, page: Page,
	filter: Filter, me: string, keep: string | null,
): { all: Conversations; list: ListState }
{
	const named = new Set(page.rows.map((c) => c.id));
	const last = page.rows[page.rows.length - 1];
	const bottom = page.cursor === null ? '' : last ? last.updated_at : '';
	const next = new Map(all);
	let touches = false;
	for (const c of all.values()) {
		if (!matches(c, filter, me))
			continue;
		touches ||= named.has(c.id);
		if (c.updated_at >= bottom && !named.has(c.id) &&
			c.id !== keep && asked.get(c.id) === c)
			next.delete(c.id);
	}
	const deeper = page.cursor !== null && touches && list.horizon !== '' &&
		list.horizon < bottom;
	return { all: put(next, page.rows),
		list: deeper ? { ...list, status: 'ready' } : addPage(list, page) };
}

/* A row after `conversation_updated`. Returns null when the row has to be
 * fetched: its session may have changed in a way the event does not tell. */
export function updated(
	c: Conversation, event: UpdatedEvent, seen: boolean,
): Conversation | null
{
	if (event.seq <= c.last_seq)
		return c;
	const visitor = event.sender_type === 'end_user';
	if (visitor && (!isOpen(c) || c.active_session!.first_message_at === null))
		return null;
	const { seq, sender_type, content_type, content, created_at } = event;
	return { ...c, last_seq: seq, updated_at: created_at,
		last_message: { seq, sender_type, content_type, content, created_at },
		unread_count: visitor && !seen ? c.unread_count + 1 : c.unread_count };
}

/* A row of which a side has got further; the same row where that is no news. */
export function reached(c: Conversation, to: {
	visitor?: Partial<Receipt>; agent?: Partial<Receipt>;
} = {}): Conversation
{
	const old = c.receipts;
	const visitor = raise(old?.visitor ?? NO_RECEIPT, to.visitor);
	const agent = raise(old?.agent ?? NO_RECEIPT, to.agent);

	return visitor === (old?.visitor ?? NO_RECEIPT) &&
		agent === (old?.agent ?? NO_RECEIPT) ? c
		: { ...c, receipts: { visitor, agent } };
}

/* A row whose open session has other tags now. */
export function tagged(c: Conversation, tags: readonly string[]): Conversation
{
	return { ...c, active_session: { ...c.active_session!, tags: [...tags] } };
}

/* A row that now belongs to `agent`. */
export function assigned(
	c: Conversation, agent: string | null, at: string | null,
): Conversation
{
	if (!isOpen(c))
		return c;
	return { ...c, active_session: { ...c.active_session!,
		assigned_agent_id: agent, assigned_at: at } };
}

/* A row whose session has ended. */
export function resolved(
	c: Conversation, tags: readonly string[], at: string,
	by: string | null = null,
): Conversation
{
	if (c.active_session === null)
		return c;
	return { ...c, handoff: false, active_session: { ...c.active_session,
		status: 'resolved', tags: [...tags], resolved_at: at,
		resolved_by: by } };
}
