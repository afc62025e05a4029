/* receipts.test.ts: ticks, and telling what has arrived */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deliveries, NO_RECEIPT, raise, tickOf } from './receipts';
import { Connection } from './socket';
import { FakeSocket, settle, useFakeTime } from './testing';
import { setup as rest } from './testing-rest';

test('cursors only grow, and who has read has received', () => {
	const some = raise(NO_RECEIPT, { delivered_seq: 5, read_seq: 3 });

	assert.deepEqual(some, { delivered_seq: 5, read_seq: 3 });
	assert.deepEqual(raise(some, { read_seq: 7 }),
		{ delivered_seq: 7, read_seq: 7 });
	assert.equal(raise(some, { delivered_seq: 4, read_seq: 2 }), some);
	assert.equal(raise(some, undefined), some);
});

test('a tick says what the other side has', () => {
	const receipt = { delivered_seq: 5, read_seq: 3 };

	assert.deepEqual([3, 4, 5, 6].map((seq) => tickOf(seq, receipt)),
		['read', 'delivered', 'delivered', 'sent']);
});

function setup(t: { after(fn: () => void): void })
{
	const tick = useFakeTime(t);
	const socket = new FakeSocket();
	const deliveries = new Deliveries(new Connection({ socket }),
		{ external_id: 'e' });
	const told = () => socket.sent.splice(0).map(({ payload: p }) =>
		[p.conversation_id, p.seq]);
	const pass = async (ms: number) => {
		tick(ms);
		await settle();
	};

	socket.answer = () => ({ ok: true });
	socket.fire('connect');
	return { socket, deliveries, told, pass };
}

test('what arrives is told a little later, together, and only when it is more',
	async (t) => {
		const { socket, deliveries, told, pass } = setup(t);

		for (const seq of [1, 2, 3])
			deliveries.heard('a', seq);
		deliveries.heard('b', 9);
		await pass(299);
		assert.deepEqual(told(), []);
		await pass(1);
		assert.deepEqual(socket.sent[0], { event: 'mark_delivered',
			payload: { conversation_id: 'b', external_id: 'e', seq: 9 } });
		assert.deepEqual(told(), [['b', 9]]);
		await pass(200);
		assert.deepEqual(told(), [['a', 3]]);
		deliveries.heard('a', 3);
		deliveries.heard('b', 8);
		await pass(1000);
		assert.deepEqual(told(), []);
	});

test('what the server cannot take now is told a little later', async (t) => {
	const { socket, deliveries, told, pass } = setup(t);

	socket.answer = () => ({ ok: false, error: 'rate_limited' });
	deliveries.heard('a', 1);
	deliveries.heard('b', 2);
	await pass(300);
	assert.deepEqual(told(), [['b', 2]]);
	socket.answer = () => ({ ok: true });
	await pass(2000);
	await pass(200);
	assert.deepEqual(told(), [['b', 2], ['a', 1]]);
	await pass(10000);
	assert.deepEqual(told(), []);
});

test('what could not be told is told after the next connect', async (t) => {
	const { socket, deliveries, told, pass } = setup(t);

	socket.answer = () => ({ ok: false, error: 'unavailable' });
	deliveries.heard('a', 1);
	deliveries.heard('b', 2);
	await pass(300);
	assert.deepEqual(told(), [['b', 2]]);
	socket.fire('disconnect');
	deliveries.heard('a', 4);
	await pass(300);
	assert.deepEqual(told(), []);
	/* what is refused for good is not */
	socket.answer = (_, p) => p.conversation_id === 'a'
		? { ok: false, error: 'not_found' } : { ok: true };
	socket.fire('connect');
	await pass(0);
	await pass(200);
	assert.deepEqual(told(), [['a', 4], ['b', 2]]);
	socket.fire('connect');
	await pass(200);
	assert.deepEqual(told(), []);
});

test('a crowd is told of five times a second, merged, the newest first',
	async (t) => {
		const { deliveries, told, pass } = setup(t);

		for (let seq = 1; seq <= 9; seq++)
			for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
				deliveries.heard(id, seq);
		deliveries.heard('a', 10);
		await pass(300);
		const first = [...told()];

		for (let i = 0; i < 4; i++) {
			await pass(199);
			assert.deepEqual(told(), []);
			await pass(1);
			first.push(...told());
		}
		assert.deepEqual(first, [['a', 10], ['g', 9], ['f', 9], ['e', 9],
			['d', 9]]);
		deliveries.heard('z', 1);
		for (let i = 0; i < 9; i++)
			await pass(200);
		assert.deepEqual(told(), [['z', 1], ['c', 9], ['b', 9]]);
	});

test('rounds over REST do not hurry them', async (t) => {
	const { connection, asked, pass } = rest(t);
	const deliveries = new Deliveries(connection);

	connection.open();
	await pass(3000);
	for (let i = 0; i < 40; i++)
		deliveries.heard(`c${i}`, 1);
	await pass(300);
	for (let i = 0; i < 29; i++)
		await pass(200);
	/* 5.8 s, with a round in them */
	assert.equal(asked.length, 30);
});
