/* typing.ts: who is typing there, and telling that the visitor types here */

import type { Connection } from '../shared/socket';
import { Store } from '../shared/store';
import type { Message, TypingEvent } from '../shared/types';

/* The server forgets after 5 s; a lost typing_cleared must not stay. */
const FORGET_MS = 6000;
const TELL_MS = 2000;

export class Typing {
	/* Who types, or null. */
	readonly who = new Store<TypingEvent | null>(null);
	private timer: ReturnType<typeof setTimeout> | undefined;
	private told = -TELL_MS;

	constructor(private readonly connection: Connection,
		private readonly conversation: () => string,
		private readonly proof: { external_id: string })
	{
		connection.on<TypingEvent>('typing_indicator', (event) =>
			this.started(event));
		connection.on<{ conversation_id: string }>('typing_cleared',
			(event) => {
				if (event.conversation_id === this.conversation())
					this.clear();
			});
		connection.on<Message>('message_received', (message) => {
			if (message.sender_type !== 'end_user')
				this.clear();
		});
		connection.onDown(() => this.clear());
	}

	/* The visitor pressed a key. */
	tell(): void
	{
		const now = performance.now();

		if (now - this.told < TELL_MS || this.conversation() === '')
			return;
		this.told = now;
		this.connection.emit('user_typing', {
			conversation_id: this.conversation(),
			sender_type: 'end_user', external_id: this.proof.external_id,
		});
	}

	/* The visitor sent: the next key is news again. */
	rest(): void
	{
		this.told = -TELL_MS;
	}

	private started(event: TypingEvent): void
	{
		if (event.conversation_id !== this.conversation() ||
		    event.sender_type === 'end_user')
			return;
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.clear(), FORGET_MS);
		this.who.set(event);
	}

	private clear(): void
	{
		clearTimeout(this.timer);
		this.who.set(null);
	}
}
