/* poller.test.ts: the way over REST while there is no socket, and back */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from './api';
import { NotConnected } from './socket';
import { message, settle } from './testing';
import { room, setup } from './testing-rest';

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
