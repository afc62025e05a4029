/* testing-rest.ts: a connection without a socket, for tests; in no bundle */
/* SPDX-License-Identifier: MIT */

import type { TestContext } from 'node:test';
import { Outbox } from './outbox';
import type { Request } from './poller';
import { Room } from './room';
import { Connection } from './socket';
import { memoryStorage } from './storage';
import { FakeSocket, message, settle, useFakeTime } from './testing';

const twins = {
	join_conversation: (p: any): Request => ({ method: 'GET',
		path: `join/${p.since_seq}` }),
	send_message: (p: any): Request => ({ method: 'POST', path: 'send',
		body: p, look: true }),
	mark_delivered: (p: any): Request => ({ method: 'POST',
		path: `delivered/${p.conversation_id}`, body: p }),
	join_queue: (): Request => ({ method: 'GET', path: 'queue',
		as: ({ events }) => ({ missed: events }) }),
};

/* A connection without a socket; answer is the REST server. */
export function setup(t: TestContext)
{
	const tick = useFakeTime(t);
	const socket = new FakeSocket();
	const asked: string[] = [];
	const rest = { answer: (_: string): unknown =>
		({ last_seq: 0, missed: [] }) };
	const connection = new Connection({ socket, fallback: { twins,
		ask: async ({ path }) => {
			asked.push(path);
			return await rest.answer(path);
		} } });
	const state = () => connection.state.get();
	/* Answers take no time; the pauses begin after them. */
	const pass = async (ms: number) => {
		for (; ms > 0; ms -= 1000) {
			tick(Math.min(ms, 1000));
			await settle();
		}
	};

	t.after(() => connection.close());
	return { socket, connection, asked, rest, state, pass };
}

/* What a room does with it, and an outbox. */
export function room(connection: Connection)
{
	const outbox = new Outbox({ storage: memoryStorage(), prefix: 'o_',
		send: (entry) => connection.emitWithAck('send_message', entry),
		onSent: (entry, ack) => self.receive(message(ack.seq,
			{ client_id: entry.client_id, sender_type: 'end_user' })) });
	const seen: number[] = [];
	const self: Room = new Room({ connection, outbox, conversationId: 'c',
		onMessage: (m) => seen.push(m.seq) });
	const seqs = () => self.thread.messages.get().map((m) => m.seq);

	self.open();
	return { outbox, seqs, seen };
}
