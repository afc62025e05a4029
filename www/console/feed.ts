/* feed.ts: the workspace's queue: joined with the place up to which all is
 * known, so that after time away only what was missed is told */
/* SPDX-License-Identifier: MIT */
import type { Connection } from '../shared/socket';
import type { QueueAck, QueueEvent } from '../shared/types';

/* What a join came to: all is known, everything has to be read anew, or the
 * server's refusal. */
export type Joined = 'caught' | 'anew' | { error: string };

export class Feed {
	/* Everything up to this id is known. */
	#cursor: number | undefined;
	/* Those above it that were told already: they come again. */
	readonly #told = new Set<number>();
	#joining = 0;

	constructor(private readonly connection: Connection,
		private readonly apply: (event: QueueEvent) => void)
	{
		connection.on<{ cursor: number }>('queue_cursor', ({ cursor }) => {
			/* What came live is ahead of what is being told. */
			if (this.#joining === 0)
				this.#advance(cursor);
		});
	}

	/* Rejects when there was no answer. */
	async join(): Promise<Joined>
	{
		this.#joining++;
		try {
			for (;;) {
				const joined = await this.#joinOnce();

				if (joined !== 'more')
					return joined;
			}
		} finally {
			this.#joining--;
		}
	}

	async #joinOnce(): Promise<Joined | 'more'>
	{
		const since = this.#cursor;
		const ack = await this.connection.emitWithAck<QueueAck>(
			'join_queue', since === undefined ? {} : { since });

		if (!ack.ok && ack.error === 'gone') {
			this.#cursor = undefined;
			return 'more';
		}
		if (!ack.ok)
			return { error: ack.error };
		const missed = ack.missed ?? [];

		for (const event of missed)
			if (!this.#told.has(event.id)) {
				this.#told.add(event.id);
				this.apply(event);
			}
		this.#advance(ack.cursor);
		if (since === undefined || ack.reload)
			return 'anew';
		if (!ack.more)
			return 'caught';
		/* a crowd that is all above the safe cursor */
		return this.#cursor === since ? 'anew' : 'more';
	}

	#advance(cursor: number | undefined): void
	{
		if (cursor === undefined || cursor <= (this.#cursor ?? -1))
			return;
		this.#cursor = cursor;
		for (const id of this.#told)
			if (id <= cursor)
				this.#told.delete(id);
	}
}
