/* outbox.ts: messages the server has not acknowledged yet.
 *
 * Each has a client_id, by which the server recognises a repetition, so one
 * may be sent again whenever its fate is unknown. Per conversation they go in
 * order and one at a time. An entry leaves only when it was acknowledged or
 * seen in the room, or when the person gives it up. A server that cannot take
 * it now is asked again, with growing pauses and without end; any other
 * refusal makes it `failed`, shown with a retry. Entries survive a reload: one storage key
 * each, so that two tabs never overwrite one another. */

import { PASSING, pauseMs } from './retry';
import { Store } from './store';
import type { Readable } from './store';
import type { SafeStorage } from './storage';
import type { Draft, SendAck } from './types';
import { wellFormed } from './text';
import { uuid } from './uuid';

export interface OutboxEntry extends Draft {
	client_id: string;
	conversation_id: string;
	created_at: string;
	state: 'waiting' | 'failed';
	error?: string;
}

export interface OutboxOptions {
	/* Sends one entry; a rejection means that its fate is unknown. */
	send(entry: OutboxEntry): Promise<SendAck>;
	/* The server has it; the entry leaves the list right after. */
	onSent(entry: OutboxEntry, ack: SendAck & { ok: true }): void;
	storage: SafeStorage;
	prefix: string;
	retryMs?: number;
}

/* So often in a row one message may be too fast; then the person decides. */
const PATIENCE = 5;

export class Outbox {
	private readonly list = new Store<readonly OutboxEntry[]>([]);
	private readonly online = new Set<string>();
	private readonly busy = new Set<string>();
	private readonly pauses = new Map<string, () => void>();
	/* Attempts in a row without success, by conversation. */
	private readonly failures = new Map<string, number>();
	/* Answers `rate_limited`, by entry. */
	private readonly limited = new Map<string, number>();
	private readonly options: OutboxOptions;

	constructor(options: OutboxOptions)
	{
		this.options = options;
		this.restore();
	}

	/* Everything unsent, of all conversations, in order of writing. */
	get entries(): Readable<readonly OutboxEntry[]>
	{
		return this.list;
	}

	add(conversationId: string, draft: Draft): OutboxEntry
	{
		const entry: OutboxEntry = {
			...draft,
			content: wellFormed(draft.content),
			client_id: uuid(),
			conversation_id: conversationId,
			created_at: new Date().toISOString(),
			state: 'waiting',
		};

		this.keep(entry);
		this.list.update((all) => [...all, entry]);
		void this.pump(conversationId);
		return entry;
	}

	/* The conversation was joined: what waits may go. */
	start(conversationId: string): void
	{
		/* Joined again, as in every round while there is only REST: no
		 * reason to hurry. */
		if (this.online.has(conversationId))
			return;
		this.online.add(conversationId);
		this.failures.delete(conversationId);
		for (const entry of this.list.get())
			if (entry.conversation_id === conversationId)
				this.limited.delete(entry.client_id);
		this.pauses.get(conversationId)?.();
		void this.pump(conversationId);
	}

	/* The connection is down; with no argument, for all. */
	stop(conversationId?: string): void
	{
		if (conversationId === undefined)
			this.online.clear();
		else
			this.online.delete(conversationId);
	}

	retry(clientId: string): void
	{
		const entry = this.find(clientId);

		if (entry?.state !== 'failed')
			return;
		this.limited.delete(clientId);
		const { error: _, ...rest } = entry;

		this.replace({ ...rest, state: 'waiting',
			content: wellFormed(entry.content) });
		void this.pump(entry.conversation_id);
	}

	/* Entries written under a stand-in get their conversation. */
	adopt(from: string, to: string): void
	{
		for (const entry of this.list.get())
			if (entry.conversation_id === from)
				this.replace({ ...entry, conversation_id: to });
		void this.pump(to);
	}

	/* Seen in the room (or given up): no need to send it any more. */
	remove(clientId: string): void
	{
		this.options.storage.remove(this.options.prefix + clientId);
		this.limited.delete(clientId);
		if (this.find(clientId) !== undefined)
			this.list.update((all) =>
				all.filter((e) => e.client_id !== clientId));
	}

	private find(clientId: string): OutboxEntry | undefined
	{
		return this.list.get().find((e) => e.client_id === clientId);
	}

	private async pump(conversationId: string): Promise<void>
	{
		if (this.busy.has(conversationId))
			return;
		this.busy.add(conversationId);
		while (this.online.has(conversationId)) {
			const next = this.list.get().find((e) =>
				e.state === 'waiting' &&
				e.conversation_id === conversationId);

			if (next === undefined)
				break;
			if (await this.attempt(next))
				this.failures.delete(conversationId);
			else
				await this.pause(conversationId);
		}
		this.busy.delete(conversationId);
	}

	/* False when the same entry should be tried again after a pause. */
	private async attempt(entry: OutboxEntry): Promise<boolean>
	{
		let ack: SendAck;

		try {
			ack = await this.options.send(entry);
		} catch {
			return this.find(entry.client_id) === undefined;
		}
		if (ack.ok) {
			this.options.onSent(entry, ack);
			this.remove(entry.client_id);
			return true;
		}
		if (PASSING.has(ack.error) && this.patient(entry, ack.error))
			return false;
		if (this.find(entry.client_id) !== undefined)
			this.replace({ ...entry, state: 'failed',
				error: ack.error });
		return true;
	}

	/* A server that cannot is waited for; one that says "too fast" again
	 * and again may mean it. */
	private patient(entry: OutboxEntry, error: string): boolean
	{
		if (error !== 'rate_limited')
			return true;
		const count = (this.limited.get(entry.client_id) ?? 0) + 1;

		this.limited.set(entry.client_id, count);
		return count < PATIENCE;
	}

	/* start() ends it early. */
	private pause(conversationId: string): Promise<void>
	{
		const failures = (this.failures.get(conversationId) ?? 0) + 1;

		this.failures.set(conversationId, failures);
		return new Promise((done) => {
			const timer = setTimeout(() => wake(),
				pauseMs(failures, this.options.retryMs));
			const wake = () => {
				clearTimeout(timer);
				this.pauses.delete(conversationId);
				done();
			};

			this.pauses.set(conversationId, wake);
		});
	}

	private replace(entry: OutboxEntry): void
	{
		this.keep(entry);
		this.list.update((all) => all.map((e) =>
			e.client_id === entry.client_id ? entry : e));
	}

	private keep(entry: OutboxEntry): void
	{
		this.options.storage.set(this.options.prefix + entry.client_id,
			JSON.stringify(entry));
	}

	private restore(): void
	{
		const { storage, prefix } = this.options;
		const found: OutboxEntry[] = [];

		for (const key of storage.keys(prefix)) {
			try {
				const entry = JSON.parse(storage.get(key) ?? '');

				if (typeof entry.client_id === 'string' &&
				    typeof entry.content === 'string')
					found.push(entry as OutboxEntry);
			} catch {
				storage.remove(key);
			}
		}
		found.sort((a, b) => a.created_at < b.created_at ? -1 : 1);
		this.list.set(found);
	}
}
