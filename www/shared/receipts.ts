/* receipts.ts: how far the other side has got: what arrived there and what was
 * read, and telling it what arrived here */
/* SPDX-License-Identifier: MIT */

import { PASSING, RETRY_MS } from './retry';
import type { Connection } from './socket';
import type { Ack, Receipt } from './types';

export type Tick = 'sending' | 'sent' | 'delivered' | 'read';

export const NO_RECEIPT: Receipt = { delivered_seq: 0, read_seq: 0 };

/* Both cursors only grow, and what was read has been delivered. The same
 * object when nothing is new. */
export function raise(old: Receipt, to: Partial<Receipt> | undefined): Receipt
{
	const read_seq = Math.max(old.read_seq, to?.read_seq ?? 0);
	const delivered_seq = Math.max(old.delivered_seq, read_seq,
		to?.delivered_seq ?? 0);

	return read_seq === old.read_seq &&
		delivered_seq === old.delivered_seq ? old
		: { delivered_seq, read_seq };
}

/* The mark of an acknowledged message, by what the other side has. */
export function tickOf(seq: number, { delivered_seq, read_seq }: Receipt): Tick
{
	return seq <= read_seq ? 'read'
		: seq <= delivered_seq ? 'delivered' : 'sent';
}

const WAIT_MS = 300;
/* After each: five a second leave an agent most of what the server allows. */
const REST_MS = 200;

/* Tells the server what has arrived here, a little later and only what is
 * more than before: one conversation after the other, the newest first. */
export class Deliveries {
	private readonly known = new Map<string, number>();
	private readonly due = new Map<string, number>();
	private timer: ReturnType<typeof setTimeout> | undefined;
	private busy = false;

	/* proof: what an end user says besides. */
	constructor(private readonly connection: Connection,
		private readonly proof: object = {})
	{
		connection.onUp(() => void this.tell());
	}

	/* Everything of this conversation up to `seq` is here. */
	heard(id: string, seq: number): void
	{
		if (seq <= (this.known.get(id) ?? 0))
			return;
		this.known.set(id, seq);
		this.due.delete(id);
		this.due.set(id, seq);
		this.later(WAIT_MS);
	}

	private later(ms: number): void
	{
		this.timer ??= setTimeout(() => {
			this.timer = undefined;
			void this.tell();
		}, ms);
	}

	/* What cannot be told now is told later, or by the next connection. */
	private async tell(): Promise<void>
	{
		if (this.busy)
			return;
		this.busy = true;
		try {
			while (this.due.size > 0) {
				await this.tellOne(...[...this.due].at(-1)!);
				await new Promise((done) =>
					setTimeout(done, REST_MS));
			}
		} catch {
			/* No answer or not now: said again, which does no harm. */
			if (this.connection.isUp)
				this.later(RETRY_MS);
		}
		this.busy = false;
	}

	private async tellOne(id: string, seq: number): Promise<void>
	{
		const ack = await this.connection.emitWithAck<Ack<object>>(
			'mark_delivered', { conversation_id: id, ...this.proof,
				seq });

		if (!ack.ok && PASSING.has(ack.error))
			throw new Error(ack.error);
		if (this.due.get(id) === seq)
			this.due.delete(id);
	}
}
