/* desk.ts: everything the console knows and holds, as watchable values.
 * The modules lists, live, threads, work and navigate change it; the views
 * only read it and call those. */
/* SPDX-License-Identifier: MIT */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { Growing } from '../shared/growing';
import { Outbox } from '../shared/outbox';
import { Deliveries } from '../shared/receipts';
import type { Room } from '../shared/room';
import type { Connection } from '../shared/socket';
import { type SafeStorage, safeStorage } from '../shared/storage';
import { Store } from '../shared/store';
import { cleanName } from '../shared/text';
import type {
	Conversation, Me, SendAck, Session, User,
} from '../shared/types';
import { userId } from './channel';
import { Changes } from './inbox';
import type { Conversations, Filter, ListState } from './inbox';
import type { Route } from './route';
import { words } from './words';

export interface Found {
	q: string;
	filter: Filter;
	ids: readonly string[];
	cursor: string | null;
	status: 'loading' | 'ready' | 'failed';
}

export interface OpenThread {
	id: string;
	status: 'loading' | 'ready' | 'failed' | 'missing';
	room: Room | null;
	/* seq of the oldest message that is loaded; 1 is the first there is */
	oldest: number;
	older: 'idle' | 'loading' | 'failed';
	/* the "New" line stands after this seq; null for none */
	newAfter: number | null;
}

export interface Toast {
	id: number;
	text: string;
	bad: boolean;
}

export type Dialog = 'keys' | 'resolve' | null;

const UNREAD: ListState = { status: 'loading', cursor: null, horizon: '' };

export class Desk {
	readonly agents = new Store<ReadonlyMap<string, User>>(new Map());
	readonly online = new Store<ReadonlySet<string>>(new Set());
	readonly route: Store<Route>;
	readonly all = new Store<Conversations>(new Map());
	readonly lists = new Store<Record<Filter, ListState>>(
		{ unassigned: UNREAD, mine: UNREAD, all: UNREAD });
	readonly found = new Store<Found | null>(null);
	/* the row that the keyboard stands on, and how often it moved */
	readonly chosen = new Store<{ id: string | null; moves: number }>(
		{ id: null, moves: 0 });
	readonly open = new Store<OpenThread | null>(null);
	/* who is typing, by conversation */
	readonly typing = new Store<ReadonlyMap<string, string>>(new Map());
	/* what bots are writing in the open thread */
	readonly growing: Growing;
	/* what happened to sessions while answers were on their way */
	readonly changes = new Changes();
	readonly sessions = new Store<ReadonlyMap<string, Session>>(new Map());
	/* the ids of a conversation's sessions, as it was last asked for */
	readonly sessionsOf = new Map<string, readonly string[]>();
	/* what pages told of their visitors, by conversation */
	readonly details = new Store<ReadonlyMap<string,
		NonNullable<Conversation['contact_details']>>>(new Map());
	readonly toasts = new Store<readonly Toast[]>([]);
	readonly dialog = new Store<Dialog>(null);
	readonly drawer = new Store(false);
	/* whether the page has changes that leaving would lose, and the step that
	 * waits for an answer to that */
	unsaved: (() => boolean) | null = null;
	readonly leaving = new Store<(() => void) | null>(null);
	readonly storage: SafeStorage = safeStorage();
	readonly outbox: Outbox;
	readonly deliveries: Deliveries;
	/* something could not be read: the next connection reads all anew */
	stale = false;
	/* whether the end of the open thread is in view */
	atEnd = true;
	readonly #seen = new Map<string, number>();
	#toasts = 0;

	constructor(readonly me: Me, readonly connection: Connection, route: Route)
	{
		this.route = new Store(route);
		this.agents.set(new Map([[me.user.id, me.user]]));
		this.deliveries = new Deliveries(connection);
		this.growing = new Growing(connection,
			() => this.open.get()?.id ?? '');
		this.outbox = new Outbox({
			storage: this.storage,
			prefix: this.key('outbox', ''),
			send: (entry) => connection.emitWithAck<SendAck>(
				'send_message', {
					conversation_id: entry.conversation_id,
					content: entry.content,
					content_type: entry.content_type ?? 'text',
					rich_media: entry.rich_media ?? null,
					sender_type: 'agent',
					client_id: entry.client_id,
				}),
			onSent: (entry, ack) => this.sent(entry, ack),
		});
	}

	get isAdmin(): boolean
	{
		return this.me.user.role === 'admin';
	}

	get myId(): string
	{
		return this.me.user.id;
	}

	/* A storage key that no other agent on this computer shares. */
	key(kind: string, name: string): string
	{
		return `baraza.${kind}.${this.me.user.id}.${name}`;
	}

	conversation(id: string | null): Conversation | undefined
	{
		return id === null ? undefined : this.all.get().get(id);
	}

	/* Changes one row, if it is known. */
	change(id: string, how: (c: Conversation) => Conversation): void
	{
		const old = this.conversation(id);
		const now = old && how(old);

		if (now !== undefined && now !== old)
			this.all.set(new Map(this.all.get()).set(id, now));
	}

	/* What is known of sessions, for the thread's lines and the box. */
	remember(sessions: readonly Session[]): void
	{
		const all = new Map(this.sessions.get());

		for (const s of sessions)
			all.set(s.id, { ...all.get(s.id), ...s });
		if (sessions.length > 0)
			this.sessions.set(all);
	}

	/* Remembers a row's session before the row lets go of it. */
	rememberActive(id: string): void
	{
		const session = this.conversation(id)?.active_session;

		if (session)
			this.remember([session]);
	}

	/* Everything up to `seq` has been in view. */
	saw(id: string, seq: number): void
	{
		this.#seen.set(id, Math.max(seq, this.#seen.get(id) ?? 0));
		this.change(id, (c) => this.asSeen(c));
	}

	/* A row may have been read before the server knew what was seen. */
	asSeen(c: Conversation): Conversation
	{
		return c.unread_count > 0 &&
			c.last_seq <= (this.#seen.get(c.id) ?? -1)
			? { ...c, unread_count: 0 } : c;
	}

	agentName(id: string | null | undefined): string
	{
		const agent = id ? this.agents.get().get(id) : undefined;

		return cleanName(agent?.display_name) || words.colleague;
	}

	toast(text: string, bad = false): void
	{
		const toast = { id: ++this.#toasts, text, bad };

		this.toasts.update((list) => [...list.slice(-2), toast]);
		setTimeout(() => this.dropToast(toast.id), bad ? 9000 : 4000);
	}

	dropToast(id: number): void
	{
		this.toasts.update((list) => list.filter((t) => t.id !== id));
	}

	/* The acknowledged message takes its place before the room repeats
	 * it, so that it never leaves the screen in between. */
	private sent(
		entry: { client_id: string; conversation_id: string; content: string },
		ack: { id: string; seq: number; created_at: string },
	): void
	{
		const thread = this.open.get();

		if (thread?.id !== entry.conversation_id)
			return;
		thread.room?.receive({ ...ack, sender_type: 'agent',
			conversation_id: entry.conversation_id,
			session_id: this.conversation(thread.id)
				?.active_session?.id ?? null,
			sender_id: this.myId, content_type: 'text',
			content: entry.content, client_id: entry.client_id });
	}
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk
{
	return useContext(DeskContext)!;
}

export function visitorName(c: Conversation): string
{
	const name = cleanName(c.end_user.display_name);
	const id = c.channel === 'api' ? userId(c) : c.id;

	return name || (id !== c.id ? cleanName(id) : '') || words.visitor;
}
