/* threads.ts: the open conversation: load, join, page back, mark as read */
/* SPDX-License-Identifier: MIT */
import { Room } from '../shared/room';
import type { Ack, Message, Receipts } from '../shared/types';
import type { Desk, OpenThread } from './desk';
import { get, statusOf } from './http';
import { reached } from './inbox';
import { fetchNow } from './lists';

const PAGE = 50;
/* The ids that one mark_read may hold. */
const BATCH = 100;
/* Refusals of a conversation that is not (any more) this agent's to see. */
const GONE = new Set(['not_found', 'forbidden']);

/* Messages after..after+limit. The cursor, not an offset, names the place:
 * what arrives meanwhile cannot shift it. */
function history(id: string, after: number, limit = PAGE): Promise<Message[]>
{
	return get<Message[]>(`/api/conversations/${id}/history` +
		`?after_seq=${after}&limit=${limit}`);
}

function patch(desk: Desk, id: string, change: Partial<OpenThread>): void
{
	const now = desk.open.get();

	if (now?.id === id)
		desk.open.set({ ...now, ...change });
}

/* What the room says of itself; a join that succeeds after a refusal brings
 * the thread back. */
function setStatus(desk: Desk, id: string, status: OpenThread['status']): void
{
	if (desk.open.get()?.status !== status)
		patch(desk, id, { status });
}

/* Makes `id` the open conversation, or none. */
export async function openThread(desk: Desk, id: string | null): Promise<void>
{
	closeThread(desk);
	if (id === null)
		return;
	desk.atEnd = true;
	desk.open.set({ id, status: 'loading', room: null, oldest: 1,
		older: 'idle', newAfter: null });
	try {
		if (!await fetchNow(desk, id))
			return patch(desk, id, { status: 'missing' });
		await load(desk, id);
	} catch (error) {
		patch(desk, id, { status: statusOf(error) === 404
			? 'missing' : 'failed' });
	}
}

async function load(desk: Desk, id: string): Promise<void>
{
	const row = desk.conversation(id)!;
	const after = Math.max(0, row.last_seq - PAGE);
	const messages = await history(id, after);

	if (desk.open.get()?.id !== id || desk.open.get()?.room)
		return;
	const room = new Room({ connection: desk.connection,
		outbox: desk.outbox, conversationId: id,
		onMessage: (m) => arrived(desk, m),
		onJoined: (ack) => {
			setStatus(desk, id, 'ready');
			desk.change(id, (c) => reached(c,
				ack.receipts as Receipts | undefined));
		},
		onRefused: (error) => setStatus(desk, id, GONE.has(error)
			? 'missing' : 'failed') });

	room.thread.messages.subscribe(() =>
		desk.growing.settle(room.thread.messages.get()));
	room.thread.load(messages, messages.at(-1)?.seq ?? after);
	patch(desk, id, { room, status: 'ready', oldest: after + 1,
		newAfter: firstUnread(messages, row.unread_count) });
	room.open();
}

/* The seq after which the last `count` messages of the visitor stand. */
function firstUnread(messages: readonly Message[], count: number): number | null
{
	const theirs = messages.filter((m) => m.sender_type === 'end_user');
	const first = count > 0 ? theirs.at(-count) ?? theirs[0] : undefined;

	return first === undefined ? null : first.seq - 1;
}

function arrived(desk: Desk, message: Message): void
{
	setTyping(desk, message.conversation_id, null);
	if (message.sender_id === desk.myId)
		patch(desk, message.conversation_id, { newAfter: null });
	const session = message.session_id;

	if (session && desk.conversation(message.conversation_id)
		?.active_session?.id !== session)
		void fetchNow(desk, message.conversation_id)
			.catch(() => false);
}

function closeThread(desk: Desk): void
{
	const thread = desk.open.get();

	if (thread === null)
		return;
	thread.room?.close();
	/* What was written there still goes out. */
	if (desk.connection.isUp)
		desk.outbox.start(thread.id);
	setTyping(desk, thread.id, null);
	desk.growing.clear();
	desk.open.set(null);
	desk.drawer.set(false);
}

/* Loads the page before the oldest message. */
export async function loadOlder(desk: Desk): Promise<void>
{
	const thread = desk.open.get();

	if (thread === null || thread.room === null || thread.oldest <= 1 ||
	    thread.older === 'loading')
		return;
	const { id, oldest, room } = thread;
	const after = Math.max(0, oldest - 1 - PAGE);

	patch(desk, id, { older: 'loading' });
	try {
		room.thread.prepend(
			await history(id, after, oldest - 1 - after));
		patch(desk, id, { older: 'idle', oldest: after + 1 });
	} catch {
		patch(desk, id, { older: 'failed' });
	}
}

/* Messages that are being told to the server or that it knows as read. */
const marked = new Set<string>();

/* Tells the server which of the visitor's messages have been seen. Called
 * whenever the end of the thread may be in view. */
export async function markSeen(desk: Desk): Promise<void>
{
	const thread = desk.open.get();

	if (thread?.room == null || !desk.atEnd ||
	    document.visibilityState !== 'visible' ||
	    !desk.connection.isUp)
		return;
	const messages = thread.room.thread.messages.get();
	const ids = messages.filter((m) =>
		m.sender_type === 'end_user' && !marked.has(m.id) &&
		!m.read_by?.[desk.myId]).map((m) => m.id);

	desk.saw(thread.id, messages.at(-1)?.seq ?? 0);
	for (const id of ids)
		marked.add(id);
	while (ids.length > 0 && await mark(desk, thread.id, ids.slice(0, BATCH)))
		ids.splice(0, BATCH);
	/* said again after the next message or reconnect */
	for (const id of ids)
		marked.delete(id);
}

async function mark(desk: Desk, id: string, ids: string[]): Promise<boolean>
{
	try {
		const ack = await desk.connection.emitWithAck<Ack<object>>(
			'mark_read', { conversation_id: id, message_ids: ids });

		return ack.ok;
	} catch {
		return false;
	}
}

const timers = new Map<string, ReturnType<typeof setTimeout>>();
/* The server clears after 5 s; this is for when its word is lost. */
const TYPING_MS = 7000;

export function setTyping(desk: Desk, id: string, name: string | null): void
{
	clearTimeout(timers.get(id));
	timers.delete(id);
	if (name === null && !desk.typing.get().has(id))
		return;
	const typing = new Map(desk.typing.get());

	if (name === null)
		typing.delete(id);
	else
		typing.set(id, name);
	desk.typing.set(typing);
	if (name !== null)
		timers.set(id, setTimeout(() =>
			setTyping(desk, id, null), TYPING_MS));
}
