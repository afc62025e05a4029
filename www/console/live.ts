/* live.ts: what the server tells, as it happens */
/* SPDX-License-Identifier: MIT */
import type {
	Ack, AgentStatusEvent, AssignedEvent, Conversation, PresenceAck,
	HandoffEvent, ReadEvent, ResolvedEvent, TypingEvent, UpdatedEvent,
} from '../shared/types';
import { type Desk, visitorName } from './desk';
import { toLogin } from './http';
import {
	assigned, isOpen, resolved, updated,
} from './inbox';
import { fetchRow, refresh, searchSoon } from './lists';
import { markSeen, pollThread, setTyping } from './threads';

const POLL_MS = 10000;
const SEARCH_AGAIN_MS = 1000;

/* Starts listening; the desk lives as long as the page. */
export function goLive(desk: Desk): void
{
	const { connection } = desk;

	connection.on<UpdatedEvent>('conversation_updated', (e) =>
		onUpdated(desk, e));
	connection.on<AssignedEvent>('conversation_assigned', (e) =>
		onAssigned(desk, e));
	connection.on<HandoffEvent>('conversation_handoff', (e) =>
		onHandoff(desk, e));
	connection.on<ResolvedEvent>('conversation_resolved', (e) =>
		onResolved(desk, e));
	connection.on<ReadEvent>('messages_read', (e) => onRead(desk, e));
	connection.on<TypingEvent>('typing_indicator', (e) =>
		onTyping(desk, e));
	connection.on<{ conversation_id: string }>('typing_cleared', (e) =>
		setTyping(desk, e.conversation_id, null));
	connection.on<AgentStatusEvent>('agent_status_changed', (e) =>
		desk.online.update((online) => withAgent(online, e)));
	connection.on('disconnect', () => desk.outbox.stop());
	connection.onUp(() => void onUp(desk));
	document.addEventListener('visibilitychange', () => onLook(desk));
	window.addEventListener('focus', () => onLook(desk));
	setInterval(() => poll(desk), POLL_MS);
	connection.open();
}

/* Joins before it reads, so that nothing falls between the two. */
async function onUp(desk: Desk): Promise<void>
{
	const { connection } = desk;

	try {
		const queue = await connection.emitWithAck<Ack<object>>(
			'join_queue', {});
		if (!queue.ok && queue.error === 'unauthorized')
			return toLogin();
		const ack = await connection.emitWithAck<PresenceAck>(
			'join_org_presence', {});
		if (ack.ok)
			desk.online.set(new Set(ack.online));
	} catch {
		/* The connection went again, and the next one starts over; or the
		 * server does not know us any more, which REST will tell. */
		void refresh(desk);
		return;
	}
	const open = desk.open.get()?.id;

	for (const { conversation_id: id } of desk.outbox.entries.get())
		if (id !== open)
			desk.outbox.start(id);
	await refresh(desk);
	if (open !== undefined)
		void fetchRow(desk, open);
	void markSeen(desk);
}

/* While there is no connection, slower but never wrong. */
function poll(desk: Desk): void
{
	if (desk.connection.state.get() !== 'connecting' ||
	    document.visibilityState === 'hidden')
		return;
	void refresh(desk);
	void pollThread(desk).catch(() => undefined);
}

/* The agent looks at this window (again). What is unread here may have been
 * read in another one meanwhile. */
function onLook(desk: Desk): void
{
	void markSeen(desk);
	if (document.visibilityState === 'visible' &&
	    [...desk.all.get().values()].some((c) => c.unread_count > 0))
		void refresh(desk);
}

/* Read by the same agent in another window. */
function onRead(desk: Desk, event: ReadEvent): void
{
	const c = desk.conversation(event.conversation_id);

	if (event.reader_id === desk.myId && c !== undefined &&
	    c.unread_count > 0)
		void fetchRow(desk, c.id);
}

function withAgent(
	online: ReadonlySet<string>, event: AgentStatusEvent,
): ReadonlySet<string>
{
	const next = new Set(online);

	if (event.status === 'online')
		next.add(event.agent_id);
	else
		next.delete(event.agent_id);
	return next;
}

/* Applies an event to its row; asks the server where that is not enough. */
function apply(desk: Desk, id: string,
	how: (c: Conversation) => Conversation | null): void
{
	const old = desk.conversation(id);
	const now = old ? how(old) : null;

	if (now === null || now.active_session !== old!.active_session ||
	    now.handoff !== old!.handoff)
		desk.changes.note(id);
	if (now === null)
		void fetchRow(desk, id);
	else
		desk.change(id, () => now);
	if (desk.found.get() !== null)
		searchSoon(desk, SEARCH_AGAIN_MS);
}

function onUpdated(desk: Desk, event: UpdatedEvent): void
{
	const id = event.conversation_id;
	const seen = desk.open.get()?.id === id && desk.atEnd &&
		document.visibilityState === 'visible';

	apply(desk, id, (c) => updated(c, event, seen));
}

/* The visitor waits for a person. */
function onHandoff(desk: Desk, event: HandoffEvent): void
{
	apply(desk, event.conversation_id, (c) =>
		isOpen(c) ? { ...c, handoff: true, active_session: {
			...c.active_session!,
			handoff_at: new Date().toISOString() } } : null);
}

/* A session of which no row is known cannot be told open from ended. */
function onAssigned(desk: Desk, event: AssignedEvent): void
{
	const id = event.conversation_id;

	apply(desk, id, (c) => isOpen(c) ? assigned(c, event.assigned_to,
		event.assigned_at ?? new Date().toISOString()) : null);
	desk.rememberActive(id);
	if (!desk.agents.get().has(event.assigned_to) && event.agent)
		desk.agents.update((agents) => new Map(agents)
			.set(event.assigned_to, { id: event.assigned_to, email: '',
				role: '', display_name: event.agent!.display_name }));
}

function onResolved(desk: Desk, event: ResolvedEvent): void
{
	const id = event.conversation_id;

	apply(desk, id, (c) => {
		if (c.active_session?.id !== event.session_id)
			return null;
		return c.active_session.status === 'resolved' ? c
			: resolved(c, event.tags, new Date().toISOString());
	});
	desk.rememberActive(id);
}

function onTyping(desk: Desk, event: TypingEvent): void
{
	const c = desk.conversation(event.conversation_id);

	if (c !== undefined && event.sender_type !== 'bot')
		setTyping(desk, c.id, event.sender_name ||
			(event.sender_type === 'end_user' ? visitorName(c)
				: desk.agentName(null)));
}
