/* chat.ts: the visitor's conversation, without its looks: opening it, keeping
 * it joined, sending, and what the views watch */

import { ApiError, call } from '../shared/api';
import { valueOf } from '../shared/choice';
import { Growing } from '../shared/growing';
import { LateSocket } from '../shared/late-socket';
import { Outbox } from '../shared/outbox';
import type { OutboxEntry } from '../shared/outbox';
import { Room } from '../shared/room';
import { Connection } from '../shared/socket';
import type { SafeStorage } from '../shared/storage';
import { Store } from '../shared/store';
import type { AssignedEvent, Choice, Draft, JoinAck, Message, OpenResponse,
	Receipt, ResolvedEvent, SendAck } from '../shared/types';
import { Authors } from './authors';
import { Options } from './options';
import { ContactDetails } from './details';
import { messageOf, openBody, payloadOf } from './opening';
import type { Params } from './params';
import { Seen } from './seen';
import { fallback } from './twins';
import { Typing } from './typing';
import { Unread } from './unread';

export type Phase = 'opening' | 'ready' | 'refused';

/* Written before the conversation is known; adopted when it is. */
const NOT_YET = '';
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 15000;

export class Chat {
	readonly phase = new Store<Phase>('opening');
	readonly messages = new Store<readonly Message[]>([]);
	private readonly authors = new Authors();
	readonly agent = this.authors.agent;
	readonly names = this.authors.names;
	/* How many messages of others have come while this page is open. */
	readonly arrivals = new Store(0);
	readonly resolved = new Store(false);
	readonly outbox: Outbox;
	readonly typing: Typing;
	readonly growing: Growing;
	readonly unread: Unread;
	readonly seen: Seen;
	readonly details: ContactDetails;
	/* The visitor's id: the page's, until the server knows better. */
	readonly proof: { sender_type: 'end_user'; external_id: string };
	/* That id is another one from now on. */
	readonly renamed = new Store<string>('');
	/* client_id of a click → id of the message that was clicked. */
	readonly clicked = new Map<string, string>();
	private conversationId = NOT_YET;
	private room: Room | undefined;
	private refusal = '';
	private retryMs = FIRST_RETRY_MS;
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly params: Params, storage: SafeStorage,
		readonly connection = new Connection({ fallback,
			socket: new LateSocket(async () =>
				(await import('../shared/socket-io')).openSocket()) }),
		readonly settings = new Options())
	{
		const own = `${params.embedToken || params.widgetId}_` +
			params.sessionId;

		this.proof = { sender_type: 'end_user',
			external_id: params.sessionId };
		this.outbox = new Outbox({
			storage, prefix: `baraza_out_${own}_`,
			send: (entry) => this.transmit(entry),
			onSent: (entry, ack) => this.sent(entry, ack),
		});
		this.seen = new Seen(this.connection, this.proof,
			() => this.messages.get());
		this.details = new ContactDetails(params, () => ({
			conversation_id: this.conversationId,
			external_id: this.proof.external_id }));
		this.unread = new Unread(storage, `baraza_seen_${own}`,
			(seq) => this.seen.read(seq));
		this.typing = new Typing(this.connection,
			() => this.conversationId, this.proof);
		this.growing = new Growing(this.connection,
			() => this.conversationId);
		this.connection.onDown(() => {
			this.authors.known = false;
		});
		this.connection.on<AssignedEvent>('conversation_assigned',
			(event) => this.assigned(event));
		this.connection.on<ResolvedEvent>('conversation_resolved',
			(event) => this.closedByAgent(event));
	}

	/* refusal: the page itself came with a no of this name; nothing is asked.
	 */
	start(refusal: string): void
	{
		this.refusal = refusal;
		if (refusal !== '') {
			this.phase.set('refused');
			return;
		}
		this.connection.open();
		void this.open();
	}

	/* A page that may have no chat gets none by asking again. */
	get canRetry(): boolean
	{
		return this.refusal !== 'forbidden';
	}

	get conversation(): string
	{
		return this.conversationId;
	}

	/* What the visitor is known by: a secret of theirs. */
	get externalId(): string
	{
		return this.proof.external_id;
	}

	/* For good: another one takes its place. */
	close(): void
	{
		clearTimeout(this.timer);
		this.room?.close();
		this.connection.close();
	}

	/* The way forward from a refusal. */
	again(): void
	{
		if (this.refusal !== '') {
			location.reload();
			return;
		}
		this.phase.set('opening');
		this.retryMs = FIRST_RETRY_MS;
		void this.open();
	}

	send(draft: Draft): OutboxEntry
	{
		this.resolved.set(false);
		this.unread.clearLine();
		this.typing.rest();
		return this.outbox.add(this.conversationId, draft);
	}

	/* A button's label, as the visitor's own words. */
	choose(message: Message, choice: Choice): void
	{
		const entry = this.send({ content: choice.label,
			content_type: 'text', rich_media: { value: valueOf(choice) } });

		this.clicked.set(entry.client_id, message.id);
	}

	private async open(): Promise<void>
	{
		try {
			this.opened(await call<OpenResponse>('POST',
				'/chat-widget/open', { body: openBody(this.params) }));
		} catch (error) {
			this.openFailed(error);
		}
	}

	private opened(answer: OpenResponse): void
	{
		const first = this.room === undefined;

		if (answer.external_id !== this.proof.external_id) {
			this.proof.external_id = answer.external_id;
			this.renamed.set(answer.external_id);
		}
		this.authors.set(answer.agent);
		this.seen.reached(answer.receipts);
		this.settings.answered(answer.settings);
		this.authors.learn(answer.agents ?? []);
		if (!first)
			this.room?.close();
		this.conversationId = answer.conversation_id;
		this.outbox.adopt(NOT_YET, this.conversationId);
		this.room = this.makeRoom(answer);
		this.room.thread.load(answer.messages, answer.last_seq);
		this.seen.start(this.conversationId, this.unread.stored);
		this.seen.arrived(answer.last_seq);
		if (first)
			this.unread.start(answer.messages, answer.last_seq);
		this.phase.set('ready');
		this.room.open();
	}

	private makeRoom(answer: OpenResponse): Room
	{
		const room = new Room({
			connection: this.connection, outbox: this.outbox,
			conversationId: answer.conversation_id,
			externalId: answer.external_id,
			onMessage: (message) => {
				this.authors.wrote(message);
				this.resolved.set(false);
				this.unread.arrived(message);
				if (message.sender_type !== 'end_user')
					this.arrivals.update((n) => n + 1);
				this.seen.arrived(room.thread.cursor);
			},
			onAuthors: (authors) => this.authors.learn(authors),
			onJoined: (ack) => this.joined(room, ack),
			onRefused: () => this.reopenLater(),
		});

		room.thread.messages.subscribe(() => {
			this.growing.settle(room.thread.messages.get());
			this.messages.set(room.thread.messages.get());
		});
		return room;
	}

	private joined(room: Room, ack: JoinAck & { ok: true }): void
	{
		const last = this.messages.get().at(-1)?.seq ?? 0;

		this.retryMs = FIRST_RETRY_MS;
		this.authors.set(ack.agent ?? null);
		this.authors.known = true;
		this.seen.reached(ack.receipts as Receipt | undefined);
		this.seen.arrived(room.thread.cursor);
		/* not what an answer says that was overtaken by a message */
		if (ack.resolved !== undefined && ack.last_seq >= last)
			this.resolved.set(ack.resolved &&
				this.outbox.entries.get().length === 0);
	}

	/* No answer and failures of the server pass; a refusal does not. */
	private openFailed(error: unknown): void
	{
		const status = error instanceof ApiError ? error.status : 0;

		if (status >= 400 && status < 500 && status !== 429) {
			this.phase.set('refused');
			return;
		}
		this.reopenLater();
	}

	private reopenLater(): void
	{
		clearTimeout(this.timer);
		this.timer = setTimeout(() => void this.open(), this.retryMs);
		this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
	}

	private transmit(entry: OutboxEntry): Promise<SendAck>
	{
		return this.connection.emitWithAck<SendAck>('send_message',
			payloadOf(entry, this.conversationId, this.proof));
	}

	private sent(entry: OutboxEntry, ack: SendAck & { ok: true }): void
	{
		this.room?.receive(messageOf(entry, ack));
		this.details.sent();
	}

	private assigned(event: AssignedEvent): void
	{
		if (event.conversation_id !== this.conversationId)
			return;
		/* the bot's answer is thrown away */
		this.growing.clear();
		this.authors.assigned(event);
	}

	private closedByAgent(event: ResolvedEvent): void
	{
		if (event.conversation_id !== this.conversationId)
			return;
		this.authors.set(null);
		this.resolved.set(true);
	}
}
