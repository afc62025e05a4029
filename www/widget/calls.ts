/* calls.ts: what the page sets and calls, and the page's functions that the bot
 * calls */
/* SPDX-License-Identifier: MIT */

import type { FrameMessages, HostMessages } from './bridge';
import type { Seat } from './seat';

type Send = <K extends keyof HostMessages>(name: K,
	data: HostMessages[K]) => void;

export interface PageFunction {
	description?: string;
	parameters?: unknown;
	handler(args: unknown): unknown;
}

/* Messages are structured clones: no functions, no elements. */
function portable(name: string, value: unknown): unknown
{
	if (name !== 'functions')
		return value === undefined ? null
			: JSON.parse(JSON.stringify(value)) as unknown;
	return Object.fromEntries(Object.entries(
		(value ?? {}) as Record<string, PageFunction>).map(
		([key, { description = '', parameters = null }]) =>
			[key, JSON.parse(JSON.stringify(
				{ description, parameters })) as unknown]));
}

function isAborted(value: unknown): boolean
{
	const signal = value instanceof AbortController ? value.signal : value;

	return signal instanceof AbortSignal && signal.aborted;
}

export class Calls {
	private last = 0;
	private readonly open = new Map<number, { resolve(value: unknown): void;
		reject(error: Error): void }>();
	/* Called before the frame could hear it. */
	private early: HostMessages['call'][] = [];

	constructor(private readonly seat: Seat, private readonly send: Send)
	{
	}

	/* The frame has come, or come again. */
	start(): void
	{
		for (const [name, value] of Object.entries(this.seat.values))
			if (name !== 'identity' && name !== 'details')
				this.set(name, value);
		for (const call of this.early.splice(0))
			this.send('call', call);
	}

	set(name: string, value: unknown): void
	{
		this.send('set', { name, value: portable(name, value) });
	}

	call(name: string, args: readonly unknown[], ready: boolean):
		Promise<unknown>
	{
		const id = ++this.last;
		const call = { id, name, args: portable('', args) as unknown[] };

		return new Promise((resolve, reject) => {
			this.open.set(id, { resolve, reject });
			if (ready)
				this.send('call', call);
			else
				this.early.push(call);
		});
	}

	answer({ id, result, error }: FrameMessages['answer']): void
	{
		const call = this.open.get(id);

		this.open.delete(id);
		if (error !== undefined)
			call?.reject(new Error(`${error}`));
		else
			call?.resolve(result);
	}

	/* One of the page's functions. */
	async run({ id, name, args }: FrameMessages['run']): Promise<void>
	{
		const all = (this.seat.values.functions ?? {}) as
			Record<string, PageFunction>;

		try {
			if (!Object.prototype.hasOwnProperty.call(all, name))
				throw new Error(`There is no function ${name}.`);
			const value = await all[name]!.handler(args);

			if (value instanceof Error)
				throw value;
			this.send('ran', isAborted(value) ? { id, abort: true }
				: { id, result: portable('', value) });
		} catch (error) {
			this.send('ran', { id, error: error instanceof Error
				? error.message : `${error as string}` });
		}
	}
}
