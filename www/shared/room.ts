/* room.ts: keeps one conversation joined and complete.
 *
 * After every connection, and whenever the thread finds a hole, it joins with
 * since_seq = cursor until nothing more is missing; only then may the outbox
 * send. Messages of other conversations are not its business. */

import type { Connection } from './socket';
import type { Outbox } from './outbox';
import { PASSING, pauseMs } from './retry';
import { Thread } from './thread';
import type { Author, JoinAck, Message } from './types';

export interface RoomOptions {
	connection: Connection;
	outbox: Outbox;
	conversationId: string;
	/* The end user's proof; agents have their cookie. */
	externalId?: string;
	/* Called for each message not seen before, live or missed. */
	onMessage?(message: Message): void;
	/* Called with who wrote what was missed, before it comes. */
	onAuthors?(authors: readonly Author[]): void;
	/* Called after each complete join. */
	onJoined?(ack: JoinAck & { ok: true }): void;
	/* The server refused the join for good (forbidden, gone); what passes
	 * by itself is asked for again and not told. */
	onRefused?(error: string): void;
	retryMs?: number;
}

export class Room {
	readonly thread: Thread;
	private readonly options: RoomOptions;
	private readonly stops: (() => void)[] = [];
	private timer: ReturnType<typeof setTimeout> | undefined;
	/* Joins without success since the last one or the last connection. */
	private failures = 0;
	private joining = false;
	private again = false;
	/* For good; only another connection asks again. */
	private refused = false;
	private closed = false;

	constructor(options: RoomOptions)
	{
		this.options = options;
		this.thread = new Thread(() => void this.join());
	}

	open(): void
	{
		const { connection, outbox, conversationId } = this.options;

		this.stops.push(
			connection.on<Message>('message_received', (message) =>
				this.receive(message)),
			connection.onDown(() => outbox.stop(conversationId)),
			connection.onUp((polled) => this.up(polled)));
	}

	private async up(polled: boolean): Promise<void>
	{
		if (polled && (this.refused || this.joining))
			return;
		this.failures = 0;
		await this.join();
	}

	/* Leaves the room; the thread keeps what it has. */
	close(): void
	{
		const { connection, outbox, conversationId } = this.options;

		this.closed = true;
		clearTimeout(this.timer);
		for (const stop of this.stops.splice(0))
			stop();
		outbox.stop(conversationId);
		connection.emit('leave_conversation',
			{ conversation_id: conversationId });
	}

	/* A message known by other means (an ack); shown once. */
	receive(message: Message): void
	{
		if (message.conversation_id !== this.options.conversationId)
			return;
		if (message.client_id)
			this.options.outbox.remove(message.client_id);
		if (this.thread.apply(message))
			this.options.onMessage?.(message);
	}

	async join(): Promise<void>
	{
		if (this.joining) {
			this.again = true;
			return;
		}
		this.joining = true;
		do {
			this.again = false;
			await this.joinOnce();
		} while (this.again && !this.closed);
		this.joining = false;
	}

	private async joinOnce(): Promise<void>
	{
		const { connection, conversationId, externalId } = this.options;
		let ack: JoinAck;

		clearTimeout(this.timer);
		try {
			do {
				ack = await connection.emitWithAck<JoinAck>(
					'join_conversation', {
						conversation_id: conversationId,
						...(externalId && {
							external_id: externalId,
						}),
						since_seq: this.thread.cursor,
					});
				if (ack.ok)
					this.fill(ack.missed, ack.agents);
			} while (ack.ok && ack.more && ack.missed.length > 0 &&
				!this.closed);
		} catch {
			this.later();
			return;
		}
		/* The connection may have become another one meanwhile. */
		if (!this.again)
			this.finish(ack);
	}

	private finish(ack: JoinAck): void
	{
		if (this.closed)
			return;
		if (!ack.ok && PASSING.has(ack.error)) {
			this.later();
			return;
		}
		this.failures = 0;
		this.refused = !ack.ok;
		if (!ack.ok) {
			this.thread.giveUp();
			this.options.onRefused?.(ack.error);
			return;
		}
		this.thread.settle(ack.last_seq);
		this.options.outbox.start(this.options.conversationId);
		this.options.onJoined?.(ack);
	}

	private fill(missed: readonly Message[],
		authors: readonly Author[] = []): void
	{
		this.options.onAuthors?.(authors);
		for (const message of missed)
			if (message.client_id)
				this.options.outbox.remove(message.client_id);
		for (const message of this.thread.applyMissed(missed))
			this.options.onMessage?.(message);
	}

	/* While the socket is up, a join that timed out or that the server
	 * could not do now is repeated; otherwise onUp does it. */
	private later(): void
	{
		this.thread.giveUp();
		if (this.closed)
			return;
		this.timer = setTimeout(() => {
			if (this.options.connection.state.get() === 'online')
				void this.join();
		}, pauseMs(++this.failures, this.options.retryMs));
	}
}
