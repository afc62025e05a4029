/* room.test.ts: joining, catching up, and resending after it */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from './outbox';
import { Room } from './room';
import { Connection } from './socket';
import { memoryStorage } from './storage';
import { FakeSocket, holdTimers, message, settle } from './testing';

function setup()
{
	const socket = new FakeSocket();
	const connection = new Connection({ socket });
	const outbox = new Outbox({
		storage: memoryStorage(), prefix: 'o_', onSent: () => undefined,
		send: (entry) => connection.emitWithAck('send_message', entry),
	});
	const refused: string[] = [];
	const room = new Room({ connection, outbox, conversationId: 'c',
		externalId: 'e', onRefused: (error) => refused.push(error) });
	const events = () => socket.sent.map((s) => s.event);
	const seqs = () => room.thread.messages.get().map((m) => m.seq);

	return { socket, connection, outbox, room, refused, events, seqs };
}

test('joins from the cursor and takes what was missed', async () => {
	const { socket, room, seqs } = setup();

	room.thread.load([message(1)], 1);
	socket.answer = () => ({ ok: true, last_seq: 3,
		missed: [message(2), message(3)] });
	room.open();
	socket.fire('connect');
	await settle();
	assert.deepEqual(socket.sent[0], { event: 'join_conversation',
		payload: { conversation_id: 'c', external_id: 'e',
			since_seq: 1 } });
	assert.deepEqual(seqs(), [1, 2, 3]);
	room.close();
});

test('asks on while there is more', async () => {
	const { socket, room, seqs } = setup();

	socket.answer = (_, { since_seq: since }) => ({ ok: true, last_seq: 3,
		missed: [message(since + 1)], more: since < 2 });
	room.open();
	socket.fire('connect');
	await settle();
	assert.deepEqual(socket.sent.map((s) => s.payload.since_seq), [0, 1, 2]);
	assert.deepEqual(seqs(), [1, 2, 3]);
	room.close();
});

test('sends only after the join', async () => {
	const { socket, outbox, room, events } = setup();

	outbox.add('c', { content: 'a' });
	room.open();
	socket.answer = (event) => event === 'join_conversation'
		? { ok: true, last_seq: 0, missed: [] }
		: { ok: true, id: 'i', seq: 1, created_at: '' };
	socket.fire('connect');
	await settle();
	assert.deepEqual(events(), ['join_conversation', 'send_message']);
	room.close();
});

test('a missed message with its client_id is not sent again', async () => {
	const { socket, outbox, room, events } = setup();
	const entry = outbox.add('c', { content: 'a' });

	room.open();
	socket.answer = () => ({ ok: true, last_seq: 1,
		missed: [message(1, { client_id: entry.client_id })] });
	socket.fire('connect');
	await settle();
	assert.deepEqual(events(), ['join_conversation']);
	assert.equal(outbox.entries.get().length, 0);
	room.close();
});

test('a hole makes it join again', async () => {
	const { socket, room, seqs } = setup();

	socket.answer = () => ({ ok: true, last_seq: 0, missed: [] });
	room.open();
	socket.fire('connect');
	await settle();
	socket.answer = () => ({ ok: true, last_seq: 2,
		missed: [message(1), message(2)] });
	socket.fire('message_received', message(2));
	await settle();
	assert.deepEqual(seqs(), [1, 2]);
	room.close();
});

test('other conversations are left alone; a refusal is told', async () => {
	const { socket, room, refused, seqs } = setup();

	socket.answer = () => ({ ok: false, error: 'forbidden' });
	room.open();
	socket.fire('connect');
	socket.fire('message_received', message(1, { conversation_id: 'd' }));
	await settle();
	assert.deepEqual(refused, ['forbidden']);
	assert.deepEqual(seqs(), []);
	room.close();
});

test('a server that cannot now is asked again, ever more rarely', async (t) => {
	const timers = holdTimers(t);
	const { socket, outbox, room, refused, events } = setup();

	outbox.add('c', { content: 'a' });
	room.open();
	for (const error of ['unavailable', 'internal', 'rate_limited']) {
		socket.answer = () => ({ ok: false, error });
		if (error === 'unavailable')
			socket.fire('connect');
		else
			await timers.fire();
		await settle();
	}
	assert.deepEqual(timers.pauses(), [8000]);
	assert.deepEqual(refused, []);
	assert.ok(!events().includes('send_message'));
	socket.answer = () => ({ ok: true, last_seq: 0, missed: [] });
	await timers.fire();
	assert.deepEqual(events(), [...Array(4).fill('join_conversation'),
		'send_message']);
	room.close();
});

test('a new connection starts with short pauses again', async (t) => {
	const timers = holdTimers(t);
	const { socket, room } = setup();

	socket.answer = () => ({ ok: false, error: 'unavailable' });
	room.open();
	socket.fire('connect');
	await settle();
	await timers.fire();
	assert.deepEqual(timers.pauses(), [4000]);
	socket.fire('connect');
	await settle();
	assert.deepEqual(timers.pauses(), [2000]);
	room.close();
});
