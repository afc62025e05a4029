/* unread.ts: what the visitor has not seen: the count on the launcher, and the
 * place of the "New" line. The last seq seen survives a reload. */

import type { SafeStorage } from '../shared/storage';
import { Store } from '../shared/store';
import type { Message } from '../shared/types';

export class Unread {
	/* Messages of others that arrived unseen. */
	readonly count = new Store(0);
	/* The "New" line stands after this seq; null for none. */
	readonly newAfter = new Store<number | null>(null);
	/* How far the last visit saw; 0 for a first one. */
	readonly stored: number;
	private seen = 0;
	private looking = false;

	/* onSeen: everything up to there has been seen. */
	constructor(private readonly storage: SafeStorage,
		private readonly key: string,
		private readonly onSeen: (seq: number) => void = () => undefined)
	{
		this.stored = Number(storage.get(key)) || 0;
	}

	/* History was loaded; what came since the last visit is new. */
	start(messages: readonly Message[], lastSeq: number): void
	{
		const { stored } = this;
		const isNew = (m: Message) =>
			m.sender_type !== 'end_user' && m.seq > stored;

		if (stored > 0 && messages.some(isNew)) {
			this.newAfter.set(stored);
			if (!this.looking)
				this.count.set(messages.filter(isNew).length);
		}
		this.seen = Math.max(this.seen, lastSeq);
		if (this.looking)
			this.keep();
	}

	/* One more message, live or missed. */
	arrived(message: Message): void
	{
		const before = this.seen;

		this.seen = Math.max(before, message.seq);
		if (this.looking) {
			this.keep();
			return;
		}
		if (message.sender_type === 'end_user')
			return;
		this.count.update((n) => n + 1);
		if (this.newAfter.get() === null)
			this.newAfter.set(before);
	}

	/* Whether the visitor sees the end of the thread now. */
	look(looking: boolean): void
	{
		if (looking === this.looking)
			return;
		this.looking = looking;
		if (looking) {
			this.count.set(0);
			this.keep();
		}
	}

	/* The line has done its work: the visitor answered or closed. */
	clearLine(): void
	{
		this.newAfter.set(null);
	}

	private keep(): void
	{
		if (this.seen === 0)
			return;
		this.storage.set(this.key, String(this.seen));
		this.onSeen(this.seen);
	}
}
