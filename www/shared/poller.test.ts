/* poller.test.ts: the way over REST while there is no socket, and back */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { ApiError } from './api';
import { Outbox } from './outbox';
import type { Request } from './poller';
import { Room } from './room';
import { Connection, NotConnected } from './socket';
import { memoryStorage } from './storage';
import { FakeSocket, message, settle, useFakeTime } from './testing';

const twins = {
	join_conversation: (p: any): Request => ({ method: 'GET',
		path: `join/${p.since_seq}` }),
	send_message: (p: any): Request => ({ method: 'POST', path: 'send',
		body: p, look: true }),
	join_queue: (): Request => ({ method: 'GET', path: 'queue',
		as: ({ events }) => ({ missed: events }) }),
};

/* A connection without a socket; answer is the REST server. */
function setup(t: TestContext)
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
function room(connection: Connection)
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

test('without a socket a page asks over REST after 3 s, then every 3 s',
	async (t) => {
		const { connection, asked, rest, state, pass } = setup(t);
		const { seqs } = room(connection);

		connection.open();
		await pass(2999);
		assert.deepEqual(asked, []);
		await assert.rejects(connection.emitWithAck('send_message', {}),
			NotConnected);
		rest.answer = () => ({ last_seq: 1, missed: [message(1)] });
		await pass(1);
		assert.deepEqual(asked, ['join/0']);
		assert.equal(state(), 'polling');
		assert.equal(connection.isUp, true);
		rest.answer = () => ({ last_seq: 2, missed: [message(2)] });
		await pass(2999);
		assert.equal(asked.length, 1);
		await pass(1);
		assert.deepEqual(asked, ['join/0', 'join/1']);
		assert.deepEqual(seqs(), [1, 2]);
	});

test('a connection that was there is missed for 5 s first', async (t) => {
	const { socket, connection, asked, state, pass } = setup(t);

	room(connection);
	connection.open();
	socket.answer = () => ({ ok: true, last_seq: 0, missed: [] });
	socket.fire('connect');
	await settle();
	socket.fire('disconnect');
	await pass(4999);
	assert.equal(state(), 'connecting');
	assert.deepEqual(asked, []);
	socket.fire('connect_error');
	await pass(1);
	assert.equal(state(), 'polling');
	/* what goes on failing in the background is no news */
	socket.fire('connect_error');
	await pass(10000);
	assert.equal(state(), 'polling');
});

test('the socket takes over, and nothing comes twice or is lost', async (t) => {
	const { socket, connection, asked, rest, state, pass } = setup(t);
	const { outbox, seqs, seen } = room(connection);
	let answer: (value: unknown) => void = () => undefined;

	connection.open();
	rest.answer = () => ({ last_seq: 1, missed: [message(1)] });
	await pass(3000);
	/* a round is under way when the socket comes */
	rest.answer = () => new Promise((done) => { answer = done; });
	await pass(3000);
	socket.answer = (event, p) => event === 'join_conversation'
		? { ok: true, last_seq: 3, missed: [message(2), message(3)]
			.filter((m) => m.seq > p.since_seq) }
		: { ok: true, id: 'id-4', seq: 4, created_at: 't' };
	socket.fire('connect');
	outbox.add('c', { content: 'four' });
	await settle();
	assert.equal(state(), 'online');
	answer({ last_seq: 2, missed: [message(2)] });
	await settle();
	socket.fire('message_received', message(3));
	assert.deepEqual(seqs(), [1, 2, 3, 4]);
	assert.deepEqual(seen, [1, 2, 3, 4]);
	assert.deepEqual(socket.sent.map((s) => s.event),
		['join_conversation', 'send_message']);
	/* and no round follows */
	const before = asked.length;

	await pass(60000);
	assert.equal(asked.length, before);
});

test('what one sends goes out over REST, and one looks right after',
	async (t) => {
		const { connection, asked, rest, pass } = setup(t);
		const { outbox, seqs, seen } = room(connection);

		connection.open();
		await pass(3000);
		rest.answer = (path) => path === 'send'
			? { id: 'id-1', seq: 1, created_at: 't' }
			: { last_seq: 2, missed: [message(1), message(2)] };
		outbox.add('c', { content: 'hello' });
		await settle();
		assert.deepEqual(asked, ['join/0', 'send', 'join/0']);
		assert.deepEqual(seqs(), [1, 2]);
		assert.deepEqual(seen, [1, 2]);
		assert.deepEqual(outbox.entries.get(), []);
	});

test('rounds do not hurry a message that waits for its turn', async (t) => {
	const { connection, asked, rest, pass } = setup(t);
	const { outbox } = room(connection);

	connection.open();
	await pass(3000);
	rest.answer = (path) => {
		if (path === 'send')
			throw new ApiError(429, 'rate_limited', '');
		return { last_seq: 0, missed: [] };
	};
	outbox.add('c', { content: 'too fast' });
	await settle();
	await pass(40000);
	assert.equal(outbox.entries.get()[0]!.state, 'failed');
	/* 2, 4, 8 and 16 s between them */
	assert.equal(asked.filter((path) => path === 'send').length, 5);
});

