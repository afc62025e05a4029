/* thread.ts: the messages of one conversation, ordered by seq.
 *
 * The cursor is the highest seq up to which nothing is missing. A message
 * beyond cursor + 1 shows a hole: it is kept and shown, and onHole is called
 * once so that the owner joins again with since_seq = cursor. settle() ends
 * that: what the server did not send up to last_seq does not exist. */

import { Store } from './store';
import type { Readable } from './store';
import type { Message } from './types';

export class Thread {
	private readonly list = new Store<readonly Message[]>([]);
	private readonly seqs = new Set<number>();
	private readonly onHole: () => void;
	private contiguous = 0;
	private asking = false;

	constructor(onHole: () => void = () => undefined)
	{
		this.onHole = onHole;
	}

	get messages(): Readable<readonly Message[]>
	{
		return this.list;
	}

	get cursor(): number
	{
		return this.contiguous;
	}

	/* The latest page of history: complete up to lastSeq. */
	load(messages: readonly Message[], lastSeq: number): void
	{
		this.insert(messages);
		this.settle(lastSeq);
	}

	/* Older history, before what is there; the cursor does not move. */
	prepend(messages: readonly Message[]): void
	{
		this.insert(messages);
	}

	/* One live message; false when it was there already. */
	apply(message: Message): boolean
	{
		const fresh = this.insert([message]).length > 0;

		this.advance();
		this.askIfHole();
		return fresh;
	}

	/* The missed[] of a join; gives back those that were new. */
	applyMissed(messages: readonly Message[]): Message[]
	{
		const fresh = this.insert(messages);
		const last = messages[messages.length - 1];

		/* They follow the cursor in order, so their gaps are real. */
		if (last !== undefined && last.seq > this.contiguous)
			this.contiguous = last.seq;
		this.advance();
		return fresh;
	}

	/* The server has given everything up to lastSeq. */
	settle(lastSeq: number): void
	{
		if (lastSeq > this.contiguous)
			this.contiguous = lastSeq;
		this.asking = false;
		this.advance();
		this.askIfHole();
	}

	/* The join failed: the next message beyond the hole asks again. */
	giveUp(): void
	{
		this.asking = false;
	}

	has(clientId: string): boolean
	{
		return this.list.get().some((m) => m.client_id === clientId);
	}

	private insert(messages: readonly Message[]): Message[]
	{
		const fresh: Message[] = [];

		for (const message of messages) {
			if (this.seqs.has(message.seq))
				continue;
			this.seqs.add(message.seq);
			fresh.push(message);
		}
		if (fresh.length > 0)
			this.list.set([...this.list.get(), ...fresh]
				.sort((a, b) => a.seq - b.seq));
		return fresh;
	}

	private advance(): void
	{
		while (this.seqs.has(this.contiguous + 1))
			this.contiguous++;
	}

	private askIfHole(): void
	{
		const last = this.list.get().at(-1);

		if (this.asking || last === undefined ||
		    last.seq <= this.contiguous)
			return;
		this.asking = true;
		this.onHole();
	}
}
