/* rows.ts: a thread and its unsent messages as the rows of a list: day
 * separators, the "New" line, and messages grouped by author */

import type { OutboxEntry } from './outbox';
import { sameDay } from './time';
import type { Message, SenderType } from './types';

export interface MessageRow {
	kind: 'message';
	/* Stays the same when an unsent message becomes a sent one. */
	key: string;
	message: Message;
	/* Set while it is not acknowledged. */
	pending: OutboxEntry | null;
	/* It is being written, and is not in the log yet. */
	growing: boolean;
	first: boolean;
	last: boolean;
}

export type Row =
	| { kind: 'day'; key: string; at: string }
	| { kind: 'new'; key: string }
	| MessageRow;

export interface RowOptions {
	/* The sender type of the person looking. */
	self: SenderType;
	/* The "New" line comes before the first message of others after it. */
	newAfter?: number | null;
	groupMs?: number;
	/* What is being written: behind all others. */
	growing?: readonly Message[];
}

const GROUP_MS = 5 * 60000;

/* An unsent message in the shape of a sent one; its seq is 0. */
function asMessage(entry: OutboxEntry, self: SenderType): Message
{
	return {
		id: entry.client_id,
		conversation_id: entry.conversation_id,
		sender_type: self,
		content_type: entry.content_type ?? 'text',
		content: entry.content,
		rich_media: entry.rich_media ?? null,
		created_at: entry.created_at,
		seq: 0,
		client_id: entry.client_id,
	};
}

function sameGroup(a: MessageRow, b: MessageRow, groupMs: number): boolean
{
	const [from, to] = [a.message.sender_id, b.message.sender_id];

	/* An acknowledged message may not know its sender_id yet. */
	return a.message.sender_type === b.message.sender_type &&
		(!from || !to || from === to) &&
		Math.abs(Date.parse(b.message.created_at) -
			Date.parse(a.message.created_at)) <= groupMs;
}

function row(message: Message, pending: OutboxEntry | null,
	growing = false): MessageRow
{
	return { kind: 'message', key: message.client_id || message.id,
		message, pending, growing, first: true, last: true };
}

/* The rows of the log, and those that are being written. */
export function partRows<R extends { kind: string }>(rows: readonly R[]):
	{ log: R[]; growing: (R & MessageRow)[] }
{
	const isGrowing = (item: R) => (item as Partial<MessageRow>).growing;

	return { log: rows.filter((item) => !isGrowing(item)),
		growing: rows.filter(isGrowing) as (R & MessageRow)[] };
}

/* pending: the unsent entries of this conversation, in order. */
export function buildRows(messages: readonly Message[],
	pending: readonly OutboxEntry[], options: RowOptions): Row[]
{
	const sent = new Set(messages.map((m) => m.client_id));
	const all = [
		...messages.map((m) => row(m, null)),
		...pending.filter((e) => !sent.has(e.client_id))
			.map((e) => row(asMessage(e, options.self), e)),
		...(options.growing ?? []).map((m) => row(m, null, true)),
	];
	const groupMs = options.groupMs ?? GROUP_MS;
	const rows: Row[] = [];
	let before: MessageRow | undefined;
	let marked = options.newAfter == null;

	for (const item of all) {
		const { message } = item;
		let apart = before === undefined;

		if (before === undefined ||
		    !sameDay(before.message.created_at, message.created_at)) {
			rows.push({ kind: 'day', at: message.created_at,
				key: `day-${item.key}` });
			apart = true;
		}
		if (!marked && message.sender_type !== options.self &&
		    message.seq > options.newAfter!) {
			rows.push({ kind: 'new', key: 'new' });
			marked = apart = true;
		}
		if (before !== undefined && !apart &&
		    sameGroup(before, item, groupMs)) {
			before.last = false;
			item.first = false;
		}
		rows.push(item);
		before = item;
	}
	return rows;
}
