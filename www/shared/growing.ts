/* growing.ts: the messages that a bot is writing just now, as far as they have
 * come. A view only: the message itself comes as any other, under the same
 * id, and is what stays. */

import type { Connection } from './socket';
import { Store } from './store';
import type { DeltaEvent, Message } from './types';

/* After this long without a piece or the message there will be none. */
const FORGET_MS = 15000;
/* No message is longer. */
const TEXT_MAX = 4096;

interface Making {
	text: string;
	/* The index of the next piece. */
	next: number;
	/* A piece is missing: what is behind it waits for the message. */
	torn: boolean;
	timer: ReturnType<typeof setTimeout>;
}

export class Growing {
	/* One for each, in the order of their beginnings, without text. */
	readonly messages = new Store<readonly Message[]>([]);
	/* Their texts, by id. */
	readonly texts = new Store<ReadonlyMap<string, string>>(new Map());
	private readonly makings = new Map<string, Making>();
	private stored: readonly Message[] = [];

	constructor(connection: Connection,
		private readonly conversation: () => string)
	{
		connection.on<DeltaEvent>('message_delta', (event) => {
			if (event.conversation_id === this.conversation())
				this.grow(event);
		});
	}

	/* The messages of the conversation, whenever they change. */
	settle(stored: readonly Message[]): void
	{
		this.stored = stored;
		for (const { id } of this.messages.get())
			if (this.isStored(id))
				this.drop(id);
	}

	/* They will not come: somebody else answers, or nobody looks. */
	clear(): void
	{
		for (const { id } of this.messages.get())
			this.drop(id);
	}

	private isStored(id: string): boolean
	{
		return this.stored.some((message) => message.id === id);
	}

	private grow(event: DeltaEvent): void
	{
		const { message: id, index, delta } = event;
		const making = this.makings.get(id) ?? this.begin(event);

		if (making === undefined)
			return;
		clearTimeout(making.timer);
		making.timer = setTimeout(() => this.drop(id), FORGET_MS);
		if (making.torn || index < making.next)
			return;
		if (index > making.next ||
		    making.text.length + delta.length > TEXT_MAX) {
			making.torn = true;
			return;
		}
		making.next++;
		making.text += delta;
		this.texts.update((texts) => new Map(texts).set(id, making.text));
	}

	/* Only from its beginning, and not what has arrived already. */
	private begin(event: DeltaEvent): Making | undefined
	{
		const { message: id, conversation_id } = event;

		if (event.index !== 0 || this.isStored(id))
			return undefined;
		const making: Making = { text: '', next: 0, torn: false,
			timer: setTimeout(() => undefined) };

		this.makings.set(id, making);
		this.messages.update((all) => [...all, { id, conversation_id,
			sender_type: 'bot', content_type: 'text', content: '',
			created_at: new Date().toISOString(), seq: 0 }]);
		return making;
	}

	private drop(id: string): void
	{
		clearTimeout(this.makings.get(id)?.timer);
		this.makings.delete(id);
		this.messages.update((all) => all.filter((m) => m.id !== id));
		this.texts.update((texts) => {
			const rest = new Map(texts);

			rest.delete(id);
			return rest;
		});
	}
}
