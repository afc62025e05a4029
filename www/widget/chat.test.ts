/* chat.test.ts: the visitor's conversation when the server says no */
/* SPDX-License-Identifier: MIT */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from '../shared/socket';
import { memoryStorage } from '../shared/storage';
import { FakeSocket, holdTimers, message, settle } from '../shared/testing';
import { Chat } from './chat';
import { readParams } from './params';

const OPENED = {
	conversation_id: 'c', external_id: 'e', organization_id: 'o',
	last_seq: 0, messages: [], agent: null,
};

function setup(t: { after(fn: () => void): void }, more = {})
{
	const timers = holdTimers(t);
	const socket = new FakeSocket();
	const chat = new Chat(readParams('?embed_token=ew_1&session_id=e'),
		memoryStorage(), new Connection({ socket }));
	const real = globalThis.fetch;

	globalThis.fetch = async () => Response.json({ ...OPENED, ...more });
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

const by = (seq: number, who: string) =>
	message(seq, { sender_type: 'agent', sender_id: who });

test('the authors of what was written before are known by name', async (t) => {
	const { socket, chat } = setup(t, { last_seq: 2,
		messages: [by(1, 'a'), by(2, 'j')],
		agents: [{ id: 'a', display_name: 'Amina' },
			{ id: 'j', display_name: 'Juma' }] });

	chat.start('');
	await answered();
	assert.equal(chat.agent.get(), null);
	assert.deepEqual([...chat.names], [['a', 'Amina'], ['j', 'Juma']]);
	socket.fire('conversation_assigned', { conversation_id: 'c',
		assigned_to: 'z', agent: { display_name: 'Zuri' } });
	assert.equal(chat.names.get('z'), 'Zuri');
});

test('the present agent is learned from live messages, not from missed ones',
	async (t) => {
		const { socket, chat } = setup(t);

		socket.answer = () => ({ ok: true, last_seq: 0, missed: [],
			agent: { display_name: 'Amina' } });
		chat.start('');
		socket.fire('connect');
		await answered();
		socket.fire('message_received', by(1, 'a'));
		assert.equal(chat.names.get('a'), 'Amina');
		/* Juma took over and wrote meanwhile */
		socket.fire('disconnect');
		socket.answer = () => ({ ok: true, last_seq: 2,
			missed: [by(2, 'j')], agent: { display_name: 'Juma' } });
		socket.fire('connect');
		await answered();
		assert.equal(chat.names.has('j'), false);
		socket.fire('message_received', by(3, 'j'));
		assert.equal(chat.names.get('j'), 'Juma');
	});

test('the authors of what was missed come with it', async (t) => {
	const { socket, chat } = setup(t);
	const named: (string | undefined)[] = [];

	chat.messages.subscribe(() => named.push(chat.names.get('j')));
	socket.answer = () => ({ ok: true, last_seq: 1, missed: [by(1, 'j')],
		agent: null, agents: [{ id: 'j', display_name: 'Juma' }] });
	chat.start('');
	socket.fire('connect');
	await answered();
	assert.equal(chat.messages.get().length, 1);
	assert.equal(named.at(-1), 'Juma');
});

test('an answer tells that the conversation was closed, unless it is overtaken',
	async (t) => {
		const { socket, chat } = setup(t);
		const join = async (more: object) => {
			socket.answer = () => ({ ok: true, last_seq: 1, missed: [],
				agent: null, ...more });
			socket.fire('connect');
			await answered();
		};

		chat.start('');
		await answered();
		await join({ resolved: true });
		assert.equal(chat.resolved.get(), true);
		await join({});
		assert.equal(chat.resolved.get(), true);
		await join({ resolved: false });
		assert.equal(chat.resolved.get(), false);
		/* asked before the visitor's new message, which opened it again */
		socket.fire('message_received',
			message(2, { sender_type: 'end_user' }));
		await join({ resolved: true });
		assert.equal(chat.resolved.get(), false);
	});

test('the agents\' receipts come with the history and with every join',
	async (t) => {
		const { socket, chat } = setup(t, { receipts:
			{ delivered_seq: 2, read_seq: 1 } });

		chat.start('');
		await answered();
		assert.deepEqual(chat.seen.receipts.get(),
			{ delivered_seq: 2, read_seq: 1 });
		socket.answer = () => ({ ok: true, last_seq: 0, missed: [],
			receipts: { delivered_seq: 4, read_seq: 4 } });
		socket.fire('connect');
		await answered();
		assert.equal(chat.seen.receipts.get().read_seq, 4);
	});
