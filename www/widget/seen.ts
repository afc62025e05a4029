/* seen.ts: how far the agents' side has got, and telling it what has arrived
 * here and what was read */
/* SPDX-License-Identifier: MIT */

import { Deliveries, NO_RECEIPT, raise } from '../shared/receipts';
import type { Connection } from '../shared/socket';
import { Store } from '../shared/store';
import type { Ack, DeliveredEvent, Message, ReadEvent, Receipt } from '../shared/types';

/* The ids that one mark_read may hold. */
const BATCH = 100;

export class Seen {
	/* how far the agents' side has got */
	readonly receipts = new Store<Receipt>(NO_RECEIPT);
	private readonly deliveries: Deliveries;
	private conversationId = '';
	/* What has been in view, and what of that the server knows. */
	private wanted = 0;
	private told = 0;
	private busy = false;

	constructor(private readonly connection: Connection,
		private readonly proof: object,
		private readonly messages: () => readonly Message[])
	{
		this.deliveries = new Deliveries(connection, proof);
		connection.onUp(() => void this.tell());
		connection.on<DeliveredEvent>('messages_delivered', (event) => {
			if (event.receiver_type === 'agent' && this.isOurs(event))
				this.reached({ delivered_seq: event.seq });
		});
		connection.on<ReadEvent>('messages_read', (event) => {
			if (event.reader_type === 'agent' && this.isOurs(event))
				this.reached({ read_seq: event.seq ?? 0 });
		});
	}

	reached(to: Partial<Receipt> | undefined): void
	{
		this.receipts.update((old) => raise(old, to));
	}

	/* stored: how far the last visit has seen. The last message is told
	 * again, in case that word was lost. */
	start(conversationId: string, stored: number): void
	{
		this.conversationId = conversationId;
		this.told = Math.min(stored, (this.others().at(-1)?.seq ?? 1) - 1);
	}

	/* Nothing is missing up to `cursor`. */
	arrived(cursor: number): void
	{
		const last = this.others().filter((m) => m.seq <= cursor).at(-1);

		if (last)
			this.deliveries.heard(this.conversationId, last.seq);
	}

	/* The visitor has seen everything up to `seq`. */
	read(seq: number): void
	{
		this.wanted = Math.max(this.wanted, seq);
		void this.tell();
	}

	private isOurs(event: { conversation_id: string }): boolean
	{
		return event.conversation_id === this.conversationId;
	}

	private others(): Message[]
	{
		return this.messages().filter((m) => m.sender_type !== 'end_user');
	}

	/* What cannot be told now waits for the next message or connection. */
	private async tell(): Promise<void>
	{
		const fresh = this.others().filter((m) => m.seq > this.told &&
			m.seq <= this.wanted);

		if (this.busy || fresh.length === 0 || !this.connection.isUp)
			return;
		/* From the oldest on: what is told must have no hole. */
		const batch = fresh.slice(0, BATCH);

		this.busy = true;
		const ack = await this.connection.emitWithAck<Ack<object>>(
			'mark_read', { conversation_id: this.conversationId,
				...this.proof,
				message_ids: batch.map((m) => m.id) })
			.catch(() => null);

		this.busy = false;
		if (!ack?.ok)
			return;
		this.told = batch.at(-1)!.seq;
		void this.tell();
	}
}