test('an event without a twin is answered at once and asks nothing',
	async (t) => {
		const { connection, asked, pass } = setup(t);

		connection.open();
		await pass(3000);
		connection.emit('user_typing', {});
		assert.deepEqual(await connection.emitWithAck('join_org_presence'),
			{ ok: false, error: 'unavailable' });
		assert.deepEqual(asked, []);
	});

test('an acknowledgement is made of the answer or of the refusal',
	async (t) => {
		const { connection, rest, pass } = setup(t);

		connection.open();
		await pass(3000);
		rest.answer = () => ({ events: [1] });
		assert.deepEqual(await connection.emitWithAck('join_queue'),
			{ ok: true, missed: [1] });
		rest.answer = () => {
			throw new ApiError(410, 'gone', 'Too old.');
		};
		assert.deepEqual(await connection.emitWithAck('join_queue'),
			{ ok: false, error: 'gone', message: 'Too old.' });
		/* a proxy's word says nothing of what the server did */
		rest.answer = () => {
			throw new ApiError(502, 'http_502', '');
		};
		await assert.rejects(connection.emitWithAck('join_queue'));
	});

test('a server that is not there at all is asked ever more rarely, and found',
	async (t) => {
		const { connection, asked, rest, state, pass } = setup(t);
		const { outbox } = room(connection);

		connection.open();
		await pass(3000);
		assert.equal(state(), 'polling');
		rest.answer = () => {
			throw new ApiError(0, 'network', '');
		};
		await pass(3000);
		assert.equal(state(), 'polling', 'one failure is a blip');
		await pass(3000);
		assert.equal(state(), 'connecting');
		outbox.add('c', { content: 'waits' });
		const before = asked.length;

		/* 6, 12, 16, 16 s */
		await pass(50000);
		assert.equal(asked.length, before + 4);
		rest.answer = (path) => path === 'send'
			? { id: 'id-1', seq: 1, created_at: 't' }
			: { last_seq: 0, missed: [] };
		await pass(16000);
		assert.equal(state(), 'polling');
		assert.deepEqual(outbox.entries.get(), []);
	});

test('a server that wants a pause gets it', async (t) => {
	const { connection, asked, rest, state, pass } = setup(t);

	room(connection);
	connection.open();
	await pass(3000);
	rest.answer = () => {
		throw new ApiError(429, 'rate_limited', '', 20);
	};
	await pass(3000);
	const before = asked.length;

	await pass(19999);
	assert.equal(asked.length, before);
	rest.answer = () => ({ last_seq: 0, missed: [] });
	await pass(1);
	assert.equal(asked.length, before + 1);
	assert.equal(state(), 'polling');
});

test('a conversation that is refused is not asked for in every round',
	async (t) => {
		const { socket, connection, asked, rest, pass } = setup(t);

		room(connection);
		connection.open();
		rest.answer = () => {
			throw new ApiError(403, 'forbidden', '');
		};
		await pass(3000);
		await pass(30000);
		assert.deepEqual(asked, ['join/0']);
		socket.answer = () => ({ ok: true, last_seq: 0, missed: [] });
		socket.fire('connect');
		await settle();
		assert.equal(socket.sent.length, 1);
	});

test('a hidden page asks every 15 s, one that is looked at asks at once',
	async (t) => {
		const { connection, asked, pass } = setup(t);
		const listeners = new Map<string, () => void>();
		const page = { visibilityState: 'visible',
			addEventListener: (name: string, fn: () => void) =>
				listeners.set(name, fn),
			removeEventListener: () => undefined };

		Object.assign(globalThis, { document: page, window: page });
		t.after(() => Object.assign(globalThis,
			{ document: undefined, window: undefined }));
		room(connection);
		connection.open();
		await pass(3000);
		assert.equal(asked.length, 1);
		page.visibilityState = 'hidden';
		await pass(3000);
		assert.equal(asked.length, 2);
		await pass(14999);
		assert.equal(asked.length, 2);
		page.visibilityState = 'visible';
		listeners.get('visibilitychange')!();
		await settle();
		assert.equal(asked.length, 3);
		connection.close();
	});

test('where nobody looks it asks every 15 s as well', async (t) => {
	const { connection, asked, pass } = setup(t);

	room(connection);
	connection.relax(true);
	connection.open();
	await pass(3000);
	await pass(14999);
	assert.equal(asked.length, 1);
	connection.relax(false);
	await settle();
	assert.equal(asked.length, 2);
});

test('without a network nothing is asked until it is back', async (t) => {
	const { connection, asked, state, pass } = setup(t);
	const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
	const network = { onLine: true };

	Object.defineProperty(globalThis, 'navigator',
		{ value: network, configurable: true });
	t.after(() => before
		? Object.defineProperty(globalThis, 'navigator', before)
		: delete (globalThis as any).navigator);
	room(connection);
	connection.open();
	await pass(3000);
	assert.equal(state(), 'polling');
	network.onLine = false;
	await pass(3000);
	assert.equal(state(), 'connecting');
	await pass(60000);
	assert.equal(asked.length, 1);
	network.onLine = true;
	await pass(16000);
	assert.equal(state(), 'polling');
});
