/* live.ts: what the server tells, as it happens */
/* SPDX-License-Identifier: MIT */
import type {
	AgentStatusEvent, AssignedEvent, BotFailedEvent, Conversation, DeliveredEvent, HandoffEvent,
	PresenceAck, ReadEvent, Receipt, ResolvedEvent, TaggedEvent, TypingEvent,
	UpdatedEvent,
} from '../shared/types';
import { type Desk, visitorName } from './desk';
import { Feed, type Joined } from './feed';
import { toLogin } from './http';
import {
	assigned, isOpen, reached, resolved, tagged, updated,
} from './inbox';
import { fetchRow, refresh, searchSoon } from './lists';
import { markSeen, setTyping } from './threads';

const SEARCH_AGAIN_MS = 1000;

/* What the queue tells, live or after time away. */
const HANDLERS: Record<string, (desk: Desk, event: any) => void> = {
	conversation_updated: onUpdated,
	conversation_assigned: onAssigned,
	conversation_handoff: onHandoff,
	conversation_bot_failed: onBotFailed,
	conversation_resolved: onResolved,
	conversation_tagged: onTagged,
	messages_read: onRead,
	messages_delivered: onDelivered,
};

/* Starts listening; the desk lives as long as the page. */
export function goLive(desk: Desk): void
{
	const { connection } = desk;
	const feed = new Feed(connection, ({ event, payload }) =>
		HANDLERS[event]?.(desk, payload));

	for (const [event, handle] of Object.entries(HANDLERS))
		connection.on(event, (payload) => handle(desk, payload));
	connection.on<TypingEvent>('typing_indicator', (e) =>
		onTyping(desk, e));
	connection.on<{ conversation_id: string }>('typing_cleared', (e) =>
		setTyping(desk, e.conversation_id, null));
	connection.on<AgentStatusEvent>('agent_status_changed', (e) =>
		desk.online.update((online) => withAgent(online, e)));
	connection.onDown(() => {
		desk.outbox.stop();
		/* Nobody tells who leaves meanwhile. */
		desk.online.set(new Set());
	});
	connection.onUp((polled) => onUp(desk, feed, polled));
	document.addEventListener('visibilitychange', () => onLook(desk));
	window.addEventListener('focus', () => onLook(desk));
	connection.open();
}

/* Joins before it reads, so that nothing falls between the two. */
async function onUp(desk: Desk, feed: Feed, polled: boolean): Promise<void>
{
	let joined: Joined;

	try {
		joined = await feed.join();
		if (typeof joined === 'object' && joined.error === 'unauthorized')
			return toLogin();
		if (!polled)
			await joinPresence(desk);
	} catch {
		/* The connection went again, and the next one starts over; or the
		 * server does not know us any more, which REST will tell. */
		if (!polled)
			void refresh(desk);
		return;
	}
	if (!polled)
		startOutbox(desk);
	if (desk.stale || joined === 'anew' || (joined !== 'caught' && !polled))
		await readAnew(desk);
	void markSeen(desk);
}

async function joinPresence(desk: Desk): Promise<void>
{
	const ack = await desk.connection.emitWithAck<PresenceAck>(
		'join_org_presence', {});

	if (ack.ok)
		desk.online.set(new Set(ack.online));
}

/* The open conversation's room starts its own. */
function startOutbox(desk: Desk): void
{
	const open = desk.open.get()?.id;

	for (const { conversation_id: id } of desk.outbox.entries.get())
		if (id !== open)
			desk.outbox.start(id);
}

async function readAnew(desk: Desk): Promise<void>
{
	const open = desk.open.get()?.id;

	desk.stale = false;
	await refresh(desk);
	if (open !== undefined)
		void fetchRow(desk, open);
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

/* One side has got further in a conversation. */
function reach(desk: Desk, id: string, type: string, to: Partial<Receipt>): void
{
	desk.change(id, (c) => reached(c,
		{ [type === 'agent' ? 'agent' : 'visitor']: to }));
}

function onDelivered(desk: Desk, event: DeliveredEvent): void
{
	reach(desk, event.conversation_id, event.receiver_type,
		{ delivered_seq: event.seq });
}

/* Perhaps by the same agent in another window. */
function onRead(desk: Desk, event: ReadEvent): void
{
	const c = desk.conversation(event.conversation_id);

	reach(desk, event.conversation_id, event.reader_type,
		{ read_seq: event.seq ?? 0 });
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
	if (event.sender_type === 'end_user')
		desk.deliveries.heard(id, event.seq);
}

/* The visitor waits for a person. */
function onHandoff(desk: Desk, event: HandoffEvent): void
{
	apply(desk, event.conversation_id, (c) =>
		isOpen(c) ? { ...c, handoff: true, active_session: {
			...c.active_session!,
			handoff_at: new Date().toISOString() } } : null);
}

function onBotFailed(desk: Desk, { conversation_id, bot }: BotFailedEvent): void
{
	apply(desk, conversation_id, (c) => isOpen(c) ? { ...c, bot } : null);
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

function onTagged(desk: Desk, event: TaggedEvent): void
{
	const id = event.conversation_id;

	apply(desk, id, (c) => c.active_session?.id === event.session_id
		? tagged(c, event.tags) : null);
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
