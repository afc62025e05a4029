/* pace.test.ts: how often the server is asked while there is no socket */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from './api';
import { Poller } from './poller';
import { settle, useFakeTime } from './testing';
import { room, setup } from './testing-rest';

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

test('a later refusal does not shorten the pause', async (t) => {
	const tick = useFakeTime(t);
	const refusals = [new ApiError(429, 'rate_limited', '', 20),
		new ApiError(400, 'bad_request', '')];
	let rounds = 0;
	const poller: Poller = new Poller({
		twins: { look: () => ({ method: 'GET', path: 'look' }) },
		ask: async () => {
			throw refusals.shift();
		},
		round: async () => {
			rounds++;
			while (refusals.length > 0)
				await poller.request('look', {});
		},
		onWorks: () => undefined,
		timeoutMs: 1000,
	});

	poller.start();
	await settle();
	tick(19999);
	await settle();
	assert.equal(rounds, 1);
	tick(1);
	await settle();
	assert.equal(rounds, 2);
	poller.stop();
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
