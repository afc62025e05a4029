/* chat.test.ts: the visitor's conversation when the server says no */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../shared/socket';
import { memoryStorage } from '../shared/storage';
import { FakeSocket, holdTimers, settle } from '../shared/testing';
import { Chat } from './chat';
import { readParams } from './params';

const OPENED = {
	conversation_id: 'c', external_id: 'e', organization_id: 'o',
	last_seq: 0, messages: [], agent: null,
};

function setup(t: { after(fn: () => void): void })
{
	const timers = holdTimers(t);
	const socket = new FakeSocket();
	const chat = new Chat(readParams('?embed_token=ew_1&session_id=e'),
		memoryStorage(), new Connection({ socket }));
	const real = globalThis.fetch;

	globalThis.fetch = async () => Response.json(OPENED);
	t.after(() => { globalThis.fetch = real; });
	return { timers, socket, chat };
}

/* An answer of fetch is more than promises away. */
async function answered(): Promise<void>
{
	for (let i = 0; i < 5; i++)
		await new Promise((done) => setImmediate(done));
	await settle();
}

test('a join refused for good is tried ever more rarely', async (t) => {
	const { timers, socket, chat } = setup(t);
	const pauses: number[] = [];

	socket.answer = () => ({ ok: false, error: 'forbidden' });
	chat.start('');
	socket.fire('connect');
	await answered();
	for (let i = 0; i < 6; i++) {
		pauses.push(...timers.pauses());
		await timers.fire();
		await answered();
	}
	assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 15000, 15000]);
	/* once joined, the next trouble is met with short pauses again */
	socket.answer = () => ({ ok: true, last_seq: 0, missed: [] });
	await timers.fire();
	await answered();
	assert.deepEqual(timers.pauses(), []);
	socket.answer = () => ({ ok: false, error: 'forbidden' });
	socket.fire('connect');
	await answered();
	assert.deepEqual(timers.pauses(), [1000]);
});

test('two refusals make one next try', async (t) => {
	const { timers, socket, chat } = setup(t);

	socket.answer = () => ({ ok: false, error: 'forbidden' });
	chat.start('');
	socket.fire('connect');
	await answered();
	socket.fire('connect');
	await answered();
	assert.equal(timers.pauses().length, 1);
});
