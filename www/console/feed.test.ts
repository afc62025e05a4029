/* feed.test.ts: after time away only what was missed is told, and once */
/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../shared/socket';
import { FakeSocket } from '../shared/testing';
import { Feed } from './feed';

const event = (id: number) => ({ id, event: 'e', payload: {} });

/* A queue whose server gives these acknowledgements, one after the other. */
function setup()
{
	const socket = new FakeSocket();
	const told: number[] = [];
	const feed = new Feed(new Connection({ socket }), ({ id }) =>
		told.push(id));
	const join = (...acks: object[]) => {
		socket.answer = () => ({ ok: true, ...acks.shift() });
		return feed.join();
	};
	const since = () => socket.sent.map((s) => s.payload.since);

	socket.fire('connect');
	return { socket, told, feed, join, since };
}

test('the first join tells where one is, the next what came since',
	async () => {
		const { told, join, since } = setup();

		assert.equal(await join({ cursor: 5 }), 'anew');
		assert.equal(await join({ cursor: 7, missed: [event(6), event(7)] }),
			'caught');
		assert.equal(await join({ cursor: 7, missed: [] }), 'caught');
		assert.deepEqual(since(), [undefined, 5, 7]);
		assert.deepEqual(told, [6, 7]);
	});

test('what comes again from above the cursor is told once', async () => {
	const { told, join, since } = setup();

	await join({ cursor: 5 });
	await join({ cursor: 5, missed: [event(7)] });
	await join({ cursor: 7, missed: [event(6), event(7)] });
	assert.deepEqual(told, [7, 6]);
	assert.deepEqual(since(), [undefined, 5, 5]);
});

test('it asks on while there is more, but not in circles', async () => {
	const { told, join, since } = setup();

	await join({ cursor: 1 });
	assert.equal(await join(
		{ cursor: 2, missed: [event(2)], more: true },
		{ cursor: 3, missed: [event(3)] }), 'caught');
	assert.equal(await join({ cursor: 3, missed: [event(5)], more: true }),
		'anew');
	assert.deepEqual(since(), [undefined, 1, 2, 3]);
	assert.deepEqual(told, [2, 3, 5]);
});

test('after too long everything is read anew, from a new place', async () => {
	const { join, since } = setup();

	await join({ cursor: 1 });
	assert.equal(await join({ cursor: 900, reload: true }), 'anew');
	assert.equal(await join({ ok: false, error: 'gone' }, { cursor: 950 }),
		'anew');
	await join({ cursor: 950 });
	assert.deepEqual(since(), [undefined, 1, 900, undefined, 950]);
});

test('the place moves on with what came live, not before what was missed',
	async () => {
		const { socket, feed, join, since } = setup();

		await join({ cursor: 1 });
		socket.fire('queue_cursor', { cursor: 4 });
		socket.fire('queue_cursor', { cursor: 3 });
		socket.answer = () => {
			socket.fire('queue_cursor', { cursor: 90 });
			throw new Error('gone again');
		};
		await assert.rejects(feed.join());
		socket.fire('connect');
		await join({ cursor: 4 });
		assert.deepEqual(since(), [undefined, 4, 4]);
	});

test('a refusal is handed on', async () => {
	const { join } = setup();

	assert.deepEqual(await join({ ok: false, error: 'unauthorized' }),
		{ error: 'unauthorized' });
});
