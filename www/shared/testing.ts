/* testing.ts: what the tests of several modules need; in no bundle */

import type { SocketLike } from './socket';
import type { Message } from './types';

export function message(seq: number, more: Partial<Message> = {}): Message
{
	return {
		id: `id-${seq}`, conversation_id: 'c', sender_type: 'bot',
		sender_id: 'b', content_type: 'text', content: `m${seq}`,
		rich_media: null, seq, client_id: null,
		created_at: new Date(Date.UTC(2026, 0, 5, 9, 0, seq))
			.toISOString(),
		...more,
	};
}

type Handler = (...args: any[]) => void;

/* A socket whose server is the test: answer() gives the acknowledgements. */
export class FakeSocket implements SocketLike {
	connected = false;
	active = true;
	connects = 0;
	readonly sent: { event: string; payload: any }[] = [];
	answer: (event: string, payload: any) => unknown = () => undefined;
	private readonly handlers = new Map<string, Set<Handler>>();

	on(event: string, fn: Handler): void
	{
		const set = this.handlers.get(event) ?? new Set();

		this.handlers.set(event, set.add(fn));
	}

	off(event: string, fn: Handler): void
	{
		this.handlers.get(event)?.delete(fn);
	}

	emit(event: string, payload?: unknown): void
	{
		this.sent.push({ event, payload });
	}

	timeout(): { emitWithAck(event: string, payload?: any): Promise<any> }
	{
		return { emitWithAck: async (event, payload) => {
			this.sent.push({ event, payload });
			return await this.answer(event, payload);
		} };
	}

	connect(): void
	{
		this.connects++;
	}

	/* As the client library's: it is told, and does not come back. */
	disconnect(): void
	{
		this.active = false;
		if (this.connected)
			this.fire('disconnect', 'io client disconnect');
	}

	/* The server's side. */
	fire(event: string, payload?: unknown): void
	{
		if (event === 'connect' || event === 'disconnect')
			this.connected = event === 'connect';
		if (event === 'connect')
			this.active = true;
		for (const fn of [...this.handlers.get(event) ?? []])
			fn(payload);
	}
}

/* Lets everything that waits for promises go on. */
export async function settle(): Promise<void>
{
	for (let i = 0; i < 20; i++)
		await Promise.resolve();
}

/* Time by hand: older Node versions have no mock.timers. What it returns moves
 * it on. */
export function useFakeTime(t: { after(fn: () => void): void }): (ms: number) => void
{
	const due = new Map<number, { at: number; run: () => void }>();
	const real = { setTimeout, clearTimeout };
	let now = 0;
	let last = 0;

	Object.assign(globalThis, {
		setTimeout: (run: () => void, ms: number) => {
			due.set(++last, { at: now + ms, run });
			return last;
		},
		clearTimeout: (id: number) => due.delete(id),
	});
	t.after(() => Object.assign(globalThis, real));
	return (ms) => {
		const end = now + ms;

		for (;;) {
			const [next] = [...due].filter(([, e]) => e.at <= end)
				.sort(([, x], [, y]) => x.at - y.at);
			if (next === undefined)
				break;
			due.delete(next[0]);
			now = next[1].at;
			next[1].run();
		}
		now = end;
	};
}

/* Holds every timeout back until the test fires it. */
export function holdTimers(t: { after(fn: () => void): void })
{
	const { setTimeout: set, clearTimeout: clear } = globalThis;
	const waiting = new Map<number, { fn: () => void; ms: number }>();
	let last = 0;

	globalThis.setTimeout = ((fn: () => void, ms = 0) => {
		waiting.set(++last, { fn, ms });
		return last;
	}) as unknown as typeof set;
	globalThis.clearTimeout = ((id: number) =>
		void waiting.delete(id)) as typeof clear;
	t.after(() => {
		globalThis.setTimeout = set;
		globalThis.clearTimeout = clear;
	});
	return {
		/* The pauses that are under way, in ms. */
		pauses: () => [...waiting.values()].map(({ ms }) => ms),
		fire: async () => {
			const due = [...waiting.values()];

			waiting.clear();
			for (const { fn } of due)
				fn();
			await settle();
		},
	};
}
